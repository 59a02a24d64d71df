/** What the entries of kubeconfigs make Ekscope read. */
import { link, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../../shared/testing/counts'
import { programsOnce } from '../aws/installed/which'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { assembleIdentities } from './assemble'
import { type AwsFilesOf, awsFilesOnce } from './aws-files-once'

let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-reading-'))
  await mkdir(path.join(home, '.aws'))
  await writeFile(path.join(home, '.aws/config'), '[default]\nregion = us-east-1\n')
})
afterAll(() => removeFolder(home))

const environment = () => environmentOf('app', { HOME: home, PATH: '/usr/bin:/bin' })
const profiles = (count: number, more = '') =>
  Array.from(
    { length: count },
    (_, at) =>
      `[profile p${at}]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = p${at + 1}\n${more}`,
  ).join('')

test.skipIf(!full)('a file that is spelt in three thousand ways is read and kept once', async () => {
  await writeFile(path.join(home, 'big'), profiles(5_000))
  const files = awsFilesOnce(home, 'linux')
  const first = await files(environment(), { AWS_CONFIG_FILE: `${home}/big` })
  for (let at = 1; at < 3_000; at++) {
    const spelt = `${home}/${'./'.repeat(at % 1_000)}${at >= 1_000 ? '/' : ''}${at >= 2_000 ? '/' : ''}big`
    const again = await files(environment(), { AWS_CONFIG_FILE: spelt, AWS_SHARED_CREDENTIALS_FILE: spelt })
    expect(again.config.path).toBe(spelt)
    // Parsed once: the very same sections.
    expect(again.profiles.get('p7')?.config).toBe(first.profiles.get('p7')?.config)
  }
  // Nor by ways that only the disk knows to lead there.
  await symlink(home, path.join(home, '.aws/up'))
  await link(path.join(home, 'big'), path.join(home, 'hard'))
  for (const spelt of [
    ...Array.from({ length: 300 }, (_, at) => `${home}/${'.aws/../'.repeat(at + 1)}big`),
    `${home}/.aws/up/big`,
    `${home}/.aws/up/.aws/up/hard`,
  ]) {
    const again = await files(environment(), { AWS_CONFIG_FILE: spelt })
    expect(again.profiles.get('p7')?.config).toBe(first.profiles.get('p7')?.config)
  }
})

test.skipIf(!full)(
  'of different files that entries name 16 MiB are read, then that is said; the own files are read all the same',
  async () => {
    const files = awsFilesOnce(home, 'linux')
    const text = profiles(5_000, `ca_bundle = ${'x'.repeat(550)}\n`)
    const states: string[] = []
    for (let at = 0; at < 8; at++) {
      await writeFile(path.join(home, `big-${at}`), text)
      const { config } = await files(environment(), { AWS_CONFIG_FILE: path.join(home, `big-${at}`) })
      states.push(config.state)
      if (config.state === 'unreadable') expect(config.problem).toContain('16 MiB in all')
    }
    expect(text.length * 8).toBeGreaterThan(16 * 1024 * 1024)
    expect([states.slice(0, 4), states.at(-1)]).toEqual([['read', 'read', 'read', 'read'], 'unreadable'])
    expect((await files(environment(), {})).config.state).toBe('read')
  },
)

test('a file of AWS_CREDENTIAL_FILE is read once, however it is spelt, and counts among the 16 MiB', async () => {
  const files = awsFilesOnce(home, 'linux')
  const padding = `# ${'x'.repeat(3 * 1024 * 1024)}\nAWSAccessKeyId = AKIA1\nAWSSecretKey = x\n`
  const found: (string | null | undefined)[] = []
  for (let at = 0; at < 8; at++) {
    const name = path.join(home, `old-${at}`)
    await writeFile(name, padding)
    for (const AWS_CREDENTIAL_FILE of [name, `${home}/./.aws/..//old-${at}`]) {
      const { legacyKeys } = await files(environment(), { AWS_CREDENTIAL_FILE })
      found.push(legacyKeys?.accessKeyId)
      if (legacyKeys?.accessKeyId === null) expect(legacyKeys.problem).toContain('cannot be read')
    }
  }
  // Five of 3 MiB: the second spelling of each costs nothing.
  expect(found.filter((id) => id === 'AKIA1')).toHaveLength(10)
})

test('nothing that an opened file names is read, whatever variable leads there', async () => {
  const variables = [
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CREDENTIAL_FILE',
    'BOTO_CONFIG',
    'HOME',
    'AWS_LOGIN_CACHE_DIRECTORY',
    'X',
  ]
  const file = path.join(home, 'opened')
  await writeFile(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://c.test' } }],
      contexts: variables.map((name) => ({ name, context: { cluster: 'c', user: name } })),
      users: variables.map((name) => ({
        name,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'aws',
            args: ['eks', 'get-token', '--cluster-name', 'prod', '--profile', 'p1'],
            env: [{ name, value: path.join(home, 'big') }],
          },
        },
      })),
    }),
  )
  for (const own of [false, true]) {
    const store = createKubeconfigStore({
      list: () => [{ path: file, source: own ? 'KUBECONFIG' : 'opened', own }],
      trustedFile: () => false,
    })
    await store.load()
    const asked: string[] = []
    const once = awsFilesOnce(home, 'linux')
    const aws: AwsFilesOf = (of, variables) => {
      asked.push(...Object.keys(variables))
      return once(of, variables)
    }
    const { contexts } = await assembleIdentities({
      snapshot: store.snapshot(),
      resolved: store.inView().view.resolved(),
      environment: environment(),
      aws,
      programs: programsOnce(new Map()),
      trust: null,
      words: new Map(),
      now: 0,
    })
    expect(asked).toEqual(own ? variables : [])
    if (own) continue
    for (const { predicted, profile } of contexts)
      expect({ ...predicted, profile }).toMatchObject({
        arn: null,
        certain: false,
        problem: null,
        profile: 'p1',
      })
  }
})
