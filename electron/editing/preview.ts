/**
 * Pending edits applied to the files as they are now: entries and identities as they would be, for a preview and for a try, with
 * what the edits would add. Values in, values out: for a large fleet another thread does it.
 */

import { type ChangedContext, changedContexts } from '../../shared/edits/changed-contexts'
import type { AnyEdit } from '../../shared/edits/edit'
import { changedNames, renamedIds } from '../../shared/edits/model'
import type { Preview } from '../../shared/ipc/payloads'
import { type EntryId, isNothing } from '../../shared/kubeconfig/entries'
import type { AddedByWrite } from '../../shared/trust/added-by-write'
import { assembleIdentities } from '../identity/assemble'
import { type LookTask, lookInput } from '../identity/basis'
import { identityWarnings } from '../identity/edit-warnings'
import { readDocument } from '../kubeconfig/read/document'
import { sourceOfRead } from '../kubeconfig/read/edit-model'
import { type KubeconfigView, resolvedIn, viewOf } from '../kubeconfig/read/kubeconfig-view'
import type { ReadFile } from '../kubeconfig/read/project-snapshot'
import { type Planned, planEdits } from '../kubeconfig/rewrite/plan-edits'
import type { ReadAt } from '../state/changes'
import type { Environment } from '../system/environment'
import { wordsAfter } from '../trust/expectations'
import { judgeWrite, writeFingerprint } from '../trust/judge-write'
import { type SeenValues, seenIn } from '../trust/values-shown'

export interface PreviewTask extends LookTask {
  readonly edits: readonly AnyEdit[]
  /** Another environment in which identities are inferred, too; null: none. */
  readonly compare: Environment | null
  /** Contexts that may act otherwise by a profile. */
  readonly also: readonly EntryId[]
}

/** Beyond this many contexts only those that an edit touches get their identities anew. */
const wholeUpTo = 2_000

/** What the grid shows as now beside the files' was. */
export async function previewEdits(
  { edits, compare, also, ...task }: PreviewTask,
  { revision, files }: ReadAt,
  signal: AbortSignal,
): Promise<Preview> {
  const on = lookInput(task, signal)
  const warnings = identityWarnings(await on.aws(on.environment, {}))
  const planned = planEdits({ sources: files.map(sourceOfRead), revisions: [], edits, warnings })
  const { before, after } = planned
  const view = viewAfter(revision, files, planned)
  const only = touchedContexts(view, planned, also)
  const contexts = view.snapshot.contexts.filter(({ id }) => only === null || only.has(id))
  const all = {
    snapshot: { ...view.snapshot, contexts },
    resolved: resolvedIn(
      view,
      contexts.map(({ id }) => id),
    ),
    namesOnce: view.namesOnce(),
    // As they will be once this is written.
    words: wordsAfter(on.words, changedContexts(before, after)),
  }
  const identitiesIn = async (environment: Environment) =>
    (await assembleIdentities({ ...on, ...all, environment })).contexts
  const [identities, compared] = await Promise.all([
    identitiesIn(on.environment),
    compare === null ? [] : identitiesIn(compare),
  ])
  return {
    revision,
    renamed: [...renamedIds(planned.before, planned.after)].map(([id, now]) => ({ id, now })),
    identities,
    compared,
    problems: planned.plan.problems,
    alsoChanges: planned.plan.alsoChanges,
    files: planned.files.map(({ path }) => path),
  }
}

/** The files as kubectl would read them once this is written. */
const viewAfter = (revision: number, files: readonly ReadFile[], planned: Planned): KubeconfigView =>
  viewOf(
    revision,
    files.map((file) => edited(file, planned)),
  )

function edited(was: ReadFile, { files }: Planned): ReadFile {
  const change = files.find(({ path }) => path === was.file.path)
  if (!change) return was
  const document = change.document ?? readDocument(was.file.path, change.after ?? '')
  const { currentContext, contexts, clusters, users } = document
  const counts = { contexts: contexts.length, clusters: clusters.length, users: users.length }
  const problems = was.file.problems.filter((one) => !isNothing(one) && one.code !== 'misread-string')
  return { document, file: { ...was.file, problems, currentContext, ...counts } }
}

/** The contexts whose identities are inferred anew; null: all. */
function touchedContexts(
  { snapshot }: KubeconfigView,
  planned: Planned,
  also: readonly EntryId[],
): ReadonlySet<EntryId> | null {
  // A finding of one context may come and go with another's edit: the page compares and keeps what differs.
  if (snapshot.contexts.length <= wholeUpTo) return null
  const { before, after } = planned
  const users = changedNames(before, after, 'user')
  const clusters = changedNames(before, after, 'cluster')
  const contexts = changedNames(before, after, 'context')
  const touched = snapshot.contexts.filter(
    ({ name, user, cluster }) =>
      contexts.has(name) || (user !== null && users.has(user)) || (cluster !== null && clusters.has(cluster)),
  )
  return new Set([...also, ...touched.map(({ id }) => id)])
}

export interface TryTask {
  readonly edits: readonly AnyEdit[]
  /** By the ids that edits name them by. */
  readonly contexts: readonly EntryId[]
  readonly seen: SeenValues
}

export type Tried =
  /** What prevents the write. */
  | { readonly kind: 'blocked'; readonly message: string; readonly next: string }
  | {
      readonly kind: 'made'
      /** Those that exist after the edits, each once: by the id that the edits name it by, and by its own. */
      readonly contexts: readonly { readonly id: EntryId; readonly now: EntryId }[]
      readonly left: readonly EntryId[]
      /** What the user must be asked about, with the fingerprint of exactly this write; null: nothing. */
      readonly asks: { readonly added: AddedByWrite; readonly fingerprint: string } | null
    }

/** The files with the edits, in memory. */
interface Made {
  readonly view: KubeconfigView
  readonly changed: readonly ChangedContext[]
  /** The ids that contexts have now, by their former ones. */
  readonly renamed: ReadonlyMap<EntryId, EntryId>
  readonly tried: (task: Omit<TryTask, 'edits'>) => Tried
}

function make(edits: readonly AnyEdit[], { revision, files }: ReadAt): Made {
  const sources = files.map(sourceOfRead)
  const planned = planEdits({ sources, revisions: [], edits })
  const view = viewAfter(revision, files, planned)
  let changed: readonly ChangedContext[] | null = null
  const renamed = renamedIds(planned.before, planned.after)
  return {
    view,
    renamed,
    get changed() {
      changed ??= changedContexts(planned.before, planned.after)
      return changed
    },
    tried({ contexts, seen }) {
      const problem = planned.plan.problems.find(({ blocks }) => blocks)
      if (problem !== undefined) return { kind: 'blocked', message: problem.message, next: problem.next }
      const wanted = [...new Set(contexts)].map((id) => ({ id, now: renamed.get(id) ?? id }))
      const isThere = ({ now }: { readonly now: EntryId }) => view.resolve(now) !== null
      const write = { sources, files: planned.files }
      const { added } = judgeWrite(write, seenIn(seen))
      return {
        kind: 'made',
        contexts: wanted.filter(isThere),
        left: wanted.flatMap((one) => (isThere(one) ? [] : [one.id])),
        // The fingerprint covers whole files, and the user is not asked about a write that adds nothing.
        asks: added && { added, fingerprint: writeFingerprint(write) },
      }
    },
  }
}

/** The last result, kept for a moment: its contexts are requested right after it, in pieces. It holds the text of whole files. */
let last: { readonly edits: readonly AnyEdit[]; readonly read: ReadAt; readonly made: Made } | null = null
let forgetting: NodeJS.Timeout | undefined
const keptMs = 5_000

function madeOf(edits: readonly AnyEdit[], read: ReadAt): Made {
  clearTimeout(forgetting)
  const isSame =
    last?.edits === edits &&
    last.read.revision === read.revision &&
    isSameReading(last.read.files, read.files)
  if (last === null || !isSame) last = { edits, read, made: make(edits, read) }
  const { made } = last
  forgetting = setTimeout(() => {
    last = null
  }, keptMs)
  forgetting.unref()
  return made
}

/** Whether two readings have the very same documents, and equal facts of their files. */
const isSameReading = (before: readonly ReadFile[], now: readonly ReadFile[]): boolean =>
  before.length === now.length &&
  now.every(({ file, document }, at) => {
    const was = before[at]
    return was?.document === document && was.file.own === file.own && was.file.trusted === file.trusted
  })

/** What these edits would add, and which of these contexts exist after them. */
export const triedOf = ({ edits, ...task }: TryTask, read: ReadAt): Tried => madeOf(edits, read).tried(task)

/** The files as they would be, and the contexts that change or get another id. */
export const editedView = (
  edits: readonly AnyEdit[],
  read: ReadAt,
): Pick<Made, 'view' | 'changed' | 'renamed'> => madeOf(edits, read)
