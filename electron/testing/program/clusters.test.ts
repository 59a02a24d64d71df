/** `ekscope clusters`, at a simulator of AWS and its clusters. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

let simulator: Simulator
const { alice } = small
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: "${small.cluster}", cluster: {server: "https://OLD.gr7.eu-west-1.eks.amazonaws.com"}}
- {name: minikube, cluster: {server: "https://127.0.0.1:8443"}}
contexts:
- {name: prod, context: {cluster: "${small.cluster}", user: alice}}
- {name: local, context: {cluster: minikube, user: none}}
users:
- name: none
  user: {token: x}
- name: alice
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, prod, --output, json]
`,
  aws: `[profile alice]
region = eu-west-1
aws_access_key_id = ${alice.key.id}
aws_secret_access_key = ${alice.key.secret}
`,
  variables: () => ({ AWS_ENDPOINT_URL: simulator.endpointUrl, AWS_EC2_METADATA_DISABLED: 'true' }),
})
const { ekscope } = terminal
beforeAll(async () => {
  simulator = await startSimulator(smallWorld(Date.now()))
})
afterAll(() => simulator.close())

interface Row {
  readonly name: string
}
async function rows(...args: readonly string[]) {
  const { stdout, status, stderr } = await ekscope(['clusters', '--json', ...args])
  expect([status, stderr]).toEqual([0, ''])
  const said = JSON.parse(stdout)
  return (name: string) => said.clusters.find((one: Row) => one.name === name)
}

test('from files alone nobody is asked; what is no cluster of EKS is none', async () => {
  simulator.forgetRequests()
  const of = await rows()
  expect(of('prod')).toMatchObject({
    arn: small.cluster,
    state: 'not asked',
    status: null,
    contexts: [{ name: 'prod', verdict: null }],
  })
  expect((await ekscope(['clusters'])).stdout).toMatch(
    /^prod +111122223333 +eu-west-1 +not asked .*\bprod$[\s\S]*\n1 cluster\./m,
  )
  expect(simulator.requests()).toEqual([])
})

test('asked anew: a cluster made again under its name, one that answers, one that is gone; and it is kept', async () => {
  await ekscope(['discover', '--profile', 'alice'])
  const of = await rows('--online')
  expect(of('prod')).toMatchObject({
    state: 'recreated',
    status: 'ACTIVE',
    version: '1.31',
    support: {
      standardUntil: expect.stringMatching(/^20\d\d-/),
      extendedUntil: expect.stringMatching(/^20\d\d-/),
    },
    endpoint: simulator.cluster('prod').url,
    publicEndpoint: true,
    privateEndpoint: true,
    authenticationMode: 'API_AND_CONFIG_MAP',
    serviceRole: 'arn:aws:iam::111122223333:role/prod-service',
    entries: [{ name: small.cluster, state: 'recreated' }],
    reached: { answers: true },
    problem: null,
  })
  expect(of('old')).toMatchObject({ state: 'ACTIVE', contexts: [], authenticationMode: 'CONFIG_MAP' })
  // No token goes there.
  expect(
    simulator.requests().filter(({ service, status }) => service === 'kubernetes' && status === 200),
  ).toEqual([])
  const world = simulator.world()
  simulator.update((before) => ({
    ...before,
    clusters: before.clusters.filter(({ arn }) => arn !== small.old),
  }))
  try {
    expect((await rows('--online'))('old')).toMatchObject({ state: 'gone', goneAt: expect.any(String) })
    expect((await rows())('old')).toMatchObject({ state: 'gone' })
  } finally {
    simulator.update(() => world)
  }
  expect((await ekscope(['clusters'])).stdout).toMatch(
    /has another endpoint than AWS gives\. `ekscope refresh`/,
  )
})

test.skipIf(!full)(
  'where AWS says nothing of any it could not be done, and says why; of one it is an answer',
  async () => {
    const deny = (about: string) =>
      simulator.fault({ service: 'eks', operation: 'DescribeCluster', about, kind: 'deny' })
    await ekscope(['discover', '--profile', 'alice'])
    deny('/clusters/prod')
    const some = await ekscope(['clusters', '--online'])
    expect([some.status, some.stderr]).toEqual([0, ''])
    expect(some.stdout).toMatch(/^prod: AWS denied DescribeCluster to profile alice/m)
    deny('/clusters/old')
    const none = await ekscope(['clusters', '--online'])
    expect(none.status).toBe(3)
    expect(none.stderr).toMatch(/^ekscope: AWS denied DescribeCluster to profile alice .*Use an identity/s)
    const said = await ekscope(['clusters', '--online', '--json'])
    expect([said.status, JSON.parse(said.stdout)]).toMatchObject([
      3,
      { online: true, clusters: [{ problem: { code: 'not-allowed' } }, {}], error: { code: 'not-allowed' } },
    ])
    // Not asked, there is nothing that could fail.
    expect((await ekscope(['clusters'])).status).toBe(0)
    simulator.clearFaults()
  },
)
