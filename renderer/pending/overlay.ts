/** Pending edits applied over the files: the resulting snapshot, and identities as far as the page can compute them. */

import type { Edit, EditProblem } from '../../shared/edits/edit'
import { changedBothWays, changedNames } from '../../shared/edits/model'
import { editSnapshot, modelOfSnapshot } from '../../shared/edits/snapshot'
import { execMeaning, meantCluster } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { parsePrincipal } from '../../shared/identity/arn'
import type {
  ClusterEntry,
  ContextEntry,
  EntryId,
  Snapshot,
  UserEntry,
} from '../../shared/kubeconfig/entries'

/** Identities that main computed for edits, by the contexts' ids in the files. */
export interface Previewed {
  /** In the environment for checks. */
  readonly here: ReadonlyMap<EntryId, ContextIdentity>
  /** In the environment that it is compared with. */
  readonly compared: ReadonlyMap<EntryId, ContextIdentity>
}

/** Identities by the ids that their contexts have in the files; `renamed`: which ids edits change. */
export function byFirstId(renamed: readonly { readonly id: EntryId; readonly now: EntryId }[]) {
  const first = new Map(renamed.map(({ id, now }) => [now, id]))
  return (of: readonly ContextIdentity[]): ReadonlyMap<EntryId, ContextIdentity> =>
    new Map(of.map((identity) => [first.get(identity.context) ?? identity.context, identity]))
}

export const noPreview: Previewed = { here: new Map(), compared: new Map() }

/** Pending edits as rows need them. */
export interface ShownEdits {
  readonly overlay: Overlay
  /** What main computed for these edits or, for a moment, for earlier ones. */
  readonly previewed: Previewed
  /** `previewed` is for exactly these edits. */
  readonly fresh: boolean
}

export type Overlay = Readonly<ReturnType<typeof overlayOf>>

/** The overlay of edits on a snapshot. */
export function overlayOf(snapshot: Snapshot, edits: readonly Edit[]) {
  const { model, ...edited } = editSnapshot(snapshot, edits)
  const before = modelOfSnapshot(snapshot)
  return {
    ...edited,
    /** Contexts that got another id by a move: new → old. */
    moved: new Map(
      [...changedBothWays(before, model, 'context').came].flatMap(({ id, from, moved }) =>
        moved && from !== null ? [[id, from] as const] : [],
      ),
    ),
    /** Names of entries that were added, removed or changed against the files. */
    others: { users: changedNames(before, model, 'user'), clusters: changedNames(before, model, 'cluster') },
  }
}

/** The entries that decide the meaning of a context. */
export interface ContextEntries {
  readonly context: ContextEntry
  readonly cluster: ClusterEntry | null
  readonly user: UserEntry | null
}

/** What the page reads from a changed entry at once, before main has computed its identity. */
export function readAtOnce(
  identity: ContextIdentity | null,
  { context, cluster, user }: ContextEntries,
  sharedWith: readonly string[],
  was?: Pick<ContextEntry, 'expected'>,
): ContextIdentity | null {
  if (identity === null) return null
  // The page knows all contexts that share it.
  const { sharedMore: _, ...before } = identity
  const known = was === undefined || was.expected === context.expected ? before : expecting(before, context)
  const meaning = user?.exec ? execMeaning(user.exec) : null
  if (meaning === null || meaning.gets === null) return { ...known, sharedWith }
  const { profile, profilePinnedBy, role } = meaning
  const meant = meantCluster(meaning, cluster?.name ?? context.cluster, cluster?.server ?? null)
  return { ...known, sharedWith, profile, profilePinnedBy, role, meant }
}

/** The identity that a pending edit expects counts once it is written. */
function expecting(
  { against: _, ...identity }: ContextIdentity,
  { expected }: Pick<ContextEntry, 'expected'>,
): ContextIdentity {
  const principal = expected === null ? null : parsePrincipal(expected)
  const entryNames = identity.entryNames ?? identity.intended
  if (expected === null || principal === null)
    return { ...identity, expected: null, intended: entryNames, entryNames: null }
  const { account, partition } = principal
  const principalOf = { arn: expected, account, partition, accessKeyId: null, permissionSet: null }
  return {
    ...identity,
    expected: { principal: expected, by: 'here', inFile: expected },
    entryNames,
    intended: { ...identity.intended, ...principalOf, expected: true, by: ['expected by you'] },
  }
}

/** Problems of some edits of a list, numbered among these edits, and problems of the whole list that are not `known`. */
export function problemsOf(
  edits: readonly Edit[],
  list: readonly Edit[],
  problems: readonly EditProblem[],
  known: readonly EditProblem[],
): readonly EditProblem[] {
  const places = new Map(edits.map((edit, at) => [edit, at]))
  const before = new Set(known.flatMap(({ edit, message }) => (edit === null ? [message] : [])))
  return problems.flatMap((problem) => {
    if (problem.edit === null) return before.has(problem.message) ? [] : [problem]
    const edit = list[problem.edit]
    const at = edit === undefined ? undefined : places.get(edit)
    return at === undefined ? [] : [{ ...problem, edit: at }]
  })
}

/**
 * Where edits of one batch would give several contexts one name, the problem says so. When the second is refused, only an edit
 * has given the first that name, so a user who searches for a context with it would find none.
 */
export function toldAsOneName(
  edits: readonly Edit[],
  problems: readonly EditProblem[],
  said: (contexts: readonly EntryId[], name: string) => string,
): readonly EditProblem[] {
  const refused = new Set(problems.flatMap(({ edit, code }) => (code === 'name-taken' ? [edit] : [])))
  if (refused.size === 0) return problems
  const wanting = new Map<string, { readonly contexts: EntryId[]; given: boolean }>()
  for (const [at, edit] of edits.entries()) {
    if (edit.kind !== 'rename-context') continue
    const name = wanting.get(edit.name) ?? { contexts: [], given: false }
    wanting.set(edit.name, name)
    name.contexts.push(edit.context)
    // Where none of them gets the name, another context has it.
    name.given ||= !refused.has(at)
  }
  return problems.map((problem) => {
    const edit = problem.edit === null ? undefined : edits[problem.edit]
    if (problem.code !== 'name-taken' || edit?.kind !== 'rename-context') return problem
    const name = wanting.get(edit.name)
    return name?.given === true ? { ...problem, message: said(name.contexts, edit.name) } : problem
  })
}
