/** The program of the planning thread. It holds the files as main sent them, and logs nothing. */
import { parentPort } from 'node:worker_threads'
import { assertNever } from '../../shared/result'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import { planOf, previewOf } from './planning'
import type { Answered, PlanningRequest, SentFile } from './planning-thread'

interface Held {
  readonly revision: string | null
  readonly document: KubeconfigDocument
}

const held = new Map<string, Held>()
const never = new AbortController().signal

function read({ file, text }: SentFile): ReadFile {
  if (text === null) return { file, document: null }
  const { path, revision } = file
  if (text.kind === 'read') held.set(path, { revision, document: readDocument(path, text.text) })
  const have = held.get(path)
  if (have === undefined) throw new Error('a file was said to be here')
  return { file, document: have.document }
}

function known(path: string, revision: string): KubeconfigDocument | null {
  const have = held.get(path)
  return have?.revision === revision ? have.document : null
}

async function answer(asked: PlanningRequest): Promise<Answered> {
  const { id } = asked
  try {
    switch (asked.kind) {
      case 'preview':
        return { id, preview: await previewOf(asked.task, asked.files.map(read), never) }
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
  void answer(asked).then((answered) => parentPort?.postMessage(answered))
})
