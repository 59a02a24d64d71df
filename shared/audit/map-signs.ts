/** The small things that several parts of a map are drawn with: signs, words, tiles of identities. Pure. */
import type { TileIdentity } from '../identity/colours'
import { visible } from '../visible'
import type { StandingVerdict } from './judged'
import type { MapOptions } from './map-model'
import {
  crown,
  cutTo,
  glyphs,
  type Paint,
  type PathShape,
  rounded,
  type Shape,
  type TextShape,
  type Words,
} from './map-shapes'

export const glyph = (verdict: StandingVerdict, x: number, y: number): PathShape => {
  const { d, paint } = glyphs[verdict]
  return { tag: 'path', d, at: [rounded(x), rounded(y)], stroke: paint, strokeWidth: 1.5 }
}

/** Filled, so that it reads at this size. */
export const crownAt = (x: number, y: number): PathShape => ({
  tag: 'path',
  d: crown,
  at: [rounded(x), rounded(y)],
  fill: 'bad',
})

export const text = (x: number, y: number, says: string, more: Partial<TextShape> = {}): TextShape => ({
  tag: 'text',
  x: rounded(x),
  y: rounded(y),
  text: says,
  size: 11,
  fill: 'text2',
  ...more,
})

/** Words behind others, where there is room for some of them. */
export const faintWords = (says: string, most: number, size: number, mono = false): readonly Words[] =>
  says === '' || most < 20 ? [] : [{ text: cutTo(says, most, size), size, mono, fill: 'text3' }]

export function tile(
  who: TileIdentity & { readonly unknown: boolean },
  x: number,
  y: number,
  markOf: MapOptions['markOf'],
): readonly Shape[] {
  const size = 17
  const letters = (says: string, fill: Paint) =>
    text(x + size / 2, y + 3, says, { size: 8.5, weight: 650, anchor: 'middle', fill })
  const rect = { tag: 'rect', x: rounded(x), y: rounded(y - size / 2), width: size, height: size } as const
  if (who.unknown)
    return [
      { ...rect, radius: size / 2, stroke: 'text3', strokeWidth: 1.1, dash: '2 2' },
      letters('?', 'text3'),
    ]
  const { letters: says, round, hue } = markOf(who)
  return [
    { ...rect, radius: round ? size / 2 : 4, fill: `tile-${hue}` },
    letters(visible(says), `ink-${hue}`),
  ]
}
