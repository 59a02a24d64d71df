/** Which pending edits are about a context, so that they can be discarded for it alone. */
import type { ChosenImport, Edit, ImportEdit } from '../../shared/edits/edit'
import { idsOf, madeBy } from '../../shared/edits/kinds'
import type { Pending } from '../../shared/ipc/stored-edits'
import { type EntryId, entryId, type Snapshot } from '../../shared/kubeconfig/entries'
import type { Row } from '../rows/rows'
import { overlayOf } from './overlay'

/** Discards the edits that name one of the contexts, or that made it. */
export function discardOf(snapshot: Snapshot, pending: readonly Pending[], rows: readonly Row[]) {
  const ids = new Set(rows.flatMap((row) => (row.pending?.was ? [row.id, row.pending.was.id] : [row.id])))
  const added = new Set(rows.flatMap((row) => (row.pending?.kind === 'added' ? [row.id] : [])))
  // A new entry keeps the id of the name that it was made with, whatever it is renamed to.
  const made = (name: string | null) =>
    name !== null &&
    added.size > 0 &&
    snapshot.files.some(({ path }) => added.has(entryId('context', path, name, 0)))
  /** Edits to remove, by their index in the pending list. */
  const drop = new Set<number>()
  /** Edits that leave single contexts out of an import that has others too. */
  const more: Edit[] = []
  for (const { id, edit } of pending) {
    if (edit.kind !== 'import-entries') {
      if (made(madeBy(edit)) || idsOf(edit).some((named) => ids.has(named.id))) drop.add(id)
      continue
    }
    const kept = withoutReplaced(edit, ids)
    const brought = added.size === 0 && kept === edit ? [] : contextsImportedBy(snapshot, pending, id)
    const out = brought.filter((one) => added.has(one))
    if (out.length === 0 && kept === edit) continue
    // Contexts of it that were left out before.
    const left = pending.filter(
      (one) => one.edit.kind === 'delete-contexts' && one.edit.contexts.every((of) => brought.includes(of)),
    )
    const gone = new Set([...out, ...left.flatMap((one) => idsOf(one.edit).map((named) => named.id))])
    const replaces = kept.chosen?.some(({ how }) => how === 'replace') === true
    if (!replaces && brought.every((one) => gone.has(one)))
      for (const one of [{ id }, ...left]) drop.add(one.id)
    else {
      // By its slot it replaces the earlier edit in place: later edits may be about contexts that it imports.
      if (kept !== edit) more.push(kept)
      if (out.length > 0) more.push({ kind: 'delete-contexts', contexts: out, keepOrphans: false })
    }
  }
  return { drop, more }
}

/** Takes a pending delete back for one context: other contexts are still deleted, and its other pending edits stay. */
export function keepingOf(snapshot: Snapshot, pending: readonly Pending[], row: Row) {
  const drop = new Set<number>()
  const more: Edit[] = []
  for (const { id, edit } of pending) {
    if (edit.kind !== 'delete-contexts' || !edit.contexts.includes(row.id)) continue
    drop.add(id)
    const others = edit.contexts.filter((one) => one !== row.id)
    if (others.length > 0) more.push({ ...edit, contexts: others })
  }
  return drop.size === 0 ? discardOf(snapshot, pending, [row]) : { drop, more }
}

/** The import without entries that replace these contexts; the same edit object where there are none. */
function withoutReplaced(edit: ImportEdit, ids: ReadonlySet<EntryId>): ImportEdit {
  const { chosen = [] } = edit
  const takes = (one: ChosenImport) => one.how === 'replace' && ids.has(one.context)
  return chosen.some(takes)
    ? { ...edit, chosen: chosen.map((one) => (takes(one) ? { how: 'leave', name: one.name } : one)) }
    : edit
}

/** Contexts that exist only because of an import, also those that a later edit deletes again. */
function contextsImportedBy(snapshot: Snapshot, pending: readonly Pending[], id: number): readonly EntryId[] {
  const contexts = (list: readonly Pending[]) =>
    overlayOf(
      snapshot,
      list.map(({ edit }) => edit).filter(({ kind }) => kind !== 'delete-contexts'),
    ).snapshot.contexts.map((entry) => entry.id)
  const without = new Set(contexts(pending.filter((one) => one.id !== id)))
  return contexts(pending).filter((one) => !without.has(one))
}
