import { describe, expect, test } from 'vitest'
import { writeOutputJson } from '../exec/flaws'
import { type ExecMeaning, execMeaning } from '../exec/parse'
import type { AuthKind, Intended, Predicted } from '../identity/identity'
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
import type { Severity } from './define-rule'
import { type FindingId, fileFixIds, findingIds, fixOf, fixOfFile, madeIds } from './finding-rules'
import type { FindingInput, FindingRow, ProfileState } from './rule-input'
import { FoundByRules, findingsByContext } from './run-rules'

const findAll = (input: FindingInput) => new FoundByRules(input).all

const file = '/home/ada/.kube/config'
const origin = (where = file, extra: Partial<ContextEntry['origin']> = {}): ContextEntry['origin'] => ({
  file: where,
  line: 1,
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

const notAllowed = {
  code: 'plugin-not-allowed',
  message: 'The kuberc /home/ada/.kube/kuberc:3 sets credentialPluginPolicy to DenyAll.',
  next: 'Set it to Allowlist.',
} as const

/** What gets a token of cluster prod by the region of its ARN, and by a profile. */
const plainCommand = {
  command: 'aws',
  args: [
    '--region',
    'eu-west-1',
    '--profile',
    'p',
    'eks',
    'get-token',
    '--cluster-name',
    'prod',
    '--output',
    'json',
  ],
  env: [],
}
const plainMeaning = execMeaning(plainCommand)
const meaningAs = (extra: Partial<ExecMeaning>): ExecMeaning => ({ ...plainMeaning, ...extra })
const ofAuth = (auth: AuthKind): ExecMeaning | null =>
  auth === 'aws' || auth === 'aws-iam-authenticator'
    ? meaningAs({ program: auth, gets: auth })
    : auth === 'exec'
      ? meaningAs({ program: 'other', gets: null, understood: false })
      : null

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
      user: extra.user?.name ?? name,
      ...context,
    },
    cluster: cluster('prod'),
    user: user(name),
    auth: 'aws',
    meaning: ofAuth(extra.auth ?? 'aws'),
    meant: { name: 'prod', region: 'eu-west-1', account: '111111111111', partition: 'aws', tokenFor: null },
    profile: name,
    profilePinnedBy: 'arg',
    role: null,
    intended: { ...unnamed, arn, profile: name },
    predicted: { ...noPrediction, arn, profile: name },
    profileState: { kind: 'known' },
    session: null,
    aws: { path: '/usr/bin/aws', version: '2.36.12' },
    newerAws: null,
    lacksLogin: false,
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
    known: new Map([
      ['readonly', { what: 'role', accounts: new Set(['111111111111', null]) }],
      ['dev', { what: 'profile', accounts: new Set([null]) }],
      ['audit', { what: 'role', accounts: new Set(['999999999999']) }],
    ]),
    keyProfiles: new Map([['AKIACAROL', 'carol']]),
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
const torn = { ...misread, code: 'bad-yaml', message: 'It is torn.', next: 'Mend it.' } as const

const shared = user('shared')
const one1 = { path: '/opt/v1/aws', version: '1.45.11' }
const keys = { name: 'AWS_ACCESS_KEY_ID', value: 'AKIA', masked: false }
const state = (kind: ProfileState): Partial<FindingRow> => ({ profileState: kind })
const one = (row: Partial<FindingRow>, extra: Partial<FindingInput> = {}) => input([fine('a', row)], extra)
const unpinned = { profile: null, profilePinnedBy: 'none', intended: unnamed } as const

/** A context that means the same identity as `of`, in the same cluster, by a user entry of its own. */
const twinOf = (
  of: string,
  name: string,
  row: Partial<FindingRow> = {},
  context: Partial<ContextEntry> = {},
): FindingRow => fine(name, { intended: fine(of).intended, predicted: fine(of).predicted, ...row }, context)

const notFound = {
  code: 'command-not-found',
  message: 'There is no program /no/such/aws.',
  next: 'Install it.',
} as const
const printsText = { code: 'bad-exec-credential', message: 'It prints text.', next: writeOutputJson } as const
const secretKey = { name: 'AWS_SECRET_ACCESS_KEY', value: '•••', masked: true }
/** Rows of one file that says so of itself, with clusters and users beside theirs. */
function withFiles(
  rows: readonly FindingRow[],
  file: Partial<KubeconfigFile>,
  beside: readonly string[] = [],
): FindingInput {
  const given = input(rows)
  return {
    ...given,
    snapshot: {
      ...given.snapshot,
      files: [{ ...kubeconfig([]), ...file }],
      clusters: [...given.snapshot.clusters, ...beside.map((name) => cluster(name))],
      users: [...given.snapshot.users, ...beside.map((name) => user(name))],
    },
  }
}

const keysOfShell = { accessKeyId: 'AKIA', instead: 'AWS_ACCESS_KEY_ID of the login shell' }
/** A context pinned by AWS_PROFILE in its env. */
const byEnv = (
  predicted: Partial<Predicted> = {},
  env: readonly { name: string; value: string; masked: boolean }[] = [],
  profile = true,
): Partial<FindingRow> => ({
  profilePinnedBy: 'env',
  predicted: { ...noPrediction, profile: 'a', ...predicted },
  user: user(
    'a',
    exec({ env: [...env, ...(profile ? [{ name: 'AWS_PROFILE', value: 'a', masked: false }] : [])] }),
  ),
})

const carol = 'arn:aws:iam::111111111111:user/carol'
/** The same with an expectation of the user. */
const expecting = (row: Partial<FindingRow>, arn = carol): Partial<FindingRow> => ({
  ...row,
  intended: { ...unnamed, arn, profile: 'a', expected: true },
  entryNames: fine('a').intended,
})

type Line = readonly [
  when: string,
  given: FindingInput,
  ...expected: (readonly [FindingId, Severity, readonly string[]])[],
]
const table: readonly Line[] = [
  ['nothing is wrong', input([fine('a'), fine('b')])],
  [
    'contexts have one user entry',
    input([fine('a', { user: shared }), fine('b', { user: shared })]),
    ['shared-user', 'warning', ['a', 'b']],
  ],
  ['two names of one thing', input([fine('a'), twinOf('a', 'b')]), ['same-identity', 'info', ['a', 'b']]],
  [
    'a name promises a role that is known from files, and both are one identity',
    input([fine('prod'), twinOf('prod', 'prod-readonly')]),
    ['same-identity', 'warning', ['prod', 'prod-readonly']],
  ],
  [
    'a name holds the name of a role that is in another account only',
    input([fine('prod'), twinOf('prod', 'prod-audit')]),
    ['same-identity', 'info', ['prod', 'prod-audit']],
  ],
  [
    'two have a profile of files that are not known',
    input(
      ['a', 'b'].map((name) =>
        twinOf('a', name, {
          intended: { ...unnamed, profile: 'p' },
          predicted: { ...noPrediction, profile: 'p', certain: false },
          meaning: meaningAs({ program: 'other', given: 'everything' }),
        }),
      ),
    ),
  ],
  [
    'both names hold the known word',
    input([fine('readonly-1'), twinOf('readonly-1', 'readonly-2')]),
    ['same-identity', 'info', ['readonly-1', 'readonly-2']],
  ],
  [
    'a known word is a part of another word only',
    input([fine('prod'), twinOf('prod', 'developer')]),
    ['same-identity', 'info', ['prod', 'developer']],
  ],
  [
    'twins differ in their namespace',
    input([fine('a'), twinOf('a', 'dev', {}, { namespace: 'web' })]),
    ['same-identity', 'info', ['a', 'dev']],
  ],
  ...(
    [
      ['proxy', { proxyUrl: 'http://p:1' }],
      ['server', { server: 'https://127.0.0.1:8443' }],
      ['server name', { tlsServerName: 'prod.example' }],
      ['check of the certificate', { insecureSkipTlsVerify: true }],
    ] as const
  ).map(([what, route]): (typeof table)[number] => [
    `twins take another ${what} to the same cluster`,
    input([fine('a'), twinOf('a', 'dev', { cluster: cluster('prod', route) })]),
    ['same-identity', 'info', ['a', 'dev']],
    ...('insecureSkipTlsVerify' in route ? ([['insecure-skip-tls', 'warning', ['dev']]] as const) : []),
  ]),
  [
    'aws refuses the arguments of two contexts',
    input(
      ['a', 'b'].map((name) =>
        twinOf('a', name, {
          predicted: { ...fine('a').predicted, problem: { code: 'command-failed', message: '', next: '' } },
        }),
      ),
    ),
  ],
  [
    'one of two twins asks for more than a token',
    input([fine('a'), twinOf('a', 'b', { meaning: meaningAs({ understood: false }) })]),
  ],
  [
    'twins share their user',
    input([fine('a', { user: shared }), twinOf('a', 'dev', { user: shared })]),
    ['shared-user', 'warning', ['a', 'dev']],
  ],
  [
    'some twins share their user: one of them stands for all',
    input([fine('a', { user: shared }), twinOf('a', 'b', { user: shared }), twinOf('a', 'c')]),
    ['shared-user', 'warning', ['a', 'b']],
    ['same-identity', 'info', ['a', 'c']],
  ],
  [
    'two clusters of one server are called differently, and no entry says whose they are',
    input(
      ['one', 'other'].map((name, at) =>
        twinOf('a', `c${at}`, {
          meant: { name, region: 'eu-west-1', account: null, partition: 'aws', tokenFor: null },
        }),
      ),
    ),
    ['same-identity', 'info', ['c0', 'c1']],
  ],
  [
    'one of two twins brings half a key',
    input([fine('a'), twinOf('a', 'b', { user: user('b', exec({ env: [keys] })) })]),
  ],
  [
    'a shell makes the same of two contexts that mean two identities',
    input(['a', 'dev'].map((name) => fine(name, { predicted: fine('carol').predicted }))),
  ],
  [
    'a shell makes two of two contexts that mean one identity',
    input([fine('a'), twinOf('a', 'b', { predicted: fine('carol').predicted })]),
  ],
  [
    'a shell makes another of two contexts that mean one identity, the same of both',
    input(['a', 'b'].map((name) => twinOf('a', name, { predicted: fine('carol').predicted }))),
    ['same-identity', 'info', ['a', 'b']],
  ],
  [
    'keys at which aws stops take the place of one of two twins',
    input([
      fine('a'),
      twinOf('a', 'b', {
        predicted: {
          ...noPrediction,
          instead: 'AWS_ACCESS_KEY_ID of the login shell',
          problem: { code: 'expired-keys', message: '', next: '' },
        },
      }),
    ]),
  ],
  [
    'one identity enters two clusters',
    input([fine('a'), twinOf('a', 'b', { meant: { ...fine('b').meant, name: 'stage' } })]),
  ],
  [
    'one of two twins impersonates a user',
    input([
      fine('a'),
      twinOf('a', 'b', {
        user: user('b', { impersonation: { as: 'x', uid: null, groups: [], extra: {} } }),
      }),
    ]),
    ['impersonation', 'warning', ['b']],
  ],
  [
    'the cluster sees another session name',
    input([fine('a'), twinOf('a', 'b', { session: 'EKSGetTokenAuth' })]),
  ],
  [
    'kubectl refuses one of two twins',
    input([
      fine('a'),
      twinOf('a', 'b', { user: user('b', exec({ apiVersion: 'client.authentication.k8s.io/v1' })) }),
    ]),
    ['missing-interactive-mode', 'error', ['b']],
  ],
  [
    'one of two twins has a token that its cluster refuses',
    input([fine('a'), twinOf('a', 'b', { meant: { ...fine('b').meant, tokenFor: 'stage' } })]),
    ['cluster-mismatch', 'error', ['b']],
  ],
  [
    'two contexts of one profile cannot act at all',
    input(
      ['a', 'b'].map((name) =>
        twinOf('p', name, { profile: 'p', ...state({ kind: 'broken', why: 'half a key' }) }),
      ),
    ),
    ['broken-profile', 'error', ['a']],
    ['broken-profile', 'error', ['b']],
  ],
  [
    'two contexts would be one identity after a sign-in',
    input(
      ['a', 'b'].map((name) =>
        twinOf('a', name, {
          predicted: { ...fine('a').predicted, problem: { code: 'sso-login', message: '', next: '' } },
        }),
      ),
    ),
    ['same-identity', 'info', ['a', 'b']],
  ],
  [
    'two contexts name nobody',
    input([fine('a', unpinned), fine('b', unpinned)]),
    ['unpinned', 'info', ['a']],
    ['unpinned', 'info', ['b']],
  ],
  ['a profile is pinned by env', one(byEnv()), ['env-keys-win', 'warning', ['a']]],
  ['keys of the shell are used instead', one(byEnv(keysOfShell)), ['env-keys-win', 'error', ['a']]],
  [
    'no AWS file has the profile that a variable names: aws fails, whatever keys there are',
    one({ ...byEnv(), profileState: { kind: 'unknown' } }),
    ['unknown-profile', 'error', ['a']],
  ],
  [
    'keys of the entry itself are used instead',
    one(byEnv({ instead: 'AWS_ACCESS_KEY_ID in exec env' }, [keys])),
    ['env-keys-win', 'error', ['a']],
  ],
  [
    'web identity is used instead',
    one(byEnv({ instead: 'AWS_WEB_IDENTITY_TOKEN_FILE of the login shell' })),
    ['env-keys-win', 'error', ['a']],
  ],
  [
    'AWS_PROFILE of the shell beats AWS_DEFAULT_PROFILE of the entry',
    one(byEnv({ instead: 'AWS_PROFILE of the login shell' })),
    ['env-keys-win', 'error', ['a']],
  ],
  [
    'keys of the shell have to assume the role of the entry',
    one({ ...byEnv(keysOfShell), role: 'arn:aws:iam::1:role/r' }),
    ['env-keys-win', 'warning', ['a']],
    ['audit-name-lost', 'info', ['a']],
  ],
  [
    'keys of the shell are half a pair, at which aws stops',
    one(byEnv({ ...keysOfShell, problem: { code: 'partial-keys', message: 'Half.', next: '' } })),
    ['env-keys-win', 'warning', ['a']],
  ],
  ['keys give whom the user expects in place of a profile that does not', one(expecting(byEnv(keysOfShell)))],
  ['keys would give whom the user expects, and are not there', one(expecting(byEnv()))],
  [
    'a role that the environment gives is the one that the user expects',
    one(
      expecting({ ...byEnv({ instead: 'AWS_ROLE_ARN of the login shell', arn: carol }), entryNames: null }),
    ),
  ],
  [
    'keys win over the profile that gives whom the user expects',
    one(expecting(byEnv(keysOfShell), fine('a').intended.arn ?? '')),
    ['env-keys-win', 'error', ['a']],
  ],
  [
    'keys win over others, and whose either are no file says',
    one({ ...expecting(byEnv(keysOfShell)), entryNames: { ...unnamed, accessKeyId: 'AKIAOTHER' } }),
    ['env-keys-win', 'error', ['a']],
  ],
  ['the entry empties the key id, so that none can win', one(byEnv({}, [{ ...keys, value: '' }]))],
  [
    'the entry empties the key id, and is pinned by AWS_DEFAULT_PROFILE',
    one(
      byEnv(
        {},
        [
          { ...keys, value: '' },
          { name: 'AWS_DEFAULT_PROFILE', value: 'a', masked: false },
        ],
        false,
      ),
    ),
    ['env-keys-win', 'warning', ['a']],
  ],
  [
    'a profile is pinned by argument and the environment has keys',
    one({ predicted: { ...noPrediction, ...keysOfShell } }),
  ],
  [
    'the token is for another cluster',
    one({ meant: { ...fine('a').meant, tokenFor: 'stage' } }),
    ['cluster-mismatch', 'error', ['a']],
  ],
  ['the entry names no identity', one(unpinned), ['unpinned', 'info', ['a']]],
  [
    'another command runs one that names nobody',
    one({ ...unpinned, auth: 'exec', meaning: meaningAs({ program: 'other' }) }),
    ['unpinned', 'info', ['a']],
  ],
  [
    'it is given credentials',
    one({ ...unpinned, auth: 'exec', meaning: meaningAs({ program: 'other', given: 'credentials' }) }),
  ],
  ['another command runs nothing that is known', one({ ...unpinned, auth: 'exec' })],
  [
    'the entry names only a role',
    one({ ...unpinned, role: 'arn:aws:iam::1:role/r' }),
    ['audit-name-lost', 'info', ['a']],
  ],
  ['the entry brings keys of its own', one({ ...unpinned, intended: { ...unnamed, accessKeyId: 'AKIA' } })],
  ['the user marked whom to expect', one({ ...unpinned, intended: { ...unnamed, expected: true } })],
  [
    'a role stands on top of a profile that assumes one',
    one({
      role: 'arn:aws:iam::1:role/r',
      ...state({ kind: 'assumes-role', role: 'arn:aws:iam::1:role/q', source: 'base' }),
    }),
    ['double-assume', 'warning', ['a']],
    ['audit-name-lost', 'info', ['a']],
  ],
  ['a profile assumes a role by itself', one(state({ kind: 'assumes-role', role: 'r', source: 'base' }))],
  [
    'the exec entry asks for v1alpha1',
    one({ user: user('a', exec({ apiVersion: 'client.authentication.k8s.io/v1alpha1' })) }),
    ['deprecated-api-version', 'error', ['a']],
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
    'a file is torn',
    input([fine('a')], { snapshot: { ...input([fine('a')]).snapshot, files: [kubeconfig([torn])] } }),
    ['unreadable-file', 'error', []],
  ],
  [
    'the entry impersonates',
    one({ user: user('a', { impersonation: { as: 'root', uid: null, groups: [], extra: {} } }) }),
    ['impersonation', 'warning', ['a']],
  ],
  [
    'two run an aws of version 1, another one of version 2 which lacks nothing',
    input([fine('a', { aws: one1 }), fine('b', { aws: one1 }), fine('c')]),
    ['other-aws', 'warning', ['a', 'b']],
  ],
  [
    'a profile signs in by aws login, which this aws does not know',
    input([fine('a', { aws: { path: '/usr/bin/aws', version: '2.23.6' }, lacksLogin: true }), fine('b')]),
    ['other-aws', 'warning', ['a']],
  ],
  [
    'two run an aws of version 1 each',
    input([fine('a', { aws: one1 }), fine('b', { aws: { ...one1, path: '/opt/other/aws' } })]),
    ['other-aws', 'warning', ['a']],
    ['other-aws', 'warning', ['b']],
  ],
  [
    'two profiles sign in by aws login, which this aws does not know',
    input(
      ['a', 'b'].map((name) => fine(name, { aws: { path: '/x/aws', version: '2.23.6' }, lacksLogin: true })),
    ),
    ['other-aws', 'warning', ['a']],
    ['other-aws', 'warning', ['b']],
  ],
  ['version 1 is there, and aws-iam-authenticator runs', one({ auth: 'aws-iam-authenticator', aws: one1 })],
  [
    'AWS_PROFILE pins an authenticator of a version 1, and an empty key protects it',
    one({ ...byEnv({}, [{ ...keys, value: '' }]), auth: 'aws-iam-authenticator', aws: one1 }),
  ],
  [
    'AWS_PROFILE pins it, an empty key protects it, and version 1 reads the other variable first',
    one({ ...byEnv({}, [{ ...keys, value: '' }]), aws: one1 }),
    ['env-keys-win', 'warning', ['a']],
    ['other-aws', 'warning', ['a']],
  ],
  [
    'the kuberc keeps kubectl from running a command',
    one({ kubectlRefusal: { problem: notAllowed, certain: true } }),
    ['kuberc', 'error', ['a']],
  ],
  [
    'the kuberc would keep some kubectl from running a command, and which this one is cannot be told',
    input(['a', 'b'].map((name) => fine(name, { kubectlRefusal: { problem: notAllowed, certain: false } }))),
    ['kuberc', 'warning', ['a', 'b']],
  ],
  [
    'a token stands beside exec',
    one({ auth: 'token', user: user('a', { secrets: ['token'] }) }),
    ['exec-suppressed', 'warning', ['a']],
    ['plain-secret', 'warning', ['a']],
  ],
  [
    'v1 has no interactiveMode',
    one({ user: user('a', exec({ apiVersion: 'client.authentication.k8s.io/v1' })) }),
    ['missing-interactive-mode', 'error', ['a']],
  ],
  [
    'v1 has an interactiveMode',
    one({
      user: user('a', exec({ apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' })),
    }),
  ],
  [
    'kubectl would not find the command of two contexts',
    input(['a', 'b'].map((name) => fine(name, { notFound }))),
    ['command-not-found', 'error', ['a', 'b']],
  ],
  [
    'the identity is of another partition than the cluster',
    one({
      meant: { ...fine('a').meant, partition: 'aws-cn' },
      intended: { ...fine('a').intended, partition: 'aws' },
    }),
    ['partition-mismatch', 'error', ['a']],
  ],
  [
    'the partition of the identity, or of the cluster, is not known',
    input([
      fine('a', { intended: { ...fine('a').intended, partition: null } }),
      fine('b', {
        meant: { ...fine('b').meant, partition: null },
        intended: { ...fine('b').intended, partition: 'aws' },
      }),
    ]),
  ],
  [
    'the token is signed in another region',
    one({ cluster: cluster('arn:aws:eks:us-east-1:111111111111:cluster/prod') }),
    ['region-mismatch', 'warning', ['a']],
  ],
  [
    'the token is signed in a region of another partition',
    one({ cluster: cluster('x', { server: 'https://1F.gr7.cn-north-1.eks.amazonaws.com.cn' }) }),
    ['region-mismatch', 'error', ['a']],
  ],
  [
    'aws is started for each token, and Ekscope would make the same',
    input([fine('a', { isSlow: true }), fine('b'), fine('c', { isSlow: true })]),
    ['slow-token', 'info', ['a', 'c']],
  ],
  [
    'no --output is named',
    one({ meaning: meaningAs({ output: null }) }),
    ['missing-output-json', 'info', ['a']],
  ],
  [
    'no --output is named, and aws prints text',
    one({ meaning: meaningAs({ output: null }), predicted: { ...noPrediction, problem: printsText } }),
    ['unusable-output', 'error', ['a']],
  ],
  ...(
    [
      ['text is printed', ['--output', 'text'], ['unusable-output', 'error', ['a']]],
      ['a part is printed', ['--query', 'status.token'], ['unusable-output', 'error', ['a']]],
      ['the version is printed', ['--version'], ['unusable-output', 'error', ['a']]],
      ['no certificate is to be checked', ['--no-verify-ssl'], ['unsafe-request', 'warning', ['a']]],
      ['another host is named', ['--endpoint-url=https://sts.example'], ['unsafe-request', 'warning', ['a']]],
      ['STS of AWS is named', ['--endpoint-url', 'https://sts.eu-west-1.amazonaws.com']],
      ['colours are off', ['--color', 'off']],
    ] as const
  ).map(([what, more, finding]): (typeof table)[number] => [
    `of the arguments, ${what}`,
    one({
      meaning: meaningAs({
        flaws: execMeaning({ ...plainCommand, args: [...plainCommand.args, ...more] }).flaws,
      }),
    }),
    ...(finding === undefined ? [] : [finding]),
  ]),
  [
    'a variable is almost one of AWS',
    one({
      meaning: meaningAs({
        flaws: execMeaning({ ...plainCommand, env: [{ name: 'AW_PROFILE', value: 'x' }] }).flaws,
      }),
    }),
    ['misspelt-variable', 'warning', ['a']],
  ],
  [
    'the name of the cluster is a template',
    one({ meant: { ...fine('a').meant, name: '{{ name }}', tokenFor: null } }),
    ['impossible-cluster-name', 'error', ['a']],
  ],
  [
    'no --output is named, and aws prompts, which --output does not mend',
    one({
      meaning: meaningAs({ output: null }),
      predicted: { ...noPrediction, problem: { ...printsText, next: 'Unset it.' } },
    }),
    ['missing-output-json', 'info', ['a']],
  ],
  [
    'the authenticator has no --output',
    one({
      auth: 'aws-iam-authenticator',
      meaning: meaningAs({ gets: 'aws-iam-authenticator', output: null }),
    }),
  ],
  [
    'the entry names a role: aws assumes it by one name for everybody',
    one({ role: fine('a').intended.arn }),
    ['audit-name-lost', 'info', ['a']],
  ],
  [
    'the certificate of a cluster is not checked',
    input(
      ['a', 'b'].map((name) => fine(name, { cluster: cluster('prod', { insecureSkipTlsVerify: true }) })),
    ),
    ['insecure-skip-tls', 'warning', ['a', 'b']],
  ],
  [
    'a secret key stands in the env of the entry',
    one({ user: user('a', exec({ env: [secretKey] })) }),
    ['plain-secret', 'warning', ['a']],
  ],
  ...(
    [
      ['everybody may write it', 0o602, []],
      ['its group may write it', 0o660, []],
      ['everybody may read it, and it holds a password', 0o604, ['password']],
    ] as const
  ).map(([when, mode, secrets]): (typeof table)[number] => [
    `of a file: ${when}`,
    withFiles([fine('a', { user: user('a', { secrets }) })], { mode }),
    ...(secrets.length > 0 ? ([['plain-secret', 'warning', ['a']]] as const) : []),
    ['open-permissions', 'warning', []],
  ]),
  ['everybody may read a file without a secret', withFiles([fine('a')], { mode: 0o644 })],
  [
    'clusters and users are named by no context',
    withFiles([fine('a')], { clusters: 2, users: 2 }, ['spare']),
    ['orphan-cluster', 'info', []],
    ['orphan-user', 'info', []],
  ],
  [
    'of some contexts alone it is not known who else names them',
    withFiles([fine('a')], { contexts: 2, clusters: 2, users: 2 }, ['spare']),
  ],
  [
    'a certificate stands beside exec',
    one({ auth: 'client-certificate', user: user('a', { clientCertificate: { kind: 'data', bytes: 9 } }) }),
    ['exec-suppressed', 'warning', ['a']],
  ],
  [
    'a user and password stand in the server, masked',
    one({ auth: 'basic', cluster: cluster('prod', { server: 'https://••••••@prod.example' }) }),
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

  test('of a context that kubectl cannot use, the finding says so', () => {
    const all = table.flatMap(([, given]) => findAll(given))
    expect(new Set(all.flatMap(({ id, unusable }) => (unusable ? [id] : [])))).toEqual(
      new Set(['deprecated-api-version', 'missing-interactive-mode', 'dangling-cluster', 'dangling-user']),
    )
  })

  test('the ids of a row are those of its findings, however many rules find something', () => {
    for (const [, given] of table) {
      const looked = new FoundByRules(given)
      for (const row of given.rows) {
        const own = looked.all.filter(({ contexts }) => contexts.includes(row.context.id)).map(({ id }) => id)
        expect(looked.idsOf(row)).toEqual([...new Set(own)])
      }
    }
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

test('who would act instead of a profile that env pins is said, and by which variable it is pinned', () => {
  const message = (row: Partial<FindingRow>) =>
    findAll(one(row)).find(({ id }) => id === 'env-keys-win')?.message
  expect(message(byEnv(keysOfShell))).toBe(
    'Profile “a” is pinned by AWS_PROFILE only, and AWS_ACCESS_KEY_ID of the login shell is used instead: the context would act as the owner of access key AKIA.',
  )
  expect(message(byEnv({ ...keysOfShell, accessKeyId: 'AKIACAROL' }))).toContain(
    'act as the owner of access key AKIACAROL (profile “carol”).',
  )
  const web = { instead: 'AWS_ROLE_ARN of the login shell', arn: 'arn:aws:iam::111111111111:role/R' }
  expect(message(byEnv(web))).toContain('act as role R of 111111111111.')
  const byDefault = byEnv({}, [{ name: 'AWS_DEFAULT_PROFILE', value: 'a', masked: false }], false)
  expect(message(byDefault)).toContain(
    'is pinned by AWS_DEFAULT_PROFILE only: access keys exported in a shell and AWS_PROFILE',
  )
})

test('what is to be removed from an entry is named, and nothing that it does not have', () => {
  const advice = (row: Partial<FindingRow>) => findAll(one(row)).map((finding) => finding.advice)
  const acting = { as: 'root', uid: null, groups: [], extra: {} }
  expect(advice({ user: user('a', { impersonation: acting }) })).toEqual([
    'If that is not meant, remove as from the user entry.',
  ])
  expect(advice({ user: user('a', { impersonation: { ...acting, groups: ['g'] } }) })).toEqual([
    'If that is not meant, remove as and as-groups from the user entry.',
  ])
  expect(advice({ user: user('a', { ...exec({}), secrets: ['token'] }) })).toContain(
    'Remove the token from the user entry.',
  )
})

test('of another aws its version, its path and what it does differently are said, and the one to use where PATH has it', () => {
  const said = (row: Partial<FindingRow>) => {
    const finding = findAll(one(row)).find(({ id }) => id === 'other-aws')
    return [finding?.message, finding?.advice]
  }
  expect(said({ aws: one1 })).toEqual([
    'What runs is aws 1.45.11 (/opt/v1/aws): version 1 takes AWS_DEFAULT_PROFILE before AWS_PROFILE, reads no AWS_REGION and no SSO role that version 2 has cached, and has neither aws sso login nor aws login.',
    'Install the AWS CLI of version 2 or newer first on PATH.',
  ])
  const newerAws = { path: '/usr/bin/aws', version: '2.23.6' }
  expect(said({ aws: one1, newerAws })[1]).toBe(
    'Let the folder of /usr/bin/aws (2.23.6) come before that of /opt/v1/aws in PATH.',
  )
  const byPath = user('a', exec({ command: '/opt/v1/aws' }))
  expect(said({ aws: one1, newerAws, user: byPath })[1]).toBe(
    'Name aws, or /usr/bin/aws (2.23.6), in the entry in place of /opt/v1/aws.',
  )
  // That one lacks it, too.
  const lacking = { aws: { path: '/x/aws', version: '2.20.0' }, lacksLogin: true, newerAws }
  expect(said(lacking)).toEqual([
    'Profile “a” signs in by aws login, and aws 2.20.0 (/x/aws) passes over that and takes other credentials of the profile, or none.',
    'Install the AWS CLI of version 2.32.0 or newer first on PATH.',
  ])
})

test('no advice about twins is to delete one', () => {
  const found = findAll(
    input([fine('prod'), twinOf('prod', 'prod-readonly'), twinOf('prod', 'x', {}, { namespace: 'y' })]),
  )
  for (const { advice } of found) expect(advice).not.toMatch(/delete/i)
})

test('a role twice in a chain is another sentence than a second role', () => {
  const twice = (role: string) =>
    findAll(one({ role, ...state({ kind: 'assumes-role', role: 'arn:aws:iam::1:role/q', source: 'base' }) }))
  expect(twice('arn:aws:iam::1:role/q')[0]?.message).toContain('the role is assumed twice')
  expect(twice('arn:aws:iam::1:role/r')[0]?.advice).toContain('“base”')
})

describe('fixes', () => {
  const context = { id: 'a', profile: 'pay', sharedWith: ['b'] }

  test('a profile that keys of the shell beat is pinned by argument, for this context alone', () => {
    const [found] = findAll(one(byEnv(keysOfShell)))
    expect(found && fixOf(found, context)?.edits).toEqual([
      { kind: 'set-profile', context: 'a', profile: 'pay', pin: 'arg', scope: 'split' },
    ])
    expect(found && fixOf(found, { ...context, profile: null })).toBeNull()
    // The authenticator has no --profile.
    const [other] = findAll(one({ ...byEnv(keysOfShell), auth: 'aws-iam-authenticator' }))
    expect(other && fixOf(other, context)).toBeNull()
    expect(other?.advice).toBe('aws-iam-authenticator has no --profile: unset AWS_ACCESS_KEY_ID.')
  })

  test('a token for another cluster is signed for the one that the context leads to', () => {
    const [found] = findAll(one({ meant: { ...fine('a').meant, tokenFor: 'stage' } }))
    expect(found && fixOf(found, context)?.edits).toEqual([
      { kind: 'set-eks-name', context: 'a', name: 'prod', scope: 'split' },
    ])
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
