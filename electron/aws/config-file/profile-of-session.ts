/** A new profile of an sso-session reaches AWS as the other profiles of that session do. */
import type { ProfileEdit } from '../../../shared/edits/profile-edit'
import type { AwsFiles } from '../files/aws-files'

/** The settings by which a profile reaches AWS. */
const reaching = [
  'services',
  'endpoint_url',
  'ca_bundle',
  'use_fips_endpoint',
  'use_dualstack_endpoint',
] as const

/** An edit that adds a profile, with those of these settings that all others of its session share; any other edit as it is. */
export function reachingAlike({ profiles }: AwsFiles, edit: ProfileEdit): ProfileEdit {
  if (edit.kind !== 'add-profile') return edit
  const own = new Map(edit.settings.map(({ key, value }) => [key, value]))
  const session = own.get('sso_session')
  if (session === undefined) return edit
  const others = [...profiles.values()].filter(({ settings }) => settings.sso_session?.value === session)
  const shared = reaching.flatMap((key) => {
    const values = new Set(others.map(({ settings }) => settings[key]?.value))
    const [value] = values
    return values.size === 1 && value && !own.has(key) ? [{ key, value }] : []
  })
  return { ...edit, settings: [...edit.settings, ...shared] }
}
