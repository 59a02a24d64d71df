import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { contentSecurityPolicy, developmentPolicy, isOurPage, servePage } from './page-server'

let base: string
beforeAll(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'ekscope-page-'))
  await mkdir(path.join(base, 'page', 'assets'), { recursive: true })
  await writeFile(path.join(base, 'page', 'index.html'), '<p>')
  await writeFile(path.join(base, 'page', 'assets', 'a b.js'), '1')
  await writeFile(path.join(base, 'secret'), 'canary')
  await symlink(path.join(base, 'secret'), path.join(base, 'page', 'link'))
})
afterAll(() => removeFolder(base))

// Chromium's numbers for a file that may not be had, and one that is not there.
const refused = { error: -10 }
const notThere = { error: -6 }
const ask = (url: string, method = 'GET') => servePage(path.join(base, 'page'))({ url, method })

describe('the page', () => {
  test('is served from its folder with the policy as a header', async () => {
    expect(await ask('app://ekscope/index.html')).toEqual({
      path: path.join(base, 'page', 'index.html'),
      headers: expect.objectContaining({
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
      }),
    })
    expect(await ask('app://ekscope/assets/a%20b.js')).toMatchObject({
      path: path.join(base, 'page', 'assets', 'a b.js'),
    })
  })

  test.each([
    'app://ekscope/../secret',
    'app://ekscope/%2e%2e/secret',
    'app://ekscope/..%2fsecret',
    'app://ekscope//etc/passwd',
    'app://ekscope/link',
    'app://ekscope/assets',
    'app://ekscope/',
    'app://ekscope/index.html%00.js',
    'app://other/index.html',
    'file:///etc/passwd',
    'not an address',
  ])('nothing else is: %s', async (url) => {
    const answer = await ask(url)
    expect([refused, notThere]).toContainEqual(answer)
  })

  test('only GET is answered', async () => {
    expect(await ask('app://ekscope/index.html', 'POST')).toEqual(refused)
  })
})

describe('our own page', () => {
  test.each([
    ['app://ekscope/index.html', true],
    ['app://ekscope/', true],
    ['app://ekscope.evil/', false],
    ['app://ekscope:80/', false],
    ['app://evil@ekscope/', false],
    ['app:///index.html', false],
    ['https://ekscope/', false],
    ['http://localhost:5173/', false],
    ['', false],
  ])('%s: %s', (address, ours) => expect(isOurPage(address)).toBe(ours))

  test('is the development server’s only while there is one', () => {
    expect(isOurPage('http://localhost:5173/x', 'http://localhost:5173/')).toBe(true)
    expect(isOurPage('http://localhost:5174/x', 'http://localhost:5173/')).toBe(false)
    expect(isOurPage('app://ekscope/index.html', 'http://localhost:5173/')).toBe(true)
  })
})

test('in development the policy opens for the server’s nonce and websocket, and nothing else', () => {
  const policy = developmentPolicy('http://localhost:5173/', 'abc')
  expect(policy).toContain("script-src 'self' 'nonce-abc'")
  expect(policy).toContain("connect-src 'self' ws://localhost:5173")
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
})
