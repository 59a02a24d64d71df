import { describe, expect, test } from 'vitest'
import { defaultUsername } from '../../../shared/identity/access-entries'
import { small, smallWorld } from '../../testing/small-world'
import { fillTemplate, mapCaller } from './mapping'
import { type Caller, createKeys } from './signing-keys'
import type { EksCluster, World } from './world'

const world = smallWorld(0)
const keys = createKeys(() => world)

function userCaller(keyId: string): Caller {
  const key = keys.find(keyId)
  if (!key) throw new Error('no such key')
  return key.caller
}
function roleCaller(arn: string, session: string): Caller {
  const role = world.roles.find((each) => each.arn === arn)
  if (!role) throw new Error('no such role')
  return userCaller(keys.issueRole(role, session, 1).accessKeyId)
}
function clusterOf(arn: string, more: Partial<EksCluster> = {}): EksCluster {
  const cluster = world.clusters.find((each) => each.arn === arn)
  if (!cluster) throw new Error('no such cluster')
  return { ...cluster, ...more }
}
const prod = clusterOf(small.cluster)
const username = (cluster: EksCluster, caller: Caller, inWorld: World = world) =>
  mapCaller(inWorld, cluster, caller)?.username ?? null

describe('access entries', () => {
  test('a new entry’s username is the user’s ARN, or the role’s STS ARN with the session filled in', () => {
    expect(defaultUsername(small.alice.arn)).toBe(small.alice.arn)
    expect(username(prod, roleCaller(small.admin, 'a@b'))).toBe(
      'arn:aws:sts::111122223333:assumed-role/Admin/a-b',
    )
  })

  test('a role under a path matches, although its STS ARN shows none', () => {
    expect(username(prod, roleCaller(small.sso, 'dora@small.example'))).toBe('sso:dora-small.example')
  })

  test('a role that was deleted and made again does not match: its unique id is another', () => {
    expect(username(prod, roleCaller(small.guarded, 'x'))).toBeNull()
    const entries = [{ principalArn: small.guarded }]
    expect(username({ ...prod, accessEntries: entries }, roleCaller(small.guarded, 'x'))).not.toBeNull()
  })

  test('they win over aws-auth, count for nothing in CONFIG_MAP, and alone count in API', () => {
    const admin = roleCaller(small.admin, 'x')
    const awsAuth = { mapRoles: `- {rolearn: ${small.admin}, username: from-the-map}` }
    expect(username({ ...prod, awsAuth }, admin)).toContain('assumed-role')
    expect(username({ ...prod, awsAuth, authenticationMode: 'CONFIG_MAP' }, admin)).toBe('from-the-map')
    expect(username({ ...prod, awsAuth, authenticationMode: 'API', accessEntries: [] }, admin)).toBeNull()
  })
})

describe('aws-auth', () => {
  test('one bad entry, or a whole bad list, does not hide the good ones', () => {
    const carol = userCaller(small.carol.key.id)
    expect(username(prod, carol)).toBe('carol')
    const awsAuth = {
      mapRoles: '{[',
      mapUsers: `- 17\n- {userarn: [a]}\n- {userarn: ${small.carol.arn}, username: c}\n`,
    }
    expect(username({ ...prod, awsAuth }, carol)).toBe('c')
  })

  test('an entry with the role’s path never matches; without it, it does', () => {
    const reader = roleCaller(small.reader, 'x')
    const map = (rolearn: string) => ({
      ...prod,
      awsAuth: { mapRoles: `- {rolearn: "${rolearn}", username: r}` },
    })
    expect(username(map(small.reader), reader)).toBeNull()
    expect(username(map('arn:aws:iam::111122223333:role/Reader'), reader)).toBe('r')
  })

  test('mapAccounts lets a whole account in under its own ARNs', () => {
    const awsAuth = { mapAccounts: '- "111122223333"\n' }
    expect(username({ ...prod, accessEntries: [], awsAuth }, userCaller(small.alice.key.id))).toBe(
      small.alice.arn,
    )
    expect(username({ ...prod, accessEntries: [], awsAuth }, roleCaller(small.reader, 'x'))).toBe(
      'arn:aws:iam::111122223333:role/Reader',
    )
  })

  test('of two lines of one ARN the last counts, whatever its letter case; a user has its whole path', () => {
    const map = (...arns: readonly string[]) => ({
      ...prod,
      accessEntries: [],
      awsAuth: { mapUsers: arns.map((arn, at) => `- {userarn: "${arn}", username: u${at}}\n`).join('') },
    })
    expect(
      username(map(small.carol.arn, small.carol.arn.toUpperCase()), userCaller(small.carol.key.id)),
    ).toBe('u1')
    const alice = userCaller(small.alice.key.id)
    expect(username(map('arn:aws:iam::111122223333:user/alice'), alice)).toBeNull()
    expect(username(map(small.alice.arn), alice)).toBe('u0')
  })

  test('whom a line gives no username has none, and not the ARN', () => {
    const nameless = `- {userarn: "${small.carol.arn}", groups: [viewers]}\n`
    const cluster = { ...prod, accessEntries: [], awsAuth: { mapUsers: nameless } }
    expect(username(cluster, userCaller(small.carol.key.id))).toBe('')
  })
})

test('templates know account, session raw and cleaned, and access key id, and do not touch others', () => {
  const caller = roleCaller(small.admin, 'a@b')
  expect(
    fillTemplate('{{AccountID}} {{SessionName}} {{SessionNameRaw}} {{AccessKeyID}} {{Other}}', caller),
  ).toBe(`111122223333 a-b a@b ${caller.accessKeyId} {{Other}}`)
  // With spaces it is none.
  expect(fillTemplate('{{ SessionName }}', caller)).toBe('{{ SessionName }}')
})

test('the cluster says which AWS identity it saw, unless it is one that does not', () => {
  const caller = roleCaller(small.sso, 'dora@small.example')
  expect(mapCaller(world, prod, caller)).toMatchObject({
    uid: 'aws-iam-authenticator:111122223333:AROASSODEVELOP000001',
    extra: {
      accessKeyId: [caller.accessKeyId],
      arn: [
        'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/dora@small.example',
      ],
      canonicalArn: ['arn:aws:iam::111122223333:role/AWSReservedSSO_Developer_0123456789abcdef'],
      principalId: ['AROASSODEVELOP000001'],
      sessionName: ['dora@small.example'],
    },
  })
  expect(mapCaller(world, { ...prod, sendsExtra: false }, caller)?.extra).toEqual({})
})
