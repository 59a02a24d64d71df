import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isBelieved } from '../../../shared/identity/asked-by'
import { type DiscoveryIdentity, type EksCluster, notReady } from '../../../shared/identity/eks-cluster'
import { runCommand } from '../../system/run-command'
import { startPlain } from '../../testing/servers'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'
import { readAwsFiles } from '../files/read-aws-files'
import { byNewestRules } from '../installed/rules'
import { createDiscovery, type DiscoveryEvent } from './discovery'

let simulator: Simulator
let home: string
const signal = new AbortController().signal

beforeAll(async () => {
  simulator = await startSimulator(smallWorld(Date.now()))
  home = mkdtempSync(join(tmpdir(), 'ekscope-discovery-'))
  mkdirSync(join(home, '.aws'))
  const { alice } = small
  writeFileSync(
    join(home, '.aws', 'config'),
    `[default]
endpoint_url = ${simulator.endpointUrl}
region = eu-west-1
[profile alice]
endpoint_url = ${simulator.endpointUrl}
region = eu-west-1
aws_access_key_id = ${alice.key.id}
aws_secret_access_key = ${alice.key.secret}
[profile admin]
endpoint_url = ${simulator.endpointUrl}
role_arn = ${small.admin}
source_profile = alice
[profile nowhere]
endpoint_url = ${simulator.endpointUrl}
role_arn = ${small.guarded}
source_profile = missing
`,
  )
})
afterEach(() => simulator.clearFaults())
afterAll(async () => {
  await simulator.close()
  rmSync(home, { recursive: true, force: true })
})

async function discovery(variables: Record<string, string> = {}) {
  const all = { HOME: home, ...variables }
  return createDiscovery({
    rules: byNewestRules,
    files: await readAwsFiles({ variables: all, home }),
    variables: all,
    home,
    environment: 'the login shell',
    now: Date.now,
    run: runCommand,
    mayRun: async () => false,
  })
}

async function found(
  identity: DiscoveryIdentity,
  regions: readonly string[],
  variables: Record<string, string> = {},
) {
  const all: DiscoveryEvent[] = []
  await (await discovery(variables)).clusters(identity, regions, (one) => all.push(one), signal)
  return all
}

const alice: DiscoveryIdentity = { profile: 'alice', role: null }

describe('the identity that asks', () => {
  test('a profile with keys is who GetCallerIdentity says', async () => {
    expect(await (await discovery()).caller(alice, null, signal)).toMatchObject({
      ok: true,
      value: { arn: small.alice.arn, account: small.account },
    })
  })

  test('a role profile and a role on top are assumed one after the other', async () => {
    const admin = await (await discovery()).caller({ profile: 'admin', role: null }, 'eu-west-1', signal)
    expect(admin).toMatchObject({ ok: true, value: { canonicalArn: small.admin } })
    const onTop = await (await discovery()).caller({ profile: 'alice', role: small.admin }, null, signal)
    expect(onTop).toMatchObject({ ok: true, value: { canonicalArn: small.admin } })
  })

  test('keys in the environment are used when no profile is chosen, and not when one is', async () => {
    const carol = {
      AWS_ACCESS_KEY_ID: small.carol.key.id,
      AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
      AWS_PROFILE: 'alice',
    }
    const environment = await discovery(carol)
    expect(await environment.caller({ profile: null, role: null }, null, signal)).toMatchObject({
      value: { arn: small.carol.arn },
    })
    expect(await environment.caller(alice, null, signal)).toMatchObject({ value: { arn: small.alice.arn } })
  })

  test('a profile that does not exist or has no source is a sentence with a next step', async () => {
    for (const profile of ['gone', 'nowhere']) {
      const answer = await (await discovery()).caller({ profile, role: null }, null, signal)
      expect(answer.ok).toBe(false)
      if (answer.ok) continue
      expect(answer.fault.message).toMatch(/gone|missing/)
      expect(answer.fault.next).not.toBe('')
    }
  })
})

describe('which clusters are seen', () => {
  test('every cluster of a region with what a context needs', async () => {
    const all = await found(alice, ['eu-west-1'])
    const prod = all.find((one) => one.kind === 'cluster' && one.cluster.arn === small.cluster)
    expect(prod).toMatchObject({ cluster: { name: 'prod', region: 'eu-west-1', status: 'ACTIVE' } })
    if (prod?.kind !== 'cluster') return
    expect(prod.cluster.endpoint).toBe(simulator.cluster(small.cluster).url)
    expect(notReady(prod.cluster)).toBeNull()
    expect(all.at(-1)).toMatchObject({ kind: 'region', region: 'eu-west-1' })
  })

  test('a region that is denied is a problem beside the region that answers', async () => {
    const world = simulator.world()
    simulator.update((before) => ({
      ...before,
      users: before.users.map((user) =>
        user.arn === small.alice.arn ? { ...user, denied: ['eks:ListClusters'] } : user,
      ),
    }))
    try {
      expect(await found(alice, ['eu-west-1'])).toMatchObject([
        { kind: 'problem', region: 'eu-west-1', fault: { code: 'not-allowed' } },
      ])
    } finally {
      simulator.update(() => world)
    }
  })

  test('a cluster that is not there says so', async () => {
    const answer = await (await discovery()).cluster(alice, 'eu-west-1', 'no-such', signal)
    expect(answer).toMatchObject({ ok: false, fault: { code: 'not-found' } })
  })

  test('cancelling ends the requests under way', async () => {
    const controller = new AbortController()
    controller.abort()
    const answer = await (await discovery()).cluster(alice, 'eu-west-1', 'prod', controller.signal)
    expect(answer).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
  })
})

describe('what answers in place of EKS', () => {
  const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
  const data = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')
  const honest = {
    name: 'prod',
    arn,
    status: 'ACTIVE',
    endpoint: 'https://prod.example',
    certificateAuthority: { data },
  }
  const described = (changes: Record<string, unknown>) => ({
    list: { clusters: ['prod'] },
    describe: { cluster: { ...honest, ...changes } },
  })
  const lies: readonly { readonly list: unknown; readonly describe?: unknown }[] = [
    { list: '<html>sign in</html>' },
    { list: {} },
    { list: [] },
    { list: { clusters: 'prod' } },
    { list: { clusters: [7, null] } },
    { list: { clusters: ['../../etc/passwd'] } },
    { list: { clusters: ['\u001b[31mprod'] } },
    { list: { clusters: ['prod'] }, describe: {} },
    { list: { clusters: ['prod'] }, describe: '<html>' },
    { list: { clusters: ['prod'] }, describe: { cluster: 'prod' } },
    described({ name: 'stage' }),
    described({ arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/stage' }),
    described({ arn: 'arn:aws:eks:us-east-1:111122223333:cluster/prod' }),
    described({ arn: 'arn:aws:eks:eu-west-1:999999999999:cluster/prod' }),
    described({ arn: undefined }),
    described({ endpoint: 'http://prod.example' }),
    described({ endpoint: 'https://me:secret@prod.example' }),
    described({ endpoint: { toString: 'x' } }),
    described({ endpoint: 'file:///etc/passwd' }),
    described({ certificateAuthority: { data: '-----BEGIN' } }),
    described({ status: 'ACTIVE\u001b[2J' }),
  ]

  test.each(lies.map((lie) => ({ said: JSON.stringify(lie).slice(0, 90), lie })))(
    'gives no cluster: $said',
    async ({ lie }) => {
      const events = await foundAt(lie)
      expect(events[0]).toEqual(['problem', 'aws'])
      expect(events.map(([kind]) => kind)).not.toContain('cluster')
    },
  )

  test('and an honest one gives it; pages without end come to one', async () => {
    expect(await foundAt(described({}))).toEqual([
      ['cluster', arn],
      ['region', 1],
    ])
    let page = 0
    const endless = () => {
      page += 1
      return { clusters: [], nextToken: `page ${page}` }
    }
    expect(await foundAt({ list: endless })).toEqual([['problem', 'aws']])
    expect(page).toBeLessThan(1000)
  })

  test('and is believed for nobody where STS does not say whose account asked', async () => {
    expect(await foundAt(described({}), ({ askedBy }) => askedBy)).toEqual([
      ['cluster', { account: small.account, region: 'eu-west-1', endpoint: expect.stringMatching(/^http:/) }],
      ['region', 1],
    ])
    simulator.fault({ service: 'sts', operation: 'GetCallerIdentity', kind: 'garbage' })
    const silent = await foundAt(described({}), (cluster) => [isBelieved(cluster), cluster.arn])
    expect(silent[0]).toEqual(['cluster', [false, arn]])
  })

  async function foundAt(
    { list, describe: answer }: { readonly list: unknown; readonly describe?: unknown },
    of: (cluster: EksCluster) => unknown = (cluster) => cluster.arn,
  ) {
    const liar = await startPlain((request, response) => {
      const said = request.url?.startsWith('/clusters/') ? answer : typeof list === 'function' ? list() : list
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(typeof said === 'string' ? said : JSON.stringify(said))
    })
    const config = join(home, '.aws', 'liar')
    writeFileSync(
      config,
      `[profile alice]\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\nservices = liar\n[services liar]\neks =\n  endpoint_url = http://127.0.0.1:${liar.port}\nsts =\n  endpoint_url = ${simulator.endpointUrl}\n`,
    )
    try {
      const events = await found(alice, ['eu-west-1'], { AWS_CONFIG_FILE: config })
      return events.map((one) => [
        one.kind,
        one.kind === 'cluster' ? of(one.cluster) : one.kind === 'region' ? one.clusters : one.fault.code,
      ])
    } finally {
      await liar.close()
    }
  }
})

describe('the access entries of a cluster', () => {
  const many = (count: number) =>
    simulator.update((world) => ({
      ...world,
      clusters: world.clusters.map((one) =>
        one.arn === small.cluster
          ? {
              ...one,
              accessEntries: Array.from({ length: count }, (_, at) => ({
                principalArn: `arn:aws:iam::${small.account}:role/Team${at}`,
              })),
            }
          : one,
      ),
    }))

  test('are read many at once, through throttling, and say how far they are', async () => {
    many(120)
    simulator.fault({ service: 'eks', operation: 'DescribeAccessEntry', kind: 'throttle', times: 4 })
    const told: string[] = []
    const open = await discovery()
    const entries = await open.entries(alice, 'eu-west-1', 'prod', signal, (done, total) =>
      told.push(`${done}/${total}`),
    )
    open.close()
    if (entries.state !== 'read') throw new Error(entries.state)
    expect(entries.value.filter(({ problem }) => problem !== null)).toEqual([])
    expect(told).toEqual(Array.from({ length: 121 }, (_, at) => `${at}/120`))
  })

  test('stopped half way, name everybody, and say of whom nothing was read', async () => {
    many(60)
    const stop = new AbortController()
    const open = await discovery()
    const entries = await open.entries(alice, 'eu-west-1', 'prod', stop.signal, (done) => {
      if (done === 20) stop.abort()
    })
    open.close()
    if (entries.state !== 'read') throw new Error(entries.state)
    expect(entries.value).toHaveLength(60)
    const read = entries.value.filter(({ problem }) => problem === null)
    expect(read.length).toBeGreaterThanOrEqual(20)
    expect(read.length).toBeLessThan(60)
    expect(entries.value.at(-1)?.problem).toMatch(/^Not read: reading was stopped/)
  })
})
