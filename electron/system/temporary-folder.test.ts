import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundled } from '../testing/bundle'
import { makeTemporaryFolder } from './temporary-folder'

test('a temporary folder is removed with all that is in it, also by a process that is killed', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'ekscope-temporary-'))
  const module = await bundled('electron/system/temporary-folder.ts')
  const script = `const { path } = require(${JSON.stringify(module)}).makeTemporaryFolder('run-')
require('node:fs').writeFileSync(path + '/file', '')
process.stdout.write(path)
setInterval(() => undefined, 1000)`
  const env = { ...process.env, TMPDIR: scratch }
  const child = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [path] = await once(child.stdout, 'data')
  expect(readdirSync(String(path))).toEqual(['file'])
  child.kill('SIGKILL')
  await expect.poll(() => readdirSync(scratch), { timeout: 10_000 }).toEqual([])
  await rm(scratch, { recursive: true })
})

test('what a program that is about to end writes there after the removal goes, too', async () => {
  const folder = makeTemporaryFolder('ekscope-temporary-test-')
  await folder.remove()
  expect(existsSync(folder.path)).toBe(false)
  await mkdir(folder.path)
  await expect.poll(() => existsSync(folder.path), { timeout: 10_000 }).toBe(false)
})
