import { expect, test } from 'vitest'
import { rulesOf } from './rules'
import { runSignIn } from './sign-in-command'

test('aws login came with 2.32.0 and 1.43.0, and the command with 2.32.0 alone', () => {
  const login = (version: string) => {
    const { readsLogin, hasLogin } = rulesOf(version, '').rules
    return [readsLogin, hasLogin]
  }
  expect(login('2.23.6')).toEqual([false, false])
  expect(login('2.31.39')).toEqual([false, false])
  expect(login('2.32.0')).toEqual([true, true])
  expect(login('1.42.99')).toEqual([false, false])
  expect(login('1.43.0')).toEqual([true, false])
})

test('of versions that are older than those whose rules are known, of others and of none the prediction is in doubt', () => {
  expect(rulesOf('2.13.0', 'unasked').doubt).toBeNull()
  expect(rulesOf('1.29.0', 'unasked').doubt).toBeNull()
  expect(rulesOf('2.12.7', 'unasked').doubt).toBe(
    'aws 2.12.7 is older than 2.13.0, the first whose rules Ekscope knows',
  )
  expect(rulesOf('1.28.85', 'unasked').doubt).toContain('older than 1.29.0')
  expect(rulesOf('3.0.0', 'unasked').doubt).toBe('aws 3.0.0 has rules that Ekscope does not know')
  expect(rulesOf(null, 'unasked').doubt).toBe('unasked')
})

test('a sign-in is advised by an aws that has it', () => {
  const newer = { path: '/opt/new/aws', version: '2.23.6' }
  const said = (
    version: string,
    command: 'login' | 'sso login',
    profile: string | null,
    other: typeof newer | null = null,
  ) => runSignIn(command, profile === null ? null : { profile }, rulesOf(version, '', other))
  expect(said('2.36.12', 'login', 'p')).toBe('Run `aws login --profile p`.')
  expect(said('2.23.6', 'sso login', 'a p')).toBe("Run `aws sso login --profile 'a p'`.")
  expect(said('2.23.6', 'login', null)).toBe(
    'Install the AWS CLI of version 2.32.0 or newer first on PATH and run `aws login`: 2.23.6 has no `aws login`.',
  )
  expect(said('1.46.2', 'sso login', null)).toBe(
    'Install the AWS CLI of version 2 or newer first on PATH and run `aws sso login`: 1.46.2 has no `aws sso login`.',
  )
  expect(said('1.46.2', 'sso login', 'p', newer)).toBe('Run `/opt/new/aws sso login --profile p`.')
  const quoted = { path: '/opt/it’s new/aws', version: '2.23.6' }
  expect(said('1.46.2', 'sso login', 'p', quoted)).toMatch(/^Run aws sso login \(not offered as a command: /)
  expect(said('1.46.2', 'login', null, newer)).toContain('Install the AWS CLI of version 2.32.0')
  expect(said('1.46.2', 'login', null, { path: '/usr/bin/aws', version: '2.36.12' })).toBe(
    'Run `/usr/bin/aws login`.',
  )
})
