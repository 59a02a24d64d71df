/**
 * The map of an audit: Signs in by → Acts as → On cluster → Contexts → May enter. Where everything is, and with which shapes it is
 * drawn; window, file and report draw these. Pure.
 */
import { grouped } from '../grouped'
import type { Audit, AuditContext } from './audit'
import { columnTitles, headParts, legendParts, topHeight } from './map-around'
import {
  attach,
  type Band,
  bandPart,
  bandsOf,
  dashedParts,
  mean,
  middle,
  rankOf,
  thickness,
} from './map-bands'
import { accountPart, clusterParts, identityPart, sourcePart } from './map-boxes'
import { byHarm, isWrong } from './map-harm'
import { isRead, linesOf } from './map-lines'
import {
  columnsOf,
  type FleetMap,
  type MapFocus,
  type MapOptions,
  type MapPart,
  type Place,
} from './map-model'
import { allNamed, type Node, nodesOf, type Path } from './map-nodes'
import { rounded } from './map-shapes'

/** Stacks boxes as near to where they want to be as their order allows. */
function stack(nodes: readonly Node[], wanted: (node: Node) => number, top: number, gap: number): void {
  let y = top
  for (const node of nodes) {
    node.y = Math.max(y, wanted(node) - node.height / 2)
    y = node.y + node.height + gap
  }
}

/** Moves what hangs out below up again, as far as what is above leaves room. */
function lift(nodes: readonly Node[], bottom: number, gap: number): void {
  let y = bottom
  for (const node of [...nodes].reverse()) {
    node.y = rounded(Math.min(node.y, y - node.height))
    y = node.y - gap
  }
}

/** Lower than this below the first box that it leads to, a box is no longer on one screen with it. */
const furthest = 160

/** Amid these places; of many that are far apart, near the first: the worst are at the top. */
const near = (places: readonly number[]): number => Math.min(mean(places), Math.min(...places) + furthest)

type Clusters = ReadonlyMap<string, Audit['clusters'][number]>

const inFocus = (
  { source, acts, should, cluster }: AuditContext,
  { column, key }: MapFocus,
  clusters: Clusters,
): boolean =>
  column === 'source'
    ? source === key
    : column === 'identity'
      ? acts === key || should === key
      : (column === 'cluster' ? cluster : (clusters.get(cluster)?.account ?? '')) === key

const byKey = ({ clusters }: Audit): Clusters => new Map(clusters.map((one) => [one.key, one]))

/** Whether any context leads through it. */
export function leadsThrough(audit: Audit, focus: MapFocus): boolean {
  const clusters = byKey(audit)
  return audit.contexts.some((context) => inFocus(context, focus, clusters))
}

/** The map of an audit. */
export function mapLayout(audit: Audit, options: MapOptions): FleetMap {
  const { width, head, only, wrongOnly, focus, markOf } = options
  const clusterAt = byKey(audit)
  const shown = audit.contexts.filter(
    (context) =>
      (only === null || only.has(context.id)) &&
      (!wrongOnly || isWrong(context)) &&
      (focus === null || inFocus(context, focus, clusterAt)),
  )
  const nodes = nodesOf(audit, shown, options)
  const { paths, sources, identities, clusters } = nodes
  const folded = clusters.some(({ column }) => column === 'account')
  const unfolded = clusters.flatMap(({ column, key }) =>
    column === 'cluster' ? (clusterAt.get(key) ?? []) : [],
  )
  const columns = columnsOf(
    width,
    unfolded.length === 0 ? 'folded' : unfolded.some(isRead) ? 'read' : 'unread',
  )
  const many = shown.length > allNamed
  const lineHeight = many ? 15.5 : 18
  const smallest = many ? 24 : 28
  const gap = many ? 3 : 14
  const unit = Math.min(9, (280 + Math.min(150, 0.3 * shown.length)) / Math.max(1, shown.length))
  const thickOf = (count: number) => Math.max(1, unit * count)

  const top = head === null ? [] : headParts(head, shown, columns, width)
  const titled = columnTitles(columns, folded, many, top.length === 0 ? 14 : topHeight(top) + 30)
  const begin = top.length === 0 ? 44 : topHeight(top) + 58

  const signs = bandsOf(paths, ({ source, identity, context }) => [source, identity, context.signs], thickOf)
  const enters = bandsOf(
    paths,
    ({ identity, cluster, context }) => [identity, cluster, context.enters],
    thickOf,
  )

  // Clusters first: accounts by harm, and clusters within them; all others follow where they lead.
  const accounts = byHarm(
    [
      ...grouped(clusters, ({ key, column }) =>
        column === 'account' ? key : `account ${clusterAt.get(key)?.account ?? ''}`,
      ).values(),
    ].map((group) => ({ nodes: byHarm(group), contexts: group.flatMap(({ contexts }) => contexts) })),
  )
  const into = thickness(enters, 'to')
  const drawn: MapPart[] = []
  let y = begin
  for (const account of accounts) {
    const [first] = account.nodes
    if (first === undefined) continue
    if (first.column === 'cluster') {
      drawn.push(accountPart(account.contexts, clusterAt.get(first.key), columns, width, y))
      y += 24
    }
    for (const node of account.nodes) {
      const lines = linesOf(node, nodes, columns, many)
      const cluster = node.column === 'cluster' ? clusterAt.get(node.key) : undefined
      const rows = lines.length + (columns.inline && cluster !== undefined ? 1 : 0)
      node.y = y
      node.height = rounded(
        Math.max(node.column === 'account' ? 38 : smallest, (into.get(node) ?? 0) + 6, rows * lineHeight + 6),
      )
      drawn.push(...clusterParts(node, lines, cluster, columns, lineHeight, options))
      y += node.height + (many ? 4 : 8)
    }
    y += many ? 6 : 8
  }

  const left = thickness(signs, 'from')
  const [reached, leaving] = [thickness(signs, 'to'), thickness(enters, 'from')]
  for (const node of sources)
    node.height = rounded(Math.max(node.detail === '' ? smallest : 34, (left.get(node) ?? 0) + 6))
  for (const node of identities)
    node.height = rounded(
      Math.max(many ? 22 : 26, (reached.get(node) ?? 0) + 6, (leaving.get(node) ?? 0) + 6),
    )
  const stacked = (column: readonly Node[], between: number) =>
    column.reduce((sum, { height }) => sum + height + between, -between)
  const bottom = Math.max(y - 8, begin + stacked(identities, gap), begin + stacked(sources, gap + 8))
  // In two passes: identities by their clusters, sources by their identities, and identities by both.
  const wish = new Map<Node, number>()
  const order = (
    column: readonly Node[],
    of: (path: Path) => Node | null,
    to: readonly ((path: Path) => Node)[],
  ) => {
    const ends = grouped(paths, of)
    for (const node of column) {
      const all = ends.get(node) ?? []
      wish.set(node, near(to.flatMap((end) => all.map((path) => middle(end(path))))))
    }
    return [...column].sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0))
  }
  const stackAll = (column: readonly Node[], between: number) => {
    stack(column, (node) => wish.get(node) ?? 0, begin, between)
    lift(column, bottom, between)
  }
  const actingOrMissing = (path: Path) => (path.identity.contexts.length > 0 ? path.identity : path.should)
  let identityOrder: readonly Node[] = identities
  let sourceOrder: readonly Node[] = sources
  for (const ends of [
    [(path: Path) => path.cluster],
    [(path: Path) => path.cluster, (path: Path) => path.cluster, (path: Path) => path.source],
  ]) {
    identityOrder = order(identities, actingOrMissing, ends)
    // Those that no context acts as are beside the clusters that they should lead to.
    for (const node of identities)
      if (node.contexts.length === 0)
        wish.set(node, near(paths.flatMap((path) => (path.should === node ? [middle(path.cluster)] : []))))
    identityOrder = [...identityOrder].sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0))
    stackAll(identityOrder, gap)
    sourceOrder = order(sources, ({ source }) => source, [({ identity }) => identity])
    stackAll(sourceOrder, gap + 8)
  }
  attach(signs)
  attach(enters)

  const ranked = (all: readonly Band[], from: Place, to: Place) =>
    all.map((band) => ({ rank: rankOf(band.worth), part: bandPart(band, from, to) }))
  const bandParts = [
    ...ranked(signs, columns.source, columns.identity),
    ...ranked(enters, columns.identity, columns.cluster),
  ]
    .sort((a, b) => a.rank - b.rank)
    .map(({ part }) => part)
  const legend = legendParts(
    new Set([...signs, ...enters].map(({ worth }) => worth)),
    nodes,
    columns,
    width,
    bottom + 20,
  )
  return {
    width,
    height: Math.ceil(bottom + 20 + legend.height),
    label: head?.title ?? 'Map of identities',
    paths: paths.map(({ context, source, identity, cluster }) => ({ context, source, identity, cluster })),
    parts: [
      ...top,
      ...titled,
      ...bandParts,
      ...dashedParts(paths, columns),
      ...sourceOrder.map((node) => sourcePart(node, columns)),
      ...identityOrder.map((node) => identityPart(node, nodes, columns, markOf)),
      ...drawn,
      ...legend.parts,
    ],
  }
}
