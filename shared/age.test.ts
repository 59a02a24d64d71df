import { expect, test } from 'vitest'
import { ago, duration, timeLeft, timeSpan } from './age'

test('ages are told in the words that a person uses', () => {
  const now = Date.UTC(2026, 0, 10)
  expect(ago(now - 20_000, now)).toBe('just now')
  expect(ago(now - 4 * 60_000, now)).toBe('4 min ago')
  expect(ago(now - 3 * 3_600_000, now)).toBe('3 h ago')
  expect(ago(now - 30 * 3_600_000, now)).toBe('yesterday')
  expect(ago(now - 9 * 86_400_000, now)).toBe('9 days ago')
  expect(ago(now + 5_000, now)).toBe('just now')
})

test('durations and what is left', () => {
  expect(duration(412.4)).toBe('412 ms')
  expect(duration(1_340)).toBe('1.3 s')
  expect(timeLeft(13 * 60_000 + 500, 0)).toBe('13 min left')
  expect(timeLeft(0, 1)).toBe('over')
})

test('time to come, in hours and minutes until it is days', () => {
  const minute = 60_000
  expect(
    [20_000, 54 * minute, 60 * minute, 478 * minute, 47 * 60 * minute, 49 * 60 * minute, -1].map(timeSpan),
  ).toEqual(['20 s', '54 min', '1 h', '7 h 58 min', '47 h', '2 days', '0 s'])
})
