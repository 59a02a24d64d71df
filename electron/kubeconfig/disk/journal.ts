/**
 * Makes a write of several files, or a write in place, survive a crash and a failure: both states of every file are stored before
 * the first byte is written. As long as a journal exists, its write is to be rolled back: a write is complete once all its files
 * are written and its journal is removed. The next start settles the journal of a killed process, and reports how.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { type Fault, fault, ok, type Result } from '../../../shared/result'
import { codeOf } from '../../system/errno'
import { exposureOf } from '../../system/exposure'
import { unzip, zip } from '../../system/gzip'
import { syncFolder } from '../../system/make-folder'
import { textOfOwn, writeOwnFile } from '../../system/own-file'
import { ownerSchema, ownerState, sweepFolderOf, sweepLeftovers, thisOwner } from '../../system/process-owner'
import { jsonText } from './history-latest'
import type { WrittenFile } from './history-write'
import { acquireLocks } from './kubeconfig-lock'
import { obstacleFault } from './obstacles'
import { maxBytes } from './read-file'
import {
  type FileState,
  type Prepared,
  prepare,
  type Refusal,
  readForWriting,
  type StepHook,
} from './replace'
import { noSections, type SectionsOf, standingOf } from './write-stands'

const fileSchema = v.object({
  path: v.string(),
  realPath: v.string(),
  way: v.picklist(['rename', 'in-place']),
  before: v.nullable(v.string()),
  /** Null: the write removes the file. */
  after: v.nullable(v.string()),
  /** gzip, base64; null: no such file. */
  beforeBytes: v.nullable(v.string()),
  afterBytes: v.nullable(v.string()),
  /** Where it is no kubeconfig; not in journals of earlier versions. */
  of: v.optional(v.picklist(['aws-config'])),
})
const head = {
  id: v.string(),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8e15)),
  owner: ownerSchema,
  /** Its record in the history; not in journals of earlier versions. */
  write: v.optional(v.string()),
}
const recordSchema = v.object({
  /** One of version 1 is completed where its name ends in .json, and rolled back where it ends in .rollback. */
  version: v.picklist([1, 2]),
  ...head,
  files: v.array(fileSchema),
})
const newerVersion = v.object({ version: v.pipe(v.number(), v.minValue(3)) })
const newerSchema = v.object({ ...newerVersion.entries, ...head })
const textSchema = jsonText(v.union([recordSchema, newerSchema, newerVersion]))
type NewerRecord = v.InferOutput<typeof newerSchema>
type JournalFile = v.InferOutput<typeof fileSchema>
type JournalRecord = v.InferOutput<typeof recordSchema>

/** A file as it was read under its lock, with what it is to be. */
export interface ReadyFile extends WrittenFile {
  readonly state: FileState
  /** Of a file that is no kubeconfig. */
  readonly sections?: SectionsOf | undefined
}

/**
 * A fault: rolling back is impossible now. The journal stays, and the next start continues with it. `made`: nothing can be put
 * back, and all files are as after the write, which the next start calls complete.
 */
export type RolledBack = 'rolled-back' | 'made' | Fault

/** An open journal: `close` when every file is written; `rollBack` when one could not be. */
export interface OpenJournal {
  /** With it the write is made. Throws system errors: then it is not. */
  close(): Promise<void>
  /** Puts back what the write wrote: so many of its files, and what is torn. */
  rollBack(files: number, hook?: StepHook): Promise<RolledBack>
}

/**
 * Keeps both states of all files in `folder` (0600). `write`: the id of the write in the history. Throws system errors:
 * nothing has been written then.
 */
export async function openJournal(
  folder: string,
  write: string,
  files: readonly Omit<ReadyFile, 'changes'>[],
  inPlace: readonly string[] = [],
): Promise<OpenJournal> {
  const id = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`
  const zipped = async (bytes: Buffer | null): Promise<string | null> =>
    bytes === null ? null : (await zip(bytes)).toString('base64')
  const record: JournalRecord = {
    version: 2,
    id,
    at: Date.now(),
    owner: thisOwner(),
    write,
    files: await Promise.all(
      files.map(async ({ state, bytes, revision, of }) => ({
        path: state.path,
        realPath: state.realPath,
        way: inPlace.includes(state.path) && state.bytes !== null ? 'in-place' : 'rename',
        before: state.revision,
        after: revision,
        beforeBytes: await zipped(state.bytes),
        afterBytes: await zipped(bytes),
        of,
      })),
    ),
  }
  const path = join(folder, `${id}.json`)
  const sections = files.find((file) => file.sections)?.sections ?? noSections
  await writeOwnFile(path, JSON.stringify(record))
  return {
    close: () => remove(path),
    rollBack: async (files, hook) => {
      const found = await find(record, sections)
      if (!found.ok) return found.fault
      const now = found.value
      const [other] = ofSides(now.slice(0, files), 'changed-after', 'changed')
      if (other !== undefined) return changedSince(other.file.path)
      const { wrote, refused } = await settle(written(now), 'back', hook)
      if (refused !== null) return !wrote && ofSides(now, 'after').length === now.length ? 'made' : refused
      // A journal that stays finds nothing to restore.
      await remove(path).catch(() => undefined)
      return 'rolled-back'
    },
  }
}

const changedSince = (path: string): Fault =>
  fault('changed-on-disk', `${path} was changed by another program since.`, 'Look at what is there now.')

async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    // Our own folder may have been taken away: no later start finds it either.
    if (codeOf(error) !== 'ENOENT') throw error
  }
  await syncFolder(dirname(path))
}

export interface Recovery {
  /** The write in the history; null where that is not known. */
  readonly write: string | null
  /**
   * `complete`: it was already. `kept`: it cannot be put back as a whole, so all files stay as they are. `settled`: another
   * process settled it meanwhile. `left`: it could not be settled now.
   */
  readonly outcome: 'completed' | 'complete' | 'rolled-back' | 'not-begun' | 'kept' | 'settled' | 'left'
  /** One sentence for a person. */
  readonly message: string
}

/**
 * The state of a file of an interrupted write now: as before the write, as after it, or in between. Or changed since by other
 * programs: from the one, from the other, or from an unknown one of the two.
 */
type FileSide = 'before' | 'after' | 'torn' | 'changed-before' | 'changed-after' | 'changed'

/** In an in-place write every byte is the old or the new one of its place, and the length is between the two. */
function isTorn(current: Buffer, before: Buffer, after: Buffer): boolean {
  if (current.length < Math.min(before.length, after.length)) return false
  if (current.length > Math.max(before.length, after.length)) return false
  for (let i = 0; i < current.length; i++) {
    if (current[i] !== before[i] && current[i] !== after[i]) return false
  }
  return true
}

const unzipped = async (bytes: string | null): Promise<Buffer | null> =>
  bytes === null ? null : await unzip(Buffer.from(bytes, 'base64'))

async function sideOf(file: JournalFile, state: FileState, sections: SectionsOf): Promise<FileSide> {
  if (state.realPath !== file.realPath) return 'changed'
  if (state.revision === file.after) return 'after'
  if (state.revision === file.before) return 'before'
  const now = state.bytes
  // The file was removed: nothing of the write is left.
  if (now === null) return 'changed-before'
  const before = await unzipped(file.beforeBytes)
  const after = await unzipped(file.afterBytes)
  // Where there are no hard links, an empty file takes the name of a new one first.
  if (before === null && now.length === 0) return 'torn'
  if (before !== null && after !== null && file.way === 'in-place' && isTorn(now, before, after))
    return 'torn'
  const standing = standingOf(file, { before, after, now }, sections)
  return ({ made: 'changed-after', 'not-made': 'changed-before', unknown: 'changed' } as const)[standing]
}

interface Found {
  readonly file: JournalFile
  readonly state: FileState
  readonly is: FileSide
}

async function find(record: JournalRecord, sections: SectionsOf): Promise<Result<readonly Found[]>> {
  const found: Found[] = []
  for (const file of record.files) {
    await sweepFolderOf(file.realPath)
    // The file that was written, wherever a link that led there leads now.
    const state = await readForWriting(file.realPath)
    if (!state.ok) return state
    found.push({ file, state: state.value, is: await sideOf(file, state.value, sections) })
  }
  return ok(found)
}

const ofSides = (found: readonly Found[], ...sides: readonly FileSide[]): readonly Found[] =>
  found.filter(({ is }) => sides.includes(is))

/** The files that hold something of the write, the last one first. */
const written = (found: readonly Found[]): readonly Found[] => [...ofSides(found, 'torn', 'after')].reverse()

/**
 * Brings these files to one of their two states. Every one is prepared before the first is written. `wrote`: a file may differ
 * from what was found; `refused`: why a file could not get that state.
 */
async function settle(
  found: readonly Found[],
  direction: 'back' | 'forward',
  hook?: StepHook,
): Promise<{ readonly wrote: boolean; readonly refused: Fault | null }> {
  const steps: { readonly path: string; readonly prepared: Prepared }[] = []
  let wrote = false
  try {
    for (const { file, state } of found) {
      const { path, way } = file
      const bytes = await unzipped(direction === 'forward' ? file.afterBytes : file.beforeBytes)
      const ready = await prepare(state, bytes, { inPlace: way === 'in-place', force: true, hook })
      if (!ready.ok) return { wrote, refused: faultOf(path, ready.fault) }
      steps.push({ path, prepared: ready.value })
    }
    for (const { path, prepared } of steps) {
      // One that is written in place may end half written.
      wrote ||= prepared.needsJournal
      const done = await prepared.commit()
      if (!done.ok) return { wrote, refused: faultOf(path, done.fault) }
      wrote = true
    }
  } finally {
    for (const { prepared } of steps) await prepared.discard()
  }
  return { wrote, refused: null }
}

const faultOf = (path: string, refusal: Refusal): Fault =>
  'obstacles' in refusal
    ? obstacleFault(refusal.obstacles.slice(0, 1).map(({ reason }) => ({ path, reason })))
    : refusal

/**
 * Settles each interrupted write whose process is gone, under the locks of its files. It is rolled back, so that no entry is
 * missing from both files of a move. Where another program has written on top of it, all its files stay as they are. A journal of
 * version 1 is settled as it was meant.
 */
export async function recoverJournals(
  folder: string,
  sections: SectionsOf,
  signal?: AbortSignal,
): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = []
  const exposed = exposureOf(folder, [dirname(folder), folder])
  if (exposed !== null) {
    const message = `${exposed.message} An interrupted write is not settled. ${exposed.next}`
    return [{ write: null, outcome: 'left', message }]
  }
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!/\.(?:json|rollback)$/.test(name)) continue
    const path = join(folder, name)
    const record = await readRecord(path)
    if (record === null) continue
    if (record === 'broken') recoveries.push(await putAside(path))
    else if (ownerState(record.owner) === 'gone')
      recoveries.push('files' in record ? await recover(path, record, sections, signal) : newer(path, record))
  }
  await sweepLeftovers(folder)
  return recoveries
}

/** Null: there is no file (any more), or none that could be a journal. */
async function readRecord(path: string): Promise<JournalRecord | NewerRecord | 'broken' | null> {
  const text = await textOfOwn(path, 8 * maxBytes)
  if (text === null) return null
  const parsed = v.safeParse(textSchema, text)
  if (!parsed.success) return 'broken'
  return 'id' in parsed.output ? parsed.output : null
}

function newer(path: string, { at, write }: NewerRecord): Recovery {
  const message = `The write of ${new Date(at).toISOString()} was interrupted in a newer Ekscope, which can settle it (${path}).`
  return { write: write ?? null, outcome: 'left', message }
}

/** A journal that cannot be understood can settle nothing: it is set aside, and reported once. */
async function putAside(path: string): Promise<Recovery> {
  const aside = `${path}.broken`
  await rename(path, aside).catch(() => undefined)
  const message = `The journal ${path} of an interrupted write could not be understood and was set aside as ${aside}: check that the files that were written then are whole.`
  return { write: null, outcome: 'left', message }
}

async function recover(
  path: string,
  record: JournalRecord,
  sections: SectionsOf,
  signal?: AbortSignal,
): Promise<Recovery> {
  const files = record.files.map((file) => file.path)
  const when = new Date(record.at).toISOString()
  const answer = (outcome: Recovery['outcome'], message: string): Recovery => ({
    write: record.write ?? null,
    outcome,
    message: `The write of ${when} to ${files.join(', ')} ${message}`,
  })
  const left = (refused: Fault, wrote = false): Recovery =>
    answer(
      'left',
      `was interrupted, and ${wrote ? 'could be put back in part only' : 'cannot be put back now'}: ${refused.message} The next start goes on with it. ${refused.next}`,
    )
  const isForward = record.version === 1 && path.endsWith('.json')
  const isRefused = path.endsWith('.rollback')
  const places = [...new Set([...files, ...record.files.map(({ realPath }) => realPath)])]
  const locks = await acquireLocks(
    {
      list: places,
      writes: places,
      waitMs: 5_000,
      withoutLockWhereImpossible: true,
      notes: dirname(path),
    },
    signal,
  )
  if (!locks.ok) return left(locks.fault)
  try {
    return await settled()
  } catch {
    // Stored bytes of a state cannot be read again.
    return await putAside(path)
  } finally {
    await locks.value.release()
  }

  async function settled(): Promise<Recovery> {
    // Another process may have settled it during the wait.
    if ((await readRecord(path)) === null) return answer('settled', 'was settled already.')
    const found = await find(record, sections)
    if (!found.ok) return left(found.fault)
    const now = found.value
    const [open, changed] = [written(now), ofSides(now, 'changed-after', 'changed')]
    if (open.length + changed.length === 0)
      return await end('not-begun', 'was interrupted before it began: nothing of it is there.')
    const whole = ofSides(now, 'after', 'changed-after').length === now.length
    if (whole && !isRefused) return await end('complete', 'was complete when it was interrupted.')
    if (isForward && ofSides(now, 'changed', 'changed-before').length === 0) {
      const { refused } = await settle(ofSides(now, 'torn', 'before'), 'forward')
      if (refused === null) return await end('completed', 'was interrupted and has been completed.')
      return await back(await find(record, sections))
    }
    return await back(found)
  }

  async function back(found: Result<readonly Found[]>): Promise<Recovery> {
    if (!found.ok) return left(found.fault)
    const now = found.value
    const changed = ofSides(now, 'changed-after', 'changed')
    // A torn file is of no use.
    const { wrote, refused } = await settle(changed.length > 0 ? ofSides(now, 'torn') : written(now), 'back')
    if (refused !== null) return left(refused, wrote)
    if (changed.length === 0) return await end('rolled-back', 'was interrupted and has been rolled back.')
    const said: readonly (readonly [string, readonly Found[]])[] = [
      ['Another program has changed', changed],
      ['As this write left it', ofSides(now, 'after')],
      ['As before it', ofSides(now, 'before', 'changed-before')],
      ['Half written, and put back', ofSides(now, 'torn')],
    ]
    const each = said.flatMap(([what, of]) =>
      of.length === 0 ? [] : [`${what}: ${of.map(({ file }) => file.path).join(', ')}.`],
    )
    return await end(
      'kept',
      `was interrupted and cannot be rolled back as a whole, so its files stay as they are. ${each.join(' ')}`,
    )
  }

  async function end(outcome: Recovery['outcome'], message: string): Promise<Recovery> {
    await remove(path).catch(() => undefined)
    return answer(outcome, message)
  }
}
