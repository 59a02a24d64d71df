/** External changes under pending edits: what other programs changed, and which edits that concerns. */
import { applyEdits } from '../../shared/edits/apply'
import { type Conflict, conflictsOf } from '../../shared/edits/conflicts'
import type { Edit } from '../../shared/edits/edit'
import { sameMeaning } from '../../shared/edits/equivalence'
import { contextsOf } from '../../shared/edits/kinds'
import type { EditModel, ModelEntry } from '../../shared/edits/model'
import { modelledCluster, modelledContext, modelledUser, modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Pending } from '../../shared/ipc/kept'
import {
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  entryKinds,
  type Snapshot,
  type UserEntry,
} from '../../shared/kubeconfig/entries'

interface Meant {
  readonly entry: ContextEntry
  readonly cluster: ClusterEntry | null
  readonly user: UserEntry | null
}

const lists = ['contexts', 'clusters', 'users'] as const

/** Whether the same entries stand in the same places of the same files, whatever they say. */
export const sameEntriesIn = (before: Snapshot, after: Snapshot): boolean =>
  lists.every(
    (list) =>
      before[list].length === after[list].length &&
      after[list].every((entry, at) => entry === before[list][at] || entry.id === before[list][at]?.id),
  )

/** The contexts that are looked at, with what they lead to. */
function contextsIn(
  snapshot: Snapshot,
  isLookedAt: (context: ContextEntry) => boolean,
): ReadonlyMap<EntryId, Meant> {
  const looked = snapshot.contexts.filter(isLookedAt)
  const first = <T extends ClusterEntry | UserEntry>(kind: 'cluster' | 'user', all: readonly T[]) => {
    const names = new Set(looked.map((entry) => entry[kind]))
    const found = new Map<string, T>()
    for (const entry of all) if (names.has(entry.name) && !found.has(entry.name)) found.set(entry.name, entry)
    return found
  }
  const [clusters, users] = [first('cluster', snapshot.clusters), first('user', snapshot.users)]
  return new Map(
    looked.map((entry) => [
      entry.id,
      {
        entry,
        cluster: clusters.get(entry.cluster ?? '') ?? null,
        user: users.get(entry.user ?? '') ?? null,
      },
    ]),
  )
}

/** Which contexts can mean something else: all, where entries came, went or have other places. */
function whichMayDiffer(before: Snapshot, after: Snapshot): (context: ContextEntry) => boolean {
  if (!sameEntriesIn(before, after)) return () => true
  // Most that nothing changed are the very objects, which nobody need look into.
  const [contexts, clusters, users] = lists.map(
    (list) => new Set(after[list].flatMap((entry, at) => (entry === before[list][at] ? [] : entry.name))),
  )
  return ({ name, cluster, user }) =>
    contexts?.has(name) === true || clusters?.has(cluster ?? '') === true || users?.has(user ?? '') === true
}

/** Whether both mean the same to kubectl; `of`: what there is of one in the model. */
function same<T>(
  kind: EntryKind,
  of: (one: T) => Pick<ModelEntry, 'value'>,
  was: T | null,
  is: T | null,
): boolean {
  const [old, now] = [was, is].map((one) => (one === null ? undefined : of(one).value))
  return was === is || sameMeaning(kind, old, now)
}

/** What changed in meaning between two snapshots; lines that only moved are no change. */
export function externalChange(before: Snapshot, after: Snapshot) {
  const mayDiffer = whichMayDiffer(before, after)
  const [was, is] = [contextsIn(before, mayDiffer), contextsIn(after, mayDiffer)]
  const changed: string[] = []
  const added: string[] = []
  const removed: string[] = []
  /** In which something changed. */
  const files = new Set<string>()
  for (const [id, now] of is) {
    const old = was.get(id)
    if (
      old !== undefined &&
      same('context', modelledContext, old.entry, now.entry) &&
      same('cluster', modelledCluster, old.cluster, now.cluster) &&
      same('user', modelledUser, old.user, now.user)
    )
      continue
    ;(old === undefined ? added : changed).push(now.entry.name)
    files.add(now.entry.origin.file)
  }
  for (const [id, old] of was)
    if (!is.has(id)) {
      removed.push(old.entry.name)
      files.add(old.entry.origin.file)
    }
  const moved = before.currentContext !== after.currentContext
  const where = after.currentContextFile ?? before.currentContextFile
  if (moved && where !== null) files.add(where)
  return {
    changed,
    added,
    removed,
    /** current-context moved; null when it stayed. */
    current: moved ? { before: before.currentContext, after: after.currentContext } : null,
    files: [...files],
  }
}

/** Contexts that mean something else than before, by name. */
export type ExternalChange = ReturnType<typeof externalChange>

/** Whether nothing changed that a person would want to know. */
export const isQuiet = ({ changed, added, removed, current }: ExternalChange): boolean =>
  changed.length + added.length + removed.length === 0 && current === null

/** Where both sides changed one value since the edits were made, and contexts of edits that are gone. */
export function conflictsIn(
  base: EditModel,
  now: Snapshot,
  pending: readonly Pending[],
): readonly Conflict[] {
  return conflictsBetween(
    base,
    modelOfSnapshot(now),
    pending.map(({ edit }) => edit),
  )
}

function conflictsBetween(base: EditModel, now: EditModel, edits: readonly Edit[]): readonly Conflict[] {
  const found = conflictsOf(base, now, edits)
  const keys = new Set(found.map(conflictKey))
  return [...found, ...contextsGone(base, now, edits).filter((one) => !keys.has(conflictKey(one)))]
}

/** An edit of the user or the cluster of a context has nothing to go by where another program deleted the context. */
function contextsGone(base: EditModel, now: EditModel, edits: readonly Edit[]): readonly Conflict[] {
  const there = new Set(now.files.flatMap(({ context }) => context.map(({ id }) => id)))
  const edited = new Set(
    applyEdits(base, edits).model.files.flatMap(({ context }) => context.map(({ id }) => id)),
  )
  const named = new Set(edits.flatMap(contextsOf))
  return base.files
    .flatMap(({ context }) => context)
    .filter(({ id }) => named.has(id) && edited.has(id) && !there.has(id))
    .map(({ id, name, value }) => ({
      entry: id,
      kind: 'context',
      name,
      field: '',
      was: value,
      mine: value,
      theirs: null,
    }))
}

export const conflictKey = ({ entry, field }: Conflict): string => `${entry} ${field}`

/** The pending edits that make a conflict: each is tried alone. */
export function editsBehind(
  base: EditModel,
  now: Snapshot,
  pending: readonly Pending[],
  conflict: Conflict,
): ReadonlySet<number> {
  const after = modelOfSnapshot(now)
  const key = conflictKey(conflict)
  return new Set(
    pending.flatMap(({ id, edit }) =>
      conflictsBetween(base, after, [edit]).some((one) => conflictKey(one) === key) ? [id] : [],
    ),
  )
}

/** Whether both have the very entries. */
export const sameEntries = (one: EditModel, other: EditModel): boolean =>
  one.files.every((file, at) =>
    entryKinds.every((kind) => {
      const others = other.files[at]?.[kind]
      return (
        file[kind].length === others?.length && file[kind].every((entry, place) => entry === others[place])
      )
    }),
  )

/** Edits that would still change something: those of a write that another program has overwritten. */
export function stillWanted(snapshot: Snapshot, edits: readonly Edit[]): readonly Edit[] {
  const model = modelOfSnapshot(snapshot)
  return edits.filter((edit) => {
    const { model: after, problems } = applyEdits(model, [edit])
    const same =
      sameEntries(model, after) &&
      model.files.every((file, at) => file.currentContext === after.files[at]?.currentContext)
    return !problems.some(({ blocks }) => blocks) && !same
  })
}
