import { describe, expect, test } from 'vitest'
import type { Check, Proven } from '../../shared/identity/identity'
import type { KnownIdentity } from '../../shared/identity/identity-tree'
import { full } from '../../shared/testing/counts'
import { profileChain } from '../aws/chain/intended-identity'
import { type AwsFiles, nothingRead } from '../aws/files/aws-files'
import { assumeRoleKey, loginKey, ssoRoleKey, ssoTokenKey } from '../aws/files/caches'
import { parseIni } from '../aws/files/ini'
import { mergeAwsFiles } from '../aws/files/read-aws-files'
import { byNewestRules } from '../aws/installed/rules'
import { programsOnce } from '../aws/installed/which'
import { readDocument } from '../kubeconfig/read/document'
import { viewOf } from '../kubeconfig/read/kubeconfig-view'
import { environmentOf } from '../system/environment'
import { readFileOf } from '../testing/read-file'
import { wordsOf } from '../trust/expectations'
import { printedRows } from './assemble'
import { identityTree, type ProofResult, type TreeInput } from './build-identity-tree'

const now = Date.UTC(2026, 0, 2, 12)
const hour = 3_600_000
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`

const config = `[default]
region = eu-west-1
[profile alice]
region = eu-west-1
[profile hub]
role_arn = ${role('Hub')}
source_profile = alice
[profile pay]
role_arn = ${role('team/Admin')}
source_profile = hub
[profile night]
role_arn = ${role('Hub')}
source_profile = alice
role_session_name = night
[profile guarded]
role_arn = ${role('Guarded')}
source_profile = alice
mfa_serial = arn:aws:iam::111122223333:mfa/alice
[profile lake]
sso_session = corp
sso_account_id = 123412341234
sso_role_name = DataEngineer
[profile console]
login_session = arn:aws:iam::111122223333:user/alice
[profile batch]
credential_process = /opt/bin/batch --password hunter2
[profile spark]
web_identity_token_file = /nowhere
role_arn = ${role('Spark')}
[profile lost]
role_arn = ${role('Lost')}
source_profile = nobody-knows
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[sso-session unused]
sso_start_url = https://unused.awsapps.com/start
sso_region = eu-west-1
`
const credentials = `[default]
aws_access_key_id = AKIAALICEALICE000001
aws_secret_access_key = SECRET-OF-ALICE
[alice]
aws_access_key_id = AKIAALICEALICE000001
aws_secret_access_key = SECRET-OF-ALICE
`
const files: AwsFiles = {
  ...nothingRead,
  ...mergeAwsFiles(
    parseIni(config, '/home/x/.aws/config'),
    parseIni(credentials, '/home/x/.aws/credentials'),
  ),
  tokenFiles: new Map([['/nowhere', false]]),
}

function tree(more: Partial<TreeInput> & { readonly variables?: Readonly<Record<string, string>> } = {}) {
  const { variables = { AWS_EC2_METADATA_DISABLED: 'true' }, ...input } = more
  return identityTree({
    environment: environmentOf('app', variables),
    files,
    rules: byNewestRules,
    rows: [],
    accountNames: { '111122223333': 'payments' },
    checks: new Map(),
    proofs: new Map(),
    now,
    ...input,
  }).tree
}

/** As lines: how deep, kind, name, profiles. */
function drawn(identities: readonly KnownIdentity[]): readonly string[] {
  const depth = new Map<string, number>()
  return identities.map(({ id, parent, kind, name, profiles }) => {
    const at = parent === null ? 0 : (depth.get(parent) ?? Number.NaN) + 1
    depth.set(id, at)
    return `${'  '.repeat(at)}${kind} ${name} ${profiles.map((profile) => profile.name).join(',')}`.trimEnd()
  })
}

const named = (of: readonly KnownIdentity[], name: string) => {
  const found = of.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

test('everybody stands where they come from, one identity once, and each profile at its end', () => {
  const { identities, settingsOnly } = tree()
  expect(drawn(identities)).toEqual([
    'keys AKIAALICEALICE000001 default,alice',
    '  role Hub hub,night',
    '    role Admin pay',
    '  role Guarded guarded',
    'sso-session corp',
    '  permission-set DataEngineer lake',
    'sso-session unused',
    'web-identity Spark spark',
    'login alice console',
    'process batch batch',
    'nobody no identity',
    '  role Lost lost',
  ])
  expect(settingsOnly).toEqual([])
  expect(named(identities, 'Admin')).toMatchObject({
    arn: role('team/Admin'),
    account: '111122223333',
    accountName: 'payments',
    from: ['role_arn of profile pay'],
    profiles: [{ name: 'pay', config: { file: '/home/x/.aws/config', line: 8 }, credentials: null }],
    provable: true,
  })
  expect(named(identities, 'AKIAALICEALICE000001')).toMatchObject({
    unpinned: true,
    from: ['/home/x/.aws/credentials:2', '/home/x/.aws/credentials:5'],
    profiles: [
      { name: 'default', config: { line: 1 }, credentials: { line: 1 } },
      { name: 'alice', config: { line: 3 }, credentials: { line: 4 } },
    ],
  })
  expect(named(identities, 'unused').provable).toBe(false)
  const said = JSON.stringify(tree())
  for (const secret of ['SECRET-OF-ALICE', 'hunter2']) expect(said).not.toContain(secret)
})

test('the environment is somebody of its own, before the profile that it names', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIACAROL', AWS_SECRET_ACCESS_KEY: 'x' }
  const { identities } = tree({ variables: { ...keys, AWS_PROFILE: 'pay' } })
  const [first] = identities
  expect(first).toMatchObject({
    kind: 'environment-keys',
    name: 'AKIACAROL',
    from: ['AWS_ACCESS_KEY_ID of the app’s environment'],
    unpinned: true,
    profiles: [],
  })
  expect(identities.filter(({ unpinned }) => unpinned)).toHaveLength(1)
  const [expired] = tree({
    variables: { ...keys, AWS_CREDENTIAL_EXPIRATION: '2026-01-02T11:00:00Z' },
  }).identities
  expect(expired?.state).toMatchObject({
    kind: 'expired',
    until: now - hour,
    problem: { code: 'expired-keys' },
  })
})

test('how a session is called is the way’s: by role_session_name, as it was before, made up, or not known', () => {
  const sessions = (of: ReturnType<typeof tree>, name: string) => named(of.identities, name).sessions
  const before = tree()
  expect(sessions(before, 'Hub')).toEqual([
    { session: { kind: 'made-up' }, by: ['profile hub'] },
    { session: { kind: 'named', name: 'night' }, by: ['profile night'] },
  ])
  expect(sessions(before, 'Spark')).toEqual([{ session: { kind: 'made-up' }, by: ['profile spark'] }])
  const notKnown = { kind: 'not-known' }
  for (const [name, by] of [
    ['DataEngineer', 'profile lake'],
    ['batch', 'profile batch'],
  ] as const)
    expect(sessions(before, name)).toEqual([{ session: notKnown, by: [by] }])
  // The user who signs in names the session; a program may name each session differently.
  const id = (name: string) => named(before.identities, name).id
  const was = (name: string, set: string) => {
    const arn = `arn:aws:sts::123412341234:assumed-role/${name}/alice@x.example`
    const canonicalArn = `arn:aws:iam::123412341234:role/${name}`
    const proven = {
      arn,
      canonicalArn,
      account: '123412341234',
      userId: 'AROA:x',
      accessKeyId: 'ASIA',
      ms: 1,
    }
    return [id(set), { at: now - 1, until: null, problem: null, proven }] as const
  }
  const proofs = new Map([
    was('AWSReservedSSO_DataEngineer_0123456789abcdef', 'DataEngineer'),
    was('Batch', 'batch'),
  ])
  const after = tree({ proofs })
  expect(sessions(after, 'DataEngineer')[0]?.session).toEqual({ kind: 'named', name: 'alice@x.example' })
  expect(sessions(after, 'batch')[0]?.session).toEqual(notKnown)
  expect(named(after.identities, 'batch').proven).not.toBe(null)
})

describe('chains are links, so what is said of them grows with the profiles and not with their chains', () => {
  const size = full ? 10_000 : 500
  const role = (at: number, source: string) =>
    `[profile p${at}]\nrole_arn = arn:aws:iam::111122223333:role/r${at}\nsource_profile = ${source}\n`
  const keys = '[profile keys]\naws_access_key_id = AKIA\naws_secret_access_key = x\n'
  const all = (of: (at: number) => string) =>
    Array.from({ length: size }, (_, at) => role(at, of(at))).join('')
  const next = (at: number) => (at + 1 < size ? `p${at + 1}` : 'keys')
  const made = (text: string) => {
    const read = mergeAwsFiles(parseIni(text, '/c'), parseIni('', '/k'))
    return tree({ files: { ...nothingRead, ...read } }).identities
  }
  /** Of one whose profiles all assume their role by the same keys. */
  const flat = JSON.stringify(made(keys + all(() => 'keys'))).length

  test.each([
    ['in a row', all(next), size + 1],
    ['in a row from the first on', all((at) => (at === 0 ? 'keys' : `p${at - 1}`)), size + 1],
    ['in rows of ninety', all((at) => (at % 90 === 89 ? 'keys' : next(at))), size + 1],
    ['in a ring', all((at) => `p${(at + 1) % size}`), size + 2],
    ['in rings of ninety', all((at) => (at % 90 === 89 ? `p${at - 89}` : `p${(at + 1) % size}`)), null],
    ['in a row that leads nowhere', all((at) => `p${at + 1}`), size + 2],
  ])('%s', (_how, text, count) => {
    const identities = made(keys + text)
    if (count !== null) expect(identities).toHaveLength(count)
    expect(JSON.stringify(identities).length).toBeLessThan(1.5 * flat)
    const places = new Map(identities.map(({ id }, at) => [id, at]))
    const wrong = identities.filter(({ parent, state }, at) => {
      const named = `${state.problem?.message} ${state.problem?.next}`.match(/\bp\d+/g)?.length ?? 0
      return named > 10 || (parent !== null && (places.get(parent) ?? at) >= at)
    })
    expect(wrong).toEqual([])
  })

  test('the reasons of a long chain name eight of its profiles, how many more, and where it begins', () => {
    const text =
      keys + Array.from({ length: 12 }, (_, at) => role(at, at < 11 ? `p${at + 1}` : 'keys')).join('')
    const read = { ...nothingRead, ...mergeAwsFiles(parseIni(text, '/c'), parseIni('', '/k')) }
    const chain = profileChain('p0', read)
    expect(chain?.roles).toHaveLength(12)
    expect(chain?.by.slice(0, 3)).toEqual([
      'role_arn of profile p0',
      'source_profile p1',
      'role_arn of profile p1',
    ])
    expect(chain?.by.slice(14)).toEqual([
      'role_arn of profile p7',
      '4 more',
      'source_profile keys',
      'keys in /c:2',
    ])
    expect(profileChain('p4', read)?.by).not.toContainEqual(expect.stringContaining('more'))
  })

  test('each role of a circle comes from what is wrong with it, and all say the same', () => {
    const identities = made(role(0, 'p1') + role(1, 'p2') + role(2, 'p0') + role(3, 'p1'))
    expect(drawn(identities)).toEqual([
      'nobody no identity',
      '  role r0 p0',
      '  role r1 p1',
      '    role r3 p3',
      '  role r2 p2',
    ])
    expect(new Set(identities.map(({ state }) => state.problem?.message))).toEqual(
      new Set(['The source_profile of profile p2 leads in a circle: p0 → p1 → p2 → p0.']),
    )
    const long = made(Array.from({ length: 12 }, (_, at) => role(at, `p${(at + 1) % 12}`)).join(''))
    expect(long[0]?.state.problem?.message).toBe(
      'The source_profile of profile p11 leads in a circle: p0 → p1 → p2 → p3 → p4 → p5 → p6 → p7 → 4 more → p0.',
    )
  })
})

test('profiles that only hold settings are told apart', () => {
  const only = mergeAwsFiles(parseIni('[profile plain]\nregion = eu-west-1\n', '/c'), parseIni('', '/k'))
  expect(tree({ files: { ...nothingRead, ...only } })).toMatchObject({
    identities: [],
    settingsOnly: [{ name: 'plain', config: { file: '/c', line: 1 } }],
  })
})

test('files alone say who must sign in, what cannot work, and nothing of the rest', () => {
  const { identities } = tree()
  const states = new Map(
    identities.map(({ name, state }) => [name, [state.kind, state.problem?.code ?? null]]),
  )
  expect(Object.fromEntries(states)).toEqual({
    AKIAALICEALICE000001: ['unknown', null],
    Hub: ['unknown', null],
    Admin: ['unknown', null],
    Guarded: ['sign-in-needed', 'mfa-code'],
    corp: ['sign-in-needed', 'sso-login'],
    DataEngineer: ['sign-in-needed', 'sso-login'],
    unused: ['sign-in-needed', 'sso-login'],
    Spark: ['broken', 'broken-profile'],
    alice: ['sign-in-needed', 'aws-login'],
    batch: ['unknown', null],
    'no identity': ['broken', 'broken-profile'],
    Lost: ['broken', 'broken-profile'],
  })
})

test('caches say until when', () => {
  const call = { sessionName: null, externalId: null, mfaSerial: null, durationSeconds: null }
  const cached = (expiresAt: number) => ({ expiresAt })
  const startUrl = 'https://corp.awsapps.com/start'
  const caches = {
    ssoTokens: new Map([
      [
        ssoTokenKey('corp'),
        { expiresAt: now - hour, hasAccessToken: true, hasRegistration: false, registrationExpiresAt: null },
      ],
    ]),
    roleCredentials: new Map([
      [assumeRoleKey({ ...call, roleArn: role('Hub') }), cached(now + hour)],
      [assumeRoleKey({ ...call, roleArn: role('team/Admin') }), cached(now - hour)],
      [
        ssoRoleKey({ account: '123412341234', name: 'DataEngineer', session: 'corp', startUrl }),
        cached(now + hour),
      ],
    ]),
    logins: new Map([
      [
        loginKey('arn:aws:iam::111122223333:user/alice'),
        { expiresAt: now + hour, refreshable: true, accessKeyId: 'ASIA', accountId: null },
      ],
    ]),
  }
  const { identities } = tree({ files: { ...files, caches } })
  const valid = { kind: 'valid', until: now + hour, by: 'cache', at: null }
  expect(named(identities, 'Hub').state).toMatchObject(valid)
  expect(named(identities, 'Admin').state).toMatchObject({ kind: 'unknown' })
  expect(named(identities, 'corp').state).toMatchObject({ kind: 'expired', until: now - hour, by: 'cache' })
  expect(named(identities, 'DataEngineer').state).toMatchObject(valid)
  expect(named(identities, 'alice').state).toMatchObject(valid)
})

test('a proof counts for whom it is about, as long as its sign-in lasts', () => {
  const id = (name: string) => named(tree().identities, name).id
  const proven = (arn: string): Proven => ({
    arn,
    canonicalArn: arn,
    account: '111122223333',
    userId: 'AIDA',
    accessKeyId: 'AKIAALICEALICE000001',
    ms: 1,
  })
  const found = (more: Partial<ProofResult>): ProofResult => ({
    at: now - hour,
    until: null,
    proven: null,
    problem: null,
    ...more,
  })
  const refused: Check['problem'] = { code: 'assume-role-denied', message: 'no', next: 'ask' }
  const proofs = new Map([
    [id('AKIAALICEALICE000001'), found({ proven: proven('arn:aws:iam::111122223333:user/people/alice') })],
    [id('Hub'), found({ problem: refused })],
    // Somebody else than the files name.
    [id('Admin'), found({ proven: proven(role('Hub')) })],
    [id('batch'), found({ proven: proven(role('Batch')), until: now - 1 })],
  ])
  const { identities } = tree({ proofs })
  expect(named(identities, 'alice')).toMatchObject({
    kind: 'keys',
    arn: 'arn:aws:iam::111122223333:user/people/alice',
    accountName: 'payments',
    state: { kind: 'valid', by: 'proof', at: now - hour },
    proven: { userId: 'AIDA' },
  })
  expect(named(identities, 'Hub').state).toMatchObject({ kind: 'refused', problem: refused, at: now - hour })
  for (const name of ['Admin', 'batch'])
    expect(named(identities, name)).toMatchObject({ state: { kind: 'unknown' }, proven: null })
})

test('a shadowed context stands apart at whom it acts as, and its check counts; it makes nobody', async () => {
  const entries = (name: string, profile: string) => `apiVersion: v1
kind: Config
contexts: [{name: ${name}, context: {cluster: c, user: u}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c, --profile, ${profile}]}}}]
`
  const view = viewOf(
    1,
    [entries('one', 'hub'), entries('one', 'pay'), entries('one', 'unheard')].map((text, at) => {
      const file = readFileOf(`/k/${at}`)
      // Users of one name would be shadowed, too.
      return {
        file,
        document: readDocument(
          file.path,
          text.replaceAll('u,', `u${at},`).replace('user: u}', `user: u${at}}`),
        ),
      }
    }),
  )
  const { contexts } = view.snapshot
  const { rows } = await printedRows({
    snapshot: view.snapshot,
    resolved: view.resolved(),
    environment: environmentOf('app', { PATH: '/nowhere' }),
    aws: async () => files,
    programs: programsOnce(new Map()),
    trust: null,
    words: wordsOf([]),
    now,
  })
  const proven = {
    arn: 'arn:aws:sts::111122223333:assumed-role/Admin/x',
    canonicalArn: role('Admin'),
    account: '111122223333',
    userId: 'AROA:x',
    accessKeyId: 'ASIA',
    ms: 1,
  }
  const found = { at: now - 1, until: null, proven, problem: null }
  const { identities } = tree({ rows, checks: new Map([[contexts[1]?.id ?? '', found]]) })
  expect(named(identities, 'Hub')).toMatchObject({ contexts: [{ name: 'one' }], shadowed: [] })
  expect(named(identities, 'Admin')).toMatchObject({
    contexts: [],
    shadowed: [{ id: contexts[1]?.id, name: 'one' }],
    clusters: [],
    state: { kind: 'valid', by: 'check' },
    proven: { arn: proven.arn },
  })
  expect(identities.length).toBe(tree().identities.length)
})
