import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { partitionOfStsHost } from '../../shared/identity/sts-hosts'
import { realProgram, runProgram } from '../testing/real-programs'
import { type Decoded, type DecodeOptions, decodeToken } from './token'

const full = process.env.EKSCOPE_FULL === '1'

/** A token of the real aws, made offline with static keys. */
async function mint(region: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
  try {
    const run = await runProgram(
      realProgram('aws'),
      ['--region', region, 'eks', 'get-token', '--cluster-name', 'prod', '--output', 'json'],
      {
        HOME: home,
        PATH: '/usr/bin:/bin',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00',
        ...more,
      },
    )
    return JSON.parse(run.stdout).status.token
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

let real = ''
beforeAll(async () => {
  real = await mint('us-west-2')
})

const encode = (url: string) => `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`
const urlOf = (token: string) => Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString()
const decode = (token: string, options: Partial<DecodeOptions> = {}): Decoded =>
  decodeToken(token, {
    cluster: 'prod',
    allowedEndpoint: null,
    expirationTimestamp: null,
    now: Date.now(),
    ...options,
  })
const altered = (from: string | RegExp, to: string) => decode(encode(urlOf(real).replace(from, to)))
const why = (decoded: Decoded) => (decoded.kind === 'bad' ? decoded.problem.message : decoded.kind)

test('a token of the real aws is taken apart: who signed, where, when; never its signature', () => {
  const decoded = decode(real)
  expect(decoded).toMatchObject({
    kind: 'token',
    token: {
      to: { scheme: 'https', host: 'sts.us-west-2.amazonaws.com', port: null },
      partition: 'aws',
      facts: {
        host: 'sts.us-west-2.amazonaws.com',
        region: 'us-west-2',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        cluster: 'prod',
        temporary: false,
      },
    },
  })
  const facts = decoded.kind === 'token' ? decoded.token.facts : null
  expect(Math.abs((facts?.signedAt ?? 0) - Date.now())).toBeLessThan(60_000)
  expect((facts?.validUntil ?? 0) - (facts?.signedAt ?? 0)).toBe(15 * 60_000)
  expect(JSON.stringify(facts)).not.toMatch(/[0-9a-f]{64}/)
})

test('temporary keys, China and the global endpoint are understood', async () => {
  const temporary = decode(await mint('cn-north-1', { AWS_SESSION_TOKEN: 'a/session+token==' }))
  expect(temporary).toMatchObject({
    token: { partition: 'aws-cn', facts: { temporary: true, region: 'cn-north-1' } },
  })
  expect(decode(await mint('us-east-1', { AWS_STS_REGIONAL_ENDPOINTS: 'legacy' })).kind).toBe('token')
})

test('another provider’s token is foreign, not bad', () => {
  expect(decode('eyJhbGciOiJSUzI1NiJ9.e30.c2ln')).toEqual({ kind: 'foreign' })
  expect(decode('')).toEqual({ kind: 'foreign' })
})

describe('what a cluster’s authenticator refuses is refused here', () => {
  test('more than 4,096 bytes', () => {
    const long = real.padEnd(4_097, 'A')
    expect(why(decode(long))).toContain('4097 bytes')
  })

  test('padding, other alphabets, a second spelling of the same bytes', () => {
    expect(why(decode(`${real}=`))).toContain('base64url')
    expect(why(decode(`${real}+`))).toContain('base64url')
    expect(why(decode(`${real} `))).toContain('base64url')
    expect(why(decode('k8s-aws-v1.'))).toContain('base64url')
    const url = encode('https://sts.amazonaws.com/?a')
    const last = url.at(-1) === 'E' ? 'F' : 'E'
    expect(decode(url.slice(0, -1) + last).kind).toBe('bad')
  })

  test('another path', () => {
    expect(why(altered('amazonaws.com/?', 'amazonaws.com/x?'))).toContain('path')
    expect(altered('amazonaws.com/?', 'amazonaws.com?').kind).toBe('token')
  })

  test('userinfo, port, fragment', () => {
    for (const [from, to] of [
      ['https://', 'https://evil.example@'],
      ['https://', 'https://user:pass@'],
      ['amazonaws.com/', 'amazonaws.com:8443/'],
      ['amazonaws.com/', 'amazonaws.com:443/'],
      ['Action=', '#Action='],
    ] as const) {
      expect([from, to, altered(from, to).kind]).toEqual([from, to, 'bad'])
    }
  })

  test('an unknown parameter, one that occurs twice, in whatever case, or is not well encoded', () => {
    expect(why(altered('Action=', 'RoleArn=x&Action='))).toContain('RoleArn')
    expect(why(altered('Action=', 'Action=GetCallerIdentity&Action='))).toContain('twice')
    expect(why(altered('Action=', 'action=GetCallerIdentity&Action='))).toContain('twice')
    expect(why(altered('Version=', 'Version=%zz'))).toContain('encoded')
    expect(why(altered('Action=', '&Action='))).toContain('empty')
  })

  test('another action or version', () => {
    expect(why(altered('Action=GetCallerIdentity', 'Action=AssumeRole'))).toContain('action')
    expect(why(altered('Version=2011-06-15', 'Version=2012-01-01'))).toContain('version')
  })

  test('X-Amz-Expires that is none of 0 to 900', () => {
    for (const value of ['901', '-1', '', 'x', '1e2', '0060']) {
      expect([value, altered(/X-Amz-Expires=\d+/, `X-Amz-Expires=${value}`).kind]).toEqual([value, 'bad'])
    }
    for (const value of ['0', '900']) {
      expect(altered(/X-Amz-Expires=\d+/, `X-Amz-Expires=${value}`).kind).toBe('token')
    }
  })

  test('signed headers without the cluster’s name, or with one that cannot be replayed', () => {
    expect(why(altered('host%3Bx-k8s-aws-id', 'host'))).toContain('x-k8s-aws-id')
    expect(why(altered('host%3Bx-k8s-aws-id', 'x-k8s-aws-id'))).toContain('host is not signed')
    expect(why(altered('host%3Bx-k8s-aws-id', 'accept%3Bhost%3Bx-k8s-aws-id'))).toContain('accept')
  })

  test('no date, or a credential of another day', () => {
    expect(why(altered(/X-Amz-Date=\w+/, 'X-Amz-Date=20261331T000000Z'))).toContain('not a date')
    expect(why(altered(/X-Amz-Date=\w+/, 'X-Amz-Date=20010101T000000Z'))).toContain('different days')
  })

  test('older than 15 minutes', () => {
    expect(why(decode(real, { now: Date.now() + 16 * 60_000 }))).toContain('16 minutes ago')
  })
})

describe('where a token may be sent', () => {
  test('only AWS’s own STS hosts, by https', () => {
    for (const host of [
      'evil.example',
      'sts.us-west-2.amazonaws.com.evil.example',
      'xsts.us-west-2.amazonaws.com',
      '169.254.169.254',
      'localhost',
      'sts.s3.amazonaws.com',
    ]) {
      const decoded = altered('sts.us-west-2.amazonaws.com', host)
      expect([host, decoded.kind === 'bad' && decoded.problem.code]).toEqual([host, 'sts-host-not-allowed'])
    }
    expect(altered('https://', 'http://')).toMatchObject({ problem: { code: 'sts-host-not-allowed' } })
  })

  test('another host only if the user’s own AWS config or environment names exactly it', () => {
    const token = encode(urlOf(real).replace('sts.us-west-2.amazonaws.com', 'sts.corp.example:8443'))
    expect(decode(token, { allowedEndpoint: 'https://sts.corp.example:8443' }).kind).toBe('token')
    for (const allowedEndpoint of [
      'https://sts.corp.example',
      'http://sts.corp.example:8443',
      'https://sts.corp.example:8443/x',
      'nonsense',
      'https://corp.example:8443',
    ]) {
      expect(decode(token, { allowedEndpoint }).kind).toBe('bad')
    }
  })

  test('unencrypted only to this machine itself, and only if named', () => {
    const local = encode(urlOf(real).replace('https://sts.us-west-2.amazonaws.com', 'http://127.0.0.1:4566'))
    expect(decode(local).kind).toBe('bad')
    expect(decode(local, { allowedEndpoint: 'http://127.0.0.1:4566' }).kind).toBe('token')
    const far = encode(urlOf(real).replace('https://sts.us-west-2.amazonaws.com', 'http://10.0.0.7:4566'))
    expect(why(decode(far, { allowedEndpoint: 'http://10.0.0.7:4566' }))).toContain('unencrypted')
  })

  test('the list of hosts holds every partition’s forms and no neighbour', () => {
    const hosts: Readonly<Record<string, string | null>> = {
      'sts.amazonaws.com': 'aws',
      'sts.eu-central-1.amazonaws.com': 'aws',
      'sts-fips.us-east-1.amazonaws.com': 'aws',
      'sts.eu-west-1.api.aws': 'aws',
      'sts.us-gov-west-1.amazonaws.com': 'aws-us-gov',
      'sts.cn-northwest-1.amazonaws.com.cn': 'aws-cn',
      'sts.us-iso-east-1.c2s.ic.gov': 'aws-iso',
      'sts.us-isob-east-1.sc2s.sgov.gov': 'aws-iso-b',
      'sts.eu-isoe-west-1.cloud.adc-e.uk': 'aws-iso-e',
      'sts.us-isof-south-1.csp.hci.ic.gov': 'aws-iso-f',
      'sts.eusc-de-east-1.amazonaws.eu': 'aws-eusc',
      'sts.cn-north-1.amazonaws.com': null,
      'sts.eu-central-1.amazonaws.com.cn': null,
      'sts.s3.amazonaws.com': null,
      'sts.us-east-1.amazonaws.com.': null,
      'ec2.us-east-1.amazonaws.com': null,
      'sts.us-east-1.s3.amazonaws.com': null,
      'amazonaws.com': null,
    }
    for (const [host, partition] of Object.entries(hosts)) {
      expect([host, partitionOfStsHost(host)]).toEqual([host, partition])
    }
  })
})

test('whatever is thrown at it, decoding never throws, and never accepts what the URL parser reads differently', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'https://',
      'http://',
      'sts.amazonaws.com',
      '/',
      '?',
      '&',
      '@',
      '#',
      ':443',
      '\\',
      '%00',
      '%2f',
      'Action=GetCallerIdentity',
      'Version=2011-06-15',
      ';',
      '=',
      '..',
    ),
    fc.string({ maxLength: 12 }),
  )
  const url = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''))
  const mutated = fc.tuple(fc.nat(2_000), fc.string({ maxLength: 3 }), fc.nat(3)).map(([at, insert, cut]) => {
    const text = urlOf(real)
    const place = at % text.length
    return text.slice(0, place) + insert + text.slice(place + cut)
  })
  fc.assert(
    fc.property(fc.oneof(url, mutated), (text) => {
      const decoded = decode(encode(text))
      if (decoded.kind !== 'token') return
      const parsed = new URL(Buffer.from(text).toString('latin1'))
      expect(parsed.origin).toBe(`${decoded.token.to.scheme}://${decoded.token.to.host}`)
      expect(partitionOfStsHost(parsed.hostname)).not.toBeNull()
      expect([parsed.username, parsed.password, parsed.hash, parsed.pathname]).toEqual(['', '', '', '/'])
      expect(Object.fromEntries(decoded.token.query).Action).toBe('GetCallerIdentity')
    }),
    { numRuns: full ? 50_000 : 800 },
  )
})
