/** Pending edits in the grid: a snapshot as a model that edits apply to, and back as the snapshot it would become. */

import { grouped } from '../grouped'
import { expectedIn, withExpected } from '../identity/expected'
import { at, isList, isMap, type Json, type JsonMap, mapOf, textOf } from '../json'
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  type EntryOrigin,
  type ExecConfig,
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  type Impersonation,
  isBeside,
  isMendable,
  isNothing,
  type KubeconfigFile,
  mask,
  type NamedEntries,
  nameInId,
  originOfNew,
  type Snapshot,
  type UserEntry,
} from '../kubeconfig/entries'
import { jsonOf, shownFieldsOf } from '../kubeconfig/fields'
import { clusterKeys, contextKeys, execKeys, secretFields, userKeys } from '../kubeconfig/schema'
import { once } from '../once'
import { type Applied, applyEdits } from './apply-edits'
import type { KnownEntries } from './describe'
import { Draft } from './draft'
import type { AnyEdit } from './edit'
import { changedBothWays, type EditModel, type ModelEntry, type ModelFile, namesThatMoved } from './model'

type SnapshotEntry = ClusterEntry | UserEntry | ContextEntry

/** The entry of a model that was built from an entry of a snapshot: it is the same where nothing changed it. */
const modelEntries = new WeakMap<SnapshotEntry, ModelEntry>()

type Pairs = (readonly [string, Json])[]

function put(pairs: Pairs, key: string, value: Json | undefined): void {
  if (value !== null && value !== undefined && value !== false && value !== '') pairs.push([key, value])
}

/** Data cross as their size alone; this takes their place. */
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
  // Something takes the place of those of others, so that they are still there without our own.
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

/** An entry of a snapshot as edits have it: the same for the same entry; its value is built when it is first needed. */
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
const modelledContext = modelled('context', contextValue)
const modelledCluster = modelled('cluster', clusterValue)
const modelledUser = modelled('user', userValue)

/** A file outside the list is read, and written, alone. */
const isListed = (file: KubeconfigFile): boolean => !isBeside(file)

/** Looks up entries of a snapshot as edits have them. What counts for a name is known already, so mostly no model is built. */
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

/** By snapshot, the list that was applied last: a new value is judged, and the same list then laid over the grid. */
const lastApplied = new WeakMap<Snapshot, { readonly edits: readonly AnyEdit[]; readonly applied: Applied }>()

/** These edits applied to the snapshot's model; the very answer as before for the very edits as the last time. */
export function appliedTo(snapshot: Snapshot, edits: readonly AnyEdit[]): Applied {
  const last = lastApplied.get(snapshot)
  if (last?.edits.length === edits.length && edits.every((edit, at) => edit === last.edits[at]))
    return last.applied
  const applied = applyEdits(modelOfSnapshot(snapshot), edits)
  lastApplied.set(snapshot, { edits: [...edits], applied })
  return applied
}

/** The snapshot after edits, for rows, pickers and counts. New entries are at line 0; unchanged entries are the same objects. */
export function editSnapshot(snapshot: Snapshot, edits: readonly AnyEdit[]) {
  const { model, problems, alsoChanges } = appliedTo(snapshot, edits)
  return { snapshot: projected(snapshot, modelOfSnapshot(snapshot), model), model, problems, alsoChanges }
}

// Back as a snapshot --------------------------------------------------------------------------------------------

/** The snapshot of a changed model. Lists and entries that did not change are the same objects. */
function projected(snapshot: Snapshot, before: EditModel, model: EditModel): Snapshot {
  const current = model.files.find((file) => file.listed && file.currentContext !== null)
  return {
    revision: snapshot.revision,
    files: snapshot.files.map((file): KubeconfigFile => {
      const now = model.files.find(({ path }) => path === file.path)
      if (!now) return file
      const counts = { contexts: now.context.length, clusters: now.cluster.length, users: now.user.length }
      const mended = now.unreadable === null && isMendable(file)
      const problems = mended ? file.problems.filter(({ code }) => code !== 'misread-string') : file.problems
      return { ...file, problems, currentContext: now.currentContext, ...counts }
    }),
    currentContext: current?.currentContext ?? null,
    currentContextFile: current?.path ?? null,
    clusters: projectedList('cluster', before, model, snapshot.clusters, cluster),
    users: projectedList('user', before, model, snapshot.users, user),
    contexts: projectedList('context', before, model, snapshot.contexts, context),
  }
}

const indexes = new WeakMap<readonly SnapshotEntry[], ReadonlyMap<EntryId, SnapshotEntry>>()

/** The entries of a snapshot's list by their ids, collected once for each list. */
export function entriesById<T extends SnapshotEntry>(list: readonly T[]): ReadonlyMap<EntryId, T>
export function entriesById(list: readonly SnapshotEntry[]): ReadonlyMap<EntryId, SnapshotEntry> {
  return once(indexes, list, () => new Map(list.map((entry) => [entry.id, entry])))
}

function projectedList<T extends SnapshotEntry>(
  kind: EntryKind,
  before: EditModel,
  model: EditModel,
  all: readonly T[],
  make: (entry: ModelEntry, origin: EntryOrigin, old: T | undefined) => T,
): readonly T[] {
  const changed = changedBothWays(before, model, kind)
  const { came, went } = changed
  const isInPlace = (file: ModelFile, n: number) =>
    file[kind].every((entry, place) => entry === before.files[n]?.[kind][place])
  if (came.size + went.size === 0 && model.files.every(isInPlace)) return all
  const shadows = model.files.length > 1 && namesThatMoved(changed).size > 0
  const first = new Map<string, string>()
  const next: T[] = []
  let from = 0
  model.files.forEach(({ path, ...lists }, n) => {
    const was = before.files[n]?.[kind] ?? []
    const old = all.slice(from, from + was.length)
    from += was.length
    // They are in the order of the snapshot: with both ends, all between are at their places.
    const isThere = old[0]?.id === was[0]?.id && old.at(-1)?.id === was.at(-1)?.id
    lists[kind].forEach((entry, at) => {
      const near = old[at]
      // Most entries are the same where they were: of ten thousand none is looked at.
      if (near && isThere && !shadows && entry === was[at]) {
        next.push(near)
        return
      }
      const own = near?.id === entry.id ? near : entriesById(all).get(entry.id)
      const isChanged = entry !== was[at] && came.has(entry)
      if (!isChanged && !shadows && own) {
        next.push(own)
        return
      }
      const winner = first.get(entry.name) ?? path
      if (shadows) first.set(entry.name, winner)
      const origin = own?.origin ?? originOfNew(path)
      const shadowedBy = shadows ? (winner === path ? null : winner) : origin.shadowedBy
      const stays = origin.file === path && origin.shadowedBy === shadowedBy
      const place = stays ? origin : { ...origin, file: path, shadowedBy }
      const same = !isChanged && stays ? own : undefined
      next.push(same ?? make(entry, place, own ?? entriesById(all).get(entry.from ?? '')))
    })
  })
  return next
}

function context(entry: ModelEntry, origin: EntryOrigin): ContextEntry {
  return {
    ...shownFieldsOf({ ...emptyContext }, contextKeys, entry.value),
    ...placed(entry, origin),
    extensions: othersExtend(entry.value),
    expected: expectedIn(entry.value),
  }
}

/** What every entry has. Of extensions a masked value knows only that they are there. */
const placed = ({ id, name, value }: ModelEntry, origin: EntryOrigin) => ({
  id,
  name,
  origin,
  extensions: isList(at(value, 'extensions')),
})

/** Whether a context has extensions of others: in a masked value their place is taken (`contextValue`). */
function othersExtend(value: JsonMap): boolean {
  const extensions = at(value, 'extensions')
  return isList(extensions) && extensions.includes(null)
}

function readAuthority(
  value: JsonMap,
  key: string,
  old: CertificateAuthority | null,
): CertificateAuthority | null {
  const data = textOf(at(value, `${key}-data`))
  if (data?.startsWith(`${mask}:`)) return { kind: 'data', bytes: Number(data.slice(mask.length + 1)) }
  if (data !== null)
    return { kind: 'data', bytes: Math.floor((data.replace(/(?<!=)=+$/, '').length * 3) / 4) }
  const written = textOf(at(value, key))
  if (written === null) return null
  return { kind: 'file', written, path: old?.kind === 'file' && old.written === written ? old.path : written }
}

function cluster(entry: ModelEntry, origin: EntryOrigin, old: ClusterEntry | undefined): ClusterEntry {
  const { value } = entry
  return {
    ...shownFieldsOf({ ...emptyCluster }, clusterKeys, value),
    ...placed(entry, origin),
    certificateAuthority: readAuthority(value, 'certificate-authority', old?.certificateAuthority ?? null),
  }
}

function user(entry: ModelEntry, origin: EntryOrigin, old: UserEntry | undefined): UserEntry {
  const { value } = entry
  const [exec, provider] = [at(value, 'exec'), at(value, 'auth-provider')]
  return {
    ...shownFieldsOf({ ...emptyUser }, userKeys, value),
    ...placed(entry, origin),
    exec: isMap(exec) ? readExec(exec, old?.exec ?? null) : null,
    // Of what it is now, which an import may have put in the place of another user's.
    secrets: secretFields.filter((field) => at(value, field) !== undefined),
    clientCertificate: readAuthority(value, 'client-certificate', old?.clientCertificate ?? null),
    clientKeyFile: textOf(at(value, 'client-key')),
    tokenFile: textOf(at(value, 'tokenFile')),
    authProvider: isMap(provider) ? textOf(at(provider, 'name')) : null,
    impersonation: readImpersonation(value),
  }
}

function readImpersonation(value: JsonMap): Impersonation | null {
  const extras = at(value, 'as-user-extra')
  const [as, uid] = [textOf(at(value, 'as')), textOf(at(value, 'as-uid'))]
  const groups = textsOf(at(value, 'as-groups'))
  const extra = Object.fromEntries(
    isMap(extras) ? Object.entries(extras).map(([key, list]) => [key, textsOf(list)]) : [],
  )
  const none = as === null && uid === null && groups.length + Object.keys(extra).length === 0
  return none ? null : { as, uid, groups, extra }
}

const textsOf = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.map((one) => (typeof one === 'string' ? one : '')) : []

function readExec(exec: JsonMap, old: ExecConfig | null): ExecConfig {
  const args = at(exec, 'args')
  const env = at(exec, 'env')
  return {
    ...shownFieldsOf({ ...emptyExec }, execKeys, exec),
    args: textsOf(args),
    env: (isList(env) ? env : []).filter(isMap).map((one) => {
      const [name, value] = [at(one, 'name'), at(one, 'value')]
      const shown = {
        name: typeof name === 'string' ? name : '',
        value: typeof value === 'string' ? value : '',
      }
      const before = old?.env.find((known) => known.name === shown.name && known.value === shown.value)
      return { ...shown, masked: before?.masked ?? shown.value.includes(mask) }
    }),
  }
}
