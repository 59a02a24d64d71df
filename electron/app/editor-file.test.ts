import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { opensAsText } from './editor-file'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-editor-'))
})
afterAll(() => removeFolder(folder))

async function fileOf(name: string, mode = 0o600) {
  const file = path.join(folder, name)
  await writeFile(file, 'apiVersion: v1\nkind: Config\n')
  await chmod(file, mode)
  return file
}

test.each([
  'config',
  'kube.yaml',
  'team.YML',
  'a.b.json',
  'prod.kubeconfig',
  '.kubeconfig',
  'eks.conf',
  'a b.txt',
])('%s is opened', async (name) => {
  expect(await opensAsText(await fileOf(name))).toBe(true)
})

test.each([
  'team.bat',
  'team.CMD',
  'a.js',
  'a.hta',
  'a.vbs',
  'a.ps1',
  'a.lnk',
  'a.scf',
  'a.url',
  'a.reg',
  'a.exe',
  'a.com',
  'a.msc',
  'a.command',
  'a.tool',
  'a.terminal',
  'a.app',
  'a.scpt',
  'a.desktop',
  'a.sh',
  'a.py',
  'a.jar',
  'a.yaml.bat',
  'a.bat.',
  'a.bat ',
  'a.yaml:x.bat',
  'a.html',
  'a.unknown',
])('%s is not: some system runs it', async (name) => {
  expect(await opensAsText(await fileOf(name))).toBe(false)
})

test('nor is what may be executed, a link to or from such a name, a folder, or nothing', async () => {
  expect(await opensAsText(await fileOf('executable', 0o700))).toBe(false)
  expect(await opensAsText(await fileOf('by-others.yaml', 0o601))).toBe(false)
  const [script, text] = [await fileOf('run.command'), await fileOf('text.yaml')]
  await symlink(script, path.join(folder, 'link.yaml'))
  await symlink(text, path.join(folder, 'link.bat'))
  await mkdir(path.join(folder, 'folder.yaml'))
  for (const name of ['link.yaml', 'link.bat', 'folder.yaml', 'gone.yaml'])
    expect([name, await opensAsText(path.join(folder, name))]).toEqual([name, false])
})
