/** `ekscope explain`, at a simulator: where the chain breaks, and the way from a 401 to a context that is let in. */
import { expect, test } from 'vitest'
import { runProgram } from '../real-programs'
import { useSmallSimulator } from '../small-simulator'
import { keyProfile, roleProfile, small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

const user = (name: string, profile: string) => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, ${profile}eks, get-token, --cluster-name, prod, --output, json]
`
const world = useSmallSimulator((now) => {
  const { roles, ...rest } = smallWorld(now)
  const alsoAlice = roles.map((role) =>
    role.arn === small.workload ? { ...role, trust: [...(role.trust ?? []), small.alice.arn] } : role,
  )
  return { ...rest, roles: alsoAlice }
})
const terminal = useTerminal({
  inProcess: true,
  config: () => `apiVersion: v1
kind: Config
clusters:
${world.clusterEntry(small.cluster)}contexts:
- {name: deploy, context: {cluster: "${small.cluster}", user: deploy}}
- {name: guarded, context: {cluster: "${small.cluster}", user: guarded}}
- {name: shell, context: {cluster: "${small.cluster}", user: shell}}
- {name: gone, context: {cluster: "${small.cluster}", user: nobody}}
users:
${user('deploy', '--profile, deploy, ')}${user('guarded', '--profile, guarded, ')}${user('shell', '')}`,
  aws: `${keyProfile('alice', small.alice)}${roleProfile('admin', small.admin)}${roleProfile('deploy', small.workload)}${roleProfile('guarded', small.guarded, 'external_id = open sesame\n')}`,
  variables: () => ({
    ...world.variables(),
    AWS_PROFILE: 'deploy',
  }),
})
const { ekscope, done } = terminal

interface Explained {
  readonly said: { readonly title: string; readonly next: string | null }
  readonly verdict: string
  readonly chain: readonly { readonly step: string; readonly state: string; readonly broken: string | null }[]
  readonly cluster: {
    readonly administrators: readonly { readonly name: string }[]
    readonly unread: string | null
    readonly namedIn: readonly string[]
  } | null
  readonly letIn: string | null
}
async function explained(context: string): Promise<Explained> {
  return JSON.parse((await done(['explain', context, '--json'])).stdout)
}
const brokenAt = ({ chain }: Explained) => chain.find(({ broken }) => broken !== null)

test('nothing was asked: it says what files say, and asks nobody', async () => {
  world.simulator.forgetRequests()
  const { said, verdict, letIn } = await explained('deploy')
  expect([verdict, said.title, letIn]).toEqual([
    'not-checked',
    'Not checked yet: the files say Workload',
    null,
  ])
  expect(world.simulator.requests()).toEqual([])
  const gone = await explained('gone')
  expect(brokenAt(gone)).toMatchObject({ broken: 'kubectl stops here' })
})

test('the commands that let in are for one who has only to be let in', async () => {
  // Its token has a session of the role, which IAM alone has the whole name of; and who acts is the shell's choice.
  expect((await ekscope(['whoami', 'shell'])).status).toBe(1)
  const shell = await explained('shell')
  expect(shell.letIn).toMatch(/--let-in arn:aws:sts::111122223333:assumed-role\/Workload\/\S+$/)
  const { stdout } = await done(['explain', 'shell'])
  expect(stdout).toMatch(/^Only if Workload is meant, the commands for one who may give access: /m)
  // Who was expected is not the one that was refused.
  await done(['expect', 'deploy', small.admin])
  expect((await ekscope(['whoami', 'deploy'])).status).toBe(1)
  expect(await explained('deploy')).toMatchObject({ verdict: 'mismatch', letIn: null })
  await done(['expect', 'deploy', '--none'])
  // An entry names the role as it was before it was made anew.
  expect((await ekscope(['whoami', 'guarded'])).status).toBe(1)
  await ekscope(['lint', '--online'])
  const guarded = await explained('guarded')
  expect(guarded).toMatchObject({ verdict: 'no-access', letIn: null, cluster: { namedIn: ['access-entry'] } })
  expect((await done(['explain', 'guarded'])).stdout).toMatch(
    / may enter, and an access entry names this identity\./,
  )
}, 60_000)

test('a 401 is explained by what the cluster knows; the copied command lets the identity in, and it is verified', async () => {
  expect((await ekscope(['whoami', 'deploy'])).status).toBe(1)
  const refused = await explained('deploy')
  expect(refused.said.title).toBe('Workload is not let into prod')
  expect(brokenAt(refused)).toMatchObject({ step: 'seen', broken: 'Refused here (401)' })
  expect(refused.letIn).toBe(`ekscope access deploy --let-in ${small.workload}`)
  // Once the lists are read, those who may give access are named.
  await ekscope(['lint', '--online'])
  const known = await explained('deploy')
  expect(known.cluster?.namedIn).toEqual([])
  expect(known.cluster?.administrators.map(({ name }) => name)).toContain('Admin')
  const text = await done(['explain', 'deploy'])
  expect(text.stdout).toMatch(/^ {2}✗ Refused here \(401\)$/m)
  expect(text.stdout).toMatch(/^Who may do everything there: .*Admin/m)
  const [, ...words] = (refused.letIn ?? '').split(' ')
  const { stdout } = await done([...words, '--json'])
  const commands: readonly { readonly command: string }[] = JSON.parse(stdout).letIn.steps
  const ran = await runProgram('/bin/sh', ['-ec', commands.map(({ command }) => command).join('\n')], {
    ...terminal.variables(),
    AWS_PROFILE: 'admin',
  })
  expect([ran.status, ran.stderr]).toEqual([0, ''])
  expect((await ekscope(['whoami', 'deploy'])).status).toBe(0)
  const now = await explained('deploy')
  expect([now.verdict, brokenAt(now), now.letIn]).toEqual(['verified', undefined, null])
})
