/** The program of the planning thread. It holds the files as main sent them, and logs nothing. */
import { parentPort } from 'node:worker_threads'
import { ok } from '../../shared/result'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import { type EditSource, sourceOf } from '../kubeconfig/read/edit-model'
import { fileOf } from '../kubeconfig/read/file-facts'
import { readAfter } from '../kubeconfig/read/patched'
import { resolvedValue } from '../kubeconfig/read/resolved-value'
import {
  changeOf,
  computedOf,
  type FilesRead,
  overwrittenOf,
  planningHere,
  planOf,
  preparedUndo,
  shownPlanOf,
  undoneOf,
  undoPlanOf,
} from './planning'
import {
  type Answered,
  type Asked,
  type Failed,
  type JobName,
  type Jobs,
  keepNamed,
  type SentRead,
  type SentSource,
  type SentText,
  type TaskFiles,
} from './planning-messages'

/** By path and revision. */
const held = new Map<string, ReadonlyMap<string, KubeconfigDocument>>()
/** A task that is cancelled ends the thread. */
const never = new AbortController().signal

/** Of what is here of that file already the most may be the same. */
function readNew(path: string, text: string): KubeconfigDocument {
  const near = [...(held.get(path)?.values() ?? [])].at(-1)
  return (near && readAfter(near, text)) ?? readDocument(path, text)
}

function filesOf(reads: readonly SentRead[], texts: readonly SentText[]): TaskFiles {
  const named = new Map<string, Map<string, KubeconfigDocument>>()
  /** Of unknown revision, in this task alone. */
  const alone = new Map<string, KubeconfigDocument>()
  for (const { path, revision, text } of texts) {
    const document = text === null ? held.get(path)?.get(revision ?? '') : readNew(path, text)
    if (document === undefined) throw new Error('a file was said to be here')
    if (revision === null) alone.set(path, document)
    else named.set(path, (named.get(path) ?? new Map()).set(revision, document))
  }
  keepNamed(held, named, reads.length > 0)
  const known: TaskFiles['known'] = (path, revision) => held.get(path)?.get(revision) ?? null
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

const sourcesOf = (sources: readonly SentSource[], files: TaskFiles): readonly EditSource[] =>
  sources.map(({ path, listed, fault, revision, text }) => {
    if (revision === null) return sourceOf({ path, listed, text, fault })
    const document = files.document(path, revision)
    return { path, listed, text: document.text, fault, document }
  })

const nothing: FilesRead = { revision: 0, files: [] }

/** One of the questions about a reading. */
const ofRead =
  <T, A>(answer: (task: T, read: FilesRead, signal: AbortSignal) => Promise<A>) =>
  (task: T, { reads: [read] }: TaskFiles): Promise<A> =>
    answer(task, read ?? nothing, never)

const here = planningHere
/** What an entry says is made when it is first asked for: here, not in main. */
const jobs: Jobs = {
  report: ofRead(here.report),
  fingerprints: ofRead(here.fingerprints),
  preview: ofRead(here.preview),
  async contexts(task, files) {
    const known = await ofRead(here.contexts)(task, files)
    return known.map((one) => ({ ...one, resolved: resolvedValue(one.resolved) }))
  },
  tried: ofRead(here.tried),
  entryText: ofRead(here.entryText),
  counts: ofRead(here.counts),
  choices: ofRead(here.choices),
  tree: ofRead(here.tree),
  clusters: ofRead(here.clusters),
  askable: ofRead(here.askable),
  clusterStand: ofRead(here.clusterStand),
  awsAuths: ofRead(here.awsAuths),
  sweeps: ofRead(here.sweeps),
  destination: ofRead(here.destination),
  foreignUse: ofRead(here.foreignUse),
  resolved: async (task, files) => (await ofRead(here.resolved)(task, files)).map(resolvedValue),
  sharing: async (task, files) => (await ofRead(here.sharing)(task, files)).map(resolvedValue),
  exported: ofRead(here.exported),
  imported: ofRead(here.imported),
  naming: ofRead(here.naming),
  titles: ofRead(here.titles),
  duplicates: ofRead(here.duplicates),
  entriesOf: ofRead(here.entriesOf),
  snapshot: (_, { reads: [read] }) => here.snapshot(read ?? nothing, never),
  async plan(task, { known }) {
    const plan = await planOf(task, never, (path, revision) => known(path, revision))
    // The diffs are made when they are first read: here, not in main.
    return { ...plan, files: plan.files }
  },
  shownPlan: (task, { known }) => shownPlanOf(task, never, known),
  change: async (_, { reads: [before, after] }) => changeOf(before ?? nothing, after ?? nothing),
  compute: ({ task, sources }, files) => computedOf(task, sourcesOf(sources, files), never),
  overwritten: (task) => overwrittenOf(task),
  undoPlan: (task, { known }) => undoPlanOf(task, known),
  async undo(task) {
    const ready = await preparedUndo(task)
    if (!ready.ok) return ready
    const { record, titles, redoes, targets } = ready.value
    return ok({ record, titles, redoes, targets })
  },
  async undone({ task, seen, sources, states }, files) {
    // Once more: what was looked at before the lock stands in the history.
    const ready = await preparedUndo(task)
    return ready.ok ? undoneOf(ready.value, sourcesOf(sources, files), states, seen) : ready
  },
}

const answered = async <N extends JobName>({
  id,
  name,
  task,
  reads,
  texts,
}: Asked<N>): Promise<Answered<N>> => ({ id, name, answer: await jobs[name](task, filesOf(reads, texts)) })

parentPort?.on('message', (asked: Asked) => {
  const failed = (error: unknown): Failed => ({ id: asked.id, error })
  void answered(asked)
    .catch(failed)
    .then((answer) => parentPort?.postMessage(answer))
})
