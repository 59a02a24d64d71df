/**
 * The order in which aws looks for credentials, as a value: where the chain begins (keys, SSO, a program …) and which
 * roles are assumed one after the other on top. Pure. The order is botocore's (docs/identity.md), which differs from
 * the AWS SDK for JavaScript in the dangerous case, so nothing of that SDK is used here.
 */

import type { Problem } from '../../../shared/identity/identity'
import { anyOf } from '../../../shared/name-lists'
import { once } from '../../../shared/once'
import { named, quoted } from '../../../shared/visible'
import type { Profile } from '../files/aws-files'
import { type AssumeRoleArguments, assumeRoleKey } from '../files/caches'
import {
  brokenChain,
  container,
  environmentKeys,
  legacyKeys,
  metadata,
  metadataOff,
  passesOverLogin,
  sessionNamed,
  sourceAlone,
  sourceInProfile,
  stoppedBy,
  value,
} from './credential-sources'
import * as problems from './problems'
import { refusedRoleOf } from './settings-refused'
import type { Chain, ChainInput, RoleStep } from './types'

/**
 * The whole chain of `profile` (null: none chosen, then `default` as far as it exists), before any role of the
 * entry's arguments. The profile must be known to exist.
 */
export function credentialChain(input: ChainInput, profile: string | null): Chain {
  const { variables } = input
  const name = profile || 'default'
  const own = (input.pinnedByArgument ? null : environmentKeys(input)) ?? rolesOfProfile(input, name)
  if (own !== null) return own
  const inside = sourceInProfile(input, name, true)
  if (inside !== null) return inside.chain
  if (variables === null) return brokenChain(problems.noCredentials(name))
  return legacyKeys(input) ?? container(input) ?? noneLeft(input, name)
}

/** Only the machine itself is left; with the reason where this aws passes over the profile's way to sign in. */
function noneLeft(input: ChainInput, name: string): Chain {
  const profile = input.files.profiles.get(name)
  const chain = metadata(input, profile === undefined ? [] : [`profile ${named(name)}: nothing`])
  return passesOverLogin(input.rules, profile) ? { ...chain, problem: problems.loginPassedOver(name) } : chain
}

/** A profile with web identity does not assume a role by source, even if the token file's name is empty. */
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
function rolesOfProfile(input: ChainInput, name: string): Chain | null {
  const first = input.files.profiles.get(name)
  if (first === undefined || !assumesRole(first)) return null
  // By the order of a Map, outermost first: each as it was met.
  const met = new Map<string, Profile>()
  const ended = ({ source, problem, ...end }: Chain): Chain => {
    const profiles = [...met.values()]
    const steps = profiles
      .slice(0, problems.mostNamed)
      .flatMap((profile, at) => [
        ...(at === 0 ? [] : [`source_profile ${named(profile.name)}`]),
        `role_arn of profile ${named(profile.name)}`,
      ])
    const left = profiles.length - problems.mostNamed
    const by = [...steps, ...(left > 0 ? [`${left} more`] : []), ...end.by]
    return { source, roles: [...end.roles, ...profiles.map(roleStep).reverse()], by, problem }
  }
  for (let profile = first; ; ) {
    met.set(profile.name, profile)
    const next = sourceOfRole(input, profile, met)
    if ('by' in next) return ended(next)
    profile = next
  }
}

/** Where a profile takes the credentials from with which it assumes its role: a chain, or another profile that assumes one. */
function sourceOfRole(
  input: ChainInput,
  profile: Profile,
  met: ReadonlyMap<string, Profile>,
): Chain | Profile {
  const { name } = profile
  const source = value(profile, 'source_profile')
  const credentialSource = value(profile, 'credential_source')
  const refused = refusedRoleOf(profile)
  if (refused !== null) return brokenChain(refused)
  if (source !== null && credentialSource !== null)
    return brokenChain(problems.bothSet(name, 'source_profile', 'credential_source'))
  if (credentialSource !== null) return namedSource(input, name, credentialSource)
  if (source === null)
    return stoppedBy(
      `Profile ${named(name)} has a role_arn but neither source_profile nor credential_source.`,
      'Add source_profile = the profile whose credentials may assume the role.',
    )
  const from = input.files.profiles.get(source)
  if (from === undefined) return brokenChain(problems.missingSource(name, source))
  const isStatic = hasStaticKeys(from)
  if (met.has(source) && !(source === name && isStatic)) return brokenChain(circle([...met.keys()], source))
  if (met.size > longestChain)
    return brokenChain(problems.endlessSource([...met.keys()][0] ?? name, longestChain))
  if (!isStatic && assumesRole(from)) return from
  const without = 'Give it keys, SSO settings or a credential_process.'
  const inside =
    sourceInProfile(input, source, false)?.chain ??
    brokenChain(problems.emptySourceProfile(name, source, without))
  return { ...inside, by: [`source_profile ${named(source)}`, ...inside.by] }
}

/** The same for a circle from any of its profiles: it begins with the one whose name sorts first. */
function circle(met: readonly string[], closing: string): Problem {
  const ring = met.slice(met.indexOf(closing))
  const [first = closing] = [...ring].sort()
  const from = ring.indexOf(first)
  const turned = [...ring.slice(from), ...ring.slice(0, from)]
  const next = 'Let one of them name a profile with credentials of its own in the AWS config file.'
  return problems.circularSource(turned.at(-1) ?? first, turned, first, next)
}

/** Once for each profile: a long chain contains the steps of all chains that begin in it. */
const roleSteps = new WeakMap<Profile, RoleStep>()

const roleStep = (profile: Profile): RoleStep => once(roleSteps, profile, () => newRoleStep(profile))

/** What aws asks for when it assumes the role of a profile. */
export function assumeArguments(profile: Profile): AssumeRoleArguments {
  const seconds = value(profile, 'duration_seconds')
  return {
    roleArn: value(profile, 'role_arn') ?? '',
    sessionName: value(profile, 'role_session_name'),
    externalId: value(profile, 'external_id'),
    mfaSerial: value(profile, 'mfa_serial'),
    // botocore passes over any value that is not a whole number.
    durationSeconds:
      seconds !== null && /^[+-]?\d+(_\d+)*$/.test(seconds) ? Number(seconds.replaceAll('_', '')) : null,
  }
}

function newRoleStep(profile: Profile): RoleStep {
  const call = assumeArguments(profile)
  return {
    arn: call.roleArn,
    profile: profile.name,
    mfaSerial: call.mfaSerial,
    session: sessionNamed(call.sessionName),
    get cacheKey() {
      return assumeRoleKey(call)
    },
  }
}

/** What `credential_source` of a role may name, in botocore's spelling. */
const credentialSources: Readonly<Record<string, (input: ChainInput) => Chain | null>> = {
  Environment: (input) =>
    input.variables === null ? sourceAlone({ kind: 'environment' }) : environmentKeys(input),
  EcsContainer: (input) =>
    input.variables === null
      ? sourceAlone({ kind: 'container', variable: 'EcsContainer' })
      : container(input),
  Ec2InstanceMetadata: (input) => (metadataOff(input) ? null : sourceAlone({ kind: 'metadata' })),
}

/** A role's credential_source as written. */
function namedSource(input: ChainInput, profile: string, written: string): Chain {
  const by = `credential_source ${named(written)}`
  const names = Object.keys(credentialSources)
  const chain = names.includes(written)
    ? (credentialSources[written]?.(input) ?? brokenChain(problems.emptySource(profile, written)))
    : stoppedBy(
        `The credential_source ${quoted(written)} of profile ${named(profile)} is not one that aws knows.`,
        `Write ${anyOf(names)}, in exactly these letters.`,
      )
  return { ...chain, by: [by, ...chain.by] }
}
