/** The program of the planning thread. It holds the files as main sent them, and logs nothing. */
import { parentPort } from 'node:worker_threads'
import { assertNever } from '../../shared/result'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import { type FilesRead, planningHere, planOf } from './planning'
import type { Answered, PlanningRequest, SentFile, SentFiles } from './planning-thread'

interface Held {
  readonly revision: string | null
  readonly document: KubeconfigDocument
}

const held = new Map<string, Held>()
/** By path: read before main knew their revision. */
const early = new Map<string, KubeconfigDocument>()
const never = new AbortController().signal

function read({ file, text }: SentFile): ReadFile {
  if (text === null) return { file, document: null }
  const { path, revision } = file
  if (text.kind === 'read') held.set(path, { revision, document: readDocument(path, text.text) })
  const before = early.get(path)
  early.delete(path)
  if (text.kind === 'early' && before !== undefined) held.set(path, { revision, document: before })
  const have = held.get(path)
  if (have === undefined) throw new Error('a file was said to be here')
  return { file, document: have.document }
}

const filesOf = ({ revision, files }: SentFiles): FilesRead => ({ revision, files: files.map(read) })

function known(path: string, revision: string): KubeconfigDocument | null {
  const have = held.get(path)
  return have?.revision === revision ? have.document : null
}

async function answer(asked: Exclude<PlanningRequest, { kind: 'text' }>): Promise<Answered> {
  const { id } = asked
  try {
    switch (asked.kind) {
      case 'snapshot':
        return { id, snapshot: await planningHere.snapshot(filesOf(asked.read), never) }
      case 'report':
        return { id, report: await planningHere.report(asked.task, filesOf(asked.read), never) }
      case 'fingerprints':
        return { id, fingerprints: await planningHere.fingerprints(asked.task, filesOf(asked.read), never) }
      case 'preview':
        return { id, preview: await planningHere.preview(asked.task, filesOf(asked.read), never) }
      case 'plan': {
        const plan = await planOf(asked.task, never, known)
        // The diffs are made when they are first read: here, not in main.
        return { id, plan: { ...plan, files: plan.files } }
      }
      default:
        return assertNever(asked)
    }
  } catch (error) {
    return { id, error }
  }
}

parentPort?.on('message', (asked: PlanningRequest) => {
  if (asked.kind === 'text') early.set(asked.path, readDocument(asked.path, asked.text))
  else void answer(asked).then((answered) => parentPort?.postMessage(answered))
})
