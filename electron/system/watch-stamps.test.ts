import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { watchStamps } from './watch-stamps'

const folder = mkdtempSync(join(tmpdir(), 'ekscope-watch-'))
const at = (...names: string[]) => join(folder, ...names)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what is written, made, moved there or gone is heard of, in files and in what stands in a folder', async () => {
  writeFileSync(at('file'), 'a')
  mkdirSync(at('cache'))
  let told = 0
  const watch = watchStamps(
    () => [at('file'), at('later', 'deep'), at('cache')],
    () => {
      told += 1
    },
    // What is told is told by the system: no comparison of its own comes in this test.
    { quietMs: 10, everyMs: 600_000 },
  )
  await watch.looked
  const heard = async (act: () => void) => {
    const before = told
    act()
    await vi.waitFor(() => expect(told).toBeGreaterThan(before), { timeout: 20_000 })
  }
  await heard(() => appendFileSync(at('file'), 'b'))
  await heard(() => {
    writeFileSync(at('new'), 'another')
    renameSync(at('new'), at('file'))
  })
  await heard(() => writeFileSync(at('cache', 'token.json'), '{}'))
  await heard(() => {
    mkdirSync(at('later'))
    writeFileSync(at('later', 'deep'), 'there')
  })
  await heard(() => rmSync(at('file')))
  watch.stop()
})
