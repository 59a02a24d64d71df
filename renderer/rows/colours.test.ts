import { expect, test } from 'vitest'
import { createMarks, hueCount, principalKey, shapes } from './colours'

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

test('the same people get the same marks in another session, in whatever order they come', () => {
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `aws 111122223333 role ${name}`)
  const [one, two] = [createMarks(), createMarks()]
  one.add(names)
  two.add([...names].reverse())
  for (const name of names) expect(two.of(name)).toEqual(one.of(name))
})

test('different people look different, however many they are', () => {
  const marks = createMarks()
  const keys = Array.from({ length: 5 * hueCount * shapes.length }, (_, at) => `role ${at}`)
  marks.add(keys)
  const looks = new Set(keys.map((key) => JSON.stringify(marks.of(key))))
  expect(looks.size).toBe(keys.length)
})

test('whoever has a mark keeps it when others arrive', () => {
  const marks = createMarks()
  marks.add(['m'])
  const before = marks.of('m')
  marks.add(Array.from({ length: 40 }, (_, at) => `a${at}`))
  expect(marks.of('m')).toEqual(before)
})

test('a key whose owner comes out keeps its colour, and the owner takes it over', () => {
  const marks = createMarks()
  marks.add(['key AKIAEXAMPLE'])
  const before = marks.of('key AKIAEXAMPLE')
  marks.same('key AKIAEXAMPLE', 'aws 111122223333 user carol')
  expect(marks.of('aws 111122223333 user carol')).toEqual(before)
  expect(marks.of('key AKIAEXAMPLE')).toEqual(before)
})
