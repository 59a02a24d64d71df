import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestListener, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterCertificates, createClusterCertificates } from '../../demo/simulator/certificates'
import { runCommand } from '../../system/run-command'
import {
  type ProxyOptions,
  type Running,
  type RunningProxy,
  startPlain,
  startProxy,
  startTcp,
  startTls,
} from '../../testing/servers'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'
import { ssoTokenKey } from '../files/caches'
import { readAwsFiles } from '../files/read-aws-files'
import { byNewestRules } from '../installed/rules'
import { callerOf } from './caller-identity'
import { createClients } from './clients'
import { createDiscovery, type Discovery } from './discovery'
import { openOidc } from './oidc'
import { acceptsToken } from './portal'

// Every AWS service is behind TLS under a name that no DNS knows, at a port of its own: only the proxy leads there. So a
// request that goes around the proxy fails, and the target of CONNECT says which service was asked.
const host = 'aws.example'
const ports = { sts: 8001, eks: 8002, sso: 8003, ssoOidc: 8004 } as const
const at = (port: number) => `${host}:${port}`
const signal = new AbortController().signal
const region = 'eu-west-1'

let simulator: Simulator
let certificates: ClusterCertificates
let front: Running
let proxy: RunningProxy
let home: string
const opened: Discovery[] = []
const servers: Running[] = []

/** As the authenticator canonicalises it: without its path. */
const ssoRole = `arn:aws:iam::${small.account}:role/AWSReservedSSO_Developer_0123456789abcdef`
const registration = { refreshToken: 'refresh-0001', clientId: 'client-0001', clientSecret: 'secret-0001' }

beforeAll(async () => {
  const now = Date.now()
  const world = smallWorld(now)
  simulator = await startSimulator({
    ...world,
    sso: world.sso.map((instance) => ({
      ...instance,
      tokens: [
        ...(instance.tokens ?? []),
        { accessToken: 'sso-access-token-ended', expiresAt: now - 1, ...registration },
      ],
    })),
  })
  certificates = await createClusterCertificates(host, now)
  const { port } = new URL(simulator.endpointUrl)
  front = await startTls(certificates.server, (incoming, outgoing) => {
    const { method, url, headers } = incoming
    incoming.pipe(
      request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      }),
    )
  })
  proxy = await startProxy({ lead: front.port })
  home = mkdtempSync(join(tmpdir(), 'ekscope-clients-'))
  const other = await createClusterCertificates(host, now)
  writeHome(now, other.caPem)
})
afterEach(async () => {
  for (const one of opened.splice(0)) one.close()
  await Promise.all(servers.splice(0).map((server) => server.close()))
  proxy.asked.length = 0
  simulator.forgetRequests()
})
afterAll(async () => {
  await Promise.all([proxy.close(), front.close(), simulator.close()])
  rmSync(home, { recursive: true, force: true })
})

function writeHome(now: number, otherCa: string): void {
  mkdirSync(join(home, '.aws', 'sso', 'cache'), { recursive: true })
  const ca = join(home, 'ca.pem')
  const token = join(home, 'web-token')
  writeFileSync(ca, certificates.caPem)
  writeFileSync(token, small.webToken)
  writeFileSync(join(home, 'other-ca.pem'), otherCa)
  writeFileSync(join(home, 'no-certificate.pem'), 'no certificate at all\n')
  const common = `ca_bundle = ${ca}\nservices = front\nregion = ${region}\n`
  const sso = (session: string) =>
    `sso_session = ${session}\nsso_account_id = ${small.account}\nsso_role_name = Developer\n`
  const session = `sso_start_url = ${small.startUrl}\nsso_region = ${region}\n`
  const service = (name: string, port: number) => `${name} =\n  endpoint_url = https://${at(port)}\n`
  const keys = `aws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\n`
  writeFileSync(
    join(home, '.aws', 'config'),
    `[services front]
${service('sts', ports.sts)}${service('eks', ports.eks)}${service('sso', ports.sso)}${service('sso_oidc', ports.ssoOidc)}
[sso-session current]
${session}[sso-session ended]
${session}[profile keys]
${common}${keys}[profile role]
${common}role_arn = ${small.admin}
source_profile = keys
[profile sso]
${common}${sso('current')}[profile renewed]
${common}${sso('ended')}[profile web]
${common}role_arn = ${small.workload}
role_session_name = spark
web_identity_token_file = ${token}
[profile other-roots]
${keys}ca_bundle = ${join(home, 'other-ca.pem')}
services = front
region = ${region}
[profile no-bundle]
${keys}ca_bundle = ${join(home, 'nonexistent.pem')}
services = front
region = ${region}
[profile empty-bundle]
${keys}ca_bundle = ${join(home, 'no-certificate.pem')}
services = front
region = ${region}
[profile plain]
${keys}ca_bundle = ${ca}
[profile no-address]
${keys}endpoint_url = aws.example
[profile no-services]
${keys}services = gone
`,
  )
  const write = (name: string, content: object) =>
    writeFileSync(
      join(home, '.aws', 'sso', 'cache', `${ssoTokenKey(name)}.json`),
      JSON.stringify({ startUrl: small.startUrl, region, ...content }),
    )
  const later = (ms: number) => new Date(now + ms).toISOString().replace(/\.\d+/, '')
  write('current', { accessToken: small.ssoToken, expiresAt: later(3_000_000) })
  write('ended', {
    accessToken: 'sso-access-token-ended',
    expiresAt: later(-60_000),
    ...registration,
    registrationExpiresAt: later(3_000_000),
  })
}

async function discovery(variables: Record<string, string> = {}): Promise<Discovery> {
  const all = { HOME: home, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, ...variables }
  const one = createDiscovery({
    rules: byNewestRules,
    files: await readAwsFiles({ variables: all, home }),
    variables: all,
    home,
    environment: 'the login shell',
    now: Date.now,
    run: runCommand,
    mayRun: async () => false,
  })
  opened.push(one)
  return one
}

const who = async (profile: string, variables: Record<string, string> = {}) =>
  (await discovery(variables)).caller({ profile, role: null }, region, signal)

const operations = () => simulator.requests().map(({ operation }) => operation)

describe('every request takes the proxy of the environment', () => {
  test.each([
    ['keys', small.alice.arn, [], []],
    ['role', small.admin, ['AssumeRole'], [at(ports.sts)]],
    ['sso', ssoRole, ['GetRoleCredentials'], [at(ports.sso)]],
    ['renewed', ssoRole, ['CreateToken', 'GetRoleCredentials'], [at(ports.ssoOidc), at(ports.sso)]],
    ['web', small.workload, ['AssumeRoleWithWebIdentity'], [at(ports.sts)]],
  ])('of profile %s', async (profile, principal, calls, targets) => {
    expect(await who(profile)).toMatchObject({ ok: true, value: { canonicalArn: principal } })
    expect(operations()).toEqual([...calls, 'GetCallerIdentity'])
    expect(new Set(proxy.asked)).toEqual(new Set([...targets, at(ports.sts)]))
  })

  test('a web identity calls its session as its profile says', async () => {
    const session = small.workload.replace(/:iam:(.*):role\/(?:.*\/)?/, ':sts:$1:assumed-role/')
    expect(await who('web')).toMatchObject({ ok: true, value: { arn: `${session}/spark` } })
  })

  test('of EKS', async () => {
    const answer = await (await discovery()).cluster({ profile: 'role', role: null }, region, 'prod', signal)
    expect(answer).toMatchObject({ ok: true, value: { arn: small.cluster } })
    // What EKS says is believed for the account that STS names.
    expect(new Set(operations())).toEqual(new Set(['AssumeRole', 'DescribeCluster', 'GetCallerIdentity']))
    expect(new Set(proxy.asked)).toEqual(new Set([at(ports.sts), at(ports.eks)]))
  })
})

describe('a failure on the way', () => {
  const through = async (options: ProxyOptions) => {
    const one = await startProxy(options)
    servers.push(one)
    return who('keys', { HTTPS_PROXY: `http://127.0.0.1:${one.port}` })
  }

  test("a proxy's 403 is not taken for AWS's", async () => {
    expect(await through({ refuse: '403 Forbidden' })).toMatchObject({
      ok: false,
      fault: { code: 'unreachable', message: expect.stringMatching(/^The proxy .*403 Forbidden/) },
    })
  })

  test('an SSO session that cannot be renewed because of the network is not reported as ended', async () => {
    const gone = await startProxy()
    await gone.close()
    expect(await who('renewed', { HTTPS_PROXY: `http://127.0.0.1:${gone.port}` })).toMatchObject({
      ok: false,
      fault: { code: 'unreachable' },
    })
  })

  test('a server that takes the request and stays silent is given up in time', async () => {
    let asked = 0
    const silent = await startTls(certificates.server, () => {
      asked += 1
    })
    servers.push(silent)
    const variables = { AWS_ENDPOINT_URL: `https://localhost:${silent.port}`, NO_PROXY: 'localhost' }
    const files = await readAwsFiles({ variables: { HOME: home }, home })
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 'x', sessionToken: null, expiresAt: null }
    const limits = { connectMs: 5_000, answerMs: 400, attempts: 5 }
    const clients = createClients({ files, variables, limits })
    const who = { profile: 'keys', region, keys, who: 'profile keys' }
    expect(await callerOf({ ...who, clients, signal })).toMatchObject({ fault: { why: 'timeout' } })
    // However often it would be asked again if it answered so.
    expect(asked).toBe(2)
    clients.close()
  })
})

describe('what answers in the place of AWS', () => {
  const keys = { accessKeyId: 'AKIA', secretAccessKey: 'x', sessionToken: 'SECRET-SESSION=', expiresAt: null }
  /** The time limit is short where something goes on for ever: what answers does so late where the machine is busy. */
  const clientsAt = async (handle: RequestListener, answerMs = 20_000) => {
    const server = await startPlain(handle)
    servers.push(server)
    const variables = { AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}` }
    const files = await readAwsFiles({ variables: { HOME: home }, home })
    return createClients({
      files,
      variables,
      limits: { connectMs: 5_000, answerMs, attempts: 1 },
    })
  }
  const answers = async (handle: RequestListener, answerMs?: number) => {
    const clients = await clientsAt(handle, answerMs)
    const answer = await callerOf({ clients, profile: 'plain', region, keys, who: 'profile plain', signal })
    clients.close()
    return answer
  }
  const noAws = { ok: false, fault: { why: 'other', message: expect.stringMatching(/ is not AWS: /) } }

  test('cannot go on for ever, nor fill the memory', async () => {
    const dripping: RequestListener = (_, outgoing) => {
      const more = setInterval(() => outgoing.write(' '), 20)
      outgoing.on('close', () => clearInterval(more))
    }
    expect(await answers(dripping, 300)).toMatchObject({ ok: false, fault: { code: 'timeout' } })
    let sent = 0
    const flood: RequestListener = (_, outgoing) => {
      const piece = Buffer.alloc(64 * 1024, ' ')
      const pour = () => {
        do sent += piece.length
        while (!outgoing.destroyed && sent < 64 * 1024 * 1024 && outgoing.write(piece))
      }
      outgoing.on('drain', pour)
      pour()
    }
    expect(await answers(flood)).toMatchObject(noAws)
    // What lies in buffers on the way comes on top.
    expect(sent).toBeLessThan(32 * 1024 * 1024)
  })

  test.each([
    ['a page', 200, '<html><p>Sign in'],
    ['another JSON', 200, '[]'],
    ['a portal that leads elsewhere', 302, ''],
    ['a page that refuses', 403, '<html></html>'],
  ])('is said to be none: %s', async (_, status, body) => {
    expect(
      await answers((_incoming, outgoing) => {
        outgoing.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body)
      }),
    ).toMatchObject(noAws)
  })

  test('may quote the request in an error: no secret of it is repeated', async () => {
    const clients = await clientsAt((incoming, outgoing) => {
      let body = ''
      incoming.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      incoming.on('end', () => {
        const message = `I do not like ${incoming.url} ${JSON.stringify(incoming.headers)} ${body}`
        const query = incoming.headers['content-type']?.includes('urlencoded')
        outgoing.writeHead(400, query ? {} : { 'x-amzn-errortype': 'OddException' })
        outgoing.end(
          query
            ? `<ErrorResponse><Error><Code>Odd</Code><Message>${message.replaceAll('&', '&amp;')}</Message></Error></ErrorResponse>`
            : JSON.stringify({ message }),
        )
      })
    })
    const at = { profile: 'plain', region }
    const oidc = await openOidc(clients, { ...at, who: 'somebody' })
    const sts = await clients.sts({ ...at, keys: null })
    if (!oidc.ok || !sts.ok) throw new Error('no client')
    const client = { clientId: 'c', clientSecret: 'SECRET-CLIENT' }
    const said = await Promise.all([
      callerOf({ clients, ...at, keys, who: 'somebody', signal }),
      acceptsToken({ clients, ...at, who: 'somebody', signal }, 'SECRET-ACCESS'),
      oidc.value.token({ ...client, grantType: 'refresh_token', refreshToken: 'SECRET-REFRESH' }, signal),
      oidc.value.token({ ...client, grantType: 'device_code', deviceCode: 'SECRET-DEVICE' }, signal),
      oidc.value.authorizeDevice({ ...client, startUrl: small.startUrl }, signal),
      sts.value
        .send(
          new AssumeRoleWithWebIdentityCommand({
            RoleArn: small.workload,
            RoleSessionName: 'x',
            WebIdentityToken: 'SECRET-WEB+IDENTITY',
          }),
        )
        .catch((error: unknown) => ({ message: error instanceof Error ? error.message : '' })),
    ])
    expect(JSON.stringify(said).match(/I do not like/g)).toHaveLength(6)
    expect(JSON.stringify(said)).not.toContain('SECRET')
    clients.close()
  })

  test('may throttle without a name for it', async () => {
    const throttled = { ok: false, fault: { why: 'throttled' } }
    expect(await answers((_, outgoing) => void outgoing.writeHead(429).end('{}'))).toMatchObject(throttled)
  })
})

describe('the CA bundle', () => {
  test('is that of the profile, whichever profile asked first at the endpoint', async () => {
    const refused = { ok: false, fault: { code: 'unreachable' } }
    for (const order of [
      ['keys', 'other-roots'],
      ['other-roots', 'keys'],
    ]) {
      const one = await discovery()
      for (const profile of order) {
        expect(await one.caller({ profile, role: null }, region, signal)).toMatchObject(
          profile === 'keys' ? { ok: true } : refused,
        )
      }
    }
  })

  test.each([
    ['of a profile, where no file is', 'no-bundle', {}, /nonexistent\.pem \(ca_bundle .*does not exist/],
    ['without a certificate', 'empty-bundle', {}, /no-certificate\.pem .*holds no certificate/],
    [
      'of the environment',
      'keys',
      { AWS_CA_BUNDLE: '/nonexistent.pem' },
      /nonexistent\.pem \(AWS_CA_BUNDLE\)/,
    ],
  ])('%s is a fault with a next step', async (_, profile, variables, message) => {
    expect(await who(profile, variables)).toMatchObject({
      ok: false,
      fault: {
        code: 'unreadable',
        message: expect.stringMatching(message),
        next: expect.stringMatching(/bundle/),
      },
    })
  })
})

describe('the endpoint', () => {
  test('comes from the chosen environment, not from that of this process', async () => {
    process.env.AWS_ENDPOINT_URL_STS = 'http://127.0.0.1:1'
    process.env.AWS_USE_FIPS_ENDPOINT = 'true'
    try {
      // The certificate is for another name, so no answer comes; CONNECT says which host was asked.
      await who('plain')
      await who('plain', { AWS_USE_FIPS_ENDPOINT: 'true' })
      await who('plain', { AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL: `https://${at(9000)}` })
    } finally {
      delete process.env.AWS_ENDPOINT_URL_STS
      delete process.env.AWS_USE_FIPS_ENDPOINT
    }
    expect(proxy.asked).toEqual([
      `sts.${region}.amazonaws.com:443`,
      `sts-fips.${region}.amazonaws.com:443`,
      at(9000),
    ])
  })

  test.each([
    ['no-address', /“aws\.example” \(endpoint_url .* is not an http or https address/],
    ['no-services', /services section “gone”/],
  ])('that is no endpoint is a fault: %s', async (profile, message) => {
    expect(await who(profile)).toMatchObject({
      ok: false,
      fault: { code: 'aws', message: expect.stringMatching(message) },
    })
  })
})

test('close ends the connections, also those that are only being opened', async () => {
  const answered = await discovery()
  await answered.caller({ profile: 'keys', role: null }, region, signal)
  expect(front.connections().open).toBeGreaterThan(0)
  answered.close()
  await expect.poll(() => front.connections().open).toBe(0)

  // It reads, or it would not notice the end.
  const silent = await startTcp((socket) => void socket.resume())
  servers.push(silent)
  const opening = await discovery({ HTTPS_PROXY: `http://127.0.0.1:${silent.port}` })
  const pending = opening.caller({ profile: 'keys', role: null }, region, signal)
  await expect.poll(() => silent.connections().open).toBe(1)
  opening.close()
  expect(await pending).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
  await expect.poll(() => silent.connections().open).toBe(0)
})
