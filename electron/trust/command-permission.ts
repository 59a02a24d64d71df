/**
 * Which commands may run without asking: a pure function of what is known about a command (docs/security.md, "Commands").
 * The user is asked about everything that is not certainly aws or the authenticator minting a token.
 */
import { capital } from '../../shared/capital'
import { throughWrappers } from '../../shared/exec/inside'
import { type ExecMeaning, execMeaning, type RawExec } from '../../shared/exec/parse'
import { isStsRegion } from '../../shared/identity/sts-hosts'
import { mask } from '../../shared/kubeconfig/entries'
import type {
  AskedFor,
  CommandQuestion,
  NamedValue,
  ProgramQuestion,
} from '../../shared/trust/command-question'
import { named, quoted, visible } from '../../shared/visible'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import type { Lookup, PathDoubt } from '../system/look-path'
import { hmac } from './hashes'

/** exec.env names that only choose an identity or a region; any other can make aws run a foreign program. */
const harmlessVariables: ReadonlySet<string> = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ROLE_SESSION_NAME',
  'DEFAULT_ROLE',
])

/** Whether a variable of exec.env chooses an identity or a region and nothing else: it names no file and no program. */
export const onlyChooses = (variable: string): boolean => harmlessVariables.has(variable)

/** An exec command with everything that its permission, and the user's decision about it, depend on. */
export interface CommandFacts {
  readonly exec: RawExec
  readonly meaning: ExecMeaning
  /** What the command resolves to with the chosen environment's PATH. */
  readonly lookup: Lookup
  /** What the bare name of the program (`aws`) resolves to with that PATH; the same as `lookup` for a bare name. */
  readonly bareLookup: Lookup
  /** The real path of the program that `lookup` found; null where there is none. */
  readonly realPath: string | null
  /** The kubeconfig file that the user entry is in. */
  readonly file: string
  /** The cluster entry that the command gets (provideClusterInfo); null where it gets none. */
  readonly cluster: RawCluster | null
  /** Of Ekscope, the aws that it starts for what it makes no token of, as an entry of its own; absent: it starts none. */
  readonly behind?: CommandFacts
}

export type CommandPermission =
  | { readonly kind: 'allowed'; readonly path: string }
  | {
      readonly kind: 'ask'
      readonly path: string
      /** What is shown with the question. */
      readonly why: string
      /** `path`: only the path to the program is in doubt, for every context that runs it; `command`: the command itself is. */
      readonly cause: 'command' | 'path'
    }
  /** There is no program to run, so there is nothing to ask. */
  | { readonly kind: 'cannot-run'; readonly lookup: Exclude<Lookup, { kind: 'found' }> }

type AskingPermission = Extract<CommandPermission, { kind: 'ask' }>

/** Of several doubts the first is reported: after its remedy the next one would be. */
const anyProgram = ({ reason, remedy }: PathDoubt): string =>
  `${capital(reason)}, so it could be any program. ${remedy}`

/** Whether this command may run without asking the user. */
export function commandPermission(facts: CommandFacts): CommandPermission {
  const { lookup } = facts
  if (lookup.kind !== 'found') return { kind: 'cannot-run', lookup }
  const { path } = lookup
  const why = reasonToAsk(facts)
  if (why !== null) return { kind: 'ask', path, why, cause: 'command' }
  // An absolute path may run only because PATH resolves to it: doubts about that search count for it, too.
  const [doubt] = doubtsOf(inDoubt(facts))
  return doubt === undefined
    ? { kind: 'allowed', path }
    : { kind: 'ask', path, why: anyProgram(doubt), cause: 'path' }
}

/** The program whose path is asked about: Ekscope's where that is in doubt, else that of the aws that it starts. */
const inDoubt = (facts: CommandFacts): CommandFacts =>
  facts.behind !== undefined && doubtsOf(facts).length === 0 ? facts.behind : facts

const getting = { aws: 'aws eks get-token', 'aws-iam-authenticator': 'aws-iam-authenticator token' } as const

function reasonToAsk(facts: CommandFacts): string | null {
  const { exec, meaning, bareLookup, behind } = facts
  if (meaning.program === 'other') {
    const why = 'The command is neither aws nor aws-iam-authenticator, so it could do anything.'
    return meaning.gets === null
      ? why
      : `${why} Its arguments say that it runs ${getting[meaning.gets]} in the end.`
  }
  if (exec.command !== meaning.program) {
    // A user who names the safe program by its path, as the question about PATH advises, is asked no further question.
    const sameAsPath =
      bareLookup.kind === 'found' && (bareLookup.path === exec.command || bareLookup.safe === exec.command)
    if (!sameAsPath) {
      return `The command is a path other than the ${meaning.program} that PATH gives, so it could be any program.`
    }
  }
  return doubtOf(exec, meaning) ?? (behind === undefined ? null : reasonToAsk(behind))
}

/** Longest text of the kubeconfig in a sentence of Ekscope's, characters. */
const mostQuoted = 80
/** A longer text would read as Ekscope's own and hide what is asked about; the question has it whole, among its lines. */
const detail = (text: string): string =>
  text.length > mostQuoted || visible(text) !== text ? '' : `: ${text}`

/** Why arguments or variables of this aws or authenticator could make it do more than get a token; null where they could not. */
function doubtOf(exec: Pick<RawExec, 'env'>, meaning: ExecMeaning): string | null {
  if (!meaning.complete) {
    return `The arguments do more than get a token${detail(meaning.unknown ?? 'not understood')}.`
  }
  if (meaning.region !== null && !isStsRegion(meaning.region)) {
    return 'The region is not a valid region name, and it becomes part of the host name that the request goes to.'
  }
  for (const { name, value } of exec.env) {
    if (!harmlessVariables.has(name)) {
      return `The entry sets ${name.length > mostQuoted || !/^[\w.-]+$/.test(name) ? 'a variable' : quoted(name)} for the command, which can change which program or file is used.`
    }
    if (/REGION$/.test(name) && value !== '' && !isStsRegion(value)) {
      return `${name} is not a valid region name, and it becomes part of the host name that the request goes to.`
    }
  }
  return null
}

/**
 * Whether this is nothing but the aws or aws-iam-authenticator of some PATH, getting a token. Whether it may run is judged again,
 * by the PATH that applies, before it does.
 */
export function onlyGetsToken(exec: RawExec): boolean {
  const meaning = execMeaning(exec)
  if (meaning.program === 'other' || exec.command !== meaning.program || doubtOf(exec, meaning) !== null)
    return false
  const found = meaning.program === 'ekscope' ? throughWrappers(exec) : null
  return found === null || (found.ok && found.value.called === 'aws')
}

/** A credential_process of the user's AWS config that running a chain would start. */
export interface ProcessFacts {
  readonly command: string
  /** The real path of its program, in the environment that it would be started in; null: not found. */
  readonly realPath: string | null
  readonly file: string
  readonly line: number
  readonly profile: string
}

/**
 * Binds the user's decision to exactly this command: program and arguments, its path and where links lead from there,
 * variables, file, and what it gets of the cluster. `path` is the program that would be run.
 */
export function commandFingerprint(
  key: string,
  of: Pick<CommandFacts, 'exec' | 'realPath' | 'file' | 'cluster'> & { readonly path: string },
): string {
  const { command, args, env, provideClusterInfo } = of.exec
  const pairs = (values: readonly NamedValue[]) => values.map(({ name, value }) => [name, value])
  const context = [of.file, provideClusterInfo, pairs(clusterInfo(of.cluster))]
  return hmac(key, ['exec', command, of.path, of.realPath, args, pairs(env), ...context])
}

/**
 * What binds the decision that this command needs. Where only the path to its program is in doubt, the decision covers every
 * command that gets a token with it: bound to the program, its place, and what is in doubt on the path there.
 */
export function decisionFingerprint(
  key: string,
  facts: CommandFacts,
  { cause, path }: AskingPermission,
): string {
  if (cause === 'command') return commandFingerprint(key, { ...facts, path })
  return hmac(key, programOnPath(inDoubt(facts)))
}

/** A program, its place, and what is in doubt on the path there; with that of the aws that it starts. */
function programOnPath(facts: CommandFacts): readonly unknown[] {
  const { meaning, lookup, realPath, behind } = facts
  const places = doubtsOf(facts).map(({ kind, place, makesUnsafe }) => [kind, place, makesUnsafe])
  const path = lookup.kind === 'found' ? lookup.path : null
  const more = behind === undefined ? [] : [programOnPath(behind)]
  return ['program', meaning.program, path, realPath, places, ...more]
}

/** What is in doubt on the path to the program. The bare name and the path found for it share one: the search through PATH. */
function doubtsOf({ bareLookup, lookup }: CommandFacts): readonly PathDoubt[] {
  const [bare, own] = [bareLookup, lookup].map((found) => (found.kind === 'found' ? found.doubts : []))
  return bare?.length ? bare : (own ?? [])
}

/** What KUBERNETES_EXEC_INFO says of a cluster entry, as written: a file that it names is not read for a question. */
function clusterInfo(cluster: RawCluster | null): readonly NamedValue[] {
  if (cluster === null) return []
  const values: readonly (readonly [name: string, value: string | null])[] = [
    ['server', cluster.server],
    ['tls-server-name', cluster.tlsServerName],
    ['insecure-skip-tls-verify', cluster.insecureSkipTlsVerify ? 'true' : null],
    ['certificate-authority', cluster.certificateAuthority],
    ['certificate-authority-data', cluster.certificateAuthorityData],
    ['proxy-url', cluster.proxyUrl],
    ['disable-compression', cluster.disableCompression ? 'true' : null],
    ['config', cluster.execConfig === undefined ? null : JSON.stringify(cluster.execConfig)],
  ]
  return values.flatMap(([name, value]) => (value ? [{ name, value }] : []))
}

/** Binds the user's decision to this command line of this AWS config file, for this profile, and to the program that it runs. */
export function processFingerprint(key: string, process: ProcessFacts): string {
  return hmac(key, ['credential-process', process.command, process.realPath, process.file, process.profile])
}

type CommandSubject = Omit<CommandQuestion, keyof AskedFor>
/** What is asked, without the contexts that it is for. */
export type PermissionSubject = CommandSubject | Omit<ProgramQuestion, keyof AskedFor>

/** The question about a command. Nothing of what would be executed is hidden in it. */
export function commandSubject(
  facts: CommandFacts,
  line: number | null,
  { path: resolved, why, cause }: AskingPermission,
): PermissionSubject {
  const { exec, realPath, cluster, file } = facts
  if (cause === 'path') {
    const of = inDoubt(facts)
    const { meaning, bareLookup, lookup } = of
    const safe = bareLookup.kind === 'found' ? bareLookup.safe : null
    const at = lookup.kind === 'found' ? lookup.path : resolved
    const { program } = meaning
    return { kind: 'program', program, resolved: at, realPath: of.realPath, doubts: doubtsOf(of), safe }
  }
  const hidden = keysOfPlainAws(facts)
  return {
    kind: 'exec',
    command: exec.command ?? '',
    resolved,
    realPath,
    args: exec.args,
    env: exec.env.map(({ name, value }) => ({ name, value: hidden.has(name) ? mask : value })),
    clusterInfo: clusterInfo(cluster),
    file,
    line,
    why,
  }
}

const awsSecrets: ReadonlySet<string> = new Set(['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])

/**
 * The variables whose values a question need not show: the keys of the aws that PATH resolves to, where it only gets a token and
 * no other variable changes that. Any other program could execute them.
 */
function keysOfPlainAws({ exec, meaning, bareLookup }: CommandFacts): ReadonlySet<string> {
  const isAws =
    (meaning.program === 'aws' || meaning.program === 'ekscope') &&
    (exec.command === meaning.program || (bareLookup.kind === 'found' && bareLookup.path === exec.command))
  const plain = exec.env.every(({ name }) => harmlessVariables.has(name))
  return isAws && meaning.complete && plain ? awsSecrets : new Set()
}

/** The question about a credential_process: its command line as it is written. */
export const processSubject = (
  { command, realPath, file, line, profile }: ProcessFacts,
  resolved: string | null,
): CommandSubject => ({
  kind: 'credential-process',
  command,
  resolved,
  realPath,
  args: [],
  env: [],
  clusterInfo: [],
  file,
  line,
  why: `Profile ${named(profile)} gets its credentials from a program of its own, which could do anything.`,
})
