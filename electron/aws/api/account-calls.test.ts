import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Running, startPlain, startProxy } from '../../testing/servers'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'
import { readAwsFiles } from '../files/read-aws-files'
import { accountAlias, enabledRegions } from './account-calls'
import { createClients, type Limits } from './clients'

const signal = new AbortController().signal
const region = 'eu-west-1'
const keys = {
  accessKeyId: small.alice.key.id,
  secretAccessKey: small.alice.key.secret,
  sessionToken: null,
  expiresAt: null,
}

let simulator: Simulator
let home: string
const servers: Running[] = []
beforeAll(async () => {
  simulator = await startSimulator(smallWorld(Date.now()))
  home = mkdtempSync(join(tmpdir(), 'ekscope-account-'))
  mkdirSync(join(home, '.aws'))
})
afterEach(async () => {
  simulator.clearFaults()
  simulator.update(() => smallWorld(Date.now()))
  simulator.forgetRequests()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})
afterAll(async () => {
  await simulator.close()
  rmSync(home, { recursive: true, force: true })
})

interface Asked {
  readonly variables?: Readonly<Record<string, string>>
  readonly config?: string
  readonly limits?: Partial<Limits>
  readonly at?: string
}

/** Both calls, as the keys of alice. */
async function both({ variables = {}, config = '', limits = {}, at = region }: Asked = {}) {
  writeFileSync(join(home, '.aws', 'config'), config)
  const all = { HOME: home, ...variables }
  const clients = createClients({
    files: await readAwsFiles({ variables: all, home }),
    variables: all,
    limits: { connectMs: 10_000, answerMs: 10_000, attempts: 1, ...limits },
  })
  const request = { profile: null, region: at, keys }
  const call = { who: 'profile alice', region: at, signal }
  try {
    const [account, iam] = await Promise.all([clients.account(request), clients.iam(request)])
    if (!account.ok || !iam.ok) throw new Error('no client')
    return await Promise.all([
      enabledRegions({ ...call, client: account.value }),
      accountAlias({ ...call, client: iam.value }),
    ])
  } finally {
    clients.close()
  }
}
const atSimulator = () => ({ AWS_ENDPOINT_URL: simulator.endpointUrl })
const withAccount = (more: { readonly alias?: string; readonly enabled?: readonly string[] }) =>
  simulator.update((world) => ({
    ...world,
    accounts: world.accounts.map((one) => (one.id === small.account ? { ...one, ...more } : one)),
  }))

describe('what an account says of itself', () => {
  test('the regions that it has enabled, and its alias; signed as AWS checks it', async () => {
    withAccount({ alias: 'small-company', enabled: ['eu-south-1'] })
    const [regions, alias] = await both({ variables: atSimulator() })
    expect(regions).toMatchObject({ ok: true })
    const names = regions.ok ? regions.value : []
    expect(names).toEqual(expect.arrayContaining(['eu-west-1', 'us-east-1', 'eu-south-1']))
    expect(names).not.toContain('af-south-1')
    expect(names).toHaveLength(18)
    expect(alias).toEqual({ ok: true, value: 'small-company' })
    expect(simulator.requests().map(({ service, operation }) => `${service} ${operation}`)).toEqual(
      expect.arrayContaining(['account ListRegions', 'iam ListAccountAliases']),
    )
    expect(simulator.requests()).toHaveLength(2)
  })

  test('no alias is an answer', async () => {
    expect((await both({ variables: atSimulator() }))[1]).toEqual({ ok: true, value: null })
  })

  test('a denial names the permission that is missing', async () => {
    const denied = ['account:ListRegions', 'iam:ListAccountAliases']
    simulator.update((world) => ({ ...world, users: world.users.map((user) => ({ ...user, denied })) }))
    const refusal = (action: string) => ({
      ok: false,
      fault: { why: 'denied', next: expect.stringContaining(action) },
    })
    expect(await both({ variables: atSimulator() })).toMatchObject(denied.map(refusal))
  })

  test('a clock that is off is corrected by the answer', async () => {
    const apart = 40 * 60_000
    const other = await startSimulator(smallWorld(Date.now()), { now: () => Date.now() + apart })
    // What stands in front says the time, as AWS's own servers do.
    const url = new URL(other.endpointUrl)
    const front = await startPlain((incoming, outgoing) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', async () => {
        const { 'content-length': _length, connection: _connection, ...headers } = incoming.headers
        const sent = Object.entries(headers).flatMap(([name, value]) =>
          typeof value === 'string' && name !== 'host' ? [[name, value] as [string, string]] : [],
        )
        const { request } = await import('node:http')
        const onward = request(
          {
            host: url.hostname,
            port: url.port,
            path: incoming.url,
            method: incoming.method,
            headers: { ...Object.fromEntries(sent), host: incoming.headers.host ?? '' },
          },
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, {
              ...answer.headers,
              date: new Date(Date.now() + apart).toUTCString(),
            })
            answer.pipe(outgoing)
          },
        )
        onward.end(Buffer.concat(chunks))
      })
    })
    servers.push(front)
    const variables = { AWS_ENDPOINT_URL: `http://127.0.0.1:${front.port}` }
    const [regions, alias] = await both({ variables, limits: { attempts: 3 } })
    await other.close()
    expect([regions.ok, alias.ok]).toEqual([true, true])
  })
})

describe('the way there', () => {
  test('is the proxy, to the one place of the partition, with the variant that is set', async () => {
    const proxy = await startProxy({ refuse: '403 Forbidden' })
    servers.push(proxy)
    const through = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const refused = { ok: false, fault: { why: 'proxy' } }
    expect(await both({ variables: through })).toMatchObject([refused, refused])
    await both({ variables: { ...through, AWS_USE_FIPS_ENDPOINT: 'true' } })
    await both({ variables: through, at: 'cn-north-1' })
    expect(proxy.asked.map((one) => one.replace(/:443$/, '')).sort()).toEqual([
      'account-fips.us-east-1.amazonaws.com',
      'account.cn-northwest-1.amazonaws.com.cn',
      'account.us-east-1.amazonaws.com',
      'iam-fips.amazonaws.com',
      'iam.amazonaws.com',
      'iam.cn-north-1.amazonaws.com.cn',
    ])
  })

  test('is the endpoint that a services section or a variable of its own names', async () => {
    const section = (name: string) => `${name} =\n  endpoint_url = ${simulator.endpointUrl}\n`
    const config = `[default]\nservices = here\n[services here]\n${section('account')}${section('iam')}`
    expect(await both({ config })).toMatchObject([{ ok: true }, { ok: true }])
    const variables = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_ACCOUNT: simulator.endpointUrl,
      AWS_ENDPOINT_URL_IAM: simulator.endpointUrl,
    }
    expect(await both({ variables })).toMatchObject([{ ok: true }, { ok: true }])
  })
})

describe('what answers in the place of AWS', () => {
  const answered = async (handle: RequestListener, limits: Partial<Limits> = {}) => {
    const server = await startPlain(handle)
    servers.push(server)
    return both({ variables: { AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}` }, limits })
  }
  const says = (status: number, body: string) =>
    answered((_, outgoing) => outgoing.writeHead(status).end(body))
  const noAws = { ok: false, fault: { why: 'other', message: expect.stringMatching(/ is not AWS: /) } }
  const xml = (inside: string) =>
    `<ListAccountAliasesResponse><ListAccountAliasesResult>${inside}</ListAccountAliasesResult></ListAccountAliasesResponse>`

  test.each([
    ['a page', 200, '<html><p>Sign in'],
    ['half an answer', 200, '{"Regions":[{"RegionName":"eu-west-1"'],
    [
      'regions that are none',
      200,
      JSON.stringify({ Regions: [{ RegionName: '../x', RegionOptStatus: 'ENABLED' }] }),
    ],
    ['no region at all', 200, JSON.stringify({ Regions: [] })],
    ['something else for regions', 200, JSON.stringify({ Regions: 'eu-west-1' })],
    [
      'more regions than there are',
      200,
      JSON.stringify({
        Regions: new Array(300).fill({ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED' }),
      }),
    ],
    ['a page that refuses', 403, '<html></html>'],
  ])('is said to be none: %s', async (_, status, body) => {
    expect((await says(status, body))[0]).toMatchObject(noAws)
  })

  test.each([
    ['a page', 200, '<html><p>Sign in'],
    ['half an answer', 200, xml('<AccountAliases><member>a-name').slice(0, 90)],
    ['an alias that is none', 200, xml('<AccountAliases><member>&#27;[2J A name</member></AccountAliases>')],
    ['many aliases', 200, xml(`<AccountAliases>${'<member>abc</member>'.repeat(50)}</AccountAliases>`)],
    [
      'entities that grow',
      200,
      `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}">]>${xml('<AccountAliases><member>&b;</member></AccountAliases>')}`,
    ],
    ['a portal that leads elsewhere', 302, ''],
  ])('is said to be none, of IAM: %s', async (_, status, body) => {
    expect((await says(status, body))[1]).toMatchObject(noAws)
  })

  test('pages that never end do, and answers that never end', async () => {
    let pages = 0
    const [endless] = await answered((_, outgoing) => {
      pages += 1
      const names = [{ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED' }]
      outgoing.end(JSON.stringify({ Regions: names, NextToken: `page ${pages}` }))
    })
    expect(endless).toMatchObject(noAws)
    expect(pages).toBeLessThan(250)
    const drip: RequestListener = (_, outgoing) => {
      const more = setInterval(() => outgoing.write(' '), 20)
      outgoing.on('close', () => clearInterval(more))
    }
    const dripping = await answered(drip, { answerMs: 300 })
    expect(dripping).toMatchObject([{ fault: { code: 'timeout' } }, { fault: { code: 'timeout' } }])
  })

  test('may quote the request in an error: no secret of it is repeated', async () => {
    const quoting = await answered((incoming, outgoing) => {
      const said = `I do not like ${JSON.stringify(incoming.headers)} ${small.alice.key.secret}`
      outgoing.writeHead(400, { 'x-amzn-errortype': 'OddException' })
      outgoing.end(
        incoming.url === '/listRegions'
          ? JSON.stringify({ message: said })
          : `<ErrorResponse><Error><Code>Odd</Code><Message>${said}</Message></Error></ErrorResponse>`,
      )
    })
    expect(JSON.stringify(quoting)).toContain('I do not like')
    expect(JSON.stringify(quoting)).not.toContain(small.alice.key.secret)
    expect(JSON.stringify(quoting)).not.toMatch(/Signature=[0-9a-f]{64}/)
  })
})
