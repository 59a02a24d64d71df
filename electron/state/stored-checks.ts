/**
 * The results of checks, stored across starts in checks.json without secrets and always shown with their age. One
 * check per context and environment: the latest.
 */
import * as v from 'valibot'
import { type Check, checkSchema } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

/** At most so many are stored, the latest; older ones are deleted. */
const mostChecks = 30_000
const oldestMs = 90 * 24 * 60 * 60 * 1000

/** Results under the ids that their contexts have now; without those of a context whose former id is another's now. */
export function checksUnderNewIds<T extends { readonly context: EntryId }>(
  all: readonly T[],
  idNow: ReadonlyMap<EntryId, EntryId>,
): readonly T[] {
  const taken = new Set(idNow.values())
  return all.flatMap((one) => {
    const context = idNow.get(one.context)
    if (context !== undefined) return [{ ...one, context }]
    return taken.has(one.context) ? [] : [one]
  })
}

export type StoredChecks = ReturnType<typeof storedChecks>

/** The check to store after the one before: with the time since when checks have said the same. */
function after(before: Check | undefined, check: Check): Check {
  if (before === undefined || before.at === check.at || !saysSame(before, check)) return check
  return { ...check, since: before.since ?? before.at }
}

const saysSame = (a: Check, b: Check): boolean =>
  a.verdict === b.verdict &&
  a.problem?.code === b.problem?.code &&
  a.proven?.canonicalArn === b.proven?.canonicalArn

/** The stored checks of this data folder; `now` in milliseconds since the epoch. */
export function storedChecks(folder: DataFolder, now: () => number) {
  const file = folder.file<readonly Check[]>({
    name: 'checks.json',
    version: 1,
    schema: v.array(checkSchema),
    empty: [],
  })
  return {
    /** Of contexts that still exist and of others: the reader matches them by id. */
    load: async (): Promise<readonly Check[]> => (await file.load()).value,
    /** Each replaces the earlier one of its context and environment. */
    async keep(checks: readonly Check[]): Promise<Result<null>> {
      if (checks.length === 0) return { ok: true, value: null }
      const done = await file.update((before) => {
        const byAge = (a: Check, b: Check) => a.at - b.at
        const all = [...before, ...checks].sort(byAge)
        const latest = new Map<string, Check>()
        for (const one of all) {
          const key = JSON.stringify([one.context, one.environment])
          latest.set(key, after(latest.get(key), one))
        }
        const recent = [...latest.values()].filter((one) => now() - one.at < oldestMs)
        return recent.sort(byAge).slice(-mostChecks)
      })
      return done.ok ? { ok: true, value: null } : done
    },
    clear: () => file.update(() => []),
    /** Contexts got other ids and names: their checks are of the same entries. Keyed by their former ids. */
    async follow(
      renamed: ReadonlyMap<EntryId, { readonly id: EntryId; readonly name: string }>,
    ): Promise<Result<null>> {
      const { value } = await file.load()
      if (!value.some(({ context }) => renamed.has(context))) return { ok: true, value: null }
      const idNow = new Map([...renamed].map(([was, { id }]) => [was, id]))
      const nameOf = new Map([...renamed.values()].map(({ id, name }) => [id, name]))
      const done = await file.update((before) =>
        checksUnderNewIds(before, idNow).map((one) => ({
          ...one,
          contextName: nameOf.get(one.context) ?? one.contextName,
        })),
      )
      return done.ok ? { ok: true, value: null } : done
    },
  }
}
