/** What is in the way of a transfer beside the entries themselves: files, names and references; and what is only noted. */
import { behind, type EntryId } from '../kubeconfig/entries'
import { quoted } from '../visible'
import { Draft } from './draft'
import { nameOf, type Slot, textAt } from './entry-slots'
import { calledIn } from './in-the-way'
import { fileOf, type ModelEntry } from './model'
import { references } from './references'
import type { TransferState } from './transfer-state'

/** Every file that is to be written must be read, and be there where something is to come into it. */
export function checkFiles(state: TransferState): void {
  const { draft, chosen } = state
  const { from, to, now } = state.input
  const files = new Set(
    state.inOrder.flatMap((slot) => {
      const homes = [state.idOf(slot), slot.stray?.id].flatMap((id) => (id && draft.fileOf(id)?.path) || [])
      return [...(slot.to ? [slot.to.file] : []), ...homes]
    }),
  )
  if (chosen.whole)
    for (const file of from.files)
      if (file.currentContext !== fileOf(to, file.path)?.currentContext) files.add(file.path)
  for (const path of files) {
    const file = fileOf(now, path)
    const lost = fileOf(from, path)?.exists === true && fileOf(to, path)?.exists === true && !file?.exists
    const comes = ({ from: was, to: wanted }: Slot): boolean => wanted?.file === path && was?.file !== path
    const gone = { why: 'file-gone', file: path } as const
    if (!file || (lost && state.inOrder.some(comes))) state.block(null, gone)
    else if (lost) state.gone(null, gone)
    else if (file.unreadable !== null)
      state.block(null, { why: 'file-unreadable', file: path, problem: file.unreadable })
  }
}

/** No entry comes, or gets a name, where another has that name. */
export function checkNames(state: TransferState): void {
  const { draft } = state
  const came = state.inOrder.flatMap((slot) => {
    const { kind, to: wanted, now } = slot
    const entry = state.entryOf(slot)
    const home = entry && draft.fileOf(entry.id)
    return wanted && entry && home && (now?.name !== entry.name || now.id !== entry.id)
      ? [{ slot, kind, wanted, entry, home }]
      : []
  })
  const key = ({ kind, name }: ModelEntry) => `${kind} ${name}`
  const names = new Set(came.map(({ entry }) => key(entry)))
  const holders = new Map<string, { readonly file: string; readonly id: EntryId }[]>()
  for (const kind of new Set(came.map((one) => one.kind)))
    for (const { path, [kind]: entries } of draft.files)
      for (const one of entries)
        if (names.has(key(one)))
          holders.set(key(one), [...(holders.get(key(one)) ?? []), { file: path, id: one.id }])
  for (const { slot, kind, wanted, entry, home } of came) {
    const others = holders.get(key(entry))?.filter(({ id }) => id !== entry.id) ?? []
    // An older record does not say whether another file had that name then.
    const holder = others.find(
      ({ file }) =>
        file === home.path || (wanted.twin === false && draft.scopeAt(file) === draft.scopeAt(home.path)),
    )
    if (holder) state.block(slot, { why: 'name-taken', kind, name: entry.name, file: holder.file })
  }
}

/** What is put back or changed finds what it names, if it found that then. */
export function checkReferences(state: TransferState): void {
  const { draft, slots } = state
  for (const slot of state.inOrder) {
    const entry = state.entryOf(slot)
    if (!slot.to || !entry) continue
    for (const { key, kind } of references[slot.kind]) {
      const target = textAt(entry, key)
      // What it named in a file that this write did not touch may never have been there.
      const known = slots.named('to', kind, textAt(slot.to.entry, key), slot.to.file) !== null
      if (target === null || !known || draft.scopeOf(entry).winner(kind, target)) continue
      const [field, called] = calledIn(kind, state.said(target) ?? target)
      state.block(slot, { why: 'dangling', kind: slot.kind, name: nameOf(slot), field, target: called })
    }
  }
}

/** A name that led nowhere before the write leads nowhere again: as it was, but not without a word. */
export function noteDangling(state: TransferState, about: readonly EntryId[]): void {
  const { draft, notes } = state
  const { now } = state.input
  const changed = new Set([...about, ...state.unsettled])
  if (changed.size === 0) return
  const before = new Draft(now)
  for (const id of changed) {
    const entry = draft.get(id)
    // One that was moved is another entry in its new place.
    const was = before.get(id) ?? (entry && state.slotOf(entry)?.now) ?? null
    const alone = entry && draft.scopeOf(entry).alone
    for (const kind of behind) {
      const target = entry && textAt(entry, kind)
      if (!entry || target === null || draft.behind(entry, kind)) continue
      if (was && textAt(was, kind) === target && !before.behind(was, kind)) continue
      notes.push({
        edit: null,
        code: kind === 'cluster' ? 'dangling-cluster' : 'dangling-user',
        blocks: false,
        message: `The context ${quoted(entry.name)} names the ${kind} ${quoted(state.said(target) ?? target)} again, which is not ${alone === null ? 'there' : `in ${alone}`}.`,
        next: `Choose another ${kind} for it, or delete the context.`,
      })
    }
  }
}
