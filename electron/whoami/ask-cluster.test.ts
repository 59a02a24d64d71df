/** Which cluster may see which credentials: foreign files, unchecked certificates, credentials without AWS, impersonation. */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createClusterCertificates } from '../demo/simulator/certificates'
import type { World } from '../demo/simulator/world'
import { ask } from '../net/ask'
import { environmentOf } from '../system/environment'
import { runCommand } from '../system/run-command'
import {
  clusterEntry,
  getTokenArgs,
  kubeconfigOf,
  type Machine,
  noDecisions,
  type Piece,
  startMachine,
  userEntry,
} from '../testing/checking'
import { kubectlJudges } from '../testing/kubectl-judges'
import { realProgram, runProgram } from '../testing/real-programs'
import { type Running, startTls } from '../testing/servers'
import { small, smallWorld } from '../testing/small-world'
import type { Trust } from '../trust/decisions'
import { askActingAs, askCluster, requestTo } from './ask-cluster'
import { credentialsOfCommand } from './cluster-credentials'
import { defaultLimits } from './surroundings'
import { openCheckPool, openSharedWork } from './work'

/** Platform's admins may act as others. */
function world(): World {
  const plain = smallWorld(Date.now())
  return { ...plain, clusters: plain.clusters.map((each) => ({ ...each, impersonators: ['platform'] })) }
}

let machine: Machine
let catcher: Running
let caught: string[] = []
beforeAll(async () => {
  machine = await startMachine(world())
  await machine.write(
    '.aws/credentials',
    `[alice]\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\n`,
  )
  const certificates = await createClusterCertificates('evil.example', Date.now())
  catcher = await startTls(certificates.server, (request, response) => {
    caught.push(request.headers.authorization ?? '')
    response
      .writeHead(201)
      .end(
        '{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1","status":{"userInfo":{"username":"eve"}}}',
      )
  })
  evil = {
    server: `https://127.0.0.1:${catcher.port}`,
    'certificate-authority-data': Buffer.from(certificates.caPem).toString('base64'),
  }
})
afterAll(async () => {
  await catcher.close()
  await machine.close()
})
beforeEach(() => {
  caught = []
  machine.runs.length = 0
})

let evil: Record<string, unknown> = {}
const prod = () => clusterEntry(machine)
const alice = (...args: string[]) => userEntry('aws', getTokenArgs(['--profile', 'alice', ...args]))
const own = (pieces: readonly Piece[]) => machine.write('.kube/config', kubeconfigOf(pieces))
const foreign = (pieces: readonly Piece[]) => machine.write('Downloads/kube.yaml', kubeconfigOf(pieces))
const stepsOf = (steps: readonly { kind: string; outcome: string }[] | undefined) =>
  steps?.map(({ kind, outcome }) => `${kind} ${outcome}`)

describe('a file that is not the user’s own', () => {
  test('may name prod and its own server: the identity is proven, the token is not handed over', async () => {
    const file = await foreign([{ name: 'it', cluster: evil, user: alice() }])
    const { checks } = await machine.check(machine.variables(), { foreign: file })
    expect(checks.get('it')).toMatchObject({
      verdict: 'unreachable',
      problem: { code: 'file-not-trusted' },
      proven: { arn: small.alice.arn },
      seen: null,
    })
    expect(catcher.connections().made).toBe(0)
    expect(caught).toEqual([])
  })

  test('is asked once the user trusts it', async () => {
    const file = await foreign([{ name: 'it', cluster: prod(), user: alice() }])
    const trust = { ...noDecisions, trustsFile: ({ path }: { path: string }) => path === file }
    const { checks } = await machine.check(machine.variables(), { foreign: file, trust })
    expect(checks.get('it')).toMatchObject({ verdict: 'verified', seen: { username: small.alice.arn } })
  })

  test('opened beside the own list and trusted, gets tokens of its own users, never of a user of the list', async () => {
    await own([{ name: 'mine', cluster: prod(), user: alice() }])
    const opened = await machine.write(
      'Downloads/opened.yaml',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'evil', cluster: evil }],
        users: [{ name: 'its', user: alice() }],
        contexts: [
          { name: 'with its own', context: { cluster: 'evil', user: 'its' } },
          { name: 'with mine', context: { cluster: 'evil', user: 'mine' } },
        ],
      }),
    )
    const trust = { ...noDecisions, trustsFile: ({ path }: { path: string }) => path === opened }
    const { checks } = await machine.check(machine.variables(), { opened, trust })
    expect(checks.get('with mine')).toMatchObject({ verdict: 'broken', proven: null, seen: null })
    expect(checks.get('with its own')?.seen?.username).toBe('eve')
    expect(checks.get('mine')?.verdict).toBe('verified')
    // The review of the one, and whether it may do everything.
    expect(caught).toHaveLength(2)
  })

  test('cannot send a file of this machine to its server by naming it as its token', async () => {
    const secret = await machine.write('.ssh/id_ed25519', 'private-key-material')
    const file = await foreign([{ name: 'it', cluster: evil, user: { tokenFile: secret } }])
    const { checks } = await machine.check(machine.variables(), { foreign: file })
    expect(checks.get('it')).toMatchObject({ verdict: 'unsupported', problem: { code: 'static-token' } })
    expect(stepsOf(checks.get('it')?.steps)).toEqual(['entry ok', 'cluster skipped'])
    expect(caught).toEqual([])
  })

  test('named by --kubeconfig, but of the user’s own list, is their own', async () => {
    const file = await own([{ name: 'it', cluster: prod(), user: alice() }])
    const { checks } = await machine.check(machine.variables(), { foreign: file })
    expect(checks.get('it')?.verdict).toBe('verified')
  })
})

test('a server whose certificate is not checked gets no token before the user allows it', async () => {
  const { server } = prod()
  await own([{ name: 'it', cluster: { server, 'insecure-skip-tls-verify': true }, user: alice() }])
  const before = await machine.check(machine.variables())
  expect(before.checks.get('it')).toMatchObject({
    verdict: 'unreachable',
    problem: { code: 'cluster-insecure' },
    proven: { arn: small.alice.arn },
  })
  const path = join(machine.home, '.kube/config')
  const trust = {
    ...noDecisions,
    trustsInsecure: (file: string, to: { readonly server: string | null }) =>
      file === path && to.server === server,
  }
  const after = await machine.check(machine.variables(), { trust })
  expect(after.checks.get('it')?.verdict).toBe('verified')
})

test('both an authority and insecure-skip-tls-verify is refused, as kubectl refuses it', async () => {
  await own([{ name: 'it', cluster: { ...prod(), 'insecure-skip-tls-verify': true }, user: alice() }])
  const { checks } = await machine.check(machine.variables(), {
    trust: { ...noDecisions, trustsInsecure: () => true },
  })
  expect(checks.get('it')).toMatchObject({ verdict: 'unreachable', problem: { code: 'cluster-tls' } })
  const run = await runProgram(realProgram('kubectl'), ['--context', 'it', 'get', 'ns'], machine.variables())
  expect(run.stderr).toContain('insecure flag is not allowed')
})

describe('contexts that sign in without AWS are unsupported, and the cluster still says whom it sees', () => {
  const check = async (user: Record<string, unknown>) => {
    await own([{ name: 'it', cluster: prod(), user }])
    return (await machine.check(machine.variables())).checks.get('it')
  }

  test('a client certificate, as data or as files', async () => {
    const { certificatePem, keyPem } = await machine.simulator.clientCertificate(small.cluster, 'dora', [
      'team',
    ])
    const data = {
      'client-certificate-data': Buffer.from(certificatePem).toString('base64'),
      'client-key-data': Buffer.from(keyPem).toString('base64'),
    }
    await machine.write('.kube/dora.crt', certificatePem)
    await machine.write('.kube/dora.key', keyPem)
    for (const user of [data, { 'client-certificate': 'dora.crt', 'client-key': 'dora.key' }]) {
      expect(await check(user)).toMatchObject({
        verdict: 'unsupported',
        problem: { code: 'client-certificate' },
        seen: { username: 'dora' },
        proven: null,
      })
    }
    expect(await check({ ...data, ...alice() })).toMatchObject({
      verdict: 'unsupported',
      seen: { username: 'dora' },
    })
    expect(machine.runs).toEqual([])
  })

  test('a static token, basic auth, an auth-provider, nothing', async () => {
    expect(await check({ token: 'static' })).toMatchObject({
      verdict: 'unsupported',
      problem: { code: 'static-token' },
      seen: null,
    })
    expect(await check({ username: 'u', password: 'p' })).toMatchObject({
      verdict: 'unsupported',
      problem: { code: 'basic-auth' },
    })
    expect(await check({ 'auth-provider': { name: 'oidc' } })).toMatchObject({
      verdict: 'unsupported',
      problem: { code: 'auth-provider' },
    })
    expect(await check({})).toMatchObject({ verdict: 'unsupported', problem: { code: 'no-credentials' } })
  })

  test('an allowed command that gives another provider’s token', async () => {
    const plugin = await machine.write(
      'plugin',
      '#!/bin/sh\necho \'{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"eyJhbGciOiJub25lIn0.e30."}}\'\n',
      true,
    )
    await own([
      {
        name: 'it',
        cluster: prod(),
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: plugin } },
      },
    ])
    const { checks } = await machine.check(machine.variables(), {
      trust: { ...noDecisions, allows: () => true },
    })
    expect(checks.get('it')).toMatchObject({ verdict: 'unsupported', problem: { code: 'foreign-token' } })
  })
})

for (const { name, program, here, some } of kubectlJudges)
  describe.skipIf(!here)(`what ${name} would refuse is broken, and nothing runs`, () => {
    test('dangling entries, v1alpha1, v1 without interactiveMode; Always needs a person', async () => {
      const exec = (more: Record<string, unknown>) => ({ exec: { ...alice().exec, ...more } })
      const config = JSON.parse(
        kubeconfigOf([
          {
            name: 'alpha',
            cluster: prod(),
            user: exec({ apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
          },
          { name: 'v1', cluster: prod(), user: exec({ apiVersion: 'client.authentication.k8s.io/v1' }) },
          { name: 'v2', cluster: prod(), user: exec({ apiVersion: 'client.authentication.k8s.io/v2' }) },
          { name: 'always', cluster: prod(), user: exec({ interactiveMode: 'Always' }) },
          { name: 'gone', cluster: prod(), user: exec({ command: 'aws-that-is-not-there' }) },
          { name: 'as-nobody', cluster: prod(), user: { ...alice(), 'as-groups': ['dev'] } },
          { name: 'backslash', cluster: { ...prod(), server: 'https://127.0.0.1:1\\@x' }, user: alice() },
          { name: 'no-host', cluster: { ...prod(), server: 'https:///127.0.0.1:1' }, user: alice() },
          { name: 'ftp-proxy', cluster: { ...prod(), 'proxy-url': 'ftp://127.0.0.1' }, user: alice() },
          { name: 'look-alike', cluster: { ...prod(), 'tls-server-name': '\u0430' }, user: alice() },
        ]),
      )
      config.contexts.push(
        { name: 'no-user', context: { cluster: 'v1', user: 'nobody' } },
        { name: 'no-cluster', context: { cluster: 'nowhere', user: 'v1' } },
      )
      await machine.write('.kube/config', JSON.stringify(config))
      const { checks } = await machine.check(machine.variables())
      const found = Object.fromEntries(
        [...checks].map(([context, { verdict, problem }]) => [context, `${verdict} ${problem?.code}`]),
      )
      expect(found).toEqual({
        alpha: 'broken deprecated-api-version',
        v1: 'broken missing-interactive-mode',
        v2: 'broken api-version-mismatch',
        always: 'login-needed interactive-always',
        gone: 'broken command-not-found',
        'as-nobody': 'broken impersonates-nobody',
        backslash: 'broken cluster-address',
        'no-host': 'broken cluster-address',
        'ftp-proxy': 'broken cluster-address',
        'look-alike': 'broken cluster-address',
        'no-user': 'broken dangling-user',
        'no-cluster': 'broken dangling-cluster',
      })
      expect(machine.runs).toEqual([])
      for (const context of some([...checks.keys()], 3)) {
        const run = await runProgram(program, ['--context', context, 'auth', 'whoami'], machine.variables())
        expect([context, run.status]).toEqual([context, 1])
      }
    })
  })

for (const { name, program, here, some } of kubectlJudges)
  test.skipIf(!here)(
    `user and password of the address go to the cluster, and no token, as with ${name}`,
    async () => {
      const cluster = { ...evil, server: `https://me:p%20w@127.0.0.1:${catcher.port}` }
      await own([
        { name: 'exec', cluster, user: alice() },
        { name: 'token', cluster, user: { token: 'static-token' } },
        { name: 'basic', cluster, user: { username: 'ada', password: 'hunter2' } },
      ])
      const { checks } = await machine.check(machine.variables())
      expect([...checks.values()].map(({ verdict, problem }) => `${verdict} ${problem?.code}`)).toEqual(
        Array(3).fill('unsupported basic-auth'),
      )
      expect(machine.runs).toEqual([])
      const basic = `Basic ${Buffer.from('me:p w').toString('base64')}`
      expect(new Set(caught)).toEqual(new Set([basic]))
      for (const context of some([...checks.keys()], 3)) {
        caught = []
        await runProgram(program, ['--context', context, 'auth', 'whoami'], machine.variables())
        expect([context, ...new Set(caught)]).toEqual([context, basic])
      }
    },
  )

describe('one step alone', () => {
  const { signal } = new AbortController()
  /** The request of a check to this cluster, with a token at hand. */
  async function requestFor(cluster: Record<string, unknown>, trust: Trust, ofForeignFile = false) {
    const pieces = [{ name: 'it', cluster, user: alice() }]
    const file = await (ofForeignFile ? foreign(pieces) : own(pieces))
    const environment = environmentOf('app', machine.variables())
    const [subject] = await machine.subjects(environment, ofForeignFile ? { foreign: file } : {})
    const { resolved } = subject ?? {}
    if (!resolved?.cluster || !resolved.user) throw new Error('no context with a cluster and a user')
    const { cluster: to, clusterFile, user, userFile } = resolved
    const surroundings = { environment, trust, limits: defaultLimits }
    return requestTo(
      to,
      clusterFile,
      { user: user.raw, file: userFile, context: 'it' },
      credentialsOfCommand({ token: 'live-token', certificate: null }),
      surroundings,
    )
  }

  test('a request is made only to a server that may get the token', async () => {
    const insecure = { server: prod().server, 'insecure-skip-tls-verify': true }
    const refusal = async (...of: Parameters<typeof requestFor>) => {
      const request = await requestFor(...of)
      return request.ok ? null : request.fault.code
    }
    expect(await refusal(prod(), noDecisions)).toBe(null)
    expect(await refusal(prod(), noDecisions, true)).toBe('file-not-trusted')
    expect(await refusal(prod(), { ...noDecisions, trustsFile: () => true }, true)).toBe(null)
    expect(await refusal(insecure, noDecisions)).toBe('cluster-insecure')
    expect(await refusal(insecure, { ...noDecisions, trustsInsecure: () => true })).toBe(null)
  })

  test('shows whom the cluster sees, and with impersonation whom the entry acts as', async () => {
    const request = await requestFor(evil, noDecisions)
    if (!request.ok) throw new Error(request.fault.message)
    const pool = openCheckPool({ processes: 1, requests: 1 })
    const work = (running: AbortSignal) =>
      openSharedWork({ runCommand, pool, environment: environmentOf('app', {}), signal: running })
    const asking = { ask, work: work(signal) }
    expect(await askCluster(request.value, asking)).toMatchObject({
      kind: 'cluster',
      answer: { kind: 'seen', seen: { username: 'eve' } },
      step: { kind: 'cluster', outcome: 'ok', title: 'The cluster sees eve' },
    })
    const impersonation = { as: 'jane', uid: null, groups: [], extra: {} }
    expect(await askActingAs(request.value, impersonation, asking)).toMatchObject({
      kind: 'acts-as',
      answer: { kind: 'seen', seen: { username: 'eve' } },
      step: { kind: 'acts-as', outcome: 'ok', title: 'Acts as eve' },
    })
    // Each review, and whether they may do everything.
    expect(caught).toEqual(Array(4).fill('Bearer live-token'))
    const ended = { ask, work: work(AbortSignal.abort()) }
    expect(await askCluster(request.value, ended)).toEqual({ kind: 'cancelled' })
  })
})

for (const { name, program, here } of kubectlJudges)
  test.skipIf(!here)(
    `with impersonation the verdict is about who asks, and beside it stands whom they act as, as ${name} says`,
    async () => {
      await machine.write(
        '.aws/config',
        `[profile admin]\nrole_arn = ${small.admin}\nsource_profile = alice\n`,
      )
      const as = { as: 'jane', 'as-groups': ['dev'] }
      const user = { exec: { ...alice().exec, args: [...alice().exec.args.slice(0, -1), 'admin'] }, ...as }
      await own([
        { name: 'it', cluster: prod(), user },
        { name: 'may-not', cluster: prod(), user: { ...alice(), ...as } },
      ])
      const { checks } = await machine.check(machine.variables())
      expect(checks.get('it')).toMatchObject({
        verdict: 'verified',
        proven: { canonicalArn: small.admin },
        actsAs: { username: 'jane' },
      })
      const run = await runProgram(
        program,
        ['--context', 'it', 'auth', 'whoami', '-o', 'json'],
        machine.variables(),
      )
      expect(checks.get('it')?.actsAs?.groups).toEqual(JSON.parse(run.stdout).status.userInfo.groups)
      const refused = await runProgram(
        program,
        ['--context', 'may-not', 'auth', 'whoami'],
        machine.variables(),
      )
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('do not have permission')])
      expect(checks.get('may-not')).toMatchObject({
        verdict: 'no-access',
        problem: { code: 'impersonation-refused' },
        proven: { arn: small.alice.arn },
        actsAs: null,
      })
      expect(checks.get('may-not')?.steps.at(-1)).toMatchObject({ kind: 'acts-as', outcome: 'failed' })
    },
  )
