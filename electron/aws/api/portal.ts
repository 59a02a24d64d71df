/** The portal of IAM Identity Center, asked with the access token of a sign-in. */
import { fail, ok, type Result } from '../../../shared/result'
import type { AwsClients } from './clients'
import { refusal } from './refusals'

interface Asked {
  /** The profile that scopes endpoint and CA bundle. */
  readonly profile: string | null
  readonly region: string
  /** Whose sign-in it is, as a sentence calls it. */
  readonly who: string
}

const isNoMore = (error: unknown) => error instanceof Error && error.name === 'UnauthorizedException'

/** Whether the portal still takes the token: it may have ended there long before its time. A failure says nothing of that. */
export async function acceptsToken(
  clients: AwsClients,
  { profile, region, who }: Asked,
  accessToken: string,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  const client = await clients.sso({ profile, region, keys: null })
  if (!client.ok) return client
  const { ListAccountsCommand } = await import('@aws-sdk/client-sso')
  try {
    await client.value.send(new ListAccountsCommand({ accessToken, maxResults: 1 }), { abortSignal: signal })
    return ok(true)
  } catch (error) {
    return isNoMore(error) ? ok(false) : fail(refusal(error, { action: 'ListAccounts', who, region }))
  }
}

/** Ends a sign-in at the portal, for every program that has its token. True also where it had ended. */
export async function endSignIn(
  clients: AwsClients,
  { profile, region, who }: Asked,
  accessToken: string,
  signal: AbortSignal,
): Promise<Result<null>> {
  const client = await clients.sso({ profile, region, keys: null })
  if (!client.ok) return client
  const { LogoutCommand } = await import('@aws-sdk/client-sso')
  try {
    await client.value.send(new LogoutCommand({ accessToken }), { abortSignal: signal })
    return ok(null)
  } catch (error) {
    return isNoMore(error) ? ok(null) : fail(refusal(error, { action: 'Logout', who, region }))
  }
}
