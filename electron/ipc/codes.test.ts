import { afterEach, expect, test, vi } from 'vitest'
import { createCodes, heldMs } from './codes'

afterEach(() => {
  vi.useRealTimers()
})

const keys = { accessKeyId: 'ASIAONE', secretAccessKey: 'secret', sessionToken: 'token', expiresAt: 9 }

test('what a code gave is had once, by its page, its sign-in and its environment, and not for long', () => {
  vi.useFakeTimers()
  const codes = createCodes()
  codes.hold(1, 'run', 'app', 'mfa', keys)
  expect(codes.take(2, 'run', 'app')).toBeNull()
  expect(codes.take(1, 'other', 'app')).toBeNull()
  expect(codes.take(1, 'run', 'login-shell')).toBeNull()
  expect(codes.take(1, 'run', 'app')).toEqual({
    profile: 'mfa',
    variables: [
      { name: 'AWS_ACCESS_KEY_ID', value: 'ASIAONE' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'secret' },
      { name: 'AWS_SESSION_TOKEN', value: 'token' },
    ],
    until: 9,
  })
  expect(codes.take(1, 'run', 'app')).toBeNull()
  codes.hold(1, 'run', 'app', 'mfa', keys)
  vi.advanceTimersByTime(heldMs)
  expect(codes.take(1, 'run', 'app')).toBeNull()
})
