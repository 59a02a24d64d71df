/**
 * The one path on which a kubeconfig is written: locks, read, compute, history, journal, replace, linger, unlock,
 * compare. An apply of edits, an undo and a restore differ only in what they compute.
 */

import { setImmediate as letOthers } from 'node:timers/promises'
import { type ChangedContext, changedContexts } from '../../../shared/edits/changed-contexts'
import type { EditModel } from '../../../shared/edits/model'
import type { Obstacle } from '../../../shared/edits/obstacle'
import type { FileRevision, Plan, PlannedChange } from '../../../shared/edits/plan'
import type { EntryId } from '../../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { type KubeconfigDocument, readDocument } from '../read/document'
import type { EditSource } from '../read/edit-model'
import { entriesBetween, type NamedEntry } from '../read/named-entries'
import { changedSince as entriesChangedSince } from '../read/patched'
import type { Planned, PlannedFile } from '../rewrite/plan-edits'
import { illegibleWhy } from '../rewrite/quote-misread'
import { type FileOf, inBytes, spliced } from './history-record'
import type { FilesRecord, WrittenFile } from './history-write'
import type { ReadyFile } from './journal'
import { acquireLocks, lingerMs } from './kubeconfig-lock'
import type { OldStates } from './old-states'
import { changesBetween, lostIn, type Overwritten, partOf } from './older-copy'
import {
  changedSince,
  type KnownBytes,
  type KnownDocuments,
  pathsOf,
  readSources,
  revisionsOf,
} from './read-sources'
import { type FileState, readForWriting, revisionOf } from './replace'
import { keepSeenBefore } from './seen-states'
import { type OldFile, untilReadersEnd } from './stale-readers'
import { whenSettled } from './steady-reads'
import { currentOf, effectsOfWrite } from './write-effects'
import { type FileWriteOptions, type WrittenFiles, writeFiles } from './write-files'
import type { SectionsOf } from './write-stands'

/** Where to write and how; the same for every kind of write. */
export interface WriteOptions extends FileWriteOptions {
  /** Every file of the list, absolute, as listed, in order. */
  readonly list: readonly string[]
  /** Documents that were read before: not read again where the bytes under the lock have their hash. */
  readonly known?: KnownDocuments
  readonly knownBytes?: KnownBytes
  /** What was read of earlier states of these files. */
  readonly states?: OldStates | undefined
  /** Why no kubeconfig is written at this path, whatever is to be written; null where one may be. */
  readonly forbids?: (path: string) => Promise<Fault | null>
  /**
   * The last check of exactly what would be written, whatever computed it; a fault refuses it. It also stores what must be stored
   * before the first byte is written.
   */
  readonly permits?: (write: PermittedWrite) => Promise<Fault | null>
}

/** A write as computed under the lock. */
export interface PermittedWrite {
  readonly files: readonly PlannedFile[]
  /** Every file of the list, and written files outside of it, as they are on disk. */
  readonly sources: readonly EditSource[]
  /** Those that the write changes. */
  readonly contexts: readonly ChangedContext[]
  /** All entries. */
  readonly before: EditModel
  readonly after: EditModel
  /** Contexts that change with others, or with a profile. */
  readonly alsoChanges: Plan['alsoChanges']
  /** Contexts of any file that act differently because of a change in the file beside. */
  readonly acting: readonly EntryId[]
}

export type ApplyOutcome =
  | (WrittenFiles & {
      readonly kind: 'written'
      readonly plan: Plan
      readonly overwritten: readonly Overwritten[]
    })
  /** Everything is already as wanted. */
  | { readonly kind: 'nothing'; readonly plan: Plan }
  /** Nothing was written: the user may permit what these files need. */
  | { readonly kind: 'obstructed'; readonly obstacles: readonly Obstacle[] }

export interface Computed extends Planned {
  /** An undo that leaves something of the write that it undoes. */
  readonly partial?: boolean
}

/** A file of another kind, written with the kubeconfigs: the code that knows its kind computes and shows its new content. */
export interface FileBeside<T extends ComputedBeside = ComputedBeside> {
  readonly path: string
  readonly of: FileOf
  readonly sections: SectionsOf
  /**
   * From what is on disk; a write asks under the lock of the file. A fault refuses the whole write.
   * @param after the kubeconfigs as the same write leaves them; absent where it changes none
   */
  compute(after?: EditModel): Promise<Result<T>>
}

export interface ComputedBeside {
  readonly state: FileState
  /** Null: it is removed. */
  readonly bytes: Buffer | null
  readonly changes: WrittenFile['changes']
  readonly entries: WrittenFile['entries']
  /** Null: it is already as wanted. */
  readonly shown: PlannedChange | null
  /** Contexts that the write changes. */
  readonly alsoChanges?: Plan['alsoChanges']
  /** Contexts that may act as another identity then: by a profile that they name, or that an environment chooses for them. */
  readonly acting?: readonly EntryId[]
}

/**
 * One line per edit, for the history. A function builds them from the files as read under the lock: lines written earlier may
 * describe what another writer has replaced since.
 */
export type Titles = readonly string[] | ((read: readonly FileRevision[]) => Promise<readonly string[]>)

export interface Job {
  readonly targets: readonly string[]
  /** Written with the kubeconfigs, before them, or nothing is. */
  readonly beside?: FileBeside | null | undefined
  readonly titles: Titles
  readonly undoes?: string | null
  readonly restores?: string | null
  /** The revisions that the write is based on: another one refuses with `changed-on-disk`. Null: whatever is on disk. */
  readonly revisions?: readonly FileRevision[] | null | undefined
  /** Judges the plan as computed under the lock; a fault refuses it (shared entries that may not change). */
  readonly accept?: ((plan: Plan) => Fault | null) | undefined
  compute(sources: readonly EditSource[], states: readonly FileState[]): Promise<Result<Computed>>
}

export async function write(
  options: WriteOptions,
  job: Job,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { hook } = options
  const targets = [...new Set(job.targets)]
  const beside = job.beside ?? null
  const forbidden = await firstOf(targets, options.forbids)
  if (forbidden) return fail(forbidden)
  const locks = await acquireLocks(
    {
      list: options.list,
      writes: [...(targets.length > 0 ? targets : options.list), ...(beside === null ? [] : [beside.path])],
      waitMs: options.lockWaitMs,
      onWait: options.onWait,
      // A folder that takes no lock file takes no temporary file either: the write itself reports that, and an alternative.
      withoutLockWhereImpossible: true,
      notes: options.journal,
    },
    signal,
  )
  if (!locks.ok) return locks
  let files: readonly ReadyKubeconfig[] = []
  let done: Extract<ApplyOutcome, { kind: 'written' }>
  let read: readonly EditSource[] = []
  let other: ComputedBeside | null = null
  try {
    await hook?.('locked', options.list[0] ?? '')
    const { sources, states } = await whenSettled(
      () => readSources(options.list, targets, options.known, options.knownBytes),
      (found) => found.states.flatMap((state) => (state?.bytes?.length === 0 ? [state.path] : [])),
    )
    await hook?.('read', options.list[0] ?? '')
    const present = states.filter((state) => state !== null)
    const changed = changedSince(job.revisions ?? null, revisionsOf(states), pathsOf(sources))
    if (changed) return fail(changed)
    const result = await job.compute(sources, present)
    if (!result.ok) return result
    // Of a large fleet each of these steps takes some ten milliseconds: in between a window takes its keys.
    await letOthers()
    const computed = result.value
    const blocking = computed.plan.problems.find(({ blocks }) => blocks)
    if (blocking) return refuse('conflict', blocking.message, blocking.next)
    const unaccepted = job.accept?.(computed.plan)
    if (unaccepted) return fail(unaccepted)
    read = sources
    const besides = beside && (await besideOf(beside, computed))
    if (besides?.ok === false) return besides
    other = besides?.value ?? null
    const others = beside && other?.shown ? [readyBeside(beside, other)] : []
    if (computed.files.length + others.length === 0)
      return ok({ kind: 'nothing', plan: withBeside(computed.plan, other) })
    const { before, after } = computed
    const ready = await readyFiles(computed, sources, present)
    if (!ready.ok) return ready
    await letOthers()
    files = ready.value
    const all = [...others, ...files]
    const paths = files.map(({ state }) => state.path)
    const asked = {
      ...{ files: computed.files, sources, before, after },
      contexts: changedContexts(before, after),
      alsoChanges: [...computed.plan.alsoChanges, ...(other?.alsoChanges ?? [])],
      acting: other?.acting ?? [],
    }
    const refused = (await firstOf(paths, options.forbids)) ?? (await options.permits?.(asked))
    if (refused) return fail(refused)
    if (signal?.aborted)
      return refuse('cancelled', 'Cancelled before anything was written.', 'Apply again when ready.')
    if (!(await locks.value.stillHeld()))
      return refuse('locked', 'The lock was removed by hand; nothing was written.', 'Apply again.')
    for (const { state } of files)
      await keepSeenBefore(options.history, state, documentIn(sources, state.path))
    const written = await writeFiles(options, await recordOf(job, computed, all), all)
    if (!written.ok)
      return 'obstacles' in written.fault ? ok({ kind: 'obstructed', ...written.fault }) : fail(written.fault)
    done = { kind: 'written', ...written.value, plan: computed.plan, overwritten: [] }
    // A kubectl that read the old file before this write fails visibly while the lock is held, instead of undoing the change.
    if (files.length > 0) await untilReadersEnd(files.map(asItWas), lingerMs(mostBytes(files)))
    await hook?.('lingered', options.list[0] ?? '')
  } finally {
    await locks.value.release()
  }
  await hook?.('unlocked', options.list[0] ?? '')
  // Checked once, without waiting: what is overwritten later is reported by an open window, else by the next command.
  const overwritten = await overwrittenSince(options.list, read, files)
  return ok({ ...done, plan: withBeside(done.plan, other), overwritten })
}

export const besideOf = <T extends ComputedBeside>(beside: FileBeside<T>, { files, after }: Planned) =>
  beside.compute(files.length === 0 ? undefined : after)

async function firstOf(paths: readonly string[], forbids: WriteOptions['forbids']): Promise<Fault | null> {
  for (const path of paths) {
    const forbidden = (await forbids?.(path)) ?? null
    if (forbidden !== null) return forbidden
  }
  return null
}

/** A plan of kubeconfigs with the file written along. It computes the diffs of large kubeconfigs: not while locks are held. */
export function withBeside<P extends Plan>(plan: P, other: ComputedBeside | null): P {
  if (other === null) return plan
  const { path, revision } = other.state
  return {
    ...plan,
    revisions: [...plan.revisions, { path, revision }],
    files: [...(other.shown === null ? [] : [other.shown]), ...plan.files],
    alsoChanges: [...plan.alsoChanges, ...(other.alsoChanges ?? [])],
  }
}

/** A file that is no kubeconfig, ready to be written. */
const readyBeside = ({ of, sections }: FileBeside, computed: ComputedBeside): ReadyFile => {
  const { state, changes, bytes, entries } = computed
  return { state, changes, bytes, revision: bytes && revisionOf(bytes), of, sections, entries }
}

const mostBytes = (files: readonly ReadyKubeconfig[]): number =>
  Math.max(...files.map(({ bytes }) => bytes?.length ?? 0))

const asItWas = ({ state }: ReadyKubeconfig): OldFile => ({ ...state, bytes: state.bytes?.length ?? 0 })

interface ReadyKubeconfig extends ReadyFile {
  readonly file: PlannedFile
  readonly entries: readonly NamedEntry[]
}

/** Files that only gain entries first: between two writes of a move an entry is twice there, never nowhere. */
function inOrder(files: readonly ReadyKubeconfig[]): readonly ReadyKubeconfig[] {
  const grown = ({ bytes, state }: ReadyKubeconfig): number =>
    (bytes?.length ?? 0) - (state.bytes?.length ?? 0)
  return [...files].sort((a, b) => grown(b) - grown(a))
}

async function readyFiles(
  { files, before, after }: Computed,
  sources: readonly EditSource[],
  states: readonly FileState[],
): Promise<Result<readonly ReadyKubeconfig[]>> {
  const ready: ReadyKubeconfig[] = []
  for (const file of files) {
    const { path } = file
    const state = states.find((one) => one.path === path)
    if (!state) {
      const again = await readForWriting(path)
      return again.ok ? refuse('unreadable', `${path} cannot be read.`, 'Apply again.') : again
    }
    const source = sources.find((one) => one.path === path)
    const read = source?.document
    const torn = source ? illegibleWhy(source) : null
    const ranges = inBytes(file.before ?? '', file.changes, state.bytes?.length)
    // The history records exactly what is written.
    const made = spliced(state.bytes ?? Buffer.alloc(0), ranges)
    if (!isPlanned(made, file, read, state.bytes?.length)) return fail(notMadeOf(path))
    const bytes = file.after === null ? null : made
    const entries = entriesBetween(read ?? readDocument(path, file.before ?? ''), writtenIn(file))
    const [was, is] = [currentOf(before, path), currentOf(after, path)]
    const currentContext = was === is ? undefined : { before: was, after: is }
    const revision = bytes && revisionOf(bytes)
    const unreadable = torn === null ? undefined : { before: torn, after: null }
    ready.push({ file, state, changes: ranges, bytes, revision, entries, currentContext, unreadable })
  }
  return ok(inOrder(ready))
}

const documentIn = (sources: readonly EditSource[], path: string): KubeconfigDocument | undefined =>
  sources.find((source) => source.path === path)?.document

const writtenIn = ({ path, after, document }: PlannedFile): KubeconfigDocument =>
  document ?? readDocument(path, after ?? '')

/** What is remembered of a write of kubeconfigs in addition to their bytes. */
async function recordOf(
  { titles, undoes = null, restores = null }: Job,
  { plan, partial = false, before, after }: Computed,
  files: readonly ReadyFile[],
): Promise<FilesRecord> {
  return {
    titles: typeof titles === 'function' ? await titles(plan.revisions) : titles,
    undoes,
    restores,
    partial,
    ...(await effectsOfWrite(
      before,
      after,
      files.map(({ state }) => state.path),
    )),
  }
}

/**
 * Whether these bytes are the planned text. Where only lines of single entries changed, these alone are compared: all around them
 * is the old text byte for byte. `length`: of the bytes before.
 */
function isPlanned(
  made: Buffer,
  { after, document }: PlannedFile,
  was: KubeconfigDocument | undefined,
  length: number | undefined,
): boolean {
  const changed = document && entriesChangedSince(was, document)
  if (!changed || length === undefined || document.text !== after || length !== was?.text.length)
    return made.equals(Buffer.from(after ?? ''))
  let moved = 0
  for (const { from, to, text } of changed) {
    const lines = Buffer.from(text)
    const start = from + moved
    if (!made.subarray(start, start + lines.length).equals(lines)) return false
    moved += lines.length - (to - from)
  }
  return made.length === length + moved
}

const notMadeOf = (path: string): Fault =>
  fault(
    'internal',
    `What was worked out for ${path} does not fit what is in the file; nothing was written.`,
    'Apply again.',
  )

/** Which of Ekscope's changes are no longer there: kubectl and aws may have written an older copy back. */
async function overwrittenSince(
  list: readonly string[],
  before: readonly EditSource[],
  written: readonly ReadyKubeconfig[],
): Promise<readonly Overwritten[]> {
  const paths = written.map(({ file }) => file.path)
  let changed = false
  for (const { file, bytes, revision } of written) {
    const now = await readForWriting(file.path, { bytes, revision })
    changed ||= now.ok && now.value.revision !== revision
  }
  if (!changed) return []
  const { sources } = await readSources(list, paths)
  // Checked so soon that no person can have done it.
  return written.flatMap(({ file, entries }) => {
    const [was, now] = [before, sources].map((all) => all.find(({ path }) => path === file.path))
    if (!was || !now) return []
    const ours = { ...was, text: file.after, document: writtenIn(file) }
    return lostIn(changesBetween(was, ours, entries), now).map(partOf)
  })
}
