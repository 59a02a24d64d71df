import { expect, test } from 'vitest'
import { verdicts } from '../../shared/identity/identity'
import { nobodyToCompare, statusOf } from './whoami'

const proven = { arn: 'a', canonicalArn: 'a', account: '1', userId: 'u', accessKeyId: 'k', ms: 1 }

test('the exit status of each verdict, and with --strict', () => {
  const statuses = verdicts.map((verdict) => [
    verdict,
    statusOf([{ verdict, proven }], false),
    statusOf([{ verdict, proven }], true),
  ])
  expect(statuses).toEqual([
    ['verified', 0, 0],
    ['proven', 0, 1],
    ['mismatch', 1, 1],
    ['no-access', 1, 1],
    ['login-needed', 1, 1],
    ['expired', 1, 1],
    ['broken', 1, 1],
    ['unreachable', 0, 1],
    ['unsupported', 0, 1],
  ])
  expect(statusOf([{ verdict: 'unreachable', proven: null }], false)).toBe(3)
  expect(statusOf([{ verdict: 'unreachable', proven: null }], true)).toBe(1)
  expect(statusOf([], true)).toBe(0)
})

test('proven alone: why there is no identity to compare with, and how there would be', () => {
  const arn = 'arn:aws:iam::111122223333:user/carol'
  const unnamed = { arn: null, accessKeyId: null, account: null, partition: null, permissionSet: null }
  const said = (profile: string | null, by: readonly string[], contextName = 'a') =>
    nobodyToCompare({
      contextName,
      verdict: 'proven',
      proven: { ...proven, arn },
      intended: { ...unnamed, profile, expected: false, by },
    })
  expect(said(null, [], 'it is')).toEqual({
    message:
      'AWS says that the context acts as user carol of 111122223333, and there is no identity to compare with: the entry names no identity, so the environment decides.',
    next: "If that identity should act here, `ekscope expect --proven 'it is'` makes any other a mismatch.",
  })
  expect(said('batch', ['profile batch'])?.message).toContain(
    'files do not say whose identity profile batch gives.',
  )
  expect(said(null, ['the program /opt/token decides'])?.message).toContain(
    ': the program /opt/token decides.',
  )
  const verified = {
    contextName: 'a',
    verdict: 'verified',
    proven,
    intended: { ...unnamed, profile: null, expected: false, by: [] },
  } as const
  expect(nobodyToCompare(verified)).toBeNull()
})
