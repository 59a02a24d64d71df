/**
 * Who may enter a cluster, next to the user's own identities: what access entries and aws-auth claim of each principal, which of
 * the user's identities they let in, and which user the cluster saw where it was asked. Claimed and seen are shown side by side
 * and are never mixed. Values only.
 */
import { few } from '../name-lists'
import type { Fault } from '../result'
import {
  type AwsAuthList,
  type ClusterAccess,
  type Entrant,
  rowsOf,
  type SessionName,
} from './access-entries'
import { mayOf, type PrincipalRow, principalsOf } from './access-rows'
import { parsePrincipal } from './arn'
import type { DiscoveryIdentity } from './eks-cluster'
import type { Problem } from './identity'
import type { KnownIdentity } from './identity-tree'
import type { EntersAs } from './known-clusters'
import type { Migration } from './migration'
import type { OwnEntrance } from './own-entrances'

/** An identity of which only the ARN is known; of a session, with its name. */
export const entrant = (arn: string, accessKeyId: string | null): Entrant => ({
  arn,
  account: null,
  permissionSet: null,
  session: sessionIn(arn),
  accessKeyId,
})

/** The session that an ARN of STS names. */
export function sessionIn(arn: string | null): SessionName {
  const name = parsePrincipal(arn ?? '')?.sessionName ?? null
  return name === null ? { kind: 'not-known' } : { kind: 'named', name }
}

/** As a list calls it. */
export const nameOfEntrance = ({ identity: { name }, by }: OwnEntrance): string =>
  by === null ? name : `${name} (${few(by, 3).join(', ')})`

/** The user's identities that enter by this row, or by one of several of which this is one. */
export function enteringBy(
  mine: readonly OwnEntrance[],
  { from, place, principal, passedOver }: PrincipalRow,
): readonly OwnEntrance[] {
  if (passedOver !== null) return []
  return mine.filter(
    ({ entrance }) =>
      entrance.kind === 'enters' &&
      rowsOf(entrance).some((one) => one.from === from && one.place === place && one.principal === principal),
  )
}

/** Those that enter, the same principal once however it is come by. */
export function entersAs(mine: readonly OwnEntrance[]): readonly EntersAs[] {
  const found = new Map<string, EntersAs>()
  for (const { identity, entrance } of mine) {
    if (entrance.kind !== 'enters') continue
    const { id, name, arn, accessKeyId, account, permissionSet } = identity
    const groups = entrance.groups.map(({ text }) => text)
    const key = JSON.stringify([entrance.from, entrance.principal, arn ?? permissionSet ?? id])
    if (found.has(key)) continue
    const { everything } = mayOf(groups, entrance.policies)
    const who = { id, name, arn, accessKeyId, account, permissionSet }
    found.set(key, { ...who, username: entrance.username?.text ?? null, everything })
  }
  return [...found.values()]
}

/** One of the user's identities as a page shows it. */
export interface OwnIdentity
  extends Pick<
    KnownIdentity,
    'id' | 'kind' | 'name' | 'arn' | 'accessKeyId' | 'account' | 'accountName' | 'permissionSet'
  > {
  /** Whether it can act now, as far as is known without asking. */
  readonly state: KnownIdentity['state']['kind']
}

/** The fields that say which identity it is. */
export const whoIs = (identity: KnownIdentity): OwnIdentity => {
  const { id, kind, name, arn, accessKeyId, account, accountName, permissionSet, state } = identity
  return { id, kind, name, arn, accessKeyId, account, accountName, permissionSet, state: state.kind }
}

/** Of the identities that a command of ours acts as, those of the cluster's partition: no other's token counts there. */
export function askableAt(
  identities: readonly KnownIdentity[],
  enterable: readonly string[],
  cluster: string | null,
): readonly string[] {
  const own = new Set(enterable)
  const partition = cluster?.split(':')[1] ?? null
  return identities.flatMap(({ id, arn }) => {
    const other = partition !== null && arn !== null && arn.split(':')[1] !== partition
    return own.has(id) && !other ? [id] : []
  })
}

/** Whether a list was read, and if not why. */
export type ReadState =
  | { readonly state: 'read' }
  | { readonly state: 'not-read'; readonly why: string; readonly next: string }
  /** The mode does not look at it, or it was not asked for yet. */
  | { readonly state: 'not-looked-at' | 'not-asked' }

/** What a cluster answered to one of the user's identities, asked by a click. */
export interface SeenThere {
  /** As the tree of identities names it. */
  readonly identity: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Null: it was not let in, or not asked. */
  readonly username: string | null
  readonly groups: readonly string[]
  readonly everything: boolean
  /** The cluster itself answered that it does not let it in. */
  readonly refused: boolean
  /** Why there is no answer, or which one it was; null: it was let in. */
  readonly problem: Problem | null
}

/** Everything that is known of who may enter one cluster. */
export interface WhoMayEnter {
  /** Of the row of the cluster. */
  readonly cluster: string
  /** CONFIG_MAP | API_AND_CONFIG_MAP | API; null where it is not known. */
  readonly mode: string | null
  readonly entries: ReadState & { readonly at: number | null }
  readonly awsAuth: ReadState & {
    readonly at: number | null
    /** Lists that cannot be read at all: the others count. */
    readonly problems: readonly { readonly list: AwsAuthList; readonly message: string }[]
  }
  /** Which identity asked AWS last, and which context the cluster; null: none since Ekscope started. */
  readonly by: { readonly looker: DiscoveryIdentity | null; readonly context: string | null } | null
  /** Why AWS did not say. */
  readonly fault: Fault | null
  readonly rows: readonly (PrincipalRow & {
    /** The user's identities that enter by it. */
    readonly you: readonly string[]
  })[]
  readonly mine: readonly (Pick<OwnEntrance, 'by' | 'entrance'> & { readonly who: OwnIdentity })[]
  /** The lines of aws-auth beside access entries; null: entries alone decide, or neither list was read. */
  readonly migration: Migration | null
  readonly seen: readonly SeenThere[]
  /** The identities that the cluster can be asked with: each takes one token. */
  readonly askable: readonly string[]
}

/** The rows, each with the user's identities that enter by it. */
export function rowsWithYou(access: ClusterAccess, mine: readonly OwnEntrance[]): WhoMayEnter['rows'] {
  return principalsOf(access).map((row) => ({
    ...row,
    you: [...new Set(enteringBy(mine, row).map(({ identity }) => identity.id))],
  }))
}
