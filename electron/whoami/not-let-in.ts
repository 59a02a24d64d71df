/** Why a cluster answers 401 to a token that AWS knows: what is in hand, before anybody is told to make an access entry. Pure. */

import { parsePrincipal, samePrincipal, uniqueIdOf } from '../../shared/identity/arn'
import type { Intended, MeantCluster, Problem, Proven } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'
import { shellWord } from '../system/shell-word'

/** What is known of a context whose token its cluster does not take. */
export interface NotLetIn {
  readonly proven: Proven
  /** Whom the entry names: of a role, files may know the path, which no answer of STS has. */
  readonly intended: Pick<Intended, 'arn'>
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
export function notLetIn({
  proven,
  intended,
  meant,
  entry,
  unpinned,
  environment,
  earlierIds,
}: NotLetIn): Problem {
  const who = shortName(proven.arn)
  const cluster = meant.name ?? entry
  const unauthorized = (message: string, next: string): Problem => ({ code: 'unauthorized', message, next })
  if (meant.tokenFor !== null) {
    return unauthorized(
      `The token is for cluster ${meant.tokenFor}, and it was sent to cluster ${cluster}, which refuses it (401). Whether ${cluster} knows ${who} is not known.`,
      `Name ${cluster} in the exec arguments, or let the context name the cluster entry of ${meant.tokenFor}.`,
    )
  }
  const { options, note } = accessEntry(proven, intended, meant)
  const create = `aws eks create-access-entry ${options}`
  const refused = `Cluster ${cluster} does not know ${who} (401)`
  const id = uniqueIdOf(proven.userId)
  const kind = parsePrincipal(proven.arn)?.kind ?? 'identity'
  const [earlier] = id === null ? [] : earlierIds.filter((one) => one !== id)
  if (earlier !== undefined && id !== null) {
    return unauthorized(
      `${refused}. That ${kind} was deleted and made again since an earlier check: its id was ${earlier} and is ${id}, and an access entry belongs to the id.`,
      `Let an administrator of ${cluster} run \`aws eks delete-access-entry ${options}\`, then \`${create}\`, and give the new entry the policies of the old one.${note}`,
    )
  }
  if (unpinned) {
    return unauthorized(
      `${refused}. The entry names no profile, so whoever ${environment} gives has to enter.`,
      `Pin the context to the profile that may enter. Only if ${who} is meant, let an administrator of ${cluster} run \`${create}\`.${note}`,
    )
  }
  return unauthorized(
    `${refused}.`,
    `Let an administrator of ${cluster} run \`${create}\` and give the entry an access policy, or map ${who} in aws-auth.${note}${
      id === null
        ? ''
        : ` Where there is an entry already, that ${kind} may have been deleted and made again since, which keeps its name and not its id: delete that entry first.`
    }`,
  )
}

/**
 * The options that name an access entry. The ARN of a role has its path, which STS does not tell: where the entry or its
 * profile does not name it either, IAM has to be asked, and `note` says so.
 */
function accessEntry(
  { arn, canonicalArn, userId }: Proven,
  intended: NotLetIn['intended'],
  { name, region }: MeantCluster,
): { readonly options: string; readonly note: string } {
  const uniqueId = uniqueIdOf(userId)
  const known =
    intended.arn !== null && samePrincipal({ arn: intended.arn, uniqueId: null }, { arn, uniqueId })
      ? intended.arn
      : null
  const whole = known ?? (parsePrincipal(arn)?.kind === 'role' ? null : canonicalArn)
  return {
    options: [
      ...(name === null ? [] : [`--cluster-name ${shellWord(name)}`]),
      ...(region === null ? [] : [`--region ${shellWord(region)}`]),
      `--principal-arn ${whole === null ? 'ROLE_ARN' : shellWord(whole)}`,
    ].join(' '),
    note: whole === null ? ' ROLE_ARN is the whole ARN of the role, with its path: IAM shows it.' : '',
  }
}
