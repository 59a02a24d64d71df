/** The bands between the boxes of a map: how thick, in which order, of which colour. Pure. */
import { grouped } from '../grouped'
import type { AuditContext, EvidenceLevel } from './audit'
import { type Columns, type MapPart, namesIn, type Place, part } from './map-model'
import type { Node, Path } from './map-nodes'
import { type Paint, rounded } from './map-shapes'

/** How a step is drawn, and what the legend says of it; the worst last, so that it is on top. */
export const bands: readonly {
  readonly worths: readonly EvidenceLevel[]
  readonly paint: Paint
  readonly opacity: number
  readonly says: string
}[] = [
  { worths: ['claimed'], paint: 'band-files', opacity: 0.3, says: 'files say so, not proven' },
  { worths: ['proved', 'let-in'], paint: 'band-ok', opacity: 0.28, says: 'AWS and the cluster said so' },
  { worths: ['nobody-says'], paint: 'band-open', opacity: 0.5, says: 'nothing says who it should be' },
  { worths: ['refused'], paint: 'band-no', opacity: 0.5, says: 'refused' },
  { worths: ['claimed-another'], paint: 'band-foretold', opacity: 0.6, says: 'files say another' },
  { worths: ['another'], paint: 'band-bad', opacity: 0.95, says: 'acts as another' },
]

const bandOf = new Map(
  bands.flatMap((band, rank) => band.worths.map((worth) => [worth, { ...band, rank }] as const)),
)

export const rankOf = (worth: EvidenceLevel): number => bandOf.get(worth)?.rank ?? 0

export const middle = ({ y, height }: Node): number => y + height / 2

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** A step of some contexts between two boxes. */
export interface Band {
  readonly from: Node
  readonly to: Node
  readonly worth: EvidenceLevel
  readonly contexts: AuditContext[]
  readonly thick: number
  fromY: number
  toY: number
}

export function bandsOf(
  paths: readonly Path[],
  of: (path: Path) => readonly [from: Node, to: Node, worth: EvidenceLevel],
  thickOf: (count: number) => number,
): readonly Band[] {
  const groups = grouped(paths, (path) => {
    const [from, to, worth] = of(path)
    return `${from.key}\n${to.key}\n${rankOf(worth)}`
  })
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const [from, to, worth] = of(first)
    const contexts = group.map(({ context }) => context)
    return [{ from, to, worth, contexts, thick: thickOf(contexts.length), fromY: 0, toY: 0 }]
  })
}

/** How thick all bands at one side of each box are. */
export function thickness(all: readonly Band[], side: 'from' | 'to'): ReadonlyMap<Node, number> {
  const sum = new Map<Node, number>()
  for (const band of all) sum.set(band[side], (sum.get(band[side]) ?? 0) + band.thick)
  return sum
}

/** Where bands leave and reach boxes: in the order of the boxes at their other end, so that they do not cross there. */
export function attach(all: readonly Band[]): void {
  const place = (side: 'from' | 'to', otherSide: 'from' | 'to', put: (band: Band, y: number) => void) => {
    for (const [node, group] of grouped(all, (band) => band[side])) {
      const sorted = [...group].sort(
        (a, b) => a[otherSide].y - b[otherSide].y || rankOf(b.worth) - rankOf(a.worth),
      )
      let y = middle(node) - group.reduce((sum, { thick }) => sum + thick, 0) / 2
      for (const band of sorted) {
        put(band, y)
        y += band.thick
      }
    }
  }
  place('from', 'to', (band, y) => {
    band.fromY = y
  })
  place('to', 'from', (band, y) => {
    band.toY = y
  })
}

export function bandPart(band: Band, from: Place, to: Place): MapPart {
  const [x, far] = [from.x + from.width, to.x]
  const half = rounded((x + far) / 2)
  const { paint, opacity } = bandOf.get(band.worth) ?? { paint: 'band-files', opacity: 0.3 }
  const [y, end, thick] = [rounded(band.fromY), rounded(band.toY), rounded(band.thick)]
  const [low, endLow] = [rounded(y + thick), rounded(end + thick)]
  return part({
    kind: 'band',
    key: `${band.from.key}\n${band.to.key}\n${band.worth}`,
    contexts: band.contexts,
    worth: band.worth,
    title: namesIn(band.contexts),
    shapes: [
      {
        tag: 'path',
        d: `M${x},${y}C${half},${y} ${half},${end} ${far},${end}V${endLow}C${half},${endLow} ${half},${low} ${x},${low}Z`,
        fill: paint,
        opacity,
      },
    ],
  })
}

/** From where contexts should come that another box leads to. */
export function dashedParts(paths: readonly Path[], { identity, cluster }: Columns): readonly MapPart[] {
  const groups = grouped(paths, ({ should, cluster: to }) => should && `${should.key}\n${to.key}`)
  return [...groups].flatMap(([key, group]) => {
    const [first] = group
    if (!first?.should) return []
    const [x, y] = [identity.x + identity.width, rounded(middle(first.should))]
    const [far, end] = [cluster.x, rounded(first.cluster.y + first.cluster.height - 4)]
    const half = rounded((x + far) / 2)
    const contexts = group.map(({ context }) => context)
    return part({
      kind: 'band',
      key: `should\n${key}`,
      contexts,
      title: `Should be ${first.should.label}: ${namesIn(contexts)}`,
      shapes: [
        {
          tag: 'path',
          d: `M${x},${y}C${half},${y} ${half},${end} ${far},${end}`,
          stroke: 'band-bad',
          strokeWidth: 1.3,
          dash: '3 3.5',
        },
      ],
    })
  })
}
