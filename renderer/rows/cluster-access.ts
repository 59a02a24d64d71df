/** Who may enter a cluster as a panel shows it: by whom to ask, one's own in their order, and what the cluster answered. Pure. */
import type { Entrance } from '../../shared/identity/access'
import type { ContextOfCluster } from '../../shared/identity/known-clusters'
import type { SeenThere, WhoMayEnter, WhoOfMine } from '../../shared/identity/who-may-enter'
import { clustersText } from '../text/clusters'
import { ago } from './age'
import type { Row } from './rows'
import { type KeyOwners, whoKnown } from './who'

type Checked = Pick<Row, 'check' | 'shown' | 'proven'>

/** Of the contexts of a cluster the one that most likely may read aws-auth: an administrator that got in, else one that got in. */
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

/** Whether either list that counts there was asked for. What the mode does not look at says nothing of who may enter. */
export const wasTried = ({ entries, awsAuth }: Lists): boolean => isTried(entries) || isTried(awsAuth)

/** What the lists that count leave open, and which of them are empty: a list without an identity speaks for itself alone. */
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

/** Whether reading who may enter would ask for a list that was not asked for; without a token aws-auth never is. */
export const readsMore = ({ entries, awsAuth }: Lists, token: boolean): boolean =>
  entries.state === 'not-asked' || (token && awsAuth.state === 'not-asked')

/** When the lists that count were read, and as whom; null: neither was asked for. */
export function whenRead({ entries, awsAuth }: Lists, who: string, now: number): string | null {
  const ages = [entries, awsAuth].map((list) => {
    const { at } = list
    return isTried(list) && at !== null ? { at, age: ago(at, Math.max(now, at)) } : null
  })
  const [ofEntries, ofAwsAuth] = [ages[0] ?? null, ages[1] ?? null]
  const last = ofAwsAuth ?? ofEntries
  if (last === null) return null
  if (entries.state === 'not-read' || awsAuth.state === 'not-read') return text.askedAt(last.age, who)
  if (ofEntries === null)
    return entries.state === 'not-asked' ? text.awsAuthReadAt(last.age, who) : text.readAt(last.age, who)
  if (ofAwsAuth === null)
    return awsAuth.state === 'not-asked' ? text.entriesReadAt(last.age, who) : text.readAt(last.age, who)
  return ofEntries.age === ofAwsAuth.age
    ? text.readAt(last.age, who)
    : text.readApart(ofEntries.age, ofAwsAuth.age)
}

/** What the cluster answered to its contexts, for those of one's own whom AWS proved there. The latest counts. */
export function seenByContexts(
  contexts: readonly ContextOfCluster[],
  rowOf: (context: string) => Checked | undefined,
  mine: WhoMayEnter['mine'],
  owners: KeyOwners,
): readonly SeenThere[] {
  const byKey = new Map<string, { readonly at: number; readonly row: Checked }>()
  for (const { id } of contexts) {
    const row = rowOf(id)
    const key = row?.proven?.key ?? null
    if (row?.check == null || key === null) continue
    const before = byKey.get(key)
    if (before === undefined || before.at < row.check.at) byKey.set(key, { at: row.check.at, row })
  }
  return mine.flatMap(({ who }): readonly SeenThere[] => {
    const key = whoKnown(who, owners).key
    const found = key === null ? undefined : byKey.get(key)
    const check = found?.row.check ?? null
    if (check === null) return []
    const { at, seen, problem } = check
    const refused = problem?.code === 'unauthorized'
    if (seen === null && !refused) return []
    return [
      {
        identity: who.id,
        at,
        username: seen?.username ?? null,
        groups: seen?.groups ?? [],
        everything: seen?.everything ?? false,
        refused,
        problem: seen === null ? problem : null,
      },
    ]
  })
}

/** One of one's own with what is claimed and what was seen. */
export interface MineLine {
  readonly who: WhoOfMine
  readonly entrance: Entrance
  /** What the cluster answered last; null: it was not asked. */
  readonly seen: SeenThere | null
}

/** Those of whom there is something to say first; then those whom nothing names, and those of whom it is not known. */
export function mineInOrder(
  { mine, seen }: Pick<WhoMayEnter, 'mine' | 'seen'>,
  byContexts: readonly SeenThere[],
): {
  readonly first: readonly MineLine[]
  readonly notNamed: readonly WhoOfMine[]
  readonly open: readonly WhoOfMine[]
} {
  const answers = new Map<string, SeenThere>()
  for (const one of [...byContexts, ...seen]) {
    const before = answers.get(one.identity)
    if (before === undefined || before.at <= one.at) answers.set(one.identity, one)
  }
  const lines = mine.map(({ who, entrance }) => ({ who, entrance, seen: answers.get(who.id) ?? null }))
  const rank = ({ entrance, seen: answer }: MineLine): number =>
    answer !== null && answer.username !== null ? 0 : entrance.kind === 'enters' ? 1 : 2
  const speaks = (line: MineLine) =>
    line.seen !== null || line.entrance.kind === 'enters' || line.entrance.kind === 'refused'
  return {
    first: lines.filter(speaks).sort((a, b) => rank(a) - rank(b)),
    notNamed: lines.flatMap((line) =>
      !speaks(line) && line.entrance.kind === 'not-named' ? [line.who] : [],
    ),
    open: lines.flatMap((line) => (!speaks(line) && line.entrance.kind === 'not-known' ? [line.who] : [])),
  }
}

/** What is written there lets it in, and the cluster itself does not. */
export const contradicted = (entrance: Entrance, seen: SeenThere): boolean =>
  entrance.kind === 'enters' && seen.refused
