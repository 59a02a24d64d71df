import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isBuilt, isSource, outputs, sourcesHash } from './build-state.mjs'

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

test('out/ counts as built only when it is complete and from these very sources', () => {
  const hash = sourcesHash(folder)
  expect(isBuilt(hash, folder)).toBe(false)
  for (const file of outputs) put(file, '')
  put('out/built-from.json', JSON.stringify({ sources: hash }))
  expect(isBuilt(hash, folder)).toBe(true)
  expect(isBuilt('another', folder)).toBe(false)
  rmSync(join(folder, 'out/cli.cjs'))
  expect(isBuilt(hash, folder)).toBe(false)
})
