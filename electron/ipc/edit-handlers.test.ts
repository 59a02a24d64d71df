import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fail, fault, ok } from '../../shared/result'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { createEditingHandlers } from './edit-handlers'
import type { Call } from './router'
import { createWrites } from './writes'

let home: string
let services: Services
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-edits-'))
  await mkdir(path.join(home, '.kube'))
  await writeFile(path.join(home, '.kube', 'config'), 'apiVersion: v1\nkind: Config\n')
  services = createServices({
    variables: { HOME: home, PATH: '/usr/bin:/bin' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
  })
  await services.kubeconfig.load()
})
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

const call: Call = {
  signal: new AbortController().signal,
  page: 1,
  emit: () => undefined,
  dropped: () => [],
}

test('the removal of a lock asks who holds it, and nothing once it is gone', async () => {
  const asked: string[] = []
  let allows = false
  const asking = {
    once: async ({ title }: { readonly title: string }) => {
      asked.push(title)
      return ok(allows)
    },
    commands: async () => ok({ refused: 0 }),
  }
  const desktop = {
    readClipboard: async () => '',
    copy: () => undefined,
    chooseFile: async () => null,
    chooseTarget: async () => null,
    confirm: async () => false,
  }
  const handlers = createEditingHandlers(services, asking, desktop, createWrites(services, asking))
  const lock = path.join(home, '.kube', 'config.lock')
  const unlock = async () => handlers['edits.unlock']({ path: lock }, call)
  await writeFile(lock, '')
  expect(await unlock()).toMatchObject({ ok: false, fault: { code: 'not-allowed' } })
  expect(existsSync(lock)).toBe(true)
  allows = true
  expect(await unlock()).toEqual(ok(null))
  expect(existsSync(lock)).toBe(false)
  expect(asked).toEqual(['Remove this lock?', 'Remove this lock?'])
  allows = false
  expect(await unlock()).toEqual(ok(null))
  expect(asked).toHaveLength(2)
})

test('a page is told that its write waits for an answer, and when it does no longer, also where asking fails', async () => {
  const told: unknown[] = []
  const emit: Call['emit'] = (name, payload) => told.push([name, payload])
  const answers = [ok(true), new Error('the window is gone')]
  const asking = {
    async once() {
      told.push('asked')
      const answer = answers.shift()
      if (answer instanceof Error || answer === undefined) throw answer
      return answer
    },
  }
  const write = (run: string) =>
    createWrites(services, asking).write({ ...call, emit }, run, async ({ consent }) => {
      if (consent.kind === 'ask') await consent.ask({ parts: [] })
      return fail(fault('cancelled', 'It was stopped.', 'Apply again.'))
    })
  await write('a')
  await write('b').catch(() => undefined)
  const around = (run: string) => [
    ['edits.asking', { run, asking: true }],
    'asked',
    ['edits.asking', { run, asking: false }],
  ]
  expect(told).toEqual([...around('a'), ...around('b')])
})
