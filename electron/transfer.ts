/** Contexts in and out: a kubeconfig read for an import, and one made of a selection that stands on its own. */
import { readFile, stat } from 'node:fs/promises'
import { applyEdits } from '../shared/apply-edits'
import {
  at,
  type EditModel,
  entryKinds,
  isList,
  isMap,
  type Json,
  type JsonMap,
  type ModelEntry,
  mapOf,
  sameJson,
  textOf,
  withKey,
} from '../shared/edit-model'
import type { Edit } from '../shared/edits'
import type { EntryId, EntryKind } from '../shared/kubeconfig'
import { type Fault, fail, fault, ok, type Result } from '../shared/result'
import { type KubeconfigDocument, readDocument } from './kubeconfig/document'
import type { ResolvedContext } from './kubeconfig/entries'
import { entriesOf } from './kubeconfig/merge'
import { resolveAgainst } from './kubeconfig/paths'
import { isSecretName, maskArguments, maskText, maskVariable } from './kubeconfig/redact'
import { idOf, type ReadFile } from './kubeconfig/snapshot'
import { entryValueOf, modelOf, type Source } from './kubeconfig/source'
import { defaultStyle, writeBlock } from './kubeconfig/style'

export type ImportEdit = Extract<Edit, { kind: 'import-entries' }>

export interface ImportRequest {
  readonly text: string
  /** Where the text was read from, absolute; null for the clipboard or standard input. */
  readonly from: string | null
  /** Names what was read, for the edit. */
  readonly source: string
  /** The file to import into; null: where kubectl would put new entries. */
  readonly file: string | null
  readonly onConflict: ImportEdit['onConflict']
  /** The files as they are now, to tell which names are taken. */
  readonly files: readonly ReadFile[]
}

export interface ReadImport {
  /** With the whole entries, secrets too: stays in main. */
  readonly edit: ImportEdit
  readonly contexts: readonly string[]
  /** Contexts whose name is taken here by something else, with the name that they would get. */
  readonly collisions: readonly { readonly name: string; readonly renamed: string }[]
  /** What is odd but no reason to refuse: one sentence each. */
  readonly problems: readonly string[]
}

/** Larger texts are no kubeconfig. Characters. */
const longest = 64 * 1024 * 1024

/** A kubeconfig's text as the edit that imports it. `unreadable`, with line and column, where kubectl would refuse it. */
export function readImport(request: ImportRequest): Result<ReadImport> {
  const { text, from, source, file, onConflict } = request
  const what = from ?? 'The text'
  if (text.length > longest)
    return fail(fault('unreadable', `${what} is larger than 64 MiB.`, 'Check that it is a kubeconfig.'))
  const document = readDocument(from ?? '/', text)
  const refused = refusalOf(document, what)
  if (refused) return fail(refused)
  const entries = (kind: EntryKind) =>
    entriesOf(document, kind).map(({ name, index }) => ({ name, value: entryValueOf(document, kind, index) }))
  const edit: ImportEdit = {
    kind: 'import-entries',
    source,
    from,
    file,
    onConflict,
    clusters: entries('cluster'),
    users: entries('user'),
    contexts: entries('context'),
  }
  if (edit.clusters.length + edit.users.length + edit.contexts.length === 0)
    return fail(
      fault('unreadable', `${what} has no clusters, users or contexts.`, 'Check that it is a kubeconfig.'),
    )
  return ok({
    edit,
    contexts: edit.contexts.map(({ name }) => name),
    collisions: collisionsOf(edit, modelOf(request.files.map(sourceOfFile))),
    problems: oddities(edit),
  })
}

function refusalOf(document: KubeconfigDocument, what: string): Fault | null {
  const first = document.problems.find(({ severity }) => severity === 'error')
  if (!first) return null
  const place = first.at === null ? '' : `, line ${first.at.line}, column ${first.at.column}`
  return fault('unreadable', `kubectl could not read this (${what}${place}): ${first.message}`, first.next)
}

/** A file as it was read last, for edits: nothing is parsed again. */
function sourceOfFile({ file, document }: ReadFile): Source {
  const missing = file.problems.some(({ code }) => code === 'missing')
  return {
    path: file.path,
    listed: file.source !== 'opened',
    text: document?.text ?? (missing ? null : ''),
    fault: document === null && !missing ? (file.problems[0]?.message ?? 'it could not be read') : null,
    document: document ?? readDocument(file.path, ''),
  }
}

/** Marks an imported context so that it is found again whatever name it got. No key of a context is called so. */
const marker = '\u0000import'

/** Carries the import out on the model, because what a context becomes depends on its user and cluster too. */
function collisionsOf(edit: ImportEdit, model: EditModel): ReadImport['collisions'] {
  const target: EditModel = withTarget(model, edit.file)
  const before = new Map<string, ModelEntry>()
  for (const file of target.files)
    for (const entry of file.context) if (!before.has(entry.name)) before.set(entry.name, entry)
  const carriedOut = (contexts: ImportEdit['contexts']) => {
    const marked = contexts.map(({ name, value }, index) => ({ name, value: withKey(value, marker, index) }))
    const after = applyEdits(target, [{ ...edit, onConflict: 'rename', contexts: marked }])
    return after.model.files
      .flatMap(({ context }) => context)
      .flatMap(({ name, value }) => {
        const index = at(value, marker)
        const original = typeof index === 'number' ? contexts[index] : undefined
        return original ? [{ original, name, value: withKey(value, marker, undefined) }] : []
      })
  }
  // Those that are here already, word for word, are not imported again and take no name.
  const fresh = carriedOut(edit.contexts)
    .filter(({ original, value }) => !isHere(before, original.name, value))
    .map(({ original }) => original)
  return carriedOut(fresh)
    .filter(({ original, name }) => name !== original.name)
    .map(({ original, name }) => ({ name: original.name, renamed: name }))
}

/** Under its name, or under the one that an earlier import gave it. */
function isHere(entries: ReadonlyMap<string, ModelEntry>, name: string, value: JsonMap): boolean {
  if (sameJson(entries.get(name)?.value, value)) return true
  for (let i = 2; ; i++) {
    const entry = entries.get(`${name}-${i}`)
    if (!entry) return false
    if (sameJson(entry.value, value)) return true
  }
}

function withTarget(model: EditModel, file: string | null): EditModel {
  if (file === null || model.files.some(({ path }) => path === file)) return model
  const empty = { exists: false, listed: false, unreadable: null, currentContext: null }
  return { files: [...model.files, { path: file, ...empty, cluster: [], user: [], context: [] }] }
}

/** Keys whose value is a path, relative to the folder of its file. */
const pathKeys: readonly string[] = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

function oddities({ from, clusters, users, contexts }: ImportEdit): readonly string[] {
  const problems: string[] = []
  for (const { name, value } of contexts)
    for (const [kind, list] of [
      ['cluster', clusters],
      ['user', users],
    ] as const) {
      const wanted = textOf(at(value, kind))
      if (wanted !== null && !list.some((entry) => entry.name === wanted))
        problems.push(`Context ${quoted(name)} names the ${kind} ${quoted(wanted)}, which is not in it.`)
    }
  if (from !== null) return problems
  for (const { name, value } of [...clusters, ...users])
    for (const key of pathKeys) {
      const path = textOf(at(value, key))
      if (path !== null && resolveAgainst('/', path) !== path)
        problems.push(
          `${quoted(name)} names the file ${quoted(path)} by a relative path: it will be looked for beside the file that it is imported into.`,
        )
    }
  return problems
}

const quoted = (text: string): string => JSON.stringify(text)

export interface ExportOptions {
  /** Tokens, passwords, keys and unknown variables go along. */
  readonly secrets: boolean
  /** The files that the contexts were resolved from. */
  readonly files: readonly ReadFile[]
  /** Stays current when it is among them; else the first one becomes current. */
  readonly currentContext: string | null
}

export interface Exported {
  /** To be written with mode 0600. */
  readonly text: string
  /** What was left out or cannot travel, one sentence each; no secrets. */
  readonly notes: readonly string[]
}

/**
 * A kubeconfig of these contexts alone that needs no other file: certificates inlined, programs by absolute path.
 * Secrets only when asked for; what was left out is said in `notes`.
 */
export async function exportKubeconfig(
  contexts: readonly ResolvedContext[],
  options: ExportOptions,
): Promise<Result<Exported>> {
  const { secrets, files, currentContext } = options
  const values = valuesById(files)
  const notes = new Set<string>()
  const lists: Record<EntryKind, Map<string, JsonMap>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
  }
  for (const { entry, cluster, user } of contexts) {
    const { name } = entry
    if (lists.context.has(name)) {
      notes.add(`There are several contexts ${quoted(name)}; only the first was exported.`)
      continue
    }
    lists.context.set(name, values(entry.id))
    if (cluster === null) notes.add(`Context ${quoted(name)} has no cluster entry here.`)
    else if (!lists.cluster.has(cluster.raw.name)) {
      const value = await clusterOf(values(cluster.id), cluster.file, secrets, cluster.raw.name, notes)
      lists.cluster.set(cluster.raw.name, value)
    }
    if (user === null) notes.add(`Context ${quoted(name)} has no user entry here.`)
    else if (!lists.user.has(user.raw.name)) {
      const value = await userOf(values(user.id), user.file, secrets, user.raw.name, notes)
      lists.user.set(user.raw.name, value)
    }
  }
  const names = [...lists.context.keys()]
  const current = names.find((name) => name === currentContext) ?? names[0]
  const listOf = (kind: EntryKind): Json => [...lists[kind]].map(([name, value]) => ({ name, [kind]: value }))
  const wanted: JsonMap = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: listOf('cluster'),
    contexts: listOf('context'),
    ...(current === undefined ? {} : { 'current-context': current }),
    users: listOf('user'),
  }
  const text = `${writeBlock(wanted, 0, defaultStyle)}\n`
  return means(text, lists)
    ? ok({ text, notes: [...notes] })
    : fail(fault('internal', 'The exported text would not mean these entries.', 'Report this as a bug.'))
}

/** Reads the text again and compares entry by entry, as every write of Ekscope does. */
function means(text: string, lists: Readonly<Record<EntryKind, ReadonlyMap<string, JsonMap>>>): boolean {
  const document = readDocument('/', text)
  return (
    document.readable &&
    entryKinds.every((kind) => {
      const entries = entriesOf(document, kind)
      return (
        entries.length === lists[kind].size &&
        entries.every(({ name, index }) =>
          sameJson(entryValueOf(document, kind, index), lists[kind].get(name)),
        )
      )
    })
  )
}

function valuesById(files: readonly ReadFile[]): (id: EntryId) => JsonMap {
  const places = new Map<EntryId, () => JsonMap>()
  for (const { document } of files) {
    if (document === null) continue
    for (const kind of entryKinds)
      for (const entry of entriesOf(document, kind))
        places.set(idOf(document, entry), () => entryValueOf(document, kind, entry.index))
  }
  return (id) => places.get(id)?.() ?? {}
}

type Notes = Set<string>

async function clusterOf(
  value: JsonMap,
  file: string,
  secrets: boolean,
  name: string,
  notes: Notes,
): Promise<JsonMap> {
  const about = `cluster ${quoted(name)}`
  let next = await inlined(value, 'certificate-authority', file, about, notes)
  if (secrets) return next
  next = onlyKeys(next, clusterKeys)
  for (const key of ['server', 'proxy-url']) {
    const address = textOf(at(next, key))
    const bare = address?.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1')
    if (bare === undefined || bare === address) continue
    next = withKey(next, key, bare)
    leftOut(notes, about, `the user and password in its ${key}`)
  }
  return withoutSecrets(next, about, notes)
}

const clusterKeys = [
  'certificate-authority',
  'certificate-authority-data',
  'disable-compression',
  'extensions',
  'insecure-skip-tls-verify',
  'proxy-url',
  'server',
  'tls-server-name',
]
const userKeys = [
  'as',
  'as-groups',
  'as-uid',
  'as-user-extra',
  'auth-provider',
  'client-certificate',
  'client-certificate-data',
  'exec',
  'extensions',
  'username',
]

async function userOf(
  value: JsonMap,
  file: string,
  secrets: boolean,
  name: string,
  notes: Notes,
): Promise<JsonMap> {
  const about = `user ${quoted(name)}`
  let next = await inlined(value, 'client-certificate', file, about, notes)
  const exec = at(next, 'exec')
  if (isMap(exec)) next = withKey(next, 'exec', execOf(exec, file, secrets, about, notes))
  if (secrets) {
    next = await inlined(next, 'client-key', file, about, notes)
    return tokenOf(next, file, about, notes)
  }
  for (const key of ['token', 'tokenFile', 'password', 'client-key-data', 'client-key'])
    if (textOf(at(next, key)) !== null) leftOut(notes, about, `its ${key}`)
  const provider = at(next, 'auth-provider')
  if (isMap(provider) && at(provider, 'config') !== undefined) {
    next = withKey(next, 'auth-provider', withKey(provider, 'config', undefined))
    leftOut(notes, about, 'the configuration of its auth-provider')
  }
  return withoutSecrets(onlyKeys(next, userKeys), about, notes)
}

const leftOut = (notes: Notes, about: string, what: string) =>
  notes.add(`Left out of ${about}: ${what}. Export with secrets to include it.`)

/** Unknown keys are nothing to kubectl and may hold anything. */
const onlyKeys = (value: JsonMap, keys: readonly string[]): JsonMap =>
  mapOf(Object.entries(value).filter(([key]) => keys.includes(key)))

/** `key: path` as `key-data`, as kubectl's --flatten does; data that are there already win over the path. */
async function inlined(
  value: JsonMap,
  key: string,
  file: string,
  about: string,
  notes: Notes,
): Promise<JsonMap> {
  const written = textOf(at(value, key))
  if (written === null) return value
  if (textOf(at(value, `${key}-data`)) !== null) return withKey(value, key, undefined)
  const path = resolveAgainst(file, written)
  const bytes = await smallFile(path)
  if (bytes === null) {
    notes.add(`The ${key} ${quoted(path)} of ${about} could not be read: only its path was exported.`)
    return withKey(value, key, path)
  }
  return withKey(withKey(value, key, undefined), `${key}-data`, bytes.toString('base64'))
}

/** client-go reads a tokenFile before a token: what is in it now takes both places. */
async function tokenOf(value: JsonMap, file: string, about: string, notes: Notes): Promise<JsonMap> {
  const written = textOf(at(value, 'tokenFile'))
  if (written === null) return value
  const path = resolveAgainst(file, written)
  const token = (await smallFile(path))?.toString('utf8').trim()
  if (!token) {
    notes.add(`The tokenFile ${quoted(path)} of ${about} could not be read: only its path was exported.`)
    return withKey(value, 'tokenFile', path)
  }
  notes.add(
    `The token of ${about} was copied from its tokenFile as it is now; it may be replaced there later.`,
  )
  return withKey(withKey(value, 'tokenFile', undefined), 'token', token)
}

/** A certificate, key or token; null for what is none by its size or cannot be read. */
async function smallFile(path: string): Promise<Buffer | null> {
  try {
    const facts = await stat(path)
    return facts.isFile() && facts.size <= 1024 * 1024 ? await readFile(path) : null
  } catch {
    return null
  }
}

function execOf(exec: JsonMap, file: string, secrets: boolean, about: string, notes: Notes): JsonMap {
  let next = exec
  const command = textOf(at(exec, 'command'))
  if (command !== null && /[/\\]/.test(command)) {
    // Without a separator it is looked up on PATH; with one it is relative to its file.
    const path = command.includes('/') ? resolveAgainst(file, command) : command
    next = withKey(next, 'command', path)
    notes.add(`${capital(about)} runs ${quoted(path)}, which must be there on the other machine too.`)
  }
  if (secrets) return next
  const args = at(next, 'args')
  if (isList(args)) {
    const words = args.map((arg) => (typeof arg === 'string' ? arg : ''))
    const kept = publicArguments(words)
    if (kept.length < words.length) {
      next = withKey(next, 'args', kept)
      leftOut(notes, about, 'arguments of its command that look like secrets')
    }
  }
  const env = at(next, 'env')
  if (isList(env)) {
    const kept = env.filter((one) => {
      const [name, text] = isMap(one) ? [at(one, 'name'), at(one, 'value')] : [null, null]
      if (typeof name !== 'string' || typeof text !== 'string') return true
      if (!maskVariable(name, text).masked) return true
      leftOut(notes, about, `the variable ${name} of its command`)
      return false
    })
    next = withKey(next, 'env', kept.length > 0 || env.length === 0 ? kept : undefined)
  }
  return next
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Arguments without those that would be masked, and without the flag that announces such a one. */
function publicArguments(args: readonly string[]): readonly string[] {
  const masked = maskArguments(args)
  return args.filter((arg, index) => {
    const hidden = masked[index] !== arg
    const announces = /^--?[A-Za-z][\w.-]*$/.test(arg) && isSecretName(arg)
    const nextHidden = index + 1 < args.length && masked[index + 1] !== args[index + 1]
    return !hidden && !(announces && nextHidden)
  })
}

const publicData = new Set(['certificate-authority-data', 'client-certificate-data'])

/** The last look, for extensions and what nobody thought of: nothing that reads like a secret goes along. */
function withoutSecrets(value: JsonMap, about: string, notes: Notes): JsonMap {
  const clean = (json: Json, path: string): Json | undefined => {
    if (typeof json === 'string') {
      if (publicData.has(path) || maskText(json) === json) return json
      leftOut(notes, about, `${path}, which looks like a secret`)
      return undefined
    }
    if (isList(json))
      return json.flatMap((item) => {
        const kept = clean(item, path)
        return kept === undefined ? [] : [kept]
      })
    if (!isMap(json)) return json
    return mapOf(
      Object.entries(json).flatMap(([key, inner]): (readonly [string, Json])[] => {
        const inside = path === '' ? key : `${path}.${key}`
        if (path.startsWith('extensions') && isSecretName(key)) {
          leftOut(notes, about, inside)
          return []
        }
        const kept = clean(inner, inside)
        return kept === undefined ? [] : [[key, kept]]
      }),
    )
  }
  const cleaned = clean(value, '')
  return isMap(cleaned) ? cleaned : value
}
