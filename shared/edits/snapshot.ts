/** Pending edits in the grid: a snapshot as a model that edits apply to, and back as the snapshot it would become. */

import { grouped } from '../grouped'
import { withExpected } from '../identity/expected'
import { at, type Json, type JsonMap, mapOf, textOf } from '../json'
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  type ExecConfig,
  entryId,
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
import { once } from '../once'
import { type Pieces, whole } from '../pieces'
import { type Applied, applying } from './apply'
import type { KnownEntries } from './describe'
import { Draft } from './draft'
import type { AnyEdit } from './edit'
import type { EditModel, ModelEntry } from './model'
import { isMendable, modelEntries, projecting, type SnapshotEntry } from './project'

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
  const { as, uid, groups = [], extra = {} } = entry.impersonation ?? {}
  put(pairs, 'as', as)
  put(pairs, 'as-uid', uid)
  if (groups.length > 0) put(pairs, 'as-groups', groups)
  if (Object.keys(extra).length > 0) put(pairs, 'as-user-extra', mapOf(Object.entries(extra)))
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

const models = new WeakMap<Snapshot, EditModel>()

/** The snapshot as what edits are applied to: values masked as the page has them. The same model for the same snapshot. */
export function modelOfSnapshot(snapshot: Snapshot): EditModel {
  return once(models, snapshot, () => {
    const made = {
      cluster: grouped(snapshot.clusters, ({ origin }) => origin.file),
      user: grouped(snapshot.users, ({ origin }) => origin.file),
      context: grouped(snapshot.contexts, ({ origin }) => origin.file),
    }
    return {
      files: snapshot.files.map((file) => ({
        path: file.path,
        exists: !file.problems.some(isNothing),
        listed: isListed(file),
        unreadable: unreadableWhy(file),
        mendable: isMendable(file),
        currentContext: file.currentContext,
        cluster: (made.cluster.get(file.path) ?? []).map(modelledCluster),
        user: (made.user.get(file.path) ?? []).map(modelledUser),
        context: (made.context.get(file.path) ?? []).map(modelledContext),
      })),
    }
  })
}

/** An entry of a snapshot as edits have it: the same for the same entry, and its value made when it is first asked for. */
function modelled<T extends SnapshotEntry>(kind: EntryKind, json: (entry: T) => JsonMap) {
  return (entry: T): ModelEntry =>
    once(modelEntries, entry, () => {
      let value: JsonMap | null = null
      return {
        id: entry.id,
        kind,
        name: entry.name,
        get value() {
          value ??= json(entry)
          return value
        },
        from: null,
      }
    })
}

/** Single entries as the model of their snapshot has them, without one of all. */
export const modelledContext = modelled('context', contextValue)
export const modelledCluster = modelled('cluster', clusterValue)
export const modelledUser = modelled('user', userValue)

/** One beside the list is read, and written, for itself. */
const isListed = (file: KubeconfigFile): boolean => !isBeside(file)

/** Looks up entries of a snapshot as edits have them. What counts for a name is at hand, so mostly no model is made. */
export function entriesOfSnapshot(snapshot: Snapshot, named: NamedEntries): KnownEntries {
  let made: Draft | null = null
  const all = (): Draft => {
    made ??= new Draft(modelOfSnapshot(snapshot))
    return made
  }
  const isPlain = snapshot.files.every(isListed)
  return {
    get(id) {
      const near = named.context(nameInId(id))
      return near?.id === id ? modelledContext(near) : all().get(id)
    },
    behind(context, kind) {
      if (!isPlain) return all().behind(context, kind)
      const name = textOf(at(context.value, kind))
      const cluster = name !== null && kind === 'cluster' ? named.cluster(name) : null
      const user = name !== null && kind === 'user' ? named.user(name) : null
      return cluster ? modelledCluster(cluster) : user && modelledUser(user)
    },
    usersOf: (entry) => all().usersOf(entry),
    called: (name) => name,
    list: { currentContext: () => snapshot.currentContext },
  }
}

export interface EditedSnapshot extends Pick<Applied, 'problems' | 'alsoChanges'> {
  readonly snapshot: Snapshot
}

/** By snapshot, the list that was applied last: a new value is judged, and the same list then laid over the grid. */
const lastApplied = new WeakMap<Snapshot, { readonly edits: readonly AnyEdit[]; readonly applied: Applied }>()

/** These edits applied to the snapshot's model; the very answer as before for the very edits as the last time. */
export const appliedTo = (snapshot: Snapshot, edits: readonly AnyEdit[]): Applied =>
  whole(applyingTo(snapshot, edits))

function* applyingTo(snapshot: Snapshot, edits: readonly AnyEdit[]): Pieces<Applied> {
  const last = lastApplied.get(snapshot)
  if (last?.edits.length === edits.length && edits.every((edit, at) => edit === last.edits[at]))
    return last.applied
  const applied = yield* applying(modelOfSnapshot(snapshot), edits)
  lastApplied.set(snapshot, { edits: [...edits], applied })
  return applied
}

/**
 * The snapshot after edits, in pieces: for rows, pickers and counts. New entries stand at line 0; those that did not change are the
 * same objects.
 */
export function* editingSnapshot(snapshot: Snapshot, edits: readonly AnyEdit[]): Pieces<EditedSnapshot> {
  const { model, problems, alsoChanges } = yield* applyingTo(snapshot, edits)
  return {
    snapshot: yield* projecting(snapshot, modelOfSnapshot(snapshot), model),
    problems,
    alsoChanges,
  }
}

/** The same at once. */
export const editSnapshot = (snapshot: Snapshot, edits: readonly AnyEdit[]): EditedSnapshot =>
  whole(editingSnapshot(snapshot, edits))

/** Ids of entries as the next snapshot will name them: what was renamed or added gets the id of its place. */
export function idsAfter(model: EditModel): ReadonlyMap<EntryId, EntryId> {
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
