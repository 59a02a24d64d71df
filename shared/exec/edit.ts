/**
 * Changes to an exec entry in AWS terms: one flag or one variable, everything else kept as written. The grammar is
 * that of `aws eks get-token` and `aws-iam-authenticator token`.
 */
import { at, isList, isMap, type Json, type JsonMap, mapOf, sameJson, textOf, withKey } from '../json'

export type AwsProgram = 'aws' | 'aws-iam-authenticator'

/** Which of the two programs an exec entry runs; null for any other, whose arguments nobody here understands. */
export function programOf(exec: JsonMap): AwsProgram | null {
  const command = textOf(at(exec, 'command'))
  if (command === null) return null
  const name = command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1).toLowerCase()
  const bare = name.endsWith('.exe') ? name.slice(0, -4) : name
  return bare === 'aws' || bare === 'aws-iam-authenticator' ? bare : null
}

export function argsOf(exec: JsonMap): readonly string[] {
  const args = at(exec, 'args')
  return isList(args) ? args.map((arg) => (typeof arg === 'string' ? arg : '')) : []
}

const valueFlags: Record<AwsProgram, ReadonlySet<string>> = {
  aws: new Set([
    '--region',
    '--profile',
    '--output',
    '--endpoint-url',
    '--query',
    '--color',
    '--ca-bundle',
    '--cli-read-timeout',
    '--cli-connect-timeout',
    '--cli-binary-format',
    '--cluster-name',
    '--cluster-id',
    '--role',
    '--role-arn',
  ]),
  'aws-iam-authenticator': new Set([
    '-i',
    '--cluster-id',
    '-r',
    '--role',
    '-e',
    '--external-id',
    '-s',
    '--session-name',
    '--region',
    '--config',
    '-c',
    '-l',
    '--log-format',
    '--kubeconfig',
  ]),
}

interface Flag {
  readonly index: number
  /** 1 for `--flag=value`, 2 for `--flag value`. */
  readonly length: number
  readonly name: string
  readonly value: string | null
}

function flagsOf(program: AwsProgram, args: readonly string[]): readonly Flag[] {
  const flags: Flag[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (arg === '--') break
    if (!arg.startsWith('-')) continue
    const equals = arg.indexOf('=')
    if (arg.startsWith('--') && equals > 0) {
      flags.push({ index, length: 1, name: arg.slice(0, equals), value: arg.slice(equals + 1) })
    } else if (valueFlags[program].has(arg)) {
      flags.push({ index, length: 2, name: arg, value: args[index + 1] ?? null })
      index++
    }
  }
  return flags
}

const find = (program: AwsProgram, args: readonly string[], names: readonly string[]): Flag | null =>
  flagsOf(program, args)
    .filter((flag) => names.includes(flag.name))
    .at(-1) ?? null

/** Sets a flag where and as it is spelt; the last of several counts, as it does for the program. */
function setFlag(
  program: AwsProgram,
  args: readonly string[],
  names: readonly string[],
  value: string | null,
  insertAt: (args: readonly string[]) => number,
): readonly string[] {
  const found = find(program, args, names)
  if (found && value !== null) {
    const next = [...args]
    const spelt = found.length === 1 ? [`${found.name}=${value}`] : [found.name, value]
    next.splice(found.index, found.length, ...spelt)
    return next
  }
  if (found) {
    const next = [...args]
    next.splice(found.index, found.length)
    return setFlag(program, next, names, null, insertAt)
  }
  if (value === null) return args
  const next = [...args]
  next.splice(insertAt(args), 0, names[0] ?? '', value)
  return next
}

function variablesOf(exec: JsonMap): readonly JsonMap[] {
  const env = at(exec, 'env')
  return isList(env) ? env.filter(isMap) : []
}

export function variable(exec: JsonMap, name: string): string | null {
  const found = variablesOf(exec).filter((one) => at(one, 'name') === name)
  return textOf(at(found.at(-1) ?? {}, 'value'))
}

function setVariable(exec: JsonMap, name: string, value: string | null): JsonMap {
  const list = at(exec, 'env')
  const env: readonly Json[] = isList(list) ? list : []
  const rest = env.filter((one) => !(isMap(one) && at(one, 'name') === name))
  if (value === null) {
    if (rest.length === env.length) return exec
    return withKey(exec, 'env', rest.length > 0 ? rest : undefined)
  }
  const found = env.some((one) => isMap(one) && at(one, 'name') === name)
  const next = found
    ? env.map((one) => (isMap(one) && at(one, 'name') === name ? withKey(one, 'value', value) : one))
    : [
        ...env,
        mapOf([
          ['name', name],
          ['value', value],
        ]),
      ]
  return withKey(exec, 'env', next)
}

const withArgs = (exec: JsonMap, args: readonly string[]): JsonMap =>
  sameJson(args, argsOf(exec)) ? exec : withKey(exec, 'args', args)

const atEnd = (args: readonly string[]): number => {
  const stop = args.indexOf('--')
  return stop < 0 ? args.length : stop
}
const beforeEks = (args: readonly string[]): number => {
  const eks = args.findIndex((arg, i) => arg === 'eks' && args[i + 1] === 'get-token')
  return Math.max(eks, 0)
}
const afterVerb = (args: readonly string[]): number => {
  const verb = args.findIndex((arg) => arg === 'get-token' || arg === 'token')
  return verb < 0 ? args.length : verb + 1
}

const roleFlags = { aws: ['--role', '--role-arn'], 'aws-iam-authenticator': ['--role', '-r'] }

/** The role written in the entry, by flag or (authenticator) by DEFAULT_ROLE. */
export function roleOf(program: AwsProgram, exec: JsonMap): string | null {
  const flag = find(program, argsOf(exec), roleFlags[program])
  if (flag) return flag.value
  return program === 'aws-iam-authenticator' ? variable(exec, 'DEFAULT_ROLE') : null
}

/** The spelling found, else `--role` at the end. */
export function setRole(program: AwsProgram, exec: JsonMap, role: string | null): JsonMap {
  const args = argsOf(exec)
  const byVariable = program === 'aws-iam-authenticator' && variable(exec, 'DEFAULT_ROLE') !== null
  if (byVariable && role !== null && !find(program, args, roleFlags[program]))
    return setVariable(exec, 'DEFAULT_ROLE', role)
  const next = withArgs(exec, setFlag(program, args, roleFlags[program], role, atEnd))
  return byVariable && role === null ? setVariable(next, 'DEFAULT_ROLE', null) : next
}

export type Pin = 'arg' | 'env'

/** How a profile is pinned: aws ignores the environment as soon as `--profile` is there. */
export function pinOf(program: AwsProgram, exec: JsonMap): { profile: string | null; pin: Pin | null } {
  const flag = program === 'aws' ? find(program, argsOf(exec), ['--profile']) : null
  if (flag) return { profile: flag.value, pin: 'arg' }
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const profile = variable(exec, name)
    if (profile !== null) return { profile, pin: 'env' }
  }
  return { profile: null, pin: null }
}

/** Pinned where it is pinned already, else as `pin` says, else by argument; null unpins it. */
export function setProfile(
  program: AwsProgram,
  exec: JsonMap,
  profile: string | null,
  pin: Pin | null,
): JsonMap {
  // The authenticator has no such flag.
  const wanted: Pin = program === 'aws' ? (pin ?? pinOf(program, exec).pin ?? 'arg') : 'env'
  const args = argsOf(exec)
  const flag = profile !== null && wanted === 'arg' ? profile : null
  let next = program === 'aws' ? withArgs(exec, setFlag(program, args, ['--profile'], flag, beforeEks)) : exec
  const spelt = variable(next, 'AWS_PROFILE') === null && variable(next, 'AWS_DEFAULT_PROFILE') !== null
  const name = spelt && wanted === 'env' ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'
  for (const other of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'])
    next = setVariable(next, other, other === name && profile !== null && wanted === 'env' ? profile : null)
  return next
}

export function regionOf(program: AwsProgram, exec: JsonMap): string | null {
  return (
    find(program, argsOf(exec), ['--region'])?.value ??
    variable(exec, 'AWS_REGION') ??
    variable(exec, 'AWS_DEFAULT_REGION')
  )
}

/** By the flag, else by the variable that is there, else by a new flag. */
export function setRegion(program: AwsProgram, exec: JsonMap, region: string): JsonMap {
  const args = argsOf(exec)
  if (!find(program, args, ['--region']))
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION'])
      if (variable(exec, name) !== null) return setVariable(exec, name, region)
  return withArgs(exec, setFlag(program, args, ['--region'], region, program === 'aws' ? () => 0 : atEnd))
}

const nameFlags = { aws: ['--cluster-name', '--cluster-id'], 'aws-iam-authenticator': ['-i', '--cluster-id'] }

export function eksNameOf(program: AwsProgram, exec: JsonMap): string | null {
  return find(program, argsOf(exec), nameFlags[program])?.value ?? null
}

export function setEksName(program: AwsProgram, exec: JsonMap, name: string): JsonMap {
  return withArgs(exec, setFlag(program, argsOf(exec), nameFlags[program], name, afterVerb))
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
  const which =
    'name' in options.cluster
      ? ['--cluster-name', options.cluster.name]
      : ['--cluster-id', options.cluster.id]
  const args = ['--region', options.region, 'eks', 'get-token', ...which, '--output', 'json']
  if (options.role !== null) args.push('--role', options.role)
  const exec: JsonMap = { apiVersion: 'client.authentication.k8s.io/v1beta1', args, command: 'aws' }
  return options.profile === null ? exec : setProfile('aws', exec, options.profile, options.pin)
}
