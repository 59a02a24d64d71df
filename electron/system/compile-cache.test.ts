/** What Node keeps of compiling the program runs at the next start: it is taken only from where nobody else can write. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeFolder, judges } from '../../scripts/lib/judges.mjs'
import { bundled, removeFolder } from '../testing/bundle'

/** The Node of the tests may have no such cache. */
const node = path.join(judgeFolder('node-26'), judges['node-26'].program)
const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-compile-cache-'))
const app = path.join(folder, 'app.cjs')
const start = path.join(folder, 'start.cjs')
const data = path.join(folder, 'data')
const cache = path.join(data, 'compiled')

/** Texts of one length, as V8 compares no more than that of what it was made of. */
const [honest, foreign] = ["console.log('honest!')", "console.log('foreign')"]

beforeAll(async () => {
  const program = await bundled('electron/system/compile-cache.ts')
  writeFileSync(
    start,
    `require(${JSON.stringify(program)}).useCompileCache(process.argv[2])\nrequire(${JSON.stringify(app)})\n`,
  )
}, 60_000)
afterAll(() => removeFolder(folder))

const run = (): string => execFileSync(node, [start, data], { encoding: 'utf8' })

const filesIn = (of: string): readonly string[] =>
  readdirSync(of, { recursive: true, withFileTypes: true }).flatMap((one) =>
    one.isFile() ? [path.join(one.parentPath, one.name)] : [],
  )

const checksum = (text: string): number =>
  Number(
    execFileSync(node, ['-p', `require('node:zlib').crc32(${JSON.stringify(text)})`], { encoding: 'utf8' }),
  )

/** Plants a cache that runs `foreign` where the program is `honest`: made of the one, with the checksum of the other in its head. */
function plant(): void {
  writeFileSync(app, foreign)
  run()
  writeFileSync(app, honest)
  const [was, is] = [foreign, honest].map((text) => {
    const word = Buffer.alloc(4)
    word.writeUInt32LE(checksum(text))
    return word
  })
  for (const file of filesIn(cache)) {
    const content = readFileSync(file)
    const at = content.indexOf(was ?? '')
    if (at < 0) continue
    is?.copy(content, at)
    writeFileSync(file, content)
  }
}

test.skipIf(!existsSync(node))('what others could have planted there does not run', () => {
  mkdirSync(data, { mode: 0o700 })
  plant()
  // So a planted cache would run; and this test is one.
  expect(run()).toBe('foreign\n')
  const planted = filesIn(cache).map((file) => readFileSync(file, 'hex'))
  for (const open of [data, cache]) {
    chmodSync(open, 0o777)
    expect(run()).toBe('honest!\n')
    chmodSync(open, 0o700)
  }
  expect(filesIn(cache).map((file) => readFileSync(file, 'hex'))).toEqual(planted)
})

test.skipIf(!existsSync(node))('nothing is made where there is no data folder', async () => {
  await removeFolder(data)
  writeFileSync(app, honest)
  expect(run()).toBe('honest!\n')
  expect(existsSync(data)).toBe(false)
})
