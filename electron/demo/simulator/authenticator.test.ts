import { describe, expect, test } from 'vitest'
import { presignedToken } from '../../aws/token/signature'
import { checkToken, type TokenRules } from './authenticator'

const now = Date.parse('2025-03-01T12:00:00Z')
const minute = 60_000
const rules: TokenRules = { partition: 'aws', clusterId: 'prod', ownStsHost: '127.0.0.1:4000', now }

function tokenFor(endpoint: string, at = now): string {
  return presignedToken(
    { accessKeyId: 'AKIAALICEALICE000001', secretAccessKey: 'secret' },
    { origin: endpoint, region: 'eu-west-1', cluster: 'prod', now: at },
  )
}
const encode = (url: string): string => `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`
const urlOf = (token: string): string => Buffer.from(token.slice(11), 'base64url').toString()
const good = tokenFor('https://sts.eu-west-1.amazonaws.com')
const goodUrl = urlOf(good)
const reason = (token: string, more: Partial<TokenRules> = {}): string => {
  const checked = checkToken(token, { ...rules, ...more })
  return checked.ok ? 'accepted' : checked.reason
}

describe('a token is accepted', () => {
  test('from the regional, global, FIPS and dual-stack STS hosts, and from the simulator itself', () => {
    for (const host of [
      'https://sts.eu-west-1.amazonaws.com',
      'https://sts.amazonaws.com',
      'https://sts-fips.us-east-1.amazonaws.com',
      'https://sts.eu-west-1.api.aws',
      'http://127.0.0.1:4000',
    ]) {
      expect(reason(tokenFor(host)), host).toBe('accepted')
    }
    expect(reason(tokenFor('https://sts.cn-north-1.amazonaws.com.cn'), { partition: 'aws-cn' })).toBe(
      'accepted',
    )
  })

  test('up to 15 minutes after its date, whatever X-Amz-Expires says', () => {
    expect(reason(tokenFor('https://sts.amazonaws.com', now - 15 * minute))).toBe('accepted')
    expect(reason(tokenFor('https://sts.amazonaws.com', now - 15 * minute - 1000))).toContain(
      'a token lives 15',
    )
  })

  test('and its request is asked with this cluster’s id, not with one that the token could bring', () => {
    const checked = checkToken(good, rules)
    expect(checked.ok && checked.request.headers).toEqual({
      host: 'sts.eu-west-1.amazonaws.com',
      'x-k8s-aws-id': 'prod',
      accept: 'application/json',
    })
  })
})

describe('a token is refused', () => {
  test.each([
    ['without the prefix', good.replace('k8s-aws-v1.', 'k8s-aws-v2.'), 'prefix'],
    ['with padding', `${good}=`, 'base64'],
    ['in the other base64 alphabet', `${good}+`, 'base64'],
    ['over 4,096 bytes', encode(`${goodUrl}${'x'.repeat(4096)}`), 'bytes long'],
    ['that is no URL', encode('not a url'), 'not a plain URL'],
    ['over plain http', encode(goodUrl.replace('https:', 'http:')), 'not an STS endpoint'],
    ['for another loopback port', tokenFor('http://127.0.0.1:4001'), 'not an STS endpoint'],
    [
      'for a host that is not STS',
      tokenFor('https://sts.eu-west-1.amazonaws.com.evil.example'),
      'not an STS',
    ],
    ['for another partition’s STS', tokenFor('https://sts.cn-north-1.amazonaws.com.cn'), 'hostname'],
    ['with a port', tokenFor('https://sts.amazonaws.com:8443'), 'not an STS endpoint'],
    ['with a path', encode(goodUrl.replace('/?', '/x?')), 'path'],
    ['with a user', encode(goodUrl.replace('https://', 'https://a:b@')), 'not a plain URL'],
    ['with a parameter that is not listed', encode(`${goodUrl}&X-Evil=1`), 'no verifier takes'],
    ['with a parameter twice', encode(`${goodUrl}&Action=GetCallerIdentity`), 'occurs twice'],
    ['with a parameter twice in another case', encode(`${goodUrl}&action=GetCallerIdentity`), 'occurs twice'],
    ['for another action', encode(goodUrl.replace('GetCallerIdentity', 'AssumeRole')), 'action'],
    ['without the signed cluster header', encode(goodUrl.replace('%3Bx-k8s-aws-id', '')), 'x-k8s-aws-id'],
    ['that would live over 900 s', encode(goodUrl.replace('Expires=60', 'Expires=901')), 'X-Amz-Expires'],
    ['with a negative life', encode(goodUrl.replace('Expires=60', 'Expires=-1')), 'X-Amz-Expires'],
    ['without a date', encode(goodUrl.replace(/X-Amz-Date=[^&]+/, 'X-Amz-Date=now')), 'X-Amz-Date'],
  ])('%s', (_what, token, expected) => {
    expect(reason(token)).toContain(expected)
  })
})
