import { expect, test } from 'vitest'
import type { ProblemCode } from '../../shared/identity/identity'
import { offerOn } from '../../shared/shell/offered-command'
import type { Row } from '../rows/rows'
import { rowNamed } from '../testing/rows'
import type { Offering } from '../ui/model'
import { commandsFor } from './shell-commands'

const offer: Offering = (program, ...words) => offerOn('linux', program, words)
const commandsOf = (row: Row, foreign = false) =>
  commandsFor(row, foreign, offer).map(({ offer: { command }, ...more }) => ({ ...more, command }))
const lines = (name: string, foreign = false) =>
  commandsOf(rowNamed(name), foreign).map(({ command }) => command)

test('every context can be asked who the cluster sees', () => {
  expect(lines('kind-local')).toEqual([
    'kubectl --context kind-local auth whoami',
    'ekscope shell kind-local',
  ])
})

test('a terminal has the context, and aws in it the identity of an entry of its own files', () => {
  expect(lines('prod-admin')).toContain('ekscope shell --aws prod-admin')
  expect(lines('prod-admin', true)).toContain('ekscope shell --kubeconfig /home/ana/.kube/config prod-admin')
})

test('hostile names are quoted', () => {
  expect(lines('=cmd|calc')[0]).toBe("kubectl --context '=cmd|calc' auth whoami")
})

test('a file outside the own list is named', () => {
  expect(lines('prod-admin', true)[0]).toBe(
    'kubectl --kubeconfig /home/ana/.kube/config --context prod-admin auth whoami',
  )
})

test('where a sign-in is needed, the command for it is there', () => {
  expect(lines('lake-spark')).toContain('aws sso login --profile data-spark')
  expect(lines('prod-admin').some((line) => line?.includes('sso login'))).toBe(false)
})

test('no command to sign in is offered that this aws does not have', () => {
  const row = rowNamed('lake-spark')
  const withAws = (version: string | null, auth: 'aws' | 'aws-iam-authenticator' = 'aws') => {
    const identity = row.identity && { ...row.identity, auth, aws: { path: '/opt/aws', version } }
    return commandsOf({ ...row, identity }).some(({ id }) => id === 'login')
  }
  expect(withAws('1.45.11')).toBe(false)
  expect(withAws('2.23.6')).toBe(true)
  expect(withAws(null)).toBe(true)
  // The version of an authenticator says nothing of the aws that is beside it.
  expect(withAws('1.0.0', 'aws-iam-authenticator')).toBe(true)
})

test('a sign-in is for SSO and aws login: a terminal, or an MFA code, is none', () => {
  const row = rowNamed('prod-admin')
  if (row.check === null) throw new Error('it was checked')
  const { check } = row
  const offers = (code: ProblemCode) => {
    const problem = { code, message: '', next: '' }
    const needed = { ...row, verdict: 'login-needed', check: { ...check, problem } } as const
    return commandsOf(needed).some(({ id }) => id === 'login')
  }
  expect(offers('interactive-always')).toBe(false)
  expect(offers('mfa-code')).toBe(false)
  expect(offers('sso-login')).toBe(true)
})

test('writing the entry anew keeps alias, user, profile and role, and is warned of', () => {
  const update = commandsOf(rowNamed('stage-admin')).find((command) => command.id === 'update')
  expect(update?.command).toBe(
    'aws eks update-kubeconfig --name stage --region eu-west-1 --profile dev --role-arn arn:aws:iam::444455556666:role/ClusterAdmin --alias stage-admin --user-alias stage-admin',
  )
  expect(update?.note).toContain('lost')
})

test('kubectl is asked by the name on disk, and about nothing that is not there yet', () => {
  const was = rowNamed('stage-admin')
  const renamed: Row = { ...was, name: 'zebra', profile: 'other', pending: { kind: 'changed', was } }
  const of = (row: Row, id: string) => commandsOf(row).find((one) => one.id === id)?.command
  expect(of(renamed, 'whoami')).toEqual(of(was, 'whoami'))
  // It would write an entry beside the one that is there.
  expect(of(renamed, 'update')).toEqual(of(was, 'update'))
  const added: Row = { ...was, name: 'zebra', pending: { kind: 'added', was: null } }
  expect(commandsOf(added).map(({ id }) => id)).toEqual(['caller'])
})

test('of a context whose name an earlier file has, the file is named: by the name alone kubectl takes the other one', () => {
  const { entry, cluster, user, ...row } = rowNamed('lake-spark')
  const origin = { ...entry.origin, shadowedBy: '/home/ana/.kube/first' }
  const shadowed: Row = { ...row, entry: { ...entry, origin }, cluster, user }
  const whoami = (of: Row) => commandsOf(of).find(({ id }) => id === 'whoami')?.command
  expect(whoami(shadowed)).toContain(`kubectl --kubeconfig ${entry.origin.file} `)
  const elsewhere = user && { ...user, origin: { ...user.origin, file: '/home/ana/.kube/first' } }
  expect(whoami({ ...shadowed, user: elsewhere })).toBeUndefined()
})
