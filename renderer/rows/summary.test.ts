import { expect, test } from 'vitest'
import { now } from '../testing/fleet'
import { type RowOptions, rowNamed } from '../testing/rows'
import { comparisonSentence, sentence } from './summary'

const said = (name: string, options: RowOptions = {}) =>
  sentence(rowNamed(name, options), options.environment ?? 'login-shell', now)

test('verified: who it acts as, and that it should', () => {
  expect(said('prod-admin')).toMatchObject({
    tone: 'ok',
    title: 'This context acts as Admin, as it should.',
    next: null,
  })
})

test('mismatch: whom it names, who it is, and why', () => {
  const one = said('prod-readonly')
  expect(one.tone).toBe('bad')
  expect(one.title).toBe('This context acts as another identity.')
  expect(one.body).toContain(
    'The entry names ReadOnly, but AWS proved that the context is carol, because of AWS_ACCESS_KEY_ID of the login shell.',
  )
  expect(one.body).toContain('The cluster sees arn:aws:iam::111122223333:user/carol.')
  expect(one.next).toContain('--profile')
})

test('every bad verdict says what happened and what to do', () => {
  for (const name of [
    'prod-audit',
    'stage-admin',
    'edge-ap-1',
    'lake-spark',
    'lake-batch',
    'old-core',
    'legacy-ops',
  ]) {
    const one = said(name)
    expect(one.tone, name).not.toBe('ok')
    expect(one.body.length, name).toBeGreaterThan(20)
    expect(one.next, name).not.toBeNull()
  }
})

test('unpinned and verified: it holds only while the environment stays', () => {
  expect(said('sandbox-7').body).toContain('The entry names no identity')
})

test('not checked, but by the files the context would act as another identity', () => {
  const one = said('prod-readonly', { checks: [] })
  expect(one.tone).toBe('bad')
  expect(one.title).toContain('Not checked, but the context would act as key AKIA…7QX2')
})

test('not checked and unpinned: the environment decides', () => {
  expect(said('sandbox-8').title).toBe('Not checked. The environment decides the identity.')
})

test('a stale check is shown with its age and why, never as if it were now', () => {
  const old = said('platform-tools')
  expect(old.title).toBe('Stale: checked yesterday.')
  expect(old.tone).toBe('warn')
  expect(said('platform-ci').body).toContain('changed since')
})

test('while a check runs, the last step is shown', () => {
  expect(said('prod-admin', { running: ['prod-admin'] }).title).toBe('Being checked now.')
})

test('a certificate has no AWS identity behind it', () => {
  expect(said('kind-local').title).toBe('This context does not sign in with AWS.')
})

test('two environments side by side, in words', () => {
  expect(comparisonSentence(rowNamed('prod-readonly', { compare: 'clean' }), 'login-shell')).toBe(
    'Login shell: carol · Clean: ReadOnly',
  )
  expect(comparisonSentence(rowNamed('prod-readonly'), 'login-shell')).toBeNull()
})

test('a context with a pending change says what it was before, whom it becomes, and to apply first', () => {
  const was = rowNamed('prod-admin')
  const readOnly = rowNamed('prod-readonly').intended
  const row = { ...was, stale: 'changed', predicted: readOnly, pending: { kind: 'changed', was } } as const
  const one = sentence(row, 'login-shell', now)
  expect(one.title).toBe('A change is pending.')
  expect(one.body).toMatch(
    /^Before the change: this context acts as Admin, as it should\..* the context would act as ReadOnly\.$/,
  )
  expect(one.next).toBe('Apply the change, then verify.')
})

test('why the context was another identity is said as of then, not by what the pending change would do', () => {
  const was = rowNamed('prod-readonly')
  const identity = was.identity && { ...was.identity, predicted: { ...was.identity.predicted, by: ['new'] } }
  const row = { ...was, identity, stale: 'changed', pending: { kind: 'changed', was } } as const
  expect(sentence(row, 'login-shell', now).body).toContain('because of AWS_ACCESS_KEY_ID of the login shell')
})

test('a new context is to be applied before AWS can be asked about it', () => {
  const row = {
    ...rowNamed('prod-admin', { checks: [] }),
    pending: { kind: 'added', was: null, imported: false },
  } as const
  expect(sentence(row, 'login-shell', now).next).toBe('Apply the change, then verify.')
})
