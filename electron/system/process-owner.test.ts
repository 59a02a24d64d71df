import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownerState, sweepLeftovers, temporaryName, thisOwner } from './process-owner'

test('a process from before the machine started again, or whose pid is used again, is gone; another host’s is unknown', () => {
  const me = thisOwner()
  expect(ownerState(me)).toBe('alive')
  expect(ownerState({ ...me, bootId: 'another' })).toBe('gone')
  expect(ownerState({ ...me, startTime: '1' })).toBe('gone')
  expect(ownerState({ ...me, host: 'elsewhere' })).toBe('unknown')
  expect(ownerState({ ...me, namespace: 'pid:[1]' })).toBe('unknown')
})

test('what a killed process left beside the file is swept, files of a living one and foreign files are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-owner-'))
  const mine = temporaryName('config')
  const dead = mine.replace(/-\d+-(\d+)-([0-9a-f]{12}\.tmp)$/, '-4999999-$1-$2')
  for (const name of [mine, dead, '.config.swp', '.config.ekscope.tmp']) writeFileSync(join(folder, name), '')
  expect(await sweepLeftovers(folder)).toEqual([dead])
  expect(readdirSync(folder).sort()).toEqual([mine, '.config.swp', '.config.ekscope.tmp'].sort())
  rmSync(folder, { recursive: true, force: true })
})
