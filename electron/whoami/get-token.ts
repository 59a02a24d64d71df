/** The steps of a check that get a token: may the command run, run it, read its output. */

import { meantCluster, readsFiles } from '../../shared/exec/parse'
import { type Predicted, type Problem, problem, type StepKind } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { maskArguments } from '../../shared/kubeconfig/secrets'
import { assertNever } from '../../shared/result'
import { option } from '../../shared/shell/offered-command'
import { named } from '../../shared/visible'
import { entryVariables } from '../aws/chain/intended-identity'
import { commandNotFound } from '../identity/command-not-found'
import { runsWithCredentials } from '../identity/mfa-credentials'
import type { Subject } from '../identity/subjects'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { monotonicMs } from '../system/monotonic'
import { offered } from '../system/offer'
import {
  type CommandFacts,
  commandPermission,
  decisionFingerprint,
  processFingerprint,
} from '../trust/command-permission'
import { examineCommand } from '../trust/examine'
import { authorityOf } from './cluster-tls'
import type { EntryFacts } from './denied'
import type { CommandPlan } from './entry-plan'
import { type ExecCredential, execInfo } from './exec-credential'
import { execEnvironment } from './execute'
import { cancelled, type Observed, stepOf } from './observed'
import { keysFromOf } from './refused-keys'
import type { Surroundings } from './surroundings'
import { type DecodeOptions, decodeToken } from './token'

/**
 * The version of an aws whose installed files do not tell it: the program is asked where its command may run, once in a run.
 * Null where it is known already, may not be asked, or is not reported.
 */
export async function versionOf(
  { resolved, byVersion, program }: Subject,
  { exec, user, cluster }: CommandPlan,
  { trust, lookups, environment, work, onVersion }: Surroundings,
): Promise<Observed<'version' | 'cancelled'> | null> {
  if (byVersion === null || program === null || resolved.user === null) return null
  const facts = await examineCommand(exec, user.file, cluster.raw, lookups)
  const permission = commandPermission(facts)
  const asks = permission.kind === 'ask' && !trust.allows(decisionFingerprint(trust.key, facts, permission))
  if (permission.kind === 'cannot-run' || asks || permission.path !== program.path) return null
  const started = monotonicMs()
  const env = execEnvironment(environment.variables, exec, null)
  const said = await work.version(program.key, { path: program.path, args: ['--version'], env })
  if (said === 'cancelled') return cancelled
  if (said === null) return null
  onVersion(program.key, said)
  const step = stepOf('version', 'ok', `Runs aws ${said}`, program.path, Math.round(monotonicMs() - started))
  return { kind: 'version', subject: await byVersion(said), step }
}

/**
 * Whether the entry's command may run now: what stops it is a missing sign-in, a program that is not there, or a
 * permission that the user has not given. Runs nothing.
 */
export async function permissionToRun(
  subject: Pick<Subject, 'resolved' | 'predicted' | 'loginNeed' | 'processes'>,
  { exec, user, cluster }: CommandPlan,
  { trust, lookups, environment }: Pick<Surroundings, 'trust' | 'lookups' | 'environment'>,
): Promise<Observed<'permitted' | 'no-token'>> {
  const { resolved, predicted, loginNeed, processes } = subject
  if (loginNeed) return notRun('exec', 'The command was not run', loginNeed)
  const { name } = resolved.context
  const allow = offered('ekscope', 'whoami', option('--allow-exec', name), name)
  const facts = await examineCommand(exec, user.file, cluster.raw, lookups)
  const permission = commandPermission(facts)
  if (permission.kind === 'cannot-run') {
    const why = commandNotFound(exec, permission.lookup, environmentInSentence[environment.name])
    return notRun('exec', 'The command was not found', why)
  }
  const { path } = permission
  if (permission.kind === 'ask' && !trust.allows(decisionFingerprint(trust.key, facts, permission))) {
    const next =
      permission.cause === 'path'
        ? `Or allow it once for all contexts that run ${facts.meaning.program}: in the window, or by ${allow}.`
        : `Look at the command and allow it, or run ${allow}.`
    const why = `${named(exec.command ?? '')} was not run, because you have not allowed it yet. ${permission.why}`
    const found = problem('command-not-allowed', why, next)
    return notRun('allow', 'Not allowed yet', withForetold(predicted, found))
  }
  const process = processes.find((one) => !trust.allows(processFingerprint(trust.key, one)))
  if (process) {
    const why = `${named(exec.command ?? '')} was not run, because profile ${named(process.profile)} would start a program (credential_process, ${process.file}:${process.line}) that you have not allowed yet.`
    const found = problem('process-not-allowed', why, `Look at that program and allow it, or run ${allow}.`)
    return notRun('allow', 'A credential_process is not allowed yet', withForetold(predicted, found))
  }
  const title =
    permission.kind === 'allowed' ? 'The command may run without asking' : 'You have allowed the command'
  return { kind: 'permitted', facts, path, step: stepOf('allow', 'ok', title, path) }
}

/** Runs the command that was permitted, as kubectl would; equal commands of one run are run once. `onRun`: it begins. */
export async function runCommand(
  { exec, cluster }: CommandPlan,
  { facts, path }: Observed<'permitted'>,
  subject: Subject,
  { environment, work, limits, onBegun }: Pick<Surroundings, 'environment' | 'work' | 'limits' | 'onBegun'>,
  onRun: () => void = () => undefined,
): Promise<Observed<'credential' | 'no-token' | 'cancelled'>> {
  const { resolved, predicted, takesCredentials: takes, credentials } = subject
  const { configFile, rolesWithPath, rules, assumesFirst } = subject
  const authority = exec.provideClusterInfo ? await authorityOf(cluster.raw) : null
  if (authority && !authority.ok) return notRun('exec', 'The command was not run', authority.fault)
  const info = execInfo(exec, cluster.raw, authority?.value ?? null)
  const own = { exec, variables: environment.variables }
  const runs = takes && credentials ? runsWithCredentials(takes, credentials, environment.variables) : own
  const { profile } = facts.meaning
  const entryFacts: EntryFacts = {
    profile,
    instead: predicted.instead,
    keysFrom: keysFromOf(predicted),
    unpinned:
      readsFiles(facts.meaning) && profile === null && !entryVariables(exec).variables.AWS_ACCESS_KEY_ID,
    environment: environmentInSentence[environment.name],
    configFile,
    rolesWithPath,
    rules,
    assumesFirst,
    process: subject.processes[0] ?? null,
  }
  const outcome = await work.execute(
    { ...runs, path, info, facts: entryFacts, timeoutMs: limits.execMs },
    subject.ssoSession,
    () => {
      onBegun(resolved.id)
      onRun()
    },
  )
  const title = `Ran ${shortCommand(facts)}${credentials ? ` with what the code gave in place of profile ${named(credentials.profile)}` : ''}`
  const line = [path, ...maskArguments(runs.exec.args)].join(' ')
  switch (outcome.kind) {
    case 'credential': {
      const { credential, ms } = outcome
      return { kind: 'credential', credential, step: stepOf('exec', 'ok', title, line, ms) }
    }
    case 'failed': {
      const stderr = outcome.stderr.trim()
      const detail = stderr === '' ? line : `${line}\n${stderr}`
      const step = stepOf('exec', 'failed', title, detail, outcome.ms)
      return { kind: 'no-token', problem: withForetold(predicted, outcome.problem), step }
    }
    case 'cancelled':
      return cancelled
    default:
      return assertNever(outcome, 'outcome of a command')
  }
}

/**
 * The problem found, or the predicted one, which `list` shows too: that names a file and a line, which the program does not.
 * Where the result says only that the command failed or was not run, a certain prediction is the reason: allowing the command
 * would not change it.
 */
function withForetold({ problem: foretold, certain }: Predicted, found: Problem): Problem {
  const counts = foretold?.code === found.code || (certain && saysNoMore.has(found.code))
  return counts ? (foretold ?? found) : found
}

const saysNoMore: ReadonlySet<Problem['code']> = new Set([
  'command-failed',
  'bad-exec-credential',
  'command-not-allowed',
  'process-not-allowed',
])

/** Parses the command's output; whether AWS knows the token is the next step's question. */
export function readToken(
  credential: ExecCredential,
  options: Omit<DecodeOptions, 'expirationTimestamp'>,
): Observed<'aws-token' | 'other-token' | 'no-token'> {
  const { token: text, expirationTimestamp } = credential
  if (text === null) return otherToken('The command gives a client certificate, not an AWS token.')
  const decoded = decodeToken(text, { ...options, expirationTimestamp })
  switch (decoded.kind) {
    case 'token': {
      const { accessKeyId, host } = decoded.token.facts
      const step = stepOf('token', 'ok', `Token of access key ${accessKeyId}`, `for ${host}`)
      return { kind: 'aws-token', text, token: decoded.token, step }
    }
    case 'foreign':
      return otherToken('The token that the command gives is not one of AWS’s.')
    case 'bad': {
      const step = stepOf('token', 'failed', 'The token is not usable', decoded.problem.message)
      return { kind: 'no-token', problem: decoded.problem, step }
    }
    default:
      return assertNever(decoded, 'decoded token')
  }
}

function otherToken(message: string): Observed<'other-token'> {
  const next = 'Nothing to do if that is what you want; Ekscope proves AWS identities only.'
  const step = stepOf('token', 'ok', 'Not an AWS token', message)
  return { kind: 'other-token', problem: problem('foreign-token', message, next), step }
}

/**
 * The cluster's name or id that the command signed. A wrapper (`aws-vault exec … -- aws eks get-token …`) has it somewhere
 * among its arguments; else it is the name that the cluster entry means, else what the entry itself is called: eksctl's
 * `NAME.REGION.eksctl.io`, or a plain name. A wrong guess proves no identity: AWS then refuses the signature.
 */
export function signedCluster({ meaning, exec }: CommandFacts, cluster: RawCluster): string | null {
  const named = meaning.clusterName ?? meaning.clusterId
  if (named !== null) return named
  const found = /--cluster-(?:name|id)[=\s]+["']?([0-9A-Za-z][\w-]*)/.exec(exec.args.join(' '))
  return found?.[1] ?? meantCluster(meaning, cluster.name, cluster.server).name ?? plainName(cluster.name)
}

/** EKS cluster names: letters, digits, `-` and `_`, at most 100 (EKS API, CreateCluster). */
function plainName(entry: string | null): string | null {
  return /^([0-9A-Za-z][\w-]{0,99})(?:\.[a-z0-9-]+\.eksctl\.io)?$/.exec(entry ?? '')?.[1] ?? null
}

function notRun(
  kind: Extract<StepKind, 'allow' | 'exec'>,
  title: string,
  problem: Problem,
): Observed<'no-token'> {
  return { kind: 'no-token', problem, step: stepOf(kind, 'skipped', title, problem.message) }
}

function shortCommand({ meaning, exec }: CommandFacts): string {
  const { program } = meaning
  if (program === 'other') return exec.command?.split(/[\\/]/).at(-1) ?? ''
  return program === 'aws' ? 'aws eks get-token' : 'aws-iam-authenticator token'
}
