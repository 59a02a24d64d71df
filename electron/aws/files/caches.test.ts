import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  assumeRoleKey,
  cacheTime,
  loginFacts,
  loginKey,
  readCaches,
  roleFacts,
  ssoRoleKey,
  ssoTokenFacts,
  ssoTokenKey,
} from './caches'

// The expected names were made by botocore's own code (aws-cli 2.23.6; login by botocore 1.43.11).
test('cache files are named as botocore names them', () => {
  expect(ssoTokenKey('corp')).toBe('ee0bfd2552fbd840c02cc48b6e823320543c450f')
  const role = { account: '111122223333', name: 'Developer', startUrl: 'https://x.awsapps.com/start' }
  expect(ssoRoleKey({ ...role, session: 'corp' })).toBe('6b17aaa4b7ddc1fd491e01d5f64d4b66d9e2b04c')
  expect(ssoRoleKey({ ...role, session: null })).toBe('258631aa975a8fe963c3890f760355905fac7eaa')
  const call = {
    roleArn: 'arn:aws:iam::111122223333:role/A',
    sessionName: null,
    externalId: null,
    mfaSerial: null,
    durationSeconds: null,
  }
  expect(assumeRoleKey(call)).toBe('4860a7fa4ae31231be33dbc4bf069ab2605c3034')
  expect(assumeRoleKey({ ...call, sessionName: '' })).toBe(assumeRoleKey(call))
  expect(
    assumeRoleKey({
      ...call,
      sessionName: 'ann',
      externalId: 'é"\\\u007f😀',
      mfaSerial: 'm',
      durationSeconds: 900,
    }),
  ).toBe('dd6bb20beb6b7ac16b25f727672ffbc5ea62d35c')
  expect(loginKey('arn:aws:iam::111122223333:user/ann')).toBe(
    '617a42bf0cc7e52ae16d10443f260d451c255a489505091810c95d5c7ec927d1',
  )
})

test('times of cache files: only those with a zone count, as botocore compares them', () => {
  const noon = Date.UTC(2026, 0, 2, 12)
  for (const text of ['2026-01-02T12:00:00Z', '2026-01-02T12:00:00UTC', '2026-01-02T13:00:00+01:00']) {
    expect(cacheTime(text)).toBe(noon)
  }
  for (const text of ['2026-01-02T12:00:00', 'soon', 'Z', '', null]) expect(cacheTime(text)).toBeNull()
})

test('facts hold no secret', () => {
  const secret = 'TOP-SECRET'
  const facts = [
    ssoTokenFacts({
      accessToken: secret,
      expiresAt: '2026-01-02T12:00:00Z',
      refreshToken: secret,
      clientId: 'c',
      clientSecret: secret,
      registrationExpiresAt: '2026-03-02T12:00:00Z',
    }),
    roleFacts({
      Credentials: {
        AccessKeyId: 'ASIA1',
        SecretAccessKey: secret,
        SessionToken: secret,
        Expiration: '2026-01-02T12:00:00Z',
      },
      AssumedRoleUser: { Arn: 'arn:aws:sts::111122223333:assumed-role/A/x' },
    }),
    loginFacts({
      accessToken: {
        accessKeyId: 'ASIA2',
        secretAccessKey: secret,
        sessionToken: secret,
        accountId: '111122223333',
        expiresAt: '2026-01-02T12:00:00Z',
      },
      refreshToken: secret,
      dpopKey: secret,
      clientId: 'c',
    }),
  ]
  expect(facts).toMatchObject([
    { hasAccessToken: true, hasRegistration: true },
    { accessKeyId: 'ASIA1', accountId: '111122223333' },
    { accessKeyId: 'ASIA2', accountId: '111122223333', refreshable: true },
  ])
  expect(JSON.stringify(facts)).not.toContain(secret)
})

test('what a folder holds beside tokens is passed over, what is broken is told as broken', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-caches-'))
  try {
    const put = async (path: string, text: string) => {
      await mkdir(dirname(join(home, path)), { recursive: true })
      await writeFile(join(home, path), text)
    }
    const id = (letter: string) => letter.repeat(40)
    await put(`.aws/sso/cache/${id('a')}.json`, '{"accessToken":"x","expiresAt":"2026-01-02T12:00:00Z"}')
    await put(`.aws/sso/cache/${id('b')}.json`, '[1,2')
    await put('.aws/sso/cache/botocore-client-id-eu-west-1.json', '{}')
    await put(`.aws/cli/cache/${id('c')}.json`, '{"Credentials":{}}')
    await put(`.aws/cli/cache/${id('d')}.json`, `"${'x'.repeat(70_000)}"`)
    await mkdir(join(home, `.aws/cli/cache/${id('e')}.json`))
    const caches = await readCaches({ home, login: join(home, '.aws/login/cache') })
    expect([...caches.ssoTokens.keys()]).toEqual([id('a')])
    expect([...caches.roleCredentials.keys()].sort()).toEqual([id('c'), id('d')])
    expect(caches.roleCredentials.get(id('c'))?.expiresAt).toBeNull()
    expect(caches.logins.size).toBe(0)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})

test('reading can be cancelled', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-caches-'))
  try {
    await mkdir(join(home, '.aws/sso/cache'), { recursive: true })
    await writeFile(join(home, `.aws/sso/cache/${'a'.repeat(40)}.json`), '{}')
    await expect(
      readCaches({ home, login: join(home, 'login') }, AbortSignal.abort(new Error('cancelled'))),
    ).rejects.toThrow('cancelled')
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
