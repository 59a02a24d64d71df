/** What an administrator runs to let an identity into a cluster. Ekscope shows it and runs none of it. */

import { type Offer, type OfferedCommand, option, type Word } from '../shell/offered-command'
import { named } from '../visible'
import { withoutSession } from './access-entries'
import { isRoleArn, parsePrincipal } from './arn'

/** A line to copy, or a text to write somewhere, with what it does. */
export interface LetInStep {
  readonly does: string
  /** Null where `text` is to be written manually, and where it is not offered; `does` says so. */
  readonly command: OfferedCommand | null
  readonly text: string | null
}

export interface LetInCluster {
  readonly name: string
  readonly region: string
  readonly partition: string
  readonly mode: string | null
}

/** Steps that are commands; of one that is not offered it is said why. */
export const stepsBy =
  (offer: (program: string, ...words: readonly Word[]) => Offer) =>
  (does: string, program: string, ...words: readonly Word[]): LetInStep => {
    const { command, text } = offer(program, ...words)
    return { does: command === null ? `${does}: ${text}` : does, command, text: null }
  }

/** An IAM name as YAML text that is no number, no truth value and no broken list: `@ops`, `007` and `on` are names in IAM. */
const yamlWord = (name: string): string =>
  /^[A-Za-z][\w+=,.@-]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name)
    ? name
    : `"${name}"`

/** What an identity that is let in may do. */
export const letInMays = ['read', 'edit', 'administer', 'everything'] as const
export type LetInMay = (typeof letInMays)[number]

/** Of each the policy of EKS, and the role of Kubernetes. */
const allows: Readonly<
  Record<LetInMay, { readonly policy: string; readonly role: string; readonly does: string }>
> = {
  read: { policy: 'AmazonEKSViewPolicy', role: 'view', does: 'reading' },
  edit: { policy: 'AmazonEKSEditPolicy', role: 'edit', does: 'editing' },
  administer: { policy: 'AmazonEKSAdminPolicy', role: 'admin', does: 'administering' },
  everything: { policy: 'AmazonEKSClusterAdminPolicy', role: 'cluster-admin', does: 'everything' },
}

/** How far an identity is let in. */
export interface LetInScope {
  readonly may: LetInMay
  /** Null: in the whole cluster. */
  readonly namespace: string | null
}

/**
 * The steps that let this user or role in, as commands by `offer`; without a scope, to read everywhere. Null: it is neither, or
 * of another partition.
 */
export function letIn(
  { name, region, partition, mode }: LetInCluster,
  arn: string,
  offer: (program: string, ...words: readonly Word[]) => Offer,
  { may, namespace }: LetInScope = { may: 'read', namespace: null },
): readonly LetInStep[] | null {
  const principal = parsePrincipal(arn)
  if (principal === null || (principal.kind !== 'role' && principal.kind !== 'user')) return null
  if (principal.partition !== partition) return null
  const account = principal.name
  const step = stepsBy(offer)
  // A name of IAM's may begin with what would be an option.
  const binding = `${account.replace(/^-+/, '')}-${allows[may].role}`
  const { policy, role, does } = allows[may]
  const where = namespace === null ? 'in the whole cluster' : `in namespace ${named(namespace)}`
  if (mode === 'CONFIG_MAP') {
    const [list, key] = principal.kind === 'role' ? ['mapRoles', 'rolearn'] : ['mapUsers', 'userarn']
    return [
      {
        does: `a line in ${list} of the ConfigMap aws-auth in kube-system`,
        command: null,
        text: `- ${key}: ${withoutSession(arn)}\n  username: ${yamlWord(account)}\n  groups:\n  - GROUP\n`,
      },
      step(
        'what GROUP may do is bound in the cluster',
        'kubectl',
        'create',
        namespace === null ? 'clusterrolebinding' : 'rolebinding',
        binding,
        option('--clusterrole', role),
        option('--group', 'GROUP'),
        ...(namespace === null ? [] : [option('--namespace', namespace)]),
      ),
    ]
  }
  // A session has a role, and STS does not show its path.
  const whole = principal.kind === 'user' || isRoleArn(arn) ? arn : 'ROLE_ARN'
  const of = [option('--cluster-name', name), option('--region', region), option('--principal-arn', whole)]
  return [
    step(
      whole === arn
        ? 'an access entry'
        : 'an access entry; ROLE_ARN is the whole ARN of the role, with its path: IAM shows it',
      'aws',
      'eks',
      'create-access-entry',
      ...of,
    ),
    step(
      may === 'read' && namespace === null
        ? `${does} ${where}; other policies allow more`
        : `${does} ${where}`,
      'aws',
      'eks',
      'associate-access-policy',
      ...of,
      option('--policy-arn', `arn:${partition}:eks::aws:cluster-access-policy/${policy}`),
      option(
        '--access-scope',
        namespace === null ? 'type=cluster' : `type=namespace,namespaces=${namespace}`,
      ),
    ),
  ]
}
