/** Rows with pending edits: each changed context with its old row, new ones, and those to be removed. */

import { entriesById } from '../../shared/edits/snapshot'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { grouped } from '../../shared/grouped'
import type { ContextEntry, EntryId } from '../../shared/kubeconfig/entries'
import { type Ground, groundOver, type Identities, type Row, type RowMemo, rowAgain } from '../rows/rows'
import { type Overlay, readAtOnce, type ShownEdits } from './overlay'

/** Two grounds for one grid: the files as they are, and as edited. */
export interface EditedGround {
  readonly was: Ground
  readonly now: Ground
  readonly overlay: Overlay
  readonly memo: EditedMemo
}

/** Rows computed before: of the files, of the edited files, and both combined. */
export interface EditedMemo {
  readonly was: RowMemo
  readonly now: RowMemo
  readonly both: WeakMap<Row, { readonly was: Row; readonly row: Row }>
}

/** Names of the contexts that share a user: computed on first use. */
function sharersIn(contexts: readonly ContextEntry[]): (user: string | null) => readonly string[] {
  let sharing: ReadonlyMap<string, readonly ContextEntry[]> | null = null
  return (user) => {
    sharing ??= grouped(contexts, (context) => context.user)
    return (sharing.get(user ?? '') ?? []).map(({ name }) => name)
  }
}

/** The ground of edits over the one of the files. */
export function editedGround(
  was: Ground,
  { overlay, previewed, fresh }: ShownEdits,
  memo: EditedMemo,
): EditedGround {
  const now = groundOver(was, overlay.snapshot)
  const before = was.snapshot.contexts
  const sharers = sharersIn(overlay.snapshot.contexts)
  const { others } = overlay
  function edited(of: Identities, known: Identities): Identities {
    const identities = new Map<EntryId, ContextIdentity>()
    for (const [place, entry] of overlay.snapshot.contexts.entries()) {
      // Without a difference nothing is looked up.
      const isSame = entry === before[place] && !differs(others, entry, entry)
      if (isSame && !fresh) continue
      const fromMain = known.get(entry.id)
      if (fromMain && fresh) {
        identities.set(entry.id, fromMain)
        continue
      }
      if (isSame) continue
      const old = overlay.moved.get(entry.id) ?? entry.id
      const from = contextAt(before, old, place)
      if (from && !differs(others, from, entry)) continue
      const user = entry.user === null ? null : (now.users.get(entry.user) ?? null)
      const cluster = entry.cluster === null ? null : (now.clusters.get(entry.cluster) ?? null)
      const sharing = sharers(entry.user).filter((name) => name !== entry.name)
      const read = readAtOnce(
        fromMain ?? of.get(old) ?? null,
        { context: entry, cluster, user },
        sharing,
        from,
      )
      if (read) identities.set(entry.id, read)
    }
    return { get: (id) => identities.get(id) ?? of.get(id) }
  }
  const compare = now.compare && {
    ...now.compare,
    identities: edited(now.compare.identities, previewed.compared),
  }
  const identities = edited(was.identities, previewed.here)
  return { was, now: { ...now, identities, compare }, overlay, memo }
}

/** The context with this id, which is probably at this index. */
function contextAt(contexts: readonly ContextEntry[], id: EntryId, place: number): ContextEntry | undefined {
  const near = contexts[place]
  return near?.id === id ? near : entriesById(contexts).get(id)
}

/** Whether the context, or an entry that it names, has changed. */
const differs = (
  { users, clusters }: Overlay['others'],
  before: ContextEntry,
  after: ContextEntry,
): boolean =>
  before !== after ||
  (users.size > 0 && users.has(after.user ?? '')) ||
  (clusters.size > 0 && clusters.has(after.cluster ?? ''))

/** One row as edited, with its old row; null when the context exists neither before nor after. */
export function editedRow(id: EntryId, edited: EditedGround, at: number): Row | null {
  const entry = entriesById(edited.overlay.snapshot.contexts).get(id)
  if (entry) return editedRowOf(entry, edited, at, -1)
  const old = entriesById(edited.was.snapshot.contexts).get(id)
  return old ? removedRow(old, edited, at) : null
}

/** `place`: its probable index before. */
function editedRowOf(entry: ContextEntry, edited: EditedGround, at: number, place: number): Row {
  const { was, now, overlay, memo } = edited
  const old = contextAt(was.snapshot.contexts, overlay.moved.get(entry.id) ?? entry.id, place)
  const row = rowAgain(entry, now, at, memo.now)
  if (old === undefined) return { ...row, pending: { kind: 'added', was: null } }
  const current = row.current !== (old.name === was.snapshot.currentContext && old.origin.shadowedBy === null)
  if (!current && !differs(overlay.others, old, entry)) return row
  const oldRow = rowAgain(old, was, at, memo.was)
  const made = memo.both.get(row)
  if (made?.was === oldRow) return made.row
  const both: Row = { ...row, pending: { kind: 'changed', was: oldRow } }
  memo.both.set(row, { was: oldRow, row: both })
  return both
}

const removedRow = (old: ContextEntry, { was, memo }: EditedGround, at: number): Row => ({
  ...rowAgain(old, was, at, memo.was),
  pending: { kind: 'removed', was: null },
})

/** All rows: those of the files in their order, those to be removed in their places, new ones at the end. */
export function editedRows(edited: EditedGround, at: number): readonly Row[] {
  const { was, overlay } = edited
  const [before, after] = [was.snapshot.contexts, overlay.snapshot.contexts]
  // Most edits leave every context in its place.
  if (before.length === after.length && before.every(({ id }, place) => id === after[place]?.id))
    return after.map((entry, place) => editedRowOf(entry, edited, at, place))
  const movedTo = new Map([...overlay.moved].map(([now, old]) => [old, now]))
  const rows: Row[] = []
  const placed = new Set<EntryId>()
  for (const [place, old] of before.entries()) {
    const now = entriesById(after).get(movedTo.get(old.id) ?? old.id)
    const row = now ? editedRowOf(now, edited, at, place) : removedRow(old, edited, at)
    rows.push(row)
    placed.add(row.id)
  }
  for (const entry of after) if (!placed.has(entry.id)) rows.push(editedRowOf(entry, edited, at, -1))
  return rows
}
