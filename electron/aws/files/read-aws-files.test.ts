import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { awsJudge } from '../../testing/aws-judge'
import { awsPaths, type Variables } from './paths'
import { caBundleFor, chosenProfile, endpointFor, regionFor } from './profile-settings'
import { readAwsFiles } from './read-aws-files'

const judge = awsJudge(1)

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-profiles-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function put(path: string, content: string | Uint8Array) {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), content)
}
const files = (variables: Variables = {}) =>
  readAwsFiles({ variables: { HOME: home, ...variables }, home: '/nonexistent' })

describe('which profiles there are', () => {
  test('config writes [profile x] and [default], credentials write [x]; the credentials file wins per key', async () => {
    await put(
      '.aws/config',
      '[default]\nregion = a\n[profile pay]\nregion = b\naws_access_key_id = OLD\n[pay2]\nregion = c\n[profile "two words"]\nregion = d\n',
    )
    await put('.aws/credentials', '[pay]\naws_access_key_id = NEW\n[extra]\nx = 1\n[profile odd]\ny = 1\n')
    const { profiles } = await files()
    expect([...profiles.keys()]).toEqual(['default', 'pay', 'two words', 'extra', 'profile odd'])
    const pay = profiles.get('pay')
    expect(pay?.settings.aws_access_key_id?.value).toBe('NEW')
    expect(pay?.settings.region?.value).toBe('b')
    expect(pay?.config?.settings.aws_access_key_id).toMatchObject({ value: 'OLD', line: 5 })
    expect(pay?.credentials?.settings.aws_access_key_id?.file).toBe(join(home, '.aws/credentials'))
  })

  test('sso-session and services sections are no profiles', async () => {
    await put(
      '.aws/config',
      '[sso-session corp]\nsso_region = x\n[services dev]\nsts =\n  endpoint_url = http://x\n',
    )
    const { profiles, ssoSessions, services } = await files()
    expect(profiles.size).toBe(0)
    expect(ssoSessions.get('corp')?.settings.sso_region?.value).toBe('x')
    expect(services.get('dev')?.settings.sts?.nested).toEqual({ endpoint_url: 'http://x' })
  })

  // The judge: the real aws lists the same profiles, or refuses where we say that it does.
  test.each([
    '[default]\nregion = x\n[profile a]\n[profile "b c"]\n[profile d\n]\n',
    '[profile a]\nx = 1\n[profile "a"]\ny = 1\n',
    "[profile  'q w']\n[profilex y]\n[ profile z]\n[profile a b c]\n[profile]\n",
    '\ufeff[default]\n',
    '[default]\r\nregion = x\r\n[profile crlf]\r\n',
    '[default]\n[default]\n',
    '[profile a]\nregion\n',
    '[profile ""]\nregion = x\n',
    '[profile a] # comment\n[profile b]]\n',
    '# nothing\n',
  ])('the real aws lists the same profiles for %j', async (config) => {
    await put('.aws/config', config)
    await put('.aws/credentials', '[from-credentials]\nx = 1\n')
    const run = await judge.run(['configure', 'list-profiles'], { HOME: home, PATH: '/usr/bin:/bin' })
    const mine = await files()
    if (run.status !== 0) expect(mine.config.refused, run.stderr).toBe(true)
    else {
      expect(mine.config.refused).toBe(false)
      expect([...mine.profiles.keys()].sort()).toEqual(run.stdout.replace(/\n$/, '').split('\n').sort())
    }
  })
})

describe('which files are read', () => {
  test('AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are expanded as Python does', () => {
    const paths = (config: string) =>
      awsPaths({ HOME: '/home/x', AWS_CONFIG_FILE: config, NAME: 'n' }, '/', 'linux').config
    expect(paths('~/c')).toBe('/home/x/c')
    expect(paths(['$HOME/$NAME/$', '{NAME}'].join(''))).toBe('/home/x/n/n')
    const unknown = ['/a/$UNKNOWN/$', '{UNKNOWN}'].join('')
    expect(paths(unknown)).toBe(unknown)
    expect(paths('')).toBe('')
    expect(awsPaths({}, '/home/y', 'linux')).toMatchObject({
      config: '/home/y/.aws/config',
      credentials: '/home/y/.aws/credentials',
    })
    expect(awsPaths({ HOME: '' }, '/home/y', 'linux').config).toBe('/.aws/config')
    expect(
      awsPaths({ USERPROFILE: 'C:\\Users\\x', AWS_CONFIG_FILE: '%USERPROFILE%\\c' }, '', 'win32'),
    ).toMatchObject({
      config: 'C:\\Users\\x\\c',
      credentials: 'C:\\Users\\x\\.aws\\credentials',
    })
  })

  test('a missing file, a folder and a pipe are as if there were none', async () => {
    expect(await files()).toMatchObject({ config: { state: 'missing' }, credentials: { state: 'missing' } })
    execFileSync('mkfifo', [join(home, 'pipe')])
    const odd = await files({ AWS_CONFIG_FILE: home, AWS_SHARED_CREDENTIALS_FILE: join(home, 'pipe') })
    expect(odd).toMatchObject({
      config: { state: 'missing', refused: false },
      credentials: { state: 'missing', refused: false },
    })
  })

  test('a link is followed; the revision is of the bytes behind it', async () => {
    await put('real', '[default]\nregion = x\n')
    await symlink(join(home, 'real'), join(home, 'link'))
    const [link, real] = [
      await files({ AWS_CONFIG_FILE: '~/link' }),
      await files({ AWS_CONFIG_FILE: '~/real' }),
    ]
    expect(link.config.state).toBe('read')
    expect(link.config.revision).toBe(real.config.revision)
  })

  test('what is not UTF-8, or larger than 4 MiB, is refused with the reason', async () => {
    await put('.aws/config', Uint8Array.from([0x5b, 0x61, 0x5d, 0xff]))
    await put('.aws/credentials', '#'.repeat(4 * 1024 * 1024 + 1))
    expect(await files()).toMatchObject({
      config: { state: 'unreadable', refused: true, problem: 'it is not UTF-8' },
      credentials: { state: 'unreadable', refused: true, problem: expect.stringContaining('4 MiB') },
    })
  })

  test.skipIf(process.getuid?.() === 0)(
    'a file without read permission is passed over, as aws does',
    async () => {
      await put('.aws/config', '[default]\n')
      await chmod(join(home, '.aws/config'), 0)
      expect((await files()).config).toMatchObject({ state: 'unreadable', refused: false })
    },
  )

  test('keys of files older than profiles are found where nothing else is', async () => {
    await put('.boto', '[Credentials]\naws_access_key_id = BOTO\naws_secret_access_key = x\n')
    expect((await files()).legacyKeys).toMatchObject({ accessKeyId: 'BOTO', problem: null })
    await put('ec2', 'AWSAccessKeyId = EC2\nAWSSecretKey=x\n')
    const old = await files({ AWS_CREDENTIAL_FILE: '~/ec2' })
    expect(old.legacyKeys).toMatchObject({ accessKeyId: 'EC2', from: join(home, 'ec2'), problem: null })
    expect((await files({ AWS_CREDENTIAL_FILE: '~/gone' })).legacyKeys?.problem).toContain('cannot be read')
  })

  test('an alias for eks or get-token is reported, because then anything may run', async () => {
    expect((await files()).aliased).toBeNull()
    await put('.aws/cli/alias', '[toplevel]\nwhoami = sts get-caller-identity\n')
    expect((await files()).aliased).toBeNull()
    await put('.aws/cli/alias', '[command eks]\nget-token = !evil\n')
    expect((await files()).aliased).toBe(join(home, '.aws/cli/alias'))
  })
})

describe('what a profile sets besides who it is', () => {
  const config = [
    '[default]\nregion = r-default\n',
    '[profile p]\nregion = r-p\nservices = dev\nendpoint_url = http://own\nca_bundle = /ca\n',
    '[profile bare]\nendpoint_url = http://own\n',
    '[profile lost]\nservices = gone\n',
    '[profile ignoring]\nendpoint_url = http://own\nignore_configured_endpoint_urls = true\n',
    '[services dev]\nsts =\n  endpoint_url = http://sts\n',
    '[profile plain]\nservices = flat\n[services flat]\nsts = http://sts\n',
  ].join('')

  test.each([
    [
      'AWS_ENDPOINT_URL_STS first',
      'p',
      { AWS_ENDPOINT_URL_STS: 'http://a', AWS_ENDPOINT_URL: 'http://b' },
      'http://a',
      null,
    ],
    ['then AWS_ENDPOINT_URL', 'p', { AWS_ENDPOINT_URL: 'http://b' }, 'http://b', null],
    ['then the services section', 'p', { AWS_ENDPOINT_URL: '' }, 'http://sts', null],
    ["then the profile's endpoint_url", 'bare', {}, 'http://own', null],
    ['else none', null, {}, null, null],
    [
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS beats all',
      'p',
      { AWS_ENDPOINT_URL: 'http://b', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' },
      null,
      null,
    ],
    [
      'the variable beats the setting of that name',
      'ignoring',
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' },
      'http://own',
      null,
    ],
    ['the setting alone', 'ignoring', {}, null, null],
    ['a services section that is not there', 'lost', {}, null, 'gone'],
    ['a services section with a plain value', 'plain', {}, null, 'flat'],
    [
      'which does not matter where the environment names one',
      'lost',
      { AWS_ENDPOINT_URL: 'http://b' },
      'http://b',
      null,
    ],
  ])('the STS endpoint: %s', async (_, profile, variables, endpoint, missing) => {
    await put('.aws/config', config)
    const found = endpointFor(await files(), profile, 'sts', variables)
    expect(found.endpoint?.value ?? null).toBe(endpoint)
    expect(found.missing).toBe(missing)
  })

  test('an endpoint comes with where it was named', async () => {
    await put('.aws/config', config)
    const read = await files()
    expect(endpointFor(read, 'p', 'sts', {}).endpoint?.from).toBe(
      `services dev in ${join(home, '.aws/config')}:16`,
    )
    expect(endpointFor(read, 'p', 'eks', {}).endpoint?.value).toBe('http://own')
  })

  test('region and CA bundle: the environment first, then the profile', async () => {
    await put('.aws/config', config)
    const read = await files()
    expect(regionFor(read, 'p', { AWS_DEFAULT_REGION: 'two', AWS_REGION: 'one' })?.value).toBe('one')
    expect(regionFor(read, 'p', {})?.value).toBe('r-p')
    expect(regionFor(read, null, {})?.value).toBe('r-default')
    expect(regionFor(read, 'bare', {})).toBeNull()
    expect(caBundleFor(read, 'p', { AWS_CA_BUNDLE: '/env' })?.value).toBe('/env')
    expect(caBundleFor(read, 'p', { REQUESTS_CA_BUNDLE: '/r' })?.value).toBe('/ca')
    expect(caBundleFor(read, 'bare', { REQUESTS_CA_BUNDLE: '/r' })?.value).toBe('/r')
    expect(caBundleFor(read, 'p', { AWS_CA_BUNDLE: '' })).toBeNull()
  })

  test('the chosen profile: --profile unless empty, AWS_PROFILE, AWS_DEFAULT_PROFILE', () => {
    const both = { AWS_PROFILE: 'a', AWS_DEFAULT_PROFILE: 'b' }
    expect(chosenProfile('x', both)?.value).toBe('x')
    expect(chosenProfile('', both)?.value).toBe('a')
    expect(chosenProfile(null, { ...both, AWS_PROFILE: '' })?.value).toBe('')
    expect(chosenProfile(null, { AWS_DEFAULT_PROFILE: 'b' })).toEqual({
      value: 'b',
      from: 'AWS_DEFAULT_PROFILE',
    })
    expect(chosenProfile(null, {})).toBeNull()
  })
})

test('no bytes whatever in any of the files make the reader throw', async () => {
  const paths = [
    '.aws/config',
    '.aws/credentials',
    '.aws/cli/alias',
    '.boto',
    `.aws/sso/cache/${'a'.repeat(40)}.json`,
    `.aws/cli/cache/${'b'.repeat(40)}.json`,
    `.aws/login/cache/${'c'.repeat(64)}.json`,
  ]
  const json = fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify(value)))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.oneof(fc.uint8Array({ maxLength: 200 }), json),
      async (path, bytes) => {
        await put(path, bytes)
        await files()
      },
    ),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 5_000 : 150 },
  )
})

test.skipIf(!full)(
  'pipes, sockets, circles of links and twenty thousand files in the caches delay nothing',
  async () => {
    const cache = join(home, '.aws', 'sso', 'cache')
    const name = (at: number) => `${at.toString(16).padStart(40, '0')}.json`
    await mkdir(cache, { recursive: true })
    await mkdir(join(home, '.aws', 'cli'), { recursive: true })
    await symlink('cache', join(home, '.aws', 'cli', 'cache'))
    execFileSync('mkfifo', [join(cache, name(1))])
    await symlink(name(2), join(cache, name(2)))
    await symlink('/dev/zero', join(cache, name(3)))
    await put(`.aws/sso/cache/${name(4)}`, '['.repeat(60_000))
    await put(
      `.aws/sso/cache/${name(5)}`,
      '{"accessToken":{"__proto__":1},"expiresAt":["x"],"__proto__":{"hasRegistration":true}}',
    )
    await put(`.aws/sso/cache/${name(6)}`, '{"accessToken":"t","expiresAt":"2026-01-01T00:00:00Z"}')
    execFileSync('sh', ['-c', 'seq 20000 | sed "s/^/x/" | xargs touch'], { cwd: cache })
    const { caches } = await files()
    expect([...caches.ssoTokens.keys()].sort()).toEqual([name(5), name(6)].map((file) => file.slice(0, -5)))
    expect(caches.ssoTokens.get(name(5).slice(0, -5))).toEqual({
      expiresAt: null,
      hasAccessToken: false,
      hasRegistration: false,
      registrationExpiresAt: null,
    })
  },
)
