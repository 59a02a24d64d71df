/**
 * The one pair of messages between main and the planning thread: a task by its name with the files that it is about, and its answer. A
 * text crosses once: of a state that the thread has already only the revision is sent.
 */
import type { Plan, UndoPlan } from '../../shared/edits/plan'
import type { Packed } from '../../shared/ipc/packed'
import type { KubeconfigFile, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import type { Result } from '../../shared/result'
import type { OverwrittenWrite } from '../kubeconfig/disk/overwritten'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import type { EditSource } from '../kubeconfig/read/edit-model'
import type { FileFacts } from '../kubeconfig/read/file-facts'
import type {
  ComputedElsewhere,
  ComputeTask,
  FilesRead,
  OverwrittenTask,
  PlanTask,
  Questions,
  StateOf,
  UndoneElsewhere,
  UndoReady,
  UndoTask,
} from './planning'

/** What the files of a task are, in the thread. */
export interface TaskFiles {
  /** The readings that the task is about. */
  readonly reads: readonly FilesRead[]
  /** The document of a state that came with this task; throws where none came. */
  readonly document: (path: string, revision: string) => KubeconfigDocument
  /** The same where it may be none. */
  readonly known: (path: string, revision: string) => KubeconfigDocument | null
}

/** A file as it was read under the lock. With a revision its text crosses as that of any file. */
export interface SentSource extends Pick<EditSource, 'path' | 'listed' | 'fault'> {
  readonly revision: string | null
  /** Where there is no revision; null: there is no such file. */
  readonly text: string | null
}

/** Tasks and answers of everything that the thread can be asked. */
type Shapes = {
  readonly [N in keyof Questions]: {
    readonly task: Parameters<Questions[N]>[0]
    readonly answer: Awaited<ReturnType<Questions[N]>>
  }
} & {
  readonly snapshot: { readonly task: null; readonly answer: Packed<Snapshot> }
  readonly plan: { readonly task: PlanTask; readonly answer: Plan }
  readonly shownPlan: { readonly task: PlanTask; readonly answer: Packed<Plan> }
  /** From the first reading to the second. */
  readonly change: { readonly task: null; readonly answer: Packed<SnapshotChange> }
  readonly compute: {
    readonly task: { readonly task: ComputeTask; readonly sources: readonly SentSource[] }
    readonly answer: ComputedElsewhere
  }
  readonly overwritten: { readonly task: OverwrittenTask; readonly answer: readonly OverwrittenWrite[] }
  readonly undoPlan: { readonly task: UndoTask; readonly answer: Result<UndoPlan> }
  readonly undo: { readonly task: UndoTask; readonly answer: Result<Omit<UndoReady, 'compute'>> }
  readonly undone: {
    readonly task: {
      readonly task: UndoTask
      readonly seen: ComputeTask['seen']
      readonly sources: readonly SentSource[]
      readonly states: readonly StateOf[]
    }
    readonly answer: Result<UndoneElsewhere>
  }
}
export type JobName = keyof Shapes
export type TaskOf<N extends JobName> = Shapes[N]['task']
export type AnswerOf<N extends JobName> = Shapes[N]['answer']
/** Who does them. */
export type Jobs = {
  readonly [N in JobName]: (task: TaskOf<N>, files: TaskFiles) => Promise<AnswerOf<N>>
}

/** What main knows of a file; or all of it, where that was not made of a reading. */
export interface SentFile {
  readonly file:
    | { readonly kind: 'facts'; readonly facts: FileFacts }
    | { readonly kind: 'whole'; readonly file: KubeconfigFile }
  /** Something could be read of it: its text comes with the task. */
  readonly readable: boolean
}

export interface SentRead {
  readonly revision: number
  readonly files: readonly SentFile[]
}

/** A state of a file. */
export interface SentText {
  readonly path: string
  /** SHA-256 of its bytes, hex; null: not known, and the text counts for this task alone. */
  readonly revision: string | null
  /** Null: the thread has it. */
  readonly text: string | null
}

export type Asked<N extends JobName = JobName> = {
  readonly [K in N]: {
    readonly id: number
    readonly name: K
    readonly task: TaskOf<K>
    readonly reads: readonly SentRead[]
    readonly texts: readonly SentText[]
  }
}[N]

export type Answered<N extends JobName = JobName> = {
  readonly [K in N]: { readonly id: number; readonly name: K; readonly answer: AnswerOf<K> }
}[N]

/** What the task threw. */
export interface Failed {
  readonly id: number
  readonly error: unknown
}

/**
 * What both sides keep of files when these texts are named: of each of their paths the named states alone; of others nothing, where a
 * whole reading is named.
 */
export function keepNamed<T>(
  held: Map<string, ReadonlyMap<string, T>>,
  named: ReadonlyMap<string, ReadonlyMap<string, T>>,
  isWhole: boolean,
): void {
  if (isWhole) for (const path of [...held.keys()]) if (!named.has(path)) held.delete(path)
  for (const [path, states] of named) held.set(path, states)
}
