/**
 * One identity, one mark, everywhere. A principal's key chooses the mark by its hash, so it is the same in every
 * session; two principals that fall on one mark are told apart by moving the later one to the next free mark.
 */
import { parsePrincipal, permissionSetOf } from '../../shared/identity/arn'

export const hueCount = 16
export const shapes = ['square', 'circle', 'diamond'] as const
export type Shape = (typeof shapes)[number]

/** `hue` counts from 0 to hueCount - 1 (colours in ui/Mark.module.css). */
export interface Mark {
  readonly hue: number
  readonly shape: Shape
  /** 0 for the first that have these looks, then 1, 2 …: shown as a number beside the mark, from 2 on. */
  readonly lap: number
}

/**
 * What makes two names the same person: partition, account, kind and name, letter case ignored. A role that
 * Identity Center made is named by its permission set, so that the profile (which knows no suffix) has the same
 * key. Null for what is no principal's ARN.
 */
export function principalKey(arn: string): string | null {
  const who = parsePrincipal(arn)
  if (!who) return null
  const set = who.kind === 'role' ? permissionSetOf(who.name) : null
  if (set !== null) return permissionSetKey(who.partition, who.account, set)
  return [who.partition, who.account, who.kind, who.name.toLowerCase()].join(' ')
}

/** The key of an SSO profile's identity, whose role is known but for its suffix. */
export function permissionSetKey(partition: string, account: string, set: string): string {
  return [partition, account, 'sso', set.toLowerCase()].join(' ')
}

/** FNV-1a, 32 bit. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index)
    value = Math.imul(value, 0x01000193)
  }
  return value >>> 0
}

const markAt = (slot: number): Mark => ({
  hue: slot % hueCount,
  shape: shapes[Math.floor(slot / hueCount) % shapes.length] ?? 'square',
  lap: Math.floor(slot / (hueCount * shapes.length)),
})

/** Gives every principal key its mark; once given, a mark stays for the session. */
export interface Marks {
  /** Two keys turned out to be one person: whichever has no mark yet gets the other's. */
  same(key: string, other: string): void
  /** Known keys keep theirs; new ones get theirs in order of their names, not of arrival. */
  add(keys: Iterable<string>): void
  of(key: string): Mark
}

export function createMarks(): Marks {
  const given = new Map<string, Mark>()
  const taken = new Set<number>()
  function assign(key: string): Mark {
    const hue = hash(key) % hueCount
    // Squares of all hues first, then circles, then diamonds; when all are taken, all again with a number.
    for (let round = 0; ; round++) {
      for (let step = 0; step < hueCount; step++) {
        const slot = round * hueCount + ((hue + step) % hueCount)
        if (taken.has(slot)) continue
        taken.add(slot)
        const mark = markAt(slot)
        given.set(key, mark)
        return mark
      }
    }
  }

  return {
    same(key, other) {
      const mark = given.get(key) ?? given.get(other)
      if (mark === undefined) return
      for (const one of [key, other]) if (!given.has(one)) given.set(one, mark)
    },
    add(keys) {
      const fresh = [...new Set(keys)].filter((key) => !given.has(key)).sort()
      for (const key of fresh) assign(key)
    },
    of: (key) => given.get(key) ?? assign(key),
  }
}
