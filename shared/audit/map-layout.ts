/**
 * The map of an audit: Signs in by → Acts as → On cluster → Contexts → May enter. Where everything is, and with which shapes it is
 * drawn; window, file and report draw these. Pure.
 */
import { counted, plural } from '../counted'
import { few } from '../few'
import { grouped } from '../grouped'
import type { Mark, Marked } from '../identity/colours'
import { verdictCount } from '../identity/verdict-words'
import { shortKey } from '../identity/who'
import type { EntryId } from '../kubeconfig/entries'
import { once } from '../once'
import { named, visible } from '../visible'
import type {
  Audit,
  AuditCluster,
  AuditContext,
  AuditIdentity,
  AuditPrincipal,
  AuditSource,
  Worth,
} from './audit'
import type { StandingVerdict } from './judged'
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
  widthOf,
  wrapped,
} from './map-shapes'

export type MapColumn = 'source' | 'identity' | 'cluster' | 'account'

/** Only what leads through this. */
export interface MapFocus {
  readonly column: MapColumn
  readonly key: string
}

export interface MapOptions {
  readonly width: number
  /** Null: the caller shows it above the map. */
  readonly head: { readonly title: string; readonly aside: string } | null
  /** Only these contexts; null: all. */
  readonly only: ReadonlySet<EntryId> | null
  readonly wrongOnly: boolean
  readonly focus: MapFocus | null
  /** What the user has unfolded, by `MapPart.fold`. */
  readonly unfolded: ReadonlySet<string>
  readonly markOf: (who: Marked) => Mark
}

/** What is drawn, clicked and named together. */
export interface MapPart {
  readonly kind: 'text' | 'band' | 'account' | MapColumn | 'context'
  readonly key: string
  /** Null: it is about all of them. */
  readonly contexts: readonly AuditContext[] | null
  /** What a click folds or unfolds. */
  readonly fold: string | null
  /** What its box or head is called. */
  readonly label: string
  /** In words, on hover. */
  readonly title: string
  readonly shapes: readonly Shape[]
  /** Only of boxes: where it is. */
  readonly box: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  } | null
  /** Only of bands: what a step is worth. */
  readonly worth: Worth | null
}

/** A box as a list has it. */
export interface MapStop {
  readonly key: string
  readonly label: string
  readonly detail: string
}

/** A context with the boxes that it leads through. */
export interface MapPath {
  readonly context: AuditContext
  readonly source: MapStop
  readonly identity: MapStop
  readonly cluster: MapStop
}

export interface FleetMap {
  readonly width: number
  readonly height: number
  /** In words, for those who do not see it. */
  readonly label: string
  readonly paths: readonly MapPath[]
  /** In the order in which they are drawn. */
  readonly parts: readonly MapPart[]
}

/** So many contexts are all named; of more only those that are not right. */
const allNamed = 24
/** Identities and clusters of more contexts are folded. */
const foldsAbove = 150
/** So many contexts are named at a box at most. */
const mostNamed = 12
const mostNamedFolded = 3

const wrongSteps: ReadonlySet<Worth> = new Set(['another', 'claimed-another'])

/** The cluster has said so, or its lists do and it was not asked. */
export const mayDoEverything = ({
  admin,
  adminByLists,
}: Pick<AuditContext, 'admin' | 'adminByLists'>): boolean => admin ?? adminByLists

/** It acts, or would act, as another than it should; or may do everything, and nothing says who it should be. */
export const isWrong = (
  context: Pick<AuditContext, 'signs' | 'enters' | 'admin' | 'adminByLists'>,
): boolean =>
  wrongSteps.has(context.signs) ||
  wrongSteps.has(context.enters) ||
  (context.enters === 'nobody-says' && mayDoEverything(context))

/** The worse, the higher. */
function harmOf(context: AuditContext): number {
  if (context.enters === 'another') return mayDoEverything(context) ? 6 : 5
  if (context.enters === 'claimed-another') return 4
  if (context.enters === 'refused') return 3
  return context.enters === 'nobody-says' ? 2 : 0
}

/** How a step is drawn, and what the legend says of it; the worst last, so that it is on top. */
const bands: readonly {
  readonly worths: readonly Worth[]
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
const rankOf = (worth: Worth): number => bandOf.get(worth)?.rank ?? 0

/** A box of a column. */
interface Node extends MapStop {
  readonly column: MapColumn
  readonly fold: string | null
  readonly contexts: AuditContext[]
  /** Of those that should lead through it, and do not. */
  readonly missing: AuditContext[]
  y: number
  height: number
}

interface Place {
  readonly x: number
  readonly width: number
}

/** Where the columns are; `enters` null: who may enter is said below the contexts. */
function columnsOf(width: number, enters: boolean) {
  const wide = width >= 1_120
  const pad = wide ? 20 : 16
  const inner = width - 2 * pad
  const at = (from: number, to: number): Place => ({
    x: rounded(pad + inner * from),
    width: rounded(inner * (to - from)),
  })
  if (wide)
    return {
      pad,
      source: at(0, 0.123),
      identity: at(0.195, 0.345),
      cluster: at(0.43, 0.555),
      contexts: at(0.6, enters ? 0.825 : 1),
      enters: enters ? at(0.84, 1) : null,
    }
  return {
    pad,
    source: at(0, 0.165),
    identity: at(0.235, 0.43),
    cluster: at(0.51, 0.67),
    contexts: at(0.71, 1),
    enters: null,
  }
}
type Columns = ReturnType<typeof columnsOf>

/** What a source is called; `*` is its name, which is a detail where there is none. */
const sourceWords: Readonly<Record<AuditSource['kind'], readonly [label: string, detail: string]>> = {
  'environment-keys': ['Your shell’s keys', 'before every profile'],
  keys: ['Keys of *', ''],
  'sso-session': ['SSO *', ''],
  'permission-set': ['Permission set *', ''],
  role: ['Role *', 'no file says its source'],
  'web-identity': ['Web identity', 'a token in a file'],
  login: ['aws login', ''],
  process: ['Process', 'credential_process'],
  container: ['Container', 'its credentials'],
  metadata: ['Instance', 'its credentials'],
  'entry-keys': ['Keys of *', 'in the entry'],
  wrapper: ['Program *', 'it wraps aws'],
  nowhere: ['No credentials', 'what is named gives none'],
  'not-aws': ['No AWS identity', 'certificate, token, password'],
  program: ['A program', 'no file says whose identity'],
  'not-known': ['Not known', 'no file names it'],
}
const stateWords: Readonly<Record<AuditSource['state'], string>> = {
  valid: '',
  expired: 'expired',
  'sign-in-needed': 'needs a sign-in',
  refused: 'refused',
  broken: '',
  unknown: '',
}

const lastPart = (path: string): string => path.replace(/^.*[\\/](?=[^\\/]*[\\/][^\\/]*$)/, '…/')

function sourceStop(
  { key, kind, name, from, state }: AuditSource,
  environment: Audit['environment'],
): MapStop {
  const [words, said] = sourceWords[kind]
  const label =
    kind === 'environment-keys' && environment !== 'login-shell' ? 'The environment’s keys' : words
  const short = /^A[KS]IA\w+$/.test(name ?? '') ? shortKey(name ?? '') : (name ?? '')
  const detail = stateWords[state] || said || lastPart(from[0] ?? '')
  return label.includes('*')
    ? { key, label: visible(label.replace('*', () => short)), detail: visible(detail) }
    : { key, label, detail: visible([short, detail].filter(Boolean).join(', ')) }
}

const accountOf = (one: Pick<AuditIdentity, 'account' | 'accountName'>): string =>
  one.accountName ?? one.account ?? ''

const identityLabel = ({ kind, name }: AuditIdentity): string =>
  kind === 'nobody' ? 'no identity' : kind === 'not-aws' ? 'not AWS' : visible(name)

/** The boxes of all columns, with each context in one of each. */
function nodesOf(audit: Audit, shown: readonly AuditContext[], unfolded: ReadonlySet<string>) {
  const folds = shown.length > foldsAbove
  const sources = new Map(audit.sources.map((one) => [one.key, one]))
  const identities = new Map(audit.identities.map((one) => [one.key, one]))
  const clusters = new Map(audit.clusters.map((one) => [one.key, one]))
  const node = (column: MapColumn, stop: MapStop, fold: string | null): Node => ({
    ...stop,
    column,
    fold,
    contexts: [],
    missing: [],
    y: 0,
    height: 0,
  })
  /** The identities of one name, which are one box while they are folded. */
  const used = new Set(shown.flatMap(({ acts, should }) => (should === null ? [acts] : [acts, should])))
  const alike = grouped(
    [...used].flatMap((key) => identities.get(key) ?? []),
    (one) => (folds && one.kind === 'principal' ? one.name : null),
  )
  const at = {
    source: new Map<string, Node>(),
    identity: new Map<string, Node>(),
    cluster: new Map<string, Node>(),
  }
  const sourceOf = (key: string) =>
    once(at.source, key, () => {
      const source = sources.get(key)
      return node(
        'source',
        source ? sourceStop(source, audit.environment) : { key, label: 'Not known', detail: '' },
        null,
      )
    })
  const identityOf = (key: string) => {
    const identity = identities.get(key)
    const many = alike.get(identity?.name ?? '')?.length ?? 0
    const fold = identity !== undefined && many > 1 ? `identity ${identity.name}` : null
    if (fold !== null && !unfolded.has(fold))
      return once(at.identity, fold, () =>
        node(
          'identity',
          { key: fold, label: visible(identity?.name ?? ''), detail: plural(many, 'account') },
          fold,
        ),
      )
    return once(at.identity, key, () =>
      node(
        'identity',
        {
          key,
          label: identity === undefined ? 'not known' : identityLabel(identity),
          detail: identity === undefined ? '' : visible(accountOf(identity)),
        },
        null,
      ),
    )
  }
  const clusterOf = (key: string) => {
    const cluster = clusters.get(key)
    const account = cluster?.account ?? ''
    const fold = folds ? `account ${account}` : null
    if (fold !== null && !unfolded.has(fold))
      return once(at.cluster, fold, () =>
        node('account', { key: fold, label: accountLabel(cluster), detail: numberOf(cluster) }, fold),
      )
    return once(at.cluster, key, () =>
      node('cluster', { key, label: visible(cluster?.name ?? key), detail: cluster?.region ?? '' }, null),
    )
  }
  const paths = shown.map((context) => {
    const path = {
      context,
      source: sourceOf(context.source),
      identity: identityOf(context.acts),
      cluster: clusterOf(context.cluster),
    }
    path.source.contexts.push(context)
    path.identity.contexts.push(context)
    path.cluster.contexts.push(context)
    const should = context.should === null ? null : identityOf(context.should)
    should?.missing.push(context)
    return { ...path, should }
  })
  return {
    paths,
    sources: [...at.source.values()],
    identities: [...at.identity.values()],
    clusters: [...at.cluster.values()],
    known: { sources, identities, clusters },
  }
}
type Nodes = ReturnType<typeof nodesOf>
type Path = Nodes['paths'][number]

/** Of an account that has a name, too. */
const numberOf = (cluster: AuditCluster | undefined): string =>
  cluster?.accountName && cluster.account ? cluster.account.replace(/(\d{4})(?=\d)/g, '$1 ') : ''

const accountLabel = (cluster: AuditCluster | undefined): string =>
  cluster?.account ? visible(accountOf(cluster)) : 'No account known'

/** The worst first: by the worst context, how many are as bad, and how many there are. */
function byHarm<T extends { readonly contexts: readonly AuditContext[] }>(all: readonly T[]): readonly T[] {
  const ranked = all.map((one) => {
    const harms = one.contexts.map(harmOf)
    const worst = harms.reduce((most, harm) => Math.max(most, harm), 0)
    return { one, worst, asBad: harms.filter((harm) => harm === worst).length, count: harms.length }
  })
  return [...ranked]
    .sort((a, b) => b.worst - a.worst || b.asBad - a.asBad || b.count - a.count)
    .map(({ one }) => one)
}

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

const middle = ({ y, height }: Node): number => y + height / 2

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** A step of some contexts between two boxes. */
interface Band {
  readonly from: Node
  readonly to: Node
  readonly worth: Worth
  readonly contexts: AuditContext[]
  readonly thick: number
  fromY: number
  toY: number
}

function bandsOf(
  paths: readonly Path[],
  of: (path: Path) => readonly [from: Node, to: Node, worth: Worth],
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
function thickness(all: readonly Band[], side: 'from' | 'to'): ReadonlyMap<Node, number> {
  const sum = new Map<Node, number>()
  for (const band of all) sum.set(band[side], (sum.get(band[side]) ?? 0) + band.thick)
  return sum
}

/** Where bands leave and reach boxes: in the order of the boxes at their other end, so that they do not cross there. */
function attach(all: readonly Band[]): void {
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

const mostInTitle = 8
const namesIn = (contexts: readonly AuditContext[]): string => {
  const names = contexts.slice(0, mostInTitle).map(({ name }) => named(name))
  return `${plural(contexts.length, 'context')}: ${names.join(', ')}${contexts.length > mostInTitle ? ' …' : ''}`
}

const part = (of: Partial<MapPart> & Pick<MapPart, 'kind' | 'shapes'>): MapPart => ({
  key: '',
  contexts: null,
  fold: null,
  label: '',
  title: '',
  box: null,
  worth: null,
  ...of,
})

function bandPart(band: Band, from: Place, to: Place): MapPart {
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
function dashedParts(paths: readonly Path[], { identity, cluster }: Columns): readonly MapPart[] {
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

const glyph = (verdict: StandingVerdict, x: number, y: number): PathShape => {
  const { d, paint } = glyphs[verdict]
  return { tag: 'path', d, at: [rounded(x), rounded(y)], stroke: paint, strokeWidth: 1.5 }
}

/** Filled, so that it reads at this size. */
const crownAt = (x: number, y: number): PathShape => ({
  tag: 'path',
  d: crown,
  at: [rounded(x), rounded(y)],
  fill: 'bad',
})

const text = (x: number, y: number, says: string, more: Partial<TextShape> = {}): TextShape => ({
  tag: 'text',
  x: rounded(x),
  y: rounded(y),
  text: says,
  size: 11,
  fill: 'text2',
  ...more,
})

/** Words behind others, where there is room for some of them. */
const quiet = (says: string, most: number, size: number, mono = false): readonly Words[] =>
  says === '' || most < 20 ? [] : [{ text: cutTo(says, most, size), size, mono, fill: 'text3' }]

function tile(
  who: Marked & { readonly unknown: boolean },
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

/** Verdicts in the order of their harm. */
const verdictOrder = Object.keys(glyphs)

/** How many have which verdict, the most harmful one first. */
export function countsOf(contexts: readonly AuditContext[]): readonly (readonly [StandingVerdict, number])[] {
  const groups = grouped(contexts, ({ verdict }) => verdict)
  return [...groups]
    .map(([verdict, group]) => [verdict, group.length] as const)
    .sort(([a], [b]) => verdictOrder.indexOf(a) - verdictOrder.indexOf(b))
}

/** One line at a cluster: shapes around y 0, from x. */
interface Line {
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
      // All clusters of EKS have the same long beginning.
      const full = visible(context.name.replace(/^arn:[\w-]+:eks:.*:cluster\//, '…/'))
      // The name comes first: what is left is for the rest.
      const rest = widthOf(says, 11, 650) + widthOf(not, 11) + (says === '' ? 8 : 14)
      const name = cutTo(full, Math.max(room - rest, room * 0.5), 11, 600)
      const end = widthOf(name, 11, 600)
      const who = cutTo(says, Math.max(0, room - end - 8), 11, 650)
      const after = end + 8 + (says === '' ? 0 : widthOf(who, 11, 650) + 4)
      const words: readonly Words[] = [
        ...(says === '' ? [] : [{ text: who, size: 11, weight: 650, fill: 'bad' } as const]),
        ...quiet(not, room - after, 11).map((words) => ({ ...words, fill: wrong ? 'text2' : paint })),
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

/** Those that may do everything by name, all others by their tiles. */
function enterShapes(
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
      if (!one.used)
        shapes.push({
          tag: 'rect',
          x: rounded(at - 1.5),
          y: rounded(y - 10),
          width: 20,
          height: 20,
          radius: 5,
          stroke: 'text3',
          strokeWidth: 1,
          dash: '2 2',
        })
    }
    if (!one.used) {
      const dot = one.everything ? at + 18 + widthOf(name, 11, 600) : at + 18
      shapes.push({
        tag: 'rect',
        x: rounded(dot - 2.5),
        y: rounded(y - 10.5),
        width: 5,
        height: 5,
        radius: 2.5,
        fill: 'dot',
      })
    }
    at += wide
    drawn += 1
  }
  if (drawn < sorted.length)
    shapes.push(text(at + 2, y + 4, `+${sorted.length - drawn}`, { size: 10.5, fill: 'text3' }))
  return [...first, ...shapes]
}

const entersTitle = (cluster: AuditCluster): string => {
  const all = cluster.mayEnter.filter(({ node }) => !node)
  if (all.length === 0) return cluster.unread ?? 'No list lets an identity in.'
  const says = all.map(
    ({ name, username, principal, everything, used }) =>
      `${named(name ?? username ?? principal ?? '')}${everything ? ' (everything)' : ''}${used ? '' : ' (no context uses it)'}`,
  )
  return `May enter ${named(cluster.name)}: ${few(says, 12).join(', ')}`
}

/** The map of an audit. */
export function mapLayout(audit: Audit, options: MapOptions): FleetMap {
  const { width, head, only, wrongOnly, focus, unfolded, markOf } = options
  const clusterAt = new Map(audit.clusters.map((one) => [one.key, one]))
  const inFocus = ({ source, acts, should, cluster }: AuditContext) => {
    if (focus === null) return true
    if (focus.column === 'source') return source === focus.key
    if (focus.column === 'identity') return acts === focus.key || should === focus.key
    return focus.column === 'cluster'
      ? cluster === focus.key
      : (clusterAt.get(cluster)?.account ?? '') === focus.key
  }
  const shown = audit.contexts.filter(
    (context) =>
      (only === null || only.has(context.id)) && (!wrongOnly || isWrong(context)) && inFocus(context),
  )
  const nodes = nodesOf(audit, shown, unfolded)
  const { paths, sources, identities, clusters } = nodes
  const folded = clusters.some(({ column }) => column === 'account')
  const columns = columnsOf(
    width,
    clusters.some(({ column }) => column === 'cluster'),
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
      ),
    ].map(([key, group]) => ({
      key,
      nodes: byHarm(group),
      contexts: group.flatMap(({ contexts }) => contexts),
    })),
  )
  const into = thickness(enters, 'to')
  const drawn: MapPart[] = []
  let y = begin
  for (const account of accounts) {
    const [first] = account.nodes
    if (first === undefined) continue
    if (first.column === 'cluster') {
      drawn.push(accountPart(account, clusterAt.get(first.key), columns, width, y, shown.length > foldsAbove))
      y += 24
    }
    for (const node of account.nodes) {
      const lines = linesOf(node, nodes, columns, many)
      const cluster = node.column === 'cluster' ? clusterAt.get(node.key) : undefined
      const inline = columns.enters === null && cluster !== undefined
      const rows = lines.length + (inline ? 1 : 0)
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
      wish.set(node, mean(to.flatMap((end) => all.map((path) => middle(end(path))))))
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
        wish.set(node, mean(paths.flatMap((path) => (path.should === node ? [middle(path.cluster)] : []))))
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

const topHeight = (parts: readonly MapPart[]): number =>
  parts.reduce(
    (low, { shapes }) =>
      shapes.reduce((most, shape) => Math.max(most, shape.tag === 'text' ? shape.y : 0), low),
    0,
  )

function headParts(
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

function columnTitles(columns: Columns, folded: boolean, many: boolean, y: number): readonly MapPart[] {
  const titles: readonly (readonly [Place | null, string, string])[] = [
    [columns.source, 'Signs in by', 'where credentials come from'],
    [columns.identity, 'Acts as', 'by the best evidence'],
    [
      columns.cluster,
      folded ? 'In account' : 'On cluster',
      folded ? 'a click opens one' : 'by account, worst first',
    ],
    [columns.contexts, 'Contexts', many ? 'those not right by name' : 'each with its verdict'],
    [columns.enters, 'May enter', 'entries and aws-auth'],
  ]
  return titles.flatMap(([place, title, detail]) =>
    place === null
      ? []
      : part({
          kind: 'text',
          shapes: [
            text(place.x, y, title, { weight: 600 }),
            text(place.x, y + 13, cutTo(detail, place.width + 30, 10.5), { size: 10.5, fill: 'text3' }),
          ],
        }),
  )
}

function accountPart(
  { key, contexts }: { readonly key: string; readonly contexts: readonly AuditContext[] },
  cluster: AuditCluster | undefined,
  { cluster: { x }, pad }: Columns,
  width: number,
  y: number,
  folds: boolean,
): MapPart {
  const name = cutTo(accountLabel(cluster), (width - pad - x) * 0.5, 11, 600)
  const number = numberOf(cluster)
  return part({
    kind: 'account',
    label: accountLabel(cluster),
    key: cluster?.account ?? '',
    fold: folds ? key : null,
    contexts,
    title: `${accountLabel(cluster)}${number === '' ? '' : ` ${number}`}: ${plural(contexts.length, 'context')}`,
    shapes: [
      text(x, y + 10, name, {
        weight: 600,
        after: number === '' ? [] : [{ text: number, size: 10, mono: true, fill: 'text3' }],
      }),
      text(width - pad, y + 10, plural(contexts.length, 'context'), {
        size: 10.5,
        anchor: 'end',
        fill: 'text3',
      }),
      { tag: 'path', d: `M${x},${y + 17}H${width - pad}`, stroke: 'line', strokeWidth: 1 },
    ],
  })
}

/** What is written beside a cluster or a folded account. */
function linesOf(node: Node, nodes: Nodes, { contexts: { width } }: Columns, many: boolean): readonly Line[] {
  const sorted = [...node.contexts].sort(
    (a, b) => harmOf(b) - harmOf(a) || verdictOrder.indexOf(a.verdict) - verdictOrder.indexOf(b.verdict),
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

function clusterParts(
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
  const name = cutTo(node.label, width - 20, 12, 600)
  const region = shortRegion(node.detail)
  const rest = width - 24 - widthOf(name, 12, 600)
  const inside = `${plural(contexts.length, 'context')} · ${plural(new Set(contexts.map((one) => one.cluster)).size, 'cluster')}`
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
          ? quiet(node.detail, rest, 9.5, true)
          : widthOf(region, 9.5) > rest
            ? []
            : quiet(region, rest, 9.5, true),
      }),
      ...(isFolded
        ? [text(x + 10, centre + 11, cutTo(inside, width - 18, 10.5), { size: 10.5, fill: 'text3' })]
        : []),
    ],
  })
  const inline = columns.enters === null && cluster !== undefined
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
  if (cluster === undefined) return [boxPart, ...lined]
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

function sourcePart(node: Node, { source: { x, width } }: Columns): MapPart {
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
        cutTo(label, width - 24 - widthOf(count, 10.5), 11.5, 600),
        { size: 11.5, weight: 600, fill: bad ? 'bad' : 'text' },
      ),
      text(x + width - 8, centre + (detail === '' ? 4 : -2), count, {
        size: 10.5,
        anchor: 'end',
        fill: 'text2',
      }),
      ...(detail === ''
        ? []
        : [text(x + 9, centre + 11, cutTo(detail, width - 16, 10), { size: 10, fill: 'text3' })]),
    ],
  })
}

function identityPart(
  node: Node,
  { known }: Nodes,
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
  const name = cutTo(
    label,
    detail === '' ? room : Math.max(room - widthOf(detail, 10.5) - 6, room * 0.6),
    11.5,
    600,
  )
  const after = room - widthOf(name, 11.5, 600) - 6
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
        after: quiet(detail, after, 10.5),
      }),
      ...(admin ? [crownAt(x + width - 12, centre)] : []),
    ],
  })
}

/** What of it occurs, in as many lines as it needs. */
function legendParts(
  worths: ReadonlySet<Worth>,
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
