/** Rows with pending edits: each changed context with its old row, new ones, and those to be removed. */

import { entriesById } from '../../shared/edits/snapshot'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { grouped } from '../../shared/grouped'
import type { ContextEntry, EntryId } from '../../shared/kubeconfig/entries'
import {
  type FileRow,
  type Identities,
  inputsOver,
  isCurrent,
  type Row,
  type RowInputs,
  type RowPending,
  rowAgain,
} from '../rows/rows'
import { noPreview, type Overlay, readAtOnce, type ShownEdits } from './overlay'

/** Rows that were computed before. */
export interface Rows<R extends Row = Row> {
  /** The row of a context that is probably at this place. */
  readonly near: (id: EntryId, place: number) => R | undefined
  readonly all: () => readonly R[]
}

/** What rows with edits are made of. */
export type EditedInputs = ReturnType<typeof editedInputs>

/** The ground of edits over the one of the files, whose rows are `files`. */
export function editedInputs(
  was: RowInputs,
  files: Rows<FileRow>,
  { overlay, previewed, fresh }: ShownEdits,
) {
  const inputs = inputsOver(was, overlay.snapshot, overlay.others)
  const { snapshot } = overlay
  const foreseen = fresh ? previewed : noPreview
  const current = [was.snapshot.currentContext, snapshot.currentContext]
  const isSwitched = current[0] !== current[1]
  /** Whether an entry that is not changed itself may have another row than in the files. */
  const isTouched = (entry: ContextEntry): boolean =>
    differs(overlay.others, entry, entry) ||
    (foreseen.here.size > 0 && foreseen.here.has(entry.id)) ||
    (foreseen.compared.size > 0 && foreseen.compared.has(entry.id)) ||
    (isSwitched && current.includes(entry.name))
  /** All others have the very row of the files, in its place. */
  const touched: { readonly entry: ContextEntry; readonly place: number }[] = []
  for (const [place, entry] of snapshot.contexts.entries())
    if (entry !== was.snapshot.contexts[place] || isTouched(entry)) touched.push({ entry, place })
  const users = new Set(touched.map(({ entry }) => entry.user))
  const sharing = grouped(
    snapshot.contexts.filter(({ user }) => users.has(user)),
    ({ user }) => user,
  )
  const oldOf = (entry: ContextEntry, place: number) =>
    files.near(overlay.moved.get(entry.id) ?? entry.id, place)
  function edited(of: Identities, known: Identities): Identities {
    const identities = new Map<EntryId, ContextIdentity>()
    for (const { entry, place } of touched) {
      const fromMain = known.get(entry.id)
      if (fromMain && fresh) {
        identities.set(entry.id, fromMain)
        continue
      }
      const old = oldOf(entry, place)
      if (old && !differs(overlay.others, old.entry, entry)) continue
      const user = inputs.users(entry.user, entry)
      const cluster = inputs.clusters(entry.cluster, entry)
      const others = sharing.get(entry.user ?? '') ?? []
      const read = readAtOnce(
        fromMain ?? of.get(old?.id ?? entry.id) ?? null,
        { context: entry, cluster, user },
        others.flatMap(({ name }) => (name === entry.name ? [] : [name])),
        old?.entry,
      )
      if (read) identities.set(entry.id, read)
    }
    return { get: (id) => identities.get(id) ?? of.get(id) }
  }
  const compare = inputs.compare && {
    ...inputs.compare,
    identities: edited(inputs.compare.identities, previewed.compared),
  }
  const now: RowInputs = { ...inputs, identities: edited(was.identities, previewed.here), compare }
  return { now, overlay, files, isTouched, touched, oldOf }
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

/** One row as edited, with its old row; `shown`: its last one, `place`: its probable index. */
export function editedRow(
  { entry, place }: { readonly entry: ContextEntry; readonly place: number },
  { now, overlay, isTouched, oldOf }: EditedInputs,
  at: number,
  shown: Row | undefined,
): Row {
  const old = oldOf(entry, place)
  if (old?.entry === entry && !isTouched(entry)) return old
  const again = (pending: RowPending) => rowAgain(entry, now, at, shown, pending)
  if (old === undefined) return again({ kind: 'added', was: null })
  const isChanged = isCurrent(entry, now) !== old.current || differs(overlay.others, old.entry, entry)
  // What edits of others would end for it is found of it until they are written.
  return isChanged ? again({ kind: 'changed', was: old }) : old
}

/** One row to be removed, as it is on disk; `shown`: its last one. */
export const removedRow = (was: FileRow, shown: Row | undefined): Row =>
  shown?.pending?.kind === 'removed' && shown.pending.was === was
    ? shown
    : { ...was, pending: { kind: 'removed', was } }

/** All rows: those of the files in their order, those to be removed in their places, new ones at the end. */
export function editedRows(edited: EditedInputs, at: number, shown: Rows): readonly Row[] {
  const { overlay, files, touched } = edited
  const [before, after] = [files.all(), overlay.snapshot.contexts]
  const rowAt = (entry: ContextEntry, place: number) =>
    editedRow({ entry, place }, edited, at, shown.near(entry.id, place))
  // Most edits leave every context in its place.
  if (before.length === after.length && touched.every(({ entry, place }) => entry.id === before[place]?.id)) {
    const rows: Row[] = [...before]
    for (const { entry, place } of touched) rows[place] = rowAt(entry, place)
    return rows
  }
  const movedTo = new Map([...overlay.moved].map(([now, old]) => [old, now]))
  const rows: Row[] = []
  const placed = new Set<EntryId>()
  for (const [place, old] of before.entries()) {
    const now = entriesById(after).get(movedTo.get(old.id) ?? old.id)
    const row = now ? rowAt(now, place) : removedRow(old, shown.near(old.id, place))
    rows.push(row)
    placed.add(row.id)
  }
  for (const [place, entry] of after.entries()) if (!placed.has(entry.id)) rows.push(rowAt(entry, place))
  return rows
}
