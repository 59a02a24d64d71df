/** The step that asks AWS, against a server that answers as STS does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClusterCertificates } from '../demo/simulator/certificates'
import { ask } from '../net/ask'
import { environmentOf } from '../system/environment'
import { runCommand } from '../system/run-command'
import { type Running, startTls } from '../testing/servers'
import { askSts } from './ask-sts'
import { readToken } from './get-token'
import type { Observed } from './observed'
import { openCheckPool, openSharedWork } from './work'

let home: string
let sts: Running
let bundle: string
let handle: RequestListener
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-ask-sts-'))
  const certificates = await createClusterCertificates('sts.eu-west-1.amazonaws.com', Date.now())
  bundle = join(home, 'ca.pem')
  await writeFile(bundle, certificates.caPem)
  sts = await startTls(certificates.server, (request, response) => handle(request, response))
})
afterAll(async () => {
  await sts.close()
  await rm(home, { recursive: true, force: true })
})
beforeEach(() => {
  handle = answer(200, {
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: {
        Account: '111122223333',
        Arn: 'arn:aws:iam::111122223333:user/alice',
        UserId: 'AIDAALICE',
      },
    },
  })
})

const now = Date.UTC(2026, 0, 31, 12)
const answer =
  (status: number, body: unknown): RequestListener =>
  (_, response) => {
    response.writeHead(status, { date: new Date(now).toUTCString(), 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

function tokenFor(origin: string): Observed<'aws-token'> {
  const url = `${origin}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260131%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20260131T115900Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=${'a'.repeat(64)}`
  const token = readToken(
    {
      token: `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`,
      certificate: null,
      expirationTimestamp: null,
    },
    { cluster: 'prod', allowedEndpoint: origin, now },
  )
  if (token.kind !== 'aws-token') throw new Error(token.problem.message)
  return token
}

function observe(
  caBundle: string | null,
  { port = sts.port, signal = new AbortController().signal } = {},
): ReturnType<typeof askSts> {
  const environment = environmentOf('app', {})
  const pool = openCheckPool({ processes: 1, requests: 1 })
  const work = openSharedWork({ runCommand, pool, environment, signal })
  const token = tokenFor(`https://127.0.0.1:${port}`)
  const subject = { caBundle, predicted: { by: [], accessKeyId: null }, intended: { profile: null } }
  return askSts(token, subject, { environment, work, ask, now: () => now })
}

test('an identity that AWS proves is shown by its short name', async () => {
  expect(await observe(bundle)).toMatchObject({
    kind: 'proven',
    proven: { arn: 'arn:aws:iam::111122223333:user/alice', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    step: { kind: 'sts', outcome: 'ok', title: 'STS says user alice of 111122223333' },
  })
})

test('the cluster may still answer where AWS could not be reached, not where it refused the token', async () => {
  const unreachable = await observe(bundle, { port: 1 })
  expect(unreachable).toMatchObject({ problem: { code: 'sts-unreachable' }, clusterMayAnswer: true })
  handle = answer(403, { Error: { Code: 'InvalidClientTokenId' } })
  const refused = await observe(bundle)
  expect(refused).toMatchObject({
    kind: 'not-proven',
    problem: { code: 'keys-unknown' },
    clusterMayAnswer: false,
    step: { kind: 'sts', outcome: 'failed' },
  })
})

test('a CA bundle that cannot be read stops it before a connection is made', async () => {
  const { made } = sts.connections()
  expect(await observe(join(home, 'missing.pem'))).toMatchObject({
    kind: 'not-proven',
    problem: { code: 'sts-unreachable' },
    clusterMayAnswer: false,
    step: { outcome: 'failed', title: 'AWS was not asked' },
  })
  expect(sts.connections().made).toBe(made)
})

test('cancelling is no answer', async () => {
  const cancel = new AbortController()
  handle = () => cancel.abort()
  expect(await observe(bundle, { signal: cancel.signal })).toEqual({ kind: 'cancelled' })
})
