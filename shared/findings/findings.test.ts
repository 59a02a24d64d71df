import { describe, expect, test } from 'vitest'
import type { Intended, Predicted } from '../identity/identity'
import {
  type ClusterEntry,
  type ContextEntry,
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  entryId,
  type KubeconfigFile,
  type UserEntry,
} from '../kubeconfig/entries'
import { visible } from '../visible'
import {
  type FindingId,
  type FindingInput,
  type FindingRow,
  fileFixIds,
  findAll,
  findingIds,
  findingsByContext,
  fixOf,
  fixOfFile,
  madeIds,
  type ProfileState,
  type Severity,
} from './findings'

const file = '/home/ada/.kube/config'
const origin = (where = file, extra: Partial<ContextEntry['origin']> = {}): ContextEntry['origin'] => ({
  file: where,
  line: 1,
  endLine: 4,
  range: { start: 0, end: 0 },
  quote: 'plain',
  shadowedBy: null,
  duplicate: false,
  ...extra,
})

const unnamed: Intended = {
  arn: null,
  accessKeyId: null,
  profile: null,
  account: null,
  partition: null,
  permissionSet: null,
  expected: false,
  by: [],
}
const noPrediction: Predicted = { ...unnamed, instead: null, certain: true, problem: null }

const cluster = (name: string, extra: Partial<ClusterEntry> = {}): ClusterEntry => ({
  ...emptyCluster,
  id: entryId('cluster', file, name, 0),
  name,
  origin: origin(),
  server: `https://${name}.eks`,
  ...extra,
})
const user = (name: string, extra: Partial<UserEntry> = {}): UserEntry => ({
  ...emptyUser,
  id: entryId('user', file, name, 0),
  name,
  origin: origin(),
  exec: {
    ...emptyExec,
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['eks', 'get-token'],
  },
  ...extra,
})
const exec = (extra: Partial<NonNullable<UserEntry['exec']>>) => {
  const { exec: plain } = user('x')
  return { exec: plain && { ...plain, ...extra } }
}

/** A context pinned by --profile to a role of its own: nothing is wrong with it. */
function fine(
  name: string,
  extra: Partial<FindingRow> = {},
  context: Partial<ContextEntry> = {},
): FindingRow {
  const arn = `arn:aws:iam::111111111111:role/${name}`
  return {
    context: {
      ...emptyContext,
      id: entryId('context', context.origin?.file ?? file, name, 0),
      name,
      origin: origin(),
      cluster: 'prod',
      user: name,
      ...context,
    },
    cluster: cluster('prod'),
    user: user(name),
    auth: 'aws',
    meant: { name: 'prod', region: 'eu-west-1', account: '111111111111', partition: 'aws', tokenFor: null },
    profile: name,
    profilePinnedBy: 'arg',
    role: null,
    intended: { ...unnamed, arn, profile: name },
    predicted: { ...noPrediction, arn, profile: name },
    profileState: { kind: 'known' },
    ...extra,
  }
}

function input(rows: readonly FindingRow[], extra: Partial<FindingInput> = {}): FindingInput {
  return {
    snapshot: {
      revision: 1,
      files: [],
      currentContext: null,
      currentContextFile: null,
      contexts: rows.map((row) => row.context),
      clusters: rows.flatMap((row) => (row.cluster ? [row.cluster] : [])),
      users: rows.flatMap((row) => (row.user ? [row.user] : [])),
    },
    rows,
    keysInEnvironment: false,
    environment: 'the login shell',
    ...extra,
  }
}

const found = (given: FindingInput) =>
  findAll(given).map(({ id, severity, contexts }) => [
    id,
    severity,
    contexts.map((context) => given.snapshot.contexts.find((entry) => entry.id === context)?.name),
  ])

const kubeconfig = (problems: KubeconfigFile['problems']): KubeconfigFile => ({
  path: file,
  realPath: file,
  source: 'default',
  own: true,
  trusted: true,
  revision: null,
  bytes: 0,
  mode: 0o600,
  uid: 0,
  currentContext: null,
  problems,
  contexts: 1,
  clusters: 1,
  users: 1,
})
const misread = { code: 'misread-string', severity: 'error', message: '', next: '', at: null } as const
const torn = { ...misread, code: 'bad-yaml' } as const

const keys = { name: 'AWS_ACCESS_KEY_ID', value: 'AKIA', masked: false }
const shared = user('shared')
const state = (kind: ProfileState): Partial<FindingRow> => ({ profileState: kind })
const one = (row: Partial<FindingRow>, extra: Partial<FindingInput> = {}) => input([fine('a', row)], extra)
const unpinned = { profile: null, profilePinnedBy: 'none', intended: unnamed } as const

type Line = readonly [
  when: string,
  given: FindingInput,
  ...expected: (readonly [FindingId, Severity, string[]])[],
]
const table: readonly Line[] = [
  ['nothing is wrong', input([fine('a'), fine('b')])],
  [
    'contexts have one user entry',
    input([fine('a', { user: shared }), fine('b', { user: shared })]),
    ['shared-user', 'warning', ['a', 'b']],
  ],
  [
    'differently named contexts are one identity in one cluster',
    input([fine('a'), fine('b', { predicted: fine('a').predicted })]),
    ['same-identity', 'warning', ['a', 'b']],
  ],
  [
    'one identity enters two clusters',
    input([fine('a'), fine('b', { predicted: fine('a').predicted, cluster: cluster('stage') })]),
  ],
  [
    'one of two twins impersonates a user',
    input([
      fine('a'),
      fine('b', {
        predicted: fine('a').predicted,
        user: user('b', { impersonation: { as: 'x', uid: null, groups: [], extra: {} } }),
      }),
    ]),
    ['impersonation', 'warning', ['b']],
  ],
  [
    'two contexts of one profile cannot act at all',
    input(
      ['a', 'b'].map((name) =>
        fine(name, {
          profile: 'p',
          intended: { ...unnamed, profile: 'p' },
          predicted: {
            ...noPrediction,
            profile: 'p',
            problem: { code: 'partial-keys', message: '', next: '' },
          },
        }),
      ),
    ),
  ],
  [
    'two contexts would be one identity after a sign-in',
    input(
      ['a', 'b'].map((name) =>
        fine(name, {
          predicted: { ...fine('a').predicted, problem: { code: 'sso-login', message: '', next: '' } },
        }),
      ),
    ),
    ['same-identity', 'warning', ['a', 'b']],
  ],
  ['a profile is pinned by env', one({ profilePinnedBy: 'env' }), ['env-keys-win', 'warning', ['a']]],
  [
    'a profile is pinned by env and the environment has keys',
    one({ profilePinnedBy: 'env' }, { keysInEnvironment: true }),
    ['env-keys-win', 'error', ['a']],
  ],
  [
    'a profile is pinned by env beside keys of the entry itself',
    one({ profilePinnedBy: 'env', user: user('a', exec({ env: [keys] })) }),
    ['env-keys-win', 'error', ['a']],
  ],
  ['a profile is pinned by argument and the environment has keys', one({}, { keysInEnvironment: true })],
  ['the entry names no identity', one(unpinned), ['unpinned', 'info', ['a']]],
  ['the entry names only a role', one({ ...unpinned, role: 'arn:aws:iam::1:role/r' })],
  ['the entry brings keys of its own', one({ ...unpinned, intended: { ...unnamed, accessKeyId: 'AKIA' } })],
  ['the user marked whom to expect', one({ ...unpinned, intended: { ...unnamed, expected: true } })],
  [
    'a role stands on top of a profile that assumes one',
    one({
      role: 'arn:aws:iam::1:role/r',
      ...state({ kind: 'assumes-role', role: 'arn:aws:iam::1:role/q', source: 'base' }),
    }),
    ['double-assume', 'warning', ['a']],
  ],
  ['a profile assumes a role by itself', one(state({ kind: 'assumes-role', role: 'r', source: 'base' }))],
  [
    'the exec entry asks for v1alpha1',
    one({ user: user('a', exec({ apiVersion: 'client.authentication.k8s.io/v1alpha1' })) }),
    ['deprecated-api-version', 'error', ['a']],
  ],
  [
    'the exec entry asks for v1',
    one({ user: user('a', exec({ apiVersion: 'client.authentication.k8s.io/v1' })) }),
  ],
  ['the profile is in no file', one(state({ kind: 'unknown' })), ['unknown-profile', 'error', ['a']]],
  [
    'the profile goes round in a circle',
    one(state({ kind: 'broken', why: 'a → b → a' })),
    ['broken-profile', 'error', ['a']],
  ],
  ['the cluster is not there', one({ cluster: null }), ['dangling-cluster', 'error', ['a']]],
  ['the user is not there', one({ user: null, auth: 'none' }), ['dangling-user', 'error', ['a']]],
  [
    'no user is named',
    input([fine('a', { user: null, auth: 'none' }, { user: null })]),
    ['dangling-user', 'error', ['a']],
  ],
  [
    'current-context names nothing',
    input([fine('a')], {
      snapshot: { ...input([fine('a')]).snapshot, currentContext: 'gone', currentContextFile: file },
    }),
    ['dangling-current', 'warning', []],
  ],
  [
    'an earlier file has a context of that name',
    input([fine('a'), fine('a', {}, { origin: origin('/second', { shadowedBy: file }) })]),
    ['shadowed', 'warning', ['a']],
  ],
  [
    'a context gets the cluster of an earlier file instead of the one beside it',
    input([fine('a')], {
      snapshot: {
        ...input([fine('a')]).snapshot,
        clusters: [cluster('prod', { origin: origin(file, { shadowedBy: '/first' }) })],
      },
    }),
    ['shadowed', 'warning', ['a']],
  ],
  [
    'a list has a name twice',
    input([
      fine('a', {}, { origin: origin(file, { duplicate: true }) }),
      fine('a', {}, { origin: origin(file, { duplicate: true }), id: entryId('context', file, 'a', 1) }),
    ]),
    ['duplicate-name', 'error', ['a', 'a']],
  ],
  [
    'a list of users has a name twice',
    input([fine('a', { user: user('a', { origin: origin(file, { duplicate: true }) }) })]),
    ['duplicate-name', 'error', []],
  ],
  [
    'kubectl misreads a name',
    input([fine('a')], { snapshot: { ...input([fine('a')]).snapshot, files: [kubeconfig([misread])] } }),
    ['unsafe-name', 'error', []],
  ],
  [
    'the entry impersonates',
    one({ user: user('a', { impersonation: { as: 'root', uid: null, groups: [], extra: {} } }) }),
    ['impersonation', 'warning', ['a']],
  ],
  [
    'a token stands beside exec',
    one({ auth: 'token', user: user('a', { secrets: ['token'] }) }),
    ['exec-suppressed', 'warning', ['a']],
  ],
  [
    'a certificate stands beside exec',
    one({ auth: 'client-certificate', user: user('a', { clientCertificate: { kind: 'data', bytes: 9 } }) }),
    ['exec-suppressed', 'warning', ['a']],
  ],
]

describe('what is found when', () => {
  test.each(table.map(([when, given, ...expected]) => ({ when, given, expected })))(
    '$when',
    ({ given, expected }) => {
      expect(found(given)).toEqual(expected)
    },
  )

  test('every rule of the table is found by one of these', () => {
    const seen = new Set(table.flatMap(([, , ...expected]) => expected.map(([id]) => id)))
    expect([...seen].sort()).toEqual([...madeIds].sort())
  })

  test('every finding says where, why and what would mend it', () => {
    for (const [, given] of table) {
      for (const finding of findAll(given)) {
        expect(finding.file).not.toBe('')
        expect(finding.message).toMatch(/^[^a-z].*\.$/)
        expect(finding.advice).toMatch(/^[A-Z].*[^ ]$/)
      }
    }
  })
})

test('a finding of a user shared by many names four of them and counts the rest', () => {
  const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => fine(name, { user: shared }))
  expect(findAll(input(rows))[0]?.message).toContain('“a”, “b”, “c”, “d” and 2 more')
})

test('a role twice in a chain is another sentence than a second role', () => {
  const twice = (role: string) =>
    findAll(one({ role, ...state({ kind: 'assumes-role', role: 'arn:aws:iam::1:role/q', source: 'base' }) }))
  expect(twice('arn:aws:iam::1:role/q')[0]?.message).toContain('it is assumed twice')
  expect(twice('arn:aws:iam::1:role/r')[0]?.advice).toContain('“base”')
})

describe('fixes', () => {
  const context = { id: 'a', profile: 'pay', sharedWith: ['b'] }

  test('a profile that keys of the shell beat is pinned by argument, for this context alone', () => {
    expect(fixOf({ id: 'env-keys-win' }, context)?.edits).toEqual([
      { kind: 'set-profile', context: 'a', profile: 'pay', pin: 'arg', scope: 'split' },
    ])
    expect(fixOf({ id: 'env-keys-win' }, { ...context, profile: null })).toBeNull()
  })

  test('a shared user is split, and one that is shared no more has nothing to split', () => {
    expect(fixOf({ id: 'shared-user' }, context)?.edits).toEqual([
      { kind: 'split-user', context: 'a', name: null },
    ])
    expect(fixOf({ id: 'shared-user' }, { ...context, sharedWith: [] })).toBeNull()
  })

  test('an API version that kubectl refuses becomes v1beta1', () => {
    expect(fixOf({ id: 'deprecated-api-version' }, context)?.edits).toEqual([
      { kind: 'set-api-version', context: 'a', version: 'v1beta1', scope: 'split' },
    ])
  })

  test('on top of a role profile its source is named instead, where it has one', () => {
    const [found] = findAll(one({ role: 'r', ...state({ kind: 'assumes-role', role: 'q', source: 'base' }) }))
    expect(found && fixOf(found, context)?.edits).toEqual([
      { kind: 'set-profile', context: 'a', profile: 'base', pin: null, scope: 'split' },
    ])
    const [alone] = findAll(one({ role: 'r', ...state({ kind: 'assumes-role', role: 'q', source: null }) }))
    expect(alone && fixOf(alone, context)).toBeNull()
  })

  test('a file in which only quotes are missing gets them, and one that is torn as well does not', () => {
    expect(fixOfFile('unsafe-name', kubeconfig([misread]))?.edits).toEqual([{ kind: 'quote-misread', file }])
    expect(fixOfFile('unsafe-name', kubeconfig([misread, torn]))).toBeNull()
    expect(fileFixIds).toEqual(['unsafe-name'])
  })

  test('where the user has to choose, and where no rule is made yet, there is none', () => {
    expect(fixOf({ id: 'dangling-user' }, context)).toBeNull()
    expect(fixOf({ id: 'orphan-user' }, context)).toBeNull()
    expect(fixOfFile('shared-user', kubeconfig([misread]))).toBeNull()
  })
})

test('no id is in two of the lists', () => {
  expect(new Set(findingIds).size).toBe(findingIds.length)
})

test('findings are looked up by context', () => {
  const given = input([fine('a', { user: shared }), fine('b', { user: shared }), fine('c')])
  const by = findingsByContext(findAll(given))
  expect([...by.keys()]).toEqual(given.rows.slice(0, 2).map((row) => row.context.id))
})

test('names that would hide or reorder text are shown by their code points', () => {
  expect(visible('prod\u202eNIMDA\u001b[31m')).toBe('prod⟨U+202E⟩NIMDA⟨U+001B⟩[31m')
  expect(visible('Größe 平成 🙂 a b')).toBe('Größe 平成 🙂 a b')
})
