import { expect, test } from 'vitest'
import { createMarks, hueCount, lettersOf } from './colours'
import { principalKey } from './named-identity'

test('a role has one key whichever way it is named', () => {
  const key = principalKey('arn:aws:iam::111122223333:role/Admin')
  expect(principalKey('arn:aws:iam::111122223333:role/team/admin')).toBe(key)
  expect(principalKey('arn:aws:sts::111122223333:assumed-role/Admin/ana')).toBe(key)
  expect(principalKey('arn:aws:iam::111122223333:user/Admin')).not.toBe(key)
  expect(principalKey('arn:aws:iam::444455556666:role/Admin')).not.toBe(key)
  expect(principalKey('arn:aws-cn:iam::111122223333:role/Admin')).not.toBe(key)
})

test('a role of Identity Center has the key of its permission set', () => {
  expect(
    principalKey('arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/ana'),
  ).toBe('aws 111122223333 sso developer')
})

const role = (name: string) => ({ key: `aws 111122223333 role ${name.toLowerCase()}`, label: name })

test('the same people get the same tiles in another session, in whatever order they come', () => {
  const all = ['Admin', 'ReadOnly', 'carol', 'CiDeploy', 'e'].map(role)
  const [one, two] = [createMarks(), createMarks()]
  one.add(all)
  two.add([...all].reverse())
  for (const each of all) expect(two.of(each)).toEqual(one.of(each))
})

test('different people look different, however many have the same letters', () => {
  const marks = createMarks()
  const all = Array.from({ length: 5 * hueCount }, (_, at) => ({
    key: `aws ${100_000_000_000 + at} role admin`,
    label: 'Admin',
  }))
  marks.add(all)
  expect(new Set(all.map((each) => JSON.stringify(marks.of(each)))).size).toBe(all.length)
})

test('thousands with the same letters have a tile each, for which few tiles are looked at', () => {
  const marks = createMarks()
  const all = Array.from({ length: 3_000 }, (_, at) => ({ key: `aws ${at} role team`, label: 'Team' }))
  const { has } = Set.prototype
  let looked = 0
  Set.prototype.has = function (value) {
    looked++
    return has.call(this, value)
  }
  try {
    marks.add(all)
  } finally {
    Set.prototype.has = has
  }
  expect(looked).toBeGreaterThan(0)
  expect(looked).toBeLessThan(3 * hueCount * all.length)
  expect(new Set(all.map((each) => JSON.stringify(marks.of(each)))).size).toBe(all.length)
})

test('whoever has a tile keeps it when others arrive', () => {
  const marks = createMarks()
  marks.add([role('Admin')])
  const before = marks.of(role('Admin'))
  marks.add(Array.from({ length: 40 }, (_, at) => ({ key: `aws ${at} role admin`, label: 'Admin' })))
  expect(marks.of(role('Admin'))).toEqual(before)
})

test('a key whose owner comes out keeps its hue, and the owner takes it over', () => {
  const marks = createMarks()
  const key = { key: 'key AKIAEXAMPLE', label: 'AKIA…MPLE' }
  marks.add([key])
  const before = marks.of(key)
  marks.same(key.key, 'aws 111122223333 user carol')
  const owner = marks.of({ key: 'aws 111122223333 user carol', label: 'carol' })
  expect(owner.hue).toBe(before.hue)
  expect([before.round, owner.round]).toEqual([true, true])
})

test('roles are square, users and keys round', () => {
  const marks = createMarks()
  const round = (arn: string) => marks.of({ key: principalKey(arn) ?? '', label: arn }).round
  expect(round('arn:aws:iam::111122223333:role/Admin')).toBe(false)
  expect(round('arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/ana')).toBe(
    false,
  )
  expect(round('arn:aws:iam::111122223333:user/carol')).toBe(true)
  expect(round('arn:aws:iam::111122223333:root')).toBe(true)
})

test.each([
  ['ReadOnly', 'RO'],
  ['AdministratorAccess', 'AA'],
  ['carol', 'ca'],
  ['CiDeploy', 'CD'],
  ['EKSViewer', 'EV'],
  ['admin:alice', 'aa'],
  ['AKIA…7QX2', 'X2'],
  ['日本', '日本'],
  ['–', '?'],
])('the letters of %s are %s', (label, letters) => {
  expect(lettersOf(label)).toBe(letters)
})
