import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execMeaning } from '../../../shared/exec/parse'
import { readDocument } from './document'
import { modelOf, sourceOf } from './edit-model'

const fixture = (name: string) => readFileSync(join(__dirname, '../fixtures', name), 'utf8')
const file = '/home/dev/.kube/config'
const full = process.env.EKSCOPE_FULL === '1'

test('a hand-written file gives every entry its place, through anchors, merges and flow', () => {
  const text = fixture('hand-written.yaml')
  const document = readDocument(file, text)
  expect(document.problems).toEqual([])
  expect(document.contexts.map(({ name, line }) => [name, line])).toEqual([
    ['prod', 28],
    ['stage', 29],
    ['on', 34],
  ])
  const stage = document.contexts[1]?.range
  expect(text.slice(stage?.start, stage?.end)).toBe(
    '- name: "stage"\n  context:\n    cluster: stage\n    user: me',
  )
  // Through `<<: *tls`, and its relative path against the file's own folder.
  expect(document.cluster(2)).toMatchObject({
    name: 'prod-proxy',
    tlsServerName: 'localhost',
    certificateAuthority: '/home/dev/.kube/pki/ca.crt',
  })
})

test('what aws writes is read by the scanner', () => {
  const document = readDocument(file, fixture('caveat-04-user-alias.yaml'))
  expect(document.foundBy).toBe('scan')
  expect(document.currentContext).toBe('prod-admin')
  expect(document.users.map(({ name }) => name)).toEqual([
    'arn:aws:eks:us-west-2:123456789012:cluster/prod',
    'prod-admin',
  ])
  expect(document.user(1).exec?.args).toContain('arn:aws:iam::123456789012:role/eks-admin')
})

test('a variable in other letters is the same one on Windows, the last of them counts, and elsewhere it is another', () => {
  const text = `users:
- name: prod-admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - eks
      - get-token
      - --cluster-name
      - prod
      command: aws
      env:
      - name: AWS_PROFILE
        value: first
      - name: Aws_Profile
        value: last
`
  for (const [file, profile] of [
    ['C:\\Users\\me\\.kube\\config', 'last'],
    ['/home/me/.kube/config', 'first'],
  ] as const)
    for (const how of ['scan', 'parse'] as const) {
      const { exec } = readDocument(file, text, how).user(0)
      expect([file, exec && execMeaning(exec).profile]).toEqual([file, profile])
    }
})

test('of a torn file everything that could be read is there, beside the place where it breaks', () => {
  const whole = fixture('caveat-04-user-alias.yaml')
  const document = readDocument(file, `${whole.slice(0, whole.indexOf('prod-viewer'))}"prod-vi`)
  expect(document.readable).toBe(false)
  expect(document.problems).toMatchObject([{ code: 'bad-yaml', severity: 'error', at: { line: 12 } }])
  expect(document.clusters).toHaveLength(1)
})

test('one broken entry leaves the others legible', () => {
  const document = readDocument(
    file,
    'contexts:\n- name: a\n  context: {cluster: c}\n- name: b\n  context: {cluster: [}\n- name: z\n  context: {user: u}\n',
  )
  expect(document.problems).toMatchObject([{ code: 'bad-yaml', at: { line: 5, column: 23 } }])
  expect(document.contexts.map(({ name }) => name)).toEqual(['a', 'b', 'z'])
  expect(document.context(2).user).toBe('u')
})

test('an unquoted word that kubectl misreads is named with its place, and shown as it was meant', () => {
  const document = readDocument(file, 'contexts:\n- name: on\n  context:\n    namespace: 012\n')
  expect(document.problems.map(({ code, at }) => [code, at])).toEqual([
    ['misread-string', { line: 2, column: 9 }],
    ['misread-string', { line: 4, column: 16 }],
  ])
  expect(document.contexts[0]?.name).toBe('on')
  expect(document.context(0).namespace).toBe('012')
})

test('a duplicate name is an error, and both entries are there with their count', () => {
  const document = readDocument(file, 'users:\n- name: a\n- name: b\n- name: a\n')
  expect(document.users.map(({ name, occurrence, duplicate }) => [name, occurrence, duplicate])).toEqual([
    ['a', 0, true],
    ['b', 0, false],
    ['a', 1, true],
  ])
  expect(document.problems).toMatchObject([{ code: 'duplicate-name', at: { line: 4, column: 1 } }])
})

test('no problem tells the value of a secret', () => {
  const document = readDocument(
    file,
    'users:\n- name: a\n  user:\n    token: 12345678\n    password: 0x99\n    client-key-data: "%%s3cret"\n',
  )
  expect(document.problems).toHaveLength(3)
  expect(JSON.stringify(document.problems)).not.toMatch(/12345678|0x99|s3cret/)
})

test.each([
  ['an alias of nothing', 'token: *s3cret'],
  ['an alias within itself', 'token: &s3cret [*s3cret]'],
])('a secret that YAML takes for %s is in no message', (_, line) => {
  const { problems } = readDocument(file, `users:\n- name: u\n  user:\n    ${line}\n`)
  expect(problems[0]?.at).not.toBeNull()
  expect(JSON.stringify(problems)).not.toContain('s3cret')
})

/** A single value may have 4 MiB. */
const megabytes = process.env.EKSCOPE_FULL === '1' ? 30 : 6
test.each([
  ['nested ten thousand deep', `x: ${'['.repeat(10_000)}`],
  ['maps ten thousand deep', Array.from({ length: 10_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
  [
    'aliases that multiply',
    `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(',')}]`).join('\n')}`,
  ],
  [
    'merges that multiply',
    `a0: &a0 {k: v}\n${Array.from({ length: 20_000 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: *a${at}, k${at}: v}`).join('\n')}`,
  ],
  ['a quote that never ends', `contexts: "${'a '.repeat(500_000)}`],
  ['an alias of itself', 'a: &a [*a]'],
  ['keys of keys, two thousand deep', '? '.repeat(2_000)],
  ['tags on tags', '!!t '.repeat(200_000)],
  [`a value of ${megabytes} MB`, `contexts:\n- name: ${'a '.repeat(megabytes * 500_000)}`],
  [`a block of ${megabytes} MB`, `contexts:\n- name: |\n${'    a\n'.repeat((megabytes * 1_000_000) / 6)}`],
  ['a number of 4 MB', `contexts:\n- name: ${'9'.repeat(4_000_000)}x: [`],
  ['more than a million values', `contexts: [${'~,'.repeat(1_100_000)}]`],
  ['a control character', 'kind: Config\n# \u0001\n'],
])('hostile text is an error in its place: %s', (_, text) => {
  const document = readDocument(file, text)
  expect(document.readable).toBe(false)
  expect(document.problems[0]?.at).not.toBeNull()
})

const laughs = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(',')}]`).join('\n')}\n`
const staircase = `a0: &a0 [x]\n${Array.from({ length: 20_000 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`).join('\n')}\n`
const merges = `a0: &a0 {k: v}\n${Array.from({ length: 20_000 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: *a${at}}`).join('\n')}\n`
test.each([
  ['that multiply', laughs, '*a9'],
  ['nested twenty thousand deep', staircase, '*a20000'],
  ['that merge twenty thousand times', merges, '{<<: *a20000}'],
])(
  'aliases %s are refused with their place, and the entries that use them are legible without',
  (_, bomb, use) => {
    const text = `${bomb}clusters:
- name: c
  cluster:
    server: https://c.example
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: ${use}
users:
- name: u
  user:
    auth-provider: {name: p, config: {a: ${use}}}
contexts:
- name: z
  context: {cluster: c, user: u, extensions: [{name: x, extension: ${use}}]}
`
    const document = readDocument(file, text)
    expect(document.readable).toBe(false)
    expect(document.problems[0]).toMatchObject({ code: 'bad-yaml', at: { column: expect.any(Number) } })
    expect(document.cluster(0).server).toBe('https://c.example')
    expect(document.user(0).authProvider).toBe('p')
    expect(document.context(0)).toMatchObject({ name: 'z', cluster: 'c', user: 'u' })
    const source = sourceOf({ path: file, listed: true, text, fault: null })
    expect(modelOf([source]).files[0]?.cluster[0]?.value).toMatchObject({ server: 'https://c.example' })
  },
)

test.skipIf(!full)(
  'a list of more entries than can be shown is shown up to there, with the place where it goes on',
  () => {
    const text = `contexts:\n${Array.from({ length: 101_000 }, (_, at) => `- name: c${at}\n`).join('')}`
    // The full parser takes seconds for it.
    for (const how of full ? (['scan', 'parse'] as const) : (['scan'] as const)) {
      const document = readDocument(file, text, how)
      expect(document.contexts).toHaveLength(100_000)
      expect(document.problems).toMatchObject([{ code: 'too-large', at: { line: 100_002, column: 3 } }])
      expect(document.readable).toBe(false)
    }
  },
)

test('problems beyond the first thousand are counted', () => {
  const document = readDocument(file, `contexts:\n${'- name: on\n'.repeat(5_000)}`)
  expect(document.problems).toHaveLength(1_001)
  expect(document.problems.at(-1)?.message).toMatch(
    /^From here on \d+ more problems of this file are not listed\.$/,
  )
})
