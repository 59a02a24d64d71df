/** Who may enter a cluster, for its panel: the context to ask by, the user's own identities, and the cluster's answers. Pure. */

import { ago } from '../../shared/age'
import { grouped } from '../../shared/grouped'
import type { Entrance } from '../../shared/identity/access-entries'
import { type CheckOfCluster, clusterAnswer } from '../../shared/identity/cluster-answer'
import type { Check } from '../../shared/identity/identity'
import type { ContextOfCluster } from '../../shared/identity/known-clusters'
import { type KeyOwners, type Who, whoKnown } from '../../shared/identity/named-identity'
import type { OwnIdentity, SeenThere, WhoMayEnter } from '../../shared/identity/who-may-enter'
import { few } from '../../shared/name-lists'
import { clustersText } from '../text/cluster-texts'
import type { Row } from './rows'

type Checked = Pick<Row, 'check'>

/** The context of a cluster that most likely may read aws-auth: an administrator that got in, else one that got in. */
export function askedBy(
  contexts: readonly ContextOfCluster[],
  rowOf: (context: string) => Checked | undefined,
): string | null {
  const rank = ({ id }: ContextOfCluster): number => {
    const seen = rowOf(id)?.check?.seen ?? null
    if (seen?.everything === true) return 0
    if (seen !== null) return 1
    return rowOf(id)?.check == null ? 2 : 3
  }
  return [...contexts].sort((a, b) => rank(a) - rank(b))[0]?.id ?? null
}

const text = clustersText.access

type Lists = Pick<WhoMayEnter, 'mode' | 'entries' | 'awsAuth'>
const isTried = ({ state }: WhoMayEnter['entries' | 'awsAuth']): boolean =>
  state === 'read' || state === 'not-read'

/** Whether either list that counts there was requested. A list that the mode does not use says nothing about who may enter. */
export const wasTried = ({ entries, awsAuth }: Lists): boolean => isTried(entries) || isTried(awsAuth)

/** The rows that let an identity in: not lines without an identity, and not lines that are ignored. */
export const admitted = (rows: WhoMayEnter['rows']): WhoMayEnter['rows'] =>
  rows.filter(({ principal, passedOver }) => principal !== null && passedOver === null)

/** What the lists that count leave open, and which of them are empty: an empty list says nothing about the other one. */
export function saidOfLists(access: Lists & Pick<WhoMayEnter, 'rows'>): readonly string[] {
  const { mode, entries, awsAuth, rows } = access
  if (!wasTried(access)) return []
  const noEntries = entries.state === 'read' && !rows.some(({ from }) => from === 'access-entry')
  const noLines = awsAuth.state === 'read' && !rows.some(({ from }) => from !== 'access-entry')
  const whole = awsAuth.problems.length === 0
  return [
    ...(entries.state === 'not-asked' ? [text.entriesNotAsked(mode)] : []),
    ...(awsAuth.state === 'not-asked' ? [text.awsAuthNotAsked(mode)] : []),
    ...(noEntries && noLines && whole
      ? [text.neither]
      : [...(noEntries ? [text.noEntries] : []), ...(noLines ? [text.noLines(whole)] : [])]),
  ]
}

/** Whether reading who may enter would request a list for the first time; without a token aws-auth is never requested. */
export const readsMore = ({ entries, awsAuth }: Lists, token: boolean): boolean =>
  entries.state === 'not-asked' || (token && awsAuth.state === 'not-asked')

/** When the lists that count were read, and by which identity; null: neither was requested. */
export function whenRead({ entries, awsAuth }: Lists, who: string, now: number): string | null {
  const ageOf = (list: typeof entries) => (isTried(list) && list.at !== null ? ago(list.at, now) : null)
  const [ofEntries, ofAwsAuth] = [ageOf(entries), ageOf(awsAuth)]
  const last = ofAwsAuth ?? ofEntries
  if (last === null) return null
  if (entries.state === 'not-read' || awsAuth.state === 'not-read') return text.askedAt(last, who)
  if (ofEntries === null && entries.state === 'not-asked') return text.awsAuthReadAt(last, who)
  if (ofAwsAuth === null && awsAuth.state === 'not-asked') return text.entriesReadAt(last, who)
  return ofEntries === null || ofAwsAuth === null || ofEntries === ofAwsAuth
    ? text.readAt(last, who)
    : text.readApart(ofEntries, ofAwsAuth)
}

/** The answer of a cluster to any identity. */
export type AnswerThere = Omit<SeenThere, 'identity'>

const wasLetIn = ({ username }: AnswerThere): boolean => username !== null
/** Two identities with the same key are one principal; `id` where no file names the principal. */
const keyOf = ({ key }: Who, id: string): string => key ?? id

type Asked = Pick<WhoMayEnter, 'mine' | 'seen'>
type RowOf = (context: string) => CheckedThere | undefined
/** The part of a context's row with the cluster's answer to it. */
export interface CheckedThere {
  readonly check: (Pick<Check, 'at'> & CheckOfCluster) | null
  readonly proven: Who | null
}

/**
 * The last answer of a cluster for each principal, to its contexts and to clicks. A context that was let in counts before one
 * that was not: there the context may be at fault.
 */
export function answersThere(
  contexts: readonly Pick<ContextOfCluster, 'id'>[],
  rowOf: RowOf,
  owners: KeyOwners,
  access?: Asked,
): ReadonlyMap<string, { readonly who: Who; readonly answer: AnswerThere }> {
  const found = new Map<string, { readonly who: Who; readonly answer: AnswerThere }>()
  for (const { id } of contexts) {
    const { check = null, proven: who = null } = rowOf(id) ?? {}
    if (check === null || who === null) continue
    const { at, seen } = check
    const said = clusterAnswer(check)
    if (seen === null && said.kind !== 'refused') continue
    const answer: AnswerThere = {
      at,
      username: seen?.username ?? null,
      groups: seen?.groups ?? [],
      everything: seen?.everything ?? false,
      refused: seen === null,
      problem: said.kind === 'refused' ? said.problem : null,
    }
    const key = keyOf(who, who.label)
    const before = found.get(key)?.answer
    const counts =
      before === undefined || (wasLetIn(before) === wasLetIn(answer) ? before.at < at : wasLetIn(answer))
    if (counts) found.set(key, { who, answer })
  }
  const clicked = new Map(access?.seen.map((one) => [one.identity, one]))
  if (clicked.size === 0) return found
  for (const { who: one } of access?.mine ?? []) {
    const answer = clicked.get(one.id)
    if (answer === undefined || !(wasLetIn(answer) || answer.refused)) continue
    const who = whoKnown(one, owners)
    const key = keyOf(who, one.id)
    const before = found.get(key)?.answer
    if (before === undefined || before.at <= answer.at) found.set(key, { who, answer })
  }
  return found
}

/** One principal of the user, with what is claimed and what was seen. To a cluster it is the same, whatever its credentials. */
export interface OwnIdentityLine {
  readonly key: string
  readonly who: Who
  /** Every way to it; none where only a context's token showed the identity. */
  readonly ways: readonly OwnIdentity[]
  /** The best known of what the cluster's lists say; null: no file names the principal to look for. */
  readonly entrance: Entrance | null
  /** The user names in the cluster by which it enters: another way may give a session another name. */
  readonly names: readonly string[]
  /** For one that enters: the ways by which it does not. */
  readonly notBy: readonly { readonly by: string; readonly why: string }[]
  /** What the cluster answered last; null: it was not asked. */
  readonly seen: AnswerThere | null
}

const certainty = (entrance: Entrance): number => {
  if (entrance.kind === 'enters') return entrance.doubt === null ? 0 : 1
  return entrance.kind === 'refused' ? 2 : entrance.kind === 'not-named' ? 3 : 4
}

/** The user's identities by principal: first those with something to report, then those that nothing names, then the unknown. */
export function ownIdentityLines(
  access: Asked,
  contexts: readonly Pick<ContextOfCluster, 'id'>[],
  rowOf: RowOf,
  owners: KeyOwners,
) {
  const answers = answersThere(contexts, rowOf, owners, access)
  const clicked = new Map(access.seen.map((one) => [one.identity, one]))
  const groups = grouped(access.mine, ({ who }) => keyOf(whoKnown(who, owners), who.id))
  const lines = [...groups].flatMap(([key, mine]): readonly OwnIdentityLine[] => {
    const who = mine[0] && whoKnown(mine[0].who, owners)
    if (who === undefined) return []
    const entrances = mine.map(({ entrance }) => entrance).sort((a, b) => certainty(a) - certainty(b))
    const failed = mine.flatMap((one) => clicked.get(one.who.id) ?? []).sort((a, b) => b.at - a.at)
    const names = entrances.flatMap((one) =>
      one.kind === 'enters' && one.username?.whole === true ? [one.username.text] : [],
    )
    const line: OwnIdentityLine = {
      key,
      who,
      ways: [...new Map(mine.map(({ who: one }) => [one.id, one])).values()],
      entrance: entrances[0] ?? null,
      names: [...new Set(names)],
      notBy:
        entrances[0]?.kind === 'enters'
          ? mine.flatMap(({ by, entrance }) =>
              by !== null && (entrance.kind === 'refused' || entrance.kind === 'not-known')
                ? [{ by: few(by, 3).join(', '), why: entrance.why }]
                : [],
            )
          : [],
      seen: answers.get(key)?.answer ?? failed[0] ?? null,
    }
    return [line]
  })
  const only = [...answers].flatMap(([key, { who, answer }]): readonly OwnIdentityLine[] =>
    groups.has(key) || !wasLetIn(answer)
      ? []
      : [{ key, who, ways: [], entrance: null, names: [], notBy: [], seen: answer }],
  )
  const isSeen = ({ seen }: OwnIdentityLine) => seen !== null && wasLetIn(seen)
  const isIn = (line: OwnIdentityLine) =>
    isSeen(line) || (line.entrance?.kind === 'enters' && line.seen?.refused !== true)
  const [seen, claimed] = [
    [...lines.filter(isSeen), ...only],
    lines.filter((line) => isIn(line) && !isSeen(line)),
  ]
  const speaks = (line: OwnIdentityLine) =>
    line.seen !== null || line.entrance?.kind === 'enters' || line.entrance?.kind === 'refused'
  const silent = (kind: Entrance['kind']) =>
    lines.flatMap((line) => (!speaks(line) && line.entrance?.kind === kind ? line.ways.slice(0, 1) : []))
  return {
    /** Those that the cluster let in, then those that are only claimed and not refused. */
    entering: [...seen, ...claimed],
    /** Of these, those that no list that was read lets in. */
    unlisted: seen.filter(({ entrance }) => entrance?.kind !== 'enters'),
    /** Those that are named or were tried, and do not get in as far as known. */
    outside: lines.filter((line) => speaks(line) && !isIn(line)),
    notNamed: silent('not-named'),
    open: silent('not-known'),
  }
}

/** The user's identities at a cluster, each principal in one of four groups. */
export type OwnIdentityLines = ReturnType<typeof ownIdentityLines>

/**
 * One way to each principal among these identities of the user, since the cluster answers all ways alike. Those that can act now
 * come first, and last those that got no token when they were tried.
 */
export function oneWayEach(
  { mine, seen }: Asked,
  ids: readonly string[],
  owners: KeyOwners,
): readonly OwnIdentity[] {
  const wanted = new Set(ids)
  const failed = new Set(seen.flatMap((one) => (wasLetIn(one) || one.refused ? [] : [one.identity])))
  const rank = ({ id, state }: OwnIdentity) => (failed.has(id) ? 2 : state === 'valid' ? 0 : 1)
  const best = new Map<string, OwnIdentity>()
  for (const { who: one } of mine) {
    if (!wanted.has(one.id)) continue
    const key = keyOf(whoKnown(one, owners), one.id)
    const before = best.get(key)
    if (before === undefined || rank(one) < rank(before)) best.set(key, one)
  }
  return [...best.values()]
}

/** The cluster's lists let it in, and the cluster itself refuses it. */
export const contradicted = (entrance: Entrance | null, seen: Pick<SeenThere, 'refused'>): boolean =>
  entrance?.kind === 'enters' && seen.refused
