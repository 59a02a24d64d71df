import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { thisOwner } from '../../system/process-owner'
import { bundled } from '../../testing/bundle'
import { acquireLocks, lingerMs, lockSeen, removeLock } from './kubeconfig-lock'

const run = promisify(execFile)
let folder = ''
let file = ''
let writer = ''
const children: ChildProcess[] = []

beforeAll(async () => {
  writer = await bundled('electron/testing/lock-writer.ts')
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-lock-'))
  file = join(folder, 'config')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function take(list = [file], waitMs = 0) {
  return await acquireLocks({ list, writes: list, waitMs })
}

describe('the lock is the one that kubectl takes', () => {
  test('while we hold it, kubectl refuses to write; afterwards it writes', async () => {
    writeFileSync(file, 'apiVersion: v1\nkind: Config\n')
    const locks = await take()
    if (!locks.ok) throw new Error(locks.fault.message)
    const command = ['--kubeconfig', file, 'config', 'set-context', 'x', '--namespace', 'web']
    expect(() => execFileSync('kubectl', command, { stdio: 'pipe' })).toThrow(/lock/)
    await locks.value.release()
    execFileSync('kubectl', command, { stdio: 'pipe' })
    expect(readFileSync(file, 'utf8')).toContain('namespace: web')
  })

  test('every file of the list is locked, sorted, and the real path of a symlink too', async () => {
    const real = join(folder, 'real')
    mkdirSync(real)
    writeFileSync(join(real, 'there'), '')
    symlinkSync(join(real, 'there'), join(folder, 'b'))
    const locks = await take([join(folder, 'c'), join(folder, 'b'), join(folder, 'a')])
    if (!locks.ok) throw new Error(locks.fault.message)
    const paths = [
      join(folder, 'a.lock'),
      join(folder, 'b.lock'),
      join(folder, 'c.lock'),
      join(real, 'there.lock'),
    ]
    expect(paths.every((path) => existsSync(path))).toBe(true)
    await locks.value.release()
    expect(paths.some((path) => existsSync(path))).toBe(false)
  })

  test('two names for one file in one folder do not make us wait for ourselves', async () => {
    symlinkSync(folder, `${folder}-link`)
    try {
      const locks = await take([file, join(`${folder}-link`, 'config')])
      expect([locks.ok, existsSync(`${file}.lock`)]).toEqual([true, true])
      if (locks.ok) await locks.value.release()
    } finally {
      rmSync(`${folder}-link`)
    }
  })

  test('a file of the list whose folder is not there needs no lock unless it is written', async () => {
    const missing = join(folder, 'no', 'such')
    const read = await acquireLocks({ list: [missing, file], writes: [file], waitMs: 0 })
    expect([read.ok, existsSync(`${file}.lock`)]).toEqual([true, true])
    if (read.ok) await read.value.release()
    const write = await take([missing])
    expect(!write.ok && write.fault).toMatchObject({
      code: 'not-writable',
      next: expect.stringContaining('mkdir -p'),
    })
  })
})

describe('a lock in the way', () => {
  test('an empty one is never removed: the refusal names path, age and the rm to run', async () => {
    writeFileSync(`${file}.lock`, '', { mode: 0 })
    const hourAgo = Date.now() / 1_000 - 3 * 3_600
    utimesSync(`${file}.lock`, hourAgo, hourAgo)
    const locks = await take([file], 30)
    expect(!locks.ok && locks.fault.code).toBe('locked')
    expect(!locks.ok && locks.fault.message).toContain('for 3 h')
    expect(!locks.ok && locks.fault.next).toContain(`rm ${file}.lock`)
    expect(existsSync(`${file}.lock`)).toBe(true)
    // All or none: the one before it is given back.
    expect((await take([join(folder, 'a'), file], 30)).ok).toBe(false)
    expect(readdirSync(folder)).toEqual(['config.lock'])
  })

  test('another program’s content is never removed either', async () => {
    writeFileSync(
      `${file}.lock`,
      JSON.stringify({ program: 'other', id: 'x', owner: { ...thisOwner(), pid: 999_999_9 } }),
    )
    expect((await take([file], 20)).ok).toBe(false)
    expect(existsSync(`${file}.lock`)).toBe(true)
  })

  test('ours is taken over when its process is gone', async () => {
    const child = spawn(process.execPath, [writer, 'hold', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout, 'data')
    const whileAlive = await take([file], 40)
    expect(!whileAlive.ok && whileAlive.fault.message).toContain('another Ekscope')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(existsSync(`${file}.lock`)).toBe(true)
    const locks = await take([file], 5_000)
    expect(locks.ok && (await locks.value.stillHeld())).toBe(true)
    if (locks.ok) await locks.value.release()
    expect(readdirSync(folder)).toEqual([])
  })

  test('many that find the same stale lock end with one holder at a time', async () => {
    const dead = { program: 'ekscope', id: 'dead', owner: { ...thisOwner(), bootId: 'before' } }
    writeFileSync(`${file}.lock`, JSON.stringify(dead))
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const locks = await take([file], 20_000)
        if (!locks.ok) throw new Error(locks.fault.message)
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setTimeout(resolve, 2))
        inside--
        await locks.value.release()
      }),
    )
    expect(most).toBe(1)
  })

  test('the user can have a foreign one removed, but not one of a living Ekscope', async () => {
    writeFileSync(`${file}.lock`, '')
    const remove = async () =>
      removeLock(`${file}.lock`, (await lockSeen(`${file}.lock`, Date.now()))?.stamp ?? '')
    expect(await remove()).toEqual({ ok: true, value: null })
    // Gone already.
    expect(await remove()).toEqual({ ok: true, value: null })
    const locks = await take()
    expect(await remove()).toMatchObject({
      ok: false,
      fault: {
        code: 'locked',
        message: `${file}.lock is held by Ekscope, process ${process.pid}, which is running: the lock was not removed.`,
      },
    })
    if (locks.ok) await locks.value.release()
  })

  test('where it cannot be made, the refusal says why and what to do', async () => {
    // Its name would be longer than a file system takes.
    const long = join(folder, 'x'.repeat(255))
    expect(await acquireLocks({ list: [], writes: [long], waitMs: 0 })).toMatchObject({
      ok: false,
      fault: {
        code: 'not-writable',
        message: expect.stringContaining('(ENAMETOOLONG)'),
        next: expect.stringContaining('ls -ld'),
      },
    })
  })

  test('waiting reports its progress and ends when it is cancelled', async () => {
    writeFileSync(`${file}.lock`, '')
    const stop = new AbortController()
    const seen: string[] = []
    const locks = await acquireLocks(
      {
        list: [file],
        writes: [file],
        onWait: (progress) => {
          seen.push(progress.path)
          if (seen.length === 3) stop.abort()
        },
      },
      stop.signal,
    )
    expect(!locks.ok && locks.fault.code).toBe('cancelled')
    expect(seen).toEqual(Array(3).fill(`${file}.lock`))
  })

  test('it is waited for a minute, and no longer', async () => {
    writeFileSync(`${file}.lock`, '')
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const began = Date.now()
      const waited: number[] = []
      const onWait = ({ waitedMs }: { waitedMs: number }) => {
        waited.push(waitedMs)
        vi.setSystemTime(began + (waited.length === 1 ? 59_999 : 60_000))
      }
      const locks = await acquireLocks({ list: [file], writes: [file], onWait })
      expect(!locks.ok && locks.fault.code).toBe('locked')
      expect(waited).toEqual([0, 59_999])
    } finally {
      vi.useRealTimers()
    }
  })

  test('one that was replaced by hand while we held ours is noticed and not deleted', async () => {
    const locks = await take()
    if (!locks.ok) throw new Error(locks.fault.message)
    writeFileSync(`${file}.lock`, 'another program')
    expect(await locks.value.stillHeld()).toBe(false)
    await locks.value.release()
    expect(existsSync(`${file}.lock`)).toBe(true)
  })
})

const adding = process.env.EKSCOPE_FULL === '1' ? 50 : 16
test(`${adding} processes that each add a line under the lock all find theirs at the end`, async () => {
  writeFileSync(file, '')
  await Promise.all(
    Array.from({ length: adding }, (_, i) => run(process.execPath, [writer, 'append', file, `line-${i}`])),
  )
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(new Set(lines)).toEqual(new Set(Array.from({ length: adding }, (_, i) => `line-${i}`)))
  expect(readdirSync(folder)).toEqual(['config'])
}, 60_000)

test('the lock is held on after a rename for 60 ms and 150 ms per MB, at most 300 ms', () => {
  expect(lingerMs(0)).toBe(60)
  expect(lingerMs(1_000_000)).toBe(210)
  expect(lingerMs(21_000_000)).toBe(300)
})
