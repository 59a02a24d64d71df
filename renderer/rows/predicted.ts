/** What the inspector says beside a predicted identity, and in place of one. Pure. */
import type { Predicted } from '../../shared/identity/identity'
import { text } from '../text/page'
import { principalName } from './who'

/** Why a prediction is likely only, where no doubt of its own is among its sources. */
export function likelyBy({ by, certain, problem }: Predicted): readonly string[] {
  if (certain || problem !== null) return []
  const { sso, process } = text.inspector.likelyBy
  const begins = (start: string) => by.some((source) => source.startsWith(start))
  if (begins('sso of ')) return [sso]
  return begins('credential_process of ') ? [process] : []
}

/** What is said in place of a predicted identity: with a missing sign-in files still name one. */
export function noPrediction(predicted: Predicted | null): string {
  const { problem, arn, permissionSet } = predicted ?? { problem: null, arn: null, permissionSet: null }
  const then = permissionSet ?? (arn === null ? null : principalName(arn))
  const signIn =
    problem?.code === 'sso-login' || problem?.code === 'aws-login' || problem?.code === 'mfa-code'
  return signIn && then !== null ? text.inspector.afterSignIn(then) : text.inspector.nonePredicted
}
