/**
 * Why a role is not given, looked for before anybody is told to change a trust policy: advice that is followed must not let
 * the wrong one in. Pure.
 */
import { parsePrincipal } from '../../shared/identity/arn'
import type { Problem } from '../../shared/identity/identity'
import { inEntry } from '../../shared/identity/verdict'
import type { RulesInUse } from '../aws/installed/rules'

/** What is known of an entry, its files and its environment when its command fails. */
export interface EntryFacts {
  /** The profile that the entry names: a next step may name it. */
  readonly profile: string | null
  /** As predicted: what is used in place of the profile or keys that the entry names. */
  readonly instead: string | null
  /** The entry names neither profile nor keys: the environment decides. */
  readonly unpinned: boolean
  /** As a sentence calls it: `the login shell`. */
  readonly environment: string
  /** The AWS config file that is read; null where it is not known. */
  readonly configFile: string | null
  /** The rules of the aws that runs, or signs in: a next step names no command that it does not have. */
  readonly rules: RulesInUse
  /** Role ARNs with a path that profiles name, by the same ARN without it. */
  readonly rolesWithPath: ReadonlyMap<string, { readonly arn: string; readonly profile: string }>
}

/** Roles that EKS runs a cluster with, by the names that AWS's console, eksctl and most templates give them. */
const serviceRole =
  /(?:cluster-role|cluster-service-?role(?:-\w+)?|eks-?cluster-?role|eks-?service-?role|eksclusterrole)$/i

/** STS says that `caller` may not assume `role`: why, and what to do, by what is known beside that. */
export function deniedRole(caller: string, role: string, facts: EntryFacts): Problem {
  const denied = (message: string, next: string): Problem => ({
    code: 'assume-role-denied',
    message: `${caller} may not assume ${role}${message}`,
    next,
  })
  const [from, to] = [parsePrincipal(caller), parsePrincipal(role)]
  if (from && to && from.partition !== to.partition) {
    return denied(
      `: they are of different partitions (${from.partition} and ${to.partition}), which no trust policy connects.`,
      `Name a profile whose credentials are of partition ${to.partition}.`,
    )
  }
  if (facts.instead !== null) {
    const own = inEntry(facts.instead)
    const named = facts.profile === null ? 'what the entry names' : `profile ${facts.profile}`
    return denied(
      `; it is asked only because ${facts.instead} is used instead of ${named}.`,
      own !== null
        ? `Remove ${own}, and leave the trust policy as it is.`
        : 'Unset it, or pin the profile with --profile in the exec arguments; leave the trust policy as it is.',
    )
  }
  const spelt = facts.rolesWithPath.get(role)
  if (spelt !== undefined) {
    return denied(
      `. A role of that name has a path, which belongs to its ARN: profile ${spelt.profile} names ${spelt.arn}.`,
      `Write ${spelt.arn}.`,
    )
  }
  if (to && serviceRole.test(to.name)) {
    return denied(
      '. By its name it is the role that EKS itself runs the cluster with, which nobody enters a cluster through.',
      'Name the role that people use; `aws eks describe-cluster` shows the cluster’s own as roleArn. Leave its trust policy as it is.',
    )
  }
  if (facts.unpinned) {
    return denied(
      `. The entry does not say who should: in ${facts.environment} it is this one.`,
      `Pin the profile that may assume the role. Only if ${caller} is meant, let the role’s trust policy name it.`,
    )
  }
  return denied(
    '.',
    `If ${caller} is who should, let the role’s trust policy name it and allow it sts:AssumeRole on the role; else name another profile.`,
  )
}
