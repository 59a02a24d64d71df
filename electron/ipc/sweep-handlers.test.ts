import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nothingSwept, type Swept, withChanges } from '../../shared/identity/search-results'
import type { Input } from '../../shared/ipc/contract'
import { unpack } from '../../shared/ipc/packed'
import type { DescribedClusters, SweepProgress } from '../../shared/ipc/payloads'
import { ok } from '../../shared/result'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { withFolderLock } from '../system/data-folder-lock'
import { removeFolder } from '../testing/bundle'
import { type Simulator, startSimulator } from '../testing/simulator'
import { small, smallWorld } from '../testing/small-world'
import type { Asking } from '../trust/asking'
import { createAwsHandlers } from './aws-handlers'
import type { Call } from './router'
import { createSweepHandlers } from './sweep-handlers'

let home: string
let simulator: Simulator
let services: Services
const server = 'https://user:swordfish@abc.gr7.eu-west-1.eks.amazonaws.com'

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-sweeps-'))
  simulator = await startSimulator(smallWorld(Date.now()))
  await mkdir(path.join(home, '.aws'))
  await mkdir(path.join(home, '.kube'))
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile alice]
region = eu-west-1
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
[profile admin]
role_arn = ${small.admin}
source_profile = alice
region = eu-west-1
[sso-session corp]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
`,
  )
  await writeFile(
    path.join(home, '.kube', 'config'),
    `apiVersion: v1
kind: Config
clusters:
- {name: "${small.cluster}", cluster: {server: "${server}"}}
contexts:
- {name: prod-admin, context: {cluster: "${small.cluster}", user: admin}}
users:
- name: admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, --profile, admin, eks, get-token, --cluster-name, prod]
`,
  )
  services = createServices({
    variables: {
      HOME: home,
      PATH: '/usr/bin:/bin',
      AWS_ENDPOINT_URL: simulator.endpointUrl,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
  })
})
afterAll(async () => {
  await services.close()
  await simulator.close()
  await removeFolder(home)
})

/** A page with what main told it. */
function page(of = services, allows = true) {
  const told: SweepProgress[] = []
  const asked: string[] = []
  const once: Asking['once'] = async (question) => {
    asked.push(JSON.stringify(question))
    return ok(allows)
  }
  const handlers = createSweepHandlers(of, { once })
  const emit: Call['emit'] = (name, payload) => {
    // Each event has its own payload, which its name alone says.
    if (name === 'sweep.progress') told.push(unpack<SweepProgress>(JSON.parse(JSON.stringify(payload))))
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  const load = async () => {
    const answer = await handlers['sweep.load']({ environment: 'app' }, call)
    if (!answer.ok) throw new Error(answer.fault.message)
    return unpack(answer.value)
  }
  const found = () => told.reduce((all: Swept, { changes }) => withChanges(all, changes), nothingSwept)
  return { handlers, told, call, load, found, asked }
}
const everybody: Omit<Input<'sweep.start'>, 'run'> = {
  environment: 'app',
  lookers: [],
  sessions: [],
  role: null,
  regions: { kind: 'own' },
  without: [],
  aliases: true,
  access: true,
}

test('who could look and which contexts lead there is known without asking; no password crosses', async () => {
  const { candidates, sessions, swept, contexts } = await page().load()
  expect(candidates).toMatchObject([
    { looker: { kind: 'profile', profile: 'alice', role: null }, arn: null, session: null },
    { looker: { profile: 'admin' }, arn: small.admin, account: small.account },
  ])
  expect(sessions).toEqual(['corp'])
  expect(swept).toEqual(nothingSwept)
  expect(contexts).toMatchObject([{ name: 'prod-admin', arnOfCluster: small.cluster, verdict: null }])
  expect(JSON.stringify(contexts)).not.toContain('swordfish')
})

test('a sweep tells what it finds as it comes, keeps it, and a cluster is described again without asking twice', async () => {
  const { handlers, told, call, load, found } = page()
  expect(await handlers['sweep.start']({ ...everybody, run: 'one' }, call)).toEqual({
    ok: true,
    value: { cancelled: false, notKept: null },
  })
  expect(told.at(-1)).toMatchObject({ run: 'one', done: 2, expected: 2 })
  const { clusters, lookers, access } = found()
  expect(clusters.map(({ name }) => name)).toEqual(['old', 'prod'])
  expect(lookers.map(({ state }) => state?.kind)).toEqual(['known', 'known'])
  expect(access.map(({ entries }) => entries.state)).toEqual(['read', 'read'])
  expect(JSON.stringify(told)).not.toMatch(/certificateAuthorityData|CERTIFICATE/)
  expect((await load()).swept.clusters).toEqual(clusters)

  const calls = simulator.requests().length
  const described = await handlers['sweep.describe'](
    { environment: 'app', clusters: [small.cluster, 'arn:aws:eks:eu-west-1:999999999999:cluster/x'] },
    call,
  )
  expect(simulator.requests().length).toBe(calls)
  expect(described).toMatchObject({
    ok: true,
    value: {
      clusters: [{ arn: small.cluster, notReady: null, contexts: ['prod-admin'] }],
      problems: [{ fault: { code: 'not-found' } }],
    } satisfies Partial<Record<keyof DescribedClusters, unknown>>,
  })
  expect(await readFile(path.join(home, 'data', 'discovered.json'), 'utf8')).not.toContain('CERTIFICATE')
})

test('nobody is asked for as whom the files do not name: main asks first, once, and made-up profiles are none', async () => {
  const role = 'arn:aws:iam::666666666666:role/secret-of-the-page'
  const { handlers, call, asked } = page(services, false)
  const sso = { kind: 'sso', session: 'corp', accountName: null, permissionSet: 'X', profile: null } as const
  const as = (profile: string | null, of: string | null = null) =>
    ({ kind: 'profile', profile, role: of }) as const
  const sweep = (more: Partial<Input<'sweep.start'>>) =>
    handlers['sweep.start']({ run: 's', ...everybody, access: false, aliases: false, ...more }, call)
  const refused = { ok: false, fault: { code: 'declined' } }
  const ofAws = (allows: boolean) => {
    const once: Asking['once'] = async (question) => {
      asked.push(JSON.stringify(question))
      return ok(allows)
    }
    return createAwsHandlers(services, { once })
  }
  const identity = { profile: 'alice', role }
  const at = { environment: 'app', identity } as const
  simulator.forgetRequests()
  expect(await sweep({ role })).toMatchObject(refused)
  expect(await sweep({ lookers: [as('alice', role)] })).toMatchObject(refused)
  expect(await sweep({ lookers: [{ ...sso, account: '666666666666' }] })).toMatchObject(refused)
  expect(await ofAws(false)['aws.caller']({ ...at, region: null }, call)).toMatchObject(refused)
  const discover = { run: 'd', ...at, regions: ['eu-west-1'] }
  expect(await ofAws(false)['aws.discover'](discover, call)).toMatchObject(refused)
  expect(asked).toHaveLength(5)
  for (const said of asked) expect(said).toContain('666666666666')
  for (const lookers of [[as('made-up')], [{ ...sso, session: 'made-up', account: small.account }]])
    expect(await sweep({ lookers })).toMatchObject({ fault: { code: 'not-found' } })
  expect(simulator.requests()).toEqual([])
  expect(JSON.stringify((await services.discovered.load('app')).lookers)).not.toContain('made-up')
  // A role of an account that files or AWS name is asked as, and so is what main was allowed, without another question.
  asked.splice(0)
  const own = { ...at, identity: { profile: 'alice', role: small.admin }, region: null }
  expect(await ofAws(false)['aws.caller'](own, call)).toMatchObject({ ok: true })
  expect(asked).toEqual([])
  const allowing = ofAws(true)
  await allowing['aws.caller']({ ...at, region: null }, call)
  await allowing['aws.caller']({ ...at, region: null }, call)
  expect(asked).toHaveLength(1)
  expect(simulator.requests().filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(3)
})

test('a page that reloads in the middle finds what was found until then, and looks again at once beside the sweep that ends', async () => {
  const { handlers, call, found, told } = page()
  await rm(path.join(home, 'data', 'discovered.json'), { force: true })
  simulator.fault({
    service: 'eks',
    operation: 'ListClusters',
    about: '/us-east-1/eks',
    kind: 'hang',
    times: 2,
  })
  const left = new AbortController()
  const regions: Input<'sweep.start'>['regions'] = { kind: 'these', regions: ['eu-west-1', 'us-east-1'] }
  const first = handlers['sweep.start'](
    { ...everybody, regions, run: 'first' },
    { ...call, signal: left.signal },
  )
  await expect.poll(() => found().clusters.length, { timeout: 20_000 }).toBe(2)
  // Another process has the folder meanwhile: what was found is kept after that, and the page is told of it then.
  let letGo = (): void => undefined
  const held = withFolderLock(path.join(home, 'data'), 5_000, async () => {
    await new Promise<void>((resolve) => {
      letGo = resolve
    })
    return ok(null)
  })
  left.abort()
  const reloaded = page()
  const loading = load(reloaded)
  await new Promise((resolve) => setTimeout(resolve, 400))
  letGo()
  expect(await held).toEqual(ok(null))
  const [second, known] = await Promise.all([
    reloaded.handlers['sweep.start']({ ...everybody, run: 'second' }, reloaded.call),
    loading,
  ])
  expect(known.clusters.map(({ name }) => name)).toEqual(['old', 'prod'])
  expect(await first).toMatchObject({ ok: true, value: { cancelled: true, notKept: null } })
  expect(second).toMatchObject({ ok: true, value: { cancelled: false } })
  // Each page is told of its own sweep alone.
  expect([...told, ...reloaded.told].map(({ run }) => run)).toEqual(
    expect.arrayContaining(['first', 'second']),
  )
  expect(new Set(told.map(({ run }) => run))).toEqual(new Set(['first']))
  expect((await load(reloaded)).places.filter(({ state }) => state.kind !== 'found')).toMatchObject([
    { region: 'us-east-1', state: { kind: 'stopped' } },
    { region: 'us-east-1', state: { kind: 'stopped' } },
  ])
  simulator.clearFaults()
})
const load = async (of: ReturnType<typeof page>) => (await of.load()).swept

test('a sweep that is stopped answers with what it has; what cannot be looked at is refused with the reason', async () => {
  const { handlers, call } = page()
  const stopping = new AbortController()
  const running = handlers['sweep.start'](
    { ...everybody, regions: { kind: 'all' }, run: 'two' },
    { ...call, signal: stopping.signal },
  )
  stopping.abort()
  expect(await running).toMatchObject({ ok: true, value: { cancelled: true } })
  const ask = (change: Partial<Input<'sweep.start'>>) =>
    handlers['sweep.start']({ ...everybody, run: 'three', ...change }, call)
  expect(await ask({ regions: { kind: 'these', regions: ['nowhere'] } })).toMatchObject({
    fault: { code: 'bad-request' },
  })
  expect(await ask({ sessions: ['none'] })).toMatchObject({ fault: { code: 'not-found' } })
})
