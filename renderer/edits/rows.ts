/** Rows with pending edits: each changed context with the row that it was, new ones, and those that would go. */
import type { ContextEntry, EntryId } from '../../shared/kubeconfig'
import { type Ground, ground, type Row, rowOf } from '../rows'
import { type Overlay, type Previewed, readAtOnce } from './overlay'

/** Two grounds for one grid: the files, and what they would become. */
export interface EditedGround {
  readonly was: Ground
  readonly now: Ground
  readonly overlay: Overlay
  /** Contexts by id: of the files, and of what they would become. */
  readonly before: ReadonlyMap<EntryId, ContextEntry>
  readonly after: ReadonlyMap<EntryId, ContextEntry>
}

/** `previewed`: identities that main worked out for these edits (or, for a moment, the ones before the last). */
export function editedGround(
  was: Ground,
  overlay: Overlay,
  previewed: Previewed,
  fresh: boolean,
): EditedGround {
  const now = ground({ ...was, snapshot: overlay.snapshot })
  const before = new Map(was.snapshot.contexts.map((entry) => [entry.id, entry]))
  const sharing = new Map<string, string[]>()
  for (const { name, user } of overlay.snapshot.contexts) {
    if (user === null) continue
    const names = sharing.get(user)
    if (names) names.push(name)
    else sharing.set(user, [name])
  }
  const edited = (of: Ground['identities'], known: Ground['identities']): Ground['identities'] => {
    const identities = new Map(of)
    for (const entry of overlay.snapshot.contexts) {
      const old = overlay.moved.get(entry.id) ?? entry.id
      const told = known.get(entry.id)
      if (told && fresh) {
        identities.set(entry.id, told)
        continue
      }
      const from = before.get(old)
      if (from && !differs(was, now, from, entry)) continue
      const user = entry.user === null ? null : (now.users.get(entry.user) ?? null)
      const others = (sharing.get(entry.user ?? '') ?? []).filter((name) => name !== entry.name)
      const read = readAtOnce(told ?? of.get(old) ?? null, user?.exec ?? null, others)
      if (read) identities.set(entry.id, read)
    }
    return identities
  }
  const compare = now.compare && {
    ...now.compare,
    identities: edited(now.compare.identities, previewed.compared),
  }
  const after = new Map(overlay.snapshot.contexts.map((entry) => [entry.id, entry]))
  const identities = edited(was.identities, previewed.here)
  return { was, now: { ...now, identities, compare }, overlay, before, after }
}

/** Whether the context, or an entry behind it, is another than before. Unchanged entries are the same objects. */
function differs(was: Ground, now: Ground, before: ContextEntry, after: ContextEntry): boolean {
  return (
    before !== after ||
    was.users.get(before.user ?? '') !== now.users.get(after.user ?? '') ||
    was.clusters.get(before.cluster ?? '') !== now.clusters.get(after.cluster ?? '')
  )
}

/** One row: as it would be, with what it was; null when no such context is there before or after. */
export function editedRow(id: EntryId, edited: EditedGround, at: number): Row | null {
  const entry = edited.after.get(id)
  return entry ? editedRowOf(entry, edited, at) : removedRow(id, edited, at)
}

function editedRowOf(entry: ContextEntry, edited: EditedGround, at: number): Row {
  const { was, now, overlay, before } = edited
  const old = before.get(overlay.moved.get(entry.id) ?? entry.id)
  const row = rowOf(entry, now, at)
  if (old === undefined) return { ...row, pending: { kind: 'added', was: null } }
  const current = row.current !== (old.name === was.snapshot.currentContext && old.origin.shadowedBy === null)
  if (!current && !differs(was, now, old, entry)) return row
  return { ...row, pending: { kind: 'changed', was: rowOf(old, was, at) } }
}

function removedRow(id: EntryId, { was, before }: EditedGround, at: number): Row | null {
  const old = before.get(id)
  return old ? { ...rowOf(old, was, at), pending: { kind: 'removed', was: null } } : null
}

/** All rows: those of the files in their order, the ones that would go in their places, new ones at the end. */
export function editedRows(edited: EditedGround, at: number): readonly Row[] {
  const { was, overlay, after } = edited
  const movedTo = new Map([...overlay.moved].map(([now, old]) => [old, now]))
  const rows: Row[] = []
  const placed = new Set<EntryId>()
  for (const { id } of was.snapshot.contexts) {
    const now = after.get(movedTo.get(id) ?? id)
    const row = now ? editedRowOf(now, edited, at) : removedRow(id, edited, at)
    if (row) rows.push(row)
    placed.add(row?.id ?? id)
  }
  for (const entry of overlay.snapshot.contexts)
    if (!placed.has(entry.id)) rows.push(editedRowOf(entry, edited, at))
  return rows
}
