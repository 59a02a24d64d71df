/** Why a cluster answers 401 to a token that AWS knows: from known facts, before advice to make an access entry. Pure. */

import { capital } from '../../shared/capital'
import { type ClusterAccess, type Entrance, entranceOf } from '../../shared/identity/access-entries'
import { arnForEntry, isClusterName, isRoleArn, parsePrincipal, uniqueIdOf } from '../../shared/identity/arn'
import type { Intended, MeantCluster, Problem, Proven } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'
import { entrant } from '../../shared/identity/who-may-enter'
import { type Option, option } from '../../shared/shell/offered-command'
import { named, quoted } from '../../shared/visible'
import { offered } from '../system/offer'

/** What is known of a context whose token its cluster does not accept. */
export interface NotLetIn {
  readonly proven: Proven
  /** The identity that the entry names: files may know the path of a role, which no answer of STS has. */
  readonly intended: Pick<Intended, 'arn'>
  readonly meant: MeantCluster
  /** The name of the cluster entry, where nothing names the cluster itself. */
  readonly entry: string
  /** The entry names no identity: the environment decides. */
  readonly unpinned: boolean
  /** As a sentence calls it: `the login shell`. */
  readonly environment: string
  /** Unique ids that earlier checks saw behind the same ARN. */
  readonly earlierIds: readonly string[]
  /** Who may enter, as just read; null: not read. */
  readonly access: ClusterAccess | null
}

/** The problem of a 401, by its cause as far as that is known. */
export function notLetIn(known: NotLetIn): Problem {
  const { proven, meant, access } = known
  const id = uniqueIdOf(proven.userId)
  const entrance = access && entranceOf(entrant(proven.arn, proven.accessKeyId), access)
  const { options, note } = accessEntry(known)
  const cluster = meant.name === null ? `cluster entry ${named(known.entry)}` : `cluster ${named(meant.name)}`
  const facts: Facts = {
    ...known,
    who: shortName(proven.arn),
    kind: parsePrincipal(proven.arn)?.kind ?? 'identity',
    cluster,
    there: meant.name !== null && isClusterName(meant.name) ? meant.name : 'the cluster',
    wrong: [meant.tokenFor, meant.name].find((name) => name !== null && !isClusterName(name)) ?? null,
    id,
    earlier: id === null ? null : (known.earlierIds.find((one) => one !== id) ?? null),
    entrance: entrance?.kind === 'not-known' ? null : entrance,
    command: (verb) => offered('aws', 'eks', `${verb}-access-entry`, ...options),
    note,
  }
  for (const [applies, message, next] of causes)
    if (applies(facts)) return { code: 'unauthorized', message: message(facts), next: next(facts) }
  return { code: 'unauthorized', message: `${refused(facts)}.`, next: letInBy(facts) }
}

interface Facts extends NotLetIn {
  readonly who: string
  readonly kind: string
  /** As a sentence calls it: by its name, else by the entry that leads there. */
  readonly cluster: string
  /** The same in advice, which repeats only valid names of EKS clusters. */
  readonly there: string
  /** The cluster name of the token, where it is no valid name of an EKS cluster. */
  readonly wrong: string | null
  readonly id: string | null
  /** Another unique id that the same ARN had. */
  readonly earlier: string | null
  /** What access entries and aws-auth say; null: they were not read. */
  readonly entrance: Entrance | null
  readonly command: (verb: 'create' | 'delete' | 'describe') => string
  readonly note: string
}

const refused = ({ cluster, who }: Facts) => `${capital(cluster)} does not let ${who} in (401)`

/** An access entry is for the role or user that had its name when it was made; entries of nodes must never be deleted. */
const byEntry = ({ entrance }: Facts) => entrance?.kind === 'enters' && entrance.from === 'access-entry'
const forNodes = ({ entrance }: Facts) =>
  entrance?.kind === 'refused' || (entrance?.kind === 'enters' && entrance.node)
const notToTouch = 'Act as another role or user, and leave what is written there as it is: nodes join by it.'

const recreate = ({ there, command, note }: Facts) =>
  `Let an administrator of ${there} run ${command('delete')}, then ${command('create')}, and give the new entry the policies of the old one.${note}`

/** The first that applies says it. */
const causes: readonly (readonly [
  applies: (facts: Facts) => boolean,
  message: (facts: Facts) => string,
  next: (facts: Facts) => string,
])[] = [
  [
    ({ wrong }) => wrong !== null,
    ({ who, wrong }) =>
      `The cluster refuses the token of ${who} (401). The token is for ${quoted(wrong ?? '')}, and no cluster of EKS can be called so.`,
    ({ who }) =>
      `If it is a cluster of EKS, correct its name in the exec arguments; else have its administrator map ${who}.`,
  ],
  [
    ({ meant }) => meant.tokenFor !== null,
    ({ meant, cluster, who }) =>
      `The token is for cluster ${named(meant.tokenFor ?? '')}, and it was sent to ${cluster}, which refuses it (401). Whether that knows ${who} is not known.`,
    ({ meant, there }) =>
      `Name ${there} in the exec arguments, or let the context name the cluster entry of ${named(meant.tokenFor ?? '')}.`,
  ],
  [
    forNodes,
    (facts) =>
      `${refused(facts)}. ${facts.entrance?.kind === 'refused' ? facts.entrance.why : 'What names it is for nodes.'}`,
    () => notToTouch,
  ],
  [
    (facts) => facts.earlier !== null && (facts.entrance === null || byEntry(facts)),
    (facts) =>
      `${refused(facts)}. That ${facts.kind} was deleted and made again since an earlier check: its id was ${facts.earlier} and is ${facts.id}, and an access entry belongs to the id.`,
    (facts) =>
      facts.entrance === null
        ? `First see the entry’s type with ${facts.command('describe')}: one for nodes (EC2_LINUX and its like) stays as it is. ${recreate(facts)}`
        : recreate(facts),
  ],
  [
    byEntry,
    (facts) =>
      `${refused(facts)}, although an access entry names it: an entry is for the ${facts.kind} that had the name when it was made, and tells no id.`,
    ({ command, kind }) =>
      `Compare when both were made, by ${command('describe')} and ${offered('aws', 'iam', kind === 'user' ? 'get-user' : 'get-role')}. An entry that is older than the ${kind} is for an earlier one, and an administrator makes it anew.`,
  ],
  [
    ({ entrance }) => entrance?.kind === 'enters',
    (facts) => `${refused(facts)}, although aws-auth names it.`,
    () => 'Try again in a minute: a cluster takes a while to see what was changed there.',
  ],
  [
    ({ unpinned }) => unpinned,
    (facts) =>
      `${refused(facts)}. The entry names no profile, so whoever ${facts.environment} gives has to enter.`,
    ({ who, there, command, note }) =>
      `Pin the context to the profile that may enter. Only if ${who} is meant, let an administrator of ${there} run ${command('create')}.${note}`,
  ],
]

function letInBy({ there, who, kind, command, note, entrance }: Facts): string {
  const create = `Let an administrator of ${there} run ${command('create')} and give the entry an access policy, or map ${who} in aws-auth.${note}`
  return entrance !== null
    ? create
    : `${create} Where something names it already, \`ekscope access\` says why that does not count: an entry of a type for nodes (EC2_LINUX and its like) lets in no person and stays as it is, and one that is older than the ${kind} is for an earlier one of the name.`
}

/**
 * The options that name an access entry. The ARN of a role has its path, which STS does not tell: where the entry or its
 * profile does not name it either, IAM has to be asked, and `note` says so.
 */
function accessEntry({ proven, intended, meant: { name, region } }: NotLetIn): {
  readonly options: readonly Option[]
  readonly note: string
} {
  const arn = arnForEntry(proven, intended.arn)
  const isWhole = isRoleArn(arn) || parsePrincipal(arn)?.kind !== 'role'
  return {
    options: [
      ...(name === null ? [] : [option('--cluster-name', name)]),
      ...(region === null ? [] : [option('--region', region)]),
      option('--principal-arn', isWhole ? arn : 'ROLE_ARN'),
    ],
    note: isWhole ? '' : ' ROLE_ARN is the whole ARN of the role, with its path: IAM shows it.',
  }
}
