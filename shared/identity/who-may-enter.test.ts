import { expect, test } from 'vitest'
import { type ClusterAccess, nothingRead, type SessionName } from './access-entries'
import { principalsOf } from './access-rows'
import type { KnownIdentity, SessionOfIdentity } from './identity-tree'
import { ownEntrances } from './own-entrances'
import { enteringBy, entersAs, nameOfEntrance, rowsWithYou } from './who-may-enter'

const arn = 'arn:aws:iam::111122223333:role/Node'
const named = (name: string): SessionName => ({ kind: 'named', name })

const identity = (sessions: readonly SessionOfIdentity[], proven: string | null = null): KnownIdentity => ({
  id: 'node',
  parent: null,
  kind: 'role',
  name: 'Node',
  arn,
  accessKeyId: null,
  account: '111122223333',
  accountName: null,
  permissionSet: null,
  from: [],
  mfaSerial: null,
  profiles: [],
  state: { kind: 'unknown', until: null, by: null, at: null, problem: null },
  proven: proven === null ? null : { arn: proven, userId: 'AROA:x', at: 1 },
  sessions,
  unpinned: false,
  provable: true,
  contexts: [],
  shadowed: [],
  clusters: [],
})

const access = (username: string): ClusterAccess => ({
  ...nothingRead('arn:aws:eks:eu-west-1:111122223333:cluster/prod', 'API'),
  entries: {
    state: 'read',
    value: [
      {
        principalArn: arn,
        type: 'EC2_LINUX',
        username,
        groups: [],
        policies: [],
        modifiedAt: null,
        problem: null,
      },
    ],
  },
})
const nodes = access('system:node:{{EC2PrivateDNSName}}')
const people = access('ops:{{SessionName}}')

const said = (sessions: readonly SessionOfIdentity[], where: ClusterAccess, proven?: string) =>
  ownEntrances([identity(sessions, proven)], where).map((mine) => {
    const { entrance } = mine
    return [
      nameOfEntrance(mine),
      entrance.kind === 'enters'
        ? `${entrance.username?.text}${entrance.username?.whole === true ? '' : ' …'}`
        : entrance.kind,
    ]
  })

test('a session name belongs to the way: two profiles of one role enter each by its own', () => {
  const two = [
    { session: named('i-0123456789abcdef0'), by: ['profile node'] },
    { session: named('plain'), by: ['profile nodep'] },
    { session: { kind: 'made-up' } as const, by: ['profile other', 'context prod'] },
  ]
  expect(said(two, nodes)).toEqual([
    ['Node (profile node)', 'system:node:{{EC2PrivateDNSName}} …'],
    ['Node (profile nodep, profile other, context prod)', 'refused'],
  ])
  expect(said(two, people)).toEqual([
    ['Node (profile node)', 'ops:i-0123456789abcdef0'],
    ['Node (profile nodep)', 'ops:plain'],
    ['Node (profile other, context prod)', 'ops:{{SessionName}} …'],
  ])
  const mine = ownEntrances([identity(two)], nodes)
  const [row] = principalsOf(nodes)
  if (row === undefined) throw new Error('no row')
  expect(enteringBy(mine, row).map(({ by }) => by)).toEqual([['profile node']])
  expect(rowsWithYou(people, ownEntrances([identity(two)], people))[0]?.you).toEqual(['node'])
  expect(entersAs(ownEntrances([identity(two)], people))).toHaveLength(1)
})

test('what one session was called says nothing of the next, and what is not known is said as that', () => {
  const was = 'arn:aws:sts::111122223333:assumed-role/Node/botocore-session-1796105223'
  expect(said([{ session: { kind: 'made-up' }, by: ['profile p'] }], people, was)).toEqual([
    ['Node', 'ops:{{SessionName}} …'],
  ])
  const open = [{ session: { kind: 'not-known' } as const, by: ['profile p'] }]
  expect(said(open, people, was)).toEqual([['Node', 'ops:{{SessionName}} …']])
  expect(said(open, nodes, was)).toEqual([['Node', 'not-known']])
  expect(said([], nodes)).toEqual([['Node', 'not-known']])
  // Where it makes no difference, the ways are one.
  expect(said([...open, { session: named('x'), by: ['profile q'] }], access('fixed'))).toEqual([
    ['Node', 'fixed'],
  ])
})
