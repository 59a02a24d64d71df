import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inProject, readJson } from './project.mjs'
import { release } from './release.mjs'

let folder = ''
const git = (/** @type {string[]} */ ...args) =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
const day = '2030-01-02'
const at = (/** @type {string} */ name) => join(folder, name)
const lines = (/** @type {string} */ name) => readFileSync(at(name), 'utf8').split('\n')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-release-'))
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(inProject(name), at(name))
  writeFileSync(
    at('CHANGELOG.md'),
    '# Changelog\n\n## 9.1 (not released yet)\n\n# Much is new.\n\n## 0.0 (2020-01-01)\n\nOld.\n',
  )
  git('init', '--quiet')
  git('config', 'user.email', 'a@b.test')
  git('config', 'user.name', 'a')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'all')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a release is one commit and one tag: version, page of the CHANGELOG, and nothing else', () => {
  const before = { package: lines('package.json'), lock: lines('package-lock.json') }
  expect(release({ folder, version: '9.1.0', day })).toBe('v9.1.0')
  expect(git('status', '--porcelain')).toBe('')
  expect(git('log', '--format=%s')).toBe('Release 9.1.0\nall')
  expect(git('tag', '--list', '--format=%(objecttype) %(*objectname) %(contents)')).toBe(
    `tag ${git('rev-parse', 'HEAD')} Ekscope 9.1.0\n\n# Much is new.`,
  )
  expect(lines('CHANGELOG.md')[2]).toBe(`## 9.1.0 (${day})`)
  const changed = (/** @type {readonly string[]} */ old, /** @type {string} */ name) =>
    lines(name).filter((line, index) => line !== old[index])
  expect(changed(before.package, 'package.json')).toEqual(['  "version": "9.1.0",'])
  expect(changed(before.lock, 'package-lock.json')).toEqual([
    '  "version": "9.1.0",',
    '      "version": "9.1.0",',
  ])
  expect(readJson(at('package-lock.json')).packages[''].version).toBe('9.1.0')
})

test('it refuses, with nothing changed, what is no later version, and where the CHANGELOG has no page', () => {
  const head = git('rev-parse', 'HEAD')
  /** @type {(version: string, reason: string) => void} */
  const refuses = (version, reason) => {
    const before = git('status', '--porcelain')
    expect(() => release({ folder, version, day })).toThrow(reason)
    expect(git('status', '--porcelain')).toBe(before)
    expect([git('rev-parse', 'HEAD'), git('tag', '--list')]).toEqual([head, ''])
  }
  for (const version of ['9', 'v9.1.0', '09.1.0', '9.1.0 --force', '']) refuses(version, 'no version')
  const now = readJson(at('package.json')).version
  for (const version of ['0.0.1', `${now}-rc.1`]) refuses(version, `does not come after ${now}`)
  writeFileSync(at('new'), '')
  refuses('9.1.0', 'not committed')
  rmSync(at('new'))
  const page = readFileSync(at('CHANGELOG.md'), 'utf8')
  for (const text of [page.replace(' (not released yet)', ''), page.replace('# Much is new.\n', '')]) {
    writeFileSync(at('CHANGELOG.md'), text)
    git('commit', '--quiet', '--all', '--amend', '--message', 'all')
    expect(() => release({ folder, version: '9.1.0', day })).toThrow('CHANGELOG.md')
    expect(git('status', '--porcelain')).toBe('')
  }
})

test('a tag that is there is not made again', () => {
  release({ folder, version: '9.1.0', day })
  expect(() => release({ folder, version: '9.1.0', day })).toThrow('v9.1.0 is there already')
})
