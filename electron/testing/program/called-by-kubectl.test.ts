import path from 'node:path'
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

// A name has no backticks in a text (they are shown by their code).
const odd = 'a: ekscope list'
const terminal = useTerminal({
  config: JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dev',
    contexts: ['dev', odd].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  }),
})

/** As kubectl starts it, and without that as the user does. */
async function said(name: string, ...args: readonly string[]): Promise<string> {
  const file = path.join(path.dirname(terminal.program), `${name}.cjs`)
  const { stdout, stderr } = await terminal.run(
    process.execPath,
    [file, ...args].map((word) => word.replace('in-%', `in-${name}`)),
  )
  return `${stdout}${stderr}`
}

test.each<[args: readonly string[], command: string]>([
  [['--help'], 'Usage: % COMMAND [options]'],
  [['rename', '--help'], '\n  % rename '],
  [['use', 'nothing'], '`% list` lists the contexts'],
  [['use', 'nothing', '--json'], '"next": "`% list` lists the contexts'],
  [['rename', 'dev'], 'is used like this: % rename CONTEXT NEW'],
  [['set-namespace', 'dev', 'in-%'], 'to undo this: % undo 2'],
  [['clusters'], '`% discover` searches for clusters'],
  [['doctor'], '`% doctor --online` also compares'],
])('of %j the commands are as the program was called: %s', async (args, command) => {
  expect(await said('kubectl-ekscope', ...args)).toContain(command.replace('%', 'kubectl ekscope'))
  expect(await said('cli', ...args)).toContain(command.replace('%', 'ekscope'))
})

test('what is a name or a result for programs stays', async () => {
  expect(await said('kubectl-ekscope', 'use', `${odd}2`)).toContain(`there is no context “${odd}2” in `)
  expect(await said('kubectl-ekscope', 'list', '-o', 'name')).toBe(`dev\n${odd}\n`)
  const script = await said('kubectl-ekscope', 'completion', 'bash')
  expect(script).toBe(await said('cli', 'completion', 'bash'))
})
