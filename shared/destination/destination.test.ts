import { expect, test } from 'vitest'
import { addressKey, addressText, destinationOf, hostAndPort, serverNameOf } from './destination'

const cluster = (
  server: string | null,
  proxyUrl: string | null = null,
  tlsServerName: string | null = null,
) => destinationOf({ server, proxyUrl, tlsServerName })

test('of a cluster entry the first thing that leads nowhere is said', () => {
  const said = (...args: Parameters<typeof cluster>) => {
    const found = cluster(...args)
    return found.ok ? null : found.fault.message
  }
  expect(said('https://a.example', 'http://proxy:3128', 'b.example')).toBeNull()
  expect(said(null)).toBe('The server of the cluster entry is missing, and kubectl goes to localhost:8080.')
  expect(said('https:///a')).toBe('The server of the cluster entry names no host: kubectl refuses it.')
  expect(said('https://a.example', 'proxy')).toBe(
    'The proxy-url of the cluster entry does not begin with a scheme that kubectl knows: kubectl refuses it.',
  )
  expect(said('https://a.example', '', '\u0430.example')).toBe(
    'The tls-server-name of the cluster entry is a name that no certificate can have: nothing is sent.',
  )
})

test('an address is told as it is dialled, its user and password by whatever stands for them', () => {
  const found = cluster('HTTPS://me:pw@B\u00fccher.example:0443/x/../y')
  if (!found.ok) throw new Error(found.fault.message)
  const { server } = found.value
  expect(addressText(server, '***')).toBe('https://***@xn--bcher-kva.example:443/y')
  expect(addressText(server, null)).toBe('https://xn--bcher-kva.example:443/y')
  expect(hostAndPort(server)).toBe('xn--bcher-kva.example:443')
  const ip = cluster('https://[fe80::1%25eth0]')
  expect(ip.ok && [hostAndPort(ip.value.server), addressText(ip.value.server, null)]).toEqual([
    '[fe80::1%eth0]:443',
    'https://[fe80::1%25eth0]',
  ])
})

test('two spellings of one destination are the same one', () => {
  const key = (text: string) => {
    const found = cluster(text)
    return found.ok ? addressKey(found.value.server) : text
  }
  expect(key('https://A.example:443/')).toBe(key('https://a.EXAMPLE'))
  expect(key('https://a.example/x')).not.toBe(key('https://a.example'))
  expect(key('https://me@a.example')).not.toBe(key('https://a.example'))
})

test('a tls-server-name is a name or an address that a certificate can have', () => {
  expect(serverNameOf('kubernetes.default.')).toBe('kubernetes.default')
  expect(serverNameOf('10.0.0.1')).toBe('10.0.0.1')
  expect(serverNameOf('[::1]')).toBe('::1')
  for (const text of ['a b', '\u0430bc.example', 'a..b', '-a', 'a/b', '*.a', '[a]', 'x:y', 'a\n', '.'])
    expect([text, serverNameOf(text)]).toEqual([text, null])
})
