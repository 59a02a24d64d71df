/**
 * An entry field by field: what became different between two states of it, and the same difference made on a third one.
 * Equal is what kubectl decodes as equal, so a rewrite by kubectl, with its defaults written out and its keys sorted,
 * changes nothing here.
 */
import { programOf } from '../exec/arguments'
import {
  compared,
  flagOf,
  flagSettings,
  meaningOf,
  setApiVersion,
  withFlag,
  withVariable,
} from '../exec/edit'
import type { Setting } from '../exec/parse'
import { at, isList, isMap, type Json, type JsonMap, sameJson, textOf, withKey } from '../json'
import type { EntryKind } from '../kubeconfig/entries'
import { absoluteEntry } from '../kubeconfig/relative-paths'
import { entryKeys, keyOf } from '../kubeconfig/schema'

/** A field that holds neither what it was changed from nor what it is to become. */
export interface FieldInTheWay {
  /** In AWS terms where the command is understood, else the path of its key: `role`, `exec.args`, `proxy-url`. */
  readonly field: string
  /** What it says now; undefined where that may be a secret or is no single value. Null: nothing. */
  readonly now: string | null | undefined
}

/** Three states of one entry, all as they would stand in the same file. */
export interface EntryStates {
  readonly from: JsonMap
  readonly to: JsonMap
  readonly now: JsonMap
}

/** A missing, null, empty or false value: kubectl decodes them all alike. */
function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  if (isList(value)) return value.length === 0
  return isMap(value) && Object.values(value).every(isBlank)
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isBlank(a) || isBlank(b)) return isBlank(a) && isBlank(b)
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (isMap(a) && isMap(b)) return keysOf(a, b).every((key) => same(at(a, key), at(b, key)))
  return sameJson(a, b)
}

const keysOf = (...maps: readonly JsonMap[]): readonly string[] => [
  ...new Set(maps.flatMap((map) => Object.keys(map))),
]

const mapAt = (map: JsonMap, key: string): JsonMap | null => {
  const value = at(map, key)
  return isMap(value) ? value : null
}

/** What kubectl takes for granted is left out; only of v1 it wants to be given an interactiveMode. */
function withoutDefaults(exec: JsonMap): JsonMap {
  const asks = textOf(at(exec, 'apiVersion'))?.endsWith('/v1') === true
  return !asks && at(exec, 'interactiveMode') === 'IfAvailable'
    ? withKey(exec, 'interactiveMode', undefined)
    : exec
}

/** kubectl drops keys that it does not know when it rewrites a file. */
const isKnown = (kind: EntryKind, key: string): boolean => keyOf(entryKeys[kind], key) !== undefined

/** Whether `now` holds nothing that `was` does not, and all of it that kubectl reads; both as in the file `path`. */
export function isUnchanged(kind: EntryKind, was: JsonMap, now: JsonMap, path: string): boolean {
  const [a, b] = [absoluteEntry(kind, was, path), absoluteEntry(kind, now, path)]
  return keysOf(a, b).every((key) => {
    const [old, is] = [at(a, key), at(b, key)]
    if (key === 'exec' && isMap(old) && isMap(is)) return same(withoutDefaults(old), withoutDefaults(is))
    return same(old, is) || (isBlank(is) && !isKnown(kind, key))
  })
}

/** Whether two states of an entry mean the same to kubectl. */
export const isSame = (kind: EntryKind, a: JsonMap, b: JsonMap, path: string): boolean =>
  isUnchanged(kind, a, b, path) && isUnchanged(kind, b, a, path)

interface Anchor {
  readonly field: string
  readonly of: (value: JsonMap) => string | null
}

const execOf = (value: JsonMap): JsonMap | null => mapAt(value, 'exec')

/** What signs a user in: the first that kubectl would take. */
function credentialKind(value: JsonMap): string | null {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    exec: ['exec'],
    'auth-provider': ['auth-provider'],
    token: ['token', 'tokenFile'],
    password: ['username', 'password'],
    certificate: ['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  }
  const found = Object.entries(kinds).find(([, keys]) => keys.some((key) => !isBlank(at(value, key))))
  return found?.[0] ?? null
}

const anchors: Readonly<Record<EntryKind, readonly Anchor[]>> = {
  context: [
    { field: 'cluster', of: (value) => textOf(at(value, 'cluster')) },
    { field: 'user', of: (value) => textOf(at(value, 'user')) },
  ],
  user: [
    { field: 'credentials', of: credentialKind },
    { field: 'command', of: (value) => textOf(at(execOf(value) ?? {}, 'command')) },
    {
      field: 'EKS cluster',
      of(value) {
        const exec = execOf(value)
        if (!exec) return null
        const { clusterName, clusterId } = meaningOf(exec)
        return clusterName ?? clusterId
      },
    },
  ],
  cluster: [{ field: 'server', of: (value) => textOf(at(value, 'server')) }],
}

/** What an entry is known by, where that was not changed itself and is another now: then it is another entry. */
export function otherAnchor(
  kind: EntryKind,
  { from, to, now }: EntryStates,
  path: string,
): FieldInTheWay | null {
  const [was, wanted, is] = [from, to, now].map((value) => absoluteEntry(kind, value, path))
  for (const { field, of } of anchors[kind]) {
    if (!was || !wanted || !is || of(was) !== of(wanted) || of(is) === of(was)) continue
    return { field, now: shown(field, of(is) ?? undefined) }
  }
  return null
}

/**
 * The change from one state of an entry to another, made on what it is now: each field that the change is about, and no
 * other. A field that was changed since is in the way, and then `value` means nothing.
 */
export function carryOver(
  kind: EntryKind,
  states: EntryStates,
  path: string,
): { readonly value: JsonMap; readonly inTheWay: readonly FieldInTheWay[] } {
  const inTheWay: FieldInTheWay[] = []
  const { from, to, now } = states
  const absolute = (value: JsonMap, key: string): Json | undefined =>
    at(absoluteEntry(kind, value, path), key)
  let value = now
  for (const key of keysOf(from, to)) {
    const [f, t, n] = [at(from, key), at(to, key), at(now, key)]
    if (kind === 'user' && key === 'exec' && isMap(f) && isMap(t) && isMap(n)) {
      const exec = carryExec({ from: f, to: t, now: n }, inTheWay)
      if (exec !== n) value = withKey(value, key, exec)
      continue
    }
    const [was, wanted, is] = [absolute(from, key), absolute(to, key), absolute(now, key)]
    if (sameAt(key, was, wanted) || sameAt(key, is, wanted)) continue
    if (isMap(f) && isMap(t) && isMap(n)) value = withKey(value, key, carryMap(key, f, t, n, inTheWay))
    else if (sameAt(key, is, was)) value = withKey(value, key, t)
    else inTheWay.push({ field: key, now: shown(key, n) })
  }
  return { value, inTheWay }
}

/** Under exec, what kubectl writes out by itself means nothing. */
function sameAt(key: string, a: Json | undefined, b: Json | undefined): boolean {
  return key === 'exec' && isMap(a) && isMap(b) ? same(withoutDefaults(a), withoutDefaults(b)) : same(a, b)
}

function carryMap(
  path: string,
  from: JsonMap,
  to: JsonMap,
  now: JsonMap,
  inTheWay: FieldInTheWay[],
): JsonMap {
  let value = now
  for (const key of keysOf(from, to)) {
    const [f, t, n] = [at(from, key), at(to, key), at(now, key)]
    if (same(f, t) || same(n, t)) continue
    if (isMap(f) && isMap(t) && isMap(n))
      value = withKey(value, key, carryMap(`${path}.${key}`, f, t, n, inTheWay))
    else if (same(n, f)) value = withKey(value, key, t)
    else inTheWay.push({ field: `${path}.${key}`, now: undefined })
  }
  return value
}

/** Fields that are never a secret; others are named, not shown. */
const plainFields = new Set([
  'cluster',
  'user',
  'namespace',
  'server',
  'tls-server-name',
  'certificate-authority',
  'credentials',
  'command',
  'EKS cluster',
])

const shown = (field: string, value: Json | undefined): string | null | undefined => {
  if (!plainFields.has(field)) return undefined
  if (isBlank(value)) return null
  return typeof value === 'string' ? value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1') : undefined
}

// exec ----------------------------------------------------------------------------------------------------------

const settingNames: Readonly<Record<Setting, string>> = {
  region: 'region',
  profile: 'profile',
  role: 'role',
  clusterName: 'EKS cluster',
  clusterId: 'EKS cluster',
  output: 'output',
  externalId: 'external id',
  sessionName: 'session name',
}

/** A setting as the program would take it, a profile or region with how it is pinned. */
function said(exec: JsonMap, setting: Setting): string | null {
  const meaning = meaningOf(exec)
  const value = meaning[setting]
  const pinned =
    setting === 'profile' ? meaning.profilePinnedBy : setting === 'region' ? meaning.regionPinnedBy : null
  return value === null || pinned !== 'env' ? value : `${value} (exec.env)`
}

function carryExec(states: EntryStates, inTheWay: FieldInTheWay[]): JsonMap {
  const { from, to, now } = states
  const before = inTheWay.length
  let exec = now
  for (const key of keysOf(from, to)) {
    const [f, t, n] = [from, to, now].map((one) => at(withoutDefaults(one), key))
    if (same(f, t)) continue
    if (key === 'args') exec = carryArgs(states, exec, inTheWay)
    else if (key === 'env') exec = carryVariables(states, exec, inTheWay)
    else if (same(n, t)) continue
    else if (!same(n, f)) inTheWay.push({ field: `exec.${key}`, now: shown(key, n) })
    else if (key === 'apiVersion' && typeof t === 'string') exec = setApiVersion(exec, t)
    else exec = withKey(exec, key, at(to, key))
  }
  if (inTheWay.length === before) inTheWay.push(...meantOtherwise(states, exec))
  return exec
}

/** Another flag or variable may say more loudly what was changed, or speak up once ours is gone. */
function meantOtherwise({ from, to, now }: EntryStates, result: JsonMap): readonly FieldInTheWay[] {
  if (meaningOf(now).program === 'other') return []
  return compared.flatMap((setting) => {
    const [was, wanted, is, then] = [from, to, now, result].map((exec) => said(exec, setting))
    if (then === (was === wanted ? is : wanted)) return []
    return [{ field: settingNames[setting], now: is ?? null }]
  })
}

function carryArgs({ from, to, now }: EntryStates, exec: JsonMap, inTheWay: FieldInTheWay[]): JsonMap {
  const [f, t, n] = [from, to, now].map((one) => at(one, 'args'))
  if (same(n, t)) return exec
  if (same(n, f)) return withKey(exec, 'args', t)
  const program = programOf(textOf(at(now, 'command')))
  const blocked: FieldInTheWay = { field: 'exec.args', now: undefined }
  if (program === 'other' || meaningOf(from).program !== program || meaningOf(to).program !== program) {
    inTheWay.push(blocked)
    return exec
  }
  const settings = flagSettings(program)
  const rest = (one: JsonMap): Json | undefined =>
    at(
      settings.reduce((left, setting) => withFlag(program, left, setting, null) ?? left, one),
      'args',
    )
  if (!same(rest(from), rest(to))) {
    inTheWay.push(blocked)
    return exec
  }
  let next = exec
  for (const setting of settings) {
    const [was, wanted, is] = [from, to, now].map((one) => flagOf(program, one, setting))
    if (was === wanted || is === wanted) continue
    const set = is === was ? withFlag(program, next, setting, wanted ?? null) : null
    if (set) next = set
    else inTheWay.push({ field: settingNames[setting], now: said(now, setting) })
  }
  return next
}

/** Each variable once, its last value counting; null where one has no name. */
function variablesOf(exec: JsonMap): ReadonlyMap<string, string> | null {
  const env = at(exec, 'env')
  const found = new Map<string, string>()
  for (const one of isList(env) ? env : []) {
    const name = isMap(one) ? textOf(at(one, 'name')) : null
    if (!isMap(one) || name === null) return null
    const value = at(one, 'value')
    found.set(name, typeof value === 'string' ? value : '')
  }
  return found
}

function carryVariables({ from, to, now }: EntryStates, exec: JsonMap, inTheWay: FieldInTheWay[]): JsonMap {
  const [f, t, n] = [from, to, now].map((one) => at(one, 'env'))
  if (same(n, t)) return exec
  if (same(n, f)) return withKey(exec, 'env', at(to, 'env'))
  const [was, wanted, is] = [from, to, now].map(variablesOf)
  if (!was || !wanted || !is) {
    inTheWay.push({ field: 'exec.env', now: undefined })
    return exec
  }
  let next = exec
  for (const name of new Set([...was.keys(), ...wanted.keys()])) {
    const [old, then, here] = [was.get(name), wanted.get(name), is.get(name)]
    if (old === then || here === then) continue
    if (here === old) next = withVariable(next, name, then ?? null)
    else inTheWay.push({ field: `exec.env ${name}`, now: undefined })
  }
  return next
}
