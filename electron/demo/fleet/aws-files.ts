/** ~/.aws of the demo home: one profile for every way to sign in, and for every way in which that fails. */
import { createHash } from 'node:crypto'
import type { TemporaryCredentials } from '../simulator/signing-keys'
import {
  accessKey,
  alice,
  arns,
  auditor,
  carol,
  ciDeployer,
  former,
  type PortalSession,
  wei,
} from './demo-identities'

export interface AwsFilesInput {
  readonly home: string
  /** The simulator: the endpoint of every profile's services, so that no environment reaches anything else. */
  readonly endpointUrl: string
  readonly expired: TemporaryCredentials
}

/** A profile in a region, as all of them are: its services are the demo's. */
const profile = (name: string, region: string | null, ...says: readonly string[]): string =>
  [
    `[profile ${name}]`,
    ...says,
    ...(region === null ? [] : [`region = ${region}`]),
    'services = demo',
    '',
  ].join('\n')
const assumes = (
  name: string,
  role: string,
  source: string,
  region: string | null = 'eu-west-1',
  ...says: readonly string[]
): string => profile(name, region, `role_arn = ${role}`, `source_profile = ${source}`, ...says)
const bySso = (name: string, session: string, account: string, role: string, region: string): string =>
  profile(name, region, `sso_session = ${session}`, `sso_account_id = ${account}`, `sso_role_name = ${role}`)
const ssoSession = (name: string): string => `[sso-session ${name}]
sso_start_url = https://tidepool-${name}.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`
const asAlice = 'role_session_name = alice'
const services = ['sts', 'eks', 'sso', 'sso_oidc', 'account', 'iam', 'signin']

/** ~/.aws/config. */
export function awsConfig({ home, endpointUrl }: AwsFilesInput): string {
  return `# Tidepool: AWS profiles of Alice, platform team.
# Every profile names "services = demo": in the demo, AWS is a simulator on this machine.

[default]
region = eu-west-1
output = json
services = demo
ec2_metadata_service_endpoint = ${endpointUrl}/

${profile('alice', 'eu-west-1')}
# --- role chains: everything in production goes through the hub ---
${assumes('hub', arns.hub, 'alice', undefined, asAlice)}
${assumes('pay', arns.payAdmin, 'hub', undefined, asAlice)}
${assumes('pay-ro', arns.payReadOnly, 'hub')}
# asked for in March, never granted
${assumes('pay-audit', arns.payAudit, 'hub')}
${assumes('dev', arns.devDeveloper, 'alice', undefined, asAlice)}
${assumes('platform', arns.platformOps, 'alice', undefined, asAlice)}
[profile sandbox]
role_arn    =    ${arns.sandboxUser}
source_profile=alice
role_session_name = alice@tidepool
region = eu-west-1
services = demo

${assumes('experiment', arns.experiment, 'alice', undefined, asAlice)}
${assumes('break-glass', arns.breakGlass, 'alice', undefined, `mfa_serial = ${alice.mfa?.serial}`)}
# --- fixed keys (the keys are in the credentials file) ---
${['ci', 'carol', 'frank', 'auditor', 'contractor'].map((name) => profile(name, 'eu-west-1')).join('\n')}
# --- IAM Identity Center ---
${bySso('lake', 'corp', '123412341234', 'DataEngineer', 'us-west-2')}
${bySso('platform-view', 'corp', '777788889999', 'PlatformView', 'eu-west-1')}
${bySso('lake-analyst', 'partners', '123412341234', 'Analyst', 'us-west-2')}
${bySso('lake-research', 'research', '123412341234', 'Research', 'us-west-2')}
${bySso('finance', 'finance', '111122223333', 'Finance', 'us-east-1')}
# the old way, without a session of its own
[profile lake-old-style]
sso_start_url = https://tidepool-corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123412341234
sso_role_name = DataEngineer
region = us-west-2
services = demo

${['corp', 'partners', 'research', 'finance'].map(ssoSession).join('\n')}
# --- other ways in ---
[profile spark]
web_identity_token_file = ${home}/.aws/spark-token
role_arn = ${arns.sparkRunner}
role_session_name = runner
region = us-west-2
services = demo

${profile('batch', 'us-west-2', `credential_process = ${home}/bin/batch-credentials`)}
${profile('console', 'eu-west-1', `login_session = ${alice.arn}`)}ec2_metadata_service_endpoint = ${endpointUrl}/

# --- China: another partition, other keys ---
${profile('wei', 'cn-north-1')}
${assumes('cn-ops', arns.cnOps, 'wei', 'cn-north-1')}
${assumes('cn-shop', arns.cnShop, 'cn-ops', 'cn-northwest-1')}
# --- broken, and nobody dares to delete them ---
${assumes('loop-a', arns.devDeveloper, 'loop-b', null)}
${assumes('loop-b', arns.devAdmin, 'loop-a', null)}
${assumes('no-source', arns.devDeveloper, 'nobody-knows', null)}
${bySso('no-session', 'not-configured', '123412341234', 'Analyst', 'us-west-2')}
${assumes("'night shift'", arns.platformOps, 'alice', undefined, 'role_session_name = night-shift')}
[services demo]
${services.map((service) => `${service} =\n  endpoint_url = ${endpointUrl}\n`).join('')}`
}

/** ~/.aws/credentials. */
export function awsCredentials({ expired }: AwsFilesInput): string {
  const section = (name: string, key: { readonly id: string; readonly secret: string }): string =>
    `[${name}]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n\n`
  return `# Keys of the made-up company Tidepool. They open nothing but the demo's simulator.
${section('default', accessKey(alice))}${section('alice', accessKey(alice))}${section('ci', accessKey(ciDeployer))}${section('carol', accessKey(carol))}# left in June
${section('frank', accessKey(former))}${section('auditor', accessKey(auditor))}${section('wei', accessKey(wei))}# pasted from the console, good for an hour
[contractor]
aws_access_key_id = ${expired.accessKeyId}
aws_secret_access_key = ${expired.secretAccessKey}
aws_session_token = ${expired.sessionToken}
`
}

const sha1 = (text: string): string => createHash('sha1').update(text, 'utf8').digest('hex')
const isoSeconds = (at: number): string => new Date(at).toISOString().replace(/\.\d+/, '')

/** A file of ~/.aws/sso/cache: named by the SHA-1 of the session's name, or of the start URL in the old style. */
export function ssoCacheFile(
  session: PortalSession,
  keyedBy: 'name' | 'startUrl' = 'name',
): { readonly name: string; readonly text: string } {
  return {
    name: `${sha1(keyedBy === 'name' ? session.name : session.startUrl)}.json`,
    text: `${JSON.stringify({
      startUrl: session.startUrl,
      region: session.region,
      accessToken: session.accessToken,
      expiresAt: isoSeconds(session.expiresAt),
      ...(session.refresh && {
        ...session.refresh,
        registrationExpiresAt: isoSeconds(session.expiresAt + 80 * 24 * 3_600_000),
      }),
    })}\n`,
  }
}

/**
 * A file of ~/.aws/cli/cache with the credentials of an SSO role. botocore names it by the SHA-1 of this JSON with
 * sorted keys and no spaces; the real aws is the judge in demo.test.ts.
 */
export function ssoRoleCacheFile(
  role: { readonly accountId: string; readonly roleName: string; readonly sessionName: string },
  credentials: TemporaryCredentials,
): { readonly name: string; readonly text: string } {
  const { accountId, roleName, sessionName } = role
  return {
    name: `${sha1(JSON.stringify({ accountId, roleName, sessionName }))}.json`,
    text: `${JSON.stringify({
      ProviderType: 'sso',
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: isoSeconds(credentials.expiresAt),
        AccountId: accountId,
      },
    })}\n`,
  }
}
