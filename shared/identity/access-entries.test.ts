import { describe, expect, test } from 'vitest'
import {
  type AccessEntry,
  type AwsAuthLine,
  type ClusterAccess,
  type Entrance,
  type Entrant,
  entranceOf,
  fillTemplate,
} from './access-entries'
import { mayOf, principalsOf } from './access-rows'
import { entrant } from './who-may-enter'

const account = '111122223333'
const role = (name: string, partition = 'aws') => `arn:${partition}:iam::${account}:role/${name}`
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`
const session = (name: string, as = 'alice', partition = 'aws') =>
  `arn:${partition}:sts::${account}:assumed-role/${name}/${as}`
const by = (arn: string, more: Partial<Entrant> = {}): Entrant => ({ ...entrant(arn, null), ...more })
const called = (name: string) => ({ session: { kind: 'named', name } }) as const
const sso = (permissionSet: string): Entrant => ({ ...by(''), arn: null, account, permissionSet })

const entry = (principalArn: string, more: Partial<AccessEntry> = {}): AccessEntry => ({
  principalArn,
  type: 'STANDARD',
  username: null,
  groups: [],
  policies: [],
  modifiedAt: null,
  problem: null,
  ...more,
})
const line = (
  list: AwsAuthLine['list'],
  place: number,
  subject: string | null,
  more: Partial<AwsAuthLine> = {},
): AwsAuthLine => ({ list, place, subject, username: 'x', groups: [], problem: null, ...more })
const access = (
  mode: string | null,
  entries: readonly AccessEntry[],
  lines: readonly AwsAuthLine[] = [],
): ClusterAccess => ({
  partition: 'aws',
  mode,
  entries: { state: 'read', value: entries },
  awsAuth: { state: 'read', value: { lines, problems: [] } },
})
const both = (entries: readonly AccessEntry[], lines: readonly AwsAuthLine[] = []) =>
  access('API_AND_CONFIG_MAP', entries, lines)

const policy = (name: string, namespaces: readonly string[] | null = null) => ({
  arn: name,
  name,
  namespaces,
})

/** In few words: who, from where. */
function said(entrance: Entrance): string {
  switch (entrance.kind) {
    case 'enters':
      return `${entrance.username?.text ?? '(none)'}${entrance.username?.whole === false ? ' …' : ''} by ${entrance.from}`
    case 'refused':
      return `refused by ${entrance.from}`
    default:
      return entrance.kind
  }
}

const reserved = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Developer_0123456789abcdef'
const developer = 'AWSReservedSSO_Developer_0123456789abcdef'
const nodes = 'system:node:{{EC2PrivateDNSName}}'
const table: readonly (readonly [what: string, who: Entrant, where: ClusterAccess, is: string])[] = [
  ['a user by its ARN', by(user('carol')), both([entry(user('carol'))]), `${user('carol')} by access-entry`],
  [
    'a user below a path, by its ARN with the path',
    by(user('people/alice')),
    both([entry(user('people/alice'), { username: 'alice' })]),
    'alice by access-entry',
  ],
  [
    'a session of a role, by the role',
    by(session('Admin', 'alice@example.com')),
    both([entry(role('Admin'))]),
    `${session('Admin', 'alice-example.com')} by access-entry`,
  ],
  [
    'a session of a role below a path, which its ARN does not show',
    by(session('Ops')),
    both([entry(role('teams/platform/Ops'), { username: 'ops:{{SessionName}}' })]),
    'ops:alice by access-entry',
  ],
  [
    'a role whose session is not known',
    by(role('Admin')),
    both([entry(role('Admin'), { username: 'a:{{SessionName}}' })]),
    'a:{{SessionName}} … by access-entry',
  ],
  [
    'the session that a profile names',
    by(role('Admin'), called('nightly')),
    both([entry(role('Admin'), { username: 'a:{{SessionName}}' })]),
    'a:nightly by access-entry',
  ],
  [
    'an SSO role with its region in the path',
    by(session(developer, 'dora@small.example')),
    both([entry(role(reserved), { username: 'sso:{{SessionNameRaw}}' })]),
    'sso:dora@small.example by access-entry',
  ],
  [
    'an SSO profile by account and permission set',
    sso('Developer'),
    both([entry(role(reserved), { username: 'dev' })]),
    'dev by access-entry',
  ],
  ['another permission set', sso('Admin'), both([entry(role(reserved))]), 'not-named'],
  ['another partition', by(session('Admin', 'a', 'aws-cn')), both([entry(role('Admin'))]), 'not-named'],
  [
    'nor does a line of another partition let it in',
    by(session('Admin', 'a', 'aws-cn')),
    both([], [line('mapRoles', 1, role('Admin', 'aws-cn'))]),
    'not-named',
  ],
  ['another account', by('arn:aws:iam::444455556666:role/Admin'), both([entry(role('Admin'))]), 'not-named'],
  ['a user is no role of its name', by(user('Admin')), both([entry(role('Admin'))]), 'not-named'],
  [
    'an entry wins over aws-auth',
    by(session('Admin')),
    both([entry(role('Admin'), { username: 'entry' })], [line('mapRoles', 1, role('Admin'))]),
    'entry by access-entry',
  ],
  [
    'in CONFIG_MAP no entry counts',
    by(session('Admin')),
    access('CONFIG_MAP', [entry(role('Admin'))], [line('mapRoles', 1, role('Admin'))]),
    'x by mapRoles',
  ],
  [
    'in API no line of aws-auth counts',
    by(session('Admin')),
    access('API', [], [line('mapRoles', 1, role('Admin'))]),
    'not-named',
  ],
  [
    'aws-auth passes over letter case',
    by(session('Admin')),
    both([], [line('mapRoles', 1, role('ADMIN'))]),
    'x by mapRoles',
  ],
  [
    'aws-auth never matches a role by its path',
    by(session('Ops')),
    both([], [line('mapRoles', 1, role('teams/Ops'))]),
    'not-named',
  ],
  [
    'not even where the path of the role is known',
    by(role('teams/Ops')),
    both([], [line('mapRoles', 1, role('teams/Ops'))]),
    'not-named',
  ],
  [
    'aws-auth knows a user by the whole ARN',
    by(user('people/alice')),
    both(
      [],
      [line('mapUsers', 1, user('alice')), line('mapUsers', 2, user('people/alice'), { username: 'al' })],
    ),
    'al by mapUsers',
  ],
  [
    'of two lines of one ARN the last counts',
    by(user('carol')),
    both([], [line('mapUsers', 1, user('carol')), line('mapUsers', 2, user('carol'), { username: 'last' })]),
    'last by mapUsers',
  ],
  [
    'of two lines of one role in other letter case, too',
    by(session('Ops')),
    both([], [line('mapRoles', 1, role('Ops')), line('mapRoles', 2, role('OPS'), { username: 'last' })]),
    'last by mapRoles',
  ],
  [
    'of users in other letter case either counts, so only what both say is claimed',
    by(user('carol')),
    both([], [line('mapUsers', 1, user('carol')), line('mapUsers', 2, user('Carol'), { username: 'last' })]),
    '(none) by mapUsers',
  ],
  [
    'a user that stands among the roles is looked for there first',
    by(user('carol')),
    both([], [line('mapUsers', 1, user('carol')), line('mapRoles', 1, user('carol'), { username: 'odd' })]),
    'odd by mapRoles',
  ],
  [
    'a line that names nobody hides no other',
    by(user('carol')),
    both([], [line('mapUsers', 1, null), line('mapUsers', 2, user('carol'), { username: 'carol' })]),
    'carol by mapUsers',
  ],
  [
    'an account lets a role in by its own ARN, not by that of its session',
    by(session('Ops')),
    both([], [line('mapAccounts', 1, account)]),
    `${role('Ops')} by mapAccounts`,
  ],
  [
    'a line comes before the account',
    by(user('carol')),
    both([], [line('mapAccounts', 1, account), line('mapUsers', 1, user('carol'))]),
    'x by mapUsers',
  ],
  [
    'a line without a username',
    by(user('c')),
    both([], [line('mapUsers', 1, user('c'), { username: null })]),
    '(none) by mapUsers',
  ],
  [
    'an entry for nodes refuses whoever is no instance',
    by(session('Node', 'alice')),
    both([entry(role('Node'), { type: 'EC2_LINUX', username: nodes, groups: ['system:nodes'] })]),
    'refused by access-entry',
  ],
  [
    'and lets an instance in, whose name only EC2 knows',
    by(session('Node', 'i-0123456789abcdef0')),
    both([entry(role('Node'), { type: 'EC2_LINUX', username: nodes })]),
    `${nodes} … by access-entry`,
  ],
  ['whoever is not known', by('', { arn: null }), both([]), 'not-known'],
  [
    'a mode that comes later: both count',
    by(session('A')),
    access('LATER', [], [line('mapRoles', 1, role('A'))]),
    'x by mapRoles',
  ],
]

test.each(table)('%s', (_what, who, where, is) => {
  expect(said(entranceOf(who, where))).toBe(is)
})

describe('what could not be read', () => {
  const unread = { state: 'not-read', why: 'AWS denied it.', next: 'Ask.' } as const
  const carol = by(user('carol'))

  test('leaves open what it would say, and nothing else', () => {
    const known = both([entry(user('carol'), { username: 'carol' })])
    expect(entranceOf(carol, { ...known, entries: unread })).toMatchObject({
      kind: 'not-known',
      next: 'Ask.',
    })
    expect(said(entranceOf(carol, { ...known, awsAuth: unread }))).toBe('carol by access-entry')
    expect(entranceOf(by(user('d')), { ...known, awsAuth: unread })).toMatchObject({ kind: 'not-known' })
    expect(said(entranceOf(by(user('d')), { ...known, mode: 'API', awsAuth: unread }))).toBe('not-named')
    expect(said(entranceOf(carol, { ...known, mode: 'CONFIG_MAP', entries: unread }))).toBe('not-named')
  })

  test('an unread entry may win over a line that was read', () => {
    const some = { ...both([], [line('mapUsers', 1, user('carol'))]), entries: unread }
    expect(entranceOf(carol, some)).toMatchObject({ kind: 'enters', from: 'mapUsers', doubt: /would win/ })
  })
})

describe('a permission set whose role is not known, where several roles of it are named', () => {
  const named = (hash: string) => `AWSReservedSSO_Developer_${hash.repeat(4)}`
  const [one, two] = [role(named('abcd')), role(named('0123'))]
  const edit = policy('AmazonEKSEditPolicy')

  test('is one of them, which is said; what is claimed is what holds for each', () => {
    const entries = [
      entry(one, { username: 'dev', groups: ['devs', 'old'], policies: [edit] }),
      entry(two, {
        username: 'dev',
        groups: ['devs'],
        policies: [edit, policy('AmazonEKSClusterAdminPolicy')],
      }),
    ]
    expect(entranceOf(sso('Developer'), both(entries))).toEqual({
      kind: 'enters',
      from: 'access-entry',
      principal: one,
      place: null,
      others: [{ from: 'access-entry', place: null, principal: two }],
      username: { text: 'dev', whole: true },
      groups: [{ text: 'devs', whole: true }],
      policies: [edit],
      node: false,
      doubt: expect.stringMatching(
        /^It is one of 2 roles of permission set Developer, and files do not say which\. Prove/,
      ),
    })
    // AWS said which.
    expect(entranceOf(by(session(named('0123'))), both(entries))).toMatchObject({
      principal: two,
      others: [],
      doubt: null,
    })
    expect(entranceOf(sso('Developer'), both(entries.slice(1)))).toMatchObject({
      principal: two,
      doubt: null,
    })
  })

  test('also between access entries and aws-auth; a second line of the same role is none', () => {
    const lines = [line('mapRoles', 1, two, { username: 'x' }), line('mapRoles', 2, two, { username: 'y' })]
    expect(entranceOf(sso('Developer'), both([entry(one, { username: 'dev' })], lines))).toMatchObject({
      kind: 'enters',
      username: null,
      others: [{ from: 'mapRoles', place: 2, principal: two }],
      doubt: expect.stringMatching(/one of 2/),
    })
    expect(entranceOf(sso('Developer'), both([], lines))).toMatchObject({
      username: { text: 'y' },
      doubt: null,
    })
    expect(entranceOf(sso('Developer'), access('API', [entry(one)], lines))).toMatchObject({ doubt: null })
  })

  test('where only one of them is let in, it is not known', () => {
    const entries = [entry(one), entry(two, { type: 'EC2_LINUX', username: nodes })]
    expect(entranceOf({ ...sso('Developer'), ...called('alice') }, both(entries))).toMatchObject({
      kind: 'not-known',
      why: expect.stringMatching(/one of 2 roles/),
    })
  })
})

test('templates: account, session cleaned and raw, access key; what is not known and what is none stays', () => {
  const alice = by(session('A', 'a@b@c'), { accessKeyId: 'AKIAX' })
  expect(fillTemplate('{{AccountID}} {{SessionName}} {{SessionNameRaw}} {{AccessKeyID}}', alice)).toEqual({
    text: `${account} a-b-c a@b@c AKIAX`,
    whole: true,
  })
  expect(fillTemplate('{{Other}} {{ SessionName }}', alice)).toEqual({
    text: '{{Other}} {{ SessionName }}',
    whole: true,
  })
  expect(fillTemplate('{{AccessKeyID}}', by(user('c')))).toEqual({ text: '{{AccessKeyID}}', whole: false })
  expect(fillTemplate('u:{{SessionName}}', by(user('c')))).toEqual({ text: 'u:', whole: true })
})

test('what groups and policies let somebody do: administrators are told apart', () => {
  expect(mayOf(['system:masters'], [])).toEqual({ everything: true, says: ['everything'] })
  expect(mayOf([], [policy('AmazonEKSClusterAdminPolicy')]).everything).toBe(true)
  expect(mayOf([], [policy('AmazonEKSClusterAdminPolicy', ['web'])])).toEqual({
    everything: false,
    says: ['everything in web'],
  })
  expect(
    mayOf(['viewers'], [policy('AmazonEKSEditPolicy', ['checkout', 'web']), policy('Later')]).says,
  ).toEqual(['edit, secrets too in checkout, web', 'what Later allows', 'what is bound to group viewers'])
  expect(mayOf([], []).says).toEqual(['what is bound to its username'])
})

test('everybody whom a cluster names, and why some of them count for nothing', () => {
  const rows = principalsOf(
    both(
      [entry(role('Admin')), entry(role('Node'), { type: 'EC2_LINUX', username: nodes })],
      [
        line('mapRoles', 1, role('Admin')),
        line('mapRoles', 2, role('teams/Ops')),
        line('mapUsers', 1, user('carol')),
        line('mapUsers', 2, user('carol'), { groups: ['system:masters'] }),
        line('mapUsers', 3, null, { problem: 'userarn is a list' }),
        line('mapAccounts', 1, account),
      ],
    ),
  )
  expect(rows.map(({ name, passedOver, node, may }) => [name, passedOver, node, may.everything])).toEqual([
    ['Admin', null, false, false],
    ['Node', null, true, false],
    ['Admin', expect.stringContaining('access entry'), false, false],
    ['Ops', expect.stringContaining('path'), false, false],
    ['carol', expect.stringContaining('line 2'), false, false],
    ['carol', null, false, true],
    [null, null, false, false],
    [account, null, false, false],
  ])
  expect(principalsOf(access('CONFIG_MAP', [entry(role('A'))]))[0]?.passedOver).toContain('access entries')
  expect(principalsOf(access('API', [], [line('mapUsers', 1, user('c'))]))[0]?.passedOver).toContain(
    'aws-auth',
  )
})

test('a row that lets nobody in says why', () => {
  const sts = `arn:aws:sts::${account}:assumed-role/Ops/alice`
  const lines: readonly (readonly [subject: string, why: RegExp])[] = [
    [sts, /names a session as STS does/],
    [role('Op*'), /up to 0\.7\.18: the line lets no identity in/],
    [`${role('Ops')} `, /blank before or behind/],
    [` ${role('Ops')}`, /blank before or behind/],
    [`${role('Ops')}/`, /ends with a slash/],
    ['Ops', /Whole ARNs/],
    [role('Ops', 'aws-cn'), /^No cluster of partition aws /],
    [role('teams/Ops'), /names the role with its path/],
    [role('Entry').toUpperCase(), /access entry of the same principal wins/],
    [`arn:aws:iam::1234:role/Ops`, /gives no user and no role such an ARN/],
  ]
  const rows = principalsOf(
    both(
      [entry(role('teams/Entry'))],
      [
        ...lines.map(([subject], at) => line('mapRoles', at + 1, subject)),
        line('mapAccounts', 1, '1111'),
        line('mapAccounts', 2, account),
      ],
    ),
  )
  const [own, ...others] = rows.map(({ passedOver }) => passedOver)
  expect(own).toBe(null)
  expect(others.slice(0, lines.length)).toEqual(lines.map(([, why]) => expect.stringMatching(why)))
  expect(others.slice(lines.length)).toEqual([expect.stringContaining('twelve digits'), null])
})

test('as many lines as a ConfigMap holds, and as many entries: each is looked for, not held against all others', () => {
  const many = (size: number) => Array.from({ length: size }, (_, at) => `r${at}`)
  const lines = many(15_000).map((name, at) => line('mapRoles', at + 1, role(name)))
  const known = both(
    many(10_000).map((name) => entry(role(name))),
    lines,
  )
  const rows = principalsOf(known)
  for (const name of many(2_000)) entranceOf(by(role(name)), known)
  expect(rows.filter(({ passedOver }) => passedOver === null)).toHaveLength(15_000)
})
