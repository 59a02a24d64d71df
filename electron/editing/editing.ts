/**
 * The editing service for window and terminal: preview, plan, apply, history, and what AWS offers for an edit. The write path
 * itself is in kubeconfig/disk; this decides what is written and on whose behalf.
 */

import { join } from 'node:path'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { SettledWrite } from '../../shared/ipc/payloads'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../shared/result'
import type { Discovery } from '../aws/api/discovery'
import { sectionsByName } from '../aws/config-file/sections'
import { awsPaths } from '../aws/files/paths'
import { askingIn } from '../identity/asking-in'
import { awsFilesOnce } from '../identity/aws-files-once'
import { historyExposure, writesExposure } from '../kubeconfig/disk/history-latest'
import { acquireLocks, type LockSeen, lockSeen, removeLock } from '../kubeconfig/disk/kubeconfig-lock'
import { oldStatesOf } from '../kubeconfig/disk/old-states'
import {
  followOverwritten,
  type OverwrittenFollower,
  overwrittenNow,
} from '../kubeconfig/disk/overwritten-writes'
import { type KeptWrite, recoverWrites, releaseDeadLocks } from '../kubeconfig/disk/recover'
import { realTarget } from '../kubeconfig/disk/replace'
import type { KeptStates } from '../kubeconfig/disk/seen-states'
import { openHistory } from '../kubeconfig/disk/write-history'
import type { DataFolder } from '../system/data-folder'
import type { Environment } from '../system/environment'
import { ioFault } from '../system/errno'
import { writeOwnFile } from '../system/own-file'
import { createConsents } from '../trust/consent'
import { type EksEndpoints, eksEndpointsIn } from '../trust/eks-endpoints'
import { openAwsReads } from '../trust/values-shown'
import { editPlans } from './edit-plans'
import {
  type ApplyRequest,
  apply,
  type EditingOptions,
  howToWrite,
  shownUndo,
  type UndoRequest,
  type UndoTarget,
  undo,
  type Writing,
} from './edit-writes'
import { historyView } from './history-view'
import { planningHere } from './planning'
import { pathIn, readNow } from './profile-editing'
import { isStill, protectedFile } from './protected-files'

export type Editing = ReturnType<typeof createEditing>

/** The editing service. Touches neither disk nor network by itself. */
export function createEditing(options: EditingOptions) {
  const { list, folder, now } = options
  const history = openHistory(historyFolder(folder))
  const journal = journalFolder(folder)
  const aws = awsSide(options)
  const awsReads = openAwsReads(aws.endpoints)
  const { decisions, expectations, by, unnamed } = options
  const consents = createConsents(awsReads, decisions, expectations, by, unnamed)
  const planned = editPlans({ ...options, files: aws.files })
  const forbids = async (path: string): Promise<Fault | null> => {
    const environments =
      options.by === 'window' ? await options.environments.all() : [await options.environments.of('app')]
    return protectedFile(path, {
      variables: environments.map(({ variables }) => variables),
      home: options.home,
      platform: options.platform,
      dataFolder: folder.path,
    })
  }
  const states = options.by === 'terminal' ? oldStatesOf(history) : undefined
  const places = { ...options, history, journal, forbids, states }
  const writing: Writing = { ...places, consents, files: aws.files, overwritten: overwrittenFollower(places) }
  /** Refuses a write whose history and journal would not be trusted afterwards. */
  const gated =
    <A extends readonly unknown[], T>(write: (...args: A) => Promise<Result<T>>) =>
    async (...args: A): Promise<Result<T>> => {
      const ready = await readyIn(folder, true)
      return ready.ok ? write(...args) : ready
    }
  return {
    ...planned,
    apply: gated((request: ApplyRequest, signal: AbortSignal) => apply(writing, request, signal)),
    planUndo: (target: UndoTarget) => shownUndo(writing, target),
    undo: gated((request: UndoRequest, signal: AbortSignal) => undo(writing, request, signal)),
    /** What another program undid of Ekscope's writes within 10 minutes, each once for all windows and commands; oldest first. */
    overwritten: writing.overwritten.find,
    /** The AWS files of an environment. */
    files: aws.files,
    /** The AWS config file that an environment names, absolute; empty where it names none. */
    configPath: (environment: EnvironmentName) => pathIn(writing, environment),
    /** Why no kubeconfig is written at this path: it is a file of AWS or of Ekscope itself. Null where one may be. */
    forbids,
    /**
     * Writes an export to a place that was looked at, under a lock, with a note by which a later start finds leftovers. `before`:
     * the text that was there then, null: none; where anything else is there now, it stays.
     */
    async exportTo(path: string, text: string | Uint8Array, before: string | null): Promise<Result<null>> {
      // Where the note cannot be written, the export is written without it.
      await folder.ensure()
      const { lockWaitMs: waitMs } = options
      const held = await acquireLocks({
        list: [],
        writes: [path],
        notes: journal,
        waitMs,
        withoutLockWhereImpossible: true,
      })
      if (!held.ok) return held
      try {
        if (!(await isStill(path, before)))
          return refuse(
            'changed-on-disk',
            `${path} was written meanwhile, and stays as it is now.`,
            'Look at it, and try again.',
          )
        await writeOwnFile(path, text)
        return ok(null)
      } catch (error) {
        return fail(ioFault(path, error))
      } finally {
        await held.value.release()
      }
    },
    history,
    historyView: historyView(history),
    /** Keeps what other programs made of the files of the list as states of the history. */
    async keepSeen(which: 'all' | 'torn' = 'all'): Promise<KeptStates> {
      const { planning = planningHere, signal } = options
      const task = { list: list(), history: history.folder, which }
      const ready = await readyIn(folder, true)
      return ready.ok ? planning.keepSeen(task, readNow(options), signal) : { kept: 0, failed: 0 }
    },
    /** Whether history and journal are the user's own work. `closes`: an open data folder of the user's is closed first. */
    ready: (closes: boolean): Promise<Result<null>> => readyIn(folder, closes),
    /** Settles what a killed process left: one answer per write. */
    async recover(signal: AbortSignal): Promise<readonly SettledWrite[]> {
      // A journal that is not trusted is reported where it is read.
      const exposed = historyExposure(historyFolder(folder))
      const { writes, kept } = await recoverWrites(journal, history, sectionsByName, signal)
      await releaseDeadLocks(list(), signal)
      // A write that is in both journal and history is reported once.
      const journaled = new Set(writes.map(({ write }) => write))
      return [
        ...(exposed === null ? [] : [{ message: unsettled(exposed), write: null }]),
        ...writes.map(({ message, write }) => ({
          message,
          write: writeOf(kept.find(({ id }) => id === write)),
        })),
        ...kept
          .filter(({ id }) => !journaled.has(id))
          .map((one) => ({
            message: one.uncertain ? perhapsMade : 'A write that was interrupted is on disk.',
            write: writeOf(one),
          })),
      ]
    },
    /** Removes the lock of a file of the list, because the user has decided that no process holds it. */
    unlock: async (path: string, stamp: string): Promise<Result<null>> =>
      (await isLockOf(options, path)) ? removeLock(path, stamp) : fail(noLock(path)),
    /** The process that holds that lock, for the question, and a stamp that no other lock of that name has; null: it is gone. */
    lockAt: async (path: string): Promise<Result<LockSeen | null>> =>
      (await isLockOf(options, path)) ? ok(await lockSeen(path, now())) : fail(noLock(path)),
    /** Call `close` of the answer when done. */
    discovery: aws.discovery,
    /** Where identities would ask EKS. */
    endpointsIn: aws.endpointsIn,
    /** What main reads from AWS in this session, for the code that writes it. */
    awsReads,
  }
}

const historyFolder = ({ path }: DataFolder): string => join(path, 'history')
const journalFolder = ({ path }: DataFolder): string => join(path, 'journal')

async function readyIn(folder: DataFolder, closes: boolean): Promise<Result<null>> {
  if (closes) {
    const ensured = await folder.ensure()
    if (!ensured.ok) return ensured
  }
  const exposed = writesExposure(folder.path)
  return exposed === null ? ok(null) : fail(exposed)
}

const writeOf = (kept: KeptWrite | undefined) =>
  kept === undefined ? null : { id: kept.id, titles: kept.titles }

const unsettled = ({ message, next }: Fault): string =>
  `${message} An interrupted write is not settled. ${next}`

const perhapsMade =
  'A write was interrupted, and other programs have written its file since: whether it was made cannot be told.'

const noLock = (path: string): Fault =>
  fault('bad-request', `${path} is not the lock of an open file.`, 'Try the edit again.')

/** Whether this can be the lock of a kubeconfig or an AWS config here: the page must not remove arbitrary files. */
async function isLockOf(
  { store, environments, home, platform }: EditingOptions,
  path: string,
): Promise<boolean> {
  const isOf = (files: readonly (string | null)[]) =>
    files.some((file) => file !== null && `${file}.lock` === path)
  if (isOf(store.snapshot().files.flatMap((file) => [file.path, file.realPath]))) return true
  const all = await environments.all()
  for (const config of new Set(all.map(({ variables }) => awsPaths(variables, home, platform).config))) {
    const real = await realTarget(config)
    if (isOf([config, real.ok ? real.value : null])) return true
  }
  return false
}

/** What another program undid of Ekscope's writes: for large files searched in another thread. */
const overwrittenFollower = (
  of: Omit<Writing, 'consents' | 'files' | 'overwritten'>,
): OverwrittenFollower => {
  const { history, states, list, now, planning, signal } = of
  const { known, knownBytes } = howToWrite(of)
  const ours = { history, list, now, known, knownBytes, states }
  return followOverwritten(ours, async () => {
    const task = { list: list(), history: history.folder, now: now() }
    try {
      if (planning !== undefined) return await planning.overwritten(task, readNow(of), signal)
    } catch {
      // Even if the thread failed, what was lost is reported.
      signal.throwIfAborted()
    }
    return overwrittenNow(ours)
  })
}

/** What an edit takes from AWS: the files of an environment, and the clusters that an identity finds. */
function awsSide(options: EditingOptions) {
  const { environments, home, platform, signal } = options
  const files = async (name: EnvironmentName) =>
    awsFilesOnce(home, platform, signal)(await environments.of(name), {})
  const endpointsOf = async (all: readonly Environment[]) => {
    const read = awsFilesOnce(home, platform, signal)
    return Promise.all(all.map(async (one) => eksEndpointsIn(await read(one, {}), one.variables)))
  }
  return {
    files,
    endpoints: async (): Promise<readonly EksEndpoints[]> =>
      endpointsOf((await environments.all()).filter(({ readable }) => readable)),
    /** Where identities would ask EKS. */
    async endpointsIn(name: EnvironmentName): Promise<EksEndpoints> {
      const environment = await environments.of(name)
      return eksEndpointsIn(await files(name), environment.variables)
    },
    async discovery(name: EnvironmentName): Promise<Discovery> {
      const { createDiscovery } = await import('../aws/api/discovery')
      return createDiscovery(await askingIn(options, name))
    },
  }
}
