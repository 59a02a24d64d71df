/** What gives tools beside kubectl (terraform, eksctl, aws itself) the identity of a context: variables, where its entry has a profile. */
import { execMeaning, execVariables } from '../../shared/exec/parse'
import { ok, type Result, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import { choosesIdentity, type Variables } from '../system/environment'
import { namesUnread } from './user-identity'

/** What the variables of an entry may choose besides keys: its profile, or a role on top. */
const noCredentials = /PROFILE$|^DEFAULT_ROLE$|SESSION_NAME$/

export interface ToolVariables {
  readonly set: Variables
  /** All that would beat these, whether it is there or not. */
  readonly unset: readonly string[]
  readonly profile: string | null
}

/**
 * Profile and region of the entry, and the AWS files that it names. An entry without a profile leaves to the shell who acts, for
 * kubectl as for others. `region`: that of the cluster.
 */
export function toolVariables(context: ResolvedContext, region: string | null): Result<ToolVariables> {
  const { name, rawUser, userEntry } = context
  const exec = rawUser?.exec ?? null
  const meaning = exec === null ? null : execMeaning(exec)
  if (exec === null || meaning === null || (meaning.gets === null && meaning.profile === null))
    return refuse(
      'bad-request',
      `${quoted(name)} does not get its token from aws, so it has no identity for other tools.`,
      'Leave --aws out.',
    )
  if (namesUnread(context))
    return refuse(
      'bad-request',
      `${quoted(name)} is of an opened file, and its variables may name other AWS files.`,
      'Leave --aws out, or take the context into a file of your own: `ekscope import`.',
    )
  const { profile, profilePinnedBy } = meaning
  const masked = new Set((userEntry?.exec?.env ?? []).flatMap((one) => (one.masked ? [one.name] : [])))
  const own = Object.entries(execVariables(exec)).filter(([one]) => /^AWS_|^DEFAULT_ROLE$/.test(one))
  const keys = own.find(([one]) => choosesIdentity.has(one) && !noCredentials.test(one))
  if (keys !== undefined && profilePinnedBy !== 'arg')
    return refuse(
      'bad-request',
      `The entry of ${quoted(name)} has credentials of its own (${keys[0]}), which are kept from other tools.`,
      'Put them into a profile, and name that: `ekscope set-profile`.',
    )
  const more = own.filter(([one]) => !choosesIdentity.has(one) && !masked.has(one))
  const set: Variables = {
    ...Object.fromEntries(more),
    ...(profile === null ? {} : { AWS_PROFILE: profile }),
    // Older programs, and Python, know the second alone.
    ...(region === null ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
  }
  const unset = profile === null ? [] : [...choosesIdentity].filter((one) => !Object.hasOwn(set, one))
  return ok({ set, unset, profile })
}
