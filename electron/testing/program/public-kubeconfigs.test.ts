/**
 * Twenty kubeconfigs as people publish them, in templates of GitHub, issues and guides, each by its address: its shape with names of
 * our own, and what `ekscope lint` says of it. Nothing that is not so, and nothing of what goes on working.
 */
import { expect, test } from 'vitest'
import { small } from '../small-world'
import { useTerminal } from './terminal'

const terminal = useTerminal({
  inProcess: true,
  aws: `[default]
region = eu-west-1
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
[profile demo]
region = eu-west-1
aws_access_key_id = ${small.carol.key.id}
aws_secret_access_key = ${small.carol.key.secret}
`,
  variables: () => ({ AWS_EC2_METADATA_DISABLED: 'true' }),
})

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/demo'
/** One context, as `names` name it, that signs in by an exec entry. */
const file = (
  exec: object,
  { cluster = 'demo', user = 'demo', context = 'demo', more = '' } = {},
) => `apiVersion: v1
${more}clusters:
- cluster:
    server: https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com
    certificate-authority-data: Y2VydGlmaWNhdGU=
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${context}
current-context: ${context}
kind: Config
preferences: {}
users:
- name: ${user}
  user:
    exec: ${JSON.stringify(exec)}
`
const api = (version: string) => `client.authentication.k8s.io/${version}`
const token = ['eks', 'get-token', '--cluster-name', 'demo']
const region = ['--region', 'eu-west-1']
const byAuthenticator = { command: 'aws-iam-authenticator', args: ['token', '-i', 'demo'] }
const env = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, value]) => ({ name, value }))
const arns = { cluster: arn, user: arn, context: arn }
const aws = { cluster: 'kubernetes', user: 'aws', context: 'aws' }
/** Where it was seen; its shape; what is said. */
const seen: readonly (readonly [address: string, text: string, ids: readonly string[]])[] = [
  [
    'RinesaShkodra/EKS-cluster kubeconfig.tpl',
    file({ apiVersion: api('v1'), ...byAuthenticator }, aws),
    ['missing-interactive-mode', 'unpinned'],
  ],
  [
    'theoddden/terradev k8s-control-plane/kubeconfig.tpl',
    file(
      { apiVersion: api('v1beta1'), command: 'aws', args: [...token, ...region] },
      { more: 'kind: Config\n' },
    ),
    ['unpinned', 'missing-output-json'],
  ],
  [
    'kapilkumaria/cv-challenge-04-infrastructure eks/kubeconfig.tpl',
    file({
      apiVersion: api('v1beta1'),
      command: 'aws',
      args: ['eks', 'get-token', ...region, '--cluster-name', 'demo'],
    }),
    ['unpinned', 'missing-output-json'],
  ],
  [
    'rulebricks/terraform aws/kubeconfig.tpl',
    file(
      {
        apiVersion: api('v1beta1'),
        command: 'aws',
        args: ['eks', 'get-token', ...region, '--cluster-name', 'demo'],
      },
      { user: 'aws' },
    ),
    ['unpinned', 'missing-output-json'],
  ],
  [
    'docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html',
    file({ apiVersion: api('v1alpha1'), command: 'aws', args: token }, aws),
    ['deprecated-api-version', 'unpinned', 'missing-output-json'],
  ],
  [
    'yuvanreddy/flask-app-update terraform/kubeconfig.tpl',
    file({ apiVersion: api('v1'), command: 'aws', args: [...token, ...region] }),
    ['missing-interactive-mode', 'unpinned', 'missing-output-json'],
  ],
  [
    'sumo-drosiek/fargate-terraform kubeconfig.tpl',
    file({ apiVersion: api('v1beta1'), ...byAuthenticator }),
    ['unpinned'],
  ],
  [
    'github.com/kubernetes-sigs/aws-iam-authenticator/issues/201',
    file({
      apiVersion: api('v1alpha1'),
      ...byAuthenticator,
      env: env({
        AWS_ACCESS_KEY_ID: small.carol.key.id,
        AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
      }),
    }),
    ['deprecated-api-version', 'plain-secret'],
  ],
  [
    'opsteamhub/terraform-module-eks templates/kubeconfig.tpl',
    file({ apiVersion: 'client.authentication.Kubernetes.io/v1alpha1', ...byAuthenticator }),
    ['deprecated-api-version', 'unpinned'],
  ],
  [
    'bufbuild/terraform-modules-bufstream aws/kubeconfig.yaml.tpl',
    file(
      {
        apiVersion: api('v1beta1'),
        args: [...region, ...token, '--output', 'json'],
        command: 'aws',
        env: env({ AWS_PROFILE: 'demo' }),
      },
      arns,
    ),
    ['env-keys-win'],
  ],
  [
    'neticdk/tf-aws-eks-cluster templates/kubeconfig.tpl',
    file(
      {
        apiVersion: api('v1beta1'),
        command: 'aws-iam-authenticator',
        args: ['token', '-i', 'demo', '-r', small.admin],
        env: env({ AWS_PROFILE: 'demo' }),
      },
      aws,
    ),
    ['env-keys-win'],
  ],
  [
    'github.com/aws/aws-cli/issues/7374',
    file(
      {
        apiVersion: api('v1beta1'),
        args: [...region, ...token],
        command: 'aws',
        env: env({ AWS_PROFILE: 'demo' }),
      },
      arns,
    ),
    ['env-keys-win', 'missing-output-json'],
  ],
  [
    'github.com/terraform-aws-modules/terraform-aws-eks/issues/504',
    file({
      apiVersion: api('v1alpha1'),
      command: 'aws',
      args: [...token, ...region],
      env: env({ AWS_PROFILE: 'demo' }),
    }),
    ['deprecated-api-version', 'env-keys-win', 'missing-output-json'],
  ],
  [
    'github.com/felixfbecker/PSKubectl/issues/54',
    file({ apiVersion: api('v1alpha1'), args: [...region, ...token], command: 'aws' }, arns),
    ['deprecated-api-version', 'unpinned', 'missing-output-json'],
  ],
  [
    'github.com/ManageIQ/kubeclient/issues/362',
    file({ apiVersion: api('v1alpha1'), command: 'heptio-authenticator-aws', args: ['token', '-i', 'demo'] }),
    ['deprecated-api-version', 'unpinned'],
  ],
  [
    'github.com/kubeguard/guard/pull/150',
    file({ apiVersion: api('v1alpha1'), command: 'guard', args: ['login', '-k', 'demo', '-p', 'eks'] }),
    ['deprecated-api-version'],
  ],
  [
    'kb.novaordis.com Amazon_EKS_kubectl_Context',
    file(
      {
        apiVersion: api('v1alpha1'),
        args: [...region, ...token, '--role', small.admin],
        command: 'aws',
        env: env({ AWS_PROFILE: 'demo' }),
      },
      arns,
    ),
    ['deprecated-api-version', 'env-keys-win', 'missing-output-json', 'audit-name-lost'],
  ],
  [
    'codewisdom.io aws-eks-kubeconfig',
    file(
      { apiVersion: api('v1beta1'), command: 'aws', args: [...token, ...region] },
      { user: arn, cluster: 'production', context: 'production' },
    ),
    ['unpinned', 'missing-output-json'],
  ],
  [
    'atmos.tools aws eks token',
    file({
      apiVersion: api('v1beta1'),
      command: 'atmos',
      args: ['aws', 'eks', 'token', '--cluster-name', 'demo', ...region],
    }),
    [],
  ],
  [
    'cenit-io/cenit-terraform modules/eks/templates/kubeconfig.yaml.tpl',
    file({ apiVersion: api('v1alpha1'), ...byAuthenticator }, { user: 'aws', context: 'aws' }),
    ['deprecated-api-version', 'unpinned'],
  ],
]

test.each(seen)('%s', async (_, text, ids) => {
  terminal.write('.kube/config', text)
  const { stdout } = await terminal.ekscope(['lint', '--json'])
  const { findings }: { readonly findings: readonly { id: string }[] } = JSON.parse(stdout)
  // kubectl reads it, too: there is something to say of it.
  expect((await terminal.kubectl()).contexts.size).toBe(1)
  // Whether a command is there is a matter of the machine.
  expect(findings.map(({ id }) => id).filter((id) => id !== 'command-not-found')).toEqual(ids)
})
