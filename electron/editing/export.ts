/** A kubeconfig made of a selection of contexts that stands on its own. */
import { readFile, stat } from 'node:fs/promises'
import { quoted } from '../../shared/edits/refusal'
import {
  at,
  isList,
  isMap,
  type Json,
  type JsonMap,
  mapOf,
  sameJson,
  textOf,
  withKey,
} from '../../shared/json'
import {
  type EntryId,
  type EntryKind,
  entryKinds,
  type KubeconfigFile,
} from '../../shared/kubeconfig/entries'
import { isSecretName, maskArguments, maskText, maskVariable } from '../../shared/kubeconfig/secrets'
import { fail, fault, ok, type Result } from '../../shared/result'
import { readDocument } from '../kubeconfig/read/document'
import { entryValueOf } from '../kubeconfig/read/edit-model'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import { entriesOf } from '../kubeconfig/read/merge'
import { resolveAgainst } from '../kubeconfig/read/paths'
import { idOf, type ReadFile } from '../kubeconfig/read/snapshot'
import { defaultStyle, writeBlock } from '../kubeconfig/rewrite/style'
import { codeOf, ioFault } from '../system/errno'

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

/**
 * Looks at the place of an export: the text of the file that is there, null for none. Refused where it is no regular
 * file, or one of the files in use: an export would replace everything in it.
 */
export async function exportTarget(
  path: string,
  files: readonly KubeconfigFile[],
): Promise<Result<string | null>> {
  if (files.some((file) => file.path === path || file.realPath === path))
    return fail(
      fault(
        'not-allowed',
        `${path} is one of the files in use, and an export would replace it.`,
        'To put contexts into it, move or import them (`ekscope move`, `ekscope import`).',
      ),
    )
  try {
    const facts = await stat(path)
    if (!facts.isFile())
      return fail(fault('not-allowed', `${path} is no regular file.`, 'Choose another name.'))
    return ok(await readFile(path, 'utf8'))
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? ok(null) : fail(ioFault(path, error))
  }
}
