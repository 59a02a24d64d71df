/** A self-contained kubeconfig built from a selection of contexts. */

import { readFile, stat } from 'node:fs/promises'
import { capital } from '../../shared/capital'
import { parseProxy, parseServer } from '../../shared/destination/address'
import { namesOrCount } from '../../shared/edits/describe'
import { execMeaning, execVariables, type RawExec } from '../../shared/exec/parse'
import { withExpected } from '../../shared/identity/expected'
import { at, isMap, type Json, type JsonMap, mapOf, textOf, withKey } from '../../shared/json'
import {
  type EntryId,
  entryKinds,
  type FileProblem,
  type KubeconfigFile,
  ofEachKind,
  problemSentence,
} from '../../shared/kubeconfig/entries'
import { fieldKeys } from '../../shared/kubeconfig/fields'
import { type JsonPart, maskParts, partOf } from '../../shared/kubeconfig/masking'
import { resolveAgainst } from '../../shared/kubeconfig/relative-paths'
import { clusterKeys, contextKeys, type Keys, userKeys } from '../../shared/kubeconfig/schema'
import { mayHoldLogin, publicAddress, refusedAddress } from '../../shared/kubeconfig/secrets'
import { assertNever, type Fault, fail, fault, ok, type Result, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import { entriesOf } from '../kubeconfig/read/merge'
import { idOf, type ReadFile } from '../kubeconfig/read/project-snapshot'
import type { RawCluster, RawUser } from '../kubeconfig/read/raw-entries'
import { codeOf, ioFault } from '../system/errno'
import { kubeconfigOf, valuesById } from './kubeconfig-of-entries'
import { type PemKind, pemBlocks } from './pem'
import { placeOf } from './protected-files'

export interface ExportOptions {
  /** Tokens, passwords, keys and unknown variables are included. */
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
 * Secrets only when requested; `notes` says what was left out and which profiles are needed. Of a file that an entry names,
 * only what is certainly a certificate is included, or, when requested, a private key.
 */
export async function exportKubeconfig(
  contexts: readonly ResolvedContext[],
  options: ExportOptions,
): Promise<Result<Exported>> {
  const { secrets, files, currentContext } = options
  const values = valuesById(files)
  const notes = new Set<string>()
  const profiles = new Set<string>()
  const expecting: string[] = []
  const lists = ofEachKind(() => new Map<string, JsonMap>())
  for (const { entry, cluster, user } of contexts) {
    const { name } = entry
    if (lists.context.has(name)) {
      notes.add(`There are several contexts ${quoted(name)}; only the first was exported.`)
      continue
    }
    const whole = values(entry.id)
    const value = withExpected(whole, null)
    if (value !== whole) expecting.push(name)
    const about = `context ${quoted(name)}`
    lists.context.set(name, secrets ? value : publicPart(value, contextKeys, { about, notes }))
    if (cluster === null) notes.add(`Context ${quoted(name)} has no cluster entry here.`)
    else if (!lists.cluster.has(cluster.raw.name)) {
      const of = { about: `cluster ${quoted(cluster.raw.name)}`, file: cluster.file, secrets, notes }
      lists.cluster.set(cluster.raw.name, await clusterOf(values(cluster.id), of))
    }
    if (user === null) notes.add(`Context ${quoted(name)} has no user entry here.`)
    else if (!lists.user.has(user.raw.name)) {
      const of = { about: `user ${quoted(user.raw.name)}`, file: user.file, secrets, notes }
      lists.user.set(user.raw.name, await userOf(values(user.id), user.raw, of))
      const { exec } = user.raw
      const profile = exec && (execMeaning(exec).profile ?? execVariables(exec).AWS_PROFILE)
      if (profile) profiles.add(profile)
    }
    if (!secrets && cluster !== null && user !== null && tokenInstead(cluster.raw, user.raw))
      notes.add(
        `Without user and password in its server kubectl sends the token of user ${quoted(user.raw.name)} to cluster ${quoted(cluster.raw.name)}.`,
      )
  }
  if (profiles.size > 0) notes.add(neededProfiles([...profiles]))
  if (expecting.length > 0)
    notes.add(
      `Left out: whom you expect ${namesOrCount(expecting.map(quoted))} to be. Whoever uses the export says that for themselves.`,
    )
  const names = [...lists.context.keys()]
  const current = names.find((name) => name === currentContext) ?? names[0]
  const text = kubeconfigOf(lists, current)
  if (text !== null) return ok({ text, notes: [...notes] })
  return fail(
    refusedByKubectl(contexts, files) ??
      fault(
        'internal',
        'The exported text would not mean the same as these entries.',
        'Report this as a bug.',
      ),
  )
}

/**
 * Why kubectl refuses a file of these entries, as it would refuse the export: a problem in one of the entries comes before one
 * elsewhere in its file. Null where kubectl reads them all.
 */
function refusedByKubectl(contexts: readonly ResolvedContext[], files: readonly ReadFile[]): Fault | null {
  const ids = new Set<EntryId | undefined>(
    contexts.flatMap(({ id, cluster, user }) => [id, cluster?.id, user?.id]),
  )
  const found = files.flatMap(({ file, document }) => {
    const errors = file.problems.filter(({ severity }) => severity === 'error')
    if (document === null || errors.length === 0) return []
    const entries = entryKinds
      .flatMap((kind) => entriesOf(document, kind))
      .filter((entry) => ids.has(idOf(document, entry)))
    const isIn = ({ at }: FileProblem) =>
      at !== null && entries.some(({ line, endLine }) => line <= at.line && at.line <= endLine)
    return entries.length === 0 ? [] : errors.map((problem) => ({ file, problem, inEntry: isIn(problem) }))
  })
  const first = found.find(({ inEntry }) => inEntry) ?? found[0]
  return first === undefined
    ? null
    : fault('unreadable', problemSentence(first.file, first.problem), first.problem.next)
}

const neededProfiles = (profiles: readonly string[]): string =>
  profiles.length === 1
    ? `Whoever uses the export needs the profile ${quoted(profiles[0] ?? '')} in their own AWS config.`
    : `Whoever uses the export needs these profiles in their own AWS config: ${profiles.map(quoted).join(', ')}.`

/** An entry that is exported. */
interface Exporting {
  /** `user “ci”` */
  readonly about: string
  readonly file: string
  readonly secrets: boolean
  readonly notes: Set<string>
}
type Noting = Pick<Exporting, 'about' | 'notes'>

/** kubectl gets no token where an address has user and password; without them it runs the command, over https alone. */
function tokenInstead({ server }: RawCluster, { exec }: RawUser): boolean {
  const parsed = parseServer(server ?? '')
  return exec !== null && parsed.ok && parsed.value.login !== null && parsed.value.scheme === 'https'
}

async function clusterOf(value: JsonMap, of: Exporting): Promise<JsonMap> {
  const next = await inlined(value, 'certificate-authority', 'CERTIFICATE', of)
  return of.secrets ? next : publicPart(next, clusterKeys, of)
}

async function userOf(value: JsonMap, raw: RawUser, of: Exporting): Promise<JsonMap> {
  let next = await inlined(value, 'client-certificate', 'CERTIFICATE', of)
  const exec = at(next, 'exec')
  if (isMap(exec) && raw.exec !== null) {
    const moved = execOf(exec, of)
    next = withKey(next, 'exec', of.secrets ? moved : knownArguments(moved, raw.exec, of))
  }
  if (!of.secrets) return publicPart(next, userKeys, of)
  if (at(next, 'tokenFile') !== undefined) {
    of.notes.add(`Left out of ${of.about}: its tokenFile. What is in such a file is never exported.`)
    next = withKey(next, 'tokenFile', undefined)
  }
  return inlined(next, 'client-key', 'PRIVATE KEY', of)
}

/** Only arguments that get a token and do nothing else are known to hold no secret. */
function knownArguments(exec: JsonMap, raw: RawExec, of: Noting): JsonMap {
  if (raw.args.length === 0 || execMeaning(raw).complete) return exec
  leftOut(of, 'the arguments of its command, because Ekscope cannot tell whether they hold a secret')
  return withKey(exec, 'args', undefined)
}

const leftOut = ({ about, notes }: Noting, what: string) =>
  notes.add(`Left out of ${about}: ${what}. Export with secrets to include it.`)

/**
 * `key: path` as `key-data`, as kubectl's --flatten does; data that are there already win over the path. Of both only the PEM
 * blocks of that kind: a path can name any file of this computer, and a file with a certificate may have its key, too.
 */
async function inlined(
  value: JsonMap,
  key: string,
  kind: PemKind,
  { about, file, notes }: Exporting,
): Promise<JsonMap> {
  const data = `${key}-data`
  const inside = at(value, data)
  const written = textOf(at(value, key))
  const alone = withKey(value, key, undefined)
  const what = kind === 'CERTIFICATE' ? 'certificate' : 'private key'
  if (inside !== undefined && inside !== null && inside !== '') {
    const text = Buffer.from(textOf(inside) ?? '', 'base64').toString('latin1')
    const blocks = pemBlocks(text, kind)
    if (blocks === null) {
      notes.add(`Left out of ${about}: its ${data}, in which there is no ${what}.`)
      return withKey(alone, data, undefined)
    }
    if (blocks.trim() === text.trim()) return alone
    notes.add(`Left out of ${about}: what is not a ${what} in its ${data}.`)
    return withKey(alone, data, Buffer.from(blocks, 'latin1').toString('base64'))
  }
  if (written === null) return value
  const path = resolveAgainst(file, written)
  const bytes = await smallFile(path)
  if (bytes === null) {
    notes.add(`The ${key} ${quoted(path)} of ${about} could not be read: only its path was exported.`)
    return withKey(value, key, path)
  }
  const blocks = pemBlocks(bytes.toString('latin1'), kind)
  if (blocks === null) {
    notes.add(`Left out of ${about}: its ${key} ${quoted(path)}, in which there is no ${what}.`)
    return alone
  }
  return withKey(alone, data, Buffer.from(blocks, 'latin1').toString('base64'))
}

/** A certificate or key; null for a file that is too large for one or cannot be read. */
async function smallFile(path: string): Promise<Buffer | null> {
  try {
    const facts = await stat(path)
    return facts.isFile() && facts.size <= 1024 * 1024 ? await readFile(path) : null
  } catch {
    return null
  }
}

function execOf(exec: JsonMap, { about, file, notes }: Exporting): JsonMap {
  const command = textOf(at(exec, 'command'))
  if (command === null || !/[/\\]/.test(command)) return exec
  // Without a separator it is looked up on PATH; with one it is relative to its file.
  const path = command.includes('/') ? resolveAgainst(file, command) : command
  notes.add(`${capital(about)} runs ${quoted(path)}, which must be there on the other machine too.`)
  return withKey(exec, 'command', path)
}

const insteadOf = (name: string): string =>
  `its ${name}, which leads nowhere and may hold a secret (${refusedAddress} is written instead, which every kubectl refuses)`

/** A value without all that would be masked where it is shown, and without the paths of secret files. */
function publicPart(value: JsonMap, keys: Keys, of: Noting): JsonMap {
  let next = value
  for (const [name, key] of fieldKeys(keys)) {
    const text = textOf(at(next, name))
    if (text === null) continue
    if (key.leadsTo === 'secret') {
      leftOut(of, `its ${name}`)
      next = withKey(next, name, undefined)
    } else if (key.shown === 'address') {
      const bare = publicAddress(text, name === 'proxy-url' ? parseProxy : parseServer)
      if (bare === text) continue
      const what = mayHoldLogin(text) ? 'the user and password in ' : 'the secret in '
      leftOut(of, bare === refusedAddress ? insteadOf(name) : `${what}its ${name}`)
      next = withKey(next, name, bare)
    }
  }
  const part = partOf(next)
  const shown = new Map<JsonPart, string | null>()
  maskParts<{ readonly json: Json }>(part, keys, {
    isName: () => false,
    // An address loses all that would be masked; its letters are shown as what is dialled.
    show: (scalar, text, key) =>
      shown.set(scalar, key !== null && 'shown' in key && key.shown === 'address' ? scalar.value : text),
  })
  const kept = keptOf(part, [], shown, (what) => leftOut(of, what))
  return isMap(kept) ? kept : {}
}

type ShownParts = ReadonlyMap<JsonPart, string | null>

/** What is shown whole of a value; undefined for nothing. */
function keptOf(
  part: JsonPart,
  path: readonly string[],
  shown: ShownParts,
  leaveOut: (what: string) => void,
): Json | undefined {
  if (isWhole(part, shown)) return part.json
  switch (part.kind) {
    case 'scalar':
      leaveOut(whatAt(path))
      return undefined
    case 'sequence': {
      const items = part.items.map(({ node }) => node)
      const left = items.filter((item) => !isWhole(item, shown))
      for (const item of left) leaveOut(whatAt([...path, nameIn(item, shown)]))
      // A flag without its argument would take the next word for it.
      const kept = left.some(({ kind }) => kind === 'scalar')
        ? []
        : items.filter((item) => !left.includes(item))
      return kept.length > 0 ? kept.map(({ json }) => json) : undefined
    }
    case 'map': {
      const kept = part.pairs.flatMap(({ key, value }): (readonly [string, Json])[] => {
        if (typeof key.json !== 'string' || !isWhole(key, shown)) {
          leaveOut('a key that kubectl does not know')
          return []
        }
        const inner = keptOf(value, [...path, key.json], shown, leaveOut)
        return inner === undefined ? [] : [[key.json, inner]]
      })
      return kept.length > 0 ? mapOf(kept) : undefined
    }
    default:
      return assertNever(part)
  }
}

function isWhole(part: JsonPart, shown: ShownParts): boolean {
  switch (part.kind) {
    case 'scalar':
      return shown.get(part) === part.value
    case 'sequence':
      return part.items.every(({ node }) => isWhole(node, shown))
    case 'map':
      return part.pairs.every(({ key, value }) => isWhole(key, shown) && isWhole(value, shown))
    default:
      return assertNever(part)
  }
}

/** The `name` of an element of a list, as it may be shown. */
function nameIn(part: JsonPart, shown: ShownParts): string {
  const name = part.kind === 'map' ? part.pairs.find(({ key }) => key.json === 'name')?.value : undefined
  return (name && shown.get(name)) ?? ''
}

function whatAt(path: readonly string[]): string {
  const [key = '', inner, name = ''] = path
  if (key === 'exec' && inner === 'args')
    return 'the arguments of its command, one of which looks like a secret'
  if (key === 'exec' && inner === 'env') return `the variable ${name} of its command`
  if (key === 'auth-provider') return 'the configuration of its auth-provider'
  if (key === 'extensions') return `its extension ${quoted(inner ?? '')}`
  return `its ${path.join('.')}`
}

/**
 * Looks at the place of an export: the text of the existing file, null for none. Refused where it is no regular file, one of the
 * files in use (an export would replace everything in it), or one that no kubeconfig may replace. `instead`: what puts contexts
 * into it, as window and terminal call that.
 */
export async function exportTarget(
  path: string,
  files: readonly KubeconfigFile[],
  instead: string,
  forbids: (path: string) => Promise<Fault | null>,
): Promise<Result<string | null>> {
  const forbidden = await forbids(path)
  if (forbidden !== null) return fail(forbidden)
  const place = await placeOf(path)
  for (const file of files) if ((await placeOf(file.path)) === place) return inUse(path, file, instead)
  try {
    if (!(await stat(path)).isFile())
      return refuse('not-allowed', `${path} is not a regular file.`, 'Choose another name.')
    return ok(await readFile(path, 'utf8'))
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? ok(null) : fail(ioFault(path, error))
  }
}

function inUse(path: string, file: KubeconfigFile, instead: string): Result<never> {
  const is = file.path === path ? '' : ` (${file.path})`
  return refuse(
    'not-allowed',
    `${path} is one of the files in use${is}, and an export would replace it.`,
    `To put contexts into it, move or import them (${instead}).`,
  )
}
