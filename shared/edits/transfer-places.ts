/** Where an entry of a transfer is put in its list. */
import type { EntryId } from '../kubeconfig/entries'
import type { Draft } from './draft'
import type { Placed, Slot, Slots } from './entry-slots'
import { type EditModel, fileOf, type ModelEntry } from './model'

/** The places that entries have on the side to which the change leads, found among what stands there meanwhile. */
export class Places {
  private readonly to: EditModel
  private readonly draft: Draft
  private readonly slots: Slots
  /** Of the entry that stands for a slot. */
  private readonly idOf: (slot: Slot) => EntryId | undefined
  private readonly wantedPlaces = new Map<readonly ModelEntry[], ReadonlyMap<ModelEntry, number>>()
  private lastPlace = 0

  constructor(to: EditModel, draft: Draft, slots: Slots, idOf: Places['idOf']) {
    this.to = to
    this.draft = draft
    this.slots = slots
    this.idOf = idOf
  }

  /** Behind the entry that it stood behind. */
  placeFor({ kind }: Slot, { file, entry }: Placed): number {
    const list = fileOf(this.to, file)?.[kind] ?? []
    const here = this.draft.file(file)?.[kind] ?? []
    for (let i = this.wantedPlace(list, entry) - 1; i >= 0; i--) {
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

  /** Where an entry stands in its list. */
  private wantedPlace(list: readonly ModelEntry[], entry: ModelEntry): number {
    const known = this.wantedPlaces.get(list) ?? new Map(list.map((one, place) => [one, place]))
    this.wantedPlaces.set(list, known)
    return known.get(entry) ?? -1
  }
}
