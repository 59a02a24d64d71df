/** ~/.aws of the demo home: one profile for every way to sign in, and for every way in which that fails. */
import { createHash } from 'node:crypto'
import type { TemporaryCredentials } from '../simulator/keys'
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
} from './identities'

export interface AwsFilesInput {
  readonly home: string
  /** The simulator: every profile's services lead there, so that no environment reaches anything else. */
  readonly endpointUrl: string
  readonly expired: TemporaryCredentials
}

/** ~/.aws/config. */
export function awsConfig({ home, endpointUrl }: AwsFilesInput): string {
  return `# Tidepool: AWS profiles of Alice, platform team.
# Every profile names "services = demo": in the demo, AWS is a simulator on this machine.

[default]
region = eu-west-1
output = json
services = demo
ec2_metadata_service_endpoint = ${endpointUrl}/

[profile alice]
region = eu-west-1
services = demo

# --- role chains: everything in production goes through the hub ---
[profile hub]
role_arn = ${arns.hub}
source_profile = alice
role_session_name = alice
region = eu-west-1
services = demo

[profile pay]
role_arn = ${arns.payAdmin}
source_profile = hub
role_session_name = alice
region = eu-west-1
services = demo

[profile pay-ro]
role_arn = ${arns.payReadOnly}
source_profile = hub
region = eu-west-1
services = demo

# asked for in March, never granted
[profile pay-audit]
role_arn = ${arns.payAudit}
source_profile = hub
region = eu-west-1
services = demo

[profile dev]
role_arn = ${arns.devDeveloper}
source_profile = alice
role_session_name = alice
region = eu-west-1
services = demo

[profile platform]
role_arn = ${arns.platformOps}
source_profile = alice
role_session_name = alice
region = eu-west-1
services = demo

[profile sandbox]
role_arn    =    ${arns.sandboxUser}
source_profile=alice
role_session_name = alice@tidepool
region = eu-west-1
services = demo

[profile experiment]
role_arn = ${arns.experiment}
source_profile = alice
role_session_name = alice
region = eu-west-1
services = demo

[profile break-glass]
role_arn = ${arns.breakGlass}
source_profile = alice
mfa_serial = ${alice.mfa?.serial}
region = eu-west-1
services = demo

# --- fixed keys (the keys are in the credentials file) ---
[profile ci]
region = eu-west-1
services = demo

[profile carol]
region = eu-west-1
services = demo

[profile frank]
region = eu-west-1
services = demo

[profile auditor]
region = eu-west-1
services = demo

[profile contractor]
region = eu-west-1
services = demo

# --- IAM Identity Center ---
[profile lake]
sso_session = corp
sso_account_id = 123412341234
sso_role_name = DataEngineer
region = us-west-2
services = demo

[profile platform-view]
sso_session = corp
sso_account_id = 777788889999
sso_role_name = PlatformView
region = eu-west-1
services = demo

[profile lake-analyst]
sso_session = partners
sso_account_id = 123412341234
sso_role_name = Analyst
region = us-west-2
services = demo

[profile lake-research]
sso_session = research
sso_account_id = 123412341234
sso_role_name = Research
region = us-west-2
services = demo

[profile finance]
sso_session = finance
sso_account_id = 111122223333
sso_role_name = Finance
region = us-east-1
services = demo

# the old way, without a session of its own
[profile lake-old-style]
sso_start_url = https://tidepool-corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123412341234
sso_role_name = DataEngineer
region = us-west-2
services = demo

[sso-session corp]
sso_start_url = https://tidepool-corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[sso-session partners]
sso_start_url = https://tidepool-partners.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[sso-session research]
sso_start_url = https://tidepool-research.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[sso-session finance]
sso_start_url = https://tidepool-finance.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

# --- other ways in ---
[profile spark]
web_identity_token_file = ${home}/.aws/spark-token
role_arn = ${arns.sparkRunner}
role_session_name = runner
region = us-west-2
services = demo

[profile batch]
credential_process = ${home}/bin/batch-credentials
region = us-west-2
services = demo

[profile console]
login_session = ${alice.arn}
region = eu-west-1
services = demo
ec2_metadata_service_endpoint = ${endpointUrl}/

# --- China: another partition, other keys ---
[profile wei]
region = cn-north-1
services = demo

[profile cn-ops]
role_arn = ${arns.cnOps}
source_profile = wei
region = cn-north-1
services = demo

[profile cn-shop]
role_arn = ${arns.cnShop}
source_profile = cn-ops
region = cn-northwest-1
services = demo

# --- broken, and nobody dares to delete them ---
[profile loop-a]
role_arn = ${arns.devDeveloper}
source_profile = loop-b
services = demo

[profile loop-b]
role_arn = ${arns.devAdmin}
source_profile = loop-a
services = demo

[profile no-source]
role_arn = ${arns.devDeveloper}
source_profile = nobody-knows
services = demo

[profile no-session]
sso_session = not-configured
sso_account_id = 123412341234
sso_role_name = Analyst
region = us-west-2
services = demo

[profile 'night shift']
role_arn = ${arns.platformOps}
source_profile = alice
role_session_name = night-shift
region = eu-west-1
services = demo

[services demo]
sts =
  endpoint_url = ${endpointUrl}
eks =
  endpoint_url = ${endpointUrl}
sso =
  endpoint_url = ${endpointUrl}
sso_oidc =
  endpoint_url = ${endpointUrl}
account =
  endpoint_url = ${endpointUrl}
iam =
  endpoint_url = ${endpointUrl}
signin =
  endpoint_url = ${endpointUrl}
`
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
      ...(session.refresh
        ? {
            clientId: session.refresh.clientId,
            clientSecret: session.refresh.clientSecret,
            registrationExpiresAt: isoSeconds(session.expiresAt + 80 * 24 * 3_600_000),
            refreshToken: session.refresh.refreshToken,
          }
        : {}),
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
