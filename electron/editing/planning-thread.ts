/**
 * Reads large files in a thread of its own, so that neither the window nor its keys wait. It is asked one question at a time, by
 * one pair of messages: a task by its name with the files that it is about, and the answer. A text is sent once: of a state that
 * the thread has already, only the revision is sent.
 */
import { Worker } from 'node:worker_threads'
import { type FileFacts, factsOf } from '../kubeconfig/read/file-facts'
import { onAbort } from '../system/on-abort'
import {
  type AnswerOf,
  askedBy,
  type FilesRead,
  type JobName,
  type Planning,
  planningHere,
  type Question,
  type QuestionName,
  type TaskOf,
} from './planning'

/** Bytes of files below which starting a thread costs more than it saves the main thread. */
const largeBytes = 5_000_000

/** Bytes of some fifteen hundred contexts, which main counts faster than a key is pressed. More are counted in the thread. */
const countedHere = 1_000_000

/** Questions that always go to the thread, however small the files are: many edits take long. */
const alwaysThere: ReadonlySet<QuestionName> = new Set(['preview', 'plan'])

/** Milliseconds without a question after which the thread, with its copy of the files, is ended. */
const idleMs = 30_000

/** Asked before anything else that waits: the user looks at a closed lock or an empty panel until they are answered. */
const urgent: ReadonlySet<JobName> = new Set(['contexts', 'tried', 'entryText'])

/** A file of a reading. */
export interface SentFile {
  readonly facts: FileFacts
  /** `kept`: the thread has it. Null: nothing could be read of the file. */
  readonly text: { readonly whole: string } | 'kept' | null
}

export interface SentRead {
  readonly revision: number
  readonly files: readonly SentFile[]
}

/** `reads`: what is asked about, and of a change the reading before. */
export type Asked<N extends JobName = JobName> = {
  readonly [K in N]: { readonly name: K; readonly task: TaskOf<K>; readonly reads: readonly SentRead[] }
}[N]

export type Answered<N extends JobName = JobName> = {
  readonly [K in N]: { readonly name: K; readonly answer: AnswerOf<K> }
}[N]

/** What the task threw. */
export interface Failed {
  readonly error: unknown
}

interface Waiting {
  readonly name: JobName
  readonly ask: (thread: Thread) => void
  readonly done: (answer: Answered) => void
  readonly fail: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  /** The states of files that the thread has: those that the last task named. */
  has: ReadonlySet<string>
}

/** The running question of a thread, and those that wait. */
interface Asking {
  readonly program: string
  thread: Thread | null
  running: Waiting | null
  idle: NodeJS.Timeout | undefined
  readonly queue: Waiting[]
}

/** Planning in a thread; `program` is its built file. It starts with the first question about files of at least so many bytes. */
export function planningInThread(program: string, least = largeBytes): Planning {
  const asking: Asking = { program, thread: null, running: null, idle: undefined, queue: [] }
  /** Few contexts are computed here: that is faster than starting a thread. */
  const few = ({ files }: FilesRead, bytes = least) =>
    asking.thread === null && files.reduce((sum, { file }) => sum + file.bytes, 0) < bytes

  /** Asked of the files there, and of few contexts here. */
  function question<N extends QuestionName>(name: N): Question<N> {
    const bytes = alwaysThere.has(name) ? 0 : name === 'counts' ? Math.min(least, countedHere) : least
    return (task, read, signal) =>
      few(read, bytes) ? answersHere[name](task, read, signal) : ask(asking, name, task, [read], signal)
  }

  return {
    ...askedBy(question),
    least,
    change: (before, after, signal) =>
      few(after) ? null : ask(asking, 'change', null, [after, before], signal),
    close() {
      clearTimeout(asking.idle)
      stop(asking)
    },
  }
}

function start(asking: Asking): Thread {
  const thread: Thread = { worker: new Worker(asking.program), has: new Set() }
  const { worker } = thread
  worker.on('message', (answer: Answered | Failed) => {
    const { running } = asking
    if (asking.thread !== thread || running === null) return
    asking.running = null
    // It may have taken some of the files: which ones it has is unknown.
    if ('error' in answer) {
      stop(asking)
      running.fail(answer.error)
    } else running.done(answer)
    next(asking)
  })
  // However the thread ended: the running question fails, and the next one starts another thread.
  const ended = (error: unknown) => {
    if (asking.thread === thread) fail(asking, error)
  }
  worker.on('error', ended)
  // An answer that cannot be read here, such as values nested many thousand deep: no other would ever come.
  worker.on('messageerror', ended)
  worker.on('exit', (code) => ended(new Error(`the planning thread ended with ${code}`)))
  worker.unref()
  return thread
}

function stop(asking: Asking): void {
  void asking.thread?.worker.terminate()
  asking.thread = null
}

/** The running question gets no answer, and the thread is ended. */
function fail(asking: Asking, error: unknown): void {
  const { running } = asking
  asking.running = null
  stop(asking)
  running?.fail(error)
  next(asking)
}

function next(asking: Asking): void {
  clearTimeout(asking.idle)
  if (asking.running !== null) return
  const at = asking.queue.findIndex(({ name }) => urgent.has(name))
  const [waiting] = asking.queue.splice(Math.max(at, 0), 1)
  if (waiting === undefined) {
    asking.idle = setTimeout(stop, idleMs, asking)
    asking.idle.unref()
    return
  }
  asking.thread ??= start(asking)
  asking.running = waiting
  try {
    waiting.ask(asking.thread)
  } catch (error) {
    // A question that cannot be sent (too large to be copied) was not asked, and its files did not reach the thread.
    fail(asking, error)
  }
}

/** `reads`: what is asked about, and of a change the reading before. */
const ask = <N extends JobName>(
  asking: Asking,
  name: N,
  task: TaskOf<N>,
  reads: readonly FilesRead[],
  signal: AbortSignal,
): Promise<AnswerOf<N>> =>
  new Promise((resolve, reject) => {
    const waiting: Waiting = {
      name,
      ask(thread) {
        const has = new Set<string>()
        const sent = reads.map((read) => sentRead(read, thread.has, has))
        const asked: Asked<N> = { name, task, reads: sent }
        thread.has = has
        thread.worker.postMessage(asked)
      },
      done(answer) {
        listensNoMore()
        if (isOf(name, answer)) resolve(answer.answer)
        else reject(new Error('another answer was expected'))
      },
      fail(error) {
        listensNoMore()
        reject(error)
      },
    }
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const listensNoMore = onAbort(signal, () => {
      const at = asking.queue.indexOf(waiting)
      if (at >= 0) asking.queue.splice(at, 1)
      // It cannot be interrupted, so the thread is ended; the next one reads the files again.
      else if (asking.running === waiting) fail(asking, signal.reason)
      reject(signal.reason)
    })
    asking.queue.push(waiting)
    next(asking)
  })

/** `has`: the states that the thread has; `named`: those that it has then. */
const sentRead = (
  { revision, files }: FilesRead,
  has: ReadonlySet<string>,
  named: Set<string>,
): SentRead => ({
  revision,
  files: files.map(({ file, document }) => {
    const facts = { ...factsOf(file), revision: file.revision }
    if (document === null) return { facts, text: null }
    const key = stateKey(facts)
    const isThere = has.has(key) || named.has(key)
    named.add(key)
    return { facts, text: isThere ? 'kept' : { whole: document.text } }
  }),
})

/** Names one state of one file. */
export const stateKey = ({ path, revision }: Pick<FileFacts, 'path' | 'revision'>): string =>
  JSON.stringify([path, revision])

const answersHere: { readonly [N in QuestionName]: Question<N> } = planningHere

const isOf = <N extends JobName>(name: N, answer: object): answer is Answered<N> =>
  'name' in answer && answer.name === name
