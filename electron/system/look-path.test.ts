import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { realProgram, runProgram } from '../testing/real-programs'
import { leadsTo, lookUp } from './look-path'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-path-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function program(path: string, mode = 0o755): Promise<string> {
  const full = join(folder, path)
  await mkdir(join(full, '..'), { recursive: true })
  await writeFile(full, '#!/bin/sh\n')
  await chmod(full, mode)
  return full
}
/** The look that asks nothing of how safe the way is must find the same. */
async function look(command: string, ...path: string[]) {
  const variables = { PATH: path.join(':') }
  const found = await lookUp(command, variables)
  expect(await leadsTo(command, variables)).toBe(found.kind === 'found' ? found.path : null)
  return found
}

test('the first folder of PATH that has the program wins', async () => {
  const first = await program('one/aws')
  await program('two/aws')
  expect(await look('aws', join(folder, 'one'), join(folder, 'two'))).toEqual({
    kind: 'found',
    path: first,
    doubts: [],
    safe: null,
  })
})

test('a file that is not executable, or a folder of that name, is passed over', async () => {
  await program('one/aws', 0o644)
  await mkdir(join(folder, 'two/aws'), { recursive: true })
  const third = await program('three/aws')
  const found = await look('aws', join(folder, 'one'), join(folder, 'two'), join(folder, 'three'))
  expect(found).toMatchObject({ kind: 'found', path: third })
})

test('a name with a separator is a path, and PATH does not matter', async () => {
  const path = await program('bin/plugin')
  expect(await look(path, '/nowhere')).toMatchObject({ kind: 'found', path })
  expect(await look(`${path}-other`, join(folder, 'bin'))).toMatchObject({ kind: 'missing' })
  expect(await look(await program('bin/text', 0o644), '')).toMatchObject({ kind: 'not-executable' })
  expect(await look('bin/plugin', folder)).toMatchObject({ kind: 'missing' })
})

test('what is nowhere is missing, with the folders that were searched', async () => {
  expect(await look('aws', '/nowhere', folder)).toEqual({ kind: 'missing', searched: ['/nowhere', folder] })
  expect(await lookUp('aws', {})).toEqual({ kind: 'missing', searched: [] })
})

describe('a relative or empty folder of PATH', () => {
  test('is refused when it has the program, as kubectl refuses it', async () => {
    const here = process.cwd()
    process.chdir(folder)
    try {
      await program('aws')
      expect((await look('aws', '', '/usr/bin')).kind).toBe('relative')
      expect((await look('aws', '.', '/usr/bin')).kind).toBe('relative')
    } finally {
      process.chdir(here)
    }
    const plugin = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws' }
    const config = {
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: { exec: plugin } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }
    await writeFile(join(folder, 'config'), JSON.stringify(config))
    const run = await runProgram(
      realProgram('kubectl'),
      ['auth', 'whoami'],
      { PATH: ':/usr/bin', KUBECONFIG: join(folder, 'config'), HOME: folder },
      { cwd: folder },
    )
    expect(run.stderr).toContain('executable aws not found')
  })

  test('before the program makes the way unsafe, also when it does not have it', async () => {
    const path = await program('bin/aws')
    expect(await look('aws', '', join(folder, 'bin'))).toMatchObject({
      path,
      doubts: [{ reason: expect.stringContaining('empty') }],
    })
    expect(await look('aws', 'rel', join(folder, 'bin'))).toMatchObject({
      doubts: [{ reason: expect.stringContaining('rel') }],
    })
    expect(await look('aws', join(folder, 'bin'), '', 'rel')).toMatchObject({ path, doubts: [] })
  })
})

describe('folders that every user can write', () => {
  test('make the way unsafe when they come before the program or hold it, not after', async () => {
    const path = await program('bin/aws')
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), 0o1777)
    const open = join(folder, 'open')
    expect(await look('aws', open, join(folder, 'bin'))).toMatchObject({
      path,
      doubts: [{ reason: expect.stringContaining(open) }],
    })
    expect(await look('aws', join(folder, 'bin'), open)).toMatchObject({ path, doubts: [] })
    const inOpen = await program('open/aws')
    expect(await look('aws', open)).toMatchObject({
      path: inOpen,
      doubts: [{ reason: expect.stringContaining(open) }],
    })
  })

  test('make a folder unsafe that is not there yet, because any user may make it', async () => {
    await program('bin/aws')
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), 0o1777)
    const coming = join(folder, 'open/bin')
    expect(await look('aws', coming, join(folder, 'bin'))).toMatchObject({
      doubts: [{ reason: expect.stringContaining(coming) }],
    })
    await mkdir(coming)
    // With the sticky bit no other user can rename it away, now that it exists.
    expect(await look('aws', coming, join(folder, 'bin'))).toMatchObject({ doubts: [] })
    await chmod(join(folder, 'open'), 0o777)
    expect(await look('aws', coming, join(folder, 'bin'))).toMatchObject({
      doubts: [{ reason: expect.stringContaining(coming) }],
    })
  })

  test('count behind a link too, and so does a program that every user can change', async () => {
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), 0o777)
    await program('open/aws')
    await symlink(join(folder, 'open'), join(folder, 'link'))
    expect(await look('aws', join(folder, 'link'))).toMatchObject({
      doubts: [{ reason: expect.stringContaining('open') }],
    })
    await mkdir(join(folder, 'links'))
    await symlink(join(folder, 'open/aws'), join(folder, 'links/aws'))
    expect(await look('aws', join(folder, 'links'))).toMatchObject({
      doubts: [{ reason: expect.stringContaining('open') }],
    })
    const path = await program('bin/kubelogin', 0o777)
    expect(await look('kubelogin', join(folder, 'bin'))).toMatchObject({
      doubts: [{ reason: expect.stringContaining(path) }],
    })
  })
})

test('a folder that is not there is said to be one that any user may make, with its remedy', async () => {
  const path = await program('bin/aws')
  await mkdir(join(folder, 'open'))
  await chmod(join(folder, 'open'), 0o1777)
  const coming = join(folder, 'open/clone/node_modules/.bin')
  expect(await look('aws', coming, join(folder, 'bin'))).toEqual({
    kind: 'found',
    path,
    safe: path,
    doubts: [
      {
        kind: 'missing',
        place: join(folder, 'open/clone'),
        makesUnsafe: coming,
        reason: `the PATH folder ${coming} is not there, and any user may make ${join(folder, 'open/clone')}`,
        remedy: `Take ${coming} out of PATH, or make it yourself.`,
      },
    ],
  })
})

test('every cause before the program is named, and the first program that is safe itself', async () => {
  const inOpen = await program('open/aws')
  await chmod(join(folder, 'open'), 0o777)
  const safe = await program('bin/aws')
  const found = await look('aws', '', join(folder, 'open'), 'rel', join(folder, 'bin'))
  expect(found).toMatchObject({ path: inOpen, safe })
  expect(found.kind === 'found' && found.doubts.map(({ kind, place }) => [kind, place])).toEqual([
    ['empty', ''],
    ['writable', join(folder, 'open')],
  ])
  expect(await look('aws', join(folder, 'open'))).toMatchObject({ path: inOpen, safe: null })
})

// Only root can give files away.
describe.skipIf(process.getuid?.() !== 0)('what belongs to another user', () => {
  const nobody = 65_534
  const foreign = (place: string) => ({
    doubts: [{ kind: 'foreign', place, reason: expect.stringContaining('another user') }],
  })

  test.each([0o755, 0o700])(
    'a PATH folder of mode %o is asked about, before the program or with it',
    async (mode) => {
      const path = await program('bin/aws')
      const other = join(folder, 'other')
      await mkdir(other)
      await chown(other, nobody, nobody)
      await chmod(other, mode)
      expect(await look('aws', other, join(folder, 'bin'))).toMatchObject({
        path,
        safe: path,
        ...foreign(other),
      })
      expect(await look('aws', join(folder, 'bin'), other)).toMatchObject({ path, doubts: [] })
      await program('other/aws')
      expect(await look('aws', other)).toMatchObject(foreign(other))
    },
  )

  test('so is a folder above it, whose owner can put another in its place', async () => {
    await program('home/bin/aws')
    await chown(join(folder, 'home'), nobody, nobody)
    expect(await look(join(folder, 'home/bin/aws'))).toMatchObject(foreign(join(folder, 'home')))
  })

  test('so is the file in a folder of our own, by PATH or by its path', async () => {
    const path = await program('bin/aws')
    await chown(path, nobody, nobody)
    expect(await look('aws', join(folder, 'bin'))).toMatchObject({ path, safe: null, ...foreign(path) })
    expect(await look(path)).toMatchObject({ path, ...foreign(path) })
  })

  test('so is where a link leads, over two links too, and the link itself', async () => {
    const target = await program('real/aws')
    await mkdir(join(folder, 'bin'))
    await symlink(target, join(folder, 'middle'))
    await symlink('../middle', join(folder, 'bin/aws'))
    expect(await look('aws', join(folder, 'bin'))).toMatchObject({ doubts: [] })
    await chown(target, nobody, nobody)
    expect(await look('aws', join(folder, 'bin'))).toMatchObject(foreign(target))
    await chown(target, 0, 0)
    await lchown(join(folder, 'middle'), nobody, nobody)
    expect(await look('aws', join(folder, 'bin'))).toMatchObject(foreign(join(folder, 'middle')))
    await lchown(join(folder, 'middle'), 0, 0)
    await chown(join(folder, 'real'), nobody, nobody)
    expect(await look('aws', join(folder, 'bin'))).toMatchObject(foreign(join(folder, 'real')))
  })

  test('so is a link on the way through a folder that everybody may write', async () => {
    const target = await program('real/aws')
    await mkdir(join(folder, 'open'))
    await symlink(join(folder, 'real'), join(folder, 'open/link'))
    await chmod(join(folder, 'open'), 0o777)
    await mkdir(join(folder, 'bin'))
    await symlink(join(folder, 'open/link/aws'), join(folder, 'bin/aws'))
    expect(await look('aws', join(folder, 'bin'))).toMatchObject({
      doubts: [{ kind: 'writable', place: join(folder, 'open') }],
    })
    expect(await look(target)).toMatchObject({ doubts: [] })
  })
})

test('the programs of the system are in no doubt', async () => {
  expect(await look('sh', '/usr/bin', '/bin')).toMatchObject({ doubts: [] })
})

test('on Windows the name of PATH has any case, and PATHEXT gives the endings', async () => {
  const path = await program('bin/aws.exe')
  const found = await lookUp('aws', { Path: join(folder, 'bin'), PATHEXT: '.COM;.EXE' }, 'win32')
  expect(found).toEqual({ kind: 'found', path, doubts: [], safe: null })
})
