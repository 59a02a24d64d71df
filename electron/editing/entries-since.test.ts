import { expect, test } from 'vitest'
import { useTerminal } from '../testing/program/terminal'
import { entriesSince } from './entries-since'

const user = (name: string) => `- {name: ${name}, user: {token: t}}`
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.example"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: v}}
- {name: three, context: {cluster: c, user: w}}
users:
${user('u')}
${user('v')}
${user('w')}
`,
})

test('a context is as it is since its lines or those of its user were last changed; of an unchanged one it is said how long it is known', async () => {
  const { editing, kubeconfig } = terminal.window()
  const since = async () => {
    const snapshot = await kubeconfig.load()
    const told = await entriesSince(
      editing.history,
      snapshot,
      snapshot.contexts.map(({ id }) => id),
    )
    return told.map(({ changed, from }) => [changed?.by ?? null, from !== null])
  }
  // Nothing was ever seen of the file.
  expect(await since()).toEqual([
    [null, false],
    [null, false],
    [null, false],
  ])
  await kubeconfig.load()
  await editing.keepSeen()
  expect(await since()).toEqual([
    [null, true],
    [null, true],
    [null, true],
  ])
  // Another program changes a user, and Ekscope a context.
  terminal.write(
    '.kube/config',
    terminal.text().replace(user('v'), user('v').replace('token: t', 'token: z')),
  )
  await kubeconfig.load()
  await editing.keepSeen()
  await terminal.done(['set-namespace', 'three', 'apps'])
  expect(await since()).toEqual([
    [null, true],
    ['others', true],
    ['terminal', true],
  ])
})
