import { expect, test } from 'vitest'
import { whoIntended, whoPredicted } from '../../shared/identity/named-identity'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { makeFleet, now } from '../testing/fleet'
import { fleetRows, rowNamed } from '../testing/rows'
import { columnOf } from './columns'
import { fleetOf } from './fleet-summary'
import { actsAs, everybodyIn, knownIdentities, rowInputs, rowsOf } from './rows'
import { sentence } from './summary'

test('a verified context shows the same identity four times under one colour key', () => {
  const row = rowNamed('prod-admin')
  expect(row.shown).toBe('verified')
  const four = [row.intended, row.predicted, row.proven, row.seen]
  expect(four.map((who) => who?.label)).toEqual(['Admin', 'Admin', 'Admin', 'Admin'])
  expect(new Set(four.map((who) => who?.key)).size).toBe(1)
  expect(four.some((who) => who?.differs)).toBe(false)
  expect(row.current).toBe(true)
})

test('where keys of the environment win, predicted, proven and seen are said to be somebody else', () => {
  const row = rowNamed('prod-readonly')
  expect(row.shown).toBe('mismatch')
  expect(row.intended?.label).toBe('ReadOnly')
  for (const who of [row.predicted, row.proven, row.seen]) {
    expect(who?.label).toBe('carol')
    expect(who?.differs).toBe(true)
  }
})

test('a key in a file gets its owner’s name once a check has proved it, and not before', () => {
  expect(rowNamed('sandbox-8').predicted?.label).toBe('carol')
  expect(rowNamed('sandbox-8', { checks: [] }).predicted?.label).toBe('AKIA…7QX2')
})

test('exported keys that give whom the user expects are no finding', () => {
  const found = (expects: string, checks?: []) =>
    rowNamed('prod-readonly', {
      expects: { 'prod-readonly': expects },
      ...(checks && { checks }),
    }).findings.map(({ id }) => id)
  const carol = rowNamed('prod-readonly').proven?.arn ?? ''
  expect(found(carol)).not.toContain('env-keys-win')
  expect(found('arn:aws:iam::111122223333:role/ReadOnly')).toContain('env-keys-win')
  // Whose the key is only a check has told.
  expect(found(carol, [])).toContain('env-keys-win')
})

test('whom AWS proved and the cluster saw are held against whom the context should be now', () => {
  const expects = { 'prod-readonly': rowNamed('prod-readonly').proven?.arn ?? '' }
  const row = rowNamed('prod-readonly', { expects })
  expect(row.stale).toBe('expected')
  for (const who of [row.intended, row.proven, row.seen])
    expect(who).toMatchObject({ label: 'carol', differs: false })
})

test('what is known of an identity once is said anew as soon as the owner of its key or the intended one is another', () => {
  const { predicted, intended } = rowNamed('sandbox-8').identity ?? {}
  if (!predicted || !intended) throw new Error('it has an identity')
  const owner = 'arn:aws:iam::111111111111:user/dave'
  const owners = new Map([[predicted.accessKeyId ?? '', owner]])
  const none = new Map()
  expect(whoPredicted(predicted, null, none)?.label).toBe('AKIA…7QX2')
  expect(whoPredicted(predicted, null, owners)).toMatchObject({ label: 'dave', differs: false })
  const other = rowNamed('prod-admin').intended
  expect(whoPredicted(predicted, other, owners)).toMatchObject({ label: 'dave', differs: true })
  const byKey = { ...intended, arn: null, permissionSet: null, accessKeyId: predicted.accessKeyId }
  expect([none, owners, none].map((one) => whoIntended(byKey, one)?.label)).toEqual([
    'AKIA…7QX2',
    'dave',
    'AKIA…7QX2',
  ])
})

test('everybody in some rows is named once, as in the last of them', () => {
  const [first, last] = ['prod-admin', 'prod-readonly'].map((name) => rowNamed(name, { checks: [] }))
  if (!first?.intended || !last?.intended) throw new Error('they name somebody')
  const { key } = first.intended
  const again = { ...last, predicted: null, intended: { ...last.intended, key, label: 'ADMIN' } }
  expect(everybodyIn([first, again])).toEqual([{ key, label: 'ADMIN' }])
})

test('an SSO profile and the role that AWS proves for it are the same person', () => {
  const row = rowNamed('stage')
  expect(row.intended?.label).toBe('Developer')
  expect(row.proven?.key).toBe(row.intended?.key)
  expect(row.proven?.differs).toBe(false)
  expect(row.predicted?.uncertain).toBe(true)
})

test('a command inside another is called unpinned where the environment decides whom it acts as', () => {
  const wrapper = rowNamed('tool-by-wrapper')
  const pin = (command: string, args: readonly string[]) => {
    const user = wrapper.user && { ...wrapper.user, exec: { ...emptyExec, command, args } }
    return columnOf('profile')?.value({ ...wrapper, user, profile: null, pin: 'none' })
  }
  const getToken = ['aws', 'eks', 'get-token', '--cluster-name', 'c']
  expect(pin('sh', ['-c', getToken.join(' ')])).toBe('unpinned')
  expect(pin('saml2aws', ['exec', '--', ...getToken])).toBe('')
  expect(pin('/opt/tools/bin/eks-token', [])).toBe('')
})

test('an unpinned context names nobody, so nobody differs from it', () => {
  const row = rowNamed('sandbox-7')
  expect(row.intended).toBeNull()
  expect(row.shown).toBe('proven')
  expect(row.proven?.differs).toBe(false)
})

test('under impersonation the cluster’s own name for it stands where the cluster’s answer is shown', () => {
  const kept = makeFleet().checks.find(({ contextName }) => contextName === 'prod-admin')
  const row = rowNamed('prod-admin', {
    checks: kept?.seen ? [{ ...kept, actsAs: { ...kept.seen, username: 'jane' } }] : [],
  })
  expect(row.impersonated?.label).toBe('jane')
  expect(columnOf('seen')?.value(row)).toMatch(/^jane Admin /)
  expect(rowNamed('prod-admin').impersonated).toBeNull()
})

test('a profile that no file resolves differs from what certainly takes its place, before any check', () => {
  const { identity } = rowNamed('prod-readonly', { checks: [] })
  if (identity === null) throw new Error('the fleet lost prod-readonly')
  const batch = { ...identity.intended, arn: null, permissionSet: null, account: null, profile: 'batch' }
  const intended = whoIntended(batch, new Map())
  expect(whoPredicted(identity.predicted, intended, new Map())?.differs).toBe(true)
  expect(whoPredicted({ ...identity.predicted, instead: null }, intended, new Map())?.differs).toBe(false)
})

test('a check made on another fingerprint is stale, and so is one older than the limit', () => {
  expect(rowNamed('platform-ci').stale).toBe('changed')
  expect(rowNamed('platform-tools').stale).toBe('old')
  expect(rowNamed('platform-tools').shown).toBe('stale')
  expect(rowNamed('platform-tools').verdict).toBe('verified')
  expect(rowNamed('platform-tools', { staleHours: 48 }).shown).toBe('verified')
})

test('a check whose sign-in has ended since is stale, however young it is', () => {
  const kept = makeFleet().checks.find(({ contextName }) => contextName === 'prod-admin')
  const until = (ms: number) => rowNamed('prod-admin', { checks: kept ? [{ ...kept, until: now + ms }] : [] })
  expect([until(1).stale, until(0).stale, until(-1).shown]).toEqual([null, 'ended', 'stale'])
  expect(sentence(until(-1), 'login-shell', now).body).toContain(
    'The sign-in or the keys behind that have ended since',
  )
})

test('what was never checked says so; what is being checked says that', () => {
  expect(rowNamed('edge-ap-2').shown).toBe('not-checked')
  expect(rowNamed('edge-ap-2', { running: ['edge-ap-2'] }).shown).toBe('checking')
})

test('a check of another environment says nothing about this one', () => {
  expect(rowNamed('prod-readonly', { environment: 'clean' }).shown).toBe('not-checked')
})

test('compared environments name the difference, and only where there is one', () => {
  const carol = rowNamed('prod-readonly', { compare: 'clean' }).comparison
  expect(carol?.differs).toBe(true)
  expect(carol?.who?.label).toBe('ReadOnly')
  expect(rowNamed('prod-admin', { compare: 'clean' }).comparison?.differs).toBe(false)
})

test('a stale proof is not taken for whom a context acts as now', () => {
  const fleet = makeFleet()
  const readonly = fleet.checks.find((check) => check.contextName === 'prod-readonly')
  if (!readonly) throw new Error('the fleet lost its mismatch')
  const row = rowNamed('prod-readonly', {
    environment: 'login-shell',
    checks: [{ ...readonly, at: now - 1e9 }],
  })
  expect(row.stale).toBe('old')
  expect(actsAs(row)).toBe(row.predicted)
})

test('when a later file repeats a name, the star stands at the entry that kubectl takes', () => {
  expect(
    fleetRows()
      .filter((row) => row.current)
      .map((row) => row.name),
  ).toEqual(['prod-admin'])
})

test('the first picture of a fleet looks at no user, and a row finds its own when somebody asks', () => {
  const fleet = makeFleet(40)
  let looks = 0
  const snapshot = {
    ...fleet.snapshot,
    get users() {
      looks++
      return fleet.snapshot.users
    },
  }
  const from = rowInputs({
    accountNames: new Map(),
    production: [],
    home: '',
    beside: null,
    snapshot,
    environment: 'login-shell',
    identities: knownIdentities({
      ...fleet.report('login-shell'),
      contexts: fleet.report('login-shell').contexts.map((one) => ({ ...one, auth: 'aws', findings: [] })),
    }),
    checks: new Map(),
    running: new Map(),
    awaited: false,
    compare: null,
    staleHours: 24,
  })
  const rows = rowsOf(from, now)
  fleetOf(rows, () => false)
  for (const row of rows)
    for (const id of ['context', 'verdict', 'acts', 'cluster', 'profile']) columnOf(id)?.value(row)
  expect(looks).toBe(0)
  const users = new Map(fleet.snapshot.users.map((user) => [user.name, user]))
  for (const row of rows) expect(row.user).toBe(users.get(row.entry.user ?? '') ?? null)
  // What is spread has it, too.
  expect({ ...rows[0] }.user).toBe(rows[0]?.user)
  expect(rowsOf(from, now)).toEqual(rows)
})
