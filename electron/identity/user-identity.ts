/**
 * The identity of a user entry in one environment: the one it means, the one the environment would give, and what runs. The same
 * for all contexts that differ in their cluster alone.
 */
import { isAbsolute } from 'node:path'
import { throughWrappers } from '../../shared/exec/inside'
import { type ExecMeaning, execMeaning, type RawExec } from '../../shared/exec/parse'
import { programOf } from '../../shared/exec/program-arguments'
import { type AuthKind, type Predicted, signsInByAws, type UsedProgram } from '../../shared/identity/identity'
import { rowOf } from '../aws/chain/credential-sources'
import { entryVariables, intendedIdentity, profileChain } from '../aws/chain/intended-identity'
import { predictedChain, predictIdentity } from '../aws/chain/predicted-identity'
import { noPrincipal } from '../aws/chain/principal'
import { signInFacts } from '../aws/chain/sign-in-facts'
import { type AwsFiles, nothingRead } from '../aws/files/aws-files'
import { byNewestRules, everyRules, type RulesInUse } from '../aws/installed/rules'
import type { Programs, ProgramsOf, WhichProgram } from '../aws/installed/which'
import { isMadeHere, planIn } from '../aws/token/plan'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { RawUser } from '../kubeconfig/read/raw-entries'
import { kubectlPolicy } from '../kubectl/policy'
import type { Environment } from '../system/environment'
import { onlyChooses } from '../trust/command-permission'
import type { AwsFilesOf } from './aws-files-once'
import { isForeign, type LooksForCommands } from './command-not-found'
import { unreadableEnvironment } from './environments'
import { actingState, profileStateOf } from './profile-state'

/**
 * How a context authenticates: user and password of the server's address before anything of the user entry (Go's net/http), and
 * a token, basic auth or a certificate before exec (client-go).
 */
function authOf(user: RawUser, meaning: ExecMeaning | null, byAddress: boolean): AuthKind {
  if (byAddress) return 'basic'
  // client-go ignores an empty value.
  if (user.token || user.tokenFile) return 'token'
  if (user.username) return 'basic'
  if (user.clientCertificate || user.clientCertificateData) return 'client-certificate'
  if (meaning !== null) return meaning.program === 'other' ? 'exec' : meaning.program
  return user.authProvider === null ? 'none' : 'auth-provider'
}

/** Whether an entry that authenticates so runs a command. */
export const runsCommand = (auth: AuthKind): boolean => signsInByAws(auth) || auth === 'exec'

/** What is read once for all entries. */
interface Asked {
  readonly environment: Environment
  readonly aws: AwsFilesOf
  readonly programs: ProgramsOf
  readonly notFound: LooksForCommands
  /** kubectl would find Ekscope’s command. */
  readonly ekscope: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The identity that acts, whatever the cluster: the same for every entry with the same command, flags and variables. */
export type Actor = Awaited<ReturnType<typeof actorOf>>

/** What depends on the user entry alone, in one environment. */
export type UserIdentity = Awaited<ReturnType<typeof identityOfUser>>

export async function identityOfUser(
  user: RawUser | null,
  asked: Asked,
  actors: Map<string, Actor>,
  context: ResolvedContext,
  byAddress: boolean,
) {
  const unread = namesUnread(context)
  const own = user?.exec ?? null
  const understood = own === null ? null : execMeaning(own)
  const auth: AuthKind = user === null ? 'none' : authOf(user, understood, byAddress)
  const runs = runsCommand(auth)
  const exec = runs ? own : null
  const meaning = runs ? understood : null
  const which = whichFor(context, exec)
  const key = `${auth} ${unread}${which ?? ''}${actorKey(exec, meaning)}`
  let actor = actors.get(key)
  if (!actor) {
    actor = unread ? unreadActor(exec, meaning) : await actorOf(exec, meaning, which, asked)
    actors.set(key, actor)
  }
  const { programs, environment } = asked
  const kubectlRefusal = await (await kubectlPolicy(programs, environment)).refusal(exec?.command ?? null)
  const { predicted } = actor
  return {
    ...actor,
    /** The same for all users that differ in their cluster alone, and authenticate in the same way. */
    actor,
    // kubectl stops before anything is run.
    predicted: kubectlRefusal?.certain ? { ...predicted, problem: kubectlRefusal.problem } : predicted,
    /** What kubectl refuses by its kuberc; null: nothing. */
    kubectlRefusal,
    /** Why kubectl would not find its command; null: it would, or none is looked for. */
    notFound: await asked.notFound(exec, context),
    aws: usedProgram(actor.program),
    auth,
    meaning,
    profile: meaning?.profile ?? null,
    profilePinnedBy: meaning?.profilePinnedBy ?? ('none' as const),
    role: meaning?.role ?? null,
  }
}

/** Everything of an exec entry that decides the identity: all of its meaning except the cluster. */
function actorKey(exec: RawExec | null, meaning: ExecMeaning | null): string {
  if (exec === null || meaning === null) return ''
  const { clusterName: _name, clusterId: _id, ...rest } = meaning
  const found = meaning.program === meaning.gets ? null : throughWrappers(exec)
  const wrapped = found?.ok ? found.value : null
  const { by, decides, profile, role, folder } = wrapped?.gives ?? {}
  const inner = wrapped && [
    wrapped.command.command,
    wrapped.command.env,
    [...wrapped.drops],
    by,
    decides,
    profile,
    role,
    folder,
  ]
  // Depending on its version an aws may refuse arguments that the meaning does not hold.
  const cluster = meaning.clusterName || meaning.clusterId || '/'
  const args =
    (meaning.program !== 'aws' && meaning.program !== 'ekscope') || meaning.complete
      ? null
      : exec.args.map((arg) => (arg.endsWith(cluster) ? arg.slice(0, -cluster.length) : arg))
  return JSON.stringify([exec.command, Object.values(rest), exec.env, inner, args])
}

async function actorOf(
  exec: RawExec | null,
  meaning: ExecMeaning | null,
  which: string | null,
  { aws, environment, programs, ekscope, now }: Asked,
) {
  const { variables } = entryVariables(exec)
  const files = await aws(environment, variables, meaning?.gets)
  const ofEntry = programs(environment, variables)
  const fromFiles = {
    intended: intendedIdentity(meaning, exec, files),
    profileState:
      exec === null || meaning === null ? profileStateOf(null, files) : actingState(exec, meaning, files),
    /** The session name of the last role that it intends; null where aws invents one, or there is none. */
    session: sessionOf(meaning, files),
    files,
    /** The aws or authenticator that the command runs; null where none was looked up, or found. */
    program: which === null ? null : await ofEntry.of(which),
  }
  const unreadable = unreadableEnvironment(environment)
  if (unreadable !== null) {
    const { message, next } = unreadable
    const problem = { code: 'unreadable-environment', message, next } as const
    const predicted: Predicted = { ...unknown(meaning, message), problem }
    return { ...fromFiles, ...notForetold, predicted }
  }
  const rules = await rulesFor(which, ofEntry)
  const authenticator = fromFiles.program?.version ?? null
  const question = { meaning, exec, files, environment, rules, authenticator, now }
  const chain = predictedChain(question)
  const { source } = chain
  const predicted = predictIdentity(question)
  return {
    ...fromFiles,
    predicted,
    chain,
    /** It starts aws for each token, and Ekscope would make the same. */
    isSlow:
      ekscope &&
      exec !== null &&
      meaning?.program === 'aws' &&
      mayBeSwitched(exec) &&
      madeByEkscope({ ...question, exec }),
    newerAws: rules.newer,
    /** Its profile signs in by `aws login`, which that aws does not know. */
    lacksLogin:
      !rules.rules.readsLogin &&
      predicted.instead === null &&
      // By the newest rules, which know it.
      profileChain(predicted.profile || 'default', files)?.source?.kind === 'login',
    /** A credential_process gives the credentials: it runs only after the user allowed it. */
    startsProcess: source !== null && rowOf(source).starts(source) !== null,
    /** The facts of the sign-in behind a result. */
    signIn: signInFacts(chain, files, now, rules),
  }
}

/** aws calls the session of a role in its arguments by one name; a profile may name that of its own role. */
function sessionOf(meaning: ExecMeaning | null, files: AwsFiles): string | null {
  if (meaning === null) return null
  if (meaning.role !== null) return meaning.sessionName ?? 'EKSGetTokenAuth'
  if (meaning.profile === null) return null
  const session = profileChain(meaning.profile, files)?.roles.at(-1)?.session
  return session?.kind === 'named' ? session.name : null
}

/** Whether `ekscope token` can stand before the words of this aws (setTokenBy of shared/exec/set-values.ts). */
const mayBeSwitched = ({ command, env }: RawExec): boolean =>
  (command === 'aws' || isAbsolute(command ?? '')) && env.every(({ name }) => name !== 'PATH')

/** Whether Ekscope would make the tokens of this aws itself, as long as its sign-in lasts. */
function madeByEkscope({ exec, files, environment, rules, now }: TokenQuestion): boolean {
  const variables = { ...environment.variables, ...entryVariables(exec).variables }
  const plan = planIn(files, {
    args: exec.args,
    variables,
    home: variables.HOME ?? '',
    rules: rules.version === null ? everyRules : [rules],
    now: () => now,
  })
  return plan.ok && isMadeHere(plan.value)
}

interface TokenQuestion extends Pick<Asked, 'environment' | 'now'> {
  readonly exec: RawExec
  readonly files: AwsFiles
  readonly rules: RulesInUse
}

/** Where the identity cannot be predicted. */
const notForetold = {
  isSlow: false,
  chain: null,
  newerAws: null,
  lacksLogin: false,
  startsProcess: false,
  signIn: [],
}

/** The identity cannot be predicted; `why` is shown in place of its origin. */
const unknown = (meaning: ExecMeaning | null, why: string): Predicted => ({
  ...noPrincipal,
  profile: meaning?.profile ?? null,
  by: [why],
  instead: null,
  certain: false,
  problem: null,
})

/**
 * Whether variables of an entry could select files that only a foreign kubeconfig names. Such files are not read: the
 * command needs the user's permission to run, and then aws reads them.
 */
export function namesUnread(context: ResolvedContext): boolean {
  const { userFile } = context
  const { variables } = entryVariables(context.rawUser?.exec ?? null)
  return isForeign(userFile) && !Object.keys(variables).every(onlyChooses)
}

/** The identity is unknown: what decides it was not read. */
function unreadActor(exec: RawExec | null, meaning: ExecMeaning | null): Actor {
  return {
    intended: intendedIdentity(meaning, exec, nothingRead),
    predicted: unknown(
      meaning,
      'variables of an opened file, which may name other AWS files: these are not read',
    ),
    ...notForetold,
    profileState: profileStateOf(null, nothingRead),
    session: null,
    files: nothingRead,
    program: null,
  }
}

/**
 * The command whose program is looked up for an entry: its own, or the one that it wraps. Null for programs other than aws and
 * the authenticator, and where the wrapper decides which runs. A path that a foreign file names is not looked at: the command
 * needs the user's permission to run.
 */
export function whichFor(
  { userFile }: Pick<ResolvedContext, 'userFile'>,
  exec: RawExec | null,
): string | null {
  const found = exec === null ? null : throughWrappers(exec)
  if (!found?.ok) return null
  const { called, program, gives, drops, places } = found.value
  if (gives?.decides === 'everything' || drops.has('PATH') || places.has('PATH')) return null
  if (called === program) return called
  return isForeign(userFile) || !isAbsolute(called) || programOf(called) !== program ? null : called
}

/** The rules of the aws that an entry would run. */
export async function rulesFor(which: string | null, programs: Programs): Promise<RulesInUse> {
  if (which === null) return { ...byNewestRules, doubt: 'which aws it runs is not looked at' }
  return programs.rules(programOf(which) === 'aws' ? which : 'aws')
}

/** As it is shown. */
export const usedProgram = (program: WhichProgram | null | undefined): UsedProgram | null =>
  program ? { path: program.path, version: program.version } : null

/** What a check depends on of the program that it ran, as far as reading the file shows it. */
export const readOf = ({ path, realPath, size, modified, read }: WhichProgram) => [
  path,
  realPath,
  size,
  modified,
  read,
]
