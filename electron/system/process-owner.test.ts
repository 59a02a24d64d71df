import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bootIdOf, ownerState, sweepLeftovers, temporaryName, thisOwner } from './process-owner'

test('a process from before the machine started again, or whose pid is used again, is gone; another host’s is unknown', () => {
  const me = thisOwner()
  expect(ownerState(me)).toBe('alive')
  expect(ownerState({ ...me, bootId: 'another' })).toBe('gone')
  expect(ownerState({ ...me, startTime: '1' })).toBe('gone')
  expect(ownerState({ ...me, host: 'elsewhere', bootId: 'another' })).toBe('unknown')
  expect(ownerState({ ...me, host: 'elsewhere', bootId: '' })).toBe('unknown')
  expect(ownerState({ ...me, namespace: 'pid:[1]' })).toBe('unknown')
})

test('a machine that was renamed since is the same one as long as it runs', async () => {
  const named = { ...thisOwner(), host: 'named-otherwise' }
  expect(ownerState(named)).toBe('alive')
  expect(ownerState({ ...named, pid: 4_999_999 })).toBe('gone')
  expect(ownerState({ ...named, pid: 4_999_999, namespace: 'pid:[1]' })).toBe('unknown')
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-owner-'))
  const dead = temporaryName('config')
    .replace(/-[0-9a-f]{8}([0-9a-f]{8})-/, '-00000000$1-')
    .replace(/-\d+-(\d+)-([0-9a-f]{12}\.tmp)$/, '-4999999-$1-$2')
  const elsewhere = dead.replace(/-(0{8}[0-9a-f]{8})-[0-9a-f]{8}-/, '-$1-11111111-')
  for (const name of [dead, elsewhere]) writeFileSync(join(folder, name), '')
  expect(await sweepLeftovers(folder)).toEqual([dead])
  rmSync(folder, { recursive: true, force: true })
})

test('the boot id of macOS is what sysctl says, and none where it says nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-owner-'))
  const sysctl = join(folder, 'sysctl')
  expect(bootIdOf('darwin', sysctl)).toBe('')
  writeFileSync(sysctl, '#!/bin/sh\necho "$*"\n', { mode: 0o755 })
  expect(bootIdOf('darwin', sysctl)).toBe('-n kern.bootsessionuuid')
  expect(bootIdOf('linux')).toMatch(/^[0-9a-f-]{36}$/)
  expect(bootIdOf('win32', sysctl)).toBe(bootIdOf('linux'))
  rmSync(folder, { recursive: true, force: true })
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
