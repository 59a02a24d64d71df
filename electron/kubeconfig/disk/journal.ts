/**
 * What makes a write of several files, or a write in place, survive a crash: before the first byte both states
 * of every file are kept; the next start completes what was begun or rolls it back, and says so.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as v from 'valibot'
import { syncFolder, textOfOwn, writeOwnFile } from '../../system/own-file'
import { ownerSchema, ownerState, sweepLeftovers, thisOwner } from '../../system/process-owner'
import { acquireLocks } from './lock'
import { type FileState, maxBytes, readForWriting, removeFile, replaceFile, revisionOf } from './replace'

const zip = promisify(gzip)
const unzip = promisify(gunzip)

const fileSchema = v.object({
  path: v.string(),
  realPath: v.string(),
  way: v.picklist(['rename', 'in-place']),
  before: v.nullable(v.string()),
  after: v.nullable(v.string()),
  /** gzip, base64; null: no such file. */
  beforeBytes: v.nullable(v.string()),
  afterBytes: v.nullable(v.string()),
})
const recordSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8e15)),
  owner: ownerSchema,
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
}

/** An open journal: `close` when every file is written (or none). */
export interface OpenJournal {
  readonly id: string
  close(): Promise<void>
}

/** Keeps both states of all files in `folder` (0600). Throws system errors: nothing has been written then. */
export async function openJournal(folder: string, files: readonly JournaledFile[]): Promise<OpenJournal> {
  const id = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`
  const record: JournalRecord = {
    version: 1,
    id,
    at: Date.now(),
    owner: thisOwner(),
    files: await Promise.all(
      files.map(async ({ state, bytes, way }) => ({
        path: state.path,
        realPath: state.realPath,
        way,
        before: state.revision,
        after: bytes === null ? null : revisionOf(bytes),
        beforeBytes: state.bytes === null ? null : (await zip(state.bytes)).toString('base64'),
        afterBytes: bytes === null ? null : (await zip(bytes)).toString('base64'),
      })),
    ),
  }
  const path = join(folder, `${id}.json`)
  await writeOwnFile(path, JSON.stringify(record))
  return {
    id,
    close: async () => {
      await unlink(path).catch(() => undefined)
      await syncFolder(folder)
    },
  }
}

export interface Recovery {
  readonly id: string
  /** When the interrupted write began, ms since the epoch. */
  readonly at: number
  readonly outcome: 'completed' | 'rolled-back' | 'nothing-to-do' | 'left'
  readonly files: readonly string[]
  /** One sentence for a person. */
  readonly message: string
}

type FileSide = 'before' | 'after' | 'torn' | 'other'

/** In an in-place write every byte is the old or the new one of its place, and the length is between the two. */
function isTorn(current: Buffer, before: Buffer, after: Buffer): boolean {
  if (current.length < Math.min(before.length, after.length)) return false
  if (current.length > Math.max(before.length, after.length)) return false
  for (let i = 0; i < current.length; i++) {
    if (current[i] !== before[i] && current[i] !== after[i]) return false
  }
  return true
}

async function sideOf(file: JournalFile, state: FileState): Promise<FileSide> {
  if (state.revision === file.after) return 'after'
  if (state.revision === file.before) return 'before'
  if (
    file.way === 'in-place' &&
    state.bytes !== null &&
    file.beforeBytes !== null &&
    file.afterBytes !== null
  ) {
    const before = await unzip(Buffer.from(file.beforeBytes, 'base64'))
    const after = await unzip(Buffer.from(file.afterBytes, 'base64'))
    if (isTorn(state.bytes, before, after)) return 'torn'
  }
  return 'other'
}

/**
 * Settles each interrupted write whose process is gone, under the locks of its files: completed where all files are
 * still as that write knew them; else what it had written is rolled back, so that no entry is missing from both files
 * of a move.
 */
export async function recoverJournals(folder: string, signal?: AbortSignal): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = []
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!name.endsWith('.json')) continue
    const path = join(folder, name)
    const record = await readRecord(path)
    if (record === null) continue
    if (record === 'broken') recoveries.push(await putAside(path))
    else if ('files' in record) {
      if (ownerState(record.owner) === 'gone') recoveries.push(await recover(path, record, signal))
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
  return { id, at, outcome: 'left', files: [], message }
}

/** A journal that cannot be understood can settle nothing: it is set aside, and reported once. */
async function putAside(path: string): Promise<Recovery> {
  const aside = `${path}.broken`
  await rename(path, aside).catch(() => undefined)
  const message = `The journal ${path} of an interrupted write could not be understood and was set aside as ${aside}: check that the files that were written then are whole.`
  return { id: '', at: 0, outcome: 'left', files: [], message }
}

async function recover(path: string, record: JournalRecord, signal?: AbortSignal): Promise<Recovery> {
  const files = record.files.map((file) => file.path)
  const answer = (outcome: Recovery['outcome'], message: string): Recovery => ({
    id: record.id,
    at: record.at,
    outcome,
    files,
    message,
  })
  const locks = await acquireLocks(
    { list: files, writes: files, waitMs: 5_000, withoutLockWhereImpossible: true },
    signal,
  )
  const when = new Date(record.at).toISOString()
  if (!locks.ok) return answer('left', `The write of ${when} was interrupted; ${locks.fault.message}`)
  try {
    return await settled()
  } catch {
    // The kept bytes of a state cannot be read.
    return await putAside(path)
  } finally {
    await locks.value.release()
  }

  async function settled(): Promise<Recovery> {
    // Another process may have settled it while we waited.
    if ((await readRecord(path)) === null)
      return answer('nothing-to-do', `The write of ${when} was settled already.`)
    const found: { file: JournalFile; state: FileState; is: FileSide }[] = []
    for (const file of record.files) {
      const state = await readForWriting(file.path)
      if (!state.ok) return answer('left', `The write of ${when} was interrupted; ${state.fault.message}`)
      found.push({ file, state: state.value, is: await sideOf(file, state.value) })
    }
    const kinds = new Set(found.map((one) => one.is))
    const forward = !kinds.has('other')
    let wrote = false
    for (const { file, state, is } of found) {
      const wanted = forward ? file.afterBytes : file.beforeBytes
      if (is === 'other' || is === (forward ? 'after' : 'before')) continue
      // A file that this write created stays when it is rolled back: an added entry does no harm, a deletion could.
      if (wanted === null && !forward) continue
      // A write that had not reached the first file is not begun now.
      if (forward && kinds.size === 1 && is === 'before') continue
      const result =
        wanted === null
          ? await removeFile(state)
          : await replaceFile(state, await unzip(Buffer.from(wanted, 'base64')), { way: file.way })
      if (!result.ok) return answer('left', `The write of ${when} was interrupted; ${result.fault.message}`)
      if (result.value.kind === 'cannot-rename')
        return answer('left', `The write of ${when} was interrupted; ${result.value.fault.message}`)
      wrote = true
    }
    await unlink(path).catch(() => undefined)
    const names = files.join(', ')
    if (!wrote)
      return answer(
        'nothing-to-do',
        kinds.has('before')
          ? `The write of ${when} was interrupted before it began; ${names} is as before.`
          : `The write of ${when} was complete when it was interrupted.`,
      )
    return forward
      ? answer('completed', `The write of ${when} to ${names} was interrupted and has been completed.`)
      : answer(
          'rolled-back',
          `The write of ${when} to ${names} was interrupted, and another program has written since: what Ekscope had written was rolled back.`,
        )
  }
}
