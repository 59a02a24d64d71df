/**
 * Which proxy a request goes through. Two rules, those of the two programs that would send it: to a cluster as Go's net/http
 * does (golang.org/x/net/http/httpproxy), to AWS as botocore does (urllib's getproxies). No I/O.
 */
import { BlockList, isIP } from 'node:net'
import {
  defaultPorts,
  type Endpoint,
  type Parsed,
  parseProxyVariable,
} from '../../shared/destination/address'
import { portOf } from '../../shared/destination/destination'

type Variables = Readonly<Record<string, string>>

/**
 * As Go does: HTTPS_PROXY, upper case first; NO_PROXY; never for localhost and loopback addresses. Requests over http: go to this
 * machine, and no proxy is to see them.
 */
export function goProxyFor(target: Endpoint, variables: Variables): Parsed | null {
  const proxy = variables.HTTPS_PROXY || variables.https_proxy || ''
  if (proxy === '' || target.scheme !== 'https') return null
  if (goBypasses(target, variables.NO_PROXY || variables.no_proxy || '')) return null
  return parseProxyVariable(proxy)
}

function goBypasses(target: Endpoint, noProxy: string): boolean {
  const host = target.host.toLowerCase()
  const port = String(portOf(target))
  if (host === 'localhost' || isLoopback(host)) return true
  for (const entry of noProxy.split(',')) {
    const rule = entry.trim().toLowerCase()
    if (rule === '') continue
    if (rule === '*') return true
    if (rule.includes('/')) {
      if (inSubnet(host, rule)) return true
      continue
    }
    const [name, wantedPort] = splitPort(rule)
    if (wantedPort !== null && wantedPort !== port) continue
    if (isIP(name) !== 0) {
      if (inSubnet(host, `${name}/${bitsOf[isIP(name)]}`)) return true
      continue
    }
    const domain = name.startsWith('*.') ? name.slice(1) : name
    // `.example.com` means subdomains only, `example.com` the domain and its subdomains.
    if (domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`))
      return true
  }
  return false
}

/** botocore's: https_proxy, lower case first; no_proxy by name endings only, no CIDR, `*` for all; of http: as above. */
export function botocoreProxyFor(target: Endpoint, variables: Variables): Parsed | null {
  const proxy = variables.https_proxy ?? variables.HTTPS_PROXY ?? ''
  if (proxy === '' || target.scheme !== 'https') return null
  const noProxy = (variables.no_proxy ?? variables.NO_PROXY ?? '').trim()
  if (noProxy === '*') return null
  const host = target.host.toLowerCase()
  const withPort = portOf(target) === defaultPorts[target.scheme] ? host : `${host}:${target.port}`
  for (const entry of noProxy.split(',')) {
    const rule = entry.trim().replace(/^\.+/, '').toLowerCase()
    if (rule === '') continue
    for (const candidate of [host, withPort]) {
      if (candidate === rule || candidate.endsWith(`.${rule}`)) return null
    }
  }
  return parseProxyVariable(proxy.startsWith('//') ? proxy.slice(2) : proxy)
}

function splitPort(rule: string): readonly [string, string | null] {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(rule)
  if (bracketed) return [bracketed[1] ?? '', bracketed[2] ?? null]
  if (isIP(rule) !== 0) return [rule, null]
  const found = /^(.*):(\d+)$/.exec(rule)
  return found ? [found[1] ?? '', found[2] ?? null] : [rule, null]
}

const isLoopback = (host: string): boolean => /^(?:::1$|127\.)/.test(host) && isIP(host) !== 0

const bitsOf: Readonly<Record<number, number>> = { 4: 32, 6: 128 }

function inSubnet(host: string, rule: string): boolean {
  const [address = '', bits = ''] = rule.split('/')
  const family = isIP(address)
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (bitsOf[family] ?? 0)) return false
  const list = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(address, Number(bits), kind)
  return list.check(host, kind)
}
