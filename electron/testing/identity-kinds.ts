/** Every kind of profile as it stands in a home folder, and the world in which all these people and roles exist. */
import { join } from 'node:path'
import { assumeRoleKey, loginKey, ssoRoleKey, ssoTokenKey } from '../aws/files/caches'
import type { World } from '../demo/simulator/world'
import type { Simulator } from './simulator'

const account = '111122223333'
const everybody = [`arn:aws:iam::${account}:root`, 'arn:aws:iam::444455556666:root']
export const role = (name: string, of = account) => `arn:aws:iam::${of}:role/${name}`
const startUrl = 'https://cases.awsapps.com/start'
const permissionSet = 'Developer'
const ssoRole = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${permissionSet}_0123456789abcdef`
const mfaSerial = `arn:aws:iam::${account}:mfa/file`
export const hour = 3_600_000

/** Who owns which static key: `file` in the AWS files, `exec` in the entry, `shell` in the environment. */
const people = ['file', 'config', 'default', 'other', 'process', 'exec', 'shell', 'source'] as const
export type Person = (typeof people)[number]
export const keyOf = (person: Person) => ({
  id: `AKIA${person.toUpperCase().padEnd(10, 'X')}000001`,
  secret: `${person.padEnd(20, 's')}secret`,
})

/** The world of all cases. Every role trusts everybody: who may assume what is for STS to say, not to predict. */
export function casesWorld(now: number): World {
  const roles = ['ByProfile', 'Second', 'ByEntry', 'Workload', 'ByDefault', 'ByShell', 'ByLogin']
  const webIdentity = [{ issuer: 'oidc.cases.example' }]
  return {
    accounts: [
      { id: account, name: 'cases', partition: 'aws' },
      { id: '444455556666', name: 'other', partition: 'aws' },
    ],
    users: people.map((name) => ({
      arn: `arn:aws:iam::${account}:user/team/${name}`,
      uniqueId: `AIDA${name.toUpperCase().padEnd(12, 'X')}0001`,
      keys: [keyOf(name)],
    })),
    roles: [
      ...roles.map((name) => ({
        arn: role(name),
        uniqueId: `AROA${name.toUpperCase().padEnd(12, 'X')}0001`,
        trust: everybody,
        webIdentity,
      })),
      { arn: role('ByEntry', '444455556666'), uniqueId: 'AROAOTHERXXXXXXX0001', trust: everybody },
      { arn: ssoRole, uniqueId: 'AROASSODEVELOPER0001' },
    ],
    clusters: [],
    sso: [
      {
        startUrl,
        region: 'eu-west-1',
        username: 'dora@cases.example',
        assignments: [{ account, permissionSet, roleArn: ssoRole }],
        tokens: [
          { accessToken: 'sso-valid', expiresAt: now + hour },
          {
            accessToken: 'sso-refreshable',
            refreshToken: 'refresh',
            clientId: 'client',
            clientSecret: 'secret',
            expiresAt: now - hour,
          },
        ],
      },
    ],
    webIdentity: [
      {
        token: 'workload-token',
        issuer: 'oidc.cases.example',
        subject: 'web',
        audience: 'sts.amazonaws.com',
      },
    ],
  }
}

/** A home folder under construction. */
export interface Home {
  readonly folder: string
  readonly simulator: Simulator
  readonly now: number
  readonly config: string[]
  readonly credentials: string[]
  readonly files: Map<string, string>
}

export const section = (name: string, settings: Readonly<Record<string, string>>) =>
  `[${name}]\n${Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')}`
export const keySettings = (person: Person) => ({
  aws_access_key_id: keyOf(person).id,
  aws_secret_access_key: keyOf(person).secret,
})
const sessionSettings = { sso_start_url: startUrl, sso_region: 'eu-west-1' }
export const ssoProfile = { sso_session: 'corp', sso_account_id: account, sso_role_name: permissionSet }

const profile = (home: Home, name: string, settings: Readonly<Record<string, string>>) =>
  home.config.push(section(`profile ${name}`, settings))
export const credentials = (home: Home, name: string, settings: Readonly<Record<string, string>>) =>
  home.credentials.push(section(name, settings))
export const tokenFile = (home: Home) => join(home.folder, 'token')
export const json = (home: Home, path: string, value: unknown) => home.files.set(path, JSON.stringify(value))
export const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+/, '')

function ssoToken(home: Home, key: string, accessToken: string, expiresAt: number, more = {}) {
  json(home, `.aws/sso/cache/${ssoTokenKey(key)}.json`, {
    startUrl,
    region: 'eu-west-1',
    accessToken,
    expiresAt: iso(expiresAt),
    ...more,
  })
}

function cachedRole(home: Home, key: string, arn: string, expiresAt: number) {
  const issued = home.simulator.issue(arn, 'cached', expiresAt)
  json(home, `.aws/cli/cache/${key}.json`, {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      SessionToken: issued.sessionToken,
      Expiration: iso(expiresAt),
    },
  })
}

function session(home: Home) {
  home.config.push(section('sso-session corp', sessionSettings))
}

const ssoKey = ssoRoleKey({ account, name: permissionSet, session: 'corp', startUrl })
const byProfile = { role_arn: role('ByProfile') }
const credentialProcess = (home: Home) => `/bin/cat ${join(home.folder, 'process.json')}`

const loginSession = `arn:aws:sts::${account}:assumed-role/ByLogin/dora`
function login(home: Home, name: string, more: Readonly<Record<string, string>> = {}, without = '') {
  profile(home, name, { login_session: loginSession, ...more })
  const issued = home.simulator.issue(role('ByLogin'), 'dora', home.now + hour)
  const token = {
    accessToken: { ...issued, accountId: account, expiresAt: iso(home.now + hour) },
    tokenType: 'aws_sigv4',
    refreshToken: 'refresh',
    idToken: 'id',
    clientId: 'arn:aws:signin:::devtools/same-device',
    dpopKey: '-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----\n',
  }
  const kept = Object.fromEntries(Object.entries(token).filter(([field]) => field !== without))
  json(home, `.aws/login/cache/${loginKey(loginSession)}.json`, kept)
}

/** The same for what versions of aws differ in: `aws login` is known to newer ones alone. */
export const versionKinds: Readonly<Record<string, (home: Home) => void>> = {
  login: (home) => login(home, 'p'),
  'login-without-refresh-token': (home) => login(home, 'p', {}, 'refreshToken'),
  'login-gone': (home) => profile(home, 'p', { login_session: loginSession }),
  'login-beside-config-keys': (home) => login(home, 'p', keySettings('config')),
  'login-beside-credentials-keys': (home) => {
    login(home, 'p')
    credentials(home, 'p', keySettings('file'))
  },
  'login-beside-process': (home) => login(home, 'p', { credential_process: credentialProcess(home) }),
  'region-and-keys': (home) => profile(home, 'p', { region: 'eu-west-1', ...keySettings('config') }),
  'role-over-login': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    login(home, 'middle')
  },
}

/** The same, each a case of its own: with all that may be in its way they would be too many. */
export const rareKinds: Readonly<Record<string, (home: Home) => void>> = {
  // Assumes no role by its source then, and has no web identity either.
  'role-beside-empty-web-identity': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', web_identity_token_file: '' })
    credentials(home, 'source', keySettings('source'))
  },
  'sso-unlike-its-session': (home) => {
    profile(home, 'p', { ...ssoProfile, sso_region: 'us-west-2' })
    session(home)
    ssoToken(home, 'corp', 'sso-valid', home.now + hour)
  },
  'keys-of-boto': (home) => {
    profile(home, 'p', { region: 'eu-west-1' })
    home.files.set('.boto', section('Credentials', keySettings('file')))
  },
}

/** What the profile named `p` is. Each writes its part of a home folder. */
export const kinds: Readonly<Record<string, (home: Home) => void>> = {
  'keys-in-credentials': (home) => credentials(home, 'p', keySettings('file')),
  'keys-in-config': (home) => profile(home, 'p', keySettings('config')),
  'keys-in-both': (home) => {
    credentials(home, 'p', keySettings('file'))
    profile(home, 'p', keySettings('config'))
  },
  'key-without-secret': (home) => credentials(home, 'p', { aws_access_key_id: keyOf('file').id }),
  'secret-without-key': (home) => credentials(home, 'p', { aws_secret_access_key: 'lonely' }),
  'region-only': (home) => profile(home, 'p', { region: 'eu-west-1' }),
  'no-such-profile': () => {},
  'role-over-keys': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source' })
    credentials(home, 'source', keySettings('source'))
  },
  'role-over-itself': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'p' })
    credentials(home, 'p', keySettings('file'))
  },
  'role-over-role': (home) => {
    profile(home, 'p', { role_arn: role('Second'), source_profile: 'middle', role_session_name: 'named' })
    profile(home, 'middle', { ...byProfile, source_profile: 'source', duration_seconds: '900' })
    credentials(home, 'source', keySettings('source'))
  },
  'role-in-a-circle': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', { role_arn: role('Second'), source_profile: 'p' })
  },
  'role-over-nobody': (home) => profile(home, 'p', { ...byProfile, source_profile: 'gone' }),
  'role-without-source': (home) => profile(home, 'p', byProfile),
  'role-with-two-sources': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', credential_source: 'Environment' })
    credentials(home, 'source', keySettings('source'))
  },
  'role-over-role-with-keys': (home) => {
    // The source's own keys win over its role_arn.
    profile(home, 'p', { role_arn: role('Second'), source_profile: 'middle' })
    profile(home, 'middle', { ...byProfile, source_profile: 'gone', ...keySettings('config') })
  },
  'role-of-environment': (home) => profile(home, 'p', { ...byProfile, credential_source: 'Environment' }),
  'role-of-unknown-source': (home) => profile(home, 'p', { ...byProfile, credential_source: 'environment' }),
  'role-with-mfa': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', mfa_serial: mfaSerial })
    credentials(home, 'source', keySettings('source'))
  },
  'role-with-mfa-cached': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', mfa_serial: mfaSerial, external_id: 'é"x' })
    credentials(home, 'source', keySettings('source'))
    const call = { roleArn: role('ByProfile'), externalId: 'é"x', mfaSerial, sessionName: null }
    cachedRole(home, assumeRoleKey({ ...call, durationSeconds: null }), role('ByProfile'), home.now + hour)
  },
  'role-with-mfa-nearly-expired': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', mfa_serial: mfaSerial })
    credentials(home, 'source', keySettings('source'))
    const call = { roleArn: role('ByProfile'), externalId: null, mfaSerial, sessionName: null }
    const soon = home.now + 14 * 60_000
    cachedRole(home, assumeRoleKey({ ...call, durationSeconds: null }), role('ByProfile'), soon)
  },
  'web-identity': (home) =>
    profile(home, 'p', { role_arn: role('Workload'), web_identity_token_file: tokenFile(home) }),
  'web-identity-without-file': (home) =>
    profile(home, 'p', { role_arn: role('Workload'), web_identity_token_file: join(home.folder, 'gone') }),
  'role-over-web-identity': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', { role_arn: role('Workload'), web_identity_token_file: tokenFile(home) })
  },
  sso: (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-valid', home.now + hour)
  },
  'sso-expired': (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-gone', home.now - hour)
  },
  'sso-expired-refreshable': (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    const registration = { refreshToken: 'refresh', clientId: 'client', clientSecret: 'secret' }
    const registrationExpiresAt = iso(home.now + hour)
    ssoToken(home, 'corp', 'sso-refreshable', home.now - hour, { ...registration, registrationExpiresAt })
  },
  'sso-expired-cached': (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-gone', home.now - hour)
    cachedRole(home, ssoKey, ssoRole, home.now + hour)
  },
  'sso-start-url': (home) => {
    profile(home, 'p', { sso_account_id: account, sso_role_name: permissionSet, ...sessionSettings })
    ssoToken(home, startUrl, 'sso-valid', home.now + hour)
  },
  'sso-start-url-expired': (home) => {
    profile(home, 'p', { sso_account_id: account, sso_role_name: permissionSet, ...sessionSettings })
    ssoToken(home, startUrl, 'sso-gone', home.now - hour)
  },
  'sso-without-session': (home) => profile(home, 'p', ssoProfile),
  'sso-incomplete': (home) => {
    profile(home, 'p', { sso_session: 'corp', sso_role_name: permissionSet })
    session(home)
  },
  'role-over-sso': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-valid', home.now + hour)
  },
  'role-over-sso-expired-cached': (home) => {
    // aws keeps the credentials of a source_profile in memory only, so this cache file is not looked at.
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-gone', home.now - hour)
    cachedRole(home, ssoKey, ssoRole, home.now + hour)
  },
  process: (home) => profile(home, 'p', { credential_process: credentialProcess(home) }),
  'process-beside-keys': (home) =>
    profile(home, 'p', { credential_process: credentialProcess(home), ...keySettings('config') }),
  'role-over-process': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', { credential_process: credentialProcess(home) })
  },
  'services-missing': (home) => {
    credentials(home, 'p', keySettings('file'))
    profile(home, 'p', { services: 'gone' })
  },
}
