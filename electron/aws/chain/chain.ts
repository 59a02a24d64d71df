/**
 * The order in which aws looks for credentials, as a value: where the chain begins (keys, SSO, a program …) and which
 * roles are assumed one after the other on top. Pure. The order is botocore's (docs/identity.md), which differs from
 * the AWS SDK for JavaScript in the dangerous case, so nothing of that SDK is used here.
 */
import { assertNever } from '../../../shared/result'
import { type AssumeRoleArguments, assumeRoleKey } from '../files/caches'
import type { Profile } from '../files/files'
import { brokenProfile, emptySource, endlessSource, loginPassedOver, missingSource } from './problems'
import { refusedRoleOf } from './settings-refused'
import {
  container,
  credentialSources,
  environmentKeys,
  found,
  legacyKeys,
  metadata,
  metadataOff,
  passesOverLogin,
  profileProviders,
  sessionNamed,
  stopped,
  value,
} from './sources'
import type { Chain, ChainInput, RoleStep } from './types'

/**
 * The whole chain of `profile` (null: none chosen, then `default` as far as it exists), before any role of the
 * entry's arguments. The profile must be known to exist.
 */
export function credentialChain(input: ChainInput, profile: string | null): Chain {
  const { variables } = input
  const name = profile || 'default'
  const own = (input.pinnedByArgument ? null : environmentKeys(input)) ?? rolesOfProfile(input, name, [name])
  if (own !== null) return own
  const inside = profileProviders(input, name, true)
  if (inside !== null) return inside
  if (variables === null) {
    return stopped(
      brokenProfile(
        `Profile ${name} has no setting that gives credentials.`,
        'Give it keys, a role, SSO settings or a credential_process.',
      ),
    )
  }
  return legacyKeys(input) ?? container(input) ?? noneLeft(input, name)
}

/** Nothing but the machine itself is left; why that is so is said where this aws passes over how the profile signs in. */
function noneLeft(input: ChainInput, name: string): Chain {
  const profile = input.files.profiles.get(name)
  const chain = metadata(input, profile === undefined ? [] : [`profile ${name}: nothing`])
  return passesOverLogin(input.rules, profile) ? { ...chain, problem: loginPassedOver(name) } : chain
}

/** A profile with web identity is none that assumes a role by source, even if the token file's name is empty. */
export function assumesRole(profile: Profile | undefined): boolean {
  return profile?.settings.role_arn !== undefined && profile.settings.web_identity_token_file === undefined
}

function hasStaticKeys(profile: Profile): boolean {
  return (
    profile.settings.aws_access_key_id !== undefined || profile.settings.aws_secret_access_key !== undefined
  )
}

/** Profiles in a row by source_profile: aws itself fails after some three hundred, by Python's limit of recursion. */
export const longestChain = 100

/** role_arn with source_profile or credential_source; null when the profile has none. */
function rolesOfProfile(input: ChainInput, name: string, visited: readonly string[]): Chain | null {
  const profile = input.files.profiles.get(name)
  if (!profile || !assumesRole(profile)) return null
  const role = value(profile, 'role_arn') ?? ''
  const by = `role_arn of profile ${name}`
  const source = value(profile, 'source_profile')
  const credentialSource = value(profile, 'credential_source')
  const step = roleStep(profile, role)
  const below = (chain: Chain): Chain => ({
    source: chain.source,
    roles: [...chain.roles, step],
    by: [by, ...chain.by],
    problem: chain.problem,
  })
  const broken = (message: string, next: string) => below(stopped(brokenProfile(message, next)))
  const refused = refusedRoleOf(profile)
  if (refused !== null) return below(stopped(refused))
  if (source !== null && credentialSource !== null) {
    return broken(`Profile ${name} has both source_profile and credential_source.`, 'Remove one of the two.')
  }
  if (credentialSource !== null) return below(namedSource(input, name, credentialSource))
  if (source === null) {
    return broken(
      `Profile ${name} has a role_arn but neither source_profile nor credential_source.`,
      'Add source_profile = the profile whose credentials may assume the role.',
    )
  }
  const sourceProfile = input.files.profiles.get(source)
  if (sourceProfile === undefined) {
    return below(stopped(missingSource(name, source)))
  }
  if (visited.includes(source) && !(source === name && hasStaticKeys(sourceProfile))) {
    return broken(
      `The source_profile of profile ${name} leads in a circle: ${[...visited, source].join(' → ')}.`,
      'Let one of them name a profile with credentials of its own in the AWS config file.',
    )
  }
  if (visited.length > longestChain) {
    return below(stopped(endlessSource(visited[0] ?? name, longestChain)))
  }
  const named = (chain: Chain): Chain => ({ ...chain, by: [`source_profile ${source}`, ...chain.by] })
  if (!hasStaticKeys(sourceProfile)) {
    const further = rolesOfProfile(input, source, [...visited, source])
    if (further !== null) return below(named(further))
  }
  const inside = profileProviders(input, source, false)
  return below(
    named(
      inside ??
        stopped(
          brokenProfile(
            `The source_profile “${source}” of profile ${name} has no credentials.`,
            'Give it keys, SSO settings or a credential_process.',
          ),
        ),
    ),
  )
}

function roleStep(profile: Profile, arn: string): RoleStep {
  const seconds = value(profile, 'duration_seconds')
  const call: AssumeRoleArguments = {
    roleArn: arn,
    sessionName: value(profile, 'role_session_name'),
    externalId: value(profile, 'external_id'),
    mfaSerial: value(profile, 'mfa_serial'),
    // botocore passes over what is no whole number.
    durationSeconds:
      seconds !== null && /^[+-]?\d+(_\d+)*$/.test(seconds) ? Number(seconds.replaceAll('_', '')) : null,
  }
  return {
    arn,
    profile: profile.name,
    mfaSerial: call.mfaSerial,
    session: sessionNamed(call.sessionName),
    get cacheKey() {
      return assumeRoleKey(call)
    },
  }
}

/** A role's credential_source as written, in botocore's spelling. */
function namedSource(input: ChainInput, profile: string, written: string): Chain {
  const by = `credential_source ${written}`
  const orNothing = (chain: Chain | null): Chain =>
    chain === null ? stopped(emptySource(profile, written), by) : { ...chain, by: [by, ...chain.by] }
  const name = credentialSources.find((one) => one === written)
  switch (name) {
    case 'Environment':
      return orNothing(input.variables === null ? found({ kind: 'environment' }) : environmentKeys(input))
    case 'EcsContainer':
      return orNothing(
        input.variables === null ? found({ kind: 'container', variable: name }) : container(input),
      )
    case 'Ec2InstanceMetadata':
      return orNothing(metadataOff(input) ? null : found({ kind: 'metadata' }))
    case undefined:
      return stopped(
        brokenProfile(
          `The credential_source “${written}” of profile ${profile} is not one that aws knows.`,
          `Write ${credentialSources.slice(0, -1).join(', ')} or ${credentialSources.at(-1)}, in exactly these letters.`,
        ),
        by,
      )
    default:
      return assertNever(name, 'credential_source')
  }
}
