/** Who may enter a cluster as a panel shows it: by whom to ask, one's own in their order, and what the cluster answered. Pure. */
import type { Entrance } from '../../shared/identity/access'
import type { ContextOfCluster } from '../../shared/identity/known-clusters'
import type { SeenThere, WhoMayEnter, WhoOfMine } from '../../shared/identity/who-may-enter'
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
