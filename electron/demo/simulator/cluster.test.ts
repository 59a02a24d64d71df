import { mkdtemp, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { presignedToken } from '../../aws/token/signature'
import { removeFolder } from '../../testing/bundle'
import { startHttpProxy, startSocksProxy } from '../../testing/proxies'
import { type Run, realProgram, runProgram } from '../../testing/real-programs'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'

const kubectl = realProgram('kubectl')
const rootToken = 'static-token-of-root'

vi.setConfig({ testTimeout: 120_000 })

let simulator: Simulator
let folder: string

const world = smallWorld(Date.now())
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-cluster-'))
  simulator = await startSimulator({
    ...world,
    clusters: world.clusters.map((each) => ({
      ...each,
      impersonators: ['platform'],
      staticTokens: [{ token: rootToken, username: 'root', groups: ['system:masters'] }],
      basicUsers: [{ username: 'operator', password: 'pass word', groups: ['operators'] }],
    })),
  })
  await writeFile(join(folder, 'ca.crt'), simulator.cluster('prod').caPem)
})
afterAll(async () => {
  await simulator.close()
  await removeFolder(folder)
})
afterEach(() => simulator.clearFaults())

const tokenOf = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  presignedToken(credentials, {
    origin: simulator.endpointUrl,
    region: 'eu-west-1',
    cluster: 'prod',
    now: Date.now(),
  })
const alice = { accessKeyId: small.alice.key.id, secretAccessKey: small.alice.key.secret }

const run = (args: readonly string[], more: Record<string, string> = {}): Promise<Run> =>
  runProgram(
    kubectl,
    [
      `--server=${simulator.cluster('prod').url}`,
      `--certificate-authority=${join(folder, 'ca.crt')}`,
      `--cache-dir=${join(folder, 'cache')}`,
      '--request-timeout=20s',
      ...args,
    ],
    { HOME: folder, PATH: '/usr/bin:/bin', ...more },
  )
const whoami = async (...args: string[]) =>
  JSON.parse((await run([...args, 'auth', 'whoami', '-o', 'json'])).stdout)

describe('users that need no AWS', () => {
  test('a static token, a password and a client certificate each name their user', async () => {
    expect((await whoami(`--token=${rootToken}`)).status.userInfo).toEqual({
      username: 'root',
      groups: ['system:masters', 'system:authenticated'],
    })
    const basic = await whoami('--username=operator', '--password=pass word')
    expect(basic.status.userInfo.username).toBe('operator')
    const node = await simulator.clientCertificate(small.cluster, 'system:node:one', [
      'system:nodes',
      'odd, group',
    ])
    await writeFile(join(folder, 'node.crt'), node.certificatePem)
    await writeFile(join(folder, 'node.key'), node.keyPem)
    const certificate = await whoami(
      `--client-certificate=${join(folder, 'node.crt')}`,
      `--client-key=${join(folder, 'node.key')}`,
    )
    expect(certificate.status.userInfo).toMatchObject({
      username: 'system:node:one',
      groups: ['system:nodes', 'odd, group', 'system:authenticated'],
    })
  })

  test('a certificate of another cluster’s CA is no user', async () => {
    const other = await simulator.clientCertificate(small.old, 'system:node:one', [])
    await writeFile(join(folder, 'other.crt'), other.certificatePem)
    await writeFile(join(folder, 'other.key'), other.keyPem)
    const answer = await run([
      `--client-certificate=${join(folder, 'other.crt')}`,
      `--client-key=${join(folder, 'other.key')}`,
      'auth',
      'whoami',
    ])
    expect(answer.stderr).toContain('Unauthorized')
  })
})

describe('what a user may do', () => {
  test('can-i answers by access policy and namespace, and lists its rules', async () => {
    const token = `--token=${tokenOf(alice)}`
    expect((await run([token, 'auth', 'can-i', 'list', 'pods', '-n', 'web'])).stdout.trim()).toBe('yes')
    expect((await run([token, 'auth', 'can-i', 'list', 'pods', '-n', 'default'])).stdout.trim()).toBe('no')
    expect((await run([token, 'auth', 'can-i', 'delete', 'pods', '-n', 'web'])).stdout.trim()).toBe('no')
    // What policies give is listed by no authorizer of EKS, and kubectl warns of that.
    const listed = await run([token, 'auth', 'can-i', '--list', '-n', 'web'])
    expect(listed.stdout).toContain('selfsubjectrulesreviews')
    expect(listed.stdout).not.toContain('configmaps')
    expect(listed.stderr).toContain('the list may be incomplete')
  })

  test('namespaces and aws-auth are read by who may, and refused by name to others', async () => {
    const spaces = await run([`--token=${rootToken}`, 'get', 'namespaces', '-o', 'name'])
    expect(spaces.stdout.trim().split('\n')).toEqual([
      'namespace/default',
      'namespace/kube-system',
      'namespace/web',
    ])
    const map = await run([
      `--token=${rootToken}`,
      'get',
      'configmap',
      'aws-auth',
      '-n',
      'kube-system',
      '-o',
      'json',
    ])
    expect(JSON.parse(map.stdout).data.mapUsers).toContain(small.carol.arn)
    const refused = await run([`--token=${tokenOf(alice)}`, 'get', 'namespaces'])
    expect(refused.stderr).toContain(
      `namespaces is forbidden: User "${small.alice.arn}" cannot list resource "namespaces" in API group "" at the cluster scope`,
    )
  })
})

describe('impersonation', () => {
  test('shows the other user with uid, groups and extra; a comma in a group is part of it', async () => {
    const jane = await whoami(
      `--token=${rootToken}`,
      '--as=jane',
      '--as-uid=7',
      '--as-group=night, shift',
      '--as-group=support',
    )
    expect(jane.status.userInfo).toEqual({
      username: 'jane',
      uid: '7',
      groups: ['night, shift', 'support', 'system:authenticated'],
    })
  })

  test('is refused to who may not, naming both', async () => {
    const answer = await fetchReview(tokenOf(alice), { 'impersonate-user': 'jane' })
    expect(answer).toMatchObject({
      status: 403,
      body: {
        message: `users "jane" is forbidden: User "${small.alice.arn}" cannot impersonate resource "users" in API group "" at the cluster scope`,
      },
    })
  })
})

/** A SelfSubjectReview in JSON, as Ekscope sends it, over TLS that trusts the cluster's own CA alone. */
function fetchReview(token: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; body: { message?: string; status?: unknown } }>(
    (resolve, reject) => {
      const call = request(
        `${simulator.cluster('prod').url}/apis/authentication.k8s.io/v1/selfsubjectreviews`,
        {
          method: 'POST',
          ca: simulator.cluster('prod').caPem,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        },
        (response) => {
          let text = ''
          response.on('data', (part) => {
            text += String(part)
          })
          response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }))
        },
      )
      call.on('error', reject)
      call.end(JSON.stringify({ kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' }))
    },
  )
}

describe('the world can change while it runs', () => {
  test('a review in JSON is answered too, and a role made again is let in no more', async () => {
    const before = await fetchReview(tokenOf(simulator.issue(small.admin, 'x', Date.now() + 60_000)), {})
    expect(before.status).toBe(201)
    simulator.update((present) => ({
      ...present,
      clusters: present.clusters.map((each) => ({
        ...each,
        accessEntries: each.accessEntries.map((entry) =>
          entry.principalArn === small.admin ? { ...entry, principalId: 'AROAADMINADMIN000001' } : entry,
        ),
      })),
      roles: present.roles.map((role) =>
        role.arn === small.admin ? { ...role, uniqueId: 'AROAADMINNEWER000002' } : role,
      ),
    }))
    const after = await fetchReview(tokenOf(simulator.issue(small.admin, 'x', Date.now() + 60_000)), {})
    expect(after.status).toBe(401)
  })

  test('faults meet the requests that they name, as often as they say', async () => {
    const token = tokenOf(alice)
    simulator.fault({ service: 'kubernetes', about: small.old, kind: 'deny' })
    simulator.fault({
      service: 'kubernetes',
      operation: '/apis/authentication',
      kind: 'status',
      status: 503,
      times: 1,
    })
    expect((await fetchReview(token, {})).status).toBe(503)
    expect((await fetchReview(token, {})).status).toBe(201)
    const end = simulator.fault({ service: 'kubernetes', kind: 'cut' })
    await expect(fetchReview(token, {})).rejects.toThrow()
    end()
    expect((await fetchReview(token, {})).status).toBe(201)
  })
})

describe('through proxies', () => {
  test('kubectl reaches a cluster through CONNECT and SOCKS5, also with a password', async () => {
    const proxies = [
      await startHttpProxy(),
      await startHttpProxy({ user: 'u', password: 'p' }),
      await startSocksProxy(),
    ]
    try {
      const [plain, guarded, socks] = proxies
      const via = (url: string) =>
        run([`--token=${rootToken}`, 'auth', 'whoami'], { HTTPS_PROXY: url, NO_PROXY: '' })
      // Go does not use HTTPS_PROXY for loopback, so the proxy stands in a kubeconfig.
      const config = join(folder, 'proxied')
      const write = (url: string) =>
        writeFile(
          config,
          JSON.stringify({
            clusters: [
              {
                name: 'c',
                cluster: {
                  server: simulator.cluster('prod').url,
                  'certificate-authority': join(folder, 'ca.crt'),
                  'proxy-url': url,
                },
              },
            ],
            users: [{ name: 'u', user: { token: rootToken } }],
            contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          }),
        )
      const through = async (url: string) => {
        await write(url)
        return runProgram(kubectl, ['--kubeconfig', config, '--context=x', 'auth', 'whoami'], {
          HOME: folder,
          PATH: '/usr/bin:/bin',
        })
      }
      expect((await via('http://127.0.0.1:1')).status).toBe(0)
      expect((await through(plain?.url ?? '')).stdout).toContain('root')
      expect((await through(guarded?.url ?? '')).stderr).toContain('Proxy Authentication Required')
      expect((await through((guarded?.url ?? '').replace('http://', 'http://u:p@'))).stdout).toContain('root')
      expect((await through(socks?.url ?? '')).stdout).toContain('root')
      const target = new URL(simulator.cluster('prod').url).host
      for (const proxy of proxies) expect(proxy.targets.at(-1)).toBe(target)
      // The simulator's own endpoint is a proxy to its clusters, and to nothing else.
      expect((await through(simulator.endpointUrl)).stdout).toContain('root')
    } finally {
      await Promise.all(proxies.map((each) => each.close()))
    }
  })
})
