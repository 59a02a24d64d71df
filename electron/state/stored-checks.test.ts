import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Check } from '../../shared/identity/identity'
import { defaultSettings } from '../../shared/ipc/settings'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { settingsFile } from './settings-file'
import { storedChecks } from './stored-checks'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-checks-'))
})
afterEach(() => removeFolder(folder))

const day = 24 * 60 * 60 * 1000
const who = {
  arn: null,
  accessKeyId: 'AKIA1',
  profile: null,
  account: null,
  partition: null,
  permissionSet: null,
  by: ['keys in exec.env'],
}
const check = (context: string, at: number, extra: Partial<Check> = {}): Check => ({
  context,
  contextName: context,
  environment: 'app',
  at,
  fingerprint: 'f',
  until: null,
  verdict: 'no-access',
  problem: { code: 'unauthorized', message: 'The cluster says 401.', next: 'Add an access entry.' },
  intended: { ...who, expected: false },
  predicted: { ...who, instead: null, certain: true, problem: null },
  aws: { path: '/usr/bin/aws', version: '2.23.6' },
  proven: { arn: 'a', canonicalArn: 'a', account: '1', userId: 'u', accessKeyId: 'AKIA1', ms: 3 },
  seen: {
    username: 'u',
    uid: null,
    groups: ['g'],
    extra: { arn: ['a'] },
    fromDenial: false,
    everything: null,
    ms: 4,
  },
  actsAs: null,
  token: {
    host: 'sts',
    region: 'r',
    accessKeyId: 'AKIA1',
    cluster: null,
    signedAt: 1,
    validUntil: 2,
    expirationTimestamp: null,
    temporary: false,
  },
  steps: [{ kind: 'exec', outcome: 'ok', title: 't', detail: 'd', ms: 1 }],
  ms: 9,
  ...extra,
})

test('a check comes back as it was after a start, and a later one takes its place', async () => {
  const now = () => 100 * day
  const refused = check('b', now(), {
    verdict: 'mismatch',
    clusterProblem: { code: 'unauthorized', message: 'The cluster says 401.', next: 'Add an access entry.' },
  })
  await storedChecks(openDataFolder(folder), now).keep([check('a', now()), refused])
  const again = storedChecks(openDataFolder(folder), now)
  expect(await again.load()).toEqual([check('a', now()), refused])
  await again.keep([check('a', now() + 1, { verdict: 'verified' }), check('b', now() - 1)])
  expect((await again.load()).map(({ context, at }) => [context, at - now()])).toEqual([
    ['b', 0],
    ['a', 1],
  ])
})

test('where contexts are renamed their checks go along, also crosswise, and none is left to whoever takes the name', async () => {
  const kept = storedChecks(openDataFolder(folder), () => 100 * day)
  await kept.keep([check('a', 99 * day), check('b', 98 * day), check('c', 97 * day), check('gone', 96 * day)])
  const renamed = (id: string) => ({ id, name: `name of ${id}` })
  await kept.follow(
    new Map([
      ['a', renamed('b')],
      ['b', renamed('a')],
      ['c', renamed('gone')],
    ]),
  )
  expect(
    (await kept.load()).map(({ context, contextName, at }) => [context, contextName, at / day]).sort(),
  ).toEqual([
    ['a', 'name of a', 98],
    ['b', 'name of b', 99],
    ['gone', 'name of gone', 97],
  ])
})

test('environments are kept apart, and what is older than 90 days is forgotten', async () => {
  const now = () => 100 * day
  const kept = storedChecks(openDataFolder(folder), now)
  await kept.keep([check('a', now()), check('a', now(), { environment: 'clean' }), check('old', 9 * day)])
  expect((await kept.load()).map(({ context, environment }) => [context, environment])).toEqual([
    ['a', 'app'],
    ['a', 'clean'],
  ])
})

test('settings come back after a start, one wrong value is refused and one not understood falls back alone', async () => {
  const settings = settingsFile(openDataFolder(folder))
  expect(await settings.load()).toEqual(defaultSettings)
  expect(await settings.save({ key: 'theme', value: 'dark' })).toMatchObject({ ok: true })
  expect(await settings.save({ key: 'staleHours', value: '24' })).toMatchObject({ ok: true })
  expect(await settings.save({ key: 'theme', value: 'pink' })).toMatchObject({
    fault: { code: 'bad-request' },
  })
  expect(await settings.save({ key: 'staleHours', value: 'soon' })).toMatchObject({ ok: false })
  const file = path.join(folder, 'settings.json')
  expect(await settingsFile(openDataFolder(folder)).load()).toEqual({
    ...defaultSettings,
    theme: 'dark',
    staleHours: 24,
  })
  await writeFile(file, (await readFile(file, 'utf8')).replace('"dark"', '"sepia"'))
  expect(await settingsFile(openDataFolder(folder)).load()).toEqual({ ...defaultSettings, staleHours: 24 })
})

test('a check says since when every check in a row said the same', async () => {
  const checks = storedChecks(openDataFolder(folder), () => 100)
  const since = async () => (await checks.load()).map((one) => [one.at, one.since ?? null])
  await checks.keep([check('a', 1)])
  expect(await since()).toEqual([[1, null]])
  await checks.keep([check('a', 2)])
  await checks.keep([check('a', 3)])
  expect(await since()).toEqual([[3, 1]])
  await checks.keep([check('a', 4, { verdict: 'verified', problem: null })])
  expect(await since()).toEqual([[4, null]])
})
