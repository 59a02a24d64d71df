/**
 * Why AWS refuses to let a role be assumed, looked for before the user is advised to change a trust policy: following the advice
 * must not let the wrong identity in. Pure.
 */

import { canonicalArn, parsePrincipal, sameArn } from '../../shared/identity/arn'
import type { Problem } from '../../shared/identity/identity'
import { inEntry } from '../../shared/identity/variable-places'
import { shortName } from '../../shared/identity/verdict'
import { named } from '../../shared/visible'
import type { AssumesFirst, CredentialProcess } from '../aws/chain/types'
import type { RulesInUse } from '../aws/installed/rules'

/** What is known of an entry, its files and its environment when its command fails. */
export interface EntryFacts {
  /** The profile that the entry names: a next step may name it. */
  readonly profile: string | null
  /** As predicted: what is used in place of the profile or keys that the entry names. */
  readonly instead: string | null
  /**
   * As predicted: where the first keys of the chain are, `~/.aws/credentials:7`, or the variable; null where files do not say.
   */
  readonly keysFrom: string | null
  /** The entry names neither profile nor keys: the environment decides. */
  readonly unpinned: boolean
  /** As a sentence calls it: `the login shell`. */
  readonly environment: string
  /** The AWS config file that is read; null where it is not known. */
  readonly configFile: string | null
  /** The rules of the aws that runs, or signs in: a next step names no command that it does not have. */
  readonly rules: RulesInUse
  /** The role of the entry is assumed on top of the one that this profile assumes; null: it is not. */
  readonly assumesFirst: AssumesFirst | null
  /** The user's program that gives the chain its credentials; null: none does. */
  readonly process: Pick<CredentialProcess, 'profile' | 'file' | 'line'> | null
  /** Role ARNs with a path that profiles name, by the same ARN without it. */
  readonly rolesWithPath: ReadonlyMap<string, { readonly arn: string; readonly profile: string }>
}

/** Roles that EKS runs a cluster with, by the names that AWS's console, eksctl and most templates give them. */
const serviceRole =
  /(?:cluster-role|cluster-service-?role(?:-\w+)?|eks-?cluster-?role|eks-?service-?role|eksclusterrole)$/i

/** The name of a variable in its phrase for sentences: `AWS_PROFILE` of `AWS_PROFILE of the login shell (~/.profile:6)`. */
const variableIn = (from: string): string => from.replace(/ (?:of|in) .*$/, '')

/** STS says that `caller` may not assume `role`: why, and what to do, by what else is known. */
export function deniedRole(caller: string, role: string, facts: EntryFacts): Problem {
  const [who, what] = [shortName(caller), shortName(role)]
  const denied = (message: string, next: string): Problem => ({
    code: 'assume-role-denied',
    message: `AWS says that ${who} may not assume ${what}${message}`,
    next,
  })
  const [from, to] = [parsePrincipal(caller), parsePrincipal(role)]
  // A trust policy names the role, not one session of it.
  const bare = canonicalArn(caller)
  const trusted = facts.rolesWithPath.get(bare)?.arn ?? bare
  if (from && to && from.partition !== to.partition) {
    return denied(
      `: they are of different partitions (${from.partition} and ${to.partition}), which no trust policy connects.`,
      `Name a profile whose credentials are of partition ${to.partition}.`,
    )
  }
  if (facts.instead !== null) {
    const own = inEntry(facts.instead)
    const meant = facts.profile === null ? 'what the entry names' : `profile ${named(facts.profile)}`
    return denied(
      `, and AWS was asked that only because ${facts.instead} is used instead of ${meant}.`,
      own !== null
        ? `Remove ${own}, and leave the trust policy of ${what} as it is.`
        : `Unset ${variableIn(facts.instead)}, or pin the profile with --profile in the exec arguments; leave the trust policy of ${what} as it is.`,
    )
  }
  const spelt = facts.rolesWithPath.get(role)
  if (spelt !== undefined) {
    return denied(
      `. A role of that name has a path, which belongs to its ARN: profile ${named(spelt.profile)} names ${named(spelt.arn)}.`,
      `Write ${spelt.arn} as the role in the exec arguments.`,
    )
  }
  if (to && serviceRole.test(to.name)) {
    return denied(
      `. By its name, ${to.name} is the role that EKS itself runs a cluster with, and gives no access to the cluster.`,
      `Name the role that people use in the exec arguments, or none; leave the trust policy of ${named(to.name)} as it is.`,
    )
  }
  const { assumesFirst } = facts
  if (assumesFirst !== null && sameArn(assumesFirst.role, caller)) {
    const { profile, source } = assumesFirst
    const other = source === null ? 'a profile that assumes no role' : `profile ${named(source)}, its source,`
    return denied(
      `. Profile ${named(profile)} assumes ${who} first, and the entry’s role is assumed on top of it (double assume), so it is ${from?.name ?? who} that ${to?.name ?? what} would have to trust.`,
      `Name ${other} in the entry, or leave the entry’s role out, and leave the trust policies as they are. Only if this chain is meant, let the role’s trust policy name ${trusted}.`,
    )
  }
  if (facts.unpinned) {
    return denied(
      `. The entry names no profile, so whoever ${facts.environment} gives has to assume the role.`,
      `Pin a profile that may assume ${what}. Only if ${who} is meant, let the role’s trust policy name ${trusted}.`,
    )
  }
  return denied(
    '.',
    `If ${who} is the identity that should assume it, let the role’s trust policy name ${trusted}, and a policy of ${from?.name ?? who} allow sts:AssumeRole on ${role}; else name another profile in the entry.`,
  )
}
