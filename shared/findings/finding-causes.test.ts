import { describe, expect, test } from 'vitest'
import type { Intended, Predicted, Problem } from '../identity/identity'
import { type CauseRow, findCauses as causesOf, commandOf, fixOfAll } from './finding-causes'
import type { Finding, FindingId } from './finding-rules'

const nobody: Intended = {
  arn: null,
  accessKeyId: null,
  profile: null,
  account: null,
  partition: null,
  permissionSet: null,
  expected: false,
  by: [],
}
const predicted = (extra: Partial<Predicted> = {}): Predicted => ({
  ...nobody,
  instead: null,
  certain: true,
  problem: null,
  ...extra,
})
interface TestRow extends CauseRow {
  readonly acts: string | null
  readonly fixed: boolean
}

const findCauses = (rows: readonly TestRow[]) =>
  causesOf(rows, { isFixed: ({ fixed }) => fixed, acts: ({ acts }) => acts })

const row = (name: string, extra: Partial<TestRow> = {}): TestRow => ({
  id: `id-${name}`,
  name,
  profile: null,
  sharedWith: [],
  user: { id: `user-${name}`, name },
  identity: { auth: 'aws', predicted: predicted() },
  check: null,
  stale: null,
  findings: [],
  acts: null,
  fixed: false,
  ...extra,
})
const finding = (id: FindingId, extra: Partial<Finding> = {}): Finding => ({
  id,
  severity: 'warning',
  contexts: [],
  file: '/home/ana/.kube/config',
  message: '',
  advice: null,
  ...extra,
})
const signIn = (session: string): Problem => ({
  code: 'sso-login',
  message: `The sign-in of ${session} has expired.`,
  next: `Run \`aws sso login --sso-session ${session}\`.`,
})

test('a user of which every context would get the same pin is edited as it is; one of which some would not is split', () => {
  const taken = (name: string, user: string, sharedWith: readonly string[], profile = 'pay') =>
    row(name, {
      profile,
      user: { id: user, name: user },
      sharedWith,
      findings: [finding('env-keys-win', { severity: 'error', instead: profile })],
    })
  const [first] = findCauses([
    taken('a', 'both', ['b']),
    taken('b', 'both', ['a']),
    taken('c', 'some', ['d']),
    row('d', { user: { id: 'some', name: 'some' }, sharedWith: ['c'] }),
    taken('e', 'other', ['f']),
    taken('f', 'other', ['e'], 'ops'),
  ])
  const edits = first?.act?.kind === 'edits' ? first.act.edits : []
  expect(edits.map((edit) => (edit.kind === 'set-profile' ? [edit.context, edit.scope] : []))).toEqual([
    ['id-a', 'shared'],
    ['id-b', 'shared'],
    ['id-c', 'split'],
    ['id-e', 'split'],
    ['id-f', 'split'],
  ])
})

test('keys of a shell that take over are one cause, worst, and one act pins all', () => {
  const taken = (name: string) =>
    row(name, {
      profile: name,
      acts: 'carol',
      identity: {
        auth: 'aws',
        predicted: predicted({ instead: 'AWS_ACCESS_KEY_ID of the login shell' }),
      },
      findings: [finding('env-keys-win', { severity: 'error', instead: name })],
    })
  const [first, ...rest] = findCauses([
    row('quiet'),
    row('weak', { profile: 'weak', findings: [finding('env-keys-win', { instead: 'weak' })] }),
    taken('a'),
    taken('b'),
  ])
  expect(first).toMatchObject({
    id: 'keys-take-over',
    tone: 'bad',
    title: 'Exported keys take over 2 contexts',
    detail: 'a, b would act as carol by AWS_ACCESS_KEY_ID of the login shell',
    contexts: ['id-a', 'id-b'],
    act: {
      kind: 'edits',
      label: 'Pin both by --profile',
      edits: [
        { kind: 'set-profile', context: 'id-a', profile: 'a', pin: 'arg' },
        { kind: 'set-profile', context: 'id-b', profile: 'b', pin: 'arg' },
      ],
    },
  })
  expect(rest).toMatchObject([{ id: 'weak-pin', contexts: ['id-weak'] }])
  const proven = { ...taken('c'), check: { verdict: 'mismatch' as const, problem: null } }
  expect(findCauses([proven])[0]?.detail).toBe('c acts as carol by AWS_ACCESS_KEY_ID of the login shell')
  expect(findCauses([proven, taken('new')])[0]?.detail).toBe(
    'c, new act or would act as carol by AWS_ACCESS_KEY_ID of the login shell',
  )
})

test('each session is one sign-in, foretold by files or found by a check, and its command is copied whole', () => {
  const waits = (name: string, session: string) =>
    row(name, { identity: { auth: 'aws', predicted: predicted({ problem: signIn(session) }) } })
  const causes = findCauses([
    waits('a', 'corp'),
    waits('b', 'finance'),
    row('c', { check: { verdict: 'login-needed', problem: signIn('corp') } }),
    // Signed in since: what the files foretold does not count beside a check that does.
    { ...waits('d', 'corp'), check: { verdict: 'verified', problem: null } },
  ])
  expect(causes).toMatchObject([
    {
      id: 'sign-in',
      title: 'One sign-in to corp unlocks 2 contexts',
      contexts: ['id-a', 'id-c'],
      act: { kind: 'copy', command: 'aws sso login --sso-session corp' },
    },
    { title: 'One sign-in to finance unlocks 1 context', contexts: ['id-b'] },
  ])
})

test('profiles that no AWS file has are one cause of all that name them, and nothing pins to them', () => {
  const lost = (at: number) =>
    row(`c${at}`, { profile: `p${at % 20}`, findings: [finding('unknown-profile', { severity: 'error' })] })
  const fleet = Array.from({ length: 205 }, (_, at) => lost(at))
  const cause = { id: 'no-such-profile', tone: 'bad', act: null }
  expect(findCauses(fleet)).toMatchObject([
    {
      ...cause,
      title: '205 contexts name 20 profiles that no AWS file has',
      detail: 'p0, p1, p2, p3 and 16 more',
    },
  ])
  expect(findCauses([lost(3)])).toMatchObject([
    { ...cause, title: '1 context names a profile that no AWS file has', detail: 'p3' },
  ])
})

test('a sign-in that Ekscope can do itself is its act, for all that wait for it', () => {
  const of = { kind: 'session', name: 'corp' } as const
  const problem = { ...signIn('corp'), signIn: of }
  const waits = (name: string) => row(name, { check: { verdict: 'login-needed', problem } })
  expect(findCauses([waits('a'), waits('b')])).toMatchObject([
    {
      id: 'sign-in',
      title: 'One sign-in to corp unlocks 2 contexts',
      contexts: ['id-a', 'id-b'],
      act: { kind: 'sign-in', label: 'Sign in to corp', of },
    },
  ])
})

test('what the first of a shared user entry keeps is its own: the others are split off', () => {
  const user = { id: 'user-shared', name: 'shared' }
  const sharing = (name: string) => row(name, { user, sharedWith: ['x'], findings: [finding('shared-user')] })
  const [cause] = findCauses([sharing('a'), sharing('b'), sharing('c')])
  expect(cause).toMatchObject({ id: 'shared-user', title: 'One user entry serves 3 contexts' })
  expect(cause?.act).toMatchObject({
    kind: 'edits',
    edits: [
      { kind: 'split-user', context: 'id-b' },
      { kind: 'split-user', context: 'id-c' },
    ],
  })
})

test('contexts named by their ARN are offered to be renamed; one alone, or one of an opened file, is not', () => {
  const arn = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`
  expect(findCauses([row(arn('a'))])).toEqual([])
  expect(findCauses([row(arn('a')), row(arn('b'), { fixed: true })])).toEqual([])
  expect(findCauses([row(arn('a')), row(arn('b')), row('c')])).toMatchObject([
    {
      id: 'named-by-arn',
      tone: 'info',
      contexts: [`id-${arn('a')}`, `id-${arn('b')}`],
      act: { kind: 'names' },
    },
  ])
})

test('what one act settles stands before what only is to be known, so that long names are seen among the first', () => {
  const arn = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`
  const weak = { profile: 'weak', findings: [finding('env-keys-win', { instead: 'weak' })] }
  const all = [
    ...['a', 'b', 'c'].map((name) => row(arn(name), { findings: [finding('unpinned')] })),
    ...['d', 'e'].map((name) => row(arn(name), weak)),
  ]
  expect(findCauses(all).map(({ id }) => id)).toEqual(['weak-pin', 'named-by-arn', 'unpinned'])
})

test('nothing is offered where no edit can be made: the cause is told, without an act', () => {
  const [cause] = findCauses([
    row('opened', { fixed: true, findings: [finding('deprecated-api-version', { severity: 'error' })] }),
  ])
  expect(cause).toMatchObject({ id: 'refused-version', act: null })
})

test('one reason for several failures is told once', () => {
  const problem: Problem = {
    code: 'assume-role-denied',
    message: 'Hub may not assume BillingAudit.',
    next: 'Let the trust policy name Hub.',
  }
  const failing = (name: string) => row(name, { check: { verdict: 'broken', problem } })
  expect(findCauses([failing('a')])).toEqual([])
  expect(findCauses([failing('a'), failing('b')])).toMatchObject([
    { id: 'same-trouble', title: '2 contexts fail for one reason', detail: problem.message, act: null },
  ])
})

describe('a next step is copied as a command only where it is one', () => {
  test.each([
    ['Run `aws sso login --profile x`.', 'aws sso login --profile x'],
    ['Run `/opt/aws/bin/aws login`.', '/opt/aws/bin/aws login'],
    ['Sign in with an aws of version 2 or newer: 1.46.2 has no aws sso login.', null],
    ['Run `aws sts get-caller-identity`.', null],
    ['Run `rm -rf / ; aws sso login`.', null],
    ['Run aws sso login --profile x.', null],
  ])('%s', (next, command) => expect(commandOf(next)).toBe(command))
})

test('what no row counts as its own is one cause of all its contexts: one old aws is said once', () => {
  const old = finding('other-aws', { message: '3 contexts run aws 1.29.' })
  const rows = ['a', 'b', 'c'].map((name) => row(name, { findings: [old] }))
  expect(findCauses(rows)).toMatchObject([
    {
      id: 'reported-once',
      title: 'An aws that lacks something is run by 3 contexts',
      detail: old.message,
      act: null,
    },
  ])
  const twins = ['a', 'b'].map((name) =>
    row(name, { findings: [finding('same-identity', { severity: 'info' })] }),
  )
  expect(findCauses(twins)).toEqual([])
})

describe('the fixes of one kind in several contexts', () => {
  const found = (id: FindingId, rows: readonly TestRow[], extra: Partial<Finding> = {}) =>
    rows.map((one) => ({ row: one, finding: finding(id, extra) }))
  const fixes = (of: ReturnType<typeof found>) => {
    const act = fixOfAll(of, ({ fixed }) => fixed)
    return act && [act.label, act.edits.map((edit) => 'context' in edit && edit.context)]
  }

  test('of those that share a user the first keeps it', () => {
    const user = { id: 'user', name: 'user' }
    const rows = ['a', 'b', 'c'].map((name) => row(name, { user, sharedWith: ['x', 'y'] }))
    expect(fixes(found('shared-user', rows))).toEqual(['Give each its own user', ['id-b', 'id-c']])
  })

  test('one label stands for all only where it is true of all', () => {
    const alike = [row('a', { profile: 'dev' }), row('b', { profile: 'dev' })]
    expect(fixes(found('env-keys-win', alike, { instead: 'dev' }))?.[0]).toBe('Pin by --profile: both')
    const [one, other] = [
      { row: row('a'), finding: finding('cluster-mismatch', { instead: 'prod' }) },
      { row: row('b'), finding: finding('cluster-mismatch', { instead: 'stage' }) },
    ]
    expect(fixes([one, other])?.[0]).toBe('Fix both')
  })

  test('naming another profile or cluster is a decision, writing what the entry names in another way is none', () => {
    const decides = (id: FindingId, instead: string) =>
      fixOfAll(found(id, [row('a', { profile: 'dev' })], { instead }), () => false)?.needsDecision
    expect([
      decides('env-keys-win', 'dev'),
      decides('region-mismatch', 'eu-west-1'),
      decides('double-assume', 'base'),
      decides('cluster-mismatch', 'prod'),
    ]).toEqual([false, false, true, true])
  })

  test('there are none where the user has to choose, or no edit can be made', () => {
    expect(fixes(found('unknown-profile', [row('a')]))).toBeNull()
    expect(
      fixes(found('env-keys-win', [row('a', { profile: 'dev', fixed: true })], { instead: 'dev' })),
    ).toBeNull()
  })
})
