import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { integrityOf } from './npm-package.mjs'
import { builderSettings, isForeign } from './packaging.mjs'
import { run } from './process.mjs'
import { Stop } from './project.mjs'
import { agreement, askForStandIn, standInRuns } from './stand-in.mjs'
import { parseWords, takesPackages } from './suite.mjs'

test('leave for the stand-in is a word or a variable, and never reaches the app', () => {
  expect(agreement(['--yes-stand-in', 'file'], {})).toEqual({ agreed: true, rest: ['file'] })
  expect(agreement(['file'], { EKSCOPE_YES_STANDIN: '1' })).toEqual({ agreed: true, rest: ['file'] })
  expect(agreement(['file'], {})).toEqual({ agreed: false, rest: ['file'] })
})

test("without a terminal to ask on, the user's own files are not opened in a stand-in", async () => {
  // The runner's workers have no terminal.
  await expect(askForStandIn({ agreed: false, script: 'start' })).rejects.toThrow(/--yes-stand-in/)
  await expect(askForStandIn({ agreed: true, script: 'start' })).resolves.toBeUndefined()
})

test('the stand-in runs on Linux with an x64 processor only', () => {
  expect(standInRuns('linux', 'x64')).toBe(true)
  expect(standInRuns('linux', 'arm64')).toBe(false)
  expect(standInRuns('darwin', 'x64')).toBe(false)
})

test('the hash of an archive is written as npm writes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-hash-'))
  try {
    writeFileSync(join(folder, 'a'), 'abc')
    // SHA-512 of "abc", FIPS 180-2 appendix C.
    expect(await integrityOf(join(folder, 'a'))).toBe(
      'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('npm test takes steps first, then arguments for one step, and does what that step stands on', () => {
  expect(parseWords([]).chosen).toEqual(['lint', 'types', 'build', 'package', 'unit', 'e2e'])
  expect(parseWords(['unit', '-t', 'a name'])).toEqual({ chosen: ['unit'], args: ['-t', 'a name'] })
  expect(parseWords(['e2e', 'grid.spec.ts'])).toEqual({
    chosen: ['build', 'package', 'e2e'],
    args: ['grid.spec.ts'],
  })
  expect(parseWords(['types', 'lint']).chosen).toEqual(['lint', 'types'])
  expect(() => parseWords(['-t', 'a name'])).toThrow(Stop)
  expect(() => parseWords(['lint', 'unit', '-t', 'a name'])).toThrow(Stop)
})

test('the packages of Linux are made only for the specs that take them', () => {
  expect([[], ['--project', 'chromium'], ['e2e/linux-packages.spec.ts:137']].map(takesPackages)).toEqual([
    true,
    true,
    true,
  ])
  expect(takesPackages(['grid.spec.ts', '-g', 'a name'])).toBe(false)
})

test('a packaged stand-in says in its own package.json that it is one', () => {
  const standIn = builderSettings({ kind: 'stand-in', dist: '/c/e', version: '25.1.1' })
  expect(standIn).toContain('-c.extraMetadata.standInElectron=25.1.1')
  const official = builderSettings({ kind: 'official', dist: '/e', version: '45.4.1' })
  expect(official.join(' ')).not.toContain('standIn')
})

test('a fuse that came with Electron 29 is set from there on', () => {
  const fuse = '-c.electronFuses.grantFileProtocolExtraPrivileges=false'
  expect(builderSettings({ kind: 'named', dist: '/e', version: '28.3.0' })).not.toContain(fuse)
  expect(builderSettings({ kind: 'official', dist: '/e', version: '45.4.1' })).toContain(fuse)
})

test("another system's targets are not packed with the Electron at hand", () => {
  expect(isForeign(['--linux', 'deb'], 'linux')).toBe(false)
  expect(isForeign(['--win'], 'linux')).toBe(true)
  expect(isForeign(['-m', 'zip'], 'linux')).toBe(true)
  expect(isForeign(['--mac'], 'darwin')).toBe(false)
})

test.skipIf(process.platform === 'win32')(
  'a window is out of reach of a signal for all programs of its terminal',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ekscope-group-'))
    const group = async (/** @type {boolean} */ apart) => {
      await run('sh', ['-c', `ps -o pid=,pgid= -p $$ > ${folder}/group`], { apart })
      const [pid, own] = readFileSync(join(folder, 'group'), 'utf8').trim().split(/ +/)
      return pid === own
    }
    try {
      expect([await group(true), await group(false)]).toEqual([true, false])
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
