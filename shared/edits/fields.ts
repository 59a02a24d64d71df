/**
 * An entry field by field: what became different between two states of it, and the same difference made on a third one.
 * What is equal is for equivalence.ts to say.
 */
import { programOf } from '../exec/arguments'
import {
  compared,
  flagSettings,
  flagValues,
  meaningOf,
  setApiVersion,
  withFlag,
  withVariable,
} from '../exec/edit'
import type { Setting } from '../exec/parse'
import { at, isList, isMap, type Json, type JsonMap, mapOf, sameJson, textOf, withKey } from '../json'
import type { ModelKind } from '../kubeconfig/entries'
import { absoluteEntry } from '../kubeconfig/relative-paths'
import { execKeys } from '../kubeconfig/schema'
import { meaning, understood } from './equivalence'
import { sectionKeys } from './references'

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

const keysOf = (...maps: readonly JsonMap[]): readonly string[] => [
  ...new Set(maps.flatMap((map) => Object.keys(map))),
]

const mapAt = (map: JsonMap, key: string): JsonMap | null => {
  const value = at(map, key)
  return isMap(value) ? value : null
}

/** By field, what an entry says there. */
type Anchors = Readonly<Record<string, (value: JsonMap) => string | null>>

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

/** Keys of a profile that say where its credentials come from, as whom it signs in there, and which role it becomes. */
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

const anchors: Readonly<Record<ModelKind, Anchors>> = {
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
  return Object.fromEntries(
    Object.entries(anchors[kind]).map(([field, of]) => [
      field,
      shown(field, of(absolute) ?? undefined) ?? '',
    ]),
  )
}

/** What an entry is known by, where that was not changed itself and is another now: then it is another entry. */
export function otherAnchor(
  kind: ModelKind,
  { from, to, now }: EntryStates,
  path: string,
): FieldInTheWay | null {
  const [was, wanted, is] = [from, to, now].map((value) => absoluteEntry(kind, value, path))
  for (const [field, of] of Object.entries(anchors[kind])) {
    if (!was || !wanted || !is || of(was) !== of(wanted) || of(is) === of(was)) continue
    return { field, now: shown(field, of(is) ?? undefined, kind) }
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

const each = ({ from, to, now }: EntryStates, change: (value: JsonMap) => JsonMap): EntryStates => ({
  from: change(from),
  to: change(to),
  now: change(now),
})

/** What is under a key, where it is a map in all three. */
function mapsAt(states: EntryStates, key: string): EntryStates | null {
  const [from, to, now] = [at(states.from, key), at(states.to, key), at(states.now, key)]
  return isMap(from) && isMap(to) && isMap(now) ? { from, to, now } : null
}

/** `kind`: of what it is the whole value; null: it stands within one, where nothing is shown. */
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

/** Each extension is of the program that put it there, so they are carried by their names; null where these do not tell them apart. */
function carryExtensions(states: EntryStates, inTheWay: FieldInTheWay[]): readonly Json[] | null {
  const [from, to, now] = [states.from, states.to, states.now].map((one) => byName(at(one, 'extensions')))
  if (!from || !to || !now) return null
  const named = { from, to, now }
  return Object.values(carryMap('extensions.', named, named, inTheWay))
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
  const meant = each(states, (one) => understood(execKeys, one))
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
function meantOtherwise({ from, to, now }: EntryStates, result: JsonMap): readonly FieldInTheWay[] {
  if (meaningOf(now).program === 'other') return []
  return compared.flatMap((setting) => {
    const [was, wanted, is, then] = [from, to, now, result].map((exec) => said(exec, setting))
    if (then === (was === wanted ? is : wanted)) return []
    return [{ field: settingNames[setting], now: is ?? null }]
  })
}

function carryArgs({ from, to, now }: EntryStates, exec: JsonMap, inTheWay: FieldInTheWay[]): JsonMap {
  const program = programOf(textOf(at(now, 'command')))
  const blocked: FieldInTheWay = { field: 'exec.args', now: undefined }
  if (program === 'other' || meaningOf(from).program !== program || meaningOf(to).program !== program) {
    inTheWay.push(blocked)
    return exec
  }
  const settings = flagSettings(program)
  const rest = (one: JsonMap): Json | undefined =>
    at(
      understood(
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
    const [was, wanted, is] = [from, to, now].map(values)
    if (sameJson(was, wanted) || is?.at(-1) === wanted?.at(-1)) continue
    // Of a flag that stands there more often than we left it, some were added since.
    const set = sameJson(is, was) ? withFlag(program, next, setting, wanted?.at(-1) ?? null) : null
    if (set && sameJson(values(set), wanted)) next = set
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

function carryVariables({ from, to, now }: EntryStates, exec: JsonMap, inTheWay: FieldInTheWay[]): JsonMap {
  const [was, wanted, is] = [from, to, now].map(variablesOf)
  if (!was || !wanted || !is) {
    inTheWay.push({ field: 'exec.env', now: undefined })
    return exec
  }
  let next = exec
  for (const name of new Set([...was.keys(), ...wanted.keys()])) {
    const [old, then, here] = [was.get(name), wanted.get(name), is.get(name)]
    if (sameJson(old, then) || here?.at(-1) === then?.at(-1)) continue
    const set = sameJson(here, old) ? withVariable(next, name, then?.at(-1) ?? null) : null
    if (set && sameJson(variablesOf(set)?.get(name), then)) next = set
    else inTheWay.push({ field: `exec.env ${name}`, now: undefined })
  }
  return next
}
