/** Asking a cluster, over every way and with every kind of answer; where kubectl has an opinion, it is the judge. */

import { webcrypto } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import * as x509 from '@peculiar/x509'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { verdictOfCode } from '../../shared/identity/identity'
import { mask } from '../../shared/kubeconfig/entries'
import { addressOf } from '../../shared/testing/address'
import { type ClusterCertificates, createClusterCertificates } from '../demo/simulator/certificates'
import { emptyCluster } from '../kubeconfig/read/decode'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { ask } from '../net/ask'
import { DialError, dial } from '../net/dial'
import { systemRoots } from '../net/roots'
import { realProgram, runProgram } from '../testing/real-programs'
import { type Running, startPlain, startProxy, startSocks, startTcp, startTls } from '../testing/servers'
import { impersonationHeaders, mayDoEverything, type ReviewRequest, selfSubjectReview } from './review'

const full = process.env.EKSCOPE_FULL === '1'
const never = new AbortController().signal
const bearer = { authorization: 'Bearer the-token', certificate: null }

let certificates: ClusterCertificates
let home: string
let handle: RequestListener = (_, response) => response.end()
let asked: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = []
let cluster: Running
const open: Running[] = []
const keep = async <T extends Running>(server: Promise<T>): Promise<T> => {
  const running = await server
  open.push(running)
  return running
}

beforeAll(async () => {
  handle = sees('ada')
  home = await mkdtemp(join(tmpdir(), 'ekscope-review-'))
  certificates = await createClusterCertificates('cluster.example', Date.now())
  cluster = await startTls(certificates.server, (request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers })
    handle(request, response)
  })
})
afterAll(async () => {
  await cluster.close()
  await rm(home, { recursive: true, force: true })
})
afterEach(async () => {
  asked = []
  handle = sees('ada')
  await Promise.all(open.splice(0).map((server) => server.close()))
})

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
const sees =
  (username: string, more: Record<string, unknown> = {}): RequestListener =>
  (request, response) =>
    json(response, 201, {
      kind: 'SelfSubjectReview',
      apiVersion: /authentication\.k8s\.io\/[^/]+/.exec(request.url ?? '')?.[0],
      metadata: {},
      status: { userInfo: { username, groups: ['g'], ...more } },
    })
const reasons: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden' }
const refusal = (code: number, message: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason: reasons[code] ?? 'InternalError',
  code,
})
const status =
  (code: number, message: string): RequestListener =>
  (_, response) =>
    json(response, code, refusal(code, message))

const raw = (more: Partial<RawCluster> = {}): RawCluster => ({
  ...emptyCluster,
  name: 'c',
  server: `https://127.0.0.1:${cluster.port}`,
  ...more,
})
const review = (more: Partial<RawCluster> = {}, request: Partial<ReviewRequest> = {}, signal = never) =>
  selfSubjectReview(
    {
      cluster: raw(more),
      context: 'a context',
      ca: certificates.caPem,
      ownCa: true,
      credentials: bearer,
      impersonation: null,
      variables: {},
      timeoutMs: 10_000,
      ...request,
    },
    ask,
    signal,
  )
const codeOf = async (outcome: ReturnType<typeof review>) => {
  const found = await outcome
  return found.kind === 'failed' ? found.problem.code : found.kind
}

/** The same cluster entry and token, asked by the real kubectl. */
async function kubectl(
  more: Record<string, unknown> = {},
  variables: Record<string, string> = {},
  user: Record<string, unknown> = {},
) {
  const config = {
    clusters: [
      {
        name: 'c',
        cluster: {
          server: raw().server,
          'certificate-authority-data': Buffer.from(certificates.caPem).toString('base64'),
          ...more,
        },
      },
    ],
    users: [{ name: 'u', user: { token: 'the-token', ...user } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  await writeFile(join(home, 'config'), JSON.stringify(config))
  const run = await runProgram(
    realProgram('kubectl'),
    ['auth', 'whoami', '-o', 'json', '--request-timeout=5s'],
    { HOME: home, PATH: '/usr/bin', KUBECONFIG: join(home, 'config'), ...variables },
  )
  return run.status === 0 ? JSON.parse(run.stdout).status.userInfo.username : run.stderr.trim()
}

describe('who may do everything', () => {
  const everything = (request: Partial<ReviewRequest> = {}) =>
    mayDoEverything(
      {
        cluster: raw({ server: `${raw().server}/k8s/clusters/c-1/` }),
        context: 'a context',
        ca: certificates.caPem,
        ownCa: true,
        credentials: bearer,
        impersonation: null,
        variables: {},
        timeoutMs: 1_000,
        ...request,
      },
      ask,
      never,
    )
  const access =
    (status: unknown, more: Record<string, unknown> = {}, code = 201): RequestListener =>
    (_, response) =>
      json(response, code, {
        kind: 'SelfSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        status,
        ...more,
      })

  test('is asked as every verb on every resource, below the server’s own path, as whom the entry acts', async () => {
    handle = access({ allowed: true })
    const impersonation = { as: 'jane', uid: null, groups: ['team'], extra: {} }
    expect(await everything({ impersonation })).toBe(true)
    expect(asked[0]?.url).toBe('/k8s/clusters/c-1/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer the-token', 'impersonate-user': 'jane' })
    handle = access({ allowed: false, reason: 'no' })
    expect(await everything()).toBe(false)
  })

  test.each<[string, RequestListener]>([
    ['a page', (_, response) => response.end('<html>')],
    ['another kind', access({ allowed: true }, { kind: 'SubjectAccessReview' })],
    ['another group', access({ allowed: true }, { apiVersion: 'authorization.example/v1' })],
    ['a word for a truth', access({ allowed: 'true' })],
    ['no status', access(undefined)],
    ['a refusal', access({ allowed: true }, {}, 403)],
    ['nothing', (request) => request.socket.destroy()],
    ['silence', () => undefined],
  ])('is not said after %s', async (_, answer) => {
    handle = answer
    expect(await everything({ timeoutMs: 300 })).toBeNull()
  })

  test('is known of system:masters without asking', async () => {
    handle = sees('root', { groups: ['system:masters'] })
    // A request of the test before, which gave up, can arrive as late as now.
    const authorization = 'Bearer a token of its own'
    const credentials = { authorization, certificate: null }
    expect(await review({}, { credentials })).toMatchObject({ kind: 'seen', seen: { everything: true } })
    expect(asked.filter(({ headers }) => headers.authorization === authorization)).toHaveLength(1)
  })
})

describe('the request', () => {
  test('is SelfSubjectReview v1 with the token as bearer, below the server’s own path', async () => {
    expect(await review({ server: `${raw().server}/k8s/clusters/c-1/` })).toMatchObject({
      kind: 'seen',
      seen: { username: 'ada', groups: ['g'], fromDenial: false },
    })
    expect(asked[0]?.url).toBe('/k8s/clusters/c-1/apis/authentication.k8s.io/v1/selfsubjectreviews')
    expect(asked[0]?.headers.authorization).toBe('Bearer the-token')
  })

  test('is tried as v1beta1 and v1alpha1 where the cluster knows no newer, then it is given up', async () => {
    for (const known of ['v1beta1', 'v1alpha1']) {
      asked = []
      handle = (request, response) =>
        (request.url?.includes(`/${known}/`) ? sees('ada') : status(404, 'not found'))(request, response)
      expect((await review()).kind).toBe('seen')
    }
    expect(asked.map(({ url }) => url.split('/')[3])).toEqual(['v1', 'v1beta1', 'v1alpha1'])
    handle = status(404, 'the server could not find the requested resource')
    expect(await codeOf(review())).toBe('cluster-answer')
  })

  test('impersonation goes as kubectl sends it', async () => {
    const impersonation = {
      as: 'jane',
      uid: 'u-1',
      groups: ['dev', 'ops'],
      extra: { 'example.org/Ten%ant': ['a', 'b'] },
    }
    await review({}, { impersonation })
    const ours = asked.at(-1)?.headers
    expect(
      await kubectl(
        {},
        {},
        {
          as: 'jane',
          'as-uid': 'u-1',
          'as-groups': ['dev', 'ops'],
          'as-user-extra': { 'example.org/Ten%ant': ['a', 'b'] },
        },
      ),
    ).toBe('ada')
    const theirs = asked.at(-1)?.headers
    const impersonating = (headers: typeof ours) =>
      Object.entries(headers ?? {})
        .filter(([name]) => name.startsWith('impersonate-'))
        .sort()
    expect(impersonating(ours)).toEqual(impersonating(theirs))
    expect(impersonating(ours)).toHaveLength(4)
    expect(impersonationHeaders(null)).toEqual({})
  })
})

describe('the certificate', () => {
  test('is checked by the entry’s own authority, and by nothing else', async () => {
    expect((await review()).kind).toBe('seen')
    const other = await createClusterCertificates('cluster.example', Date.now())
    // What to do names a command that shows what AWS has now.
    expect(await review({}, { ca: other.caPem })).toMatchObject({
      problem: {
        code: 'cluster-tls',
        next: expect.stringContaining(
          "`ekscope refresh --dry-run 'a context'` shows the certificate-authority-data",
        ),
      },
    })
    expect(await codeOf(review({}, { ca: systemRoots({}), ownCa: false }))).toBe('cluster-tls')
    expect(asked).toHaveLength(1)
  })

  test('must be for the server’s name, or for tls-server-name', async () => {
    expect((await review({ tlsServerName: 'cluster.example' })).kind).toBe('seen')
    expect(await kubectl({ 'tls-server-name': 'cluster.example' })).toBe('ada')
    expect(await codeOf(review({ tlsServerName: 'other.example' }))).toBe('cluster-tls')
    expect(await kubectl({ 'tls-server-name': 'other.example' })).toContain('certificate is valid for')
  })

  test('that names its host only as common name is refused, as kubectl refuses it', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const self = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: 'CN=127.0.0.1',
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new x509.BasicConstraintsExtension(true)],
    })
    const certificatePem = self.toString('pem')
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
    const server = await keep(
      startTls({ certificatePem, keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') }, sees('ada')),
    )
    const url = `https://127.0.0.1:${server.port}`
    expect(await codeOf(review({ server: url }, { ca: certificatePem }))).toBe('cluster-tls')
    const data = Buffer.from(certificatePem).toString('base64')
    expect(await kubectl({ server: url, 'certificate-authority-data': data })).toContain(
      'relies on legacy Common Name field',
    )
  })

  test('may be its own authority, as Go has it and OpenSSL by itself has not', async () => {
    const { certificatePem } = certificates.server
    const data = (pem: string) => Buffer.from(pem).toString('base64')
    expect((await review({}, { ca: certificatePem })).kind).toBe('seen')
    expect(await kubectl({ 'certificate-authority-data': data(certificatePem) })).toBe('ada')
    const to = addressOf(`https://127.0.0.1:${cluster.port}`)
    const tls = { anyAnchor: true, serverName: null, insecure: false, cert: null, key: null }
    const never = new AbortController().signal
    const dialled = async (more: {
      readonly ca: string
      readonly anyAnchor?: boolean
      readonly serverName?: string
    }) => {
      try {
        const socket = await dial({ to, proxy: null, tls: { ...tls, ...more } }, never)
        socket.destroy()
        return 'ok'
      } catch (error) {
        return error instanceof DialError ? error.kind : error
      }
    }
    const other = await createClusterCertificates('cluster.example', Date.now())
    const both = `${other.server.certificatePem}${certificatePem}`
    expect(await dialled({ ca: both })).toBe('ok')
    expect(await dialled({ ca: certificates.caPem })).toBe('ok')
    expect(await dialled({ ca: other.server.certificatePem })).toBe('tls')
    expect(await dialled({ ca: certificatePem, serverName: 'other.example' })).toBe('tls')
    expect(await dialled({ ca: certificatePem, serverName: 'cluster.example' })).toBe('ok')
    // AWS is asked as botocore asks it.
    expect(await dialled({ ca: certificatePem, anyAnchor: false })).toBe('tls')
    expect(await codeOf(review({}, { ca: other.server.certificatePem }))).toBe('cluster-tls')
  })

  test('is not checked with insecure-skip-tls-verify', async () => {
    const other = await createClusterCertificates('cluster.example', Date.now())
    expect((await review({ insecureSkipTlsVerify: true }, { ca: other.caPem })).kind).toBe('seen')
  })

  test('of ours is shown where the entry has one', async () => {
    const client = await certificates.issueClient('dora', [])
    const server = await keep(
      startTls(
        certificates.server,
        (request, response) => {
          const peer =
            'getPeerCertificate' in request.socket && typeof request.socket.getPeerCertificate === 'function'
              ? request.socket.getPeerCertificate()
              : null
          sees(peer?.subject?.CN ?? 'nobody')(request, response)
        },
        true,
      ),
    )
    const credentials = {
      authorization: null,
      certificate: { cert: client.certificatePem, key: client.keyPem },
    }
    const outcome = await review({ server: `https://127.0.0.1:${server.port}` }, { credentials })
    expect(outcome).toMatchObject({ kind: 'seen', seen: { username: 'dora' } })
  })
})

describe('the way: proxy-url, judged by kubectl', () => {
  test('http, with and without a password', async () => {
    const plain = await keep(startProxy())
    const guarded = await keep(startProxy({ login: 'u:p@ss' }))
    for (const proxyUrl of [`http://127.0.0.1:${plain.port}`, `http://u:p%40ss@127.0.0.1:${guarded.port}`]) {
      expect((await review({ proxyUrl })).kind).toBe('seen')
      expect(await kubectl({ 'proxy-url': proxyUrl })).toBe('ada')
    }
    expect(plain.asked).toEqual(Array(2).fill(`127.0.0.1:${cluster.port}`))
  })

  test('https, its certificate checked by the cluster’s own authority', async () => {
    const proxy = await keep(startProxy({ tls: certificates.server }))
    const proxyUrl = `https://127.0.0.1:${proxy.port}`
    expect((await review({ proxyUrl })).kind).toBe('seen')
    expect(await kubectl({ 'proxy-url': proxyUrl })).toBe('ada')
    const other = await createClusterCertificates('other.example', Date.now())
    const stranger = await keep(startProxy({ tls: other.server }))
    const strange = `https://127.0.0.1:${stranger.port}`
    expect(await codeOf(review({ proxyUrl: strange }))).toBe('cluster-proxy')
    expect(await kubectl({ 'proxy-url': strange })).toContain('x509')
  })

  test('socks5, with and without a password; the name is left to the proxy', async () => {
    const plain = await keep(startSocks({ lead: cluster.port }))
    const guarded = await keep(startSocks({ login: 'u:p', lead: cluster.port }))
    for (const proxyUrl of [`socks5://127.0.0.1:${plain.port}`, `socks5://u:p@127.0.0.1:${guarded.port}`]) {
      const server = 'https://cluster.example:6443'
      expect((await review({ proxyUrl, server })).kind).toBe('seen')
      expect(await kubectl({ 'proxy-url': proxyUrl, server })).toBe('ada')
    }
    expect(plain.asked).toEqual(Array(2).fill('cluster.example:6443'))
    expect((await review({ proxyUrl: `socks5://127.0.0.1:${plain.port}` })).kind).toBe('seen')
  })

  test('a scheme that kubectl refuses', async () => {
    for (const proxyUrl of [
      'ftp://127.0.0.1:1',
      'socks4://127.0.0.1:1',
      'socks5h://127.0.0.1:1',
      'nonsense',
    ]) {
      expect([proxyUrl, await codeOf(review({ proxyUrl }))]).toEqual([proxyUrl, 'cluster-address'])
      expect(await kubectl({ 'proxy-url': proxyUrl })).not.toBe('ada')
    }
  })

  test('HTTPS_PROXY and NO_PROXY of the environment where the entry names none', async () => {
    const proxy = await keep(startProxy({ lead: cluster.port }))
    const variables = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const server = 'https://cluster.example'
    expect((await review({ server }, { variables })).kind).toBe('seen')
    expect(await kubectl({ server }, variables)).toBe('ada')
    expect(proxy.asked).toEqual(Array(2).fill('cluster.example:443'))
    const bypassing = { ...variables, NO_PROXY: '.example' }
    expect(await codeOf(review({ server }, { variables: bypassing }))).toBe('cluster-dns')
    expect(await kubectl({ server }, bypassing)).toContain('cluster.example')
    expect(proxy.asked).toHaveLength(2)
  })
})

test('a connection that is reset in the handshake or right behind it says nothing of the certificate', async () => {
  const at = {
    hello: (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
    behind: secured,
  }
  for (const reset of [at.hello, at.behind]) {
    const resetting = await keep(startTcp(reset))
    const outcome = await review({ server: `https://127.0.0.1:${resetting.port}` })
    expect(outcome).toMatchObject({
      kind: 'failed',
      problem: {
        code: 'cluster-unreachable',
        message: expect.stringMatching(/ cannot be reached: .*(?:ECONNRESET|hang up|closed)/),
      },
    })
  }
})

/** Does the handshake of the cluster, then resets. */
function secured(socket: Socket): void {
  const { keyPem, certificatePem } = certificates.server
  const server = new TLSSocket(socket, { isServer: true, key: keyPem, cert: certificatePem })
  server.on('error', () => undefined)
  server.once('secure', () => socket.resetAndDestroy())
}

test('a cluster that gives the token back in what it sees has it masked, with and without its prefix', async () => {
  const token = `k8s-aws-v1.${Buffer.from('https://sts.amazonaws.com/?X-Amz-Signature=1234567890').toString('base64url')}`
  handle = sees('ada', { groups: [token, `x ${token.slice(11)}`], extra: { [token]: [token.slice(20, 50)] } })
  const credentials = { authorization: `Bearer ${token}`, certificate: null }
  expect(await review({}, { credentials })).toMatchObject({
    seen: { username: 'ada', groups: [mask, `x ${mask}`], extra: { [mask]: [mask] } },
  })
  handle = status(403, `selfsubjectreviews is forbidden: User "u ${token.slice(11)}" cannot create it`)
  expect(await review({}, { credentials })).toMatchObject({ seen: { username: `u ${mask}` } })
})

describe('a proxy’s failure is the proxy’s, never taken for the cluster’s answer', () => {
  const through = async (proxy: Running, scheme = 'http') =>
    review({ proxyUrl: `${scheme}://127.0.0.1:${proxy.port}` })

  test('refusals: 401, 403, 407, 502, SOCKS errors, wrong password', async () => {
    for (const refuse of ['401 Unauthorized', '403 Forbidden', '502 Bad Gateway', '302 Found']) {
      expect(await through(await keep(startProxy({ refuse })))).toMatchObject({
        kind: 'failed',
        problem: { code: 'cluster-proxy', message: expect.stringContaining(refuse) },
      })
    }
    expect(await codeOf(through(await keep(startProxy({ login: 'u:p' }))))).toBe('cluster-proxy')
    expect(await codeOf(through(await keep(startSocks({ reply: 2 })), 'socks5'))).toBe('cluster-proxy')
    expect(await codeOf(through(await keep(startSocks({ login: 'u:p' })), 'socks5'))).toBe('cluster-proxy')
    expect(asked).toEqual([])
  })

  test('one that is not there, speaks something else, closes at once, or never ends its answer', async () => {
    const gone = await startTcp(() => undefined)
    await gone.close()
    expect(await codeOf(through(gone))).toBe('cluster-proxy')
    expect(await codeOf(through(gone, 'socks5'))).toBe('cluster-proxy')
    for (const scheme of ['http', 'https', 'socks5']) {
      const chatty = await keep(startTcp((socket) => socket.end('220 mail.example ESMTP\r\n\r\n')))
      const closing = await keep(startTcp((socket) => socket.destroy()))
      for (const proxy of [chatty, closing])
        expect(await codeOf(through(proxy, scheme))).toBe('cluster-proxy')
    }
    const endless = await keep(
      startTcp((socket) => socket.on('data', () => socket.write('HTTP/1.1 200 '.padEnd(20_000, 'x')))),
    )
    expect(await codeOf(through(endless))).toBe('cluster-proxy')
  })

  test('its password is in no message', async () => {
    const proxy = await keep(startProxy({ refuse: '403 Forbidden', login: 'u:hunter22' }))
    const outcome = await review({ proxyUrl: `http://u:hunter22@127.0.0.1:${proxy.port}` })
    expect(JSON.stringify(outcome)).not.toContain('hunter22')
  })
})

describe('nothing is sent', () => {
  test('over http:, not even to this machine', async () => {
    let got = 0
    const plain = await keep(
      startPlain((_, response) => {
        got++
        response.end()
      }),
    )
    expect(await codeOf(review({ server: `http://127.0.0.1:${plain.port}` }))).toBe('cluster-plain-http')
    expect(await codeOf(review({ server: `127.0.0.1:${plain.port}` }, { ownCa: false }))).toBe(
      'cluster-plain-http',
    )
    expect([got, plain.connections().made]).toEqual([0, 0])
  })

  test('to where a redirect leads', async () => {
    const elsewhere = await keep(startTls(certificates.server, sees('eve')))
    for (const code of [301, 302, 303, 307, 308]) {
      handle = (_, response) =>
        response.writeHead(code, { location: `https://127.0.0.1:${elsewhere.port}/` }).end()
      expect(await codeOf(review())).toBe('cluster-answer')
    }
    expect(elsewhere.connections().made).toBe(0)
  })

  test('to a server that leads nowhere, or none', async () => {
    for (const server of [
      'https://',
      null,
      `https://127.0.0.1:${cluster.port}\\@x`,
      `https:///127.0.0.1:${cluster.port}`,
    ])
      expect([server, await codeOf(review({ server }))]).toEqual([server, 'cluster-address'])
    expect(await codeOf(review({ tlsServerName: '127.0.0.1\u3002' }))).toBe('cluster-address')
  })
})

describe('answers', () => {
  test('401 is no access', async () => {
    handle = status(401, 'Unauthorized')
    expect(await codeOf(review())).toBe('unauthorized')
  })

  test('403 lets in, and its message names the user', async () => {
    handle = status(
      403,
      'selfsubjectreviews.authentication.k8s.io is forbidden: User "a\\"b \\\\c" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
    )
    expect(await review()).toMatchObject({
      kind: 'seen',
      seen: { username: 'a"b \\c', fromDenial: true, groups: [] },
    })
    handle = status(403, 'quota')
    expect((await review()).kind).toBe('let-in')
  })

  // Gateways, portals and proxies refuse too; a cluster says what it is. kubectl cannot use one of these either.
  const seesAda = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {} }
  const lies: readonly (readonly [status: number, body: unknown])[] = [
    [401, '<html>sign in</html>'],
    [401, ''],
    [401, {}],
    [401, { message: 'Unauthorized' }],
    [401, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 401 }],
    [401, refusal(403, 'x is forbidden: User "ada" cannot create')],
    [401, { ...refusal(401, 'Unauthorized'), kind: 'Problem' }],
    [401, [refusal(401, 'Unauthorized')]],
    [403, '<h1>Forbidden</h1>'],
    [403, ''],
    [403, '"x"'],
    [403, []],
    [403, null],
    [403, {}],
    [403, { message: 'Forbidden' }],
    [403, { Message: 'User is not authorized to access this resource' }],
    [403, { error: 'access denied by policy' }],
    [403, { message: 'User "ada" cannot get resource' }],
    [403, { ...refusal(403, 'User "ada" cannot create'), reason: 'AccessDenied' }],
    [403, { ...refusal(403, 'User "ada" cannot create'), status: 'Success' }],
    [403, { ...refusal(403, 'User "ada" cannot create'), apiVersion: 'v2' }],
    [403, { ...refusal(403, 'User "ada" cannot create'), code: 200 }],
    [403, refusal(401, 'Unauthorized')],
    [403, '<Error><Code>AccessDenied</Code></Error>'],
    [200, '<html>welcome</html>'],
    [200, { ok: true }],
    [200, refusal(403, 'User "ada" cannot create')],
    [200, { ...seesAda, status: {} }],
    [201, { ...seesAda, status: { userInfo: {} } }],
    [201, { ...seesAda, status: { userInfo: { username: '' } } }],
    [201, { ...seesAda, kind: 'TokenReview', status: { userInfo: { username: 'ada' } } }],
    [201, { ...seesAda, apiVersion: 'v1', status: { userInfo: { username: 'ada' } } }],
    [201, { ...seesAda, apiVersion: undefined, status: { userInfo: { username: 'ada' } } }],
    [204, ''],
    [302, ''],
    [404, '<html>'],
    [500, refusal(403, 'User "ada" cannot create')],
    [502, '<html>'],
  ]
  test.each(lies.map(([code, body]) => ({ code, body })))(
    '$code with $body is no answer of a cluster, with impersonation and without',
    async ({ code, body }) => {
      handle = (_, response) =>
        response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body))
      const impersonation = { as: 'jane', uid: null, groups: [], extra: {} }
      expect(await codeOf(review())).toBe('cluster-answer')
      expect(await codeOf(review({}, { impersonation }))).toBe('cluster-answer')
      expect(verdictOfCode('cluster-answer')).toBe('unreachable')
    },
  )

  test('403 to an impersonation says that whom kubectl would ask for is refused, and nothing else is', async () => {
    const impersonation = { as: 'jane', uid: null, groups: [], extra: {} }
    handle = status(
      403,
      'users "jane" is forbidden: User "ada" cannot impersonate resource "users" in API group ""',
    )
    expect(await review({}, { impersonation })).toMatchObject({
      problem: {
        code: 'impersonation-refused',
        message:
          'The cluster does not let “ada” impersonate “jane”, so it refuses whatever kubectl asks with this context.',
        next: expect.stringMatching(/^Give “ada” the verb impersonate/),
      },
    })
    expect(await review()).toMatchObject({ kind: 'seen', seen: { username: 'ada' } })
  })

  test('an anonymous user means that the token did not arrive', async () => {
    handle = sees('system:anonymous')
    expect(await codeOf(review())).toBe('unauthorized')
    handle = status(403, 'x is forbidden: User "system:anonymous" cannot create')
    expect(await codeOf(review())).toBe('unauthorized')
  })

  test('no server, no name, no answer, no TLS, an answer without end, a cut one, nonsense', async () => {
    const gone = await startTcp(() => undefined)
    await gone.close()
    expect(await codeOf(review({ server: `https://127.0.0.1:${gone.port}` }))).toBe('cluster-refused')
    expect(await codeOf(review({ server: 'https://nothing.invalid' }))).toBe('cluster-dns')
    const hanging = await keep(startTcp(() => undefined))
    expect(await codeOf(review({ server: `https://127.0.0.1:${hanging.port}` }, { timeoutMs: 200 }))).toBe(
      'cluster-timeout',
    )
    const plain = await keep(startPlain((_, response) => response.end()))
    expect(await codeOf(review({ server: `https://127.0.0.1:${plain.port}` }))).toBe('cluster-tls')
    handle = () => undefined
    expect(await codeOf(review({}, { timeoutMs: 200 }))).toBe('cluster-timeout')
    handle = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    expect(await codeOf(review())).toBe('cluster-answer')
    handle = (_, response) => {
      response.writeHead(201, { 'content-length': '1000' })
      response.write('{')
      response.destroy()
    }
    expect(await codeOf(review())).toBe('cluster-unreachable')
    for (const body of [
      '',
      '{}',
      'null',
      '[]',
      '{"kind":"SelfSubjectReview"}',
      '\u0000',
      '<html>',
      '{"kind":"SelfSubjectReview","status":{"userInfo":{"username":7}}}',
    ]) {
      handle = (_, response) => response.writeHead(201).end(body)
      expect([body, await codeOf(review())]).toEqual([body, 'cluster-answer'])
    }
    handle = status(503, 'starting')
    expect(await codeOf(review())).toBe('cluster-answer')
  })

  test('429 is asked again as the cluster wishes, and given up after three times', async () => {
    let left = 2
    handle = (request, response) => {
      if (left-- > 0) response.writeHead(429, { 'retry-after': '0' }).end()
      else sees('ada')(request, response)
    }
    expect((await review()).kind).toBe('seen')
    handle = (_, response) => response.writeHead(429, { 'retry-after': '0' }).end()
    asked = []
    expect(await codeOf(review())).toBe('throttled')
    expect(asked).toHaveLength(3)
  })

  test('whatever answers, the outcome is a value and fits the schema', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 201, 401, 403, 404, 500),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.jsonValue().map((status) => JSON.stringify({ kind: 'SelfSubjectReview', status })),
          fc
            .jsonValue()
            .map((userInfo) => JSON.stringify({ kind: 'SelfSubjectReview', status: { userInfo } })),
        ),
        async (code, body) => {
          handle = (_, response) => response.writeHead(code).end(body)
          const outcome = await review()
          expect(['seen', 'let-in', 'failed']).toContain(outcome.kind)
          if (outcome.kind === 'seen')
            expect(outcome.seen.groups.every((group) => typeof group === 'string')).toBe(true)
        },
      ),
      { numRuns: full ? 3_000 : 100 },
    )
  })
})

test('cancelling ends the request wherever it is, and no connection stays open', async () => {
  const silent = await keep(startTcp((socket) => socket.resume()))
  const ways: readonly Partial<RawCluster>[] = [
    { server: `https://127.0.0.1:${silent.port}` },
    { proxyUrl: `http://127.0.0.1:${silent.port}` },
    { proxyUrl: `https://127.0.0.1:${silent.port}` },
    { proxyUrl: `socks5://127.0.0.1:${silent.port}` },
    {},
  ]
  handle = () => undefined
  for (const way of ways) {
    const cancel = new AbortController()
    const outcome = review(way, {}, cancel.signal)
    const target = Object.keys(way).length === 0 ? cluster : silent
    const before = target.connections().made
    for (let i = 0; i < 500 && target.connections().made === before; i++)
      await new Promise((r) => setTimeout(r, 5))
    cancel.abort()
    expect((await outcome).kind).toBe('cancelled')
  }
  for (let i = 0; i < 200 && silent.connections().open + cluster.connections().open > 0; i++)
    await new Promise((r) => setTimeout(r, 5))
  expect([silent.connections().open, cluster.connections().open]).toEqual([0, 0])
})
