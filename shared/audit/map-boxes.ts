/** The boxes of a map, with what stands in and beside them. Pure. */
import { counted, plural } from '../counted'
import { endOf } from '../identity/distinct-names'
import type { AuditCluster, AuditContext } from './audit'
import { countsOf, mayDoEverything } from './map-harm'
import { enterShapes, entersTitle, type Line } from './map-lines'
import { type Columns, type MapOptions, type MapPart, part } from './map-model'
import { accountLabel, type Node, type Nodes, numberOf } from './map-nodes'
import { cutName, cutTo, cutWords, glyphs, rounded, type Shape, widthOf } from './map-shapes'
import { crownAt, faintWords, text, tile } from './map-signs'

/** The head of an account above its clusters. */
export function accountPart(
  contexts: readonly AuditContext[],
  cluster: AuditCluster | undefined,
  { cluster: { x }, pad }: Columns,
  width: number,
  y: number,
): MapPart {
  const label = accountLabel(cluster)
  const number = numberOf(cluster)
  const count = plural(contexts.length, 'context')
  const right = width - pad
  return part({
    kind: 'account',
    label,
    key: cluster?.account ?? '',
    contexts,
    title: `${label}${number === '' ? '' : ` ${number}`}: ${count}`,
    shapes: [
      // All of it answers clicks, not its letters alone.
      { tag: 'rect', x, y: rounded(y - 4), width: rounded(right - x), height: 20, fill: 'back' },
      text(x, y + 10, cutTo(label, (right - x) * 0.5, 11, 600), {
        weight: 600,
        after: number === '' ? [] : [{ text: number, size: 10, mono: true, fill: 'text3' }],
      }),
      text(right, y + 10, count, { size: 10.5, anchor: 'end', fill: 'text3' }),
      { tag: 'path', d: `M${x},${y + 17}H${right}`, stroke: 'line', strokeWidth: 1 },
    ],
  })
}

export function clusterParts(
  node: Node,
  lines: readonly Line[],
  cluster: AuditCluster | undefined,
  columns: Columns,
  lineHeight: number,
  { markOf }: Pick<MapOptions, 'markOf'>,
): readonly MapPart[] {
  const { x, width } = columns.cluster
  const { y, height, contexts } = node
  const centre = y + height / 2
  const right = x + width
  const bar: Shape[] = []
  let at = y + 2
  for (const [verdict, count] of countsOf(contexts)) {
    const tall = ((height - 4) * count) / contexts.length
    bar.push({
      tag: 'rect',
      x: rounded(right - 3),
      y: rounded(at),
      width: 3.5,
      height: rounded(Math.max(1, tall - 0.6)),
      fill: glyphs[verdict].bar,
    })
    at += tall
  }
  const isFolded = node.column === 'account'
  const name = cutName(node.distinct, width - 20, 12, 600)
  const region = shortRegion(node.detail)
  const rest = width - 24 - widthOf(name, 12, 600)
  const among = plural(contexts.length, 'context')
  const inside = `${among} · ${plural(new Set(contexts.map((one) => one.cluster)).size, 'cluster')}`
  // Half of it would be a number of nothing.
  const counts = widthOf(inside, 10.5) <= width - 18 ? inside : among
  const box = { x, y, width, height }
  const boxPart = part({
    kind: node.column,
    label: node.label,
    key: node.key,
    fold: node.fold,
    contexts,
    title: `${node.label}${node.detail === '' ? '' : `, ${node.detail}`}: ${plural(contexts.length, 'context')}`,
    box,
    shapes: [
      { tag: 'rect', ...box, radius: 5, fill: 'box', stroke: 'line', strokeWidth: 1 },
      ...bar,
      text(x + 10, centre + (isFolded ? -3 : 4), name, {
        size: 12,
        weight: 600,
        fill: 'text',
        after: isFolded
          ? faintWords(node.detail, rest, 9.5, true)
          : widthOf(region, 9.5) > rest
            ? []
            : faintWords(region, rest, 9.5, true),
      }),
      ...(isFolded
        ? [text(x + 10, centre + 11, cutWords(counts, width - 18, 10.5), { size: 10.5, fill: 'text3' })]
        : []),
    ],
  })
  const inline = columns.inline && cluster !== undefined
  const rows = lines.length + (inline ? 1 : 0)
  const firstLine = centre - ((rows - 1) * lineHeight) / 2
  const lined = lines.map(({ part, draw, lead }, row): MapPart => {
    const lineY = firstLine + row * lineHeight
    const leads: readonly Shape[] =
      lead === null
        ? []
        : [
            {
              tag: 'path',
              d: `M${rounded(right + 2)},${rounded(lineY)}H${rounded(columns.contexts.x - 4)}`,
              stroke: lead,
              strokeWidth: lead === 'band-bad' ? 1.6 : 1,
              opacity: lead === 'band-bad' ? 1 : 0.55,
            },
          ]
    return { ...part, shapes: [...leads, ...draw(columns.contexts.x, lineY)] }
  })
  if (cluster === undefined || columns.unread) return [boxPart, ...lined]
  const place = columns.enters ?? columns.contexts
  const entersY = inline ? firstLine + lines.length * lineHeight : centre
  return [
    boxPart,
    ...lined,
    part({
      kind: 'text',
      contexts,
      title: entersTitle(cluster),
      shapes: enterShapes(cluster, place, entersY, { markOf, inline }),
    }),
  ]
}

/** `euw1` of eu-west-1, as there is little room. */
const shortRegion = (region: string): string =>
  region.replace(
    /^(\w+(?:-gov)?)-(?:(north|south|east|west|central)(east|west)?)-(\d+)$/,
    (_, area: string, one: string, two: string | undefined, number: string) =>
      `${area.replace('-', '')}${one.at(0) ?? ''}${two?.at(0) ?? ''}${number}`,
  )

/** Its bands end in another's doing: the whole box is red. */
const isSource = ({ contexts }: Node): boolean => contexts.some(({ signs }) => signs === 'another')

export function sourcePart(node: Node, { source: { x, width } }: Columns): MapPart {
  const { y, height, contexts, label, detail } = node
  const bad = isSource(node)
  const centre = y + height / 2
  const count = counted(contexts.length)
  const box = { x, y, width, height }
  return part({
    kind: 'source',
    label,
    key: node.key,
    contexts,
    title: `${label}${detail === '' ? '' : `, ${detail}`}: ${plural(contexts.length, 'context')}`,
    box,
    shapes: [
      {
        tag: 'rect',
        ...box,
        radius: 5,
        fill: bad ? 'badback' : 'source',
        stroke: bad ? 'band-bad' : 'line',
        strokeWidth: 1,
      },
      text(
        x + 9,
        centre + (detail === '' ? 4 : -2),
        cutName(node.distinct, width - 24 - widthOf(count, 10.5), 11.5, 600),
        { size: 11.5, weight: 600, fill: bad ? 'bad' : 'text' },
      ),
      text(x + width - 8, centre + (detail === '' ? 4 : -2), count, {
        size: 10.5,
        anchor: 'end',
        fill: 'text2',
      }),
      ...(detail === ''
        ? []
        : [
            text(x + 9, centre + 11, (detail.includes('/') ? cutTo : cutWords)(detail, width - 16, 10), {
              size: 10,
              fill: 'text3',
            }),
          ]),
    ],
  })
}

export function identityPart(
  node: Node,
  { known, tellAccount }: Nodes,
  { identity: { x, width } }: Columns,
  markOf: MapOptions['markOf'],
): MapPart {
  const { y, height, contexts, missing, label, detail } = node
  const identity = known.identities.get(node.key)
  // Folded ones have the mark of the first of them.
  const first = [...contexts, ...missing]
    .flatMap(({ acts, should }) => [acts, should ?? ''])
    .map((key) => known.identities.get(key))
  const shown = identity ?? first.find((one) => one?.name === label)
  const bad = contexts.some(({ signs, enters }) => signs === 'another' || enters === 'another')
  const proven = contexts.some(({ by }) => by === 'proven' || by === 'seen')
  const admin = contexts.some(mayDoEverything)
  const absent = contexts.length === 0
  const centre = y + height / 2
  const room = width - 27 - (admin ? 22 : 6)
  // An account is read whole, or by the end that no other has: cut by the room that each name leaves, it would be written in many ways.
  const short = node.fold === null ? endOf(tellAccount(detail)) : detail
  const least = node.fold === null ? room * 0.6 : 40
  const name = cutName(node.distinct, Math.max(room - widthOf(short, 10.5) - 6, least), 11.5, 600)
  const after = room - widthOf(name, 11.5, 600) - 6
  const account = [detail, short].find((one) => widthOf(one, 10.5) <= after) ?? ''
  const box = { x, y, width, height }
  return part({
    kind: 'identity',
    label,
    key: node.key,
    fold: node.fold,
    contexts: absent ? missing : contexts,
    title: [
      `${shown?.arn ?? label}${detail === '' ? '' : `, ${detail}`}: ${plural(contexts.length, 'context')}`,
      ...(missing.length === 0 ? [] : [`${plural(missing.length, 'more', 'more')} should act as it`]),
      ...(admin ? ['may do everything'] : []),
    ].join(', '),
    box,
    shapes: [
      {
        tag: 'rect',
        ...box,
        radius: 5,
        fill: 'box',
        stroke: bad ? 'band-bad' : 'line',
        strokeWidth: 1,
        ...(absent && { dash: '3 3' }),
      },
      ...tile(
        { key: shown?.key ?? node.key, label, unknown: shown?.kind !== 'principal' },
        x + 5,
        centre,
        markOf,
      ),
      text(x + 27, centre + 4, name, {
        size: 11.5,
        weight: 600,
        fill: bad ? 'bad' : proven ? 'text' : 'text3',
        after: faintWords(account, after, 10.5),
      }),
      ...(admin ? [crownAt(x + width - 12, centre)] : []),
    ],
  })
}
