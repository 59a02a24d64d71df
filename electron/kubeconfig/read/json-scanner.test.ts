/** What is found in JSON token by token is what the full parser finds; whatever is not surely JSON is left to it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { jsonFleet, jsonLayouts } from '../../testing/usual-fleet'
import type { YamlNode } from '../yaml/tree'
import { type KubeconfigDocument, readDocument } from './document'
import { maskedText } from './masked-text'

const file = '/home/dev/.kube/config'

/** A value as it is written: pairs may come twice, and text in more ways than one. */
type Value =
  | { readonly kind: 'map'; readonly pairs: readonly (readonly [key: string, value: Value])[] }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'word'; readonly written: string }

const map = (pairs: readonly (readonly [string, Value])[]): Value => ({ kind: 'map', pairs })
const listOf = (items: readonly Value[]): Value => ({ kind: 'list', items })
const word = (written: string): Value => ({ kind: 'word', written })
const text = (value: string): Value => word(JSON.stringify(value))

interface Layout {
  readonly step: string | null
  readonly colon: string
  readonly comma: string
  readonly newline: string
}

function written(value: Value, layout: Layout, depth = 0): string {
  if (value.kind === 'word') return value.written
  const { step, colon, comma, newline } = layout
  const [open, close] = value.kind === 'map' ? ['{', '}'] : ['[', ']']
  const parts =
    value.kind === 'map'
      ? value.pairs.map(([key, inner]) => `"${key}"${colon}${written(inner, layout, depth + 1)}`)
      : value.items.map((inner) => written(inner, layout, depth + 1))
  if (parts.length === 0) return open + close
  if (step === null) return open + parts.join(comma) + close
  const pad = newline + step.repeat(depth + 1)
  return `${open}${pad}${parts.join(`,${pad}`)}${newline}${step.repeat(depth)}${close}`
}

/** Most are the one, so that most files are usual and some have one thing in them that is not. */
const usually = <T>(one: fc.Arbitrary<T>, other: fc.Arbitrary<T>, weight = 150) =>
  fc.oneof({ arbitrary: one, weight }, { arbitrary: other, weight: 1 })

const layout: fc.Arbitrary<Layout> = fc.record({
  step: fc.constantFrom('    ', '  ', ' ', '\t', '', null, null),
  colon: usually(fc.constantFrom(': ', ':', ' : ', ':\t', ':\n'), fc.constant('\n: '), 20),
  comma: fc.constantFrom(',', ', ', ' ,', ',\n'),
  newline: usually(fc.constantFrom('\n', '\r\n'), fc.constant('\r'), 20),
})

const names = fc.constantFrom(
  ...['prod', 'stage', 'fleet-12', 'a', 'arn:aws:eks:eu-west-1:123456789012:cluster/prod', 'user@host'],
)
/** Text that YAML reads as JSON does, and text of which only the full parser knows. */
const odd = fc.constantFrom(
  ...[
    '""',
    '" a "',
    '"a  b"',
    '"12"',
    '"true"',
    '"null"',
    '"~"',
    '"# a"',
    '"a #b"',
    '"<<"',
    '"a: b"',
    '"{a}"',
  ],
  ...[
    '"$HOME/x"',
    '"./aws"',
    '"../x/y"',
    '"it\'s"',
    '"---"',
    '"\u00e9"',
    '"\u540d"',
    '"\ud83d\ude00"',
    '"\u007f"',
  ],
  ...[
    '"\\u0061"',
    '"\\u00e9"',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"a\\/b"',
    '"a\\nb"',
    '"\\""',
    '"\\\\"',
    '"\\x41"',
  ],
  ...[
    '"\ud83d"',
    '"\u0085"',
    '"\u2028"',
    '"a\tb"',
    '"a\nb"',
    '"a\\\nb"',
    '"\\u"',
    "'a'",
    'a',
    '&a "b"',
    '*a',
  ],
  ...[
    'null',
    'true',
    'false',
    '0',
    '12',
    '-1',
    '1.5',
    '1e3',
    '0x1f',
    '012',
    '.5',
    '1_000',
    '-',
    '.inf',
    '[]',
    '{}',
  ],
  ...[
    '["a"]',
    '{"a": "b"}',
    '{"a": "b",}',
    '{"a" "b"}',
    '!!str 1',
    '# remark\n"a"',
    `"${'x'.repeat(3_000)}"`,
  ],
  ...[`"${'ab/+'.repeat(3_000)}"`, `${'['.repeat(45)}${']'.repeat(45)}`, `{"${'k'.repeat(1_100)}": "v"}`],
)
const value = (one: fc.Arbitrary<string>) => usually(one.map(text), odd.map(word))
const data = usually(
  fc.uint8Array({ minLength: 6, maxLength: 40 }).map((bytes) => text(Buffer.from(bytes).toString('base64'))),
  fc
    .constantFrom('"AAAA"', '"QUJDRA==x"', '"QUJD=RA="', '"12345678"', '"QUJD\\nRUZH"', 'null', '[65]', '""')
    .map(word),
)

/** Pairs in their order or another; one of them may be left out, come twice or be unknown. */
function pairs(record: Readonly<Record<string, fc.Arbitrary<Value>>>): fc.Arbitrary<Value> {
  return fc
    .tuple(
      fc.record(record),
      usually(
        fc.constant('as they are'),
        fc.constantFrom('turned', 'fewer', 'twice', 'unknown', 'escaped'),
        40,
      ),
      fc.nat(),
    )
    .map(([made, how, at]) => {
      const all = Object.entries(made)
      const one = all[at % all.length]
      if (one === undefined) return map(all)
      if (how === 'turned') return map([...all].reverse())
      if (how === 'fewer') return map(all.filter((pair) => pair !== one))
      if (how === 'twice') return map([[one[0], text('another')], ...all])
      if (how === 'unknown') return map([...all, ['x-unknown', listOf([one[1], word('1')])]])
      if (how === 'escaped')
        return map(
          all.map(([key, inner]) => [
            key === one[0] ? `\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}` : key,
            inner,
          ]),
        )
      return map(all)
    })
}

const maybe = (arbitrary: fc.Arbitrary<Value>, key: string) =>
  fc
    .option(arbitrary, { freq: 4 })
    .map(
      (inner): Record<string, fc.Arbitrary<Value>> => (inner === null ? {} : { [key]: fc.constant(inner) }),
    )
const withSome = (
  record: Readonly<Record<string, fc.Arbitrary<Value>>>,
  ...some: fc.Arbitrary<Record<string, fc.Arbitrary<Value>>>[]
) => fc.tuple(...some).chain((more) => pairs(Object.assign({}, record, ...more)))

const cluster = withSome(
  {
    server: value(fc.constantFrom('https://a.example', 'https://b.example:443/x')),
    'certificate-authority-data': data,
  },
  maybe(value(fc.constant('tls.example')), 'tls-server-name'),
  maybe(value(fc.constantFrom('/etc/ca.pem', 'ca.pem')), 'certificate-authority'),
  maybe(usually(fc.constantFrom(word('true'), word('false')), odd.map(word), 20), 'insecure-skip-tls-verify'),
)
const context = withSome(
  { cluster: value(names), user: value(names) },
  maybe(value(fc.constantFrom('team', 'default')), 'namespace'),
)
const words = fc
  .tuple(
    fc.constantFrom('--cluster-name', '--cluster-name', '-i', '--cluster-id'),
    value(fc.constantFrom('prod', 'stage', 'one-longer', '12', 'x')),
    fc.constantFrom<readonly string[]>(
      [],
      ['--output', 'json'],
      ['--cluster-id', 'x'],
      ['--role-arn', 'arn:aws:iam::1:role/x'],
    ),
  )
  .map(([flag, name, rest]) =>
    listOf([...['--region', 'eu-west-1', 'eks', 'get-token', flag].map(text), name, ...rest.map(text)]),
  )
const exec = withSome(
  {
    apiVersion: value(fc.constant('client.authentication.k8s.io/v1beta1')),
    command: value(fc.constantFrom('aws', 'aws', 'aws-iam-authenticator', 'kubelogin')),
    args: usually(words, odd.map(word)),
  },
  maybe(
    fc.oneof(
      pairs({ name: value(fc.constant('AWS_PROFILE')), value: value(fc.constantFrom('prod', 'stage')) }).map(
        (one) => listOf([one]),
      ),
      fc.constantFrom(word('null'), listOf([])),
    ),
    'env',
  ),
  maybe(value(fc.constant('IfAvailable')), 'interactiveMode'),
  maybe(usually(fc.constantFrom(word('false'), word('true')), odd.map(word)), 'provideClusterInfo'),
)
const user = fc.oneof(
  { arbitrary: exec.chain((one) => pairs({ exec: fc.constant(one) })), weight: 6 },
  { arbitrary: withSome({ token: value(fc.constant('not-a-real-token')) }, maybe(exec, 'exec')), weight: 1 },
  { arbitrary: pairs({ 'client-certificate-data': data, 'client-key-data': data }), weight: 1 },
  {
    arbitrary: pairs({
      username: value(fc.constant('dev')),
      password: value(fc.constant('not-a-real-password')),
    }),
    weight: 1,
  },
)

/** Entries, each of another name but for some. */
const list = (kind: string, entry: fc.Arbitrary<Value>, most: number) =>
  fc
    .array(
      fc.tuple(usually(fc.constant(null), fc.oneof(names.map(text), odd.map(word)), 30), entry, fc.nat(15)),
      { maxLength: most },
    )
    .chain((all) =>
      fc.tuple(
        ...all.map(([name, inner, first], at) => {
          const own = name ?? text(`${kind}-${at}`)
          const made = { name: fc.constant(own), [kind]: fc.constant(inner) }
          return pairs(first === 0 ? { [kind]: fc.constant(inner), name: fc.constant(own) } : made)
        }),
      ),
    )
    .map(listOf)

const config = fc
  .tuple(
    usually(list('cluster', cluster, 4), odd.map(word)),
    usually(list('context', context, 4), odd.map(word)),
    usually(list('user', user, 6), odd.map(word)),
    value(names),
    value(fc.constant('Config')),
  )
  .chain(([clusters, contexts, users, current, kind]) =>
    pairs({
      kind: fc.constant(kind),
      apiVersion: value(fc.constant('v1')),
      preferences: usually(
        fc.constant(map([])),
        fc.constantFrom(map([['colors', word('true')]]), word('null')),
      ),
      clusters: fc.constant(clusters),
      contexts: fc.constant(contexts),
      users: fc.constant(users),
      'current-context': fc.constant(current),
    }),
  )

/** A file in some layout, in which something may have happened to one character. */
const kubeconfig = fc
  .tuple(
    config,
    layout,
    fc.option(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          '',
          '',
          ' ',
          '\n',
          '\r',
          '\t',
          '#',
          '"',
          ':',
          ',',
          '{',
          '}',
          '[',
          ']',
          '\\',
          'x',
          '\u00e9',
          '---\n',
          '// ',
        ),
      ),
      { freq: 1 },
    ),
    usually(
      fc.constantFrom('\n', '', '\r\n', ' '),
      fc.constantFrom('\n\t', '\t', '\r', '\n# end\n', '\n---\n', '\n...\n', ',', '\ufeff'),
      12,
    ),
  )
  .map(([made, how, mark, end]) => {
    const whole = written(made, how) + end
    if (mark === null) return whole
    const at = mark[0] % whole.length
    return whole.slice(0, at) + mark[1] + whole.slice(mark[1] === '' ? at + 1 : at)
  })

const listKeys = new Set(['clusters', 'contexts', 'users'])
const pairsBeside = (top: YamlNode | null) =>
  top?.kind !== 'map' ? top : top.pairs.filter(({ key }) => key.kind !== 'scalar' || !listKeys.has(key.value))

/** No map in it has a key twice. */
const hasKeysOnce = (node: YamlNode): boolean => {
  if (node.kind === 'sequence') return node.items.every((item) => hasKeysOnce(item.node))
  if (node.kind !== 'map') return true
  const keys = node.pairs.map(({ key }) => (key.kind === 'scalar' ? key.value : ''))
  return new Set(keys).size === keys.length && node.pairs.every((pair) => hasKeysOnce(pair.value))
}

/** All that a document says. */
const said = (document: KubeconfigDocument) => ({
  current: document.currentContext,
  problems: document.problems,
  readable: document.readable,
  entangled: document.entangled,
  top: pairsBeside(document.top()),
  shown: maskedText(document)(0, document.text.length),
  lists: entryKinds.map((kind) =>
    Array.from({ length: document.count(kind) }, (_, index) => {
      const entry = document.entry(kind, index)
      const of = {
        cluster: () => document.cluster(index),
        user: () => document.user(index),
        context: () => document.context(index),
      }
      return {
        entry,
        name: document.name(kind, index),
        first: document.first(kind, entry.name),
        repeats: document.repeats(kind),
        reads: of[kind](),
        at: [document.position(entry.range.start), document.position(entry.range.end)],
        node: document.node(kind, index),
        value: document.valueNode(kind, index),
        refers:
          kind === 'context' ? [document.refers('cluster', index), document.refers('user', index)] : null,
        server: kind === 'cluster' ? document.server(index) : null,
      }
    }),
  ),
})

test('JSON and what only looks like it is read as the full parser reads it', { timeout: 3_600_000 }, () => {
  const seen = { json: 0, usual: 0, formed: 0, simple: 0, broken: 0 }
  fc.assert(
    fc.property(kubeconfig, fc.boolean(), (made, withBytes) => {
      const fast = readDocument(file, made, 'scan', withBytes ? Buffer.from(made) : null)
      if (fast.foundBy !== 'json') return
      seen.json++
      const judge = readDocument(file, made, 'parse')
      expect({ made, said: said(fast) }).toEqual({ made, said: said(judge) })
      // What is said twice is said by no field: a secret may be in it.
      for (const kind of entryKinds)
        for (let index = 0; index < fast.count(kind); index++)
          if (fast.saysOnlyFields(kind, index)) expect(hasKeysOnce(judge.node(kind, index))).toBe(true)
      if (!fast.readable) seen.broken++
      if (fast.usual() !== null) seen.usual++
      for (let index = 0; index < fast.count('user'); index++) {
        const form = fast.form(index)
        if (form === null) {
          if (fast.saysOnlyFields('user', index)) seen.simple++
          continue
        }
        seen.formed++
        const own = fast.word(index)
        const args = form.exec.args.map((arg, at) => (at === form.varies ? own : arg))
        expect({ made, exec: { ...form.exec, args } }).toEqual({ made, exec: judge.user(index).exec })
      }
    }),
    { numRuns: full ? 20_000 : 120, endOnFailure: true },
  )
  // Each way of reading was taken, and some files were of those that kubectl refuses.
  for (const [what, times] of Object.entries(seen)) expect([what, times > 3]).toEqual([what, true])
})

test.each(jsonLayouts)(
  'a fleet that stands in by %j, with %j behind colons and lines that end in %j, is read in one step',
  (...layout) => {
    const { text: made } = jsonFleet(12, layout)
    const fast = readDocument(file, made)
    expect([fast.foundBy, fast.usual() === null]).toEqual(['json', false])
    expect(said(fast)).toEqual(said(readDocument(file, made, 'parse')))
    const forms = Array.from({ length: fast.count('user') }, (_, at) => fast.form(at))
    // With a profile, and without.
    expect(new Set(forms).size).toBe(2)
  },
)

test('an entry that has its name twice has the one that the full parser takes, whatever kind of value either is', () => {
  const values = ['"a"', '12', 'null', 'true', '{}', '["b"]', '"\\u0063"']
  for (const one of values)
    for (const other of [null, ...values]) {
      const names = [one, other].flatMap((name) => (name === null ? [] : [`"name": ${name}`]))
      const made = `{"kind": "Config", "clusters": [{${names.join(', ')}, "cluster": {"server": "https://a"}}]}`
      const fast = readDocument(file, made)
      expect([made, fast.foundBy]).toEqual([made, 'json'])
      expect({ made, said: said(fast) }).toEqual({ made, said: said(readDocument(file, made, 'parse')) })
    }
})

test('entries of other keys are read without a tree, and what only the full parser knows by it alone', () => {
  const user = (name: string, inner: string) => `{"name": "${name}", "user": ${inner}}`
  const twice = ['{"cluster": "b", "cluster": "c", "user": "d"}', '{"cluster": "b", "user": "d"}']
  const contexts = twice.map((inner, at) => `{"name": "c${at}", "context": ${inner}, "name": "d${at}"}`)
  contexts.push(`{"name": "e", "context": ${twice[0]}}`, `{"name": "f", "context": ${twice[1]}}`)
  const made = `{"kind": "Config", "contexts": [${contexts.join(', ')}], "users": [${[
    user('a', '{"token": "not-a-real-token"}'),
    user('b', '{"client-certificate": "b.pem", "client-key": "/etc/b.key"}'),
    user('\\u0063', '{"token": "not-a-real-token"}'),
    user('d', '{"token": "one", "token": "two"}'),
    user('e', '{"token": 12}'),
  ].join(', ')}]}`
  const fast = readDocument(file, made)
  expect(fast.foundBy).toBe('json')
  expect([0, 1, 2, 3, 4].map((at) => fast.saysOnlyFields('user', at))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(said(fast)).toEqual(said(readDocument(file, made, 'parse')))
  expect([0, 1, 2, 3].map((at) => fast.saysOnlyFields('context', at))).toEqual([false, false, false, true])
  expect(fast.user(1).clientCertificate).toBe('/home/dev/.kube/b.pem')
  expect(fast.problems.map(({ code }) => code)).toEqual(['misread-string'])
})

test('what is broken by hand is what the full parser says of it', () => {
  const exec = (command: string) =>
    `{"exec": {"apiVersion": "v1beta1", "command": "${command}", "args": ["-i", "one"]}}`
  const users = ['aws', './aws', '/bin/aws', 'a\\\\b'].map(
    (command, at) => `{"name": "u${at}", "user": ${exec(command)}}`,
  )
  const whole = `{"kind": "Config", "users": [${users.join(',')}], "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u0"}}], "current-context": "a"}`
  const texts = [
    ...[
      '\n',
      '\n\t',
      '\t',
      '\r',
      ' \n \n',
      '\n# end',
      ' # end',
      '\n---\na: b',
      '\n...',
      ',',
      '}',
      '\u0000',
      'x',
      '\ufeff',
      '\u2028',
    ].map((end) => whole + end),
    ...[
      '"a"',
      '"current-context"',
      '"users": [{"name":"b","user":{}}]',
      '"users": null',
      '"\\u0075sers": []',
      '"Kind": "List"',
      '"kind": "List"',
      '"clusters": {}',
      '"clusters": [null]',
      '"clusters": [{"name": "x"},]',
      '"<<": {"kind": "List"}',
      '"x" : 1',
      '"x"\n: 1',
      '"x": 1e3',
      '"x": 01',
      '"x": .inf',
      '"x": [1 2]',
      '"x": {"a":1,"a":2}',
      '"x": "\\ud83d\\ude00"',
      '"x": "\\/"',
      '"preferences": {"colors": 1}',
    ].map((pair) => whole.replace('{', `{${pair}, `)),
    ...[/"u0"/g, /: /g, /, /g, /"/g, /"context"/].map((place) => whole.replace(place, '"b"')),
    whole.replace('"user": "u0"', '"user": "gone"'),
    whole.replace('"user": "u0"', '"user": "u0", "user": "u1"'),
    `\ufeff${whole}`,
    ` ${whole}`,
    `\n${whole}`,
    `# remark\n${whole}`,
    `---\n${whole}`,
    '{}',
    '{',
    '[]',
  ]
  for (const made of texts) {
    const fast = readDocument(file, made)
    expect({ made, said: said(fast) }).toEqual({ made, said: said(readDocument(file, made, 'parse')) })
  }
})
