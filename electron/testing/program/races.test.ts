/** Many writers of one file at once, as real processes: Ekscope among itself, beside kubectl, beside aws. */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { type Simulator, startSimulator } from '../../demo/simulator/simulator'
import { openHistory } from '../../kubeconfig/disk/history'
import { readDocument } from '../../kubeconfig/read/document'
import { entriesOf } from '../../kubeconfig/read/merge'
import { bundleForNode, removeFolder } from '../bundle'
import { type Run, realProgram, runProgram } from '../real-programs'
import { small, smallWorld } from '../small-world'

const full = process.env.EKSCOPE_FULL === '1'
const writers = full ? 50 : 12

let folder: string
let program: string
let home: string
let file: string
let count = 0

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-race-'))
  program = await bundleForNode('electron/cli.ts', folder, 'cli')
})
afterAll(() => removeFolder(folder))
beforeEach(async () => {
  count += 1
  home = path.join(folder, `home-${count}`)
  file = path.join(home, 'config')
  await mkdir(home)
})

const variables = () => ({
  HOME: home,
  PATH: '/usr/bin:/bin',
  KUBECONFIG: file,
  EKSCOPE_HOME: path.join(home, 'state'),
  AWS_EC2_METADATA_DISABLED: 'true',
})
const original = (contexts: number) => {
  const lines = (write: (i: number) => string) =>
    Array.from({ length: contexts }, (_, i) => write(i)).join('')
  return `apiVersion: v1
kind: Config
clusters:
- name: prod
  cluster: {server: "https://prod.test"}
contexts:
${lines((i) => `- name: c${i}\n  context: {cluster: prod, user: u${i}}\n`)}users:
${lines((i) => `- name: u${i}\n  user: {token: token-of-${i}}\n`)}`
}
const clone = (name: string): Promise<Run> =>
  runProgram(process.execPath, [program, 'clone', 'c1', name, '--json'], variables(), { timeout: 120_000 })

const contextNames = v.object({ contexts: v.array(v.object({ name: v.string() })) })
async function kubectlContexts(): Promise<readonly string[]> {
  const run = await runProgram(realProgram('kubectl'), ['config', 'view', '-o', 'json'], variables())
  if (run.status !== 0) throw new Error(run.stderr)
  return v.parse(contextNames, JSON.parse(run.stdout)).contexts.map(({ name }) => name)
}

interface Told {
  readonly name: string
  readonly run: Run
}
/** Those that Ekscope reported as done. */
const reported = (all: readonly Told[]) => all.filter(({ run }) => run.status === 0).map(({ name }) => name)
const cloneAll = (times: number): readonly Promise<Told>[] =>
  Array.from({ length: times }, async (_, i) => ({ name: `copy-${i}`, run: await clone(`copy-${i}`) }))

describe(`${writers} at once`, () => {
  test('ekscope clone among itself: all there, each with a user of its own, and each in the history', async () => {
    await writeFile(file, original(10))
    const all = await Promise.all(cloneAll(writers))
    expect(all.filter(({ run }) => run.status !== 0).map(({ run }) => run.stderr)).toEqual([])
    const names = await kubectlContexts()
    expect(names.length).toBe(10 + writers)
    expect(reported(all).filter((name) => !names.includes(name))).toEqual([])
    expect((await openHistory(path.join(home, 'state/history')).list()).length).toBe(writers)
  }, 300_000)

  test('beside kubectl config set-context: readable, no original missing, all that Ekscope reported there', async () => {
    await writeFile(file, original(10))
    const { lost, missing } = await besideKubectl(10)
    expect([lost, missing]).toEqual([[], []])
  }, 300_000)

  test.runIf(full)(
    'the same at 1,000 contexts is counted',
    async () => {
      await writeFile(file, original(1_000))
      const { lost, missing, done } = await besideKubectl(1_000)
      console.log(
        `1,000 contexts, ${writers} ekscope beside ${writers} kubectl: ${done} reported, ${lost.length} of them lost, ${missing.length} originals missing`,
      )
    },
    600_000,
  )

  /** kubectl alone loses its own writes, so these wait for each other; Ekscope does not. */
  async function besideKubectl(contexts: number) {
    const queue = path.join(home, 'queue')
    const theirs = Array.from({ length: writers }, (_, i) =>
      runProgram(
        'flock',
        [queue, realProgram('kubectl'), 'config', 'set-context', `theirs-${i}`, '--cluster', 'prod'],
        variables(),
        { timeout: 120_000 },
      ),
    )
    const all = await Promise.all(cloneAll(writers))
    await Promise.all(theirs)
    const names = new Set(await kubectlContexts())
    const done = reported(all)
    return {
      done: done.length,
      lost: done.filter((name) => !names.has(name)),
      missing: Array.from({ length: contexts }, (_, i) => `c${i}`).filter((name) => !names.has(name)),
    }
  }
})

const outsideJson = v.object({
  outside: v.array(v.object({ removed: v.array(v.object({ kind: v.string(), name: v.string() })) })),
})

describe('beside aws eks update-kubeconfig, which takes no lock and writes in place', () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator(smallWorld(Date.now()))
  })
  afterAll(() => simulator.close())

  test('Ekscope writes over nothing that does not parse, removes nothing, and names what others overwrote', async () => {
    await mkdir(path.join(home, '.aws'))
    const { id, secret } = small.alice.key
    await writeFile(
      path.join(home, '.aws/config'),
      `[default]\nendpoint_url = ${simulator.endpointUrl}\nregion = eu-west-1\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
    )
    await writeFile(file, original(10))
    const theirs = Array.from({ length: 10 }, (_, i) =>
      runProgram(
        realProgram('aws'),
        ['eks', 'update-kubeconfig', '--name', 'prod', '--alias', `aws-${i}`, '--user-alias', `aws-${i}`],
        variables(),
      ),
    )
    const all = await Promise.all(cloneAll(writers))
    await Promise.all(theirs)

    const history = openHistory(path.join(home, 'state/history'))
    const records = await history.list()
    const namesIn = (text: string) => {
      const document = readDocument(file, text)
      expect(document.readable).toBe(true)
      return entryKinds.flatMap((kind) => entriesOf(document, kind).map(({ name }) => `${kind} ${name}`))
    }
    for (const record of records) {
      const [before, after] = [
        await history.bytesOf(record.id, file, 'before'),
        await history.bytesOf(record.id, file, 'after'),
      ]
      if (!before.ok || !after.ok) throw new Error('the history holds every write')
      // What was there under the lock parsed, and all of it is still there afterwards.
      const was = namesIn(before.value?.toString() ?? '')
      const is = new Set(namesIn(after.value?.toString() ?? ''))
      expect(was.filter((entry) => !is.has(entry))).toEqual([])
    }
    // Every run ended with a written change, a change named as taken back, or a refusal that says why.
    for (const { run } of all) {
      if (run.status === 0) expect(JSON.parse(run.stdout)).toMatchObject({ written: true, takenBack: [] })
      else expect([run.status, run.stderr]).toEqual([3, expect.stringMatching(/^ekscope: .+/)])
    }
    // What was reported and is gone now was overwritten later: `ekscope history` names it.
    const now = await readFile(file, 'utf8')
    const names = new Set(readDocument(file, now).contexts.map(({ name }) => name))
    const lost = reported(all).filter((name) => !names.has(name))
    const listed = await runProgram(process.execPath, [program, 'history', '--json'], variables())
    const { outside } = v.parse(outsideJson, JSON.parse(listed.stdout))
    const named = new Set(
      outside.flatMap(({ removed }) => removed.map(({ kind, name }) => `${kind} ${name}`)),
    )
    expect(lost.filter((name) => !named.has(`context ${name}`))).toEqual([])
    console.log(
      `beside 10 aws: ${reported(all).length} of ${writers} reported, ${lost.length} of them overwritten by aws later`,
    )
  }, 300_000)
})
