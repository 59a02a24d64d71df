import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { unpack } from '../../shared/ipc/packed'
import type { ClusterAsked } from '../../shared/ipc/payloads'
import { type Simulator, startSimulator } from '../demo/simulator/simulator'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { small, smallWorld } from '../testing/small-world'
import { createClusterHandlers } from './cluster-handlers'
import type { Call } from './router'

let home: string
let services: Services
let simulator: Simulator
const { alice } = small

beforeAll(async () => {
  simulator = await startSimulator(smallWorld(Date.now()))
})
afterAll(() => simulator.close())
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-clusters-'))
  await mkdir(path.join(home, '.aws'))
  await mkdir(path.join(home, '.kube'))
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile alice]\nregion = eu-west-1\naws_access_key_id = ${alice.key.id}\naws_secret_access_key = ${alice.key.secret}\n`,
  )
  await writeFile(
    path.join(home, '.kube', 'config'),
    JSON.stringify({
      clusters: [
        {
          name: small.cluster,
          cluster: { server: 'https://hidden:secret@OLD.gr7.eu-west-1.eks.amazonaws.com' },
        },
      ],
      contexts: [{ name: 'prod', context: { cluster: small.cluster, user: 'alice' } }],
      users: [
        {
          name: 'alice',
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: 'aws',
              args: '--region eu-west-1 --profile alice eks get-token --cluster-name prod'.split(' '),
            },
          },
        },
      ],
    }),
  )
  services = createServices({
    variables: {
      HOME: home,
      PATH: '/usr/bin:/bin',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: simulator.endpointUrl,
    },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
  })
})
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

function page() {
  const told: ClusterAsked[] = []
  const emit: Call['emit'] = (name, payload) => {
    // Each event has its own payload, which its name alone says.
    if (name === 'clusters.asked') told.push(JSON.parse(JSON.stringify(payload)))
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  const handlers = createClusterHandlers(services)
  const load = async () => {
    const answer = await handlers['clusters.load']({ environment: 'app' }, call)
    if (!answer.ok) throw new Error(answer.fault.message)
    return unpack(answer.value)
  }
  return { handlers, call, told, load }
}

test('the list asks nobody; asking tells each cluster as it comes and keeps it, and no password of a server crosses', async () => {
  const { handlers, call, told, load } = page()
  simulator.forgetRequests()
  const before = await load()
  expect(before.clusters).toMatchObject([
    {
      id: small.cluster,
      name: 'prod',
      described: null,
      asked: null,
      contexts: [{ name: 'prod', verdict: null }],
    },
  ])
  expect(simulator.requests()).toEqual([])
  const ask = { run: 'r', environment: 'app', clusters: [small.cluster, 'none of ours'] } as const
  const asked = await handlers['clusters.ask']({ ...ask, clusters: [...ask.clusters] }, call)
  expect(asked).toEqual({ ok: true, value: { done: 1, total: 1, cancelled: false } })
  expect(told).toMatchObject([
    {
      run: 'r',
      was: small.cluster,
      done: 1,
      total: 1,
      cluster: {
        described: { status: 'ACTIVE', version: '1.31' },
        asked: { reached: { answers: true }, fault: null },
        support: { version: '1.31' },
        entries: [{ name: small.cluster, state: 'recreated' }],
      },
    },
  ])
  const after = await load()
  expect(after.clusters).toMatchObject([
    { described: { version: '1.31' }, asked: { reached: { answers: true } } },
  ])
  // Nothing signed in was sent to a cluster.
  const inside = simulator
    .requests()
    .filter(({ service, status }) => service === 'kubernetes' && status === 200)
  expect(inside).toEqual([])
  expect(JSON.stringify([before, after, told])).not.toContain('secret')
  // Another environment does not know what this one asked.
  const clean = await handlers['clusters.load']({ environment: 'clean' }, call)
  expect(clean.ok && unpack(clean.value).clusters).toMatchObject([{ asked: null }])
})

test('a run that was cancelled says so, and tells nothing more', async () => {
  const { handlers, call, told } = page()
  const running = handlers['clusters.ask']({ run: 'r', environment: 'app', clusters: [small.cluster] }, call)
  await handlers['clusters.cancel']({ run: 'r' }, call)
  expect(await running).toEqual({ ok: true, value: { done: 0, total: 1, cancelled: true } })
  expect(told).toEqual([])
})
