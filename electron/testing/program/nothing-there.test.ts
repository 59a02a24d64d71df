/** A link to nothing or /dev/null in KUBECONFIG is passed over for writing, as kubectl passes over what is not there. */
import { symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const config = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u}}
current-context: one
users:
- {name: u, user: {token: t}}
`
const terminal = useTerminal({ config, inProcess: true })
const { ekscope, done } = terminal
const imported = config
  .replaceAll('one', 'three')
  .replaceAll('two', 'four')
  .replace(/current.*\n/, '')

const places: readonly (readonly [string, () => string])[] = [
  ['a link to nothing', () => `${terminal.home}/dangling`],
  ['/dev/null', () => '/dev/null'],
]
const place = (path: string) => {
  if (path !== '/dev/null') symlinkSync('nowhere', path)
}

test.each(places)(
  '%s first in the list: everything goes where kubectl puts it, and list says so',
  async (_, path) => {
    place(path())
    const list = { KUBECONFIG: `${path()}:${terminal.file}` }
    const shown = await ekscope(['list'], list)
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('two')])
    expect(shown.stderr).toMatch(new RegExp(`^ekscope: ${path()} .+\\n$`))
    const { files } = JSON.parse((await ekscope(['list', '--json'], list)).stdout)
    expect(files[0].problems).toMatchObject([{ code: 'unwritable', severity: 'warning' }])
    expect((await done(['use', 'two', '--dry-run'], list)).stdout).toContain(`+++ ${terminal.file}`)
    await done(['use', 'two'], list)
    await done(['set-namespace', 'one', 'web'], list)
    terminal.write('imported', imported)
    await done(['import', `${terminal.home}/imported`], list)
    await done(['rename', 'two', 'other'], list)
    await done(['undo'], list)
    const { current, contexts } = await terminal.kubectl(terminal.file)
    expect([current, [...contexts.keys()].sort(), contexts.get('one')?.namespace]).toEqual([
      'two',
      ['four', 'one', 'three', 'two'],
      'web',
    ])
  },
)

test('kubectl passes over a link to nothing, too', async () => {
  symlinkSync('nowhere', `${terminal.home}/dangling`)
  const list = { KUBECONFIG: `${terminal.home}/dangling:${terminal.file}` }
  await terminal.run(realProgram('kubectl'), ['config', 'use-context', 'two'], list)
  expect((await terminal.kubectl(terminal.file)).current).toBe('two')
})

test.each(places)('%s alone: nothing can be written, and the refusal says why', async (_, path) => {
  place(path())
  terminal.write('imported', imported)
  const run = await ekscope(['import', `${terminal.home}/imported`], { KUBECONFIG: path() })
  expect([run.status, run.stdout]).toEqual([3, ''])
  expect(run.stderr).toContain(path())
  expect(run.stderr).toMatch(/a file that does not exist|not a regular file/)
})
