import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  assumeRoleKey,
  cachedUnder,
  cacheTime,
  loginKey,
  readCaches,
  ssoRoleKey,
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

const name = (letter: string) => letter.repeat(40)

/** A home folder with these files, for one test. */
async function withHome(files: Readonly<Record<string, string>>, run: (home: string) => Promise<void>) {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-caches-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(home, path)), { recursive: true })
      await writeFile(join(home, path), text)
    }
    await run(home)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

test('facts hold no secret', async () => {
  const secret = 'TOP-SECRET'
  const expiresAt = '2026-01-02T12:00:00Z'
  const keys = { accessKeyId: 'ASIA2', secretAccessKey: secret, sessionToken: secret }
  const files = {
    [`.aws/sso/cache/${name('a')}.json`]: JSON.stringify({
      accessToken: secret,
      expiresAt,
      refreshToken: secret,
      clientId: 'c',
      clientSecret: secret,
      registrationExpiresAt: '2026-03-02T12:00:00Z',
    }),
    [`.aws/cli/cache/${name('b')}.json`]: JSON.stringify({
      Credentials: {
        AccessKeyId: 'ASIA1',
        SecretAccessKey: secret,
        SessionToken: secret,
        Expiration: expiresAt,
      },
      AssumedRoleUser: { Arn: 'arn:aws:sts::111122223333:assumed-role/A/x' },
    }),
    [`.aws/login/cache/${name('c')}.json`]: JSON.stringify({
      accessToken: { ...keys, accountId: '111122223333', expiresAt },
      refreshToken: secret,
      dpopKey: secret,
      clientId: 'c',
    }),
  }
  await withHome(files, async (home) => {
    const { ssoTokens, roleCredentials, logins } = await readCaches({
      home,
      login: join(home, '.aws/login/cache'),
    })
    const facts = [ssoTokens.get(name('a')), roleCredentials.get(name('b')), logins.get(name('c'))]
    expect(facts).toMatchObject([
      { hasAccessToken: true, hasRegistration: true },
      { expiresAt: Date.parse(expiresAt) },
      { expiresAt: Date.parse(expiresAt), refreshable: true },
    ])
    expect(JSON.stringify(facts)).not.toContain(secret)
  })
})

test('what a folder holds beside tokens is passed over, what is broken is marked as broken', () =>
  withHome(
    {
      [`.aws/sso/cache/${name('a')}.json`]: '{"accessToken":"x","expiresAt":"2026-01-02T12:00:00Z"}',
      [`.aws/sso/cache/${name('b')}.json`]: '[1,2',
      '.aws/sso/cache/botocore-client-id-eu-west-1.json': '{}',
      [`.aws/cli/cache/${name('c')}.json`]: '{"Credentials":{}}',
      [`.aws/cli/cache/${name('d')}.json`]: `"${'x'.repeat(70_000)}"`,
    },
    async (home) => {
      await mkdir(join(home, `.aws/cli/cache/${name('e')}.json`))
      const caches = await readCaches({ home, login: join(home, '.aws/login/cache') })
      expect([...caches.ssoTokens.keys()]).toEqual([name('a')])
      expect([...caches.roleCredentials.keys()].sort()).toEqual([name('c'), name('d')])
      expect(caches.roleCredentials.get(name('c'))?.expiresAt).toBeNull()
      expect(caches.logins.size).toBe(0)
    },
  ))

test('reading can be cancelled', () =>
  withHome({ [`.aws/sso/cache/${name('a')}.json`]: '{}' }, (home) =>
    expect(
      readCaches({ home, login: join(home, 'login') }, AbortSignal.abort(new Error('cancelled'))),
    ).rejects.toThrow('cancelled'),
  ))

test('a name is worked out only where something is cached', () => {
  const never = () => {
    throw new Error('hashed for nothing')
  }
  expect(cachedUnder(new Map(), never)).toBeUndefined()
  const cache = new Map([['a', 1]])
  expect([
    cachedUnder(cache, () => 'a'),
    cachedUnder(cache, () => 'b'),
    cachedUnder(cache, () => null),
  ]).toEqual([1, undefined, undefined])
})
