/** What is production is what the user marked, and one answer everywhere: list, current, whoami, report, explain, expect files. */
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/pay'
const user = (name: string) =>
  `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, pay]}}}\n`
const terminal = useTerminal({
  inProcess: true,
  config: `current-context: prod-admin
clusters:
- {name: "${arn}", cluster: {server: "https://pay.test"}}
- {name: dev, cluster: {server: "https://dev.test"}}
contexts:
- {name: prod-admin, context: {cluster: "${arn}", user: a}}
- {name: prod-read, context: {cluster: "${arn}", user: b}}
- {name: dev, context: {cluster: dev, user: b}}
users:
${user('a')}${user('b')}`,
})
const { done, ekscope } = terminal

interface Marked {
  readonly contexts: readonly { readonly context: string; readonly production: boolean }[]
}
const namesIn = ({ contexts }: Marked) => contexts.flatMap((one) => (one.production ? [one.context] : []))
const json = async (...args: readonly string[]) => JSON.parse((await done([...args, '--json'])).stdout)

test('marked by name, pattern, cluster and account; taken back; said by every command alike', async () => {
  expect((await done(['production'])).stdout).toMatch(/^Nothing is marked as production\.\n/)
  expect(namesIn(await json('list'))).toEqual([])
  expect((await done(['production', 'prod-admin'])).stdout).toBe(
    'production: context prod-admin (1 context)\n',
  )
  expect((await done(['production', 'prod-admin'])).stdout).toMatch(/^is production already: /)
  expect(namesIn(await json('list'))).toEqual(['prod-admin'])
  expect((await json('current')).production).toBe(true)
  expect(namesIn(await json('report'))).toEqual(['prod-admin'])
  expect((await json('explain', 'prod-read')).production).toBe(false)
  expect((await done(['list', '-o', 'wide'])).stdout).toMatch(/prod-admin .* yes /)

  await done(['production', '--cluster', '*:cluster/pay', '--account', '1111*'])
  expect(await json('production')).toMatchObject({
    marks: [
      { kind: 'context', pattern: 'prod-admin', contexts: ['prod-admin'] },
      { kind: 'cluster', pattern: '*:cluster/pay', contexts: ['prod-admin', 'prod-read'] },
      { kind: 'account', pattern: '1111*', contexts: ['prod-admin', 'prod-read'] },
    ],
    contexts: ['prod-admin', 'prod-read'],
    withoutTerminal: 'go-on',
  })
  expect((await json('explain', 'prod-read')).production).toBe(true)
  // Another mark still holds it, which is said.
  const held = await done(['production', 'prod-admin', '--none'])
  expect(held.stdout).toBe('no longer production: context prod-admin (1 context)\n')
  expect(held.stderr).toContain('“prod-admin” is still production, by cluster *:cluster/pay.')
  await done(['production', '--cluster', '*:cluster/pay', '--account', '1111*', '--none'])
  expect(namesIn(await json('list'))).toEqual([])
})

test('an expect file says it, is made with it, and gives its marks', async () => {
  const file = terminal.write(
    'expect.yaml',
    'ekscope: expect/1\ncontexts:\n  prod-read: {identity: "arn:aws:iam::111122223333:role/R"}\n  prod-*: {production: true}\n',
  )
  const { stdout } = await ekscope(['whoami', '--json', '--expect', file])
  const { results } = JSON.parse(stdout)
  expect(namesIn({ contexts: results })).toEqual(['prod-admin'])
  await done(['production', '--expect', file])
  expect((await json('production')).contexts).toEqual(['prod-admin'])
  await done(['expect', 'prod-admin', 'arn:aws:iam::111122223333:role/Admin'])
  await done(['expect', '--write', 'made.yaml', 'prod-admin'])
  expect(terminal.text(`${terminal.home}/made.yaml`)).toContain('production: true')
})

test('what is no mark is refused, and marks nothing', async () => {
  expect((await ekscope(['production', 'no-such'])).status).toBe(3)
  expect((await ekscope(['production', '--account', 'prod'])).status).toBe(2)
  expect((await ekscope(['production', '--none'])).status).toBe(2)
  expect((await ekscope(['production', '--without-terminal', 'x'])).status).toBe(2)
  expect((await json('production')).marks).toEqual([])
})
