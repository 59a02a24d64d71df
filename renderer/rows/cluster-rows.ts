/** The known clusters as lines of a list: accounts, what matches a filter, the main mark of each, and the summary. Pure. */
import { grouped } from '../../shared/grouped'
import type { Check } from '../../shared/identity/identity'
import { type ShownCluster, supportNow } from '../../shared/identity/known-clusters'
import { type KeyOwners, type Who, whoKnown } from '../../shared/identity/named-identity'
import type { WhoMayEnter } from '../../shared/identity/who-may-enter'
import { once } from '../../shared/once'
import { type ClusterMark, clusterMarks, clustersText as text } from '../text/cluster-texts'
import { answersThere, type CheckedThere } from './cluster-access'
import { findable, wordsFit } from './word-match'

export interface ClusterFilter {
  readonly words: string
  readonly mark: ClusterMark | null
}

/** All marks of a cluster, the most important first; `now` in ms since the epoch. */
export function marksOf(cluster: ShownCluster, now: number): ReadonlySet<ClusterMark> {
  const { goneAt, entries, described, asked, support, contexts } = cluster
  const isThere = goneAt === null
  const until = isThere ? supportNow(support, now) : null
  const isReady = described === null || described.status === 'ACTIVE' || described.status === 'UPDATING'
  const is: Readonly<Record<ClusterMark, boolean>> = {
    gone: !isThere,
    recreated: entries.some(({ state }) => state === 'recreated'),
    stale: entries.some(({ state }) => state === 'stale'),
    'not-described': asked !== null && asked.fault !== null,
    unready: isThere && !isReady,
    silent: asked?.reached?.answers === false,
    ended: until === 'ended',
    extended: until === 'extended',
    'no-context': contexts.length === 0,
    'not-asked': described === null && asked === null,
  }
  return new Set(clusterMarks.filter((mark) => is[mark]))
}

/** The most important mark of a cluster. */
export const firstMark = (cluster: ShownCluster, now: number): ClusterMark | null =>
  [...marksOf(cluster, now)][0] ?? null

/** Everything by which a cluster can be found. */
function said(cluster: ShownCluster): string {
  const { name, arn, account, accountName, region, described, contexts, enters } = cluster
  const facts = [described?.version, described?.status, described?.serviceRole]
  const names = [...contexts, ...enters].map((named) => named.name)
  return findable([name, arn, account, accountName, region, ...facts, ...names])
}
/** One for all comparisons: creating it is most of the cost of comparing two names. */
const byName = new Intl.Collator('en', { numeric: true })

/** In the order of the list: by account, those with a name first, then by name. */
function ordered(all: readonly ShownCluster[]): readonly ShownCluster[] {
  const group = ({ account, accountName }: ShownCluster) =>
    account === null ? 2 : accountName === null ? 1 : 0
  const byText = (a: string | null, b: string | null) => byName.compare(a ?? '', b ?? '')
  const byAccount = (a: ShownCluster, b: ShownCluster) =>
    a.account === b.account
      ? 0
      : group(a) - group(b) || byText(a.accountName, b.accountName) || byText(a.account, b.account)
  return [...all].sort((a, b) => byAccount(a, b) || byText(a.name, b.name) || byText(a.region, b.region))
}
const orderedOnce = new WeakMap<readonly ShownCluster[], readonly ShownCluster[]>()

/** The clusters that match, in the order of the list. */
export function fittingClusters(
  all: readonly ShownCluster[],
  { words, mark }: ClusterFilter,
  now: number,
): readonly ShownCluster[] {
  const inOrder = once(orderedOnce, all, () => ordered(all))
  if (words.trim() === '' && mark === null) return inOrder
  return inOrder.filter(
    (one) => (mark === null || marksOf(one, now).has(mark)) && wordsFit(words, () => said(one)),
  )
}

/** The lines that are shown, accounts before their clusters. */
export function clusterLines(
  all: readonly ShownCluster[],
  filter: ClusterFilter,
  closed: ReadonlySet<string>,
  now: number,
) {
  const groups = grouped(fittingClusters(all, filter, now), ({ account }) => `account ${account ?? ''}`)
  return [...groups].flatMap(([id, clusters]) => {
    const open = !closed.has(id)
    const { account = null, accountName: name = null } = clusters[0] ?? {}
    // Counts only those that match.
    const head = { line: 'group' as const, id, account, name, count: clusters.length, open }
    // Nothing comes from a cluster.
    const lines = clusters.map((cluster) => {
      return { line: 'item' as const, id: cluster.id, cluster, above: id, depth: 0 as const, open: null }
    })
    return open ? [head, ...lines] : [head]
  })
}

const answerTones = { gone: 'bad', warn: 'warn', private: 'calm', public: 'calm', open: 'open' } as const

/** The state of a cluster in few words, by the most important known fact; `now` in ms since the epoch. */
export function shortAnswer(cluster: ShownCluster, now: number) {
  const { described, asked } = cluster
  const marks = marksOf(cluster, now)
  const say = (icon: keyof typeof answerTones, text: string, tone = answerTones[icon]) => {
    return { icon, text, tone }
  }
  if (marks.has('gone')) return say('gone', text.short.gone)
  if (marks.has('recreated')) return say('warn', text.short.recreated)
  if (marks.has('stale')) return say('warn', text.short.stale)
  const notDescribed = marks.has('not-described') ? say('warn', text.short.notDescribed) : null
  if (described === null) return notDescribed ?? say('open', text.short.notAsked)
  const { status, publicEndpoint, privateEndpoint } = described
  if (marks.has('unready'))
    return say(status === 'FAILED' ? 'gone' : 'warn', text.statuses[status] ?? status.toLowerCase())
  const onlyPrivate = publicEndpoint === false && privateEndpoint === true
  const where =
    described.outpostClusterId !== null
      ? text.short.outpost
      : status === 'UPDATING'
        ? (text.statuses.UPDATING ?? '')
        : onlyPrivate
          ? text.short.private
          : text.short.public
  const icon = onlyPrivate ? 'private' : 'public'
  const reached = asked?.reached ?? null
  if (reached === null) return notDescribed ?? say(icon, where)
  return reached.answers
    ? say(icon, text.short.reached(where, reached.ms))
    : say(icon, text.short.silent(where), 'warn')
}

type ListLine = ReturnType<typeof clusterLines>[number]
export type AccountLine = Extract<ListLine, { readonly line: 'group' }>
export type ClusterLine = Extract<ListLine, { readonly line: 'item' }>
export type ShortAnswer = ReturnType<typeof shortAnswer>

/** How many are how, and the one sentence of it. `letIn`: whether the cluster of that context has let it in. */
export function answerOfClusters(
  all: readonly ShownCluster[],
  letIn: (context: string) => boolean,
  now: number,
) {
  const found = all.flatMap((cluster) => [...marksOf(cluster, now)])
  /** When AWS was asked last, ms since the epoch; null: never, as far as is kept. */
  let askedAt: number | null = null
  let open = 0
  for (const cluster of all) {
    const at = cluster.asked?.at ?? cluster.described?.at ?? null
    if (at !== null && (askedAt === null || at > askedAt)) askedAt = at
    if ([...cluster.contexts, ...cluster.shadowed].some(({ id }) => letIn(id))) open += 1
  }
  const counts = grouped(found, (mark) => mark)
  /** Which marks there are, and of how many. */
  const marks: ReadonlyMap<ClusterMark, number> = new Map(
    clusterMarks.flatMap((mark) => (counts.has(mark) ? [[mark, counts.get(mark)?.length ?? 0]] : [])),
  )
  const distinct = (of: (cluster: ShownCluster) => string | null) =>
    new Set(all.flatMap((cluster) => of(cluster) ?? [])).size
  return {
    all: all.length,
    accounts: distinct(({ account }) => account),
    regions: distinct(({ region }) => region),
    marks,
    sentence: open === 0 ? text.answers.none(all.length) : text.answers.letIn(open, all.length),
    askedAt,
  }
}

/** `2026-11-26` */
export const dayOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString().slice(0, 10)

/** Until when its version is supported, in words; null where it has no version. */
export function supportText({ described, support }: ShownCluster, now: number): string | null {
  if ((described?.version ?? null) === null) return null
  const { standardUntil = null, extendedUntil = null } = support ?? {}
  switch (supportNow(support, now)) {
    case null:
      return text.support.notSaid
    case 'standard':
      return text.support.standard(dayOf(standardUntil) ?? '')
    case 'extended':
      return text.support.inExtended(dayOf(extendedUntil))
    case 'ended':
      return text.support.ended(dayOf(extendedUntil ?? standardUntil))
  }
}

/** First the identities that the cluster let in (`seen`), by its contexts or when the user asked it. Then those that only an
 * entry names, where the cluster said nothing else. */
export function whoEnters(
  { contexts, shadowed, enters }: Pick<ShownCluster, 'contexts' | 'shadowed' | 'enters'>,
  rowOf: (context: string) => CheckedThere | undefined,
  owners: KeyOwners,
  access?: Pick<WhoMayEnter, 'mine' | 'seen'>,
) {
  const answers = answersThere([...contexts, ...shadowed], rowOf, owners, access)
  const seen = [...answers.values()].flatMap(({ who, answer }) =>
    answer.username === null ? [] : [{ who, seen: true }],
  )
  const claimed = new Map<string, { readonly who: Who; readonly seen: boolean }>()
  for (const one of enters) {
    const who = whoKnown(one, owners)
    const key = who.key ?? one.id
    if (!answers.has(key)) claimed.set(key, { who, seen: false })
  }
  return [...seen, ...claimed.values()]
}

/** Whether the cluster of a row has let it in when it was last asked. */
export const wasLetIn = (row: { readonly check: Pick<Check, 'seen'> | null } | undefined): boolean =>
  (row?.check?.seen ?? null) !== null
