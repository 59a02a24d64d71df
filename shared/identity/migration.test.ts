import { expect, test } from 'vitest'
import { offerOn } from '../shell/offered-command'
import type { AccessEntry, AwsAuthLine, ClusterAccess } from './access-entries'
import type { KnownIdentity } from './identity-tree'
import { bothModes, migrationOf, moveOf } from './migration'

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`
const entry = (principalArn: string, more: Partial<AccessEntry> = {}): AccessEntry => ({
  ...{ principalArn, type: 'STANDARD', username: null, groups: [], policies: [], modifiedAt: null },
  ...{ problem: null, ...more },
})
const line = (place: number, subject: string | null, more: Partial<AwsAuthLine> = {}): AwsAuthLine => ({
  ...{
    list: 'mapRoles',
    place,
    subject,
    username: 'ops:{{SessionName}}',
    groups: [],
    problem: null,
    ...more,
  },
})
const everything = {
  arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
  name: 'AmazonEKSClusterAdminPolicy',
  namespaces: null,
}
const at = (
  entries: readonly AccessEntry[],
  lines: readonly AwsAuthLine[],
  mode: string | null = 'API_AND_CONFIG_MAP',
): ClusterAccess => ({
  partition: 'aws',
  mode,
  entries: { state: 'read', value: entries },
  awsAuth: { state: 'read', value: { lines, problems: [] } },
})
const unread = { state: 'not-read', why: 'Denied.', next: 'Ask another.' } as const
const person = (name: string): KnownIdentity => ({
  ...{ id: name, parent: null, kind: 'role', name, arn: role(`team/${name}`), accessKeyId: null },
  ...{ account: '111122223333', accountName: null, permissionSet: null, from: [], mfaSerial: null },
  ...{
    profiles: [],
    proven: null,
    sessions: [],
    unpinned: false,
    provable: true,
    shadowed: [],
    clusters: [],
  },
  state: { kind: 'unknown', until: null, by: null, at: null, problem: null },
  contexts: [{ id: `of ${name}`, name: `of ${name}` }],
})
const rowsOf = (access: ClusterAccess) =>
  migrationOf(access, [], []).rows.map(({ name, in: where, enters, wouldEnter, differences }) => [
    ...[name, where, enters, wouldEnter],
    differences?.map(({ what }) => what) ?? null,
  ])

test('each principal once, with or without its path: in which list, and whether it would still enter', () => {
  expect(
    rowsOf(
      at(
        [
          entry(role('team/Both'), { username: 'ops:{{SessionName}}' }),
          entry(role('OnlyEntry')),
          entry(role('Admin'), { policies: [everything], username: 'admin' }),
          entry(role('Other'), { groups: ['a'], username: 'x' }),
          entry(role('Half'), { problem: 'Denied.' }),
          entry(role('Node'), { type: 'EC2_LINUX', username: 'system:node:{{EC2PrivateDNSName}}' }),
        ],
        [
          line(1, role('Both')),
          line(2, role('OnlyLine')),
          line(3, role('Admin'), { username: 'admin', groups: ['system:masters', 'x'] }),
          line(4, role('Other'), { groups: ['b', 'system:authenticated'] }),
          line(5, role('Half')),
          line(6, role('Node'), {
            username: 'system:node:{{EC2PrivateDNSName}}',
            groups: ['system:bootstrappers', 'system:nodes'],
          }),
          line(1, '444455556666', { list: 'mapAccounts', username: null }),
        ],
      ),
    ),
  ).toEqual([
    ['Both', 'both', true, true, []],
    ['OnlyEntry', 'entry', true, true, []],
    ['Admin', 'both', true, true, []],
    ['Other', 'both', true, true, ['username', 'groups']],
    ['Half', 'both', true, true, null],
    ['Node', 'both', true, true, []],
    ['OnlyLine', 'aws-auth', true, false, []],
    ['444455556666', 'aws-auth', true, false, []],
  ])
})

test('the mode decides who enters now: by aws-auth alone no entry counts, by entries alone no line does', () => {
  expect(rowsOf({ ...at([], [line(1, role('A'))], 'CONFIG_MAP'), entries: unread })).toEqual([
    ['A', 'aws-auth', true, false, []],
  ])
  expect(rowsOf(at([entry(role('B'))], [line(1, role('A'))], 'API'))).toEqual([
    ['B', 'entry', true, true, []],
    ['A', 'aws-auth', false, false, []],
  ])
})

test('what was not read is said, and nobody is called missing by it', () => {
  const noEntries = migrationOf({ ...at([], [line(1, role('A'))]), entries: unread }, [person('A')], [])
  expect(noEntries).toMatchObject({
    rows: [{ in: 'not-known', enters: true, wouldEnter: null }],
    unread: ['Access entries were not read: Denied.'],
    contexts: null,
  })
  const noLines = migrationOf({ ...at([entry(role('A'))], []), awsAuth: unread }, [], [])
  expect(noLines.rows).toMatchObject([{ in: 'not-known', enters: true, wouldEnter: true }])
  const torn = migrationOf(
    {
      ...at([entry(role('A'))], []),
      awsAuth: { state: 'read', value: { lines: [], problems: [{ list: 'mapRoles', message: 'No YAML.' }] } },
    },
    [],
    [],
  )
  expect(torn).toMatchObject({ rows: [{ in: 'not-known' }], unread: [expect.stringContaining('mapRoles')] })
})

test('lines that let nobody in are no principals: a path, a star, another partition, one that a later line beats', () => {
  const { rows, ignored } = migrationOf(
    at(
      [],
      [
        line(1, role('Twice'), { groups: ['first'] }),
        line(2, role('team/Path')),
        line(3, role('*')),
        line(4, role('Twice'), { groups: ['last'] }),
        line(5, 'arn:aws-cn:iam::111122223333:role/Far'),
        line(6, null, { problem: 'The line is not a mapping.' }),
      ],
    ),
    [],
    [],
  )
  expect(rows.map(({ line: one }) => [one?.place, one?.groups])).toEqual([[4, ['last']]])
  expect(ignored.map(({ place }) => place)).toEqual([1, 2, 3, 5, 6])
})

test('contexts of the fleet that would be locked out are those of identities that no entry names', () => {
  const access = at([entry(role('team/Kept'))], [line(1, role('Kept')), line(2, role('Lost'))])
  const contexts = ['of Kept', 'of Lost', 'of Nobody'].map((name) => ({ id: name, name }))
  const identities = [person('Kept'), person('Lost'), person('Nobody')]
  expect(migrationOf(access, identities, contexts).contexts?.map(({ name }) => name)).toEqual(['of Lost'])
})

const cluster = { name: 'prod', region: 'eu-west-1', partition: 'aws', mode: 'API_AND_CONFIG_MAP' }
const movesOf = (lines: readonly AwsAuthLine[], identities: readonly KnownIdentity[] = []) =>
  migrationOf(at([], lines), identities, []).rows.map((row) => {
    const move = moveOf(cluster, row, (program, ...words) => offerOn('linux', program, words))
    return [...(move?.steps.map(({ command }) => command) ?? []), ...(move?.left ?? [])]
  })
const create = 'aws eks create-access-entry --cluster-name prod --region eu-west-1 --principal-arn'

test('the commands of a line say all that an entry can have of it, and what is left out is said', () => {
  expect(
    movesOf(
      [
        line(1, role('Reader'), { groups: ['readers', 'web', 'system:authenticated'] }),
        line(2, role('Admin'), { username: 'admin:{{AccountID}}', groups: ['system:masters'] }),
        line(3, role('Default'), {
          username: 'arn:aws:sts::111122223333:assumed-role/Default/{{SessionName}}',
          groups: ['system:monitoring', 'team-{{SessionName}}'],
        }),
        line(4, role('AWSReservedSSO_Dev_0123456789abcdef')),
        line(5, role('Node'), { username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:nodes'] }),
        line(6, role('Pod'), { username: 'system:node:{{SessionName}}', groups: ['system:node-proxier'] }),
        line(1, '444455556666', { list: 'mapAccounts', username: null }),
      ],
      [person('Reader')],
    ),
  ).toEqual([
    [`${create} ${role('team/Reader')} --username 'ops:{{SessionName}}' --kubernetes-groups readers web`],
    [
      `${create} ${role('Admin')} --username admin:111122223333`,
      `aws eks associate-access-policy --cluster-name prod --region eu-west-1 --principal-arn ${role('Admin')} --policy-arn ${everything.arn} --access-scope 'type=cluster'`,
    ],
    [
      `${create} ${role('Default')}`,
      'Group system:monitoring is left out: no access entry can be given it.',
      'Group team-{{SessionName}} is left out: no access entry can be given it.',
    ],
    [`${create} ROLE_ARN --username 'ops:{{SessionName}}'`],
    [`${create} ${role('Node')} --type EC2_LINUX`],
    [`${create} ${role('Pod')} --type FARGATE_LINUX`],
    ['No entry is for an account: each of its users and roles takes one of its own.'],
  ])
  for (const [username, why] of [
    ['system:admin', 'can be given the username system:admin'],
    ['{{SessionName}}', 'has no colon before its session name'],
    ['ops:{{AccessKeyID}}', 'fills in all'],
    [null, 'gives no username'],
  ] as const)
    expect(movesOf([line(1, role('A'), { username })])).toEqual([
      [`${create} ${role('A')}`, expect.stringContaining(why)],
    ])
})

test('where the mode looks at no entries yet, the first command changes that', () => {
  const offer = (program: string, ...words: Parameters<typeof offerOn>[2]) => offerOn('linux', program, words)
  expect(bothModes({ ...cluster, mode: 'CONFIG_MAP' }, offer)?.command).toBe(
    "aws eks update-cluster-config --name prod --region eu-west-1 --access-config 'authenticationMode=API_AND_CONFIG_MAP'",
  )
  expect(bothModes(cluster, offer)).toBeNull()
})
