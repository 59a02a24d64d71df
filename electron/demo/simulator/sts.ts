/**
 * STS: GetCallerIdentity (signed POST, presigned GET), AssumeRole, AssumeRoleWithWebIdentity.
 * Signatures are checked, trust is looked up, and every refusal has AWS's own code and message.
 * Source: STS API reference (actions, errors); answers compared with what aws-cli 2.23 and the SDK parse.
 */
import { canonicalArn, parsePrincipal } from '../../../shared/identity/arn'
import {
  type Aws,
  type AwsError,
  authenticate,
  type Meant,
  mayDo,
  type Outcome,
  signedOutcome,
} from './authenticate'
import type { Answer } from './http'
import { type Fields, parametersOf, queryAnswers } from './query'
import { assumedRoleArn, type Caller, type TemporaryCredentials } from './signing-keys'
import type { ReceivedRequest } from './sigv4'
import type { IamRole } from './world'

function credentialFields(credentials: TemporaryCredentials): Fields {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt).toISOString().replace(/\.\d+/, ''),
  }
}

/** Whether a role's trust policy lets a caller in: its own ARN is named, or its whole account is. */
function trusts(role: IamRole, caller: Caller): boolean {
  return (role.trust ?? []).some(
    (each) =>
      each === caller.iamArn ||
      each === canonicalArn(caller.arn) ||
      each === `arn:${caller.partition}:iam::${caller.account}:root`,
  )
}

function isError(result: Fields | AwsError): result is AwsError {
  return typeof result.code === 'string'
}

const sessionNamePattern = /^[\w+=,.@-]{2,64}$/

const refused = (message: string): AwsError => ({ status: 403, code: 'AccessDenied', message })

const invalid = (message: string): AwsError => ({ status: 400, code: 'ValidationError', message })

function assumeRole(
  { world, keys, now }: Aws,
  caller: Caller,
  parameters: ReadonlyMap<string, string>,
): Fields | AwsError {
  const roleArn = parameters.get('RoleArn') ?? ''
  const sessionName = parameters.get('RoleSessionName') ?? ''
  const principal = parsePrincipal(roleArn)
  if (principal?.kind !== 'role') return invalid(`${roleArn} is invalid`)
  if (!sessionNamePattern.test(sessionName)) {
    return invalid(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
  }
  const role = world().roles.find((each) => each.arn === roleArn)
  const refusal = refused(
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  )
  if (!role || !trusts(role, caller) || !mayDo(caller, 'sts:AssumeRole')) return refusal
  if (principal.partition !== caller.partition) return refusal
  if (role.externalId !== undefined && parameters.get('ExternalId') !== role.externalId) return refusal
  if (role.mfaRequired === true) {
    const user = world().users.find((each) => each.arn === caller.iamArn)
    const serial = parameters.get('SerialNumber')
    if (!user?.mfa || serial === undefined) return refusal
    if (serial !== user.mfa.serial || parameters.get('TokenCode') !== user.mfa.code) {
      return refused('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
    }
  }
  const seconds = Number(parameters.get('DurationSeconds') ?? '3600')
  if (!(seconds >= 900 && seconds <= 3600)) {
    return invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  }
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.uniqueId}:${sessionName}`,
      Arn: assumedRoleArn(role, sessionName),
    },
    Credentials: credentialFields(keys.issueRole(role, sessionName, now() + seconds * 1000)),
  }
}

function assumeRoleWithWebIdentity(
  { world, keys, now }: Aws,
  parameters: ReadonlyMap<string, string>,
): Fields | AwsError {
  const text = (parameters.get('WebIdentityToken') ?? '').trim()
  const token = world().webIdentity.find((each) => each.token === text)
  if (!token) {
    return {
      status: 400,
      code: 'InvalidIdentityToken',
      message: "Couldn't retrieve verification key from your identity provider",
    }
  }
  if (token.expiresAt !== undefined && token.expiresAt <= now()) {
    return {
      status: 400,
      code: 'ExpiredTokenException',
      message: 'Token expired: current date/time must be before the expiration date/time',
    }
  }
  const roleArn = parameters.get('RoleArn') ?? ''
  const sessionName = parameters.get('RoleSessionName') ?? ''
  const role = world().roles.find((each) => each.arn === roleArn)
  const trusted = role?.webIdentity?.some(
    (each) => each.issuer === token.issuer && (each.subjects?.includes(token.subject) ?? true),
  )
  if (!role || trusted !== true) {
    return refused('Not authorized to perform sts:AssumeRoleWithWebIdentity')
  }
  if (!sessionNamePattern.test(sessionName)) return invalid(`Invalid session name ${sessionName}`)
  return {
    SubjectFromWebIdentityToken: token.subject,
    AssumedRoleUser: {
      AssumedRoleId: `${role.uniqueId}:${sessionName}`,
      Arn: assumedRoleArn(role, sessionName),
    },
    Credentials: credentialFields(keys.issueRole(role, sessionName, now() + 3_600_000)),
    Provider: token.issuer,
    Audience: token.audience,
  }
}

/** Who a presigned or signed GetCallerIdentity names; the cluster's authenticator asks this. */
export function callerOf(
  request: ReceivedRequest,
  { keys, now }: Aws,
): { readonly caller: Caller } | { readonly error: AwsError } {
  const who = authenticate(request, 'sts', keys, now())
  return who.ok ? { caller: who.caller } : { error: who.error }
}

/** What any request means to STS. */
export function stsMeant(request: ReceivedRequest, aws: Aws): Meant {
  const parameters = parametersOf(request)
  const operation = parameters.get('Action') ?? ''
  const version = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED'
  const { success, failure } = queryAnswers(request, 'https://sts.amazonaws.com/doc/2011-06-15/')
  const message = `Could not find operation ${operation} for version ${version}`
  const unknown: AwsError = { status: 400, code: 'InvalidAction', message }
  const done = (result: Fields | AwsError): Answer =>
    isError(result) ? failure(result) : success(operation, result)
  const operate = (caller: Caller): Fields | AwsError => {
    if (operation === 'AssumeRole') return assumeRole(aws, caller, parameters)
    const { userId: UserId, account: Account, arn: Arn } = caller
    return operation === 'GetCallerIdentity' ? { UserId, Account, Arn } : unknown
  }
  const outcome = (): Outcome => {
    if (version !== '2011-06-15') return { caller: null, answer: failure(unknown) }
    if (operation === 'AssumeRoleWithWebIdentity')
      return { caller: null, answer: done(assumeRoleWithWebIdentity(aws, parameters)) }
    return signedOutcome(request, 'sts', aws, failure, (caller) => done(operate(caller)))
  }
  return { service: 'sts', operation, outcome }
}
