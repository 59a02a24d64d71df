/**
 * The access token of an SSO session from aws's own cache, renewed in silence where aws would renew it. Signing in is
 * never started here. A renewed token is written back as aws does, because the old refresh token may be spent.
 */
import { randomBytes } from 'node:crypto'
import { rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { type FaultCode, fail, fault, ok, type Result } from '../../../shared/result'
import { ssoLogin } from '../chain/problems'
import type { CredentialSource } from '../chain/types'
import { cacheTime } from '../files/caches'
import { readJson } from './cached-keys'
import { type CredentialsRequest, callOf } from './credentials-request'
import { refusal, refused } from './refusals'

const TokenFile = v.looseObject({
  accessToken: v.string(),
  expiresAt: v.string(),
  refreshToken: v.optional(v.string()),
  clientId: v.optional(v.string()),
  clientSecret: v.optional(v.string()),
})

type SsoSource = CredentialSource<'sso'>

const signInAgain = (source: SsoSource, { rules }: CredentialsRequest) =>
  fail(
    refused(
      'signed-out',
      fault(
        'aws',
        `The SSO session of profile ${source.profile} has ended.`,
        ssoLogin(source.profile, source.session, rules).next,
      ),
    ),
  )

/** Codes of failures that say nothing of the sign-in. */
const unanswered: ReadonlySet<FaultCode> = new Set(['unreachable', 'timeout', 'cancelled'])

/** The access token; renewed when it has ended and refresh token and client registration are there. */
export async function ssoAccessToken(
  source: SsoSource,
  request: CredentialsRequest,
  signal: AbortSignal,
): Promise<Result<string>> {
  const path = join(request.home, '.aws', 'sso', 'cache', `${source.tokenKey}.json`)
  const read = v.safeParse(TokenFile, await readJson(path))
  if (!read.success) return signInAgain(source, request)
  const token = read.output
  if ((cacheTime(token.expiresAt) ?? 0) > request.now) return ok(token.accessToken)
  const { refreshToken, clientId, clientSecret } = token
  if (source.session === null || !refreshToken || !clientId || !clientSecret)
    return signInAgain(source, request)
  const { CreateTokenCommand } = await import('@aws-sdk/client-sso-oidc')
  const client = await request.clients.ssoOidc({
    profile: request.profile,
    region: source.region,
    keys: null,
  })
  if (!client.ok) return client
  try {
    const answer = await client.value.send(
      new CreateTokenCommand({ clientId, clientSecret, grantType: 'refresh_token', refreshToken }),
      { abortSignal: signal },
    )
    if (!answer.accessToken || answer.expiresIn === undefined) return signInAgain(source, request)
    const expiresAt = new Date(request.now + answer.expiresIn * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
    await replace(path, {
      ...token,
      accessToken: answer.accessToken,
      expiresAt,
      ...(answer.refreshToken ? { refreshToken: answer.refreshToken } : {}),
    })
    return ok(answer.accessToken)
  } catch (error) {
    const why = refusal(error, callOf('CreateToken', request, source.region))
    if (unanswered.has(why.code)) return fail(why)
    // Whatever AWS answered, only a new sign-in helps. The error's text may quote a token, so it is not repeated.
    return signInAgain(source, request)
  }
}

async function replace(path: string, content: object): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(beside, JSON.stringify(content), { mode: 0o600, flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await unlink(beside).catch(() => undefined)
    throw error
  }
}
