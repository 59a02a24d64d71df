/**
 * The planning thread before there is anything that plans: it starts and reads while the window's program is still being read. Apart
 * from planning-thread.ts, because this is what comes before that is loaded.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { youngMegabytes } from '../system/v8'

/** Bytes of files below which starting a thread costs more than what it would take off the first one. */
export const largeBytes = 5_000_000

/** A thread, and the file that it was told to expect. */
export interface FirstThread {
  readonly worker: Worker
  readonly path: string
}

let begun: (FirstThread & { readonly program: string }) | null = null

/** A planning thread; `program` is its built file. */
export const startThread = (program: string): Worker =>
  new Worker(program, { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } })

/** Starts it where the file that kubectl reads by itself is a large one. Where variables name others, who reads these begins. */
export function beginThread(
  program: string,
  { HOME, KUBECONFIG }: Readonly<Record<string, string | undefined>>,
  least = largeBytes,
): void {
  if (!HOME || KUBECONFIG) return
  const path = join(HOME, '.kube', 'config')
  if (sizeOf(path) < least) return
  const worker = startThread(program)
  worker.postMessage({ kind: 'expect', path })
  begun = { worker, path, program }
}

/** What was begun, for the first who asks. */
export function takeFirstThread(program: string): FirstThread | null {
  if (begun?.program !== program) return null
  const taken = begun
  begun = null
  return taken
}

/** At once, because nothing that is waited for comes before Chromium has started; 0 where there is no file. */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
