/** What rules look at: a context with what it points at and what is derived of it in one environment. */

import { throughWrappers } from '../exec/inside'
import type { ExecMeaning } from '../exec/parse'
import type { AwsProgram } from '../exec/program-arguments'
import type {
  AuthKind,
  Intended,
  MeantCluster,
  Predicted,
  Problem,
  ProfilePin,
  UsedProgram,
} from '../identity/identity'
import type { ClusterEntry, ContextEntry, EntryId, Snapshot, UserEntry } from '../kubeconfig/entries'

/** A context with what it points at and what is derived of it. */
export interface FindingRow {
  readonly context: ContextEntry
  readonly cluster: ClusterEntry | null
  readonly user: UserEntry | null
  readonly auth: AuthKind
  /** What its command says in AWS terms; null where none is run. */
  readonly meaning: ExecMeaning | null
  readonly meant: MeantCluster
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  readonly role: string | null
  readonly intended: Intended
  /** The identity that the entry itself names, where another is expected and so intended; null or absent: the intended one. */
  readonly entryNames?: Intended | null
  readonly predicted: Predicted
  /** What the AWS files say of the profile that the entry names. */
  readonly profileState: ProfileState
  /** The session name of the role that the entry or its profile ends in; null where aws makes one up, or there is none. */
  readonly session: string | null
  /** The aws or authenticator that its command refers to; null where none was looked up, or found. */
  readonly aws: UsedProgram | null
  /** Another aws on PATH, of version 2, where this one lacks something. */
  readonly newerAws: UsedProgram | null
  /** The profile that is used signs in by `aws login`, which this aws does not know. */
  readonly lacksLogin: boolean
  /** What kubectl refuses by its kuberc, or some kubectl would where it is not known which it is; null or absent: nothing. */
  readonly kubectlRefusal?: { readonly problem: Problem; readonly certain: boolean } | null
  /** Why kubectl would not find its command in this environment; null or absent: it would, or that was not looked up. */
  readonly notFound?: Problem | null
  /** It starts aws for each token, and `ekscope token`, which kubectl would find, makes the same without; absent: not. */
  readonly isSlow?: boolean
  /** Rows with the same are alike in all that rules about a user look at; null or absent: this one is like no other. */
  readonly alike?: object | null
  /** Known without making its entry, as all of `known`; absent: the entries are looked at. */
  readonly id?: EntryId
  readonly known?: KnownOfRow
}

/** With ten thousand rows, entries are not built only to see that there are some. */
interface KnownOfRow {
  readonly name: string
  /** Of its file. */
  readonly path: string
  readonly hasCluster: boolean
  /** The cluster entry as written in its file: rules look at it, and never quote it, because its server may hold a password. */
  readonly rawCluster: Pick<ClusterEntry, 'name' | 'server' | 'insecureSkipTlsVerify'> | null
  /** Null where its user is in no file. */
  readonly userName: string | null
  /** What tells its user entry from others; null where it is in no file. */
  readonly userKey: unknown
}

// Not destructured in the parameter: that would build the entries.
export const idOf = (row: FindingRow): EntryId => row.id ?? row.context.id
export const fileOf = (row: FindingRow): string => (row.known ? row.known.path : row.context.origin.file)
export const nameOf = (row: FindingRow): string => (row.known ? row.known.name : row.context.name)
export const hasCluster = (row: FindingRow): boolean =>
  row.known ? row.known.hasCluster : row.cluster !== null
/** What rules read of the cluster entry of every row; what they say is taken from the entry as it is shown. */
export const clusterOf = (row: FindingRow): KnownOfRow['rawCluster'] =>
  row.known ? row.known.rawCluster : row.cluster
export const userNameOf = (row: FindingRow): string | null =>
  row.known ? row.known.userName : (row.user?.name ?? null)
export const hasUser = (row: FindingRow): boolean =>
  row.known ? row.known.userKey !== null : row.user !== null
export const userKeyOf = (row: FindingRow): unknown => (row.known ? row.known.userKey : row.user?.id)

export type ProfileState =
  | { readonly kind: 'none' | 'known' }
  | { readonly kind: 'unknown' }
  /** A loop, a missing source, a missing sso-session: `why` says which. */
  | { readonly kind: 'broken'; readonly why: string }
  /** Sound, and the profile itself assumes this role. */
  | { readonly kind: 'assumes-role'; readonly role: string; readonly source: string | null }

/** What has a name in the AWS files, and in which accounts; null among these: files do not say where. */
export interface KnownName {
  readonly what: string
  readonly accounts: ReadonlySet<string | null>
}

export interface FindingInput {
  readonly snapshot: Snapshot
  /** One row per context of the snapshot, in its order. */
  readonly rows: readonly FindingRow[]
  /** Names of profiles, roles and permission sets in the AWS files, in lower case. */
  readonly known: ReadonlyMap<string, KnownName>
  /** The profile of the AWS files that holds each access key id. */
  readonly keyProfiles: ReadonlyMap<string, string>
  /** No list of any file has a name twice, and no file one of an earlier file: rules about that find nothing. */
  readonly namesOnce?: boolean
  /** The rows that kubectl would use, where that is known. */
  readonly effective?: readonly FindingRow[]
  /** Every user has one context at most, where that is known. */
  readonly sharesNothing?: boolean
}

/** What the rules about a profile need of an entry, be it in the files or what an edit would write. */
export type ProfileUse = Pick<FindingRow, 'profile' | 'role' | 'profileState'> & {
  readonly meaning: Pick<ExecMeaning, 'gets'> | null
}

/** The program that gets the token, be it the entry's own command or inside it; null where neither is known. */
export const getsToken = ({ meaning }: Pick<ProfileUse, 'meaning'>): AwsProgram | null =>
  meaning?.gets ?? null
/** Whether it gets the token of an AWS identity. */
export const isAws = (row: Pick<ProfileUse, 'meaning'>) => getsToken(row) !== null
/** The ids of their contexts. */
export const ids = (rows: readonly FindingRow[]) => rows.map(idOf)

/** The variables that the entry gives the command that gets the token. */
export function variablesOf(user: UserEntry | null): ReadonlyMap<string, string> {
  const exec = user?.exec ?? null
  const found = exec === null ? null : throughWrappers(exec)
  const env = found?.ok ? found.value.command.env : (exec?.env ?? [])
  return new Map(env.map(({ name, value }) => [name, value]))
}
