/**
 * An edit is an intent as a value: grid, paste, palette, terminal and fixes all make the same ones. Entries are named
 * by their ids, which stay the same through a list of edits, also through renames. What each kind is and does is in
 * kinds.ts.
 */
import * as v from 'valibot'
import type { Flaw } from '../exec/flaws'
import { environmentNames } from '../identity/identity'
import type { Json, JsonMap } from '../json'
import type { EntryId } from '../kubeconfig/entries'
import { listOf } from '../list-of'
import type { ModelEntry } from './model'
import { profileEditSchema } from './profile-edit'

const id = v.pipe(v.string(), v.maxLength(16_384))
const text = v.pipe(v.string(), v.maxLength(65_536))
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(8_192))
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096))
const many = <S extends v.GenericSchema>(item: S) => listOf(item, 20_000)
const pin = v.nullable(v.picklist(['arg', 'env']))

/**
 * For values that live in a user or cluster entry: `split` gives this context its own entry first where others use
 * it too; `shared` changes it for all of them (the plan names them).
 */
const scope = v.picklist(['split', 'shared'])
export type Scope = v.InferOutput<typeof scope>
const inScope = { context: id, scope }

const json: v.GenericSchema<Json> = v.lazy(() =>
  v.union([v.null(), v.boolean(), v.number(), v.string(), v.array(json), v.record(v.string(), json)]),
)
export const jsonMap: v.GenericSchema<JsonMap> = v.record(v.string(), json)
/**
 * `here`: the name under which the very same entry was there, null for none, as main judged it by the whole values when it
 * was read. It says where to look, no more: whether that entry still means the same is judged again when the edit is
 * carried out. Absent: looked for by name then.
 */
const valued = v.strictObject({ name, value: jsonMap, here: v.optional(v.nullable(name)) })

/** What the user wants of one context of an import. */
const chosen = v.variant('how', [
  v.strictObject({ how: v.literal('leave'), name }),
  v.strictObject({ how: v.literal('rename'), name, to: name }),
  /** It takes the place of a context that is there; what others use stays unchanged. */
  v.strictObject({ how: v.literal('replace'), name, context: id }),
])

/** A new cluster entry for an EKS cluster, or one that is there. */
const addCluster = v.variant('kind', [
  v.strictObject({ kind: v.literal('reuse'), cluster: id }),
  v.strictObject({
    kind: v.literal('new'),
    name,
    server: text,
    certificateAuthorityData: v.nullable(text),
    proxyUrl: v.nullable(text),
    tlsServerName: v.nullable(text),
  }),
])
const addUser = v.strictObject({
  name: v.nullable(name),
  region: text,
  cluster: v.union([v.strictObject({ name: text }), v.strictObject({ id: text })]),
  role: v.nullable(text),
  profile: v.nullable(text),
  pin: v.picklist(['arg', 'env', 'none']),
})

export const editSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('set-namespace'), context: id, namespace: v.nullable(name) }),
  v.strictObject({ kind: v.literal('set-cluster'), context: id, cluster: name }),
  v.strictObject({ kind: v.literal('set-user'), context: id, user: name }),
  v.strictObject({ kind: v.literal('set-server'), context: id, server: text, scope }),
  v.strictObject({ kind: v.literal('set-proxy-url'), context: id, proxyUrl: v.nullable(text), scope }),
  v.strictObject({ kind: v.literal('set-tls-server-name'), ...inScope, tlsServerName: v.nullable(text) }),
  v.strictObject({ kind: v.literal('set-region'), context: id, region: text, scope }),
  v.strictObject({ kind: v.literal('set-eks-name'), context: id, name: text, scope }),
  v.strictObject({ kind: v.literal('set-output-json'), context: id, scope }),
  v.strictObject({ kind: v.literal('set-profile'), context: id, profile: v.nullable(text), pin, scope }),
  v.strictObject({ kind: v.literal('set-role'), context: id, role: v.nullable(text), scope }),
  /** Who makes the token: Ekscope, by this name or path of its command; null: aws. */
  v.strictObject({ kind: v.literal('set-token-by'), ...inScope, by: v.nullable(text) }),
  /** The identity that the context should have, as an ARN; null: none in particular. */
  v.strictObject({ kind: v.literal('set-expected'), context: id, principal: v.nullable(text) }),
  v.strictObject({ kind: v.literal('set-api-version'), ...inScope, version: v.picklist(['v1', 'v1beta1']) }),
  /** `cascade`: its user and cluster too, where no other context uses them. */
  v.strictObject({ kind: v.literal('rename-context'), context: id, name, cascade: v.boolean() }),
  v.strictObject({ kind: v.literal('rename-user'), user: id, name }),
  v.strictObject({ kind: v.literal('rename-cluster'), cluster: id, name }),
  v.strictObject({
    kind: v.literal('add-context'),
    /** Null: where kubectl would put it. */
    file: v.nullable(path),
    name,
    namespace: v.nullable(name),
    cluster: addCluster,
    user: addUser,
    use: v.boolean(),
  }),
  /** Absent role or profile: as the original has it; null: without. */
  v.strictObject({
    kind: v.literal('clone-context'),
    context: id,
    name,
    role: v.optional(v.nullable(text)),
    profile: v.optional(v.nullable(text)),
    pin,
    userName: v.nullable(name),
  }),
  v.strictObject({ kind: v.literal('split-user'), context: id, name: v.nullable(name) }),
  /** Contexts that name one of `remove` name `keep` afterwards. */
  v.strictObject({ kind: v.literal('merge-duplicates'), keep: id, remove: many(id) }),
  v.strictObject({ kind: v.literal('delete-contexts'), contexts: many(id), keepOrphans: v.boolean() }),
  /** Entries that no context uses, or one of several of one name. */
  v.strictObject({ kind: v.literal('delete-entries'), entries: many(id) }),
  v.strictObject({ kind: v.literal('move-contexts'), contexts: many(id), file: path }),
  v.strictObject({
    kind: v.literal('import-entries'),
    /** Names what main has read (clipboard, dialog, dropped file): main puts its own, unmasked entries in. */
    source: v.pipe(v.string(), v.maxLength(4_096)),
    /** The file that it was read from, for relative paths; null for the clipboard or standard input. */
    from: v.nullable(path),
    file: v.nullable(path),
    onConflict: v.picklist(['rename', 'skip', 'fail']),
    /** Contexts that are not named here go by `onConflict`. */
    chosen: v.optional(many(chosen)),
    clusters: many(valued),
    users: many(valued),
    contexts: many(valued),
  }),
  v.strictObject({ kind: v.literal('use-context'), context: v.nullable(id) }),
  /** Quotes around text that kubectl takes for something else: the only edit of a file that it refuses. */
  v.strictObject({ kind: v.literal('quote-misread'), file: path }),
  /** Endpoint and CA from AWS; everything else of the entry stays unchanged. */
  v.strictObject({
    kind: v.literal('refresh-cluster'),
    cluster: id,
    /** The contexts that it is for; others that use the entry change too. */
    contexts: many(id),
    server: text,
    certificateAuthorityData: v.nullable(text),
  }),
  /** A profile of the AWS config file that this environment reads. `was`: what the key said when the edit was made. */
  v.strictObject({
    kind: v.literal('edit-profile'),
    environment: v.picklist(environmentNames),
    edit: profileEditSchema,
    was: v.nullable(text),
  }),
])

/** What may cross IPC. */
export type Edit = v.InferOutput<typeof editSchema>
export const editsSchema = listOf(editSchema, 50_000)

/**
 * Exact states put back: the inverse of edits. Built by `inverse`, in main with secrets: never crosses IPC. An entry that
 * is added again takes its text from the one that it names with `from`.
 */
export interface PutBack {
  readonly kind: 'put-back'
  /** Contexts whose change was requested; what changes for others is reported. */
  readonly about: readonly EntryId[]
  readonly remove: readonly EntryId[]
  readonly put: readonly { readonly file: string; readonly index: number; readonly entry: ModelEntry }[]
  readonly current: readonly { readonly file: string; readonly currentContext: string | null }[]
}
export type AnyEdit = Edit | PutBack
export type EditKind = AnyEdit['kind']
/** The edit of one kind; of several kinds, one of theirs. */
export type EditOf<K extends EditKind> = {
  [P in K]: Extract<AnyEdit, { readonly kind: P }> & { readonly kind: P }
}[K]
export type ImportEdit = EditOf<'import-entries'>
/** What the user wants for one context of an import, in addition to what holds for all. */
export type ChosenImport = v.InferOutput<typeof chosen>

/** Why an edit is refused or doubtful. Each problem has its sentence and a next step. */
export type EditProblemCode =
  | 'no-such-entry'
  | 'no-such-file'
  | 'file-unreadable'
  | 'name-taken'
  | 'bad-name'
  | 'bad-value'
  | 'dangling-cluster'
  | 'dangling-user'
  | 'not-aws'
  | 'still-used'
  | 'no-target'
  | 'conflict'
  | 'not-provable'
  | 'double-assume'
  | 'unknown-profile'
  | Flaw['id']
  | 'odd-value'
  | 'other-context'
  | 'current-context'

export interface EditProblem {
  /** Index into the list of edits; null when it concerns all. */
  readonly edit: number | null
  readonly code: EditProblemCode
  /** False: legal but doubtful; written nevertheless, with the sentence shown. */
  readonly blocks: boolean
  readonly message: string
  readonly next: string
  /** The profile to name instead, where that settles it. */
  readonly instead?: string
}

/** Whether Ekscope would make tokens by this edit: it is written only where both commands prove the same identity. */
export const switchesToken = (edit: AnyEdit): boolean => edit.kind === 'set-token-by' && edit.by !== null

/** A note about all edits, which does not block them. */
export const noted = (code: EditProblemCode, message: string, next: string): EditProblem => ({
  edit: null,
  code,
  blocks: false,
  message,
  next,
})

/** A context that changes although no edit names it. */
export interface AlsoChanged {
  readonly context: EntryId
  readonly name: string
  /** Through which entry, or profile of the AWS files. */
  readonly through: 'user' | 'cluster' | 'profile'
  readonly entry: string
  /** Its file, where that is outside the list. */
  readonly beside?: string
}
