import { expect, test } from 'vitest'
import type { Check, ProblemCode } from '../../shared/identity/identity'
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
  expect(one.title).toBe('This context acts as carol, not as ReadOnly.')
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

test('unpinned and proven: it holds only while the environment stays, and nobody says that it is right', () => {
  const one = said('sandbox-7')
  expect(one.body).toContain('The entry names no identity, so this holds only while')
  expect([one.tone, one.title]).toEqual(['info', 'This context acts as carol.'])
})

/** The row of `name` with its check changed. */
const rowWith = (name: string, change: (check: Check) => Partial<Check>) => {
  const row = rowNamed(name)
  if (row.check === null) throw new Error(`${name} has no check`)
  return { ...row, check: { ...row.check, ...change(row.check) } }
}

test('a profile whose identity no file names: proven, and neither right nor wrong', () => {
  const row = rowWith('prod-admin', () => ({ verdict: 'proven' }))
  const intended = row.intended && { ...row.intended, label: 'profile batch', key: null }
  const one = sentence({ ...row, intended }, 'login-shell', now)
  expect(one.title).toBe('This context acts as Admin.')
  expect(one.body).toContain('The entry names profile batch, and files do not say whose identity that is')
  // And what would make it comparable.
  expect(one.next).toMatch(/^Expect Admin from now on/)
  const unpinned = sentence({ ...row, intended: null }, 'login-shell', now)
  expect(unpinned.next).toMatch(/^Pin the context to a profile, or expect Admin/)
})

test('a program that decides who acts is no unpinned entry: the environment is not named, and no pin advised', () => {
  const row = rowWith('prod-admin', () => ({ verdict: 'proven' }))
  const identity = row.identity && { ...row.identity, auth: 'exec' as const }
  const one = sentence({ ...row, identity, intended: null }, 'login-shell', now)
  expect(one.body).toMatch(/^The program aws decides who acts, so there is nobody to compare Admin with\./)
  expect(one.next).toMatch(/^Expect Admin from now on/)
})

test('a key is named with the profile that the entry names, and two of one name with their accounts', () => {
  const row = rowWith('prod-admin', () => ({ verdict: 'mismatch' }))
  const labelled = (label: string, account: string) =>
    row.proven && { ...row.proven, label, account, differs: true }
  const key = sentence({ ...row, intended: labelled('AKIA…7QX2', '1') }, 'login-shell', now)
  expect(key.body).toMatch(/^The entry names profile pay \(key AKIA…7QX2\), but AWS proved/)
  const twin = sentence({ ...row, intended: labelled('Admin', '444455556666') }, 'login-shell', now)
  expect(twin.title).toBe('This context acts as Admin of 111122223333, not as Admin of 444455556666.')
})

test('what is not known is not said: who is not let in, what kubectl cannot use, what was only not allowed', () => {
  const title = (verdict: Check['verdict'], code: ProblemCode, tokenFor: string | null = null) => {
    const problem = { code, message: 'So it is.', next: 'Do it.' }
    const row = rowWith('prod-admin', () => ({ verdict, problem }))
    const identity = row.identity && { ...row.identity, meant: { ...row.identity.meant, tokenFor } }
    return sentence({ ...row, identity }, 'login-shell', now).title
  }
  expect(title('no-access', 'unauthorized')).toMatch(/^Cluster \S+ does not let Admin in\.$/)
  expect(title('no-access', 'unauthorized', 'stage')).toMatch(
    /^Cluster \S+ refuses the token of this context\.$/,
  )
  expect(title('broken', 'dangling-user')).toBe('kubectl cannot use this context.')
  expect(title('broken', 'command-not-allowed')).toBe(
    'Not proven: the command of this context may not run yet.',
  )
  expect(title('broken', 'no-keys')).toBe('This context gives no identity.')
  expect(title('login-needed', 'interactive-always')).toBe('This context needs a terminal.')
  expect(title('login-needed', 'mfa-code')).toBe('An MFA code is needed.')
  expect(title('unreachable', 'cluster-refused')).toMatch(
    /^AWS knows this context as Admin, but cluster \S+ did not say whom it sees\.$/,
  )
})

test('a prediction that the proof contradicts is never given as the cause', () => {
  const wrong = rowWith('prod-readonly', ({ predicted }) => ({
    predicted: {
      ...predicted,
      accessKeyId: 'AKIASOMEBODYELSE0000',
      by: ['profile platform (AWS_PROFILE in exec env)'],
    },
  }))
  expect(sentence(wrong, 'login-shell', now).body).toContain(
    'AWS proved that the context is carol. The cluster',
  )
})

test('under impersonation the headline names whom the cluster sees, and what it refuses', () => {
  const acting = rowWith('prod-admin', ({ seen }) => ({ actsAs: seen && { ...seen, username: 'jane' } }))
  const one = sentence(acting, 'login-shell', now)
  expect(one.title).toBe('This context signs in as Admin, as it should, and acts as jane.')
  expect(one.body).toContain('Without impersonation the cluster sees arn:aws:sts::')
  const problem = { code: 'impersonation-refused', message: 'May not.', next: 'Grant it.' } as const
  const refused = rowWith('prod-admin', () => ({ verdict: 'no-access', problem }))
  expect(sentence(refused, 'login-shell', now)).toMatchObject({
    title: 'The cluster refuses what this context impersonates.',
    body: 'AWS proved that the context is Admin. May not.',
  })
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
  const row = rowNamed('prod-admin', { running: ['prod-admin'] })
  const step = (title: string, detail: string) =>
    sentence({ ...row, live: [{ kind: 'allow', outcome: 'ok', title, detail, ms: 0 }] }, 'login-shell', now)
  expect(step('It may run', '/usr/bin/aws')).toMatchObject({
    title: 'Being checked now.',
    body: 'It may run: /usr/bin/aws.',
  })
  expect(step('It may not run', 'You refused it.').body).toBe('It may not run. You refused it.')
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
