/**
 * What the page may know of a kubeconfig: entries with their place in a file, secrets absent or masked.
 * Vocabulary as client-go's clientcmd (cluster, AuthInfo here called user, context, exec).
 */

import { noShownFields, type ShownFieldsOf } from './fields'
import { clusterKeys, contextKeys, execKeys, type SecretField, userKeys } from './schema'

/** Names one entry of one file across reloads: built by `entryId`, opaque to all other code. */
export type EntryId = string

/** Contexts last, because they name the other two. */
export const entryKinds = ['cluster', 'user', 'context'] as const
export type EntryKind = (typeof entryKinds)[number]

/** What `make` builds for each kind. */
export const ofEachKind = <T>(make: (kind: EntryKind) => T): Record<EntryKind, T> => ({
  cluster: make('cluster'),
  user: make('user'),
  context: make('context'),
})

/** What edits and undos work on: entries of kubeconfigs, and the sections of an AWS config file. */
export const modelKinds = [...entryKinds, 'section'] as const
export type ModelKind = (typeof modelKinds)[number]

/** What a context names. */
export type NamedKind = 'cluster' | 'user'
export const namedKinds: readonly NamedKind[] = ['cluster', 'user']
export const isBehind = (kind: ModelKind): kind is NamedKind => kind === 'cluster' || kind === 'user'

/** `occurrence` counts entries of one name inside one list from 0: only a duplicate has more than 0. */
export function entryId(kind: ModelKind, file: string, name: string, occurrence: number): EntryId {
  // What JSON.stringify gives for the four, written out: tens of thousands are made for a large file, most of the
  // same kind and file as the one before.
  if (kind !== beginning.kind || file !== beginning.file)
    beginning = { kind, file, text: `["${kind}",${jsonString(file)},` }
  return `${beginning.text}${jsonString(name)},${occurrence}]`
}

/** What an id was built from, but for the occurrence; null where it is none. */
export function partsOfId(
  id: EntryId,
): { readonly kind: string; readonly file: string; readonly name: string } | null {
  try {
    const parts: unknown = JSON.parse(id)
    const [kind, file, name]: readonly unknown[] = Array.isArray(parts) ? parts : []
    return typeof kind === 'string' && typeof file === 'string' && typeof name === 'string'
      ? { kind, file, name }
      : null
  } catch {
    return null
  }
}

/** The name in an id; the id itself where it is none. */
export const nameInId = (id: EntryId): string => partsOfId(id)?.name ?? id

let beginning: { kind: ModelKind | null; file: string; text: string } = { kind: null, file: '', text: '' }
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

/** Where an entry is written. */
export interface EntryOrigin {
  readonly file: string
  /** Where it begins. Nothing else of its place crosses: a longer value above it would make it another entry. */
  readonly line: number
  /** The earlier file whose entry of the same name wins; null when this one counts. */
  readonly shadowedBy: string | null
  /** Another entry of this list has the same name: kubectl refuses the whole file. */
  readonly duplicate: boolean
}

/** What every entry has in addition to the fields of the schema. */
interface Entry {
  readonly id: EntryId
  readonly name: string
  readonly origin: EntryOrigin
  /** It has extensions, whose content never crosses; of a context others than Ekscope's own. */
  readonly extensions: boolean
}

export interface ContextEntry extends Entry, ShownFieldsOf<typeof contextKeys> {
  /** The identity that its extension says to expect, as an ARN; null: none. Whether that counts is not for the file to say. */
  readonly expected: string | null
}

export type CertificateAuthority =
  | { readonly kind: 'data'; readonly bytes: number }
  /** `path` as kubectl resolves it: relative to the folder of the entry's file. */
  | { readonly kind: 'file'; readonly written: string; readonly path: string }

export interface ClusterEntry extends Entry, ShownFieldsOf<typeof clusterKeys> {
  readonly certificateAuthority: CertificateAuthority | null
}

export interface ExecVariable {
  readonly name: string
  /** Masked unless the schema says of the name that it holds no secret. */
  readonly value: string
  readonly masked: boolean
}

export interface ExecConfig extends ShownFieldsOf<typeof execKeys> {
  /** What follows --token, --password and their kind is masked. */
  readonly args: readonly string[]
  readonly env: readonly ExecVariable[]
}

export interface Impersonation {
  readonly as: string | null
  readonly uid: string | null
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export interface UserEntry extends Entry, ShownFieldsOf<typeof userKeys> {
  readonly exec: ExecConfig | null
  readonly secrets: readonly SecretField[]
  readonly clientCertificate: CertificateAuthority | null
  readonly clientKeyFile: string | null
  readonly tokenFile: string | null
  readonly authProvider: string | null
  readonly impersonation: Impersonation | null
}

/** Of an entry that is in no file yet. */
export function originOfNew(file: string): EntryOrigin {
  return { file, line: 0, shadowedBy: null, duplicate: false }
}

const nothing: Entry = { id: '', name: '', origin: originOfNew(''), extensions: false }
/** Entries that say nothing. */
export const emptyContext: ContextEntry = {
  ...nothing,
  ...noShownFields(contextKeys),
  expected: null,
}
export const emptyCluster: ClusterEntry = {
  ...nothing,
  ...noShownFields(clusterKeys),
  certificateAuthority: null,
}
export const emptyExec: ExecConfig = { ...noShownFields(execKeys), args: [], env: [] }
export const emptyUser: UserEntry = {
  ...nothing,
  ...noShownFields(userKeys),
  exec: null,
  secrets: [],
  clientCertificate: null,
  clientKeyFile: null,
  tokenFile: null,
  authProvider: null,
  impersonation: null,
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

/** Whether kubectl ignores the file, because there is nothing to read. */
export const isNothing = ({ code }: FileProblem): boolean => code === 'missing' || code === 'unwritable'

/** How the file came into Ekscope: decides whether its servers may get a token (docs/security.md). */
export type FileSource =
  | 'default'
  | 'KUBECONFIG'
  | 'option'
  | 'opened'
  /** One of a folder or a pattern of kubeconfigs: each is read alone. */
  | 'folder'
  /** Named to be made by the next write into it; an opened one from then on. */
  | 'to-make'

/** A file outside the list: kubectl does not read it by its place alone. */
export const isBeside = ({ source }: Pick<KubeconfigFile, 'source'>): boolean =>
  source === 'opened' || source === 'folder' || source === 'to-make'

export interface KubeconfigFile {
  /** Absolute path, as listed. */
  readonly path: string
  /** Behind symlinks; null when there is no such file. */
  readonly realPath: string | null
  readonly source: FileSource
  /** The folder or pattern by which this file was found; absent: it was named itself. */
  readonly foundBy?: string | undefined
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

/** What Ekscope does not read, and kubectl would, or would wait for. */
const limits: ReadonlySet<FileProblemCode> = new Set(['too-large', 'not-regular'])

/** The first file of kubectl's own list for which kubectl refuses to start with any context; null: there is none. */
export const refusedByKubectl = (files: readonly KubeconfigFile[]): KubeconfigFile | null =>
  files.find(
    (file) =>
      !isBeside(file) &&
      file.problems.some((one) => one.severity === 'error' && !isNothing(one) && !limits.has(one.code)),
  ) ?? null

/** Such a file, why, with its first error, and what to do. */
export interface Refusal {
  readonly path: string
  readonly message: string
  readonly next: string
}

/** The first refusal; null: kubectl reads them all, as far as is known. */
export function refusalOf(files: readonly KubeconfigFile[]): Refusal | null {
  const file = refusedByKubectl(files)
  const problem = file?.problems.find(({ severity }) => severity === 'error')
  if (file === null || problem === undefined) return null
  return { path: file.path, message: problemSentence(file, problem), next: problem.next }
}

/** What that means for all contexts. */
export const untilFixed = (path: string): string =>
  `kubectl refuses ${path}, and uses no context until that is fixed`

/** Nothing is wrong with the file but text that kubectl misreads without quotes. */
export function isMendable({ problems }: KubeconfigFile): boolean {
  const errors = problems.filter(({ severity, code }) => severity === 'error' || code === 'not-utf8')
  return errors.length > 0 && errors.every(({ code }) => code === 'misread-string')
}

/** Nothing is known of what the file says but what could be made out. */
export const isIllegible = (file: KubeconfigFile): boolean =>
  !isMendable(file) && file.problems.some((one) => one.severity === 'error' && !isNothing(one))

/** What is wrong with a file, after its name and place where the sentence does not begin with them. */
export function problemSentence({ path }: KubeconfigFile, { at, message }: FileProblem): string {
  if (at === null && message.startsWith(path)) return message
  return `${path}${at ? `:${at.line}:${at.column}` : ''}: ${message}`
}

const inFolder = (folder: string): FileProblem => ({
  code: 'missing',
  severity: 'error',
  message: `${folder} is a folder without a kubeconfig right in it.`,
  next: 'Name a kubeconfig, or a folder of such: files without an ending, .yaml, .yml, .json, .conf, .config or .kubeconfig.',
  at: null,
})

/** Why no file could be read, or the one that was named does not exist; null: one could be. */
export function nothingReadable({ files }: Snapshot, named: string | null): FileProblem | null {
  if (files.length === 0 && named !== null) return inFolder(named)
  const broken = files.filter(({ problems }) => problems.some(({ severity }) => severity === 'error'))
  const missing = files.filter(({ problems }) => problems.some(({ code }) => code === 'missing'))
  const [first] = named === null ? broken : [...broken, ...missing]
  const problem = first?.problems.find(({ severity, code }) => severity === 'error' || code === 'missing')
  if (!first || !problem) return null
  const readable = files.filter((file) => !broken.includes(file) && !missing.includes(file))
  return readable.length > 0 ? null : { ...problem, message: problemSentence(first, problem) }
}

/** The entries that kubectl takes for a name: the very objects of the snapshot, found without looking at all. */
export interface NamedEntries {
  context(name: string): ContextEntry | null
  cluster(name: string): ClusterEntry | null
  user(name: string): UserEntry | null
}

/** What there is of each kind of entry. */
interface Lists<C, L, U> {
  readonly contexts: C
  readonly clusters: L
  readonly users: U
}
type AllEntries = Lists<readonly ContextEntry[], readonly ClusterEntry[], readonly UserEntry[]>

interface ListState {
  /** Grows with every change; a plan names the one it was made on. */
  readonly revision: number
  readonly files: readonly KubeconfigFile[]
  /** The first non-empty one of the list, as kubectl chooses it. */
  readonly currentContext: string | null
  readonly currentContextFile: string | null
}

/** Everything that was legible in the files of the list, in the list's order and each file's order. */
export interface Snapshot extends ListState, AllEntries {}

/** What became different between two snapshots: sent instead of the whole. */
export interface SnapshotChange extends ListState {
  readonly from: number
  readonly changed: AllEntries
  readonly removed: readonly EntryId[]
  /** Order of all ids after the change, per list; null when the order did not change. */
  readonly order: Lists<readonly EntryId[], readonly EntryId[], readonly EntryId[]> | null
}

/** Shown in place of every secret. */
export const mask = '••••••'
