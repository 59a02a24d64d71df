/**
 * A token for a cluster as `aws eks get-token` would give it, made here where the chain understands everything that is there.
 * The chain is that of the prediction, which never runs anything; here its keys are taken. What is in doubt, missing or
 * refused is said and left to aws itself: a token of another identity must never come from here.
 */
import { ok, type Result } from '../../../shared/result'
import type { Keys } from '../api/access-keys'
import { keysOfChain } from './chain-keys'
import { type AskedToken, planOf, type TokenPlan } from './plan'
import { presignedToken } from './signature'

/** What aws would print, and by what; or why it is left to aws. */
export async function nativeToken(
  asked: AskedToken,
): Promise<Result<{ readonly text: string; readonly by: readonly string[] }, string>> {
  const plan = await planOf(asked)
  if (!plan.ok) return plan
  const keys = await keysOfChain(plan.value)
  if (!keys.ok) return keys
  return ok({ text: printed(plan.value, keys.value), by: plan.value.chain.by })
}

/** As aws prints it: its formatter ends a line, and then get-token does. */
function printed({ apiVersion, cluster, sts, asked }: TokenPlan, keys: Keys): string {
  const now = asked.now()
  const token = presignedToken(keys, { ...sts, cluster, now })
  const expirationTimestamp = new Date(now + 14 * 60_000).toISOString().replace(/\.\d+/, '')
  const credential = { kind: 'ExecCredential', apiVersion, spec: {}, status: { expirationTimestamp, token } }
  return `${JSON.stringify(credential, null, 4)}\n\n`
}
