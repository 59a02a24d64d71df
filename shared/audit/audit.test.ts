import { expect, test } from 'vitest'
import type { ContextIdentity } from '../findings/context-identity'
import type { Finding } from '../findings/finding-rules'
import type { Expected } from '../identity/expected'
import type { Check, Intended, Predicted, Proven, Seen } from '../identity/identity'
import type { IdentityTree, KnownIdentity } from '../identity/identity-tree'
import { type ContextEntry, emptyContext, type Snapshot } from '../kubeconfig/entries'
import type { AuditInput } from './audit'
import { audit } from './make-audit'

const now = 1_700_000_000_000
const file = '/home/ana/.kube/config'
const arn = (kind: 'role' | 'user', name: string) => `arn:aws:iam::111122223333:${kind}/${name}`

const intendedOf = (of: string | null): Intended => ({
  arn: of,
  accessKeyId: null,
  profile: null,
  account: of === null ? null : '111122223333',
  partition: 'aws',
  permissionSet: null,
  expected: false,
  by: [],
})
const predictedOf = (of: string | null, more: Partial<Predicted> = {}): Predicted => ({
  ...intendedOf(of),
  instead: null,
  certain: true,
  problem: null,
  ...more,
})
const entryOf = (name: string): ContextEntry => ({
  ...emptyContext,
  id: name,
  name,
  cluster: 'prod',
  origin: { file, line: 3, shadowedBy: null, duplicate: false },
})
const identityOf = (
  context: string,
  meant: string | null,
  predicted: Predicted = predictedOf(meant),
  more: Partial<ContextIdentity> = {},
): ContextIdentity => ({
  context,
  auth: 'aws',
  meant: { name: 'prod', region: 'eu-west-1', account: '111122223333', partition: 'aws', tokenFor: null },
  profile: null,
  profilePinnedBy: 'none',
  role: null,
  sharedWith: [],
  expected: null,
  intended: intendedOf(meant),
  entryNames: null,
  predicted,
  aws: null,
  fingerprint: 'now',
  findings: [],
  ...more,
})
const seenAs = (everything: boolean): Seen => ({
  username: 'someone',
  uid: null,
  groups: [],
  extra: {},
  fromDenial: false,
  everything,
  ms: 1,
})
const provenAs = (of: string): Proven => ({
  arn: of,
  canonicalArn: of,
  account: '111122223333',
  userId: 'AIDA1',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  ms: 1,
})
const checkOf = (context: string, meant: string | null, of: string, more: Partial<Check> = {}): Check => ({
  context,
  contextName: context,
  environment: 'app',
  at: now - 1000,
  fingerprint: 'now',
  until: null,
  verdict: 'verified',
  problem: null,
  intended: intendedOf(meant),
  predicted: predictedOf(meant),
  aws: null,
  proven: provenAs(of),
  seen: seenAs(false),
  actsAs: null,
  token: null,
  steps: [],
  ms: 1,
  ...more,
})
const node = (id: string, kind: KnownIdentity['kind'], of: string | null, contexts: readonly string[]) =>
  ({
    id,
    parent: null,
    kind,
    name: id,
    arn: of,
    accessKeyId: null,
    account: null,
    accountName: null,
    permissionSet: null,
    from: ['here'],
    mfaSerial: null,
    profiles: [],
    state: { kind: 'valid', until: null, by: null, at: null, problem: null },
    proven: null,
    sessions: [],
    unpinned: false,
    provable: true,
    contexts: contexts.map((name) => ({ id: name, name })),
    shadowed: [],
    clusters: [],
  }) satisfies KnownIdentity

const tree = (identities: readonly KnownIdentity[]): IdentityTree => ({
  environment: 'app',
  identities,
  settingsOnly: [],
  ssoSessions: [],
  notSaid: [],
  problems: [],
})

function audited(
  identities: readonly ContextIdentity[],
  checks: readonly Check[],
  nodes: readonly KnownIdentity[] = [],
  more: Partial<AuditInput> = {},
) {
  const snapshot: Snapshot = {
    revision: 1,
    files: [],
    currentContext: identities[0]?.context ?? null,
    currentContextFile: file,
    clusters: [],
    users: [],
    contexts: identities.map(({ context }) => entryOf(context)),
  }
  const input = {
    environment: 'app',
    now,
    staleHours: 12,
    findings: [],
    clusters: [],
    accountNames: {},
    mutes: [],
    production: [],
  } as const
  return audit({ ...input, snapshot, identities, checks, tree: tree(nodes), ...more })
}

const [admin, readOnly, carol] = [arn('role', 'Admin'), arn('role', 'ReadOnly'), arn('user', 'carol')]

test('each step of a path is worth what AWS and the cluster said of it, and no more', () => {
  const denied = { code: 'assume-role-denied', message: 'No.', next: 'Ask.' } as const
  const unauthorized = { code: 'unauthorized', message: 'No.', next: 'Ask.' } as const
  const { contexts } = audited(
    [
      identityOf('unasked', admin),
      identityOf('foretold', readOnly, predictedOf(carol)),
      identityOf('right', admin),
      identityOf('wrong', readOnly),
      identityOf('unpinned', null, predictedOf(carol)),
      identityOf('denied', admin),
      identityOf('out', admin),
      identityOf('old', admin),
    ],
    [
      checkOf('right', admin, admin, { seen: seenAs(true) }),
      checkOf('wrong', readOnly, carol, { verdict: 'mismatch' }),
      checkOf('unpinned', null, carol, { verdict: 'proven' }),
      checkOf('denied', admin, admin, { verdict: 'broken', problem: denied, proven: null, seen: null }),
      checkOf('out', admin, admin, { verdict: 'no-access', problem: unauthorized, seen: null }),
      checkOf('old', admin, carol, { fingerprint: 'then' }),
    ],
  )
  expect(
    contexts.map(({ name, verdict, signs, enters, admin }) => [name, verdict, signs, enters, admin]),
  ).toEqual([
    ['unasked', 'not-checked', 'claimed', 'claimed', null],
    ['foretold', 'not-checked', 'claimed-another', 'claimed-another', null],
    ['right', 'verified', 'proved', 'let-in', true],
    ['wrong', 'mismatch', 'another', 'another', false],
    ['unpinned', 'proven', 'nobody-says', 'nobody-says', false],
    ['denied', 'broken', 'refused', 'claimed', null],
    ['out', 'no-access', 'proved', 'refused', false],
    ['old', 'stale', 'claimed', 'claimed', null],
  ])
})

test('identities are counted by what acts, and those that should act and do not are named beside', () => {
  const { contexts, identities } = audited(
    [identityOf('a', readOnly), identityOf('b', readOnly, predictedOf(carol)), identityOf('c', readOnly)],
    [checkOf('a', readOnly, carol, { verdict: 'mismatch', seen: seenAs(true) })],
  )
  expect(
    contexts.map(({ acts, by, should }) => [acts.split(' ').at(-1), by, should?.split(' ').at(-1)]),
  ).toEqual([
    ['carol', 'seen', 'readonly'],
    ['carol', 'predicted', 'readonly'],
    ['readonly', 'predicted', undefined],
  ])
  // What a check disproved is still what files say.
  expect(contexts.map(({ foretold }) => foretold?.name)).toEqual(['ReadOnly', undefined, undefined])
  const shown = identities.map(({ name, contexts, missing, admin }) => [name, contexts, missing, admin])
  expect(shown).toEqual([
    ['carol', 2, 0, true],
    ['ReadOnly', 1, 2, null],
  ])
})

test('a prediction that did not hold says nothing of where the identity comes from', () => {
  const nodes = [
    node('keys of admin', 'keys', admin, ['a', 'b', 'c']),
    node('keys of carol', 'keys', carol, []),
  ]
  const meant = (name: string) => identityOf(name, admin)
  const other = arn('user', 'dave')
  const { contexts, sources } = audited(
    [meant('a'), meant('b'), meant('c'), identityOf('d', null, predictedOf(null), { auth: 'token' })],
    [
      checkOf('b', admin, carol, { verdict: 'mismatch' }),
      checkOf('c', admin, other, { verdict: 'mismatch' }),
    ],
    nodes,
  )
  expect(contexts.map(({ source }) => source)).toEqual([
    'keys of admin',
    'keys of carol',
    'not-known',
    'not-aws',
  ])
  expect(sources.map(({ kind, contexts }) => [kind, contexts])).toEqual([
    ['keys', 1],
    ['keys', 1],
    ['not-aws', 1],
    ['not-known', 1],
  ])
})

test('whoever was seen to enter stands among those who may, with what the cluster let it do', () => {
  const ids = ['a', 'b', 'c', 'd'].map((name) => identityOf(name, admin))
  const listed = (principalArn: string) => ({
    ...{ principalArn, username: null, groups: [], policies: [], problem: null, type: 'STANDARD' },
    modifiedAt: null,
  })
  const cluster = {
    cluster: {
      ...{ id: 'prod', arn: null, name: 'prod', region: 'eu-west-1', account: null, accountName: null },
      ...{ described: null, goneAt: null, support: null, asked: null, shadowed: [], entries: [], enters: [] },
      contexts: ids.map(({ context }) => ({ id: context, name: context, verdict: null })),
    },
    accessAt: now,
    access: {
      mode: 'API',
      partition: 'aws',
      awsAuth: { state: 'not-read', why: '', next: '' },
      entries: { state: 'read', value: [listed(admin), listed(readOnly)] },
    },
  } as const
  const { clusters } = audited(
    ids,
    [
      checkOf('a', admin, admin, { seen: seenAs(true) }),
      checkOf('b', admin, carol, { verdict: 'mismatch', seen: seenAs(true) }),
      // What it is allowed as another user is not its own.
      checkOf('c', admin, arn('user', 'erin'), { verdict: 'mismatch', actsAs: seenAs(true) }),
      checkOf('d', admin, arn('user', 'old'), { fingerprint: 'then', seen: seenAs(true) }),
    ],
    [],
    { clusters: [cluster] },
  )
  expect(
    clusters[0]?.mayEnter.map(({ from, name, everything, used }) => [from, name, everything, used]),
  ).toEqual([
    ['seen', 'carol', true, true],
    ['seen', 'erin', false, true],
    ['access-entry', 'Admin', true, true],
    ['access-entry', 'ReadOnly', false, false],
  ])
})

test('exported keys of the expected identity are no finding, and stay one where another is intended', () => {
  const finding: Finding = {
    id: 'env-keys-win',
    severity: 'error',
    contexts: ['a', 'b'],
    file,
    message: '',
    advice: null,
  }
  const instead = predictedOf(carol, { instead: 'AWS_ACCESS_KEY_ID of the login shell' })
  const expected: Expected = { principal: carol, by: 'here', inFile: null }
  const { contexts, findings } = audited(
    [
      identityOf('a', carol, instead, { findings: [finding], expected }),
      identityOf('b', readOnly, instead, { findings: [finding] }),
    ],
    [],
    [],
    { findings: [finding] },
  )
  expect(contexts.map(({ findings }) => findings)).toEqual([[], ['env-keys-win']])
  expect(findings.map(({ contexts }) => contexts)).toEqual([['b']])
})
