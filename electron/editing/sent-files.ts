/** Files, edits and sources as they go to the planning thread: what it has already is only named. */
import type { AnyEdit } from '../../shared/edits/edit'
import type { EditSource } from '../kubeconfig/read/edit-model'
import { factsOf } from '../kubeconfig/read/file-facts'
import { LateDocument, saysThis } from '../kubeconfig/read/late-document'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { TextOfBytes } from '../kubeconfig/read/text-of-bytes'
import type { ComputeTask, FilesRead } from './planning'
import {
  type CurrentOf,
  type KeptOf,
  keepOnly,
  keptWith,
  type SentEdits,
  type SentFile,
  type SentFiles,
  type SentSource,
} from './planning-messages'

/** What the thread has, as main knows it. */
export interface AtThread {
  /** What it has of each path, by revision. */
  readonly has: Map<string, readonly KeptOf[]>
  /** Texts that it got as soon as they were read. */
  readonly early: Map<string, TextOfBytes>
  /** The edits that it got last. */
  edits: readonly AnyEdit[] | null
  /** Documents of which nobody here has looked at anything, and whose text it has, too. */
  readonly late: Map<string, LateText>
}

export interface LateText extends KeptOf {
  readonly path: string
  readonly document: WeakRef<LateDocument>
}

/** A text is sent once: what the thread has of that revision is only named. */
export function sentFiles({ revision, files }: FilesRead, to: AtThread): SentFiles {
  keepOnly(
    to.early,
    files.map(({ file }) => file.path),
  )
  return { revision, files: files.map((file) => sentFile(file, to)) }
}

/** Edits are sent once, as long as they are the very ones. */
export function sentEdits(edits: readonly AnyEdit[] | undefined, to: AtThread): SentEdits {
  if (edits === undefined) return null
  if (to.edits === edits) return { kind: 'had' }
  to.edits = edits
  return { kind: 'new', edits }
}

/** What the thread found in texts that are not looked at here. */
export function tell({ files }: FilesRead, found: readonly CurrentOf[]): void {
  for (const { document } of files) {
    const current = found.find(({ path }) => path === document?.file)
    if (document instanceof LateDocument && current !== undefined) document.tell(current)
  }
}

/** A file as it was read under the lock. */
export function sentSource(
  source: EditSource,
  revisions: ComputeTask['revisions'],
  { has }: AtThread,
): SentSource {
  const { path, listed, fault } = source
  const revision = revisions.find((one) => one.path === path)?.revision ?? null
  const named = { path, listed, fault, revision }
  if (fault === null && revision !== null && has.get(path)?.some((one) => one.revision === revision))
    return { ...named, text: { kind: 'had' } }
  const { text } = source
  return { ...named, text: text === null ? null : { kind: 'read', text } }
}

function sentFile({ file: whole, document }: ReadFile, { has, early, late }: AtThread): SentFile {
  const facts = factsOf(whole)
  const file: SentFile['file'] =
    facts === null ? { kind: 'whole', file: whole } : { kind: 'facts', facts: { ...facts } }
  const { path, revision } = whole
  if (document === null) return { file, text: null }
  const before = has.get(path)
  has.set(path, keptWith(before, { revision }))
  if (document instanceof LateDocument)
    late.set(`${revision} ${path}`, { path, revision, document: new WeakRef(document) })
  if (before?.some((one) => one.revision === revision)) return { file, text: { kind: 'had' } }
  const came = early.get(path)
  if (came !== undefined && saysThis(document, came)) {
    early.delete(path)
    return { file, text: { kind: 'early' } }
  }
  return { file, text: { kind: 'read', text: document.text } }
}
