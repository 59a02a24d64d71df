/** Pending edits in the grid: a snapshot as a model that edits apply to, and back as the snapshot it would become. */
import { applyEdits } from './apply-edits'
import {
  at,
  type EditModel,
  isList,
  isMap,
  type Json,
  type JsonMap,
  type ModelEntry,
  type ModelFile,
  mapOf,
  textOf,
} from './edit-model'
import type { WordsSource } from './edit-words'
import type { AlsoChanged, AnyEdit, EditProblem } from './edits'
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  type EntryOrigin,
  type ExecConfig,
  type Impersonation,
  type KubeconfigFile,
  mask,
  type SecretField,
  type Snapshot,
  type UserEntry,
} from './kubeconfig'

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
  put(pairs, 'disable-compression', entry.disableCompression)
  put(pairs, 'insecure-skip-tls-verify', entry.insecureSkipTlsVerify)
  put(pairs, 'proxy-url', entry.proxyUrl)
  put(pairs, 'server', entry.server)
  put(pairs, 'tls-server-name', entry.tlsServerName)
  put(pairs, 'extensions', entry.extensions && [])
  return mapOf(pairs)
}

function userValue(entry: UserEntry): JsonMap {
  const pairs: Pairs = []
  authority(pairs, 'client-certificate', entry.clientCertificate)
  for (const field of entry.secrets)
    put(pairs, field, field === 'auth-provider' ? { name: entry.authProvider ?? '' } : mask)
  put(pairs, 'client-key', entry.clientKeyFile)
  put(pairs, 'tokenFile', entry.tokenFile)
  put(pairs, 'username', entry.username)
  put(pairs, 'as', entry.impersonation?.as)
  put(pairs, 'as-uid', entry.impersonation?.uid)
  if (entry.impersonation && entry.impersonation.groups.length > 0)
    put(pairs, 'as-groups', entry.impersonation.groups)
  if (entry.impersonation && Object.keys(entry.impersonation.extra).length > 0)
    put(pairs, 'as-user-extra', mapOf(Object.entries(entry.impersonation.extra)))
  put(pairs, 'extensions', entry.extensions && [])
  if (entry.exec) put(pairs, 'exec', execValue(entry.exec))
  return mapOf(pairs)
}

function execValue(exec: ExecConfig): JsonMap {
  const pairs: Pairs = []
  put(pairs, 'apiVersion', exec.apiVersion)
  if (exec.args.length > 0) put(pairs, 'args', exec.args)
  put(pairs, 'command', exec.command)
  if (exec.env.length > 0)
    put(
      pairs,
      'env',
      exec.env.map(({ name, value }) => ({ name, value })),
    )
  put(pairs, 'installHint', exec.installHint)
  put(pairs, 'interactiveMode', exec.interactiveMode)
  put(pairs, 'provideClusterInfo', exec.provideClusterInfo)
  return mapOf(pairs)
}

function contextValue({ cluster, namespace, user, extensions }: ContextEntry): JsonMap {
  const pairs: Pairs = []
  put(pairs, 'cluster', cluster)
  put(pairs, 'namespace', namespace)
  put(pairs, 'user', user)
  put(pairs, 'extensions', extensions && [])
  return mapOf(pairs)
}

function unreadableWhy(file: KubeconfigFile): string | null {
  // UTF-16 is legible, but never written.
  const problem = file.problems.find(
    ({ severity, code }) =>
      (severity === 'error' && code !== 'missing') || code === 'not-utf8' || code === 'same-file',
  )
  return problem?.message ?? null
}

/** Nothing is wrong with the file but text that kubectl misreads without quotes. */
export function isMendable({ problems }: KubeconfigFile): boolean {
  const errors = problems.filter(({ severity, code }) => severity === 'error' || code === 'not-utf8')
  return errors.length > 0 && errors.every(({ code }) => code === 'misread-string')
}

/** The snapshot as what edits are applied to: values masked as the page has them. */
export function modelOfSnapshot(snapshot: Snapshot): EditModel {
  const lists = new Map<string, { cluster: ModelEntry[]; user: ModelEntry[]; context: ModelEntry[] }>()
  for (const { path } of snapshot.files) lists.set(path, { cluster: [], user: [], context: [] })
  for (const entry of snapshot.clusters)
    lists.get(entry.origin.file)?.cluster.push({
      id: entry.id,
      kind: 'cluster',
      name: entry.name,
      value: clusterValue(entry),
      from: null,
    })
  for (const entry of snapshot.users)
    lists
      .get(entry.origin.file)
      ?.user.push({ id: entry.id, kind: 'user', name: entry.name, value: userValue(entry), from: null })
  for (const entry of snapshot.contexts)
    lists.get(entry.origin.file)?.context.push({
      id: entry.id,
      kind: 'context',
      name: entry.name,
      value: contextValue(entry),
      from: null,
    })
  return {
    files: snapshot.files.map(
      (file): ModelFile => ({
        path: file.path,
        exists: !file.problems.some(({ code }) => code === 'missing'),
        // One that was opened beside the list is read, and written, for itself.
        listed: file.source !== 'opened',
        unreadable: unreadableWhy(file),
        mendable: isMendable(file),
        currentContext: file.currentContext,
        ...(lists.get(file.path) ?? { cluster: [], user: [], context: [] }),
      }),
    ),
  }
}

/** Looks up single entries of a snapshot as edits have them, without making a model of all. */
export function entriesOfSnapshot(snapshot: Snapshot): WordsSource {
  const context = (entry: ContextEntry | undefined) =>
    entry && modelEntry('context', entry, contextValue(entry))
  const cluster = (entry: ClusterEntry | undefined) =>
    entry && modelEntry('cluster', entry, clusterValue(entry))
  const user = (entry: UserEntry | undefined) => entry && modelEntry('user', entry, userValue(entry))
  return {
    get: (id) =>
      context(snapshot.contexts.find((entry) => entry.id === id)) ??
      cluster(snapshot.clusters.find((entry) => entry.id === id)) ??
      user(snapshot.users.find((entry) => entry.id === id)) ??
      null,
    winner(kind, name) {
      const named = (entry: { readonly name: string }) => entry.name === name
      switch (kind) {
        case 'context':
          return context(snapshot.contexts.find(named)) ?? null
        case 'cluster':
          return cluster(snapshot.clusters.find(named)) ?? null
        case 'user':
          return user(snapshot.users.find(named)) ?? null
      }
    },
    currentContext: () => snapshot.currentContext,
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

/** The snapshot after edits: for rows, pickers and counts. Entries that did not change are the same objects. */
export function editSnapshot(snapshot: Snapshot, edits: readonly AnyEdit[]): EditedSnapshot {
  const before = modelOfSnapshot(snapshot)
  const { model, problems, alsoChanges } = applyEdits(before, edits)
  return { snapshot: projected(snapshot, before, model), problems, alsoChanges }
}

function projected(snapshot: Snapshot, before: EditModel, model: EditModel): Snapshot {
  const same = new Set<ModelEntry>()
  for (const file of before.files)
    for (const list of [file.cluster, file.user, file.context]) for (const entry of list) same.add(entry)
  const known = {
    cluster: new Map(snapshot.clusters.map((entry) => [entry.id, entry])),
    user: new Map(snapshot.users.map((entry) => [entry.id, entry])),
    context: new Map(snapshot.contexts.map((entry) => [entry.id, entry])),
  }
  const first = new Map<string, string>()
  const clusters: ClusterEntry[] = []
  const users: UserEntry[] = []
  const contexts: ContextEntry[] = []
  for (const file of model.files) {
    const place = <T extends { readonly origin: EntryOrigin }>(
      old: T | undefined,
      entry: ModelEntry,
    ): EntryOrigin => {
      const key = `${entry.kind} ${entry.name}`
      const winner = first.get(key)
      if (winner === undefined) first.set(key, file.path)
      const shadowedBy = winner === undefined || winner === file.path ? null : winner
      const origin = old?.origin ?? nowhere(file.path)
      return origin.file === file.path && origin.shadowedBy === shadowedBy
        ? origin
        : { ...nowhere(file.path), ...origin, file: file.path, shadowedBy }
    }
    for (const entry of file.cluster) {
      const old = known.cluster.get(entry.id)
      const origin = place(old, entry)
      clusters.push(
        old && same.has(entry) && old.origin === origin
          ? old
          : cluster(entry, origin, old ?? known.cluster.get(entry.from ?? '')),
      )
    }
    for (const entry of file.user) {
      const old = known.user.get(entry.id)
      const origin = place(old, entry)
      users.push(
        old && same.has(entry) && old.origin === origin
          ? old
          : user(entry, origin, old ?? known.user.get(entry.from ?? '')),
      )
    }
    for (const entry of file.context) {
      const old = known.context.get(entry.id)
      const origin = place(old, entry)
      contexts.push(
        old && same.has(entry) && old.origin === origin
          ? old
          : context(entry, origin, old ?? known.context.get(entry.from ?? '')),
      )
    }
  }
  const current = model.files.find((file) => file.currentContext !== null)
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
    clusters,
    users,
    contexts,
  }
}

function nowhere(file: string): EntryOrigin {
  return {
    file,
    line: 0,
    endLine: 0,
    range: { start: 0, end: 0 },
    quote: 'plain',
    shadowedBy: null,
    duplicate: false,
  }
}

function context(entry: ModelEntry, origin: EntryOrigin, old: ContextEntry | undefined): ContextEntry {
  const { value } = entry
  return {
    id: entry.id,
    name: entry.name,
    origin,
    cluster: textOf(at(value, 'cluster')),
    user: textOf(at(value, 'user')),
    namespace: textOf(at(value, 'namespace')),
    extensions: old?.extensions ?? isList(at(value, 'extensions')),
  }
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
    id: entry.id,
    name: entry.name,
    origin,
    server: textOf(at(value, 'server')),
    certificateAuthority: readAuthority(value, 'certificate-authority', old?.certificateAuthority ?? null),
    tlsServerName: textOf(at(value, 'tls-server-name')),
    insecureSkipTlsVerify: at(value, 'insecure-skip-tls-verify') === true,
    proxyUrl: textOf(at(value, 'proxy-url')),
    disableCompression: at(value, 'disable-compression') === true,
    extensions: old?.extensions ?? isList(at(value, 'extensions')),
  }
}

const secretFields: readonly SecretField[] = ['token', 'password', 'client-key-data', 'auth-provider']

function user(entry: ModelEntry, origin: EntryOrigin, old: UserEntry | undefined): UserEntry {
  const { value } = entry
  const [exec, provider] = [at(value, 'exec'), at(value, 'auth-provider')]
  return {
    id: entry.id,
    name: entry.name,
    origin,
    exec: isMap(exec) ? readExec(exec, old?.exec ?? null) : null,
    // Nothing but an import brings an entry of which there was none before: then its masked value says it all.
    secrets: old?.secrets ?? secretFields.filter((field) => at(value, field) !== undefined),
    clientCertificate: readAuthority(value, 'client-certificate', old?.clientCertificate ?? null),
    clientKeyFile: old ? old.clientKeyFile : textOf(at(value, 'client-key')),
    tokenFile: old ? old.tokenFile : textOf(at(value, 'tokenFile')),
    username: old ? old.username : textOf(at(value, 'username')),
    authProvider: old ? old.authProvider : isMap(provider) ? textOf(at(provider, 'name')) : null,
    impersonation: old ? old.impersonation : readImpersonation(value),
    extensions: old?.extensions ?? isList(at(value, 'extensions')),
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
    apiVersion: textOf(at(exec, 'apiVersion')),
    command: textOf(at(exec, 'command')),
    args: isList(args) ? args.map((arg) => (typeof arg === 'string' ? arg : '')) : [],
    env: (isList(env) ? env : []).filter(isMap).map((one) => {
      const [name, value] = [at(one, 'name'), at(one, 'value')]
      const shown = {
        name: typeof name === 'string' ? name : '',
        value: typeof value === 'string' ? value : '',
      }
      const before = old?.env.find((known) => known.name === shown.name && known.value === shown.value)
      return { ...shown, masked: before?.masked ?? shown.value.includes(mask) }
    }),
    interactiveMode: textOf(at(exec, 'interactiveMode')),
    provideClusterInfo: at(exec, 'provideClusterInfo') === true,
    installHint: textOf(at(exec, 'installHint')),
  }
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
