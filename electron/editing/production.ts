/**
 * No write changes a context that is marked as production, or makes kubectl use it, before its name was typed. Judged by the files
 * under their locks, whatever edit, undo or profile leads there; asked with no lock held.
 */
import { Draft } from '../../shared/edits/draft'
import { changedBothWays, currentContextOf, type EditModel, type ModelEntry } from '../../shared/edits/model'
import { meaningOf } from '../../shared/exec/set-values'
import type { ProductionMark } from '../../shared/identity/production'
import { at, isMap, textOf } from '../../shared/json'
import { behind, type EntryKind } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import type { TouchedProduction } from '../../shared/trust/question-text'
import { quoted } from '../../shared/visible'
import { markedAmong } from '../identity/marked'
import type { PermittedWrite } from '../kubeconfig/disk/write'

/** Has the name of the first of these contexts typed; false: it was not. Without a guard nothing is written. */
export type Guard = (touched: TouchedProduction) => Promise<Result<boolean>>

const nothing: TouchedProduction = { names: [], switches: false }

/** A write, by what it leads from and to. */
type Touching = Pick<PermittedWrite, 'before' | 'after' | 'alsoChanges'>

/**
 * The contexts of production that a write changes, or makes the current one. `takesBack`: it takes a
 * switch back, which asks nobody.
 */
export function productionTouched(
  marks: readonly ProductionMark[],
  { before, after, alsoChanges }: Touching,
  takesBack: boolean,
): TouchedProduction {
  if (marks.length === 0) return nothing
  const [was, is] = [new Draft(before), new Draft(after)]
  const went = (kind: EntryKind) => [...changedBothWays(before, after, kind).went]
  const changed = [
    ...went('context'),
    ...behind.flatMap((kind) => went(kind).flatMap((entry) => was.usersOf(entry))),
    ...alsoChanges.flatMap(({ context }) => was.get(context) ?? []),
  ]
  const to = currentOf(after)
  const current = takesBack || to === null || to === currentOf(before) ? null : is.list.winner('context', to)
  const used = (current === null ? [] : [current]).filter(markedIn(marks, after, is))
  const found = [...used, ...changed.filter(markedIn(marks, before, was))]
  return { names: [...new Set(found.map(({ name }) => name))], switches: used.length > 0 }
}

const currentOf = ({ files }: EditModel): string | null =>
  currentContextOf(files.filter(({ listed }) => listed))

/** Asks it of the contexts of a model. */
function markedIn(marks: readonly ProductionMark[], model: EditModel, entries: Draft) {
  const serverOf = (entry: ModelEntry | null) => (entry === null ? null : textOf(at(entry.value, 'server')))
  const isMarked = markedAmong(marks, {
    get clusters() {
      return model.files.flatMap(({ cluster }) =>
        cluster.map((entry) => ({ name: entry.name, server: serverOf(entry) })),
      )
    },
  })
  return (context: ModelEntry): boolean => {
    const user = entries.behind(context, 'user')
    const exec = user === null ? null : at(user.value, 'exec')
    return isMarked({
      name: context.name,
      cluster: textOf(at(context.value, 'cluster')),
      server: serverOf(entries.behind(context, 'cluster')),
      meaning: isMap(exec) ? meaningOf(exec) : null,
    })
  }
}

/** Does `attempt`; where that would touch production, once more after its name was typed. */
export async function guarded<T>(
  guard: Guard | undefined,
  attempt: (permits: (touched: TouchedProduction) => Fault | null) => Promise<Result<T>>,
): Promise<Result<T>> {
  let typed: string | null = null
  let refused = nothing
  const permits = (touched: TouchedProduction): Fault | null => {
    if (touched.names.length === 0 || typed === JSON.stringify(touched)) return null
    refused = touched
    return notTyped(touched.names)
  }
  const outcome = await attempt(permits)
  const asked = refused
  if (asked.names.length === 0 || guard === undefined) return outcome
  const answer = await guard(asked)
  if (!answer.ok) return answer
  if (!answer.value) return fail(notTyped(asked.names))
  typed = JSON.stringify(asked)
  return attempt(permits)
}

/** The same for a write whose contexts are known before. */
export const guardedOf = async <T>(
  guard: Guard | undefined,
  names: readonly string[],
  work: () => Promise<Result<T>>,
): Promise<Result<T>> =>
  guarded(guard, async (permits) => {
    const refused = permits({ names, switches: false })
    return refused === null ? work() : fail(refused)
  })

const notTyped = ([first = '']: readonly string[]): Fault =>
  fault(
    'not-allowed',
    `${quoted(first)} is production, and its name was not typed, so nothing was written.`,
    'Do it again, and type its name when you are asked for it.',
  )

/** Asks nothing a second time of a write that is a part of one. */
export const alreadyTyped: Guard = async () => ok(true)
