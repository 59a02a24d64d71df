/** Where an entry of a transfer is put in its list. */
import type { EntryId } from '../kubeconfig/entries'
import type { Draft } from './draft'
import type { Placed, Slot } from './entry-slots'
import { type EditModel, fileOf, type ModelEntry } from './model'

/** The places that entries have on the side to which the change leads, found among what stands there meanwhile. */
export class Places {
  private readonly to: EditModel
  private readonly draft: Draft
  private readonly slots: readonly Slot[]
  /** Of the entry that stands for a slot. */
  private readonly idOf: (slot: Slot) => EntryId | undefined
  private wantedBy: ReadonlyMap<ModelEntry, Slot> | null = null
  private readonly wantedPlaces = new Map<readonly ModelEntry[], ReadonlyMap<ModelEntry, number>>()
  private lastPlace = 0

  constructor(to: EditModel, draft: Draft, slots: readonly Slot[], idOf: Places['idOf']) {
    this.to = to
    this.draft = draft
    this.slots = slots
    this.idOf = idOf
  }

  /** Made when an entry first needs a place. */
  private wantedSlots(): ReadonlyMap<ModelEntry, Slot> {
    this.wantedBy ??= new Map(this.slots.flatMap((one) => (one.to ? [[one.to.entry, one] as const] : [])))
    return this.wantedBy
  }

  /** Behind the entry that it stood behind. */
  placeFor(slot: Slot, { file, entry }: Placed): number {
    const list = fileOf(this.to, file)?.[slot.kind] ?? []
    const here = this.draft.file(file)?.[slot.kind] ?? []
    for (let i = this.wantedPlace(list, entry) - 1; i >= 0; i--) {
      const other = list[i]
      const one = other && this.wantedSlots().get(other)
      const id = one && this.idOf(one)
      if (id === undefined) continue
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

  /** Where an entry stands in its list. */
  private wantedPlace(list: readonly ModelEntry[], entry: ModelEntry): number {
    let known = this.wantedPlaces.get(list)
    if (!known) {
      known = new Map(list.map((one, place) => [one, place]))
      this.wantedPlaces.set(list, known)
    }
    return known.get(entry) ?? -1
  }
}
