import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { kubectlHome } from './kubectl-home'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-home-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The three homes of Windows, of which some are made. */
function homes(made: Readonly<Record<string, 'folder' | 'kubeconfig' | 'read-only'>>) {
  for (const [name, what] of Object.entries(made)) {
    mkdirSync(join(folder, name, '.kube'), { recursive: true })
    if (what === 'kubeconfig') writeFileSync(join(folder, name, '.kube', 'config'), '')
    if (what === 'read-only') chmodSync(join(folder, name), 0o500)
  }
  const variables = {
    HOME: join(folder, 'home'),
    HOMEDRIVE: folder,
    HOMEPATH: '/drive',
    USERPROFILE: join(folder, 'profile'),
  }
  return kubectlHome(variables, 'win32').slice(folder.length + 1)
}

test('on Windows the home that has a kubeconfig counts, that of the drive before that of the profile', () => {
  expect(homes({ home: 'folder', profile: 'kubeconfig' })).toBe('profile')
  expect(homes({ drive: 'kubeconfig' })).toBe('drive')
  expect(homes({ home: 'kubeconfig' })).toBe('home')
})

test('without one it is the first that can be written, the profile before the drive, then one that is there', () => {
  expect(homes({})).toBe('home')
  expect(homes({ drive: 'read-only' })).toBe('drive')
  expect(homes({ profile: 'read-only' })).toBe('profile')
  expect(homes({ drive: 'folder' })).toBe('profile')
  chmodSync(join(folder, 'drive'), 0o700)
  expect(homes({})).toBe('drive')
  expect(homes({ profile: 'folder' })).toBe('drive')
})

test('half a drive is none; elsewhere HOME alone counts', () => {
  const [HOMEDRIVE, HOMEPATH, USERPROFILE] = ['C:', '\\Users\\a', 'D:\\b']
  expect(kubectlHome({ HOMEDRIVE, USERPROFILE }, 'win32')).toBe(USERPROFILE)
  expect(kubectlHome({ HOMEDRIVE, HOMEPATH }, 'win32')).toBe('C:\\Users\\a')
  expect(kubectlHome({}, 'win32')).toBe('')
  expect(kubectlHome({ HOME: '/h', USERPROFILE }, 'linux')).toBe('/h')
  expect(kubectlHome({ USERPROFILE }, 'darwin')).toBe('')
})
