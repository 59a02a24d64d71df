/** `ekscope compare`: environments, kubeconfigs and reports, in any pairing. */
import { expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { beforeAndAfter } from '../../report/compare'
import { keyProfile, roleProfile, small } from '../small-world'
import { useTerminal } from './terminal'

const user = (name: string, profile: string) => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, prod, --output, json]
      env: [{name: AWS_PROFILE, value: ${profile}}]
`
const config = (profile: string, more = '') => `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.gr7.eu-west-1.eks.amazonaws.com"}}
contexts:
- {name: one, context: {cluster: c, user: one}}
- {name: two, context: {cluster: c, user: two}}
${more}users:
${user('one', profile)}${user('two', 'reader')}`
const terminal = useTerminal({
  inProcess: true,
  config: config('admin'),
  aws: `${keyProfile('alice', small.alice)}${roleProfile('admin', small.admin)}${roleProfile('reader', small.reader)}`,
  variables: () => ({
    AWS_ACCESS_KEY_ID: small.carol.key.id,
    AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
  }),
})
const { ekscope, done } = terminal
const same = 'Nothing was checked on either side: compared by prediction.\nNothing differs.\n'
interface Changed {
  readonly context: string
  readonly what: string
  readonly was: string
  readonly is: string
}
async function compared(...words: readonly string[]) {
  const { stdout } = await done(['compare', ...words, '--json'])
  const {
    changes,
  }: {
    readonly changes: {
      environments: unknown
      came: unknown[]
      went: unknown[]
      changed: Changed[]
      findings: { went: { id: string }[] }
    }
  } = JSON.parse(stdout)
  return changes
}

test('of two environments only what differs: whom exported keys make of contexts, and their finding', async () => {
  const { came, went, changed } = await compared('clean', 'app')
  expect([came, went]).toEqual([[], []])
  expect(changed.filter(({ what }) => what === 'identity').map(({ context, was }) => [context, was])).toEqual(
    [
      ['one', 'Admin of 111122223333'],
      ['two', 'Reader of 111122223333'],
    ],
  )
  const { stdout } = await done(['compare', 'clean', 'app'])
  expect(stdout).toMatch(/^clean → app\n.*\none: identity predicted Admin of 111122223333 → predicted .*\n/)
  expect((await done(['compare', 'app', 'app'])).stdout).toBe(same)
})

const reader = { key: 'aws 111122223333 role reader', name: 'Reader', account: '111122223333' }

test('a kubeconfig from now, and an earlier report; with one side, the other is now', async () => {
  const more = '- {name: three, context: {cluster: c, user: two}}\n'
  const other = terminal.write('other.yaml', config('reader', more))
  const { came, went, changed } = await compared(other, 'clean')
  expect([came, went]).toEqual([
    [],
    [{ context: 'three', identity: 'Reader of 111122223333', who: reader, by: 'predicted', at: null }],
  ])
  expect(changed).toEqual([
    {
      ...{ context: 'one', what: 'identity', was: 'Reader of 111122223333', is: 'Admin of 111122223333' },
      ...{ wasBy: 'predicted', wasAt: null, wasWho: reader },
      ...{
        isBy: 'predicted',
        isAt: null,
        isWho: { ...reader, key: 'aws 111122223333 role admin', name: 'Admin' },
      },
    },
  ])
  const { stdout } = await done(['report', '--format', 'json', '--environment', 'clean'])
  const report = terminal.write('then.json', stdout)
  expect((await done(['compare', report, 'clean'])).stdout).toBe(same)
  // Another program wrote it again, with its fields in another order.
  const sorted = Object.entries(JSON.parse(stdout)).sort(([a], [b]) => (a < b ? -1 : 1))
  const resaved = terminal.write('resaved.json', JSON.stringify(Object.fromEntries(sorted)))
  expect((await done(['compare', resaved, 'clean'])).stdout).toBe(same)
  // A report says of which environment it is, with the mark before it that Windows writes, too.
  const marked = terminal.write('marked.json', `\ufeff${stdout}`)
  const elsewhere = await done(['compare', marked, 'app'])
  expect(elsewhere.stdout).toContain('One is of environment clean, the other of app.')
  expect((await compared('clean', 'app')).environments).toBeNull()
  terminal.write('.kube/config', config('reader'))
  expect((await compared(report, 'clean')).changed).toMatchObject([{ context: 'one', what: 'identity' }])
  // Of one, from now in the caller’s own environment.
  expect((await compared(report)).changed.map(({ context }) => context)).toContain('one')
})

test('before and after pending edits: who acts as another, by name also where that changes', async () => {
  const services = terminal.window()
  const { contexts } = await services.kubeconfig.load()
  const [one, two] = contexts
  if (one === undefined || two === undefined) throw new Error('there are two')
  const edits: readonly Edit[] = [
    { kind: 'set-profile', context: one.id, profile: 'reader', pin: 'arg', scope: 'split' },
    { kind: 'rename-context', context: two.id, name: 'second', cascade: false },
  ]
  const found = await beforeAndAfter(services, edits, 'clean', new AbortController().signal)
  if (!found.ok) throw new Error(found.fault.message)
  const { a, b, changes } = found.value
  expect([a.kind, b.kind, changes.came, changes.went]).toEqual(['environment', 'pending', [], []])
  expect(changes.changed).toMatchObject([
    { context: 'one', what: 'identity', was: 'Admin of 111122223333', is: 'Reader of 111122223333' },
  ])
  expect(changes.changed).toHaveLength(1)
})

test('what cannot be read is said, and nothing is compared', async () => {
  const shell = await ekscope(['compare', 'clean', 'login-shell'], { SHELL: '/bin/false' })
  expect([shell.status, shell.stdout]).toEqual([3, ''])
  expect(shell.stderr).toMatch(/login shell|\/bin\/false/)
  expect(await ekscope(['compare', 'one'])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('“one” is neither an environment (login-shell, app, clean) nor a file.'),
  })
  const broken = terminal.write('broken.json', '{"report": 1, "at": 5}')
  const { status, stderr } = await ekscope(['compare', broken])
  expect([status, stderr]).toEqual([
    3,
    expect.stringMatching(/is not a report that this Ekscope can read: at: .*5/),
  ])
  expect((await ekscope(['compare'])).status).toBe(2)
})
