/** Pending edits carried out on what is there now: entries and identities as they would be, nothing written. */

import { type ChangedContext, changedContexts } from '../../shared/edits/changed-contexts'
import type { AnyEdit } from '../../shared/edits/edit'
import { changedNames, type ModelEntry } from '../../shared/edits/model'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Preview } from '../../shared/ipc/payloads'
import { type EntryId, entryId, entryKinds, isNothing } from '../../shared/kubeconfig/entries'
import { readDocument } from '../kubeconfig/read/document'
import { sourceOfRead } from '../kubeconfig/read/edit-model'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import { type KubeconfigView, viewOf } from '../kubeconfig/read/view'
import { type Planned, planEdits, type Warnings } from '../kubeconfig/rewrite/plan'
import type { Environment } from '../system/environment'

/** Identities of a whole view, or only of some contexts of it. */
export type IdentitiesOfView = (
  view: KubeconfigView,
  only: ReadonlySet<EntryId> | null,
  environment: Environment,
  changed: readonly ChangedContext[],
) => Promise<readonly ContextIdentity[]>

/** Beyond this many contexts only those that an edit touches get their identities anew. */
const wholeUpTo = 2_000

export interface PreviewInput {
  /** Of the snapshot that the edits were made on. */
  readonly revision: number
  readonly files: readonly ReadFile[]
  readonly edits: readonly AnyEdit[]
  readonly warnings: Warnings
  /** The one that is asked for, and the one that it is compared with. */
  readonly environments: readonly Environment[]
  readonly identities: IdentitiesOfView
}

/** What the grid shows as now beside the files' was. */
export async function previewEdits(input: PreviewInput): Promise<Preview> {
  const { revision, files, edits, warnings } = input
  const planned = planEdits({ sources: files.map(sourceOfRead), revisions: [], edits, warnings })
  const after = viewAfter(revision, files, planned)
  const only = touchedContexts(after, planned)
  const changed = changedContexts(planned.before, planned.after)
  const [identities = [], compared = []] = await Promise.all(
    input.environments.map((environment) => input.identities(after, only, environment, changed)),
  )
  return {
    revision,
    renamed: renamedIn(planned),
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

/** Edits name entries by the id that they had at first; the changed files name them anew. */
export function renamedIn({ before, after }: Pick<Planned, 'before' | 'after'>): Preview['renamed'] {
  const renamed: { id: EntryId; now: EntryId }[] = []
  for (const [place, file] of after.files.entries())
    for (const kind of entryKinds) {
      const was = before.files[place]
      // Called as they were, in their old order: their ids are what they were.
      if (was?.path === file.path && isCalledAlike(was[kind], file[kind])) continue
      const seen = new Map<string, number>()
      for (const { id, name } of file[kind]) {
        const occurrence = seen.get(name) ?? 0
        seen.set(name, occurrence + 1)
        const now = entryId(kind, file.path, name, occurrence)
        if (now !== id) renamed.push({ id, now })
      }
    }
  return renamed
}

const isCalledAlike = (was: readonly ModelEntry[], is: readonly ModelEntry[]): boolean =>
  was.length === is.length &&
  is.every((entry, at) => entry === was[at] || (entry.id === was[at]?.id && entry.name === was[at]?.name))

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
