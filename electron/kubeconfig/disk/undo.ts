/** Undo of one recorded write, and restore of the state before it: writes like any other, with a plan beforehand. */
import { changesBetween, merge } from '../../../shared/edits/diff'
import type { FileRevision, Plan } from '../../../shared/edits/plan'
import { fail, fault, ok, type Result } from '../../../shared/result'
import { readDocument } from '../read/document'
import { type EditSource, modelOf, sourceOf } from '../read/edit-model'
import { type PlannedFile, shownChange } from '../rewrite/plan'
import { splice } from '../rewrite/splice'
import { backward, forward, type History, type HistoryRecord } from './history'
import { changedSince, readSources, revisionsOf } from './read-sources'
import type { FileState } from './replace'
import { type ApplyOutcome, type Computed, type WriteOptions, write } from './write'

/** `undo`: one write alone. `restore`: the files as before it, whatever came since. `reapply`: once more what was undone or overwritten. */
export type UndoWay = 'undo' | 'restore' | 'reapply'

interface Doing {
  /** Lines for the history. */
  readonly titles: (record: HistoryRecord) => readonly string[]
  readonly marks: (id: string) => { readonly undoes?: string; readonly restores?: string }
  readonly compute: (
    history: History,
    record: HistoryRecord,
    sources: readonly EditSource[],
    states: readonly FileState[],
  ) => Promise<Result<Computed>>
}

const ways: Readonly<Record<UndoWay, Doing>> = {
  undo: {
    titles: ({ titles }) => titles.map((title) => `Undo: ${title}`),
    marks: (id) => ({ undoes: id }),
    compute: (history, record, sources, states) => computeOne(history, record, sources, states, true),
  },
  restore: {
    titles: ({ titles }) => [`Restore the state before: ${titles.join('; ')}`],
    marks: (id) => ({ restores: id }),
    compute: computeRestore,
  },
  reapply: {
    titles: ({ titles }) => titles.map((title) => `Reapply: ${title}`),
    marks: () => ({}),
    compute: (history, record, sources, states) => computeOne(history, record, sources, states, false),
  },
}

/**
 * Undoes, restores or reapplies a recorded write: itself a write that can be undone. `not-found` for an unknown one,
 * `conflict` where it no longer fits.
 */
export async function undoWrite(
  way: UndoWay,
  options: WriteOptions,
  id: string,
  signal?: AbortSignal,
  /** Of the plan that was shown: another state refuses with `changed-on-disk`. */
  revisions: readonly FileRevision[] | null = null,
): Promise<Result<ApplyOutcome>> {
  const record = await options.history.get(id)
  if (!record) return noSuchWrite(id)
  const { titles, marks, compute: computed } = ways[way]
  return await write(
    options,
    {
      targets: record.files.map((file) => file.path),
      titles: titles(record),
      ...marks(id),
      compute: async (sources, states) => {
        const changed = changedSince(revisions, revisionsOf(states))
        return changed ? fail(changed) : computed(options.history, record, sources, states)
      },
    },
    signal,
  )
}

/** What going that way would do now, without lock or write. */
export async function planUndo(way: UndoWay, options: WriteOptions, id: string): Promise<Result<Plan>> {
  const record = await options.history.get(id)
  if (!record) return noSuchWrite(id)
  const { sources, states } = await readSources(
    options.list,
    record.files.map((file) => file.path),
  )
  const present = states.filter((state) => state !== null)
  const computed = await ways[way].compute(options.history, record, sources, present)
  return computed.ok ? ok(computed.value.plan) : computed
}

function noSuchWrite(id: string): Result<never> {
  return fail(fault('not-found', `There is no write ${id} in the history.`, 'See ekscope history.'))
}

/** One write undone or reapplied: exactly where its files are as it left them, else where it still fits. */
async function computeOne(
  history: History,
  record: HistoryRecord,
  sources: readonly EditSource[],
  states: readonly FileState[],
  undo: boolean,
): Promise<Result<Computed>> {
  const files: PlannedFile[] = []
  for (const file of record.files) {
    const state = states.find((one) => one.path === file.path)
    if (!state?.bytes) return doesNotFit(file.path)
    if (state.revision === (undo ? file.before : file.after)) continue
    let after: Buffer
    if (state.revision === (undo ? file.after : file.before))
      after = forward(state.bytes, undo ? backward(file.changes) : file.changes)
    else if (isElsewhere(file, state)) return leadsElsewhere(file)
    else {
      const [base, target] = [
        await history.bytesOf(record.id, file.realPath, undo ? 'after' : 'before'),
        await history.bytesOf(record.id, file.realPath, undo ? 'before' : 'after'),
      ]
      if (!base.ok) return base
      if (!target.ok) return target
      const [baseText, now] = [base.value?.toString() ?? '', state.bytes.toString()]
      const mine = changesBetween(baseText, target.value?.toString() ?? '')
      const merged = merge(baseText, mine, changesBetween(baseText, now))
      if (!merged) return doesNotFit(file.path)
      after = Buffer.from(splice(now, merged))
    }
    files.push(changeOf(file.path, state.bytes, after))
  }
  return compute(sources, states, files)
}

type RecordedFile = HistoryRecord['files'][number]

/** A link of that name leads to a file that this write never changed: nothing may be undone there. */
function isElsewhere(file: RecordedFile, state: FileState): boolean {
  return state.realPath !== file.realPath && state.revision !== file.after && state.revision !== file.before
}

function leadsElsewhere({ path, realPath }: RecordedFile): Result<never> {
  return fail(
    fault(
      'conflict',
      `${path} leads to another file now than when this was written (${realPath}), so nothing is undone there.`,
      'Point the link there again, then retry.',
    ),
  )
}

function doesNotFit(path: string): Result<never> {
  return fail(
    fault(
      'conflict',
      `${path} has been changed since in the same place, so this write can no longer be undone alone.`,
      'Undo the later writes first, or restore the whole file.',
    ),
  )
}

async function computeRestore(
  history: History,
  record: HistoryRecord,
  sources: readonly EditSource[],
  states: readonly FileState[],
): Promise<Result<Computed>> {
  const files: PlannedFile[] = []
  for (const file of record.files) {
    const state = states.find((one) => one.path === file.path)
    if (state && isElsewhere(file, state)) return leadsElsewhere(file)
    const bytes = await history.bytesOf(record.id, file.realPath, 'before')
    if (!bytes.ok) return bytes
    // A file that this write created is emptied, not deleted: others may hold it open by now.
    const after = bytes.value ?? Buffer.alloc(0)
    if (state && !state.bytes?.equals(after)) files.push(changeOf(file.path, state.bytes, after))
  }
  return compute(sources, states, files)
}

function changeOf(path: string, before: Buffer | null, after: Buffer): PlannedFile {
  const [old, text] = [before?.toString() ?? '', after.toString()]
  return { path, before: before === null ? null : old, after: text, changes: changesBetween(old, text) }
}

function compute(
  sources: readonly EditSource[],
  states: readonly FileState[],
  files: readonly PlannedFile[],
): Result<Computed> {
  const before = modelOf(sources)
  const next = sources.map((source) => {
    const file = files.find((one) => one.path === source.path)
    return file
      ? sourceOf({ path: source.path, listed: source.listed, text: file.after, fault: null })
      : source
  })
  for (const file of files) {
    const document = readDocument(file.path, file.after)
    if (!document.readable)
      return fail(
        fault(
          'unreadable',
          `${file.path} would be a file that kubectl cannot read; nothing was written.`,
          'Choose another write to go back to.',
        ),
      )
  }
  return ok({
    plan: {
      revisions: revisionsOf(states),
      files: files.map((file) => shownChange(file.path, file.before, file.after, file.changes)),
      alsoChanges: [],
      problems: [],
      blocked: false,
      currentContext: null,
    },
    files,
    before,
    after: modelOf(next),
  })
}
