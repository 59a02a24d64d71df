/** The thread that previews and plans for the window, seen from main: asked one thing after the other. */
import { Worker } from 'node:worker_threads'
import type { Plan } from '../../shared/edits/plan'
import type { Preview } from '../../shared/ipc/payloads'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { Planning, PlanTask, PreviewTask } from './planning'

/** A file for the thread. It reads a text once: what it has of that revision already is not sent again. */
export interface SentFile {
  readonly file: KubeconfigFile
  /** Null: nothing could be read of it. */
  readonly text: { readonly kind: 'read'; readonly text: string } | { readonly kind: 'had' } | null
}

export type PlanningRequest =
  | {
      readonly kind: 'preview'
      readonly id: number
      readonly task: PreviewTask
      readonly files: readonly SentFile[]
    }
  | { readonly kind: 'plan'; readonly id: number; readonly task: PlanTask }

export type Answered =
  | { readonly id: number; readonly preview: Preview }
  | { readonly id: number; readonly plan: Plan }
  | { readonly id: number; readonly error: unknown }

/** Milliseconds without a question after which the thread, and its copy of the files, is given up. */
const idleMs = 120_000

interface Waiting {
  readonly ask: (thread: Thread, id: number) => void
  readonly done: (answer: Answered) => void
  readonly fail: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  /** What it has: the revision of each path. */
  readonly has: Map<string, string | null>
}

/** Planning in a thread of its own; `program` is its built file. It starts with the first question. */
export function planningInThread(program: string): Planning {
  let thread: Thread | null = null
  let running: (Waiting & { readonly id: number }) | null = null
  let idle: NodeJS.Timeout | undefined
  let last = 0
  const queue: Waiting[] = []

  function start(): Thread {
    const worker = new Worker(program)
    const started = { worker, has: new Map<string, string | null>() }
    worker.on('message', (answer: Answered) => {
      if (running?.id !== answer.id) return
      const { done } = running
      running = null
      done(answer)
      next()
    })
    // Whatever ended it: what was asked fails, and the next question starts another.
    const ended = (error: unknown) => {
      if (thread !== started) return
      thread = null
      running?.fail(error)
      running = null
      next()
    }
    worker.on('error', ended)
    worker.on('exit', (code) => ended(new Error(`the planning thread ended with ${code}`)))
    worker.unref()
    return started
  }

  function stop(): void {
    const old = thread
    thread = null
    void old?.worker.terminate()
  }

  function next(): void {
    clearTimeout(idle)
    if (running !== null) return
    const waiting = queue.shift()
    if (waiting === undefined) {
      idle = setTimeout(stop, idleMs)
      idle.unref()
      return
    }
    thread ??= start()
    running = { ...waiting, id: ++last }
    waiting.ask(thread, last)
  }

  function ask<T>(
    post: Waiting['ask'],
    read: (answer: Answered) => { readonly found: T } | null,
    signal: AbortSignal,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        ask: post,
        done(answer) {
          signal.removeEventListener('abort', cancel)
          const found = read(answer)
          if (found !== null) resolve(found.found)
          else reject('error' in answer ? answer.error : new Error('another answer was expected'))
        },
        fail(error) {
          signal.removeEventListener('abort', cancel)
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
      signal.addEventListener('abort', cancel, { once: true })
      queue.push(waiting)
      next()
    })
  }

  return {
    preview: (task, files, signal) =>
      ask(
        ({ worker, has }, id) => {
          const asked: PlanningRequest = {
            kind: 'preview',
            id,
            task,
            files: files.map((file) => sentFile(file, has)),
          }
          worker.postMessage(asked)
        },
        (answer) => ('preview' in answer ? { found: answer.preview } : null),
        signal,
      ),
    plan: (task, signal) =>
      ask(
        ({ worker }, id) => {
          const asked: PlanningRequest = { kind: 'plan', id, task }
          worker.postMessage(asked)
        },
        (answer) => ('plan' in answer ? { found: answer.plan } : null),
        signal,
      ),
    close() {
      clearTimeout(idle)
      stop()
    },
  }
}

function sentFile({ file, document }: ReadFile, has: Map<string, string | null>): SentFile {
  if (document === null) return { file, text: null }
  if (has.get(file.path) === file.revision) return { file, text: { kind: 'had' } }
  has.set(file.path, file.revision)
  return { file, text: { kind: 'read', text: document.text } }
}
