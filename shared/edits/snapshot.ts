/** Pending edits in the grid: a snapshot as a model that edits apply to, and back as the snapshot it would become. */

import { withExpected } from '../identity/expected'
import { at, type Json, type JsonMap, mapOf, textOf } from '../json'
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  type ExecConfig,
  isBeside,
  isNothing,
  type KubeconfigFile,
  mask,
  type NamedEntries,
  nameInId,
  type Snapshot,
  type UserEntry,
} from '../kubeconfig/entries'
import { jsonOf } from '../kubeconfig/fields'
import { clusterKeys, contextKeys, execKeys, userKeys } from '../kubeconfig/schema'
import { type Pieces, whole } from '../pieces'
import { type Applied, applying } from './apply'
import type { KnownEntries } from './describe'
import { Draft } from './draft'
import type { AlsoChanged, AnyEdit, EditProblem } from './edit'
import type { EditModel, ModelEntry, ModelFile } from './model'
import { isMendable, type Listed, type Modelled, projecting, type SnapshotEntry } from './project'

type Pairs = (readonly [string, Json])[]

function put(pairs: Pairs, key: string, value: Json | undefined): void {
  if (value !== null && value !== undefined && value !== false && value !== '') pairs.push([key, value])
}

/** Data cross as their size alone; this stands for them. */
function authority(pairs: Pairs, key: string, value: CertificateAuthority | null): void {
  if (value?.kind === 'data') put(pairs, `${key}-data`, `${mask}:${value.bytes}`)
  else put(pairs, key, value?.written)
}

function clusterValue(entry: ClusterEntry): JsonMap {
  const pairs: Pairs = []
  authority(pairs, 'certificate-authority', entry.certificateAuthority)
  put(pairs, 'extensions', entry.extensions && [])
  return { ...jsonOf(clusterKeys, entry), ...mapOf(pairs) }
}

function userValue(entry: UserEntry): JsonMap {
  const pairs: Pairs = []
  authority(pairs, 'client-certificate', entry.clientCertificate)
  for (const field of entry.secrets)
    put(pairs, field, field === 'auth-provider' ? { name: entry.authProvider ?? '' } : mask)
  put(pairs, 'client-key', entry.clientKeyFile)
  put(pairs, 'as', entry.impersonation?.as)
  put(pairs, 'as-uid', entry.impersonation?.uid)
  if (entry.impersonation && entry.impersonation.groups.length > 0)
    put(pairs, 'as-groups', entry.impersonation.groups)
  if (entry.impersonation && Object.keys(entry.impersonation.extra).length > 0)
    put(pairs, 'as-user-extra', mapOf(Object.entries(entry.impersonation.extra)))
  put(pairs, 'extensions', entry.extensions && [])
  if (entry.exec) put(pairs, 'exec', execValue(entry.exec))
  return { ...jsonOf(userKeys, entry), ...mapOf(pairs) }
}

function execValue(exec: ExecConfig): JsonMap {
  const env = exec.env.map(({ name, value }) => ({ name, value }))
  return { ...jsonOf(execKeys, exec), ...(env.length > 0 ? { env } : {}) }
}

function contextValue(entry: ContextEntry): JsonMap {
  // Something stands for those of others, so that they are still there without our own.
  const value = { ...jsonOf(contextKeys, entry), ...(entry.extensions ? { extensions: [null] } : {}) }
  return withExpected(value, entry.expected)
}

function unreadableWhy(file: KubeconfigFile): string | null {
  // UTF-16 is legible, but never written.
  const problem = file.problems.find(
    (one) =>
      (one.severity === 'error' && !isNothing(one)) || one.code === 'not-utf8' || one.code === 'same-file',
  )
  return problem?.message ?? null
}

/** The snapshot as what edits are applied to: values masked as the page has them. The same model for the same snapshot. */
export function modelOfSnapshot(snapshot: Snapshot): EditModel {
  return modelled(snapshot).model
}

const models = new WeakMap<Snapshot, Modelled>()
/** Entries that stayed the same object from snapshot to snapshot are the same in their models, too. */
const entriesMade = new WeakMap<SnapshotEntry, ModelEntry>()

function madeOnce<T extends SnapshotEntry>(
  kind: EntryKind,
  entry: T,
  json: (entry: T) => JsonMap,
): ModelEntry {
  const made = entriesMade.get(entry) ?? modelEntry(kind, entry, json(entry))
  entriesMade.set(entry, made)
  return made
}

/** Single entries as the model of their snapshot has them, without one of all. */
export const modelledContext = (entry: ContextEntry): ModelEntry => madeOnce('context', entry, contextValue)
export const modelledCluster = (entry: ClusterEntry): ModelEntry => madeOnce('cluster', entry, clusterValue)
export const modelledUser = (entry: UserEntry): ModelEntry => madeOnce('user', entry, userValue)

const modelled = (snapshot: Snapshot): Modelled => whole(modelling(snapshot))

/** So many entries are made before the work may be left. */
const entriesInOnePiece = 500

/** Ten thousand entries are made once, not with each key that edits one of them. */
function* modelling(snapshot: Snapshot): Pieces<Modelled> {
  const known = models.get(snapshot)
  if (known) return known
  const lists = new Map(
    snapshot.files.map(({ path }): [string, Record<EntryKind, ModelEntry[]>] => [
      path,
      { cluster: [], user: [], context: [] },
    ]),
  )
  function* list<T extends SnapshotEntry>(
    kind: EntryKind,
    all: readonly T[],
    json: (entry: T) => JsonMap,
  ): Pieces<Listed<T>> {
    const of = new Map<ModelEntry, T>()
    const byId = new Map<EntryId, T>()
    for (const [at, entry] of all.entries()) {
      if (at % entriesInOnePiece === entriesInOnePiece - 1) yield
      const made = madeOnce(kind, entry, json)
      lists.get(entry.origin.file)?.[kind].push(made)
      of.set(made, entry)
      byId.set(entry.id, entry)
    }
    return { all, of, byId }
  }
  const clusters = yield* list('cluster', snapshot.clusters, clusterValue)
  const users = yield* list('user', snapshot.users, userValue)
  const contexts = yield* list('context', snapshot.contexts, contextValue)
  // Who was quicker has made it meanwhile: entries are told by their objects, so there may be one model alone.
  const other = models.get(snapshot)
  if (other) return other
  const model: EditModel = {
    files: snapshot.files.map(
      (file): ModelFile => ({
        path: file.path,
        exists: !file.problems.some(isNothing),
        listed: isListed(file),
        unreadable: unreadableWhy(file),
        mendable: isMendable(file),
        currentContext: file.currentContext,
        ...(lists.get(file.path) ?? { cluster: [], user: [], context: [] }),
      }),
    ),
  }
  const made = { snapshot, model, clusters, users, contexts }
  models.set(snapshot, made)
  return made
}

/** One beside the list is read, and written, for itself. */
const isListed = (file: KubeconfigFile): boolean => !isBeside(file)

/**
 * Looks up single entries of a snapshot as edits have them, without making a model of all. `named`: where what counts for a name is at
 * hand, that is asked first.
 */
export function entriesOfSnapshot(snapshot: Snapshot, named: NamedEntries | null = null): KnownEntries {
  const context = (entry: ContextEntry | undefined) =>
    entry && modelEntry('context', entry, contextValue(entry))
  const cluster = (entry: ClusterEntry | undefined) =>
    entry && modelEntry('cluster', entry, clusterValue(entry))
  const user = (entry: UserEntry | undefined) => entry && modelEntry('user', entry, userValue(entry))
  const beside = new Set(snapshot.files.flatMap((file) => (isListed(file) ? [] : [file.path])))
  const contextOf = (id: EntryId): ContextEntry | undefined => {
    const near = named?.context(nameInId(id))
    return near?.id === id ? near : snapshot.contexts.find((entry) => entry.id === id)
  }
  let draft: Draft | null = null
  return {
    get: (id) =>
      context(contextOf(id)) ??
      cluster(snapshot.clusters.find((entry) => entry.id === id)) ??
      user(snapshot.users.find((entry) => entry.id === id)) ??
      null,
    behind({ id, value }, kind) {
      const home = contextOf(id)?.origin.file
      const alone = home !== undefined && beside.has(home)
      const name = textOf(at(value, kind))
      if (named !== null && beside.size === 0) {
        if (name === null) return null
        const found =
          kind === 'cluster' ? cluster(named.cluster(name) ?? undefined) : user(named.user(name) ?? undefined)
        return found ?? null
      }
      const isMeant = (entry: SnapshotEntry) =>
        entry.name === name && (alone ? entry.origin.file === home : !beside.has(entry.origin.file))
      return (
        (kind === 'cluster'
          ? cluster(snapshot.clusters.find(isMeant))
          : user(snapshot.users.find(isMeant))) ?? null
      )
    },
    usersOf({ id }) {
      draft ??= new Draft(modelOfSnapshot(snapshot))
      const entry = draft.get(id)
      return entry === null ? [] : draft.usersOf(entry)
    },
    called: (name) => name,
    list: { currentContext: () => snapshot.currentContext },
  }
}

function modelEntry(
  kind: EntryKind,
  { id, name }: { readonly id: EntryId; readonly name: string },
  value: JsonMap,
): ModelEntry {
  return { id, kind, name, value, from: null }
}

export interface EditedSnapshot {
  /** As it would be read after the edits; new entries stand at line 0. */
  readonly snapshot: Snapshot
  readonly problems: readonly EditProblem[]
  readonly alsoChanges: readonly AlsoChanged[]
}

interface AppliedList {
  readonly edits: readonly AnyEdit[]
  readonly applied: Applied
}

/** By snapshot, the list that was applied last: a new value is judged, and the same list then laid over the grid. */
const lastApplied = new WeakMap<Snapshot, AppliedList>()

/** These edits applied to the snapshot's model; the very answer as before for the very edits as the last time. */
export function appliedTo(snapshot: Snapshot, edits: readonly AnyEdit[]): Applied {
  return whole(applyingTo(snapshot, edits))
}

function* applyingTo(snapshot: Snapshot, edits: readonly AnyEdit[]): Pieces<Applied> {
  const last = lastApplied.get(snapshot)
  if (last?.edits.length === edits.length && edits.every((edit, at) => edit === last.edits[at]))
    return last.applied
  const { model } = yield* modelling(snapshot)
  const applied = yield* applying(model, edits)
  lastApplied.set(snapshot, { edits: [...edits], applied })
  return applied
}

/** The snapshot after edits: for rows, pickers and counts. Entries that did not change are the same objects. */
export function editSnapshot(snapshot: Snapshot, edits: readonly AnyEdit[]): EditedSnapshot {
  return whole(editingSnapshot(snapshot, edits))
}

/** The same in pieces. */
export function* editingSnapshot(snapshot: Snapshot, edits: readonly AnyEdit[]): Pieces<EditedSnapshot> {
  const { model, problems, alsoChanges } = yield* applyingTo(snapshot, edits)
  return { snapshot: yield* projecting(modelled(snapshot), model), problems, alsoChanges }
}

/** Ids of entries as the next snapshot will name them: what was renamed or added gets the id of its place. */
export function idsAfter(
  model: EditModel,
  entryId: (kind: ModelEntry['kind'], file: string, name: string, occurrence: number) => EntryId,
): ReadonlyMap<EntryId, EntryId> {
  const ids = new Map<EntryId, EntryId>()
  for (const file of model.files)
    for (const list of [file.cluster, file.user, file.context]) {
      const counts = new Map<string, number>()
      for (const { id, kind, name } of list) {
        const occurrence = counts.get(name) ?? 0
        counts.set(name, occurrence + 1)
        ids.set(id, entryId(kind, file.path, name, occurrence))
      }
    }
  return ids
}
