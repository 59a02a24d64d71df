/** The replay: what exactly is sent, by which way, and what each answer of AWS means. */
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verdictOfCode } from '../../shared/identity/identity'
import { type ClusterCertificates, createClusterCertificates } from '../demo/simulator/certificates'
import { ask } from '../net/ask'
import { type Running, startPlain, startProxy, startTcp, startTls } from '../testing/servers'
import { callerIdentity, type StsRoute, stsQuestion } from './sts-question'
import { type CheckedToken, decodeToken } from './token'

const full = process.env.EKSCOPE_FULL === '1'
const never = new AbortController().signal
const key = 'AKIAIOSFODNN7EXAMPLE'
const now = Date.UTC(2026, 0, 31, 12)

/** A well-formed token for this origin; its signature is never checked here. */
function tokenFor(origin: string): CheckedToken {
  const url = `${origin}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${key}%2F20260131%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20260131T115900Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token=a%2Bb%2F%3D%2A&X-Amz-Signature=${'a'.repeat(64)}`
  const decoded = decodeToken(`k8s-aws-v1.${Buffer.from(url).toString('base64url')}`, {
    cluster: 'prod',
    allowedEndpoint: origin,
    expirationTimestamp: null,
    now,
  })
  if (decoded.kind !== 'token') throw new Error(JSON.stringify(decoded))
  return decoded.token
}

let certificates: ClusterCertificates
let home: string
let sts: Running
let handle: RequestListener
let asked: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = []
beforeAll(async () => {
  home = await mkdtemp(`${tmpdir()}/ekscope-sts-`)
  certificates = await createClusterCertificates('sts.eu-west-1.amazonaws.com', Date.now())
  sts = await startTls(certificates.server, (request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers })
    handle(request, response)
  })
})
afterAll(async () => {
  await sts.close()
  await rm(home, { recursive: true, force: true })
})
beforeEach(() => {
  asked = []
  handle = answer(200, identity)
})

const identity = {
  GetCallerIdentityResponse: {
    GetCallerIdentityResult: {
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/Admin/s',
      UserId: 'AROAEXAMPLE:s',
    },
    ResponseMetadata: { RequestId: 'r' },
  },
}
const answer =
  (status: number, body: unknown, date = new Date(now).toUTCString()): RequestListener =>
  (_, response) => {
    response.writeHead(status, { date, 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const error = (status: number, Code: string, Message = 'm', date?: string) =>
  answer(status, { Error: { Code, Message, Type: 'Sender' }, RequestId: 'r' }, date)

const route = (more: Partial<StsRoute> = {}): StsRoute => ({ variables: {}, ca: certificates.caPem, ...more })
const replay = (more: Partial<StsRoute> = {}, origin = `https://127.0.0.1:${sts.port}`, signal = never) =>
  callerIdentity(tokenFor(origin), route(more), ask, () => now, signal)
const codeOf = async (outcome: ReturnType<typeof replay>) => {
  const found = await outcome
  return found.kind === 'failed' ? found.problem.code : found.kind
}

describe('the request', () => {
  test('is a new one: GET / with the checked parameters, the cluster’s name and JSON wanted, nothing else', async () => {
    const { target, method, path, headers, body, timeoutMs, maxBytes } = stsQuestion(
      tokenFor('https://sts.eu-west-1.amazonaws.com'),
      route(),
    )
    expect({ to: target.to, proxy: target.proxy, method, body, timeoutMs, maxBytes }).toEqual({
      to: { scheme: 'https', host: 'sts.eu-west-1.amazonaws.com', port: null },
      proxy: null,
      method: 'GET',
      body: null,
      timeoutMs: 10_000,
      maxBytes: 65_536,
    })
    expect(headers).toEqual({ Accept: 'application/json', 'x-k8s-aws-id': 'prod' })
    expect(path).toContain('X-Amz-Security-Token=a%2Bb%2F%3D%2A&')
    expect(new URLSearchParams(path.slice(2)).get('X-Amz-Credential')).toBe(
      `${key}/20260131/eu-west-1/sts/aws4_request`,
    )
    expect(target.tls).toMatchObject({ insecure: false, cert: null, key: null })
    await replay()
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'connection',
      'host',
      'user-agent',
      'x-k8s-aws-id',
    ])
  })

  test('goes through HTTPS_PROXY as botocore’s would, unless NO_PROXY or loopback', async () => {
    const proxy = await startProxy({ lead: sts.port })
    const variables = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    expect(await replay({ variables }, 'https://sts.eu-west-1.amazonaws.com')).toMatchObject({
      kind: 'proven',
    })
    expect(proxy.asked).toEqual(['sts.eu-west-1.amazonaws.com:443'])
    expect((await replay({ variables })).kind).toBe('proven')
    expect(proxy.asked).toHaveLength(1)
    await proxy.close()
  })

  test('checks AWS by the roots it is given: another authority’s certificate is refused', async () => {
    const other = await createClusterCertificates('x', Date.now())
    expect(await codeOf(replay({ ca: other.caPem }))).toBe('sts-unreachable')
    expect(asked).toEqual([])
  })
})

test('the answer says who it is', async () => {
  expect(await replay()).toMatchObject({
    kind: 'proven',
    proven: {
      arn: 'arn:aws:sts::111122223333:assumed-role/Admin/s',
      canonicalArn: 'arn:aws:iam::111122223333:role/Admin',
      account: '111122223333',
      userId: 'AROAEXAMPLE:s',
      accessKeyId: key,
    },
  })
})

describe('a refusal has its cause', () => {
  test('by AWS’s code, in JSON or in XML', async () => {
    const cases: readonly (readonly [number, string, string, string])[] = [
      [403, 'ExpiredToken', 'm', 'expired-keys'],
      [403, 'InvalidClientTokenId', 'm', 'keys-unknown'],
      [403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match', 'bad-signature'],
      [403, 'AccessDenied', 'm', 'access-denied'],
      [400, 'RequestExpired', 'm', 'sts-refused'],
      [400, 'ValidationError', 'm', 'sts-refused'],
      [503, 'ServiceUnavailable', 'm', 'sts-unreachable'],
    ]
    for (const [status, code, message, expected] of cases) {
      handle = error(status, code, message)
      expect([code, await codeOf(replay())]).toEqual([code, expected])
      handle = answer(
        status,
        `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      )
      expect([code, await codeOf(replay())]).toEqual([code, expected])
    }
  })

  test('a clock that is off by more than 5 minutes is recognised by AWS’s own Date', async () => {
    const minutes = (count: number) => new Date(now + count * 60_000).toUTCString()
    const expired = 'Signature expired: 20260131T115900Z is now earlier than 20260131T120500Z'
    handle = error(403, 'SignatureDoesNotMatch', expired, minutes(20))
    const behind = await replay()
    expect(behind).toMatchObject({
      problem: { code: 'clock-off', message: expect.stringContaining('20 minutes behind') },
    })
    handle = error(403, 'SignatureDoesNotMatch', 'Signature not yet current', minutes(-30))
    expect(await replay()).toMatchObject({
      problem: { code: 'clock-off', message: expect.stringContaining('30 minutes ahead') },
    })
    handle = error(403, 'SignatureDoesNotMatch', 'does not match', minutes(4))
    expect(await codeOf(replay())).toBe('bad-signature')
    handle = error(403, 'InvalidClientTokenId', 'm', minutes(60))
    expect(await codeOf(replay())).toBe('keys-unknown')
  })

  test.skipIf(!full)('throttling is waited out a few times', async () => {
    let left = 2
    handle = (request, response) =>
      (left-- > 0 ? error(400, 'Throttling') : answer(200, identity))(request, response)
    expect((await replay()).kind).toBe('proven')
    expect(asked).toHaveLength(3)
    handle = answer(429, 'slow down')
    expect(await codeOf(replay())).toBe('throttled')
  })
})

describe('what is not STS', () => {
  test('a redirect is not followed, not even to AWS', async () => {
    const elsewhere = await startPlain((_, response) => response.end())
    handle = (_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end()
    expect(await codeOf(replay())).toBe('sts-unreachable')
    expect(elsewhere.connections().made).toBe(0)
    await elsewhere.close()
  })

  test('an answer of another shape, another account in it, too large, none at all', async () => {
    const result = identity.GetCallerIdentityResponse.GetCallerIdentityResult
    const odd = (more: Record<string, unknown>) => ({
      GetCallerIdentityResponse: { GetCallerIdentityResult: { ...result, ...more } },
    })
    for (const body of [
      '',
      '<html>login</html>',
      '[]',
      'null',
      {},
      odd({ Account: '999999999999' }),
      odd({ Arn: 'root' }),
      odd({ UserId: 5 }),
      odd({ UserId: '' }),
      odd({ Account: 111122223333 }),
      odd({ Arn: 'arn:aws:iam::111122223333:role/Admin' }),
      odd({ Arn: 'arn:aws:sts::999999999999:assumed-role/Admin/s' }),
      { GetCallerIdentityResult: result },
      { Error: { Code: 'ExpiredToken' } },
      '<GetCallerIdentityResponse><Arn>arn:aws:iam::111122223333:root</Arn></GetCallerIdentityResponse>',
    ]) {
      handle = answer(200, body)
      expect([body, await codeOf(replay())]).toEqual([body, 'sts-unreachable'])
    }
    for (const body of [
      '',
      '<html>sign in</html>',
      '{}',
      '{"message":"Forbidden"}',
      '{"Message":"denied"}',
      '[]',
    ])
      for (const status of [301, 400, 401, 403, 404, 502]) {
        handle = answer(status, body)
        expect([status, body, await codeOf(replay())]).toEqual([status, body, 'sts-unreachable'])
      }
    handle = answer(200, JSON.stringify(identity) + ' '.repeat(70_000))
    expect(await codeOf(replay())).toBe('sts-unreachable')
    const gone = await startTcp(() => undefined)
    await gone.close()
    expect(await codeOf(replay({}, `https://127.0.0.1:${gone.port}`))).toBe('sts-unreachable')
    expect(verdictOfCode('sts-unreachable')).toBe('unreachable')
  })

  test('an identity of another partition than the STS that is asked', async () => {
    const token = { ...tokenFor(`https://127.0.0.1:${sts.port}`), partition: 'aws-cn' }
    expect(await callerIdentity(token, route(), ask, () => now, never)).toMatchObject({
      problem: { code: 'sts-unreachable' },
    })
  })

  test('whatever it answers, the outcome is a value without signature or session token', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 400, 403, 404, 500),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc
            .jsonValue()
            .map((GetCallerIdentityResult) =>
              JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult } }),
            ),
          fc.string().map((Code) => JSON.stringify({ Error: { Code } })),
        ),
        async (status, body) => {
          handle = answer(status, body)
          const outcome = await callerIdentity(
            tokenFor(`https://127.0.0.1:${sts.port}`),
            route(),
            ask,
            () => now,
            never,
          )
          expect(['proven', 'failed']).toContain(outcome.kind)
          expect(JSON.stringify(outcome)).not.toMatch(/a{64}|a\+b/)
        },
      ),
      { numRuns: full ? 2_000 : 80 },
    )
  })
})

test('cancelling ends it, also while it waits for a throttled AWS', async () => {
  handle = error(400, 'Throttling')
  const cancel = new AbortController()
  const outcome = replay({}, `https://127.0.0.1:${sts.port}`, cancel.signal)
  for (let i = 0; i < 500 && asked.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 5))
  cancel.abort()
  expect((await outcome).kind).toBe('cancelled')
})
