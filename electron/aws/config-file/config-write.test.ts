/** The AWS config file on a real disk: what others do in between, and what stands in the way. */
import { link, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyToDisk } from '../../kubeconfig/disk/apply-to-disk'
import { planUndo, undoWrite } from '../../kubeconfig/disk/undo'
import type { FileWriteOptions } from '../../kubeconfig/disk/write-files'
import { openHistory } from '../../kubeconfig/disk/write-history'
import { configBack } from './config-undo'
import { type ConfigFile, editedConfig } from './config-write'

let folder: string
let config: string
const before = '[profile a]\nregion = x\n\n[profile b]\nregion = y\n'
const edit = { kind: 'set-profile-key', profile: 'a', key: 'region', value: 'new' } as const

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ekscope-config-write-'))
  config = path.join(folder, 'config')
  await writeFile(config, before, { mode: 0o640 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const options = (more: Partial<FileWriteOptions> = {}): FileWriteOptions => ({
  by: 'terminal',
  history: openHistory(path.join(folder, 'history')),
  journal: path.join(folder, 'journal'),
  ...more,
})
/** The file alone. */
const writeConfig = (more: FileWriteOptions, beside: ConfigFile) =>
  applyToDisk({ ...more, list: [], edits: [], titles: [], beside })
const write = (more?: Partial<FileWriteOptions>) =>
  writeConfig(options(more), editedConfig(config, [edit], { sections: [] }))
const text = () => readFile(config, 'utf8')

test('what aws writes between our reading and our rename stays, and nothing is remembered of ours', async () => {
  const theirs = before.replace('region = y', 'region = theirs')
  const written = await write({
    hook: async (step) => {
      if (step === 'temp-synced') await writeFile(config, theirs)
    },
  })
  expect(written).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
  expect(await text()).toBe(theirs)
  expect(await options().history.list()).toEqual([])
})

test('mode and other names of the file stay, or it is written in place once that is permitted', async () => {
  expect(await write()).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect((await stat(config)).mode & 0o777).toBe(0o640)
  const twin = path.join(folder, 'twin')
  await link(config, twin)
  const again = { ...edit, value: 'third' }
  const third = editedConfig(config, [again], { sections: [] })
  const asked = await writeConfig(options(), third)
  expect(asked).toMatchObject({
    ok: true,
    value: { kind: 'obstructed', obstacles: [{ reason: 'hard-link' }] },
  })
  const inPlace = options({ inPlace: [config] })
  const done = await writeConfig(inPlace, third)
  expect(done).toMatchObject({ ok: true, value: { files: [{ way: 'in-place' }] } })
  expect(await readFile(twin, 'utf8')).toBe(before.replace('region = x', 'region = third'))
  const id = done.ok && done.value.kind === 'written' ? done.value.historyId : ''
  const [file] = (await inPlace.history.get(id))?.files ?? []
  if (file === undefined) throw new Error('nothing was recorded')
  const back = await configBack(inPlace.history, 'undo', id, file)
  if (!back.ok) throw new Error('no way back')
  const undo = { way: 'undo', id, beside: back.value.file } as const
  const shown = await planUndo({ ...inPlace, list: [] }, undo)
  await writeFile(config, `${await text()}# theirs\n`)
  // Shown before: what is written would be something else.
  const revisions = shown.ok ? shown.value.revisions : []
  expect(await undoWrite({ ...inPlace, list: [] }, { ...undo, revisions })).toMatchObject({
    ok: false,
    fault: { code: 'changed-on-disk' },
  })
  expect(await undoWrite({ ...inPlace, list: [] }, undo)).toMatchObject({
    ok: true,
    value: { kind: 'written' },
  })
  expect(await readFile(twin, 'utf8')).toBe(`${before.replace('region = x', 'region = new')}# theirs\n`)
})

test('another Ekscope’s lock is waited for, and a foreign one is never removed', async () => {
  await writeFile(`${config}.lock`, '')
  expect(await write({ lockWaitMs: 50 })).toMatchObject({ ok: false, fault: { code: 'locked' } })
  expect([await text(), await readFile(`${config}.lock`, 'utf8')]).toEqual([before, ''])
})

test('bytes that are no UTF-8 are left alone', async () => {
  await writeFile(config, Buffer.concat([Buffer.from(before), Buffer.from([0xff])]))
  expect(await write()).toMatchObject({ ok: false, fault: { message: expect.stringContaining('not UTF-8') } })
})
