/**
 * Whose credentials `aws` would take: the order of docs/identity.md (environment keys beat AWS_PROFILE, --profile
 * beats environment keys, then --role-arn on top), each kind resolved by @aws-sdk/credential-providers. Written
 * for the demo alone and apart from the prediction, which must not be judged by its own code.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import {
  fromIni,
  fromProcess,
  fromSSO,
  fromTemporaryCredentials,
  fromTokenFile,
} from '@aws-sdk/credential-providers'
import * as v from 'valibot'
import type { ConfigFiles, Settings } from './config-files'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** A refusal with aws's own message and exit status. */
export class Refusal extends Error {
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

export interface Ask {
  /** Of --profile; null when there was none. */
  readonly profileArgument: string | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly files: ConfigFiles
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

type EnvNames = 'AWS_ENDPOINT_URL_STS' | 'AWS_ENDPOINT_URL_SSO' | 'AWS_ENDPOINT_URL_SSO_OIDC'
const serviceVariables: Readonly<Record<EnvNames, string>> = {
  AWS_ENDPOINT_URL_STS: 'sts',
  AWS_ENDPOINT_URL_SSO: 'sso',
  AWS_ENDPOINT_URL_SSO_OIDC: 'sso_oidc',
}

/** The name of the profile that counts: --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE, default. */
export function profileName(profileArgument: string | null, env: Ask['env']): string {
  return profileArgument ?? env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE ?? 'default'
}

/** A profile's settings, credentials file first; null when no file has it. */
export function settingsOf(files: ConfigFiles, name: string): Settings | null {
  const profile = files.profiles.get(name)
  return profile ? new Map([...profile.config, ...profile.credentials]) : null
}

/**
 * Endpoints as variables that every SDK client of this process reads: the environment's own, else the profile's
 * `services` section, else its endpoint_url.
 */
export function endpointVariables(
  files: ConfigFiles,
  profile: string,
  env: Ask['env'],
): Record<string, string> {
  const found: Record<string, string> = {}
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return found
  const settings = settingsOf(files, profile)
  const services = files.services.get(settings?.get('services') ?? '')
  for (const [variable, service] of Object.entries(serviceVariables)) {
    const url =
      env[variable] ??
      env.AWS_ENDPOINT_URL ??
      services?.get(`${service}.endpoint_url`) ??
      settings?.get('endpoint_url')
    if (url !== undefined) found[variable] = url
  }
  return found
}

const cachedSchema = v.object({
  Credentials: v.object({
    AccessKeyId: v.string(),
    SecretAccessKey: v.string(),
    SessionToken: v.string(),
    Expiration: v.string(),
  }),
})

/** SSO role credentials that aws left in ~/.aws/cli/cache and that are still good for 15 minutes. */
function cachedSsoCredentials(settings: Settings, ask: Ask): Credentials | null {
  const by = settings.has('sso_session')
    ? { sessionName: settings.get('sso_session') }
    : { startUrl: settings.get('sso_start_url') }
  const key = JSON.stringify({
    accountId: settings.get('sso_account_id'),
    roleName: settings.get('sso_role_name'),
    ...by,
  })
  const name = `${createHash('sha1').update(key).digest('hex')}.json`
  try {
    const value: unknown = JSON.parse(
      readFileSync(join(ask.files.home, '.aws', 'cli', 'cache', name), 'utf8'),
    )
    const { Credentials } = v.parse(cachedSchema, value)
    if (Date.parse(Credentials.Expiration) - 15 * 60_000 <= ask.now) return null
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    }
  } catch {
    return null
  }
}

function keysIn(settings: Settings): Credentials | null {
  const accessKeyId = settings.get('aws_access_key_id')
  const secretAccessKey = settings.get('aws_secret_access_key')
  if (accessKeyId === undefined) return null
  if (secretAccessKey === undefined) {
    throw new Refusal(
      'Partial credentials found in shared-credentials-file, missing: aws_secret_access_key',
      255,
    )
  }
  return { accessKeyId, secretAccessKey, sessionToken: settings.get('aws_session_token') }
}

async function profileCredentials(profile: string, ask: Ask): Promise<Credentials> {
  const settings = settingsOf(ask.files, profile) ?? new Map<string, string>()
  const own = ask.files.profiles.get(profile)
  const options = {
    profile,
    clientConfig: { region: ask.region },
    parentClientConfig: { region: ask.region },
  }
  if (settings.has('role_arn') && !settings.has('web_identity_token_file')) {
    if (settings.has('mfa_serial')) {
      throw new Refusal(
        `An MFA code for ${settings.get('mfa_serial')} is needed, and the demo's aws never asks.`,
        255,
      )
    }
    const [roleArn, source] = [settings.get('role_arn'), settings.get('source_profile')]
    // The SDK reads no profile whose name has a blank in it, which aws does.
    if (!/\s/.test(profile) || roleArn === undefined || source === undefined) return fromIni(options)()
    const { sessionToken, ...keys } = await profileCredentials(source, ask)
    return fromTemporaryCredentials({
      masterCredentials: sessionToken === undefined ? keys : { ...keys, sessionToken },
      params: { RoleArn: roleArn, RoleSessionName: settings.get('role_session_name') ?? 'demo' },
      clientConfig: { region: ask.region },
    })()
  }
  const { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: roleArn } = ask.env
  if (ask.profileArgument === null && tokenFile && roleArn) return fromTokenFile(options)()
  if (settings.has('web_identity_token_file')) return fromIni(options)()
  if (settings.has('sso_session') || settings.has('sso_start_url')) {
    return cachedSsoCredentials(settings, ask) ?? fromSSO(options)()
  }
  const inCredentialsFile = own ? keysIn(own.credentials) : null
  if (inCredentialsFile) return inCredentialsFile
  if (settings.has('credential_process')) return fromProcess(options)()
  const inConfigFile = own ? keysIn(own.config) : null
  if (inConfigFile) return inConfigFile
  throw new Refusal(
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    253,
  )
}

/** The credentials before any --role-arn. Throws a Refusal, or what the SDK throws. */
export async function resolveCredentials(ask: Ask): Promise<Credentials> {
  const { env, profileArgument, files } = ask
  const profile = profileName(profileArgument, env)
  const named =
    profileArgument !== null || env.AWS_PROFILE !== undefined || env.AWS_DEFAULT_PROFILE !== undefined
  if (named && !files.profiles.has(profile)) {
    throw new Refusal(`The config profile (${profile}) could not be found`, 255)
  }
  if (profileArgument === null && env.AWS_ACCESS_KEY_ID) {
    if (!env.AWS_SECRET_ACCESS_KEY) {
      throw new Refusal('Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY', 255)
    }
    return {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      sessionToken: env.AWS_SESSION_TOKEN || undefined,
    }
  }
  return profileCredentials(profile, ask)
}

/** One more AssumeRole on top, with the session name that aws uses for it. */
export async function assumeRole(
  credentials: Credentials,
  roleArn: string,
  region: string,
): Promise<Credentials> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const client = new STSClient({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  })
  const answer = await client.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'EKSGetTokenAuth' }),
  )
  const issued = answer.Credentials
  if (!issued?.AccessKeyId || !issued.SecretAccessKey) throw new Refusal('STS gave no credentials', 255)
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
  }
}
