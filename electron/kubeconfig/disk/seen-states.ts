/**
 * Keeps in the history what other programs wrote into a kubeconfig. As soon as Ekscope reads the changed file, its content becomes
 * a record by `others`, which can be shown, undone and restored as Ekscope's own writes can. Ekscope does not see each single
 * write: all that changed since it last read the file is one record. A state that cannot be read is one, too.
 *
 * It does not take kubectl's lock, because kubectl fails where that exists. Should Ekscope itself write meanwhile, nothing is
 * kept here: that write is recorded before the file changes, and its record has what was there before.
 */
import { realpath, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { lineName } from '../../../shared/edits/describe'
import { changesBetween } from '../../../shared/edits/diff'
import { isNothing } from '../../../shared/kubeconfig/entries'
import { makeFolder } from '../../system/make-folder'
import { ownerState } from '../../system/process-owner'
import type { KubeconfigDocument } from '../read/document'
import { type EditSource, unreadableWhy } from '../read/edit-model'
import { entriesBetween, type NamedEntry } from '../read/named-entries'
import { illegibleWhy } from '../rewrite/quote-misread'
import { type Latest, timeOf } from './history-latest'
import { type HistoryFile, type HistoryRecord, inBytes, isOurs, type WholeRecord } from './history-record'
import { beginWrite, settleWrite, type WrittenFile } from './history-write'
import { acquireLocks } from './kubeconfig-lock'
import { sourceOfState } from './old-states'
import { readKubeconfig } from './read-file'
import type { KnownDocuments } from './read-sources'
import { type FileState, readForWriting } from './replace'
import type { History } from './write-history'

/** A file as it is on disk. */
interface Seen extends Pick<FileState, 'path' | 'realPath' | 'bytes' | 'revision'> {
  /** Why not even its bytes are known; null: they are. */
  readonly closed: string | null
  /** Of these bytes, where it was read already. */
  readonly document: KubeconfigDocument | null
}

/** The last state that the history has of a file. */
interface LastState extends Pick<Latest, 'id' | 'revision' | 'unreadable'> {
  readonly record: HistoryRecord | undefined
  /** A record that cannot be read came after it, and may be of this file. */
  readonly unsure: boolean
}

/** How many states were kept, and how many could not be: the next look may keep them. */
export interface KeptStates {
  readonly kept: number
  readonly failed: number
}

/** How long to wait for another Ekscope that keeps a state, ms: it may be the same one. */
const waitMs = 2_000

/** Entries that titles name. */
const mostNamed = 50

/**
 * Keeps each of these kubeconfigs as it is, where the history has another state of it last, or none.
 * @param which `torn`: only states that cannot be read, and what comes right after one
 * @param known documents that were read already
 */
export async function keepSeenFiles(
  history: History,
  paths: readonly string[],
  known: KnownDocuments = () => null,
  which: 'all' | 'torn' = 'all',
): Promise<KeptStates> {
  const outcomes: Outcome[] = []
  for (const path of paths)
    outcomes.push(await keepSeen(history, () => seenAt(history, path, known), which === 'torn'))
  const count = (one: Outcome) => outcomes.filter((outcome) => outcome === one).length
  return { kept: count('kept'), failed: count('failed') }
}

/** Keeps what others made of a file that Ekscope is about to write. Of a file without a history its own record has that. */
export async function keepSeenBefore(
  history: History,
  state: FileState,
  document: KubeconfigDocument | undefined,
): Promise<void> {
  const seen = { ...state, closed: null, document: document ?? null }
  if ((await history.lastOf(state.realPath)) !== null) await keepSeen(history, async () => seen)
}

/** Null where there is nothing to keep. */
async function seenAt(history: History, path: string, known: KnownDocuments): Promise<Seen | null> {
  const state = await readForWriting(path)
  if (state.ok) {
    const { revision } = state.value
    return { ...state.value, closed: null, document: revision === null ? null : known(path, revision) }
  }
  const { problem, realPath } = await readKubeconfig(path)
  if (problem === null || isNothing(problem)) return null
  const closed = problem.message.replace(`${path} `, 'the file ')
  const place = realPath ?? (await placeOf(history, path))
  return { path, realPath: place, bytes: null, revision: null, closed, document: null }
}

/** Of a path that leads nowhere: as the history knows it. */
async function placeOf(history: History, path: string): Promise<string> {
  const place = join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path))
  if ((await history.lastOf(place)) !== null) return place
  const files = (await history.list()).flatMap((record) => record.files)
  return files.find((file) => file.path === path)?.realPath ?? place
}

type Outcome = 'kept' | 'known' | 'failed'

/** Never fails. */
async function keepSeen(
  history: History,
  look: () => Promise<Seen | null>,
  onlyTorn = false,
): Promise<Outcome> {
  try {
    const seen = await look()
    const last = seen && (await lastState(history, seen.realPath))
    if (seen === null || isKept(last, seen)) return 'known'
    if (onlyTorn && last?.unreadable === undefined && whyTorn(seen) === null) return 'known'
    await makeFolder(history.folder)
    // Two that keep the same state at once would break the line of states.
    const held = await acquireLocks({ list: [], writes: [join(history.folder, 'seen')], waitMs })
    if (!held.ok) return 'failed'
    try {
      return await keepAlone(history, seen.realPath, look)
    } finally {
      await held.value.release()
    }
  } catch {
    return 'failed'
  }
}

/** Whether the history has this state last; also where there is nothing of the file that it could keep. */
function isKept(last: LastState | null, seen: Seen): boolean {
  if (last === null) return seen.revision === null
  if (seen.closed !== null) return last.unreadable === seen.closed
  if (last.revision !== seen.revision) return false
  return last.unreadable === undefined || last.unreadable === whyTorn(seen)
}

const whyTorn = (seen: Seen): string | null => seen.closed ?? illegibleWhy(sourceOf(seen))

const sourceOf = ({ path, bytes, document }: Seen): EditSource => sourceOfState(path, bytes, document)

async function lastState(history: History, realPath: string): Promise<LastState | null> {
  const noted = await history.lastOf(realPath)
  const { records, unread } = await history.part({ since: noted === null ? 0 : timeOf(noted.id) })
  // One whose process was killed, or for which there was no room, before it was noted as the last.
  const record = records.find(({ id, files }) => id >= (noted?.id ?? '') && fileIn(files, realPath))
  const file = record && fileIn(record.files, realPath)
  const last = file && {
    id: record.id,
    revision: file.after,
    unreadable: file.unreadable?.after ?? undefined,
  }
  const { id, revision, unreadable } = last ?? noted ?? { id: null, revision: null }
  return id === null ? null : { id, revision, unreadable, record, unsure: unread.some((one) => one.id > id) }
}

const fileIn = <F extends Pick<HistoryFile, 'realPath'>>(files: readonly F[], realPath: string) =>
  files.find((file) => file.realPath === realPath)

async function keepAlone(
  history: History,
  realPath: string,
  look: () => Promise<Seen | null>,
): Promise<Outcome> {
  const isWritten = async (own = ''): Promise<boolean> =>
    (await history.running()).some(({ id, files }) => id !== own && fileIn(files, realPath))
  for (const begun of await history.running())
    if (fileIn(begun.files, realPath)) await settleSeen(history, begun)
  const last = await lastState(history, realPath)
  if (await isWritten()) return 'known'
  const seen = await look()
  if (seen === null || seen.realPath !== realPath || isKept(last, seen)) return 'known'
  const step = (last && (await stepFrom(history, last, seen))) ?? asFound(seen)
  if (step === null) return 'known'
  const record = await beginWrite(history, { by: 'others', ...step })
  // A write of Ekscope that began meanwhile has in its record what was there before.
  if ((await isWritten(record.id)) || (await lastState(history, realPath))?.id !== last?.id) {
    await record.cancel()
    return 'known'
  }
  await record.commit()
  return 'kept'
}

/**
 * Keeps what a process that was killed began to keep, where it is still the next state and whole; else the next look keeps what is
 * there. False: it is a write of Ekscope, or its process lives.
 */
export async function settleSeen(history: History, begun: WholeRecord): Promise<boolean> {
  if (isOurs(begun) || ownerState(begun.owner) !== 'gone') return false
  const [file] = begun.files
  const last = file ? await lastState(history, file.realPath) : null
  const isNext = last === null || (last.id < begun.id && last.revision === file?.before)
  const isWhole = !file?.copy || file.before === null || (await history.zippedCopy(file.before)) !== null
  if (isNext && isWhole) await settleWrite(history, begun)
  else await unlink(history.pendingPath(begun.id))
  return true
}

interface Step extends Pick<WholeRecord, 'titles' | 'uncertain'> {
  readonly files: readonly [WrittenFile]
}

/** A state of which the one before is not known: its record changes nothing, and has a whole copy. Null: there are no bytes. */
function asFound(seen: Seen): Step | null {
  if (seen.bytes === null) return null
  const why = whyTorn(seen)
  const unreadable = why === null ? undefined : { before: why, after: why }
  return {
    titles: ['the file as Ekscope found it', ...(why === null ? [] : [cannotBeRead(why)])],
    uncertain: false,
    files: [{ state: seen, bytes: seen.bytes, revision: seen.revision, changes: [], unreadable }],
  }
}

const cannotBeRead = (why: string): string => `cannot be read: ${why}`

/** From the last state of the history to this one; null where that is lost. */
async function stepFrom(history: History, last: LastState, seen: Seen): Promise<Step | null> {
  const { path, realPath } = seen
  const known = await history.bytesOf(last.id, realPath, 'after')
  if (!known.ok) return null
  const was = known.value
  const { bytes: is, revision } = seen.closed === null ? seen : { bytes: was, revision: last.revision }
  const to = sourceOf({ ...seen, bytes: is })
  const from = sourceOfState(path, was, to.document)
  const [before, after] = [last.unreadable ?? illegibleWhy(from), seen.closed ?? illegibleWhy(to)]
  const isLegible = before === null && after === null
  const isText = from.fault === null && to.fault === null
  const [old, now] = [from.text ?? '', to.text ?? '']
  const currentContext = { before: from.document.currentContext, after: to.document.currentContext }
  return {
    titles:
      after !== null
        ? [cannotBeRead(after)]
        : before === null
          ? titlesOf(from, to)
          : await titlesOfRepair(history, realPath, to),
    // A write of Ekscope that was interrupted may have been made, or not; and one that cannot be read may have made this.
    uncertain:
      last.unsure ||
      last.record === undefined ||
      (last.record.uncertain && fileIn(last.record.files, realPath)?.before === revision),
    files: [
      {
        state: { path, realPath, bytes: was, revision: last.revision },
        bytes: is,
        revision,
        changes: isText
          ? inBytes(old, changesBetween(old, now), was?.length)
          : [{ start: 0, end: was?.length ?? 0, text: is ?? '' }],
        entries: isLegible ? entriesBetween(from.document, to.document) : undefined,
        currentContext:
          isLegible && currentContext.before !== currentContext.after ? currentContext : undefined,
        unreadable: isLegible ? undefined : { before, after },
      },
    ],
  }
}

const again = 'can be read again'

/** What differs from the last state that could be read. */
async function titlesOfRepair(
  history: History,
  realPath: string,
  now: EditSource,
): Promise<readonly string[]> {
  for (const { id, files } of await history.list()) {
    const { unreadable } = fileIn(files, realPath) ?? { unreadable: { before: '', after: '' } }
    const side = unreadable?.after == null ? 'after' : unreadable.before === null ? 'before' : null
    const bytes = side && (await history.bytesOf(id, realPath, side))
    if (!bytes) continue
    if (!bytes.ok) break
    const was = sourceOfState(now.path, bytes.value, now.document)
    return was.text === now.text ? [`${again}, as it was before`] : [again, ...titlesOf(was, now)]
  }
  return [again]
}

/** What came, went or changed, a line each. */
function titlesOf(from: EditSource, to: EditSource): readonly string[] {
  if (to.text === null) return ['the file was removed']
  if (to.text === '') return ['the file was emptied']
  const [before, after] = [from.document, to.document]
  const verb = ({ before: was, after: is }: NamedEntry) =>
    was === null ? 'added' : is === null ? 'removed' : 'changed'
  const entries = entriesBetween(before, after)
  const lines = entries.map((entry) => {
    const kind = entry.kind === 'context' ? '' : `${entry.kind} `
    return `${lineName((entry.before ?? entry.after)?.name ?? '')}: ${kind}${verb(entry)}`
  })
  const current =
    before.currentContext === after.currentContext
      ? []
      : [`current-context: ${before.currentContext ?? '(none)'} → ${after.currentContext ?? '(none)'}`]
  // Where quotes are missing.
  const refused = unreadableWhy(to)
  const all = [
    ...(refused === null ? [] : [`kubectl refuses it: ${refused}`]),
    ...current,
    ...lines.slice(0, mostNamed),
  ]
  const more = lines.length - mostNamed
  if (all.length === 0) return ['only text around the entries']
  return more > 0 ? [...all, `${more} more entries`] : all
}
