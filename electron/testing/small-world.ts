/** A world of two accounts for tests that need some AWS and no whole company. */
import type { EksCluster, World } from '../demo/simulator/world'

export const small = {
  account: '111122223333',
  other: '444455556666',
  alice: {
    arn: 'arn:aws:iam::111122223333:user/people/alice',
    key: { id: 'AKIAALICEALICE000001', secret: 'alicealicealicealicealicealicealice00001' },
  },
  carol: {
    arn: 'arn:aws:iam::111122223333:user/carol',
    key: { id: 'AKIACAROLCAROL000001', secret: 'carolcarolcarolcarolcarolcarolcarol00001' },
  },
  admin: 'arn:aws:iam::111122223333:role/Admin',
  reader: 'arn:aws:iam::111122223333:role/team/Reader',
  crossAccount: 'arn:aws:iam::444455556666:role/Deploy',
  guarded: 'arn:aws:iam::111122223333:role/Guarded',
  withMfa: 'arn:aws:iam::111122223333:role/WithMfa',
  workload: 'arn:aws:iam::111122223333:role/Workload',
  sso: 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Developer_0123456789abcdef',
  cluster: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod',
  old: 'arn:aws:eks:eu-west-1:111122223333:cluster/old',
  webToken: 'web-identity-token-of-the-workload',
  ssoToken: 'sso-access-token-0001',
  startUrl: 'https://small.awsapps.com/start',
} as const

const prod: EksCluster = {
  arn: small.cluster,
  status: 'ACTIVE',
  version: '1.31',
  authenticationMode: 'API_AND_CONFIG_MAP',
  accessEntries: [
    { principalArn: small.admin, groups: ['platform'], policies: [{ name: 'AmazonEKSClusterAdminPolicy' }] },
    { principalArn: small.alice.arn, policies: [{ name: 'AmazonEKSViewPolicy', namespaces: ['web'] }] },
    { principalArn: small.sso, username: 'sso:{{SessionName}}', groups: ['developers'] },
    { principalArn: 'arn:aws:iam::111122223333:role/Guarded', principalId: 'AROAGUARDEDOLD000001' },
  ],
  awsAuth: {
    mapRoles: `- rolearn: arn:aws:iam::111122223333:role/Reader
  username: reader:{{SessionName}}
  groups:
    - readers
- this is no entry
`,
    mapUsers: `- userarn: ${small.carol.arn}
  username: carol
  groups: [system:masters]
- 17
`,
  },
  serviceRole: 'arn:aws:iam::111122223333:role/prod-service',
  endpointAccess: { public: true, private: true },
  namespaces: ['default', 'kube-system', 'web'],
}

/** Alice, Carol, their roles, two clusters, a web identity and an SSO sign-in that lasts a while. */
export function smallWorld(now: number): World {
  const account = small.account
  return {
    accounts: [
      { id: account, name: 'small', partition: 'aws' },
      { id: small.other, name: 'other', partition: 'aws' },
    ],
    users: [
      {
        arn: small.alice.arn,
        uniqueId: 'AIDAALICEALICE000001',
        keys: [small.alice.key],
        mfa: { serial: `arn:aws:iam::${account}:mfa/alice`, code: '123456' },
      },
      {
        arn: small.carol.arn,
        uniqueId: 'AIDACAROLCAROL000001',
        keys: [small.carol.key],
        denied: ['eks:DescribeCluster'],
      },
    ],
    roles: [
      { arn: small.admin, uniqueId: 'AROAADMINADMIN000001', trust: [`arn:aws:iam::${account}:root`] },
      { arn: small.reader, uniqueId: 'AROAREADERREAD000001', trust: [small.alice.arn] },
      { arn: small.crossAccount, uniqueId: 'AROADEPLOYDEPL000001', trust: [small.admin] },
      {
        arn: small.guarded,
        uniqueId: 'AROAGUARDEDNEW000001',
        trust: [small.alice.arn],
        externalId: 'open sesame',
      },
      { arn: small.withMfa, uniqueId: 'AROAWITHMFAMFA000001', trust: [small.alice.arn], mfaRequired: true },
      {
        arn: small.workload,
        uniqueId: 'AROAWORKLOADWO000001',
        webIdentity: [{ issuer: 'oidc.small.example', subjects: ['system:serviceaccount:web:front'] }],
      },
      { arn: small.sso, uniqueId: 'AROASSODEVELOP000001' },
    ],
    clusters: [
      prod,
      {
        ...prod,
        arn: small.old,
        version: '1.27',
        authenticationMode: 'CONFIG_MAP',
        reviewVersions: ['v1beta1', 'v1alpha1'],
        accessEntries: [],
      },
    ],
    sso: [
      {
        startUrl: small.startUrl,
        region: 'eu-west-1',
        username: 'dora@small.example',
        assignments: [{ account, permissionSet: 'Developer', roleArn: small.sso }],
        tokens: [{ accessToken: small.ssoToken, expiresAt: now + 3_600_000 }],
      },
    ],
    webIdentity: [
      {
        token: small.webToken,
        issuer: 'oidc.small.example',
        subject: 'system:serviceaccount:web:front',
        audience: 'sts.amazonaws.com',
      },
    ],
  }
}

/** A profile of an AWS config file that has the keys of a user. */
export const keyProfile = (
  name: string,
  { key }: { readonly key: { readonly id: string; readonly secret: string } },
): string => `[profile ${name}]
region = eu-west-1
aws_access_key_id = ${key.id}
aws_secret_access_key = ${key.secret}
`

/** A profile of an AWS config file by which alice assumes a role. */
export const roleProfile = (name: string, role: string, more = ''): string => `[profile ${name}]
role_arn = ${role}
source_profile = alice
${more}`
