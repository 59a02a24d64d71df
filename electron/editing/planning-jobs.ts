/**
 * What the planning thread does, and the one pair of messages by which main asks it: a task by its name with the files that it is about,
 * and its answer. A text crosses once: of a state that the thread has already only the revision is sent.
 */
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import type { KnownDocuments } from '../kubeconfig/disk/read-sources'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { type EditSource, sourceOf } from '../kubeconfig/read/edit-model'
import type { FileFacts } from '../kubeconfig/read/file-facts'
import {
  type ComputeTask,
  changeOf,
  computedOf,
  type FilesRead,
  type OverwrittenTask,
  overwrittenOf,
  type PlanTask,
  planningHere,
  planOf,
  preparedUndo,
  type Questions,
  type StateOf,
  type UndoReady,
  type UndoTask,
  undoneOf,
  undoPlanOf,
} from './planning'

/** What the files of a task are, in the thread. */
export interface TaskFiles {
  /** The readings that the task is about. */
  readonly reads: readonly FilesRead[]
  /** The document of a state that came with this task; throws where none came. */
  readonly document: (path: string, revision: string) => KubeconfigDocument
  /** The same where it may be none. */
  readonly known: KnownDocuments
}

/** A file as it was read under the lock. With a revision its text crosses as that of any file. */
export interface SentSource extends Pick<EditSource, 'path' | 'listed' | 'fault'> {
  readonly revision: string | null
  /** Where there is no revision; null: there is no such file. */
  readonly text: string | null
}

/** What the thread does beside answering questions about a reading. */
const jobs = {
  plan: (task: PlanTask, _: FilesRead, stop: AbortSignal, { known }: TaskFiles) => planOf(task, stop, known),
  /** From the first reading to the second. */
  change: async (_: null, before: FilesRead, _stop: AbortSignal, { reads: [, after] }: TaskFiles) =>
    changeOf(before, after ?? nothing),
  compute: (
    { task, sources }: { readonly task: ComputeTask; readonly sources: readonly SentSource[] },
    _: FilesRead,
    stop: AbortSignal,
    files: TaskFiles,
  ) => computedOf(task, sourcesOf(sources, files), stop),
  overwritten: (task: OverwrittenTask, _: FilesRead, _stop: AbortSignal, { known }: TaskFiles) =>
    overwrittenOf(task, known),
  undoPlan: (task: UndoTask, _: FilesRead, _stop: AbortSignal, { known }: TaskFiles) =>
    undoPlanOf(task, known),
  async undo(
    task: UndoTask,
    _: FilesRead,
    _stop: AbortSignal,
    { known }: TaskFiles,
  ): Promise<Result<Omit<UndoReady, 'compute'>>> {
    const ready = await preparedUndo(task, known)
    if (!ready.ok) return ready
    const { record, titles, redoes, targets } = ready.value
    return ok({ record, titles, redoes, targets })
  },
  async undone(
    { task, seen, sources, states }: UndoneTask,
    _: FilesRead,
    _stop: AbortSignal,
    files: TaskFiles,
  ) {
    // Once more: what was looked at before the lock stands in the history.
    const ready = await preparedUndo(task)
    return ready.ok ? undoneOf(ready.value, sourcesOf(sources, files), states, seen) : ready
  },
}

interface UndoneTask extends Pick<ComputeTask, 'seen'> {
  readonly task: UndoTask
  readonly sources: readonly SentSource[]
  readonly states: readonly StateOf[]
}

const nothing: FilesRead = { revision: 0, files: [] }
/** A task that is cancelled ends the thread. */
const never: AbortSignal = new AbortController().signal

const sourcesOf = (sources: readonly SentSource[], files: TaskFiles): readonly EditSource[] =>
  sources.map(({ path, listed, fault, revision, text }) => {
    if (revision === null) return sourceOf({ path, listed, text, fault })
    const document = files.document(path, revision)
    return { path, listed, text: document.text, fault, document }
  })

type All = Questions & typeof jobs
const works: {
  readonly [N in JobName]: (
    task: TaskOf<N>,
    read: FilesRead,
    stop: AbortSignal,
    files: TaskFiles,
  ) => Promise<AnswerOf<N>>
} = { ...planningHere, ...jobs }

/** What is answered to a task that is about these files. */
export const answerOf = async <N extends JobName>(
  { id, name, task }: Asked<N>,
  files: TaskFiles,
): Promise<Answered<N>> => ({
  id,
  name,
  answer: await works[name](task, files.reads[0] ?? nothing, never, files),
})

/** Tasks and answers of everything that the thread can be asked, by its name. */
export type JobName = keyof All
export type TaskOf<N extends JobName> = Parameters<All[N]>[0]
export type AnswerOf<N extends JobName> = Awaited<ReturnType<All[N]>>
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
