/** The program of the planning thread. It holds the files as main sent them, and logs nothing. */
import { parentPort } from 'node:worker_threads'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { fileOf } from '../kubeconfig/read/file-facts'
import { readNear } from '../kubeconfig/read/patched'
import { type AnswerOf, type FilesRead, type JobName, jobsHere } from './planning'
import {
  type Answered,
  type Asked,
  type Failed,
  type SentFile,
  type SentRead,
  stateKey,
} from './planning-thread'

/** What the last task named, by path and revision. */
let held: ReadonlyMap<string, KubeconfigDocument> = new Map()

function readsOf(reads: readonly SentRead[]): readonly FilesRead[] {
  const named = new Map<string, KubeconfigDocument>()
  const documentOf = ({ facts, text }: SentFile): KubeconfigDocument | null => {
    if (text === null) return null
    const key = stateKey(facts)
    const known = named.get(key) ?? held.get(key)
    // A text of that file that the thread has already may be mostly the same.
    const near = () => [...held.values(), ...named.values()].filter(({ file }) => file === facts.path).at(-1)
    const document = known ?? (text === 'kept' ? null : readNear(near(), facts.path, text.whole))
    if (document === null) throw new Error('a file was said to be here')
    named.set(key, document)
    return document
  }
  const all = reads.map(({ revision, files }) => ({
    revision,
    files: files.map((sent) => {
      const document = documentOf(sent)
      return { file: fileOf(sent.facts, document), document }
    }),
  }))
  held = named
  return all
}

/** A task that is cancelled ends the thread. */
const never: AbortSignal = new AbortController().signal
const nothing: FilesRead = { revision: 0, files: [] }

async function answerTo<N extends JobName>({ name, task, reads }: Asked<N>): Promise<Answered<N>> {
  const [read = nothing, before = nothing] = readsOf(reads)
  const answer: AnswerOf<N> = await jobsHere[name](task, read, never, before)
  return { name, answer }
}

parentPort?.on('message', (asked: Asked) => {
  const failed = (error: unknown): Failed => ({ error })
  void answerTo(asked)
    .catch(failed)
    .then((answer) => parentPort?.postMessage(answer))
})
