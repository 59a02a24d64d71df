/** `ekscope explain`, at a simulator: where the chain breaks, and the way from a 401 to a context that is let in. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AwsProgram, awsProgram } from '../aws-judge'
import { runProgram } from '../real-programs'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

let simulator: Simulator
let aws: AwsProgram
const terminal = useTerminal({
  inProcess: true,
  config: () => {
    const { url, caPem } = simulator.cluster(small.cluster)
    const ca = Buffer.from(caPem).toString('base64')
    return `apiVersion: v1
kind: Config
clusters:
- {name: "${small.cluster}", cluster: {server: "${url}", certificate-authority-data: ${ca}}}
contexts:
- {name: deploy, context: {cluster: "${small.cluster}", user: deploy}}
- {name: gone, context: {cluster: "${small.cluster}", user: nobody}}
users:
- name: deploy
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, --profile, deploy, eks, get-token, --cluster-name, prod, --output, json]
`
  },
  aws: `[profile alice]
region = eu-west-1
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
[profile admin]
role_arn = ${small.admin}
source_profile = alice
[profile deploy]
role_arn = ${small.workload}
source_profile = alice
`,
  variables: () => ({
    PATH: `${aws.folder}:/usr/bin:/bin`,
    AWS_ENDPOINT_URL: simulator.endpointUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
  }),
})
const { ekscope, done } = terminal
beforeAll(async () => {
  const world = smallWorld(Date.now())
  const roles = world.roles.map((role) =>
    role.arn === small.workload ? { ...role, trust: [...(role.trust ?? []), small.alice.arn] } : role,
  )
  const started = await Promise.all([startSimulator({ ...world, roles }), awsProgram()])
  simulator = started[0]
  aws = started[1]
})
afterAll(() => simulator.close())

interface Explained {
  readonly said: { readonly title: string; readonly next: string | null }
  readonly verdict: string
  readonly chain: readonly { readonly step: string; readonly state: string; readonly broken: string | null }[]
  readonly cluster: {
    readonly administrators: readonly { readonly name: string }[]
    readonly unread: string | null
  } | null
  readonly letIn: string | null
}
async function explained(context: string): Promise<Explained> {
  return JSON.parse((await done(['explain', context, '--json'])).stdout)
}
const brokenAt = ({ chain }: Explained) => chain.find(({ broken }) => broken !== null)

test('nothing was asked: it says what files say, and asks nobody', async () => {
  simulator.forgetRequests()
  const { said, verdict, letIn } = await explained('deploy')
  expect([verdict, said.title, letIn]).toEqual([
    'not-checked',
    'Not checked yet: the files say Workload',
    null,
  ])
  expect(simulator.requests()).toEqual([])
  const gone = await explained('gone')
  expect(brokenAt(gone)).toMatchObject({ broken: 'kubectl stops here' })
})

test('a 401 is explained by what the cluster knows; the copied command lets the identity in, and it is verified', async () => {
  expect((await ekscope(['whoami', 'deploy'])).status).toBe(1)
  const refused = await explained('deploy')
  expect(refused.said.title).toBe('Workload is not let into prod')
  expect(brokenAt(refused)).toMatchObject({ step: 'seen', broken: 'Refused here (401)' })
  expect(refused.letIn).toBe(`ekscope access deploy --let-in ${small.workload}`)
  // Once the lists are read, those who may give access are named.
  await ekscope(['lint', '--online'])
  const known = await explained('deploy')
  expect(known.cluster?.administrators.map(({ name }) => name)).toContain('Admin')
  const text = await done(['explain', 'deploy'])
  expect(text.stdout).toMatch(/^ {2}✗ Refused here \(401\)$/m)
  expect(text.stdout).toMatch(/^Who may do everything there, and so may let it in: .*Admin/m)
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
