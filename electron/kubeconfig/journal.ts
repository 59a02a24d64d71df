/**
 * What makes a write of several files, or a write in place, survive a crash: before the first byte both states
 * of every file are kept; the next start completes what was begun or takes it back, and says so.
 */
import { randomBytes } from 'node:crypto'
import { readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as v from 'valibot'
import { acquireLocks, ownerSchema, ownerState, sweepLeftovers, thisOwner } from './lock'
import { type FileState, readForWriting, replaceFile, revisionOf, syncFolder, writeOwnFile } from './replace'

const zip = promisify(gzip)
const unzip = promisify(gunzip)

const fileSchema = v.object({
  path: v.string(),
  realPath: v.string(),
  way: v.picklist(['rename', 'in-place']),
  before: v.nullable(v.string()),
  after: v.string(),
  /** gzip, base64. */
  beforeBytes: v.nullable(v.string()),
  afterBytes: v.string(),
})
const recordSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  at: v.number(),
  owner: ownerSchema,
  files: v.array(fileSchema),
})
type JournalFile = v.InferOutput<typeof fileSchema>
type JournalRecord = v.InferOutput<typeof recordSchema>

export interface JournaledFile {
  readonly state: FileState
  readonly bytes: Buffer
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
        after: revisionOf(bytes),
        beforeBytes: state.bytes === null ? null : (await zip(state.bytes)).toString('base64'),
        afterBytes: (await zip(bytes)).toString('base64'),
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
  readonly outcome: 'completed' | 'taken-back' | 'nothing-to-do' | 'left'
  readonly files: readonly string[]
  /** One sentence for a person. */
  readonly message: string
}

type Found = 'before' | 'after' | 'torn' | 'other'

/** In an in-place write every byte is the old or the new one of its place, and the length is between the two. */
function isTorn(current: Buffer, before: Buffer, after: Buffer): boolean {
  if (current.length < Math.min(before.length, after.length)) return false
  if (current.length > Math.max(before.length, after.length)) return false
  for (let i = 0; i < current.length; i++) {
    if (current[i] !== before[i] && current[i] !== after[i]) return false
  }
  return true
}

async function look(file: JournalFile, state: FileState): Promise<Found> {
  if (state.revision === file.after) return 'after'
  if (state.revision === file.before) return 'before'
  if (file.way === 'in-place' && state.bytes !== null && file.beforeBytes !== null) {
    const before = await unzip(Buffer.from(file.beforeBytes, 'base64'))
    const after = await unzip(Buffer.from(file.afterBytes, 'base64'))
    if (isTorn(state.bytes, before, after)) return 'torn'
  }
  return 'other'
}

/**
 * Looks for writes that were interrupted and whose process is gone, under the locks of their files, and brings
 * each to one of its two ends: completed where all files are still as that write knew them; else what it had
 * written is taken back, so that no entry is missing from both files of a move.
 */
export async function recoverJournals(folder: string, signal?: AbortSignal): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = []
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!name.endsWith('.json')) continue
    const path = join(folder, name)
    const record = await readRecord(path)
    if (record && ownerState(record.owner) === 'gone') recoveries.push(await recover(path, record, signal))
  }
  if (recoveries.length > 0) await sweepLeftovers(folder)
  return recoveries
}

async function readRecord(path: string): Promise<JournalRecord | null> {
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
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
    // Another process may have mended it while we waited.
    if (!(await readRecord(path))) return answer('nothing-to-do', `The write of ${when} was mended already.`)
    const found: { file: JournalFile; state: FileState; is: Found }[] = []
    for (const file of record.files) {
      const state = await readForWriting(file.path)
      if (!state.ok) return answer('left', `The write of ${when} was interrupted; ${state.fault.message}`)
      found.push({ file, state: state.value, is: await look(file, state.value) })
    }
    const kinds = new Set(found.map((one) => one.is))
    const forward = !kinds.has('other')
    let wrote = false
    for (const { file, state, is } of found) {
      const wanted = forward ? file.afterBytes : file.beforeBytes
      if (is === 'other' || is === (forward ? 'after' : 'before')) continue
      // A file that this write created and that is taken back stays: an added entry harms nobody, a deletion could.
      if (wanted === null) continue
      // A first write that had not begun changes nothing for anybody: it is left unbegun.
      if (forward && kinds.size === 1 && is === 'before') continue
      const bytes = await unzip(Buffer.from(wanted, 'base64'))
      const result = await replaceFile(state, bytes, { way: file.way })
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
          'taken-back',
          `The write of ${when} to ${names} was interrupted, and another program has written since: what Ekscope had written was taken back.`,
        )
  } finally {
    await locks.value.release()
  }
}
