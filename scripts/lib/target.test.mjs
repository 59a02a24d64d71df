import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfigFromFile } from 'electron-vite'
import { afterEach, expect, test } from 'vitest'
import { cacheFolder, electronHere, executableIn } from './electron.mjs'
import { inProject, readJson, Stop } from './project.mjs'
import { standInIn } from './stand-in.mjs'
import { askTarget, declaredTarget, forTarget, targetOf } from './target.mjs'

afterEach(() => {
  delete process.env.EKSCOPE_BUILD_TARGET
})

const here = [electronHere()?.executable ?? '', join(standInIn(cacheFolder()).dist, executableIn())]
for (const executable of new Set(here))
  test.runIf(existsSync(executable))(
    `${executable} has the Chrome and the Node that it is built for`,
    async () => {
      const asked = await askTarget(executable)
      expect(await targetOf({ executable, version: asked.electron })).toEqual(asked)
    },
  )

test('the declared Electron has the Node whose types its own package takes', () => {
  const { dependencies } = readJson(inProject('node_modules/electron/package.json'))
  expect(dependencies['@types/node'].replace(/^\D*(\d+).*$/, '$1')).toBe(declaredTarget.node)
  // Chrome's version of a line of Electron never changes: a new line needs its own here.
  expect([declaredTarget.electron.split('.')[0], declaredTarget.chrome]).toEqual(['45', '156'])
})

test('an Electron of another version is asked, and what says nothing is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-target-'))
  try {
    const executable = join(folder, 'electron')
    const says = (/** @type {string} */ text) => writeFileSync(executable, `#!/bin/sh\n${text}\n`)
    says('[ "$ELECTRON_RUN_AS_NODE" = 1 ] && echo 46.1.0 15.8.33.2-electron.0 26.3.1')
    chmodSync(executable, 0o755)
    const target = { electron: '46.1.0', chrome: '158', node: '26' }
    expect(await targetOf({ executable, version: '46.1.0' })).toEqual(target)
    says('echo no >&2; exit 1')
    await expect(targetOf({ executable, version: '46.1.0' })).rejects.toThrow(Stop)
    await expect(targetOf({ executable, version: '46.1.0' })).rejects.toThrow(`${executable} does not say`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('window, preload and page are built for the target that is named, without one for the declared Electron', async () => {
  const targets = async () => {
    const env = /** @type {const} */ ({ command: 'build', mode: 'production' })
    const { main, preload, renderer } = (await loadConfigFromFile(env, undefined, inProject())).config
    return [main, preload, renderer].map((part) => part?.build?.target)
  }
  expect(await targets()).toEqual(['node24', 'node24', 'chrome156'])
  Object.assign(process.env, forTarget({ electron: '25.1.1', chrome: '114', node: '18' }))
  expect(await targets()).toEqual(['node18', 'node18', 'chrome114'])
})
