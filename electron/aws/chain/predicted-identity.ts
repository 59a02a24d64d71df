/**
 * The identity that files and one environment would give a context, by the order aws itself uses (docs/identity.md). Pure;
 * judged by the real `aws eks get-token` in predicted-identity.oracle.test.ts.
 */

import type { RawExec } from '../../../shared/exec/parse'
import { type ExecMeaning, execMeaning, execVariables } from '../../../shared/exec/parse'
import { knowsOptionsOf } from '../../../shared/exec/program-arguments'
import { isRoleArn } from '../../../shared/identity/arn'
import { isAtLeast, isVersion1 } from '../../../shared/identity/aws-version'
import type { Predicted, Problem } from '../../../shared/identity/identity'
import { named } from '../../../shared/visible'
import { type Environment, variableOf } from '../../system/environment'
import type { AwsFiles } from '../files/aws-files'
import type { Variables } from '../files/paths'
import { chosenProfile, scoped } from '../files/profile-settings'
import { newestRules, type RulesInUse } from '../installed/rules'
import { credentialChain } from './credential-chain'
import { loginUnknown, rowOf, sessionNamed } from './credential-sources'
import { goChain, goProfile, loginUnread } from './go-credential-chain'
import { principalByChain, roleOrigin } from './intended-identity'
import { noPrincipal } from './principal'
import { badRole, missingGoRegion, refusedArguments, unknownProfile, unreadableFile } from './problems'
import { clientProblem, goClientProblem } from './settings-refused'
import { loginNeed } from './sign-in-facts'
import type { Chain, ChainInput, RoleStep } from './types'
import { insideOf, wrapperPrediction } from './wrapped'

/** Everything that a prediction depends on. */
export interface PredictionInput {
  /** Null for a user without exec: no AWS identity is predicted for it. */
  readonly meaning: ExecMeaning | null
  readonly exec: RawExec | null
  /** Read with exec.env over the environment's variables, because these may name other files. */
  readonly files: AwsFiles
  readonly environment: Pick<Environment, 'name' | 'variables'> & Partial<Pick<Environment, 'origins'>>
  /** Those of the aws that the entry would run. */
  readonly rules: RulesInUse
  /** The version of the authenticator that it would run, as far as it is known. */
  readonly authenticator?: string | null
  /** Variables of `exec` that are among the arguments of its wrapper. */
  readonly placed?: ReadonlySet<string>
  /** Milliseconds since the epoch: cached credentials and sign-ins are judged against it. */
  readonly now: number
}

/** A chain with the profile that was chosen, and what is used in place of the one that the entry names. */
export type PredictedChain = Chain & Pick<Predicted, 'profile' | 'instead'>

/** An entry of `ekscope token` as that of aws with the same words: it gets the same token, or starts that aws. */
const asAws = (input: PredictionInput): PredictionInput =>
  input.meaning?.program === 'ekscope' ? { ...input, ...insideOf(input) } : input

/**
 * The whole chain that running the entry would follow, roles of its arguments included; `profile` is the one chosen. Its
 * problem is what aws would stop at whatever the caches hold; a missing sign-in is found by `loginNeed`.
 */
export function predictedChain(entry: PredictionInput): PredictedChain {
  const input = asAws(entry)
  const { meaning, exec, files, environment, now } = input
  const rules = meaning?.program === 'aws' ? input.rules.rules : newestRules
  const none = { source: null, roles: [], by: [], problem: null, profile: null, instead: null }
  if (meaning === null || exec === null) return none
  if (meaning.program === 'other') {
    const inner = insideOf(input)
    return inner === null
      ? { ...none, by: [`the program ${named(exec.command ?? '')} decides`] }
      : predictedChain({ ...input, ...inner })
  }
  const refused = refusedBy(input)
  if (refused !== null) return { ...none, problem: refused }
  const own = execVariables(exec)
  const variables = { ...environment.variables, ...own }
  const origin = (variable: string) =>
    Object.hasOwn(own, variable)
      ? `${variable} in exec ${input.placed?.has(variable) ? 'args' : 'env'}`
      : variableOf(environment, variable)

  const isAws = meaning.program === 'aws'
  const pinnedByArgument = meaning.profilePinnedBy === 'arg'
  const chosen = isAws
    ? chosenProfile(pinnedByArgument ? meaning.profile : null, variables, rules)
    : goProfile(variables)
  const profile = chosen?.value ?? null
  const from = chosen === null ? '' : pinnedByArgument ? '--profile in exec args' : origin(chosen.from)
  const chainInput: ChainInput = { files, variables, origin, pinnedByArgument, rules, now }
  const chain = isAws ? credentialChain(chainInput, profile) : goChain(chainInput, chosen)
  // A region of exec.env is among the variables, in their order.
  const region = meaning.regionPinnedBy === 'arg' ? meaning.region : null
  const problem =
    refusedFile(files) ??
    (isAws && profile !== null && !files.profiles.has(profile) ? unknownProfile(profile, from) : null) ??
    (isAws
      ? clientProblem({
          files,
          variables,
          origin,
          profile,
          profileOfVariables: chosenProfile(null, variables, rules)?.value ?? null,
          args: exec.args,
          region,
          rules: input.rules,
        })
      : (goClientProblem({ files, variables, origin, profile }) ??
        goRegion(input, chain, variables, profile)))

  const taken = takenFirst(chain, origin)
  // viper binds DEFAULT_ROLE to the authenticator's whole environment; an empty one counts as unset.
  const defaultRole = isAws || meaning.role !== null ? null : variables.DEFAULT_ROLE || null
  const role = meaning.role ?? defaultRole
  const by = [
    ...(meaning.role === null ? [] : [roleOrigin(meaning)]),
    ...(defaultRole === null ? [] : [origin('DEFAULT_ROLE')]),
    ...(profile === null || taken !== null ? [] : [`profile ${named(profile)} (${from})`]),
    ...chain.by,
    ...(profile === null || taken === null ? [] : [`instead of profile ${named(profile)} (${from})`]),
  ]
  const roles = role === null ? chain.roles : [...chain.roles, roleOfArguments(role, meaning, exec)]
  const names = meaning.profile !== null || Boolean(own.AWS_ACCESS_KEY_ID)
  const otherProfile = meaning.profile !== null && profile !== meaning.profile ? from : null
  const instead =
    defaultRole !== null ? origin('DEFAULT_ROLE') : meaning.profile === null ? null : (taken ?? otherProfile)
  return {
    source: chain.source,
    roles,
    by,
    problem: problem ?? chain.problem,
    profile,
    instead: names ? instead : null,
  }
}

/** The arguments as the aws reads them that would be run, where its version is known. */
function meaningFor({ meaning, exec, rules: { version } }: PredictionInput): ExecMeaning | null {
  return meaning?.program !== 'aws' || exec === null || version === null
    ? meaning
    : execMeaning(exec, version)
}

function refusedBy(input: PredictionInput): Problem | null {
  const meaning = meaningFor(input)
  if (!meaning?.refusal) return null
  const { program, refusal } = meaning
  const { version } = input.rules
  return refusedArguments(program === 'aws' && version !== null ? `aws ${version}` : program, refusal)
}

/** The SDK for Go assumes no role of a profile without a region, unless STS has an endpoint of its own. */
function goRegion(
  { files }: PredictionInput,
  { roles, source }: Chain,
  variables: Variables,
  profile: string | null,
): Problem | null {
  if (roles.length === 0 && source?.kind !== 'web-identity') return null
  const { region, services } = scoped(files, profile)
  const ownEndpoint = services && files.services.get(services.value)?.settings.sts?.nested.endpoint_url
  return variables.AWS_REGION ||
    variables.AWS_DEFAULT_REGION ||
    region?.value ||
    variables.AWS_ENDPOINT_URL_STS ||
    ownEndpoint
    ? null
    : missingGoRegion()
}

/** The variable that gives a chain its credentials before any profile is asked; null where a profile or a machine does. */
export function takenFirst(
  { by, roles, source }: Chain,
  origin: (variable: string) => string,
): string | null {
  const [first] = by
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY'].map(origin).find((from) => from === first)
  if (keys !== undefined) return keys
  if (source?.kind !== 'web-identity' || roles.length > 0) return null
  return ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'].map(origin).find((from) => by.includes(from)) ?? null
}

/** The predicted identity of a context. Where a sign-in is missing, it names the identity it would be, and the problem. */
export function predictIdentity(entry: PredictionInput): Predicted {
  const input = asAws(entry)
  const { meaning, files, now } = input
  const fromWrapper = wrapperPrediction(input)
  if (fromWrapper !== null) return fromWrapper
  const chain = predictedChain(input)
  // Where aws stops for good no principal is named; expired keys and instance metadata still say who it would be.
  const stops = chain.problem !== null && !['expired-keys', 'no-keys'].includes(chain.problem.code)
  const { source, roles } = chain
  const acting = stops ? noPrincipal : principalByChain(chain)
  const doubts = doubtsAbout(input, chain)
  const certain =
    meaning !== null &&
    meaning.program !== 'other' &&
    doubts.length === 0 &&
    (stops || source === null || rowOf(source).certain(acting, roles.length))
  const problem = chain.problem ?? badArn(chain, meaning) ?? loginNeed(chain, files, now, input.rules)
  return {
    ...acting,
    profile: chain.profile,
    instead: chain.instead,
    ...(chain.by.includes(loginUnknown) && {
      passedOver: `login_session, which aws ${input.rules.version ?? ''} does not know`,
    }),
    by: [...chain.by, ...doubts],
    certain,
    problem,
  }
}

/** Unknown facts that may decide which chain the program of an entry follows, in words. */
export function doubtsAbout(entry: PredictionInput, chain: PredictedChain): readonly string[] {
  const input = asAws(entry)
  const { meaning, files } = input
  return [
    ...(meaning?.program === 'aws' ? doubtsOf(input.rules, chain, files) : []),
    ...(meaning?.program === 'aws-iam-authenticator' ? doubtsOfAuthenticator(input, chain) : []),
    ...doubtsOfArguments(input),
  ]
}

/** The first aws-iam-authenticator built on the AWS SDK for Go v2, whose rules are known (its go.mod). */
const firstBySdk2 = '0.7.3'

/** Unknown facts about the authenticator that would run, which decide the identity. */
function doubtsOfAuthenticator(
  { authenticator, files, environment, exec }: PredictionInput,
  { by, profile }: PredictedChain,
): readonly string[] {
  const mode = { ...environment.variables, ...(exec && execVariables(exec)) }.AWS_ACCOUNT_ID_ENDPOINT_MODE
  const wantsAccount = (mode || scoped(files, profile).account_id_endpoint_mode?.value) === 'required'
  const old = authenticator && !isAtLeast(authenticator, firstBySdk2)
  return doubtsIn([
    old &&
      `aws-iam-authenticator ${authenticator} is older than ${firstBySdk2}, the first whose rules Ekscope knows`,
    wantsAccount && 'account_id_endpoint_mode wants an account that keys need not name',
    by.includes(loginUnread) && 'newer ones may read login_session',
  ])
}

/** Those that apply. */
const doubtsIn = (all: readonly (string | false | null | undefined)[]): readonly string[] =>
  all.flatMap((one) => one || [])

/** Unknown facts about the aws that would run, which decide the identity. */
function doubtsOf({ rules, doubt, version }: RulesInUse, { source }: Chain, { plugins, aliased }: AwsFiles) {
  // Version 2 loads them from one folder, and only where that is named.
  const loads =
    plugins !== null && (isVersion1(version) || plugins.settings.cli_legacy_plugin_path !== undefined)
  const crt = source?.kind === 'login' && rules.loginWantsCrt
  return doubtsIn([
    doubt,
    aliased !== null && `${aliased} gives aws eks another meaning`,
    loads && `the plugins of ${plugins.file}:${plugins.line}`,
    crt && 'aws version 1 reads a login session only where awscrt is installed',
  ])
}

/** Arguments that are not understood, and may decide the identity. */
function doubtsOfArguments(input: PredictionInput): readonly string[] {
  const { version } = input.rules
  const meaning = meaningFor(input)
  if (meaning === null || meaning.program === 'other' || meaning.understood) return []
  if (meaning.refusal === null) return [`of the arguments, ${meaning.unknown ?? '--cache is given'}`]
  return version === null || knowsOptionsOf(version)
    ? []
    : [`aws ${version} is newer than those whose options Ekscope knows`]
}

/** A role whose ARN is not a role's: STS refuses it for every caller. */
function badArn({ roles, source }: Chain, meaning: ExecMeaning | null): Problem | null {
  if (source?.kind === 'web-identity' && !isRoleArn(source.role)) {
    return badRole(source.role, 'The role of the web identity')
  }
  const bad = roles.find(({ arn }) => !isRoleArn(arn))
  if (bad === undefined) return null
  const written = bad.profile === null && meaning !== null
  return badRole(bad.arn, written ? roleOrigin(meaning) : `role_arn of profile ${named(bad.profile ?? '')}`)
}

/** Why aws fails at once because of its files: it reads both whatever the profile. */
export function refusedFile(files: AwsFiles): Problem | null {
  const refused = [files.config, files.credentials].find((file) => file.refused)
  return refused === undefined ? null : unreadableFile(refused, files.readBy)
}

/**
 * The session name: fixed in aws; the authenticator takes that of its arguments, else that of the identity that assumes the
 * role.
 */
function roleOfArguments(arn: string, { program, sessionName }: ExecMeaning, { args }: RawExec): RoleStep {
  const forwarded = args.some((word) => word.startsWith('--forward-session-name'))
  const session =
    program === 'aws'
      ? sessionNamed('EKSGetTokenAuth')
      : forwarded
        ? ({ kind: 'not-known' } as const)
        : sessionNamed(sessionName)
  return { arn, profile: null, mfaSerial: null, session, cacheKey: null }
}
