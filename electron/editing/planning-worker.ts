/** The program of the planning thread. It holds the files as main sent them, and logs nothing. */
import { parentPort, workerData } from 'node:worker_threads'
import type { AnyEdit } from '../../shared/edits/edit'
import { assertNever, ok } from '../../shared/result'
import { textAtOnce, textOf } from '../kubeconfig/disk/read-file'
import type { Prepared } from '../kubeconfig/disk/undo'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import { type EditSource, sourceOf } from '../kubeconfig/read/edit-model'
import { fileOf } from '../kubeconfig/read/file-facts'
import { readAfter } from '../kubeconfig/read/patched'
import { resolvedValue } from '../kubeconfig/read/resolved-value'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import { collect } from '../system/collect'
import { optimiseAsUsual } from '../system/v8'
import { openFirstPictures } from './first-picture'
import {
  type ComputedElsewhere,
  changeOf,
  computedOf,
  type FilesRead,
  overwrittenOf,
  planningHere,
  planOf,
  preparedUndo,
  prepareSnapshot,
  shownPlanOf,
  undoneOf,
  undoPlanOf,
} from './planning'
import {
  type Answered,
  type AnsweredQuestion,
  type Answering,
  type Asked,
  type KeptOf,
  keepOnly,
  keptWith,
  type PlanningRequest,
  type QuestionName,
  type SentEdits,
  type SentFile,
  type SentFiles,
  type SentSource,
  type Told,
} from './planning-messages'

interface Held extends KeptOf {
  readonly document: KubeconfigDocument
}

/** By path, what was named last first. */
const held = new Map<string, readonly Held[]>()
/** By path: read before main knew their revision. */
const early = new Map<string, KubeconfigDocument>()
/** By path: read here before main had read it. */
const ahead = new Map<string, { readonly bytes: Uint8Array; readonly document: KubeconfigDocument }>()
/** Ways back that were looked at, by the questions for them: their files are not locked yet. */
const undos = new Map<number, Prepared>()
/** Of the try that was asked about last. */
let edits: readonly AnyEdit[] | null = null
const never = new AbortController().signal
/** Kept where whoever started this thread said. */
const pictures = openFirstPictures(typeof workerData === 'string' ? workerData : null, __filename)

function read({ file: sent, text }: SentFile): ReadFile {
  const of = (document: KubeconfigDocument | null): ReadFile => ({
    file: sent.kind === 'whole' ? sent.file : fileOf(sent.facts, document),
    document,
  })
  if (text === null) return of(null)
  const { path, revision } = sent.kind === 'whole' ? sent.file : sent.facts
  const document =
    text.kind === 'read'
      ? readNew(path, text.text)
      : text.kind === 'early'
        ? (early.get(path) ?? null)
        : known(path, revision)
  if (document === null) throw new Error('a file was said to be here')
  if (text.kind === 'early') early.delete(path)
  held.set(path, keptWith(held.get(path), { revision, document }))
  return of(document)
}

/** Of what is here of that file already, or came early, the most may be the same. */
function readNew(path: string, text: string, bytes: Uint8Array | null = null): KubeconfigDocument {
  const near = held.get(path)?.[0]?.document ?? early.get(path)
  return (near && readAfter(near, text)) ?? readDocument(path, text, 'scan', bytes)
}

/** What is current in each file. */
const currentIn = ({ files }: FilesRead) =>
  files.map(({ file: { path, currentContext } }) => ({ path, currentContext }))

function filesOf({ revision, files }: SentFiles): FilesRead {
  const found = files.map(read)
  for (const kept of [early, ahead])
    keepOnly(
      kept,
      found.map(({ file }) => file.path),
    )
  return { revision, files: found }
}

function editsOf(sent: SentEdits): readonly AnyEdit[] | null {
  if (sent?.kind === 'new') edits = sent.edits
  if (sent !== null && edits === null) throw new Error('edits were said to be here')
  return sent && edits
}

const known = (path: string, revision: string | null): KubeconfigDocument | null =>
  held.get(path)?.find((have) => have.revision === revision)?.document ?? null

function sourceOfSent({ path, listed, fault, revision, text }: SentSource): EditSource {
  if (text?.kind !== 'had') return sourceOf({ path, listed, text: text?.text ?? null, fault })
  const document = revision === null ? null : known(path, revision)
  if (document === null) throw new Error('a file was said to be here')
  return { path, listed, text: document.text, fault, document }
}

/** What an entry says is made when it is first asked for: here, not in main. */
const answering: Answering = {
  ...planningHere,
  report: (...about) => pictures.report(...about),
  fingerprints: (task, read, signal) => {
    pictures.printed(task, read)
    return planningHere.fingerprints(task, read, signal)
  },
  resolved: async (...about) => (await planningHere.resolved(...about)).map(resolvedValue),
  sharing: async (...about) => (await planningHere.sharing(...about)).map(resolvedValue),
}

const answeredQuestion = async <N extends QuestionName>({
  id,
  name,
  task,
  read,
}: Asked<N>): Promise<AnsweredQuestion<N>> => ({
  id,
  name,
  answer: await answering[name](task, filesOf(read), never),
})

async function answer(
  asked: Exclude<PlanningRequest, { kind: 'expect' | 'give' | 'left' | 'rest' | 'text' }>,
): Promise<Answered> {
  const { id } = asked
  try {
    switch (asked.kind) {
      case 'snapshot': {
        const read = filesOf(asked.read)
        const shown = pictures.snapshot(read)
        if (shown !== null) return { id, snapshot: shown.snapshot, current: shown.current }
        const snapshot = await planningHere.snapshot(read, never)
        pictures.made(read, snapshot)
        return { id, snapshot, current: currentIn(read) }
      }
      case 'question':
        return await answeredQuestion(asked)
      case 'contexts': {
        const task = { ...asked.task, edits: editsOf(asked.edits) ?? undefined }
        const known = await planningHere.contexts(task, filesOf(asked.read), never)
        return { id, contexts: known.map((one) => ({ ...one, resolved: resolvedValue(one.resolved) })) }
      }
      case 'tried': {
        const task = { ...asked.task, edits: editsOf(asked.edits) ?? [] }
        return { id, tried: await planningHere.tried(task, filesOf(asked.read), never) }
      }
      case 'plan': {
        const plan = await planOf(asked.task, never, known)
        // The diffs are made when they are first read: here, not in main.
        return { id, plan: { ...plan, files: plan.files } }
      }
      case 'shown-plan':
        return { id, shownPlan: await shownPlanOf(asked.task, never, known) }
      case 'change': {
        const before = filesOf(asked.before)
        const after = filesOf(asked.after)
        return { id, change: changeOf(before, after), current: currentIn(after) }
      }
      case 'compute':
        return { id, computed: await computedOf(asked.task, asked.sources.map(sourceOfSent), never) }
      case 'overwritten':
        return { id, overwritten: await overwrittenOf(asked.task) }
      case 'undo-plan':
        return { id, undoPlan: await undoPlanOf(asked.task, known) }
      case 'undo': {
        const ready = await preparedUndo(asked.task)
        if (!ready.ok) return { id, ready }
        undos.set(id, ready.value)
        const { record, again, rest: isRest, redoes, targets } = ready.value
        return { id, ready: ok({ record, again, rest: isRest, redoes, targets }) }
      }
      case 'undone': {
        const sources = asked.sources.map(sourceOfSent)
        const prepared = undos.get(asked.of)
        // Whoever had looked at it is gone: while a lock was waited for, another question was cancelled.
        const ready = prepared ? ok(prepared) : await preparedUndo(asked.task)
        return {
          id,
          undone: ready.ok ? await undoneOf(ready.value, sources, asked.states, asked.seen) : ready,
        }
      }
      default:
        return assertNever(asked)
    }
  } catch (error) {
    return { id, error }
  }
}

/** What is not copied: files as they are to be written, which nobody looks at here any more. */
function handedOver(answered: Answered): ArrayBuffer[] {
  const { files } = computedIn(answered) ?? { files: [] }
  return files.flatMap(({ bytes }) =>
    // A small one shares its memory with others.
    bytes?.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.byteLength
      ? [bytes.buffer]
      : [],
  )
}

function computedIn(answered: Answered): ComputedElsewhere | null {
  if ('computed' in answered) return answered.computed
  if (!('undone' in answered) || !answered.undone.ok) return null
  return answered.undone.value.kind === 'planned' ? answered.undone.value.computed : null
}

function readAhead(path: string): void {
  if (pictures.expects(path)) {
    tell({ told: 'expects', path })
    return
  }
  const read = textAtOnce(path)
  if (read === null) return
  const { text, bytes } = read
  const document = readNew(path, text, bytes)
  ahead.set(path, { bytes, document })
  prepare(document)
}

const tell = (told: Told) => parentPort?.postMessage(told)

function readEarly({ path, bytes: sent, hash: id }: Extract<PlanningRequest, { kind: 'text' }>): void {
  const { buffer, byteOffset, length } = sent
  const bytes = Buffer.from(buffer, byteOffset, length)
  const before = ahead.get(path)
  ahead.delete(path)
  // The file may have been written between the two readings: main's counts.
  if (before !== undefined && bytes.equals(before.bytes)) {
    early.set(path, before.document)
    return
  }
  const decoded = textOf(bytes)
  const late = decoded && held.size === 0 ? pictures.take(path, decoded) : null
  if (id !== null) tell({ told: 'hash', id, hash: late && decoded ? decoded.hash.value : null })
  if (decoded === null) return
  if (late !== null) {
    early.set(path, late)
    return
  }
  const document = readNew(path, decoded.text, bytes)
  early.set(path, document)
  prepare(document)
}

/** At a start main still waits for Chromium, and hashes the file. Whatever is asked by then comes first. */
function prepare(document: KubeconfigDocument): void {
  if (held.size === 0)
    setImmediate(() => {
      if (held.size === 0) prepareSnapshot(document)
    })
}

function give({ path, revision, bytes, state }: Extract<PlanningRequest, { kind: 'give' }>): void {
  const { buffer, byteOffset, length } = bytes
  const document = known(path, revision)
  const whole = document !== null && Buffer.from(buffer, byteOffset, length).write(document.text) === length
  Atomics.store(state, 0, whole ? 1 : 2)
  Atomics.notify(state, 0)
}

function rest(): void {
  // At once: main counts with it from the moment that it said so.
  for (const [path, [first]] of held) if (first !== undefined) held.set(path, [first])
  early.clear()
  ahead.clear()
  edits = null
  void pictures.rest().finally(() => {
    optimiseAsUsual()
    collect()
  })
}

parentPort?.on('message', (asked: PlanningRequest) => {
  if (asked.kind === 'rest') rest()
  else if (asked.kind === 'give') give(asked)
  else if (asked.kind === 'left') undos.delete(asked.of)
  else if (asked.kind === 'expect') readAhead(asked.path)
  else if (asked.kind === 'text') readEarly(asked)
  else void answer(asked).then((answered) => parentPort?.postMessage(answered, handedOver(answered)))
})
