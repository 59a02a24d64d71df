/** `lint --online` and `report --online`, at a simulator of AWS: each id with and without its cause, and after what its advice says. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { World } from '../../demo/simulator/world'
import { type Simulator, startSimulator } from '../simulator'
import { keyProfile, small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

let simulator: Simulator
const user = (name: string, ...args: readonly string[]) => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, ${args.join(', ')}, --output, json]
`
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: "${small.cluster}", cluster: {server: "https://OLD.gr7.eu-west-1.eks.amazonaws.com"}}
- {name: "${small.old}", cluster: {server: "https://ELSE.gr7.eu-west-1.eks.amazonaws.com"}}
contexts:
- {name: prod, context: {cluster: "${small.cluster}", user: alice}}
- {name: reader, context: {cluster: "${small.cluster}", user: reader}}
- {name: service, context: {cluster: "${small.cluster}", user: service}}
- {name: old, context: {cluster: "${small.old}", user: old}}
users:
${user('alice', 'prod')}${user('reader', 'prod', '--role-arn', small.reader)}${user('service', 'prod', '--role-arn', 'arn:aws:iam::111122223333:role/prod-service')}${user('old', 'old')}`,
  aws: `${keyProfile('alice', small.alice)}`,
  variables: () => ({ AWS_ENDPOINT_URL: simulator.endpointUrl, AWS_EC2_METADATA_DISABLED: 'true' }),
})
const { ekscope } = terminal
let world: World
beforeAll(async () => {
  simulator = await startSimulator(smallWorld(Date.now()))
  world = simulator.world()
})
beforeEach(() => {
  simulator.clearFaults()
  simulator.update(() => world)
})
afterAll(() => simulator.close())

const ofClusters: ReadonlySet<string> = new Set([
  'stale-cluster',
  'cluster-gone',
  'service-role',
  'no-access-entry',
])

/** Ids that rest on AWS, with their contexts. */
async function found(...args: readonly string[]) {
  const { stdout, stderr } = await ekscope(['lint', '--json', ...args])
  const { findings }: { readonly findings: readonly { id: string; contexts: string[] }[] } =
    JSON.parse(stdout)
  const ids = findings.filter(({ id }) => ofClusters.has(id)).map(({ id, contexts }) => [id, ...contexts])
  return { ids, stderr }
}

const withProd = (change: object) =>
  simulator.update((before) => ({
    ...before,
    clusters: before.clusters.map((one) => (one.arn === small.cluster ? { ...one, ...change } : one)),
  }))

test('an entry that is not as AWS says, and a service role, are found; refreshed, the first is gone; offline nobody is asked', async () => {
  const { ids, stderr } = await found('--online')
  expect([ids, stderr]).toEqual([
    [
      ['service-role', 'service'],
      ['stale-cluster', 'prod', 'reader', 'service'],
      ['stale-cluster', 'old'],
    ],
    '',
  ])
  // No token goes to a cluster.
  expect(
    simulator.requests().filter(({ service, status }) => service === 'kubernetes' && status === 200),
  ).toEqual([])
  await terminal.done([
    'refresh',
    'prod',
    'old',
    '--allow-server',
    new URL(simulator.cluster('prod').url).host,
    '--allow-server',
    new URL(simulator.cluster('old').url).host,
  ])
  expect((await found('--online')).ids).toEqual([['service-role', 'service']])
  simulator.forgetRequests()
  // What was answered before counts, as in the window.
  expect((await found()).ids).toEqual([['service-role', 'service']])
  expect(simulator.requests()).toEqual([])
})

test('whom complete lists do not name is found, and not once an entry names it', async () => {
  withProd({ authenticationMode: 'API' })
  const { ids } = await found('--online', 'prod', 'reader')
  expect(ids.filter(([id]) => id === 'no-access-entry')).toEqual([['no-access-entry', 'reader']])
  const [prod] = world.clusters
  const entry = { principalArn: small.reader, groups: ['readers'], policies: [] }
  withProd({ authenticationMode: 'API', accessEntries: [...(prod?.accessEntries ?? []), entry] })
  const after = await found('--online', 'prod', 'reader')
  expect(after.ids.filter(([id]) => id === 'no-access-entry')).toEqual([])
  // aws-auth counts there, and lint asks no cluster: nothing is said.
  withProd({ authenticationMode: 'API_AND_CONFIG_MAP' })
  const open = await found('--online', 'prod', 'reader')
  expect(open.ids.filter(([id]) => id === 'no-access-entry')).toEqual([])
})

test('a report names who may enter by the lists once AWS was asked', async () => {
  withProd({ authenticationMode: 'API' })
  const entering = async (...args: readonly string[]) => {
    const { stdout } = await terminal.done(['report', '--json', 'prod', ...args])
    const document: {
      readonly clusters: readonly { name: string; unread: string | null; mayEnter: { principal: string }[] }[]
    } = JSON.parse(stdout)
    const [prod] = document.clusters.filter(({ name }) => name === 'prod')
    return [prod?.unread, prod?.mayEnter.map(({ principal }) => principal).sort()]
  }
  expect(await entering()).toEqual(['Its lists of who may enter were not read yet.', []])
  const entries = world.clusters[0]?.accessEntries.map(({ principalArn }) => principalArn).sort()
  expect(await entering('--online')).toEqual([null, entries])
})

test('a cluster that AWS does not know is gone; denied, nothing is said of it, and why is', async () => {
  const denied = (about: string) =>
    simulator.fault({ service: 'eks', operation: 'DescribeCluster', about, kind: 'deny' })
  denied('/clusters/old')
  const { ids, stderr } = await found('--online', 'prod', 'old')
  expect(ids.filter(([, ...of]) => of.includes('old'))).toEqual([])
  expect(stderr).toMatch(/^ekscope: “old” was not asked about whole: AWS denied DescribeCluster/m)
  denied('/clusters/prod')
  const none = await ekscope(['lint', '--online', '--json'])
  expect([none.status, JSON.parse(none.stdout).error]).toMatchObject([3, { code: 'not-allowed' }])
  simulator.clearFaults()
  simulator.update((before) => ({
    ...before,
    clusters: before.clusters.filter(({ arn }) => arn !== small.old),
  }))
  expect((await found('--online')).ids.filter(([id]) => id === 'cluster-gone')).toEqual([
    ['cluster-gone', 'old'],
  ])
  expect((await ekscope(['lint', '--online', 'old'])).status).toBe(1)
  await terminal.done(['delete', 'old'])
  expect((await found('--online')).ids.filter(([id]) => id === 'cluster-gone')).toEqual([])
})
