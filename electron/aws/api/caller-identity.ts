/** The identity of keys at AWS: GetCallerIdentity. */
import { canonicalArn } from '../../../shared/identity/arn'
import { ok, type Result, refuse } from '../../../shared/result'
import { type AskedAs, calledOnce } from './calls'

/** What GetCallerIdentity answers. */
export interface Caller {
  readonly arn: string
  readonly canonicalArn: string
  readonly account: string
  readonly userId: string
}

/** Asks STS for the identity of these keys. */
export async function callerOf({ who, ...asked }: AskedAs): Promise<Result<Caller>> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const command = new GetCallerIdentityCommand({})
  const answer = await calledOnce('sts', { who, ...asked }, 'GetCallerIdentity', (sts, options) =>
    sts.send(command, options),
  )
  if (!answer.ok) return answer
  const { Arn, Account, UserId } = answer.value
  if (!Arn || !Account || !UserId)
    return refuse('aws', `STS did not say who ${who} is.`, 'Check which endpoint answers for STS.')
  return ok({ arn: Arn, canonicalArn: canonicalArn(Arn), account: Account, userId: UserId })
}
