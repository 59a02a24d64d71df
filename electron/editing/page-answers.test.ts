import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { unpack } from '../../shared/ipc/packed'
import { unpackReport } from '../../shared/ipc/report'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { type Planning, planningHere } from './planning'

let home: string
let services: Services
let worked: string[]

const counting: Planning = {
  ...planningHere,
  snapshot(...asked) {
    worked.push('snapshot')
    return planningHere.snapshot(...asked)
  },
  report(...asked) {
    worked.push(`report ${asked[0].environment.name}`)
    return planningHere.report(...asked)
  },
  keepSeen(...asked) {
    worked.push('keepSeen')
    return planningHere.keepSeen(...asked)
  },
}

async function write(...names: readonly string[]): Promise<void> {
  const file = path.join(home, '.kube', 'config')
  const list = (of: (name: string) => string) => names.map(of).join('')
  await writeFile(
    file,
    `contexts:\n${list((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`)}users:\n${list((name) => `- {name: ${name}, user: {token: secret-of-${name}}}\n`)}`,
  )
  // Older than what could change again without its stamp telling.
  await utimes(file, 1_000_000_000, 1_000_000_000 + names.length)
}

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-shown-'))
  await mkdir(path.join(home, '.kube'))
  worked = []
  services = createServices({
    variables: { HOME: home, PATH: process.env.PATH ?? '' },
    home,
    platform: process.platform,
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
    planning: counting,
  })
})
afterEach(async () => {
  services.close()
  await removeFolder(home)
})

const names = async () => unpack(await services.shown.snapshot()).contexts.map(({ name }) => name)
const report = async (environment: 'app' | 'clean' = 'app', had?: string) =>
  unpackReport(await services.shown.report(environment, had))
const reported = async (environment: 'app' | 'clean' = 'app') =>
  (await report(environment))?.contexts.map(({ context }) => context)

test('what was begun with is what the first page gets, and its secrets stay in main', async () => {
  await write('one', 'two')
  services.shown.begin('app')
  const [report, snapshot] = await Promise.all([reported(), services.shown.snapshot()])
  expect(report).toEqual(unpack(snapshot).contexts.map(({ id }) => id))
  expect(report).toHaveLength(2)
  expect(snapshot).not.toContain('secret-of')
  expect([...worked].sort()).toEqual(['report app', 'snapshot'])
})

test('what is looked for at a start is looked for while the page is made, and anew for the next one', async () => {
  await write('one')
  services.shown.begin('app')
  await reported()
  const found = async () =>
    (await services.shown.lookedFor()).flatMap(({ what, found }) => (found ? [what] : []))
  const first = await found()
  expect(first).toContain('kubeconfig')
  expect(first).not.toContain('aws-config')
  await mkdir(path.join(home, '.aws'))
  await writeFile(path.join(home, '.aws', 'config'), '')
  expect(await found()).toEqual([...first, 'aws-config'].sort((a, b) => order.indexOf(a) - order.indexOf(b)))
})
const order = ['kubeconfig', 'aws-config', 'aws-credentials', 'aws', 'kubectl']

test('fingerprints are made of what has a check, and of others when they are asked for', async () => {
  await write('one', 'two', 'three')
  const [one, two] = unpack(await services.shown.snapshot()).contexts.map(({ id }) => id)
  if (one === undefined || two === undefined) throw new Error('there are three')
  const all = await services.identities.of('app')
  const known = new Map(all.contexts.map(({ context, fingerprint }) => [context, fingerprint]))
  await services.checker.run({ contexts: [one], environment: 'app' }, new AbortController().signal)
  const prints = async (environment: 'app' | 'clean') =>
    (await report(environment))?.contexts.map(({ fingerprint }) => fingerprint)
  expect(await prints('app')).toEqual([known.get(one), '', ''])
  expect(unpack(await services.shown.fingerprints('app', [two, 'gone']))).toEqual([
    { context: two, fingerprint: known.get(two) },
  ])
  // Of another environment no check is kept.
  expect(await prints('clean')).toEqual(['', '', ''])
})

test('a page that has the report is told so, and gets another one whole', async () => {
  await write('one')
  const first = await report()
  expect(await report('app', first?.digest)).toBeNull()
  expect(await report('clean', first?.digest)).toMatchObject({ environment: 'clean' })
  await write('one', 'two')
  await names()
  expect((await report('app', first?.digest))?.contexts).toHaveLength(2)
})

test('a file that changed meanwhile, another environment and changed AWS files are worked out anew', async () => {
  await write('one')
  services.shown.begin('app')
  expect(await names()).toEqual(['one'])
  await write('one', 'two')
  expect(await names()).toEqual(['one', 'two'])
  expect(await reported()).toHaveLength(2)
  worked = []

  services.shown.begin('app')
  await services.shown.snapshot()
  expect(await reported('clean')).toHaveLength(2)
  expect(worked.filter((one) => one !== 'snapshot')).toEqual(['report app', 'report clean'])
  worked = []

  services.shown.begin('app')
  await services.shown.snapshot()
  services.shown.changed()
  await reported()
  // The identity of a sign-in holds for a while only: each page asks again.
  await reported()
  expect(worked.filter((one) => one !== 'snapshot')).toEqual(['report app', 'report app', 'report app'])
})

test('a file is copied into the history only once a page has what it draws first', async () => {
  await write('one')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const failed = vi.fn()
  await services.watch({ kubeconfig: () => undefined, identity: () => undefined, failed })
  await services.kubeconfig.load()
  await vi.advanceTimersByTimeAsync(60_000)
  await services.editing.ready(true)
  expect(worked).not.toContain('keepSeen')
  await reported()
  await vi.advanceTimersByTimeAsync(2_000)
  await expect.poll(() => worked).toContain('keepSeen')
  expect(failed).not.toHaveBeenCalled()
})
