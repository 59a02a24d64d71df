/** The lines beside the cluster of a map: contexts by name or by count, and who may enter. Pure. */
import { counted } from '../counted'
import { verdictCount, verdictRank } from '../identity/verdict-words'
import { few } from '../name-lists'
import { named, visible } from '../visible'
import type { AuditCluster, AuditContext, AuditPrincipal } from './audit'
import type { StandingVerdict } from './judged'
import { countsOf, harmOf, mayDoEverything } from './map-harm'
import { type Columns, type MapOptions, type MapPart, type Place, part } from './map-model'
import { allNamed, identityLabel, type Node, type Nodes } from './map-nodes'
import { cutName, cutTo, glyphs, type Paint, rounded, type Shape, type Words, widthOf } from './map-shapes'
import { crownAt, faintWords, glyph, text, tile } from './map-signs'

/** So many contexts are named at a box at most. */
const mostNamed = 12

const mostNamedFolded = 3

/** One line at a cluster: shapes around y 0, from x. */
export interface Line {
  readonly part: Omit<MapPart, 'shapes'>
  readonly draw: (x: number, y: number) => readonly Shape[]
  /** A line leads to it from the bar of this paint. */
  readonly lead: Paint | null
}

const isNamedAlways = (context: AuditContext): boolean => harmOf(context) > 0

function namedLine(context: AuditContext, nodes: Nodes, width: number): Line {
  const { identities } = nodes.known
  const wrong = context.should !== null && harmOf(context) > 3
  const acting = identities.get(context.acts)
  const meant = identities.get(context.should ?? '')
  const [says, not] =
    wrong && acting !== undefined && meant !== undefined
      ? [identityLabel(acting), `not ${identityLabel(meant)}`]
      : ['', verdictCount[context.verdict]]
  const admin = mayDoEverything(context) && harmOf(context) > 0
  const { paint, bar } = glyphs[context.verdict]
  return {
    lead: bar,
    part: part({
      kind: 'context',
      key: context.id,
      contexts: [context],
      title: `${named(context.name)}: ${says === '' ? not : `${verdictCount[context.verdict]}, acts as ${says}, ${not}`}${admin ? ', may do everything' : ''}`,
      shapes: [],
    }),
    draw(x, y) {
      const room = width - 14 - (admin ? 16 : 0)
      // The name comes first: what is left is for the rest.
      const rest = widthOf(says, 11, 650) + widthOf(not, 11) + (says === '' ? 8 : 14)
      const name = cutName(nodes.tell(context.name), Math.max(room - rest, room * 0.5), 11, 600)
      const end = widthOf(name, 11, 600)
      const who = cutTo(says, Math.max(0, room - end - 8), 11, 650)
      const after = end + 8 + (says === '' ? 0 : widthOf(who, 11, 650) + 4)
      const words: readonly Words[] = [
        ...(says === '' ? [] : [{ text: who, size: 11, weight: 650, fill: 'bad' } as const]),
        ...faintWords(not, room - after, 11).map((words) => ({ ...words, fill: wrong ? 'text2' : paint })),
      ]
      return [
        glyph(context.verdict, x + 5, y),
        text(x + 14, y + 4, name, { weight: 600, fill: 'text', after: words }),
        ...(admin ? [crownAt(x + width - 6, y)] : []),
      ]
    },
  }
}

/** How many are how, in as many lines as they need. */
function countLines(contexts: readonly AuditContext[], width: number): readonly Line[] {
  const lines: (readonly [StandingVerdict, number])[][] = []
  let left = 0
  for (const [verdict, count] of countsOf(contexts)) {
    const wide = 28 + widthOf(counted(count), 11, 650)
    if (left < wide || lines.length === 0) {
      lines.push([])
      left = width
    }
    left -= wide
    lines.at(-1)?.push([verdict, count])
  }
  return lines.map((line) => ({
    lead: 'line',
    part: part({
      kind: 'text',
      contexts: contexts.filter(({ verdict }) => line.some(([of]) => of === verdict)),
      title: line.map(([verdict, count]) => `${counted(count)} ${verdictCount[verdict]}`).join(', '),
      shapes: [],
    }),
    draw(x, y) {
      let at = x
      return line.flatMap(([verdict, count]) => {
        const here = at
        at += 28 + widthOf(counted(count), 11, 650)
        return [
          glyph(verdict, here + 5, y),
          text(here + 14, y + 4, counted(count), { weight: 650, fill: glyphs[verdict].paint }),
        ]
      })
    },
  }))
}

/** No context uses who may enter: its name is underlined, its tile framed, and either has a dot. */
const unusedFrame = (x: number, y: number): Shape => ({
  ...{ tag: 'rect', x: rounded(x - 1.5), y: rounded(y - 10), width: 20, height: 20, radius: 5 },
  ...{ stroke: 'text3', strokeWidth: 1, dash: '2 2' },
})
const unusedDot = (x: number, y: number): Shape => ({
  ...{
    tag: 'rect',
    x: rounded(x - 2.5),
    y: rounded(y - 10.5),
    width: 5,
    height: 5,
    radius: 2.5,
    fill: 'dot',
  },
})

/** Those that may do everything by name, all others by their tiles. */
export function enterShapes(
  cluster: AuditCluster,
  { x, width }: Place,
  y: number,
  { markOf, inline }: Pick<MapOptions, 'markOf'> & { readonly inline: boolean },
): readonly Shape[] {
  const all = cluster.mayEnter.filter(({ node }) => !node)
  const lead = inline ? 'may enter ' : ''
  const begin = inline ? widthOf(lead, 10.5) : 0
  const first: readonly Shape[] = inline ? [text(x, y + 4, lead.trim(), { size: 10.5, fill: 'text3' })] : []
  if (all.length === 0) {
    const says = cluster.unread === null ? 'by no list' : 'not read'
    return [...first, text(x + begin, y + 4, says, { size: 10.5, italic: true, fill: 'text3' })]
  }
  const end = x + width - 22
  let at = x + begin
  const shapes: Shape[] = []
  const labelOf = ({ name, principal, username }: AuditPrincipal) =>
    visible(name ?? username ?? principal ?? '')
  const sorted = [...all].sort(
    (a, b) => Number(b.everything) - Number(a.everything) || Number(b.used) - Number(a.used),
  )
  let drawn = 0
  for (const one of sorted) {
    const name = cutTo(labelOf(one), 92, 11, 600)
    const wide = one.everything ? 14 + widthOf(name, 11, 600) + (one.used ? 10 : 14) : 23
    if (at + wide > end && drawn > 0) break
    if (one.everything)
      shapes.push(
        crownAt(at + 5, y),
        text(at + 14, y + 4, name, { weight: 600, fill: 'text', underline: !one.used }),
      )
    else {
      const key = one.key ?? one.principal ?? ''
      shapes.push(...tile({ key, label: labelOf(one), unknown: false }, at, y, markOf))
    }
    if (!one.used)
      shapes.push(
        ...(one.everything ? [] : [unusedFrame(at, y)]),
        unusedDot(one.everything ? at + 18 + widthOf(name, 11, 600) : at + 18, y),
      )
    at += wide
    drawn += 1
  }
  if (drawn < sorted.length)
    shapes.push(text(at + 2, y + 4, `+${sorted.length - drawn}`, { size: 10.5, fill: 'text3' }))
  return [...first, ...shapes]
}

/** Any list of who may enter was read. */
export const isRead = ({ mayEnter, unread }: AuditCluster): boolean =>
  unread === null || mayEnter.some(({ node }) => !node)

export const entersTitle = (cluster: AuditCluster): string => {
  const all = cluster.mayEnter.filter(({ node }) => !node)
  if (all.length === 0) return cluster.unread ?? 'No list lets an identity in.'
  const says = all.map(
    ({ name, username, principal, everything, used }) =>
      `${named(name ?? username ?? principal ?? '')}${everything ? ' (everything)' : ''}${used ? '' : ' (no context uses it)'}`,
  )
  return `May enter ${named(cluster.name)}: ${few(says, 12).join(', ')}`
}

/** What is written beside a cluster or a folded account. */
export function linesOf(
  node: Node,
  nodes: Nodes,
  { contexts: { width } }: Columns,
  many: boolean,
): readonly Line[] {
  const sorted = [...node.contexts].sort(
    (a, b) => harmOf(b) - harmOf(a) || verdictRank(a.verdict) - verdictRank(b.verdict),
  )
  const isFolded = node.column === 'account'
  const named = sorted
    .filter((context) => !many || (isFolded ? harmOf(context) > 3 : isNamedAlways(context)))
    .slice(0, isFolded ? mostNamedFolded : many ? mostNamed : allNamed)
  const byName = new Set(named)
  const rest = sorted.filter((context) => !byName.has(context))
  return [
    ...named.map((context) => namedLine(context, nodes, width)),
    ...(rest.length === 0 ? [] : countLines(rest, width)),
  ]
}
