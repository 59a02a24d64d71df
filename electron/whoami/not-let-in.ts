/** Why a cluster answers 401 to a token that AWS knows: what is in hand, before anybody is told to make an access entry. Pure. */

import { uniqueIdOf } from '../../shared/identity/arn'
import type { MeantCluster, Problem, Proven } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'

/** What is known of a context whose token its cluster does not take. */
export interface NotLetIn {
  readonly proven: Proven
  readonly meant: MeantCluster
  /** The name of the cluster entry, where nothing names the cluster itself. */
  readonly entry: string
  /** The entry names nobody: the environment decides. */
  readonly unpinned: boolean
  /** As a sentence calls it: `the login shell`. */
  readonly environment: string
  /** Unique ids that earlier checks saw behind the same ARN. */
  readonly earlierIds: readonly string[]
}

/** The problem of a 401, by its cause as far as that is known. */
export function notLetIn({ proven, meant, entry, unpinned, environment, earlierIds }: NotLetIn): Problem {
  const who = shortName(proven.arn)
  const cluster = meant.name ?? entry
  const unauthorized = (message: string, next: string): Problem => ({ code: 'unauthorized', message, next })
  if (meant.tokenFor !== null) {
    return unauthorized(
      `The token is for cluster ${meant.tokenFor}, and it was sent to cluster ${cluster}, which refuses it (401). Whether ${cluster} knows ${who} is not known.`,
      `Name ${cluster} in the exec arguments, or take the cluster entry of ${meant.tokenFor} in the context.`,
    )
  }
  const refused = `Cluster ${cluster} does not know ${who} (401)`
  const id = uniqueIdOf(proven.userId)
  const [earlier] = id === null ? [] : earlierIds.filter((one) => one !== id)
  if (earlier !== undefined && id !== null) {
    return unauthorized(
      `${refused}. It was deleted and made anew since an earlier check: its id was ${earlier} and is ${id}, and an access entry belongs to the id.`,
      'Delete its access entry and create it again (`aws eks delete-access-entry`, `aws eks create-access-entry`).',
    )
  }
  if (unpinned) {
    return unauthorized(
      `${refused}. The entry does not say who it should be: in ${environment} it is this one.`,
      'Pin the context to the profile that may enter. Only if this one is meant, give it an access entry (`aws eks create-access-entry`).',
    )
  }
  return unauthorized(
    `${refused}.`,
    'Give it an access entry (`aws eks create-access-entry`) or a mapping in aws-auth; if it has an access entry and was deleted and made anew since, that needs to be created again.',
  )
}
