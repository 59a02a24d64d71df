/** One transfer under way: what the entries have become so far, and what is in its way. Its steps share this, and nothing else. */
import type { EntryId, ModelKind } from '../kubeconfig/entries'
import { Draft } from './draft'
import type { EditProblem } from './edit'
import type { ChangeNow, Chosen, Slot, Slots } from './entry-slots'
import { type InTheWay, inTheWaySentence } from './in-the-way'
import { fileOf, type ModelEntry } from './model'
import type { ReadScope } from './read-scope'
import { Places } from './transfer-places'

export interface TransferInput extends ChangeNow {
  /** Only what belongs to these contexts; null: everything. */
  readonly only: ReadonlySet<string> | null
  /** Files that are, byte for byte, as the change is to find them. */
  readonly intact: ReadonlySet<string>
  /** The id under which the planner finds the text of an entry of `to`. */
  readonly pattern?: (entry: ModelEntry) => EntryId | null
}

export interface Block {
  readonly slot: Slot | null
  readonly what: InTheWay
}

/** What is known of a transfer at each of its steps. */
export class TransferState {
  readonly input: TransferInput
  readonly slots: Slots
  readonly chosen: Chosen
  readonly draft: Draft
  /** What is chosen, in the order in which it is carried out. */
  readonly inOrder: readonly Slot[]
  readonly places: Places
  readonly blocks: Block[]
  /** What is done otherwise than the write was made. */
  readonly notes: EditProblem[] = []
  /** Names that were taken off entries until all have theirs. */
  readonly names = new Map<string, string>()
  readonly renames = new Map<Slot, string>()
  /** Contexts by whose names something else is meant again, or nothing. */
  readonly unsettled = new Set<EntryId>()
  /** The current context's name where that context went. */
  readonly removedCurrent = new Map<ReadScope, string>()
  private readonly goneSlots = new Set<Slot>()
  private readonly lostFiles = new Set<string>()
  /** The entry that was put back for a slot, or is in another place. */
  private readonly ids = new Map<Slot, EntryId>()
  /** And the other way round. */
  private readonly slotsById = new Map<EntryId, Slot>()

  constructor(input: TransferInput, slots: Slots, chosen: Chosen) {
    this.input = input
    this.slots = slots
    this.chosen = chosen
    this.draft = new Draft(input.now)
    this.inOrder = [...chosen.slots]
    this.blocks = chosen.unknown.map((name) => ({
      slot: null,
      what: { why: 'no-part', name },
    }))
    this.places = new Places(input.to, this.draft, slots, (slot) => this.idOf(slot))
  }

  /** Names what is in the way; of a part of the change, or (null) of the whole. */
  block(slot: Slot | null, what: InTheWay): void {
    this.blocks.push({ slot, what })
  }

  /**
   * What is gone is in the way of nothing, and is named. A profile alone may have another name by now, and contexts that name it
   * are no part of its file.
   */
  gone(slot: Slot | null, what: InTheWay): void {
    if (slot?.kind === 'section') {
      this.block(slot, what)
      return
    }
    if (what.why === 'file-gone') this.lostFiles.add(what.file)
    if (slot) this.goneSlots.add(slot)
    const message = inTheWaySentence(what)
    if (this.notes.some((note) => note.message === message)) return
    const next = 'All else of that write is carried out.'
    this.notes.push({ edit: null, code: 'no-such-entry', blocks: false, message, next })
  }

  isGone(slot: Slot | null): boolean {
    return slot !== null && this.goneSlots.has(slot)
  }

  standsFor(slot: Slot, id: EntryId): void {
    this.ids.set(slot, id)
    this.slotsById.set(id, slot)
  }

  idOf(slot: Slot): EntryId | undefined {
    return this.ids.get(slot) ?? slot.now?.id
  }

  slotOf(entry: ModelEntry): Slot | null {
    return this.slotsById.get(entry.id) ?? this.slots.of(entry, this.draft.fileOf(entry.id)?.path)
  }

  entryOf(slot: Slot): ModelEntry | null {
    const id = this.idOf(slot)
    return id === undefined ? null : this.draft.get(id)
  }

  byKind(kind: ModelKind | 'behind'): readonly Slot[] {
    return this.inOrder.filter((slot) => (kind === 'behind' ? slot.kind !== 'context' : slot.kind === kind))
  }

  isListed(path: string): boolean {
    return this.draft.list.files.some((file) => file.path === path)
  }

  /** Whether a file is gone or cannot be read, which is named already. */
  isLost(path: string): boolean {
    return (
      this.lostFiles.has(path) ||
      this.blocks.some(
        ({ what }) => (what.why === 'file-gone' || what.why === 'file-unreadable') && what.file === path,
      )
    )
  }

  /** A name as people know it: never one that an entry has only meanwhile. */
  said(name: string | null | undefined): string | null | undefined {
    return typeof name === 'string' ? (this.names.get(name) ?? name) : name
  }

  /** What has that name in no file of the write, among what is read together with `file`, is called now. */
  nameElsewhere(kind: ModelKind, name: string, file: string | undefined): string {
    const { from, follow } = this.input
    // A file beside the list is one of the write: what it does not have led nowhere, and stays.
    if (file !== undefined && !this.isListed(file)) return name
    const untouched = this.draft.list.files.flatMap(({ path }) => (fileOf(from, path) ? [] : [path]))
    return follow.place(kind, { file: this.slots.fileBefore(kind, name, null) ?? untouched, name }).name
  }

  /** What is called so on one side is called now; put back under that name where it is not there. */
  nameNow(slot: Slot | null, kind: ModelKind, name: string, file: string | undefined): string {
    if (slot === null) return this.nameElsewhere(kind, name, file)
    return this.entryOf(slot)?.name ?? name
  }
}
