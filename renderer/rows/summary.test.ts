import { expect, test } from 'vitest'
import { chainOf } from '../../shared/audit/chain'
import type { Check, ProblemCode } from '../../shared/identity/identity'
import { makeFleet, now } from '../testing/fleet'
import { type RowOptions, rowNamed } from '../testing/rows'
import { proofOf } from './proof'
import { sentence } from './summary'

const said = (name: string, options: RowOptions = {}) =>
  sentence(rowNamed(name, options), options.environment ?? 'login-shell', now)

test('verified: whom it acts as, that it is intended, and who may do everything', () => {
  expect(said('prod-admin')).toMatchObject({
    tone: 'ok',
    title: 'Acts as Admin (system:masters), as intended',
    master: 'system:masters',
    next: null,
  })
  expect(said('stage')).toMatchObject({ title: 'Acts as Developer, as intended', master: null })
  expect(said('stage').who?.label).toBe('Developer')
})

test('mismatch: whom it acts as, whom not, and why', () => {
  const one = said('prod-readonly')
  expect(one.tone).toBe('bad')
  expect(one.title).toBe('Acts as carol (system:masters), not ReadOnly')
  expect(one.who?.label).toBe('carol')
  expect(one.body).toBe(
    'AWS_ACCESS_KEY_ID of the login shell wins over profile pay-ro, which the entry names by a variable only.',
  )
})

test('a mismatch whose cluster refuses whoever acts says both, and past what stands in the way', () => {
  const refused = (code: ProblemCode, tokenFor: string | null = null) => {
    const clusterProblem = { code, message: 'Cluster prod-eu does not know user carol (401).', next: 'Ask.' }
    const row = rowWith('prod-readonly', () => ({ clusterProblem, seen: null, actsAs: null }))
    const identity = row.identity && { ...row.identity, meant: { ...row.identity.meant, tokenFor } }
    const user = row.user && {
      ...row.user,
      impersonation: { as: 'root', uid: null, groups: [], extra: {} },
    }
    return { ...row, identity, user, seen: null }
  }
  const one = sentence(refused('unauthorized'), 'login-shell', now)
  expect(one.title).toBe('Signs in as carol, not ReadOnly, and is not let into prod-eu')
  expect(one.body).toMatch(/by a variable only\. Cluster prod-eu does not know user carol \(401\)\.$/)
  expect(sentence(refused('unauthorized', 'stage'), 'login-shell', now).title).toBe(
    'Signs in as carol, not ReadOnly, and prod-eu refuses the token',
  )
  expect(sentence(refused('impersonation-refused'), 'login-shell', now).title).toBe(
    'Signs in as carol, not ReadOnly, and may not act as root',
  )
  expect(sentence({ ...refused('unauthorized'), stale: 'changed' }, 'login-shell', now).title).toMatch(
    /^Signed in as carol, not ReadOnly, and was not let into prod-eu, /,
  )
  expect(sentence(refused('cluster-timeout'), 'login-shell', now).title).toBe('Acts as carol, not ReadOnly')
})

test('a mismatch before a change that the files say mended is no bad news any more, and whom they say now is told', () => {
  const row = rowWith('prod-readonly', () => ({}))
  const changed = { ...row, stale: 'changed' as const }
  const mended = sentence({ ...changed, predicted: row.intended }, 'login-shell', now)
  expect(mended).toMatchObject({
    tone: 'warn',
    body: expect.stringMatching(/ The files now say ReadOnly\.$/),
  })
  expect(mended.title).toMatch(/^Acted as carol/)
  expect(sentence(changed, 'login-shell', now).tone).toBe('bad')
})

test('a stale check of a context that the files let fail by now says so, and what to do, as one that was never checked', () => {
  const row = rowNamed('stage')
  const problem = {
    code: 'unknown-profile',
    message: 'The profile “dev” that --profile names is in neither AWS file.',
    next: 'Name another profile.',
  } as const
  const foreseen = (certain: boolean, code: ProblemCode = problem.code) => ({
    ...row,
    stale: 'changed' as const,
    predicted: null,
    identity: row.identity && {
      ...row.identity,
      predicted: { ...row.identity.predicted, certain, problem: { ...problem, code } },
    },
  })
  const fails = sentence(foreseen(true), 'login-shell', now)
  expect(fails.title).toMatch(/^Acted as Developer, as intended, /)
  expect(fails).toMatchObject({
    tone: 'warn',
    body: `The entry, AWS files, sign-in, trust or environment changed since then. As the files are now, the context would fail. ${problem.message}`,
    next: problem.next,
  })
  for (const other of [foreseen(false), foreseen(true, 'sso-login')])
    expect(sentence(other, 'login-shell', now)).toMatchObject({
      body: expect.not.stringContaining('would fail'),
      next: null,
    })
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

test('unpinned and proven: the shell decides, and nothing says that this is right', () => {
  const one = said('sandbox-7')
  expect(one.body).toBe(
    'The entry names no identity: the shell that runs kubectl decides, here by AWS_ACCESS_KEY_ID of the login shell.',
  )
  expect([one.tone, one.title]).toEqual(['info', 'Acts as carol (system:masters)'])
})

/** The row of `name` with its check changed. */
const rowWith = (name: string, change: (check: Check) => Partial<Check>) => {
  const row = rowNamed(name)
  if (row.check === null) throw new Error(`${name} has no check`)
  return { ...row, check: { ...row.check, ...change(row.check) } }
}

/** And its intention, now and when it was checked. */
const intending = (name: string, verdict: Check['verdict'], profile: string | null) => {
  const none = { arn: null, accessKeyId: null, permissionSet: null, account: null }
  const row = rowWith(name, ({ intended }) => ({ verdict, intended: { ...intended, ...none, profile } }))
  const identity = row.identity && { ...row.identity, intended: row.check.intended }
  const intended =
    profile === null ? null : row.intended && { ...row.intended, label: `profile ${profile}`, key: null }
  return { ...row, identity, intended }
}

test('a profile whose identity no file names: proven, and neither right nor wrong', () => {
  const one = sentence(intending('stage', 'proven', 'batch'), 'login-shell', now)
  expect(one.title).toBe('Acts as Developer')
  expect(one.body).toBe(
    'The entry names profile batch, and files do not say whose identity that is: there is nothing to compare Developer with.',
  )
})

test('a program that decides who acts is no unpinned entry: no shell is named', () => {
  const row = intending('stage', 'proven', null)
  const identity = row.identity && { ...row.identity, auth: 'exec' as const }
  const one = sentence({ ...row, identity }, 'login-shell', now)
  expect(one.body).toBe('The program aws decides who acts: there is nothing to compare Developer with.')
})

test('two of one name are told apart by their accounts', () => {
  const row = rowWith('stage', () => ({ verdict: 'mismatch' }))
  const twin = row.proven && { ...row.proven, account: '999900001111', differs: true }
  expect(sentence({ ...row, intended: twin }, 'login-shell', now).title).toBe(
    'Acts as Developer of 444455556666, not Developer of 999900001111',
  )
})

test('what is not known is not said: who is not let in, what kubectl cannot use, what was only not allowed', () => {
  const one = (
    verdict: Check['verdict'],
    code: ProblemCode,
    more: { tokenFor?: string; message?: string } = {},
  ) => {
    const problem = {
      code,
      message: more.message ?? 'So it is.',
      next: 'Run `aws sso login --sso-session corp`.',
    }
    const row = rowWith('prod-admin', () => ({ verdict, problem, seen: null }))
    const identity = row.identity && {
      ...row.identity,
      meant: { ...row.identity.meant, tokenFor: more.tokenFor ?? null },
    }
    return sentence({ ...row, identity }, 'login-shell', now)
  }
  expect(one('no-access', 'unauthorized').title).toBe('Admin is not let into prod-eu')
  expect(one('no-access', 'unauthorized', { tokenFor: 'stage' }).title).toBe(
    'prod-eu refuses the token of Admin',
  )
  expect(one('broken', 'dangling-user').title).toBe('kubectl cannot use this context')
  expect(one('broken', 'command-not-allowed').title).toBe('Not proven: the command may not run yet')
  expect(one('broken', 'no-keys')).toMatchObject({
    title: 'This context yields no identity',
    body: 'So it is.',
  })
  const message = 'AWS says that role Hub of 909090909090 may not assume role BillingAudit of 111122223333.'
  expect(one('broken', 'assume-role-denied', { message })).toMatchObject({
    title: 'No identity: Hub may not assume BillingAudit',
    body: '',
  })
  expect(one('login-needed', 'sso-login').title).toBe('Sign in to corp')
  expect(one('login-needed', 'interactive-always').title).toBe('A terminal is needed')
  expect(one('login-needed', 'mfa-code').title).toBe('An MFA code is needed')
  expect(one('unreachable', 'cluster-refused').title).toBe('AWS proved Admin, but prod-eu could not be asked')
  expect(one('unreachable', 'cluster-insecure').title).toBe('AWS proved Admin, but prod-eu was not asked')
  expect(one('unreachable', 'cluster-answer').title).toBe(
    'AWS proved Admin, but prod-eu did not say whom it sees',
  )
})

test('a prediction that the proof contradicts is never given as the cause', () => {
  const wrong = rowWith('prod-readonly', ({ predicted }) => ({
    problem: { code: 'other-principal', message: 'So it is.', next: 'Look.' },
    predicted: { ...predicted, accessKeyId: 'AKIASOMEBODYELSE0000' },
  }))
  expect(sentence(wrong, 'login-shell', now).body).toBe('So it is.')
})

test('under impersonation the headline names whom kubectl acts as, with a warning, and what is refused', () => {
  const acting = rowWith('stage', ({ seen }) => ({ actsAs: seen && { ...seen, username: 'jane' } }))
  const one = sentence(acting, 'login-shell', now)
  expect([one.tone, one.title]).toEqual(['warn', 'Acts as jane, signed in as Developer'])
  expect(one.body).toContain('Without impersonation the cluster sees arn:aws:sts::')
  const problem = { code: 'impersonation-refused', message: 'May not.', next: 'Grant it.' } as const
  const impersonation = { as: 'root', uid: null, groups: [], extra: {} }
  const refused = rowWith('stage', () => ({ verdict: 'no-access', problem }))
  const user = refused.user && { ...refused.user, impersonation }
  expect(sentence({ ...refused, user }, 'login-shell', now)).toMatchObject({
    tone: 'no',
    title: 'Signs in as Developer, but may not act as root',
    body: 'May not.',
  })
})

test('not checked: what the files lead to, never as if it were proven', () => {
  expect(said('edge-ap-2')).toMatchObject({
    tone: 'info',
    title: 'Not checked yet: the files say PlatformOps',
  })
  const one = said('prod-readonly', { checks: [] })
  expect(one).toMatchObject({
    tone: 'bad',
    title: 'Not checked, but would act as key AKIA…7QX2, not ReadOnly',
  })
  expect(one.body).toMatch(/^AWS_ACCESS_KEY_ID of the login shell wins over profile pay-ro/)
  expect(said('sandbox-8').title).toBe('Not checked: the shell decides who acts')
  expect(said('legacy-ops', { checks: [] }).title).toBe('Will fail as the entry stands')
  expect(said('old-core', { checks: [] })).toMatchObject({
    tone: 'bad',
    title: 'Not checked, but kubectl cannot use this context',
  })
})

test('a stale check is told in the past, with its age and why, never as if it were now', () => {
  expect(said('platform-tools')).toMatchObject({
    tone: 'warn',
    title: 'Acted as PlatformOps, as intended, yesterday',
    body: 'That is too long ago to be taken as true.',
    next: null,
  })
  expect(said('platform-ci').body).toContain('changed since then')
})

test('old evidence is judged by the intention of its time', () => {
  // Checked while it named no identity; by now it is pinned.
  const kept = makeFleet().checks.find(
    ({ contextName, environment }) => contextName === 'sandbox-7' && environment === 'login-shell',
  )
  const pinned = rowNamed('stage')
  const then = rowNamed('sandbox-7', {
    checks: kept === undefined ? [] : [{ ...kept, fingerprint: 'before' }],
  })
  const identity = then.identity &&
    pinned.identity && { ...then.identity, intended: pinned.identity.intended }
  const one = sentence({ ...then, identity, intended: pinned.intended }, 'login-shell', now)
  expect(one.title).toMatch(
    /^Acted as carol \(system:masters\), .* ago$|^Acted as carol \(system:masters\), just now$/,
  )
})

test('while a check runs, the last step is shown; before its turn it waits', () => {
  const row = rowNamed('prod-admin', { running: ['prod-admin'] })
  const step = (title: string, detail: string) =>
    sentence(
      { ...row, waiting: false, live: [{ kind: 'allow', outcome: 'ok', title, detail, ms: 0 }] },
      'login-shell',
      now,
    )
  expect(step('It may run', '/usr/bin/aws')).toMatchObject({
    title: 'Being checked now',
    body: 'It may run: /usr/bin/aws.',
  })
  expect(step('It may not run', 'You refused it.').body).toBe('It may not run. You refused it.')
  expect(sentence({ ...row, waiting: true, live: [] }, 'login-shell', now).title).toBe(
    'Waiting to be checked',
  )
})

test('a certificate has no AWS identity behind it, and may still do everything', () => {
  expect(said('kind-local').title).toBe('Acts as kubernetes-admin, without AWS')
  expect(said('kind-local', { checks: [] }).title).toBe('Does not sign in with AWS')
})

test('a context with a pending change says what was so before, whom the change leads to, and to apply first', () => {
  const was = rowNamed('stage')
  const readOnly = rowNamed('prod-readonly').intended
  const row = { ...was, stale: 'changed', predicted: readOnly, pending: { kind: 'changed', was } } as const
  expect(sentence(row, 'login-shell', now)).toMatchObject({
    title: 'A change is pending: the files then say ReadOnly',
    body: 'Last check: acted as Developer, as intended.',
    next: 'Apply the change, then verify.',
  })
})

test('whom to expect is said by the user, and not by the files', () => {
  const carol = rowNamed('prod-readonly').proven?.arn ?? ''
  const expects = { 'prod-readonly': carol }
  const [was, then] = [rowNamed('prod-readonly'), rowNamed('prod-readonly', { expects })]
  expect(sentence({ ...then, pending: { kind: 'changed', was } }, 'login-shell', now)).toMatchObject({
    title: 'A change is pending: you then expect carol',
    body: 'Last check: acted as carol (system:masters), not ReadOnly.',
  })
  const back = {
    ...was,
    stale: 'changed',
    check: then.check,
    pending: { kind: 'changed', was: then },
  } as const
  expect(sentence(back, 'login-shell', now).title).toBe(
    'A change is pending: you then expect whom the entry names, ReadOnly',
  )
})

test('a pending expectation is what the window judges by, and changes nobody: no before and no after is told', () => {
  const carol = rowNamed('prod-readonly').proven?.arn ?? ''
  const pending = (name: string, options: RowOptions = {}) => {
    const [was, then] = [rowNamed(name, options), rowNamed(name, { ...options, expects: { [name]: carol } })]
    return [
      sentence({ ...then, pending: { kind: 'changed', was } }, 'login-shell', now),
      sentence({ ...was, pending: { kind: 'changed', was: then } }, 'login-shell', now),
    ]
  }
  const apply = 'Apply the change: until then only this window'
  const [unchecked, taken] = pending('prod-readonly', { checks: [] })
  expect(unchecked).toEqual({
    ...said('prod-readonly', { checks: [], expects: { 'prod-readonly': carol } }),
    next: `${apply} expects carol.`,
  })
  expect(taken).toEqual({
    ...said('prod-readonly', { checks: [] }),
    next: `${apply} no longer expects carol.`,
  })
  expect(pending('sandbox-7')[0]).toMatchObject({
    title: expect.stringMatching(/^Acts as .*, as you expect$/),
    next: `${apply} expects carol.`,
  })
})

test('who is expected to be another than a cluster refused is still refused there, in every place that says it', () => {
  const carol = rowNamed('prod-readonly').proven?.arn ?? ''
  const row = rowNamed('prod-audit', { expects: { 'prod-audit': carol } })
  const one = sentence(row, 'login-shell', now)
  expect(row).toMatchObject({ shown: 'mismatch', stale: null })
  expect(one.title).toBe('Signs in as SecurityAudit, not carol, and is not let into prod-eu')
  expect(one.body).toMatch(/ The cluster answered 401: no access entry /)
  expect(proofOf(row).nodes.at(-1)?.state).toBe('refused')
  const seen = chainOf(row, now).at(-1)
  expect(seen).toMatchObject({ name: 'seen', none: 'not let in', cut: { label: 'Refused here (401)' } })
})

test('whom the user expects is not said to be whom the entry intends', () => {
  const expects = { stage: rowNamed('stage').proven?.arn ?? '' }
  const row = rowNamed('stage', { expects })
  const check = row.check && { ...row.check, actsAs: row.check.seen }
  expect(sentence({ ...row, check }, 'login-shell', now).body).toMatch(
    /^AWS proved Developer, whom you expect\./,
  )
})

test('of a context that was not checked a pending change says whom it leads to, and who is there until then', () => {
  const was = rowNamed('prod-admin', { checks: [] })
  const after = rowNamed('stage', { checks: [] })
  const row = { ...after, name: was.name, pending: { kind: 'changed', was } } as const
  expect(sentence(row, 'login-shell', now)).toMatchObject({
    title: 'A change is pending: the files then say Developer',
    body: 'Until then they say Admin.',
    next: 'Apply the change, then verify.',
  })
  const other = rowNamed('prod-readonly', { checks: [] })
  expect(sentence({ ...other, pending: { kind: 'changed', was } }, 'login-shell', now).title).toMatch(
    /^After the change: would act as .*, not ReadOnly$/,
  )
  expect(sentence({ ...was, pending: { kind: 'changed', was: other } }, 'login-shell', now).body).toMatch(
    /^Until then: would act as .*, not ReadOnly\.$/,
  )
  // A rename leaves the identity.
  const renamed = { ...was, name: 'other', pending: { kind: 'changed', was } } as const
  expect(sentence(renamed, 'login-shell', now).title).toBe('Not checked yet: the files say Admin')
})

test('a new context is to be applied before AWS can be asked about it', () => {
  const row = {
    ...rowNamed('prod-admin', { checks: [] }),
    pending: { kind: 'added', was: null, imported: false },
  } as const
  expect(sentence(row, 'login-shell', now)).toMatchObject({
    title: 'Not written yet: the files then say Admin',
    next: 'Apply the change, then verify.',
  })
})
