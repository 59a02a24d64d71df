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

/** The steps that let this user or role read; whoever copies them chooses another policy or group. Null: it is neither. */
export function letIn(
  { name, region, partition, mode }: LetInCluster,
  arn: string,
): readonly LetInStep[] | null {
  const principal = parsePrincipal(arn)
  if (principal === null || (principal.kind !== 'role' && principal.kind !== 'user')) return null
  const account = principal.name
  if (mode === 'CONFIG_MAP') {
    const [list, key] = principal.kind === 'role' ? ['mapRoles', 'rolearn'] : ['mapUsers', 'userarn']
    return [
      {
        does: `a line in ${list} of the ConfigMap aws-auth in kube-system`,
        command: null,
        text: `- ${key}: ${bare(arn)}\n  username: ${account}\n  groups:\n  - GROUP\n`,
      },
      {
        does: 'what GROUP may do is bound in the cluster',
        command: `kubectl create clusterrolebinding ${word(`${account}-view`)} --clusterrole=view --group=GROUP`,
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
      does: 'reading in the whole cluster; other policies allow more',
      command: `aws eks associate-access-policy ${of} --policy-arn arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy --access-scope type=cluster`,
      text: null,
    },
  ]
}
