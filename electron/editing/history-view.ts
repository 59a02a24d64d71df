/** The history as it is shown: one line a write, the diff of a write, and what other programs wrote in between. */
import { changesBetween } from '../../shared/edits/diff'
import type { ExternalChange, HistoryEntry, ShownDiff } from '../../shared/ipc/payloads'
import { fail, fault, ok, type Result } from '../../shared/result'
import { externalChangeBytes, externalChanges } from '../kubeconfig/disk/external-changes'
import type { History, HistoryChange, HistoryRecord } from '../kubeconfig/disk/history'
import { shownChange } from '../kubeconfig/rewrite/plan'

export interface HistoryView {
  /** Newest first. */
  list(): Promise<readonly HistoryEntry[]>
  /** The diff that one write made; `not-found`. */
  show(id: string): Promise<Result<ShownDiff>>
  /** What other programs wrote between our writes, entry by entry. */
  externalChanges(): Promise<readonly ExternalChange[]>
  /** The lines of what other programs wrote to a file after that write of ours; `not-found`. */
  showExternalChange(after: string, path: string): Promise<Result<ShownDiff>>
}

export function historyView(history: History): HistoryView {
  async function diffOfWrite(
    id: string,
    { path, realPath }: HistoryRecord['files'][number],
  ): Promise<ShownDiff['files'][number]> {
    const [was, is] = [
      await history.bytesOf(id, realPath, 'before'),
      await history.bytesOf(id, realPath, 'after'),
    ]
    const before = was.ok ? (was.value?.toString() ?? null) : null
    const after = is.ok ? (is.value?.toString() ?? '') : (before ?? '')
    return shownDiff(path, before, after)
  }

  return {
    async list() {
      const records = await history.list()
      return records.map((record, index) => entryOf(record, records.slice(index + 1)))
    },
    async show(id) {
      const record = await history.get(id)
      if (!record)
        return fail(fault('not-found', `There is no write ${id} in the history.`, 'Look at the list again.'))
      const files = await Promise.all(record.files.map((file) => diffOfWrite(id, file)))
      return ok({ files, revisions: [] })
    },
    externalChanges: async () => externalChanges(history, await history.list()),
    async showExternalChange(after, path) {
      const sides = await externalChangeBytes(history, await history.list(), after, path)
      if (!sides.ok) return sides
      return ok({ files: [shownDiff(path, sides.value.before, sides.value.after)], revisions: [] })
    },
  }
}

function shownDiff(path: string, before: string | null, after: string): ShownDiff['files'][number] {
  const { diff, unified } = shownChange(path, before, after, changesBetween(before ?? '', after))
  return { path, diff, unified }
}

const text64 = (base64: string) => Buffer.from(base64, 'base64').toString()

/** How many lines a splice adds and removes, as a diff counts: those inside a line replace that line, once. */
function changedLines(change: HistoryChange): { added: number; removed: number } {
  const [inserted, removed] = [text64(change.inserted), text64(change.removed)]
  const breaks = (text: string) => text.split('\n').length - 1
  const whole = (text: string) => text === '' || text.startsWith('\n') || text.endsWith('\n')
  const line = (whole(inserted) && whole(removed)) || change.sameLine ? 0 : 1
  return { added: breaks(inserted) + line, removed: breaks(removed) + line }
}

/** `older`: newest first. Where another program wrote between two of our writes, neither of them left what stood there. */
function entryOf(record: HistoryRecord, older: readonly HistoryRecord[]): HistoryEntry {
  const { id, at, by, titles, undoes, restores, uncertain } = record
  return {
    id,
    at,
    by,
    titles,
    undoes,
    restores,
    uncertain,
    files: record.files.map(({ path, realPath, before, changes }) => {
      const lines = changes.map(changedLines)
      const last = older.flatMap(({ files }) => files).find((file) => file.realPath === realPath)
      return {
        path,
        othersBefore: last !== undefined && last.after !== before,
        added: lines.reduce((sum, { added }) => sum + added, 0),
        removed: lines.reduce((sum, { removed }) => sum + removed, 0),
      }
    }),
  }
}
