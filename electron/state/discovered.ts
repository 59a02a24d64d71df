/**
 * What was found by looking for clusters, stored in discovered.json by environment: without secrets, and always shown with its
 * age. Account names found by looking are in a small file of their own, since every view shows them from the start.
 */
import * as v from 'valibot'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import {
  accountNamesSeen,
  eachSeen,
  nothingSwept,
  type Swept,
  sweptSchema,
  withSwept,
} from '../../shared/identity/search-results'
import type { Inferred } from '../../shared/inferred'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const schema = v.array(v.object({ environment: v.picklist(environmentNames), swept: sweptSchema }))
const names = v.array(
  v.object({ environment: v.picklist(environmentNames), names: v.record(v.string(), v.string()) }),
)
type Kept = Inferred<typeof schema>
type Names = Inferred<typeof names>

/** What people call accounts, by their numbers. */
export type AccountNames = Readonly<Record<string, string>>

/** Findings not seen for so long are deleted, ms. */
const oldestMs = 90 * 24 * 60 * 60 * 1000

export type KeptDiscovery = ReturnType<typeof keptDiscovery>

/** Times that a wrong clock put into the future must not count as newer for ever. */
const untilNow = (swept: Swept, now: number): Swept =>
  eachSeen(swept, (list) => list.map((one) => (one.at > now ? { ...one, at: now } : one)))

/** What was found, as this data folder has it; `now` in ms since the epoch. */
export function keptDiscovery(folder: DataFolder, now: () => number) {
  const file = folder.file<Kept>({ name: 'discovered.json', version: 1, schema, empty: [] })
  const called = folder.file<Names>({ name: 'account-names.json', version: 1, schema: names, empty: [] })
  const accountNames = async (environment: EnvironmentName): Promise<AccountNames> =>
    (await called.load()).value.find((one) => one.environment === environment)?.names ?? {}
  /** A failure to store is reported by the other file's write. */
  async function keepNames(environment: EnvironmentName, swept: Swept): Promise<void> {
    const seen = Object.fromEntries([...accountNamesSeen(swept)].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (JSON.stringify(seen) === JSON.stringify(await accountNames(environment))) return
    await called.update((before) => [
      ...before.filter((one) => one.environment !== environment),
      { environment, names: seen },
    ])
  }
  const of = (all: Kept, environment: EnvironmentName) =>
    all.find((one) => one.environment === environment)?.swept ?? nothingSwept
  const recent = ({ at }: { readonly at: number }) => now() - at < oldestMs
  return {
    /** Names of accounts by SSO portals and by the accounts themselves, as far as seen. */
    accountNames,
    load: async (environment: EnvironmentName): Promise<Swept> => of((await file.load()).value, environment),
    /** Adds the findings of a sweep to the known ones; returns all of them. */
    async keep(environment: EnvironmentName, found: Swept): Promise<Result<Swept>> {
      const done = await file.update((before) => {
        const all = withSwept(untilNow(of(before, environment), now()), found)
        const fresh = eachSeen(all, (list) => list.filter(recent))
        return [...before.filter((one) => one.environment !== environment), { environment, swept: fresh }]
      })
      if (!done.ok) return done
      const value = of(done.value, environment)
      await keepNames(environment, value)
      return { ok: true, value }
    },
  }
}
