import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { settingsFile } from './settings-file'

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-settings-'))
})
afterEach(() => removeFolder(home))
const settings = () => settingsFile(openDataFolder(path.join(home, 'data')))

test('an account has the name that was given last, and none once an empty one was given', async () => {
  const file = settings()
  await file.nameAccounts({ '111122223333': 'payments' })
  await Promise.all([
    file.nameAccounts({ '444455556666': 'dev' }),
    file.nameAccounts({ '111122223333': 'payments-prod' }),
  ])
  expect((await settings().load()).accountNames).toEqual({
    '111122223333': 'payments-prod',
    '444455556666': 'dev',
  })
  await file.nameAccounts({ '111122223333': '' })
  expect((await settings().load()).accountNames).toEqual({ '444455556666': 'dev' })
  expect((await settings().load()).theme).toBe('system')
})

test('no more accounts are named than anybody names by hand, and the names that are there stay', async () => {
  const file = settings()
  const accounts = Array.from({ length: 1_000 }, (_, at) => String(100_000_000_000 + at))
  await file.nameAccounts(Object.fromEntries(accounts.map((account) => [account, 'one of ours'])))
  expect(await file.nameAccounts({ '111122223333': 'one more' })).toMatchObject({
    fault: { message: '1,000 accounts are named, and no more can be.' },
  })
  // Another name, and none, they can have all the same.
  await file.nameAccounts({ [accounts[0] ?? '']: 'another', [accounts[1] ?? '']: '' })
  const { accountNames } = await settings().load()
  expect([accountNames[accounts[0] ?? ''], Object.keys(accountNames).length]).toEqual(['another', 999])
})

test('of two choices made at once the last one counts', async () => {
  const file = settings()
  for (let round = 0; round < 60; round += 1) {
    const values = round % 2 === 0 ? ['light', 'dark'] : ['dark', 'light']
    await Promise.all(values.map((value) => file.save({ key: 'theme', value })))
    expect((await file.load()).theme).toBe(values[1])
  }
})

test('a window that knew the settings goes on with them while the file cannot be read, guards all contexts, and writes none', async () => {
  const file = settings()
  await file.markProduction([{ kind: 'context', pattern: 'prod' }], true)
  await file.save({ key: 'theme', value: 'dark' })
  const place = path.join(home, 'data/settings.json')
  const whole = await readFile(place, 'utf8')
  await writeFile(place, '{')
  expect(await file.load()).toMatchObject({
    theme: 'dark',
    production: [{ pattern: 'prod' }, { kind: 'unread', pattern: place }],
    unattended: 'refuse',
  })
  const unreadable = { ok: false, fault: { code: 'settings-unreadable' } }
  expect([await file.read(), await file.save({ key: 'theme', value: 'light' })]).toMatchObject([
    unreadable,
    unreadable,
  ])
  expect(await file.follow([{ was: 'prod', is: 'other', stays: false }])).toMatchObject(unreadable)
  expect(await readFile(place, 'utf8')).toBe('{')
  await writeFile(place, whole)
  expect((await file.load()).production).toEqual([{ kind: 'context', pattern: 'prod' }])
})
