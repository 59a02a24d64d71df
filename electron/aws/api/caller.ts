/** Who keys are at AWS: GetCallerIdentity. */
import { canonicalArn } from '../../../shared/identity/arn'
import { fail, fault, ok, type Result } from '../../../shared/result'
import type { AwsClients, ClientRequest } from './clients'
import { called } from './pages'

/** What GetCallerIdentity answers. */
export interface Caller {
  readonly arn: string
  readonly canonicalArn: string
  readonly account: string
  readonly userId: string
}

/** Asks STS who signs with these keys; `who`: as a sentence calls them. */
export async function callerOf(
  clients: AwsClients,
  request: ClientRequest & { readonly who: string },
  signal: AbortSignal,
): Promise<Result<Caller>> {
  const { who, region } = request
  const client = await clients.sts(request)
  if (!client.ok) return client
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const answer = await called({ action: 'GetCallerIdentity', who, region }, () =>
    client.value.send(new GetCallerIdentityCommand({}), { abortSignal: signal }),
  )
  if (!answer.ok) return answer
  const { Arn, Account, UserId } = answer.value
  if (!Arn || !Account || !UserId)
    return fail(fault('aws', `STS did not say who ${who} is.`, 'Check which endpoint answers for STS.'))
  return ok({ arn: Arn, canonicalArn: canonicalArn(Arn), account: Account, userId: UserId })
}
