/**
 * What other programs did to a kubeconfig between two writes of Ekscope, entry by entry: a program that takes no lock, or
 * read before it locked, may have removed what Ekscope wrote, and it must be possible to name that afterwards.
 */
import { readFile, stat } from 'node:fs/promises'
import type { ExternalChange, NamedEntry } from '../../../shared/ipc/payloads'
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { entriesBetween } from '../read/named-entries'
import { illegibleWhy } from '../rewrite/quote-misread'
import type { HistoryFile } from './history-record'
import { sourceOfState } from './old-states'
import { revisionOf } from './replace'
import { type History, type HistoryPart, othersWrote, placesNow } from './write-history'

/** How many gaps are compared, newest first: each costs two readings of the file. */
const mostGaps = 50

/** The text of a file after one of Ekscope's writes, and what its next write (or this reading) found there instead. */
interface Gap {
  readonly after: string
  readonly path: string
  readonly of: HistoryFile['of']
  readonly ours: () => Promise<Buffer | null>
  readonly theirs: () => Promise<Buffer | null>
}

type Reading = Pick<History, 'bytesOf'>
type Part = Pick<HistoryPart, 'records' | 'unsure'>

interface FollowingState {
  /** The write that found it; null: it is the state now. */
  readonly id: string | null
  readonly revision: string | null
  readonly bytes: () => Promise<Buffer | null>
}

async function* gapsIn(history: Reading, { records, unsure }: Part): AsyncGenerator<Gap> {
  /** Real path → the state that followed: its revision, and how to get its bytes. */
  const next = new Map<string, FollowingState>()
  const side = async (id: string, realPath: string, which: 'before' | 'after') => {
    const bytes = await history.bytesOf(id, realPath, which, records)
    return bytes.ok ? bytes.value : null
  }
  const placeOf = await placesNow(records)
  for (const { id, files, uncertain } of records) {
    for (const file of files) {
      const { path, realPath, before, of } = file
      const place = placeOf(realPath)
      // Where the file was moved and a link left in its place, later writes name it by its new path.
      const following = next.get(realPath) ?? next.get(place) ?? (await present(place))
      next.set(realPath, { id, revision: before, bytes: () => side(id, realPath, 'before') })
      if (othersWrote(unsure, { id, uncertain, file }, following))
        yield { after: id, path, of, ours: () => side(id, realPath, 'after'), theirs: following.bytes }
    }
  }
}

export async function externalChanges(history: Reading, part: Part): Promise<readonly ExternalChange[]> {
  const found: ExternalChange[] = []
  for await (const { after, path, of, ours, theirs } of gapsIn(history, part)) {
    const [was, is] = [await ours(), await theirs()]
    const none = { after, path, removed: [], changed: [], added: [] }
    if (was === null || is === null) found.push({ ...none, unknown: true })
    // Only kubeconfigs have entries.
    else
      found.push(of === undefined ? { ...none, ...difference(path, was, is) } : { ...none, unknown: false })
    if (found.length >= mostGaps) break
  }
  return found
}

async function present(path: string): Promise<FollowingState> {
  // Not from a pipe, which could be read for ever.
  const file = await stat(path).catch(() => null)
  const bytes = file?.isFile() ? await readFile(path).catch(() => null) : null
  return { id: null, revision: bytes === null ? null : revisionOf(bytes), bytes: async () => bytes }
}

/** Contexts first: they are what a person looks for. */
const shownKinds: readonly EntryKind[] = ['context', 'cluster', 'user']

function difference(path: string, before: Buffer, after: Buffer) {
  const [was, is] = [sourceOfState(path, before, null), sourceOfState(path, after, null)]
  if (illegibleWhy(was) !== null || illegibleWhy(is) !== null)
    return { removed: [], changed: [], added: [], unknown: true }
  const [old, now] = [was.document, is.document]
  const entries = entriesBetween(old, now)
  const those = (wasThere: boolean, isThere: boolean): readonly NamedEntry[] =>
    shownKinds.flatMap((kind) =>
      entries.flatMap(({ kind: of, before: was, after: is }) =>
        of === kind && (was !== null) === wasThere && (is !== null) === isThere
          ? [{ kind, name: (was ?? is)?.name ?? '' }]
          : [],
      ),
    )
  const current: readonly NamedEntry[] =
    old.currentContext === now.currentContext
      ? []
      : [{ kind: 'current-context', name: now.currentContext ?? '' }]
  return {
    removed: those(true, false),
    changed: [...current, ...those(true, true)],
    added: those(false, true),
    unknown: false,
  }
}
