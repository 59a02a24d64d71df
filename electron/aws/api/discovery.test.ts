import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DiscoveryIdentity, notReady } from '../../../shared/identity/eks-cluster'
import { type Simulator, startSimulator } from '../../demo/simulator/simulator'
import { runCommand } from '../../system/run-command'
import { small, smallWorld } from '../../testing/small-world'
import { readAwsFiles } from '../files/profiles'
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
  for await (const one of (await discovery(variables)).clusters(identity, regions, signal)) all.push(one)
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
