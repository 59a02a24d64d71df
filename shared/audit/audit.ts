/**
 * The audit: how one signs in, which identity results, on which cluster it acts, by which context, who else may enter, and what
 * each step of that is worth. Findings view, map, report and gate are views of it: nothing is worked out twice. make-audit.ts
 * makes it. Pure.
 */
import type { Finding, FindingId } from '../findings/finding-rules'
import type { PrincipalRow } from '../identity/access-rows'
import type { EnvironmentName, Problem } from '../identity/identity'
import type { IdentityKind, IdentityState, IdentityTree } from '../identity/identity-tree'
import type { ProductionMark } from '../identity/production'
import type { StaleReason } from '../identity/verdict'
import type { EntryId, Snapshot } from '../kubeconfig/entries'
import type { ClusterFacts } from './cluster-findings'
import type { ActsBy, JudgedInput, StandingVerdict } from './judged'
import type { Mute, Muted } from './muted'

/** What the audit is made of: what files, checks and earlier answers say in one environment. */
export interface AuditInput extends JudgedInput {
  readonly environment: EnvironmentName
  readonly snapshot: Snapshot
  readonly tree: IdentityTree
  readonly clusters: readonly ClusterFacts[]
  readonly accountNames: Readonly<Record<string, string>>
  /** What the user has muted. */
  readonly mutes: readonly Mute[]
  /** What the user marked as production. */
  readonly production: readonly ProductionMark[]
}

/**
 * What a step of the proof is worth:
 * - `another`: AWS or the cluster proved another identity than the intended one
 * - `refused`: AWS or the cluster refused it
 * - `claimed-another`: files say that it is another identity than the intended one
 * - `nobody-says`: proven, and nothing says which identity it should be
 * - `proved`: AWS proved the intended identity
 * - `let-in`: the cluster let it in
 * - `claimed`: files say so, and no answer holds
 */
export const evidenceLevels = [
  'another',
  'refused',
  'claimed-another',
  'nobody-says',
  'proved',
  'let-in',
  'claimed',
] as const
export type EvidenceLevel = (typeof evidenceLevels)[number]

/** `nowhere`: what is named gives no credentials. `not-aws`: a certificate, a token. `program`: no file says whose identity it gives. */
export type SourceKind = Exclude<IdentityKind, 'nobody'> | 'nowhere' | 'not-aws' | 'program' | 'not-known'

/** How one signs in: where a chain of credentials begins. */
export interface AuditSource {
  readonly key: string
  readonly kind: SourceKind
  /** `corp`, `alice`, `AKIA…`; null where the kind says it all. */
  readonly name: string | null
  /** Where it is written: `/home/x/.aws/credentials:7`, `AWS_ACCESS_KEY_ID of the login shell`. */
  readonly from: readonly string[]
  readonly state: IdentityState['kind']
  readonly contexts: number
}

/** An identity that contexts act as, or should. */
export interface AuditIdentity {
  readonly key: string
  readonly kind: 'principal' | 'not-named' | 'not-aws' | 'nobody'
  readonly name: string
  readonly arn: string | null
  readonly account: string | null
  readonly accountName: string | null
  /** Long-term access keys that checks have shown to be its own. */
  readonly accessKeys: readonly string[]
  /** May do everything in a cluster of one of its contexts; null: not known of any. */
  readonly admin: boolean | null
  /** How many act as it. */
  readonly contexts: number
  /** How many should and do not. */
  readonly missing: number
}

/** Who may enter a cluster by its lists, or was let in by it. */
export interface AuditPrincipal
  extends Pick<PrincipalRow, 'principal' | 'name' | 'account' | 'username' | 'node' | 'problem'> {
  /** `seen`: a check that holds was let in as it, and no list that was read names it. */
  readonly from: PrincipalRow['from'] | 'seen'
  readonly key: string | null
  readonly accountName: string | null
  /** What it may do, in words. */
  readonly may: readonly string[]
  readonly everything: boolean
  /** A context of the whole fleet acts as it. */
  readonly used: boolean
}

/** A cluster that contexts lead to, or that is known otherwise. */
export interface AuditCluster {
  readonly key: string
  readonly arn: string | null
  readonly name: string
  readonly region: string | null
  readonly account: string | null
  readonly accountName: string | null
  /** `ACTIVE`, `gone`, `recreated`, `stale`, `not asked`; null: no cluster of EKS that is known. */
  readonly state: string | null
  readonly contexts: number
  /** Those that its lists let in, as far as these were read, and those that it was seen to let in. */
  readonly mayEnter: readonly AuditPrincipal[]
  /** Why not all of it was read; null: all was. */
  readonly unread: string | null
  /** When AWS last described it, ms since the epoch. */
  readonly askedAt: number | null
}

/** One context with its path from sign-in to cluster. */
export interface AuditContext {
  readonly id: EntryId
  readonly name: string
  readonly file: string
  readonly line: number
  readonly current: boolean
  readonly shadowed: boolean
  readonly verdict: StandingVerdict
  /** Milliseconds since the epoch; null: never. */
  readonly checkedAt: number | null
  readonly stale: StaleReason | null
  /** Why it is not verified, by the check that holds, else by files. */
  readonly problem: Problem | null
  /** Keys. */
  readonly source: string
  readonly acts: string
  readonly by: ActsBy | null
  /** The identity that files and environment give, where AWS or the cluster proved another one. */
  readonly foretold: Pick<AuditIdentity, 'key' | 'name' | 'account'> | null
  /** The identity that it should act as, where that is another one, or none acts. */
  readonly should: string | null
  readonly cluster: string
  readonly signs: EvidenceLevel
  readonly enters: EvidenceLevel
  /** The user that the cluster saw. */
  readonly username: string | null
  /** The identity that acts may do everything there, as the cluster answered; null: it was not asked, or did not say. */
  readonly admin: boolean | null
  /** It may by the cluster’s lists, as far as these were read: a claim. */
  readonly adminByLists: boolean
  /** The user marked it. */
  readonly production: boolean
  readonly findings: readonly FindingId[]
}

/** A finding with its line and when it was asked about, where that is known, and why it is muted, where it is. */
export interface AuditFinding extends Omit<Finding, 'line' | 'askedAt' | 'since'> {
  readonly line: number | null
  /** Null: nobody was asked, it rests on files. */
  readonly askedAt: number | null
  /** Null: not known. */
  readonly since: number | null
  readonly muted: Muted | null
}

export interface Audit {
  readonly environment: EnvironmentName
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly sources: readonly AuditSource[]
  readonly identities: readonly AuditIdentity[]
  readonly clusters: readonly AuditCluster[]
  readonly contexts: readonly AuditContext[]
  readonly findings: readonly AuditFinding[]
  /** The first file of kubectl's list that it refuses, and with it every context; null: there is none. */
  readonly refused: { readonly path: string; readonly why: string } | null
}

/** Whether a key is of an identity of which files say no name. */
export const isNotNamed = (key: string): boolean => key.startsWith('not-named ')
