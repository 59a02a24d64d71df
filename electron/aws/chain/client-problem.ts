/** What stops aws when it makes its STS client: settings beside the credentials, wrong even where keys win. Pure. */
import type { Problem } from '../../../shared/identity/identity'
import type { AwsFiles } from '../files/files'
import type { Variables } from '../files/paths'
import { endpointFor, regionFor } from '../files/settings'
import type { AwsRules } from '../installed/rules'
import { badRegion, brokenProfile, missingRegion, missingServices } from './problems'

/** A reason for which every client fails in this environment with this profile; null when there is none. */
export function clientProblem(input: {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly origin: (variable: string) => string
  readonly profile: string | null
  /** --region, also when empty; null when it is absent. */
  readonly region: string | null
  readonly rules: AwsRules
}): Problem | null {
  const { files, variables, origin, profile, rules } = input
  const { endpoint, missing } = endpointFor(files, profile, 'sts', variables)
  if (missing !== null) return missingServices(missing, profile, 'sts')
  const token = ssoSessionProblem(files, profile || 'default')
  if (token !== null) return token
  const named = regionFor(files, profile, variables, rules)
  const region = input.region === null ? named : { value: input.region, from: '--region in exec args' }
  // Without any region aws signs for the global endpoint, but beside a configured endpoint it insists on one.
  if (region === null) {
    const unread = variables.AWS_REGION !== undefined && !rules.regionVariables.includes('AWS_REGION')
    return endpoint === null ? null : missingRegion(endpoint.from, unread)
  }
  const from = region.from.startsWith('AWS_') ? origin(region.from) : region.from
  if (region.value === '') return endpoint === null ? badRegion('', from) : null
  // botocore's own test of a region's name.
  return /^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{0,63}(?<!-)$/.test(region.value)
    ? null
    : badRegion(region.value, from)
}

/**
 * botocore looks for an SSO bearer token with every client that it makes, also where nothing of SSO is used: a profile
 * whose sso-session is missing or incomplete fails even with exported keys.
 */
function ssoSessionProblem(files: AwsFiles, profile: string): Problem | null {
  const session = files.profiles.get(profile)?.settings.sso_session
  if (session === undefined) return null
  const settings = files.ssoSessions.get(session.value)?.settings
  const missing = ['sso_start_url', 'sso_region'].filter((name) => settings?.[name] === undefined)
  if (settings !== undefined && missing.length === 0) return null
  return brokenProfile(
    settings === undefined
      ? `The sso-session “${session.value}” of profile ${profile} does not exist; aws fails even where keys are exported.`
      : `The sso-session ${session.value} of profile ${profile} lacks ${missing.join(' and ')}; aws fails even where keys are exported.`,
    `Write [sso-session ${session.value}] with sso_start_url and sso_region into the AWS config file.`,
  )
}
