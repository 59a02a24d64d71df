/** `ekscope fix unsafe-name` as a real process; the real kubectl says whether the file is one. */
import { utimesSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })
const { ekscope, text } = terminal
beforeEach(() => {
  place('.kube/config', broken)
})

const broken =
  'contexts:\n- context: {cluster: c, user: off} # mine\n  name: on\nusers:\n- name: off\n  user: {}\n'
const mended = broken.replace(/ on$/m, ' "on"').replaceAll('off', '"off"')

/** A file that was not written just now: an unreadable one may only be so for a moment. */
function place(name: string, content: string): string {
  const path = terminal.write(name, content)
  const long = new Date(Date.now() - 60_000)
  utimesSync(path, long, long)
  return path
}
const kubectl = async () =>
  (await terminal.run(realProgram('kubectl'), ['config', 'get-contexts', '-o', 'name'])).stdout

test('a file that kubectl refuses is mended, after a look at the lines; other commands still refuse it', async () => {
  expect((await ekscope(['set-namespace', 'on', 'x'])).status).toBe(3)
  expect(await kubectl()).toBe('')
  const look = await ekscope(['fix', 'unsafe-name', '--dry-run'])
  expect([look.status, look.stderr]).toEqual([0, ''])
  expect(look.stdout).toContain('-  name: on\n')
  expect(look.stdout).toContain('+  name: "on"\n')
  expect(text()).toBe(broken)
  const run = await ekscope(['fix', 'unsafe-name', '--json'])
  expect([run.status, run.stderr]).toEqual([0, ''])
  expect(JSON.parse(run.stdout)).toMatchObject({ written: true, files: [{ path: terminal.file }] })
  expect(text()).toBe(mended)
  expect(await kubectl()).toBe('on\n')
  expect((await ekscope(['fix', 'unsafe-name'])).stdout).toContain('Nothing to do')
  // Undone, the file would be unreadable again.
  const back = await ekscope(['undo'])
  expect([back.status, back.stderr]).toEqual([
    3,
    expect.stringContaining('put quotes around text that kubectl misreads'),
  ])
})

test('contexts say in which files; another file that nothing mends refuses all', async () => {
  const other = place('other', 'contexts:\n- context: {cluster: c, user: u}\n  name: 12\n')
  const both = { KUBECONFIG: `${terminal.file}:${other}` }
  expect((await ekscope(['fix', 'unsafe-name', '12'], both)).status).toBe(0)
  expect(text()).toBe(broken)
  expect(text(other)).toContain('name: "12"')
  place('other', 'contexts: [')
  expect((await ekscope(['fix', 'unsafe-name'], both)).status).toBe(3)
  expect(text()).toBe(broken)
})

test.each([[['fix']], [['fix', '--all']], [['fix', 'shared-user']], [['fix', 'unsafe-name', 'unpinned']]])(
  '%j is not made yet, and says so',
  async (args) => {
    const run = await ekscope(args)
    expect([run.status, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toContain('unsafe-name')
  },
)

test('after -- an argument is a context even where it is the name of a finding', async () => {
  const run = await ekscope(['fix', 'unsafe-name', '--', 'unpinned'])
  expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('no context “unpinned”')])
})
