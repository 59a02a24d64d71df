/** The steps of a check that run and ask: leave, command, token, STS, cluster. ask-cluster.ts has those that ask the cluster. */

import { meantCluster } from '../../shared/exec/parse'
import type { Problem } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'
import { maskArguments } from '../../shared/kubeconfig/secrets'
import type { RawCluster } from '../kubeconfig/read/entries'
import { systemRoots } from '../net/roots'
import { shellWord } from '../system/shell-word'
import { type CommandFacts, commandFingerprint, decideCommand, processFingerprint } from '../trust/commands'
import { examineCommand } from '../trust/examine'
import { see, seeWithForeign, seeWithOwn } from './ask-cluster'
import { authorityOf, readSmall } from './cluster-tls'
import type { EntryPlan } from './entry-plan'
import { type ExecCredential, execInfo } from './exec-credential'
import { type Course, noToken, type Ordered } from './record'
import { callerIdentity } from './sts'
import type { Subject, Surroundings } from './subject'
import { decodeToken } from './token'

type Runnable = Exclude<EntryPlan, { kind: 'refused' }>

/** Everything after the entry was understood. */
export async function proveAndSee(
  subject: Subject,
  plan: Runnable,
  surroundings: Surroundings,
  course: Course,
  signal: AbortSignal,
): Promise<Ordered> {
  if (plan.kind === 'own') return seeWithOwn(subject, plan, surroundings, course, signal)
  const got = await runCommand(subject, plan, surroundings, course)
  if (got === null) return 'done'
  if (got === 'cancelled') return 'cancelled'
  const { credential, facts } = got
  if (!credential.token?.startsWith('k8s-aws-v1.'))
    return seeWithForeign(subject, plan, credential, surroundings, course, signal)

  const decoded = decodeToken(credential.token, {
    cluster: signedCluster(facts, plan.cluster.raw),
    allowedEndpoint: subject.stsEndpoint,
    expirationTimestamp: credential.expirationTimestamp,
    now: surroundings.now(),
  })
  if (decoded.kind !== 'token') {
    // A token of the AWS kind by its prefix is never `foreign` to the decoder.
    if (decoded.kind === 'bad') noToken(course, decoded.problem, 'token', 'The token is not usable')
    return 'done'
  }
  const { token } = decoded
  course.token = token.facts
  course.command = { kind: 'aws-token', accessKeyId: token.facts.accessKeyId }
  course.tell('token', 'ok', `Token of access key ${token.facts.accessKeyId}`, `for ${token.facts.host}`, 0)

  const ca = await stsRoots(subject, surroundings)
  if (typeof ca !== 'string') {
    course.sts = { kind: 'failed', problem: ca }
    course.tell('sts', 'failed', 'AWS was not asked', ca.message, 0)
    return 'done'
  }
  const route = { variables: surroundings.environment.variables, ca }
  const sts = await surroundings.work.identity(credential.token, () =>
    callerIdentity(token, route, surroundings.ask, surroundings.now, signal),
  )
  if (sts.kind === 'cancelled') return 'cancelled'
  course.sts = sts
  if (sts.kind === 'proven') {
    course.tell('sts', 'ok', `STS says ${shortName(sts.proven.arn)}`, sts.proven.arn, sts.proven.ms)
  } else {
    course.tell('sts', 'failed', 'STS did not prove an identity', sts.problem.message, sts.ms)
    // A token that AWS refuses the cluster refuses too: it would ask AWS the same.
    if (sts.problem.code !== 'sts-unreachable' && sts.problem.code !== 'throttled') return 'done'
  }
  const bearer = { authorization: `Bearer ${credential.token}`, certificate: null }
  return see(subject, plan.cluster, bearer, surroundings, course, signal)
}

/**
 * The cluster's name or id that was signed. A wrapper (`aws-vault exec … -- aws eks get-token …`) has it somewhere among
 * its words; else it is the name that the cluster entry means, else what the entry itself is called: eksctl's
 * `NAME.REGION.eksctl.io`, or a plain name. A wrong guess proves nobody: AWS then refuses the signature.
 */
function signedCluster({ meaning, exec }: CommandFacts, cluster: RawCluster): string | null {
  const named = meaning.clusterName ?? meaning.clusterId
  if (named !== null) return named
  const words = /--cluster-(?:name|id)[=\s]+["']?([0-9A-Za-z][\w-]*)/.exec(exec.args.join(' '))
  return words?.[1] ?? meantCluster(meaning, cluster.name, cluster.server).name ?? plainName(cluster.name)
}

/** EKS cluster names: letters, digits, `-` and `_`, at most 100 (EKS API, CreateCluster). */
function plainName(entry: string | null): string | null {
  return /^([0-9A-Za-z][\w-]{0,99})(?:\.[a-z0-9-]+\.eksctl\.io)?$/.exec(entry ?? '')?.[1] ?? null
}

interface Got {
  readonly credential: ExecCredential
  readonly facts: CommandFacts
}

/** Sign-in, leave, run. Null when no credential came of it: the course then says why. */
async function runCommand(
  subject: Subject,
  plan: Extract<EntryPlan, { kind: 'exec' }>,
  { environment, trust, lookups, work, limits }: Surroundings,
  course: Course,
): Promise<Got | null | 'cancelled'> {
  const { exec } = plan
  if (subject.loginNeed) return noToken(course, subject.loginNeed, 'exec', 'The command was not run')
  const facts = await examineCommand(exec, plan.user.file, lookups)
  const decision = decideCommand(facts)
  if (decision.kind === 'cannot-run') {
    return noToken(course, notFound(facts), 'exec', 'The command was not found')
  }
  const allowed =
    decision.kind === 'allowed' ||
    trust.allows(commandFingerprint(trust.key, exec, decision.path, plan.user.file))
  if (!allowed) {
    return noToken(
      course,
      {
        code: 'command-not-allowed',
        message: `The command was not run, because you have not allowed it yet. ${decision.why}`,
        next: `Look at the command and allow it, or run \`ekscope whoami --allow-exec=${shellWord(subject.resolved.context.name)} -- ${shellWord(subject.resolved.context.name)}\`.`,
      },
      'allow',
      'Not allowed yet',
    )
  }
  const process = subject.processes.find((one) => !trust.allows(processFingerprint(trust.key, one)))
  if (process) {
    return noToken(
      course,
      {
        code: 'process-not-allowed',
        message: `The command was not run, because profile ${process.profile} would start a program (credential_process, ${process.file} line ${process.line}) that you have not allowed yet.`,
        next: 'Look at that program and allow it: in the window, at this context.',
      },
      'allow',
      'A credential_process is not allowed yet',
    )
  }
  course.tell(
    'allow',
    'ok',
    decision.kind === 'allowed' ? 'Runs without asking' : 'Allowed by you',
    decision.path,
    0,
  )

  const cluster = plan.cluster.raw
  const authority = exec.provideClusterInfo ? await authorityOf(cluster) : null
  if (authority && !authority.ok) return noToken(course, authority.problem, 'exec', 'The command was not run')
  const info = execInfo(exec, cluster, authority?.value ?? null)
  const { variables } = environment
  const { profile } = facts.meaning
  const execution = { exec, path: decision.path, variables, info, profile, timeoutMs: limits.execMs }
  const outcome = await work.execute(execution, subject.ssoSession)
  if (outcome.kind === 'cancelled') return 'cancelled'
  const line = [decision.path, ...maskArguments(exec.args)].join(' ')
  if (outcome.kind === 'failed') {
    course.command = { kind: 'no-token', problem: outcome.problem }
    const said = outcome.stderr.trim()
    course.tell(
      'exec',
      'failed',
      `Ran ${shortCommand(facts)}`,
      said === '' ? line : `${line}\n${said}`,
      outcome.ms,
    )
    return null
  }
  course.tell('exec', 'ok', `Ran ${shortCommand(facts)}`, line, outcome.ms)
  return { credential: outcome.credential, facts }
}

function shortCommand({ meaning, exec }: CommandFacts): string {
  if (meaning.program === 'aws') return 'aws eks get-token'
  return meaning.program === 'other'
    ? (exec.command?.split(/[\\/]/).at(-1) ?? '')
    : `${meaning.program} token`
}

function notFound({ exec, lookup }: CommandFacts): Problem {
  const command = exec.command ?? ''
  const install =
    command === 'aws'
      ? 'Install the AWS CLI v2, or put its folder on PATH of this environment.'
      : exec.installHint
  const next = install?.slice(0, 500) || 'Install it, or put its folder on PATH of this environment.'
  switch (lookup.kind) {
    case 'relative':
      return {
        code: 'command-not-found',
        message: `${command} is found only through a relative PATH folder (${lookup.path}), and kubectl refuses that.`,
        next: 'Write absolute folders into PATH.',
      }
    case 'not-executable':
      return { code: 'command-not-found', message: `${lookup.path} is no program that can be run.`, next }
    default:
      return { code: 'command-not-found', message: `${command} is not on PATH of this environment.`, next }
  }
}

/** What AWS's certificate is checked by. */
async function stsRoots({ caBundle }: Subject, { environment }: Surroundings): Promise<string | Problem> {
  if (caBundle === null) return systemRoots(environment.variables)
  const file = await readSmall(caBundle)
  if (file.ok) return file.text
  return {
    code: 'sts-unreachable',
    message: `The CA bundle ${caBundle} (AWS_CA_BUNDLE or ca_bundle) cannot be read: ${file.why}. So AWS cannot be asked.`,
    next: 'Put the file there, or correct the path.',
  }
}
