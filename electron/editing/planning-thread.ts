/** The thread that works out for the window what a fleet makes much of, seen from main: asked one thing after the other. */
import type { Worker } from 'node:worker_threads'
import type { Duplicates } from '../../shared/edits/duplicates'
import type { AnyEdit, Edit } from '../../shared/edits/edit'
import type { Plan, UndoPlan } from '../../shared/edits/plan'
import type { AwsAuthAt } from '../../shared/identity/aws-auths'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { ClusterList } from '../../shared/identity/known-clusters'
import type { EntryText, Fingerprint, IdentityReport } from '../../shared/ipc/contract'
import type { Packed } from '../../shared/ipc/packed'
import type { Choices, Preview, SweepsKnown, ViewCounts } from '../../shared/ipc/payloads'
import type { EntryId, KubeconfigFile, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import type { KnownContext } from '../identity/assemble'
import type { TreeTask } from '../identity/known-fleet'
import { textOf } from '../kubeconfig/disk/read-file'
import type { EditSource } from '../kubeconfig/read/edit-model'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import { type FileFacts, factsOf } from '../kubeconfig/read/file-facts'
import { LateDocument, saysThis } from '../kubeconfig/read/late-document'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { TextOfBytes } from '../kubeconfig/read/text-of-bytes'
import type { AskableCluster, AskableTask, ClusterStand, ClustersTask } from '../state/fleet-clusters'
import type { PackedTree, SweepsTask } from '../state/fleet-looks'
import { collect } from '../system/collect'
import { onAbort } from '../system/on-abort'
import type { EntryOfDestination, ForeignUse } from '../trust/destinations'
import type { EntriesOfFound } from './entries-of-found'
import { largeBytes, sizeOf, startThread, takeFirstThread } from './first-thread'
import type { Naming, NamingTask } from './naming'
import {
  type ChoicesTask,
  type ComputedElsewhere,
  type ComputeTask,
  type ContextsTask,
  type CountsTask,
  type ExportTask,
  type FilesRead,
  type MadeExport,
  type Planning,
  type PlanTask,
  type PreviewTask,
  planningHere,
  type ReportTask,
  type StateOf,
  type UndoneElsewhere,
  type UndoReady,
  type UndoTask,
} from './planning'
import type { ImportsTask, OfferedImport } from './read-imports'
import type { Tried, TryTask } from './tried'

/** A file for the thread. It reads a text once: what it has of that revision already is not sent again. */
export interface SentFile {
  /** What main knows of it; or all of it, where that was not made of a reading. */
  readonly file:
    | { readonly kind: 'facts'; readonly facts: FileFacts }
    | { readonly kind: 'whole'; readonly file: KubeconfigFile }
  /** Null: nothing could be read of it. */
  readonly text: { readonly kind: 'read'; readonly text: string } | { readonly kind: 'early' | 'had' } | null
}

/** What main may be asked for at once, and would have to look at a whole file for. */
interface CurrentOf {
  readonly path: string
  readonly currentContext: string | null
}

/** What a try is about: the thread keeps those that it got last. Null: no try. */
export type SentEdits =
  | { readonly kind: 'new'; readonly edits: readonly AnyEdit[] }
  | { readonly kind: 'had' }
  | null

export interface SentFiles {
  readonly revision: number
  readonly files: readonly SentFile[]
}

/** A file as it was read under the lock. */
export interface SentSource extends Pick<EditSource, 'path' | 'listed' | 'fault'> {
  /** Of its bytes; null where there are none. */
  readonly revision: string | null
  /** Null: there is no such file. */
  readonly text: { readonly kind: 'read'; readonly text: string } | { readonly kind: 'had' } | null
}

export type PlanningRequest =
  | { readonly kind: 'snapshot'; readonly id: number; readonly read: SentFiles }
  | {
      readonly kind: 'report' | 'fingerprints'
      readonly id: number
      readonly task: ReportTask
      readonly read: SentFiles
    }
  | { readonly kind: 'preview'; readonly id: number; readonly task: PreviewTask; readonly read: SentFiles }
  | {
      readonly kind: 'contexts'
      readonly id: number
      readonly task: Omit<ContextsTask, 'edits'>
      readonly edits: SentEdits
      readonly read: SentFiles
    }
  | {
      readonly kind: 'tried'
      readonly id: number
      readonly task: Omit<TryTask, 'edits'>
      readonly edits: SentEdits
      readonly read: SentFiles
    }
  | { readonly kind: 'entry-text'; readonly id: number; readonly entry: EntryId; readonly read: SentFiles }
  | { readonly kind: 'counts'; readonly id: number; readonly task: CountsTask; readonly read: SentFiles }
  | { readonly kind: 'choices'; readonly id: number; readonly task: ChoicesTask; readonly read: SentFiles }
  | { readonly kind: 'tree'; readonly id: number; readonly task: TreeTask; readonly read: SentFiles }
  | {
      readonly kind: 'clusters' | 'cluster-stand' | 'aws-auths'
      readonly id: number
      readonly task: ClustersTask
      readonly read: SentFiles
    }
  | { readonly kind: 'askable'; readonly id: number; readonly task: AskableTask; readonly read: SentFiles }
  | { readonly kind: 'sweeps'; readonly id: number; readonly task: SweepsTask; readonly read: SentFiles }
  | {
      readonly kind: 'destination'
      readonly id: number
      readonly context: EntryId
      readonly read: SentFiles
    }
  | { readonly kind: 'foreign-use'; readonly id: number; readonly path: string; readonly read: SentFiles }
  | {
      readonly kind: 'resolved'
      readonly id: number
      readonly contexts: readonly EntryId[]
      readonly read: SentFiles
    }
  | {
      readonly kind: 'sharing'
      readonly id: number
      readonly contexts: readonly EntryId[]
      readonly read: SentFiles
    }
  | { readonly kind: 'exported'; readonly id: number; readonly task: ExportTask; readonly read: SentFiles }
  | {
      readonly kind: 'duplicates'
      readonly id: number
      readonly edits: readonly AnyEdit[]
      readonly read: SentFiles
    }
  | { readonly kind: 'imported'; readonly id: number; readonly task: ImportsTask; readonly read: SentFiles }
  | { readonly kind: 'naming'; readonly id: number; readonly task: NamingTask; readonly read: SentFiles }
  | {
      readonly kind: 'titles'
      readonly id: number
      readonly edits: readonly Edit[]
      readonly read: SentFiles
    }
  | {
      readonly kind: 'entries-of'
      readonly id: number
      readonly clusters: readonly EksCluster[]
      readonly read: SentFiles
    }
  | { readonly kind: 'plan' | 'shown-plan'; readonly id: number; readonly task: PlanTask }
  | { readonly kind: 'change'; readonly id: number; readonly before: SentFiles; readonly after: SentFiles }
  | {
      readonly kind: 'compute'
      readonly id: number
      readonly task: ComputeTask
      readonly sources: readonly SentSource[]
    }
  | { readonly kind: 'undo-plan'; readonly id: number; readonly task: UndoTask }
  /** What is answered is kept there until it is computed (`undone`), or left. */
  | { readonly kind: 'undo'; readonly id: number; readonly task: UndoTask }
  | {
      readonly kind: 'undone'
      readonly id: number
      /** The question that it was looked at for: by a thread that may have ended since. */
      readonly of: number
      readonly task: UndoTask
      readonly seen: ComputeTask['seen']
      readonly sources: readonly SentSource[]
      readonly states: readonly StateOf[]
    }
  /** Asks nothing: that question is over. */
  | { readonly kind: 'left'; readonly of: number }
  /** Asks nothing: it is read and looked at, and counts if the text that comes is the same. */
  | { readonly kind: 'expect'; readonly path: string }
  /** Asks nothing: there is time to give back what is not needed any more. Of each file its last state stays. */
  | { readonly kind: 'rest' }
  /** Answered in this memory, for which whoever asks waits: the text, and 1, or 2 where it is not here. */
  | {
      readonly kind: 'give'
      readonly path: string
      readonly revision: string | null
      readonly bytes: Uint8Array
      readonly state: Int32Array
    }
  /** Asks nothing: it is looked at meanwhile, and `early` in the question that comes. */
  | { readonly kind: 'text'; readonly path: string; readonly bytes: Uint8Array }

export type Answered =
  | { readonly id: number; readonly snapshot: Packed<Snapshot>; readonly current: readonly CurrentOf[] }
  | { readonly id: number; readonly report: Packed<IdentityReport> }
  | { readonly id: number; readonly fingerprints: Packed<readonly Fingerprint[]> }
  | { readonly id: number; readonly preview: Packed<Preview> }
  | { readonly id: number; readonly contexts: readonly KnownContext[] }
  | { readonly id: number; readonly tried: Tried }
  | { readonly id: number; readonly entryText: EntryText | null }
  | { readonly id: number; readonly counts: ViewCounts }
  | { readonly id: number; readonly choices: Choices }
  | { readonly id: number; readonly tree: PackedTree }
  | { readonly id: number; readonly clusters: Packed<ClusterList> }
  | { readonly id: number; readonly askable: Packed<readonly AskableCluster[]> }
  | { readonly id: number; readonly clusterStand: Packed<ClusterStand> }
  | { readonly id: number; readonly awsAuths: Packed<readonly AwsAuthAt[]> }
  | { readonly id: number; readonly sweeps: Packed<SweepsKnown> }
  | { readonly id: number; readonly destination: EntryOfDestination | null }
  | { readonly id: number; readonly foreignUse: ForeignUse }
  | { readonly id: number; readonly resolved: readonly ResolvedContext[] }
  | { readonly id: number; readonly sharing: readonly ResolvedContext[] }
  | { readonly id: number; readonly exported: Result<MadeExport> | null }
  | { readonly id: number; readonly duplicates: readonly Duplicates[] }
  | { readonly id: number; readonly imported: readonly Result<OfferedImport>[] }
  | { readonly id: number; readonly naming: readonly Naming[] }
  | { readonly id: number; readonly titles: readonly string[] }
  | { readonly id: number; readonly entriesOf: readonly EntriesOfFound[] }
  | { readonly id: number; readonly plan: Plan }
  | { readonly id: number; readonly shownPlan: Packed<Plan> }
  | {
      readonly id: number
      readonly change: Packed<SnapshotChange>
      readonly current: readonly CurrentOf[]
    }
  | { readonly id: number; readonly computed: ComputedElsewhere }
  | { readonly id: number; readonly undoPlan: Result<UndoPlan> }
  | { readonly id: number; readonly ready: Result<SentReady> }
  | { readonly id: number; readonly undone: Result<UndoneElsewhere> }
  | { readonly id: number; readonly error: unknown }

/** Of a way back what main needs before it locks anything. */
export type SentReady = Omit<UndoReady, 'compute' | 'release'>

/** Some fifteen hundred contexts, which main counts in less than a key takes: nobody waits for the numbers of more. */
const countedHere = 1_000_000

/** What a thread is worth it for. */
export interface Worth {
  /** Bytes of files below which starting a thread costs more than what it would take off the first one. */
  readonly bytes: number
  /** Milliseconds without a question after which what was read is given back, here and there: of a large file its text, three times. */
  readonly restMs: number
}

const worthAThread: Worth = { bytes: largeBytes, restMs: 1_000 }

/** Milliseconds without a question after which the thread, and its copy of the files, is given up. */
const idleMs = 120_000

interface Waiting {
  readonly ask: (thread: Thread, id: number) => void
  readonly done: (answer: Answered) => void
  readonly fail: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  /** What it has of each path, by revision. */
  readonly has: Map<string, readonly KeptOf[]>
  /** Texts that it got as soon as they were read. */
  readonly early: Map<string, TextOfBytes>
  /** The edits that it got last. */
  edits: readonly AnyEdit[] | null
  /** Documents of which nobody here has looked at anything, and whose text it has, too. */
  readonly late: Map<string, LateText>
}

/** One state of a file that the thread has. */
export interface KeptOf {
  readonly revision: string | null
}

interface LateText extends KeptOf {
  readonly path: string
  readonly document: WeakRef<LateDocument>
}

/**
 * What is kept of a file when one state of it is named, on both sides alike: that and the one before it, because what another program
 * is writing is compared more than once with what was there, until it is whole.
 */
export const keptWith = <T extends KeptOf>(before: readonly T[] | undefined, now: T): readonly T[] =>
  [now, ...(before ?? []).filter(({ revision }) => revision !== now.revision)].slice(0, 2)

/**
 * Planning in a thread of its own; `program` is its built file. It starts with the first question, or the first text that is worth it.
 */
export function planningInThread(program: string, differing: Partial<Worth> = {}): Planning {
  const worth = { ...worthAThread, ...differing }
  /** What was begun before this was loaded expects its file already. */
  const first = takeFirstThread(program)
  let thread: Thread | null = first && follow(first.worker)
  let running: (Waiting & { readonly id: number }) | null = null
  let idle: NodeJS.Timeout | undefined
  let rest: NodeJS.Timeout | undefined
  /** Bytes of a text were sent to the thread since both have rested. */
  let sent = false
  let last = 0
  const queue: Waiting[] = []

  function start(): Thread {
    return follow(startThread(program))
  }

  function follow(worker: Worker): Thread {
    const started: Thread = { worker, has: new Map(), early: new Map(), edits: null, late: new Map() }
    worker.on('message', (answer: Answered) => {
      if (running?.id !== answer.id) return
      const { done } = running
      running = null
      // It may have got half way through the files: what it has of them is not known any more.
      if ('error' in answer) stop()
      done(answer)
      next()
    })
    // Whatever ended it: what was asked fails, and the next question starts another.
    const ended = (error: unknown) => {
      if (thread !== started) return
      thread = null
      running?.fail(error)
      running = null
      next()
    }
    worker.on('error', ended)
    // What it said cannot be read here, such as values in one another many thousand deep: nothing else would ever answer that.
    worker.on('messageerror', (error) => {
      if (thread !== started) return
      const asked = running
      running = null
      stop()
      asked?.fail(error)
      next()
    })
    worker.on('exit', (code) => ended(new Error(`the planning thread ended with ${code}`)))
    worker.unref()
    return started
  }

  /** `busy`: it answers nothing any more. */
  function stop(busy = false): void {
    const old = thread
    if (old === null) return
    if (busy) thread = null
    for (const { document } of old.late.values()) document.deref()?.keep()
    thread = null
    void old.worker.terminate()
  }

  function atRest(): void {
    sent = false
    if (thread === null) {
      collect()
      return
    }
    const { worker, has, early, late } = thread
    const isLast = ({ path, revision }: LateText) => has.get(path)?.[0]?.revision === revision
    for (const one of late.values()) if (isLast(one)) leave(one, thread)
    // Who still shows an earlier state is told apart from who is gone by now.
    collect()
    for (const [key, one] of late) {
      if (isLast(one)) continue
      one.document.deref()?.keep()
      late.delete(key)
    }
    for (const [path, [first]] of has) if (first !== undefined) has.set(path, [first])
    early.clear()
    thread.edits = null
    post(worker, { kind: 'rest' })
  }

  /** Of a large text one is enough. */
  function leave({ path, revision, document }: LateText, of: Thread): void {
    document.deref()?.leave((bytes) => (thread === of ? textIn(of.worker, path, revision, bytes) : null))
  }

  function next(): void {
    clearTimeout(idle)
    clearTimeout(rest)
    if (running !== null) return
    const waiting = queue.shift()
    if (waiting === undefined) {
      idle = setTimeout(stop, idleMs)
      idle.unref()
      if (sent) {
        rest = setTimeout(atRest, worth.restMs)
        rest.unref()
      }
      return
    }
    thread ??= start()
    running = { ...waiting, id: ++last }
    try {
      waiting.ask(thread, last)
    } catch (error) {
      // What cannot be sent (too large to be copied) was not asked, and the files with it have not come.
      running = null
      stop()
      waiting.fail(error)
      next()
    }
  }

  function ask<T>(
    post: Waiting['ask'],
    read: (answer: Answered) => { readonly found: T } | null,
    signal: AbortSignal,
    first = false,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        ask: post,
        done(answer) {
          listensNoMore()
          const found = read(answer)
          if (found !== null) resolve(found.found)
          else reject('error' in answer ? answer.error : new Error('another answer was expected'))
        },
        fail(error) {
          listensNoMore()
          reject(error)
        },
      }
      function cancel(): void {
        const at = queue.indexOf(waiting)
        if (at >= 0) queue.splice(at, 1)
        else if (running?.done === waiting.done) {
          // It cannot be interrupted, so it is ended; the next one reads the files again.
          running = null
          stop(true)
          next()
        }
        reject(signal.reason)
      }
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const listensNoMore = onAbort(signal, cancel)
      if (first) queue.unshift(waiting)
      else queue.push(waiting)
      next()
    })
  }

  /** Few contexts are shown before a thread would have started. */
  const few = ({ files }: FilesRead, bytes = worth.bytes) =>
    thread === null && files.reduce((sum, { file }) => sum + file.bytes, 0) < bytes

  /** Asked of the files there, and of few contexts here. */
  const asked = <T>(
    read: FilesRead,
    here: () => Promise<T>,
    request: (id: number, sent: SentFiles) => PlanningRequest,
    found: (answer: Answered) => { readonly found: T } | null,
    signal: AbortSignal,
  ): Promise<T> =>
    few(read) ? here() : ask((to, id) => post(to.worker, request(id, sentFiles(read, to))), found, signal)

  return {
    snapshot: (read, signal) =>
      few(read)
        ? planningHere.snapshot(read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'snapshot', id, read: sentFiles(read, to) })
            },
            (answer) => {
              if (!('snapshot' in answer)) return null
              tell(read, answer.current)
              return { found: answer.snapshot }
            },
            signal,
          ),
    report: (task, read, signal) =>
      few(read)
        ? planningHere.report(task, read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'report', id, task, read: sentFiles(read, to) })
            },
            (answer) => ('report' in answer ? { found: answer.report } : null),
            signal,
          ),
    fingerprints: (task, read, signal) =>
      few(read)
        ? planningHere.fingerprints(task, read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'fingerprints', id, task, read: sentFiles(read, to) })
            },
            (answer) => ('fingerprints' in answer ? { found: answer.fingerprints } : null),
            signal,
          ),
    preview: (task, read, signal) =>
      ask(
        (to, id) => {
          post(to.worker, { kind: 'preview', id, task, read: sentFiles(read, to) })
        },
        (answer) => ('preview' in answer ? { found: answer.preview } : null),
        signal,
      ),
    contexts: ({ edits, ...task }, read, signal) =>
      few(read)
        ? planningHere.contexts({ ...task, edits }, read, signal)
        : ask(
            (to, id) => {
              const sentTo = { edits: sentEdits(edits, to), read: sentFiles(read, to) }
              post(to.worker, { kind: 'contexts', id, task, ...sentTo })
            },
            (answer) => ('contexts' in answer ? { found: answer.contexts } : null),
            signal,
            true,
          ),
    tried: ({ edits, ...task }, read, signal) =>
      few(read)
        ? planningHere.tried({ ...task, edits }, read, signal)
        : ask(
            (to, id) => {
              const sentTo = { edits: sentEdits(edits, to), read: sentFiles(read, to) }
              post(to.worker, { kind: 'tried', id, task, ...sentTo })
            },
            (answer) => ('tried' in answer ? { found: answer.tried } : null),
            signal,
            true,
          ),
    entryText: (entry, read, signal) =>
      few(read)
        ? planningHere.entryText(entry, read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'entry-text', id, entry, read: sentFiles(read, to) })
            },
            (answer) => ('entryText' in answer ? { found: answer.entryText } : null),
            signal,
            true,
          ),
    counts: (task, read, signal) =>
      few(read, Math.min(worth.bytes, countedHere))
        ? planningHere.counts(task, read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'counts', id, task, read: sentFiles(read, to) })
            },
            (answer) => ('counts' in answer ? { found: answer.counts } : null),
            signal,
          ),
    choices: (task, read, signal) =>
      few(read)
        ? planningHere.choices(task, read, signal)
        : ask(
            (to, id) => {
              post(to.worker, { kind: 'choices', id, task, read: sentFiles(read, to) })
            },
            (answer) => ('choices' in answer ? { found: answer.choices } : null),
            signal,
          ),
    tree: (task, read, signal) =>
      asked(
        read,
        () => planningHere.tree(task, read, signal),
        (id, sent) => ({ kind: 'tree', id, task, read: sent }),
        (answer) => ('tree' in answer ? { found: answer.tree } : null),
        signal,
      ),
    clusters: (task, read, signal) =>
      asked(
        read,
        () => planningHere.clusters(task, read, signal),
        (id, sent) => ({ kind: 'clusters', id, task, read: sent }),
        (answer) => ('clusters' in answer ? { found: answer.clusters } : null),
        signal,
      ),
    askable: (task, read, signal) =>
      asked(
        read,
        () => planningHere.askable(task, read, signal),
        (id, sent) => ({ kind: 'askable', id, task, read: sent }),
        (answer) => ('askable' in answer ? { found: answer.askable } : null),
        signal,
      ),
    clusterStand: (task, read, signal) =>
      asked(
        read,
        () => planningHere.clusterStand(task, read, signal),
        (id, sent) => ({ kind: 'cluster-stand', id, task, read: sent }),
        (answer) => ('clusterStand' in answer ? { found: answer.clusterStand } : null),
        signal,
      ),
    awsAuths: (task, read, signal) =>
      asked(
        read,
        () => planningHere.awsAuths(task, read, signal),
        (id, sent) => ({ kind: 'aws-auths', id, task, read: sent }),
        (answer) => ('awsAuths' in answer ? { found: answer.awsAuths } : null),
        signal,
      ),
    sweeps: (task, read, signal) =>
      asked(
        read,
        () => planningHere.sweeps(task, read, signal),
        (id, sent) => ({ kind: 'sweeps', id, task, read: sent }),
        (answer) => ('sweeps' in answer ? { found: answer.sweeps } : null),
        signal,
      ),
    destination: (context, read, signal) =>
      asked(
        read,
        () => planningHere.destination(context, read, signal),
        (id, sent) => ({ kind: 'destination', id, context, read: sent }),
        (answer) => ('destination' in answer ? { found: answer.destination } : null),
        signal,
      ),
    foreignUse: (path, read, signal) =>
      asked(
        read,
        () => planningHere.foreignUse(path, read, signal),
        (id, sent) => ({ kind: 'foreign-use', id, path, read: sent }),
        (answer) => ('foreignUse' in answer ? { found: answer.foreignUse } : null),
        signal,
      ),
    resolved: (contexts, read, signal) =>
      asked(
        read,
        () => planningHere.resolved(contexts, read, signal),
        (id, sent) => ({ kind: 'resolved', id, contexts, read: sent }),
        (answer) => ('resolved' in answer ? { found: answer.resolved } : null),
        signal,
      ),
    sharing: (contexts, read, signal) =>
      asked(
        read,
        () => planningHere.sharing(contexts, read, signal),
        (id, sent) => ({ kind: 'sharing', id, contexts, read: sent }),
        (answer) => ('sharing' in answer ? { found: answer.sharing } : null),
        signal,
      ),
    exported: (task, read, signal) =>
      asked(
        read,
        () => planningHere.exported(task, read, signal),
        (id, sent) => ({ kind: 'exported', id, task, read: sent }),
        (answer) => ('exported' in answer ? { found: answer.exported } : null),
        signal,
      ),
    imported: (task, read, signal) =>
      asked(
        read,
        () => planningHere.imported(task, read, signal),
        (id, sent) => ({ kind: 'imported', id, task, read: sent }),
        (answer) => ('imported' in answer ? { found: answer.imported } : null),
        signal,
      ),
    naming: (task, read, signal) =>
      asked(
        read,
        () => planningHere.naming(task, read, signal),
        (id, sent) => ({ kind: 'naming', id, task, read: sent }),
        (answer) => ('naming' in answer ? { found: answer.naming } : null),
        signal,
      ),
    titles: (edits, read, signal) =>
      asked(
        read,
        () => planningHere.titles(edits, read, signal),
        (id, sent) => ({ kind: 'titles', id, edits, read: sent }),
        (answer) => ('titles' in answer ? { found: answer.titles } : null),
        signal,
      ),
    duplicates: (edits, read, signal) =>
      asked(
        read,
        () => planningHere.duplicates(edits, read, signal),
        (id, sent) => ({ kind: 'duplicates', id, edits, read: sent }),
        (answer) => ('duplicates' in answer ? { found: answer.duplicates } : null),
        signal,
      ),
    entriesOf: (clusters, read, signal) =>
      asked(
        read,
        () => planningHere.entriesOf(clusters, read, signal),
        (id, sent) => ({ kind: 'entries-of', id, clusters, read: sent }),
        (answer) => ('entriesOf' in answer ? { found: answer.entriesOf } : null),
        signal,
      ),
    plan: (task, signal) =>
      ask(
        ({ worker }, id) => {
          post(worker, { kind: 'plan', id, task })
        },
        (answer) => ('plan' in answer ? { found: answer.plan } : null),
        signal,
      ),
    shownPlan: (task, signal) =>
      ask(
        ({ worker }, id) => {
          post(worker, { kind: 'shown-plan', id, task })
        },
        (answer) => ('shownPlan' in answer ? { found: answer.shownPlan } : null),
        signal,
      ),
    change: (before, after, signal) =>
      few(after)
        ? null
        : ask(
            (to, id) => {
              // In this order: of each file the thread keeps what it got last.
              const from = sentFiles(before, to)
              post(to.worker, { kind: 'change', id, before: from, after: sentFiles(after, to) })
            },
            (answer) => {
              if (!('change' in answer)) return null
              tell(after, answer.current)
              return { found: answer.change }
            },
            signal,
          ),
    compute(task, { sources, bytes }, signal) {
      if (bytes < worth.bytes) return null
      return ask(
        (to, id) => {
          const sent = sources.map((source) => sentSource(source, task.revisions, to))
          post(to.worker, { kind: 'compute', id, task, sources: sent })
        },
        (answer) => ('computed' in answer ? { found: answer.computed } : null),
        signal,
        true,
      )
    },
    undoPlan: (task, bytes, signal) =>
      bytes < worth.bytes
        ? null
        : ask(
            ({ worker }, id) => {
              post(worker, { kind: 'undo-plan', id, task })
            },
            (answer) => ('undoPlan' in answer ? { found: answer.undoPlan } : null),
            signal,
          ),
    undo({ seen, ...task }, bytes, signal) {
      if (bytes < worth.bytes) return null
      /** Who has looked at it, and for which question. */
      let asked: { readonly of: Thread; readonly id: number } | null = null
      const ready = ask(
        (to, id) => {
          asked = { of: to, id }
          post(to.worker, { kind: 'undo', id, task })
        },
        (answer) => ('ready' in answer ? { found: answer.ready } : null),
        signal,
        true,
      )
      return ready.then((found) => {
        const by = asked
        if (!found.ok || by === null) return found.ok ? Promise.reject(new Error('nobody was asked')) : found
        return ok({
          ...found.value,
          compute: (sources, states, stop) =>
            ask(
              (to, id) => {
                const sent = sources.map((source) => sentSource(source, states, to))
                post(to.worker, { kind: 'undone', id, of: by.id, task, seen, sources: sent, states })
              },
              (answer) => ('undone' in answer ? { found: answer.undone } : null),
              stop,
              true,
            ),
          release() {
            if (thread === by.of) post(by.of.worker, { kind: 'left', of: by.id })
          },
        })
      })
    },
    expect(path) {
      if (path === first?.path || sizeOf(path) < worth.bytes) return
      // It reads by itself: main comes to its own reading, and to anything that it waits for, only when Chromium has started.
      thread ??= start()
      post(thread.worker, { kind: 'expect', path })
    },
    text(path, content) {
      const { bytes } = content
      if (bytes.length < worth.bytes) return false
      thread ??= start()
      thread.early.set(path, content)
      sent = true
      // Shared memory is not copied, and of bytes the thread finds entries quicker than of a text.
      post(thread.worker, { kind: 'text', path, bytes })
      return true
    },
    close() {
      clearTimeout(idle)
      clearTimeout(rest)
      thread?.late.clear()
      stop()
    },
  }
}

const post = (worker: Worker, asked: PlanningRequest) => worker.postMessage(asked)

/** Milliseconds after which a thread that does not say what a text was will not. */
const giveMs = 10_000

/** At once, as whoever asks a document for something expects; null where the thread has it not. */
function textIn(worker: Worker, path: string, revision: string | null, size: number): TextOfBytes | null {
  const bytes = Buffer.from(new SharedArrayBuffer(size))
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  post(worker, { kind: 'give', path, revision, bytes, state })
  Atomics.wait(state, 0, 0, giveMs)
  return Atomics.load(state, 0) === 1 ? textOf(bytes) : null
}

/** What was read before it was known to be of the list, and is not, is not kept. */
export function keepOnly(early: Map<string, unknown>, paths: readonly string[]): void {
  for (const path of early.keys()) if (!paths.includes(path)) early.delete(path)
}

function sentFiles({ revision, files }: FilesRead, to: Thread): SentFiles {
  keepOnly(
    to.early,
    files.map(({ file }) => file.path),
  )
  return { revision, files: files.map((file) => sentFile(file, to)) }
}

function sentEdits(edits: readonly AnyEdit[] | undefined, to: Thread): SentEdits {
  if (edits === undefined) return null
  if (to.edits === edits) return { kind: 'had' }
  to.edits = edits
  return { kind: 'new', edits }
}

/** What the thread found in texts that are not looked at here. */
function tell({ files }: FilesRead, found: readonly CurrentOf[]): void {
  for (const { document } of files) {
    const current = found.find(({ path }) => path === document?.file)
    if (document instanceof LateDocument && current !== undefined) document.tell(current)
  }
}

function sentSource(source: EditSource, revisions: ComputeTask['revisions'], { has }: Thread): SentSource {
  const { path, listed, fault } = source
  const revision = revisions.find((one) => one.path === path)?.revision ?? null
  const named = { path, listed, fault, revision }
  if (fault === null && revision !== null && has.get(path)?.some((one) => one.revision === revision))
    return { ...named, text: { kind: 'had' } }
  const { text } = source
  return { ...named, text: text === null ? null : { kind: 'read', text } }
}

function sentFile({ file: whole, document }: ReadFile, { has, early, late }: Thread): SentFile {
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
