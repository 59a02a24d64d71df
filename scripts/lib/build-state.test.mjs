import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isBuilt, isSource, outputs, sourcesHash, stampBuild } from './build-state.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-build-'))
  put('shared/result.ts', 'export const ok = 1\n')
  put('package.json', '{}')
})
afterEach(() => rmSync(folder, { recursive: true }))

/**
 * @param {string} path
 * @param {string} text
 */
function put(path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

test('a changed, added or renamed source changes the hash', () => {
  const before = sourcesHash(folder)
  put('electron/cli.ts', '')
  const added = sourcesHash(folder)
  put('electron/cli.ts', '1')
  const changed = sourcesHash(folder)
  rmSync(join(folder, 'electron/cli.ts'))
  put('electron/clj.ts', '1')
  expect(new Set([before, added, changed, sourcesHash(folder)]).size).toBe(4)
})

test('a new time on the same bytes, a test and a fixture change nothing', () => {
  const before = sourcesHash(folder)
  utimesSync(join(folder, 'shared/result.ts'), 1, 1)
  put('shared/result.test.ts', 'test()')
  put('shared/testing/worlds.ts', '1')
  put('electron/kubeconfig/fixtures/a.yaml', 'a: 1')
  expect(sourcesHash(folder)).toBe(before)
})

test('styles and pages are sources as well', () => {
  expect(isSource('renderer/grid/Grid.module.css')).toBe(true)
  expect(isSource('renderer/index.html')).toBe(true)
  expect(isSource('renderer/tsconfig.json')).toBe(false)
})

test('a build counts only when it is complete, from these very sources and for this target', () => {
  const hash = sourcesHash(folder)
  const target = { electron: '45.5.0', chrome: '156', node: '24' }
  const out = join(folder, 'out')
  expect(isBuilt(hash, target, out)).toBe(false)
  for (const file of outputs) put(`out/${file}`, '')
  stampBuild(hash, target, out)
  expect(isBuilt(hash, target, out)).toBe(true)
  // A release of the same line.
  expect(isBuilt(hash, { ...target, electron: '45.6.0' }, out)).toBe(true)
  expect(isBuilt(hash, { ...target, chrome: '114' }, out)).toBe(false)
  expect(isBuilt(hash, { ...target, node: '18' }, out)).toBe(false)
  // The terminal program is the same for each.
  expect(isBuilt(hash, undefined, out)).toBe(true)
  expect(isBuilt('another', target, out)).toBe(false)
  rmSync(join(out, 'cli.cjs'))
  expect(isBuilt(hash, target, out)).toBe(false)
})
