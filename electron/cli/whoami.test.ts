import { expect, test } from 'vitest'
import { verdicts } from '../../shared/identity/identity'
import { statusOf } from './whoami'

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
    ['unreachable', 0, 0],
    ['unsupported', 0, 0],
  ])
  expect(statusOf([{ verdict: 'unreachable', proven: null }], false)).toBe(3)
  expect(statusOf([], true)).toBe(0)
})
