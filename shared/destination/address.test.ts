/** What kubectl made of each address is recorded; destination.oracle.test.ts asks it again. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Address, type Parsed, parseProxy, parseProxyVariable, parseServer, stricter } from './address'
import { addressText, portOf } from './destination'
import { lettersOf, shownHost } from './host'
import answers from './kubectl-answers.json'

/** The bytes that escapes stand for, in base64. */
const basic = (text: string): string =>
  Buffer.from(
    text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  ).toString('base64')

/** As the recorded answers have it. */
function said(address: Address): string {
  const { login, scheme } = address
  const to = addressText({ ...address, port: portOf(address), path: address.path.replace(/\/$/, '') }, null)
  const sends =
    login !== null
      ? `Basic ${basic(`${login.user}:${login.password ?? ''}`)}`
      : scheme === 'https'
        ? 'token'
        : 'nothing'
  // A proxy is told the zone as it is; in the text of an address it is escaped.
  return `${to.replace('%25', '%')} ${sends}`
}

test('each address leads where each kubectl from 1.20 on goes, or nowhere', () => {
  expect(answers.length).toBeGreaterThan(180)
  for (const { address, kubectl } of answers) {
    const parsed = parseServer(address)
    const all = typeof kubectl === 'object' && kubectl !== null ? Object.values(kubectl) : [kubectl]
    const been = new Set(all.filter((one) => one !== null))
    if (parsed.ok) expect([address, [...been]]).toEqual([address, [said(parsed.value)]])
    else if (!stricter.has(parsed.fault)) expect([address, [...been]]).toEqual([address, []])
  }
})

const why = (parsed: Parsed) => (parsed.ok ? null : parsed.fault)

test('what is refused says why', () => {
  const cases: readonly (readonly [string, ReturnType<typeof why>])[] = [
    ['https://a.example\t', 'control'],
    ['ftp://a.example', 'scheme'],
    ['https:///a.example', 'host'],
    ['https://:443', 'port-alone'],
    ['https://:', 'host'],
    ['a.example/x', 'path'],
    ['https://a\\b@a.example', 'login'],
    ['https://a.example/%zz', 'escape'],
    ['https://a b.example', 'host-character'],
    ['https://a..example', 'host-name'],
    ['https://0x7f.1', 'number'],
    ['https://stra\u00dfe.example', 'letters'],
    ['https://[a.example]', 'bracket'],
    ['https://::1', 'colons'],
    ['https://a.example:x', 'port'],
    ['https://a.example:65536', 'port-range'],
  ]
  expect(cases.map(([text]) => [text, why(parseServer(text))])).toEqual(cases)
})

test('a proxy-url needs its scheme, and the environment takes a proxy without one', () => {
  for (const scheme of ['http', 'https', 'socks5']) expect(why(parseProxy(`${scheme}://proxy:1`))).toBeNull()
  for (const text of ['proxy:3128', 'socks5h://proxy:1', 'socks4://proxy', 'socks5:proxy', '//proxy'])
    expect([text, why(parseProxy(text))]).toEqual([text, 'scheme'])
  expect(why(parseProxy('http:///x'))).toBe('host')
  const bare = parseProxyVariable('me:pw@proxy:3128')
  expect(bare.ok && [bare.value.scheme, bare.value.login, bare.value.host, bare.value.port]).toEqual([
    'http',
    { user: 'me', password: 'pw' },
    'proxy',
    3128,
  ])
  expect(why(parseProxyVariable('socks5h://proxy'))).toBeNull()
})

test('the letters of a host come back from what is dialled', () => {
  const host = fc
    .array(fc.constantFrom('а', 'б', 'b', 'c', 'ü', 'é', '日', '本', 'α', '9', 'ก', '한'), {
      minLength: 1,
      maxLength: 12,
    })
    .map((letters) => `x${letters.join('')}.example`.normalize('NFC'))
  fc.assert(
    fc.property(host, (letters) => {
      const parsed = parseServer(`https://${letters}`)
      if (!parsed.ok) throw new Error(parsed.fault)
      const { host: dialled } = parsed.value
      expect(dialled).toMatch(/^[a-z0-9.-]+$/)
      expect(lettersOf(dialled) ?? dialled).toBe(letters)
    }),
  )
  expect(lettersOf('xn--zzzzzzzzzzzz.example')).toBe('xn--zzzzzzzzzzzz.example')
})

test('a host is shown as it is dialled, its letters beside it', () => {
  expect(shownHost('Corp.awsapps.com')).toBe('Corp.awsapps.com')
  expect(shownHost('xn--mazonaws-06g.com:8443')).toBe(
    'xn--mazonaws-06g.com:8443 (in letters: \u0430mazonaws.com:8443)',
  )
})

test('where user, password and host stand in the text is known', () => {
  const text = 'https://us:p%40w@b\u00fccher.example:1/x@y'
  const parsed = parseServer(text)
  if (!parsed.ok) throw new Error(parsed.fault)
  const { loginAt, hostAt } = parsed.value
  expect(loginAt && text.slice(loginAt.start, loginAt.end)).toBe('us:p%40w')
  expect(text.slice(hostAt.start, hostAt.end)).toBe('b\u00fccher.example')
})
