/**
 * One identity, one tile, everywhere: two letters of its name, the shape of its kind, a hue of its own. A principal's key
 * chooses the hue by its hash, so that it is the same in every session; an identity that would look like another gets the next
 * free hue.
 */
/** Hues of tiles (renderer/ui/Tile.module.css, shared/audit/map-svg.ts): none of a verdict, so no red, amber or green; the last is grey. */
export const hueCount = 8

/** The looks of an identity. */
export interface IdentityLooks {
  /** `RO` of ReadOnly, `ca` of carol. */
  readonly letters: string
  /** A user, a key, the root of an account; roles are square. */
  readonly round: boolean
  /** From 0 to hueCount - 1. */
  readonly hue: number
  /** 0 for the first with these looks, then 1, 2 …: shown as a number next to the tile, from 2 on. */
  readonly lap: number
}

/** The identity that a tile shows: what distinguishes it from others, and its name. */
export interface TileIdentity {
  readonly key: string
  readonly label: string
}

/** Two letters for a name: the initials of its words, else its first two letters; of a key id its last two. */
export function lettersOf(label: string): string {
  if (/^A[KS]IA…/.test(label)) return label.slice(-2)
  const words = label
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .trim()
    .split(' ')
  const [first = [], second] = words.map((word) => [...word])
  const letters = second === undefined ? first.slice(0, 2) : [...first.slice(0, 1), ...second.slice(0, 1)]
  return letters.join('') || '?'
}

/** Roles are square, also those that Identity Center creates for a permission set; all others are round. */
const isRound = (key: string): boolean => !/^\S+ \S* ?(role|sso) /.test(key)

/** FNV-1a, 32 bit. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index)
    value = Math.imul(value, 0x01000193)
  }
  return value >>> 0
}

/** An identity that no file names has no key, and no tile of its own. */
type MaybeMarked = Omit<TileIdentity, 'key'> & { readonly key: string | null }

/** Gives each identity a tile, which stays the same for the session. */
export function createMarks() {
  const given = new Map<string, IdentityLooks>()
  const taken = new Set<string>()
  /** By letters and shape: the first number with a hue that may be free, so that ten thousand are not searched for each. */
  const firstFree = new Map<string, number>()
  const inherits = new Map<string, string>()
  function assign({ key, label }: TileIdentity): IdentityLooks {
    const letters = lettersOf(label)
    const round = isRound(key)
    const preferred = given.get(inherits.get(key) ?? '')?.hue ?? hash(key) % hueCount
    // All hues first; when all are taken by these letters, all again with a number.
    const alike = `${letters} ${round}`
    for (let lap = firstFree.get(alike) ?? 0; ; lap++) {
      firstFree.set(alike, lap)
      for (let step = 0; step < hueCount; step++) {
        const mark = { letters, round, hue: (preferred + step) % hueCount, lap }
        const looks = JSON.stringify(mark)
        if (taken.has(looks)) continue
        taken.add(looks)
        given.set(key, mark)
        return mark
      }
    }
  }

  return {
    /** Two keys turned out to be one identity: the one without a hue gets the other's. */
    same(key: string, other: string) {
      inherits.set(key, other)
      inherits.set(other, key)
    },
    /** Known keys keep their tiles; new ones get tiles in the order of their keys, not of arrival. */
    add(all: Iterable<MaybeMarked>) {
      const fresh = new Map<string, TileIdentity>()
      for (const { key, label } of all) if (key !== null && !given.has(key)) fresh.set(key, { key, label })
      for (const one of [...fresh.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) assign(one)
    },
    of: (one: TileIdentity) => given.get(one.key) ?? assign(one),
  }
}
