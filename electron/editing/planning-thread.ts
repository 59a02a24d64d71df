/** Planning of large files in a thread of its own, so that neither the window nor its keys wait: asked one thing after the other. */
import { Worker } from 'node:worker_threads'
import { ok } from '../../shared/result'
import type { EditSource } from '../kubeconfig/read/edit-model'
import { factsOf } from '../kubeconfig/read/file-facts'
import { onAbort } from '../system/on-abort'
import {
  askedBy,
  type FilesRead,
  type Planning,
  planningHere,
  type Question,
  type QuestionName,
} from './planning'
import {
  type Answered,
  type AnswerOf,
  type Asked,
  type Failed,
  type JobName,
  keepNamed,
  type SentRead,
  type SentSource,
  type SentText,
  type TaskOf,
} from './planning-jobs'

/** Bytes of files below which starting a thread costs more than what it would take off the first one. */
const largeBytes = 5_000_000

/** Some fifteen hundred contexts, which main counts in less than a key takes: nobody waits for the numbers of more. */
const countedHere = 1_000_000

/** Milliseconds without a question after which the thread, and its copy of the files, is given up. */
const idleMs = 30_000

/** Asked before anything else that waits: somebody looks at a closed lock or an empty panel until they are answered. */
const urgent: ReadonlySet<JobName> = new Set(['contexts', 'tried', 'entryText', 'compute', 'undo', 'undone'])

interface Waiting {
  readonly name: JobName
  readonly ask: (thread: Thread, id: number) => void
  readonly done: (answer: Answered) => void
  readonly fail: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  /** The states that it has, by path and revision. */
  readonly has: Map<string, ReadonlyMap<string, true>>
}

/** What a task is about beside itself. */
interface About {
  readonly reads?: readonly FilesRead[]
  /** Texts beside those of the readings. */
  readonly texts?: readonly Text[]
}
interface Text {
  readonly path: string
  readonly revision: string | null
  readonly text: () => string
}

/** Planning in a thread; `program` is its built file. It starts with the first question about files of at least so many bytes. */
export function planningInThread(program: string, least = largeBytes): Planning {
  let thread: Thread | null = null
  let running: (Waiting & { readonly id: number }) | null = null
  let idle: NodeJS.Timeout | undefined
  let last = 0
  const queue: Waiting[] = []

  function start(): Thread {
    const started: Thread = { worker: new Worker(program), has: new Map() }
    started.worker.on('message', (answer: Answered | Failed) => {
      if (running?.id !== answer.id) return
      const { done, fail } = running
      running = null
      // It may have got half way through the files: what it has of them is not known any more.
      if ('error' in answer) {
        stop()
        fail(answer.error)
      } else done(answer)
      next()
    })
    // Whatever ended it: what was asked fails, and the next question starts another.
    const ended = (error: unknown) => {
      if (thread !== started) return
      const asked = running
      running = null
      stop()
      asked?.fail(error)
      next()
    }
    started.worker.on('error', ended)
    // What it said cannot be read here, such as values in one another many thousand deep: nothing else would ever answer that.
    started.worker.on('messageerror', ended)
    started.worker.on('exit', (code) => ended(new Error(`the planning thread ended with ${code}`)))
    started.worker.unref()
    return started
  }

  function stop(): void {
    void thread?.worker.terminate()
    thread = null
  }

  function next(): void {
    clearTimeout(idle)
    if (running !== null) return
    const at = queue.findIndex(({ name }) => urgent.has(name))
    const [waiting] = queue.splice(Math.max(at, 0), 1)
    if (waiting === undefined) {
      idle = setTimeout(stop, idleMs)
      idle.unref()
      return
    }
    thread ??= start()
    running = { ...waiting, id: ++last }
    try {
      waiting.ask(thread, last)
    } catch (error) {
      // What cannot be sent (too large to be copied) was not asked, and the files with it have not come.
      running = null
      stop()
      waiting.fail(error)
      next()
    }
  }

  function ask<N extends JobName>(
    name: N,
    task: TaskOf<N>,
    { reads = [], texts = [] }: About,
    signal: AbortSignal,
  ): Promise<AnswerOf<N>> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        name,
        ask({ worker, has }, id) {
          const sent = [...reads.flatMap(textsOf), ...texts]
          const asked: Asked<N> = { id, name, task, reads: reads.map(sentRead), texts: sentTexts(sent, has) }
          keepNamed(has, namedIn(sent), reads.length > 0)
          worker.postMessage(asked)
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
      function cancel(): void {
        const at = queue.indexOf(waiting)
        if (at >= 0) queue.splice(at, 1)
        else if (running?.done === waiting.done) {
          // It cannot be interrupted, so it is ended; the next one reads the files again.
          running = null
          stop()
          next()
        }
        reject(signal.reason)
      }
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const listensNoMore = onAbort(signal, cancel)
      queue.push(waiting)
      next()
    })
  }

  /** Few contexts are shown before a thread would have started. */
  const few = ({ files }: FilesRead, bytes = least) =>
    thread === null && files.reduce((sum, { file }) => sum + file.bytes, 0) < bytes

  /** Asked of the files there, and of few contexts here. */
  function question<N extends QuestionName>(name: N): Question<N> {
    // However few: what many edits come to is much.
    const bytes = name === 'preview' ? 0 : name === 'counts' ? Math.min(least, countedHere) : least
    return (task, read, signal) =>
      few(read, bytes) ? answersHere[name](task, read, signal) : ask(name, task, { reads: [read] }, signal)
  }

  return {
    ...askedBy(question),
    plan: (task, signal) => ask('plan', task, {}, signal),
    change: (before, after, signal) =>
      few(after) ? null : ask('change', null, { reads: [before, after] }, signal),
    compute(task, { sources, bytes }, signal) {
      if (bytes < least) return null
      const { sent, texts } = sentSources(sources, task.revisions)
      return ask('compute', { task, sources: sent }, { texts }, signal)
    },
    overwritten: (task, bytes, signal) => (bytes < least ? null : ask('overwritten', task, {}, signal)),
    undoPlan: (task, bytes, signal) => (bytes < least ? null : ask('undoPlan', task, {}, signal)),
    undo({ seen, ...task }, bytes, signal) {
      if (bytes < least) return null
      return ask('undo', task, {}, signal).then((ready) =>
        ready.ok
          ? ok({
              ...ready.value,
              compute(sources, states, stop) {
                const { sent, texts } = sentSources(sources, states)
                return ask('undone', { task, seen, sources: sent, states }, { texts }, stop)
              },
            })
          : ready,
      )
    },
    close() {
      clearTimeout(idle)
      stop()
    },
  }
}

const textsOf = ({ files }: FilesRead): readonly Text[] =>
  files.flatMap(({ file: { path, revision }, document }) =>
    document === null ? [] : [{ path, revision, text: () => document.text }],
  )

const sentRead = ({ revision, files }: FilesRead): SentRead => ({
  revision,
  files: files.map(({ file, document }) => {
    const facts = factsOf(file)
    return {
      file: facts === null ? { kind: 'whole', file } : { kind: 'facts', facts: { ...facts } },
      readable: document !== null,
    }
  }),
})

/** Each state once, and of one that the thread has no text. */
function sentTexts(texts: readonly Text[], has: Thread['has']): readonly SentText[] {
  const sent = new Set<string>()
  return texts.flatMap(({ path, revision, text }) => {
    const key = JSON.stringify([path, revision])
    if (sent.has(key)) return []
    sent.add(key)
    const isThere = revision !== null && has.get(path)?.has(revision) === true
    return [{ path, revision, text: isThere ? null : text() }]
  })
}

function namedIn(texts: readonly Text[]): ReadonlyMap<string, ReadonlyMap<string, true>> {
  const named = new Map<string, Map<string, true>>()
  for (const { path, revision } of texts)
    if (revision !== null) named.set(path, (named.get(path) ?? new Map()).set(revision, true))
  return named
}

/** Files as they were read under the lock. */
function sentSources(
  sources: readonly EditSource[],
  revisions: readonly { readonly path: string; readonly revision: string | null }[],
): { readonly sent: readonly SentSource[]; readonly texts: readonly Text[] } {
  const texts: Text[] = []
  const sent = sources.map((source): SentSource => {
    const { path, listed, fault } = source
    const revision = fault === null ? (revisions.find((one) => one.path === path)?.revision ?? null) : null
    if (revision === null) return { path, listed, fault, revision, text: source.text }
    texts.push({ path, revision, text: () => source.text ?? '' })
    return { path, listed, fault, revision, text: null }
  })
  return { sent, texts }
}

const answersHere: { readonly [N in QuestionName]: Question<N> } = planningHere

const isOf = <N extends JobName>(name: N, answer: object): answer is Answered<N> =>
  'name' in answer && answer.name === name
