/** The portal of IAM Identity Center, asked with the access token of a sign-in. */
import type { SSOClient } from '@aws-sdk/client-sso'
import { ok, type Result } from '../../../shared/result'
import type { AwsClients } from './clients'
import { called } from './pages'

interface Asked {
  /** The profile that scopes endpoint and CA bundle. */
  readonly profile: string | null
  readonly region: string
  /** Whose sign-in it is, as a sentence calls it. */
  readonly who: string
}

/** Whether the portal still takes the token: it may have ended there long before its time. A failure says nothing of that. */
export const acceptsToken = (
  clients: AwsClients,
  asked: Asked,
  accessToken: string,
  signal: AbortSignal,
): Promise<Result<boolean>> =>
  taken(clients, asked, 'ListAccounts', async (client) => {
    const { ListAccountsCommand } = await import('@aws-sdk/client-sso')
    await client.send(new ListAccountsCommand({ accessToken, maxResults: 1 }), { abortSignal: signal })
  })

/** Ends a sign-in at the portal, for every program that has its token; false where it had ended. */
export const endSignIn = (
  clients: AwsClients,
  asked: Asked,
  accessToken: string,
  signal: AbortSignal,
): Promise<Result<boolean>> =>
  taken(clients, asked, 'Logout', async (client) => {
    const { LogoutCommand } = await import('@aws-sdk/client-sso')
    await client.send(new LogoutCommand({ accessToken }), { abortSignal: signal })
  })

/** Whether the token that a call shows is taken. */
async function taken(
  clients: AwsClients,
  { profile, region, who }: Asked,
  action: string,
  call: (client: SSOClient) => Promise<void>,
): Promise<Result<boolean>> {
  const client = await clients.sso({ profile, region, keys: null })
  if (!client.ok) return client
  const answer = await called({ action, who, region }, () => call(client.value))
  if (answer.ok) return ok(true)
  return answer.fault.why === 'signed-out' ? ok(false) : answer
}
