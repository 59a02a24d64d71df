/** What is in the way of a transfer beside the entries themselves: files, names and references; and what is only noted. */
import { behind } from '../kubeconfig/entries'
import { quoted } from '../visible'
import { Draft } from './draft'
import { noted } from './edit'
import { nameOf, type Slot, textAt } from './entry-slots'
import { calledIn } from './in-the-way'
import { fileOf } from './model'
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
  for (const slot of state.inOrder) {
    const { kind, to: wanted, now } = slot
    const entry = state.entryOf(slot)
    const home = entry && draft.fileOf(entry.id)
    if (!wanted || !entry || !home || (now?.name === entry.name && now.id === entry.id)) continue
    const others = new Set(draft.namesakes(entry).map(({ id }) => draft.fileOf(id)))
    // An older record does not say whether another file had that name then.
    const holder = draft.files.find(
      (file) =>
        others.has(file) &&
        (file === home || (wanted.twin === false && draft.scopeAt(file.path) === draft.scopeAt(home.path))),
    )
    if (holder) state.block(slot, { why: 'name-taken', kind, name: entry.name, file: holder.path })
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
      const [field, called] = calledIn(kind, state.said(target))
      state.block(slot, { why: 'dangling', kind: slot.kind, name: nameOf(slot), field, target: called })
    }
  }
}

/** A name that led nowhere before the write leads nowhere again: as it was, but not without a word. */
export function noteDangling(state: TransferState): void {
  const { draft, notes, about } = state
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
      notes.push(
        noted(
          kind === 'cluster' ? 'dangling-cluster' : 'dangling-user',
          `The context ${quoted(entry.name)} names the ${kind} ${quoted(state.said(target))} again, which is not ${alone === null ? 'there' : `in ${alone}`}.`,
          `Choose another ${kind} for it, or delete the context.`,
        ),
      )
    }
  }
}
