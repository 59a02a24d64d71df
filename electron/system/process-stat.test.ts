import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseStat } from './process-stat'

const statOf = (name: string, state = 'R', flags = 4) =>
  `77 (${name}) ${state} 1 0 0 0 -1 ${flags} ${'0 '.repeat(12)}5 0 0\n`

test('a process may have any name', () => {
  for (const name of ['sh', 'a (b) c', ') R 9 9', '']) {
    expect(parseStat(statOf(name))).toEqual({
      pid: 77,
      parent: 1,
      group: 0,
      session: 0,
      foreground: -1,
      started: 5,
      living: true,
      kernelThread: false,
    })
  }
})

test('a zombie and a thread of the kernel do nothing any more; what is no stat is none', () => {
  expect(parseStat(statOf('sh', 'Z'))?.living).toBe(false)
  expect(parseStat(statOf('sh', 'S', 0x00200000))).toMatchObject({ living: false, kernelThread: true })
  expect(parseStat('nonsense')).toBeNull()
  expect(parseStat('')).toBeNull()
})

test.runIf(process.platform === 'linux')('the system itself writes it so', () => {
  const stat = parseStat(readFileSync('/proc/self/stat', 'utf8'))
  expect(stat).toMatchObject({ pid: process.pid, parent: process.ppid, living: true })
})
