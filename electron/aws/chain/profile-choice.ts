/** A profile as a picker shows it: how it gets credentials, and the identity it names. Pure. */
import type { ProfileChoice } from '../../../shared/ipc/payloads'
import type { AwsFiles, Profile } from '../files/aws-files'
import { assumesRole } from './credential-chain'
import { rowOf, sourceInProfile, value } from './credential-sources'
import { profileAlone } from './intended-identity'
import { noPrincipal } from './principal'

export function profileChoice(files: AwsFiles, profile: Profile): ProfileChoice {
  const found = sourceInProfile(profileAlone(files), profile.name, true)
  const source = found?.chain.source ?? null
  const { account, permissionSet } = source === null ? noPrincipal : rowOf(source).principal(source)
  return {
    name: profile.name,
    kind: assumesRole(profile) ? 'role' : (found?.title ?? 'other'),
    region: value(profile, 'region'),
    says: value(profile, 'role_arn') ?? (permissionSet === null ? null : `${account} ${permissionSet}`),
  }
}
