/**
 * The editing service for window and terminal: preview, plan, apply, history, and what AWS offers for an edit. The write path
 * itself is in kubeconfig/disk; this decides what is written and on whose behalf.
 */

import { join } from 'node:path'
import { type AnyEdit, type EditProblem, noted } from '../../shared/edits/edit'
import type { FileRevision, Plan } from '../../shared/edits/plan'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type Packed, pack, unpack } from '../../shared/ipc/packed'
import type { Choices, Preview, SettledWrite, ShownUndoPlan } from '../../shared/ipc/payloads'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../shared/result'
import type { Discovery } from '../aws/api/discovery'
import { configBack } from '../aws/config-file/config-undo'
import { type ConfigFile, editedConfig, type Permits } from '../aws/config-file/config-write'
import { sectionsByName } from '../aws/config-file/sections'
import type { AwsFiles } from '../aws/files/aws-files'
import { awsPaths } from '../aws/files/paths'
import type { ChangedConfig } from '../aws/files/read-aws-files'
import { askingIn } from '../identity/asking-in'
import { awsFilesOnce } from '../identity/aws-files-once'
import { lookTask } from '../identity/basis'
import { identityWarnings } from '../identity/edit-warnings'
import { type ApplyOptions, applyToDisk } from '../kubeconfig/disk/apply-to-disk'
import { historyExposure, writesExposure } from '../kubeconfig/disk/history-latest'
import type { WholeRecord } from '../kubeconfig/disk/history-record'
import { acquireLocks, type LockSeen, lockSeen, removeLock } from '../kubeconfig/disk/kubeconfig-lock'
import { type OldStates, oldStatesOf } from '../kubeconfig/disk/old-states'
import {
  followOverwritten,
  type OverwrittenFollower,
  overwrittenNow,
} from '../kubeconfig/disk/overwritten-writes'
import { type KeptWrite, recoverWrites, releaseDeadLocks } from '../kubeconfig/disk/recover'
import { realTarget } from '../kubeconfig/disk/replace'
import type { KeptStates } from '../kubeconfig/disk/seen-states'
import {
  planUndo,
  seen,
  type UndoRequest as UndoOnDisk,
  type UndoWay,
  undoWrite,
} from '../kubeconfig/disk/undo'
import type { ApplyOutcome, WriteOptions } from '../kubeconfig/disk/write'
import { openHistory } from '../kubeconfig/disk/write-history'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import { readAt } from '../state/changes'
import type { DataFolder } from '../system/data-folder'
import type { Environment } from '../system/environment'
import { ioFault } from '../system/errno'
import type { Kept } from '../system/kept'
import { offered } from '../system/offer'
import { writeOwnFile } from '../system/own-file'
import { type Consent, type Consents, createConsents } from '../trust/consent'
import { type EksEndpoints, eksEndpointsIn } from '../trust/eks-endpoints'
import { openAwsReads } from '../trust/seen'
import { changedByProfiles, changeSet } from './change-set'
import { type Followed, followedIn } from './followed'
import { historyView } from './history-view'
import { withLeads } from './permissions-asked'
import {
  type AnswerOf,
  backWarningsOf,
  documentsOf,
  type FilesRead,
  planningHere,
  type QuestionName,
  type Questions,
  type TaskOf,
} from './planning'
import { type Guard, guarded, productionTouched } from './production'
import {
  createProfileEditing,
  credentialsOf,
  type EditingBase,
  type ProfileReading,
  withConfig,
  withContexts,
} from './profile-editing'
import { isStill, protectedFile } from './protected-files'
import { sharedRefusal } from './shared-entries'

/** What a caller can ask of any write. */
export interface WriteRequest extends Pick<WriteOptions, 'inPlace' | 'force' | 'onWait'> {
  /** The revisions that the write is based on; null: whatever is on disk (the terminal). */
  readonly revisions: readonly FileRevision[] | null
  /** Other contexts may change along: the user has seen which. */
  readonly sharedAllowed: boolean
  /** How to decide on a write that adds something new to run or to reach. Without it the window writes none. */
  readonly consent?: Consent | undefined
  /** How a name is typed, where the write touches production. Without it none does. */
  readonly guard?: Guard | undefined
}

export interface ApplyRequest extends WriteRequest, Pick<ApplyOptions, 'titles'> {
  readonly edits: readonly AnyEdit[]
  /** What is written, one line an edit, by the files as they are under their locks. */
  readonly onTitles?: ((titles: readonly string[]) => void) | undefined
}

/** A write that is to be undone, reapplied or restored to before. */
export interface UndoTarget {
  readonly id: string
  readonly way: UndoWay
  /** Of an undo, only what belongs to these contexts; null: everything. */
  readonly contexts: readonly string[] | null
}

export interface UndoRequest extends UndoTarget, WriteRequest {}

export type Editing = ReturnType<typeof createEditing>

export interface EditingOptions extends EditingBase {
  /** History and journal are stored in it. */
  readonly folder: DataFolder
  /** The files that kubectl would merge, absolute, in order; current after a load. */
  readonly list: () => readonly string[]
  /** What is remembered of contexts by name or file follows them. */
  readonly follow: (followed: Followed) => Promise<Result<Kept>>
}

/** The editing service. Touches neither disk nor network by itself. */
export function createEditing(options: EditingOptions) {
  const { list, folder, now } = options
  const history = openHistory(historyFolder(folder))
  const journal = journalFolder(folder)
  const aws = awsSide(options)
  const awsReads = openAwsReads(aws.endpoints)
  const { decisions, expectations, by, unnamed } = options
  const consents = createConsents(awsReads, decisions, expectations, by, unnamed)
  const planned = plans({ ...options, files: aws.files })
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
  const profiles = createProfileEditing({
    ...writing,
    planEdits: planned.plan,
    applyEdits: (request, signal) => apply(writing, request, signal),
  })
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
    /** The profiles of the AWS config file. */
    profiles: { ...profiles, apply: gated(profiles.apply) },
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

const readNow = ({ store }: Pick<EditingOptions, 'store'>): FilesRead => readAt(store.inView())

/** Contexts per transfer: each is some kilobytes to copy. */
const sharingPiece = 500

/** Edits planned without writing anything. */
function plans(options: EditingOptions & ProfileReading) {
  const { list, environments, home, platform } = options
  const setOf = (edits: readonly AnyEdit[]) => changeSet(options, readNow(options), edits)
  const questions: Questions = options.planning ?? planningHere
  /** Asks the files as they were read last. */
  const ask = <N extends QuestionName>(
    name: N,
    task: TaskOf<N>,
    signal: AbortSignal = options.signal,
  ): Promise<AnswerOf<N>> => questions[name](task, readNow(options), signal)
  const planOf = async (edits: readonly AnyEdit[], more: Partial<TaskOf<'plan'>>, signal?: AbortSignal) => {
    const environment = await environments.of('app')
    return ask('plan', { list: list(), edits, environment, home, platform, ...more }, signal)
  }
  const shownPlan = async (edits: readonly AnyEdit[], signal?: AbortSignal): Promise<Packed<Plan>> => {
    const set = await setOf(edits)
    if (!set.ok) {
      const others = unpack(await planOf(withoutProfiles(edits), {}, signal))
      return pack({ ...others, problems: [blockedBy(set.fault), ...others.problems], blocked: true })
    }
    const { profiles, changed } = set.value
    if (profiles === null) return planOf(edits, {}, signal)
    const asked = { changed, ...(profiles.alone ? { list: [] } : {}) }
    const plan = unpack(await planOf(set.value.edits, asked, signal))
    const along = await changedByProfiles(options, readNow(options), set.value.edits, profiles)
    return pack({
      ...plan,
      revisions: [...plan.revisions, ...profiles.plan.revisions],
      files: [...profiles.plan.files, ...plan.files],
      alsoChanges: [...plan.alsoChanges, ...along.alsoChanges],
      problems: [...plan.problems, ...profiles.doubts, ...along.problems],
    })
  }
  return {
    ask,
    /** The edits as one set, on the files as they were read last. Faults: why a profile cannot be edited so. */
    changeSet: setOf,
    choices: async (name: EnvironmentName): Promise<Choices> =>
      ask('choices', { environment: await environments.of(name), home, platform }),
    /** `compare`: a second environment in which identities are inferred too. */
    async preview(
      edits: readonly AnyEdit[],
      name: EnvironmentName,
      compare: EnvironmentName | null = null,
      signal?: AbortSignal,
    ): Promise<Packed<Preview>> {
      const set = await setOf(edits)
      // With the decisions, as in the fingerprints of checks: else every check would look outdated.
      const task = {
        ...(await lookTask(options, name)),
        edits: set.ok ? set.value.edits : withoutProfiles(edits),
        changed: set.ok ? set.value.changed : null,
        also: (set.ok && set.value.profiles?.naming.map(({ id }) => id)) || [],
        compare: compare === null ? null : await environments.of(compare),
      }
      const preview = await ask('preview', task, signal)
      const more = set.ok ? (set.value.profiles?.doubts ?? []) : [blockedBy(set.fault)]
      if (more.length === 0) return preview
      const known = unpack(preview)
      return pack({ ...known, problems: [...known.problems, ...more] })
    },
    /** Those of these contexts that exist, and all that share a cluster entry with one of them, with secrets. */
    async sharing(contexts: readonly EntryId[]): Promise<readonly ResolvedContext[]> {
      const of = readNow(options)
      const found = new Map<EntryId, ResolvedContext>()
      for (let at = 0; at < contexts.length; at += sharingPiece) {
        const piece = contexts.slice(at, at + sharingPiece)
        for (const one of await questions.sharing(piece, of, options.signal)) found.set(one.id, one)
      }
      return [...found.values()]
    },
    /** What applying would write now; nothing is locked. */
    plan: async (edits: readonly AnyEdit[]): Promise<Plan> => unpack(await shownPlan(edits)),
    /** This plan as one text, for the page. */
    shownPlan,
  }
}

/** What kubeconfigs are written with. */
interface Writing extends EditingOptions, Required<Pick<WriteOptions, 'history' | 'journal' | 'forbids'>> {
  readonly consents: Consents
  readonly files: (environment: EnvironmentName) => Promise<AwsFiles>
  /** A command ends soon: what it read to name what was overwritten, it has for its undo. */
  readonly states: OldStates | undefined
  readonly overwritten: OverwrittenFollower
}

const howToWrite = (
  of: Omit<Writing, 'consents' | 'files' | 'overwritten'>,
  how: Pick<WriteRequest, 'inPlace' | 'force' | 'onWait'> = {},
): WriteOptions => ({
  ...of,
  ...how,
  list: of.list(),
  known: (path, revision) => documentsOf(readNow(of))(path, revision),
  knownBytes: of.store.bytes,
})

/** What another program undid of Ekscope's writes: for large files searched in another thread. */
const overwrittenFollower = (
  of: Omit<Writing, 'consents' | 'files' | 'overwritten'>,
): OverwrittenFollower => {
  const { history, states, list, now, planning, folder, signal } = of
  const { known, knownBytes } = howToWrite(of)
  const ours = { history, list, now, known, knownBytes, states }
  return followOverwritten(ours, async () => {
    const task = { list: list(), history: historyFolder(folder), now: now() }
    try {
      if (planning !== undefined) return await planning.overwritten(task, readNow(of), signal)
    } catch {
      // Even if the thread failed, what was lost is reported.
      signal.throwIfAborted()
    }
    return overwrittenNow(ours)
  })
}

const withoutProfiles = (edits: readonly AnyEdit[]) => edits.filter(({ kind }) => kind !== 'edit-profile')

/** Why profiles cannot be edited so. */
const blockedBy = ({ message, next }: Fault): EditProblem => ({
  edit: null,
  code: 'conflict',
  blocks: true,
  message,
  next,
})

const refusesShared =
  (allowed: boolean) =>
  (plan: Plan): Fault | null =>
    allowed ? null : sharedRefusal(plan)

/**
 * Writes with the user's consents. What is remembered of contexts by name or file follows the write, also the expected identity,
 * because other programs rewrite whole entries.
 */
async function remembered(
  { consents, overwritten, follow, production, store }: Writing,
  {
    consent,
    guard,
    back,
    takesBack = back,
  }: Pick<WriteRequest, 'consent' | 'guard'> & {
    /** It restores what another write removed. */
    readonly back: boolean
    /** It brings no switch of its own: a redo and a reapply do. */
    readonly takesBack?: boolean
  },
  attempt: Parameters<Consents['write']>[1],
): Promise<Result<ApplyOutcome>> {
  let kept: Kept | null = null
  const permitted = () => kept
  const marks = await production.marks()
  const outcome = await guarded(guard, (mayTouch) =>
    consents.write(consent, (permits) =>
      attempt(async (write) => {
        const refused =
          mayTouch(productionTouched(marks, write, takesBack, store.inView().view)) ?? (await permits(write))
        if (refused !== null) return refused
        const follows = await follow(followedIn(write, back))
        if (!follows.ok) return follows.fault
        kept = follows.value
        return null
      }),
    ),
  )
  const isWritten = outcome.ok && outcome.value.kind === 'written'
  const done = await permitted()?.[isWritten ? 'written' : 'notWritten']()
  return overwritten.noted(
    isWritten && done?.ok === false ? ok(withProblem(outcome.value, formerStays(done.fault))) : outcome,
  )
}

const formerStays = ({ message, next }: Fault): EditProblem =>
  noted('odd-value', `What is remembered by a former name or file stays: ${message}`, next)

const withProblem = <T extends { readonly plan: Plan }>(written: T, problem: EditProblem): T => ({
  ...written,
  plan: { ...written.plan, problems: [...written.plan.problems, problem] },
})

/** Edits of kubeconfigs, of AWS profiles, or of both: one write, of all its files or of none. */
async function apply(of: Writing, request: ApplyRequest, signal: AbortSignal): Promise<Result<ApplyOutcome>> {
  const { edits, revisions, sharedAllowed, consent, onTitles, titles: titled, guard, ...how } = request
  const first = await changeSet(of, readNow(of), edits)
  if (!first.ok) return first
  let set = first.value
  const { profiles } = set
  if (profiles === null) return applyEdits(of, request, signal)
  // The terminal takes what is on disk under the locks, so a rename takes all of it, whether or not a context follows by now.
  const later = revisions === null && profiles.edits.some(({ kind }) => kind === 'rename-profile')
  const all = async (): Promise<Result<readonly AnyEdit[]>> => {
    await of.store.load()
    const now = await changeSet(of, readNow(of), edits)
    if (now.ok) set = now.value
    return now.ok ? ok(now.value.edits) : now
  }
  const { path, environment } = profiles
  const credentials = credentialsOf(await of.files(environment))
  const leading = { by: of.by, consent, unnamed: of.unnamed, inTerminal: 'ekscope profile' }
  return withLeads(leading, async (leads) => {
    const file = editedConfig(path, profiles.edits, credentials, leads)
    let ofConfig: readonly string[] = []
    const noting: ConfigFile = {
      ...seen(file, revisions),
      async compute(after) {
        const computed = await seen(file, revisions).compute(after)
        if (computed.ok) ofConfig = computed.value.titles
        return computed
      },
    }
    const asked = {
      ...how,
      consent,
      guard,
      revisions,
      sharedAllowed,
      edits: later ? all : set.edits,
      changed: set.changed,
      // Without a change of theirs no kubeconfig is locked or read.
      list: profiles.alone && !later ? [] : of.list(),
      beside: withContexts(of, noting, sharedAllowed, environment),
      async titles(read: readonly FileRevision[]) {
        const lines = typeof titled === 'function' ? await titled(read) : titled
        const others = lines.filter((_, at) => edits[at]?.kind !== 'edit-profile')
        const now = [...ofConfig, ...others, ...(set.profiles?.followTitles ?? [])]
        onTitles?.(now)
        return now
      },
    }
    return applyEdits(of, asked, signal)
  })
}

interface AppliedEdits extends WriteRequest, Pick<ApplyOptions, 'edits' | 'titles' | 'beside'> {
  /** The files to lock and to read; by default the list. */
  readonly list?: readonly string[]
  readonly changed?: ChangedConfig | null
}

async function applyEdits(
  of: Writing,
  { edits, titles, revisions, sharedAllowed, beside, consent, guard, list, changed, ...how }: AppliedEdits,
  signal: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const files = await of.files('app')
  const warnings = identityWarnings(changed ? withConfig(files, changed.text, changed.path) : files)
  const asked = { edits, titles, revisions, warnings, accept: refusesShared(sharedAllowed), beside }
  return remembered(of, { consent, guard, back: false }, (permits) =>
    applyToDisk({ ...howToWrite(of, how), ...(list && { list }), ...asked, permits }, signal),
  )
}

/**
 * The undo of the AWS config file, where the write changed it. A write of that file alone concerns no kubeconfig, so none is
 * locked or read.
 */
async function configBackOf(
  of: Writing,
  record: WholeRecord | null,
  { way, id, contexts }: UndoTarget,
  sharedAllowed: boolean,
  permits?: Permits,
): Promise<Result<Pick<UndoOnDisk, 'called'> & Pick<WriteOptions, 'list'> & { beside: ConfigFile | null }>> {
  const list = of.list()
  const config = record?.files.find((file) => file.of === 'aws-config')
  if (record === null || config === undefined) return ok({ list, beside: null })
  const isAlone = record.files.length === 1
  if (!isAlone && contexts !== null)
    return refuse(
      'conflict',
      `That write renamed what these contexts name in ${config.path}, too, so the write is undone whole or not at all.`,
      `To undo all of it: ${offered('ekscope', 'undo', id)}.`,
    )
  const back = await configBack(of.history, way, id, config, permits)
  if (!back.ok) return back
  const { file, called } = back.value
  const beside = withContexts(of, file, sharedAllowed || way === 'restore')
  return ok(isAlone ? { list: [], beside, called } : { list, beside })
}

/** Doubts about the restored profiles; with the AWS config file these are restored, too. */
const doubtsOfBack = async (
  { environments, home, platform }: Writing,
  beside: ConfigFile | null,
): Promise<Parameters<typeof backWarningsOf>[0]> => ({
  environment: beside === null ? await environments.of('app') : null,
  home,
  platform,
})

/** The plan of an undo; what prevents it is a problem of the plan. */
async function shownUndo(of: Writing, target: UndoTarget): Promise<Result<ShownUndoPlan>> {
  const { history, planning, folder, signal, now, by } = of
  const write = await history.get(target.id)
  // The shown plan itself asks for permission.
  const back = await configBackOf(of, write, target, true)
  if (!back.ok) return back
  const { list, ...config } = back.value
  const doubts = await doubtsOfBack(of, config.beside)
  const task = { ...target, ...doubts, list, history: historyFolder(folder) }
  const plan =
    // An undo of the AWS config file is small, and seldom.
    config.beside === null && planning !== undefined
      ? await planning.undoPlan(task, readNow(of), signal)
      : await planUndo(
          { ...howToWrite(of), list },
          { ...target, ...config, warnings: await backWarningsOf(doubts) },
        )
  if (!plan.ok) return plan
  const { at, titles } = write ?? { at: now(), titles: [] }
  return ok({ ...plan.value, write: { at, by: write?.by ?? by, titles } })
}

async function undo(of: Writing, request: UndoRequest, signal: AbortSignal): Promise<Result<ApplyOutcome>> {
  const { way, id, contexts, revisions, sharedAllowed, consent, guard } = request
  const record = await of.history.get(id)
  return withLeads(
    { by: of.by, consent, unnamed: of.unnamed, inTerminal: `ekscope ${way} ${id}` },
    async (leads) => {
      const back = await configBackOf(of, record, request, sharedAllowed, leads)
      if (!back.ok) return back
      const { list, ...config } = back.value
      const warnings = await backWarningsOf(await doubtsOfBack(of, config.beside))
      const accept = refusesShared(sharedAllowed)
      const asked = { way, id, contexts, revisions, accept, ...config, warnings }
      const takesBack = way !== 'reapply' && (record?.undoes ?? null) === null
      return remembered(of, { consent, guard, back: true, takesBack }, (permits) =>
        undoWrite({ ...howToWrite(of, request), list, permits }, asked, signal),
      )
    },
  )
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
