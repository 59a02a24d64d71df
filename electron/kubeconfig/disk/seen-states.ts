/**
 * What another program made of a kubeconfig becomes a record of the history, too, once Ekscope has seen it: so each state can be
 * shown, undone and restored, whoever made it. What came between two states and was not seen is one record.
 *
 * kubectl's lock is not taken for that, because kubectl fails where it finds one. A write of Ekscope that comes in between is
 * noticed by its record, which is there before the file is written, and stays.
 */
import { join } from 'node:path'
import { titled } from '../../../shared/edits/describe'
import { changesBetween } from '../../../shared/edits/diff'
import { makeFolder } from '../../system/make-folder'
import { type KubeconfigDocument, readDocument } from '../read/document'
import { entriesBetween, type NamedEntry } from '../read/named-entries'
import type { Latest } from './history-latest'
import { inBytes, spliced, type WholeRecord } from './history-record'
import { beginWrite, type WrittenFile } from './history-write'
import { acquireLocks } from './kubeconfig-lock'
import { type FileState, readForWriting } from './replace'
import { type History, othersWrote } from './write-history'

/** A file as it is on disk. */
type Seen = Pick<FileState, 'path' | 'realPath' | 'bytes' | 'revision'>

/** How long to wait for another Ekscope that keeps a state, ms: it may be the same one. */
const waitMs = 2_000

/** Entries that titles name. */
const mostNamed = 50

/**
 * Keeps each of these kubeconfigs as it is, where the history has another state of it last, or none.
 * @returns how many were kept; what cannot be kept stays unseen
 */
export async function keepSeenFiles(history: History, paths: readonly string[]): Promise<number> {
  let kept = 0
  for (const path of paths) {
    const state = await readForWriting(path)
    if (state.ok && (await keepSeen(history, state.value))) kept += 1
  }
  return kept
}

/** Keeps what others made of a file that Ekscope is about to write. Of a file without a history its own record has that. */
export async function keepSeenBefore(history: History, seen: Seen): Promise<void> {
  if ((await history.lastOf(seen.realPath)) !== null) await keepSeen(history, seen)
}

/** Whether it was kept. Never fails. */
async function keepSeen(history: History, seen: Seen): Promise<boolean> {
  try {
    if (seen.revision === null || (await history.lastOf(seen.realPath))?.revision === seen.revision)
      return false
    await makeFolder(history.folder)
    // Two that keep the same state at once would break the line of states.
    const held = await acquireLocks({ list: [], writes: [join(history.folder, 'seen')], waitMs })
    if (!held.ok) return false
    try {
      return await keepAlone(history, seen)
    } finally {
      await held.value.release()
    }
  } catch {
    return false
  }
}

async function keepAlone(history: History, seen: Seen): Promise<boolean> {
  const last = await history.lastOf(seen.realPath)
  if (last?.revision === seen.revision || (await mayBeWriting(history, seen.realPath, last))) return false
  const { titles, uncertain, file } = (last && (await stepFrom(history, last, seen))) ?? asFound(seen)
  const record = await beginWrite(history, { by: 'others', titles, uncertain, files: [file] })
  await record.commit()
  return true
}

interface Step extends Pick<WholeRecord, 'titles' | 'uncertain'> {
  readonly file: WrittenFile
}

/** A state of which the one before is not known: its record changes nothing, and has a whole copy. */
const asFound = (state: Seen): Step => ({
  titles: ['the file as Ekscope found it'],
  uncertain: false,
  file: { state, bytes: state.bytes, revision: state.revision, changes: [] },
})

/** Whether a write of Ekscope made what is in the file, or is about to, and the history does not say so yet. */
async function mayBeWriting(history: History, realPath: string, last: Latest | null): Promise<boolean> {
  const isOfFile = (record: Pick<WholeRecord, 'files'> | null): boolean =>
    record?.files.some((file) => file.realPath === realPath) === true
  if ((await history.running()).some(isOfFile)) return true
  const later = (await history.ids()).filter((id) => last !== null && id > last.id)
  return (await Promise.all(later.map((id) => history.get(id)))).some(isOfFile)
}

/** From the last state of the history to this one; null where that is lost. */
async function stepFrom(history: History, last: Latest, seen: Seen): Promise<Step | null> {
  const { path, realPath, revision } = seen
  const before = last.revision === null ? null : await history.bytesOf(last.id, realPath, 'after')
  if (before?.ok === false) return null
  const [was, is] = [before?.value ?? null, seen.bytes ?? Buffer.alloc(0)]
  const [old, now] = [was?.toString() ?? '', is.toString()]
  const [from, to] = [readDocument(path, old), readDocument(path, now)]
  const entries = entriesBetween(from, to)
  const ranges = inBytes(old, changesBetween(old, now), was?.length)
  const record = await history.get(last.id)
  const file = record?.files.find((one) => one.realPath === realPath)
  const { unsure } = await history.part()
  return {
    titles: titlesOf(from, to, entries),
    // An interrupted write of Ekscope may have made it.
    uncertain: !(record && file) || !othersWrote(unsure, { ...record, file }, { id: null, revision }),
    file: {
      state: { path, realPath, bytes: was, revision: last.revision },
      bytes: is,
      revision,
      // Bytes that are no text do not survive as one.
      changes: spliced(was ?? Buffer.alloc(0), ranges).equals(is)
        ? ranges
        : [{ start: 0, end: was?.length ?? 0, text: is }],
      entries,
      currentContext:
        from.currentContext === to.currentContext
          ? undefined
          : { before: from.currentContext, after: to.currentContext },
    },
  }
}

/** What came, went or changed, a line each. */
function titlesOf(
  before: KubeconfigDocument,
  after: KubeconfigDocument,
  entries: readonly NamedEntry[],
): readonly string[] {
  if (!after.readable) return ['a text that kubectl cannot read']
  const verb = ({ before: was, after: is }: NamedEntry) =>
    was === null ? 'added' : is === null ? 'removed' : 'changed'
  const lines = entries.map((entry) => {
    const kind = entry.kind === 'context' ? '' : `${entry.kind} `
    return `${titled((entry.before ?? entry.after)?.name ?? '')}: ${kind}${verb(entry)}`
  })
  const current =
    before.currentContext === after.currentContext
      ? []
      : [`current-context: ${before.currentContext ?? '(none)'} → ${after.currentContext ?? '(none)'}`]
  const all = [...current, ...lines.slice(0, mostNamed)]
  const more = lines.length - mostNamed
  if (all.length === 0) return ['only text around the entries']
  return more > 0 ? [...all, `${more} more entries`] : all
}
