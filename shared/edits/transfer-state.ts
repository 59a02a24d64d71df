/**
 * One transfer under way: what the entries have become so far, and what is in its way. Its steps share this, and nothing else.
 */
import type { EntryId, ModelKind } from '../kubeconfig/entries'
import { once } from '../once'
import { Draft, type ReadScope } from './draft'
import { type EditProblem, noted, type PutBack } from './edit'
import type { ChangeNow, Chosen, Placed, Slot, Slots } from './entry-slots'
import { type InTheWay, inTheWaySentence } from './in-the-way'
import { fileOf, type ModelEntry } from './model'

export interface TransferInput extends ChangeNow {
  /** Only what belongs to these contexts; null: everything. */
  readonly only: ReadonlySet<string> | null
  /** Files that are, byte for byte, as the change is to find them. */
  readonly intact: ReadonlySet<string>
  /** The id under which the planner finds the text of an entry of `to`. */
  readonly pattern?: (entry: ModelEntry) => EntryId | null
}

/** What is in the way of a part of the change, or (null) of the whole. */
export interface Block {
  readonly slot: Slot | null
  readonly what: InTheWay
}

export class TransferState {
  readonly input: TransferInput
  readonly slots: Slots
  readonly chosen: Chosen
  /** The files as they are now. */
  readonly before: Draft
  readonly draft: Draft
  /** What is chosen, in the order in which it is carried out. */
  readonly inOrder: readonly Slot[]
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
  /** Every current-context that is put back, also where its name is the same as now. */
  readonly pointed: PutBack['current'][number][] = []
  private readonly goneSlots = new Set<Slot>()
  private readonly lostFiles = new Set<string>()
  /** The entry that was put back for a slot, or is in another place. */
  private readonly ids = new Map<Slot, EntryId>()
  /** And the other way round. */
  private readonly slotsById = new Map<EntryId, Slot>()
  private readonly wantedPlaces = new Map<readonly ModelEntry[], ReadonlyMap<ModelEntry, number>>()
  private lastPlace = 0

  constructor(input: TransferInput, slots: Slots, chosen: Chosen) {
    this.input = input
    this.slots = slots
    this.chosen = chosen
    this.before = new Draft(input.now)
    this.draft = new Draft(input.now)
    this.inOrder = [...chosen.slots]
    this.blocks = chosen.unknown.map((name) => ({ slot: null, what: { why: 'no-part', name } }))
  }

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
    this.notes.push(noted('no-such-entry', message, 'All else of that write is carried out.'))
  }

  /** The contexts that the change is about. */
  get about(): readonly EntryId[] {
    return [
      ...this.chosen.contexts.flatMap((slot) => [this.idOf(slot) ?? [], slot.stray?.id ?? []].flat()),
      ...this.chosen.along.map(({ entry }) => entry.id),
    ]
  }

  isGone(slot: Slot | null): boolean {
    return slot !== null && this.goneSlots.has(slot)
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

  /** Puts an entry for a slot where it is to be; `from` and `moved`: see ModelEntry. */
  add(slot: Slot, wanted: Placed, entry: Pick<ModelEntry, 'name' | 'value' | 'from'>, moved: boolean): void {
    const { id } = this.draft.add(wanted.file, slot.kind, entry.name, entry.value, entry.from, {
      index: this.placeFor(slot, wanted),
      moved,
    })
    this.ids.set(slot, id)
    this.slotsById.set(id, slot)
  }

  /** Behind the entry that it was behind on the side `to`, found among what is there meanwhile. */
  private placeFor({ kind }: Slot, { file, entry }: Placed): number {
    const list = fileOf(this.input.to, file)?.[kind] ?? []
    const here = this.draft.file(file)?.[kind] ?? []
    const wanted = once(this.wantedPlaces, list, () => new Map(list.map((one, place) => [one, place])))
    for (let i = (wanted.get(entry) ?? -1) - 1; i >= 0; i--) {
      const slot = this.slots.at('to', kind, { file, name: list[i]?.name ?? '' })
      const id = slot && this.idOf(slot)
      if (!id) continue
      // Entries come back one after the other: each is sought first where the last one was put.
      const place =
        here[this.lastPlace]?.id === id ? this.lastPlace : here.findIndex((candidate) => candidate.id === id)
      if (place < 0) continue
      this.lastPlace = place + 1
      return place + 1
    }
    this.lastPlace = 0
    return 0
  }

  isListed(path: string): boolean {
    return this.draft.file(path)?.listed === true
  }

  /** A name as the user knows it: never one that an entry has only meanwhile. */
  said<T extends string | null | undefined>(name: T): T | string {
    return typeof name === 'string' ? (this.names.get(name) ?? name) : name
  }

  /** The name now of what has `name` on one side (`slot`; null: in no file of the write); what is gone is put back under it. */
  nameNow(slot: Slot | null, kind: ModelKind, name: string, file: string | undefined): string {
    if (slot !== null) return this.entryOf(slot)?.name ?? name
    // A file outside the list is one of the write: a name that it does not have referred to nothing, and stays.
    if (file !== undefined && !this.isListed(file)) return name
    const { from, follow } = this.input
    const untouched = this.draft.list.files.flatMap(({ path }) => (fileOf(from, path) ? [] : [path]))
    return follow.place(kind, { file: this.slots.fileBefore(kind, name, null) ?? untouched, name }).name
  }
}
