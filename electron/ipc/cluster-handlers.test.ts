import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { isBelieved } from '../../shared/identity/asked-by'
import type { MayDoBy } from '../../shared/identity/may-do'
import type { WhoMayEnter } from '../../shared/identity/who-may-enter'
import { unpack } from '../../shared/ipc/packed'
import type { AwsAuthRead, ClusterAsked, ClusterEntered } from '../../shared/ipc/payloads'
import { ok } from '../../shared/result'
import type { ShownQuestion } from '../../shared/trust/question-text'
import { createServices, type Services } from '../services'
import { lookForClusters } from '../state/cluster-searches'
import { treeIn } from '../state/identity-trees'
import { openDataFolder } from '../system/data-folder'
import { type AwsProgram, awsProgram } from '../testing/aws-judge'
import { removeFolder } from '../testing/bundle'
import { type Simulator, startSimulator } from '../testing/simulator'
import { small, smallWorld } from '../testing/small-world'
import { createClusterHandlers } from './cluster-handlers'
import type { Call } from './router'

let home: string
let services: Services
let simulator: Simulator
let aws: AwsProgram
const { alice, carol } = small
/** Of an account that only a role of a kubeconfig leads to. */
const lure = 'arn:aws:eks:eu-west-1:444455556666:cluster/lure'

beforeAll(async () => {
  const started = await Promise.all([startSimulator(smallWorld(Date.now())), awsProgram()])
  simulator = started[0]
  aws = started[1]
})
afterAll(async () => {
  await simulator.close()
})
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-clusters-'))
  await mkdir(path.join(home, '.aws'))
  await mkdir(path.join(home, '.kube'))
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile alice]
region = eu-west-1
aws_access_key_id = ${alice.key.id}
aws_secret_access_key = ${alice.key.secret}
[profile carol]
aws_access_key_id = ${carol.key.id}
aws_secret_access_key = ${carol.key.secret}
[profile guarded]
role_arn = ${small.guarded}
external_id = open sesame
source_profile = alice
[profile batch]
credential_process = /bin/false
`,
  )
  await writeFile(
    path.join(home, '.kube', 'config'),
    JSON.stringify({
      clusters: [
        {
          name: small.cluster,
          cluster: { server: 'https://OLD.gr7.eu-west-1.eks.amazonaws.com' },
        },
        { name: lure, cluster: { server: 'https://LURE.gr7.eu-west-1.eks.amazonaws.com' } },
        {
          name: 'hidden',
          cluster: { server: 'https://hidden:secret@OLDER.gr7.eu-west-1.eks.amazonaws.com' },
        },
      ],
      contexts: [
        { name: 'prod', context: { cluster: small.cluster, user: 'alice' } },
        { name: 'lure', context: { cluster: lure, user: 'lured' } },
        // kubectl sends the password there and no token, so nobody asks by it.
        { name: 'hidden', context: { cluster: 'hidden', user: 'alice' } },
      ],
      users: [
        {
          name: 'lured',
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: 'aws',
              args: [
                ...'--region eu-west-1 --profile alice eks get-token --cluster-name lure --role'.split(' '),
                small.crossAccount,
              ],
            },
          },
        },
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
  services = openServices({ AWS_ENDPOINT_URL: simulator.endpointUrl })
})
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

const openServices = (variables: Readonly<Record<string, string>>): Services =>
  createServices({
    variables: {
      HOME: home,
      PATH: `${aws.folder}:/usr/bin:/bin`,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...variables,
    },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
  })

function page(allows = false) {
  const told: ClusterAsked[] = []
  const entered: ClusterEntered[] = []
  const read: AwsAuthRead[] = []
  const emit: Call['emit'] = (name, payload) => {
    // Each event has its own payload, which its name alone says.
    if (name === 'clusters.asked') told.push(JSON.parse(JSON.stringify(payload)))
    if (name === 'clusters.entered') entered.push(JSON.parse(JSON.stringify(payload)))
    if (name === 'clusters.awsAuthRead') read.push(JSON.parse(JSON.stringify(payload)))
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  const questions: ShownQuestion[] = []
  const handlers = createClusterHandlers(services, {
    once: async (question) => {
      questions.push(question)
      return ok(allows)
    },
  })
  const load = async () => {
    const answer = await handlers['clusters.load']({ environment: 'app' }, call)
    if (!answer.ok) throw new Error(answer.fault.message)
    return unpack(answer.value)
  }
  return { handlers, call, told, entered, read, load, questions }
}

test('the list asks nobody; asking tells each cluster as it comes and keeps it, and no password of a server crosses', async () => {
  const { handlers, call, told, load } = page()
  simulator.forgetRequests()
  const before = await load()
  // The sidebar's numbers are those of the lists.
  const { identities } = await treeIn(services.trees, 'app')
  expect(await services.shown.counts('app')).toEqual({
    identities: identities.filter(({ kind }) => kind !== 'sso-session').length,
    clusters: before.clusters.length,
  })
  expect(before.clusters.filter(({ id }) => id !== lure)).toMatchObject([
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
        asked: { reached: { answers: true }, fault: null, by: { role: null } },
        support: { version: '1.31' },
        entries: [{ name: small.cluster, state: 'recreated' }],
      },
    },
  ])
  const after = await load()
  expect(after.clusters.filter(({ id }) => id !== lure)).toMatchObject([
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
  expect(clean.ok && unpack(clean.value).clusters).toMatchObject([{ asked: null }, { asked: null }])
})

test('a run that was cancelled says so, and tells nothing more', async () => {
  const { handlers, call, told } = page()
  const stopping = new AbortController()
  const running = handlers['clusters.ask'](
    { run: 'r', environment: 'app', clusters: [small.cluster] },
    { ...call, signal: stopping.signal },
  )
  stopping.abort()
  expect(await running).toEqual({ ok: true, value: { done: 0, total: 1, cancelled: true } })
  expect(told).toEqual([])
})

test('who may enter: claimed by AWS alone, seen by a token each at the endpoint that AWS gives, and kept apart', async () => {
  const { handlers, call, entered, load } = page()
  const at = { environment: 'app', cluster: small.cluster } as const
  const before = await handlers['clusters.access'](at, call)
  expect(before.ok && unpack(before.value)).toMatchObject({
    entries: { state: 'not-asked' },
    awsAuth: { state: 'not-asked' },
    rows: [],
    by: null,
  })
  simulator.forgetRequests()
  const read = await handlers['clusters.readAccess']({ run: 'r', ...at, context: null }, call)
  if (!read.ok) throw new Error(read.fault.message)
  const said = unpack(read.value)
  expect(simulator.requests().filter(({ service }) => service === 'kubernetes')).toEqual([])
  const idOf = (name: string) =>
    said.mine.find(({ who }) => [who.name, who.accessKeyId, who.kind].includes(name))?.who.id ?? name
  expect(said).toMatchObject({
    mode: 'API_AND_CONFIG_MAP',
    entries: { state: 'read' },
    awsAuth: { state: 'not-asked' },
    by: { looker: { profile: 'alice', role: null }, context: null },
    fault: null,
    seen: [],
  })
  const rowOf = ({ rows }: WhoMayEnter) => rows.find(({ principal }) => principal === alice.arn)
  // Files do not say whose keys these are, so nothing is claimed of them yet.
  expect(rowOf(said)).toMatchObject({ may: { says: ['read, without secrets in web'] }, you: [] })

  const identities = [alice.key.id, carol.key.id, 'Guarded', 'process'].map(idOf)
  expect(said.askable).toEqual(
    expect.arrayContaining([idOf(alice.key.id), idOf(carol.key.id), idOf('Guarded')]),
  )
  const asked = await handlers['clusters.enter']({ run: 'e', ...at, identities }, call)
  expect(asked).toMatchObject({ ok: true, value: { cancelled: false } })
  const seenAs = (name: string) => entered.find(({ seen }) => seen.identity === idOf(name))?.seen
  // The context's own entry leads to another address: no token went there.
  expect(seenAs(alice.key.id)).toMatchObject({ username: alice.arn, refused: false, problem: null })
  expect(seenAs(carol.key.id)).toMatchObject({ username: 'carol', everything: true })
  // Its entry names a role that was deleted: claimed, and not seen.
  expect(seenAs('Guarded')).toMatchObject({
    username: null,
    refused: true,
    problem: { code: 'unauthorized' },
  })
  expect(said.mine.find(({ who }) => who.name === 'Guarded')?.entrance.kind).toBe('enters')
  // Nobody is asked about the program that gives its keys: it does not run.
  expect(seenAs('process')).toMatchObject({ refused: false, problem: { code: 'process-not-allowed' } })
  const after = await handlers['clusters.access'](at, call)
  const later = after.ok ? unpack(after.value) : null
  expect(later?.seen).toHaveLength(entered.length)
  // The token said whose they are: from now on the entries name them. The list has it too, and the next start.
  expect(later && rowOf(later)).toMatchObject({ you: [idOf(alice.key.id)] })
  expect((await load()).clusters[0]?.enters.map(({ arn }) => arn)).toContain(alice.arn)
  expect(JSON.stringify([said, entered])).not.toContain(alice.key.secret)
})

test('where entries alone decide no token goes to the cluster', async () => {
  const { handlers, call, load } = page()
  const at = { environment: 'app', cluster: small.cluster } as const
  const decidedBy = (authenticationMode: 'API' | 'CONFIG_MAP' | 'API_AND_CONFIG_MAP') =>
    simulator.update((world) => ({
      ...world,
      clusters: world.clusters.map((one) =>
        one.arn === small.cluster ? { ...one, authenticationMode } : one,
      ),
    }))
  try {
    decidedBy('API')
    const [context = null] = (await load()).clusters.flatMap(({ contexts }) =>
      contexts.flatMap(({ id, name }) => (name === 'prod' ? [id] : [])),
    )
    expect(context).not.toBeNull()
    simulator.forgetRequests()
    const read = await handlers['clusters.readAccess']({ run: 'r', ...at, context }, call)
    expect(read.ok && unpack(read.value)).toMatchObject({
      mode: 'API',
      entries: { state: 'read' },
      by: { looker: { profile: 'alice' }, context: null },
    })
    expect(simulator.requests().filter(({ service }) => service === 'kubernetes')).toEqual([])
    // What AWS gives later, asked about the cluster alone, counts from then on.
    decidedBy('CONFIG_MAP')
    await handlers['clusters.ask']({ run: 'a', environment: 'app', clusters: [small.cluster] }, call)
    const after = await handlers['clusters.access'](at, call)
    expect(after.ok && unpack(after.value)).toMatchObject({
      mode: 'CONFIG_MAP',
      entries: { state: 'not-looked-at' },
      awsAuth: { state: 'not-asked' },
    })
  } finally {
    decidedBy('API_AND_CONFIG_MAP')
  }
})

test('aws-auth of many clusters: as whom the cluster lets in, at the endpoint that AWS gives, and never at an old address', async () => {
  await appendFile(
    path.join(home, '.aws', 'config'),
    `[profile admin]\nrole_arn = ${small.admin}\nsource_profile = alice\n`,
  )
  const { handlers, call, read, load } = page()
  const known = async () => {
    const answer = await handlers['clusters.awsAuth']({ environment: 'app' }, call)
    return answer.ok ? unpack(answer.value) : []
  }
  // Of what nobody has described it is not known whether it looks at aws-auth.
  expect(await known()).toEqual([])
  const at = { run: 'r', environment: 'app', clusters: [small.cluster] } as const
  await handlers['clusters.ask']({ ...at, clusters: [...at.clusters] }, call)
  const own = { kind: 'identity', name: alice.key.id }
  expect(await known()).toMatchObject([{ cluster: small.cluster, by: [own], read: null }])
  await handlers['clusters.readAccess'](
    { run: 'r', environment: 'app', cluster: small.cluster, context: null },
    call,
  )
  expect(await known()).toMatchObject([{ by: [{ name: 'Admin' }, {}, {}] }])
  simulator.forgetRequests()
  const asked = await handlers['clusters.readAwsAuth'](
    { ...at, clusters: [small.cluster, lure, 'none'] },
    call,
  )
  expect(asked).toEqual({ ok: true, value: { done: 1, total: 1, cancelled: false } })
  expect(read).toMatchObject([
    {
      awsAuth: {
        cluster: small.cluster,
        read: { value: { state: 'read', value: { lines: { length: 4 } } } },
      },
      done: 1,
      total: 1,
    },
  ])
  // One token was enough.
  const reviews = simulator.requests().filter(({ operation }) => operation.endsWith('/selfsubjectreviews'))
  expect(reviews).toHaveLength(1)
  const access = await handlers['clusters.access']({ environment: 'app', cluster: small.cluster }, call)
  const said = access.ok ? unpack(access.value) : null
  expect(said).toMatchObject({ awsAuth: { state: 'read' }, entries: { state: 'read' } })
  expect(said?.rows.find(({ principal }) => principal === carol.arn)).toMatchObject({ from: 'mapUsers' })
  expect(JSON.stringify([read, await load()])).not.toContain(alice.key.secret)
})

test('what one may do there in a namespace: the cluster answers, and an incomplete list says that it is', async () => {
  const { handlers, call, load } = page()
  await load()
  const known = await handlers['clusters.access']({ environment: 'app', cluster: small.cluster }, call)
  const mine = known.ok ? (unpack(known.value)?.mine ?? []) : []
  const idOf = (name: string) =>
    mine.find(({ who }) => [who.name, who.accessKeyId].includes(name))?.who.id ?? ''
  const at = { run: 'r', environment: 'app', cluster: small.cluster } as const
  const ask = async (by: MayDoBy, namespace: string) => {
    const answer = await handlers['clusters.mayDo']({ ...at, by, namespace }, call)
    return answer.ok ? unpack(answer.value) : answer
  }
  const own: MayDoBy = { kind: 'identity', id: idOf(alice.key.id) }
  const allowed = (told: Awaited<ReturnType<typeof ask>>) =>
    'answer' in told && told.answer.state === 'read'
      ? told.answer.value.asked.flatMap((one) => (one.allowed ? [one.says] : []))
      : told
  const inWeb = await ask(own, 'web')
  expect(inWeb).toMatchObject({
    cluster: small.cluster,
    username: alice.arn,
    answer: {
      value: {
        namespace: 'web',
        rules: { value: { rules: [], incomplete: true, why: expect.stringContaining('webhook') } },
      },
    },
  })
  expect(allowed(inWeb)).toEqual(['read pods'])
  expect(allowed(await ask(own, 'default'))).toEqual([])
  // No token goes to the address of an entry that is no cluster's, and no other context is taken.
  const context: MayDoBy = { kind: 'context', id: 'of another cluster' }
  expect(await ask(context, 'web')).toMatchObject({ fault: { code: 'not-found' } })
  expect(await ask({ kind: 'identity', id: '0'.repeat(16) }, 'web')).toMatchObject({
    fault: { code: 'not-found' },
  })
  expect(JSON.stringify(inWeb)).not.toContain(alice.key.secret)
})

test('what is not known, and what leads elsewhere, is refused before anybody is asked', async () => {
  const { handlers, call } = page()
  simulator.forgetRequests()
  const none = { environment: 'app', cluster: 'none' } as const
  expect(await handlers['clusters.readAccess']({ run: 'r', ...none, context: null }, call)).toMatchObject({
    fault: { code: 'not-found' },
  })
  expect(await handlers['clusters.enter']({ run: 'r', ...none, identities: [] }, call)).toMatchObject({
    fault: { code: 'not-found' },
  })
  // A kubeconfig does not decide where the tokens of all identities go.
  const tokens = { run: 'r', environment: 'app', cluster: lure, identities: ['0'.repeat(16)] } as const
  const lured = await handlers['clusters.enter']({ ...tokens, identities: [...tokens.identities] }, call)
  expect(lured.ok).toBe(false)
  const asked = simulator.requests().map(({ service, operation }) => `${service} ${operation}`)
  expect(asked.filter((one) => /AssumeRole|kubernetes/.test(one))).toEqual([])
  simulator.forgetRequests()
  const foreign = {
    run: 'r',
    environment: 'app',
    cluster: small.cluster,
    context: 'of another cluster',
  } as const
  expect(await handlers['clusters.readAccess'](foreign, call)).toMatchObject({ fault: { code: 'not-found' } })
  expect(simulator.requests()).toEqual([])
})

test('the server that another emulator names gets tokens of who asks that emulator, and of others once main has asked', async () => {
  const trap = small.cluster.replace('/prod', '/trap')
  const other = await startSimulator({
    ...smallWorld(Date.now()),
    clusters: smallWorld(Date.now()).clusters.map((one) =>
      one.arn === small.cluster ? { ...one, arn: trap } : one,
    ),
  })
  const profile = (name: string, url: string, { key }: typeof alice | typeof carol) =>
    `[profile ${name}]\nregion = eu-west-1\nendpoint_url = ${url}\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`
  await writeFile(
    path.join(home, '.aws', 'config'),
    profile('here', simulator.endpointUrl, carol) + profile('there', other.endpointUrl, alice),
  )
  await services.close()
  services = openServices({})
  try {
    const wanted = {
      lookers: [{ kind: 'profile', profile: 'there', role: null } as const],
      ...{ sessions: [], role: null, regions: { kind: 'own' } as const, without: [], withoutProfiles: [] },
      ...{ access: false, aliases: false },
    }
    const looked = await lookForClusters(services.clusters, 'app', wanted, {}, new AbortController().signal)
    expect(looked.ok && looked.value.swept.clusters.map(({ arn, askedBy }) => [arn, askedBy])).toContainEqual(
      [trap, { account: small.account, region: 'eu-west-1', endpoint: other.endpointUrl }],
    )
    const identities = (await treeIn(services.trees, 'app')).identities.map(({ id }) => id)
    const enter = async ({ handlers, call, entered }: ReturnType<typeof page>) => {
      entered.splice(0)
      const at = { run: 'e', environment: 'app', cluster: trap } as const
      const asked = await handlers['clusters.enter']({ ...at, identities }, call)
      return { asked, seen: entered.flatMap(({ seen }) => seen.username ?? []) }
    }
    const reviews = () => other.requests().filter(({ operation }) => operation.endsWith('reviews'))
    const refusing = page()
    expect(await enter(refusing)).toMatchObject({ asked: { ok: true }, seen: [alice.arn] })
    expect(new Set(reviews().map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([alice.key.id]))
    expect(refusing.questions).toMatchObject([
      {
        lead: expect.stringMatching(
          /^EKS at http:\S+ says that \S+\/trap is at “https:\S+”\. AWS itself does not/,
        ),
        parts: [
          expect.arrayContaining([
            { label: 'server', value: other.cluster(trap).url },
            { label: 'tokens of', value: carol.key.id },
          ]),
        ],
      },
    ])
    other.forgetRequests()
    const allowing = page(true)
    await enter(allowing)
    expect(reviews().length).toBeGreaterThan(1)
    // Once for a server.
    await enter(allowing)
    expect(allowing.questions).toHaveLength(1)
    // What one may do there, and aws-auth, go the same way.
    for (const id of identities) {
      other.forgetRequests()
      const asking = page()
      const by = { kind: 'identity', id } as const
      await asking.handlers['clusters.mayDo'](
        { run: 'm', environment: 'app', cluster: trap, by, namespace: 'default' },
        asking.call,
      )
      expect(new Set(reviews().map(({ accessKeyId }) => accessKeyId))).not.toContain(carol.key.id)
    }
  } finally {
    await other.close()
  }
})

test('who found a cluster by an answer that is not believed is not asked as, nor let in by what it said', async () => {
  const second = { id: 'AKIASECONDSECOND0001', secret: 'secondsecondsecondsecondsecondsecond0001' }
  simulator.update((world) => ({
    ...world,
    users: world.users.map((user) =>
      user.arn === alice.arn ? { ...user, keys: [alice.key, second] } : user,
    ),
  }))
  const keys = (key: typeof second) =>
    `aws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile unproven]
region = eu-west-1
services = half
${keys(second)}[profile proven]
region = eu-west-1
endpoint_url = ${simulator.endpointUrl}
${keys(alice.key)}[services half]
eks =
  endpoint_url = ${simulator.endpointUrl}
sts =
  endpoint_url = http://127.0.0.1:1
`,
  )
  await services.close()
  services = openServices({})
  const look = async (profile: string, access: boolean) => {
    const wanted = {
      lookers: [{ kind: 'profile', profile, role: null } as const],
      ...{ sessions: [], role: null, regions: { kind: 'own' } as const, without: [], withoutProfiles: [] },
      ...{ access, aliases: false },
    }
    const looked = await lookForClusters(services.clusters, 'app', wanted, {}, new AbortController().signal)
    return looked.ok
      ? looked.value.swept.clusters.flatMap((one) => (one.arn === small.cluster ? isBelieved(one) : []))
      : looked.fault
  }
  const { handlers, call } = page(true)
  const by = async () => {
    const answer = await handlers['clusters.awsAuth']({ environment: 'app' }, call)
    const all = answer.ok ? unpack(answer.value) : []
    return all.flatMap((one) => (one.cluster === small.cluster ? one.by.map(({ name }) => name) : []))
  }
  expect(await look('unproven', true)).toEqual([false])
  // A context leads there; an identity that only found it is not used to ask it.
  expect(await by()).toEqual(['prod'])
  expect(await look('proven', false)).toEqual([true])
  expect(await by()).toEqual([alice.key.id])
  // Nor does it become one of them later.
  expect(await look('unproven', true)).toEqual([false])
  expect(await by()).toEqual([alice.key.id])
  simulator.forgetRequests()
  await handlers['clusters.readAwsAuth']({ run: 'r', environment: 'app', clusters: [small.cluster] }, call)
  const reviews = simulator.requests().filter(({ operation }) => operation.endsWith('/selfsubjectreviews'))
  expect(reviews.map(({ accessKeyId }) => accessKeyId)).toEqual([alice.key.id])
  simulator.update(() => smallWorld(Date.now()))
})

// Last: what it stops goes on in the simulator for a moment.
test('stopped while entries are read, everybody is named, and of whom nothing was read that is said; nothing of it is kept', async () => {
  const { handlers, call } = page()
  const world = simulator.world()
  simulator.update((before) => ({
    ...before,
    clusters: before.clusters.map((one) => ({
      ...one,
      accessEntries: Array.from({ length: 100 }, (_, at) => ({
        principalArn: `arn:aws:iam::${small.account}:role/Team${at}`,
      })),
    })),
  }))
  simulator.fault({ service: 'eks', operation: 'DescribeAccessEntry', kind: 'delay', ms: 100 })
  try {
    const progress: unknown[] = []
    const stopping = new AbortController()
    const stops: Call = {
      ...call,
      signal: stopping.signal,
      emit: (name, payload) => {
        if (name !== 'clusters.reading') return
        progress.push(payload)
        stopping.abort()
      },
    }
    const at = { environment: 'app', cluster: small.cluster } as const
    const read = await handlers['clusters.readAccess']({ run: 'r', ...at, context: null }, stops)
    if (!read.ok) throw new Error(read.fault.message)
    expect(progress[0]).toMatchObject({ run: 'r', total: 100 })
    const { rows } = unpack(read.value)
    expect(rows).toHaveLength(100)
    const stopped = rows.filter(({ problem }) => /^Not read: reading was stopped/.test(problem ?? ''))
    expect(stopped.length).toBeGreaterThan(0)
    expect((await services.discovered.load('app')).access).toEqual([])
  } finally {
    simulator.clearFaults()
    simulator.update(() => world)
  }
})
