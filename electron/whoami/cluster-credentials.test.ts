import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyUser } from '../kubeconfig/read/decode'
import type { RawUser } from '../kubeconfig/read/raw-entries'
import { noDecisions } from '../testing/checking'
import { credentialsOfCommand, credentialsOfEntry } from './cluster-credentials'
import { readSmall } from './cluster-tls'

let home: string
let tokenFile: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-credentials-'))
  tokenFile = join(home, 'token')
  await writeFile(tokenFile, 'from-file\n')
})
afterAll(() => rm(home, { recursive: true, force: true }))

const file = { path: '/f', realPath: '/f', revision: 'r', own: true }
/** What the cluster would be shown, else the problem's code, else null. */
async function shownOf(user: Partial<RawUser>, of = file, trust = noDecisions) {
  const found = await credentialsOfEntry({ ...emptyUser, ...user }, of, { server: null }, trust)
  if (found === null) return null
  return found.ok ? found.value.authorization : found.fault.code
}

test('the entry’s own credentials are those that kubectl would send', async () => {
  expect(await shownOf({ token: 'in-entry' })).toBe('Bearer in-entry')
  expect(await shownOf({ token: 'in-entry', tokenFile })).toBe('Bearer from-file')
  expect(await shownOf({ token: 'in-entry', tokenFile: join(home, 'missing') })).toBe('Bearer in-entry')
  expect(await shownOf({ tokenFile: join(home, 'missing') })).toBe('unreadable-file')
  expect(await shownOf({ username: 'u', password: 'pass' })).toBe('Basic dTpwYXNz')
  expect(await shownOf({ token: 'two\nlines' })).toBe('static-token')
  expect(await shownOf({ authProvider: 'oidc' })).toBe(null)
})

test('nothing is read for a file of others before it is trusted', async () => {
  const foreign = { ...file, own: false }
  expect(await shownOf({ tokenFile }, foreign)).toBe('file-not-trusted')
  expect(await shownOf({ tokenFile }, foreign, { ...noDecisions, trustsFile: () => true })).toBe(
    'Bearer from-file',
  )
})

test('a command’s token of another provider is shown as it is, with the certificate beside it', () => {
  const certificate = { cert: 'PEM', key: 'PEM' }
  expect(credentialsOfCommand({ token: 'other', certificate })).toEqual({
    authorization: 'Bearer other',
    certificate,
  })
})

test('of files that an entry names only small regular ones are read', async () => {
  const at = (name: string) => join(home, name)
  await writeFile(at('small'), 'x'.repeat(1024 * 1024))
  await writeFile(at('large'), 'x'.repeat(1024 * 1024 + 1))
  execFileSync('mkfifo', [at('pipe')])
  expect((await readSmall(at('small'))).ok).toBe(true)
  for (const path of [at('large'), at('pipe'), '/dev/zero', home, at('missing')])
    expect([path, await readSmall(path)]).toMatchObject([path, { ok: false }])
})
