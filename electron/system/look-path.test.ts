import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { realProgram, runProgram } from '../testing/real-programs'
import { lookUp } from './look-path'

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
const look = (command: string, ...path: string[]) => lookUp(command, { PATH: path.join(':') })

test('the first folder of PATH that has the program wins', async () => {
  const first = await program('one/aws')
  await program('two/aws')
  expect(await look('aws', join(folder, 'one'), join(folder, 'two'))).toEqual({
    kind: 'found',
    path: first,
    unsafe: null,
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
      unsafe: expect.stringContaining('empty'),
    })
    expect(await look('aws', 'rel', join(folder, 'bin'))).toMatchObject({
      unsafe: expect.stringContaining('rel'),
    })
    expect(await look('aws', join(folder, 'bin'), '', 'rel')).toMatchObject({ path, unsafe: null })
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
      unsafe: expect.stringContaining(open),
    })
    expect(await look('aws', join(folder, 'bin'), open)).toMatchObject({ path, unsafe: null })
    const inOpen = await program('open/aws')
    expect(await look('aws', open)).toMatchObject({ path: inOpen, unsafe: expect.stringContaining(open) })
  })

  test('make a folder unsafe that is not there yet, because any user may make it', async () => {
    await program('bin/aws')
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), 0o1777)
    const coming = join(folder, 'open/bin')
    expect(await look('aws', coming, join(folder, 'bin'))).toMatchObject({
      unsafe: expect.stringContaining(coming),
    })
    await mkdir(coming)
    // With the sticky bit no other user can rename it away, now that it exists.
    expect(await look('aws', coming, join(folder, 'bin'))).toMatchObject({ unsafe: null })
    await chmod(join(folder, 'open'), 0o777)
    expect(await look('aws', coming, join(folder, 'bin'))).toMatchObject({
      unsafe: expect.stringContaining(coming),
    })
  })

  test('count behind a link too, and so does a program that every user can change', async () => {
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), 0o777)
    await program('open/aws')
    await symlink(join(folder, 'open'), join(folder, 'link'))
    expect(await look('aws', join(folder, 'link'))).toMatchObject({ unsafe: expect.stringContaining('open') })
    await mkdir(join(folder, 'links'))
    await symlink(join(folder, 'open/aws'), join(folder, 'links/aws'))
    expect(await look('aws', join(folder, 'links'))).toMatchObject({
      unsafe: expect.stringContaining('open'),
    })
    const path = await program('bin/kubelogin', 0o777)
    expect(await look('kubelogin', join(folder, 'bin'))).toMatchObject({
      unsafe: expect.stringContaining(path),
    })
  })
})

test('on Windows the name of PATH has any case, and PATHEXT gives the endings', async () => {
  const path = await program('bin/aws.exe')
  const found = await lookUp('aws', { Path: join(folder, 'bin'), PATHEXT: '.COM;.EXE' }, 'win32')
  expect(found).toEqual({ kind: 'found', path, unsafe: null })
})
