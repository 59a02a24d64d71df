/** Pending edits carried out on what is there now: entries and identities as they would be, nothing written. */

import { changedContexts } from '../../shared/edits/changed-contexts'
import type { AnyEdit } from '../../shared/edits/edit'
import { changedNames, renamedIds } from '../../shared/edits/model'
import type { Preview } from '../../shared/ipc/payloads'
import { type EntryId, isNothing } from '../../shared/kubeconfig/entries'
import { assembleIdentities } from '../identity/assemble'
import { around, type LookTask } from '../identity/basis'
import { identityWarnings } from '../identity/edit-warnings'
import { readDocument } from '../kubeconfig/read/document'
import { sourceOfRead } from '../kubeconfig/read/edit-model'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import { type KubeconfigView, resolvedIn, viewOf } from '../kubeconfig/read/view'
import { type Planned, planEdits } from '../kubeconfig/rewrite/plan'
import type { ReadAt } from '../state/changes'
import type { Environment } from '../system/environment'
import { wordsAfter } from '../trust/expectations'

export interface PreviewTask extends LookTask {
  readonly edits: readonly AnyEdit[]
  /** Another environment in which identities are worked out, too; null: none. */
  readonly compare: Environment | null
}

/** Beyond this many contexts only those that an edit touches get their identities anew. */
const wholeUpTo = 2_000

/** What the grid shows as now beside the files' was. */
export async function previewEdits(
  { edits, compare, ...task }: PreviewTask,
  { revision, files }: ReadAt,
  signal: AbortSignal,
): Promise<Preview> {
  const on = around(task, signal)
  const warnings = identityWarnings(await on.aws(on.environment, {}))
  const planned = planEdits({ sources: files.map(sourceOfRead), revisions: [], edits, warnings })
  const { before, after } = planned
  const view = viewAfter(revision, files, planned)
  const only = touchedContexts(view, planned)
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
export const viewAfter = (revision: number, files: readonly ReadFile[], planned: Planned): KubeconfigView =>
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

/** The contexts whose identities are worked out anew; null: all. */
function touchedContexts({ snapshot }: KubeconfigView, planned: Planned): ReadonlySet<EntryId> | null {
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
  return new Set(touched.map(({ id }) => id))
}
