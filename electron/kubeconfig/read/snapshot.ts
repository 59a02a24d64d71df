/** What the page may know of documents: entries with their places, secrets absent or masked. */

import type { RawExec } from '../../../shared/exec/parse'
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryKind,
  type EntryOrigin,
  type ExecConfig,
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  entryId,
  type Impersonation,
  type KubeconfigFile,
  mask,
  type Snapshot,
  type UserEntry,
} from '../../../shared/kubeconfig/entries'
import { fieldKeys, valueIn } from '../../../shared/kubeconfig/fields'
import { shownFields } from '../../../shared/kubeconfig/masking'
import {
  clusterKeys,
  contextKeys,
  execKeys,
  type SecretField,
  secretFields,
  userKeys,
} from '../../../shared/kubeconfig/schema'
import { isSecretName, maskArguments, maskText, maskVariable } from '../../../shared/kubeconfig/secrets'
import { base64Bytes } from '../yaml/scalars'
import type { ReadUser } from './decode'
import type { KubeconfigDocument } from './document'
import { entriesOf, type Merged } from './merge'
import type { DocumentEntry } from './outline'

/** A file of the list and what was read of it; `document` is null when nothing could be read. */
export interface ReadFile {
  readonly file: KubeconfigFile
  readonly document: KubeconfigDocument | null
}

/** One snapshot of all files in the list's order. */
export function projectSnapshot(revision: number, files: readonly ReadFile[], merged: Merged): Snapshot {
  const documents = files.flatMap(({ document }) => (document === null ? [] : [document]))
  const parts = partsOf(merged)
  const list = <T extends { readonly origin: EntryOrigin }>(
    kind: EntryKind,
    one: (document: KubeconfigDocument, entry: DocumentEntry) => T,
  ): readonly T[] => {
    const all: T[] = []
    for (const document of documents)
      for (const entry of entriesOf(document, kind)) all.push(one(document, entry))
    return all
  }
  let contexts: readonly ContextEntry[] | null = null
  let clusters: readonly ClusterEntry[] | null = null
  let users: readonly UserEntry[] | null = null
  // Each list is made when it is first looked at: a command that changes one context never asks for users.
  return {
    revision,
    files: files.map(({ file }) => file),
    get currentContext() {
      return merged.currentContext?.name ?? null
    },
    get currentContextFile() {
      return merged.currentContext?.file ?? null
    },
    get contexts() {
      contexts ??= list('context', parts.context)
      return contexts
    },
    get clusters() {
      clusters ??= list('cluster', parts.cluster)
      return clusters
    },
    get users() {
      users ??= list('user', parts.user)
      return users
    },
  }
}

export type SnapshotParts = ReturnType<typeof partsOf>

/** Single entries of a snapshot: the same objects that its lists have. */
export function partsOf(merged: Merged) {
  const part = <T extends { readonly origin: EntryOrigin }>(
    known: (projection: Projection) => Projected<T>,
    project: (document: KubeconfigDocument, entry: DocumentEntry, shadowedBy: string | null) => T,
  ) => {
    let last: KubeconfigDocument | null = null
    let before: Projected<T> | null = null
    return (document: KubeconfigDocument, entry: DocumentEntry): T => {
      if (before === null || document !== last) {
        last = document
        before = known(projectionOf(document))
      }
      const shadowedBy = merged.shadowedBy(entry.kind, entry.name, document)
      return (
        before.get(entry.index, shadowedBy) ?? before.keep(entry.index, project(document, entry, shadowedBy))
      )
    }
  }
  return {
    context: part((known) => known.contexts, projectContext),
    cluster: part((known) => known.clusters, projectCluster),
    user: part((known) => known.users, projectUser),
  }
}

/** What was projected of a document stays as long as the document: unchanged files give the same objects again. */
class Projected<T extends { readonly origin: EntryOrigin }> {
  private readonly known: T[] = []

  get(index: number, shadowedBy: string | null): T | undefined {
    const found = this.known[index]
    return found?.origin.shadowedBy === shadowedBy ? found : undefined
  }

  keep(index: number, value: T): T {
    this.known[index] = value
    return value
  }
}

interface Projection {
  readonly contexts: Projected<ContextEntry>
  readonly clusters: Projected<ClusterEntry>
  readonly users: Projected<UserEntry>
}

const projections = new WeakMap<KubeconfigDocument, Projection>()

function projectionOf(document: KubeconfigDocument): Projection {
  const known = projections.get(document)
  if (known !== undefined) return known
  const made = {
    contexts: new Projected<ContextEntry>(),
    clusters: new Projected<ClusterEntry>(),
    users: new Projected<UserEntry>(),
  }
  projections.set(document, made)
  return made
}

/** The id of a document's entry. */
export function idOf(document: KubeconfigDocument, entry: DocumentEntry): string {
  return entryId(entry.kind, document.file, entry.name, entry.occurrence)
}

function origin(document: KubeconfigDocument, entry: DocumentEntry, shadowedBy: string | null): EntryOrigin {
  const { line, duplicate } = entry
  return { file: document.file, line, shadowedBy, duplicate }
}

function projectContext(
  document: KubeconfigDocument,
  entry: DocumentEntry,
  shadowedBy: string | null,
): ContextEntry {
  const raw = document.context(entry.index)
  const own = {
    ...emptyContext,
    id: idOf(document, entry),
    name: entry.name,
    origin: origin(document, entry, shadowedBy),
    extensions: raw.extensions,
    expected: raw.expected,
  }
  return shownFields(own, contextKeys, raw)
}

function projectCluster(
  document: KubeconfigDocument,
  entry: DocumentEntry,
  shadowedBy: string | null,
): ClusterEntry {
  const raw = document.cluster(entry.index)
  const own = {
    ...emptyCluster,
    id: idOf(document, entry),
    name: entry.name,
    origin: origin(document, entry, shadowedBy),
    certificateAuthority: certificate(
      raw.certificateAuthorityData,
      raw.certificateAuthorityWritten,
      raw.certificateAuthority,
    ),
    extensions: raw.extensions,
  }
  return shownFields(own, clusterKeys, raw)
}

/** In client-go data wins over a file when both are there. */
function certificate(
  data: string | null,
  written: string | null,
  path: string | null,
): CertificateAuthority | null {
  if (data !== null) return { kind: 'data', bytes: base64Bytes(data) }
  return written === null || path === null ? null : { kind: 'file', written, path }
}

const userFields = new Map(fieldKeys(userKeys))
/** With the field that holds it; an auth-provider has none but its name. */
const secretKeys = secretFields.map((name) => ({ name, field: userFields.get(name) ?? null }))
const noSecrets: readonly SecretField[] = []

function secretsIn(raw: ReadUser): readonly SecretField[] {
  const present = secretKeys.filter(({ field }) => (field ? valueIn(raw, field) : raw.authProvider) !== null)
  return present.length === 0 ? noSecrets : present.map(({ name }) => name)
}

function projectUser(
  document: KubeconfigDocument,
  entry: DocumentEntry,
  shadowedBy: string | null,
): UserEntry {
  const raw = document.user(entry.index)
  const own = {
    ...emptyUser,
    id: idOf(document, entry),
    name: entry.name,
    origin: origin(document, entry, shadowedBy),
    exec: raw.exec === null ? null : projectExec(raw.exec),
    secrets: secretsIn(raw),
    clientCertificate: certificate(
      raw.clientCertificateData,
      raw.clientCertificateWritten,
      raw.clientCertificate,
    ),
    clientKeyFile: raw.clientKey,
    tokenFile: raw.tokenFile,
    authProvider: raw.authProvider,
    impersonation: raw.impersonation === null ? null : projectImpersonation(raw.impersonation),
    extensions: raw.extensions,
  }
  return shownFields(own, userKeys, raw)
}

/** What an entry runs, as the page may know it. */
export function projectExec(raw: RawExec): ExecConfig {
  const own = {
    ...emptyExec,
    args: maskArguments(raw.args),
    env: raw.env.map(({ name, value }) => ({ name, ...maskVariable(name, value) })),
  }
  return shownFields(own, execKeys, raw)
}

function projectImpersonation({ as, uid, groups, extra }: Impersonation): Impersonation {
  return {
    as: as === null ? null : maskText(as),
    uid: uid === null ? null : maskText(uid),
    groups: groups.map(maskText),
    extra: Object.fromEntries(
      Object.entries(extra).map(([name, texts]) => [
        name,
        texts.map((text) => (isSecretName(name) ? mask : maskText(text))),
      ]),
    ),
  }
}
