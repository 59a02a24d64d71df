/** What page and main say to each other about edits: previews, outcomes of a write, its history, looking at AWS. */

import type { Mute } from '../audit/muted'
import type { FileDiff } from '../edits/diff'
import type { AlsoChanged, Edit, EditProblem, ImportEdit } from '../edits/edit'
import type { Obstacle } from '../edits/obstacle'
import type { FileRevision, UndoPlan } from '../edits/plan'
import type { ContextIdentity } from '../findings/context-identity'
import type { Finding } from '../findings/finding-rules'
import type { AwsAuthAt } from '../identity/aws-auth-answers'
import type { EksCluster } from '../identity/eks-cluster'
import type { EnvironmentName, Problem } from '../identity/identity'
import type { ShownCluster } from '../identity/known-clusters'
import type { Swept } from '../identity/search-results'
import type { Candidate } from '../identity/sweep'
import type { ContextAt } from '../identity/who-enters-where'
import type { SeenThere } from '../identity/who-may-enter'
import type { EntryId, EntryKind } from '../kubeconfig/entries'
import type { Fault } from '../result'
import type { ImportedEntries } from '../trust/added-by-write'

/** The pending edits carried out on what is there now, without any write: what the grid shows as was → now. */
export interface Preview {
  /** Of the snapshot that it was made on. */
  readonly revision: number
  /** Entries that the edits renamed or moved: edits go on naming them by `id`, the files by `now`. */
  readonly renamed: readonly { readonly id: EntryId; readonly now: EntryId }[]
  /** Identities of the contexts that would be different, in the asked environment, by their ids in the edited files. */
  readonly identities: readonly ContextIdentity[]
  /** The same in the environment that is compared with; none without one. */
  readonly compared: readonly ContextIdentity[]
  readonly problems: readonly EditProblem[]
  readonly alsoChanges: readonly AlsoChanged[]
  /** Files that would be written. */
  readonly files: readonly string[]
}

/** Edits that were not written with the others, by their places in the request, and why. */
export interface HeldEdits extends Pick<Fault, 'message' | 'next'> {
  readonly edits: readonly number[]
}

export type ApplyAnswer =
  | {
      readonly kind: 'written'
      /** Names the write in the history. */
      readonly id: string
      readonly files: readonly {
        readonly path: string
        readonly way: 'rename' | 'in-place' | 'created' | 'removed'
        /** SHA-256 of the written bytes, null for a file that was removed: any other state of the file is an external change. */
        readonly revision: string | null
      }[]
      /** Changes of ours that another program's older copy undid at once. */
      readonly overwritten: readonly { readonly path: string; readonly kind: string; readonly name: string }[]
      /** Edits that were left out and stay pending; absent where all were written. */
      readonly held?: readonly HeldEdits[]
    }
  /** Everything is already as asked. */
  | { readonly kind: 'nothing' }
  /** Nothing was written; the user may permit what these files need. */
  | { readonly kind: 'obstructed'; readonly obstacles: readonly Obstacle[] }

/** While a lock is waited for. */
export interface LockWait {
  readonly path: string
  /** Milliseconds that the lock has been there; null when that is not known. */
  readonly ageMs: number | null
  readonly waitedMs: number
}

/** One write of Ekscope, or what it saw that other programs wrote. */
export interface HistoryEntry {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly by: 'window' | 'terminal' | 'others'
  readonly titles: readonly string[]
  readonly undoes: string | null
  /** It undid a part of that write, and something of it was left. */
  readonly partial: boolean
  readonly restores: string | null
  /** It was interrupted, and others wrote before the next start. */
  readonly uncertain: boolean
  readonly files: readonly {
    readonly path: string
    /** Other programs wrote between the write before and this one. */
    readonly othersBefore: boolean
    /** Why it could not be read before or after: then there are no values to undo. Null: it could both times. */
    readonly unreadable: { readonly before: string | null; readonly after: string | null } | null
    readonly added: number
    readonly removed: number
  }[]
}

/** A write whose record says nothing to this Ekscope. */
export interface UnreadWrite {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly why: 'damaged' | 'newer'
}

/** Who of Ekscope wrote, and the one write that it was; null where it was several. */
export interface EkscopeWriter {
  readonly by: Exclude<HistoryEntry['by'], 'others'>
  readonly write: Pick<HistoryEntry, 'id' | 'undoes'> | null
}

/** A write that was interrupted, and how the next start settled it. */
export interface SettledWrite {
  /** One sentence. */
  readonly message: string
  /** As the history has it; null where it is not there. */
  readonly write: { readonly id: string; readonly titles: readonly string[] } | null
}

/** What an undo, a restore or a reapply would do now, and the write that it is about. */
export interface ShownUndoPlan extends UndoPlan {
  readonly write: Pick<HistoryEntry, 'at' | 'by' | 'titles'>
}

export interface NamedEntry {
  readonly kind: EntryKind | 'current-context'
  readonly name: string
}

/** What others did to one file after a write of Ekscope and before its next one (or now). */
export interface ExternalChange {
  /** The write of Ekscope after which it happened. */
  readonly after: string
  readonly path: string
  readonly removed: readonly NamedEntry[]
  readonly changed: readonly NamedEntry[]
  readonly added: readonly NamedEntry[]
  /** What they left could not be read by kubectl, or the bytes are no longer known. */
  readonly unknown: boolean
}

/** The diff of one write, or of what taking it back would do. Secrets redacted. */
export interface ShownDiff {
  readonly files: readonly { readonly path: string; readonly diff: FileDiff; readonly unified: string }[]
  readonly revisions: readonly FileRevision[]
}

/** Where an import comes from. Main reads the clipboard, shows the dialog, or knows what was dropped onto the window. */
export type ImportFrom = 'clipboard' | 'dialog' | 'drop'

/** A kubeconfig that main read for an import. */
export interface ImportOffer {
  /** Path, or null for the clipboard. */
  readonly from: string | null
  /** What is odd but no reason to refuse: one sentence each. */
  readonly problems: readonly string[]
  /** Every cluster and user that it adds or uses, with its destination; secrets masked. */
  readonly entries: ImportedEntries
  /** The edit that imports it, its values masked as those of a snapshot; the whole ones stay in main. */
  readonly edit: ImportEdit
}

/** The result of reading: of several dropped files, some may be no kubeconfig. */
export interface ImportAnswer {
  readonly offers: readonly ImportOffer[]
  readonly refused: readonly Fault[]
}

/** What was exported. */
export interface ExportAnswer {
  /** Null: onto the clipboard. */
  readonly path: string | null
  /** What was left out or cannot travel, one sentence each. */
  readonly notes: readonly string[]
}

/** How far a run is. */
export interface OfRun {
  readonly run: string
  readonly done: number
  readonly total: number
}

/** What a proof found out of one identity. */
export interface IdentityProved extends OfRun {
  /** As the tree names it. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The identity that AWS named; null where it named none. */
  readonly arn: string | null
  readonly problem: Problem | null
}

/** What asking AWS about one cluster came to. */
export interface ClusterAsked extends OfRun {
  /** Its id before: more of it may be known now. */
  readonly was: string
  readonly cluster: ShownCluster
}

/** The user that a cluster saw, asked with one of the user's identities. */
export interface ClusterEntered extends OfRun {
  readonly cluster: string
  readonly seen: SeenThere
}

/** The result of asking one cluster for aws-auth. */
export interface AwsAuthRead extends OfRun {
  readonly awsAuth: AwsAuthAt
}

/** How asking about clusters went. */
export interface AskSummary extends Pick<OfRun, 'done' | 'total'> {
  readonly cancelled: boolean
}

/** How a run of proofs went. */
export interface ProveSummary extends AskSummary {
  /** Programs that the user did not allow. */
  readonly refused: number
}

/** A profile as a picker shows it. */
export interface ProfileChoice {
  readonly name: string
  /** `keys`, `role`, `sso`, `process`, `web identity`, `login`, `other`. */
  readonly kind: string
  readonly region: string | null
  /** The role that it assumes, or the account and permission set of its SSO. */
  readonly says: string | null
}

/** How many rows the pages of identities and clusters have. */
export interface ViewCounts {
  readonly identities: number
  readonly clusters: number
}

/** What findings are shown with, beside what files and checks say. */
export interface FindingsBeside {
  /** When the answers were looked through, ms since the epoch: of a check that ended later they know nothing. */
  readonly at: number
  readonly mutes: readonly Mute[]
  /** What AWS said of clusters that speaks against contexts. */
  readonly ofClusters: readonly Finding[]
}

/** Since when a context is written as it is. */
export interface EntrySince {
  readonly context: EntryId
  /** The last change of its lines, or of those of its user or cluster, ms since the epoch; null: none is known. */
  readonly changed: { readonly at: number; readonly by: HistoryEntry['by'] } | null
  /** From when on the states of its files are known, ms since the epoch; null: none is. */
  readonly from: number | null
}

/** What pickers offer, from the AWS files of an environment. */
export interface Choices {
  readonly profiles: readonly ProfileChoice[]
  /** Role ARNs of profiles and of other contexts. */
  readonly roles: readonly string[]
  readonly regions: readonly string[]
}

export interface CallerAnswer {
  readonly arn: string
  readonly canonicalArn: string
  readonly account: string
  /** Where its environment or profile looks by itself; null when neither names a region. */
  readonly region: string | null
}

/** A cluster that was found by looking, with what the page must know of it before it is chosen. */
export interface FoundCluster extends EksCluster {
  /** Why no context can be made for it as it is now; null when one can. */
  readonly notReady: string | null
  /** Cluster entries that may be this cluster's and have its CA, or check none. */
  readonly sameAuthority: readonly EntryId[]
  /** Contexts that point at it already. */
  readonly contexts: readonly string[]
}

export type DiscoveryProgress =
  | { readonly kind: 'cluster'; readonly run: string; readonly cluster: FoundCluster }
  | {
      readonly kind: 'problem'
      readonly run: string
      readonly region: string
      readonly cluster: string | null
      readonly fault: Fault
    }
  | { readonly kind: 'region'; readonly run: string; readonly region: string; readonly clusters: number }

/** What is known before a sweep starts: which identities could look, what was found last, and the contexts at clusters. */
export interface SweepsKnown {
  readonly environment: EnvironmentName
  readonly candidates: readonly Candidate[]
  readonly sessions: readonly string[]
  readonly swept: Swept
  readonly contexts: readonly ContextAt[]
}

/** What a sweep has found since it last reported. */
export interface SweepProgress {
  readonly run: string
  /** Places that were looked at, of those that are known so far. */
  readonly done: number
  readonly expected: number
  readonly changes: Swept
}

/** How a sweep went. */
export interface SweepSummary {
  readonly cancelled: boolean
  /** Why the results could not be stored; null where they were. */
  readonly notKept: Fault | null
}

/** Clusters as AWS describes them now, to make contexts for; those that could not be had, with the reason. */
export interface DescribedClusters {
  readonly clusters: readonly FoundCluster[]
  readonly problems: readonly { readonly arn: string; readonly fault: Fault }[]
}

/** What a refresh from AWS found, context by context. */
export interface RefreshAnswer {
  /** `refresh-cluster` edits where endpoint or CA differ. */
  readonly edits: readonly Edit[]
  /** Contexts whose cluster is as AWS says. */
  readonly same: readonly EntryId[]
  readonly problems: readonly {
    readonly context: EntryId
    readonly fault: Fault
    /**
     * `not-eks`: it names no cluster of EKS, so AWS was not asked. `tunnel`: its server is no endpoint of EKS, and was left
     * unchanged because nothing else was requested.
     */
    readonly why: 'not-eks' | 'tunnel' | 'failed'
  }[]
}

/** A part of what Ekscope keeps of its own: the files and folders it is in, and how large they are together. */
export interface OwnPiece {
  readonly piece: 'history' | 'checks' | 'clusters' | 'window' | 'rest'
  readonly paths: readonly string[]
  readonly bytes: number
}
