/**
 * What looking for clusters has found, combined from its events: by cluster, by looker, by place. Stored without secrets and
 * without certificates; a certificate is known by its hash.
 */
import * as v from 'valibot'
import type { Inferred } from '../inferred'
import { faultSchema } from '../result'
import { accessEntrySchema, type Readable, readableSchema } from './access-entries'
import { parseClusterArn } from './arn'
import { askedBySchema, isBelieved, outweighs } from './asked-by'
import { eksClusterSchema } from './eks-cluster'
import { lookerId, lookerSchema, lookerStateSchema, placeStateSchema, type SweepEvent } from './sweep'

/** What an earlier Ekscope stored does not say which account asked: it is shown, and not believed until it is asked again. */
const keptAskedBy = v.optional(askedBySchema, { account: null, region: '', endpoint: null })

/** A cluster as AWS described it when it was last seen. */
const sweptCluster = v.object({
  ...v.omit(eksClusterSchema, ['certificateAuthorityData']).entries,
  askedBy: keptAskedBy,
  /** SHA-256 of the certificate authority's data, hex; null where there was none. */
  authority: v.nullable(v.string()),
  /** Who lists it, by their ids: by answers that are all believed, or all not. */
  foundBy: v.array(v.string()),
  /** When it was described, ms since the epoch. */
  at: v.number(),
  /** When its account's region was seen whole without it; null: it is there, as far as is known. */
  goneAt: v.nullable(v.number()),
})
export type SweptCluster = Inferred<typeof sweptCluster>

const sweptLooker = v.object({
  id: v.string(),
  looker: lookerSchema,
  /** Null while it is not known. */
  state: v.nullable(lookerStateSchema),
  at: v.number(),
})
export type SweptLooker = Inferred<typeof sweptLooker>

const sweptPlace = v.object({
  looker: v.string(),
  region: v.string(),
  state: placeStateSchema,
  at: v.number(),
})
export type SweptPlace = Inferred<typeof sweptPlace>

/** A cluster that is listed and may not be described, or a session that could not be looked into. */
const sweptProblem = v.object({
  looker: v.nullable(v.string()),
  session: v.nullable(v.string()),
  region: v.nullable(v.string()),
  cluster: v.nullable(v.string()),
  /** The user has to sign in before Ekscope can look there. */
  signIn: v.optional(v.boolean(), false),
  fault: faultSchema,
})
export type SweptProblem = Inferred<typeof sweptProblem>

const sweptAlias = v.object({
  account: v.string(),
  /** Null: it has none. */
  alias: readableSchema(v.nullable(v.string())),
  at: v.number(),
})
export type SweptAlias = Inferred<typeof sweptAlias>

const sweptEnabled = v.object({
  account: v.string(),
  regions: readableSchema(v.array(v.string())),
  at: v.number(),
})
export type SweptEnabled = Inferred<typeof sweptEnabled>

/** All that looking for clusters has found, as it is stored. */
export const sweptSchema = v.object({
  lookers: v.array(sweptLooker),
  places: v.array(sweptPlace),
  clusters: v.array(sweptCluster),
  problems: v.array(sweptProblem),
  access: v.array(
    v.object({
      cluster: v.string(),
      askedBy: keptAskedBy,
      entries: readableSchema(v.array(accessEntrySchema)),
      at: v.number(),
    }),
  ),
  /** What accounts call themselves, where they were asked. Files of earlier versions have neither this nor the next. */
  aliases: v.optional(v.array(sweptAlias), []),
  /** Which regions accounts have enabled, where they were asked. */
  enabled: v.optional(v.array(sweptEnabled), []),
})
export type Swept = Inferred<typeof sweptSchema>

export const nothingSwept: Swept = {
  lookers: [],
  places: [],
  clusters: [],
  problems: [],
  access: [],
  aliases: [],
  enabled: [],
}

interface Aged {
  /** When it was seen, ms since the epoch. */
  readonly at: number
}

/** What is seen at a time, by the list in which it is stored. */
interface Kinds {
  readonly lookers: SweptLooker
  readonly places: SweptPlace
  readonly clusters: SweptCluster
  readonly access: Swept['access'][number]
  readonly aliases: SweptAlias
  readonly enabled: SweptEnabled
}
type Kind = keyof Kinds
type Lists = { readonly [K in Kind]: readonly Kinds[K][] }

const eachList = (of: <K extends Kind>(kind: K) => readonly Kinds[K][]): Lists => ({
  lookers: of('lookers'),
  places: of('places'),
  clusters: of('clusters'),
  access: of('access'),
  aliases: of('aliases'),
  enabled: of('enabled'),
})

/** The same of each list of what was seen at a time. */
export function eachSeen(
  { problems, ...swept }: Swept,
  of: <T extends Aged>(list: readonly T[]) => readonly T[],
): Swept {
  const lists: Lists = swept
  return { ...eachList((kind) => of(lists[kind])), problems }
}

const placeKey = ({ looker, region }: Pick<SweptPlace, 'looker' | 'region'>) =>
  JSON.stringify([looker, region])
const isOlder = (was: Aged, now: Aged): boolean => was.at <= now.at
/** For answers of EKS, which account and EKS they are from counts before their age. */
const isWeaker = (was: Aged & Answered, now: Aged & Answered): boolean =>
  outweighs(now, was) || (!outweighs(was, now) && isOlder(was, now))

/** Of each list what is the same thing again, and when it yields to what was seen now. */
const rules: {
  readonly [K in Kind]: {
    readonly key: (one: Kinds[K]) => string
    readonly yields: (was: Kinds[K], now: Kinds[K]) => boolean
  }
} = {
  lookers: { key: ({ id }) => id, yields: isOlder },
  places: { key: placeKey, yields: isOlder },
  clusters: { key: ({ arn }) => arn, yields: isWeaker },
  access: { key: ({ cluster }) => cluster, yields: isWeaker },
  aliases: { key: ({ account }) => account, yields: isOlder },
  enabled: { key: ({ account }) => account, yields: isOlder },
}

/** One of each of a list: the other stays where there is none, or an older one. */
function newest<K extends Kind>(kind: K, before: Lists, seen: Lists): readonly Kinds[K][] {
  const was: readonly Kinds[K][] = before[kind]
  const now: readonly Kinds[K][] = seen[kind]
  if (now.length === 0) return was
  const { key, yields }: (typeof rules)[K] = rules[kind]
  const all = new Map(was.map((one) => [key(one), one]))
  for (const one of now) {
    const known = all.get(key(one))
    if (known === undefined || yields(known, one)) all.set(key(one), one)
  }
  return [...all.values()]
}

/** Of one kind what a sweep has found by its keys, and which of it became different since that was asked last. */
class Noted<T> {
  readonly #all = new Map<string, T>()
  #changed = new Set<string>()
  get = (key: string): T | undefined => this.#all.get(key)
  note(key: string, one: T): void {
    this.#all.set(key, one)
    this.#changed.add(key)
  }
  all = (): readonly T[] => [...this.#all.values()]
  changes(): readonly T[] {
    const changed = this.#changed
    this.#changed = new Set()
    return [...changed].flatMap((key) => this.#all.get(key) ?? [])
  }
}

/** The names of accounts, by their numbers: as the portals of SSO sessions said them, else their own aliases. */
export const accountNamesSeen = ({
  lookers,
  aliases,
}: Pick<Swept, 'lookers' | 'aliases'>): ReadonlyMap<string, string> =>
  new Map([
    ...aliases.flatMap(({ account, alias }) =>
      alias.state === 'read' && alias.value !== null ? [[account, alias.value] as const] : [],
    ),
    ...lookers.flatMap(({ looker }) =>
      looker.kind === 'sso' && looker.accountName !== null
        ? [[looker.account, looker.accountName] as const]
        : [],
    ),
  ])

/** Collects the events of one sweep. `now`: ms since the epoch; `hash`: of a certificate authority's data. */
export class Collected {
  readonly #now: () => number
  readonly #hash: (data: string) => string
  readonly #seen: { readonly [K in Kind]: Noted<Kinds[K]> } = {
    lookers: new Noted(),
    places: new Noted(),
    clusters: new Noted(),
    access: new Noted(),
    aliases: new Noted(),
    enabled: new Noted(),
  }
  readonly #problems: SweptProblem[] = []
  /** Account, region and name: what one could describe is no problem of another. */
  readonly #described = new Set<string>()
  /** What is known of all places so far: of those of lookers that failed too. */
  #expected = 0
  /** How many problems were reported before. */
  #told = 0

  constructor(now: () => number, hash: (data: string) => string) {
    this.#now = now
    this.#hash = hash
  }

  note(event: SweepEvent): void {
    const at = this.#now()
    switch (event.kind) {
      case 'lookers':
        this.#expected += event.places
        for (const looker of event.lookers) {
          const id = lookerId(looker)
          this.#seen.lookers.note(id, { id, looker, state: null, at })
        }
        return
      case 'session': {
        const { session, state } = event
        if ('fault' in state)
          this.#problems.push({
            looker: null,
            session,
            region: null,
            cluster: null,
            signIn: state.kind === 'sign-in-needed',
            fault: state.fault,
          })
        return
      }
      case 'looker': {
        const known = this.#seen.lookers.get(event.looker)
        if (known) this.#seen.lookers.note(event.looker, { ...known, state: event.state, at })
        return
      }
      case 'place': {
        const { looker, region, state } = event
        this.#seen.places.note(placeKey(event), { looker, region, state, at })
        return
      }
      case 'cluster': {
        const { certificateAuthorityData: data, ...cluster } = event.cluster
        const was = this.#seen.clusters.get(cluster.arn)
        const authority = data === null ? null : this.#hash(data)
        this.#described.add(describedKey(cluster.askedBy.account, cluster))
        if (isBeside(was, cluster)) return
        this.#seen.clusters.note(cluster.arn, {
          ...(was !== undefined && outweighs(was, cluster)
            ? was
            : { ...cluster, authority, at, goneAt: null }),
          foundBy: [...foundAlike(was, cluster).filter((id) => id !== event.looker), event.looker],
        })
        return
      }
      case 'undescribed': {
        const { looker, region, name, fault } = event
        this.#problems.push({ looker, session: null, region, cluster: name, signIn: false, fault })
        return
      }
      case 'access': {
        const { cluster, askedBy, entries } = event
        const was = this.#seen.access.get(cluster)
        if (was !== undefined && outweighs(was, event)) return
        this.#seen.access.note(cluster, { cluster, askedBy, entries, at })
        return
      }
      // An identity that may not read the alias says nothing against one that may.
      case 'alias': {
        const { account, alias } = event
        const { aliases } = this.#seen
        if (alias.state === 'read' || aliases.get(account)?.alias.state !== 'read')
          aliases.note(account, { account, alias, at })
        return
      }
      case 'enabled': {
        const { account, regions } = event
        const { enabled } = this.#seen
        if (regions.state === 'read' || enabled.get(account)?.regions.state !== 'read')
          enabled.note(account, { account, regions, at })
        return
      }
    }
  }
  get progress(): { readonly done: number; readonly expected: number } {
    let done = 0
    for (const { state } of this.#seen.places.all())
      if (state.kind !== 'looking' && state.kind !== 'waiting') done += 1
    return { done, expected: Math.max(this.#expected, done) }
  }

  /** What became different since this was asked last: `withChanges` puts it to what was known then. */
  changes(): Swept {
    const problems = this.#problems.slice(this.#told)
    this.#told = this.#problems.length
    return { ...eachList((kind) => this.#seen[kind].changes()), problems }
  }
  get swept(): Swept {
    const lists = eachList((kind) => this.#seen[kind].all())
    return {
      ...lists,
      clusters: byArn(lists.clusters),
      problems: this.#problems.filter(isOpen(this.#seen.lookers, this.#described)),
    }
  }
}

const byArn = (clusters: readonly SweptCluster[]): readonly SweptCluster[] =>
  [...clusters].sort((a, b) => (a.arn < b.arn ? -1 : 1))

const describedKey = (account: string | null, { region, name }: Pick<SweptCluster, 'region' | 'name'>) =>
  `${account} ${region} ${name}`

/** What one could describe is no problem of another who sees the same account. */
function isOpen(
  lookers: Pick<ReadonlyMap<string, SweptLooker>, 'get'>,
  described: ReadonlySet<string>,
): (problem: SweptProblem) => boolean {
  return ({ looker, region, cluster }) => {
    if (cluster === null || region === null) return true
    const state = lookers.get(looker ?? '')?.state
    if (state?.kind !== 'known') return true
    return !described.has(describedKey(state.account, { region, name: cluster }))
  }
}

/** An answer that is not believed, where another is: it counts for nothing. */
const isBeside = (was: Answered | undefined, now: Answered): boolean =>
  was !== undefined && isBelieved(was) && !isBelieved(now)

/** The lookers that found it by answers like this one: what is not believed adds none to what is. */
export const foundAlike = (was: SweptCluster | null | undefined, now: Answered): readonly string[] =>
  was && isBelieved(was) === isBelieved(now) ? was.foundBy : []

/** Those who found it, as far as that counts. */
export const believedFinders = (cluster: SweptCluster | null | undefined): readonly string[] =>
  cluster && isBelieved(cluster) ? cluster.foundBy : []

type Answered = Pick<SweptCluster, 'askedBy'>

/** What one sweep had found until then, and what it has reported since. */
export function withChanges(before: Swept, changes: Swept): Swept {
  const lists = eachList((kind) => newest(kind, before, changes))
  const byId = new Map(lists.lookers.map((one) => [one.id, one]))
  const described = new Set(lists.clusters.map((one) => describedKey(one.askedBy.account, one)))
  const problems = [...before.problems, ...changes.problems].filter(isOpen(byId, described))
  return { ...lists, problems }
}

/** What is under way is no result. */
const isOver = ({ state: { kind } }: SweptPlace): boolean => kind !== 'looking' && kind !== 'waiting'

/** What was known, and what a sweep that has ended found: `meanwhile` without what was still under way. */
export const withSwept = (before: Swept, now: Swept): Swept =>
  mergedResults(before, { ...now, places: now.places.filter(isOver) })

/**
 * What was known, combined with what a sweep has found now: what it saw counts; what it did not look at, or not any more, stays
 * unchanged. Another sweep, of a terminal, may have seen something since: of each the newer one counts.
 */
export function mergedResults(before: Swept, now: Swept): Swept {
  const states = new Map(now.lookers.map(({ id, state }) => [id, state]))
  /** Whose clusters it sees, and of which EKS. */
  const sees = (id: string): string | null => {
    const state = states.get(id)
    return state?.kind === 'known' ? `${state.account} ${state.endpoint}` : null
  }
  /** When each account's region was seen whole at that EKS. */
  const seen = new Map<string, number>()
  for (const { looker, region, state, at } of now.places) {
    const whose = sees(looker)
    if (state.kind === 'found' && whose !== null) seen.set(`${whose} ${region}`, at)
  }
  const looked = lookedAt(now)
  const known = new Map(before.clusters.map((cluster) => [cluster.arn, cluster]))
  const said = now.clusters.filter((cluster) => !isBeside(known.get(cluster.arn), cluster))
  const found = new Set(said.map(({ arn }) => arn))
  const unclear = new Set(now.problems.map(({ region, cluster }) => `${region} ${cluster}`))
  const kept = before.clusters
    .filter(({ arn }) => !found.has(arn))
    .map((cluster): SweptCluster => {
      const { account, endpoint } = cluster.askedBy
      const at = seen.get(`${account} ${endpoint} ${cluster.region}`)
      if (at === undefined || at < cluster.at || unclear.has(`${cluster.region} ${cluster.name}`))
        return cluster
      return { ...cluster, goneAt: cluster.goneAt ?? at }
    })
  const clusters = said.map((cluster) => {
    const was = known.get(cluster.arn)
    if (was === undefined) return cluster
    // A looker that does not list it any more, though it looked there, is left out.
    const others = foundAlike(was, cluster).filter(
      (id) => !looked.has(placeKey({ looker: id, region: cluster.region })) && !cluster.foundBy.includes(id),
    )
    const foundBy = [...cluster.foundBy, ...others]
    if (outweighs(was, cluster)) return { ...was, foundBy }
    const newer = isWeaker(was, cluster) ? cluster : was
    const isGone = cluster.goneAt !== null && cluster.goneAt >= was.at
    const wasGone = was.goneAt !== null && was.goneAt > cluster.at
    const goneAt = isGone ? cluster.goneAt : wasGone ? was.goneAt : null
    return { ...newer, goneAt, foundBy }
  })
  const news: Lists = {
    ...now,
    lookers: now.lookers.filter(isTold(before.lookers)),
    places: now.places.filter(wasLooked(before.places)),
    aliases: now.aliases.filter(isNews(before.aliases, ({ alias }) => alias)),
    enabled: now.enabled.filter(isNews(before.enabled, ({ regions }) => regions)),
  }
  const lists = eachList((kind) => newest(kind, before, news))
  return {
    ...lists,
    clusters: byArn([...kept, ...clusters]),
    problems: [...before.problems.filter(isStill(now, lists.lookers)), ...now.problems],
    access: lists.access.filter(({ cluster }) => parseClusterArn(cluster) !== null),
  }
}

/** The places that were looked at, and not stopped before that. */
const lookedAt = ({ places }: Swept): ReadonlySet<string> =>
  new Set(places.flatMap((place) => (place.state.kind === 'stopped' ? [] : [placeKey(place)])))

/** An earlier answer of an account is kept, with its age, where it may not be asked now. */
function isNews<T extends { readonly account: string }>(
  before: readonly T[],
  answerOf: (one: T) => Readable<unknown>,
): (now: T) => boolean {
  const said = new Set(before.flatMap((one) => (answerOf(one).state === 'read' ? [one.account] : [])))
  return (now) => answerOf(now).state === 'read' || !said.has(now.account)
}

/** A looker that was known stays so until AWS answers about it again. */
function isTold(before: readonly SweptLooker[]): (now: SweptLooker) => boolean {
  const known = new Set(before.map(({ id }) => id))
  return ({ id, state }) => state !== null || !known.has(id)
}

/** Where the sweep stopped before it looked, what was seen earlier stays. */
function wasLooked(before: readonly SweptPlace[]): (now: SweptPlace) => boolean {
  const known = new Set(before.map(placeKey))
  return (place) => place.state.kind !== 'stopped' || !known.has(placeKey(place))
}

/** Problems of what was not looked at again, by a looker that is still known. */
function isStill(now: Swept, lookers: readonly SweptLooker[]): (before: SweptProblem) => boolean {
  const ids = new Set(lookers.map(({ id }) => id))
  const again = lookedAt(now)
  const sessions = new Set([
    ...now.lookers.flatMap(({ looker }) => (looker.kind === 'sso' ? [looker.session] : [])),
    ...now.problems.map(({ session }) => session),
  ])
  return ({ looker, session, region }) =>
    looker === null
      ? !sessions.has(session ?? '')
      : ids.has(looker) && !again.has(JSON.stringify([looker, region]))
}
