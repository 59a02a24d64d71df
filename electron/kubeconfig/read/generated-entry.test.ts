/** What is read in one step is what the full parser reads; anything else is left to it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { laidOut, layouts } from '../../testing/usual-fleet'
import { type KubeconfigDocument, readDocument } from './document'
import { scan } from './line-scanner'

const file = '/home/dev/.kube/config'

/** Words that stand in usual entries, and some that only seem to. */
const word = fc.constantFrom(
  ...[
    'prod',
    'fleet-12',
    'team_a',
    'eu-west-1',
    'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
    'a/b@c=d',
  ],
  ...[
    'json',
    'true',
    'No',
    'null',
    '12',
    '0x1f',
    '1e3',
    '1_000',
    'n',
    '-x',
    '--profile',
    '~',
    '$HOME',
    '=',
    'a:',
  ],
  ...[
    '.inf',
    '',
    'a b',
    'a #b',
    '#a',
    '"a"',
    "'a'",
    '&a',
    '*a',
    '!a',
    '[a]',
    '{a}',
    '|',
    'é',
    '名',
    '\u0141x',
  ],
)
const usually = <T>(arbitrary: fc.Arbitrary<T>, one: T) =>
  fc.oneof({ arbitrary: fc.constant(one), weight: 60 }, { arbitrary, weight: 1 })
const data = fc.oneof(
  {
    arbitrary: fc
      .uint8Array({ minLength: 6, maxLength: 60 })
      .map((bytes) => Buffer.from(bytes).toString('base64')),
    weight: 60,
  },
  {
    arbitrary: fc.constantFrom(
      '12345678',
      'AAAA',
      'QUJDRA==x',
      'QUJD=RA=',
      'QUJDRA=',
      'QUJD\u0141kRA',
      'true',
      '0x12345A',
    ),
    weight: 1,
  },
)
const cluster = fc
  .tuple(
    data,
    usually(word, 'https://a.example'),
    fc.option(usually(word, 'tls.example')),
    usually(word, 'OWN'),
  )
  .map(([ca, server, tls, name]) =>
    [
      `- cluster:\n    certificate-authority-data: ${ca}\n    server: ${server}\n`,
      tls === null ? '' : `    tls-server-name: ${tls}\n`,
      `  name: ${name}\n`,
    ].join(''),
  )
const context = fc
  .tuple(
    usually(word, 'prod'),
    fc.option(usually(word, 'team')),
    usually(word, 'admin'),
    usually(word, 'OWN'),
  )
  .map(([of, namespace, user, name]) =>
    [
      `- context:\n    cluster: ${of}\n`,
      namespace === null ? '' : `    namespace: ${namespace}\n`,
      `    user: ${user}\n  name: ${name}\n`,
    ].join(''),
  )
const args = fc
  .tuple(
    usually(word, 'eu-west-1'),
    usually(
      fc.constantFrom('--cluster-name', '-i', '--cluster-id', '--cluster-name\n      - --cluster-id'),
      '--cluster-name',
    ),
    usually(word, 'prod').chain((one) => fc.constantFrom(one, 'stage', 'one-longer')),
    fc.constantFrom<readonly string[]>([], ['--output', 'json'], ['--role-arn', 'arn:aws:iam::1:role/x']),
  )
  .map(([region, flag, name, rest]) => ['--region', region, 'eks', 'get-token', flag, name, ...rest])
const user = fc
  .tuple(
    usually(word, 'OWN'),
    usually(word, 'client.authentication.k8s.io/v1beta1'),
    args,
    usually(fc.constantFrom('aws-iam-authenticator', 'aws-vault', 'true', './aws'), 'aws'),
    fc.constantFrom('', '      env: null\n', '      env:\n      - name: AWS_PROFILE\n        value: prod\n'),
    fc.constantFrom(
      '',
      '',
      '      interactiveMode: IfAvailable\n      provideClusterInfo: false\n',
      '      provideClusterInfo: true\n',
    ),
  )
  .map(([name, version, words, command, env, rest]) =>
    [
      `- name: ${name}\n  user:\n    exec:\n      apiVersion: ${version}\n      args:\n`,
      ...words.map((one) => `      - ${one}\n`),
      `      command: ${command}\n${env}${rest}`,
    ].join(''),
  )

/** Each of another name, but for those that were given one. */
const list = (key: string, entries: readonly string[]) =>
  entries.length === 0
    ? ''
    : `${key}:\n${entries.map((entry, at) => entry.replace('name: OWN', `name: ${key}-${at}`)).join('')}`

/** Lists as kubectl, aws and people write them, in which something may have happened to one character or line. */
const text = fc
  .tuple(
    fc.array(cluster, { maxLength: 4 }),
    fc.array(context, { maxLength: 4 }),
    fc.array(user, { maxLength: 7 }),
    fc.option(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          ...['', ' ', '\n', '#', '"', ':', '- ', '\t', '  x: y\n', 'é', '\r', '\r\n', '  - '],
          ...['# é\n', '  # x\n', '      # x\n# y\n', '# x\n\n', '#\n    namespace: x\n', '#\u0085\n'],
        ),
      ),
      { freq: 3 },
    ),
    fc.boolean(),
    fc.constantFrom(...layouts),
  )
  .map(([clusters, contexts, users, mark, ends, layout]) => {
    const plain = `apiVersion: v1\n${list('clusters', clusters)}${list('contexts', contexts)}current-context: prod\nkind: Config\npreferences: {}\n${list('users', users)}`
    const whole = laidOut(plain, layout)
    const made = ends ? whole : whole.trimEnd()
    if (mark === null) return made
    const place = mark[0] % made.length
    // Remarks are lines of their own.
    const at = /^ *#.*\n/.test(mark[1]) ? made.lastIndexOf('\n', place) + 1 : place
    return made.slice(0, at) + mark[1] + made.slice(mark[1] === '' ? at + 1 : at)
  })

const said = (document: KubeconfigDocument) => ({
  current: document.currentContext,
  contexts: document.contexts.map((entry) => [entry, document.context(entry.index)]),
  clusters: document.clusters.map((entry) => [entry, document.cluster(entry.index)]),
  users: document.users.map((entry) => [entry, document.user(entry.index)]),
})

test('usual entries and what only looks like them are read as the full parser reads them', () => {
  let formed = 0
  fc.assert(
    fc.property(text, (written) => {
      const fast = readDocument(file, written)
      const full = readDocument(file, written, 'parse')
      expect({ written, readable: fast.readable }).toEqual({ written, readable: full.readable })
      if (!full.readable) return
      expect({ written, said: said(fast) }).toEqual({ written, said: said(full) })
      for (let index = 0; index < fast.count('user'); index++) {
        const of = fast.form(index)
        if (of === null) continue
        formed++
        const { exec, varies } = of
        const word = fast.word(index)
        const own = varies === null ? exec.args : exec.args.map((arg, at) => (at === varies ? word : arg))
        expect({ written, exec: { ...exec, args: own } }).toEqual({ written, exec: full.user(index).exec })
      }
      for (const kind of ['cluster', 'context', 'user'] as const) {
        const names = Array.from({ length: full.count(kind) }, (_, index) => full.name(kind, index))
        expect(names.map((name) => fast.first(kind, name))).toEqual(names.map((name) => names.indexOf(name)))
        expect(fast.repeats(kind)).toBe(new Set(names).size < names.length)
      }
      for (let index = 0; index < full.count('context'); index++)
        for (const kind of ['cluster', 'user'] as const) {
          const named = full.context(index)[kind]
          const first = named === null ? undefined : full.first(kind, named)
          expect([fast.refers(kind, index), full.refers(kind, index)]).toEqual([first ?? -1, first ?? -1])
        }
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 20_000 : 300, seed: 4, endOnFailure: true },
  )
  expect(formed).toBeGreaterThan(100)
})

test.each(layouts)(
  'lists that stand in by “%s” with lines that end in %j are read in one step',
  (...layout) => {
    const entries = [0, 1, 2].map((n) => ({
      cluster: `- cluster:\n    certificate-authority-data: ${Buffer.alloc(60, `authority ${n}`).toString('base64')}\n    server: https://a${n}.example\n    tls-server-name: b.example\n  name: cluster-${n}\n`,
      context: `- context:\n    cluster: cluster-${n}\n    namespace: team\n    user: user-${n}\n  name: context-${n}\n`,
      user: `- name: user-${n}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - eks\n      - get-token\n      - --cluster-name\n      - cluster-${n}\n      command: aws\n      env:\n      - name: AWS_PROFILE\n        value: prod\n      interactiveMode: IfAvailable\n      provideClusterInfo: false\n`,
    }))
    const all = (one: (of: (typeof entries)[number]) => string) => entries.map(one).join('')
    const plain = `apiVersion: v1\nclusters:\n${all((of) => of.cluster)}contexts:\n${all((of) => of.context)}kind: Config\nusers:\n${all((of) => of.user)}`
    const written = laidOut(plain, layout)
    const found = scan(written)
    const { cluster = [], context = [], user = [] } = found?.lists ?? {}
    for (const list of [cluster, context, user])
      expect(list.map((entry) => entry.generated?.lines === undefined)).toEqual([false, false, false])
    const fast = readDocument(file, written)
    expect(new Set([0, 1, 2].map((at) => fast.form(at))).size).toBe(1)
    expect(said(fast)).toEqual(said(readDocument(file, written, 'parse')))
    for (const kind of ['cluster', 'context', 'user'] as const)
      expect(fast.node(kind, 1)).toEqual(readDocument(file, written, 'parse').node(kind, 1))
  },
)

test('users that differ in their name and cluster alone have one form, whatever stands between them', () => {
  const entry = (name: string, cluster: string, profile: string) =>
    `- name: ${name}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - eks\n      - get-token\n      - --cluster-name\n      - ${cluster}\n      command: aws\n      env:\n      - name: AWS_PROFILE\n        value: ${profile}\n`
  const users = ['p', 'q', 'p', 'p', 'q', 'p'].map((profile, at) =>
    entry(`u${at}x`, `cluster-${at}`, profile),
  )
  const document = readDocument(file, `users:\n${users.join('')}`)
  const forms = users.map((_, at) => document.form(at))
  expect(new Set(forms).size).toBe(2)
  expect(forms[0]).toBe(forms[3])
  expect(users.map((_, at) => document.word(at))).toEqual(users.map((_, at) => `cluster-${at}`))
})

test('a wrong character in a long value is found wherever it stands', () => {
  const authority = Buffer.alloc(30_000, 'certificate').toString('base64')
  const read = (ca: string) =>
    readDocument(
      file,
      `clusters:\n- cluster:\n    certificate-authority-data: ${ca}\n    server: https://a.example\n  name: one\n`,
    )
  expect(read(authority).cluster(0).certificateAuthorityData).toBe(authority)
  for (const at of [0, 1, 2, 3, 20_001, ...[1, 2, 3, 4].map((back) => authority.length - back)])
    expect(read(`${authority.slice(0, at)}\u007f${authority.slice(at + 1)}`).readable).toBe(false)
})
