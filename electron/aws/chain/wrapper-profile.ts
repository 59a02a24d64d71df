/** The principal that the files name by a profile whose credentials a wrapper gives (shared/exec/wrappers.ts). Pure. */
import type { WrapperGives } from '../../../shared/exec/wrapper-layer'
import type { ProfileState } from '../../../shared/findings/rule-input'
import type { Problem } from '../../../shared/identity/identity'
import { named } from '../../../shared/visible'
import type { AwsFiles, Profile } from '../files/aws-files'
import { value } from './credential-sources'
import { type NamedPrincipal, noPrincipal, principalByArn } from './principal'
import { circularSource, lacksForAws2Wrap } from './problems'

/** Settings that a profile of aws-vault also takes from others. */
const inherits = (profile: Profile): boolean =>
  value(profile, 'include_profile') !== null || value(profile, 'parent_profile') !== null

const ssoSettings = ['sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name']
const namesSso = ['sso_session', ...ssoSettings]
const says = (profile: Profile | undefined, names: readonly string[]): boolean =>
  names.some((name) => value(profile, name) !== null)
const namesSomebody = (profile: Profile | undefined) => says(profile, ['role_arn', ...namesSso])

/** The profile as the wrapper takes it; null where it takes it from elsewhere, or in part. */
function profileOf({ by, profile }: WrapperGives, files: AwsFiles): Profile | null {
  if (profile === null || by === 'aws-sso') return null
  const found = files.profiles.get(profile)
  if (found === undefined || inherits(found)) return null
  // aws-vault lets the default profile fill what another lacks.
  return by === 'aws-vault' && !namesSomebody(found) && namesSomebody(files.profiles.get('default'))
    ? null
    : found
}

/**
 * The role or the permission set that the profile names. Nothing is known of keys: wrappers have theirs elsewhere, or make
 * session keys of the same user.
 */
export function wrapperPrincipal(gives: WrapperGives, files: AwsFiles): NamedPrincipal {
  if (gives.role !== null) return principalByArn(gives.role)
  const profile = profileOf(gives, files)
  if (profile === null) return noPrincipal
  const role = value(profile, 'role_arn')
  const bySso = says(profile, namesSso)
  if (role !== null) return bySso ? noPrincipal : principalByArn(role)
  const [account, permissionSet] = [value(profile, 'sso_account_id'), value(profile, 'sso_role_name')]
  const otherwise = says(profile, ['credential_process', 'web_identity_token_file'])
  return !account || !permissionSet || otherwise ? noPrincipal : { ...noPrincipal, account, permissionSet }
}

/**
 * Why a wrapper gives no credentials by its profile, where that is known: aws2-wrap reads the config file alone, and follows each
 * source_profile to one of IAM Identity Center (aws2wrap/__init__.py). Keys and programs give it nothing.
 */
export function wrapperProblem({ by, profile }: WrapperGives, files: AwsFiles): Problem | null {
  if (by !== 'aws2-wrap' || profile === null) return null
  const names: string[] = []
  let name = profile
  while (!names.includes(name)) {
    const settings = files.profiles.get(name)?.config?.settings ?? {}
    const source = settings.source_profile?.value
    const session = files.ssoSessions.get(settings.sso_session?.value ?? '')?.settings ?? {}
    const needed = source === undefined ? ssoSettings : ['role_arn']
    const missing = needed.filter((key) => settings[key] === undefined && session[key] === undefined)
    if (missing.length > 0) return lacksForAws2Wrap(name, missing)
    if (source === undefined) return null
    names.push(name)
    name = source
  }
  return circularSource(
    names.at(-1) ?? name,
    names,
    name,
    'Name a profile of IAM Identity Center at its end.',
  )
}

/** What findings ask of such a profile: a role that it assumes, or why its wrapper fails; that aws could not use it says nothing. */
export function wrapperState(gives: WrapperGives, files: AwsFiles): ProfileState {
  const stopped = wrapperProblem(gives, files)
  if (stopped !== null) return { kind: 'broken', why: stopped.message.replace(/\.$/, '') }
  const profile = profileOf(gives, files)
  const role = profile === null ? null : value(profile, 'role_arn')
  if (profile === null || role === null) return { kind: 'none' }
  const source = value(profile, 'source_profile')
  return { kind: 'assumes-role', role, source: source === profile.name ? null : source }
}

/** Where the credentials come from, as a sentence calls it. */
export const wrapperOrigin = ({ by, profile, decides, folder }: WrapperGives): string =>
  profile !== null
    ? `profile ${named(profile)} (${by} in exec args)`
    : {
        credentials: `credentials that ${by} gives`,
        environment: `the environment that ${by} makes`,
        everything:
          folder === null
            ? `${by} decides, by files and keys of its own`
            : `${by} has the AWS files in ${named(folder)}`,
      }[decides]
