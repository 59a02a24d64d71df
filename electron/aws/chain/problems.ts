/** The problems that files and environment alone predict: a sentence and a next step each, in one place. */
import type { AwsProgram } from '../../../shared/exec/program-arguments'
import { firstWithLogin } from '../../../shared/identity/aws-version'
import type { Problem, ProblemCode } from '../../../shared/identity/identity'
import { few } from '../../../shared/name-lists'
import { option } from '../../../shared/shell/offered-command'
import { named, quoted } from '../../../shared/visible'
import { offered } from '../../system/offer'
import type { AwsFileState } from '../files/aws-files'
import { sectionFor } from '../files/ini'
import type { RulesInUse } from '../installed/rules'
import { runSignIn } from '../installed/sign-in-command'

const problem = (code: ProblemCode, message: string, next: string): Problem => ({ code, message, next })

const signInOf = (profile: string) => (profile === 'default' ? null : { profile })

export const unreadableFile = (file: AwsFileState, by: AwsProgram): Problem =>
  problem(
    'unreadable-file',
    `${by} refuses ${file.path}${file.line === null ? '' : ` at line ${file.line}`}: ${file.problem ?? 'it is broken'}.`,
    `Correct that${file.line === null ? '' : ' line'}; until then every ${by} command fails.`,
  )

/** `from`: what names it, as a sentence calls it; null when the user has just chosen it. */
export const unknownProfile = (profile: string, from: string | null, by: AwsProgram = 'aws'): Problem =>
  problem(
    'unknown-profile',
    `The profile ${quoted(profile)}${from === null ? '' : ` that ${from} names`} is in neither AWS file; ${by} fails even where keys are exported.`,
    profile === '' && from !== null
      ? `Unset ${from} or give it a name; aws does not treat an empty one as absent.`
      : `Write ${sectionFor('profile', profile)} into the config file, or name another profile.`,
  )

export const brokenProfile = (message: string, next: string): Problem =>
  problem('broken-profile', message, next)

/** A setting or variable for which aws refuses every command, or prints what kubectl cannot read. */
export const refusedSetting = problem

export const refusedContainer = (from: string, by: AwsProgram = 'aws'): Problem =>
  problem(
    'command-failed',
    `${from} names no address that ${by} asks for the credentials of a container: only this machine, 169.254.170.2 and 169.254.170.23.`,
    'Unset it, or correct it.',
  )

export const missingServices = (section: string, profile: string | null, service: string): Problem =>
  brokenProfile(
    `The services section ${quoted(section)} of profile ${named(profile ?? 'default')} does not exist, is empty, or has a plain value for ${service}.`,
    `Write [services ${section}] with what it should say, or remove services from the profile.`,
  )

export const unreadableToken = (path: string): Problem =>
  brokenProfile(
    `The web identity token file ${named(path)} cannot be read, or is empty.`,
    'Run where that file exists, or name another profile.',
  )

/** `next`: what to do, where it is not to write the section as aws reads it. */
export const missingSession = (
  session: string,
  profile: string,
  next = `Write ${sectionFor('sso-session', session)} with sso_start_url and sso_region into the AWS config file.`,
): Problem =>
  brokenProfile(`The sso-session ${quoted(session)} of profile ${named(profile)} does not exist.`, next)

export const differsFromSession = (setting: string, profile: string, session: string): Problem =>
  brokenProfile(
    `${setting} differs between profile ${named(profile)} and sso-session ${named(session)}.`,
    `Remove ${setting} from the profile.`,
  )

/** `asks`: this aws has a command that asks for what is missing. */
export const lacksForSso = (profile: string, missing: readonly string[], asks: boolean): Problem =>
  brokenProfile(
    `Profile ${named(profile)} is set up for SSO but lacks ${missing.join(', ')}.`,
    asks ? 'Run aws configure sso, or add what is missing.' : 'Add what is missing.',
  )

/** aws2-wrap gives the credentials of IAM Identity Center, and of roles that these assume. */
export const lacksForAws2Wrap = (profile: string, missing: readonly string[]): Problem =>
  brokenProfile(
    `aws2-wrap knows only credentials of IAM Identity Center, and profile ${named(profile)} in the config file has no ${missing.join(', ')}.`,
    'Name a profile of IAM Identity Center, or run aws without aws2-wrap.',
  )

export const bothSet = (profile: string, one: string, other: string): Problem =>
  brokenProfile(`Profile ${named(profile)} has both ${one} and ${other}.`, 'Remove one of the two.')

export const emptySourceProfile = (profile: string, source: string, next: string): Problem =>
  brokenProfile(`The source_profile ${quoted(source)} of profile ${named(profile)} has no credentials.`, next)

/** `names`: the profiles of the chain, whose last one, `profile`, refers to `back` again. */
export const circularSource = (
  profile: string,
  names: readonly string[],
  back: string,
  next: string,
): Problem =>
  brokenProfile(
    `The source_profile of profile ${named(profile)} leads in a circle: ${[...few(names.map(named), mostNamed), named(back)].join(' → ')}.`,
    next,
  )

/** So many profiles of a chain are named one by one, in its reasons and in a message. */
export const mostNamed = 8

export const noCredentials = (profile: string): Problem =>
  brokenProfile(
    `Profile ${named(profile)} has no setting that gives credentials.`,
    'Give it keys, a role, SSO settings or a credential_process.',
  )

/** What a profile takes its credentials from (credential_source), where that has none. */
export const emptySource = (profile: string, source: string): Problem =>
  brokenProfile(
    `Profile ${named(profile)} takes its credentials from ${source}, which gives none here.`,
    'Run where that source exists, or name a source_profile.',
  )

export const missingSource = (profile: string, source: string): Problem =>
  brokenProfile(
    `The source_profile ${quoted(source)} of profile ${named(profile)} does not exist.`,
    `Name a profile that exists as the source_profile of ${named(profile)} in the AWS config file.`,
  )

export const endlessSource = (profile: string, most: number): Problem =>
  brokenProfile(
    `The source_profile of profile ${named(profile)} leads through more than ${most} profiles, which Ekscope does not follow.`,
    'Let one of them name a profile with credentials of its own.',
  )

export const partialKeys = (where: string, missing: string, by: AwsProgram = 'aws'): Problem =>
  problem(
    'partial-keys',
    `${where} has ${missing === 'aws_access_key_id' ? 'a secret access key' : 'an access key id'} without ${missing}; ${by} stops there.`,
    `Add ${missing}, or remove the ${missing === 'aws_access_key_id' ? 'secret' : 'key id'}.`,
  )

export const expiredKeys = (where: string): Problem =>
  problem('expired-keys', `The temporary keys in ${where} have expired.`, 'Put new ones there.')

export const noKeys = (metadata: boolean): Problem =>
  problem(
    'no-keys',
    `Neither files nor environment give credentials${metadata ? ', so only instance metadata could' : ''}.`,
    'Name a profile, or export keys.',
  )

/** aws has found no other credentials. */
export const loginPassedOver = (profile: string): Problem =>
  problem(
    'no-keys',
    `Profile ${named(profile)} signs in by aws login, which this aws does not know: it finds no credentials.`,
    `Use an aws of version ${firstWithLogin} or newer, or give the profile another sign-in.`,
  )

export const badRegion = (region: string, from: string): Problem =>
  problem(
    'no-region',
    region === ''
      ? `${from} gives an empty region, for which there is no STS endpoint.`
      : `${from} gives ${quoted(region)}, which is not the name of a region.`,
    'Write --region with a region into the entry.',
  )

/** The authenticator reads --region too late for the roles of profiles. */
export const missingGoRegion = (): Problem =>
  problem(
    'no-region',
    'Neither environment nor profile name a region, without which the AWS SDK for Go assumes no role of a profile; --region of aws-iam-authenticator comes too late for that.',
    'Write region into the profile, or AWS_REGION into the env of the entry.',
  )

/** `unread`: AWS_REGION names one, which this version does not read. */
export const missingRegion = (endpointFrom: string, unread: boolean): Problem =>
  problem(
    'no-region',
    `No region is named${unread ? ' where aws version 1 looks, which does not read AWS_REGION' : ''}, and with the endpoint of ${endpointFrom} aws insists on one.`,
    'Write --region with a region into the entry.',
  )

export const badRole = (role: string, from: string): Problem =>
  problem(
    'assume-role-denied',
    `${from} gives ${quoted(role)}, which is not the ARN of a role.`,
    'Write the ARN as arn:aws:iam::ACCOUNT:role/NAME.',
  )

export const refusedArguments = (program: string, why: string): Problem =>
  problem(
    'command-failed',
    `${program} refuses these arguments: ${why}.`,
    'Correct the arguments of the entry.',
  )

export const ssoLogin = (profile: string, session: string | null, rules: RulesInUse): Problem => ({
  ...problem(
    'sso-login',
    `There is no valid sign-in of ${session === null ? `profile ${named(profile)}` : `sso-session ${named(session)}`}, and nothing on disk can renew one.`,
    runSignIn('sso login', session === null ? signInOf(profile) : { session }, rules),
  ),
  signIn: session === null ? { kind: 'profile', name: profile } : { kind: 'session', name: session },
})

export const awsLogin = (profile: string, rules: RulesInUse): Problem =>
  problem(
    'aws-login',
    `There is no valid aws login of profile ${named(profile)}.`,
    runSignIn('login', signInOf(profile), rules),
  )

/** `kept`: aws stores credentials from a code on disk, which the authenticator does not. */
export const mfaCode = (profile: string, serial: string, kept: boolean): Problem => ({
  ...problem(
    'mfa-code',
    kept
      ? `Profile ${named(profile)} asks for a code of ${named(serial)}, and no unexpired credentials of it are cached.`
      : `Profile ${named(profile)} asks for a code of ${named(serial)}.`,
    kept
      ? `Run ${offered('aws', 'sts', 'get-caller-identity', ...(profile === 'default' ? [] : [option('--profile', profile)]))} in a terminal and type the code; aws keeps the result.`
      : 'Use the context in a terminal and type the code there; its command keeps no result.',
  ),
  ...(kept && profile !== '' ? { signIn: { kind: 'profile', name: profile } } : {}),
})
