/**
 * What the page may know of a kubeconfig: entries with their place in a file, secrets absent or masked.
 * Vocabulary as client-go's clientcmd (cluster, AuthInfo here called user, context, exec).
 */

/** Names one entry of one file across reloads: made by `entryId`, opaque to everybody else. */
export type EntryId = string

/** Contexts last, because they name the other two. */
export const entryKinds = ['cluster', 'user', 'context'] as const
export type EntryKind = (typeof entryKinds)[number]

/** `occurrence` counts entries of one name inside one list from 0: only a duplicate has more than 0. */
export function entryId(kind: EntryKind, file: string, name: string, occurrence: number): EntryId {
  // What JSON.stringify gives for the four, written out: tens of thousands are made for a large file, most of the
  // same kind and file as the one before.
  if (kind !== beginning.kind || file !== beginning.file)
    beginning = { kind, file, text: `["${kind}",${jsonString(file)},` }
  return `${beginning.text}${jsonString(name)},${occurrence}]`
}

/** The name in an id; the id itself where it is none. */
export function nameInId(id: EntryId): string {
  try {
    const parts: unknown = JSON.parse(id)
    const name: unknown = Array.isArray(parts) ? parts[2] : null
    return typeof name === 'string' ? name : id
  } catch {
    return id
  }
}

let beginning: { kind: EntryKind | null; file: string; text: string } = { kind: null, file: '', text: '' }
const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const jsonString = (text: string) => (plainText.test(text) ? `"${text}"` : JSON.stringify(text))

/** 1-based, columns in UTF-16 units. */
export interface SourcePosition {
  readonly line: number
  readonly column: number
}

/** Offsets into the file's text in UTF-16 units, end exclusive. */
export interface SourceRange {
  readonly start: number
  readonly end: number
}

export type QuoteStyle = 'plain' | 'single' | 'double' | 'block'

/** Where an entry stands. */
export interface EntryOrigin {
  readonly file: string
  readonly line: number
  readonly endLine: number
  readonly range: SourceRange
  /** How its name is quoted. */
  readonly quote: QuoteStyle
  /** The earlier file whose entry of the same name wins; null when this one counts. */
  readonly shadowedBy: string | null
  /** Another entry of this list has the same name: kubectl refuses the whole file. */
  readonly duplicate: boolean
}

export interface ContextEntry {
  readonly id: EntryId
  readonly name: string
  readonly origin: EntryOrigin
  readonly cluster: string | null
  readonly user: string | null
  readonly namespace: string | null
  readonly extensions: boolean
}

export type CertificateAuthority =
  | { readonly kind: 'data'; readonly bytes: number }
  /** `path` as kubectl resolves it: relative to the folder of the entry's file. */
  | { readonly kind: 'file'; readonly written: string; readonly path: string }

export interface ClusterEntry {
  readonly id: EntryId
  readonly name: string
  readonly origin: EntryOrigin
  /** A `user:password@` part is masked. */
  readonly server: string | null
  readonly certificateAuthority: CertificateAuthority | null
  readonly tlsServerName: string | null
  readonly insecureSkipTlsVerify: boolean
  /** A `user:password@` part is masked. */
  readonly proxyUrl: string | null
  readonly disableCompression: boolean
  readonly extensions: boolean
}

export interface ExecVariable {
  readonly name: string
  /** Masked unless the name is one of `plainExecVariables`. */
  readonly value: string
  readonly masked: boolean
}

export interface ExecConfig {
  readonly apiVersion: string | null
  readonly command: string | null
  /** What follows --token, --password and their kind is masked. */
  readonly args: readonly string[]
  readonly env: readonly ExecVariable[]
  readonly interactiveMode: string | null
  readonly provideClusterInfo: boolean
  readonly installHint: string | null
}

/** Fields of a user that hold a secret; only their presence is told. */
export type SecretField = 'token' | 'password' | 'client-key-data' | 'auth-provider'

export interface Impersonation {
  readonly as: string | null
  readonly uid: string | null
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export interface UserEntry {
  readonly id: EntryId
  readonly name: string
  readonly origin: EntryOrigin
  readonly exec: ExecConfig | null
  readonly secrets: readonly SecretField[]
  readonly clientCertificate: CertificateAuthority | null
  readonly clientKeyFile: string | null
  readonly tokenFile: string | null
  readonly username: string | null
  readonly authProvider: string | null
  readonly impersonation: Impersonation | null
  readonly extensions: boolean
}

export type FileProblemCode =
  | 'missing'
  /** A link to nothing, or /dev/null: there is nothing to read, and nothing is ever written to it. */
  | 'unwritable'
  | 'is-folder'
  | 'not-regular'
  | 'permission'
  | 'too-large'
  | 'not-utf8'
  | 'bad-yaml'
  | 'bad-shape'
  | 'bad-value'
  | 'duplicate-name'
  | 'misread-string'
  /** An earlier file of the list by another name. */
  | 'same-file'
  | 'io'

/** Why kubectl would refuse a file (severity error), or what is odd about it (warning). */
export interface FileProblem {
  readonly code: FileProblemCode
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly next: string
  readonly at: SourcePosition | null
}

/** Whether kubectl passes over the file, because there is nothing to read. */
export const isNothing = ({ code }: FileProblem): boolean => code === 'missing' || code === 'unwritable'

/** By which door the file came in: decides whether its servers may be handed a token (docs/security.md). */
export type FileSource = 'default' | 'KUBECONFIG' | 'option' | 'opened'

export interface KubeconfigFile {
  /** Absolute path, as listed. */
  readonly path: string
  /** Behind symlinks; null when there is no such file. */
  readonly realPath: string | null
  readonly source: FileSource
  /** The user's own (KUBECONFIG or the default), or foreign: then no token goes to its servers until trusted. */
  readonly own: boolean
  readonly trusted: boolean
  /** SHA-256 of the bytes, hex; null when not read. */
  readonly revision: string | null
  readonly bytes: number
  /** Permission bits, e.g. 0o600; null when not known (Windows, missing). */
  readonly mode: number | null
  readonly uid: number | null
  readonly currentContext: string | null
  readonly problems: readonly FileProblem[]
  readonly contexts: number
  readonly clusters: number
  readonly users: number
}

/** Everything that was legible in the files of the list, in the list's order and each file's order. */
export interface Snapshot {
  /** Grows with every change; a plan names the one it was made on. */
  readonly revision: number
  readonly files: readonly KubeconfigFile[]
  /** The first non-empty one of the list, as kubectl takes it. */
  readonly currentContext: string | null
  readonly currentContextFile: string | null
  readonly contexts: readonly ContextEntry[]
  readonly clusters: readonly ClusterEntry[]
  readonly users: readonly UserEntry[]
}

/** What became different between two snapshots: sent instead of the whole. */
export interface SnapshotChange {
  readonly from: number
  readonly revision: number
  readonly files: readonly KubeconfigFile[]
  readonly currentContext: string | null
  readonly currentContextFile: string | null
  readonly changed: {
    readonly contexts: readonly ContextEntry[]
    readonly clusters: readonly ClusterEntry[]
    readonly users: readonly UserEntry[]
  }
  readonly removed: readonly EntryId[]
  /** Order of all ids after the change, per list; null when the order did not change. */
  readonly order: {
    readonly contexts: readonly EntryId[]
    readonly clusters: readonly EntryId[]
    readonly users: readonly EntryId[]
  } | null
}

/** exec.env names whose values are no secret and are shown as they are. */
export const plainExecVariables: ReadonlySet<string> = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_ACCESS_KEY_ID',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_CA_BUNDLE',
  'DEFAULT_ROLE',
  'PATH',
  'HOME',
])

/** Stands for a secret wherever one would have been shown. */
export const mask = '••••••'
