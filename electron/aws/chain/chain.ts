/**
 * The order in which aws looks for credentials, as a value: where the chain begins (keys, SSO, a program …) and which
 * roles are assumed one after the other on top. Pure. The order is botocore's (docs/identity.md), which differs from
 * the AWS SDK for JavaScript in the dangerous case, so nothing of that SDK is used here.
 */
import type { Problem } from '../../../shared/identity/identity'
import { type AssumeRoleArguments, assumeRoleKey } from '../files/caches'
import type { AwsFiles, Profile } from '../files/files'
import type { Variables } from '../files/profiles'
import { brokenProfile } from './problems'
import {
  container,
  environmentKeys,
  found,
  legacyKeys,
  metadata,
  metadataOff,
  profileProviders,
  stopped,
  value,
} from './sources'

/** What gives the first credentials of a chain. */
export type CredentialSource =
  | { readonly kind: 'keys'; readonly accessKeyId: string; readonly from: string }
  | {
      readonly kind: 'web-identity'
      readonly role: string
      readonly tokenFile: string
      /** Base name of its file in ~/.aws/cli/cache; null where aws keeps the result in memory only. */
      readonly cacheKey: string | null
    }
  | {
      readonly kind: 'sso'
      readonly profile: string
      readonly account: string
      readonly permissionSet: string
      readonly region: string
      readonly session: string | null
      readonly startUrl: string
      readonly tokenKey: string
      /** As in web-identity: an SSO profile that is another's source_profile is not cached on disk. */
      readonly cacheKey: string | null
    }
  | { readonly kind: 'login'; readonly profile: string; readonly session: string; readonly key: string }
  | {
      readonly kind: 'process'
      readonly profile: string
      readonly command: string
      readonly words: readonly string[]
      readonly file: string
      readonly line: number
    }
  | { readonly kind: 'container'; readonly variable: string }
  | { readonly kind: 'metadata' }
  /** credential_source = Environment, asked without an environment. */
  | { readonly kind: 'environment' }

/** One AssumeRole on top of what came before. */
export interface RoleStep {
  readonly arn: string
  /** The profile that asks for it; null for a role in the entry's own arguments. */
  readonly profile: string | null
  readonly mfaSerial: string | null
  readonly sessionName: string | null
  /** Base name of its file in ~/.aws/cli/cache; null for a role in arguments, which aws never caches. */
  readonly cacheKey: string | null
}

export interface Chain {
  readonly source: CredentialSource | null
  /** Nearest to the source first; the last one is who acts. */
  readonly roles: readonly RoleStep[]
  /** Why, outermost first. */
  readonly by: readonly string[]
  /** aws would stop here; source and roles are then what was found so far. */
  readonly problem: Problem | null
}

/** What the chain is asked under. */
export interface Asking {
  readonly files: AwsFiles
  /** exec.env over the environment; null asks the profile alone, as for the intended identity. */
  readonly variables: Variables | null
  /** Where a variable stands, in words: `AWS_PROFILE in exec env`. */
  readonly origin: (variable: string) => string
  /** --profile was given: aws then passes over keys and web identity of the environment. */
  readonly pinnedByArgument: boolean
  readonly now: number
}

/**
 * The whole chain of `profile` (null: none chosen, then `default` as far as it exists), before any role of the
 * entry's arguments. The profile must be known to exist.
 */
export function credentialChain(asking: Asking, profile: string | null): Chain {
  const { variables } = asking
  const name = profile || 'default'
  const said = asking.files.profiles.get(name)
  const own =
    (asking.pinnedByArgument ? null : environmentKeys(asking)) ?? rolesOfProfile(asking, name, [name])
  if (own !== null) return own
  const inside = profileProviders(asking, name, true)
  if (inside !== null) return inside
  if (variables === null) {
    return stopped(
      brokenProfile(
        `Profile ${name} says nothing that gives credentials.`,
        'Give it keys, a role, SSO settings or a credential_process.',
      ),
    )
  }
  return (
    legacyKeys(asking) ??
    container(asking) ??
    metadata(asking, said === undefined ? [] : [`profile ${name}: nothing`])
  )
}

/** A profile with web identity is none that assumes a role by source, even if the token file's name is empty. */
function assumesRole(profile: Profile | undefined): boolean {
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
function rolesOfProfile(asking: Asking, name: string, visited: readonly string[]): Chain | null {
  const profile = asking.files.profiles.get(name)
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
  if (source !== null && credentialSource !== null) {
    return broken(`Profile ${name} has both source_profile and credential_source.`, 'Remove one of the two.')
  }
  if (credentialSource !== null) return below(namedSource(asking, name, credentialSource))
  if (source === null) {
    return broken(
      `Profile ${name} has a role_arn but neither source_profile nor credential_source.`,
      'Add source_profile = the profile whose credentials may assume the role.',
    )
  }
  const sourceProfile = asking.files.profiles.get(source)
  if (sourceProfile === undefined) {
    return broken(
      `The source_profile ${JSON.stringify(source)} of profile ${name} does not exist.`,
      'Name an existing profile there.',
    )
  }
  if (visited.includes(source) && !(source === name && hasStaticKeys(sourceProfile))) {
    return broken(
      `The source_profile of profile ${name} leads in a circle: ${[...visited, source].join(' → ')}.`,
      'Let one of them name a profile with credentials of its own.',
    )
  }
  if (visited.length > longestChain) {
    return broken(
      `The source_profile of profile ${visited[0]} leads through more than ${longestChain} profiles, which Ekscope does not follow.`,
      'Let one of them name a profile with credentials of its own.',
    )
  }
  const named = (chain: Chain): Chain => ({ ...chain, by: [`source_profile ${source}`, ...chain.by] })
  if (!hasStaticKeys(sourceProfile)) {
    const further = rolesOfProfile(asking, source, [...visited, source])
    if (further !== null) return below(named(further))
  }
  const inside = profileProviders(asking, source, false)
  return below(
    named(
      inside ??
        stopped(
          brokenProfile(
            `The source_profile ${JSON.stringify(source)} of profile ${name} has no credentials.`,
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
    sessionName: call.sessionName || null,
    cacheKey: assumeRoleKey(call),
  }
}

function namedSource(asking: Asking, profile: string, name: string): Chain {
  const by = `credential_source ${name}`
  const nothing = () =>
    stopped(
      brokenProfile(
        `Profile ${profile} takes its credentials from ${name}, which gives none here.`,
        'Run where that source exists, or name a source_profile.',
      ),
      by,
    )
  const prefixed = (chain: Chain | null): Chain =>
    chain === null ? nothing() : { ...chain, by: [by, ...chain.by] }
  switch (name) {
    case 'Environment':
      return asking.variables === null
        ? found({ kind: 'environment' }, by)
        : prefixed(environmentKeys(asking))
    case 'EcsContainer':
      if (asking.variables === null) return found({ kind: 'container', variable: name }, by)
      return prefixed(container(asking))
    case 'Ec2InstanceMetadata':
      return metadataOff(asking) ? nothing() : found({ kind: 'metadata' }, by)
    default:
      return stopped(
        brokenProfile(
          `The credential_source ${JSON.stringify(name)} of profile ${profile} is none that aws knows.`,
          'Write Environment, EcsContainer or Ec2InstanceMetadata, in exactly these letters.',
        ),
        by,
      )
  }
}
