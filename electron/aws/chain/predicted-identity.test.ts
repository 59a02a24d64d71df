import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RawExec } from '../../../shared/exec/parse'
import { execMeaning } from '../../../shared/exec/parse'
import type { EnvironmentName, Predicted } from '../../../shared/identity/identity'
import { emptyExec } from '../../../shared/kubeconfig/entries'
import type { AwsFiles } from '../files/aws-files'
import type { AwsCaches, CachedLogin } from '../files/caches'
import { loginKey } from '../files/caches'
import { mergeGoFiles, parseGoIni } from '../files/go-ini'
import { parseIni } from '../files/ini'
import { mergeAwsFiles } from '../files/read-aws-files'
import { byNewestRules, type RulesInUse, rulesOf } from '../installed/rules'
import { intendedIdentity } from './intended-identity'
import { predictedChain, predictIdentity } from './predicted-identity'
import { credentialProcesses, loginNeed } from './sign-in-facts'

// The order itself is judged by the real aws in predicted-identity.oracle.test.ts. Here is what that aws cannot judge: the texts of
// the reasons, `aws login`, containers, and who is named beside a problem.

const noCaches: AwsCaches = { ssoTokens: new Map(), roleCredentials: new Map(), logins: new Map() }
const now = Date.UTC(2026, 0, 1)
const hour = 3_600_000
const account = '111122223333'
const admin = `arn:aws:iam::${account}:role/Admin`

function filesOf(config: string, credentials = '', caches: Partial<AwsCaches> = {}): AwsFiles {
  const state = (path: string, problem: { message: string; line: number } | null) => ({
    path,
    state: 'read' as const,
    problem: problem?.message ?? null,
    line: problem?.line ?? null,
    refused: problem !== null,
    revision: 'x',
  })
  const [one, other] = [parseIni(config, '/config'), parseIni(credentials, '/credentials')]
  return {
    config: state('/config', one.problem),
    credentials: state('/credentials', other.problem),
    ...mergeAwsFiles(one, other),
    caches: { ...noCaches, ...caches },
    caBundles: new Map(),
    tokenFiles: new Map([
      ['/token', true],
      ['/gone', false],
    ]),
    legacyKeys: null,
    aliased: null,
  }
}

/** The same as the authenticator reads them. */
const goFilesOf = (config: string, credentials = ''): AwsFiles => ({
  ...filesOf(''),
  ...mergeGoFiles(parseGoIni(config, '/config'), parseGoIni(credentials, '/credentials')),
})

const entry = (line: string, env: Readonly<Record<string, string>> = {}): RawExec => {
  const [command = '', ...args] = line.split(' ')
  return {
    ...emptyExec,
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command,
    args,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  }
}
const getToken = 'aws --region eu-west-1 eks get-token --cluster-name c'
const keys = { AWS_ACCESS_KEY_ID: 'AKIASHELL', AWS_SECRET_ACCESS_KEY: 's' }

function question(
  files: AwsFiles,
  exec: RawExec,
  variables: Readonly<Record<string, string>> = {},
  name: EnvironmentName = 'login-shell',
  rules: RulesInUse = byNewestRules,
) {
  const plain = { AWS_EC2_METADATA_DISABLED: 'true', ...variables }
  return { meaning: execMeaning(exec), exec, files, environment: { name, variables: plain }, rules, now }
}
const predict = (...asked: Parameters<typeof question>): Predicted => predictIdentity(question(...asked))

const chained = filesOf(
  `[profile pay]\nrole_arn = ${admin}\nsource_profile = base\n`,
  '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n',
)

describe('the reasons, outermost first', () => {
  test('a role in the entry on top of a profile that assumes one', () => {
    const role = `arn:aws:iam::${account}:role/Top`
    expect(predict(chained, entry(`${getToken} --role ${role}`, { AWS_PROFILE: 'pay' }))).toEqual({
      arn: role,
      accessKeyId: null,
      profile: 'pay',
      account,
      partition: 'aws',
      permissionSet: null,
      by: [
        '--role in exec args',
        'profile pay (AWS_PROFILE in exec env)',
        'role_arn of profile pay',
        'source_profile base',
        'keys in /credentials:2',
      ],
      instead: null,
      certain: true,
      problem: null,
    })
  })

  test('what is used in place of the profile that the entry names, whichever variable wins', () => {
    const instead = (env: Record<string, string>, shell: Record<string, string>, line = getToken) =>
      predict(chained, entry(line, env), shell).instead
    const pay = { AWS_PROFILE: 'pay' }
    const web = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: admin }
    expect(instead(pay, keys)).toBe('AWS_ACCESS_KEY_ID of the login shell')
    expect(instead({ ...pay, ...keys }, {})).toBe('AWS_ACCESS_KEY_ID in exec env')
    expect(instead({ AWS_PROFILE: 'base' }, web)).toBe('AWS_WEB_IDENTITY_TOKEN_FILE of the login shell')
    expect(instead({ AWS_DEFAULT_PROFILE: 'base' }, pay)).toBe('AWS_PROFILE of the login shell')
    expect(instead({}, keys, `${getToken} --profile pay --role-arn ${admin}`)).toBeNull()
    expect(instead({ ...pay, AWS_ACCESS_KEY_ID: '' }, keys)).toBeNull()
    expect(instead(pay, web)).toBeNull()
    expect(instead({}, keys)).toBeNull()
    expect(instead({ AWS_DEFAULT_PROFILE: 'pay' }, pay)).toBeNull()
    expect(
      instead(pay, { AWS_ACCESS_KEY: 'AKIAOLD', AWS_SECRET_KEY: 's' }, 'aws-iam-authenticator token -i c'),
    ).toBe('AWS_ACCESS_KEY of the login shell')
    const credentialSource = filesOf(`[profile box]\nrole_arn = ${admin}\ncredential_source = Environment\n`)
    const boxed = predict(credentialSource, entry(getToken, { AWS_PROFILE: 'box' }), keys)
    expect(boxed.instead).toBe('AWS_ACCESS_KEY_ID of the login shell')
  })

  test('exported keys beat a profile pinned by env, and the reasons say whose they are', () => {
    const predicted = predict(chained, entry(getToken, { AWS_PROFILE: 'pay' }), keys)
    expect(predicted).toMatchObject({ arn: null, accessKeyId: 'AKIASHELL', profile: 'pay', certain: true })
    expect(predicted.by).toEqual([
      'AWS_ACCESS_KEY_ID of the login shell',
      'instead of profile pay (AWS_PROFILE in exec env)',
    ])
    expect(predict(chained, entry(`${getToken} --profile pay`), keys).arn).toBe(admin)
    expect(predict(chained, entry(getToken, keys), {}, 'app').by).toEqual(['AWS_ACCESS_KEY_ID in exec env'])
  })

  test('an unpinned entry follows the environment', () => {
    expect(predict(chained, entry(getToken), { AWS_PROFILE: 'pay' }, 'app').by[0]).toBe(
      'profile pay (AWS_PROFILE of the app’s environment)',
    )
  })
})

describe('what files and environment cannot decide is not certain', () => {
  test('a program, a container and instance metadata name nobody', () => {
    const process = filesOf('[profile p]\ncredential_process = /bin/x --y "z"\n')
    expect(predict(process, entry(`${getToken} --profile p`))).toMatchObject({
      arn: null,
      certain: false,
      problem: null,
    })
    const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost/x' }
    expect(predict(filesOf(''), entry(getToken), container)).toMatchObject({ certain: false, problem: null })
    expect(predict(filesOf(''), entry(getToken), { AWS_EC2_METADATA_DISABLED: 'false' })).toMatchObject({
      certain: false,
      problem: { code: 'no-keys' },
    })
    expect(predict(filesOf(''), entry(getToken))).toMatchObject({
      certain: true,
      problem: { code: 'no-keys' },
    })
  })

  test('an SSO role is known but for its suffix, also while a sign-in is missing', () => {
    const sso = filesOf(
      `[profile p]\nsso_session = corp\nsso_account_id = ${account}\nsso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://x\nsso_region = us-gov-west-1\n`,
    )
    expect(predict(sso, entry(`${getToken} --profile p`))).toMatchObject({
      arn: null,
      account,
      partition: 'aws-us-gov',
      permissionSet: 'Dev',
      certain: false,
      problem: { code: 'sso-login', next: 'Run `aws sso login --sso-session corp`.' },
    })
  })

  test('a role on top of a program is certain: whoever gives the credentials, the role acts', () => {
    const files = filesOf(
      `[profile p]\nrole_arn = ${admin}\nsource_profile = q\n[profile q]\ncredential_process = /bin/x\n`,
    )
    expect(predict(files, entry(`${getToken} --profile p`))).toMatchObject({ arn: admin, certain: true })
  })

  test('another program, and an alias of aws itself, decide for themselves', () => {
    expect(predict(filesOf(''), entry('my-token --x'))).toMatchObject({
      certain: false,
      problem: null,
      arn: null,
    })
    const aliased = { ...chained, aliased: '/alias' }
    expect(predict(aliased, entry(`${getToken} --profile pay`))).toMatchObject({ arn: admin, certain: false })
  })
})

describe('arguments', () => {
  const of = (line: string, version: string) =>
    predict(
      filesOf('', '[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n'),
      entry(`${getToken} ${line}`),
      {},
      'app',
      rulesOf(version, ''),
    )

  test('are refused by the options of a version, and by those of one that is newer than what is known nothing is certain', () => {
    expect(of('--cli-error-format legacy', '2.33.9')).toMatchObject({
      certain: true,
      problem: { message: 'aws 2.33.9 refuses these arguments: unknown: --cli-error-format legacy.' },
    })
    expect(of('--cli-error-format legacy', '2.34.0')).toMatchObject({
      certain: true,
      problem: null,
      accessKeyId: 'AKIAFILE',
    })
    expect(of('--v2-debug', '2.34.0').problem?.code).toBe('command-failed')
    expect(of('--brand-new', '2.36.12')).toMatchObject({ certain: true, problem: { code: 'command-failed' } })
    expect(of('--brand-new', '2.99.0')).toMatchObject({ certain: false, problem: { code: 'command-failed' } })
  })

  test('that do more than get a token make nobody certain, and it is said which', () => {
    const asked = of('--debug --query status', '2.36.12')
    expect(asked).toMatchObject({ certain: false, problem: null, accessKeyId: 'AKIAFILE' })
    expect(asked.by.at(-1)).toBe('of the arguments, --query is given')
    expect(of('--debug', '2.36.12').certain).toBe(true)
  })
})

describe('what stops aws', () => {
  test.each([
    ['unreadable-file', filesOf('[a]\n[a]\n'), getToken, keys],
    ['unknown-profile', chained, `${getToken} --profile gone`, keys],
    ['command-failed', chained, 'aws eks get-token', keys],
    ['no-region', chained, 'aws eks get-token --cluster-name c --region not_a_region', keys],
    ['assume-role-denied', chained, `${getToken} --role Admin`, keys],
    ['partial-keys', chained, getToken, { AWS_ACCESS_KEY_ID: 'AKIA' }],
    ['expired-keys', chained, getToken, { ...keys, AWS_CREDENTIAL_EXPIRATION: '2025-12-31T00:00:00Z' }],
  ])('%s has a sentence and a next step', (code, files, line, variables) => {
    const { problem } = predict(files, entry(line), variables)
    expect(problem?.code).toBe(code)
    expect(problem?.message).toMatch(/\.$/)
    expect(problem?.next).not.toBe('')
  })

  test('a cache file that aws would stumble over is named', () => {
    const broken = { expiresAt: null, accessKeyId: null, accountId: null }
    const chain = predictedChain(question(chained, entry(`${getToken} --profile pay`)))
    const key = chain.roles[0]?.cacheKey ?? ''
    const files = { ...chained, caches: { ...noCaches, roleCredentials: new Map([[key, broken]]) } }
    expect(loginNeed(chain, files, now, byNewestRules)?.message).toContain(`${key}.json`)
  })
})

describe('aws login', () => {
  const session = `arn:aws:iam::${account}:user/ann`
  const config = `[profile p]\nlogin_session = ${session}\n`
  const login: CachedLogin = {
    expiresAt: now + hour,
    refreshable: true,
  }
  const withLogin = (one: CachedLogin | null, more = '', credentials = '') =>
    filesOf(config + more, credentials, { logins: new Map(one ? [[loginKey(session), one]] : []) })
  const line = `${getToken} --profile p`

  test('the session names the principal', () => {
    expect(predict(withLogin(login), entry(line))).toMatchObject({
      arn: session,
      account,
      certain: true,
      problem: null,
    })
  })

  test('an expired one renews in silence while everything for that is there', () => {
    expect(predict(withLogin({ ...login, expiresAt: now - hour }), entry(line)).problem).toBeNull()
    expect(predict(withLogin({ ...login, refreshable: false }), entry(line)).problem?.code).toBe('aws-login')
    expect(predict(withLogin(null), entry(line)).problem).toMatchObject({
      code: 'aws-login',
      next: 'Run `aws login --profile p`.',
    })
  })

  test('it stands between the credentials file and credential_process', () => {
    expect(predict(withLogin(login, 'credential_process = /bin/x\n'), entry(line)).arn).toBe(session)
    const credentials = '[p]\naws_access_key_id = AKIA\naws_secret_access_key = s\n'
    expect(predict(withLogin(login, '', credentials), entry(line)).accessKeyId).toBe('AKIA')
  })
})

// Its order is judged by the AWS SDK for Go (go-credential-chain.oracle.test.ts).
describe('aws-iam-authenticator', () => {
  const token = 'aws-iam-authenticator token -i c'
  const base = '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n'
  const pay = `[profile pay]\nregion = eu-west-1\nrole_arn = ${admin}\nsource_profile = base\n`
  const byGo = goFilesOf(pay, base)

  test('DEFAULT_ROLE of the environment counts too, unless the entry names a role or an empty one', () => {
    const shell = { ...keys, DEFAULT_ROLE: admin }
    const predicted = predict(byGo, entry(token, { AWS_PROFILE: 'base' }), shell)
    expect(predicted).toMatchObject({ arn: admin, instead: 'DEFAULT_ROLE of the login shell' })
    expect(predicted.by[0]).toBe('DEFAULT_ROLE of the login shell')
    expect(predict(byGo, entry(token), shell)).toMatchObject({ arn: admin, instead: null })
    const own = `arn:aws:iam::${account}:role/Own`
    expect(predict(byGo, entry(`${token} -r ${own}`), shell)).toMatchObject({ arn: own, instead: null })
    expect(predict(byGo, entry(token, { DEFAULT_ROLE: '' }), shell).accessKeyId).toBe('AKIASHELL')
    expect(predict(chained, entry(getToken), shell).accessKeyId).toBe('AKIASHELL')
  })

  test('of one that is older than the SDK whose rules are known nothing is certain, and of one that may read login_session', () => {
    const asked = question(byGo, entry(token, { AWS_PROFILE: 'pay' }))
    expect(predictIdentity({ ...asked, authenticator: '0.7.3' })).toMatchObject({ arn: admin, certain: true })
    const old = predictIdentity({ ...asked, authenticator: '0.6.31' })
    expect(old).toMatchObject({ arn: admin, certain: false })
    expect(old.by.at(-1)).toContain('0.6.31 is older than 0.7.3')
    const login = goFilesOf('[profile p]\nlogin_session = x\n')
    expect(predict(login, entry(token, { AWS_PROFILE: 'p' })).by.at(-1)).toBe(
      'newer ones may read login_session',
    )
  })

  test('what it has cached may be another’s', () => {
    expect(predict(byGo, entry(`${token} --cache`, { AWS_PROFILE: 'pay' }))).toMatchObject({
      arn: admin,
      certain: false,
    })
  })

  test('it keeps no role on disk, so what aws has cached does not spare an MFA code', () => {
    const config = `[profile p]\nregion = eu-west-1\nrole_arn = ${admin}\nsource_profile = base\nmfa_serial = arn:aws:iam::${account}:mfa/x\n`
    const aws = predictedChain(question(filesOf(config, base), entry(`${getToken} --profile p`)))
    const cached = { expiresAt: now + hour }
    const files = filesOf(config, base, {
      roleCredentials: new Map([[aws.roles[0]?.cacheKey ?? '', cached]]),
    })
    expect(predict(files, entry(`${getToken} --profile p`)).problem).toBeNull()
    const { problem } = predict(
      { ...goFilesOf(config, base), caches: files.caches },
      entry(token, { AWS_PROFILE: 'p' }),
    )
    expect(problem).toMatchObject({ code: 'mfa-code', next: expect.stringContaining('keeps no result') })
  })
})

describe('the intended identity', () => {
  const intend = (files: AwsFiles, exec: RawExec, principal: string | null = null) =>
    intendedIdentity(execMeaning(exec), exec, files, principal === null ? null : { principal, by: 'here' })

  test('is the role of the entry, else its profile, else keys of its own, else its web identity, else no principal', () => {
    const role = `arn:aws:iam::${account}:role/Top`
    expect(intend(chained, entry(`${getToken} --role ${role} --profile pay`))).toMatchObject({
      arn: role,
      profile: 'pay',
    })
    expect(intend(chained, entry(getToken, { AWS_PROFILE: 'pay', ...keys }))).toMatchObject({
      arn: admin,
      account,
      accessKeyId: null,
      by: [
        'profile pay (AWS_PROFILE in exec env)',
        'role_arn of profile pay',
        'source_profile base',
        'keys in /credentials:2',
      ],
    })
    expect(intend(chained, entry(getToken, keys))).toMatchObject({
      arn: null,
      accessKeyId: 'AKIASHELL',
      profile: null,
    })
    const web = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: role }
    expect(intend(chained, entry(getToken, { ...keys, ...web }))).toMatchObject({
      arn: null,
      accessKeyId: 'AKIASHELL',
    })
    expect(intend(chained, entry(getToken, web))).toMatchObject({
      arn: role,
      by: ['AWS_ROLE_ARN in exec env'],
    })
    expect(intend(chained, entry(getToken))).toEqual({
      arn: null,
      accessKeyId: null,
      profile: null,
      account: null,
      partition: null,
      permissionSet: null,
      expected: false,
      by: [],
    })
  })

  test('of a profile with static keys is known by its key id alone, of a program by nothing', () => {
    expect(intend(chained, entry(getToken, { AWS_PROFILE: 'base' }))).toMatchObject({
      arn: null,
      accessKeyId: 'AKIABASE',
    })
    const process = filesOf('[profile p]\ncredential_process = /bin/x\n')
    expect(intend(process, entry(`${getToken} --profile p`))).toMatchObject({
      arn: null,
      accessKeyId: null,
      profile: 'p',
    })
  })

  test('of a profile that does not exist is no principal, with that reason', () => {
    const intended = intend(chained, entry(`${getToken} --profile gone`))
    expect(intended).toMatchObject({ arn: null, profile: 'gone' })
    expect(intended.by.at(-1)).toBe('no such profile in the AWS files')
  })

  test('expected by the user, replaces what the entry names', () => {
    const marked = 'arn:aws:iam::444455556666:role/Ops'
    expect(intend(chained, entry(`${getToken} --profile pay`), marked)).toMatchObject({
      arn: 'arn:aws:iam::444455556666:role/Ops',
      account: '444455556666',
      expected: true,
      profile: 'pay',
      by: ['expected by you'],
    })
  })
})

describe('running the chain now', () => {
  const mfa = filesOf(
    `[profile p]\nrole_arn = ${admin}\nsource_profile = q\nmfa_serial = m\n[profile q]\ncredential_process = /bin/x --y "z z"\n`,
  )
  const chain = predictedChain(question(mfa, entry(`${getToken} --profile p`)))
  const cachedFor = (ms: number): AwsCaches => ({
    ...noCaches,
    roleCredentials: new Map([
      [chain.roles[0]?.cacheKey ?? '', { expiresAt: now + ms, accessKeyId: null, accountId: null }],
    ]),
  })

  test('would ask for an MFA code and start a program, unless the role is cached for 15 minutes more', () => {
    const need = (caches: AwsCaches) => loginNeed(chain, { ...mfa, caches }, now, byNewestRules)?.code ?? null
    expect(need(noCaches)).toBe('mfa-code')
    expect(credentialProcesses(chain, noCaches, now)).toMatchObject([
      {
        command: '/bin/x --y "z z"',
        words: ['/bin/x', '--y', 'z z'],
        profile: 'q',
        file: '/config',
        line: 6,
      },
    ])
    expect(need(cachedFor(hour))).toBeNull()
    expect(credentialProcesses(chain, cachedFor(hour), now)).toEqual([])
    expect(need(cachedFor(14 * 60_000))).toBe('mfa-code')
  })

  test('an SSO sign-in is needed only when nothing on disk carries on without it', () => {
    const config = `[profile p]\nsso_session = corp\nsso_account_id = ${account}\nsso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n`
    const sso = filesOf(config)
    const way = predictedChain(question(sso, entry(`${getToken} --profile p`)))
    const source = way.source?.kind === 'sso' ? way.source : null
    const token = {
      expiresAt: now - hour,
      hasAccessToken: true,
      hasRegistration: true,
      registrationExpiresAt: now + hour,
    }
    const need = (caches: Partial<AwsCaches>) =>
      loginNeed(way, filesOf(config, '', caches), now, byNewestRules)?.code ?? null
    const withToken = (change: Partial<typeof token>) =>
      need({ ssoTokens: new Map([[source?.tokenKey ?? '', { ...token, ...change }]]) })
    expect(need({})).toBe('sso-login')
    expect(withToken({ expiresAt: now + 1 })).toBeNull()
    expect(withToken({})).toBeNull()
    expect(withToken({ registrationExpiresAt: now - 1 })).toBe('sso-login')
    expect(withToken({ hasRegistration: false })).toBe('sso-login')
    expect(withToken({ hasAccessToken: false, expiresAt: now + hour })).toBe('sso-login')
    const cached = { accessKeyId: null, accountId: null }
    const heldAs = (expiresAt: number | null) =>
      need({ roleCredentials: new Map([[source?.cacheKey ?? '', { ...cached, expiresAt }]]) })
    expect(heldAs(now + hour)).toBeNull()
    expect(heldAs(now + 14 * 60_000)).toBe('sso-login')
    expect(heldAs(null)).toBe('broken-profile')

    // botocore renews an sso-session alone.
    const old = `[profile p]\nsso_account_id = ${account}\nsso_role_name = Dev\nsso_start_url = https://x\nsso_region = eu-west-1\n`
    const oldWay = predictedChain(question(filesOf(old), entry(`${getToken} --profile p`)))
    const oldKey = oldWay.source?.kind === 'sso' ? oldWay.source.tokenKey : ''
    const stillValid = (expiresAt: number) => {
      const files = filesOf(old, '', { ssoTokens: new Map([[oldKey, { ...token, expiresAt }]]) })
      return loginNeed(oldWay, files, now, byNewestRules)?.code ?? null
    }
    expect([stillValid(now + 1), stillValid(now - 1)]).toEqual([null, 'sso-login'])
  })

  test('only the profile that is chosen is cached on disk for SSO and web identity, assumed roles at every link', () => {
    const sources = [
      `sso_account_id = ${account}\nsso_role_name = Dev\nsso_start_url = https://x\nsso_region = eu-west-1\n`,
      `role_arn = ${admin}\nweb_identity_token_file = /token\n`,
    ]
    for (const settings of sources) {
      const files = filesOf(
        `[profile p]\n${settings}[profile over]\nrole_arn = ${admin}\nsource_profile = p\n[profile top]\nrole_arn = ${admin}\nsource_profile = over\n`,
      )
      const cached = (profile: string) => {
        const { source, roles } = predictedChain(question(files, entry(`${getToken} --profile ${profile}`)))
        const ofSource = source !== null && 'cacheKey' in source ? source.cacheKey : null
        return [ofSource !== null, ...roles.map(({ cacheKey }) => cacheKey !== null)]
      }
      expect([cached('p'), cached('over'), cached('top')]).toEqual([
        [true],
        [false, true],
        [false, true, true],
      ])
    }
  })
})

test('whatever profiles name each other and whatever is exported, the prediction ends and is consistent', () => {
  const names = ['a', 'b', 'c', 'default', '__proto__']
  const name = fc.constantFrom(...names, 'gone', '')
  const setting = fc.oneof(
    fc.tuple(fc.constantFrom('source_profile', 'sso_session', 'services'), name),
    fc.tuple(fc.constantFrom('role_arn', 'login_session'), fc.constantFrom(admin, 'x', '')),
    fc.tuple(
      fc.constantFrom(
        'aws_access_key_id',
        'aws_secret_access_key',
        'credential_process',
        'mfa_serial',
        'sso_role_name',
      ),
      fc.constantFrom('v', '"', ''),
    ),
    fc.tuple(fc.constant('web_identity_token_file'), fc.constantFrom('/token', '/gone', '')),
    fc.tuple(
      fc.constant('credential_source'),
      fc.constantFrom('Environment', 'EcsContainer', 'Ec2InstanceMetadata', 'x'),
    ),
  )
  const profile = fc.tuple(
    fc.constantFrom(...names),
    fc.uniqueArray(setting, { selector: ([key]) => key, maxLength: 5 }),
  )
  const text = (prefix: string) =>
    fc
      .uniqueArray(profile, { selector: ([section]) => section, maxLength: 5 })
      .map((profiles) =>
        profiles
          .map(
            ([section, settings]) =>
              `[${section === 'default' ? '' : prefix}${section}]\n${settings.map(([key, value]) => `${key} = ${value}\n`).join('')}`,
          )
          .join(''),
      )
  const variables = fc.dictionary(
    fc.constantFrom(
      'AWS_PROFILE',
      'AWS_DEFAULT_PROFILE',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_ROLE_ARN',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_REGION',
    ),
    fc.constantFrom(...names, '/token', admin, ''),
  )
  const line = fc.constantFrom(
    getToken,
    `${getToken} --profile a`,
    `${getToken} --role ${admin}`,
    'aws-iam-authenticator token -i c',
  )
  fc.assert(
    fc.property(
      text('profile '),
      text(''),
      variables,
      variables,
      line,
      (config, credentials, shell, own, command) => {
        const files = (command.startsWith('aws ') ? filesOf : goFilesOf)(config, credentials)
        const predicted = predict(files, entry(command, own), shell)
        // A principal, a problem, or that something outside the files decides.
        const named = predicted.arn !== null || predicted.accessKeyId !== null
        expect(named || predicted.problem !== null || !predicted.certain).toBe(true)
        intendedIdentity(execMeaning(entry(command, own)), entry(command, own), files)
      },
    ),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 50_000 : 1_500 },
  )
}, 300_000)

test('a source_profile chain of ten thousand is broken after the first hundred, for aws and for the authenticator', () => {
  const chain = Array.from(
    { length: 10_000 },
    (_, at) => `[profile p${at}]\nrole_arn = ${admin}\nsource_profile = p${at + 1}\n`,
  )
  const config = `${chain.join('')}[profile p10000]\naws_access_key_id = A\naws_secret_access_key = s\n`
  for (const line of [`${getToken} --profile p0`, 'aws-iam-authenticator token -i c']) {
    const exec = entry(line, line.includes('--profile') ? {} : { AWS_PROFILE: 'p0' })
    const { problem } = predictIdentity({
      meaning: execMeaning(exec),
      exec,
      files: (line.includes('--profile') ? filesOf : goFilesOf)(config),
      environment: { name: 'app', variables: {} },
      rules: byNewestRules,
      now,
    })
    expect(problem).toMatchObject({
      code: 'broken-profile',
      message: expect.stringMatching(/profile p0 leads through more than 100/),
    })
  }
})

test('ekscope token with the words of aws is predicted as aws is, by the rules of that aws', () => {
  const old = { ...byNewestRules, ...rulesOf('1.46.2', ''), version: '1.46.2' }
  const words = [
    getToken,
    `${getToken} --profile pay`,
    `${getToken} --profile gone`,
    `${getToken} --role ${admin}`,
    `${getToken} --query x`,
    `${getToken} --cluster-id d`,
    `${getToken} --cli-auto-prompt`,
  ]
  const environments = [{}, keys, { AWS_PROFILE: 'pay' }, { AWS_DEFAULT_PROFILE: 'pay', AWS_PROFILE: 'gone' }]
  for (const line of words)
    for (const env of environments)
      for (const shell of environments)
        for (const rules of [byNewestRules, old]) {
          const by = (command: string) => predict(chained, entry(command, env), shell, 'app', rules)
          const same = by(line)
          for (const own of ['ekscope token', '/opt/ekscope token --aws /opt/aws'])
            expect(by(line.replace('aws', own)), `${line} ${JSON.stringify([env, shell])}`).toEqual(same)
        }
})
