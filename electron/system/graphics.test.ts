import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { drawsInSoftware } from './graphics'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-devices-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each(['dri/card0', 'dri/renderD128', 'nvidiactl', 'dxg'])(
  'a Linux with the device %s draws with it',
  async (device) => {
    await mkdir(join(folder, 'dri'))
    await writeFile(join(folder, device), '')
    expect(drawsInSoftware('linux', folder)).toBe(false)
  },
)

test('a Linux without any draws in software from the start', async () => {
  await writeFile(join(folder, 'null'), '')
  expect(drawsInSoftware('linux', folder)).toBe(true)
  // As on a virtual machine whose card has no driver: the folder is there, and no card.
  await mkdir(join(folder, 'dri', 'by-path'), { recursive: true })
  expect(drawsInSoftware('linux', folder)).toBe(true)
})

test('what cannot be told, and another system, is left to Chromium', async () => {
  expect(drawsInSoftware('linux', join(folder, 'nowhere'))).toBe(false)
  expect(drawsInSoftware('darwin', folder)).toBe(false)
  expect(drawsInSoftware('win32', folder)).toBe(false)
  // Something that is no folder stands there.
  await writeFile(join(folder, 'dri'), '')
  expect(drawsInSoftware('linux', folder)).toBe(false)
})
