import { expect, test } from 'vitest'
import { sharedSlots } from './slots'

test('a limit that changes holds from then on: what runs is not ended, and what waits begins', async () => {
  let size = 1
  const way = sharedSlots(() => size)()
  const ends: (() => void)[] = []
  const all = Array.from({ length: 6 }, () => way(() => new Promise<void>((resolve) => ends.push(resolve))))
  size = 3
  ends[0]?.()
  await expect.poll(() => ends.length).toBe(4)
  size = 1
  ends[1]?.()
  ends[2]?.()
  await all[2]
  expect(ends).toHaveLength(4)
  ends[3]?.()
  await expect.poll(() => ends.length).toBe(5)
  ends[4]?.()
  await expect.poll(() => ends.length).toBe(6)
  ends[5]?.()
  await Promise.all(all)
})

test('those who share slots take turns, each with its tasks in their order, and never too many run', async () => {
  const way = sharedSlots(() => 2)
  const [much, little] = [way(), way()]
  const begun: string[] = []
  const ends: (() => void)[] = []
  const task = (name: string) => () => {
    begun.push(name)
    return new Promise<void>((resolve) => ends.push(resolve))
  }
  const all = [
    ...[1, 2, 3, 4, 5].map((at) => much(task(`much ${at}`))),
    ...[1, 2].map((at) => little(task(`little ${at}`))),
  ]
  const running = () => begun.length - ended
  let ended = 0
  while (ended < all.length) {
    await expect.poll(() => running()).toBe(Math.min(2, all.length - ended))
    ends[ended++]?.()
  }
  await Promise.all(all)
  expect(begun).toEqual(['much 1', 'much 2', 'much 3', 'little 1', 'much 4', 'little 2', 'much 5'])
})
