import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { replaceFile } from '../../testing/replace-file'
import { prepare, readForWriting, revisionOf, type StepHook } from './replace'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-replace-'))
  file = join(folder, 'config')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function write(path: string, text: string, way: 'rename' | 'in-place' = 'rename', hook?: StepHook) {
  const state = await readForWriting(path)
  if (!state.ok) return state
  return await replaceFile(state.value, Buffer.from(text), { inPlace: way === 'in-place', hook })
}

test('known bytes are given where the file holds exactly these, else what it holds', async () => {
  const bytes = Buffer.alloc(2_500_000, 'what was read before\n')
  const known = { bytes, revision: 'known' }
  const read = async (content: Buffer) => {
    writeFileSync(file, content)
    const state = await readForWriting(file, known)
    return state.ok ? state.value : null
  }
  expect((await read(bytes))?.bytes).toBe(bytes)
  expect(await read(bytes)).toMatchObject({ revision: 'known' })
  const last = Buffer.from(bytes)
  last[last.length - 1] = 0x20
  for (const content of [
    last,
    bytes.subarray(1),
    Buffer.concat([bytes, bytes.subarray(0, 1)]),
    Buffer.alloc(0),
  ]) {
    const state = await read(content)
    expect(state?.bytes?.equals(content)).toBe(true)
    expect(state?.revision).toBe(revisionOf(content))
  }
})

describe('replacing by rename', () => {
  test('keeps mode and owner, and leaves nothing beside the file', async () => {
    writeFileSync(file, 'old')
    chmodSync(file, 0o640)
    if (process.getuid?.() === 0) chownSync(file, 65534, 65534)
    const before = statSync(file)
    expect(await write(file, 'new')).toMatchObject({ ok: true, value: { kind: 'replaced', way: 'rename' } })
    const after = statSync(file)
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid])
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['config'])
  })

  test('a symlink stays a symlink: the file behind it is replaced', async () => {
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real', 'there'), 'old')
    symlinkSync('real/there', file)
    await write(file, 'new')
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real', 'there'), 'utf8')).toBe('new')
  })

  test('a new file is born with 0600, its folder with 0700', async () => {
    const path = join(folder, 'new', 'config')
    expect(await write(path, 'x')).toMatchObject({ ok: true, value: { way: 'created' } })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700)
  })

  test('no other user can reach the new file before it has the place of the old one', async () => {
    writeFileSync(file, 'old')
    chmodSync(file, 0o644)
    const modes: number[] = []
    await write(file, 'new', 'rename', () => {
      for (const name of readdirSync(folder).filter((one) => one.endsWith('.tmp')))
        modes.push(statSync(join(folder, name)).mode & 0o777)
    })
    expect(modes.length).toBeGreaterThan(4)
    expect(new Set(modes)).toEqual(new Set([0o700]))
  })

  test('what another program writes while we write is kept', async () => {
    writeFileSync(file, 'old')
    const result = await write(file, 'new', 'rename', (step) => {
      if (step === 'temp-synced') writeFileSync(file, 'theirs')
    })
    expect(result).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
    expect(readFileSync(file, 'utf8')).toBe('theirs')
    expect(readdirSync(folder)).toEqual(['config'])
  })
})

describe('what is never written', () => {
  test('a folder, a pipe, a device, a dangling link', async () => {
    mkdirSync(file)
    expect(await write(file, 'x')).toMatchObject({ ok: false, fault: { code: 'not-allowed' } })
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await write(join(folder, 'pipe'), 'x')).toMatchObject({
      ok: false,
      fault: { code: 'not-allowed' },
    })
    expect(await write('/dev/null', 'x')).toMatchObject({ ok: false, fault: { code: 'not-allowed' } })
    symlinkSync('nowhere', join(folder, 'link'))
    expect(await write(join(folder, 'link'), 'x')).toMatchObject({ ok: false, fault: { code: 'not-found' } })
  })

  test('anything over 64 MiB', async () => {
    writeFileSync(file, '')
    truncateSync(file, 64 * 1024 * 1024 + 1)
    expect(await write(file, 'x')).toMatchObject({ ok: false, fault: { code: 'not-allowed' } })
  })
})

describe('where a rename cannot be', () => {
  test('a hard link is reported, and written in place when asked: both names show the new text', async () => {
    writeFileSync(file, 'old text')
    linkSync(file, join(folder, 'other'))
    expect(await write(file, 'new')).toMatchObject({
      ok: true,
      value: { kind: 'obstructed', reasons: ['hard-link'] },
    })
    expect(readFileSync(file, 'utf8')).toBe('old text')
    expect(await write(file, 'new', 'in-place')).toMatchObject({ ok: true, value: { way: 'in-place' } })
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('new')
    let grown = ''
    await write(file, 'longer than before', 'in-place', (step) => {
      if (step === 'in-place-grown') grown = readFileSync(file, 'utf8')
    })
    // What is beyond the old end came first, while the old text was whole.
    expect(grown).toBe('newger than before')
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('longer than before')
  })
})

test('a vanished folder is an error that says what to do', async () => {
  writeFileSync(file, 'old')
  const state = await readForWriting(file)
  if (!state.ok) throw new Error(state.fault.message)
  rmSync(folder, { recursive: true })
  const result = await replaceFile(state.value, Buffer.from('new'))
  expect(result).toMatchObject({
    ok: false,
    fault: { code: 'not-found', next: expect.stringContaining('mkdir -p') },
  })
  expect(existsSync(folder)).toBe(false)
})

test('a file that is read piece by piece has its bytes and their hash, however long it is', async () => {
  for (const length of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20]) {
    const bytes = Buffer.alloc(length, 'piece by piece, ')
    writeFileSync(file, bytes)
    const state = await readForWriting(file)
    expect(state).toMatchObject({ ok: true, value: { revision: revisionOf(bytes) } })
    expect(state.ok && state.value.bytes?.equals(bytes)).toBe(true)
  }
})

test('a file that says another length than it has is read to its end', async () => {
  const state = await readForWriting('/proc/self/cmdline')
  expect(state.ok && state.value.bytes?.equals(readFileSync('/proc/self/cmdline'))).toBe(true)
})

test('what was made ready for a new file goes, with the folder that was made for it', async () => {
  const state = await readForWriting(join(folder, 'new', 'config'))
  const ready = state.ok ? await prepare(state.value, Buffer.from('new')) : state
  if (!ready.ok) throw new Error(JSON.stringify(ready))
  expect(readdirSync(join(folder, 'new'))).toHaveLength(1)
  await ready.value.discard()
  expect(readdirSync(folder)).toEqual([])
})
