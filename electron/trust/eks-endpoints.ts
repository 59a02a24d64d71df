/** Where identities would ask EKS: a server that an emulator of AWS names is only for identities that ask that emulator. */

import { execMeaning } from '../../shared/exec/parse'
import { eksEndpointOf } from '../../shared/identity/eks-endpoint'
import type { AwsFiles } from '../aws/files/aws-files'
import type { Variables } from '../aws/files/paths'
import { chosenProfile, endpointFor } from '../aws/files/profile-settings'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { RawUser } from '../kubeconfig/read/raw-entries'
import { onlyGetsToken } from './command-permission'

/** Of one environment, as `AskedBy` has endpoints; a value. */
export type EksEndpoints = ReturnType<typeof eksEndpointsIn>

/**
 * `byProfile`: of profiles whose EKS differs from that of the `rest`. `unnamed`: of a command that names no profile.
 */
export function eksEndpointsIn(files: AwsFiles, variables: Variables) {
  const of = (profile: string) =>
    eksEndpointOf(endpointFor(files, profile, 'eks', variables).endpoint?.value ?? null)
  // No file can have a profile of this name.
  const rest = of(']')
  const byProfile: ReadonlyMap<string, string | null> = new Map(
    [...files.profiles.keys()].flatMap((name) => (of(name) === rest ? [] : [[name, of(name)] as const])),
  )
  const named = chosenProfile(null, variables)?.value ?? 'default'
  return { byProfile, rest, unnamed: byProfile.has(named) ? (byProfile.get(named) ?? null) : rest }
}

/** Where the identity of a user's tokens would ask EKS: known for a command that only gets a token, nowhere for any other. */
export function asksWhere(
  { exec }: Pick<RawUser, 'exec'>,
  environments: readonly EksEndpoints[],
): readonly (string | null)[] {
  if (exec === null || !onlyGetsToken(exec)) return []
  const { profile } = execMeaning(exec)
  return environments.map((one) => profileAsksAt(profile, one))
}

/** Where a profile asks; null: an entry that names none. */
export const profileAsksAt = (
  profile: string | null,
  { byProfile, rest, unnamed }: EksEndpoints,
): string | null =>
  profile === null ? unnamed : byProfile.has(profile) ? (byProfile.get(profile) ?? null) : rest

/** Whether all who sign in by these contexts would ask that EKS. */
export const allAskAt = (
  contexts: readonly Pick<ResolvedContext, 'user'>[],
  endpoints: EksEndpoints,
  endpoint: string | null,
): boolean =>
  contexts.every(({ user }) => user === null || asksWhere(user.raw, [endpoints]).includes(endpoint))
