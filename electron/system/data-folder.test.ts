import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Fault, ok } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { bundled, removeFolder } from '../testing/bundle'
import { type DataFileKind, openDataFolder } from './data-folder'
import { dataFolderPath } from './data-folder-path'
import { lockTextOf } from './lock-file'
import { temporaryName, thisOwner } from './process-owner'

const counters: DataFileKind<Readonly<Record<string, number>>> = {
  name: 'counters.json',
  version: 2,
  schema: v.record(v.string(), v.number()),
  empty: {},
}

let base: string
let folder: string
beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'ekscope-data-'))
  folder = path.join(base, 'state', 'ekscope')
})
afterEach(() => removeFolder(base))

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

describe('where the folder is', () => {
  const place = (platform: NodeJS.Platform, variables: Record<string, string>) =>
    dataFolderPath({ variables, platform, home: '/home/ada' })

  test('EKSCOPE_HOME wins everywhere', () => {
    expect(place('linux', { EKSCOPE_HOME: '/data/e', XDG_STATE_HOME: '/x' })).toBe('/data/e')
    expect(place('darwin', { EKSCOPE_HOME: '/data/e' })).toBe('/data/e')
    expect(place('win32', { EKSCOPE_HOME: '/data/e', LOCALAPPDATA: '/l' })).toBe('/data/e')
  })
  test('Linux keeps state where the XDG base directories say, and ignores a relative one', () => {
    expect(place('linux', {})).toBe('/home/ada/.local/state/ekscope')
    expect(place('linux', { XDG_STATE_HOME: '/x' })).toBe('/x/ekscope')
    expect(place('linux', { XDG_STATE_HOME: 'x' })).toBe('/home/ada/.local/state/ekscope')
  })
  test('macOS and Windows keep it where their programs keep theirs', () => {
    expect(place('darwin', {})).toBe('/home/ada/Library/Application Support/Ekscope')
    expect(place('win32', { LOCALAPPDATA: '/l' })).toBe(path.join('/l', 'Ekscope'))
    expect(place('win32', {})).toBe(path.join('/home/ada', 'AppData', 'Local', 'Ekscope'))
  })
})

describe('a file of the folder', () => {
  test('reading one that is not there gives the empty value and makes nothing', async () => {
    expect(await openDataFolder(folder).file(counters).load()).toEqual({ value: {}, problem: null })
    expect(await readdir(base)).toEqual([])
  })

  test('the folder is 0700 and its files 0600, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      expect(
        (
          await openDataFolder(folder)
            .file(counters)
            .update(() => ({ a: 1 }))
        ).ok,
      ).toBe(true)
    } finally {
      process.umask(before)
    }
    expect(await modeOf(folder)).toBe(0o700)
    expect(await modeOf(path.join(folder, 'counters.json'))).toBe(0o600)
    expect(await readdir(folder)).toEqual(['counters.json'])
  })

  test('what one writes, another reads at its next load', async () => {
    const one = openDataFolder(folder).file(counters)
    const other = openDataFolder(folder).file(counters)
    await one.update(() => ({ a: 1 }))
    expect((await other.load()).value).toEqual({ a: 1 })
    await one.update((now) => ({ ...now, b: 2 }))
    expect((await other.load()).value).toEqual({ a: 1, b: 2 })
    expect((await other.load()).value).toBe((await other.load()).value)
  })

  test.each([
    ['cut off', '{"version":2,"content":{"a":1'],
    ['of another shape', '{"version":2,"content":{"a":"one"}}'],
    ['without a version', '{"a":1}'],
    ['of an old version', '{"version":1,"content":{"a":1}}'],
    ['not JSON', '\u0000\u0001'],
  ])('one that is %s is set aside, reported, and kept', async (_, text) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(path.join(folder, 'counters.json'), text)
    const loaded = await openDataFolder(folder).file(counters).load()
    expect(loaded.value).toEqual({})
    expect(loaded.problem?.message).toMatch(
      /could not be understood and was set aside as counters\.json\.broken-/,
    )
    const [aside = ''] = await readdir(folder)
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(text)
  })

  test('a broken one is kept also when the first thing done is a write', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(path.join(folder, 'counters.json'), 'not json')
    expect(
      await openDataFolder(folder)
        .file(counters)
        .update(() => ({ a: 1 })),
    ).toEqual({
      ok: true,
      value: { a: 1 },
    })
    const names = await readdir(folder)
    expect(names).toHaveLength(2)
    expect(names.some((name) => name.startsWith('counters.json.broken-'))).toBe(true)
  })

  test('one that a newer Ekscope wrote is neither used nor touched', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const text = '{"version":3,"content":{"a":{"more":1}}}'
    await writeFile(path.join(folder, 'counters.json'), text)
    const file = openDataFolder(folder).file(counters)
    expect((await file.load()).problem?.message).toMatch(/newer Ekscope/)
    expect(await file.update(() => ({ a: 1 }))).toMatchObject({ ok: false, fault: { code: 'conflict' } })
    expect(await readFile(path.join(folder, 'counters.json'), 'utf8')).toBe(text)
  })

  test('a pipe in its place does not hang the program', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await new Promise((resolve) =>
      spawn('mkfifo', [path.join(folder, 'counters.json')]).once('close', resolve),
    )
    expect((await openDataFolder(folder).file(counters).load()).problem?.message).toMatch(/set aside/)
  })

  test('a folder that others share is refused and keeps its mode', async () => {
    const shared = path.join(base, 'shared')
    await mkdir(shared)
    await chmod(shared, 0o1777)
    const done = await openDataFolder(shared)
      .file(counters)
      .update(() => ({ a: 1 }))
    expect(done).toMatchObject({ ok: false, fault: { code: 'not-writable' } })
    expect((await stat(shared)).mode & 0o7777).toBe(0o1777)
  })

  test('a folder that holds more than what is ours is not closed to others, nor written to while it is open', async () => {
    const foreign = path.join(base, 'foreign')
    await mkdir(foreign)
    await chmod(foreign, 0o755)
    await writeFile(path.join(foreign, 'notes.txt'), 'mine')
    const update = () =>
      openDataFolder(foreign)
        .file(counters)
        .update(() => ({ a: 1 }))
    expect(await update()).toMatchObject({ ok: false, fault: { code: 'not-writable' } })
    expect((await stat(foreign)).mode & 0o7777).toBe(0o755)
    await chmod(foreign, 0o700)
    expect(await update()).toMatchObject({ ok: true })
  })

  test('what a killed write of ours left in it is no reason to refuse it', async () => {
    await mkdir(folder, { recursive: true, mode: 0o755 })
    await writeFile(path.join(folder, temporaryName('counters.json')), '')
    await chmod(folder, 0o755)
    const done = await openDataFolder(folder)
      .file(counters)
      .update(() => ({ a: 1 }))
    expect(done).toMatchObject({ ok: true })
    expect(await modeOf(folder)).toBe(0o700)
  })

  test('a file where the folder should be is a refusal with a next step', async () => {
    await writeFile(path.join(base, 'state'), '')
    const done = await openDataFolder(folder)
      .file(counters)
      .update(() => ({ a: 1 }))
    expect(done).toMatchObject({ ok: false, fault: { code: 'not-writable' } })
    expect(done.ok ? '' : done.fault.next).toMatch(/EKSCOPE_HOME/)
  })
})

describe('what other users could have written', () => {
  const nobody = 65_534
  const isRoot = process.getuid?.() === 0
  const cases: readonly (readonly [string, boolean, () => Promise<void>, RegExp])[] = [
    [
      'a file of mode 666',
      false,
      () => chmod(path.join(folder, 'counters.json'), 0o666),
      /chmod 600 .*counters\.json/,
    ],
    ['a file of mode 620', false, () => chmod(path.join(folder, 'counters.json'), 0o620), /chmod 600/],
    ['a folder of mode 777', false, () => chmod(folder, 0o777), /chmod 700 .*ekscope`\.$/],
    ['a folder of mode 1777', false, () => chmod(folder, 0o1777), /chmod 700/],
    [
      'a link to a file in an open folder',
      false,
      async () => {
        const open = path.join(base, 'open')
        await mkdir(open)
        await rename(path.join(folder, 'counters.json'), path.join(open, 'x'))
        await symlink(path.join(open, 'x'), path.join(folder, 'counters.json'))
        await chmod(open, 0o777)
      },
      /chmod 700 .*open/,
    ],
    [
      "another user's file",
      true,
      () => chown(path.join(folder, 'counters.json'), nobody, nobody),
      /chown -R/,
    ],
    ["another user's folder", true, () => chown(folder, nobody, nobody), /EKSCOPE_HOME/],
  ]
  test.each(cases.filter(([, needsRoot]) => isRoot || !needsRoot))(
    '%s is not believed, and it is said once what to do',
    async (_, __, expose, remedy) => {
      const said: Fault[] = []
      const opened = openDataFolder(folder, { onExposed: (exposed) => said.push(exposed) })
      const file = opened.file(counters)
      await file.update(() => ({ a: 1 }))
      expect((await file.load()).value).toEqual({ a: 1 })
      await expose()
      const before = await readFile(path.join(folder, 'counters.json'), 'utf8')
      expect(await file.load()).toMatchObject({
        value: {},
        problem: { message: expect.stringContaining('does not count') },
      })
      await opened.file(counters).load()
      expect(said).toMatchObject([{ next: expect.stringMatching(remedy) }])
      expect(await readFile(path.join(folder, 'counters.json'), 'utf8')).toBe(before)
    },
  )

  test('one that is closed again counts again, and meanwhile no write replaces it', async () => {
    const file = openDataFolder(folder).file(counters)
    await file.update(() => ({ a: 1 }))
    await chmod(file.path, 0o666)
    expect(await file.update(() => ({ b: 2 }))).toMatchObject({
      ok: false,
      fault: { code: 'not-writable', next: expect.stringContaining('chmod 600') },
    })
    await chmod(file.path, 0o600)
    expect((await file.load()).value).toEqual({ a: 1 })
  })
})

describe('several writers', () => {
  test('fifty updates at once in one process all arrive', async () => {
    // However slow the machine is: none of them gives up.
    const files = [1, 2, 3, 4, 5].map(() => openDataFolder(folder, { lockWaitMs: 50_000 }).file(counters))
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        files[n % 5]?.update((now) => ({ ...now, [`k${n}`]: n, sum: (now.sum ?? 0) + 1 })),
      ),
    )
    const { value } = await openDataFolder(folder).file(counters).load()
    expect(value.sum).toBe(50)
    expect(Object.keys(value)).toHaveLength(51)
  })

  test.skipIf(!full)(
    'updates of six processes at once all arrive, and one killed while holding the lock stops none of them',
    async () => {
      const program = await bundled('electron/testing/count-up.ts')
      const run = (...args: string[]) =>
        new Promise<number | null>((resolve) => {
          spawn(process.execPath, [program, folder, ...args], { stdio: 'inherit' }).once('close', resolve)
        })
      expect(await run('die')).toBe(null)
      expect(await readdir(folder)).toContain('lock')
      expect(await Promise.all(Array.from({ length: 6 }, () => run('25')))).toEqual([0, 0, 0, 0, 0, 0])
      expect((await openDataFolder(folder).file(counters).load()).value).toEqual({ sum: 150 })
    },
  )

  test('what a killed process left in the folder is removed before the first write, its lock too', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const owner = { ...thisOwner(), pid: dead, startTime: '' }
    const left = temporaryName('trust.json', owner)
    const living = temporaryName('trust.json')
    for (const name of [left, living]) await writeFile(path.join(folder, name), 'x')
    await writeFile(path.join(folder, 'lock'), JSON.stringify({ program: 'ekscope', id: 'x', owner }))
    expect(await openDataFolder(folder).ensure()).toEqual(ok(null))
    expect(await readdir(folder)).toEqual([living])
  })

  test('a lock that a living process holds is waited for, then reported', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const owner = lockTextOf('x')
    await writeFile(path.join(folder, 'lock'), owner)
    const done = await openDataFolder(folder, { lockWaitMs: 60 })
      .file(counters)
      .update(() => ({ a: 1 }))
    expect(done).toMatchObject({ ok: false, fault: { code: 'locked' } })
    expect(await readFile(path.join(folder, 'lock'), 'utf8')).toBe(owner)
    // What only spares work does not keep a prompt waiting.
    const spare = openDataFolder(folder).file({ ...counters, mayBeLost: true })
    expect(await spare.update(() => ({ a: 1 }))).toEqual(ok({ a: 1 }))
    expect(await openDataFolder(folder).file(counters).load()).toMatchObject({ value: { a: 1 } })
  })

  test.each([
    ['a folder', (lock: string) => mkdir(lock)],
    ['a link to nowhere', (lock: string) => symlink('/nonexistent/lock', lock)],
    ['a link to a device', (lock: string) => symlink('/dev/zero', lock)],
    ['a pipe', async (lock: string) => void execFileSync('mkfifo', [lock])],
  ])('%s in the place of the lock is waited for no longer than a lock, and left alone', async (_, make) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const lock = path.join(folder, 'lock')
    await make(lock)
    const before = await lstat(lock)
    const done = await openDataFolder(folder, { lockWaitMs: 60 })
      .file(counters)
      .update(() => ({ a: 1 }))
    expect(done).toMatchObject({ ok: false, fault: { code: 'locked' } })
    expect((await lstat(lock)).ino).toBe(before.ino)
  })

  test('a file of a gigabyte is set aside unread', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = path.join(folder, 'counters.json')
    await writeFile(file, '{')
    await truncate(file, 1024 ** 3)
    const { value, problem } = await openDataFolder(folder).file(counters).load()
    expect(value).toEqual({})
    expect(problem?.message).toMatch(/could not be understood and was set aside/)
  })
})
