/** What an exec entry says in AWS terms, read from its own arguments and env alone. Text in, values out. */
import { parseClusterArn } from '../identity/arn'
import type { MeantCluster, ProfilePin } from '../identity/identity'
import { partitionOfRegion } from '../identity/regions'

export interface RawVariable {
  readonly name: string
  readonly value: string
}

export interface RawExec {
  readonly apiVersion: string | null
  readonly command: string | null
  readonly args: readonly string[]
  readonly env: readonly RawVariable[]
  readonly interactiveMode: string | null
  readonly provideClusterInfo: boolean
  readonly installHint: string | null
}

export type ExecProgram = 'aws' | 'aws-iam-authenticator' | 'other'

/** An exec entry understood: which flags it carries, and whether they were understood completely. */
export interface ExecMeaning {
  readonly program: ExecProgram
  /** Every argument belongs to the known grammar (docs/security.md): a condition for running without asking. */
  readonly complete: boolean
  /** Why `complete` is false, in words. */
  readonly unknown: string | null
  /** Why the program itself would refuse these arguments and mint nothing, in words; null when it would not. */
  readonly refusal: string | null
  readonly region: string | null
  /** Value of --profile, or AWS_PROFILE / AWS_DEFAULT_PROFILE of exec.env. */
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  readonly role: string | null
  /** As spelt: `--role`, `--role-arn`, `-r`, `DEFAULT_ROLE`. */
  readonly roleFrom: string | null
  readonly clusterName: string | null
  /** --cluster-id of an Outposts local cluster, or -i of the authenticator. */
  readonly clusterId: string | null
  readonly output: string | null
  readonly externalId: string | null
  readonly sessionName: string | null
}

/** exec.env as the command gets it: a name that occurs twice has its last value, as Go's os/exec keeps it. */
export function execVariables(exec: Pick<RawExec, 'env'>): Readonly<Record<string, string>> {
  const variables = new Map<string, string>()
  for (const { name, value } of exec.env) variables.set(name, value)
  return Object.fromEntries(variables)
}

/** Reads the arguments and env of an exec entry as the program that it names would read them. */
export function execMeaning(exec: RawExec): ExecMeaning {
  const program = programOf(exec.command)
  switch (program) {
    case 'aws':
      return awsMeaning(exec)
    case 'aws-iam-authenticator':
      return authenticatorMeaning(exec)
    case 'other':
      return { ...nothing(program), unknown: 'the command is neither aws nor aws-iam-authenticator' }
  }
}

function programOf(command: string | null): ExecProgram {
  const base = (command ?? '').split(/[\\/]/).at(-1) ?? ''
  const name = base.toLowerCase().replace(/\.(exe|cmd|bat)$/, '')
  return name === 'aws' || name === 'aws-iam-authenticator' ? name : 'other'
}

function nothing(program: ExecProgram): ExecMeaning {
  return {
    program,
    complete: false,
    unknown: null,
    refusal: null,
    region: null,
    profile: null,
    profilePinnedBy: 'none',
    role: null,
    roleFrom: null,
    clusterName: null,
    clusterId: null,
    output: null,
    externalId: null,
    sessionName: null,
  }
}

// aws ----------------------------------------------------------------------------------------------------------

/** What an option takes: no value, any value, or one of these. */
type Options = Readonly<Record<string, 'none' | 'any' | readonly string[]>>

/** Global options of aws v2 (awscli/data/cli.json). */
const globalOptions: Options = {
  '--debug': 'none',
  '--endpoint-url': 'any',
  '--no-verify-ssl': 'none',
  '--no-paginate': 'none',
  '--output': ['json', 'text', 'table', 'yaml', 'yaml-stream'],
  '--query': 'any',
  '--profile': 'any',
  '--region': 'any',
  '--version': 'none',
  '--color': ['on', 'off', 'auto'],
  '--no-sign-request': 'none',
  '--ca-bundle': 'any',
  '--cli-read-timeout': 'any',
  '--cli-connect-timeout': 'any',
  '--cli-binary-format': ['base64', 'raw-in-base64-out'],
  '--no-cli-pager': 'none',
  '--cli-auto-prompt': 'none',
  '--no-cli-auto-prompt': 'none',
}
const getTokenOptions: Options = {
  '--cluster-name': 'any',
  '--role-arn': 'any',
  '--cluster-id': 'any',
}

interface Scan {
  /** Option as declared → its last value (argparse stores, so the last one wins) and how it was spelt. */
  readonly found: Map<string, { value: string; spelt: string }>
  readonly positional: string | null
  /** What this level did not know, in order: the next level's arguments. */
  readonly rest: readonly string[]
  readonly refusal: string | null
}

/**
 * One level of argparse's parse_known_args, as aws nests three of them (global, service, get-token). Options may
 * be abbreviated to any unambiguous beginning: that is how `--role` means `--role-arn`. An option of a later
 * level that is not written with `=` gives its value away as this level's positional argument.
 */
function scanLevel(args: readonly string[], options: Options, wantsPositional: boolean): Scan {
  const found = new Map<string, { value: string; spelt: string }>()
  const rest: string[] = []
  let positional: string | null = null
  let refusal: string | null = null
  const refuse = (why: string) => {
    refusal ??= why
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    const option = optionOf(arg, options)
    switch (option.kind) {
      case 'argument':
        if (wantsPositional && positional === null) positional = arg
        else rest.push(arg)
        break
      case 'unknown':
        rest.push(arg)
        break
      case 'ambiguous':
        refuse(`${option.spelt} is ambiguous`)
        break
      case 'known': {
        const takes = options[option.name] ?? 'any'
        if (takes === 'none') {
          if (option.value !== null) refuse(`${option.name} takes no value`)
          found.set(option.name, { value: '', spelt: option.spelt })
          break
        }
        const next = args[i + 1]
        const separate = next !== undefined && optionOf(next, options).kind === 'argument' ? next : null
        const value = option.value ?? separate
        if (option.value === null) i++
        if (value === null) refuse(`${option.name} has no value`)
        else if (takes !== 'any' && !takes.includes(value)) refuse(`${option.name} ${value} is not known`)
        else found.set(option.name, { value, spelt: option.spelt })
        break
      }
    }
  }
  return { found, positional, rest, refusal }
}

type Option =
  | { readonly kind: 'argument' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly spelt: string }
  | { readonly kind: 'known'; readonly name: string; readonly spelt: string; readonly value: string | null }

function optionOf(arg: string, options: Options): Option {
  if (!arg.startsWith('-')) return { kind: 'argument' }
  if (Object.hasOwn(options, arg)) return { kind: 'known', name: arg, spelt: arg, value: null }
  if (arg === '-') return { kind: 'argument' }
  const equals = arg.indexOf('=')
  const spelt = equals < 0 ? arg : arg.slice(0, equals)
  const value = equals < 0 ? null : arg.slice(equals + 1)
  if (Object.hasOwn(options, spelt)) return { kind: 'known', name: spelt, spelt, value }
  if (spelt.startsWith('--')) {
    const names = Object.keys(options).filter((name) => name.startsWith(spelt))
    const [only] = names
    if (only !== undefined && names.length === 1) return { kind: 'known', name: only, spelt, value }
    if (names.length > 1) return { kind: 'ambiguous', spelt }
  }
  // argparse takes a negative number, and anything with a blank in it, for an argument.
  if (/^-(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)$/.test(arg)) return { kind: 'argument' }
  return arg.includes(' ') ? { kind: 'argument' } : { kind: 'unknown' }
}

function awsMeaning(exec: RawExec): ExecMeaning {
  const pinned = profileOfEnv(execVariables(exec))
  if (exec.args.includes('--')) {
    return { ...nothing('aws'), ...pinned, unknown: '-- stands among the arguments' }
  }
  const top = scanLevel(exec.args, globalOptions, true)
  const service = scanLevel(top.rest, {}, true)
  const command = scanLevel(service.rest, getTokenOptions, false)

  const given = (scan: Scan, name: string) => scan.found.get(name)?.value ?? null
  const profileArgument = given(top, '--profile')
  const output = given(top, '--output')
  const role = command.found.get('--role-arn') ?? null
  const clusterName = given(command, '--cluster-name')
  const clusterId = given(command, '--cluster-id')
  const read: ExecMeaning = {
    ...nothing('aws'),
    // aws ignores an empty --profile, but not an empty AWS_PROFILE.
    ...(profileArgument ? { profile: profileArgument, profilePinnedBy: 'arg' } : pinned),
    region: given(top, '--region'),
    output,
    role: role?.value ?? null,
    roleFrom: role === null ? null : role.spelt,
    clusterName,
    clusterId,
  }

  if (top.positional !== null && !(top.positional === 'eks' && service.positional === 'get-token')) {
    const words = [top.positional, service.positional ?? ''].join(' ').trim()
    return { ...read, unknown: `aws ${words} is not aws eks get-token` }
  }
  const refusal =
    top.refusal ??
    (top.positional === null || service.positional === null ? 'no command is named' : null) ??
    command.refusal ??
    (command.rest.length > 0 ? `unknown: ${command.rest.join(' ')}` : null) ??
    (clusterName && clusterId ? '--cluster-name and --cluster-id are both given' : null) ??
    (!clusterName && !clusterId ? 'no cluster is named' : null)
  if (refusal !== null) return { ...read, unknown: refusal, refusal }

  const extra = [...top.found.keys()].find((name) => !['--region', '--profile', '--output'].includes(name))
  const fromFile = [clusterName, clusterId, read.role].find((value) => /^fileb?:\/\//.test(value ?? ''))
  const unknown =
    extra !== undefined
      ? `${extra} is given`
      : output !== null && output !== 'json'
        ? `--output ${output} gives nothing that kubectl reads`
        : fromFile !== undefined
          ? `a value is read from a file: ${fromFile}`
          : null
  return { ...read, complete: unknown === null, unknown }
}

/** aws v2 takes the first of the two that is set, also when it is empty. */
function profileOfEnv(
  variables: Readonly<Record<string, string>>,
): Pick<ExecMeaning, 'profile' | 'profilePinnedBy'> {
  const profile = variables.AWS_PROFILE ?? variables.AWS_DEFAULT_PROFILE ?? null
  return { profile, profilePinnedBy: profile === null ? 'none' : 'env' }
}

// aws-iam-authenticator -----------------------------------------------------------------------------------------

const authenticatorFlags: Readonly<Record<string, { readonly name: string; readonly takesValue: boolean }>> =
  {
    '--cluster-id': { name: 'cluster', takesValue: true },
    '-i': { name: 'cluster', takesValue: true },
    '--role': { name: 'role', takesValue: true },
    '-r': { name: 'role', takesValue: true },
    '--external-id': { name: 'external-id', takesValue: true },
    '-e': { name: 'external-id', takesValue: true },
    '--session-name': { name: 'session-name', takesValue: true },
    '-s': { name: 'session-name', takesValue: true },
    '--region': { name: 'region', takesValue: true },
    '--forward-session-name': { name: 'forward-session-name', takesValue: false },
    '--token-only': { name: 'token-only', takesValue: false },
    '--cache': { name: 'cache', takesValue: false },
  }

function authenticatorMeaning(exec: RawExec): ExecMeaning {
  const variables = execVariables(exec)
  const pinned = profileOfEnv(variables)
  const found = new Map<string, { value: string; spelt: string }>()
  const positional: string[] = []
  let unknown: string | null = null
  for (let i = 0; i < exec.args.length; i++) {
    const arg = exec.args[i] ?? ''
    if (!arg.startsWith('-') || arg === '-') {
      positional.push(arg)
      continue
    }
    const { spelt, attached } = splitFlag(arg)
    const flag = authenticatorFlags[spelt]
    if (flag === undefined) {
      unknown ??= `unknown: ${arg}`
    } else if (!flag.takesValue) {
      found.set(flag.name, { value: attached ?? 'true', spelt })
    } else if (attached !== null) {
      found.set(flag.name, { value: attached, spelt })
    } else {
      // pflag takes whatever comes next for the value, also what looks like a flag.
      const next = exec.args[i + 1]
      if (next === undefined) unknown ??= `${spelt} has no value`
      else found.set(flag.name, { value: next, spelt })
      i++
    }
  }
  const role = found.get('role')
  const defaultRole = variables.DEFAULT_ROLE ?? ''
  const cluster = found.get('cluster')?.value ?? variables.KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID ?? null
  if (positional.length !== 1 || positional[0] !== 'token') {
    unknown ??= `aws-iam-authenticator ${positional.join(' ')} is not aws-iam-authenticator token`
  }
  const refusal = unknown === null && !cluster ? 'no cluster is named' : null
  return {
    ...nothing('aws-iam-authenticator'),
    ...pinned,
    complete: unknown === null && refusal === null && found.get('token-only') === undefined,
    unknown:
      unknown ??
      refusal ??
      (found.has('token-only') ? '--token-only gives nothing that kubectl reads' : null),
    refusal,
    region: found.get('region')?.value || null,
    role: role ? role.value || null : defaultRole || null,
    roleFrom: role ? (role.value ? role.spelt : null) : defaultRole ? 'DEFAULT_ROLE' : null,
    clusterId: cluster || null,
    externalId: found.get('external-id')?.value || null,
    sessionName: found.get('session-name')?.value || null,
  }
}

/** `--x=v`, `-x=v` and `-xv`, as pflag takes them apart. */
function splitFlag(arg: string): { spelt: string; attached: string | null } {
  if (arg.startsWith('--')) {
    const equals = arg.indexOf('=')
    return equals < 0
      ? { spelt: arg, attached: null }
      : { spelt: arg.slice(0, equals), attached: arg.slice(equals + 1) }
  }
  const attached = arg.slice(2)
  if (attached === '') return { spelt: arg, attached: null }
  return { spelt: arg.slice(0, 2), attached: attached.startsWith('=') ? attached.slice(1) : attached }
}

// cluster -------------------------------------------------------------------------------------------------------

// ID.gr7.REGION.eks.amazonaws.com[.cn], and the dual-stack ID.eks-cluster.REGION.api.aws / .api.amazonwebservices.com.cn
const classicHost = /^[0-9a-z]+\.[a-z0-9]+\.([a-z]{2}(?:-[a-z0-9]+)+-\d+)\.eks\.amazonaws\.com(?:\.cn)?$/i
const dualStackHost =
  /^[0-9a-z]+\.eks-cluster\.([a-z]{2}(?:-[a-z0-9]+)+-\d+)\.api\.(?:aws|amazonwebservices\.com\.cn)$/i

/** The region in an EKS endpoint's host name; null when the server is something else. */
export function regionOfServer(server: string | null): string | null {
  if (server === null) return null
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#]+)/i.exec(server)?.[1] ?? ''
  const found = classicHost.exec(host) ?? dualStackHost.exec(host)
  return found?.[1]?.toLowerCase() ?? null
}

/**
 * The EKS cluster that a context means: each fact from the exec arguments, else from the cluster entry's name if
 * that is an ARN, else from the server's host name. Account and name are null where none of these says them.
 */
export function meantCluster(
  meaning: ExecMeaning | null,
  clusterEntryName: string | null,
  server: string | null,
): MeantCluster {
  const arn = clusterEntryName === null ? null : parseClusterArn(clusterEntryName)
  // The authenticator's -i is the EKS name; the --cluster-id of aws is an Outposts id that the ARN knows better.
  const idFirst = meaning?.program === 'aws-iam-authenticator' ? meaning.clusterId : null
  const region = meaning?.region || arn?.region || regionOfServer(server)
  return {
    name: meaning?.clusterName || idFirst || arn?.name || meaning?.clusterId || null,
    region,
    account: arn?.account ?? null,
    partition: arn?.partition ?? (region === null ? null : partitionOfRegion(region)),
  }
}
