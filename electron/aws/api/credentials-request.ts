/** What resolving a chain to keys depends on. */
import type { RunCommand } from '../../system/run-command'
import type { Chain, CredentialProcess } from '../chain/types'
import type { AwsFiles } from '../files/aws-files'
import type { Variables } from '../files/paths'
import type { RulesInUse } from '../installed/rules'
import { runSignIn } from '../installed/sign-in-command'
import type { Keys } from './access-keys'
import type { AskedAs } from './calls'
import type { AwsClients } from './clients'
import type { SharedCredentials } from './shared-credentials'

/** Where AWS is asked. */
export interface AskingOptions {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly home: string
  /** How a sentence calls it: `the login shell`. */
  readonly environment: string
  readonly now: () => number
  /** Those of the aws on PATH: advice names no command that it does not have. Ekscope itself looks by the newest. */
  readonly rules: RulesInUse
  readonly run: RunCommand
  /** Whether the user allowed this credential_process. */
  readonly mayRun: (process: CredentialProcess) => Promise<boolean>
}

export interface CredentialsRequest extends Omit<AskingOptions, 'environment' | 'now'> {
  readonly chain: Chain
  /** The profile that scopes endpoints; null: the identity that the environment gives. */
  readonly profile: string | null
  /** One more role on top, for discovery only. */
  readonly role: string | null
  readonly clients: AwsClients
  /** Region of STS calls. */
  readonly region: string
  /** The identity that asks, as a sentence calls it: `profile pay`. */
  readonly who: string
  readonly now: number
  /** Intermediate credentials, shared with other requests. */
  readonly shared: SharedCredentials
  readonly signal: AbortSignal
}

/** The identity of this request, for a call that these keys sign; null: for an unsigned call. */
export const askedAs = (
  request: CredentialsRequest,
  keys: Keys | null,
  region = request.region,
): AskedAs => ({
  clients: request.clients,
  signal: request.signal,
  profile: request.profile,
  region,
  keys,
  who: request.who,
  signIn: runSignIn('sso login', null, request.rules).replace(/\.$/, ''),
})
