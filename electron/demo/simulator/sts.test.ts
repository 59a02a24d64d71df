import { describe, expect, test } from 'vitest'
import { presignedToken } from '../../aws/token/signature'
import { small, smallWorld } from '../../testing/small-world'
import { createKeys } from './signing-keys'
import type { ReceivedRequest } from './sigv4'
import { stsMeant } from './sts'
import type { World } from './world'

const start = Date.parse('2025-03-01T12:00:00Z')
const minute = 60_000

/** An STS whose clock and world the test holds. */
function stsAt(world: World = smallWorld(start)) {
  const clock = { now: start }
  const keys = createKeys(() => world)
  return {
    clock,
    keys,
    sts: (request: ReceivedRequest) => stsMeant(request, { world: () => world, keys, now: () => clock.now }),
  }
}

/** The request that a token stands for, as the cluster or Ekscope sends it. */
function replay(
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  more: { region?: string; accept?: string; change?: (target: string) => string; cluster?: string } = {},
): ReceivedRequest {
  const token = presignedToken(credentials, {
    origin: 'https://sts.eu-west-1.amazonaws.com',
    region: more.region ?? 'eu-west-1',
    cluster: 'prod',
    now: start,
  })
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString())
  const target = `/${url.search}`
  return {
    method: 'GET',
    target: more.change ? more.change(target) : target,
    headers: {
      host: url.host,
      'x-k8s-aws-id': more.cluster ?? 'prod',
      accept: more.accept ?? 'application/json',
    },
    body: '',
  }
}
const alice = { accessKeyId: small.alice.key.id, secretAccessKey: small.alice.key.secret }

function errorOf(answer: { status: number; body: string }) {
  return { status: answer.status, ...JSON.parse(answer.body).Error }
}

describe('a presigned GetCallerIdentity', () => {
  test('answers JSON where it is accepted, otherwise XML', () => {
    const { sts } = stsAt()
    expect(JSON.parse(sts(replay(alice)).outcome().answer.body)).toMatchObject({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: {
          Account: '111122223333',
          Arn: small.alice.arn,
          UserId: 'AIDAALICEALICE000001',
        },
      },
    })
    const xml = sts(replay(alice, { accept: '*/*' })).outcome().answer
    expect(xml.type).toBe('text/xml')
    expect(xml.body).toContain(`<Arn>${small.alice.arn}</Arn>`)
  })

  test('lives for 15 minutes from its date, whatever X-Amz-Expires says, and is not valid 15 minutes before', () => {
    const { sts, clock } = stsAt()
    for (const offset of [15, 0, -15]) {
      clock.now = start + offset * minute
      expect(sts(replay(alice)).outcome().answer.status, `${offset} min`).toBe(200)
    }
    clock.now = start + 15 * minute + 1000
    expect(errorOf(sts(replay(alice)).outcome().answer)).toMatchObject({
      status: 403,
      Code: 'SignatureDoesNotMatch',
      Message:
        'Signature expired: 20250301T120000Z is now earlier than 20250301T120001Z (20250301T121501Z - 15 min.)',
    })
    clock.now = start - 15 * minute - 1000
    expect(errorOf(sts(replay(alice)).outcome().answer).Message).toContain('Signature not yet current')
  })

  test.each([
    ['for another cluster', { cluster: 'stage' }],
    ['with a parameter added', { change: (target: string) => `${target}&X-Amz-User-Agent=x` }],
    [
      'with its expiry stretched',
      { change: (target: string) => target.replace('Expires=60', 'Expires=900') },
    ],
    [
      'with another action',
      { change: (target: string) => target.replace('GetCallerIdentity', 'GetSessionToken') },
    ],
    [
      'with one digit of the signature changed',
      {
        change: (target: string) => target.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      },
    ],
  ])('%s is SignatureDoesNotMatch', (_what, more) => {
    const { sts } = stsAt()
    expect(errorOf(sts(replay(alice, more)).outcome().answer)).toMatchObject({
      status: 403,
      Code: 'SignatureDoesNotMatch',
    })
  })
})

describe('temporary credentials', () => {
  test('need their own session token, and end when they end', () => {
    const { sts, keys, clock } = stsAt()
    const role = smallWorld(start).roles.find((each) => each.arn === small.admin)
    if (!role) throw new Error('no admin role')
    const issued = keys.issueRole(role, 'me', start + minute)
    const { accessKeyId, secretAccessKey, sessionToken } = issued
    expect(sts(replay({ accessKeyId, secretAccessKey, sessionToken })).outcome().caller?.arn).toBe(
      'arn:aws:sts::111122223333:assumed-role/Admin/me',
    )
    expect(errorOf(sts(replay({ accessKeyId, secretAccessKey })).outcome().answer).Code).toBe(
      'InvalidClientTokenId',
    )
    expect(
      errorOf(sts(replay({ accessKeyId, secretAccessKey, sessionToken: 'other' })).outcome().answer).Code,
    ).toBe('InvalidClientTokenId')
    expect(errorOf(sts(replay({ ...alice, sessionToken })).outcome().answer).Code).toBe(
      'InvalidClientTokenId',
    )
    clock.now = start + minute
    expect(
      errorOf(sts(replay({ accessKeyId, secretAccessKey, sessionToken })).outcome().answer),
    ).toMatchObject({
      status: 403,
      Code: 'ExpiredToken',
    })
  })

  test('are the same in every run: they come from a counter', () => {
    const role = smallWorld(start).roles[0]
    if (!role) throw new Error('no role')
    expect(stsAt().keys.issueRole(role, 'x', 1)).toEqual(stsAt().keys.issueRole(role, 'x', 1))
  })
})

test('keys of a deactivated or unknown user, and of another partition, are InvalidClientTokenId', () => {
  const world = smallWorld(start)
  const { sts } = stsAt({
    ...world,
    users: world.users.map((user) => ({
      ...user,
      keys: user.keys.map((key) => ({ ...key, inactive: true })),
    })),
  })
  expect(errorOf(sts(replay(alice)).outcome().answer).Code).toBe('InvalidClientTokenId')
  const fresh = stsAt().sts
  expect(errorOf(fresh(replay({ ...alice, accessKeyId: 'AKIANOBODY' })).outcome().answer).Code).toBe(
    'InvalidClientTokenId',
  )
  expect(errorOf(fresh(replay(alice, { region: 'cn-north-1' })).outcome().answer).Code).toBe(
    'InvalidClientTokenId',
  )
})

test('an unsigned request is refused because its token is missing', () => {
  const { sts } = stsAt()
  const request: ReceivedRequest = {
    method: 'GET',
    target: '/?Action=GetCallerIdentity&Version=2011-06-15',
    headers: { host: 'sts.amazonaws.com', accept: 'application/json' },
    body: '',
  }
  expect(errorOf(sts(request).outcome().answer)).toMatchObject({
    status: 403,
    Code: 'MissingAuthenticationToken',
  })
})
