/**
 * Changes to an exec entry in AWS terms. Each splices the places that the grammar gives, in the spelling that is there;
 * everything else stays as it is written. Of a repeated flag the last one is set, and all are removed.
 */

import type { ProfilePin } from '../identity/identity'
import { at, isList, isMap, type Json, type JsonMap, textOf, withKey } from '../json'
import { once } from '../once'
import { fail, ok, type Result } from '../result'
import { throughWrappers, type WrappedCommand } from './inside'
import {
  compared,
  type ExecCommand,
  type ExecMeaning,
  execMeaning,
  lastVariable,
  type Place,
  placeOf,
  type Setting,
  sources,
} from './parse'
import { type AwsProgram, baseName, type Flag, readArguments } from './program-arguments'
import { editsBetween, type WordEdit } from './word-edits'
import type { WordPlace } from './wrapper-flags'

export { compared }

export type Pin = Exclude<ProfilePin, 'none' | 'wrapper'>

/** The edited entry; or, in words, why its arguments cannot be edited so. */
export type EditedExec = Result<JsonMap, string>

const meanings = new WeakMap<JsonMap, ExecMeaning>()

/** What an entry of the edit model says in AWS terms: read once, although an edit asks for it before and after. */
export const meaningOf = (exec: JsonMap): ExecMeaning =>
  once(meanings, exec, () => execMeaning(commandOf(exec)))

/** The role that the command assumes; null for none. */
export function setRole(exec: JsonMap, role: string | null): EditedExec {
  return edited(exec, { role }, (program, inner) => withSetting(program, inner, 'role', role))
}

/**
 * Pinned as `pin` says, else where it is pinned already, else by argument; null unpins it. A wrapper that gives a command the
 * credentials of a profile names that profile itself.
 */
export function setProfile(exec: JsonMap, profile: string | null, pin: Pin | null): EditedExec {
  const was = meaningOf(exec)
  if (profile !== null && pin === 'arg' && was.gets === 'aws-iam-authenticator')
    return fail(
      (was.program === 'other' ? null : was.unknown) ??
        'aws-iam-authenticator has no --profile, and takes AWS_PROFILE',
    )
  if (was.given === 'credentials' && was.profilePinnedBy !== 'arg')
    return setWrapperProfile(exec, profile, pin)
  return edited(exec, { profile }, (program, inner, { profilePinnedBy }) => {
    if (profile === null) return without(program, inner, 'profile')
    const now = profilePinnedBy === 'env' ? 'env' : 'arg'
    return withProfile(program, inner, profile, pin ?? now)
  })
}

/** The profile whose credentials a wrapper gives: an argument of its own. */
function setWrapperProfile(exec: JsonMap, profile: string | null, pin: Pin | null): EditedExec {
  const found = throughWrappers(commandOf(exec))
  const gives = found.ok ? found.value.gives : null
  if (gives === null) return fail(readOtherwise)
  if (gives.place === null) return fail(`${gives.by} takes the profile from its own settings`)
  if (profile === null) return fail(`${gives.by} runs nothing without a profile`)
  if (pin !== null) return fail(`${gives.by} gives credentials, and names the profile itself`)
  const next = withWord(exec, gives.place, profile)
  return next === null ? fail(readOtherwise) : checked(exec, next, { profile })
}

/** A command without the profile that it names, by argument and by variable; null where that cannot be taken out of it. */
export function withoutProfile(command: ExecCommand): ExecCommand | null {
  const next = setProfile(entryOf(command), null, null)
  return next.ok ? commandOf(next.value) : null
}

export function setRegion(exec: JsonMap, region: string): EditedExec {
  return edited(exec, { region }, (program, inner) => withSetting(program, inner, 'region', region))
}

/** That aws prints what kubectl reads, whatever the AWS files and variables say. */
export function setOutputJson(exec: JsonMap): EditedExec {
  return edited(exec, { output: 'json' }, (program, inner) => withSetting(program, inner, 'output', 'json'))
}

/** The name, or the id where the entry uses that; aws refuses both together. */
export function setEksName(exec: JsonMap, name: string): EditedExec {
  const { gets, clusterName, clusterId } = meaningOf(exec)
  const byId = gets === 'aws-iam-authenticator' || (!clusterName && Boolean(clusterId))
  const [setting, other] = byId
    ? (['clusterId', 'clusterName'] as const)
    : (['clusterName', 'clusterId'] as const)
  return edited(exec, { [setting]: name, [other]: null }, (program, inner) =>
    withSetting(program, without(program, inner, other), setting, name),
  )
}

/** What kubectl prints where the command is not there. */
const ekscopeHint =
  'Install Ekscope (https://github.com/ekscope/ekscope), or make the command aws again and take the word token out of its arguments.'

const isWholePath = (command: string): boolean => /^(?:\/|[a-z]:[\\/])/i.test(command)

/**
 * Who makes the token: Ekscope, by this name or path of its command, with the words of aws behind its own; null: aws itself, as it
 * was before. An aws that was named by a path stays named.
 */
export function setTokenBy(exec: JsonMap, by: string | null): EditedExec {
  const { program, unknown, gets } = meaningOf(exec)
  const [own, args] = [commandOf(exec), listIn(exec, 'args')]
  const command = own.command ?? ''
  if (by !== null && !(by === 'ekscope' || (isWholePath(by) && baseName(by) === 'ekscope')))
    return fail(`${by} is neither the name of Ekscope’s command nor a whole path to it`)
  if (program === 'ekscope') {
    const found = throughWrappers(own)
    if (!found.ok) return found
    if (by !== null) return checked(exec, withKey(exec, 'command', by), {})
    const { called, at: before } = found.value
    const hint = textOf(at(exec, 'installHint'))
    const next = withKey(withKey(exec, 'command', called), 'args', args.slice(before))
    return checked(exec, hint === ekscopeHint ? withKey(next, 'installHint', undefined) : next, {})
  }
  if (program !== 'aws')
    return fail(
      gets === program ? `${gets} gets the token, and Ekscope makes that of aws` : (unknown ?? readOtherwise),
    )
  if (by === null) return ok(exec)
  if (command !== 'aws' && !isWholePath(command))
    return fail('its command is neither the name aws nor a whole path to it')
  // kubectl looks for aws in its own PATH, and Ekscope in the one that the entry gives it.
  if (lastVariable(own.env, 'PATH') !== null)
    return fail('PATH in exec env would lead Ekscope to another aws')
  const words = command === 'aws' ? ['token'] : ['token', '--aws', command]
  const next = withKey(withKey(exec, 'command', by), 'args', [...words, ...args])
  const hinted = at(exec, 'installHint') === undefined ? withKey(next, 'installHint', ekscopeHint) : next
  return checked(exec, hinted, {})
}

/** kubectl refuses `v1` without an interactiveMode; `v1beta1` means IfAvailable when it has none. */
export function setApiVersion(exec: JsonMap, apiVersion: string): JsonMap {
  const next = withKey(exec, 'apiVersion', apiVersion)
  const needed = apiVersion.endsWith('/v1') && textOf(at(next, 'interactiveMode')) === null
  return needed ? withKey(next, 'interactiveMode', 'IfAvailable') : next
}

/** What `aws eks update-kubeconfig` writes under `exec:`, with the profile pinned as asked. */
export function newExec(options: {
  readonly region: string
  readonly cluster: { readonly name: string } | { readonly id: string }
  readonly role: string | null
  readonly profile: string | null
  readonly pin: Pin
}): JsonMap {
  const { region, cluster, role, profile, pin } = options
  const args = [
    ...flag('--region', region),
    ...(profile !== null && pin === 'arg' ? flag('--profile', profile) : []),
    'eks',
    'get-token',
    ...('name' in cluster ? flag('--cluster-name', cluster.name) : flag('--cluster-id', cluster.id)),
    ...flag('--output', 'json'),
    ...(role === null ? [] : flag('--role', role)),
  ]
  const exec: JsonMap = { apiVersion: 'client.authentication.k8s.io/v1beta1', args, command: 'aws' }
  return profile !== null && pin === 'env' ? withVariable(exec, 'AWS_PROFILE', profile) : exec
}

// the entry as the grammar reads it -----------------------------------------------------------------------------

const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const listIn = (exec: JsonMap, key: 'args' | 'env'): readonly Json[] => {
  const list = at(exec, key)
  return isList(list) ? list : []
}

/** Its lists have the same indexes; what is null in them is empty, as to kubectl. */
export function commandOf(exec: JsonMap): ExecCommand {
  return {
    command: textOf(at(exec, 'command')),
    args: listIn(exec, 'args').map(textIn),
    env: listIn(exec, 'env').map((one) => ({
      name: isMap(one) ? textIn(at(one, 'name')) : '',
      value: isMap(one) ? textIn(at(one, 'value')) : '',
    })),
  }
}

/** The same the other way round. */
export const entryOf = ({ command, args, env }: ExecCommand): JsonMap => ({
  command: command ?? '',
  args: [...args],
  env: env.map(({ name, value }) => ({ name, value })),
})

function placesIn(program: AwsProgram, exec: JsonMap, setting: Setting) {
  const { args, env } = commandOf(exec)
  const read = readArguments[program](args)
  const place: Place | null = placeOf(program, read, env, setting)
  const { flag } = sources[program][setting]
  return { place, command: read.command, flags: read.flags.filter(({ name }) => name === flag) }
}

const readOtherwise = 'they would be read differently'

type Asked = Partial<Record<Setting, string | null>>
type ExecEdit = (program: AwsProgram, exec: JsonMap, was: ExecMeaning) => JsonMap | null

/** An edit of the command that gets the token, be it the entry's own or inside what wraps it. */
function edited(exec: JsonMap, asked: Asked, edit: ExecEdit): EditedExec {
  const was = meaningOf(exec)
  const own = was.program === was.gets ? was.gets : null
  const next = own === null ? editedInside(exec, edit) : edit(own, exec, was)
  return next === null ? fail(unreadable(was)) : checked(exec, next, asked)
}

/**
 * An edit is accepted if the entry then says what was requested and nothing else is different. Where the program itself could
 * not read the arguments, that is not certain, and they are left unchanged.
 */
function checked(exec: JsonMap, next: JsonMap, asked: Asked): EditedExec {
  const [was, is] = [meaningOf(exec), meaningOf(next)]
  const meant = is.gets === was.gets && is.given === was.given
  return meant &&
    compared.every((setting) => is[setting] === (setting in asked ? asked[setting] : was[setting]))
    ? ok(next)
    : fail(unreadable(was))
}

const unreadable = ({ program, gets, unknown }: ExecMeaning): string =>
  (program === 'other' && gets !== null ? null : unknown) ?? readOtherwise

// inside a wrapper ----------------------------------------------------------------------------------------------

/** The edit made on the command inside as on an entry of its own, and then on the words of this one; null where it cannot be. */
function editedInside(exec: JsonMap, edit: ExecEdit): JsonMap | null {
  const found = throughWrappers(commandOf(exec))
  if (!found.ok) return null
  const { program, command } = found.value
  const own = entryOf(command)
  const next = edit(program, own, meaningOf(own))
  if (next === null) return null
  const { args, env } = commandOf(next)
  let written = withArguments(exec, found.value, args)
  const wanted = new Map(env.map(({ name, value }) => [name, value]))
  for (const name of new Set([...command.env.map((one) => one.name), ...wanted.keys()])) {
    const value = wanted.get(name) ?? null
    const was = command.env.find((one) => one.name === name)?.value ?? null
    if (written !== null && value !== was) written = withReachingVariable(written, name, value)
  }
  return written
}

function withArguments(
  exec: JsonMap,
  { words, at, command }: WrappedCommand,
  args: readonly string[],
): JsonMap | null {
  const edits = editsBetween(command.args, args)
  const shifted = edits.map((edit) => ({ ...edit, at: edit.at + at + 1 }))
  return edits.length === 0 ? exec : withWords(exec, words.edited(shifted))
}

/** A variable where a wrapper sets it, else in exec.env; null where neither would reach the command. */
function withReachingVariable(exec: JsonMap, name: string, value: string | null): JsonMap | null {
  const found = throughWrappers(commandOf(exec))
  if (!found.ok) return null
  const { places, drops } = found.value
  const place = places.get(name)
  if (place === undefined) return drops.has(name) ? null : withVariable(exec, name, value)
  if (place === null) return null
  if (value !== null) return withWord(exec, place, value)
  const gone = withWords(exec, place.words.edited([{ at: place.at, remove: 1, insert: [] }]))
  return gone && withVariable(gone, name, null)
}

/** The value in a word, which stays spelt as it is otherwise. */
const withWord = (exec: JsonMap, { words, at, prefix }: WordPlace, value: string): JsonMap | null =>
  withWords(exec, words.edited([{ at, remove: 1, insert: [prefix + value] }]))

function withWords(exec: JsonMap, edits: readonly WordEdit[] | null): JsonMap | null {
  if (edits === null) return null
  const args = [...listIn(exec, 'args')]
  for (const { at: index, remove, insert } of [...edits].reverse()) args.splice(index, remove, ...insert)
  return withKey(exec, 'args', args)
}

// splices -------------------------------------------------------------------------------------------------------

/** A flag and its value as two arguments; a value that begins with a dash would be read as the next flag. */
const flag = (spelt: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`${spelt}=${value}`] : [spelt, value]

type Where = 'first' | 'before the command' | 'last'

/** How a setting is written that is not there yet: for aws as its update-kubeconfig does it. */
const added: Record<AwsProgram, Partial<Record<Setting, readonly [spelt: string, where: Where]>>> = {
  aws: {
    region: ['--region', 'first'],
    profile: ['--profile', 'before the command'],
    role: ['--role', 'last'],
    clusterName: ['--cluster-name', 'last'],
    output: ['--output', 'last'],
  },
  'aws-iam-authenticator': {
    region: ['--region', 'last'],
    role: ['--role', 'last'],
    clusterId: ['--cluster-id', 'last'],
  },
}

/** Set where it is set already, else by a new flag; null removes it. The answer is null where no flag can be added. */
function withSetting(
  program: AwsProgram,
  exec: JsonMap,
  setting: Setting,
  value: string | null,
): JsonMap | null {
  if (value === null) return without(program, exec, setting)
  const { place } = placesIn(program, exec, setting)
  return place?.kind === 'env'
    ? withVariable(exec, place.name, value)
    : withFlag(program, exec, setting, value)
}

/** What can be set by a flag of the program. */
export const flagSettings = (program: AwsProgram): readonly Setting[] =>
  compared.filter((setting) => sources[program][setting].flag !== null)

/** The values that the flag of a setting has, whatever the variables say, in their order: the last counts. */
export function flagValues(program: AwsProgram, exec: JsonMap, setting: Setting): readonly (string | null)[] {
  return placesIn(program, exec, setting).flags.map(({ value }) => value)
}

/** The flag alone, whatever the variables say, as it is spelt; null removes it. The answer is null where none can be added. */
export function withFlag(
  program: AwsProgram,
  exec: JsonMap,
  setting: Setting,
  value: string | null,
): JsonMap | null {
  if (value === null) return withoutFlags(program, exec, setting)
  const { flags, command } = placesIn(program, exec, setting)
  const args = listIn(exec, 'args')
  const last = flags.at(-1)
  if (last !== undefined) return withKey(exec, 'args', respelt(args, last, value))
  const [spelt, where] = added[program][setting] ?? []
  if (spelt === undefined || (where === 'last' && command === null)) return null
  const index = where === 'last' ? args.length : where === 'first' ? 0 : (command ?? 0)
  return withKey(exec, 'args', [...args.slice(0, index), ...flag(spelt, value), ...args.slice(index)])
}

/** The arguments with another value for a flag, spelt as it is where that spelling can hold it. */
function respelt(args: readonly Json[], { spelt, value, at: index, valueAt }: Flag, to: string) {
  if (valueAt !== null && !to.startsWith('-')) return args.map((arg, place) => (place === valueAt ? to : arg))
  const whole = textIn(args[index])
  const attached = valueAt === null && value !== null
  const before = attached ? whole.slice(0, whole.length - value.length) : `${spelt}=`
  return args.flatMap((arg, place) => (place === index ? [before + to] : place === valueAt ? [] : [arg]))
}

/** Without the setting's flags and variables. */
function without(program: AwsProgram, exec: JsonMap, setting: Setting): JsonMap {
  return withoutVariables(program, withoutFlags(program, exec, setting), setting)
}

const withoutVariables = (program: AwsProgram, exec: JsonMap, setting: Setting): JsonMap =>
  sources[program][setting].variables.reduce((next, name) => withVariable(next, name, null), exec)

function withoutFlags(program: AwsProgram, exec: JsonMap, setting: Setting): JsonMap {
  const gone = placesIn(program, exec, setting).flags.flatMap(({ at: index, valueAt }) => [index, valueAt])
  if (gone.length === 0) return exec
  const rest = listIn(exec, 'args').filter((_, index) => !gone.includes(index))
  return withKey(exec, 'args', rest)
}

/** Sets the last variable of a name, or adds one; null removes all of that name. */
export function withVariable(exec: JsonMap, name: string, value: string | null): JsonMap {
  const env = listIn(exec, 'env')
  const last = lastVariable(commandOf(exec).env, name)
  if (value === null) {
    if (last === null) return exec
    const rest = env.filter((one) => !(isMap(one) && at(one, 'name') === name))
    return withKey(exec, 'env', rest.length > 0 ? rest : undefined)
  }
  const next: readonly Json[] =
    last === null
      ? [...env, { name, value }]
      : env.map((one, index) => (index === last.at && isMap(one) ? withKey(one, 'value', value) : one))
  return withKey(exec, 'env', next)
}

/** The profile by argument or by variable, and by that alone; the authenticator has no such argument. */
function withProfile(program: AwsProgram, exec: JsonMap, profile: string, pin: Pin): JsonMap | null {
  if (program === 'aws' && pin === 'arg')
    return withSetting(program, withoutVariables(program, exec, 'profile'), 'profile', profile)
  const { variables } = sources[program].profile
  const bare = withoutFlags(program, exec, 'profile')
  const { place } = placesIn(program, bare, 'profile')
  const pinning = place?.kind === 'env' ? place.name : 'AWS_PROFILE'
  return variables.reduce((next, name) => withVariable(next, name, name === pinning ? profile : null), bare)
}
