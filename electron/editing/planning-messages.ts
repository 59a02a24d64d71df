import type { AnyEdit } from '../../shared/edits/edit'
import type { Plan, UndoPlan } from '../../shared/edits/plan'
import type { Packed } from '../../shared/ipc/packed'
import type { KubeconfigFile, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import type { Result } from '../../shared/result'
import type { KnownContext } from '../identity/assemble'
import type { OverwrittenWrite } from '../kubeconfig/disk/overwritten'
import type { EditSource } from '../kubeconfig/read/edit-model'
import type { FileFacts } from '../kubeconfig/read/file-facts'
import type {
  ComputedElsewhere,
  ComputeTask,
  ContextsTask,
  FilesRead,
  OverwrittenTask,
  PlanTask,
  Questions,
  StateOf,
  UndoneElsewhere,
  UndoReady,
  UndoTask,
} from './planning'
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

/** Questions about files whose task crosses as it is: of those for a check and a try the edits are sent once. */
export type QuestionName = Exclude<keyof Questions, 'contexts' | 'tried'>
type TaskOf<N extends QuestionName> = Parameters<Questions[N]>[0]
/** What one of them is answered with. */
export type AnswerTo<N extends QuestionName> = Awaited<ReturnType<Questions[N]>>

/** Who answers one of them. */
export type AnswerBy<N extends QuestionName> = (
  task: TaskOf<N>,
  read: FilesRead,
  signal: AbortSignal,
) => Promise<AnswerTo<N>>
/** Who answers them all. */
export type Answering = { readonly [N in QuestionName]: AnswerBy<N> }

/** One of them, by its name. */
export type Asked<N extends QuestionName = QuestionName> = {
  readonly [K in N]: {
    readonly kind: 'question'
    readonly id: number
    readonly name: K
    readonly task: TaskOf<K>
    readonly read: SentFiles
  }
}[N]

/** Its answer, as it crosses. */
export type AnsweredQuestion<N extends QuestionName = QuestionName> = {
  readonly [K in N]: { readonly id: number; readonly name: K; readonly answer: AnswerTo<K> }
}[N]

export type PlanningRequest =
  | { readonly kind: 'snapshot'; readonly id: number; readonly read: SentFiles }
  | Asked
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
  | { readonly kind: 'plan' | 'shown-plan'; readonly id: number; readonly task: PlanTask }
  | { readonly kind: 'change'; readonly id: number; readonly before: SentFiles; readonly after: SentFiles }
  | {
      readonly kind: 'compute'
      readonly id: number
      readonly task: ComputeTask
      readonly sources: readonly SentSource[]
    }
  | { readonly kind: 'overwritten'; readonly id: number; readonly task: OverwrittenTask }
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
  /**
   * It is looked at meanwhile, and `early` in the question that comes. `hash`: by this number the thread tells its hash, as main makes
   * none of it; null asks for nothing.
   */
  | { readonly kind: 'text'; readonly path: string; readonly bytes: Uint8Array; readonly hash: number | null }

export type Answered =
  | { readonly id: number; readonly snapshot: Packed<Snapshot>; readonly current: readonly CurrentOf[] }
  | AnsweredQuestion
  | { readonly id: number; readonly contexts: readonly KnownContext[] }
  | { readonly id: number; readonly tried: Tried }
  | { readonly id: number; readonly plan: Plan }
  | { readonly id: number; readonly shownPlan: Packed<Plan> }
  | {
      readonly id: number
      readonly change: Packed<SnapshotChange>
      readonly current: readonly CurrentOf[]
    }
  | { readonly id: number; readonly computed: ComputedElsewhere }
  | { readonly id: number; readonly overwritten: readonly OverwrittenWrite[] }
  | { readonly id: number; readonly undoPlan: Result<UndoPlan> }
  | { readonly id: number; readonly ready: Result<SentReady> }
  | { readonly id: number; readonly undone: Result<UndoneElsewhere> }
  | { readonly id: number; readonly error: unknown }

/** What the thread says beside its answers. */
export type Told =
  /** It will most likely have shown this file before, and has time to hash it. */
  | { readonly told: 'expects'; readonly path: string }
  /** SHA-256 of a text that came, hex; null: it is another than was expected, and is looked at first. */
  | { readonly told: 'hash'; readonly id: number; readonly hash: string | null }

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
