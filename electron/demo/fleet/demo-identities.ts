/** Tidepool's identities: users with their keys, roles with their trust, and three sign-in portals. */
import { idFrom, secretFrom } from '../simulator/signing-keys'
import type { AccessKey, IamRole, IamUser, SsoInstance, WebIdentityToken } from '../simulator/world'
import { type AccountKey, accounts, roleArn, userArn } from './accounts'

const hour = 3_600_000

const keyOf = (who: string): AccessKey => ({
  id: idFrom('AKIA', `tidepool ${who}`),
  secret: secretFrom(`tidepool ${who}`),
})

const user = (arn: string, who: string, more: Partial<IamUser> = {}): IamUser => ({
  arn,
  uniqueId: idFrom('AIDA', `tidepool ${who}`, 17),
  keys: [keyOf(who)],
  ...more,
})

/** The person whose machine the demo home is. */
export const alice = user(userArn('platform', 'people/alice'), 'alice', {
  mfa: { serial: 'arn:aws:iam::777788889999:mfa/alice', code: '424242' },
})
/** Whose keys the login shell exports: left over from an afternoon of pairing. */
export const carol = user(userArn('paymentsProd', 'carol'), 'carol')
export const ciDeployer = user(userArn('platform', 'ci/ci-deployer'), 'ci-deployer')
/** Left the company: the keys were deactivated. */
export const former = user(userArn('platform', 'people/frank'), 'frank', {
  keys: [{ ...keyOf('frank'), inactive: true }],
})
export const wei = user(userArn('cnOps', 'wei'), 'wei')
/** Actions about accounts that many companies leave to administrators. */
const saysNothing = ['account:ListRegions', 'iam:ListAccountAliases']
/** May do nothing at EKS: kubectl works with it, discovery does not. */
export const auditor = user(userArn('security', 'auditor'), 'auditor', { denied: ['eks:*', ...saysNothing] })

export const users: readonly IamUser[] = [alice, carol, ciDeployer, former, wei, auditor]

const role = (arn: string, trust: readonly string[], more: Partial<IamRole> = {}): IamRole => ({
  arn,
  uniqueId: idFrom('AROA', `tidepool ${arn}`, 17),
  trust,
  ...more,
})

/** The key of a fixed-keys user; every user here has one. */
export function accessKey(of: IamUser): AccessKey {
  const [key] = of.keys
  if (!key) throw new Error(`${of.arn} has no key`)
  return key
}

const ssoRole = (account: AccountKey, name: string): string =>
  roleArn(account, `aws-reserved/sso.amazonaws.com/AWSReservedSSO_${name}`)

export const arns = {
  hub: roleArn('security', 'Hub'),
  payAdmin: roleArn('paymentsProd', 'Admin'),
  payReadOnly: roleArn('paymentsProd', 'ReadOnly'),
  payAudit: roleArn('paymentsProd', 'BillingAudit'),
  payDeploy: roleArn('paymentsProd', 'CiDeploy'),
  devDeveloper: roleArn('paymentsDev', 'Developer'),
  devAdmin: roleArn('paymentsDev', 'Admin'),
  platformOps: roleArn('platform', 'teams/platform/PlatformOps'),
  breakGlass: roleArn('platform', 'BreakGlass'),
  sandboxUser: roleArn('sandbox', 'Sandbox'),
  experiment: roleArn('sandbox', 'Experiment'),
  sparkRunner: roleArn('dataLake', 'SparkRunner'),
  lakeBatch: roleArn('dataLake', 'LakeBatch'),
  contractor: roleArn('paymentsDev', 'Contractor'),
  cnOps: roleArn('cnOps', 'CnOps'),
  cnShop: roleArn('cnShop', 'ShopViewer'),
  ssoDataEngineer: ssoRole('dataLake', 'DataEngineer_5f1e2d3c4b5a6978'),
  ssoAnalyst: ssoRole('dataLake', 'Analyst_0a1b2c3d4e5f6071'),
  ssoResearch: ssoRole('dataLake', 'Research_99aabbccddeeff00'),
  ssoFinance: ssoRole('paymentsProd', 'Finance_1122334455667788'),
  ssoPlatform: ssoRole('platform', 'PlatformView_8877665544332211'),
} as const

/** The issuer of the Spark jobs' tokens. */
const issuer = 'oidc.eks.us-west-2.amazonaws.com/id/7C5F0E1D2B3A49586776543210FEDCBA'

export const roles: readonly IamRole[] = [
  role(arns.hub, [alice.arn], { denied: saysNothing }),
  role(arns.payAdmin, [arns.hub]),
  role(arns.payReadOnly, [arns.hub, carol.arn], { denied: saysNothing }),
  role(arns.payAudit, [auditor.arn]),
  role(arns.payDeploy, [ciDeployer.arn]),
  role(arns.devDeveloper, [alice.arn, arns.hub]),
  role(arns.devAdmin, [arns.devDeveloper]),
  role(arns.platformOps, [alice.arn, carol.arn]),
  role(arns.breakGlass, [alice.arn], { mfaRequired: true }),
  role(arns.sandboxUser, [alice.arn]),
  // Deleted and made again under its old name: the cluster's entry remembers another unique id.
  role(arns.experiment, [alice.arn]),
  role(arns.sparkRunner, [], { webIdentity: [{ issuer, subjects: ['system:serviceaccount:spark:runner'] }] }),
  role(arns.lakeBatch, []),
  role(arns.contractor, []),
  role(arns.cnOps, [wei.arn]),
  role(arns.cnShop, [arns.cnOps]),
  role(arns.ssoDataEngineer, [], { denied: ['account:ListRegions'] }),
  role(arns.ssoAnalyst, []),
  role(arns.ssoResearch, []),
  role(arns.ssoFinance, []),
  role(arns.ssoPlatform, []),
]

/** The id that Experiment had before it was deleted. */
export const experimentOldId = idFrom('AROA', 'tidepool Experiment, the first one', 17)

export const sparkToken: WebIdentityToken = {
  token: `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify({ iss: `https://${issuer}`, sub: 'system:serviceaccount:spark:runner' })).toString('base64url')}.demo`,
  issuer,
  subject: 'system:serviceaccount:spark:runner',
  audience: 'sts.amazonaws.com',
}

/** An sso-session of the demo home and the state in which an earlier login left it. */
export type PortalSession = ReturnType<typeof portalSessions>['corp']

/** One session per state that an SSO sign-in can be in. */
export function portalSessions(now: number) {
  const session = (name: string, expiresAt: number, refreshable: boolean) => ({
    name,
    startUrl: `https://tidepool-${name}.awsapps.com/start`,
    region: 'eu-west-1',
    accessToken: `aoaAAAAAG${secretFrom(`tidepool sso ${name}`)}`,
    expiresAt,
    /** Lets aws renew the token without a sign-in. */
    refresh: refreshable
      ? {
          refreshToken: `aorAAAAAG${secretFrom(`tidepool refresh ${name}`)}`,
          clientId: idFrom('', `tidepool client ${name}`, 22),
          clientSecret: `eyJraWQiOiJrZXkt${secretFrom(`tidepool client ${name}`)}`,
        }
      : null,
  })
  return {
    corp: session('corp', now + 12 * hour, false),
    partners: session('partners', now - 2 * hour, false),
    research: session('research', now - 3 * hour, true),
    finance: session('finance', now - 5 * hour, false),
  }
}

/** The portals behind the sessions, with their users' assignments. */
export function portals(now: number): readonly SsoInstance[] {
  const sessions = portalSessions(now)
  const portal = (
    { startUrl, region, accessToken, expiresAt, refresh }: PortalSession,
    ...assignments: SsoInstance['assignments']
  ): SsoInstance => ({
    startUrl,
    region,
    username: 'alice@tidepool.example',
    assignments,
    tokens: [{ accessToken, expiresAt, ...refresh }],
  })
  const assigned = (account: AccountKey, permissionSet: string, roleArn: string) => ({
    account: accounts[account].id,
    permissionSet,
    roleArn,
  })
  return [
    portal(
      sessions.corp,
      assigned('dataLake', 'DataEngineer', arns.ssoDataEngineer),
      assigned('platform', 'PlatformView', arns.ssoPlatform),
    ),
    portal(sessions.partners, assigned('dataLake', 'Analyst', arns.ssoAnalyst)),
    portal(sessions.research, assigned('dataLake', 'Research', arns.ssoResearch)),
    portal(sessions.finance, assigned('paymentsProd', 'Finance', arns.ssoFinance)),
  ]
}
