import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Looker,
  lookerId,
  lookerName,
  type SweepEvent,
  type SweepRequest,
} from '../../../shared/identity/sweep'
import { runCommand } from '../../system/run-command'
import { startPlain, startProxy } from '../../testing/servers'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'
import { assumeRoleKey } from '../files/caches'
import { readAwsFiles } from '../files/read-aws-files'
import { byNewestRules } from '../installed/rules'
import { sweep } from './run-sweep'

const hour = 3_600_000
const regions = ['eu-west-1', 'us-east-1', 'eu-central-1']
/** Two permission sets beside the one of the small world, and a chain of roles through one hub. */
const world = () => {
  const base = smallWorld(Date.now())
  const sso = ['Ops', 'Audit'].map((name) => small.sso.replace('Developer', name))
  return {
    ...base,
    roles: [...base.roles, ...sso.map((arn, at) => ({ arn, uniqueId: `AROASSOMORE00000000${at}` }))],
    sso: base.sso.map((one) => ({
      ...one,
      assignments: [
        ...one.assignments,
        { account: small.account, permissionSet: 'Ops', roleArn: sso[0] ?? '' },
        { account: small.account, permissionSet: 'Audit', roleArn: sso[1] ?? '' },
      ],
    })),
  }
}

let simulator: Simulator
let home: string
beforeAll(async () => {
  simulator = await startSimulator(world())
})
afterAll(() => simulator.close())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ekscope-sweep-'))
  mkdirSync(join(home, '.aws', 'sso', 'cache'), { recursive: true })
  mkdirSync(join(home, '.aws', 'cli', 'cache'), { recursive: true })
  config(simulator.endpointUrl)
  signedIn(small.ssoToken)
})
afterEach(() => {
  simulator.clearFaults()
  simulator.update(world)
  simulator.forgetRequests()
  rmSync(home, { recursive: true, force: true })
})

const { alice, carol } = small
function config(url: string | null) {
  const endpoint = url === null ? '' : `endpoint_url = ${url}\n`
  writeFileSync(
    join(home, '.aws', 'config'),
    `[default]
${endpoint}region = eu-west-1
[profile alice]
${endpoint}region = eu-west-1
aws_access_key_id = ${alice.key.id}
aws_secret_access_key = ${alice.key.secret}
[profile carol]
${endpoint}aws_access_key_id = ${carol.key.id}
aws_secret_access_key = ${carol.key.secret}
[profile admin]
${endpoint}role_arn = ${small.admin}
source_profile = alice
[profile deploy]
${endpoint}role_arn = ${small.crossAccount}
source_profile = admin
[profile reader]
${endpoint}role_arn = ${small.reader}
source_profile = carol
[sso-session corp]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
[profile dev]
${endpoint}sso_session = corp
sso_account_id = ${small.account}
sso_role_name = Developer
`,
  )
}
function signedIn(accessToken: string, more: Record<string, string> = {}) {
  const name = createHash('sha1').update('corp').digest('hex')
  const expiresAt = new Date(Date.now() + hour).toISOString().replace(/\.\d+/, '')
  writeFileSync(
    join(home, '.aws', 'sso', 'cache', `${name}.json`),
    JSON.stringify({ startUrl: small.startUrl, region: 'eu-west-1', accessToken, expiresAt, ...more }),
  )
}

const as = (profile: string): Looker => ({ kind: 'profile', profile, role: null })
const quick = { atOnce: 16, perPlace: 4, firstPauseMs: 5, longestPauseMs: 20 }

interface Seen {
  readonly events: readonly SweepEvent[]
  /** Of every looker and region the last word. */
  readonly places: Readonly<Record<string, string>>
  readonly lookers: Readonly<Record<string, string>>
  readonly clusters: readonly string[]
  readonly why: readonly string[]
}

async function look(
  more: Partial<SweepRequest>,
  {
    variables = {},
    answerMs = 10_000,
    keyMs = 10_000,
    givenUpMs = 30_000,
    signal = new AbortController().signal,
    onEvent = () => undefined,
  }: {
    readonly variables?: Readonly<Record<string, string>>
    /** Time limits are short where something keeps silent for ever: what answers does so late where the machine is busy. */
    readonly answerMs?: number
    readonly keyMs?: number
    readonly givenUpMs?: number
    readonly signal?: AbortSignal
    readonly onEvent?: (event: SweepEvent) => void
  } = {},
): Promise<Seen> {
  const all = { HOME: home, ...variables }
  const names = new Map<string, string>()
  const events: SweepEvent[] = []
  const asked = {
    lookers: [],
    sessions: [],
    regions: { kind: 'these', regions } as const,
    without: [],
    access: false,
    aliases: false,
    ...more,
  }
  const from = {
    files: await readAwsFiles({ variables: all, home }),
    variables: all,
    home,
    environment: 'the login shell',
    now: Date.now,
    rules: byNewestRules,
    run: runCommand,
    mayRun: async () => false,
    patience: { ...quick, givenUpMs },
    limits: { connectMs: 5_000, answerMs, attempts: 1 },
    keyLimits: { connectMs: 5_000, answerMs: keyMs, attempts: 5 },
  }
  const places: Record<string, string> = {}
  const lookers: Record<string, string> = {}
  const why = new Set<string>()
  const note = (event: SweepEvent) => {
    events.push(event)
    onEvent(event)
    if (event.kind === 'lookers')
      for (const looker of event.lookers) {
        names.set(lookerId(looker), lookerName(looker))
      }
    const said = 'state' in event ? event.state : null
    if (said !== null && 'fault' in said) why.add(said.fault.message)
    if (event.kind === 'place') {
      const { state } = event
      const count = 'clusters' in state ? ` ${state.clusters}` : ''
      places[`${names.get(event.looker)} ${event.region}`] = `${state.kind}${count}`
    }
    if (event.kind === 'looker') lookers[names.get(event.looker) ?? ''] = event.state.kind
    if (event.kind === 'session') lookers[event.session] = event.state.kind
  }
  await sweep(from, asked, note, signal)
  const clusters = events.flatMap((one) => (one.kind === 'cluster' ? [one.cluster.name] : [])).sort()
  return { events, places, lookers, clusters, why: [...why] }
}

const count = (operation: string) =>
  simulator.requests().filter((request) => request.operation === operation).length

describe('what is seen', () => {
  test('clusters of every looker and region as they are found, and who looks; a role that others need is assumed once', async () => {
    const { places, lookers, clusters, events } = await look({
      lookers: ['alice', 'admin', 'deploy', 'reader'].map(as),
      access: true,
    })
    expect(places).toMatchObject({
      'alice eu-west-1': 'found 2',
      'alice us-east-1': 'found 0',
      'admin eu-west-1': 'found 2',
      'deploy eu-west-1': 'found 0',
    })
    expect(Object.keys(places)).toHaveLength(9)
    // Carol may not assume the role, which is said once and not in each region.
    expect(lookers).toEqual({ alice: 'known', admin: 'known', deploy: 'known', reader: 'failed' })
    expect(clusters).toEqual(['old', 'old', 'prod', 'prod'])
    // One AssumeRole for each role, the hub's shared, and one that is refused; each cluster is described once.
    expect([count('AssumeRole'), count('DescribeCluster')]).toEqual([3, 2])
    expect(events.find((one) => one.kind === 'access' && one.cluster === small.cluster)).toMatchObject({
      entries: {
        state: 'read',
        value: expect.arrayContaining([expect.objectContaining({ principalArn: small.admin })]),
      },
    })
    expect(JSON.stringify(events)).not.toMatch(/secret/i)
  })

  test('an account that one looker may not describe is described by another', async () => {
    const { events, clusters } = await look({ lookers: [as('carol'), as('alice')] })
    expect(clusters).toEqual(['old', 'prod'])
    expect(events.filter(({ kind }) => kind === 'undescribed')).toHaveLength(2)
  })

  test('all accounts and permission sets of a session, without a profile for each', async () => {
    const { lookers, clusters } = await look({ sessions: ['corp'], regions: { kind: 'own' } })
    expect(lookers).toEqual({
      'corp: small Developer': 'known',
      'corp: small Ops': 'known',
      'corp: small Audit': 'known',
    })
    expect(clusters).toEqual(['old', 'old', 'old', 'prod', 'prod', 'prod'])
    expect(count('GetRoleCredentials')).toBe(3)
  })

  test('a sign-in that is kept for another portal is sent to none, and a new one is asked for', async () => {
    for (const place of [{ startUrl: 'https://other.awsapps.com/start' }, { region: 'us-east-1' }]) {
      signedIn(small.ssoToken, place)
      const { lookers, why } = await look({ sessions: ['corp'], lookers: [as('dev')] })
      expect(lookers).toEqual({ corp: 'sign-in-needed', dev: 'sign-in-needed' })
      expect(why).toContainEqual(expect.stringContaining('is for another portal than its own'))
    }
    expect(simulator.requests()).toEqual([])
  })

  test('a token that has ended is renewed once, however many stand on it', async () => {
    const client = { clientId: 'client-1', clientSecret: 'secret-1', refreshToken: 'refresh-1' }
    const token = { accessToken: 'ended-1', expiresAt: Date.now() - 1, ...client }
    simulator.update((before) => ({ ...before, sso: before.sso.map((one) => ({ ...one, tokens: [token] })) }))
    const registrationExpiresAt = new Date(Date.now() + hour).toISOString().replace(/\.\d+/, '')
    signedIn('ended-1', { ...client, registrationExpiresAt, expiresAt: '2026-01-01T00:00:00Z' })
    const { lookers } = await look({ sessions: ['corp'], lookers: [as('dev')] })
    expect(new Set(Object.values(lookers))).toEqual(new Set(['known']))
    expect(Object.keys(lookers)).toHaveLength(4)
    expect(count('CreateToken')).toBe(1)
  })

  test('more clusters than fit on a page, at a server that answers slowly', async () => {
    const many = process.env.EKSCOPE_FULL === '1' ? 1_000 : 210
    const names = Array.from({ length: many }, (_, at) => `c${at}`)
    const server = await startPlain((request, response) => {
      response.writeHead(request.method === 'POST' ? 403 : 200, { 'content-type': 'application/json' })
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
      const name = pathname.split('/')[2]
      if (request.method === 'POST') response.end('')
      else if (name !== undefined)
        response.end(
          JSON.stringify({
            cluster: {
              name,
              arn: `arn:aws:eks:eu-west-1:${small.account}:cluster/${name}`,
              status: 'ACTIVE',
            },
          }),
        )
      else {
        const at = Number(searchParams.get('nextToken') ?? 0)
        const next = at + 100 < many ? { nextToken: String(at + 100) } : {}
        response.end(JSON.stringify({ clusters: names.slice(at, at + 100), ...next }))
      }
    })
    config(`http://127.0.0.1:${server.port}`)
    const { clusters, places } = await look({ lookers: [as('alice')], regions: { kind: 'own' } })
    expect(new Set(clusters).size).toBe(many)
    expect(places).toEqual({ 'alice eu-west-1': `found ${many}` })
    await server.close()
  })
})

describe('what goes wrong', () => {
  test('a region that is denied, one that is throttled for ever, one that has an error: the others are seen', async () => {
    const fault = (about: string, kind: 'deny' | 'throttle' | 'status') =>
      simulator.fault({ service: 'eks', operation: 'ListClusters', about: `/${about}/eks`, kind })
    fault('us-east-1', 'deny')
    fault('eu-central-1', 'throttle')
    fault('eu-north-1', 'status')
    const seen = await look({
      lookers: [as('alice')],
      regions: { kind: 'these', regions: [...regions, 'eu-north-1'] },
    })
    expect(seen.places).toEqual({
      'alice eu-west-1': 'found 2',
      'alice us-east-1': 'denied 0',
      'alice eu-central-1': 'throttled 0',
      'alice eu-north-1': 'failed 0',
    })
    expect(seen.clusters).toEqual(['old', 'prod'])
    for (const [why, what] of [
      [/denied ListClusters to profile alice in us-east-1/, 'denied'],
      [/throttled ListClusters in eu-central-1/, 'throttled'],
      [/an error of its own in ListClusters, eu-north-1/, 'error'],
    ] as const)
      expect(
        seen.why.some((one) => why.test(one)),
        what,
      ).toBe(true)
    const waits = seen.events.filter((one) => one.kind === 'place' && one.state.kind === 'waiting')
    expect(waits.length).toBeGreaterThan(8)
  })

  test('a region that is silent holds up no other, and is given up', async () => {
    simulator.fault({ service: 'eks', operation: 'ListClusters', about: '/sa-east-1/eks', kind: 'hang' })
    const stop = new AbortController()
    const both = await look(
      { lookers: [as('alice')], regions: { kind: 'these', regions: ['sa-east-1', 'eu-west-1'] } },
      {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === 'place' && event.region === 'eu-west-1' && event.state.kind === 'found')
            stop.abort()
        },
      },
    )
    expect(both.places).toEqual({ 'alice sa-east-1': 'stopped', 'alice eu-west-1': 'found 2' })
    expect(both.clusters).toEqual(['old', 'prod'])
    const silent = await look(
      { lookers: [as('alice')], regions: { kind: 'these', regions: ['sa-east-1'] } },
      { answerMs: 100 },
    )
    expect(silent.places).toEqual({ 'alice sa-east-1': 'failed 0' })
    expect(silent.why.join()).toMatch(/did not answer ListClusters in sa-east-1/)
  })

  test('whoever is at home elsewhere gets credentials there, though the first region is silent', async () => {
    simulator.fault({ service: 'sts', about: '/us-east-1/sts', kind: 'hang' })
    const seen = await look(
      { lookers: [as('alice')], regions: { kind: 'these', regions: ['us-east-1', 'eu-west-1'] } },
      { keyMs: 300 },
    )
    expect(seen.lookers).toEqual({ alice: 'known' })
    expect(seen.places).toEqual({ 'alice us-east-1': 'found 0', 'alice eu-west-1': 'found 2' })
  })

  test('clusters of a place that falls silent, or throttles all, are given up together', async () => {
    for (const [kind, why] of [
      ['silent', /did not answer DescribeCluster in eu-west-1/],
      ['throttles', /throttled DescribeCluster in eu-west-1/],
    ] as const) {
      let asked = 0
      const server = await startPlain((request, response) => {
        if (request.method === 'POST') response.writeHead(403).end('')
        else if (/^\/clusters\/./.test(request.url ?? '')) {
          asked += 1
          if (kind === 'throttles') response.writeHead(429, { 'retry-after': '1' }).end('')
        } else response.end(JSON.stringify({ clusters: Array.from({ length: 100 }, (_, at) => `c${at}`) }))
      })
      config(`http://127.0.0.1:${server.port}`)
      const seen = await look(
        { lookers: [as('alice')], regions: { kind: 'own' } },
        {
          answerMs: kind === 'silent' ? 400 : 10_000,
          givenUpMs: 400,
        },
      )
      await server.close()
      const left = seen.events.flatMap((one) => (one.kind === 'undescribed' ? [one.fault.message] : []))
      expect(left.length).toBeGreaterThan(10)
      expect(seen.places).toEqual({ 'alice eu-west-1': kind === 'silent' ? 'failed 100' : 'throttled 100' })
      expect(left.every((message) => why.test(message))).toBe(true)
      // One after the other they would take more than a thousand calls.
      expect(asked).toBeLessThan(kind === 'silent' ? 60 : 100)
    }
  })

  test('a list without end is looked at as far as there may be clusters, and says so; each name once', async () => {
    let described = 0
    const server = await startPlain((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
      if (request.method === 'POST') response.writeHead(403).end('')
      else if (pathname !== '/clusters') {
        described += 1
        response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}')
      } else {
        const at = Number(searchParams.get('nextToken') ?? 0)
        const [from, size] = region === 'repeats' ? [0, 3] : [at * 60_000, 60_000]
        const clusters = Array.from({ length: size }, (_, one) => `c${from + one}`)
        response.end(JSON.stringify({ clusters, nextToken: String(at + 1) }))
      }
    })
    let region = 'repeats'
    config(`http://127.0.0.1:${server.port}`)
    const own = { lookers: [as('alice')], regions: { kind: 'own' } } as const
    const repeats = await look(own)
    expect(repeats.places).toEqual({ 'alice eu-west-1': 'failed 3' })
    expect([described, repeats.why.join()]).toEqual([3, expect.stringMatching(/sends a list without end/)])
    region = 'huge'
    described = 0
    const huge = await look(own)
    await server.close()
    expect(huge.places).toEqual({ 'alice eu-west-1': 'failed 5000' })
    // An identity that lists clusters and may describe none of them is asked about no more of them.
    expect(described).toBeLessThan(40)
    expect(huge.events.filter(({ kind }) => kind === 'undescribed').length).toBeLessThan(40)
  })

  test('what passes over is not told in the end: a storm of 429, a server error, connections that break off', async () => {
    simulator.fault({ service: 'eks', kind: 'throttle', times: 5 })
    simulator.fault({ service: 'eks', operation: 'DescribeCluster', kind: 'status', times: 2 })
    simulator.fault({ service: 'eks', operation: 'ListClusters', kind: 'cut', times: 2 })
    const seen = await look({ lookers: [as('alice')] })
    expect(new Set(Object.values(seen.places))).toEqual(new Set(['found 2', 'found 0']))
    expect(seen.clusters).toEqual(['old', 'prod'])
    expect(seen.events.some((one) => one.kind === 'place' && one.state.kind === 'waiting')).toBe(true)
  })

  test('half an answer of one cluster leaves the others, and says which', async () => {
    simulator.fault({ service: 'eks', operation: 'DescribeCluster', about: '/clusters/old', kind: 'garbage' })
    const seen = await look({ lookers: [as('alice')], regions: { kind: 'own' } })
    expect(seen.clusters).toEqual(['prod'])
    expect(seen.events.find(({ kind }) => kind === 'undescribed')).toMatchObject({ name: 'old' })
  })

  test('keys that ended half way are got anew where that needs nobody, also where aws has cached them', async () => {
    const old = simulator.issue(small.admin, 'x', Date.now() - 1)
    const name = assumeRoleKey({
      roleArn: small.admin,
      sessionName: null,
      externalId: null,
      mfaSerial: null,
      durationSeconds: null,
    })
    writeFileSync(
      join(home, '.aws', 'cli', 'cache', `${name}.json`),
      JSON.stringify({
        Credentials: {
          AccessKeyId: old.accessKeyId,
          SecretAccessKey: old.secretAccessKey,
          SessionToken: old.sessionToken,
          Expiration: new Date(Date.now() + hour).toISOString(),
        },
      }),
    )
    const seen = await look({ lookers: [as('admin')] })
    expect(seen.places['admin eu-west-1']).toBe('found 2')
    expect(count('AssumeRole')).toBe(1)
  })

  test('a sign-in that ended at the portal is found by one and told to all; nothing signs in', async () => {
    simulator.update((before) => ({ ...before, sso: before.sso.map((one) => ({ ...one, tokens: [] })) }))
    const lookers = ['Developer', 'Ops', 'Audit'].map(
      (permissionSet): Looker => ({
        kind: 'sso',
        session: 'corp',
        account: small.account,
        accountName: null,
        permissionSet,
        profile: null,
      }),
    )
    const seen = await look({ lookers: [...lookers, as('dev')], sessions: ['corp'] })
    expect(new Set(Object.values(seen.lookers))).toEqual(new Set(['sign-in-needed']))
    expect(count('GetRoleCredentials')).toBe(1)
    expect(simulator.requests().some(({ operation }) => /Device|Register/.test(operation))).toBe(false)
    expect(seen.places).toEqual({})
  })

  test('a session that ends half way: one asks the portal again for all, and what was seen until then is kept', async () => {
    const lookers = ['Developer', 'Ops', 'Audit'].map(
      (permissionSet): Looker => ({
        kind: 'sso',
        session: 'corp',
        account: small.account,
        accountName: null,
        permissionSet,
        profile: null,
      }),
    )
    let ended = false
    const seen = await look(
      { lookers, regions: { kind: 'all' } },
      {
        onEvent(event) {
          if (ended || event.kind !== 'place' || event.state.kind !== 'found') return
          ended = true
          simulator.update((before) => ({
            ...before,
            sso: before.sso.map((one) => ({ ...one, tokens: [] })),
          }))
          simulator.fault({ service: 'eks', kind: 'expired' })
          simulator.forgetRequests()
        },
      },
    )
    expect(new Set(Object.values(seen.lookers))).toEqual(new Set(['sign-in-needed']))
    expect(count('GetRoleCredentials')).toBe(1)
    expect(Object.values(seen.places)).toEqual(expect.arrayContaining(['found 0', 'failed 0']))
  })

  test('a sign-in that nothing on disk renews is known without asking anybody', async () => {
    rmSync(join(home, '.aws', 'sso', 'cache'), { recursive: true })
    const seen = await look({ lookers: [as('dev')], sessions: ['corp'] })
    expect(seen.lookers).toEqual({ dev: 'sign-in-needed', corp: 'sign-in-needed' })
    expect(simulator.requests()).toEqual([])
    expect(seen.why.join()).toContain('sso-session corp')
  })

  test('a proxy that refuses, and no network: the reason, for each looker', async () => {
    const proxy = await startProxy({ refuse: '403 Forbidden' })
    config(null)
    const refused = await look(
      { lookers: [as('alice')] },
      { variables: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } },
    )
    expect(new Set(Object.values(refused.places))).toEqual(new Set(['failed 0']))
    expect(refused.why.join()).toMatch(/proxy did not let ListClusters in eu-west-1 through/)
    await proxy.close()
    config(`http://127.0.0.1:${proxy.port}`)
    const offline = await look({ lookers: [as('alice'), as('admin')] })
    expect(offline.lookers).toEqual({ alice: 'nameless', admin: 'failed' })
    expect(offline.why.join()).toMatch(/endpoint for eu-west-1 could not be reached/)
  })

  test('a clock that is off: within what AWS allows nothing is noticed, beyond it is the reason', async () => {
    for (const [minutes, is] of [
      [10, 'found 0'],
      [20, 'failed 0'],
    ] as const) {
      const other = await startSimulator(
        { ...world(), clusters: [] },
        { now: () => Date.now() + minutes * 60_000 },
      )
      config(other.endpointUrl)
      const seen = await look({ lookers: [as('alice')] })
      expect(new Set(Object.values(seen.places))).toEqual(new Set([is]))
      if (minutes === 20) expect(seen.why.join()).toMatch(/the clock of this machine is off/)
      await other.close()
    }
  })

  test('stopping keeps what was seen, and ends what is silent', async () => {
    simulator.fault({ service: 'eks', operation: 'ListClusters', about: '/us-east-1/eks', kind: 'hang' })
    const stop = new AbortController()
    const seen = await look(
      { lookers: [as('alice')] },
      {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === 'place' && event.region === 'eu-west-1' && event.state.kind === 'found')
            stop.abort()
        },
      },
    )
    expect(seen.clusters).toEqual(['old', 'prod'])
    expect(seen.places['alice us-east-1']).toBe('stopped')
  })
})

describe('what an account says of itself', () => {
  const withAccount = (more: { readonly alias?: string; readonly enabled?: readonly string[] }) =>
    simulator.update((now) => ({
      ...now,
      accounts: now.accounts.map((one) => (one.id === small.account ? { ...one, ...more } : one)),
    }))
  const mayNot = (arns: readonly string[], denied: readonly string[]) =>
    simulator.update((now) => ({
      ...now,
      roles: now.roles.map((role) => (arns.includes(role.arn) ? { ...role, denied } : role)),
      users: now.users.map((user) => (arns.includes(user.arn) ? { ...user, denied } : user)),
    }))
  const enabled = { kind: 'enabled' } as const

  test('the regions that it has enabled are looked in, and no others; asked once for each account', async () => {
    withAccount({ enabled: ['eu-south-1'], alias: 'small-company' })
    const seen = await look({
      lookers: [as('alice'), as('admin')],
      regions: enabled,
      without: ['us-east-1'],
      aliases: true,
    })
    const where = (who: string) => Object.keys(seen.places).filter((one) => one.startsWith(`${who} `))
    expect(where('alice')).toHaveLength(17)
    expect(where('admin')).toHaveLength(17)
    expect(seen.places).toMatchObject({ 'alice eu-south-1': 'found 0', 'alice eu-west-1': 'found 2' })
    expect(seen.places).not.toHaveProperty(['alice af-south-1'])
    expect(seen.places).not.toHaveProperty(['alice us-east-1'])
    expect([count('ListRegions'), count('ListAccountAliases')]).toEqual([1, 1])
    const expected = seen.events.reduce((sum, one) => sum + (one.kind === 'lookers' ? one.places : 0), 0)
    expect(expected).toBe(34)
    expect(seen.events).toContainEqual({
      kind: 'alias',
      account: small.account,
      alias: { state: 'read', value: 'small-company' },
    })
  })

  test('where it may not be asked all regions are, with the reason; whoever may asks for itself', async () => {
    mayNot([small.admin], ['account:ListRegions', 'iam:ListAccountAliases'])
    const seen = await look({ lookers: [as('admin')], regions: enabled, aliases: true })
    expect(seen.lookers).toEqual({ admin: 'known' })
    expect(Object.keys(seen.places).length).toBeGreaterThan(25)
    expect(seen.clusters).toEqual(['old', 'prod'])
    for (const kind of ['enabled', 'alias'] as const)
      expect(seen.events.find((one) => one.kind === kind)).toMatchObject({
        account: small.account,
        [kind === 'alias' ? 'alias' : 'regions']: {
          state: 'not-read',
          why: expect.stringContaining('denied'),
          next: expect.stringContaining(kind === 'alias' ? 'iam:ListAccountAliases' : 'account:ListRegions'),
        },
      })
    const both = await look({ lookers: [as('admin'), as('alice')], regions: enabled })
    expect(Object.keys(both.places).filter((one) => one.startsWith('alice '))).toHaveLength(17)
  })

  test('what answers in its place, or not at all, keeps nobody from looking', async () => {
    for (const kind of ['garbage', 'status', 'cut'] as const) {
      simulator.clearFaults()
      simulator.fault({ service: 'account', kind })
      simulator.fault({ service: 'iam', kind })
      const seen = await look({ lookers: [as('alice')], regions: enabled, aliases: true })
      expect(seen.clusters).toEqual(['old', 'prod'])
      expect(Object.keys(seen.places).length).toBeGreaterThan(25)
    }
  })

  test('an account that a portal names is not asked for its alias', async () => {
    const seen = await look({ sessions: ['corp'], regions: { kind: 'own' }, aliases: true })
    expect(seen.clusters.length).toBeGreaterThan(0)
    expect(count('ListAccountAliases')).toBe(0)
    await look({ lookers: [as('alice')], regions: { kind: 'own' } })
    expect([count('ListAccountAliases'), count('ListRegions')]).toEqual([0, 0])
  })
})

describe('where is looked', () => {
  test('in regions of the looker’s own partition; without any region it says so', async () => {
    const mixed = { kind: 'these', regions: ['eu-west-1', 'cn-north-1'] } as const
    const { places } = await look({ lookers: [as('admin')], regions: mixed })
    expect(Object.keys(places)).toEqual(['admin eu-west-1'])
    const without = ['eu-west-1']
    const some = await look({ lookers: [as('alice')], without })
    expect(Object.keys(some.places).sort()).toEqual(['alice eu-central-1', 'alice us-east-1'])
    // Nobody is asked who she is where she would look nowhere.
    const none = await look({ lookers: [as('alice')], regions: { kind: 'own' }, without })
    expect([none.places, none.lookers]).toEqual([{}, {}])
    const nowhere = await look({ lookers: [as('carol')], regions: { kind: 'own' } })
    expect(nowhere.lookers).toEqual({ carol: 'failed' })
    expect(nowhere.why.join()).toContain('No region is named for profile carol')
  })
})
