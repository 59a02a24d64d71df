/**
 * What aws stores of sign-ins, read whole and written to the byte as aws 2.36 writes it. So aws and its callers go on with what
 * Ekscope has obtained, and the other way round. Secrets: nothing of this crosses IPC.
 */
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../../shared/result'
import { ioFault } from '../../system/errno'
import { writeOwnFile } from '../../system/own-file'
import { type PythonValue, pythonJson, sorted } from './python-json'
import { readJson } from './read'

/** A file of ~/.aws/sso/cache that holds an access token, as aws names its fields. */
export type SsoTokenFile = v.InferOutput<typeof SsoTokenFile>
const SsoTokenFile = v.looseObject({
  startUrl: v.optional(v.string()),
  region: v.optional(v.string()),
  accessToken: v.string(),
  expiresAt: v.string(),
  clientId: v.optional(v.string()),
  clientSecret: v.optional(v.string()),
  registrationExpiresAt: v.optional(v.string()),
  refreshToken: v.optional(v.string()),
})

/** The registration of a client at the OIDC service, in a file next to the tokens. */
export type SsoRegistration = v.InferOutput<typeof SsoRegistration>
const SsoRegistration = v.object({
  clientId: v.string(),
  clientSecret: v.string(),
  expiresAt: v.string(),
  scopes: v.exactOptional(v.array(v.string())),
  grantTypes: v.exactOptional(v.array(v.string())),
})

export const ssoCacheFolder = (home: string): string => join(home, '.aws', 'sso', 'cache')
export const roleCacheFolder = (home: string): string => join(home, '.aws', 'cli', 'cache')

/** Where a token comes from, and so where it is stored and renewed. */
export interface SsoPlace {
  /** Null for a profile with a start URL of its own: aws renews no token of such a profile. */
  readonly session: string | null
  readonly startUrl: string
  readonly region: string
  /** Base name of the token's file. */
  readonly tokenKey: string
}

/**
 * The token that is stored for a place; null when there is none. The name of a session may be the start URL of another sign-in,
 * or its section may have been changed since: a token for another portal, or for none that it names, does not count.
 */
export async function readSsoToken(
  home: string,
  { tokenKey, startUrl, region }: Omit<SsoPlace, 'session'>,
): Promise<SsoTokenFile | null> {
  const read = v.safeParse(SsoTokenFile, await readJson(join(ssoCacheFolder(home), `${tokenKey}.json`)))
  if (!read.success) return null
  return read.output.startUrl === startUrl && read.output.region === region ? read.output : null
}

/** The registration under `key`; null when there is none. */
export async function readSsoRegistration(home: string, key: string): Promise<SsoRegistration | null> {
  const read = v.safeParse(SsoRegistration, await readJson(join(ssoCacheFolder(home), `${key}.json`)))
  return read.success ? read.output : null
}

/** What a file of a cache folder holds, in its order. */
export type CacheFile = Readonly<Record<string, PythonValue>>

/** Writes one file of a cache folder: 0600, whole or not at all, through a link where there is one, as aws does. */
export async function writeCacheFile(folder: string, key: string, value: CacheFile): Promise<Result<null>> {
  const path = join(folder, `${key}.json`)
  try {
    await writeOwnFile(await realpath(path).catch(() => path), pythonJson(value))
    return ok(null)
  } catch (error) {
    return fail(ioFault(path, error))
  }
}

/** Means no end at all, ms: four digits have no later year. */
export const noEnd = Date.UTC(9999, 11, 31, 23, 59, 59)

/** A time of ~/.aws/sso/cache: whole seconds, `…Z`. */
export const ssoTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const roleTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00')

/** Keys that end, as they are in a file of ~/.aws/cli/cache. */
interface EndingKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  /** Milliseconds. */
  readonly expiresAt: number | null
}

/** `end`: as the service writes a time. */
const credentialsOf = (keys: EndingKeys, end: (ms: number) => string, account: string | undefined) => ({
  AccessKeyId: keys.accessKeyId,
  SecretAccessKey: keys.secretAccessKey,
  SessionToken: keys.sessionToken ?? '',
  Expiration: end(keys.expiresAt ?? 0),
  ...(account === undefined ? {} : { AccountId: account }),
})

/** The answer to AssumeRole as aws keeps it, in its order. Of what the transport said only what aws could ask for is made up. */
export const roleFile = (of: {
  readonly keys: EndingKeys
  readonly arn: string | null
  readonly id: string | null
  readonly requestId: string | null
}): CacheFile => ({
  Credentials: credentialsOf(of.keys, roleTime, of.arn?.split(':')[4]),
  AssumedRoleUser: { AssumedRoleId: of.id ?? '', Arn: of.arn ?? '' },
  ResponseMetadata: { RequestId: of.requestId ?? '', HTTPStatusCode: 200, HTTPHeaders: {}, RetryAttempts: 0 },
})

/** The credentials of a permission set as aws keeps them. */
export const ssoRoleFile = (keys: EndingKeys, account: string): CacheFile => ({
  ProviderType: 'sso',
  Credentials: credentialsOf(keys, ssoTime, account),
})

/** Base name of the file of a client's registration: one for each session and the scopes that it asks for. */
export function ssoRegistrationKey(of: {
  readonly session: string | null
  readonly startUrl: string
  readonly region: string
  readonly scopes: readonly string[] | null
}): string {
  const { session, startUrl, region, scopes } = of
  const text = pythonJson(sorted({ tool: 'botocore', startUrl, region, scopes, session_name: session }))
  return createHash('sha1').update(text, 'utf8').digest('hex')
}
