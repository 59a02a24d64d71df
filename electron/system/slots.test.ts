import { expect, test } from 'vitest'
import { sharedSlots } from './slots'

test('those who share slots take turns, each with its tasks in their order, and never too many run', async () => {
  const way = sharedSlots(2)
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
