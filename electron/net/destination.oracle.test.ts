/** Where real kubectls go, and what they show there: judged address by address, generated ones too. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Address, parseServer, stricter } from '../../shared/destination/address'
import { hostAndPort } from '../../shared/destination/destination'
import answers from '../../shared/destination/kubectl-answers.json'
import {
  maskAddress,
  parseShown,
  publicAddress,
  refusedAddress,
  wholeAddress,
} from '../../shared/kubeconfig/secrets'
import { full } from '../../shared/testing/counts'
import { createClusterCertificates } from '../demo/simulator/certificates'
import { type AddressJudge, startAddressJudge, type Went } from '../testing/address-judge'
import { kubectlJudges, olderKubectls } from '../testing/kubectl-judges'
import { runProgram } from '../testing/real-programs'
import { basicOf } from './basic'

let folder: string
let judge: AddressJudge
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'addresses-'))
  judge = await startAddressJudge(folder, (await createClusterCertificates('any.example', Date.now())).server)
})
afterAll(async () => {
  await judge.close()
  await rm(folder, { recursive: true })
})

/** Where the value says that kubectl goes; null: nowhere. `stricter`: a kubectl may go there all the same. */
function expected(text: string): Omit<Went, 'serverName'> | 'stricter' | null {
  // Without an address kubectl goes there, which is no cluster that the file names.
  if (text === '') return { to: 'http://localhost:8080', path: '', authorization: null }
  const parsed = parseServer(text)
  if (!parsed.ok) return stricter.has(parsed.fault) ? 'stricter' : null
  const { scheme, login, path } = parsed.value
  const authorization = login !== null ? basicOf(login) : scheme === 'https' ? 'Bearer TOKEN' : null
  // A proxy gets the whole address of plain http, out of which Go takes the zone (RFC 6874); it dials with it where there is none.
  const at = scheme === 'http' ? hostAndPort(parsed.value).replace(/%[^\]]*/, '') : hostAndPort(parsed.value)
  return { to: `${scheme}://${at}`, path: path.replace(/\/$/, ''), authorization }
}

/** What is shown and what is exported of an address lead where it leads itself. */
function saysTheSame(text: string): void {
  const parsed = parseServer(text)
  if (!parsed.ok) {
    // A mask would be a name to look up.
    expect([text, refusedAddress]).toContain(publicAddress(text, parseServer))
    return
  }
  const place = ({ scheme, host, port, path }: Address) => [scheme, host.toLowerCase(), port, path]
  const [shown, whole, exported] = [
    parseShown(maskAddress(text)),
    parseServer(wholeAddress(text)),
    parseServer(publicAddress(text, parseServer)),
  ]
  const places = [shown, whole, exported].map((one) => (one.ok ? place(one.value) : one.fault))
  expect([text, ...places]).toEqual([text, ...Array(3).fill(place(parsed.value))])
  expect(exported.ok && exported.value.login).toBeNull()
}

async function agrees(kubectl: string, text: string): Promise<void> {
  const ours = expected(text)
  saysTheSame(text)
  if (ours === 'stricter') return
  const went = await judge.ask(kubectl, text)
  expect([text, went && { to: went.to, path: went.path, authorization: went.authorization }]).toEqual([
    text,
    ours,
  ])
}

const letter = fc.constantFrom(...'abAB019-._~ !"#$%&\'()*+,/:;<=>?@[\\]^`{|}\t\u0000\u007f')
const beyond = fc.constantFrom(...'éüа日。․．ßאΣ١Ⅷ／＠≠\u00ad\u200d\u0301')
const escaped = fc.constantFrom(
  '%20',
  '%2f',
  '%40',
  '%41',
  '%C3%A9',
  '%25',
  '%zz',
  '%2e%2e',
  '%ff',
  'xn--bcher-kva',
)
const word = fc
  .array(fc.oneof({ weight: 6, arbitrary: letter }, beyond, escaped), { maxLength: 6 })
  .map((parts) => parts.join(''))
const host = fc.oneof(
  fc.constantFrom(
    'a.example',
    'EKS.amazonaws.com',
    '10.0.0.1',
    '[::1]',
    '[fe80::1%25eth0]',
    'b\u00fccher.example',
    'localhost',
  ),
  word.map((middle) => `h${middle}.example`),
  word,
)
/** Mostly something that kubectl dials, with one part or two that may be anything. */
const address = fc
  .record({
    scheme: fc.oneof(
      { weight: 5, arbitrary: fc.constant('https://') },
      fc.constantFrom(
        'http://',
        'HTTPS://',
        '',
        'https:',
        'https:/',
        'https:///',
        'ftp://',
        '//',
        'https:\\\\',
        ' https://',
      ),
    ),
    login: fc.oneof(
      { weight: 2, arbitrary: fc.constant('') },
      word.map((one) => `${one}@`),
      fc.tuple(word, word).map(([user, password]) => `${user}:${password}@`),
    ),
    host,
    port: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      fc.constantFrom(':443', ':6443', ':', ':08443', ':x', ':4 4'),
    ),
    path: fc.oneof(
      { weight: 2, arbitrary: fc.constant('') },
      word.map((one) => `/${one}`),
      fc.tuple(word, word).map(([one, two]) => `/${one}/../${two}/`),
    ),
    rest: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      word.map((one) => `?${one}`),
      word.map((one) => `#${one}`),
    ),
  })
  .map(({ scheme, login, host, port, path, rest }) => `${scheme}${login}${host}${port}${path}${rest}`)

test('what is shown, and what is exported, leads where the address leads', () => {
  for (const { address: text } of answers) saysTheSame(text)
  fc.assert(fc.property(address, saysTheSame), { numRuns: full ? 200_000 : 5_000 })
})

/** Of the recorded addresses the quick run asks each kubectl some again, and for some generated ones. */
const judges = [
  ...kubectlJudges.map((one, index) => ({
    ...one,
    every: full ? 1 : 12,
    from: index * 5,
    runs: full ? 1_500 : 12,
  })),
  ...olderKubectls.map((one) => ({ ...one, every: 1, from: 0, runs: 1_500 })),
]

describe.each(judges)('$name goes', ({ program, here, every, from, runs }) => {
  test.skipIf(!here)('where its recorded answers say', async () => {
    for (const { address: text } of answers.filter((_, index) => index % every === from))
      await agrees(program, text)
  })

  test.skipIf(!here)('nowhere by what stands in the place of an address that leads nowhere', async () => {
    expect(await judge.ask(program, refusedAddress)).toBeNull()
    for (const cluster of [
      { server: refusedAddress },
      { server: 'https://127.0.0.1:1', 'proxy-url': refusedAddress },
    ]) {
      const file = join(folder, 'refused.json')
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'c',
        clusters: [{ name: 'c', cluster }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        users: [{ name: 'u', user: { token: 'TOKEN' } }],
      }
      await writeFile(file, JSON.stringify(config))
      const env = { HOME: folder, PATH: '/usr/bin:/bin' }
      const { stderr } = await runProgram(program, ['--kubeconfig', file, 'get', '--raw', '/version'], env)
      expect(stderr).toMatch(/invalid URL escape "%"|could not parse: https:\/\/%/)
    }
  })

  test.skipIf(!here)('where the value says, for any address', async () => {
    let dialled = 0
    await agrees(program, '')
    await fc.assert(
      fc.asyncProperty(address, async (text) => {
        if (expected(text) !== null) dialled++
        await agrees(program, text)
      }),
      { numRuns: runs },
    )
    expect(dialled).toBeGreaterThan(runs / 10)
  })
})
