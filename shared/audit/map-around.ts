/** Around the boxes of a map: its head, the titles of its columns, its legend. Pure. */
import { counted } from '../counted'
import { verdictCount } from '../identity/verdict-words'
import { visible } from '../visible'
import type { AuditContext, EvidenceLevel } from './audit'
import { bands } from './map-bands'
import { countsOf, mayDoEverything } from './map-harm'
import { type Columns, type MapOptions, type MapPart, type Place, part } from './map-model'
import type { Nodes } from './map-nodes'
import { cutWords, glyphs, type Paint, rounded, type Shape, widthOf, wrapped } from './map-shapes'
import { crownAt, glyph, text } from './map-signs'

export const topHeight = (parts: readonly MapPart[]): number =>
  parts.reduce(
    (low, { shapes }) =>
      shapes.reduce((most, shape) => Math.max(most, shape.tag === 'text' ? shape.y : 0), low),
    0,
  )

export function headParts(
  { title, aside }: NonNullable<MapOptions['head']>,
  shown: readonly AuditContext[],
  { pad }: Columns,
  width: number,
): readonly MapPart[] {
  const room = width - 2 * pad
  const asideWidth = widthOf(aside, 11.5)
  const lines = wrapped(visible(title), room, 19, 650)
  const beside = lines.length === 1 && widthOf(lines[0] ?? '', 19, 650) + 24 + asideWidth <= room
  const shapes: Shape[] = lines.map((line, at) =>
    text(pad, 34 + at * 24, line, { size: 19, weight: 650, fill: 'text' }),
  )
  let y = 34 + (lines.length - 1) * 24
  if (beside) shapes.push(text(width - pad, y, visible(aside), { size: 11.5, anchor: 'end', fill: 'text3' }))
  else
    for (const line of wrapped(visible(aside), room, 11.5)) {
      y += 18
      shapes.push(text(pad, y, line, { size: 11.5, fill: 'text3' }))
    }
  y += 26
  let x = pad
  for (const [verdict, count] of countsOf(shown)) {
    const [number, word] = [counted(count), verdictCount[verdict]]
    const wide = 18 + widthOf(`${number} `, 12, 650) + widthOf(word, 12)
    if (x > pad && x + wide > width - pad) {
      x = pad
      y += 20
    }
    shapes.push(
      glyph(verdict, x + 5, y - 4),
      text(x + 15, y, number, { size: 12, weight: 650, fill: 'text' }),
      text(x + 15 + widthOf(`${number} `, 12, 650), y, word, { size: 12, fill: glyphs[verdict].paint }),
    )
    x += wide + 16
  }
  return [part({ kind: 'text', shapes })]
}

export function columnTitles(
  columns: Columns,
  folded: boolean,
  many: boolean,
  y: number,
): readonly MapPart[] {
  const titles: readonly (readonly [Place | null, string, string])[] = [
    [columns.source, 'Signs in by', 'where credentials come from'],
    [columns.identity, 'Acts as', 'by the best evidence'],
    [
      columns.cluster,
      folded ? 'In account' : 'On cluster',
      folded ? 'worst first' : 'by account, worst first',
    ],
    [
      columns.contexts,
      'Contexts',
      columns.unread
        ? 'who may enter was not read yet'
        : many
          ? 'those not right by name'
          : 'each with its verdict',
    ],
    [columns.enters, 'May enter', 'entries and aws-auth'],
  ]
  return titles.flatMap(([place, title, detail]) =>
    place === null
      ? []
      : part({
          kind: 'text',
          shapes: [
            text(place.x, y, title, { weight: 600 }),
            text(place.x, y + 13, cutWords(detail, place.width + 30, 10.5), { size: 10.5, fill: 'text3' }),
          ],
        }),
  )
}

/** What of it occurs, in as many lines as it needs. */
export function legendParts(
  worths: ReadonlySet<EvidenceLevel>,
  { paths, clusters, known }: Nodes,
  { pad }: Columns,
  width: number,
  y: number,
) {
  const entering = clusters
    .flatMap(({ key }) => known.clusters.get(key)?.mayEnter ?? [])
    .filter(({ node }) => !node)
  const swatch =
    (fill: Paint, opacity: number) =>
    (x: number, at: number): readonly Shape[] => [
      { tag: 'rect', x, y: rounded(at - 4), width: 20, height: 8, fill, opacity: Math.min(1, opacity + 0.1) },
    ]
  type Entry = readonly [width: number, says: string, draw: (x: number, at: number) => readonly Shape[]]
  const entries: readonly Entry[] = [
    ...[...bands]
      .reverse()
      .filter((band) => band.worths.some((worth) => worths.has(worth)))
      .map((band): Entry => [20, band.says, swatch(band.paint, band.opacity)]),
    ...(paths.some(({ should }) => should !== null)
      ? [
          [
            20,
            'should be',
            (x: number, at: number): readonly Shape[] => [
              { tag: 'path', d: `M${x},${at}h20`, stroke: 'band-bad', strokeWidth: 1.3, dash: '3 3.5' },
            ],
          ] as const,
        ]
      : []),
    ...(paths.some(({ context }) => mayDoEverything(context)) || entering.some(({ everything }) => everything)
      ? [
          [
            10,
            'may do everything',
            (x: number, at: number): readonly Shape[] => [crownAt(x + 5, at)],
          ] as const,
        ]
      : []),
    ...(entering.some(({ used }) => !used)
      ? [
          [
            6,
            'may enter, no context of all uses it',
            (x: number, at: number): readonly Shape[] => [
              { tag: 'rect', x, y: at - 2.5, width: 5, height: 5, radius: 2.5, fill: 'dot' },
            ],
          ] as const,
        ]
      : []),
  ]
  const shapes: Shape[] = [
    { tag: 'path', d: `M${pad},${rounded(y)}H${width - pad}`, stroke: 'line', strokeWidth: 1 },
  ]
  let [x, at] = [pad, rounded(y + 19)]
  for (const [mark, says, draw] of entries) {
    const wide = mark + 8 + widthOf(says, 10.5)
    if (x > pad && x + wide > width - pad) {
      x = pad
      at += 20
    }
    shapes.push(...draw(rounded(x), at), text(x + mark + 8, at + 4, says, { size: 10.5, fill: 'text3' }))
    x += wide + 22
  }
  return { parts: [part({ kind: 'text', shapes })], height: at - y + 16 }
}
