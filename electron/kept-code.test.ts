/** What loads the parts of the window's program, on a program of two parts in a plain Node. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled, removeFolder } from './testing/bundle'

let folder = ''
beforeAll(async () => {
  const program = await bundled('electron/kept-code.ts')
  folder = mkdtempSync(path.join(tmpdir(), 'ekscope-kept-'))
  copyFileSync(program, path.join(folder, 'kept-code.cjs'))
})
afterAll(() => removeFolder(folder))

const part = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
const run = (file: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [path.join(folder, file)], { encoding: 'utf8' }))

test('what V8 kept is taken, each part is run once, and what imports or has none is loaded as ever', () => {
  part(
    'one.cjs',
    `exports.first = 1; exports.two = require('./two.cjs'); exports.late = require('./late.cjs')`,
  )
  part(
    'two.cjs',
    `const one = require('./one.cjs'), path = require('node:path')
exports.said = ['\\u201cwhole\\u201d', one.first, path.basename(__filename), path.basename(__dirname) === path.basename(module.path)]`,
  )
  part('late.cjs', `exports.load = () => import('node:os')`)
  part(
    'keep.cjs',
    `const { writeFileSync } = require('node:fs'), parts = []
require('./kept-code.cjs').takeKeptCode(__dirname, (part) => void parts.push(part))
require('./one.cjs')
for (const { file, script } of parts) writeFileSync(file + '.cache', script.createCachedData())
console.log(JSON.stringify(parts.map(({ script }) => script.cachedDataRejected ?? null)))`,
  )
  part(
    'start.cjs',
    `require('./kept-code.cjs').takeKeptCode(__dirname)
const one = require('./one.cjs')
one.late.load().then(({ EOL }) => console.log(JSON.stringify([one.two.said, one.two === require('./two.cjs'), typeof EOL])))`,
  )
  const said = [['“whole”', 1, 'two.cjs', true], true, 'string']
  expect(run('start.cjs')).toEqual(said)
  expect(run('keep.cjs')).toEqual([null, null])
  expect(run('keep.cjs')).toEqual([false, false])
  expect(run('start.cjs')).toEqual(said)
  part('two.cjs', `exports.said = 'another'`)
  expect(run('keep.cjs')).toEqual([false, true])
  expect(run('start.cjs')).toEqual(['another', true, 'string'])
})
