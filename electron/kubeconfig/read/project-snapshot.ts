/** What the page may know of documents: entries with their places, secrets absent or masked. */

import type { RawExec } from '../../../shared/exec/parse'
import {
  type CertificateAuthority,
  type ClusterEntry,
  type ContextEntry,
  type EntryKind,
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
import { once } from '../../../shared/once'
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
  /** Built when it is first read: a command that changes one context never reads the users. */
  const listOf = <T>(kind: EntryKind, part: (document: KubeconfigDocument, entry: DocumentEntry) => T) => {
    let all: readonly T[] | null = null
    return () => {
      all ??= documents.flatMap((document) => entriesOf(document, kind).map((entry) => part(document, entry)))
      return all
    }
  }
  const contexts = listOf('context', parts.context)
  const clusters = listOf('cluster', parts.cluster)
  const users = listOf('user', parts.user)
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
      return contexts()
    },
    get clusters() {
      return clusters()
    },
    get users() {
      return users()
    },
  }
}

/** What was projected of a document, by place. It stays as long as the document: unchanged files give the same objects again. */
interface Projected {
  readonly context: ContextEntry[]
  readonly cluster: ClusterEntry[]
  readonly user: UserEntry[]
}
const projected = new WeakMap<KubeconfigDocument, Projected>()

export type SnapshotParts = ReturnType<typeof partsOf>

/** Single entries of a snapshot: the same objects that its lists have. */
export function partsOf(merged: Merged) {
  const part = <T extends PlacedEntry>(
    listIn: (all: Projected) => T[],
    project: (document: KubeconfigDocument, index: number, own: PlacedEntry) => T,
  ) => {
    let last: KubeconfigDocument | null = null
    let list: T[] = []
    return (document: KubeconfigDocument, entry: DocumentEntry): T => {
      if (document !== last) {
        last = document
        list = listIn(once(projected, document, () => ({ context: [], cluster: [], user: [] })))
      }
      const { index, name, line, duplicate } = entry
      const shadowedBy = merged.shadowedBy(entry.kind, name, document)
      const before = list[index]
      if (before?.origin.shadowedBy === shadowedBy) return before
      const origin = { file: document.file, line, shadowedBy, duplicate }
      const made = project(document, index, { id: idOf(document, entry), name, origin })
      list[index] = made
      return made
    }
  }
  return {
    context: part((all) => all.context, projectContext),
    cluster: part((all) => all.cluster, projectCluster),
    user: part((all) => all.user, projectUser),
  }
}

/** What of an entry its values do not say. */
type PlacedEntry = Pick<ContextEntry, 'id' | 'name' | 'origin'>

/** The id of a document's entry. */
export function idOf(document: KubeconfigDocument, entry: DocumentEntry): string {
  return entryId(entry.kind, document.file, entry.name, entry.occurrence)
}

function projectContext(
  document: KubeconfigDocument,
  index: number,
  { id, name, origin }: PlacedEntry,
): ContextEntry {
  const raw = document.context(index)
  const { extensions, expected } = raw
  return shownFields({ ...emptyContext, id, name, origin, extensions, expected }, contextKeys, raw)
}

function projectCluster(
  document: KubeconfigDocument,
  index: number,
  { id, name, origin }: PlacedEntry,
): ClusterEntry {
  const raw = document.cluster(index)
  const { extensions, certificateAuthorityData: data } = raw
  const certificateAuthority = certificate(data, raw.certificateAuthorityWritten, raw.certificateAuthority)
  const own = { ...emptyCluster, id, name, origin, certificateAuthority, extensions }
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
  index: number,
  { id, name, origin }: PlacedEntry,
): UserEntry {
  const raw = document.user(index)
  const { clientCertificateData: data, exec, impersonation } = raw
  const own = {
    ...emptyUser,
    id,
    name,
    origin,
    exec: exec && projectExec(exec),
    secrets: secretsIn(raw),
    clientCertificate: certificate(data, raw.clientCertificateWritten, raw.clientCertificate),
    clientKeyFile: raw.clientKey,
    tokenFile: raw.tokenFile,
    authProvider: raw.authProvider,
    impersonation: impersonation && projectImpersonation(impersonation),
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
