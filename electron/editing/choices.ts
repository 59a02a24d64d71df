/** What the AWS files and the entries offer to choose from: profiles, roles, regions. */
import { allRegions } from '../../shared/identity/regions'
import type { Choices } from '../../shared/ipc/payloads'
import { profileChoice } from '../aws/chain/profile-choice'
import type { AwsFiles } from '../aws/files/files'
import type { ResolvedContext } from '../kubeconfig/read/entries'

/** The roles are those that profiles assume and those that entries already name. */
export function choicesOf(files: AwsFiles, contexts: readonly ResolvedContext[]): Choices {
  const profiles = [...files.profiles.values()]
  const written = contexts.flatMap(({ user }) => user?.raw.exec?.args ?? [])
  const roles = [
    ...profiles.flatMap(({ settings }) => settings.role_arn?.value ?? []),
    ...written.filter((arg) => /^arn:[a-z-]+:iam::\d{12}:role\//.test(arg)),
  ]
  return {
    profiles: profiles.map((profile) => profileChoice(files, profile)),
    roles: [...new Set(roles)].sort(),
    regions: allRegions,
  }
}
