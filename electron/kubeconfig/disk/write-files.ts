/**
 * Files brought to disk, whatever is in them: remembered, prepared, journaled, replaced one after the other. The locks are the
 * caller's, and so is what the files are to say.
 */
import type { Obstacle } from '../../../shared/edits/obstacle'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, isFull } from '../../system/errno'
import { sweepFolderOf } from '../../system/process-owner'
import type { History } from './history'
import { beginWrite, type Draft, type PendingWrite, type WrittenFile } from './history-write'
import { type OpenJournal, openJournal, type ReadyFile, type RolledBack } from './journal'
import type { LockProgress } from './lock'
import {
  type FileState,
  type Prepared,
  prepare,
  type Refusal,
  type ReplacedBy,
  revisionOf,
  type StepHook,
} from './replace'

export interface FileWriteOptions {
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
}

/** What is remembered of a write beside the bytes of its files. */
export type FilesRecord = Omit<Draft, 'by' | 'files'>

export function readyFile(
  { inPlace }: Pick<FileWriteOptions, 'inPlace'>,
  state: FileState,
  changes: WrittenFile['changes'],
  bytes: Buffer | null,
): ReadyFile {
  const way = inPlace?.includes(state.path) && state.bytes !== null ? 'in-place' : 'rename'
  return { state, changes, bytes, revision: bytes && revisionOf(bytes), way }
}

export interface WrittenNow {
  readonly path: string
  readonly before: string | null
  /** Null: it was removed. */
  readonly after: string | null
  readonly way: ReplacedBy
}

export type FilesOutcome =
  | {
      readonly kind: 'written'
      readonly files: readonly WrittenNow[]
      /** Names the write in the history: what `undo` and `restore` take. */
      readonly historyId: string
    }
  /** Nothing was written: the user may permit what these files need. */
  | { readonly kind: 'obstructed'; readonly obstacles: readonly Obstacle[] }

/** Writes all of them, or none; `files` in the order in which they are to be replaced. */
export async function writeFiles(
  options: FileWriteOptions,
  record: FilesRecord,
  files: readonly ReadyFile[],
): Promise<Result<FilesOutcome>> {
  const { history, by, hook } = options
  let pending: PendingWrite
  try {
    // First, because the record leads the next start to what a killed process left beside the files.
    pending = await beginWrite(history, { ...record, by, files })
  } catch (error) {
    return fail(ownFolderFault(history.folder, error))
  }
  await hook?.('history-written', files[0]?.state.path ?? '')
  const prepared: Prepared[] = []
  const discard = async () => {
    for (const file of prepared) await file.discard()
  }
  try {
    const refused = await prepareAll(options, files, prepared)
    if (refused === null) return await commitAll(options, files, prepared, pending)
    await discard()
    await pending.cancel()
    return refused
  } finally {
    await discard()
  }
}

/** All files or none: everything that stands in the way of any of them, at once. Null: nothing does. */
async function prepareAll(
  { inPlace, force, hook }: FileWriteOptions,
  files: readonly ReadyFile[],
  prepared: Prepared[],
): Promise<Result<FilesOutcome> | null> {
  const obstacles: Obstacle[] = []
  for (const { state, bytes } of files) {
    await sweepFolderOf(state.realPath)
    const ready = await prepare(state, bytes, {
      inPlace: inPlace?.includes(state.path) === true,
      force: force?.includes(state.path) === true,
      hook,
    })
    if (ready.ok) prepared.push(ready.value)
    else if ('obstacles' in ready.fault) obstacles.push(...obstaclesIn(state, ready.fault))
    else return fail(faultOf(ready.fault, files, []))
  }
  return obstacles.length > 0 ? ok({ kind: 'obstructed', obstacles }) : null
}

const obstaclesIn = ({ path }: FileState, { obstacles }: Exclude<Refusal, Fault>): readonly Obstacle[] =>
  obstacles.map((reason) => ({ path, reason }))

/** Without its record a write could neither be undone nor, interrupted, be settled: so it is not begun. */
function ownFolderFault(folder: string, error: unknown): Fault {
  const code = codeOf(error)
  const [is, next] = ownFolderSaid(code)
  return fault(
    isFull(code) ? 'disk-full' : 'not-writable',
    `${folder}, where Ekscope keeps the way back of each write, ${is} (${code || String(error)}); nothing was written.`,
    `${next}, or point EKSCOPE_HOME to another folder.`,
  )
}

function ownFolderSaid(code: string): readonly [string, string] {
  if (isFull(code)) return ['is full', 'Free some space there']
  if (code === 'EROFS') return ['is on a read-only file system', 'Mount it writable']
  return ['could not be written', 'Check its owner, its mode and what is there']
}

/** One file after the other. If one cannot be written after all, those before it get back what they were. */
async function commitAll(
  { journal: folder, hook }: FileWriteOptions,
  files: readonly ReadyFile[],
  prepared: readonly Prepared[],
  pending: PendingWrite,
): Promise<Result<FilesOutcome>> {
  const first = files[0]?.state.path ?? ''
  let journal: OpenJournal | null = null
  try {
    if (files.length > 1 || prepared.some(({ needsJournal }) => needsJournal)) {
      journal = await openJournal(folder, pending.id, files)
      await hook?.('journal-written', first)
    }
  } catch (error) {
    await pending.cancel()
    return fail(ownFolderFault(folder, error))
  }
  const written: WrittenNow[] = []
  /** Of several files none stays written. */
  const takenBack = async (): Promise<RolledBack> => {
    // What the others hold ready needs space that the old bytes may need.
    for (const other of prepared) await other.discard()
    const back = (await journal?.rollBack(written.length, hook)) ?? { kind: 'rolled-back' }
    if (back.kind === 'rolled-back') await pending.cancel()
    return back
  }
  for (const [at, one] of prepared.entries()) {
    const file = files[at]
    if (!file) continue
    const { path, revision: before } = file.state
    const now = (way: ReplacedBy) => written.push({ path, before, after: file.revision, way })
    const result = await one.commit()
    if (result.ok) {
      now(result.value)
      continue
    }
    const why = result.fault
    const back = await takenBack()
    if (back.kind === 'made') {
      now('in-place')
      break
    }
    if (back.kind === 'refused')
      return fail(
        halfFault(
          'obstacles' in why ? { code: 'not-writable', message: `${path} could not be replaced.` } : why,
          back.why,
        ),
      )
    return 'obstacles' in why
      ? ok({ kind: 'obstructed', obstacles: obstaclesIn(file.state, why) })
      : fail(faultOf(why, files, written))
  }
  try {
    await journal?.close()
  } catch (error) {
    const own = ownFolderFault(folder, error)
    const back = await takenBack()
    if (back.kind === 'rolled-back') return fail(own)
    if (back.kind === 'refused') return fail(halfFault(own, back.why))
  }
  if (journal) await hook?.('journal-removed', first)
  // Our own folder may be full or gone by now: what is written stays reported, and the next start settles the record.
  await pending.commit().catch(() => undefined)
  await hook?.('history-committed', first)
  return ok({ kind: 'written', files: written, historyId: pending.id })
}

/** A fault says of its own file that it is as it was: of several, what became of the others is said, too. */
function faultOf(fault: Fault, files: readonly ReadyFile[], written: readonly WrittenNow[]): Fault {
  if (files.length === 1) return fault
  const others =
    written.length === 0
      ? 'Nothing was written to the other files either.'
      : `What was written to ${written.map(({ path }) => path).join(', ')} before that was put back.`
  return { ...fault, message: `${fault.message} ${others}` }
}

/** A file could not be written, and what was written before it could not be put back either. */
function halfFault({ code, message }: Pick<Fault, 'code' | 'message'>, refused: Fault): Fault {
  return fault(
    code,
    `${message} What was written before that could not be put back yet: ${refused.message}`,
    `${refused.next} The next start of Ekscope puts it back; where another program has written there by then, it says so.`,
  )
}
