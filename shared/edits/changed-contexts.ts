/** Which contexts a write changes, for what is stored about them by file and name. */
import { expectedIn } from '../identity/expected'
import type { NameGiven } from '../identity/production'
import { at, textOf } from '../json'
import { Draft } from './draft'
import { changedBothWays, type EditModel, type ModelEntry } from './model'

/** A context's name, the cluster that it names, and which identity its entry says to expect. */
export interface ContextThen {
  /** As listed, absolute. */
  readonly file: string
  readonly context: string
  readonly cluster: string | null
  readonly says: string | null
}

/** A context before and after a write, with what its entry says each time; null: it was, or is, not there. */
export interface ChangedContext {
  readonly before: ContextThen | null
  readonly after: ContextThen | null
}

/** The contexts that a write changed, each with its state before: followed through renames and moves. */
export function changedContexts(before: EditModel, after: EditModel): readonly ChangedContext[] {
  const { went, came } = changedBothWays(before, after, 'context')
  const [was, is] = [new Draft(before), new Draft(after)]
  const then = (entries: Draft, entry: ModelEntry): ContextThen => ({
    file: entries.pathOf(entry),
    context: entry.name,
    cluster: textOf(at(entry.value, 'cluster')),
    says: expectedIn(entry.value),
  })
  const old = new Map([...went].map((entry) => [entry.id, entry]))
  const stays = new Set([...came].map(({ id }) => id))
  const followed = new Set<ModelEntry>()
  const pairs = [...came].map((entry): ChangedContext => {
    // A copy has a name of its own while its original stays; what was moved takes the place of its original.
    const from = entry.from !== null && !stays.has(entry.from) ? old.get(entry.from) : undefined
    const other = old.get(entry.id) ?? from
    if (other !== undefined) followed.add(other)
    return { before: other === undefined ? null : then(was, other), after: then(is, entry) }
  })
  const left = [...went].filter((entry) => !followed.has(entry))
  return [...pairs, ...left.map((entry) => ({ before: then(was, entry), after: null }))]
}

/** Copies of contexts that a write adds, each with the name of the context of which it is one. */
export function copiedContexts(before: EditModel, after: EditModel): readonly NameGiven[] {
  const is = new Draft(after)
  return [...changedBothWays(before, after, 'context').came].flatMap((entry) => {
    // A copy may be copied in the same write.
    const originalOf = ({ from }: ModelEntry) => (from === null ? null : is.get(from))
    let original = entry
    for (let next = originalOf(entry); next !== null; next = originalOf(next)) original = next
    const isCopy = original !== entry && original.name !== entry.name
    return isCopy ? [{ was: original.name, is: entry.name, stays: true }] : []
  })
}
