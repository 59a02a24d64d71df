import { describe, expect, test } from 'vitest'
import type { Parsed } from '../../shared/destination/address'
import { addressText } from '../../shared/destination/destination'
import { addressOf } from '../../shared/testing/address'
import { botocoreProxyFor, goProxyFor } from './proxies'

const proxy = 'http://proxy:3128'
const said = (parsed: Parsed | null) => parsed && (parsed.ok ? addressText(parsed.value, null) : parsed.fault)
const go = (target: string, noProxy: string) =>
  goProxyFor(addressOf(target), { HTTPS_PROXY: proxy, NO_PROXY: noProxy }) === null
const botocore = (target: string, noProxy: string) =>
  botocoreProxyFor(addressOf(target), { https_proxy: proxy, no_proxy: noProxy }) === null

describe('to a cluster, as Go does', () => {
  test('HTTPS_PROXY counts, upper case before lower, http:// if it says no scheme', () => {
    const target = addressOf('https://cluster.example')
    expect(said(goProxyFor(target, {}))).toBeNull()
    expect(said(goProxyFor(target, { https_proxy: 'http://low:1' }))).toBe('http://low:1')
    expect(said(goProxyFor(target, { HTTPS_PROXY: 'http://up:1', https_proxy: 'http://low:1' }))).toBe(
      'http://up:1',
    )
    expect(said(goProxyFor(target, { HTTPS_PROXY: 'up:1' }))).toBe('http://up:1')
    expect(said(goProxyFor(target, { HTTPS_PROXY: 'socks5://up:1' }))).toBe('socks5://up:1')
    expect(said(goProxyFor(target, { HTTP_PROXY: 'http://plain:1', ALL_PROXY: 'http://all:1' }))).toBeNull()
  })

  test('NO_PROXY counts, upper case before lower', () => {
    const through = (variables: Readonly<Record<string, string>>) =>
      goProxyFor(addressOf('https://a.example'), { HTTPS_PROXY: proxy, ...variables }) !== null
    expect(through({ no_proxy: 'a.example' })).toBe(false)
    expect(through({ NO_PROXY: 'a.example', no_proxy: 'b.example' })).toBe(false)
    expect(through({ NO_PROXY: 'b.example', no_proxy: 'a.example' })).toBe(true)
  })

  test('no proxy sees what goes over http:, which is to this machine', () => {
    const [target, all] = [addressOf('http://asked.example'), 'http://all:1']
    const variables = {
      HTTP_PROXY: all,
      http_proxy: all,
      HTTPS_PROXY: all,
      https_proxy: all,
      REQUEST_METHOD: 'GET',
    }
    expect([goProxyFor(target, variables), botocoreProxyFor(target, variables)]).toEqual([null, null])
  })

  test('this machine is never asked through a proxy', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]'])
      expect(go(`https://${host}:6443`, '')).toBe(true)
    expect(go('https://128.0.0.1', '')).toBe(false)
  })

  test('NO_PROXY: names with their subdomains, dots for subdomains alone, ports, addresses, CIDR, *', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['https://eks.example.com', 'example.com', true],
      ['https://example.com', 'example.com', true],
      ['https://notexample.com', 'example.com', false],
      ['https://eks.example.com', '.example.com', true],
      ['https://example.com', '.example.com', false],
      ['https://eks.example.com', '*.example.com', true],
      ['https://EKS.Example.com', 'example.COM', true],
      ['https://eks.example.com:8443', 'example.com:8443', true],
      ['https://eks.example.com', 'example.com:8443', false],
      ['https://eks.example.com', 'example.com:443', true],
      ['https://10.1.2.3', '10.0.0.0/8', true],
      ['https://11.1.2.3', '10.0.0.0/8', false],
      ['https://10.1.2.3:6443', '10.1.2.3', true],
      ['https://10.1.2.3:6443', '10.1.2.3:443', false],
      ['https://[fd00::1]', 'fd00::/8', true],
      ['https://[fd00::1]', 'fd00:0::1', true],
      ['https://anything', '*', true],
      ['https://eks.example.com', ' a.b , example.com ', true],
      ['https://eks.example.com', '10.0.0.0/99,,', false],
    ]
    for (const [target, noProxy, bypassed] of cases)
      expect([target, noProxy, go(target, noProxy)]).toEqual([target, noProxy, bypassed])
  })
})

describe('to AWS, as botocore does', () => {
  test('https_proxy counts, lower case before upper; http:// if it says no scheme', () => {
    const target = addressOf('https://sts.eu-west-1.amazonaws.com')
    expect(said(botocoreProxyFor(target, { HTTPS_PROXY: 'http://up:1' }))).toBe('http://up:1')
    expect(said(botocoreProxyFor(target, { HTTPS_PROXY: 'http://up:1', https_proxy: 'low:1' }))).toBe(
      'http://low:1',
    )
    expect(said(botocoreProxyFor(target, { https_proxy: '//low:1' }))).toBe('http://low:1')
    expect(said(botocoreProxyFor(target, { https_proxy: '' }))).toBeNull()
  })

  test('no_proxy counts, lower case before upper', () => {
    const through = (variables: Readonly<Record<string, string>>) =>
      botocoreProxyFor(addressOf('https://a.example'), { https_proxy: proxy, ...variables }) !== null
    expect(through({ NO_PROXY: 'a.example' })).toBe(false)
    expect(through({ no_proxy: 'a.example', NO_PROXY: 'b.example' })).toBe(false)
    expect(through({ no_proxy: 'b.example', NO_PROXY: 'a.example' })).toBe(true)
  })

  test('no_proxy goes by name endings only: no CIDR, a leading dot means nothing', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['https://sts.amazonaws.com', 'amazonaws.com', true],
      ['https://sts.amazonaws.com', '.amazonaws.com', true],
      ['https://amazonaws.com', '.amazonaws.com', true],
      ['https://xamazonaws.com', 'amazonaws.com', false],
      ['https://10.1.2.3', '10.0.0.0/8', false],
      ['https://10.1.2.3', '10.1.2.3', true],
      ['https://10.1.2.3:8443', '10.1.2.3:8443', true],
      ['https://sts.amazonaws.com', '*', true],
      ['https://localhost', '', false],
    ]
    for (const [target, noProxy, bypassed] of cases)
      expect([target, noProxy, botocore(target, noProxy)]).toEqual([target, noProxy, bypassed])
  })

  test('judged by the real urllib, which botocore asks', async () => {
    const { spawnSync } = await import('node:child_process')
    const hosts = [
      'sts.amazonaws.com',
      'amazonaws.com',
      'xamazonaws.com',
      '10.1.2.3',
      'a.b.c',
      'localhost',
      '127.0.0.1',
    ]
    const rules = [
      '',
      'amazonaws.com',
      '.amazonaws.com',
      '..amazonaws.com',
      '*',
      '*.com',
      'com',
      '10.0.0.0/8',
      '10.1.2.3',
      ' b.c ',
      'AMAZONAWS.COM',
      'sts.amazonaws.com:443',
      'x,,a.b.c',
    ]
    const script = `import sys, json
from urllib.request import proxy_bypass_environment
print(json.dumps([[proxy_bypass_environment(h, {"no": r}) and True or False for h in ${JSON.stringify(hosts)}] for r in ${JSON.stringify(rules)}]))`
    const { stdout } = spawnSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8', env: {} })
    const ours = rules.map((rule) => hosts.map((host) => botocore(`https://${host}`, rule)))
    expect(ours).toEqual(JSON.parse(stdout))
  })
})
