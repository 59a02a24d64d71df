/** AWS access keys as values. Their secrets stay in main's memory. */
import type { Credentials } from '@aws-sdk/client-sts'
import type { SessionName } from '../../../shared/identity/access-entries'
import { ok, type Result, refuse } from '../../../shared/result'

/** One set of keys; `expiresAt` in ms, null for long-lived ones. */
export type Keys = Readonly<ReturnType<typeof keysOf>>

/** What Ekscope calls a session: as files do, else by the time, in ms. */
export const sessionNameFor = (session: SessionName, now: number): string =>
  session.kind === 'named' ? session.name : `ekscope-${Math.floor(now / 1000)}`

/** Keys of these parts; `expires`: a date or ms, nothing for long-lived ones. */
export const keysOf = (
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | null | undefined,
  expires: Date | number | null | undefined,
) => ({
  accessKeyId,
  secretAccessKey,
  sessionToken: sessionToken ?? null,
  expiresAt: expires == null ? null : Number(expires),
})

/** STS's answer as keys; `what` they are for, as a sentence calls it. */
export function keysFrom(answer: Credentials | undefined, what: string): Result<Keys> {
  if (!answer?.AccessKeyId || !answer.SecretAccessKey)
    return refuse('aws', `AWS gave no credentials for ${what}.`, 'Check which endpoint answers for STS.')
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer
  return ok(keysOf(AccessKeyId, SecretAccessKey, SessionToken, Expiration))
}
