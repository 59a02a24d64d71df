/** The thread that works out for the window what a fleet makes much of, seen from main: asked one thing after the other. */
import type { Worker } from 'node:worker_threads'
import { ok } from '../../shared/result'
import { textOf } from '../kubeconfig/disk/read-file'
import type { TextOfBytes } from '../kubeconfig/read/text-of-bytes'
import { collect } from '../system/collect'
import { onAbort } from '../system/on-abort'
import { ownPages } from '../system/own-pages'
import { largeBytes, sizeOf, startThread, type ThreadOf, takeFirstThread } from './first-thread'
import { type FilesRead, type Planning, planningHere } from './planning'
import type {
  AnswerBy,
  Answered,
  AnsweredQuestion,
  Answering,
  AnswerTo,
  Asked,
  PlanningRequest,
  QuestionName,
  Told,
} from './planning-messages'
import { type AtThread, type LateText, sentEdits, sentFiles, sentSource, tell } from './sent-files'

/** Some fifteen hundred contexts, which main counts in less than a key takes: nobody waits for the numbers of more. */
const countedHere = 1_000_000

/** What a thread is worth it for. */
export interface Worth {
  /** Bytes of files below which starting a thread costs more than what it would take off the first one. */
  readonly bytes: number
  /** Milliseconds without a question after which what was read is given back, here and there: of a large file its text, three times. */
  readonly restMs: number
}

const worthAThread: Worth = { bytes: largeBytes, restMs: 1_000 }

/** Milliseconds without a question after which the thread, and its copy of the files, is given up. */
const idleMs = 120_000

interface Waiting {
  readonly ask: (thread: Thread, id: number) => void
  readonly done: (answer: Answered) => void
  readonly fail: (error: unknown) => void
}

interface Thread extends AtThread {
  readonly worker: Worker
  /** Files that it most likely knows, and whose hashes it tells. */
  readonly expected: Set<string>
  /** Those that are not told yet, by their numbers. */
  readonly hashes: Map<number, AwaitedHash>
}

interface AwaitedHash {
  readonly there: Promise<void>
  /** Null: whoever asks for it makes it. */
  readonly tell: (hash: string | null) => void
}

/**
 * Planning in a thread of its own; `program` is its built file. It starts with the first question, or the first text that is worth it.
 * `picture`: where the first picture of a fleet is kept for the next start; null keeps none.
 */
export function planningInThread(
  program: string,
  differing: Partial<Worth> = {},
  picture: string | null = null,
): Planning {
  const of: ThreadOf = { program, picture }
  const worth = { ...worthAThread, ...differing }
  /** What was begun before this was loaded expects its file already. */
  const first = takeFirstThread(of)
  let thread: Thread | null = first && follow(first.worker)
  let running: (Waiting & { readonly id: number }) | null = null
  let idle: NodeJS.Timeout | undefined
  let rest: NodeJS.Timeout | undefined
  /** Bytes of a text were sent to the thread since both have rested, or it was told of checks, which it keeps then. */
  let sent = false
  let last = 0
  const queue: Waiting[] = []

  function start(): Thread {
    return follow(startThread(of))
  }

  function follow(worker: Worker): Thread {
    const started: Thread = {
      worker,
      has: new Map(),
      early: new Map(),
      edits: null,
      late: new Map(),
      expected: new Set(),
      hashes: new Map(),
    }
    worker.on('message', (answer: Answered | Told) => {
      if ('told' in answer) {
        if (answer.told === 'expects') started.expected.add(answer.path)
        else {
          started.hashes.get(answer.id)?.tell(answer.hash)
          started.hashes.delete(answer.id)
        }
        return
      }
      if (running?.id !== answer.id) return
      const { done } = running
      running = null
      // It may have got half way through the files: what it has of them is not known any more.
      if ('error' in answer) stop()
      done(answer)
      next()
    })
    // Whatever ended it: what was asked fails, and the next question starts another.
    const ended = (error: unknown) => {
      for (const { tell } of started.hashes.values()) tell(null)
      if (thread !== started) return
      thread = null
      running?.fail(error)
      running = null
      next()
    }
    worker.on('error', ended)
    // What it said cannot be read here, such as values in one another many thousand deep: nothing else would ever answer that.
    worker.on('messageerror', (error) => {
      if (thread !== started) return
      const asked = running
      running = null
      stop()
      asked?.fail(error)
      next()
    })
    worker.on('exit', (code) => ended(new Error(`the planning thread ended with ${code}`)))
    worker.unref()
    return started
  }

  /** `busy`: it answers nothing any more. */
  function stop(busy = false): void {
    const old = thread
    if (old === null) return
    if (busy) thread = null
    for (const { document } of old.late.values()) document.deref()?.keep()
    thread = null
    void old.worker.terminate()
  }

  function atRest(): void {
    sent = false
    if (thread === null) {
      collect()
      return
    }
    const { worker, has, early, late } = thread
    const isLast = ({ path, revision }: LateText) => has.get(path)?.[0]?.revision === revision
    for (const one of late.values()) if (isLast(one)) leave(one, thread)
    // Who still shows an earlier state is told apart from who is gone by now.
    collect()
    for (const [key, one] of late) {
      if (isLast(one)) continue
      one.document.deref()?.keep()
      late.delete(key)
    }
    for (const [path, [first]] of has) if (first !== undefined) has.set(path, [first])
    early.clear()
    thread.edits = null
    post(worker, { kind: 'rest' })
  }

  /** Of a large text one is enough. */
  function leave({ path, revision, document }: LateText, of: Thread): void {
    document.deref()?.leave((bytes) => (thread === of ? textIn(of.worker, path, revision, bytes) : null))
  }

  function next(): void {
    clearTimeout(idle)
    clearTimeout(rest)
    if (running !== null) return
    const waiting = queue.shift()
    if (waiting === undefined) {
      idle = setTimeout(stop, idleMs)
      idle.unref()
      if (sent) {
        rest = setTimeout(atRest, worth.restMs)
        rest.unref()
      }
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

  function ask<T>(
    post: Waiting['ask'],
    read: (answer: Answered) => { readonly found: T } | null,
    signal: AbortSignal,
    first = false,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        ask: post,
        done(answer) {
          listensNoMore()
          const found = read(answer)
          if (found !== null) resolve(found.found)
          else reject('error' in answer ? answer.error : new Error('another answer was expected'))
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
          stop(true)
          next()
        }
        reject(signal.reason)
      }
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const listensNoMore = onAbort(signal, cancel)
      if (first) queue.unshift(waiting)
      else queue.push(waiting)
      next()
    })
  }

  /** Few contexts are shown before a thread would have started. */
  const few = ({ files }: FilesRead, bytes = worth.bytes) =>
    thread === null && files.reduce((sum, { file }) => sum + file.bytes, 0) < bytes

  /** Asked of the files there, and of few contexts here. `first`: before anything else that waits. */
  function question<N extends QuestionName>(
    name: N,
    { least = worth.bytes, first = false }: { readonly least?: number; readonly first?: boolean } = {},
  ): AnswerBy<N> {
    const here: Answering = planningHere
    return (task, read, signal) =>
      few(read, least)
        ? here[name](task, read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'question', id, name, task, read: sentFiles(read, to) })
              if (name === 'fingerprints') sent = true
            },
            (answer) => answerTo(name, answer),
            signal,
            first,
          )
  }

  return {
    snapshot: async (read, signal) => {
      // Asking takes the hash of each file, which main would make, while the window waits for main.
      const hashes = [...(thread?.hashes.values() ?? [])]
      const listensNoMore = onAbort(signal, () => {
        for (const { tell } of hashes) tell(null)
      })
      await Promise.all(hashes.map(({ there }) => there))
      listensNoMore()
      return few(read)
        ? planningHere.snapshot(read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'snapshot', id, read: sentFiles(read, to) })
            },
            (answer) => {
              if (!('snapshot' in answer)) return null
              tell(read, answer.current)
              return { found: answer.snapshot }
            },
            signal,
          )
    },
    report: question('report'),
    fingerprints: question('fingerprints'),
    // However few: what many edits come to is much.
    preview: question('preview', { least: 0 }),
    entryText: question('entryText', { first: true }),
    counts: question('counts', { least: Math.min(worth.bytes, countedHere) }),
    choices: question('choices'),
    tree: question('tree'),
    clusters: question('clusters'),
    askable: question('askable'),
    clusterStand: question('clusterStand'),
    awsAuths: question('awsAuths'),
    sweeps: question('sweeps'),
    destination: question('destination'),
    foreignUse: question('foreignUse'),
    resolved: question('resolved'),
    sharing: question('sharing'),
    exported: question('exported'),
    imported: question('imported'),
    naming: question('naming'),
    titles: question('titles'),
    duplicates: question('duplicates'),
    entriesOf: question('entriesOf'),
    contexts: ({ edits, ...task }, read, signal) =>
      few(read)
        ? planningHere.contexts({ ...task, edits }, read, signal)
        : ask(
            (to, id) => {
              const sentTo = { edits: sentEdits(edits, to), read: sentFiles(read, to) }
              post(to.worker, { kind: 'contexts', id, task, ...sentTo })
            },
            (answer) => ('contexts' in answer ? { found: answer.contexts } : null),
            signal,
            true,
          ),
    tried: ({ edits, ...task }, read, signal) =>
      few(read)
        ? planningHere.tried({ ...task, edits }, read, signal)
        : ask(
            (to, id) => {
              const sentTo = { edits: sentEdits(edits, to), read: sentFiles(read, to) }
              post(to.worker, { kind: 'tried', id, task, ...sentTo })
            },
            (answer) => ('tried' in answer ? { found: answer.tried } : null),
            signal,
            true,
          ),
    plan: (task, signal) =>
      ask(
        ({ worker }, id) => {
          post(worker, { kind: 'plan', id, task })
        },
        (answer) => ('plan' in answer ? { found: answer.plan } : null),
        signal,
      ),
    shownPlan: (task, signal) =>
      ask(
        ({ worker }, id) => {
          post(worker, { kind: 'shown-plan', id, task })
        },
        (answer) => ('shownPlan' in answer ? { found: answer.shownPlan } : null),
        signal,
      ),
    change: (before, after, signal) =>
      few(after)
        ? null
        : ask(
            (to, id) => {
              // In this order: of each file the thread keeps what it got last.
              const from = sentFiles(before, to)
              post(to.worker, { kind: 'change', id, before: from, after: sentFiles(after, to) })
            },
            (answer) => {
              if (!('change' in answer)) return null
              tell(after, answer.current)
              return { found: answer.change }
            },
            signal,
          ),
    compute(task, { sources, bytes }, signal) {
      if (bytes < worth.bytes) return null
      return ask(
        (to, id) => {
          const sent = sources.map((source) => sentSource(source, task.revisions, to))
          post(to.worker, { kind: 'compute', id, task, sources: sent })
        },
        (answer) => ('computed' in answer ? { found: answer.computed } : null),
        signal,
        true,
      )
    },
    overwritten: (task, bytes, signal) =>
      bytes < worth.bytes
        ? null
        : ask(
            ({ worker }, id) => {
              post(worker, { kind: 'overwritten', id, task })
            },
            (answer) => ('overwritten' in answer ? { found: answer.overwritten } : null),
            signal,
          ),
    undoPlan: (task, bytes, signal) =>
      bytes < worth.bytes
        ? null
        : ask(
            ({ worker }, id) => {
              post(worker, { kind: 'undo-plan', id, task })
            },
            (answer) => ('undoPlan' in answer ? { found: answer.undoPlan } : null),
            signal,
          ),
    undo({ seen, ...task }, bytes, signal) {
      if (bytes < worth.bytes) return null
      /** Who has looked at it, and for which question. */
      let asked: { readonly of: Thread; readonly id: number } | null = null
      const ready = ask(
        (to, id) => {
          asked = { of: to, id }
          post(to.worker, { kind: 'undo', id, task })
        },
        (answer) => ('ready' in answer ? { found: answer.ready } : null),
        signal,
        true,
      )
      return ready.then((found) => {
        const by = asked
        if (!found.ok || by === null)
          return found.ok ? Promise.reject(new Error('the thread was not asked')) : found
        return ok({
          ...found.value,
          compute: (sources, states, stop) =>
            ask(
              (to, id) => {
                const sent = sources.map((source) => sentSource(source, states, to))
                post(to.worker, { kind: 'undone', id, of: by.id, task, seen, sources: sent, states })
              },
              (answer) => ('undone' in answer ? { found: answer.undone } : null),
              stop,
              true,
            ),
          release() {
            if (thread === by.of) post(by.of.worker, { kind: 'left', of: by.id })
          },
        })
      })
    },
    expect(path) {
      if (path === first?.path || sizeOf(path) < worth.bytes) return
      // It reads by itself: main comes to its own reading, and to anything that it waits for, only when Chromium has started.
      thread ??= start()
      post(thread.worker, { kind: 'expect', path })
    },
    text(path, content) {
      const { bytes } = content
      if (bytes.length < worth.bytes) return false
      thread ??= start()
      thread.early.set(path, content)
      sent = true
      const hash = thread.expected.delete(path) ? ++last : null
      if (hash !== null) thread.hashes.set(hash, awaitedHash(content))
      // Shared memory is not copied, and of bytes the thread finds entries quicker than of a text.
      post(thread.worker, { kind: 'text', path, bytes, hash })
      return true
    },
    close() {
      clearTimeout(idle)
      clearTimeout(rest)
      thread?.late.clear()
      stop()
    },
  }
}

function awaitedHash({ hash }: TextOfBytes): AwaitedHash {
  let done = () => {}
  const there = new Promise<void>((resolve) => {
    done = resolve
  })
  return {
    there,
    tell(value) {
      if (value !== null) hash.tell(value)
      done()
    },
  }
}

/** What this question was answered; null: it was another. */
function answerTo<N extends QuestionName>(name: N, answer: object): { readonly found: AnswerTo<N> } | null {
  return isOf(name, answer) ? { found: answer.answer } : null
}

const isOf = <N extends QuestionName>(name: N, answer: object): answer is AnsweredQuestion<N> =>
  'name' in answer && answer.name === name

const post = <N extends QuestionName>(worker: Worker, asked: PlanningRequest | Asked<N>) =>
  worker.postMessage(asked)

/** Milliseconds after which a thread that does not say what a text was will not. */
const giveMs = 10_000

/** At once, as whoever asks a document for something expects; null where the thread has it not. */
function textIn(worker: Worker, path: string, revision: string | null, size: number): TextOfBytes | null {
  const bytes = ownPages(size)
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  post(worker, { kind: 'give', path, revision, bytes, state })
  Atomics.wait(state, 0, 0, giveMs)
  return Atomics.load(state, 0) === 1 ? textOf(bytes) : null
}
