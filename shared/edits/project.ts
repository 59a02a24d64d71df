/** What edits made of a model, back as the snapshot that it would become. */

import { expectedIn } from '../identity/expected'
import { at, isList, isMap, type Json, type JsonMap, textOf } from '../json'
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
  type KubeconfigFile,
  mask,
  nowhere,
  type Snapshot,
  type UserEntry,
} from '../kubeconfig/entries'
import { shownFieldsOf } from '../kubeconfig/fields'
import { clusterKeys, contextKeys, execKeys, secretFields, userKeys } from '../kubeconfig/schema'
import type { Pieces } from '../pieces'
import { changedBothWays, type EditModel, type ModelEntry, type ModelFile } from './model'

export type SnapshotEntry = ClusterEntry | UserEntry | ContextEntry

/** The entry of a model that was made of an entry of a snapshot: it is the same where nothing changed it. */
export const modelEntries = new WeakMap<SnapshotEntry, ModelEntry>()

/** Nothing is wrong with the file but text that kubectl misreads without quotes. */
export function isMendable({ problems }: KubeconfigFile): boolean {
  const errors = problems.filter(({ severity, code }) => severity === 'error' || code === 'not-utf8')
  return errors.length > 0 && errors.every(({ code }) => code === 'misread-string')
}

/** The snapshot that a changed model stands for. Lists and entries that did not change are the same objects. */
export function* projecting(snapshot: Snapshot, before: EditModel, model: EditModel): Pieces<Snapshot> {
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
    clusters: yield* projectingList('cluster', before, model, snapshot.clusters, cluster),
    users: yield* projectingList('user', before, model, snapshot.users, user),
    contexts: yield* projectingList('context', before, model, snapshot.contexts, context),
  }
}

/** So many entries are looked at before the work may be left. */
const inOnePiece = 2_000

function* projectingList<T extends SnapshotEntry>(
  kind: EntryKind,
  before: EditModel,
  model: EditModel,
  all: readonly T[],
  make: (entry: ModelEntry, origin: EntryOrigin, old: T | undefined) => T,
): Pieces<readonly T[]> {
  const { came, went } = changedBothWays(before, model, kind)
  const same = came.size + went.size === 0
  const isInPlace = (file: ModelFile, n: number) =>
    file[kind].every((entry, place) => entry === before.files[n]?.[kind][place])
  if (same && model.files.every(isInPlace)) return all
  const byId = new Map(all.map((entry) => [entry.id, entry]))
  const shadows = model.files.length > 1 && namesMoved(came, went, byId)
  const first = new Map<string, string>()
  const entryOf = ({ path }: ModelFile, entry: ModelEntry): T => {
    const old = byId.get(entry.id)
    const known = old && modelEntries.get(old) === entry ? old : undefined
    if (known && !shadows) return known
    const winner = first.get(entry.name) ?? path
    if (shadows) first.set(entry.name, winner)
    const origin = old?.origin ?? nowhere(path)
    const shadowedBy = shadows ? (winner === path ? null : winner) : origin.shadowedBy
    const stays = origin.file === path && origin.shadowedBy === shadowedBy
    if (known && stays) return known
    const place = stays ? origin : { ...origin, file: path, shadowedBy }
    return make(entry, place, old ?? byId.get(entry.from ?? ''))
  }
  const entries: T[] = []
  for (const file of model.files)
    for (const entry of file[kind]) {
      if (entries.length % inOnePiece === inOnePiece - 1) yield
      entries.push(entryOf(file, entry))
    }
  return entries
}

/** Whether an entry may be shadowed, or not any more: a name came to one of several files, or left it. */
function namesMoved(
  came: ReadonlySet<ModelEntry>,
  went: ReadonlySet<ModelEntry>,
  byId: ReadonlyMap<EntryId, SnapshotEntry>,
): boolean {
  const names = new Map([...went].map((entry) => [entry.id, entry.name]))
  return came.size !== went.size || [...came].some(({ id, name }) => names.get(id) !== name || !byId.has(id))
}

function context(entry: ModelEntry, origin: EntryOrigin, old: ContextEntry | undefined): ContextEntry {
  return {
    ...shownFieldsOf({ ...emptyContext }, contextKeys, entry.value),
    ...placed(entry, origin, old),
    expected: expectedIn(entry.value),
  }
}

/** What every entry has. Of extensions a masked value knows only that they are there. */
function placed({ id, name, value }: ModelEntry, origin: EntryOrigin, old: SnapshotEntry | undefined) {
  return { id, name, origin, extensions: old?.extensions ?? isList(at(value, 'extensions')) }
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
    ...placed(entry, origin, old),
    certificateAuthority: readAuthority(value, 'certificate-authority', old?.certificateAuthority ?? null),
  }
}

function user(entry: ModelEntry, origin: EntryOrigin, old: UserEntry | undefined): UserEntry {
  const { value } = entry
  const [exec, provider] = [at(value, 'exec'), at(value, 'auth-provider')]
  return {
    ...shownFieldsOf({ ...emptyUser }, userKeys, value),
    ...placed(entry, origin, old),
    exec: isMap(exec) ? readExec(exec, old?.exec ?? null) : null,
    // Nothing but an import brings an entry of which there was none before: then its masked value says it all.
    secrets: old?.secrets ?? secretFields.filter((field) => at(value, field) !== undefined),
    clientCertificate: readAuthority(value, 'client-certificate', old?.clientCertificate ?? null),
    clientKeyFile: textOf(at(value, 'client-key')),
    tokenFile: textOf(at(value, 'tokenFile')),
    authProvider: old ? old.authProvider : isMap(provider) ? textOf(at(provider, 'name')) : null,
    impersonation: old ? old.impersonation : readImpersonation(value),
  }
}

function readImpersonation(value: JsonMap): Impersonation | null {
  const [groups, extra] = [at(value, 'as-groups'), at(value, 'as-user-extra')]
  const found: Impersonation = {
    as: textOf(at(value, 'as')),
    uid: textOf(at(value, 'as-uid')),
    groups: textsOf(groups),
    extra: Object.fromEntries(
      isMap(extra) ? Object.entries(extra).map(([key, list]) => [key, textsOf(list)]) : [],
    ),
  }
  const none =
    found.as === null &&
    found.uid === null &&
    found.groups.length === 0 &&
    Object.keys(found.extra).length === 0
  return none ? null : found
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
