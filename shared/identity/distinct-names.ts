/**
 * Names that stand together: each is shortened by what all of them share, and never in the part in which it differs. Grid, switcher,
 * palette, map, report, sentences and titles show names by this.
 */

import { once } from '../once'
import { named, visible } from '../visible'
import { parseClusterArn } from './arn'

/** How a name is shown among others. */
export interface DistinctName {
  /** Whole, for titles, screen readers and copies. */
  readonly name: string
  /** What of it is shown where there is room: from here to there. */
  readonly from: number
  readonly to: number
  /** What of that no other of them has: a place without room for all cuts the rest. */
  readonly kept: 'start' | 'end'
  readonly keptTo: number
  readonly keptFrom: number
  /** Of a cluster's ARN, the region and account in which it differs from others that end alike. */
  readonly where: readonly string[]
}

/** Shorter than this, an ellipsis saves nothing. */
const leastHidden = 8
/** A beginning of so many letters is kept before an end: it is where one reads. */
const shortStart = 12
/** Of a very long name in a sentence; longer ones would be more than two lines of a dialog. */
const longest = 64
const endOfLong = 20
const separator = /[-_./:@ ]/

const alike = (one: string, other: string): number => {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}

const reversed = (text: string): string => [...text].reverse().join('')

/** For each text, how long a beginning of it is that no other begins with; at the end of a word. */
function ownBeginnings(texts: readonly string[]): ReadonlyMap<string, number> {
  const sorted = [...texts].sort()
  return new Map(
    sorted.map((text, at) => {
      const shared = Math.max(alike(text, sorted[at - 1] ?? ''), alike(text, sorted[at + 1] ?? ''))
      const end = shared < text.length ? text.slice(shared + 1).search(separator) : -1
      return [text, end < 0 ? text.length : shared + 1 + end]
    }),
  )
}

/** How many letters all begin with, up to a word's end; 0 where hiding them saves nothing or would leave nothing. */
function sharedBeginning(texts: readonly string[]): number {
  const [first, ...others] = texts
  if (first === undefined || others.length === 0) return 0
  let shared = first.length
  for (const other of others) shared = Math.min(shared, alike(first, other), other.length - 2)
  // Their next letters differ: the word ends before.
  do shared -= 1
  while (shared > 0 && !separator.test(first[shared] ?? ''))
  return shared < leastHidden ? 0 : shared
}

/** The lead of what is hidden: `…/` of an ARN, whose clusters are named behind a slash. */
export const leadOf = ({ name, from }: DistinctName): string =>
  from === 0 ? '' : parseClusterArn(name) === null ? '…' : '…/'
export const textOf = ({ name, from, to }: DistinctName): string => name.slice(from, to)
export const trailOf = ({ name, to }: DistinctName): string => (to < name.length ? '…' : '')

/** As it is shown where there is room for all. */
export const distinctText = (distinct: DistinctName): string =>
  [`${leadOf(distinct)}${textOf(distinct)}${trailOf(distinct)}`, ...distinct.where].join(' ')

/** The same with as much of it as fits, and always what tells it apart. */
export function fitted(distinct: DistinctName, fits: (text: string) => boolean): string {
  const { name, from, to, kept, keptTo, keptFrom } = distinct
  const all = `${leadOf(distinct)}${textOf(distinct)}${trailOf(distinct)}`
  if (fits(all)) return all
  const letters = [...name.slice(kept === 'start' ? keptTo : from, kept === 'start' ? to : keptFrom)]
  const cut = (left: number): string => {
    const rest = letters.slice(0, left).join('')
    return kept === 'start'
      ? `${leadOf(distinct)}${name.slice(from, keptTo)}${rest}…`
      : `${left === 0 ? '' : `${leadOf(distinct)}${rest}`}…${name.slice(keptFrom, to)}${trailOf(distinct)}`
  }
  if (letters.length === 0) return all
  // The more letters, the longer: a name may have thousands.
  let [fitting, tooMany] = [0, letters.length]
  while (tooMany - fitting > 1) {
    const half = (fitting + tooMany) >> 1
    if (fits(cut(half))) fitting = half
    else tooMany = half
  }
  return cut(fitting)
}

/** As it is where there is room for nothing but what tells it apart. */
export const withoutRest = (distinct: DistinctName): string =>
  [fitted(distinct, () => false), ...distinct.where].join(' ')

/** The end of it that no other has. */
export const endOf = (distinct: DistinctName): string => fitted({ ...distinct, kept: 'end' }, () => false)

/** Whether these words stand in what is shown of it. */
export const isShownIn = (distinct: DistinctName, words: string): boolean => {
  const text = ` ${textOf(distinct)} `
  const at = text.indexOf(words)
  return at > 0 && separator.test(text[at - 1] ?? '') && separator.test(text[at + words.length] ?? '')
}

const whole = (name: string): DistinctName => ({
  name,
  from: 0,
  to: name.length,
  kept: 'start',
  keptTo: name.length,
  keptFrom: 0,
  where: [],
})

/** A name that stands alone: an ARN by its end, with region and account where others are not seen beside it. */
export function nameAlone(name: string, placed = true): DistinctName {
  const arn = parseClusterArn(name)
  if (arn === null) return { ...whole(name), kept: 'end', keptFrom: Math.max(0, name.length - endOfLong) }
  const from = name.length - arn.name.length
  return { ...whole(name), from, keptFrom: from, where: placed ? [arn.region, arn.account] : [] }
}

/** Without what a heading above it says already: at its beginning, at its end, and of where its cluster is. */
function under(distinct: DistinctName, said: readonly string[]): DistinctName {
  if (said.length === 0) return distinct
  const { name, keptTo, keptFrom } = distinct
  const where = distinct.where.filter((part) => !said.includes(part))
  let { from, to } = distinct
  for (const one of said) {
    if (one === '' || one.length >= name.length) continue
    const [behind, before] = [one.length, name.length - one.length]
    if (behind > from && name.startsWith(one) && separator.test(name[behind] ?? '')) from = behind
    if (before < to && name.endsWith(one) && separator.test(name[before - 1] ?? '')) to = before
  }
  if (from + 1 >= to) return { ...distinct, where }
  // What tells it apart stays: as much of it as the heading does not say.
  const within = (at: number) => Math.min(Math.max(at, from), to)
  return { ...distinct, from, to, where, keptTo: within(keptTo), keptFrom: within(keptFrom) }
}

/** How names are shown that stand together; `said`: what a heading above one of them says. A name that is none of them stands alone. */
export function tellApart(names: Iterable<string>): (name: string, said?: readonly string[]) => DistinctName {
  let known: ReadonlyMap<string, DistinctName> | null = null
  return (name, said = []) => {
    known ??= distinctNamesOf([...new Set(names)])
    return under(known.get(name) ?? nameAlone(name), said)
  }
}

function distinctNamesOf(names: readonly string[]): ReadonlyMap<string, DistinctName> {
  const arns = new Map(
    names.flatMap((name) => {
      const arn = parseClusterArn(name)
      return arn === null ? [] : [[name, arn] as const]
    }),
  )
  const byEnd = new Map<string, { readonly regions: Set<string>; readonly accounts: Set<string> }>()
  for (const { name, region, account } of arns.values()) {
    const { regions, accounts } = once(byEnd, name, () => ({ regions: new Set(), accounts: new Set() }))
    regions.add(region)
    accounts.add(account)
  }
  // What hides within a name is shown by code points, so nothing of it is hidden.
  const plain = names.filter((name) => !arns.has(name) && visible(name) === name)
  const start = sharedBeginning(plain)
  const end = sharedBeginning(plain.map((name) => reversed(name.slice(start))))
  const shown = new Map(
    names.map((name) => {
      const arn = arns.get(name)
      if (arn !== undefined) return [name, arn.name] as const
      return [name, visible(name) === name ? name.slice(start, name.length - end) : name] as const
    }),
  )
  const texts = [...new Set(shown.values())]
  const beginnings = ownBeginnings(texts)
  const ends = ownBeginnings(texts.map(reversed))
  const distinct = names.map((name): DistinctName => {
    const text = shown.get(name) ?? name
    const arn = arns.get(name)
    const from = arn === undefined ? (text === name ? 0 : start) : name.length - text.length
    const to = from + text.length
    const [atStart, atEnd] = [beginnings.get(text) ?? text.length, ends.get(reversed(text)) ?? text.length]
    const { regions, accounts } = byEnd.get(text) ?? { regions: new Set(), accounts: new Set() }
    return {
      name,
      from,
      to,
      kept: atStart <= Math.max(atEnd, shortStart) ? 'start' : 'end',
      keptTo: from + atStart,
      keptFrom: to - atEnd,
      where:
        arn === undefined
          ? []
          : [...(regions.size > 1 ? [arn.region] : []), ...(accounts.size > 1 ? [arn.account] : [])],
    }
  })
  // Two that would be shown alike are shown whole: one is named like the short form of another, or they differ in the partition.
  const counts = new Map<string, number>()
  for (const one of distinct) counts.set(distinctText(one), (counts.get(distinctText(one)) ?? 0) + 1)
  return new Map(
    distinct.map((one) => [one.name, counts.get(distinctText(one)) === 1 ? one : whole(one.name)]),
  )
}

/** An account number in the groups of four by which people read it. */
export const spacedAccount = (account: string): string =>
  /^\d{12}$/.test(account) ? `${account.slice(0, 4)} ${account.slice(4, 8)} ${account.slice(8)}` : account

/** In a sentence or a title a name is whole, a very long one but for its middle; a cluster's ARN is its end. Quoted unless it is a plain word. */
function inSentence(distinct: DistinctName): string {
  const { name, where } = distinct
  if (parseClusterArn(name) === null) return named(shortened(name, distinct))
  const place = where.length === 0 ? '' : ` (${where.map(spacedAccount).join(', ')})`
  return `${fitted(distinct, isShort)}${place}`
}
const isShort = (text: string): boolean => text.length <= longest

/** A name without the middle that makes it very long. */
export const shortened = (name: string, distinct: DistinctName = nameAlone(name)): string =>
  isShort(name) ? name : fitted({ ...distinct, from: 0, to: name.length }, isShort)

/** A name in a sentence or a title. */
export const shortName = (name: string): string => inSentence(nameAlone(name, false))

/** The same in a sentence of its own. For an ARN it adds region and account, because other names may end alike. */
export const placedName = (name: string): string => inSentence(nameAlone(name))

/** Names in one sentence: those that end alike also get what tells their clusters apart. */
export function toldApart(names: readonly string[]): readonly string[] {
  const tell = tellApart(names)
  return names.map((name) => inSentence(tell(name)))
}
