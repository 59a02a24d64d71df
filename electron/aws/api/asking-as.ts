/** How whoever looks comes to credentials: its chain, the profile that scopes endpoints for it, and what sentences call it. */
import type { AskedBy } from '../../../shared/identity/asked-by'
import { eksEndpointOf } from '../../../shared/identity/eks-endpoint'
import { keysInSentence, type Looker, lookerInSentence } from '../../../shared/identity/sweep'
import { type Fault, fail, ok, type Result } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import type { RunCommand } from '../../system/run-command'
import { credentialChain } from '../chain/chain'
import { brokenProfile, unknownProfile } from '../chain/problems'
import { stopped } from '../chain/sources'
import type { Chain, CredentialProcess } from '../chain/types'
import type { AwsFiles } from '../files/files'
import { sectionFor } from '../files/ini'
import type { Variables } from '../files/paths'
import { chosenProfile, endpointFor } from '../files/settings'
import { newestRules, type RulesInUse } from '../installed/rules'
import type { Caller } from './caller'
import type { CredentialsRequest } from './credentials-request'
import { faultOf } from './refusals'
import { ssoSourceOf } from './sso-accounts'

/** Where somebody asks AWS. */
export interface AskingOptions {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly home: string
  /** How a sentence calls it: `the login shell`. */
  readonly environment: string
  readonly now: () => number
  /** Those of the aws on PATH, for advice; Ekscope itself looks by the newest. */
  readonly rules: RulesInUse
  readonly run: RunCommand
  readonly mayRun: (process: CredentialProcess) => Promise<boolean>
}

/** The profile that scopes endpoint, CA bundle and region; null where none is chosen. */
export function scopeOf({ variables }: AskingOptions, looker: Looker): string | null {
  if (looker.kind === 'sso') return looker.profile
  return looker.profile ?? chosenProfile(null, variables)?.value ?? null
}

export const originIn =
  ({ environment }: AskingOptions) =>
  (variable: string) =>
    `${variable} of ${environment}`

/** Where it asks EKS, as answers carry it. */
export const eksOf = (from: Pick<AskingOptions, 'files' | 'variables'>, profile: string | null) =>
  eksEndpointOf(endpointFor(from.files, profile, 'eks', from.variables).endpoint?.value ?? null)

/** The account, region and endpoint for which an answer of EKS is believed; `caller`: as STS answered. */
export const askedBy = (
  from: AskingOptions,
  looker: Looker,
  region: string,
  caller: Result<Caller>,
): AskedBy => ({
  account: caller.ok ? caller.value.account : null,
  region,
  endpoint: eksOf(from, scopeOf(from, looker)),
})

/** How it comes to credentials, before its own role. */
export function chainOf(from: AskingOptions, looker: Looker): Chain {
  const { files, variables, now } = from
  if (looker.kind === 'sso') {
    const source = ssoSourceOf(files, looker.session, looker)
    if (source !== null)
      return { source, roles: [], by: [`sso-session ${named(looker.session)}`], problem: null }
    return stopped(
      brokenProfile(
        `The sso-session ${quoted(looker.session)} does not exist, or lacks sso_start_url or sso_region.`,
        `Write ${sectionFor('sso-session', looker.session)} with both into the AWS config file.`,
      ),
    )
  }
  const pinnedByArgument = looker.profile !== null
  const input = { files, variables, origin: originIn(from), pinnedByArgument, rules: newestRules, now: now() }
  return credentialChain(input, scopeOf(from, looker))
}

/** As a sentence calls it: `profile pay`. */
export const nameOf = ({ environment }: AskingOptions, looker: Looker): string =>
  lookerInSentence(looker) ?? keysInSentence(looker, environment)

/** The profile that it names, or the environment for it, is in no file; null where it is. */
export function missingProfile(from: AskingOptions, looker: Looker): Fault | null {
  const profile = scopeOf(from, looker)
  if (looker.kind !== 'profile' || profile === null || from.files.profiles.has(profile)) return null
  return faultOf(unknownProfile(profile, looker.profile === null ? 'AWS_PROFILE' : null))
}

/** What its credentials are resolved from, for calls in one region. */
export function credentialsRequest(
  from: AskingOptions,
  looker: Looker,
  by: Pick<CredentialsRequest, 'clients' | 'shared' | 'region'>,
): Result<CredentialsRequest> {
  const { files, variables, home, run, mayRun, rules } = from
  const profile = scopeOf(from, looker)
  const missing = missingProfile(from, looker)
  if (missing !== null) return fail(missing)
  return ok({
    ...by,
    chain: chainOf(from, looker),
    profile,
    role: looker.kind === 'profile' ? looker.role : null,
    files,
    variables,
    home,
    run,
    mayRun,
    rules,
    who: nameOf(from, looker),
    now: from.now(),
  })
}
