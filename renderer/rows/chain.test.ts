import { expect, test } from 'vitest'
import { chainOf, identityLinks, sourceLines } from '../../shared/audit/chain'
import { explained } from '../../shared/audit/explain'
import type { Check, ProblemCode, Verdict } from '../../shared/identity/identity'
import { now } from '../testing/fleet'
import { type RowOptions, rowNamed } from '../testing/rows'
import { proofText } from '../text/page'
import { proofOf } from './proof'
import type { Row } from './rows'

const chain = (row: Row) => identityLinks(chainOf(row, now))
const of = (name: string, options: RowOptions = {}) => chain(rowNamed(name, options))
/** `intended claimed ReadOnly`, with the cut before it. */
const told = (links: ReturnType<typeof chain>) =>
  links.map(({ name, state, who, none, cut }) =>
    [...(cut === null ? [] : [`✂ ${cut.tone} ${cut.label}`]), name, state, who?.label ?? `(${none})`].join(
      ' ',
    ),
  )
const checked = (
  name: string,
  verdict: Verdict,
  code: ProblemCode | null,
  more: Partial<Check> = {},
): Row => {
  const row = rowNamed(name)
  if (row.check === null) throw new Error(`${name} has no check`)
  const problem = code === null ? null : { code, message: 'So it is.', next: 'Do it.' }
  // What kept the cluster from naming anybody.
  const unseen = code !== null && /^(unauthorized|cluster-)/.test(code) ? { seen: null } : {}
  return { ...row, check: { ...row.check, verdict, problem, steps: [], ...unseen, ...more } }
}

test('all as intended: three links, and the prediction is not said again', () => {
  expect(told(of('stage'))).toEqual([
    'intended claimed Developer',
    'proven observed Developer',
    'seen observed Developer',
  ])
})

test('the token is a link of the whole chain, with whom it is signed for; what breaks there stands before it', () => {
  const whole = (row: Row) => told(chainOf(row, now))
  expect(whole(rowNamed('stage'))[1]).toBe('token observed (signed for stage)')
  expect(whole(rowNamed('legacy-ops', { checks: [] })).slice(1)).toEqual([
    '✂ bad Stops here: no identity token unreached (not reached)',
    'proven unreached (not reached)',
    'seen unreached (not reached)',
  ])
})

test('that kubectl refuses the file is said before what files say of the context, and not before what a check found', () => {
  const refusal = { path: '/f', message: '/f:1:1: This is no YAML.', next: 'Mend it.' }
  const around = { environment: 'login-shell', cluster: null, refusal, now } as const
  expect(explained(rowNamed('stage', { checks: [] }), around).said).toMatchObject({
    ...{ tone: 'bad', body: refusal.message, next: refusal.next },
    title: 'Not checked, but kubectl refuses the file of this context',
  })
  expect(explained(rowNamed('stage'), around).said.title).toMatch(/^Acts as Developer/)
})

test('what takes the place of the intended one stands between, with the cut before it, once', () => {
  expect(told(of('prod-readonly'))).toEqual([
    'intended claimed ReadOnly',
    '✂ bad AWS_ACCESS_KEY_ID of the login shell wins here predicted other carol',
    'proven other carol',
    'seen other carol',
  ])
})

test('before a check the rest is not asked yet; where the files foretell that it stops, it is not reached', () => {
  expect(told(of('edge-ap-2'))).toEqual([
    'intended claimed PlatformOps',
    'proven unasked (not asked yet)',
    'seen unasked (not asked yet)',
  ])
  expect(told(of('sandbox-8', { checks: [] }))).toEqual([
    'intended open (The entry names no identity)',
    'predicted claimed AKIA…7QX2',
    'proven unasked (not asked yet)',
    'seen unasked (not asked yet)',
  ])
  expect(told(of('legacy-ops', { checks: [] })).slice(1)).toEqual([
    '✂ bad Stops here: no identity proven unreached (not reached)',
    'seen unreached (not reached)',
  ])
})

test('the cut stands at the link that waits, fails, differs or is refused', () => {
  const none = { proven: null, seen: null }
  const cut = (row: Row) =>
    told(chain({ ...row, proven: row.check?.proven ? row.proven : null, seen: null })).slice(1)
  expect(cut(checked('stage', 'login-needed', 'sso-login', none))).toEqual([
    '✂ warn Waits for a sign-in proven unreached (not reached)',
    'seen unreached (not reached)',
  ])
  expect(cut(checked('stage', 'broken', 'deprecated-api-version', none))[0]).toMatch(
    /^✂ bad kubectl stops here proven/,
  )
  expect(cut(checked('stage', 'broken', 'command-not-allowed', none))[0]).toMatch(
    /^✂ warn Waits for your consent/,
  )
  expect(cut(checked('stage', 'unreachable', 'sts-unreachable', none))[0]).toMatch(
    /^✂ warn AWS could not be asked/,
  )
  expect(cut(checked('stage', 'no-access', 'unauthorized'))).toEqual([
    'proven observed Developer',
    '✂ no Refused here (401) seen unreached (not let in)',
  ])
  expect(cut(checked('stage', 'unreachable', 'cluster-insecure'))[1]).toMatch(
    /^✂ warn The token was not sent seen/,
  )
  expect(cut(checked('stage', 'unreachable', 'cluster-timeout'))[1]).toMatch(
    /^✂ warn The cluster could not be asked/,
  )
  const other = checked('stage', 'mismatch', 'other-principal')
  const proven = other.proven && { ...other.proven, differs: true }
  expect(told(chain({ ...other, proven }))[1]).toBe(
    '✂ bad AWS proves another identity proven other Developer',
  )
})

test('what the cluster answered stands beside a mismatch as it does alone: refused, let in, answered otherwise, kept back, not reached', () => {
  const problem = (code: ProblemCode) => ({ code, message: 'So it is.', next: 'Do it.' })
  const seenOf = (more: Partial<Check>, tokenFor: string | null = null) => {
    const row = checked('prod-readonly', 'mismatch', 'other-principal', { seen: null, ...more })
    const identity = row.identity && { ...row.identity, meant: { ...row.identity.meant, tokenFor } }
    const is = { ...row, identity, seen: null }
    const node = proofOf(is).nodes.at(-1)
    return [
      told(chain(is)).at(-1),
      proofText('seen', node?.state ?? 'none', node?.who?.label ?? null),
      chain(is).at(-1)?.answered?.by ?? 'nobody',
    ]
  }
  const steps = [
    { kind: 'cluster', outcome: 'ok', title: 'The cluster lets this identity in', detail: '', ms: 1 },
  ] as const
  expect([
    seenOf({ clusterProblem: problem('unauthorized') }),
    seenOf({ clusterProblem: problem('unauthorized') }, 'stage'),
    seenOf({ steps }),
    seenOf({ clusterProblem: problem('cluster-answer') }),
    seenOf({ clusterProblem: problem('cluster-insecure') }),
    seenOf({ clusterProblem: problem('cluster-timeout') }),
  ]).toEqual([
    ['✂ no Refused here (401) seen unreached (not let in)', 'seen refused', 'cluster'],
    ['✂ no Refused: the token is for stage seen unreached (not let in)', 'seen refused', 'cluster'],
    [
      'seen other (let in, without saying the name)',
      'seen let in, without saying the name, another than intended',
      'cluster',
    ],
    [
      '✂ warn The cluster did not say whom it sees seen unreached (no answer to that)',
      'seen stopped here',
      'cluster',
    ],
    ['✂ warn The token was not sent seen unreached (not asked)', 'seen stopped here', 'nobody'],
    ['✂ warn The cluster could not be asked seen unreached (not reached)', 'seen stopped here', 'nobody'],
  ])
})

test('impersonation is a link of its own, dashed where the cluster refuses it', () => {
  const impersonation = { as: 'root', uid: null, groups: [], extra: {} }
  const refused = checked('stage', 'no-access', 'impersonation-refused')
  const user = refused.user && { ...refused.user, impersonation }
  expect(told(chain({ ...refused, user })).slice(1)).toEqual([
    'proven observed Developer',
    'seen observed Developer',
    '✂ no Refused: may not act as this user acts unreached root',
  ])
})

test('a certificate has no link to AWS', () => {
  expect(told(of('kind-local'))).toEqual([
    'intended open (The entry signs in by a client certificate)',
    'seen observed kubernetes-admin',
  ])
})

test('old evidence is marked with its age', () => {
  const [, proven] = of('platform-tools')
  expect(proven).toMatchObject({ old: true, state: 'observed' })
  expect(proven?.sources[0]).toBe('checked yesterday')
})

test('where a check ended that does not count now is said as the grid’s proof says it', () => {
  const old = (verdict: Verdict, code: ProblemCode, more: Partial<Check> = {}): Row => {
    const row = checked('stage', verdict, code, { seen: null, ...more })
    return { ...row, stale: 'changed', seen: null, proven: more.proven === null ? null : row.proven }
  }
  expect(told(chain(old('broken', 'no-credentials', { proven: null }))).slice(1)).toEqual([
    'proven unasked (failed here)',
    'seen unasked (not reached)',
  ])
  expect(told(chain(old('login-needed', 'sso-login', { proven: null }))).slice(1)).toEqual([
    'proven unasked (stopped here)',
    'seen unasked (not reached)',
  ])
  expect(told(chain(old('unreachable', 'cluster-unreachable'))).at(-1)).toBe('seen unasked (stopped here)')
  // The same two words.
  for (const [row, node] of [
    [old('broken', 'no-credentials', { proven: null }), 'proven'],
    [old('login-needed', 'sso-login', { proven: null }), 'proven'],
    [old('unreachable', 'cluster-unreachable'), 'seen'],
  ] as const) {
    const said = chain(row).find(({ name }) => name === node)?.none
    const { state } = proofOf(row).nodes.find(({ name }) => name === node) ?? {}
    expect(`${node} ${said}`).toBe(proofText(node, state ?? 'none', null))
  }
})

test('sources are said in two lines: what names it, and the way from its keys', () => {
  expect(
    sourceLines([
      'profile pay (--profile in exec args)',
      'role_arn of profile pay',
      'source_profile hub',
      'role_arn of profile hub',
      'source_profile alice',
      'keys in ~/.aws/credentials:7',
    ]),
  ).toEqual(['profile pay, by --profile in the entry', 'keys in ~/.aws/credentials:7 → alice → hub → pay'])
  expect(sourceLines(['profile alice (AWS_PROFILE in exec env)', 'keys in ~/.aws/credentials:7'])).toEqual([
    'profile alice, by AWS_PROFILE in the entry',
    'keys in ~/.aws/credentials:7 → alice',
  ])
  expect(
    sourceLines([
      'profile finance (--profile in exec args)',
      'sso of profile finance',
      'sso-session finance',
    ]),
  ).toEqual(['profile finance, by --profile in the entry', 'sso of profile finance → sso-session finance'])
  expect(
    sourceLines(['profile batch (--profile in exec args)', 'credential_process of profile batch']),
  ).toEqual(['profile batch, by --profile in the entry', 'credential_process of profile batch'])
  expect(sourceLines(['AWS_ACCESS_KEY_ID of the login shell'])).toEqual([
    'AWS_ACCESS_KEY_ID of the login shell',
  ])
  expect(
    sourceLines([
      '--role in exec args',
      'profile “night shift” (--profile in exec args)',
      'role_arn of profile “night shift”',
      'source_profile alice',
      'keys in ~/.aws/credentials:7',
    ]),
  ).toEqual([
    '--role in the entry',
    'profile “night shift”, by --profile in the entry',
    'keys in ~/.aws/credentials:7 → alice → “night shift”',
  ])
  expect(sourceLines(['--role in exec args', 'what nobody foresaw'])).toEqual([
    '--role in the entry',
    'what nobody foresaw',
  ])
  expect(sourceLines([])).toEqual([])
})
