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
import type { Pending } from '../../shared/ipc/kept'
import { at, textOf } from '../../shared/json'
import { behind, type Snapshot } from '../../shared/kubeconfig/entries'

/** Whether both mean the same to kubectl. */
const isSame = (was: ModelEntry | null, is: ModelEntry | null): boolean =>
  was === is || (is !== null && sameMeaning(is.kind, was?.value, is.value))

/** What changed in meaning between two snapshots; lines that only moved are no change. */
export function externalChange(before: Snapshot, after: Snapshot) {
  const [old, now] = [modelOfSnapshot(before), modelOfSnapshot(after)]
  const [was, is] = [new Draft(old), new Draft(now)]
  const others = { cluster: changedNames(old, now, 'cluster'), user: changedNames(old, now, 'user') }
  const { came, went } = changedBothWays(old, now, 'context')
  const isElsewhere = ({ value }: ModelEntry) =>
    behind.some((kind) => others[kind].size > 0 && others[kind].has(textOf(at(value, kind)) ?? ''))
  const changed: string[] = []
  const added: string[] = []
  const removed: string[] = []
  /** In which something changed. */
  const files = new Set<string>()
  const report = (names: string[], entry: ModelEntry, path: string) => {
    names.push(entry.name)
    files.add(path)
  }
  for (const { path, context } of now.files)
    for (const entry of context) {
      if (!came.has(entry) && !isElsewhere(entry)) continue
      const then = was.get(entry.id)
      if (then === null) report(added, entry, path)
      else if (
        !isSame(then, entry) ||
        behind.some((kind) => !isSame(was.behind(then, kind), is.behind(entry, kind)))
      )
        report(changed, entry, path)
    }
  for (const { path, context } of old.files)
    for (const entry of context)
      if (went.has(entry) && is.get(entry.id) === null) report(removed, entry, path)
  const moved = before.currentContext !== after.currentContext
  const where = after.currentContextFile ?? before.currentContextFile
  if (moved && where !== null) files.add(where)
  return {
    changed,
    added,
    removed,
    /** current-context moved; null when it stayed. */
    current: moved ? { before: before.currentContext, after: after.currentContext } : null,
    files: [...files],
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
    modelOfSnapshot(now),
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
