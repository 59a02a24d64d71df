/** `ekscope fix unsafe-name` as a real process; the real kubectl says whether the file is one. */
import { mkdir, mkdtemp, readFile, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundleForNode, removeFolder } from '../bundle'
import { type Run, realProgram, runProgram } from '../real-programs'

let folder: string
let program: string
let home: string
let file: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-cli-fix-'))
  program = await bundleForNode('electron/cli.ts', folder, 'cli')
})
afterAll(() => removeFolder(folder))
beforeEach(async () => {
  home = path.join(folder, `home-${++count}`)
  file = path.join(home, '.kube/config')
  await mkdir(path.join(home, '.kube'), { recursive: true })
  await place(file, broken)
})

const broken =
  'contexts:\n- context: {cluster: c, user: off} # mine\n  name: on\nusers:\n- name: off\n  user: {}\n'
const mended = broken.replace(/ on$/m, ' "on"').replaceAll('off', '"off"')

/** A file that was not written just now: an unreadable one may only be so for a moment. */
async function place(target: string, text: string): Promise<void> {
  await writeFile(target, text, { mode: 0o600 })
  const long = new Date(Date.now() - 60_000)
  await utimes(target, long, long)
}
const variables = (extra: Readonly<Record<string, string>> = {}) => ({
  HOME: home,
  PATH: '/usr/bin:/bin',
  ...extra,
})
const ekscope = (args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Run> =>
  runProgram(process.execPath, [program, ...args], variables(extra), { cwd: home })
const kubectl = async () =>
  (await runProgram(realProgram('kubectl'), ['config', 'get-contexts', '-o', 'name'], variables())).stdout

test('a file that kubectl refuses is mended, after a look at the lines; other commands still refuse it', async () => {
  expect((await ekscope(['set-namespace', 'on', 'x'])).status).toBe(3)
  expect(await kubectl()).toBe('')
  const look = await ekscope(['fix', 'unsafe-name', '--dry-run'])
  expect([look.status, look.stderr]).toEqual([0, ''])
  expect(look.stdout).toContain('-  name: on\n')
  expect(look.stdout).toContain('+  name: "on"\n')
  expect(await readFile(file, 'utf8')).toBe(broken)
  const run = await ekscope(['fix', 'unsafe-name', '--json'])
  expect([run.status, run.stderr]).toEqual([0, ''])
  expect(JSON.parse(run.stdout)).toMatchObject({ written: true, files: [{ path: file }] })
  expect(await readFile(file, 'utf8')).toBe(mended)
  expect(await kubectl()).toBe('on\n')
  expect((await ekscope(['fix', 'unsafe-name'])).stdout).toContain('Nothing to do')
  // Back would be a file that nobody can read.
  const back = await ekscope(['undo'])
  expect([back.status, back.stderr]).toEqual([3, expect.stringContaining('kubectl cannot read')])
})

test('contexts say in which files; another file that nothing mends refuses all', async () => {
  const other = path.join(home, 'other')
  await place(other, 'contexts:\n- context: {cluster: c, user: u}\n  name: 12\n')
  const both = { KUBECONFIG: `${file}:${other}` }
  expect((await ekscope(['fix', 'unsafe-name', '12'], both)).status).toBe(0)
  expect(await readFile(file, 'utf8')).toBe(broken)
  expect(await readFile(other, 'utf8')).toContain('name: "12"')
  await place(other, 'contexts: [')
  expect((await ekscope(['fix', 'unsafe-name'], both)).status).toBe(3)
  expect(await readFile(file, 'utf8')).toBe(broken)
})

test.each([[['fix']], [['fix', '--all']], [['fix', 'shared-user']], [['fix', 'unsafe-name', 'unpinned']]])(
  '%j is not made yet, and says so',
  async (args) => {
    const run = await ekscope(args)
    expect([run.status, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toContain('unsafe-name')
  },
)

test('behind -- a word is a context even where it is the name of a finding', async () => {
  const run = await ekscope(['fix', 'unsafe-name', '--', 'unpinned'])
  expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('no context “unpinned”')])
})
