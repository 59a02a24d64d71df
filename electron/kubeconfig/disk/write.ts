/**
 * The one path on which a kubeconfig is written: locks, read, compute, history, journal, replace, linger, unlock,
 * compare. An apply of edits, an undo and a restore differ only in what they compute.
 */

import type { LinkedPlace } from '../../../shared/edits/links'
import type { EditModel } from '../../../shared/edits/model'
import type { Obstacle } from '../../../shared/edits/obstacle'
import type { Plan } from '../../../shared/edits/plan'
import type { ReachedCurrent, ReachedEntry } from '../../../shared/edits/resolution'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, isFull } from '../../system/errno'
import { sweepFolderOf } from '../../system/process-owner'
import { type EditSource, modelOf } from '../read/edit-model'
import { PatchedDocument } from '../read/patched'
import type { PlannedFile } from '../rewrite/plan'
import type { Splice } from '../rewrite/splice'
import type {
  History,
  HistoryCurrent,
  HistoryLink,
  HistoryRecord,
  PendingWrite,
  WrittenFile,
} from './history'
import { type OpenJournal, openJournal } from './journal'
import { acquireLocks, type LockProgress, lingerMs } from './lock'
import { type Overwritten, overwrittenAtOnce } from './older-copy'
import { type KnownBytes, type KnownDocuments, readSources } from './read-sources'
import {
  type FileState,
  type Obstructed,
  type Prepared,
  prepare,
  type Replaced,
  readForWriting,
  realTarget,
  revisionOf,
  type StepHook,
} from './replace'
import { type OldFile, untilReadersEnd } from './stale-readers'
import { effectsOfWrite, type WriteEffects } from './write-effects'

/** Where to write and how; the same for every kind of write. */
export interface WriteOptions {
  /** Every file of the list, absolute, as listed, in order. */
  readonly list: readonly string[]
  readonly by: 'window' | 'terminal'
  readonly history: History
  /** Folder of the journal for several files and in-place writes. */
  readonly journal: string
  /** Files that the user has permitted to write in place, and those to write although they are protected. */
  readonly inPlace?: readonly string[] | undefined
  readonly force?: readonly string[] | undefined
  /** A minute by default. */
  readonly lockWaitMs?: number | undefined
  readonly onWait?: ((progress: LockProgress) => void) | undefined
  readonly hook?: StepHook
  /** Documents that were read before: not read once more where the bytes under the lock have their hash. */
  readonly known?: KnownDocuments
  readonly knownBytes?: KnownBytes
  /** The last word on exactly what would be written, whatever computed it; a fault refuses it. */
  readonly permits?: (write: PermittedWrite) => Fault | null
}

/** A write as computed under the lock. */
export interface PermittedWrite extends Pick<Computed, 'bringsNothing'> {
  readonly files: readonly PlannedFile[]
  /** Every file of the list, and those beside it that are written, as they are on disk. */
  readonly sources: readonly EditSource[]
  readonly effects: WriteEffects
}

export interface WrittenNow {
  readonly path: string
  readonly before: string | null
  /** Null: it was removed. */
  readonly after: string | null
  readonly way: 'rename' | 'in-place' | 'created' | 'removed'
}

export type ApplyOutcome =
  | {
      readonly kind: 'written'
      readonly plan: Plan
      readonly files: readonly WrittenNow[]
      /** Names the write in the history: what `undo` and `restore` take. */
      readonly historyId: string
      readonly overwritten: readonly Overwritten[]
    }
  /** Everything is already as asked. */
  | { readonly kind: 'nothing'; readonly plan: Plan }
  /** Nothing was written: the user may permit what these files need. */
  | { readonly kind: 'obstructed'; readonly obstacles: readonly Obstacle[] }

/** A file as it is to be written, where another thread has put its bytes together. */
export interface ComputedFile extends PlannedFile {
  readonly made?: { readonly bytes: Buffer; readonly revision: string }
}

export interface Computed {
  readonly plan: Plan
  readonly files: readonly ComputedFile[]
  /** Asked for where nothing else tells: of what another thread computed they are worked out then. */
  readonly before: EditModel
  readonly after: EditModel
  /** Where they were worked out already. */
  readonly effects?: WriteEffects
  /** Nothing that runs and no way of credentials to a place that the files did not have: seen where it was computed. */
  readonly bringsNothing?: boolean
  /** An undo that leaves something of the write that it undoes. */
  readonly partial?: boolean
}

export interface Job {
  readonly targets: readonly string[]
  readonly titles: readonly string[]
  readonly undoes?: string
  readonly restores?: string
  compute(sources: readonly EditSource[], states: readonly FileState[]): Promise<Result<Computed>>
}

export async function write(
  options: WriteOptions,
  job: Job,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { hook } = options
  const targets = [...new Set(job.targets)]
  const locks = await acquireLocks(
    {
      list: options.list,
      writes: targets.length > 0 ? targets : options.list,
      waitMs: options.lockWaitMs,
      onWait: options.onWait,
      // A folder that takes no lock file takes no temporary file either: the write itself says so, and how else.
      withoutLockWhereImpossible: true,
      notes: options.journal,
    },
    signal,
  )
  if (!locks.ok) return locks
  let files: readonly Ready[] = []
  let done: Result<ApplyOutcome>
  let computed: Computed | null = null
  try {
    await hook?.('locked', options.list[0] ?? '')
    const { sources, states } = await readSources(options.list, targets, options.known, options.knownBytes)
    await hook?.('read', options.list[0] ?? '')
    const present = states.filter((state) => state !== null)
    const result = await job.compute(sources, present)
    if (!result.ok) return result
    computed = result.value
    if (computed.files.length === 0) return ok({ kind: 'nothing', plan: computed.plan })
    const planned = computed
    const permitted: PermittedWrite = {
      files: planned.files,
      sources,
      ...(planned.bringsNothing === undefined ? {} : { bringsNothing: planned.bringsNothing }),
      get effects() {
        return effectsOf(planned)
      },
    }
    const forbidden = options.permits?.(permitted)
    if (forbidden) return fail(forbidden)
    if (signal?.aborted)
      return fail(fault('cancelled', 'Cancelled before anything was written.', 'Apply again when ready.'))
    if (!(await locks.value.stillHeld()))
      return fail(fault('locked', 'The lock was removed by hand; nothing was written.', 'Apply again.'))
    const ready = await readyFiles(options, computed, present)
    if (!ready.ok) return ready
    files = ready.value
    done = await writeAll(options, job, computed, files)
    if (!done.ok || done.value.kind !== 'written') return done
    // A kubectl that read the old file before us fails aloud while we hold the lock, instead of deleting our change.
    await untilReadersEnd(files.map(asItWas), lingerMs(mostBytes(files)))
    await hook?.('lingered', options.list[0] ?? '')
  } finally {
    await locks.value.release()
  }
  await hook?.('unlocked', options.list[0] ?? '')
  // Looked at once, without waiting: what is overwritten later, an open window names, else the next command.
  const overwritten = await overwrittenSince(options.list, files, computed)
  return ok({ ...done.value, overwritten })
}

const effects = new WeakMap<Computed, WriteEffects>()

/** Worked out when they are first asked for. */
function effectsOf(computed: Computed): WriteEffects {
  const known =
    computed.effects ??
    effects.get(computed) ??
    effectsOfWrite(computed.before, computed.after, new Set(computed.files.map(({ path }) => path)))
  effects.set(computed, known)
  return known
}

const mostBytes = (files: readonly Ready[]): number =>
  Math.max(...files.map(({ bytes }) => bytes?.length ?? 0))

const asItWas = ({ state: { realPath, bytes, uid, mode } }: Ready): OldFile => ({
  realPath,
  bytes: bytes?.length ?? 0,
  uid,
  mode,
})

interface Ready {
  readonly file: ComputedFile
  readonly state: FileState
  readonly changes: WrittenFile['changes']
  /** Null: the file is removed. */
  readonly bytes: Buffer | null
  /** Of `bytes`. */
  readonly revision: string | null
  readonly way: 'rename' | 'in-place'
}

/** Files that only gain entries first: between two writes of a move an entry is twice there, never nowhere. */
function inOrder(files: readonly ComputedFile[]): readonly ComputedFile[] {
  const grown = (file: PlannedFile): number => (file.after?.length ?? 0) - (file.before?.length ?? 0)
  return files.length < 2 ? files : [...files].sort((a, b) => grown(b) - grown(a))
}

async function readyFiles(
  options: WriteOptions,
  computed: Computed,
  states: readonly FileState[],
): Promise<Result<readonly Ready[]>> {
  const files: Ready[] = []
  for (const file of inOrder(computed.files)) {
    const state = states.find((one) => one.path === file.path)
    if (!state) {
      const again = await readForWriting(file.path)
      return again.ok ? fail(fault('unreadable', `${file.path} cannot be read.`, 'Apply again.')) : again
    }
    const way = options.inPlace?.includes(file.path) && state.bytes !== null ? 'in-place' : 'rename'
    const changes = inBytes(file.before ?? '', file.changes, state.bytes)
    if (file.made !== undefined) {
      const { bytes, revision } = file.made
      if (!isMadeOf(bytes, changes, state.bytes)) return fail(notMadeOf(file.path))
      files.push({ file, state, changes, bytes, revision, way })
      continue
    }
    const bytes =
      file.after === null ? null : (bytesOfPatched(file, changes, state.bytes) ?? Buffer.from(file.after))
    files.push({ file, state, changes, bytes, revision: bytes === null ? null : revisionOf(bytes), way })
  }
  return ok(files)
}

async function writeAll(
  options: WriteOptions,
  job: Job,
  computed: Computed,
  files: readonly Ready[],
): Promise<Result<ApplyOutcome>> {
  // First, because the record leads the next start to what a killed process left beside the files.
  const record = await begin(options, job, computed, files)
  if (!record.ok) return record
  const pending = record.value
  await options.hook?.('history-written', files[0]?.file.path ?? '')
  const preparation = await prepareAll(options, files)
  if (!preparation.ok) {
    await pending.cancel()
    return preparation
  }
  const { value } = preparation
  if (value.kind === 'obstructed') {
    await pending.cancel()
    return ok(value)
  }
  try {
    return await commitAll(options, computed, files, value.files, pending)
  } finally {
    for (const file of value.files) await file.discard()
  }
}

type Preparation =
  | { readonly kind: 'prepared'; readonly files: readonly Prepared[] }
  | Extract<ApplyOutcome, { readonly kind: 'obstructed' }>

/** All files or none: everything that stands in the way of any of them, at once. */
async function prepareAll(
  { inPlace, force, hook }: WriteOptions,
  files: readonly Ready[],
): Promise<Result<Preparation>> {
  const prepared: Prepared[] = []
  const obstacles: Obstacle[] = []
  const none = async <T>(result: Result<T>): Promise<Result<T>> => {
    for (const one of prepared) await one.discard()
    return result
  }
  for (const { file, state, bytes, revision } of files) {
    await sweepFolderOf(state.realPath)
    const ready = await prepare(state, bytes, {
      inPlace: inPlace?.includes(file.path) === true,
      force: force?.includes(file.path) === true,
      revision: revision ?? undefined,
      hook,
    })
    if (!ready.ok) return await none(ready)
    if (ready.value.kind === 'prepared') prepared.push(ready.value)
    else obstacles.push(...ready.value.reasons.map((reason) => ({ path: file.path, reason })))
  }
  if (obstacles.length > 0) return await none(ok({ kind: 'obstructed', obstacles }))
  return ok({ kind: 'prepared', files: prepared })
}

async function begin(
  { history, by }: WriteOptions,
  job: Job,
  computed: Computed,
  files: readonly Ready[],
): Promise<Result<PendingWrite>> {
  try {
    const found = effectsOf(computed)
    const entries = linksIn(found, files)
    return ok(
      await history.begin({
        by,
        titles: job.titles,
        undoes: job.undoes ?? null,
        partial: computed.partial ?? false,
        restores: job.restores ?? null,
        files: files.map(recorded),
        entries,
        current: await currentIn(found),
        ...(await elsewhere(found)),
      }),
    )
  } catch (error) {
    return fail(ownFolderFault(error))
  }
}

function ownFolderFault(error: unknown): Fault {
  const code = codeOf(error)
  return fault(
    isFull(code) ? 'disk-full' : 'not-writable',
    `Ekscope’s own folder could not be written (${code || String(error)}); the kubeconfig is as it was.`,
    isFull(code)
      ? 'Free some space there, or point EKSCOPE_HOME to another folder.'
      : 'Check its owner, its mode and what is there, or point EKSCOPE_HOME to another folder.',
  )
}

/** One file after the other. If one cannot be written after all, those before it get back what they were. */
async function commitAll(
  { journal: folder, hook }: WriteOptions,
  computed: Computed,
  files: readonly Ready[],
  prepared: readonly Prepared[],
  pending: PendingWrite,
): Promise<Result<ApplyOutcome>> {
  const first = files[0]?.file.path ?? ''
  let journal: OpenJournal | null = null
  try {
    if (files.length > 1 || prepared.some(({ needsJournal }) => needsJournal)) {
      journal = await openJournal(folder, pending.id, files)
      await hook?.('journal-written', first)
    }
  } catch (error) {
    await pending.cancel()
    return fail(ownFolderFault(error))
  }
  const written: WrittenNow[] = []
  for (const [at, one] of prepared.entries()) {
    const { path, revision } = files[at]?.state ?? { path: '', revision: null }
    const result = await one.commit()
    if (result.ok && result.value.kind === 'replaced') {
      written.push({ path, before: revision, after: result.value.revision, way: result.value.way })
      continue
    }
    // What the others hold ready needs space that the old bytes may need.
    for (const other of prepared) await other.discard()
    const settled = await journal?.rollBack(hook)
    if (settled?.refused) return fail(halfFault(result, settled.refused))
    await pending.cancel()
    if (!result.ok) return result
    const reasons = result.value.kind === 'obstructed' ? result.value.reasons : []
    const obstacles = reasons.map((reason) => ({ path, reason }))
    return ok({ kind: 'obstructed', obstacles })
  }
  await journal?.close()
  if (journal) await hook?.('journal-removed', first)
  // Our own folder may be full or gone by now: what is written stays reported, and the next start settles the record.
  await pending.commit().catch(() => undefined)
  await hook?.('history-committed', first)
  return ok({ kind: 'written', plan: computed.plan, files: written, historyId: pending.id, overwritten: [] })
}

/** A file could not be written, and what was written before it could not be put back either. */
function halfFault(result: Result<Replaced | Obstructed>, refused: Fault): Fault {
  const why = result.ok ? 'A file could not be replaced.' : result.fault.message
  return fault(
    result.ok ? 'not-writable' : result.fault.code,
    `${why} What was written before that could not be put back yet: ${refused.message}`,
    `${refused.next} The next start of Ekscope puts it back.`,
  )
}

function recorded({ file, state, changes, bytes, revision }: Ready): WrittenFile {
  return {
    path: file.path,
    realPath: state.realPath,
    before: state.bytes,
    after: bytes,
    revisions: { before: state.revision, after: revision },
    changes,
  }
}

/** How the entries of the written files were called and where they stood, for whoever undoes this after later writes. */
function linksIn({ links }: WriteEffects, files: readonly Ready[]): readonly HistoryLink[] {
  const places = new Map(files.map(({ file }, place) => [file.path, place]))
  const inRecord = (place: LinkedPlace | null) => {
    const file = place === null ? undefined : places.get(place.file)
    return place === null || file === undefined ? null : { ...place, file }
  }
  return links.map(({ kind, before: was, after: is, awaitedBy, leftBy }) => ({
    kind,
    before: inRecord(was),
    after: inRecord(is),
    ...(awaitedBy ? { awaitedBy: [...awaitedBy] } : {}),
    ...(leftBy ? { leftBy: [...leftBy] } : {}),
  }))
}

const realPathOf = async (path: string): Promise<string> => {
  const real = await realTarget(path)
  return real.ok ? real.value : path
}

/** What the write changes for files that it does not touch, for whoever undoes it. */
async function elsewhere({
  elsewhere: found,
}: WriteEffects): Promise<Pick<HistoryRecord, 'along' | 'pointing'>> {
  if (found === null) return {}
  const { along, pointing } = found
  return {
    along: await Promise.all(
      along.map(async ({ path, name }) => ({ realPath: await realPathOf(path), name })),
    ),
    ...(pointing === null ? {} : { pointing: await Promise.all(pointing.map(realPathOf)) }),
  }
}

/** What current-context led to before and after, for whoever puts it back later; null where it cannot have changed. */
async function currentIn({ current }: WriteEffects): Promise<HistoryCurrent | null> {
  if (current === null) return null
  const entry = async ({ file, name, known }: ReachedEntry) => ({
    realPath: await realPathOf(file),
    name,
    known,
  })
  const recordedCurrent = async (reached: ReachedCurrent | null) =>
    reached && {
      context: await entry(reached.context),
      cluster: reached.cluster && (await entry(reached.cluster)),
      user: reached.user && (await entry(reached.user)),
    }
  return { before: await recordedCurrent(current.before), after: await recordedCurrent(current.after) }
}

/** Replaced ranges of a text as ranges of its bytes. */
export function inBytes(
  before: string,
  changes: readonly Splice[],
  bytes: Buffer | null,
): WrittenFile['changes'] {
  // As many bytes as characters: each is one.
  const plain = bytes?.length === before.length
  const lengthOf = (from: number, to: number) =>
    plain ? to - from : Buffer.byteLength(before.slice(from, to))
  let [offset, position] = [0, 0]
  return changes.map((change) => {
    offset += lengthOf(position, change.start)
    const start = offset
    offset += lengthOf(change.start, change.end)
    position = change.end
    return { start, end: offset, inserted: Buffer.from(change.text) }
  })
}

/**
 * The new bytes made of the old ones, where only lines of single entries changed: all around them is the old text byte for byte,
 * and what stands in between is looked at once more as the text that was read to prove it. Null for any other change.
 */
export function bytesOfPatched(
  { after, document }: PlannedFile,
  changes: WrittenFile['changes'],
  before: Buffer | null,
): Buffer | null {
  if (before === null || !(document instanceof PatchedDocument) || document.text !== after) return null
  if (before.length !== document.before.text.length) return null
  const parts: Buffer[] = []
  let position = 0
  for (const { start, end, inserted } of changes) {
    parts.push(before.subarray(position, start), inserted)
    position = end
  }
  const bytes = Buffer.concat([...parts, before.subarray(position)])
  let moved = 0
  for (const { from, to, alone, head } of document.patches) {
    const lines = Buffer.from(alone.text.slice(head))
    const start = from + moved
    if (!bytes.subarray(start, start + lines.length).equals(lines)) return null
    moved += lines.length - (to - from)
  }
  return bytes.length === before.length + moved ? bytes : null
}

/** Whether bytes are those of before with exactly these ranges replaced: what the history says of the write is then what is written. */
function isMadeOf(bytes: Buffer, changes: WrittenFile['changes'], before: Buffer | null): boolean {
  const was = before ?? Buffer.alloc(0)
  let [old, now] = [0, 0]
  for (const { start, end, inserted } of changes) {
    const stays = start - old
    if (!bytes.subarray(now, now + stays).equals(was.subarray(old, start))) return false
    now += stays
    if (!bytes.subarray(now, now + inserted.length).equals(inserted)) return false
    now += inserted.length
    old = end
  }
  return bytes.subarray(now).equals(was.subarray(old))
}

const notMadeOf = (path: string): Fault =>
  fault(
    'internal',
    `What was worked out for ${path} is not made of what is there; nothing was written.`,
    'Apply again.',
  )

/** Which of our changes are no longer there: kubectl and aws may have written an older copy back. */
async function overwrittenSince(
  list: readonly string[],
  written: readonly Ready[],
  computed: Computed,
): Promise<readonly Overwritten[]> {
  const paths = written.map(({ file }) => file.path)
  let changed = false
  for (const { file, bytes, revision } of written) {
    const now = await readForWriting(file.path, { bytes, revision })
    changed ||= now.ok && now.value.revision !== revision
  }
  if (!changed) return []
  const { sources } = await readSources(list, paths)
  return overwrittenAtOnce(computed.before, computed.after, modelOf(sources))
}
