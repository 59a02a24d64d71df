/**
 * What makes a write of several files, or a write in place, survive a crash and a failure: before the first byte both
 * states of every file are kept. A write that fails is rolled back; the next start completes one that was killed, or
 * rolls it back, and says so.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { type Fault, ok, type Result } from '../../../shared/result'
import { unzip, zip } from '../../system/gzip'
import { syncFolder } from '../../system/make-folder'
import { textOfOwn, writeOwnFile } from '../../system/own-file'
import { ownerSchema, ownerState, sweepFolderOf, sweepLeftovers, thisOwner } from '../../system/process-owner'
import { modelOf, sourceOf } from '../read/edit-model'
import { acquireLocks } from './lock'
import { obstacleFault } from './obstacles'
import {
  type FileState,
  maxBytes,
  type Obstructed,
  type Prepared,
  prepare,
  type Replaced,
  readForWriting,
  revisionOf,
  type StepHook,
} from './replace'

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
const recordSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8e15)),
  owner: ownerSchema,
  /** Its record in the history; not in journals of earlier versions. */
  write: v.optional(v.string()),
  files: v.array(fileSchema),
})
const newerVersion = v.pipe(v.number(), v.minValue(2))
const newerSchema = v.object({
  version: newerVersion,
  id: v.string(),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8e15)),
  owner: ownerSchema,
})
type NewerRecord = v.InferOutput<typeof newerSchema>
type JournalFile = v.InferOutput<typeof fileSchema>
type JournalRecord = v.InferOutput<typeof recordSchema>

export interface JournaledFile {
  readonly state: FileState
  /** Null: the file is removed. */
  readonly bytes: Buffer | null
  readonly way: 'rename' | 'in-place'
  /** Where it is no kubeconfig. */
  readonly of?: JournalFile['of']
}

/** An open journal: `close` when every file is written; `rollBack` when one could not be. */
export interface OpenJournal {
  readonly id: string
  close(): Promise<void>
  /**
   * Decides, for every later start too, that the write is not completed, and puts back what it wrote. Where that cannot
   * be now, the journal stays, and the next start goes on with it. `hook` is called once that is decided.
   */
  rollBack(hook?: StepHook): Promise<Settled>
}

/** The decision is in the journal's name: to be completed if it is interrupted, or to be rolled back. */
const endings = { forward: '.json', back: '.rollback' } as const
type Direction = keyof typeof endings

/** Decides against a write. A rename needs no space, and is done or not. */
async function decideAgainst(path: string): Promise<string> {
  const decided = path.replace(/\.json$/, endings.back)
  if (decided === path) return path
  await rename(path, decided)
  await syncFolder(dirname(path))
  return decided
}

/**
 * Keeps both states of all files in `folder` (0600). `write`: the id of the write in the history. Throws system errors:
 * nothing has been written then.
 */
export async function openJournal(
  folder: string,
  write: string,
  files: readonly JournaledFile[],
): Promise<OpenJournal> {
  const id = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`
  const zipped = async (bytes: Buffer | null): Promise<string | null> =>
    bytes === null ? null : (await zip(bytes)).toString('base64')
  const record: JournalRecord = {
    version: 1,
    id,
    at: Date.now(),
    owner: thisOwner(),
    write,
    files: await Promise.all(
      files.map(async ({ state, bytes, way, of }) => ({
        path: state.path,
        realPath: state.realPath,
        way,
        before: state.revision,
        after: bytes === null ? null : revisionOf(bytes),
        beforeBytes: await zipped(state.bytes),
        afterBytes: await zipped(bytes),
        of,
      })),
    ),
  }
  const path = join(folder, `${id}${endings.forward}`)
  await writeOwnFile(path, JSON.stringify(record))
  const close = async (file: string): Promise<void> => {
    await unlink(file).catch(() => undefined)
    await syncFolder(folder)
  }
  return {
    id,
    close: () => close(path),
    rollBack: async (hook) => {
      // Where our own folder went away meanwhile, no later start finds the journal either.
      const decided = await decideAgainst(path).catch(() => path)
      await hook?.('rollback-decided', files[0]?.state.path ?? '')
      const settled = await settle(record, 'back', hook)
      if (settled.refused === null) await close(decided)
      return settled
    },
  }
}

export interface Recovery {
  readonly id: string
  /** The write in the history; null where that is not known. */
  readonly write: string | null
  /** When the interrupted write began, ms since the epoch. */
  readonly at: number
  /** `complete`: it was already. `settled`: by another process meanwhile. `left`: it could not be settled now. */
  readonly outcome: 'completed' | 'complete' | 'rolled-back' | 'not-begun' | 'settled' | 'left'
  readonly files: readonly string[]
  /** One sentence for a person. */
  readonly message: string
}

/**
 * What a file of an interrupted write is now: as before it, as it left it, in between; or what other programs have made
 * since of the one or of the other, or of which cannot be told.
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

async function sideOf(file: JournalFile, state: FileState): Promise<FileSide> {
  if (state.realPath !== file.realPath) return 'changed'
  if (state.revision === file.after) return 'after'
  if (state.revision === file.before) return 'before'
  const before = await unzipped(file.beforeBytes)
  const after = await unzipped(file.afterBytes)
  // Where there are no hard links, an empty file takes the name of a new one first.
  if (before === null && state.bytes?.length === 0) return 'torn'
  if (state.bytes === null || before === null || after === null) return 'changed'
  if (file.way === 'in-place' && isTorn(state.bytes, before, after)) return 'torn'
  return sideByNames(file.of === undefined ? entriesIn : sectionsIn, state.bytes, before, after)
}

/** By the entries or sections that this write brought and took away: which of the two states another program has changed. */
function sideByNames(
  namesIn: (bytes: Buffer) => ReadonlySet<string>,
  now: Buffer,
  before: Buffer,
  after: Buffer,
): FileSide {
  const [is, was, became] = [namesIn(now), namesIn(before), namesIn(after)]
  const taken = [...was].filter((name) => !became.has(name))
  const brought = [...became].filter((name) => !was.has(name))
  if (taken.length + brought.length === 0) return 'changed'
  if (taken.every((name) => is.has(name)) && brought.every((name) => !is.has(name))) return 'changed-before'
  if (taken.every((name) => !is.has(name)) && brought.every((name) => is.has(name))) return 'changed-after'
  return 'changed'
}

/** Of an AWS config file: as the lines have them, which is enough to tell one state from another. */
const sectionsIn = (bytes: Buffer): ReadonlySet<string> =>
  new Set([...bytes.toString().matchAll(/^\[[^\]\r\n]*\]/gm)].map(([header]) => header))

function entriesIn(bytes: Buffer): ReadonlySet<string> {
  const { files } = modelOf([sourceOf({ path: '', listed: true, text: bytes.toString(), fault: null })])
  return new Set(
    files.flatMap((file) => entryKinds.flatMap((kind) => file[kind].map(({ name }) => `${kind} ${name}`))),
  )
}

/** How a write was brought to one of its ends. */
export interface Settled {
  readonly wrote: boolean
  /** Why a file could not be brought there; null where all are, or are kept as other programs made them since. */
  readonly refused: Fault | null
}

interface Found {
  readonly file: JournalFile
  readonly state: FileState
  readonly is: FileSide
}

async function find(record: JournalRecord): Promise<Result<readonly Found[]>> {
  const found: Found[] = []
  for (const file of record.files) {
    await sweepFolderOf(file.realPath)
    // The file that was written, wherever a link that led there leads now.
    const state = await readForWriting(file.realPath)
    if (!state.ok) return state
    found.push({ file, state: state.value, is: await sideOf(file, state.value) })
  }
  return ok(found)
}

/** Completes a write, or rolls it back in the opposite order. Every file is prepared before the first one is written. */
async function settle(record: JournalRecord, direction: Direction, hook?: StepHook): Promise<Settled> {
  const found = await find(record)
  if (!found.ok) return { wrote: false, refused: found.fault }
  const from = direction === 'forward' ? 'before' : 'after'
  const open = found.value.filter(({ is }) => is === 'torn' || is === from)
  const steps: { readonly path: string; readonly prepared: Prepared }[] = []
  let wrote = false
  try {
    for (const { file, state } of direction === 'forward' ? open : [...open].reverse()) {
      const { path, way } = file
      const bytes = await unzipped(direction === 'forward' ? file.afterBytes : file.beforeBytes)
      const ready = await prepare(state, bytes, { inPlace: way === 'in-place', force: true, hook })
      if (!ready.ok || ready.value.kind === 'obstructed') return { wrote, refused: refusalOf(path, ready) }
      steps.push({ path, prepared: ready.value })
    }
    for (const { path, prepared } of steps) {
      const refused = refusalOf(path, await prepared.commit())
      if (refused !== null) return { wrote, refused }
      wrote = true
    }
  } finally {
    for (const { prepared } of steps) await prepared.discard()
  }
  return { wrote, refused: null }
}

function refusalOf(path: string, result: Result<Prepared | Replaced | Obstructed>): Fault | null {
  if (!result.ok) return result.fault
  const reason = result.value.kind === 'obstructed' ? result.value.reasons[0] : undefined
  return reason === undefined ? null : obstacleFault([{ path, reason }])
}

/**
 * Settles each interrupted write whose process is gone, under the locks of its files: completed where all files are
 * still as that write knew them and nothing stands in the way; else what it had written is rolled back, so that no entry
 * is missing from both files of a move. A write that was refused or failed is only ever rolled back.
 */
export async function recoverJournals(folder: string, signal?: AbortSignal): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = []
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const direction = name.endsWith(endings.forward) ? 'forward' : name.endsWith(endings.back) ? 'back' : null
    if (direction === null) continue
    const path = join(folder, name)
    const record = await readRecord(path)
    if (record === null) continue
    if (record === 'broken') recoveries.push(await putAside(path))
    else if ('files' in record) {
      if (ownerState(record.owner) === 'gone') recoveries.push(await recover(path, record, direction, signal))
    } else if (ownerState(record.owner) === 'gone') recoveries.push(newer(path, record))
  }
  await sweepLeftovers(folder)
  return recoveries
}

/** Null: there is no file (any more), or none that could be a journal. */
async function readRecord(path: string): Promise<JournalRecord | NewerRecord | 'broken' | null> {
  const text = await textOfOwn(path, 8 * maxBytes)
  if (text === null) return null
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'broken'
  }
  const parsed = v.safeParse(recordSchema, json)
  if (parsed.success) return parsed.output
  const later = v.safeParse(newerSchema, json)
  if (later.success) return later.output
  const versioned = v.safeParse(v.object({ version: newerVersion }), json)
  return versioned.success ? null : 'broken'
}

function newer(path: string, { id, at }: NewerRecord): Recovery {
  const message = `The write of ${new Date(at).toISOString()} was interrupted in a newer Ekscope, which can settle it (${path}).`
  return { id, write: null, at, outcome: 'left', files: [], message }
}

/** A journal that cannot be understood can settle nothing: it is set aside, and reported once. */
async function putAside(path: string): Promise<Recovery> {
  const aside = `${path}.broken`
  await rename(path, aside).catch(() => undefined)
  const message = `The journal ${path} of an interrupted write could not be understood and was set aside as ${aside}: check that the files that were written then are whole.`
  return { id: '', write: null, at: 0, outcome: 'left', files: [], message }
}

async function recover(
  path: string,
  record: JournalRecord,
  direction: Direction,
  signal?: AbortSignal,
): Promise<Recovery> {
  const files = record.files.map((file) => file.path)
  const when = new Date(record.at).toISOString()
  const names = files.join(', ')
  const answer = (outcome: Recovery['outcome'], message: string): Recovery => ({
    id: record.id,
    write: record.write ?? null,
    at: record.at,
    outcome,
    files,
    message: `The write of ${when} ${message}`,
  })
  const left = (refused: Fault): Recovery => answer('left', `was interrupted; ${refused.message}`)
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
    // Bytes of a state that were kept and cannot be had again.
    return await putAside(path)
  } finally {
    await locks.value.release()
  }

  async function settled(): Promise<Recovery> {
    // Another process may have settled it while we waited.
    if ((await readRecord(path)) === null) return answer('settled', 'was settled already.')
    if (direction === 'back')
      return await back(path, 'failed, and Ekscope ended before all that it had written was put back')
    const found = await find(record)
    if (!found.ok) return left(found.fault)
    const sides = found.value.map(({ is }) => is)
    if (sides.every((side) => side === 'before'))
      return await end('not-begun', `was interrupted before it began; ${names} is as before.`)
    if (sides.every((side) => side === 'after' || side === 'changed-after'))
      return await end('complete', 'was complete when it was interrupted.')
    if (sides.some((side) => side === 'changed' || side === 'changed-before'))
      return await against(`to ${names} was interrupted, and another program has written since`)
    const { refused } = await settle(record, 'forward')
    if (refused === null) return await end('completed', `to ${names} was interrupted and has been completed.`)
    return await against(
      `to ${names} was interrupted and cannot be completed (${refused.message.replace(/; nothing was written\.$/, '')})`,
    )
  }

  async function end(outcome: Recovery['outcome'], message: string, journal = path): Promise<Recovery> {
    await unlink(journal).catch(() => undefined)
    return answer(outcome, message)
  }

  async function against(why: string): Promise<Recovery> {
    return await back(await decideAgainst(path), why)
  }

  async function back(journal: string, why: string): Promise<Recovery> {
    const { wrote, refused } = await settle(record, 'back')
    if (refused !== null) return left(refused)
    if (!wrote) return await end('not-begun', `${why}; there was nothing to put back.`, journal)
    return await end('rolled-back', `${why}: what Ekscope had written was rolled back.`, journal)
  }
}
