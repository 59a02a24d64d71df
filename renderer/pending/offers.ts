/** The choices that a field offers, and how typed text finds them. */

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

/** Where an offer contains the typed text: at its beginning (0), inside (1), in its hint or group (2); null: nowhere. */
export function foundIn({ value, label = '', hint, group = '' }: Offer, wanted: string): 0 | 1 | 2 | null {
  const words = [value, label].map((text) => text.toLowerCase())
  if (words.some((text) => text !== '' && text.startsWith(wanted))) return 0
  if (words.some((text) => text.includes(wanted))) return 1
  return `${hint} ${group}`.toLowerCase().includes(wanted) ? 2 : null
}

/** Offers that contain the typed text, the best first; offers of a group stay together. */
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

/** The next offer that can be chosen from an index on, wrapping around; -1 where there is none. */
export function nextOffer(offers: readonly Offer[], from: number, step: 1 | -1): number {
  const { length } = offers
  for (let count = 1; count <= length; count++) {
    const at = (from + step * count + length * 2 + (from < 0 && step < 0 ? 1 : 0)) % length
    if (offers[at]?.barred === undefined) return at
  }
  return -1
}
