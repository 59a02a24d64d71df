/**
 * Writes files to disk and knows nothing of what is in them: each is remembered, prepared, journaled and replaced, one after the other. The
 * caller holds the locks and decides the contents.
 */
import { dirname } from 'node:path'
import type { Obstacle } from '../../../shared/edits/obstacle'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, isFull } from '../../system/errno'
import { sweepLeftovers } from '../../system/process-owner'
import { beginWrite, type FilesRecord, type PendingWrite } from './history-write'
import { type OpenJournal, openJournal, type ReadyFile, type RolledBack } from './journal'
import type { LockProgress } from './kubeconfig-lock'
import { type Prepared, prepare, type Refusal, type ReplacedBy, type StepHook } from './replace'
import type { History } from './write-history'

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

export interface WrittenNow {
  readonly path: string
  readonly before: string | null
  /** Null: it was removed. */
  readonly after: string | null
  readonly way: ReplacedBy
}

export interface WrittenFiles {
  readonly files: readonly WrittenNow[]
  /** Names the write in the history: what `undo` and `restore` take. */
  readonly historyId: string
}

/** Writes all of them, or none; `files` in the order in which they are to be replaced. */
export async function writeFiles(
  options: FileWriteOptions,
  record: FilesRecord,
  files: readonly ReadyFile[],
): Promise<Result<WrittenFiles, Refusal>> {
  const { history, by, hook } = options
  let pending: PendingWrite
  try {
    // First, because by the record the next start finds what a killed process left next to the files.
    pending = await beginWrite(history, { ...record, by, files })
  } catch (error) {
    return fail(ownFolderFault(history.folder, error))
  }
  await hook?.('history-written', files[0]?.state.path ?? '')
  const steps: Step[] = []
  const discard = async () => {
    for (const { prepared } of steps) await prepared.discard()
  }
  try {
    const refused = await prepareAll(options, files, steps)
    if (refused === null) return await commitAll(options, steps, pending)
    await discard()
    await pending.cancel()
    return fail(refused)
  } finally {
    await discard()
  }
}

/** A file with what is left to do for it. */
interface Step {
  readonly file: ReadyFile
  readonly prepared: Prepared
}

/** All files or none. Reports everything that prevents writing any of them, at once. Null: nothing does. */
async function prepareAll(
  { inPlace, force, hook }: FileWriteOptions,
  files: readonly ReadyFile[],
  steps: Step[],
): Promise<Refusal | null> {
  const obstacles: Obstacle[] = []
  for (const folder of new Set(files.map(({ state }) => dirname(state.realPath))))
    await sweepLeftovers(folder)
  for (const file of files) {
    const { path } = file.state
    const permitted = { inPlace: inPlace?.includes(path) === true, force: force?.includes(path) === true }
    const ready = await prepare(file.state, file.bytes, { ...permitted, hook })
    if (ready.ok) steps.push({ file, prepared: ready.value })
    else if ('obstacles' in ready.fault) obstacles.push(...ready.fault.obstacles)
    else return faultOf(ready.fault, files.length, [])
  }
  return obstacles.length > 0 ? { obstacles } : null
}

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
  { journal: folder, inPlace, hook }: FileWriteOptions,
  steps: readonly Step[],
  pending: PendingWrite,
): Promise<Result<WrittenFiles, Refusal>> {
  const files = steps.map(({ file }) => file)
  const first = files[0]?.state.path ?? ''
  let journal: OpenJournal | null = null
  try {
    if (files.length > 1 || steps.some(({ prepared }) => prepared.needsJournal)) {
      journal = await openJournal(folder, pending.id, files, inPlace)
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
    for (const { prepared } of steps) await prepared.discard()
    const back = (await journal?.rollBack(written.length, hook)) ?? 'rolled-back'
    if (back === 'rolled-back') await pending.cancel()
    return back
  }
  for (const { file, prepared } of steps) {
    const { path, revision: before } = file.state
    const done = await prepared.commit()
    const back = done.ok ? null : await takenBack()
    if (!done.ok && back !== 'made') {
      const why = done.fault
      const isPermissible = 'obstacles' in why
      if (back !== 'rolled-back' && back !== null) {
        const failed = isPermissible ? fault('not-writable', `${path} could not be replaced.`, '') : why
        return fail(halfFault(failed, back))
      }
      return fail(isPermissible ? why : faultOf(why, files.length, written))
    }
    written.push({ path, before, after: file.revision, way: done.ok ? done.value : 'in-place' })
    if (!done.ok) break
  }
  try {
    await journal?.close()
  } catch (error) {
    const own = ownFolderFault(folder, error)
    const back = await takenBack()
    if (back === 'rolled-back') return fail(own)
    if (back !== 'made') return fail(halfFault(own, back))
  }
  if (journal) await hook?.('journal-removed', first)
  // Ekscope's own folder may be full or gone by now: what is written stays reported, and the next start settles the record.
  await pending.commit().catch(() => undefined)
  await hook?.('history-committed', first)
  return ok({ files: written, historyId: pending.id })
}

/** A fault reports that its own file is as it was; with several files, the state of the others is reported, too. */
function faultOf(fault: Fault, files: number, written: readonly WrittenNow[]): Fault {
  if (files === 1) return fault
  const others =
    written.length === 0
      ? 'Nothing was written to the other files either.'
      : `What was written to ${written.map(({ path }) => path).join(', ')} before that was put back.`
  return { ...fault, message: `${fault.message} ${others}` }
}

/** A file could not be written, and those written before it could not be restored either. */
function halfFault({ code, message }: Fault, refused: Fault): Fault {
  return fault(
    code,
    `${message} What was written before that could not be put back yet: ${refused.message}`,
    `${refused.next} The next start of Ekscope puts it back; where another program has written there by then, it says so.`,
  )
}
