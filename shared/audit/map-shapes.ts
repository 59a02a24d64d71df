/** The shapes that a map is drawn with, and how wide a text is: no part of the page is there to measure it. Pure. */
import { type DistinctName, distinctText, fitted } from '../identity/distinct-names'
import { visible } from '../visible'
import type { StandingVerdict } from './judged'

/** A colour of the map, by its meaning; `tile` and `ink` of the hue of an identity. */
export type Paint =
  | 'back'
  | 'box'
  | 'source'
  | 'line'
  | 'text'
  | 'text2'
  | 'text3'
  | 'ok'
  | 'bad'
  | 'badback'
  | 'warn'
  | 'no'
  | 'dot'
  | 'band-ok'
  | 'band-bad'
  | 'band-foretold'
  | 'band-no'
  | 'band-open'
  | 'band-files'
  | 'bar-broken'
  | 'bar-warn'
  | 'bar-none'
  | `tile-${number}`
  | `ink-${number}`

interface Inked {
  readonly fill?: Paint
  readonly stroke?: Paint
  readonly strokeWidth?: number
  readonly opacity?: number
  readonly dash?: string
}

export interface PathShape extends Inked {
  readonly tag: 'path'
  readonly d: string
  /** Where the path's own 0,0 is. */
  readonly at?: readonly [x: number, y: number]
}

export interface RectShape extends Inked {
  readonly tag: 'rect'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly radius?: number
}

/** Words of one look. */
export interface Words {
  readonly text: string
  readonly size: number
  readonly fill: Paint
  readonly weight?: 400 | 600 | 650
  readonly mono?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
}

export interface TextShape extends Words {
  readonly tag: 'text'
  readonly x: number
  readonly y: number
  readonly anchor?: 'middle' | 'end'
  /** More words in the same line: where they begin is for the font to say. */
  readonly after?: readonly Words[]
}

export type Shape = PathShape | RectShape | TextShape

/** Two decimals are more than any screen shows. */
export const rounded = (value: number): number => Math.round(value * 100) / 100

const emsOf = (letter: string): number =>
  /[ijl.,:;'|!()[\]’ ]/.test(letter)
    ? 0.31
    : /[mwMW@%…—]/.test(letter)
      ? 0.9
      : /[A-Z0-9_+&]/.test(letter)
        ? 0.67
        : letter < '\u0250'
          ? 0.57
          : 1.05
/** Of the letters that most names are made of. */
const known = Array.from({ length: 128 }, (_, code) => emsOf(String.fromCharCode(code)))

/** About how wide a text is, for Inter and the fonts of the systems; on the side of too wide. */
export function widthOf(text: string, size: number, weight = 400): number {
  let ems = 0
  for (const letter of text) ems += known[letter.charCodeAt(0)] ?? emsOf(letter)
  return ems * size * (weight > 400 ? 1.05 : 1)
}

const shortKey = /\bA[KS]IA(?=…)/

/** Between the words of a name: behind what parts them, and before a capital letter. */
const betweenWords = /(?<=[-_/.:@ …])|(?<=[a-z])(?=[A-Z])/

/**
 * The text without its middle where it is wider than this: names differ at both ends. It is cut between words where these leave
 * most of the room filled, and its last word stays whole where there is room for it.
 */
export function cutTo(text: string, most: number, size: number, weight = 400): string {
  const wide = widthOf(text, size, weight)
  if (wide <= most) return text
  // The end of a key tells it apart: what kind of key it is may go first.
  const ofKeys = text.replace(shortKey, '')
  if (ofKeys !== text) return cutTo(ofKeys, most, size, weight)
  const letters = [...text]
  const room = Math.floor(letters.length * Math.max(0, most / wide))
  const fits = (cut: string): boolean => widthOf(cut, size, weight) <= most
  const words = text.split(betweenWords)
  const ends = words.map((_, at) => words.slice(at).join('')).filter((end, at) => at > 0 && fits(`…${end}`))
  // Of a text that lost its beginning already, the end alone.
  if (text.startsWith('…') && ends[0] !== undefined) return `…${ends[0]}`
  let best = ''
  for (const [at, end] of ends.entries())
    for (let head = words.length - ends.length + at - 1; head > 0; head -= 1) {
      const cut = `${words.slice(0, head).join('').trimEnd()}…${end}`
      if (cut.length <= best.length) break
      if (fits(cut)) best = cut
    }
  if (best.length >= room * 0.6) return best
  const last = ends.find((end) => [...end].length <= room * 0.65)
  const tail = last === undefined ? null : [...last].length
  for (let left = room; left > 1; left -= 1) {
    const head = tail === null ? Math.ceil(left * 0.45) : Math.max(0, left - tail)
    const cut = `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (tail ?? left - head)).join('')}`
    if (fits(cut)) return cut
  }
  return '…'
}

/** A name among those that it stands with: what tells it apart goes last. */
export function cutName(distinct: DistinctName, most: number, size: number, weight = 400): string {
  // The end of a key is not the end of a name.
  if (shortKey.test(distinct.name)) return cutTo(visible(distinctText(distinct)), most, size, weight)
  const cut = fitted(distinct, (text) => widthOf(text, size, weight) <= most)
  return cutTo(visible(cut), most, size, weight)
}

/** Words of ours without the last of them where they are wider than this; a single one is cut as a name is. */
export function cutWords(text: string, most: number, size: number): string {
  const words = text.split(' ')
  for (let left = words.length; left > 0; left -= 1) {
    const cut = `${words.slice(0, left).join(' ')}${left < words.length ? '…' : ''}`
    if (widthOf(cut, size) <= most) return cut.replace(/[\s,·]+…$/, '…')
  }
  return cutTo(words[0] ?? '', most, size)
}

/** The words in lines of at most this width. */
export function wrapped(text: string, most: number, size: number, weight = 400): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const longer = `${last} ${word}`
    if (last !== undefined && widthOf(longer, size, weight) <= most) lines[lines.length - 1] = longer
    else lines.push(cutTo(word, most, size, weight))
  }
  return lines
}

/** The mark of a verdict around 0,0: its path, its colour, and that of its part of a bar. */
export const glyphs: Readonly<
  Record<StandingVerdict, { readonly d: string; readonly paint: Paint; readonly bar: Paint }>
> = {
  mismatch: { d: 'M0,-5l5.4,9.6h-10.8zM0,-1.6v2.6M0,2.6v.2', paint: 'bad', bar: 'band-bad' },
  'no-access': {
    d: 'M-4.6,0a4.6,4.6 0 1 0 9.2,0a4.6,4.6 0 1 0 -9.2,0M-3,3l6,-6',
    paint: 'no',
    bar: 'no',
  },
  broken: {
    d: 'M-4.6,0a4.6,4.6 0 1 0 9.2,0a4.6,4.6 0 1 0 -9.2,0M-1.7,-1.7l3.4,3.4m0,-3.4l-3.4,3.4',
    paint: 'bad',
    bar: 'bar-broken',
  },
  expired: {
    d: 'M-3.4,-4.6h6.8M-3.4,4.6h6.8M-2.6,-4.6l5.2,9.2M2.6,-4.6l-5.2,9.2',
    paint: 'warn',
    bar: 'dot',
  },
  'login-needed': { d: 'M-5,0h7m-2.6,-2.8l2.8,2.8l-2.8,2.8M4.4,-4v8', paint: 'warn', bar: 'dot' },
  unreachable: { d: 'M-5.2,0h3.4m3.6,0h3.4M-1.8,-2.6v5.2M1.8,-2.6v5.2', paint: 'warn', bar: 'bar-warn' },
  stale: {
    d: 'M-4.4,0a4.4,4.4 0 1 0 8.8,0a4.4,4.4 0 1 0 -8.8,0M0,-2.6v2.8l1.9,1.1',
    paint: 'warn',
    bar: 'bar-warn',
  },
  unsupported: { d: 'M-4,0h8', paint: 'text3', bar: 'bar-none' },
  'not-checked': {
    d: 'M-3.8,-1.6a4.2,4.2 0 0 1 5,-2.3M3.9,-1.2a4.2,4.2 0 0 1 -1.2,4.3M.6,4.2a4.2,4.2 0 0 1 -4.2,-2.4',
    paint: 'text3',
    bar: 'bar-none',
  },
  proven: {
    d: 'M-3.8,0a3.8,3.8 0 1 0 7.6,0a3.8,3.8 0 1 0 -7.6,0M-.7,0h1.4',
    paint: 'text2',
    bar: 'band-open',
  },
  verified: { d: 'M-4,0l3,3l5,-6', paint: 'ok', bar: 'band-ok' },
}

/** May do everything. */
export const crown = 'M-5,3.8v-6.4l2.7,2.6l2.3,-4l2.3,4l2.7,-2.6v6.4z'
