/** The history as it is shown: one line a write, the diff of a write, and what other programs wrote in between. */
import { changesBetween } from '../../shared/edits/diff'
import { undosIn } from '../../shared/edits/undone'
import type {
  EkscopeWriter,
  ExternalChange,
  HistoryEntry,
  ShownDiff,
  UnreadWrite,
} from '../../shared/ipc/payloads'
import { ok, type Result, refuse } from '../../shared/result'
import { shownConfigChange } from '../aws/config-file/masked-diff'
import { externalChanges } from '../kubeconfig/disk/external-changes'
import {
  type HistoryFile,
  type HistoryRecord,
  isOurs,
  type WholeRecord,
} from '../kubeconfig/disk/history-record'
import { realPathOf } from '../kubeconfig/disk/replace'
import { type History, type HistoryPart, type OurWrite, othersWrote } from '../kubeconfig/disk/write-history'
import { shownChange } from '../kubeconfig/rewrite/plan-edits'

export interface HistoryPage {
  readonly writes: readonly HistoryEntry[]
  /** How many older writes there are, readable or not. */
  readonly older: number
  readonly unread: readonly UnreadWrite[]
  readonly outside: readonly ExternalChange[]
}

/** A file from one revision to another. */
export interface FileStep {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** Records that a page reads beyond its own. */
const margin = 10

/** At most so many writes are searched for between two readings of a file. */
const mostBetween = 20

export function historyView(history: History) {
  async function diffOfWrite(id: string, { path, realPath, of }: WholeRecord['files'][number]) {
    const [was, is] = [
      await history.bytesOf(id, realPath, 'before'),
      await history.bytesOf(id, realPath, 'after'),
    ]
    const before = was.ok ? (was.value?.toString() ?? null) : null
    const after = is.ok ? (is.value?.toString() ?? '') : (before ?? '')
    return shownDiff(of, path, before, after)
  }

  /** The writes that made this step, the newest first; null where they do not connect its two revisions. */
  async function writesOf({ path, before, after }: FileStep, newest: readonly HistoryRecord[]) {
    const realPath = await realPathOf(path)
    const writes: HistoryRecord[] = []
    let at = after
    for (const record of newest) {
      const file = record.files.find((one) => one.realPath === realPath)
      if (file === undefined) continue
      if (file.after !== at) return null
      writes.push(record)
      at = file.before
      if (at === before) return writes
    }
    return null
  }

  return {
    /** Whose writes alone made these steps of files; null where another program had a part. */
    async writerOf(steps: readonly FileStep[]): Promise<EkscopeWriter | null> {
      const { records: newest } = await history.part({ newest: mostBetween })
      const ids = new Set<string>()
      const writers = new Set<EkscopeWriter['by']>()
      for (const step of steps) {
        const writes = await writesOf(step, newest)
        if (writes === null) return null
        for (const { id, by } of writes) {
          if (by === 'others') return null
          ids.add(id)
          writers.add(by)
        }
      }
      const [by, other] = writers
      if (by === undefined || other !== undefined) return null
      const write = newest.find(({ id }) => ids.has(id))
      return {
        by,
        // A redo is undone as any write is.
        write:
          write === undefined || ids.size > 1
            ? null
            : { id: write.id, undoes: undosIn(newest).has(write.id) ? write.undoes : null },
      }
    },
    /** Newest first. */
    async list(): Promise<readonly HistoryEntry[]> {
      return entriesOf(await history.part())
    },
    /** Newest first. */
    unread: async (): Promise<readonly UnreadWrite[]> => (await history.part()).unread,
    /** The newest, at most so many, how many older ones there are, and what other programs wrote after these. */
    async page(most: number): Promise<HistoryPage> {
      // A few more: the state that the last shown write changed is known from the write before it.
      const { records, unread, unsure } = await history.part({ newest: most + margin })
      const first =
        [...records, ...unread]
          .map(({ id }) => id)
          .sort()
          .at(-most) ?? ''
      const shown = records.filter(({ id }) => id >= first)
      return {
        writes: entriesOf({ records, unsure }).slice(0, shown.length),
        unread: unread.filter(({ id }) => id >= first),
        older: Math.max(0, (await history.count()) - most),
        outside: await externalChanges(history, { records: shown.filter(isOurs), unsure }),
      }
    },
    /** The diff that one write made; `not-found`. */
    async show(id: string): Promise<Result<ShownDiff>> {
      const record = await history.get(id)
      if (!record)
        return refuse(
          'not-found',
          `There is no write ${id} in the history.`,
          '`ekscope history` lists the writes.',
        )
      const files = await Promise.all(record.files.map((file) => diffOfWrite(id, file)))
      return ok({ files, revisions: [] })
    },
  }
}

/** Masked by the kind of the file, which decides what is a secret. */
function shownDiff(of: HistoryFile['of'], path: string, before: string | null, after: string) {
  const shown = of === 'aws-config' ? shownConfigChange : shownChange
  const { diff, unified } = shown(path, before, after, changesBetween(before ?? '', after))
  return { path, diff, unified }
}

/** Newest first. Where another program wrote between two of Ekscope's writes, neither of the two left the text in between. */
function entriesOf({ records, unsure }: Pick<HistoryPart, 'records' | 'unsure'>): readonly HistoryEntry[] {
  /** The last record before of each file. */
  const left = new Map<string, OurWrite & Pick<HistoryRecord, 'by'>>()
  const isAfterOthers = (
    realPath: string,
    found: { readonly id: string; readonly revision: string | null },
  ) => {
    const last = left.get(realPath)
    if (last === undefined) return false
    const { before, after } = last.file
    return (!isOurs(last) && before !== after) || othersWrote(unsure, last, found)
  }
  const entries = [...records]
    .reverse()
    .map(({ id, at, by, titles, undoes, restores, partial, uncertain, files }) => {
      const entry = {
        id,
        at,
        by,
        titles,
        undoes,
        restores,
        partial,
        uncertain,
        files: files.map(({ path, realPath, before, added, removed, unreadable = null }) => {
          const othersBefore = isAfterOthers(realPath, { id, revision: before })
          return { path, othersBefore, unreadable, added, removed }
        }),
      }
      for (const file of files) left.set(file.realPath, { id, by, uncertain, file })
      return entry
    })
  return entries.reverse()
}
