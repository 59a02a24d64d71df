/** What an administrator runs to let somebody into a cluster. Ekscope shows it and runs none of it. */
import { bare } from './access'
import { isRoleArn, parsePrincipal } from './arn'

/** A line to copy, or a text to write somewhere, with what it does. */
export interface LetInStep {
  readonly does: string
  /** For a POSIX shell; null where `text` is to be written by hand. */
  readonly command: string | null
  readonly text: string | null
}

export interface LetInCluster {
  readonly name: string
  readonly region: string
  readonly partition: string
  readonly mode: string | null
}

/** A word for a POSIX shell. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** A name of IAM's as a YAML text that is no number, no truth value and no broken list: `@ops`, `007` and `on` are names there. */
const yamlWord = (name: string): string =>
  /^[A-Za-z][\w+=,.@-]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name)
    ? name
    : `"${name}"`

/** What somebody who is let in may do. */
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

/** How far somebody is let in. */
export interface LetInScope {
  readonly may: LetInMay
  /** Null: in the whole cluster. */
  readonly namespace: string | null
}

/** The steps that let this user or role in; without a scope, to read everywhere. Null: it is neither, or of another partition. */
export function letIn(
  { name, region, partition, mode }: LetInCluster,
  arn: string,
  { may, namespace }: LetInScope = { may: 'read', namespace: null },
): readonly LetInStep[] | null {
  const principal = parsePrincipal(arn)
  if (principal === null || (principal.kind !== 'role' && principal.kind !== 'user')) return null
  if (principal.partition !== partition) return null
  const account = principal.name
  // A name of IAM's may begin with what would be an option.
  const binding = word(`${account.replace(/^-+/, '')}-${allows[may].role}`)
  const { policy, role, does } = allows[may]
  const where = namespace === null ? 'in the whole cluster' : `in namespace ${namespace}`
  if (mode === 'CONFIG_MAP') {
    const [list, key] = principal.kind === 'role' ? ['mapRoles', 'rolearn'] : ['mapUsers', 'userarn']
    return [
      {
        does: `a line in ${list} of the ConfigMap aws-auth in kube-system`,
        command: null,
        text: `- ${key}: ${bare(arn)}\n  username: ${yamlWord(account)}\n  groups:\n  - GROUP\n`,
      },
      {
        does: 'what GROUP may do is bound in the cluster',
        command:
          namespace === null
            ? `kubectl create clusterrolebinding ${binding} --clusterrole=${role} --group=GROUP`
            : `kubectl create rolebinding ${binding} --clusterrole=${role} --group=GROUP --namespace ${word(namespace)}`,
        text: null,
      },
    ]
  }
  // A session has a role, and STS does not show its path.
  const whole = principal.kind === 'user' || isRoleArn(arn) ? arn : 'ROLE_ARN'
  const of = `--cluster-name ${word(name)} --region ${word(region)} --principal-arn ${word(whole)}`
  return [
    {
      does:
        whole === arn
          ? 'an access entry'
          : 'an access entry; ROLE_ARN is the whole ARN of the role, with its path: IAM shows it',
      command: `aws eks create-access-entry ${of}`,
      text: null,
    },
    {
      does:
        may === 'read' && namespace === null
          ? `${does} ${where}; other policies allow more`
          : `${does} ${where}`,
      command: `aws eks associate-access-policy ${of} --policy-arn arn:${partition}:eks::aws:cluster-access-policy/${policy} --access-scope ${namespace === null ? 'type=cluster' : word(`type=namespace,namespaces=${namespace}`)}`,
      text: null,
    },
  ]
}
