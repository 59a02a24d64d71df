/**
 * The first test to read: what Ekscope says of a context, and why. One line of the table after the other;
 * each test builds one observation out of `fine` and names the one thing that is different.
 */
import { describe, expect, test } from 'vitest'
import type { Check, Intended, Predicted, Problem, ProblemCode, Proven, Seen } from './identity'
import { type Observation, otherPrincipal, rejudged, seenDiffers, verdictOf } from './verdict'

const unnamed: Intended = {
  arn: null,
  accessKeyId: null,
  profile: null,
  account: null,
  partition: null,
  permissionSet: null,
  expected: false,
  by: [],
}
const admin: Intended = { ...unnamed, arn: 'arn:aws:iam::111122223333:role/team/Admin' }
const provenAdmin: Proven = {
  arn: 'arn:aws:sts::111122223333:assumed-role/Admin/EKSGetTokenAuth',
  canonicalArn: 'arn:aws:iam::111122223333:role/Admin',
  account: '111122223333',
  userId: 'AROAADMINADMINADMIN1:EKSGetTokenAuth',
  accessKeyId: 'ASIAADMINKEY0000001',
  ms: 40,
}
const carol: Proven = {
  arn: 'arn:aws:iam::111122223333:user/carol',
  canonicalArn: 'arn:aws:iam::111122223333:user/carol',
  account: '111122223333',
  userId: 'AIDACAROLCAROLCAROL1',
  accessKeyId: 'AKIACAROL0000000001',
  ms: 40,
}
const seenAdmin: Seen = {
  username: 'admin',
  uid: 'aws-iam-authenticator:111122223333:AROAADMINADMINADMIN1',
  groups: ['system:masters', 'system:authenticated'],
  extra: { arn: [provenAdmin.arn], accessKeyId: [provenAdmin.accessKeyId] },
  fromDenial: false,
  everything: null,
  ms: 12,
}
const fine: Observation = {
  intended: admin,
  predicted: { ...unnamed, arn: admin.arn, instead: null, certain: true, problem: null },
  winningKey: null,
  entry: { kind: 'runs-command' },
  command: { kind: 'aws-token', accessKeyId: provenAdmin.accessKeyId },
  sts: { kind: 'proven', proven: provenAdmin },
  cluster: { kind: 'seen', seen: seenAdmin },
  actsAs: { kind: 'not-asked' },
}
const because = (code: ProblemCode): Problem => ({ code, message: 'm', next: 'n' })
const notAsked = { kind: 'not-asked' } as const

describe('the lines of the table, first to last', () => {
  test('1. a client certificate, a static token, basic auth or an auth-provider is unsupported, whatever the cluster says', () => {
    for (const code of ['client-certificate', 'static-token', 'basic-auth', 'auth-provider'] as const) {
      const entry = { kind: 'other-credentials', problem: because(code) } as const
      const asked = { ...fine, entry, command: { kind: 'not-run' }, sts: notAsked } as const
      expect(verdictOf(asked)).toEqual({ verdict: 'unsupported', problem: because(code) })
      const down = { kind: 'failed', problem: because('cluster-dns') } as const
      expect(verdictOf({ ...asked, cluster: down }).verdict).toBe('unsupported')
    }
  })

  test('1. an allowed command whose token is not an AWS one is unsupported', () => {
    const command = { kind: 'other-token', problem: because('foreign-token') } as const
    expect(verdictOf({ ...fine, command, sts: notAsked }).verdict).toBe('unsupported')
  })

  test('2. a sign-in that a person could do is login-needed', () => {
    for (const code of ['sso-login', 'aws-login', 'mfa-code'] as const) {
      const command = { kind: 'no-token', problem: because(code) } as const
      expect(verdictOf({ ...fine, command, sts: notAsked, cluster: notAsked }).verdict).toBe('login-needed')
    }
    const entry = { kind: 'refused', problem: because('interactive-always') } as const
    const observed = {
      ...fine,
      entry,
      command: { kind: 'not-run' },
      sts: notAsked,
      cluster: notAsked,
    } as const
    expect(verdictOf(observed).verdict).toBe('login-needed')
  })

  test('3. temporary keys that AWS calls expired, with no sign-in known, are expired', () => {
    const sts = { kind: 'failed', problem: because('expired-keys') } as const
    const cluster = { kind: 'failed', problem: because('unauthorized') } as const
    expect(verdictOf({ ...fine, sts, cluster })).toEqual({
      verdict: 'expired',
      problem: because('expired-keys'),
    })
  })

  test('4. no identity to be had, or an entry that kubectl refuses, is broken with its own reason', () => {
    const entry = { kind: 'refused', problem: because('deprecated-api-version') } as const
    const refused = {
      ...fine,
      entry,
      command: { kind: 'not-run' },
      sts: notAsked,
      cluster: notAsked,
    } as const
    expect(verdictOf(refused)).toEqual({ verdict: 'broken', problem: because('deprecated-api-version') })
    const command = { kind: 'no-token', problem: because('assume-role-denied') } as const
    expect(verdictOf({ ...fine, command, sts: notAsked, cluster: notAsked }).verdict).toBe('broken')
    const sts = { kind: 'failed', problem: because('clock-off') } as const
    expect(verdictOf({ ...fine, sts }).verdict).toBe('broken')
  })

  test('5. a proven principal other than the intended one is a mismatch, even when the cluster lets it in', () => {
    const observed = verdictOf({
      ...fine,
      sts: { kind: 'proven', proven: carol },
      cluster: { kind: 'let-in' },
    })
    expect(observed.verdict).toBe('mismatch')
    expect(observed.problem?.message).toBe(
      'The entry names role Admin of 111122223333, but AWS says that the command acts as user carol of 111122223333.',
    )
  })

  test('5. a mismatch is worse than a cluster that cannot be reached or refuses', () => {
    for (const code of ['cluster-timeout', 'unauthorized'] as const) {
      const cluster = { kind: 'failed', problem: because(code) } as const
      expect(verdictOf({ ...fine, sts: { kind: 'proven', proven: carol }, cluster }).verdict).toBe('mismatch')
    }
  })

  test('6. AWS or the cluster that does not answer is unreachable', () => {
    const sts = { kind: 'failed', problem: because('sts-unreachable') } as const
    expect(verdictOf({ ...fine, sts }).verdict).toBe('unreachable')
    const cluster = { kind: 'failed', problem: because('cluster-proxy') } as const
    expect(verdictOf({ ...fine, cluster }).verdict).toBe('unreachable')
  })

  test('6. a cluster that was not asked because its file is not trusted is unreachable, not verified', () => {
    const cluster = { kind: 'failed', problem: because('file-not-trusted') } as const
    expect(verdictOf({ ...fine, cluster })).toEqual({
      verdict: 'unreachable',
      problem: because('file-not-trusted'),
    })
  })

  test('7. proven, and the cluster answers 401: no access', () => {
    const cluster = { kind: 'failed', problem: because('unauthorized') } as const
    expect(verdictOf({ ...fine, cluster }).verdict).toBe('no-access')
  })

  test('8. all else is verified, and has no problem', () => {
    expect(verdictOf(fine)).toEqual({ verdict: 'verified', problem: null })
  })

  test('8. a cluster that refuses the review but lets the token in (403) is verified', () => {
    expect(verdictOf({ ...fine, cluster: { kind: 'let-in' } }).verdict).toBe('verified')
    const named = { ...seenAdmin, uid: null, groups: [], extra: {}, fromDenial: true }
    expect(verdictOf({ ...fine, cluster: { kind: 'seen', seen: named } }).verdict).toBe('verified')
  })
})

test('of any two problems at once, the one whose line comes first decides', () => {
  const lines: readonly (readonly [ProblemCode, Check['verdict']])[] = [
    ['static-token', 'unsupported'],
    ['sso-login', 'login-needed'],
    ['expired-keys', 'expired'],
    ['broken-profile', 'broken'],
    ['seen-differs', 'mismatch'],
    ['sts-unreachable', 'unreachable'],
    ['unauthorized', 'no-access'],
  ]
  for (const [i, [first]] of lines.entries()) {
    for (const [j, [second]] of lines.entries()) {
      const { verdict } = verdictOf({
        ...fine,
        sts: { kind: 'failed', problem: because(first) },
        cluster: { kind: 'failed', problem: because(second) },
      })
      expect([first, second, verdict]).toEqual([first, second, lines[Math.min(i, j)]?.[1]])
    }
  }
})

const nobodyPredicted: Predicted = { ...unnamed, instead: null, certain: true, problem: null }
const shellKey = { accessKeyId: carol.accessKeyId, from: 'AWS_ACCESS_KEY_ID of the login shell' }
/** Why these two are not the same principal. */
const other = (
  intended: Intended,
  proven: Proven,
  { predicted = nobodyPredicted, winningKey = null }: Partial<Observation> = {},
) => otherPrincipal({ intended, predicted, winningKey }, proven)

describe('who is intended decides what a mismatch is', () => {
  test('no identity is intended (unpinned): whatever is proven is no mismatch', () => {
    expect(other(unnamed, carol, { winningKey: shellKey })).toBeNull()
  })

  test('a role: path, session name and letter case do not matter; account, kind and partition do', () => {
    const proves = (arn: string) => other({ ...unnamed, arn }, provenAdmin)
    expect(proves('arn:aws:iam::111122223333:role/ADMIN')).toBeNull()
    expect(proves('arn:aws:iam::999999999999:role/Admin')?.code).toBe('other-principal')
    expect(proves('arn:aws:iam::111122223333:user/Admin')?.code).toBe('other-principal')
    expect(proves('arn:aws-cn:iam::111122223333:role/Admin')?.code).toBe('other-principal')
  })

  test('static keys name no ARN: the key id in the token decides', () => {
    expect(other({ ...unnamed, accessKeyId: carol.accessKeyId }, carol)).toBeNull()
    expect(other({ ...unnamed, accessKeyId: 'AKIAOTHER' }, carol)?.code).toBe('other-principal')
  })

  test('an SSO profile: account and permission set decide, whatever the suffix of its role', () => {
    const proven = {
      ...provenAdmin,
      arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada',
    }
    const sso = { ...unnamed, profile: 'pay', account: '111122223333', permissionSet: 'Admin' }
    expect(other(sso, proven)).toBeNull()
    expect(other({ ...sso, permissionSet: 'ReadOnly' }, proven)?.message).toContain(
      'permission set ReadOnly in account 111122223333',
    )
    expect(other({ ...sso, account: '222222222222' }, proven)?.code).toBe('other-principal')
    expect(other({ ...sso, partition: 'aws' }, proven)).toBeNull()
    expect(other({ ...sso, partition: 'aws-cn' }, proven)?.code).toBe('other-principal')
    expect(other(sso, provenAdmin)?.code).toBe('other-principal')
  })
})

describe('a profile whose identity no file names', () => {
  const batch = { ...unnamed, profile: 'batch' }
  const predictedCarol = { ...nobodyPredicted, accessKeyId: carol.accessKeyId }
  const predictedAdmin = { ...nobodyPredicted, arn: provenAdmin.canonicalArn }

  test('is a mismatch where the token carries a key of the environment, or of the entry itself', () => {
    for (const from of [shellKey.from, 'AWS_ACCESS_KEY_ID in exec env']) {
      const found = other(batch, carol, { winningKey: { ...shellKey, from } })
      expect(found?.message).toBe(
        `The entry names profile batch, but AWS says that the command acts as user carol of 111122223333, because ${from} is used instead.`,
      )
    }
  })

  test('is a mismatch where web identity or another profile was predicted, and just that identity is proven', () => {
    const web = { ...predictedAdmin, instead: 'AWS_WEB_IDENTITY_TOKEN_FILE of the login shell' }
    expect(other(batch, provenAdmin, { predicted: web })?.message).toContain(
      'because AWS_WEB_IDENTITY_TOKEN_FILE of the login shell is used instead',
    )
    const profile = { ...predictedCarol, profile: 'carol', instead: 'AWS_PROFILE of the login shell' }
    expect(other(batch, carol, { predicted: profile })?.message).toContain('because AWS_PROFILE of the')
    const sso = { ...web, arn: null, account: '111122223333', permissionSet: 'Admin' }
    expect(other(batch, provenAdmin, { predicted: sso })).toBeNull()
  })

  test('is none where the prediction was another, or nothing is known to take its place', () => {
    const web = { ...predictedAdmin, instead: 'AWS_ROLE_ARN of the login shell' }
    expect(other(batch, carol, { predicted: web })).toBeNull()
    expect(other(batch, carol, { winningKey: { ...shellKey, accessKeyId: 'AKIAELSE' } })).toBeNull()
    expect(other(batch, carol)).toBeNull()
    const process = { ...nobodyPredicted, instead: 'AWS_PROFILE of the login shell' }
    expect(other(batch, carol, { predicted: process })).toBeNull()
  })

  test('a role in the entry counts, whoever assumed it', () => {
    const predicted = { ...predictedAdmin, instead: shellKey.from }
    expect(other({ ...batch, arn: provenAdmin.canonicalArn }, provenAdmin, { predicted })).toBeNull()
  })
})

describe('what a mismatch gives as its cause and its cure', () => {
  const intended = { ...unnamed, profile: 'pay', arn: 'arn:aws:iam::111122223333:role/Pay' }
  const next = (instead: string | null, predicted: Partial<Predicted> = { arn: carol.arn }) => {
    const found = other(intended, carol, { predicted: { ...nobodyPredicted, ...predicted, instead } })
    return [found?.message.match(/, because (.*) is used instead/)?.[1] ?? null, found?.next]
  }

  test('is the variable that wins, whichever it is', () => {
    expect(next('AWS_PROFILE of the login shell')).toEqual([
      'AWS_PROFILE of the login shell',
      expect.stringMatching(/^Unset [A-Z_]+ of .*, or pin the profile with --profile/),
    ])
    expect(next('AWS_ACCESS_KEY_ID in exec env')).toEqual([
      'AWS_ACCESS_KEY_ID in exec env',
      'Remove AWS_ACCESS_KEY_ID from the env of the entry.',
    ])
    expect(next('DEFAULT_ROLE of the clean environment')).toEqual([
      'DEFAULT_ROLE of the clean environment',
      'Unset DEFAULT_ROLE, or name the role with -r in the exec arguments.',
    ])
  })

  test('is what the version of aws passes over in the profile, where just that was predicted and proven', () => {
    const passedOver = 'login_session, which aws 2.23.6 does not know'
    const mismatch = (arn: string) =>
      other(intended, carol, { predicted: { ...nobodyPredicted, arn, passedOver } })
    expect(mismatch(carol.arn)?.message).toMatch(
      /, because the profile has login_session, which aws 2\.23\.6 does not know\.$/,
    )
    expect(mismatch(carol.arn)?.next).toMatch(/^Use an aws of version 2\.32\.0 or newer/)
    expect(mismatch(provenAdmin.canonicalArn)?.message).not.toContain('because')
  })

  test('is never a prediction that the proof contradicts: that is said instead', () => {
    const [cause, cure] = next('AWS_PROFILE of the login shell', { arn: provenAdmin.canonicalArn })
    expect(cause).toBeNull()
    expect(cure).toMatch(/^Files and environment predicted role Admin of 111122223333, which was wrong here/)
    expect(next('AWS_PROFILE of the login shell', {})[0]).toBeNull()
  })
})

describe('proven and verified', () => {
  test('with nobody to compare with, what is proven is not called right', () => {
    for (const intended of [unnamed, { ...unnamed, profile: 'batch' }])
      expect(verdictOf({ ...fine, intended })).toEqual({ verdict: 'proven', problem: null })
    const cluster = { kind: 'failed', problem: because('unauthorized') } as const
    expect(verdictOf({ ...fine, intended: unnamed, cluster }).verdict).toBe('no-access')
    expect(
      verdictOf({ ...fine, intended: { ...unnamed, accessKeyId: provenAdmin.accessKeyId } }).verdict,
    ).toBe('verified')
  })

  test('impersonation that the cluster refuses is no access; one that it did not answer is unreachable', () => {
    const failed = (code: ProblemCode) => ({ kind: 'failed', problem: because(code) }) as const
    expect(verdictOf({ ...fine, actsAs: failed('impersonation-refused') }).verdict).toBe('no-access')
    expect(verdictOf({ ...fine, actsAs: failed('cluster-answer') }).verdict).toBe('unreachable')
    expect(verdictOf({ ...fine, actsAs: { kind: 'seen', seen: seenAdmin } }).verdict).toBe('verified')
  })
})

describe('what the cluster says it saw must be what AWS proved', () => {
  test('without extra and uid they agree: the same token was sent', () => {
    expect(seenDiffers(provenAdmin, { ...seenAdmin, uid: null, extra: {} })).toBeNull()
  })

  test('another arn, access key, account or unique id is named', () => {
    const saw = (seen: Partial<Seen>) => seenDiffers(provenAdmin, { ...seenAdmin, ...seen })?.message
    expect(saw({ extra: { arn: [carol.arn] } })).toContain('user carol')
    expect(saw({ extra: { accessKeyId: [carol.accessKeyId] } })).toContain(carol.accessKeyId)
    expect(saw({ uid: 'aws-iam-authenticator:999999999999:AROAADMINADMINADMIN1' })).toContain('999999999999')
    expect(saw({ uid: 'aws-iam-authenticator:111122223333:AROARECREATED0000001' })).toContain('AROARECREATED')
    expect(
      verdictOf({ ...fine, cluster: { kind: 'seen', seen: { ...seenAdmin, extra: { arn: [carol.arn] } } } }),
    ).toMatchObject({ verdict: 'mismatch', problem: { code: 'seen-differs' } })
  })

  test('an answer with uid and extra of some other authenticator is not held against it', () => {
    const seen = { ...seenAdmin, uid: '0d8a', extra: { 'example.org/tenant': ['a'], arn: [] } }
    expect(seenDiffers(provenAdmin, seen)).toBeNull()
  })
})

describe('whom the user expects', () => {
  const expecting = (arn: string): Intended => ({ ...unnamed, arn, expected: true, by: ['expected by you'] })
  const asAdmin = expecting('arn:aws:iam::111122223333:role/Admin')
  const asCarol = expecting('arn:aws:iam::111122223333:user/carol')

  test('is verified when AWS proves just this, whatever path and session are called, and a mismatch for anybody else', () => {
    expect(verdictOf({ ...fine, intended: asAdmin })).toEqual({ verdict: 'verified', problem: null })
    const other = verdictOf({ ...fine, intended: asCarol })
    expect(other).toMatchObject({ verdict: 'mismatch', problem: { code: 'other-principal' } })
    expect(other.problem?.message).toBe(
      'The expected identity is user carol of 111122223333, but AWS says that the command acts as role Admin of 111122223333.',
    )
    expect(other.problem?.next).toMatch(
      /^Change the role or profile .* Only if this identity is the one that should act here/,
    )
    for (const arn of ['arn:aws-cn:iam::111122223333:role/Admin', 'arn:aws:iam::444455556666:role/Admin'])
      expect(verdictOf({ ...fine, intended: expecting(arn) }).verdict).toBe('mismatch')
  })

  test('what takes the place of the entry stays the cause, and what mends it', () => {
    const winningKey = { accessKeyId: carol.accessKeyId, from: 'AWS_ACCESS_KEY_ID of the login shell' }
    const problem = otherPrincipal({ ...fine, intended: asAdmin, winningKey }, carol)
    expect(problem?.message).toMatch(
      /^The expected identity is role Admin .* because AWS_ACCESS_KEY_ID of the login shell is used instead\.$/,
    )
    expect(problem?.next).toMatch(/^Unset AWS_ACCESS_KEY_ID of .*, /)
  })

  const check: Check = {
    context: 'c',
    contextName: 'c',
    environment: 'app',
    at: 0,
    fingerprint: '',
    until: null,
    verdict: 'proven',
    problem: null,
    intended: unnamed,
    predicted: fine.predicted,
    proven: provenAdmin,
    seen: seenAdmin,
    aws: null,
    actsAs: null,
    token: null,
    steps: [],
    ms: 1,
  }
  const otherwise = (verdict: Check['verdict'], code: ProblemCode, more: Partial<Check> = {}): Check => ({
    ...check,
    ...more,
    verdict,
    problem: because(code),
  })

  test.each<[string, Check, Intended, ReturnType<typeof verdictOf>['verdict'] | null]>([
    ['proven, and it is this one', check, asAdmin, 'verified'],
    ['proven, and it is another', check, asCarol, 'mismatch'],
    [
      'verified as the entry says, and another is expected',
      { ...check, intended: admin, verdict: 'verified' },
      asCarol,
      'mismatch',
    ],
    [
      'a mismatch, and now it is expected: what else there is has not been judged',
      otherwise('mismatch', 'other-principal', { intended: admin, proven: carol }),
      asCarol,
      null,
    ],
    [
      'a mismatch, and a third is expected',
      otherwise('mismatch', 'other-principal', { intended: admin, proven: carol }),
      asAdmin,
      'mismatch',
    ],
    ['the cluster saw another', otherwise('mismatch', 'seen-differs'), asAdmin, 'mismatch'],
    ['not let in', otherwise('no-access', 'unauthorized'), asAdmin, 'no-access'],
    ['not let in, and another is expected', otherwise('no-access', 'unauthorized'), asCarol, 'mismatch'],
    [
      'nobody was proven',
      otherwise('unreachable', 'sts-unreachable', { proven: null }),
      asCarol,
      'unreachable',
    ],
    ['broken', otherwise('broken', 'clock-off'), asCarol, 'broken'],
    ['nobody is expected any more', { ...check, intended: asAdmin, verdict: 'verified' }, unnamed, null],
    [
      'nobody is expected any more, and nobody was proven',
      otherwise('expired', 'expired-keys', { intended: asAdmin, proven: null }),
      unnamed,
      'expired',
    ],
    [
      'nothing of it changed',
      { ...check, intended: asAdmin, verdict: 'verified' },
      { ...asAdmin, by: [] },
      'verified',
    ],
  ])('an earlier check is judged anew: %s', (_what, was, intended, verdict) => {
    expect(rejudged(was, intended)?.verdict ?? null).toBe(verdict)
  })
  test.each<[string, Check, ProblemCode | null]>([
    ['not let in', otherwise('no-access', 'unauthorized'), 'unauthorized'],
    ['may not act as another', otherwise('no-access', 'impersonation-refused'), 'impersonation-refused'],
    ['no answer', otherwise('unreachable', 'cluster-timeout'), 'cluster-timeout'],
    [
      'a mismatch already, and not let in',
      otherwise('mismatch', 'other-principal', { clusterProblem: because('unauthorized') }),
      'unauthorized',
    ],
    [
      'the second answer decided, and the first said less',
      otherwise('unreachable', 'cluster-timeout', { clusterProblem: because('unauthorized') }),
      'unauthorized',
    ],
    ['let in', check, null],
    ['the cluster saw another', otherwise('mismatch', 'seen-differs'), null],
    ['a mismatch that was let in', otherwise('mismatch', 'other-principal'), null],
  ])('whom the user expects takes nothing of what a cluster answered: %s', (_what, was, code) => {
    const now = rejudged(was, asCarol)
    expect(now).toMatchObject({ verdict: 'mismatch', problem: { code: 'other-principal' } })
    expect(now?.clusterProblem?.code ?? null).toBe(code)
  })
})
