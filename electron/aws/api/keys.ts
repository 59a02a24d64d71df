/** What resolving a chain takes and gives: shared by its steps. Secrets in these values stay in main's memory. */
import { fail, fault, ok, type Result } from '../../../shared/result'
import type { RunCommand } from '../../system/run-command'
import type { Chain, CredentialProcess } from '../chain/types'
import type { AwsFiles } from '../files/files'
import type { Variables } from '../files/profiles'
import type { AwsClients } from './clients'
import type { AwsCall } from './refusals'

/** One set of keys; `expiresAt` in ms, null for long-lived ones. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  readonly expiresAt: number | null
}

export interface CredentialsRequest {
  readonly chain: Chain
  /** The profile that scopes endpoints; null: whoever the environment gives. */
  readonly profile: string | null
  /** One more role on top, for looking only. */
  readonly role: string | null
  readonly files: AwsFiles
  readonly variables: Variables
  readonly clients: AwsClients
  readonly home: string
  /** Region of STS calls. */
  readonly region: string
  /** Who asks, in words, for sentences. */
  readonly who: string
  readonly now: number
  readonly run: RunCommand
  /** Whether the user allowed this credential_process. */
  readonly mayRun: (process: CredentialProcess) => boolean
}

/** What a call of this request is about, for sentences; its region unless another is asked. */
export const callOf = (action: string, request: CredentialsRequest, region = request.region): AwsCall => ({
  action,
  who: request.who,
  region,
})

/** Credentials as STS answers them. */
export interface SdkCredentials {
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
  readonly SessionToken?: string | undefined
  readonly Expiration?: Date | undefined
}

/** STS's answer as keys; `what` they are for, in words. */
export function keysFrom(answer: SdkCredentials | undefined, what: string): Result<Keys> {
  if (!answer?.AccessKeyId || !answer.SecretAccessKey)
    return fail(fault('aws', `AWS gave no credentials for ${what}.`, 'Check which endpoint answers for STS.'))
  return ok({
    accessKeyId: answer.AccessKeyId,
    secretAccessKey: answer.SecretAccessKey,
    sessionToken: answer.SessionToken ?? null,
    expiresAt: answer.Expiration?.getTime() ?? null,
  })
}
