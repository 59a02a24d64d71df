/** External changes under pending edits: what other programs changed, and which edits that affects. */
import { applyEdits } from '../../shared/edits/apply-edits'
import { type Conflict, conflictsOf } from '../../shared/edits/conflicts'
import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import { sameMeaning } from '../../shared/edits/equivalence'
import {
  changedBothWays,
  changedNames,
  type EditModel,
  isSameModel,
  type ModelEntry,
} from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Pending } from '../../shared/ipc/stored-edits'
import { at, textOf } from '../../shared/json'
import { isIllegible, isNothing, namedKinds, type Snapshot } from '../../shared/kubeconfig/entries'

/** Whether both mean the same to kubectl. */
const isSame = (was: ModelEntry | null, is: ModelEntry | null): boolean =>
  was === is || (is !== null && sameMeaning(is.kind, was?.value, is.value))

interface Known {
  readonly model: EditModel
  readonly current: string | null
}

const known = new WeakMap<Snapshot, Known>()

/** What is known of the files: one that cannot be read is what it was when it last could be. */
export const knownModel = (snapshot: Snapshot): EditModel =>
  known.get(snapshot)?.model ?? modelOfSnapshot(snapshot)

const currentOf = (snapshot: Snapshot): string | null => {
  const more = known.get(snapshot)
  return more ? more.current : snapshot.currentContext
}

/** Each snapshot is to be announced after the one before it: more is known than it says. */
export function knowsMore(snapshot: Snapshot, before: Snapshot): void {
  if (!snapshot.files.some(isIllegible)) return
  const were = new Map(knownModel(before).files.map((file) => [file.path, file]))
  const files = modelOfSnapshot(snapshot).files.map((file, at) => {
    const read = snapshot.files[at]
    return (read && isIllegible(read) && were.get(file.path)) || file
  })
  const current = files.find(({ listed, currentContext }) => listed && currentContext !== null)
  known.set(snapshot, { model: { files }, current: current?.currentContext ?? null })
}

/** Files that cannot be read any more, and those that can be again. */
export function readingsBetween(before: Snapshot, after: Snapshot) {
  const was = new Map(before.files.map((file) => [file.path, isIllegible(file)]))
  return {
    torn: after.files.filter((file) => was.get(file.path) === false && isIllegible(file)),
    mended: after.files.filter(
      (file) => was.get(file.path) === true && !isIllegible(file) && !file.problems.some(isNothing),
    ),
  }
}

/** What changed in meaning between two snapshots, as far as it is known; lines that only moved are no change. */
export function externalChange(before: Snapshot, after: Snapshot) {
  const [old, now] = [knownModel(before), knownModel(after)]
  const were = new Map(before.files.map(({ path, revision }) => [path, revision]))
  const [was, is] = [new Draft(old), new Draft(now)]
  const others = { cluster: changedNames(old, now, 'cluster'), user: changedNames(old, now, 'user') }
  const { came, went } = changedBothWays(old, now, 'context')
  const isElsewhere = ({ value }: ModelEntry) =>
    namedKinds.some((kind) => others[kind].size > 0 && others[kind].has(textOf(at(value, kind)) ?? ''))
  const changed: string[] = []
  const added: string[] = []
  const removed: string[] = []
  for (const { context } of now.files)
    for (const entry of context) {
      if (!came.has(entry) && !isElsewhere(entry)) continue
      const then = was.get(entry.id)
      if (then === null) added.push(entry.name)
      else if (
        !isSame(then, entry) ||
        namedKinds.some((kind) => !isSame(was.behind(then, kind), is.behind(entry, kind)))
      )
        changed.push(entry.name)
    }
  for (const { context } of old.files)
    for (const entry of context) if (went.has(entry) && is.get(entry.id) === null) removed.push(entry.name)
  const current = { before: currentOf(before), after: currentOf(after) }
  return {
    changed,
    added,
    removed,
    /** current-context moved; null when it stayed. */
    current: current.before === current.after ? null : current,
    /** Which were written: what a context of another file means may change with them. */
    files: after.files.filter((file) => file.revision !== were.get(file.path)).map(({ path }) => path),
  }
}

/** Contexts that mean something else than before, by name. */
export type ExternalChange = ReturnType<typeof externalChange>

/** Whether nothing changed that the user would want to know. */
export const isQuiet = ({ changed, added, removed, current }: ExternalChange): boolean =>
  changed.length + added.length + removed.length === 0 && current === null

/** Values that both sides changed since the edits were made, and contexts of edits that no longer exist. */
export const conflictsIn = (
  base: EditModel,
  now: Snapshot,
  pending: readonly Pending[],
): readonly Conflict[] =>
  conflictsOf(
    base,
    knownModel(now),
    pending.map(({ edit }) => edit),
  )

export const conflictKey = ({ entry, field }: Conflict): string => `${entry} ${field}`

/** The pending edits that cause a conflict: each is tried alone. */
export const editsBehind = (
  base: EditModel,
  now: Snapshot,
  pending: readonly Pending[],
  conflict: Conflict,
): readonly Pending[] =>
  pending.filter((one) =>
    conflictsIn(base, now, [one]).some((other) => conflictKey(other) === conflictKey(conflict)),
  )

/** Those edits of an overwritten write that would still change something. */
export function stillWanted(snapshot: Snapshot, edits: readonly Edit[]): readonly Edit[] {
  const model = modelOfSnapshot(snapshot)
  return edits.filter((edit) => {
    const { model: after, problems } = applyEdits(model, [edit])
    return !problems.some(({ blocks }) => blocks) && !isSameModel(model, after)
  })
}
