/** The identity that asks AWS: how it gets credentials, the profile that scopes its endpoints, and its name in sentences. */
import type { AskedBy } from '../../../shared/identity/asked-by'
import { eksEndpointOf } from '../../../shared/identity/eks-endpoint'
import { keysInSentence, type Looker, lookerId, lookerInSentence } from '../../../shared/identity/sweep'
import { fail, type Result } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import { credentialChain } from '../chain/credential-chain'
import { stoppedBy } from '../chain/credential-sources'
import { unknownProfile } from '../chain/problems'
import type { Chain } from '../chain/types'
import { sectionFor } from '../files/ini'
import { chosenProfile, endpointFor, regionFor } from '../files/profile-settings'
import { newestRules } from '../installed/rules'
import type { Keys } from './access-keys'
import type { Caller } from './caller-identity'
import { createClients, type Limits } from './clients'
import { credentialsOf } from './credentials'
import type { AskingOptions, CredentialsRequest } from './credentials-request'
import { ssoSourceOf } from './portal'
import { faultOf } from './refusals'
import { shareCredentials } from './shared-credentials'

/** An identity that asks AWS, with its settings in files and environment. */
export type Asker = Readonly<ReturnType<typeof askerOf>>

export function askerOf(from: AskingOptions, looker: Looker) {
  const { files, variables, environment } = from
  const bySso = looker.kind === 'sso'
  const profile = looker.profile ?? (bySso ? null : (chosenProfile(null, variables)?.value ?? null))
  const unknown = !bySso && profile !== null && !files.profiles.has(profile)
  const region =
    regionFor(files, profile, variables) ??
    (bySso ? files.ssoSessions.get(looker.session)?.settings.sso_region : null)
  return {
    id: lookerId(looker),
    looker,
    /** As a sentence calls it: `profile pay`. */
    name: lookerInSentence(looker) ?? keysInSentence(looker, environment),
    /** The profile that scopes endpoint, CA bundle and region; null where none is chosen. */
    profile,
    /** The region that the environment or the profile names, or the sso-session; null when none does. */
    home: region?.value ?? null,
    /** The EKS that it asks, as answers carry it. What another one answers does not count there. */
    endpoint: eksEndpointOf(endpointFor(files, profile, 'eks', variables).endpoint?.value ?? null),
    /** How it gets credentials, before its own role. */
    chain: chainOf(from, looker, profile),
    /** One more role on top. */
    role: bySso ? null : looker.role,
    /** The profile that it names, or the environment for it, is in no file; null where it is. */
    missing: unknown
      ? faultOf(unknownProfile(profile, looker.profile === null ? 'AWS_PROFILE' : null))
      : null,
  }
}

function chainOf(from: AskingOptions, looker: Looker, profile: string | null): Chain {
  const { files, variables, now } = from
  if (looker.kind === 'sso') {
    const source = ssoSourceOf(files, looker.session, looker)
    if (source !== null)
      return { source, roles: [], by: [`sso-session ${named(looker.session)}`], problem: null }
    return stoppedBy(
      `The sso-session ${quoted(looker.session)} does not exist, or lacks sso_start_url or sso_region.`,
      `Write ${sectionFor('sso-session', looker.session)} with both into the AWS config file.`,
    )
  }
  const pinnedByArgument = looker.profile !== null
  const input = { files, variables, origin: originIn(from), pinnedByArgument, rules: newestRules, now: now() }
  return credentialChain(input, profile)
}

export const originIn =
  ({ environment }: AskingOptions) =>
  (variable: string) =>
    `${variable} of ${environment}`

/** The account, region and endpoint for which an answer of EKS is believed; `caller`: as STS answered. */
export const askedBy = ({ endpoint }: Asker, region: string, caller: Result<Caller>): AskedBy => ({
  account: caller.ok ? caller.value.account : null,
  region,
  endpoint,
})

export type Asking = ReturnType<typeof openAsking>

/** Asks AWS with many identities, which share intermediate credentials. Call `clients.close` when done. */
export function openAsking(from: AskingOptions, limits?: Limits) {
  const { files, variables, environment: _, now, ...rest } = from
  const clients = createClients({ files, variables, ...(limits && { limits }) })
  const shared = shareCredentials(now)
  const means = { ...rest, files, variables, clients, shared }
  /** What credentials of an asker are resolved from. Those of a partition are good in all of its regions. */
  const requestOf = (
    { chain, profile, name: who, role }: Pick<Asker, 'chain' | 'profile' | 'name' | 'role'>,
    region: string,
    signal: AbortSignal,
  ): CredentialsRequest => ({ ...means, region, signal, chain, profile, who, role, now: now() })
  return {
    clients,
    shared,
    requestOf,
    keysOf: async (asker: Asker, region: string, signal: AbortSignal): Promise<Result<Keys>> =>
      asker.missing === null ? credentialsOf(requestOf(asker, region, signal)) : fail(asker.missing),
  }
}
