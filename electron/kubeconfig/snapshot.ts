/** What the page may know of documents: entries with their places, secrets absent or masked. */
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryOrigin,
  type ExecConfig,
  entryId,
  type KubeconfigFile,
  type SecretField,
  type Snapshot,
  type UserEntry,
} from '../../shared/kubeconfig'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import { base64Bytes } from './dialect'
import type { DocumentEntry, KubeconfigDocument } from './document'
import type { RawExec } from './entries'
import type { Merged } from './merge'
import { maskArguments, maskText, maskUrl, maskVariable } from './redact'

/** A file of the list and what was read of it; `document` is null when nothing could be read. */
export interface ReadFile {
  readonly file: KubeconfigFile
  readonly document: KubeconfigDocument | null
}

/** One snapshot of all files in the list's order. */
export function projectSnapshot(revision: number, files: readonly ReadFile[], merged: Merged): Snapshot {
  const documents = files.flatMap(({ document }) => (document === null ? [] : [document]))
  const contexts: ContextEntry[] = []
  const clusters: ClusterEntry[] = []
  const users: UserEntry[] = []
  for (const document of documents) {
    const known = projectionOf(document)
    for (const entry of document.contexts) {
      const shadowedBy = merged.shadowedBy('context', entry.name, document)
      contexts.push(known.contexts.get(entry, shadowedBy, () => projectContext(document, entry, shadowedBy)))
    }
    for (const entry of document.clusters) {
      const shadowedBy = merged.shadowedBy('cluster', entry.name, document)
      clusters.push(known.clusters.get(entry, shadowedBy, () => projectCluster(document, entry, shadowedBy)))
    }
    for (const entry of document.users) {
      const shadowedBy = merged.shadowedBy('user', entry.name, document)
      users.push(known.users.get(entry, shadowedBy, () => projectUser(document, entry, shadowedBy)))
    }
  }
  return {
    revision,
    files: files.map(({ file }) => file),
    currentContext: merged.currentContext?.name ?? null,
    currentContextFile: merged.currentContext?.file ?? null,
    contexts,
    clusters,
    users,
  }
}

/** What was projected of a document stays as long as the document: unchanged files give the same objects again. */
class Projected<T extends { readonly origin: EntryOrigin }> {
  private readonly known: T[] = []

  get(entry: DocumentEntry, shadowedBy: string | null, make: () => T): T {
    const found = this.known[entry.index]
    if (found !== undefined && found.origin.shadowedBy === shadowedBy) return found
    const value = make()
    this.known[entry.index] = value
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
  const { line, endLine, range, quote, duplicate } = entry
  return { file: document.file, line, endLine, range, quote, shadowedBy, duplicate }
}

function projectContext(
  document: KubeconfigDocument,
  entry: DocumentEntry,
  shadowedBy: string | null,
): ContextEntry {
  const raw: ReadContext = document.context(entry.index)
  return {
    id: idOf(document, entry),
    name: entry.name,
    origin: origin(document, entry, shadowedBy),
    cluster: raw.cluster,
    user: raw.user,
    namespace: raw.namespace,
    extensions: raw.extensions,
  }
}

function projectCluster(
  document: KubeconfigDocument,
  entry: DocumentEntry,
  shadowedBy: string | null,
): ClusterEntry {
  const raw: ReadCluster = document.cluster(entry.index)
  return {
    id: idOf(document, entry),
    name: entry.name,
    origin: origin(document, entry, shadowedBy),
    server: raw.server === null ? null : maskUrl(raw.server),
    certificateAuthority: certificate(
      raw.certificateAuthorityData,
      raw.certificateAuthorityWritten,
      raw.certificateAuthority,
    ),
    tlsServerName: raw.tlsServerName,
    insecureSkipTlsVerify: raw.insecureSkipTlsVerify,
    proxyUrl: raw.proxyUrl === null ? null : maskUrl(raw.proxyUrl),
    disableCompression: raw.disableCompression,
    extensions: raw.extensions,
  }
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

function projectUser(
  document: KubeconfigDocument,
  entry: DocumentEntry,
  shadowedBy: string | null,
): UserEntry {
  const raw: ReadUser = document.user(entry.index)
  const secrets: SecretField[] = []
  if (raw.token !== null) secrets.push('token')
  if (raw.password !== null) secrets.push('password')
  if (raw.clientKeyData !== null) secrets.push('client-key-data')
  if (raw.authProvider !== null) secrets.push('auth-provider')
  return {
    id: idOf(document, entry),
    name: entry.name,
    origin: origin(document, entry, shadowedBy),
    exec: raw.exec === null ? null : projectExec(raw.exec),
    secrets,
    clientCertificate: certificate(
      raw.clientCertificateData,
      raw.clientCertificateWritten,
      raw.clientCertificate,
    ),
    clientKeyFile: raw.clientKey,
    tokenFile: raw.tokenFile,
    username: raw.username,
    authProvider: raw.authProvider,
    impersonation: raw.impersonation,
    extensions: raw.extensions,
  }
}

function projectExec(raw: RawExec): ExecConfig {
  return {
    apiVersion: raw.apiVersion,
    command: raw.command === null ? null : maskText(raw.command),
    args: maskArguments(raw.args),
    env: raw.env.map(({ name, value }) => ({ name, ...maskVariable(name, value) })),
    interactiveMode: raw.interactiveMode,
    provideClusterInfo: raw.provideClusterInfo,
    installHint: raw.installHint === null ? null : maskText(raw.installHint),
  }
}
