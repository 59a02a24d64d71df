/**
 * An entry field by field: what became different between two states of it, and the same difference made on a third one.
 * What is equal is for equivalence.ts to say.
 */

import type { Setting } from '../exec/parse'
import { programOf } from '../exec/program-arguments'
import {
  compared,
  flagSettings,
  flagValues,
  meaningOf,
  setApiVersion,
  withFlag,
  withVariable,
} from '../exec/set-values'
import { at, isList, isMap, type Json, type JsonMap, mapOf, sameJson, textOf, withKey } from '../json'
import type { ModelKind } from '../kubeconfig/entries'
import { absoluteEntry } from '../kubeconfig/relative-paths'
import { execKeys } from '../kubeconfig/schema'
import { asKubectlReads, meaning } from './equivalence'
import { sectionKeys } from './references'

/** A field that holds neither what it was changed from nor what it is to become. */
export interface FieldInTheWay {
  /** In AWS terms where the command is understood, else the path of its key: `role`, `exec.args`, `proxy-url`. */
  readonly field: string
  /** What it says now; undefined where that may be a secret or is no single value. Null: nothing. */
  readonly now: string | null | undefined
}

/** Three states of one entry, all as they would be in the same file. */
export type EntryStates<T = JsonMap> = Readonly<Record<'from' | 'to' | 'now', T>>

/** What `make` builds from each of three states. */
const each = <T, U>({ from, to, now }: EntryStates<T>, make: (state: T) => U): EntryStates<U> => ({
  from: make(from),
  to: make(to),
  now: make(now),
})

const keysOf = (...maps: readonly JsonMap[]): readonly string[] => [
  ...new Set(maps.flatMap((map) => Object.keys(map))),
]

const mapAt = (map: JsonMap, key: string): JsonMap | null => {
  const value = at(map, key)
  return isMap(value) ? value : null
}

const textOfKey = (key: string) => (value: JsonMap) => textOf(at(value, key))

const execOf = (value: JsonMap): JsonMap | null => mapAt(value, 'exec')

/** What signs a user in: the first that kubectl would take. */
function credentialKind(value: JsonMap): string | null {
  const says = meaning('user', value)
  const kinds: Readonly<Record<string, readonly string[]>> = {
    exec: ['exec'],
    'auth-provider': ['auth-provider'],
    token: ['token', 'tokenFile'],
    password: ['username', 'password'],
    certificate: ['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  }
  const found = Object.entries(kinds).find(([, keys]) => keys.some((key) => at(says, key) !== undefined))
  return found?.[0] ?? null
}

/** Keys of a profile that say where its credentials come from, which identity signs in there, and which role it becomes. */
const sources = [
  'source_profile',
  'credential_source',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'sso_role_name',
  'credential_process',
  'web_identity_token_file',
  'login_session',
  'aws_access_key_id',
  'role_arn',
]

/** By field, what an entry is known by. */
const anchors: Readonly<Record<ModelKind, Readonly<Record<string, (value: JsonMap) => string | null>>>> = {
  context: { cluster: textOfKey('cluster'), user: textOfKey('user') },
  user: {
    credentials: credentialKind,
    command: (value) => textOf(at(execOf(value) ?? {}, 'command')),
    'EKS cluster'(value) {
      const exec = execOf(value)
      if (!exec) return null
      const { clusterName, clusterId } = meaningOf(exec)
      return clusterName ?? clusterId
    },
  },
  cluster: { server: textOfKey('server') },
  section: Object.fromEntries(sources.map((key) => [key, textOfKey(key)])),
}

/** What an entry is known by, each as it may be shown; of a context nothing, because what it names is known by itself. */
export function knownBy(kind: ModelKind, value: JsonMap, path: string): Readonly<Record<string, string>> {
  if (kind === 'context') return {}
  const absolute = absoluteEntry(kind, value, path)
  const known = Object.entries(anchors[kind])
  return Object.fromEntries(known.map(([field, of]) => [field, shown(field, of(absolute)) ?? '']))
}

/** What an entry is known by, where that was not changed itself and is another now: then it is another entry. */
export function otherAnchor(
  kind: ModelKind,
  { from, to, now }: EntryStates,
  path: string,
): FieldInTheWay | null {
  const states = { from, to, now }
  for (const [field, of] of Object.entries(anchors[kind])) {
    const says = each(states, (value) => of(absoluteEntry(kind, value, path)))
    if (says.from === says.to && says.now !== says.from) return { field, now: shown(field, says.now, kind) }
  }
  return null
}

/**
 * The change from one state of an entry to another, made on what it is now: each field that the change is about, and no
 * other. A field that was changed since is in the way, and then `value` means nothing.
 */
export function carryOver(
  kind: ModelKind,
  states: EntryStates,
  path: string,
): { readonly value: JsonMap; readonly inTheWay: readonly FieldInTheWay[] } {
  const inTheWay: FieldInTheWay[] = []
  const meant = each(states, (value) => meaning(kind, absoluteEntry(kind, value, path)))
  return { value: carryMap('', states, meant, inTheWay, kind), inTheWay }
}

/** What is under a key, where it is a map in all three. */
function mapsAt(states: EntryStates, key: string): EntryStates | null {
  return allMaps(each(states, (value) => mapAt(value, key)))
}

const allMaps = ({ from, to, now }: EntryStates<JsonMap | null>): EntryStates | null =>
  from && to && now && { from, to, now }

/** `kind`: of what it is the whole value; null: it is within one, where nothing is shown. */
function carryMap(
  path: string,
  states: EntryStates,
  meant: EntryStates,
  inTheWay: FieldInTheWay[],
  kind: ModelKind | null = null,
): JsonMap {
  let value = states.now
  for (const key of keysOf(states.from, states.to)) {
    const [was, wanted, is] = [at(meant.from, key), at(meant.to, key), at(meant.now, key)]
    if (sameJson(was, wanted) || sameJson(is, wanted)) continue
    const [maps, meantMaps] = [mapsAt(states, key), mapsAt(meant, key)]
    const extensions = kind && key === 'extensions' ? carryExtensions(states, inTheWay) : null
    if (kind === 'user' && key === 'exec' && maps) value = withKey(value, key, carryExec(maps, inTheWay))
    else if (extensions) value = withKey(value, key, extensions.length === 0 ? undefined : extensions)
    else if (maps && meantMaps)
      value = withKey(value, key, carryMap(`${path}${key}.`, maps, meantMaps, inTheWay))
    else if (sameJson(is, was)) value = withKey(value, key, at(states.to, key))
    else
      inTheWay.push({ field: `${path}${key}`, now: kind ? shown(key, at(states.now, key), kind) : undefined })
  }
  return value
}

/** Each extension belongs to the program that wrote it, so they are carried by name; null where names do not distinguish them. */
function carryExtensions(states: EntryStates, inTheWay: FieldInTheWay[]): readonly Json[] | null {
  const named = allMaps(each(states, (one) => byName(at(one, 'extensions'))))
  return named && Object.values(carryMap('extensions.', named, named, inTheWay))
}

function byName(list: Json | undefined): JsonMap | null {
  const items = list === undefined || list === null ? [] : list
  if (!isList(items)) return null
  const pairs = items.flatMap((one): readonly (readonly [string, Json])[] => {
    const name = isMap(one) ? textOf(at(one, 'name')) : null
    // A whole number would come before the others.
    return name === null || /^\d+$/.test(name) ? [] : [[name, one]]
  })
  const map = mapOf(pairs)
  return Object.keys(map).length === items.length ? map : null
}

/** Settings of a profile that are never a secret. */
const plainSettings: ReadonlySet<string> = new Set([
  'region',
  'output',
  'role_arn',
  'source_profile',
  'credential_source',
  'sso_session',
  'sso_account_id',
  'sso_role_name',
  'mfa_serial',
])

/** Fields that are never a secret; others are named, not shown. */
const plainFields: ReadonlySet<string> = new Set([
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

const shown = (
  field: string,
  value: Json | undefined,
  kind: ModelKind = 'user',
): string | null | undefined => {
  if (!(kind === 'section' ? plainSettings : plainFields).has(field)) return undefined
  if (value === undefined || value === null || value === '') return null
  if (kind === 'section' && typeof value === 'string' && Object.hasOwn(sectionKeys, field))
    return value.slice(value.indexOf(' ') + 1)
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
  const meant = each(states, (one) => asKubectlReads(execKeys, one))
  let exec = now
  for (const key of keysOf(from, to)) {
    const [f, t, n] = [at(meant.from, key), at(meant.to, key), at(meant.now, key)]
    if (sameJson(f, t) || sameJson(n, t)) continue
    if (sameJson(n, f) && key === 'apiVersion' && typeof t === 'string') exec = setApiVersion(exec, t)
    else if (sameJson(n, f)) exec = withKey(exec, key, at(to, key))
    else if (key === 'args') exec = carryArgs(states, exec, inTheWay)
    else if (key === 'env') exec = carryVariables(states, exec, inTheWay)
    else inTheWay.push({ field: `exec.${key}`, now: shown(key, n) })
  }
  if (inTheWay.length === before) inTheWay.push(...meantOtherwise(states, exec))
  return exec
}

/** Another flag or variable may say more loudly what was changed, or speak up once ours is gone. */
function meantOtherwise(states: EntryStates, result: JsonMap): readonly FieldInTheWay[] {
  if (meaningOf(states.now).program === 'other') return []
  return compared.flatMap((setting) => {
    const { from, to, now } = each(states, (exec) => said(exec, setting))
    return said(result, setting) === (from === to ? now : to) ? [] : [{ field: settingNames[setting], now }]
  })
}

/** Sets the last of several values, where that is what gives all of them: null where they were changed since. */
function withValues(
  { from, to, now }: EntryStates<readonly (string | null)[] | undefined>,
  set: (value: string | null) => JsonMap | null,
  valuesOf: (exec: JsonMap) => readonly (string | null)[] | undefined,
): JsonMap | 'done' | null {
  const wanted = to?.at(-1)
  if (sameJson(from, to) || now?.at(-1) === wanted) return 'done'
  const exec = sameJson(now, from) ? set(wanted ?? null) : null
  return exec && sameJson(valuesOf(exec), to) ? exec : null
}

function carryArgs(states: EntryStates, exec: JsonMap, inTheWay: FieldInTheWay[]): JsonMap {
  const { from, to, now } = states
  const program = programOf(textOf(at(now, 'command')))
  const blocked: FieldInTheWay = { field: 'exec.args', now: undefined }
  if (program === 'other' || meaningOf(from).program !== program || meaningOf(to).program !== program) {
    inTheWay.push(blocked)
    return exec
  }
  const settings = flagSettings(program)
  const rest = (one: JsonMap): Json | undefined =>
    at(
      asKubectlReads(
        execKeys,
        settings.reduce((left, setting) => withFlag(program, left, setting, null) ?? left, one),
      ),
      'args',
    )
  if (!sameJson(rest(from), rest(to))) {
    inTheWay.push(blocked)
    return exec
  }
  let next = exec
  for (const setting of settings) {
    const values = (one: JsonMap) => flagValues(program, one, setting)
    // Of a flag that is there more often than we left it, some were added since.
    const set = withValues(each(states, values), (value) => withFlag(program, next, setting, value), values)
    if (set === 'done') continue
    if (set) next = set
    else {
      const [left, here] = [said(from, setting), said(now, setting)]
      inTheWay.push({ field: settingNames[setting], now: here === left ? undefined : here })
    }
  }
  return next
}

/** The values of each variable, in their order: the last counts. Null where one has no name. */
function variablesOf(exec: JsonMap): ReadonlyMap<string, readonly string[]> | null {
  const env = at(exec, 'env')
  const found = new Map<string, string[]>()
  for (const one of isList(env) ? env : []) {
    const name = isMap(one) ? textOf(at(one, 'name')) : null
    if (!isMap(one) || name === null) return null
    const value = at(one, 'value')
    const values = found.get(name) ?? []
    values.push(typeof value === 'string' ? value : '')
    found.set(name, values)
  }
  return found
}

function carryVariables(states: EntryStates, exec: JsonMap, inTheWay: FieldInTheWay[]): JsonMap {
  const { from, to, now } = each(states, variablesOf)
  if (!from || !to || !now) {
    inTheWay.push({ field: 'exec.env', now: undefined })
    return exec
  }
  let next = exec
  for (const name of new Set([...from.keys(), ...to.keys()])) {
    const values = each({ from, to, now }, (variables) => variables.get(name))
    const set = withValues(
      values,
      (value) => withVariable(next, name, value),
      (one) => variablesOf(one)?.get(name),
    )
    if (set === null) inTheWay.push({ field: `exec.env ${name}`, now: undefined })
    else if (set !== 'done') next = set
  }
  return next
}
