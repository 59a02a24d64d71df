/** The kubeconfig files of the list as documents, kept up to date: what every other part of main asks. */

import { isEmptyChange } from '../../../shared/kubeconfig/change'
import type { FileProblem, Snapshot, SnapshotChange } from '../../../shared/kubeconfig/entries'
import { isNothing } from '../../../shared/kubeconfig/entries'
import { changeInPlaces, changeOfFiles, type FilesInView } from '../read/changed'
import { documentOnDemand, type KubeconfigDocument } from '../read/document'
import { type FileFacts, factsOf, fileOf } from '../read/file-facts'
import { viewOf } from '../read/kubeconfig-view'
import { readNear } from '../read/patched'
import type { ReadFile } from '../read/project-snapshot'
import type { ListedFile } from './locate'
import { type Encoding, type FileStamp, isAsRead, type ReadFacts, readKubeconfig, stampOf } from './read-file'

export type KubeconfigStore = ReturnType<typeof createKubeconfigStore>

export interface StoreOptions {
  /** Bytes are kept as they were read at first: for one write, which compares the file with them instead of hashing it. */
  readonly keepsBytes?: boolean | undefined
  /** Compares two readings of a large fleet outside of this thread; null: it is none. */
  readonly compare?: ((before: FilesInView, now: FilesInView) => Promise<SnapshotChange> | null) | undefined
  /** Files of so many characters are read when something of them is first asked here: another thread reads what is shown. */
  readonly lateFrom?: number | undefined
  /** Reads in the place of the disk: what is on standard input. */
  readonly read?: typeof readKubeconfig | undefined
  /** The files as the environment names them now; asked at every load. */
  readonly list: () => readonly ListedFile[]
  /** Whether the user trusts a file that is not of their own list; that lapses when its content changes. */
  readonly trustedFile: (file: {
    readonly path: string
    readonly realPath: string | null
    readonly revision: string | null
  }) => boolean
}

interface Known extends ReadFacts {
  readonly encoding: Encoding
  readonly bytes: Buffer | null
  /** It holds the text: where two readings were alike, that of the first, so that only one text stays in memory. */
  readonly document: KubeconfigDocument | null
}

export function createKubeconfigStore(options: StoreOptions) {
  const known = new Map<string, Known>()
  /** Read before the list is known, which a load says. */
  const expected = new Set<string>()
  let state: FilesInView = { files: [], view: viewOf(0, []) }
  /** What followers were last notified of: a load may have found changes since that no follower knows. */
  let announced = state
  let queue: Promise<unknown> = Promise.resolve()

  const read = async (listed: ListedFile, signal?: AbortSignal): Promise<ReadFile> => {
    const before = known.get(listed.path)
    const stamp = before && (await stampOf(listed.path))
    if (before?.problem === null && isAsRead(stamp ?? null, before)) return readFile(listed, before, options)
    const { content, ...facts } = await (options.read ?? readKubeconfig)(listed.path, signal)
    const document = content && documentOf(before?.document, listed.path, content.text)
    const bytes = options.keepsBytes && before === undefined && content ? content.bytes : null
    const now = { ...facts, encoding: content?.encoding ?? 'utf-8', document, bytes }
    known.set(listed.path, now)
    return readFile(listed, now, options)
  }

  const documentOf = (near: KubeconfigDocument | null | undefined, path: string, text: string) =>
    near || text.length < (options.lateFrom ?? Number.POSITIVE_INFINITY)
      ? readNear(near, path, text)
      : documentOnDemand(path, text)

  const update = async (
    waits: boolean,
    compares: boolean,
    signal?: AbortSignal,
  ): Promise<SnapshotChange | null | 'unsettled'> => {
    // Which files there are is known with the first load: the login shell that names them may take longer than a watch waits.
    if (compares && state.view.snapshot.revision === 0) return null
    const list = options.list()
    const files = withoutTwins(
      await Promise.all(list.map((listed) => read(listed, signal))),
      (path) => known.get(path)?.stamp ?? null,
    )
    // What followers learn in another way meanwhile is no part of this comparison.
    const before = compares ? announced : state
    if (waits && files.some((file) => mayBeTorn(file, before.files))) return 'unsettled'
    if (!compares) expected.clear()
    for (const path of known.keys())
      if (!expected.has(path) && !list.some((listed) => listed.path === path)) known.delete(path)
    const { revision } = state.view.snapshot
    const isKnown = revision > 0 && sameFiles(files, state.files)
    const now = isKnown ? state : { files, view: viewOf(revision + 1, files) }
    // A load takes the whole, so the change is not computed: no caller needs it.
    if (!compares) {
      state = now
      if (revision === 0) announced = now
      return null
    }
    if (now === before) return null
    const change =
      changeInPlaces(before, now) ?? (await comparedElsewhere(before, now)) ?? changeOfFiles(before, now)
    // A load in between may have returned another state than these two, which are alike.
    const seen = before.view.snapshot
    if (seen.revision > 0 && before === state && isEmptyChange(seen, change)) return null
    state = now
    announced = now
    return change
  }

  /** What another thread finds; null where it is not asked, or does not answer for any reason. */
  const comparedElsewhere = async (before: FilesInView, now: FilesInView): Promise<SnapshotChange | null> => {
    // Before the first load there is nothing to compare with.
    if (before.view.snapshot.revision === 0) return null
    return (await options.compare?.(before, now)?.catch(() => null)) ?? null
  }

  /** One reading at a time, in the order of asking. */
  const follow = (
    { waits = false, compares = true },
    signal?: AbortSignal,
  ): Promise<SnapshotChange | null | 'unsettled'> => {
    const run = queue.then(() => update(waits, compares, signal))
    queue = run.catch(() => undefined)
    return run
  }
  return {
    /** Begins to read files that will most likely be in the list: the next load reports the result. */
    expect(list: readonly ListedFile[]): void {
      for (const { path } of list) expected.add(path)
      queue = queue.then(() => Promise.all(list.map((listed) => read(listed)))).catch(() => undefined)
    },
    /** Reads what changed since the last time and returns the whole. Rejects only when the signal fires. */
    async load(signal?: AbortSignal): Promise<Snapshot> {
      await follow({ compares: false }, signal)
      return state.view.snapshot
    },
    /** The same, as the change since the last notification, with what a load has found since; null when nothing is different. */
    async refresh(signal?: AbortSignal): Promise<SnapshotChange | null> {
      const change = await follow({}, signal)
      return change === 'unsettled' ? null : change
    },
    /** What followers were last notified of. */
    announced: (): FilesInView => announced,
    /** Marks what was read last as known to followers, who got it in another way. */
    announce(): void {
      announced = state
    },
    /**
     * As refresh, but takes nothing over while a file that was readable is seen empty, torn or gone: kubectl and aws
     * write in place, so that state may last only a moment. Ask again until it is settled, or refresh.
     */
    follow: (signal?: AbortSignal) => follow({ waits: true }, signal),
    /** As last read; empty before the first load. */
    snapshot: (): Snapshot => state.view.snapshot,
    /** The bytes of a file as last read, with their hash, where they are kept. */
    bytes(path: string): { readonly bytes: Buffer; readonly revision: string } | null {
      const file = known.get(path)
      const revision = file?.bytes ? file.revision() : null
      return file?.bytes && revision !== null ? { bytes: file.bytes, revision } : null
    },
    /** Every file of the list with its document, and all that they say, as last read. */
    inView: (): FilesInView => state,
  }
}

/**
 * A file that is listed by two names (a link) has its entries once. Read twice, they would be shadowed by themselves, and a
 * write by one name would change the other unnoticed.
 */
function withoutTwins(
  files: readonly ReadFile[],
  stampOf: (path: string) => FileStamp | null,
): readonly ReadFile[] {
  const first = new Map<string, string>()
  return files.map((one) => {
    const { path } = one.file
    const stamp = one.document === null ? null : stampOf(path)
    if (stamp === null || stamp.inode === 0n) return one
    const place = `${stamp.device}:${stamp.inode}`
    const other = first.get(place)
    first.set(place, other ?? path)
    if (other === undefined) return one
    const problem: FileProblem = {
      code: 'same-file',
      severity: 'warning',
      message: `${path} is ${other} by another name.`,
      next: 'Its entries are shown there; name the file once.',
      at: null,
    }
    const empty = { currentContext: null, contexts: 0, clusters: 0, users: 0 }
    return { document: null, file: { ...one.file, ...empty, problems: [problem] } }
  })
}

/** The very documents as before, and equal facts of every file. */
function sameFiles(now: readonly ReadFile[], before: readonly ReadFile[]): boolean {
  return (
    now.length === before.length &&
    now.every(({ file, document }, index) => {
      const old = before[index]
      if (old === undefined || document !== old.document) return false
      // The very same document has the same facts.
      return JSON.stringify(factsOf(file)) === JSON.stringify(factsOf(old.file))
    })
  )
}

/**
 * Readable when last taken over, and now empty, refused, gone, or ending within a line where it ended with one before:
 * the beginning of a file can be a kubeconfig, too.
 */
function mayBeTorn(now: ReadFile, before: readonly ReadFile[]): boolean {
  const old = before.find(({ file }) => file.path === now.file.path)
  if (old === undefined || old.document === null || old.document === now.document) return false
  const looksTorn =
    now.document === null ||
    now.file.bytes === 0 ||
    now.file.problems.some(isError) ||
    (old.document.text.endsWith('\n') && !now.document.text.endsWith('\n'))
  return looksTorn && old.file.bytes > 0 && !old.file.problems.some(isError)
}

const isError = (problem: FileProblem) => problem.severity === 'error'

function readFile(listed: ListedFile, known: Known, options: StoreOptions): ReadFile {
  const { realPath, stamp, mode, uid, document } = known
  // Few callers need it: the hash of a large file takes as long as finding its entries.
  const hashed = {
    path: listed.path,
    realPath,
    get revision() {
      return known.revision()
    },
  }
  const facts: FileFacts = {
    path: listed.path,
    realPath,
    source: listed.source,
    foundBy: listed.foundBy,
    own: listed.own,
    trusted: listed.own || options.trustedFile(hashed),
    get revision() {
      return known.revision()
    },
    bytes: stamp?.bytes ?? 0,
    mode,
    uid,
    noted: notedOf(listed, known),
  }
  return { file: fileOf(facts, document), document }
}

/** Problems of a file in addition to those of its document. */
function notedOf(listed: ListedFile, { problem, realPath, encoding }: Known): readonly FileProblem[] {
  if (problem) {
    // kubectl passes over a missing file of the list, but not one that was named by --kubeconfig.
    const skipped = isNothing(problem) && listed.source !== 'option'
    return [skipped ? { ...problem, severity: 'warning' } : problem]
  }
  if (realPath === '/dev/null') {
    const device: FileProblem = {
      code: 'unwritable',
      severity: 'warning',
      message: `${listed.path} keeps nothing, so nothing is written to it.`,
      next: 'Name a file to write to.',
      at: null,
    }
    return [device]
  }
  if (encoding === 'utf-8') return []
  const wide: FileProblem = {
    code: 'not-utf8',
    severity: 'warning',
    message: `${listed.path} is UTF-16 text: kubectl reads it, but Ekscope will not write to it.`,
    next: 'Convert it to UTF-8 to edit it here.',
    at: null,
  }
  return [wide]
}
