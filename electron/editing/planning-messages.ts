/** What crosses between main and the planning thread, in values, and what both sides keep alike of the files that they were told of. */
import type { Duplicates } from '../../shared/edits/duplicates'
import type { AnyEdit, Edit } from '../../shared/edits/edit'
import type { Plan, UndoPlan } from '../../shared/edits/plan'
import type { AwsAuthAt } from '../../shared/identity/aws-auths'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { ClusterList } from '../../shared/identity/known-clusters'
import type { EntryText, Fingerprint, IdentityReport } from '../../shared/ipc/contract'
import type { Packed } from '../../shared/ipc/packed'
import type { Choices, Preview, SweepsKnown, ViewCounts } from '../../shared/ipc/payloads'
import type { EntryId, KubeconfigFile, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import type { Result } from '../../shared/result'
import type { KnownContext } from '../identity/assemble'
import type { TreeTask } from '../identity/known-fleet'
import type { EditSource } from '../kubeconfig/read/edit-model'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import type { FileFacts } from '../kubeconfig/read/file-facts'
import type { AskableCluster, AskableTask, ClusterStand, ClustersTask } from '../state/fleet-clusters'
import type { PackedTree, SweepsTask } from '../state/fleet-looks'
import type { EntryOfDestination, ForeignUse } from '../trust/destinations'
import type { EntriesOfFound } from './entries-of-found'
import type { Naming, NamingTask } from './naming'
import type {
  ChoicesTask,
  ComputedElsewhere,
  ComputeTask,
  ContextsTask,
  CountsTask,
  ExportTask,
  MadeExport,
  PlanTask,
  PreviewTask,
  ReportTask,
  StateOf,
  UndoneElsewhere,
  UndoReady,
  UndoTask,
} from './planning'
import type { ImportsTask, OfferedImport } from './read-imports'
import type { Tried, TryTask } from './tried'

/** A file for the thread. It reads a text once: what it has of that revision already is not sent again. */
export interface SentFile {
  /** What main knows of it; or all of it, where that was not made of a reading. */
  readonly file:
    | { readonly kind: 'facts'; readonly facts: FileFacts }
    | { readonly kind: 'whole'; readonly file: KubeconfigFile }
  /** Null: nothing could be read of it. */
  readonly text: { readonly kind: 'read'; readonly text: string } | { readonly kind: 'early' | 'had' } | null
}

/** What main may be asked for at once, and would have to look at a whole file for. */
export interface CurrentOf {
  readonly path: string
  readonly currentContext: string | null
}

/** What a try is about: the thread keeps those that it got last. Null: no try. */
export type SentEdits =
  | { readonly kind: 'new'; readonly edits: readonly AnyEdit[] }
  | { readonly kind: 'had' }
  | null

export interface SentFiles {
  readonly revision: number
  readonly files: readonly SentFile[]
}

/** A file as it was read under the lock. */
export interface SentSource extends Pick<EditSource, 'path' | 'listed' | 'fault'> {
  /** Of its bytes; null where there are none. */
  readonly revision: string | null
  /** Null: there is no such file. */
  readonly text: { readonly kind: 'read'; readonly text: string } | { readonly kind: 'had' } | null
}

export type PlanningRequest =
  | { readonly kind: 'snapshot'; readonly id: number; readonly read: SentFiles }
  | {
      readonly kind: 'report' | 'fingerprints'
      readonly id: number
      readonly task: ReportTask
      readonly read: SentFiles
    }
  | { readonly kind: 'preview'; readonly id: number; readonly task: PreviewTask; readonly read: SentFiles }
  | {
      readonly kind: 'contexts'
      readonly id: number
      readonly task: Omit<ContextsTask, 'edits'>
      readonly edits: SentEdits
      readonly read: SentFiles
    }
  | {
      readonly kind: 'tried'
      readonly id: number
      readonly task: Omit<TryTask, 'edits'>
      readonly edits: SentEdits
      readonly read: SentFiles
    }
  | { readonly kind: 'entry-text'; readonly id: number; readonly entry: EntryId; readonly read: SentFiles }
  | { readonly kind: 'counts'; readonly id: number; readonly task: CountsTask; readonly read: SentFiles }
  | { readonly kind: 'choices'; readonly id: number; readonly task: ChoicesTask; readonly read: SentFiles }
  | { readonly kind: 'tree'; readonly id: number; readonly task: TreeTask; readonly read: SentFiles }
  | {
      readonly kind: 'clusters' | 'cluster-stand' | 'aws-auths'
      readonly id: number
      readonly task: ClustersTask
      readonly read: SentFiles
    }
  | { readonly kind: 'askable'; readonly id: number; readonly task: AskableTask; readonly read: SentFiles }
  | { readonly kind: 'sweeps'; readonly id: number; readonly task: SweepsTask; readonly read: SentFiles }
  | {
      readonly kind: 'destination'
      readonly id: number
      readonly context: EntryId
      readonly read: SentFiles
    }
  | { readonly kind: 'foreign-use'; readonly id: number; readonly path: string; readonly read: SentFiles }
  | {
      readonly kind: 'resolved'
      readonly id: number
      readonly contexts: readonly EntryId[]
      readonly read: SentFiles
    }
  | {
      readonly kind: 'sharing'
      readonly id: number
      readonly contexts: readonly EntryId[]
      readonly read: SentFiles
    }
  | { readonly kind: 'exported'; readonly id: number; readonly task: ExportTask; readonly read: SentFiles }
  | {
      readonly kind: 'duplicates'
      readonly id: number
      readonly edits: readonly AnyEdit[]
      readonly read: SentFiles
    }
  | { readonly kind: 'imported'; readonly id: number; readonly task: ImportsTask; readonly read: SentFiles }
  | { readonly kind: 'naming'; readonly id: number; readonly task: NamingTask; readonly read: SentFiles }
  | {
      readonly kind: 'titles'
      readonly id: number
      readonly edits: readonly Edit[]
      readonly read: SentFiles
    }
  | {
      readonly kind: 'entries-of'
      readonly id: number
      readonly clusters: readonly EksCluster[]
      readonly read: SentFiles
    }
  | { readonly kind: 'plan' | 'shown-plan'; readonly id: number; readonly task: PlanTask }
  | { readonly kind: 'change'; readonly id: number; readonly before: SentFiles; readonly after: SentFiles }
  | {
      readonly kind: 'compute'
      readonly id: number
      readonly task: ComputeTask
      readonly sources: readonly SentSource[]
    }
  | { readonly kind: 'undo-plan'; readonly id: number; readonly task: UndoTask }
  /** What is answered is kept there until it is computed (`undone`), or left. */
  | { readonly kind: 'undo'; readonly id: number; readonly task: UndoTask }
  | {
      readonly kind: 'undone'
      readonly id: number
      /** The question that it was looked at for: by a thread that may have ended since. */
      readonly of: number
      readonly task: UndoTask
      readonly seen: ComputeTask['seen']
      readonly sources: readonly SentSource[]
      readonly states: readonly StateOf[]
    }
  /** Asks nothing: that question is over. */
  | { readonly kind: 'left'; readonly of: number }
  /** Asks nothing: it is read and looked at, and counts if the text that comes is the same. */
  | { readonly kind: 'expect'; readonly path: string }
  /** Asks nothing: there is time to give back what is not needed any more. Of each file its last state stays. */
  | { readonly kind: 'rest' }
  /** Answered in this memory, for which whoever asks waits: the text, and 1, or 2 where it is not here. */
  | {
      readonly kind: 'give'
      readonly path: string
      readonly revision: string | null
      readonly bytes: Uint8Array
      readonly state: Int32Array
    }
  /** Asks nothing: it is looked at meanwhile, and `early` in the question that comes. */
  | { readonly kind: 'text'; readonly path: string; readonly bytes: Uint8Array }

export type Answered =
  | { readonly id: number; readonly snapshot: Packed<Snapshot>; readonly current: readonly CurrentOf[] }
  | { readonly id: number; readonly report: Packed<IdentityReport> }
  | { readonly id: number; readonly fingerprints: Packed<readonly Fingerprint[]> }
  | { readonly id: number; readonly preview: Packed<Preview> }
  | { readonly id: number; readonly contexts: readonly KnownContext[] }
  | { readonly id: number; readonly tried: Tried }
  | { readonly id: number; readonly entryText: EntryText | null }
  | { readonly id: number; readonly counts: ViewCounts }
  | { readonly id: number; readonly choices: Choices }
  | { readonly id: number; readonly tree: PackedTree }
  | { readonly id: number; readonly clusters: Packed<ClusterList> }
  | { readonly id: number; readonly askable: Packed<readonly AskableCluster[]> }
  | { readonly id: number; readonly clusterStand: Packed<ClusterStand> }
  | { readonly id: number; readonly awsAuths: Packed<readonly AwsAuthAt[]> }
  | { readonly id: number; readonly sweeps: Packed<SweepsKnown> }
  | { readonly id: number; readonly destination: EntryOfDestination | null }
  | { readonly id: number; readonly foreignUse: ForeignUse }
  | { readonly id: number; readonly resolved: readonly ResolvedContext[] }
  | { readonly id: number; readonly sharing: readonly ResolvedContext[] }
  | { readonly id: number; readonly exported: Result<MadeExport> | null }
  | { readonly id: number; readonly duplicates: readonly Duplicates[] }
  | { readonly id: number; readonly imported: readonly Result<OfferedImport>[] }
  | { readonly id: number; readonly naming: readonly Naming[] }
  | { readonly id: number; readonly titles: readonly string[] }
  | { readonly id: number; readonly entriesOf: readonly EntriesOfFound[] }
  | { readonly id: number; readonly plan: Plan }
  | { readonly id: number; readonly shownPlan: Packed<Plan> }
  | {
      readonly id: number
      readonly change: Packed<SnapshotChange>
      readonly current: readonly CurrentOf[]
    }
  | { readonly id: number; readonly computed: ComputedElsewhere }
  | { readonly id: number; readonly undoPlan: Result<UndoPlan> }
  | { readonly id: number; readonly ready: Result<SentReady> }
  | { readonly id: number; readonly undone: Result<UndoneElsewhere> }
  | { readonly id: number; readonly error: unknown }

/** Of a way back what main needs before it locks anything. */
export type SentReady = Omit<UndoReady, 'compute' | 'release'>

/** One state of a file that the thread has. */
export interface KeptOf {
  readonly revision: string | null
}

/**
 * What is kept of a file when one state of it is named, on both sides alike: that and the one before it, because what another program
 * is writing is compared more than once with what was there, until it is whole.
 */
export const keptWith = <T extends KeptOf>(before: readonly T[] | undefined, now: T): readonly T[] =>
  [now, ...(before ?? []).filter(({ revision }) => revision !== now.revision)].slice(0, 2)

/** What was read before it was known to be of the list, and is not, is not kept. */
export function keepOnly(early: Map<string, unknown>, paths: readonly string[]): void {
  for (const path of early.keys()) if (!paths.includes(path)) early.delete(path)
}
