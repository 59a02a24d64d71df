/** The program of the planning thread. It holds the files as main sent them, and logs nothing. */
import { parentPort } from 'node:worker_threads'
import type { KnownDocuments } from '../kubeconfig/disk/read-sources'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { fileOf } from '../kubeconfig/read/file-facts'
import { readNear } from '../kubeconfig/read/patched'
import {
  type Asked,
  answerOf,
  type Failed,
  keepNamed,
  type SentRead,
  type SentText,
  type TaskFiles,
} from './planning-jobs'

/** By path and revision. */
const held = new Map<string, ReadonlyMap<string, KubeconfigDocument>>()

function filesOf(reads: readonly SentRead[], texts: readonly SentText[]): TaskFiles {
  const named = new Map<string, Map<string, KubeconfigDocument>>()
  /** Of unknown revision, in this task alone. */
  const alone = new Map<string, KubeconfigDocument>()
  for (const { path, revision, text } of texts) {
    const here = held.get(path)
    // Of what is here of that file already the most may be the same.
    const near = [...(here?.values() ?? [])].at(-1)
    const document = text === null ? here?.get(revision ?? '') : readNear(near, path, text)
    if (document === undefined) throw new Error('a file was said to be here')
    if (revision === null) alone.set(path, document)
    else named.set(path, (named.get(path) ?? new Map()).set(revision, document))
  }
  keepNamed(held, named, reads.length > 0)
  const known: KnownDocuments = (path, revision) => {
    const kept = held.get(path)
    return (revision === undefined ? [...(kept?.values() ?? [])].at(-1) : kept?.get(revision)) ?? null
  }
  const document: TaskFiles['document'] = (path, revision) => {
    const found = known(path, revision)
    if (found === null) throw new Error('a file was said to come')
    return found
  }
  return {
    reads: reads.map(({ revision, files }) => ({
      revision,
      files: files.map(({ file: sent, readable }) => {
        const of = sent.kind === 'whole' ? sent.file : sent.facts
        const read = !readable
          ? null
          : of.revision === null
            ? (alone.get(of.path) ?? null)
            : document(of.path, of.revision)
        return { file: sent.kind === 'whole' ? sent.file : fileOf(sent.facts, read), document: read }
      }),
    })),
    document,
    known,
  }
}

parentPort?.on('message', (asked: Asked) => {
  const failed = (error: unknown): Failed => ({ id: asked.id, error })
  const answer = async () => answerOf(asked, filesOf(asked.reads, asked.texts))
  void answer()
    .catch(failed)
    .then((answer) => parentPort?.postMessage(answer))
})
