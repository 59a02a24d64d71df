/**
 * The AWS config file brought to disk, by the path of a kubeconfig: a lock, the history, a new file beside the old one with its
 * rights, one rename. aws takes no lock, so the file is compared a last time before it is replaced.
 */

import { changesBetween } from '../../../shared/edits/diff'
import type { Plan, UndoPlan } from '../../../shared/edits/plan'
import { undosIn } from '../../../shared/edits/undone'
import type { ProfileEdit } from '../../../shared/profiles/edit'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import type { WrittenFile } from '../../kubeconfig/disk/history'
import type { HistoryFile } from '../../kubeconfig/disk/history-record'
import { acquireLocks } from '../../kubeconfig/disk/lock'
import { type FileState, readForWriting } from '../../kubeconfig/disk/replace'
import {
  blockedBy,
  redoneBy,
  seen,
  titlesOf,
  type UndoRequest,
  type UndoWay,
} from '../../kubeconfig/disk/undo'
import {
  type ApplyOutcome,
  type ComputedBeside,
  type FileBeside,
  readyBeside,
  withBeside,
} from '../../kubeconfig/disk/write'
import { type FilesRecord, type FileWriteOptions, writeFiles } from '../../kubeconfig/disk/write-files'
import { offered } from '../../system/offer'
import { type Ini, parseIni } from '../files/ini'
import { mergedChange } from './merge'
import { type Lead, leadsAnew, planProfileEdits } from './plan'
import { shownConfigChange } from './shown'

/** A text computed from what is on disk; null: no such file. */
interface Computed {
  readonly text: string | null
  readonly titles: readonly string[]
}
type Compute = (now: string | null, state: FileState) => Result<Computed>

/** The file in a write, of its own or together with kubeconfigs. */
export type ConfigFile = FileBeside<ComputedBeside & { readonly titles: readonly string[] }>

/** Of what a text would have aws run, read or ask anew: why it is not written; null: it may be. */
export type Permits = (leads: readonly Lead[], path: string) => Fault | null

function configFile(path: string, compute: Compute, permits: Permits | undefined): ConfigFile {
  return {
    path,
    of: 'aws-config',
    async compute() {
      const now = await read(path)
      if (!now.ok) return now
      const { state, text } = now.value
      const computed = compute(text, state)
      if (!computed.ok) return computed
      const { text: after, titles } = computed.value
      const no = permits?.(leadsAnew(text ?? '', after ?? ''), path) ?? null
      if (no !== null) return fail(no)
      const shown =
        text === after ? null : shownConfigChange(path, text, after, changesBetween(text ?? '', after ?? ''))
      const bytes = after === null ? null : Buffer.from(after)
      return ok({ state, bytes, changes: inBytes(text ?? '', after ?? ''), shown, titles })
    },
  }
}

/** The file with these edits. Faults: `conflict`, with the reason. */
export const editedConfig = (
  path: string,
  edits: readonly ProfileEdit[],
  credentials: Pick<Ini, 'sections'>,
  permits?: Permits,
): ConfigFile =>
  configFile(
    path,
    (text) => {
      const planned = planProfileEdits({ path, text, credentials }, edits)
      if (!planned.ok) return planned
      const { titles } = planned.value
      return ok({ titles, text: titles.length === 0 ? text : planned.value.text })
    },
    permits,
  )

const emptyPlan: Plan = {
  revisions: [],
  files: [],
  alsoChanges: [],
  problems: [],
  blocked: false,
  currentContext: null,
}

/** The file as text; refuses what is none. */
async function read(
  path: string,
): Promise<Result<{ readonly state: FileState; readonly text: string | null }>> {
  const state = await readForWriting(path)
  if (!state.ok) return state
  const { bytes } = state.value
  if (bytes === null) return ok({ state: state.value, text: null })
  const text = bytes.toString()
  // What is no UTF-8 would not come back as it was.
  if (!Buffer.from(text).equals(bytes))
    return fail(fault('conflict', `${path} is not UTF-8, which aws refuses.`, 'Convert the file first.'))
  return ok({ state: state.value, text })
}

/** What the file alone would be, and its text then; nothing is locked. */
export async function planConfig(
  file: ConfigFile,
): Promise<
  Result<{ readonly plan: Plan; readonly titles: readonly string[]; readonly text: string | null }>
> {
  const computed = await file.compute()
  if (!computed.ok) return computed
  const { titles, bytes } = computed.value
  return ok({ plan: withBeside(emptyPlan, computed.value), titles, text: bytes?.toString() ?? null })
}

/** Writes the file alone. Faults: conflict (with the reason), locked, changed-on-disk, not-writable, disk-full, … */
export async function writeConfig(
  options: FileWriteOptions,
  file: ConfigFile,
  record: Pick<FilesRecord, 'undoes' | 'restores'> = {},
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { path } = file
  const locks = await acquireLocks(
    {
      list: [],
      writes: [path],
      waitMs: options.lockWaitMs,
      onWait: options.onWait,
      withoutLockWhereImpossible: true,
      notes: options.journal,
    },
    signal,
  )
  if (!locks.ok) return locks
  try {
    await options.hook?.('locked', path)
    const computed = await file.compute()
    if (!computed.ok) return computed
    await options.hook?.('read', path)
    const plan = withBeside(emptyPlan, computed.value)
    if (plan.files.length === 0) return ok({ kind: 'nothing', plan })
    if (signal?.aborted)
      return fail(fault('cancelled', 'Cancelled before anything was written.', 'Try again when ready.'))
    if (!(await locks.value.stillHeld()))
      return fail(fault('locked', 'The lock was removed by hand; nothing was written.', 'Try again.'))
    const ready = readyBeside(options, file, computed.value)
    const written = await writeFiles(options, { ...record, titles: computed.value.titles }, [ready])
    if (!written.ok) return written
    const { value } = written
    return ok(value.kind === 'obstructed' ? value : { ...value, plan, overwritten: [] })
  } finally {
    await locks.value.release()
  }
}

/** Replaced ranges of the text as ranges of its bytes. */
function inBytes(before: string, after: string): WrittenFile['changes'] {
  const length = (to: number) => Buffer.byteLength(before.slice(0, to))
  return changesBetween(before, after).map(({ start, end, text }) => ({
    start: length(start),
    end: length(end),
    inserted: Buffer.from(text),
  }))
}

// Back ------------------------------------------------------------------------------------------------------------

/** Whether a write was of the AWS config file alone. */
export const isConfigWrite = ({ files }: { readonly files: readonly Pick<HistoryFile, 'of'>[] }): boolean =>
  files.every(({ of }) => of === 'aws-config')

/**
 * The way back of the AWS config file in this write: what others wrote in between stays, or it is refused. Null where the write did
 * not touch it.
 */
export async function configBack(
  { history }: Pick<FileWriteOptions, 'history'>,
  way: UndoWay,
  id: string,
  permits?: Permits,
): Promise<Result<ConfigFile | null>> {
  const back = await wayBack({ history }, way, id)
  if (!back.ok) return back
  if (back.value === null) return ok(null)
  const { path, compute } = back.value
  return ok(configFile(path, compute, permits))
}

/** Undoes, restores or reapplies a write of the AWS config file alone; `revisions` of the plan that was shown. */
export async function undoConfigWrite(
  options: FileWriteOptions,
  { way, id, revisions = null }: Pick<UndoRequest, 'way' | 'id' | 'revisions'>,
  file: ConfigFile,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const undoes = redoneBy(await options.history.list(), { way, id })
  return writeConfig(
    options,
    seen(file, revisions),
    { undo: { undoes: id }, restore: { restores: id }, reapply: undoes === null ? {} : { undoes } }[way],
    signal,
  )
}

/** What that would do now; what is in the way is a problem of the plan. */
export async function planConfigUndo(file: ConfigFile): Promise<UndoPlan> {
  const planned = await planConfig(file)
  return planned.ok ? { ...planned.value.plan, free: [] } : { ...blockedBy(planned.fault, []), free: [] }
}

async function wayBack(
  { history }: Pick<FileWriteOptions, 'history'>,
  way: UndoWay,
  id: string,
): Promise<Result<{ readonly path: string; readonly compute: Compute } | null>> {
  const records = await history.list()
  const record = records.find((one) => one.id === id)
  if (record === undefined)
    return fail(
      fault('not-found', `There is no write ${id} in the history.`, '`ekscope history` lists the writes.'),
    )
  const file = record.files.find(({ of }) => of === 'aws-config')
  if (file === undefined) return ok(null)
  const before = await history.bytesOf(id, file.realPath, 'before', records)
  if (!before.ok) return before
  const after = await history.bytesOf(id, file.realPath, 'after', records)
  if (!after.ok) return after
  const [was, became] = [before.value?.toString() ?? null, after.value?.toString() ?? null]
  const titles = titlesOf(
    { way, id },
    record,
    undosIn(records).has(id) || redoneBy(records, { way, id }) !== null,
    false,
  )
  const [from, to] = way === 'reapply' ? [was, became] : [became, was]
  const { path, realPath } = file
  return ok({
    path,
    compute: (now, state) => {
      if (state.realPath !== realPath)
        return inTheWay(
          `${path} now leads to another file than when this was written (${realPath}).`,
          'Let the path lead there again first, or make the change by hand.',
        )
      const text = way === 'restore' ? ok(was) : backOn(id, path, { from, to, now })
      if (!text.ok) return text
      const problem = text.value === null ? null : parseIni(text.value, path).problem
      if (problem !== null)
        return changedSince(id, `aws would refuse ${path} then (line ${problem.line}: ${problem.message}).`)
      return ok({ text: text.value, titles })
    },
  })
}

function backOn(
  id: string,
  path: string,
  {
    from,
    to,
    now,
  }: { readonly from: string | null; readonly to: string | null; readonly now: string | null },
): Result<string | null> {
  if (now === from) return ok(to)
  if (now === null) return changedSince(id, `${path} is no longer there.`)
  const merged = mergedChange(from ?? '', to ?? '', now)
  return 'text' in merged
    ? ok(merged.text)
    : changedSince(
        id,
        `Line ${merged.inTheWay} of ${path} has been changed since by another program or a later write.`,
      )
}

const changedSince = (id: string, message: string): Result<never> =>
  inTheWay(
    message,
    `Change that by hand first, or put the whole file back: ${offered('ekscope', 'restore', id)}.`,
  )

const inTheWay = (message: string, next: string): Result<never> =>
  fail(fault('conflict', `${message} Nothing was written.`, next))
