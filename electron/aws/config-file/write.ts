/**
 * The AWS config file brought to disk, by the path of a kubeconfig: a lock, the history, a new file beside the old one with its
 * rights, one rename. aws takes no lock, so the file is compared a last time before it is replaced.
 */
import { changesBetween } from '../../../shared/edits/diff'
import type { UndoPlan } from '../../../shared/edits/plan'
import { undosIn } from '../../../shared/edits/undone'
import type { ProfileEdit } from '../../../shared/profiles/edit'
import { fail, fault, ok, type Result } from '../../../shared/result'
import type { HistoryRecord, WrittenFile } from '../../kubeconfig/disk/history'
import { acquireLocks } from '../../kubeconfig/disk/lock'
import { type FileState, readForWriting } from '../../kubeconfig/disk/replace'
import { titlesOf, type UndoWay } from '../../kubeconfig/disk/undo'
import type { ApplyOutcome } from '../../kubeconfig/disk/write'
import { type FileWriteOptions, readyFile, writeFiles } from '../../kubeconfig/disk/write-files'
import { type Ini, parseIni } from '../files/ini'
import { mergedChange } from './merge'
import { leadsAnew, planProfileEdits } from './plan'
import { shownConfigChange } from './shown'

/** A text computed from what is on disk; null: no such file. */
interface Computed {
  readonly text: string | null
  readonly titles: readonly string[]
}
type Compute = (now: string | null, state: FileState) => Result<Computed>

const noPlan = { alsoChanges: [], problems: [], blocked: false, currentContext: null } as const

/** What goes from one text to another, as a plan of one file. */
function planOf(state: FileState, before: string | null, after: string | null) {
  const { path, revision } = state
  const revisions = [{ path, revision }]
  if (before === after) return { ...noPlan, revisions, files: [] }
  const changes = changesBetween(before ?? '', after ?? '')
  return { ...noPlan, revisions, files: [shownConfigChange(path, before, after, changes)] }
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
    return fail(fault('conflict', `${path} is not UTF-8, which aws refuses.`, 'Convert it first.'))
  return ok({ state: state.value, text })
}

/** What the edits would write now; nothing is locked. */
export async function planConfig(
  path: string,
  edits: readonly ProfileEdit[],
  credentials: Pick<Ini, 'sections'>,
): Promise<Result<ReturnType<typeof planOf> & { readonly titles: readonly string[] }>> {
  const now = await read(path)
  if (!now.ok) return now
  const { state, text } = now.value
  const planned = planProfileEdits({ path, text, credentials }, edits)
  if (!planned.ok) return planned
  const { titles } = planned.value
  return ok({ ...planOf(state, text, titles.length === 0 ? text : planned.value.text), titles })
}

/** Writes the edits. Faults: conflict (with the reason), locked, changed-on-disk, not-writable, disk-full, … */
export async function writeConfig(
  options: FileWriteOptions,
  path: string,
  edits: readonly ProfileEdit[],
  credentials: Pick<Ini, 'sections'>,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  return write(
    options,
    path,
    {},
    (text) => {
      const planned = planProfileEdits({ path, text, credentials }, edits)
      if (!planned.ok) return planned
      const { titles } = planned.value
      return ok({ titles, text: titles.length === 0 ? text : planned.value.text })
    },
    signal,
  )
}

async function write(
  options: FileWriteOptions,
  path: string,
  record: { readonly undoes?: string; readonly restores?: string },
  compute: Compute,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
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
    const now = await read(path)
    if (!now.ok) return now
    const { state, text } = now.value
    await options.hook?.('read', path)
    const computed = compute(text, state)
    if (!computed.ok) return computed
    const plan = planOf(state, text, computed.value.text)
    if (plan.files.length === 0) return ok({ kind: 'nothing', plan })
    if (signal?.aborted)
      return fail(fault('cancelled', 'Cancelled before anything was written.', 'Try again when ready.'))
    if (!(await locks.value.stillHeld()))
      return fail(fault('locked', 'The lock was removed by hand; nothing was written.', 'Try again.'))
    const bytes = computed.value.text === null ? null : Buffer.from(computed.value.text)
    const ready = readyFile(options, state, inBytes(text ?? '', computed.value.text ?? ''), bytes)
    const draft = { ...record, titles: computed.value.titles, of: 'aws-config' } as const
    const written = await writeFiles(options, draft, [ready])
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

/** Whether a write was one of the AWS config file. */
export const isConfigWrite = ({ of }: Pick<HistoryRecord, 'of'>): boolean => of === 'aws-config'

/** Undoes, restores or reapplies a write of the AWS config file: what others wrote in between stays, or it is refused. */
export async function undoConfigWrite(
  options: FileWriteOptions,
  way: UndoWay,
  id: string,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const back = await wayBack(options, way, id)
  if (!back.ok) return back
  const record = { undo: { undoes: id }, restore: { restores: id }, reapply: {} }[way]
  const { path, compute } = back.value
  return write(
    options,
    path,
    record,
    (now, state) => {
      const computed = compute(now, state)
      // A page asks for it: what aws would then run, read or ask is for a person at a terminal to bring.
      const leads =
        computed.ok && options.by === 'window' ? leadsAnew(now ?? '', computed.value.text ?? '') : null
      if (leads === null) return computed
      return fail(
        fault(
          'not-allowed',
          `That would bring ${leads.key} into [${leads.section}] of ${path}.`,
          `Do it in a terminal: ekscope ${way} ${id}`,
        ),
      )
    },
    signal,
  )
}

/** What that would do now; what is in the way is a problem of the plan. */
export async function planConfigUndo(
  options: Pick<FileWriteOptions, 'history'>,
  way: UndoWay,
  id: string,
): Promise<Result<UndoPlan>> {
  const back = await wayBack(options, way, id)
  if (!back.ok) return back
  const now = await read(back.value.path)
  if (!now.ok) return now
  const { state, text } = now.value
  const computed = back.value.compute(text, state)
  if (computed.ok) return ok({ ...planOf(state, text, computed.value.text), free: [] })
  const { message, next } = computed.fault
  const problem = { edit: null, code: 'conflict', blocks: true, message, next } as const
  return ok({ ...noPlan, revisions: [], files: [], problems: [problem], blocked: true, free: [] })
}

async function wayBack(
  { history }: Pick<FileWriteOptions, 'history'>,
  way: UndoWay,
  id: string,
): Promise<Result<{ readonly path: string; readonly compute: Compute }>> {
  const records = await history.list()
  const record = records.find((one) => one.id === id)
  const [file] = record?.files ?? []
  if (record === undefined || file === undefined)
    return fail(fault('not-found', `There is no write ${id} in the history.`, 'See ekscope history.'))
  const before = await history.bytesOf(id, file.realPath, 'before', records)
  if (!before.ok) return before
  const after = await history.bytesOf(id, file.realPath, 'after', records)
  if (!after.ok) return after
  const [was, became] = [before.value?.toString() ?? null, after.value?.toString() ?? null]
  const titles = titlesOf({ way, id }, record, undosIn(records).has(id), false)
  const [from, to] = way === 'reapply' ? [was, became] : [became, was]
  const { path, realPath } = file
  return ok({
    path,
    compute: (now, state) => {
      if (state.realPath !== realPath)
        return inTheWay(id, `${path} leads to another file now than when this was written (${realPath}).`)
      const text = way === 'restore' ? ok(was) : backOn(id, path, { from, to, now })
      if (!text.ok) return text
      const problem = text.value === null ? null : parseIni(text.value, path).problem
      if (problem !== null)
        return inTheWay(id, `aws would refuse ${path} then (line ${problem.line}: ${problem.message}).`)
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
  if (now === null) return inTheWay(id, `${path} is no longer there.`)
  const merged = mergedChange(from ?? '', to ?? '', now)
  return 'text' in merged
    ? ok(merged.text)
    : inTheWay(
        id,
        `Line ${merged.inTheWay} of ${path} was changed since by another program, or a later write.`,
      )
}

function inTheWay(id: string, message: string): Result<never> {
  return fail(
    fault(
      'conflict',
      `${message} Nothing was written.`,
      `Change that by hand first, or put the whole file back: ekscope restore ${id}`,
    ),
  )
}
