import { expect, test } from 'vitest'
import { createKeyed } from './keyed'

interface Value {
  readonly key: string
  readonly says: number
}
const keyOf = ({ key }: Value) => key
const values = (...says: readonly number[]): readonly Value[] =>
  says.map((one, at) => ({ key: `k${at}`, says: one }))

test('another list is the list from then on, and what listens hears of it once', () => {
  const keyed = createKeyed(keyOf)
  const first = values(1, 2, 3)
  keyed.replace(first)
  const heard: (number | undefined)[] = []
  const stop = keyed.subscribe(() => heard.push(keyed.get('k1')?.says))
  const { version } = keyed
  const second = first.map((value) => (value.key === 'k1' ? { ...value, says: 5 } : value))
  keyed.replace(second)
  expect(heard).toEqual([5])
  expect(keyed.get('k0')).toBe(first[0])
  expect(keyed.all()).toBe(second)
  expect(keyed.size).toBe(3)
  expect(keyed.version).not.toBe(version)
  stop()
  keyed.set({ key: 'k1', says: 6 })
  expect(heard).toEqual([5])
})

test('other keys, another order and fewer values are taken as they come', () => {
  const keyed = createKeyed(keyOf)
  keyed.replace(values(1, 2, 3))
  const turned = [...values(1, 2, 3)].reverse()
  keyed.replace(turned)
  expect(keyed.all().map(keyOf)).toEqual(['k2', 'k1', 'k0'])
  keyed.replace(values(1, 2))
  expect(keyed.get('k2')).toBeUndefined()
  expect(keyed.near('k1', 1)?.says).toBe(2)
  expect(keyed.near('k0', 1)?.says).toBe(1)
  const before = keyed.all()
  keyed.set({ key: 'k1', says: 9 })
  keyed.set({ key: 'k2', says: 3 })
  expect(keyed.all().map(({ says }) => says)).toEqual([1, 9])
  expect(before.map(({ says }) => says)).toEqual([1, 2])
})
