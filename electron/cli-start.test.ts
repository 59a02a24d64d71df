/** The loader of the built terminal program, on a program of two parts. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled, removeFolder } from './testing/bundle'

let folder = ''
beforeAll(async () => {
  const program = await bundled('electron/cli-start.ts')
  folder = mkdtempSync(path.join(tmpdir(), 'ekscope-start-'))
  copyFileSync(program, path.join(folder, 'cli.cjs'))
  mkdirSync(path.join(folder, 'cli'))
})
afterAll(() => removeFolder(folder))

const part = (name: string, text: string) => writeFileSync(path.join(folder, 'cli', name), text)
const run = (file = 'cli.cjs'): unknown =>
  JSON.parse(execFileSync(process.execPath, [path.join(folder, file)], { encoding: 'utf8' }))

test('what Node has not loaded yet is loaded by the first use of something in it, and is then whole', () => {
  part(
    'main.cjs',
    `const zlib = require('node:zlib')
const loaded = () => process.moduleLoadList.includes('NativeModule zlib')
const before = loaded()
const back = zlib.gunzipSync(zlib.gzipSync('\\u201cwhole\\u201d')).toString()
console.log(JSON.stringify([before, back, loaded(), Object.keys(zlib).includes('gzip'), { ...zlib }.gzip === zlib.gzip, 'gzip' in zlib]))`,
  )
  expect(run()).toEqual([false, '“whole”', true, true, true, true])
})

test('a part may import a module of Node lazily, as the AWS SDK does, and nobody is warned of it', () => {
  part(
    'main.cjs',
    `import('node:http').then(({ Agent }) => { process.emitWarning('mine'); console.log(typeof Agent) })`,
  )
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'cli.cjs')], { encoding: 'utf8' })
  expect(stdout).toBe('function\n')
  expect(stderr).toMatch(/^\(node:\d+\) Warning: mine$/m)
  expect(stderr).not.toContain('Experimental')
})

test('a command that looks at files loads neither promises of files nor streams, and says nothing of how', () => {
  part(
    'main.cjs',
    `const { stat, readFile } = require('./other.cjs').files
Promise.all([stat(__filename), readFile(__filename, 'utf8')]).then(([{ size }, text]) => {
  const loaded = ['fs/promises', 'v8', 'stream'].filter((name) => process.moduleLoadList.includes('NativeModule ' + name))
  console.log(JSON.stringify([size === text.length, loaded]))
})`,
  )
  part('other.cjs', `exports.files = require('node:fs/promises')`)
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'cli.cjs')], { encoding: 'utf8' })
  // Printing by the console loads streams, after they were looked for.
  expect([JSON.parse(stdout), stderr]).toEqual([
    [true, process.versions.v8.startsWith('11.') ? [] : expect.anything()],
    '',
  ])
})

test('a part is run once, and may ask for one that asks for it', () => {
  part(
    'main.cjs',
    `exports.first = 1
const a = require('./other.cjs'), b = require('./other.cjs')
console.log(JSON.stringify([a === b, a.seen, a.times, __filename.endsWith('main.cjs')]))`,
  )
  part('other.cjs', `exports.times = (exports.times ?? 0) + 1; exports.seen = require('./main.cjs').first`)
  expect(run()).toEqual([true, 1, 1, true])
})

test('what V8 kept of each part is taken; of another text it is not, and the part runs all the same', () => {
  part('main.cjs', `globalThis.said = [require('./other.cjs').word]`)
  part('other.cjs', `exports.word = 'one'`)
  writeFileSync(
    path.join(folder, 'keep.cjs'),
    `const { writeFileSync } = require('node:fs')
const program = require('./cli.cjs').compiled()
program.run()
const taken = program.parts().map(({ script, cache, code }) => {
  writeFileSync(cache, code())
  return script.cachedDataRejected ?? null
})
console.log(JSON.stringify([...globalThis.said, ...taken]))`,
  )
  expect(run('keep.cjs')).toEqual(['one', null, null])
  expect(existsSync(path.join(folder, 'cli/other.cjs.cache'))).toBe(true)
  expect(run('keep.cjs')).toEqual(['one', false, false])
  part('other.cjs', `exports.word = 'another'`)
  expect(run('keep.cjs')).toEqual(['another', false, true])
})

test('what was kept of a check is kept apart, and a check without it takes what was kept of the rest', () => {
  part('main.cjs', `globalThis.said = [require(process.env.FIRST).word]`)
  part('other.cjs', `exports.word = 'one'`)
  part('checking-1.cjs', `exports.word = require('./other.cjs').word`)
  const kept = (first: string, keep: boolean): unknown => {
    writeFileSync(
      path.join(folder, 'keep.cjs'),
      `process.env.FIRST = '${first}'
const program = require('./cli.cjs').compiled()
program.run()
console.log(JSON.stringify(program.parts().map(({ script, cache, code }) => {
  if (${keep}) require('node:fs').writeFileSync(cache, code())
  return [require('node:path').basename(cache), script.cachedDataRejected ?? null]
})))`,
    )
    return run('keep.cjs')
  }
  const main = ['main.cjs.cache', false]
  kept('./other.cjs', true)
  expect(kept('./checking-1.cjs', false)).toEqual([
    main,
    ['checking-1.cjs.checking.cache', null],
    ['other.cjs.checking.cache', false],
  ])
  kept('./checking-1.cjs', true)
  expect(existsSync(path.join(folder, 'cli/other.cjs.checking.cache'))).toBe(true)
  expect(kept('./other.cjs', false)).toEqual([main, ['other.cjs.cache', false]])
})
