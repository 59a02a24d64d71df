/**
 * Kubeconfigs as they were before and after Ekscope's writes, for undoing a write and for finding out whether another program
 * undid it. Each state is read once, and not as a whole where it differs little from one that was read.
 */
import { ok, type Result } from '../../../shared/result'
import { type KubeconfigDocument, readDocument } from '../read/document'
import type { EditSource } from '../read/edit-model'
import { readNear } from '../read/patched'
import type { HistoryFile, HistoryRecord } from './history-record'
import { textOf } from './read-file'
import type { History } from './write-history'

/** One file of a write; `path` is where it is reached now. */
export type OldFile = Pick<HistoryFile, 'realPath' | 'before' | 'after'> & {
  readonly id: string
  readonly path: string
}

interface Kept {
  readonly bytes: Buffer | null
  readonly source: EditSource
}

export type OldStates = ReturnType<typeof oldStatesOf>

export function oldStatesOf(history: Pick<History, 'bytesOf' | 'list'>) {
  const kept = new Map<string, Kept>()
  let records: Promise<readonly HistoryRecord[]> | null = null
  return {
    /** `near`: a document from which it may be a small change; `left`: the bytes that the write left, where these are at hand. */
    async read(
      file: OldFile,
      side: 'before' | 'after',
      near: KubeconfigDocument | null,
      left: Buffer | null = null,
    ): Promise<Result<EditSource>> {
      const { id, path, realPath } = file
      const known = kept.get(keyOf(file, side))
      if (known) return ok({ ...known.source, path })
      records ??= history.list()
      const after = left ?? kept.get(keyOf(file, 'after'))?.bytes ?? null
      const bytes =
        side === 'after' && left !== null
          ? ok(left)
          : await history.bytesOf(id, realPath, side, await records, after)
      if (!bytes.ok) return bytes
      const source = sourceOfState(path, bytes.value, near)
      kept.set(keyOf(file, side), { bytes: bytes.value, source })
      return ok(source)
    },

    /** Whether it is at hand already. */
    has: (file: OldFile, side: 'before' | 'after'): boolean => kept.has(keyOf(file, side)),
  }
}

/** These bytes as they were read; null: there was no file. `near`: a document from which they may be a small change. */
export function sourceOfState(
  path: string,
  bytes: Buffer | null,
  near: KubeconfigDocument | null,
): EditSource {
  const read = bytes && textOf(bytes)
  const listed = true
  if (bytes !== null && read?.encoding !== 'utf-8') {
    const fault =
      read === null ? 'it is not UTF-8 text' : 'it is UTF-16: kubectl reads it, the history does not'
    return { path, listed, text: '', fault, document: readDocument(path, '') }
  }
  const text = read?.text ?? null
  return { path, listed, text, fault: null, document: readNear(near, path, text) }
}

const keyOf = (file: OldFile, side: 'before' | 'after'): string => `${file.realPath} ${file[side]}`
