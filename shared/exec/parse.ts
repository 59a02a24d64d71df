/** What an exec entry says in AWS terms, read from its own arguments and env alone. Text in, values out. */
import { clusterOfEntry } from '../identity/cluster-entry-name'
import type { MeantCluster, ProfilePin } from '../identity/identity'
import { partitionOfRegion } from '../identity/regions'
import type { FieldsOf } from '../kubeconfig/fields'
import type { execKeys } from '../kubeconfig/schema'
import { maskAddress } from '../kubeconfig/secrets'
import { type Flaw, flawOfFlag, flawsOf } from './flaws'
import { notAws, throughWrappers } from './inside'
import {
  type Arguments,
  type AwsProgram,
  type ExecProgram,
  type Flag,
  programOf,
  readArguments,
} from './program-arguments'
import type { WrapperGives } from './wrapper-layer'

export interface RawVariable {
  readonly name: string
  readonly value: string
}

export interface RawExec extends FieldsOf<typeof execKeys> {
  readonly env: readonly RawVariable[]
}

/** The part of an exec entry that the command itself gets; the rest is for kubectl. */
export type ExecCommand = Pick<RawExec, 'command' | 'args' | 'env'>

/** An exec entry understood: which flags it carries, and whether they were understood completely. */
export interface ExecMeaning {
  readonly program: ExecProgram
  /** The program that gets the token: the entry's own, or the one that it wraps (inside.ts); null where neither is known. */
  readonly gets: AwsProgram | null
  /** What a wrapper alone decides of its identity, not files or environment; null: nothing. */
  readonly given: WrapperGives['decides'] | null
  /** Every argument belongs to the known grammar (docs/security.md): a condition for running without asking. */
  readonly complete: boolean
  /** Why `complete` is false, in words. */
  readonly unknown: string | null
  /** The command only gets the token, by arguments whose whole effect is known: a condition to predict the identity. */
  readonly understood: boolean
  /** Why the program that gets the token would refuse these arguments and mint nothing, in words; null when it would not. */
  readonly refusal: string | null
  /** What this command line cannot do, or does besides, but for the name of its cluster. */
  readonly flaws: readonly Flaw[]
  /** Value of --region, or AWS_REGION / AWS_DEFAULT_REGION of exec.env. */
  readonly region: string | null
  readonly regionPinnedBy: ProfilePin
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

/** exec.env as the command gets it: a name that occurs twice has its last value, as in Go's os/exec. */
export function execVariables(exec: Pick<RawExec, 'env'>): Readonly<Record<string, string>> {
  return Object.fromEntries(exec.env.map(({ name, value }) => [name, value]))
}

// places --------------------------------------------------------------------------------------------------------

/** What an exec entry can set, and says in AWS terms: an edit of one of these leaves the others as they are. */
export const compared = [
  'region',
  'profile',
  'role',
  'clusterName',
  'clusterId',
  'output',
  'externalId',
  'sessionName',
] as const
export type Setting = (typeof compared)[number]

/** Where a program looks for a setting: at the flag first, then at the variables in their order. */
interface Source {
  readonly flag: string | null
  readonly variables: readonly string[]
  /** With an empty value the flag counts as absent. */
  readonly emptyFlagIsNone?: true
}

const byFlag = (flag: string): Source => ({ flag, variables: [] })
const nowhere: Source = { flag: null, variables: [] }
const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']
const regionVariables = ['AWS_REGION', 'AWS_DEFAULT_REGION']

export const sources: Record<AwsProgram, Record<Setting, Source>> = {
  aws: {
    region: { flag: '--region', variables: regionVariables },
    profile: { flag: '--profile', variables: profileVariables, emptyFlagIsNone: true },
    role: byFlag('--role-arn'),
    clusterName: byFlag('--cluster-name'),
    clusterId: byFlag('--cluster-id'),
    output: byFlag('--output'),
    externalId: nowhere,
    sessionName: nowhere,
  },
  // cmd/aws-iam-authenticator: token.go and root.go; profile and region are those of the AWS SDK for Go.
  'aws-iam-authenticator': {
    region: { flag: '--region', variables: regionVariables, emptyFlagIsNone: true },
    profile: { flag: null, variables: profileVariables },
    role: { flag: '--role', variables: ['DEFAULT_ROLE'] },
    clusterName: nowhere,
    clusterId: { flag: '--cluster-id', variables: ['KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID'] },
    output: nowhere,
    externalId: byFlag('--external-id'),
    sessionName: byFlag('--session-name'),
  },
}

/** What decides a setting: a flag, or a variable with its index in exec.env. */
export type Place =
  | { readonly kind: 'arg'; readonly flag: Flag }
  | { readonly kind: 'env'; readonly name: string; readonly value: string; readonly at: number }

/** The variable of a name that counts: the last one. */
export function lastVariable(
  env: readonly RawVariable[],
  name: string,
): Extract<Place, { kind: 'env' }> | null {
  for (let at = env.length - 1; at >= 0; at--) {
    const variable = env[at]
    if (variable?.name === name) return { kind: 'env', name, value: variable.value, at }
  }
  return null
}

/** Which flag or variable decides a setting; null where none does. */
export function placeOf(
  program: AwsProgram,
  { flags }: Arguments,
  env: readonly RawVariable[],
  setting: Setting,
): Place | null {
  const source = sources[program][setting]
  // The last one counts, as in both grammars.
  const flag = flags.filter(({ name }) => name === source.flag).at(-1)
  if (flag?.value || (flag?.value === '' && !source.emptyFlagIsNone)) return { kind: 'arg', flag }
  for (const name of source.variables) {
    const variable = lastVariable(env, name)
    // An empty variable counts for aws and not for what is written in Go.
    if (variable !== null && (variable.value !== '' || program === 'aws')) return variable
  }
  return null
}

// meaning -------------------------------------------------------------------------------------------------------

const otherProgram: ExecMeaning = {
  program: 'other',
  gets: null,
  given: null,
  complete: false,
  unknown: notAws,
  understood: false,
  refusal: null,
  flaws: [],
  region: null,
  regionPinnedBy: 'none',
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

/** Reads the arguments and env of an exec entry as the program that it names would read them: aws by its version, or by any. */
export function execMeaning(exec: ExecCommand, version: string | null = null): ExecMeaning {
  const program = programOf(exec.command)
  return program === 'other' ? wrappedMeaning(exec, version) : ownMeaning(program, exec, version)
}

/** What an entry says by the command that it wraps; of a program that is not known its variables still name a profile. */
function wrappedMeaning(exec: ExecCommand, version: string | null): ExecMeaning {
  const found = throughWrappers(exec)
  if (!found.ok) {
    const place = placeOf('aws-iam-authenticator', noArguments, exec.env, 'profile')
    return {
      ...otherProgram,
      unknown: found.fault,
      profile: place?.kind === 'env' ? place.value : null,
      profilePinnedBy: place === null ? 'none' : 'env',
    }
  }
  const { program, command, through, gives } = found.value
  // Its own words are all known, so what aws makes of the others is what it makes of them.
  if (through.length === 1 && through[0] === 'ekscope')
    return { ...ownMeaning(program, command, version), program: 'ekscope' }
  const meaning = ownMeaning(program, command)
  const unknown = `${through.join(' and ')} ${through.length > 1 ? 'run' : 'runs'} it`
  const given = gives?.decides ?? null
  const wrapped = { ...meaning, program: 'other', given, complete: false, unknown } as const
  // An argument inside beats all credentials that the wrapper sets.
  if (gives?.decides !== 'credentials' || meaning.profilePinnedBy === 'arg') return wrapped
  const profile = gives.profile
  return { ...wrapped, profile, profilePinnedBy: profile === null ? 'none' : 'wrapper' }
}

/** Whether files and environment decide the identity: no wrapper does, or a profile among the arguments beats what it sets. */
export const readsFiles = ({ gets, given, profilePinnedBy }: ExecMeaning): boolean =>
  gets !== null && (given === null || (given !== 'everything' && profilePinnedBy === 'arg'))

const noArguments: Arguments = { flags: [], command: null, unknown: null, refusal: null }

function ownMeaning(program: AwsProgram, exec: ExecCommand, version: string | null = null): ExecMeaning {
  const args = readArguments[program](exec.args, version)
  const place = (setting: Setting) => placeOf(program, args, exec.env, setting)
  const text = (found: Place | null): string | null => {
    if (found === null) return null
    const value = found.kind === 'arg' ? found.flag.value : found.value
    return program === 'aws' ? value : value || null
  }
  const [regionPlace, profilePlace, rolePlace] = [place('region'), place('profile'), place('role')]
  const role = text(rolePlace)
  const clusterName = text(place('clusterName'))
  const clusterId = text(place('clusterId'))
  const output = text(place('output'))
  const refusal =
    args.unknown === null
      ? (args.refusal ??
        (clusterName !== null && clusterId !== null
          ? '--cluster-name and --cluster-id are both given'
          : null) ??
        (!clusterName && !clusterId ? 'no cluster is named' : null))
      : null
  const otherSource = program === 'aws' ? fromElsewhere(clusterName, clusterId, role) : null
  const unknown = args.unknown ?? refusal ?? besideToken(args.flags, output) ?? otherSource
  return {
    program,
    gets: program,
    given: null,
    complete: unknown === null,
    unknown,
    understood: (args.unknown ?? refusal ?? otherSource) === null && args.flags.every(isUnderstood),
    refusal,
    flaws: flawsOf(args.flags, args.unknown, exec.env),
    region: text(regionPlace),
    regionPinnedBy: regionPlace?.kind ?? 'none',
    profile: text(profilePlace),
    profilePinnedBy: profilePlace?.kind ?? 'none',
    role,
    roleFrom: rolePlace === null || role === null ? null : speltAs(rolePlace),
    clusterName,
    clusterId,
    output,
    externalId: text(place('externalId')),
    sessionName: text(place('sessionName')),
  }
}

const speltAs = (place: Place): string => (place.kind === 'arg' ? place.flag.spelt : place.name)

/** Flags that choose nothing but the cluster, the identity and the region of the token. */
const tokenFlags: ReadonlySet<string> = new Set([
  '--region',
  '--profile',
  '--output',
  '--role-arn',
  '--role',
  '--cluster-name',
  '--cluster-id',
  '--external-id',
  '--session-name',
  '--forward-session-name',
  '--cache',
])

/** Flags that change neither the identity nor the output: colours, time-outs, what comes with an error. */
const idleFlags: ReadonlySet<string> = new Set([
  '--debug',
  '--v2-debug',
  '--no-paginate',
  '--color',
  '--cli-read-timeout',
  '--cli-connect-timeout',
  '--cli-binary-format',
  '--no-cli-pager',
  '--no-cli-auto-prompt',
  '--cli-error-format',
])

/** What the authenticator has cached may be another's. */
const isUnderstood = ({ name }: Flag): boolean =>
  name !== '--cache' && (tokenFlags.has(name) || idleFlags.has(name))

/** What the arguments request besides a token that kubectl reads; null where that is all. */
function besideToken(flags: readonly Flag[], output: string | null): string | null {
  const beside = flags.filter(({ name }) => !tokenFlags.has(name))
  const first = beside.find((flag) => !isUnderstood(flag)) ?? beside[0]
  const last = flags.filter(({ name }) => name === '--output').at(-1)
  const odd = first ?? (output === 'json' ? undefined : last)
  if (odd === undefined) return null
  return flawOfFlag(odd)?.what ?? `${odd.name}${odd.name === '--output' ? ` ${odd.value}` : ''} is given`
}

/** aws reads a value from the file that it names; version 1 also fetches one from a web address. */
function fromElsewhere(...values: readonly (string | null)[]): string | null {
  for (const value of values) {
    if (value === null) continue
    if (/^fileb?:\/\//i.test(value)) return `a value is read from a file: ${value}`
    if (/^https?:\/\//i.test(value))
      return `a value is fetched from a web address by aws version 1: ${maskAddress(value)}`
  }
  return null
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

/** The EKS cluster as a list shows it; where nothing names one, which entry leads there. Empty where there is neither. */
export const clusterLabel = (name: string | null, entry: string | null): string =>
  name ?? (entry ? `entry ${entry}` : '')

/**
 * The EKS cluster that kubectl talks to: by the name of its entry if aws or eksctl wrote that, else by the exec arguments. The
 * region is by the arguments first, and last by the server's host name. What none of these says is null.
 */
export function meantCluster(
  meaning: Pick<ExecMeaning, 'gets' | 'region' | 'clusterName' | 'clusterId'> | null,
  clusterEntryName: string | null,
  server: string | null,
): MeantCluster {
  const entry = clusterOfEntry(clusterEntryName)
  // The authenticator's -i is the EKS name; the --cluster-id of aws is an Outposts id that the entry knows better.
  const signed =
    meaning?.clusterName || (meaning?.gets === 'aws-iam-authenticator' && meaning.clusterId) || null
  // The region is where the token is signed, and what an edit of it changes.
  const region = meaning?.region || entry?.region || regionOfServer(server)
  return {
    name: entry?.name ?? signed ?? (meaning?.clusterId || null),
    region,
    account: entry?.account ?? null,
    partition: entry?.partition ?? (region === null ? null : partitionOfRegion(region)),
    tokenFor: entry !== null && signed !== null && signed !== entry.name ? signed : null,
  }
}
