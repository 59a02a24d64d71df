import { expect, test } from 'vitest'
import type { ClusterAccess } from './access-entries'
import { notBelieved } from './asked-by'
import { accessesOf, type WayIn, type WayOf, wayOf } from './who-enters-where'

const admin = 'arn:aws:iam::111122223333:role/Admin'
const who = (more: Partial<WayOf> = {}): WayOf => ({
  arn: admin,
  account: null,
  permissionSet: null,
  session: { kind: 'not-known' },
  accessKeyId: null,
  profile: 'pay',
  role: null,
  ...more,
})
const context = (more: Partial<WayIn> = {}): WayIn => ({
  name: 'prod',
  profile: 'pay',
  role: null,
  arn: null,
  verdict: null,
  username: null,
  proven: null,
  answered: null,
  ...more,
})
const access = (...arns: readonly string[]): ClusterAccess => ({
  partition: 'aws',
  mode: 'API',
  entries: {
    state: 'read',
    value: arns.map((principalArn) => ({
      principalArn,
      type: 'STANDARD',
      username: 'admin',
      groups: [],
      policies: [],
      modifiedAt: null,
      problem: null,
    })),
  },
  awsAuth: { state: 'read', value: { lines: [], problems: [] } },
})

test('a context that works comes before all else, with as whom it was seen', () => {
  const works = context({ verdict: 'verified', username: 'admin' })
  expect(wayOf(who(), [context({ verdict: 'no-access', name: 'old' }), works], access())).toEqual({
    kind: 'works',
    contexts: ['prod'],
    username: 'admin',
    intended: true,
  })
})

test('a context that does not, or was never checked, is told from none', () => {
  expect(wayOf(who(), [context({ verdict: 'no-access' })], access(admin))).toMatchObject({
    kind: 'does-not',
    verdict: 'no-access',
  })
  expect(wayOf(who(), [context()], access(admin))).toMatchObject({ kind: 'does-not', verdict: null })
})

test('without a context the entries say; what nobody asked is not known', () => {
  expect(wayOf(who(), [], access(admin))).toEqual({
    kind: 'may',
    username: { text: 'admin', whole: true },
    from: 'access-entry',
    doubt: null,
  })
  expect(wayOf(who(), [], access())).toEqual({ kind: 'may-not' })
  expect(wayOf(who(), [], null)).toMatchObject({ kind: 'not-known' })
  const unread = { ...access(), entries: { state: 'not-read', why: 'AWS denied it.', next: '' } } as const
  expect(wayOf(who(), [], unread)).toEqual({ kind: 'not-known', why: 'AWS denied it.' })
})

test('a context is of whom AWS proved it to be, whatever profile it names', () => {
  const other = context({ arn: 'arn:aws:iam::111122223333:user/carol', verdict: 'verified' })
  expect(wayOf(who(), [other], access())).toEqual({ kind: 'may-not' })
  const elsewhere = context({ profile: 'other', arn: admin, verdict: 'verified' })
  expect(wayOf(who(), [elsewhere], access())).toMatchObject({ kind: 'works' })
  expect(wayOf(who({ arn: null }), [context({ role: 'x' })], access())).toMatchObject({ kind: 'not-known' })
})

test('a context in which somebody else acts is one of whom it names, and does not work', () => {
  const carol = 'arn:aws:iam::111122223333:user/carol'
  const hijacked = context({ arn: carol, verdict: 'mismatch' })
  expect(wayOf(who(), [hijacked], access(admin))).toMatchObject({ kind: 'does-not', verdict: 'mismatch' })
  expect(wayOf(who({ arn: carol, profile: null }), [hijacked], access(carol))).toMatchObject({ kind: 'may' })
  const byRole = context({ ...hijacked, profile: 'hub', role: admin })
  expect(wayOf(who(), [byRole], access(admin))).toMatchObject({ kind: 'does-not' })
})

test('a context that nobody can compare works, where AWS and the cluster agree who it is', () => {
  const proven = (by: { profile: string | null; role: string | null }) =>
    wayOf(who(), [context({ arn: admin, verdict: 'proven', ...by })], null)
  // Only an entry that names a profile or a role says that somebody is meant to act so.
  expect(proven({ profile: 'pay', role: null })).toMatchObject({ kind: 'works', intended: true })
  expect(proven({ profile: null, role: null })).toMatchObject({ kind: 'works', intended: false })
})

test('what a cluster answered to an identity stands there whoever the entry names, before what is claimed, and with its context', () => {
  const carol = 'arn:aws:iam::111122223333:user/carol'
  const acting = { arn: carol, proven: carol, profile: 'dev', verdict: 'mismatch' } as const
  const entered = context({ ...acting, name: 'stage-env', username: 'carol', answered: 'let-in' })
  const turned = context({ ...acting, name: 'runners-view', answered: 'refused' })
  const her = who({ arn: carol, profile: null })
  const letIn = { answered: 'let-in', contexts: ['stage-env'], username: 'carol' }
  const refused = { answered: 'refused', contexts: ['runners-view'], username: null }
  expect(wayOf(her, [entered], null)).toEqual({ kind: 'seen', seen: letIn })
  expect(wayOf(her, [turned], access(carol))).toEqual({ kind: 'seen', seen: refused })
  expect(wayOf(her, [turned, entered], null)).toEqual({ kind: 'seen', seen: letIn })
  // Beside a context of one's own, that was not checked or does not work.
  const own = context({ name: 'own', profile: 'carol', arn: carol })
  expect(wayOf(her, [own, entered], null)).toEqual({
    kind: 'does-not',
    contexts: ['own'],
    verdict: null,
    seen: letIn,
  })
  expect(wayOf(her, [{ ...own, verdict: 'verified' }, turned], null)).toMatchObject({ kind: 'works' })
  // The identity that the entry names did nothing there, and neither did any without a known ARN.
  expect(wayOf(who({ profile: 'dev' }), [entered], null)).toMatchObject({ kind: 'does-not', seen: null })
  expect(wayOf({ ...her, arn: null }, [entered], null)).toMatchObject({ kind: 'not-known' })
})

test('access entries of an answer that is not believed let nobody in', () => {
  const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
  const { entries } = access(admin)
  const wayBy = (account: string | null) => {
    const askedBy = { account, region: 'eu-west-1', endpoint: null }
    const read = accessesOf({ access: [{ cluster: arn, askedBy, entries, at: 1 }] }, new Map())
    return wayOf(who(), [], read({ arn, authenticationMode: 'API' }))
  }
  expect(wayBy('111122223333')).toMatchObject({ kind: 'may' })
  expect(wayBy(null)).toEqual({ kind: 'not-known', why: notBelieved })
})
