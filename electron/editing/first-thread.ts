/**
 * The planning thread before there is anything that plans: it starts and reads while the window's program is still being read. Apart
 * from planning-thread.ts, because this is what comes before that is loaded.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { dataFolderPath } from '../system/data-folder-path'
import { youngMegabytes } from '../system/v8'

/** Bytes of files below which starting a thread costs more than what it would take off the first one. */
export const largeBytes = 5_000_000

/** A thread, and the file that it was told to expect. */
export interface FirstThread {
  readonly worker: Worker
  readonly path: string
}

/** What a thread is started with. */
export interface ThreadOf {
  /** Its built file. */
  readonly program: string
  /** Where the first picture of a fleet is kept for the next start; null: nowhere. */
  readonly picture: string | null
}

let begun: (FirstThread & ThreadOf) | null = null

/** A planning thread. */
export const startThread = ({ program, picture }: ThreadOf): Worker =>
  new Worker(program, {
    workerData: picture,
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
  })

/** Starts it where the file that kubectl reads by itself is a large one. Where variables name others, who reads these begins. */
export function beginThread(
  program: string,
  variables: Readonly<Record<string, string | undefined>>,
  least = largeBytes,
): void {
  const { HOME, KUBECONFIG } = variables
  if (!HOME || KUBECONFIG) return
  const path = join(HOME, '.kube', 'config')
  if (sizeOf(path) < least) return
  const picture = pictureIn(dataFolderPath({ variables, platform: process.platform, home: HOME }))
  const worker = startThread({ program, picture })
  worker.postMessage({ kind: 'expect', path })
  begun = { worker, path, program, picture }
}

/** What was begun, for the first who asks for the like. */
export function takeFirstThread({ program, picture }: ThreadOf): FirstThread | null {
  if (begun?.program !== program) return null
  const taken = begun
  begun = null
  if (taken.picture === picture) return taken
  // A window inside of a session keeps its data where those outside do.
  void taken.worker.terminate()
  return null
}

/** Where the first picture is kept in a data folder. */
export const pictureIn = (folder: string): string => join(folder, 'first-picture.json')

/** At once, because nothing that is waited for comes before Chromium has started; 0 where there is no file. */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
