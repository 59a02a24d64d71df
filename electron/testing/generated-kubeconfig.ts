/**
 * Kubeconfig files as people and programs write them, generated: hostile names, comments, anchors, merges, flow and
 * block, JSON, CRLF, BOM, odd indentation, unknown keys. Everything generated here is readable for kubectl.
 */
import * as fc from 'fast-check'
import type { AnyEdit } from '../../shared/edits/edit'
import { type EntryKind, entryId } from '../../shared/kubeconfig/entries'
import { anyCharacter } from '../../shared/testing/characters'

/** Strings that YAML readers take for something else, or that need care in a shell, a grid or a file. */
export const hostileNames: readonly string[] = [
  ...'y n Y N yes no on off true false True FALSE null Null ~ NULL 123 0 -1 +1 1e3 1E3 1.5 .5 5. 0x1f 0o17 012 08 0b1 1_000 _1 1:20 12:30:45'.split(
    ' ',
  ),
  ...'.inf -.inf +.INF .nan 2024-01-01 2024-01-01T00:00:00Z = << - -- --- ... ? : , [ ] { } # & * ! | > % @ `'.split(
    ' ',
  ),
  ...[
    'a b',
    ' lead',
    'trail ',
    'a: b',
    'a:',
    ':a',
    'a #b',
    '#a',
    "it's",
    '"',
    "'",
    '\\',
    'a\\nb',
    '\t',
    'a\tb',
    '\n',
    'a\nb',
    '\r',
    '\r\n',
    'a\n',
    '\na',
  ],
  ...[
    '- a',
    '-a',
    '? a',
    '!a',
    '!!str a',
    '&a',
    '*a',
    '%a',
    '@a',
    '`a',
    '|',
    '>',
    '|-',
    '[a',
    '{a',
    'a]',
    'a}',
    'a,b',
    'a,',
    '{}',
    '[]',
    '{{a}}',
  ],
  ...[
    'ü',
    'ñandú',
    '日本語',
    '😀',
    '👩‍👩‍👧',
    '\u202eabc',
    '\u200b',
    '\ufeff',
    '\u00a0',
    '\u2028',
    '\u2029',
    '\u0085',
    '\u0000',
    '\u0001',
    '\u001b[31m',
    '\u007f',
    '\ufffd',
    '\ufffe',
    '\uffff',
    'e\u0301',
  ],
  ...[
    'arn:aws:eks:us-west-2:123456789012:cluster/prod',
    'user@prod.eu-west-1.eksctl.io',
    'https://x/y?a=b#c',
    'C:\\Users\\me',
    '/etc/passwd',
    '../x',
    '$HOME',
    '$(id)',
    '`id`',
    ';rm -rf /',
    '=1+1',
    '+1',
    '-1',
    '@x',
  ],
  ...[
    'name',
    'cluster',
    'null',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'apiVersion',
    'kind',
    'contexts',
  ],
  ...[
    'x'.repeat(300),
    'a'.repeat(1_100),
    `${'é'.repeat(80)}`,
    'a  b',
    'a   ',
    '0123',
    '00',
    '1.',
    '-',
    '.',
    '..',
    '0.0.0.0',
    '::1',
    '1e',
    'e1',
    '0x',
    '1__0',
    '6:00',
    '190:20:30',
    '685_230.15',
    'Infinity',
    'NaN',
    'undefined',
  ],
  ...[
    'on ',
    ' on',
    'on#',
    'on:',
    'on: ',
    "'on'",
    '"on"',
    'no,',
    'y\n',
    'yes!',
    '~x',
    '~ ',
    'null ',
    'nul',
    'true1',
    '1true',
    '0xZZ',
    '0o8',
    '0b2',
    '1.2.3',
    '1,000',
    '0x_1',
    '1e+3',
    '.e1',
    '0.',
    'oN',
    '%20',
    'a\u00adb',
    '\\x00',
    '١٢٣',
    '½',
    'Ⅷ',
    '\u3000',
    '\u{1f1e9}\u{1f1ea}',
    '\u{e0041}',
    'ﬁ',
    'İ',
    'ß',
    '\u0308',
  ],
]

type Render = 'plain' | 'single' | 'double'

const scalar = (text: string, how: Render): string => {
  if (how === 'plain' && /^[A-Za-z][A-Za-z/]*(-[A-Za-z0-9]+)+$/.test(text)) return text
  if (how === 'single' && /^[ -~]+$/.test(text)) return `'${text.replaceAll("'", "''")}'`
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

interface Look {
  readonly indent: number
  readonly step: number
  readonly nameFirst: boolean
  readonly flow: boolean
  readonly comments: boolean
  readonly quote: Render
  readonly listStep: number
}

const look: fc.Arbitrary<Look> = fc.record({
  indent: fc.constantFrom(0, 2, 4),
  step: fc.constantFrom(2, 2, 4, 3),
  nameFirst: fc.boolean(),
  flow: fc.nat(3).map((n) => n === 0),
  comments: fc.boolean(),
  quote: fc.constantFrom('plain', 'single', 'double'),
  listStep: fc.constantFrom(0, 2),
})

export const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?$/) },
  { weight: 2, arbitrary: fc.constantFrom(...hostileNames) },
  {
    weight: 1,
    arbitrary: fc
      .string({ minLength: 1, maxLength: 12, unit: anyCharacter })
      .filter((text) => /^\P{Cs}*$/u.test(text)),
  },
)

const server = fc.constantFrom(
  'https://a.eks.amazonaws.com',
  'https://127.0.0.1:6443',
  'https://[::1]:443/x#y',
  'https://u:p@host:1',
)
const role = fc.constantFrom(
  'arn:aws:iam::123456789012:role/Admin',
  'arn:aws-cn:iam::123456789012:role/team/x',
)

interface Person {
  readonly name: string
  readonly kind: 'aws' | 'token' | 'authenticator'
  readonly role: string | null
  readonly profile: string | null
  readonly pin: 'arg' | 'env'
  readonly look: Look
}

export interface GeneratedFile {
  readonly text: string
  readonly contexts: readonly string[]
  readonly clusters: readonly string[]
  readonly users: readonly string[]
}

const uniqueNames = (max: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(name, { minLength: 1, maxLength: max })

/** One file; `prefix` keeps the names of several files apart. `json`: which are in JSON. */
export function kubeconfigFile(
  prefix = '',
  json = fc.nat(9).map((n) => n === 0),
): fc.Arbitrary<GeneratedFile> {
  return fc
    .record({
      clusters: uniqueNames(4),
      users: uniqueNames(4),
      contexts: uniqueNames(6),
      looks: fc.array(look, { minLength: 14, maxLength: 14 }),
      servers: fc.array(server, { minLength: 4, maxLength: 4 }),
      people: fc.array(
        fc.record({
          kind: fc.constantFrom('aws', 'aws', 'aws', 'token', 'authenticator'),
          role: fc.option(role),
          profile: fc.option(fc.constantFrom('pay', 'dev', 'on', '123')),
          pin: fc.constantFrom('arg', 'env'),
        }),
        { minLength: 4, maxLength: 4 },
      ),
      picks: fc.array(fc.nat(99), { minLength: 30, maxLength: 30 }),
      namespaces: fc.array(fc.option(name), { minLength: 6, maxLength: 6 }),
      shape: fc.record({
        json,
        crlf: fc.nat(4).map((n) => n === 0),
        bom: fc.nat(6).map((n) => n === 0),
        unended: fc.nat(3).map((n) => n === 0),
        anchors: fc.nat(3).map((n) => n === 0),
        current: fc.nat(3),
        order: fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 }),
        extra: fc.boolean(),
        end: fc.constantFrom('', '', '...\n', '---\nother: document\n', '\n\n', '# the end\n'),
      }),
    })
    .map((made) => {
      const clusters = made.clusters.map((one) => prefix + one)
      const users = made.users.map((one) => prefix + one)
      const contexts = made.contexts.map((one) => prefix + one)
      const pick = <T>(list: readonly T[], i: number): T => {
        const found = list[(made.picks[i] ?? 0) % list.length]
        if (found === undefined) throw new Error('an empty list')
        return found
      }
      const lookAt = (i: number): Look => pick(made.looks, i)
      const { shape } = made
      const current = shape.current === 0 ? '' : pick(contexts, 29)
      const people: Person[] = users.map((one, i) => ({
        name: one,
        look: lookAt(i + 10),
        ...(made.people[i] ?? { kind: 'aws', role: null, profile: null, pin: 'arg' }),
      }))
      if (shape.json) {
        const value = {
          kind: 'Config',
          apiVersion: 'v1',
          clusters: clusters.map((one, i) => ({ name: one, cluster: { server: made.servers[i % 4] } })),
          contexts: contexts.map((one, i) => ({
            name: one,
            context: {
              cluster: pick(clusters, i),
              user: pick(users, i + 6),
              ...(made.namespaces[i] ? { namespace: made.namespaces[i] } : {}),
            },
          })),
          'current-context': current,
          users: people.map((one) => ({ name: one.name, user: userValue(one) })),
        }
        const text = JSON.stringify(value, null, pick([0, 2, 4], 20)).replace(
          /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
        return { text: shape.unended ? text : `${text}\n`, clusters, users, contexts }
      }
      const base = lookAt(25)
      const lists = [
        renderList(
          'clusters',
          base,
          clusters.map((one, i) =>
            renderEntry(
              'cluster',
              one,
              clusterLines(i, made.servers[i % 4] ?? '', shape.anchors),
              lookAt(i),
              base,
            ),
          ),
        ),
        renderList(
          'contexts',
          base,
          contexts.map((one, i) =>
            renderEntry(
              'context',
              one,
              contextLines(pick(clusters, i), pick(users, i + 6), made.namespaces[i] ?? null, lookAt(i + 5)),
              lookAt(i + 5),
              base,
            ),
          ),
        ),
        renderList(
          'users',
          base,
          people.map((one) => renderEntry('user', one.name, userLines(one), one.look, base)),
        ),
      ]
      const head = shape.extra
        ? '# mine, keep your hands off\napiVersion: v1\nkind: Config\nx-team: platform # unknown\npreferences: {colors: true}\n'
        : 'apiVersion: v1\nkind: Config\n'
      const at =
        shape.current === 1
          ? ''
          : `current-context: ${scalar(current, base.quote)}${base.comments ? ' # here' : ''}\n`
      let text =
        head +
        (shape.extra ? at : '') +
        shape.order.map((i) => lists[i] ?? '').join(base.comments ? '\n# ----\n' : '') +
        (shape.extra ? '' : at) +
        shape.end
      if (shape.unended && shape.end === '') text = text.replace(/\n$/, '')
      if (shape.crlf) text = text.replaceAll('\n', '\r\n')
      return { text: (shape.bom ? '\ufeff' : '') + text, clusters, users, contexts }
    })
}

type Line = readonly [key: string, flow: string, block?: readonly string[]]

function clusterLines(i: number, address: string, anchors: boolean): readonly Line[] {
  if (anchors && i === 0)
    return [
      ['server', JSON.stringify(address)],
      ['certificate-authority', 'pki/ca.crt'],
      ['tls-server-name', '&tls localhost'],
    ]
  if (anchors && i > 0)
    return [
      ['<<', '*first'],
      ['server', JSON.stringify(address)],
    ]
  return [
    ['server', JSON.stringify(address)],
    ['certificate-authority', "'pki/ca.crt'"],
    ['x-unknown', 'kept'],
  ]
}

function contextLines(
  cluster: string,
  user: string,
  namespace: string | null,
  { quote }: Look,
): readonly Line[] {
  const lines: Line[] = [
    ['cluster', scalar(cluster, quote)],
    ['user', scalar(user, quote)],
  ]
  if (namespace !== null) lines.push(['namespace', scalar(namespace, quote)])
  return lines
}

function argsOf(one: Person): string[] {
  if (one.kind === 'authenticator') return ['token', '-i', 'prod', ...(one.role ? ['-r', one.role] : [])]
  const pinned = one.profile !== null && one.pin === 'arg' ? ['--profile', one.profile] : []
  return [
    '--region',
    'us-west-2',
    ...pinned,
    'eks',
    'get-token',
    '--cluster-name',
    'prod',
    '--output',
    'json',
    ...(one.role ? ['--role', one.role] : []),
  ]
}
const envOf = (one: Person): { name: string; value: string }[] =>
  one.profile !== null && (one.pin === 'env' || one.kind === 'authenticator')
    ? [{ name: 'AWS_PROFILE', value: one.profile }]
    : []

function userValue(one: Person): Record<string, unknown> {
  if (one.kind === 'token') return { token: 'abc123' }
  const env = envOf(one)
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: one.kind === 'aws' ? 'aws' : 'aws-iam-authenticator',
      args: argsOf(one),
      ...(env.length > 0 ? { env } : {}),
    },
  }
}

function userLines(one: Person): readonly Line[] {
  if (one.kind === 'token')
    return [
      ['token', '"abc123"'],
      ['x-note', 'mine'],
    ]
  const args = argsOf(one).map((arg) => scalar(arg, one.look.quote))
  const env = envOf(one).map((v) => `{name: ${v.name}, value: ${JSON.stringify(v.value)}}`)
  const inner = ' '.repeat(one.look.step)
  const list = ' '.repeat(one.look.listStep)
  const lines = [
    `${inner}apiVersion: client.authentication.k8s.io/v1beta1`,
    `${inner}args:${one.look.comments ? ' # what runs' : ''}`,
    ...args.map((arg) => `${inner}${list}- ${arg}`),
    `${inner}command: ${one.kind === 'aws' ? 'aws' : 'aws-iam-authenticator'}`,
    ...(env.length > 0 ? [`${inner}env:`, ...env.map((v) => `${inner}${list}- ${v}`)] : []),
    ...(one.look.comments
      ? [`${inner}installHint: |`, `${inner}  Install it:`, `${inner}    # not a comment`]
      : []),
  ]
  const flow = `{apiVersion: client.authentication.k8s.io/v1beta1, command: ${one.kind === 'aws' ? 'aws' : 'aws-iam-authenticator'}, args: [${args.map((arg) => (/^["']/.test(arg) ? arg : JSON.stringify(arg))).join(', ')}]${env.length > 0 ? `, env: [${env.join(', ')}]` : ''}}`
  return [['exec', flow, lines]]
}

function renderEntry(
  kind: EntryKind,
  called: string,
  lines: readonly Line[],
  style: Look,
  base: Look,
): string {
  const merges = lines.some(([key]) => key === '<<')
  const anchor = kind === 'cluster' && lines.some(([, flow]) => flow.startsWith('&tls')) ? '&first ' : ''
  if (style.flow) {
    const inner = lines
      .map(([key, flow]) => `${key}: ${flow.startsWith('&tls') ? '&tls "localhost"' : flow}`)
      .join(', ')
    const pair = `${kind}: ${anchor}{${inner}}`
    const entry = style.nameFirst
      ? `{name: ${scalar(called, 'double')}, ${pair}}`
      : `{${pair}, name: ${scalar(called, 'double')}}`
    return `${' '.repeat(base.indent)}- ${entry}${style.comments ? ' # flow' : ''}\n`
  }
  const pad = ' '.repeat(base.indent + 2)
  const inner = pad + ' '.repeat(style.step)
  const body = [
    `${kind}:${anchor === '' ? '' : ` ${anchor.trim()}`}`,
    ...lines.flatMap(([key, flow, block]) =>
      block
        ? [`${inner}${key}:`, ...block.map((line) => inner + line)]
        : [`${inner}${key}: ${flow}${style.comments && !merges ? ' # why' : ''}`],
    ),
  ]
  const named = `name: ${scalar(called, style.quote)}`
  const all = style.nameFirst ? [named, `${pad}${body[0]}`, ...body.slice(1)] : [...body, `${pad}${named}`]
  const above = style.comments ? `${' '.repeat(base.indent)}# about the next\n` : ''
  return `${above}${' '.repeat(base.indent)}- ${all.join('\n')}\n`
}

function renderList(key: string, base: Look, entries: readonly string[]): string {
  return `${key}:${base.comments ? ' # list' : ''}\n${entries.join(base.comments ? '\n' : '')}`
}

/** Edits that make sense for generated files: each is about entries that are there at the beginning. */
export function editsFor(
  files: readonly { path: string; file: GeneratedFile }[],
  max = 4,
): fc.Arbitrary<AnyEdit[]> {
  const ids = files.flatMap(({ path, file }) => file.contexts.map((one) => entryId('context', path, one, 0)))
  const users = files.flatMap(({ path, file }) => file.users.map((one) => entryId('user', path, one, 0)))
  const clusters = files.flatMap(({ path, file }) =>
    file.clusters.map((one) => entryId('cluster', path, one, 0)),
  )
  const context = fc.constantFrom(...ids)
  const scope = fc.constantFrom('split', 'shared')
  const kind = <const K extends string, T>(k: K, shape: fc.Arbitrary<T>) =>
    shape.map((rest) => ({ kind: k, ...rest }))
  const edit: fc.Arbitrary<AnyEdit> = fc.oneof(
    kind('set-namespace', fc.record({ context, namespace: fc.option(name) })),
    kind('set-role', fc.record({ context, role: fc.option(role), scope })),
    kind(
      'set-profile',
      fc.record({
        context,
        profile: fc.option(fc.constantFrom('ops', 'no', '1e3', 'my profile')),
        pin: fc.option(fc.constantFrom('arg', 'env')),
        scope,
      }),
    ),
    kind('set-expected', fc.record({ context, principal: fc.option(role) })),
    kind('set-region', fc.record({ context, region: fc.constant('eu-central-1'), scope })),
    kind('set-output-json', fc.record({ context, scope })),
    kind(
      'set-token-by',
      fc.record({ context, by: fc.constantFrom('ekscope', '/usr/bin/ekscope', null), scope }),
    ),
    kind('set-eks-name', fc.record({ context, name: fc.constantFrom('stage', '0123'), scope })),
    kind('set-api-version', fc.record({ context, version: fc.constant('v1'), scope })),
    kind('set-server', fc.record({ context, server: fc.constant('https://new.example:8443'), scope })),
    kind(
      'set-proxy-url',
      fc.record({ context, proxyUrl: fc.option(fc.constant('http://proxy:3128')), scope }),
    ),
    kind(
      'set-tls-server-name',
      fc.record({ context, tlsServerName: fc.option(fc.constantFrom('off', 'kubernetes')), scope }),
    ),
    kind('rename-context', fc.record({ context, name, cascade: fc.boolean() })),
    kind('rename-user', fc.record({ user: fc.constantFrom(...users), name })),
    kind('rename-cluster', fc.record({ cluster: fc.constantFrom(...clusters), name })),
    kind('clone-context', fc.record({ context, name, pin: fc.constant(null), userName: fc.constant(null) })),
    kind(
      'clone-context',
      fc.record({ context, name, role, pin: fc.constant(null), userName: fc.constant(null) }),
    ),
    kind('split-user', fc.record({ context, name: fc.constant(null) })),
    kind(
      'delete-contexts',
      fc.record({
        contexts: fc.uniqueArray(context, { minLength: 1, maxLength: 3 }),
        keepOrphans: fc.boolean(),
      }),
    ),
    kind('use-context', fc.record({ context: fc.option(context) })),
    kind(
      'refresh-cluster',
      fc.record({
        cluster: fc.constantFrom(...clusters),
        contexts: fc.boolean().map((): string[] => []),
        server: fc.constant('https://fresh'),
        certificateAuthorityData: fc.option(fc.constant('QUJD')),
      }),
    ),
    kind(
      'move-contexts',
      fc.record({
        contexts: fc.uniqueArray(context, { minLength: 1, maxLength: 2 }),
        file: fc.constantFrom(...files.map(({ path }) => path)),
      }),
    ),
    kind(
      'add-context',
      fc.record({
        file: fc.constant(null),
        name,
        namespace: fc.option(name),
        cluster: fc.record({
          kind: fc.constant('new' as const),
          name,
          server: fc.constant('https://added'),
          certificateAuthorityData: fc.constant('QUJD'),
          proxyUrl: fc.constant(null),
          tlsServerName: fc.constant(null),
        }),
        user: fc.record({
          name: fc.constant(null),
          region: fc.constant('us-east-1'),
          cluster: fc.constant({ name: 'added' }),
          role: fc.option(role),
          profile: fc.option(fc.constantFrom('ops', 'on')),
          pin: fc.constantFrom('arg' as const, 'env' as const, 'none' as const),
        }),
        use: fc.boolean(),
      }),
    ),
  )
  const step = fc.oneof(
    { arbitrary: edit.map((one): readonly AnyEdit[] => [one]), weight: 9 },
    { arbitrary: exchangedNames(files), weight: 1 },
  )
  return fc.array(step, { minLength: 1, maxLength: max }).map((steps) => steps.flat())
}

/** Entries of one kind that take each other's names in a circle, as a paste or a template does it. */
export function exchangedNames(
  files: readonly { path: string; file: GeneratedFile }[],
): fc.Arbitrary<readonly AnyEdit[]> {
  const named = (kind: EntryKind, of: (file: GeneratedFile) => readonly string[]) =>
    files.flatMap(({ path, file }) => of(file).map((name) => ({ id: entryId(kind, path, name, 0), name })))
  const circle = (
    all: readonly { readonly id: string; readonly name: string }[],
    edit: (id: string, name: string) => AnyEdit,
  ): fc.Arbitrary<readonly AnyEdit[]> =>
    fc
      .shuffledSubarray([...all], { minLength: Math.min(2, all.length), maxLength: Math.min(4, all.length) })
      .map((some) => some.map(({ id }, i) => edit(id, some[(i + 1) % some.length]?.name ?? '')))
  return fc.oneof(
    fc.boolean().chain((cascade) =>
      circle(
        named('context', ({ contexts }) => contexts),
        (context, name) => ({
          kind: 'rename-context',
          context,
          name,
          cascade,
        }),
      ),
    ),
    circle(
      named('user', ({ users }) => users),
      (user, name) => ({ kind: 'rename-user', user, name }),
    ),
    circle(
      named('cluster', ({ clusters }) => clusters),
      (cluster, name) => ({
        kind: 'rename-cluster',
        cluster,
        name,
      }),
    ),
  )
}
