/** What the AWS files say of a profile that an entry names, as far as the rules of findings ask. */
import { throughWrappers } from '../../shared/exec/inside'
import { type ExecCommand, type ExecMeaning, readsFiles } from '../../shared/exec/parse'
import type { ProfileState } from '../../shared/findings/rule-input'
import { hasTheseFiles, profileChain } from '../aws/chain/intended-identity'
import { wrapperState } from '../aws/chain/wrapper-profile'
import type { AwsFiles } from '../aws/files/aws-files'

/** The same of the profile that a command acts by: its own, or the one whose credentials a wrapper gives it. */
export function actingState(command: ExecCommand, meaning: ExecMeaning, files: AwsFiles): ProfileState {
  const found = readsFiles(meaning) ? null : throughWrappers(command)
  const gives = found?.ok ? found.value.gives : null
  if (gives !== null && meaning.profilePinnedBy === 'wrapper') return wrapperState(gives, files)
  // How another program uses a profile is not known.
  const known = found === null || (gives !== null && hasTheseFiles(gives, files))
  return profileStateOf(known ? meaning.profile : null, files)
}

/** `none` without a profile, and where an AWS file cannot be read: then nothing can be said of the profiles in it. */
export function profileStateOf(profile: string | null, files: AwsFiles): ProfileState {
  if (!profile || files.config.refused || files.credentials.refused) return { kind: 'none' }
  const chain = profileChain(profile, files)
  if (chain === null) return { kind: 'unknown' }
  if (chain.problem?.code === 'broken-profile' || chain.problem?.code === 'partial-keys')
    return { kind: 'broken', why: chain.problem.message.replace(/\.$/, '') }
  const role = chain.roles.at(-1)
  if (role === undefined) return { kind: 'known' }
  const source = files.profiles.get(profile)?.settings.source_profile?.value ?? null
  return { kind: 'assumes-role', role: role.arn, source: source === profile ? null : source }
}
