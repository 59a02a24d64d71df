/** Tidepool's clusters: who has access to each, by which username, and what is special about it. */
import { secretFrom } from '../simulator/signing-keys'
import type { AccessEntryRecord, EksCluster } from '../simulator/world'
import { clusterArn } from './accounts'
import { alice, arns, carol, ciDeployer, experimentOldId, wei } from './demo-identities'

export const clusterArns = {
  prodEu: clusterArn('paymentsProd', 'eu-west-1', 'prod-eu'),
  prodUs: clusterArn('paymentsProd', 'us-east-1', 'prod-us'),
  ledger: clusterArn('paymentsProd', 'eu-west-1', 'ledger'),
  invoices: clusterArn('paymentsProd', 'eu-west-1', 'invoices'),
  stage: clusterArn('paymentsDev', 'eu-west-1', 'stage'),
  sandbox7: clusterArn('paymentsDev', 'eu-central-1', 'sandbox-7'),
  preview: clusterArn('paymentsDev', 'eu-central-1', 'preview'),
  attic: clusterArn('paymentsDev', 'eu-central-1', 'attic'),
  loadTest: clusterArn('paymentsDev', 'eu-north-1', 'load-test'),
  mocks: clusterArn('paymentsDev', 'eu-north-1', 'mocks'),
  tools: clusterArn('platform', 'eu-west-1', 'tools'),
  observability: clusterArn('platform', 'eu-west-1', 'observability'),
  edge1: clusterArn('platform', 'ap-southeast-2', 'edge-1'),
  edge2: clusterArn('platform', 'ap-southeast-2', 'edge-2'),
  runners: clusterArn('platform', 'eu-north-1', 'runners'),
  lake: clusterArn('dataLake', 'us-west-2', 'lake'),
  notebooks: clusterArn('dataLake', 'us-west-2', 'notebooks'),
  vault: clusterArn('security', 'eu-west-1', 'vault'),
  playground: clusterArn('sandbox', 'eu-west-1', 'playground'),
  hall: clusterArn('sandbox', 'eu-west-1', 'outpost-hall'),
  cnCore: clusterArn('cnOps', 'cn-north-1', 'cn-core'),
  cnShop: clusterArn('cnShop', 'cn-northwest-1', 'cn-shop'),
} as const

export type ClusterKey = keyof typeof clusterArns

/** The id by which tokens name the Outposts local cluster. */
export const hallId = 'b7c0a3f2-5d1e-4c86-9a3b-2f6e1d0c9b84'
/** A token that the tools cluster's own API server knows: nothing of AWS. */
export const backupToken = `tools-backup-${secretFrom('tidepool backup').replace(/[^A-Za-z0-9]/g, '')}`
export const basicPassword = secretFrom('tidepool basic').replace(/[^A-Za-z0-9]/g, '')

const admin = { policies: [{ name: 'AmazonEKSClusterAdminPolicy' }] } as const
const view = { policies: [{ name: 'AmazonEKSViewPolicy' }] } as const

const entry = (principalArn: string, more: Partial<AccessEntryRecord> = {}): AccessEntryRecord => ({
  ...more,
  principalArn,
})

const cluster = (
  key: ClusterKey,
  accessEntries: readonly AccessEntryRecord[],
  more: Partial<EksCluster> = {},
): EksCluster => ({
  arn: clusterArns[key],
  status: 'ACTIVE',
  version: '1.31',
  authenticationMode: 'API_AND_CONFIG_MAP',
  accessEntries,
  awsAuth: null,
  serviceRole: clusterArns[key].replace(/:eks:[^:]*:(\d+):cluster\/(.+)$/, ':iam::$1:role/$2-cluster-role'),
  endpointAccess: { public: true, private: true },
  namespaces: ['default', 'kube-system'],
  ...more,
})

export const clusters: readonly EksCluster[] = [
  cluster(
    'prodEu',
    [
      entry(arns.payAdmin, { username: 'admin:{{SessionName}}', ...admin }),
      entry(arns.payReadOnly, { username: 'readonly', groups: ['viewers'], ...view }),
      entry(arns.payDeploy, {
        username: 'ci:{{SessionName}}',
        policies: [{ name: 'AmazonEKSEditPolicy', namespaces: ['checkout', 'web'] }],
      }),
    ],
    {
      namespaces: ['default', 'kube-system', 'checkout', 'web'],
      awsAuth: {
        mapUsers: `- userarn: ${carol.arn}\n  username: carol\n  groups: [system:masters]\n- userarn: [not, an, arn]\n`,
      },
    },
  ),
  cluster(
    'prodUs',
    [
      entry(arns.payAdmin, { username: 'admin:{{SessionName}}', ...admin }),
      entry(arns.ssoFinance, { username: 'finance:{{SessionName}}', groups: ['auditors'], ...view }),
    ],
    {
      namespaces: ['default', 'kube-system', 'checkout'],
    },
  ),
  cluster('ledger', [entry(arns.payAdmin, admin)], {
    authenticationMode: 'API',
    version: '1.32',
  }),
  // Deleted and made again, so that contexts from before refer to an endpoint that no longer exists.
  cluster('invoices', [entry(arns.payAdmin, { username: 'admin:{{SessionName}}', ...admin })], {
    authenticationMode: 'API',
    version: '1.33',
    namespaces: ['default', 'kube-system', 'billing'],
  }),
  cluster('stage', [], {
    authenticationMode: 'CONFIG_MAP',
    version: '1.27',
    reviewVersions: ['v1beta1', 'v1alpha1'],
    namespaces: ['default', 'kube-system', 'web'],
    awsAuth: {
      mapRoles: `- rolearn: ${arns.devDeveloper}
  username: dev:{{SessionName}}
  groups: [developers]
- rolearn: ${arns.devAdmin}
  username: stage-admin
  groups: [system:masters]
`,
      mapUsers: `- userarn: ${carol.arn}\n  username: carol\n  groups: [developers]\n`,
    },
  }),
  cluster('sandbox7', [entry(arns.devDeveloper, { groups: ['developers'], ...view })]),
  cluster('preview', [], { status: 'CREATING', reachable: 'refused' }),
  // Its subnets ran out of addresses in spring, and it was never removed.
  cluster('attic', [], { status: 'FAILED', version: '1.29', reachable: 'refused' }),
  cluster(
    'tools',
    [
      entry(arns.platformOps, { username: 'ops:{{SessionName}}', groups: ['platform'], ...admin }),
      entry(alice.arn, { groups: ['platform'], ...view }),
      entry(ciDeployer.arn, { username: 'ci-deployer', policies: [{ name: 'AmazonEKSEditPolicy' }] }),
      entry(arns.ssoPlatform, { username: 'sso:{{SessionName}}', ...view }),
    ],
    {
      namespaces: ['default', 'kube-system', 'argocd', 'ci'],
      impersonators: ['platform'],
      staticTokens: [{ token: backupToken, username: 'backup', groups: ['system:masters'] }],
      basicUsers: [{ username: 'operator', password: basicPassword, groups: ['operators'] }],
    },
  ),
  cluster('observability', [entry(arns.platformOps, { username: 'ops', ...view }), entry(alice.arn, view)], {
    version: '1.28',
    reviewVersions: ['v1beta1'],
    sendsExtra: false,
    impersonators: 'never',
    namespaces: ['default', 'kube-system', 'grafana'],
  }),
  cluster('edge1', [entry(arns.platformOps, admin)], {
    reachable: 'refused',
    endpointAccess: { public: false, private: true },
  }),
  cluster('edge2', [entry(arns.platformOps, admin)], {
    reachable: 'silent',
    endpointAccess: { public: false, private: true },
  }),
  // Those of Stockholm, which Alice lets aws write down.
  cluster('runners', [
    entry(arns.platformOps, { username: 'ops:{{SessionName}}', ...admin }),
    entry(alice.arn, { username: 'alice', ...view }),
  ]),
  cluster('loadTest', [entry(arns.devDeveloper, { username: 'dev:{{SessionName}}', ...view })]),
  cluster('mocks', [entry(arns.devDeveloper, { username: 'dev:{{SessionName}}', ...view })]),
  cluster(
    'lake',
    [
      entry(arns.ssoDataEngineer, { username: 'sso:{{SessionName}}', groups: ['data-engineers'], ...view }),
      entry(arns.ssoAnalyst, { groups: ['analysts'], ...view }),
      entry(arns.ssoResearch, { username: 'research', groups: ['research'], ...view }),
      entry(arns.sparkRunner, { username: 'spark', groups: ['spark'] }),
      entry(arns.lakeBatch, { username: 'batch', groups: ['spark'] }),
    ],
    { namespaces: ['default', 'kube-system', 'spark', 'jupyter'] },
  ),
  cluster('notebooks', [entry(arns.ssoDataEngineer, { ...view })], {
    status: 'UPDATING',
    version: '1.30',
  }),
  cluster('vault', [entry(arns.hub, { username: 'hub', groups: ['wardens'] })], {
    authenticationMode: 'API',
    reviewDenied: true,
  }),
  cluster(
    'playground',
    [
      entry(arns.sandboxUser, { groups: ['players'], ...admin }),
      entry(arns.experiment, { principalId: experimentOldId, ...admin }),
      entry(alice.arn, { username: 'alice', groups: ['players'], ...admin }),
    ],
    { authenticationMode: 'API' },
  ),
  cluster('hall', [entry(arns.sandboxUser, { username: 'hall:{{SessionNameRaw}}', ...view })], {
    outpost: {
      id: hallId,
      outpostArns: ['arn:aws:outposts:eu-west-1:262626262626:outpost/op-0f1e2d3c4b5a69788'],
    },
  }),
  cluster('cnCore', [
    entry(arns.cnOps, { username: 'cn-ops', groups: ['cn'], ...admin }),
    entry(wei.arn, view),
  ]),
  cluster('cnShop', [entry(arns.cnShop, { groups: ['cn'], ...view })], {
    awsAuth: { mapAccounts: '- "606060606060"\n' },
  }),
]
