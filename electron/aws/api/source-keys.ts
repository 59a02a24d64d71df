/** The first keys of a chain, by kind of source: written keys, SSO, web identity, a program, the machine itself. */

import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { ok, type Result, refuse } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { lookUp } from '../../system/look-path'
import type { CredentialProcess, CredentialSource, SourceKind } from '../chain/types'
import { cacheTime } from '../files/caches'
import { runSignIn } from '../installed/sign-in-command'
import { type Keys, keysFrom, keysOf, sessionNameFor } from './access-keys'
import { cachedKeys } from './cached-keys'
import { calledOnce } from './calls'
import { askedAs, type CredentialsRequest } from './credentials-request'
import { ssoAccessToken } from './sso-token'

const cannot = (why: string, next: string): Result<never> => refuse('aws', why, next)

type KeysOf<K extends SourceKind> = (
  source: CredentialSource<K>,
  request: CredentialsRequest,
) => Promise<Result<Keys>>

const noKeysFor = (request: CredentialsRequest) =>
  cannot(`There are no credentials for ${request.who}.`, 'Choose a profile, or sign in.')

const rows: { readonly [K in SourceKind]: KeysOf<K> } = {
  keys: async ({ accessKeyId, from }, request) => writtenKeys(accessKeyId, from, request),
  sso: ssoKeys,
  'web-identity': webIdentityKeys,
  process: processKeys,
  metadata: ({ kind }, request) => machineKeys(kind, request),
  container: ({ kind }, request) => machineKeys(kind, request),
  login: async ({ profile }) =>
    cannot(
      `Profile ${named(profile)} signs in with aws login, which Ekscope cannot use to find clusters yet.`,
      'Choose another profile here; the context itself may act as this one.',
    ),
  // A chain with an environment has that environment's keys instead.
  environment: async (_source, request) => noKeysFor(request),
}

/** Keys from the source of a chain. The user is asked nothing; a source that would need that is refused. */
export async function sourceKeys<K extends SourceKind>(
  source: CredentialSource<K> | null,
  request: CredentialsRequest,
): Promise<Result<Keys>> {
  return source === null ? noKeysFor(request) : rows[source.kind](source, request)
}

/** The secret that belongs to an access key id: of the environment, else of the profile that names it. */
function writtenKeys(accessKeyId: string, from: string, request: CredentialsRequest): Result<Keys> {
  const { variables, files } = request
  const own = variables.AWS_SECRET_ACCESS_KEY
  if (variables.AWS_ACCESS_KEY_ID === accessKeyId && own)
    return ok(keysOf(accessKeyId, own, variables.AWS_SESSION_TOKEN || null, null))
  for (const profile of files.profiles.values())
    for (const section of [profile.credentials, profile.config]) {
      const secret = section?.settings.aws_secret_access_key?.value
      if (section?.settings.aws_access_key_id?.value !== accessKeyId || !secret) continue
      return ok(keysOf(accessKeyId, secret, section.settings.aws_session_token?.value || null, null))
    }
  return cannot(
    `The access key ${accessKeyId} (${from}) has no secret.`,
    'Add the secret, or choose another profile.',
  )
}

async function ssoKeys(source: CredentialSource<'sso'>, request: CredentialsRequest): Promise<Result<Keys>> {
  const cached = await cachedKeys(source.cacheKey, request)
  if (cached !== null) return ok(cached)
  const accessToken = await request.shared.tokens([source.tokenKey], () => ssoAccessToken(source, request))
  if (!accessToken.ok) return accessToken
  const { GetRoleCredentialsCommand } = await import('@aws-sdk/client-sso')
  const command = new GetRoleCredentialsCommand({
    accessToken: accessToken.value,
    accountId: source.account,
    roleName: source.permissionSet,
  })
  const answer = await calledOnce(
    'sso',
    askedAs(request, null, source.region),
    'GetRoleCredentials',
    (client, options) => client.send(command, options),
  )
  if (!answer.ok) return answer
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = answer.value.roleCredentials ?? {}
  if (!accessKeyId || !secretAccessKey)
    return cannot(
      `SSO gave no credentials for ${request.who}.`,
      `Sign in again: ${runSignIn('sso login', null, request.rules)}`,
    )
  // The portal answers a number of milliseconds, not a date.
  return ok(keysOf(accessKeyId, secretAccessKey, sessionToken, expiration))
}

async function webIdentityKeys(
  source: CredentialSource<'web-identity'>,
  request: CredentialsRequest,
): Promise<Result<Keys>> {
  const cached = await cachedKeys(source.cacheKey, request)
  if (cached !== null) return ok(cached)
  const token = await readFile(source.tokenFile, 'utf8').catch(() => null)
  if (token === null)
    return cannot(
      `The web identity token file ${named(source.tokenFile)} cannot be read.`,
      'Check that path, or choose another profile.',
    )
  const { AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts')
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: source.role,
    RoleSessionName: sessionNameFor(source.session, request.now),
    WebIdentityToken: token.trim(),
  })
  const answer = await calledOnce(
    'sts',
    askedAs(request, null),
    'AssumeRoleWithWebIdentity',
    (client, options) => client.send(command, options),
  )
  return answer.ok ? keysFrom(answer.value.Credentials, `the role ${named(source.role)}`) : answer
}

const ProcessAnswer = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Version: v.literal(1),
    AccessKeyId: v.string(),
    SecretAccessKey: v.string(),
    SessionToken: v.nullish(v.string(), null),
    Expiration: v.nullish(v.string(), null),
  }),
)

async function processKeys(source: CredentialProcess, request: CredentialsRequest): Promise<Result<Keys>> {
  const what = `The credential_process of profile ${named(source.profile)}`
  const [program = '', ...args] = source.words
  if (!(await request.mayRun(source))) {
    return refuse(
      'not-allowed',
      `${what} (${source.file}:${source.line}) is a program that has not been allowed to run.`,
      'Check a context of that profile and allow the command there, or choose another profile.',
    )
  }
  const found = await lookUp(program, request.variables)
  if (found.kind !== 'found')
    return cannot(`${what} names ${named(program)}, which is not there.`, 'Check the path of the program.')
  const done = await request.run(
    { path: found.path, args, env: request.variables, timeoutMs: 60_000 },
    request.signal,
  )
  if (done.kind !== 'exited' || done.code !== 0)
    return cannot(`${what} failed.`, 'Run the program by hand to see why.')
  const answer = v.safeParse(ProcessAnswer, done.stdout)
  // What it printed may hold a secret, so it is not repeated.
  if (!answer.success)
    return cannot(`${what} printed no credentials of version 1.`, 'Run the program by hand to see why.')
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.output
  return ok(keysOf(AccessKeyId, SecretAccessKey, SessionToken, cacheTime(Expiration)))
}

/** Container and instance metadata: credentials of this machine itself, requested only when the chain ends there. */
async function machineKeys(
  kind: 'metadata' | 'container',
  request: CredentialsRequest,
): Promise<Result<Keys>> {
  const { fromContainerMetadata, fromInstanceMetadata } = await import('@aws-sdk/credential-providers')
  const options = { timeout: 1_000, maxRetries: 1 }
  try {
    const provide = kind === 'metadata' ? fromInstanceMetadata(options) : fromContainerMetadata(options)
    const keys = await provide()
    return ok(keysOf(keys.accessKeyId, keys.secretAccessKey, keys.sessionToken, keys.expiration))
  } catch {
    return cannot(
      `There are no credentials for ${request.who}: neither files, environment nor this machine’s metadata give any.`,
      'Choose a profile, or sign in.',
    )
  }
}
