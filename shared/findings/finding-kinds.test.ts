import { expect, test } from 'vitest'
import { type ContextEntry, emptyContext, emptyUser, entryId, type UserEntry } from '../kubeconfig/entries'
import { isOfRow, linesOf } from './finding-kinds'
import type { Finding, FindingId } from './finding-rules'

const [file, other] = ['/home/ada/.kube/config', '/home/ada/.kube/other']
const origin = (where: string, line: number) => ({ file: where, line, shadowedBy: null, duplicate: false })
const context = (name: string, line: number, user: string): ContextEntry => ({
  ...emptyContext,
  id: entryId('context', file, name, 0),
  name,
  user,
  origin: origin(file, line),
})
const user = (name: string, where: string, line: number): UserEntry => ({
  ...emptyUser,
  id: entryId('user', where, name, 0),
  name,
  origin: origin(where, line),
})
const contexts = [context('prod', 12, 'admin'), context('dev', 16, 'far')]
const lineOf = linesOf({ files: [], contexts, users: [user('admin', file, 40), user('far', other, 3)] })
const finding = (id: FindingId, of: readonly ContextEntry[], extra: Partial<Finding> = {}): Finding => ({
  id,
  severity: 'warning',
  contexts: of.map((one) => one.id),
  file,
  message: '',
  advice: null,
  ...extra,
})

test('a finding of an entry is on the line of its user, one of a context on that of the context', () => {
  const [prod, dev] = contexts
  if (!prod || !dev) throw new Error('no contexts')
  expect(lineOf(finding('env-keys-win', [prod]))).toBe(40)
  expect(lineOf(finding('dangling-cluster', [prod]))).toBe(12)
  expect(lineOf(finding('same-identity', [dev, prod]))).toBe(16)
  // Its user is in another file than the finding says, or in that file.
  expect(lineOf(finding('env-keys-win', [dev]))).toBe(16)
  expect(lineOf(finding('env-keys-win', [dev], { file: other }))).toBe(3)
  expect(lineOf(finding('open-permissions', []))).toBeNull()
  expect(lineOf(finding('orphan-user', [], { line: 7 }))).toBe(7)
})

test('one aws that lacks something, one profile, one kuberc is no finding of each row', () => {
  for (const id of ['other-aws', 'kuberc', 'broken-profile', 'same-identity'] as const)
    expect(isOfRow({ id })).toBe(false)
  for (const id of ['env-keys-win', 'dangling-user', 'shared-user'] as const)
    expect(isOfRow({ id })).toBe(true)
})
