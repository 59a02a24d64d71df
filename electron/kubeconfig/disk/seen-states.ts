/**
 * Keeps in the history what other programs wrote into a kubeconfig. As soon as Ekscope reads the changed file, its content becomes
 * a record by `others`, which can be shown, undone and restored as Ekscope's own writes can. Ekscope does not see each single
 * write: all that changed since it last read the file is one record.
 *
 * It does not take kubectl's lock, because kubectl fails where that exists. Should Ekscope itself write meanwhile, nothing is
 * kept here: that write is recorded before the file changes, and its record has what was there before.
 */
import { join } from 'node:path'
import { titled } from '../../../shared/edits/describe'
import { changesBetween } from '../../../shared/edits/diff'
import { makeFolder } from '../../system/make-folder'
import { type KubeconfigDocument, readDocument } from '../read/document'
import { entriesBetween, type NamedEntry } from '../read/named-entries'
import { readNear } from '../read/patched'
import type { Latest } from './history-latest'
import { inBytes, spliced, type WholeRecord } from './history-record'
import { beginWrite, type WrittenFile } from './history-write'
import { acquireLocks } from './kubeconfig-lock'
import { textFrom } from './old-states'
import type { KnownDocuments } from './read-sources'
import { type FileState, readForWriting } from './replace'
import type { History } from './write-history'

/** A file as it is on disk. */
type Seen = Pick<FileState, 'path' | 'realPath' | 'bytes' | 'revision'>

/** How long to wait for another Ekscope that keeps a state, ms: it may be the same one. */
const waitMs = 2_000

/** Entries that titles name. */
const mostNamed = 50

/**
 * Keeps each of these kubeconfigs as it is, where the history has another state of it last, or none.
 * @param known documents that were read already
 * @returns how many were kept; what cannot be kept stays unseen
 */
export async function keepSeenFiles(
  history: History,
  paths: readonly string[],
  known?: KnownDocuments,
): Promise<number> {
  let kept = 0
  for (const path of paths) {
    const state = await readForWriting(path)
    if (!state.ok) continue
    const { revision } = state.value
    const document = (revision !== null && known?.(path, revision)) || undefined
    if (await keepSeen(history, state.value, document)) kept += 1
  }
  return kept
}

/** Keeps what others made of a file that Ekscope is about to write. Of a file without a history its own record has that. */
export async function keepSeenBefore(
  history: History,
  seen: Seen,
  document: KubeconfigDocument | undefined,
): Promise<void> {
  if ((await history.lastOf(seen.realPath)) !== null) await keepSeen(history, seen, document)
}

/** Whether it was kept. Never fails. */
async function keepSeen(
  history: History,
  seen: Seen,
  document: KubeconfigDocument | undefined,
): Promise<boolean> {
  try {
    if (seen.revision === null || (await history.lastOf(seen.realPath))?.revision === seen.revision)
      return false
    await makeFolder(history.folder)
    // Two that keep the same state at once would break the line of states.
    const held = await acquireLocks({ list: [], writes: [join(history.folder, 'seen')], waitMs })
    if (!held.ok) return false
    try {
      return await keepAlone(history, seen, document)
    } finally {
      await held.value.release()
    }
  } catch {
    return false
  }
}

async function keepAlone(
  history: History,
  seen: Seen,
  document: KubeconfigDocument | undefined,
): Promise<boolean> {
  const last = await history.lastOf(seen.realPath)
  if (last?.revision === seen.revision) return false
  const isOfFile = ({ files }: Pick<WholeRecord, 'files'>): boolean =>
    files.some(({ realPath }) => realPath === seen.realPath)
  if ((await history.running()).some(isOfFile)) return false
  // A write of Ekscope that is recorded, and not yet said to be the last.
  const later = await Promise.all(
    (await history.ids()).filter((id) => last !== null && id > last.id).map((id) => history.get(id)),
  )
  if (later.some((record) => record !== null && isOfFile(record))) return false
  const step = last && (await stepFrom(history, last, seen, document))
  const { titles, uncertain, file } = step ?? asFound(seen)
  const record = await beginWrite(history, {
    by: 'others',
    titles,
    // One that cannot be read may have made it.
    uncertain: uncertain || later.includes(null),
    files: [file],
  })
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

/** From the last state of the history to this one; null where that is lost. */
async function stepFrom(
  history: History,
  last: Latest,
  seen: Seen,
  document: KubeconfigDocument | undefined,
): Promise<Step | null> {
  const { path, realPath, revision } = seen
  const before = last.revision === null ? null : await history.bytesOf(last.id, realPath, 'after')
  if (before?.ok === false) return null
  const [was, is] = [before?.value ?? null, seen.bytes ?? Buffer.alloc(0)]
  const old = textFrom(was ?? Buffer.alloc(0))
  const to = document ?? readDocument(path, textFrom(is))
  const [from, now] = [readNear(to, path, old), to.text]
  const entries = entriesBetween(from, to)
  const ranges = inBytes(old, changesBetween(old, now), was?.length)
  const record = await history.get(last.id)
  const file = record?.files.find((one) => one.realPath === realPath)
  return {
    titles: titlesOf(from, to, entries),
    // A write of Ekscope that was interrupted: it may have been made, or not.
    uncertain: record === null || (record.uncertain && file?.before === revision),
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
