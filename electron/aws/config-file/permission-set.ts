/** A profile for a permission set that an SSO session can see, as the edit that adds it. */
import type { ProfileEdit, ProfileSetting } from '../../../shared/edits/profile-edit'
import { ok, type Result, refuse } from '../../../shared/result'
import { quoted } from '../../../shared/visible'
import type { AwsFiles } from '../files/aws-files'

/** The identity of a new profile, and its name. */
export interface PermissionSetProfile {
  readonly name: string
  readonly session: string
  readonly account: string
  readonly permissionSet: string
  readonly region: string
}

/** How the profiles of a session reach AWS: a new one gets the settings that all of them share. */
const alikeKeys = [
  'services',
  'endpoint_url',
  'ca_bundle',
  'use_fips_endpoint',
  'use_dualstack_endpoint',
] as const

/** The edit; refused where no file has that session. */
export function permissionSetProfile(
  { profiles, ssoSessions }: AwsFiles,
  { name, session, account, permissionSet, region }: PermissionSetProfile,
): Result<ProfileEdit> {
  if (!ssoSessions.has(session))
    return refuse(
      'not-found',
      `No AWS file has an sso-session ${quoted(session)}.`,
      'Search for clusters again.',
    )
  const others = [...profiles.values()].filter(({ settings }) => settings.sso_session?.value === session)
  const alike = alikeKeys.flatMap((key): readonly ProfileSetting[] => {
    const values = new Set(others.map(({ settings }) => settings[key]?.value ?? null))
    const [value] = values
    return values.size === 1 && value ? [{ key, value }] : []
  })
  const settings: readonly ProfileSetting[] = [
    { key: 'sso_session', value: session },
    { key: 'sso_account_id', value: account },
    { key: 'sso_role_name', value: permissionSet },
    { key: 'region', value: region },
    ...alike,
  ]
  return ok({ kind: 'add-profile', profile: name, settings })
}
