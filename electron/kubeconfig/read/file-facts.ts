/** What is reported of a file of the list: the result of reading it, and what its document says once that is requested. */
import type { FileProblem, KubeconfigFile } from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'

/** What is known without a look at the entries. A value that another thread can be sent. */
export interface FileFacts
  extends Omit<KubeconfigFile, 'currentContext' | 'problems' | 'contexts' | 'clusters' | 'users'> {
  /** Problems of the reading; those of the document come after them. */
  readonly noted: readonly FileProblem[]
}

/** Of a text that is in no file. */
export const unread = { realPath: null, revision: null, bytes: 0, mode: null, uid: null, noted: [] } as const

const known = new WeakMap<KubeconfigFile, FileFacts>()

/** A file as the page gets it. Nothing of the document is read before it is needed. */
export function fileOf(facts: FileFacts, document: KubeconfigDocument | null): KubeconfigFile {
  const { path, realPath, source, foundBy, own, trusted, bytes, mode, uid, noted } = facts
  const file: KubeconfigFile = {
    path,
    realPath,
    source,
    ...(foundBy === undefined ? {} : { foundBy }),
    own,
    trusted,
    // Few callers need the hash, and it takes as long as finding the entries of a large file.
    get revision() {
      return facts.revision
    },
    bytes,
    mode,
    uid,
    get currentContext() {
      return document?.currentContext ?? null
    },
    get problems() {
      return document === null ? noted : [...noted, ...document.problems]
    },
    get contexts() {
      return document?.count('context') ?? 0
    },
    get clusters() {
      return document?.count('cluster') ?? 0
    },
    get users() {
      return document?.count('user') ?? 0
    },
  }
  known.set(file, facts)
  return file
}

/** The facts from which `fileOf` built a file; any other file has no document, and holds all facts itself. */
export const factsOf = (file: KubeconfigFile): FileFacts =>
  known.get(file) ?? { ...file, noted: file.problems }
