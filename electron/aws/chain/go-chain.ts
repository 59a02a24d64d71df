/**
 * The order in which aws-iam-authenticator looks for credentials: that of the AWS SDK for Go (v2, config's
 * resolve_credentials.go, read in source). It differs from aws in more than one place: a key id without its secret and an
 * empty AWS_PROFILE count as absent, the environment's web identity beats a profile that assumes a role, keys in a profile
 * beat its SSO settings, and no role's credentials are cached on disk. Pure.
 */

import { maskKeyId } from '../../../shared/kubeconfig/secrets'
import { assertNever } from '../../../shared/result'
import { named } from '../../../shared/visible'
import type { Profile } from '../files/files'
import type { Variables } from '../files/paths'
import type { NamedValue } from '../files/settings'
import { longestChain } from './chain'
import { brokenProfile, emptySource, endlessSource, missingSource, unknownProfile } from './problems'
import {
  container,
  credentialSources,
  found,
  metadata,
  metadataOff,
  profileProviders,
  sessionNamed,
  stopped,
  value,
} from './sources'
import type { Chain, ChainInput, RoleStep } from './types'

/** The whole chain under the authenticator with the profile that `goProfile` chose, before any role of its arguments. */
export function goChain(input: ChainInput, chosen: NamedValue | null): Chain {
  const from = chosen === null ? null : input.origin(chosen.from)
  return goKeys(input) ?? goWebIdentity(input) ?? ofProfile(input, chosen?.value ?? 'default', from)
}

/** AWS_PROFILE, else AWS_DEFAULT_PROFILE; an empty one counts as absent. */
export function goProfile(variables: Variables): NamedValue | null {
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const value = variables[name]
    if (value) return { value, from: name }
  }
  return null
}

function goKeys({ variables, origin }: ChainInput): Chain | null {
  const id = ['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY'].find((name) => variables?.[name])
  const secret = ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'].find((name) => variables?.[name])
  const accessKeyId = id === undefined ? undefined : variables?.[id]
  if (id === undefined || secret === undefined || accessKeyId === undefined) return null
  return found({ kind: 'keys', accessKeyId: maskKeyId(accessKeyId), from: origin(id) }, origin(id))
}

function goWebIdentity({ variables, origin }: ChainInput): Chain | null {
  const tokenFile = variables?.AWS_WEB_IDENTITY_TOKEN_FILE
  if (!tokenFile) return null
  const by = origin('AWS_WEB_IDENTITY_TOKEN_FILE')
  const role = variables?.AWS_ROLE_ARN
  if (!role) {
    return stopped(
      brokenProfile(
        `${by} asks for web identity, but AWS_ROLE_ARN names no role.`,
        'Export AWS_ROLE_ARN too.',
      ),
      by,
    )
  }
  const session = sessionNamed(variables.AWS_ROLE_SESSION_NAME)
  return found({ kind: 'web-identity', role, tokenFile, session, cacheKey: null }, origin('AWS_ROLE_ARN'), by)
}

function ofProfile(input: ChainInput, name: string, from: string | null): Chain {
  const profile = input.files.profiles.get(name)
  if (profile !== undefined) return profileChain(input, profile, [])
  if (from !== null) return stopped(unknownProfile(name, from))
  return container(input) ?? metadata(input, [])
}

function profileChain(input: ChainInput, profile: Profile, visited: readonly string[]): Chain {
  // A profile that is met again gives its own credentials only, so it may be its own source.
  const again = visited.includes(profile.name)
  const role = again ? null : value(profile, 'role_arn')
  const source = again ? null : value(profile, 'source_profile')
  const first =
    role && source
      ? sourceChain(input, profile, source, visited)
      : (keysOf(profile) ?? credentialSource(input, profile))
  // Web identity is the one way that takes role_arn for itself.
  if (first === null && value(profile, 'web_identity_token_file')) return otherSource(input, profile)
  const below = first ?? otherSource(input, profile)
  if (!role) return below
  const step: RoleStep = {
    arn: role,
    profile: profile.name,
    mfaSerial: value(profile, 'mfa_serial') || null,
    session: sessionNamed(value(profile, 'role_session_name')),
    cacheKey: null,
  }
  return {
    ...below,
    roles: [...below.roles, step],
    by: [`role_arn of profile ${named(profile.name)}`, ...below.by],
  }
}

function sourceChain(input: ChainInput, profile: Profile, source: string, visited: readonly string[]): Chain {
  const next = input.files.profiles.get(source)
  if (next === undefined) {
    return stopped(missingSource(profile.name, source))
  }
  if (visited.length > longestChain) {
    return stopped(endlessSource(visited[0] ?? profile.name, longestChain))
  }
  const chain = profileChain(input, next, [...visited, profile.name])
  return { ...chain, by: [`source_profile ${named(source)}`, ...chain.by] }
}

function keysOf({ settings }: Profile): Chain | null {
  const { aws_access_key_id: id, aws_secret_access_key: secret } = settings
  if (!id?.value || !secret?.value) return null
  const from = `${id.file}:${id.line}`
  return found({ kind: 'keys', accessKeyId: maskKeyId(id.value), from }, `keys in ${from}`)
}

function credentialSource(input: ChainInput, profile: Profile): Chain | null {
  const written = value(profile, 'credential_source')
  if (!written) return null
  const by = `credential_source ${written}`
  const nothing = stopped(emptySource(profile.name, written), by)
  const name = credentialSources.find((one) => one === written)
  switch (name) {
    case 'Environment':
      return goKeys(input) ?? nothing
    case 'EcsContainer':
      return container(input) ?? nothing
    case 'Ec2InstanceMetadata':
      return metadataOff(input) ? nothing : found({ kind: 'metadata' }, by)
    case undefined:
      return nothing
    default:
      return assertNever(name, 'credential_source')
  }
}

/** Web identity, SSO, a process: in the same settings as for aws, but never cached on disk. */
function otherSource(input: ChainInput, profile: Profile): Chain {
  const inside = profileProviders(input, profile.name, false)
  if (inside !== null && inside.problem?.code !== 'partial-keys') return inside
  return container(input) ?? metadata(input, [`profile ${named(profile.name)}`])
}
