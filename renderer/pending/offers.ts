/** What a field offers to choose instead of type, and how that is found by what was typed. */

export interface Offer {
  readonly value: string
  readonly hint: string
  /** What the list shows of a long value; the whole is shown on hover. */
  readonly label?: string
  /** The heading that it is under. Offers of one group follow one another. */
  readonly group?: string
  /** Why it cannot be chosen. */
  readonly barred?: string
}

/** Where an offer says what was typed: at its beginning (0), inside (1), in what is beside it (2); null: nowhere. */
export function foundIn({ value, label = '', hint, group = '' }: Offer, wanted: string): 0 | 1 | 2 | null {
  const words = [value, label].map((text) => text.toLowerCase())
  if (words.some((text) => text !== '' && text.startsWith(wanted))) return 0
  if (words.some((text) => text.includes(wanted))) return 1
  return `${hint} ${group}`.toLowerCase().includes(wanted) ? 2 : null
}

/** Offers that say what was typed, the best first; those of groups stay with their group. */
export function narrowed(offers: readonly Offer[], typed: string): readonly Offer[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return offers
  const found = offers.flatMap((offer) => {
    const rank = foundIn(offer, wanted)
    return rank === null ? [] : [{ offer, rank }]
  })
  const grouped = offers.some(({ group }) => group !== undefined)
  return (grouped ? found : found.sort((a, b) => a.rank - b.rank)).map(({ offer }) => offer)
}

/** Offers under their headings; those without one are under none. */
export function offerGroups(
  offers: readonly Offer[],
): readonly { readonly name: string | null; readonly offers: readonly Offer[] }[] {
  const groups: { readonly name: string | null; readonly offers: Offer[] }[] = []
  for (const offer of offers) {
    const name = offer.group ?? null
    const last = groups.at(-1)
    if (last !== undefined && last.name === name) last.offers.push(offer)
    else groups.push({ name, offers: [offer] })
  }
  return groups
}

/** The next one that can be chosen from a place on, around the end; -1 where there is none. */
export function nextOffer(offers: readonly Offer[], from: number, step: 1 | -1): number {
  const { length } = offers
  for (let count = 1; count <= length; count++) {
    const at = (from + step * count + length * 2 + (from < 0 && step < 0 ? 1 : 0)) % length
    if (offers[at]?.barred === undefined) return at
  }
  return -1
}
