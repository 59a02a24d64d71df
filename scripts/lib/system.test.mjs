import { expect, test } from 'vitest'
import { aptNames, candidates, installCommand, isLocked, missing } from './system.mjs'

const nothing = { platform: /** @type {const} */ ('linux'), has: () => false }

test('a bare Linux machine lacks libraries and fonts for the window, and the judges for the tests', () => {
  const what = missing(['window', 'test'], nothing).map(({ apt }) => apt[0])
  expect(what).toEqual([
    'libgtk-3-0t64',
    'libnss3',
    'libasound2t64',
    'libgbm1',
    'libcups2t64',
    'fonts-noto-core',
    'kubectl',
    'kubectx',
    'acl',
    'attr',
    'gcc',
    'libc6-dev',
    'dash',
    'zsh',
    'fish',
    'tcsh',
    'awscli',
  ])
})

test('only what is not there is asked for', () => {
  const has = (/** @type {object} */ found) => 'library' in found || 'fonts' in found
  expect(missing(['window', 'display'], { platform: 'linux', has }).map(({ apt }) => apt[0])).toEqual([
    'xvfb',
  ])
})

test('on macOS and Windows Electron brings its libraries, and only the judges are asked for', () => {
  for (const platform of /** @type {const} */ (['darwin', 'win32'])) {
    const needs = missing(['window', 'display', 'test'], { ...nothing, platform })
    expect(needs.every(({ purpose }) => purpose === 'test')).toBe(true)
    expect(needs).toHaveLength(3)
  }
})

test('a release that does not know the name with t64 gets the older one', () => {
  const needs = missing(['window'], nothing)
  const older = aptNames(needs, (name) => !name.includes('t64'))
  expect(older).toEqual(['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libcups2', 'fonts-noto-core'])
  expect(aptNames(needs, () => true)).toContain('libgtk-3-0t64')
})

test('a name that apt knows but cannot install is no candidate', () => {
  const policy = [
    'libgtk-3-0t64:',
    '  Installed: (none)',
    '  Candidate: 3.24.49-3',
    '  Version table:',
    'libgtk-3-0:',
    '  Installed: (none)',
    '  Candidate: (none)',
  ].join('\n')
  expect(candidates(policy)).toEqual(['libgtk-3-0t64'])
})

test('the command to type fits the machine: apt-get with its names, another manager with its own, or none', () => {
  const needs = missing(['display'], nothing)
  expect(installCommand(needs, { apt: ['xvfb'], programs: [], root: false })).toBe(
    'sudo apt-get update && sudo apt-get install -y xvfb',
  )
  expect(installCommand(needs, { apt: null, programs: ['dnf'], root: true })).toBe(
    'dnf install -y xorg-x11-server-Xvfb',
  )
  expect(installCommand(missing(['test'], nothing), { apt: null, programs: ['brew'], root: false })).toBe(
    'brew install kubernetes-cli kubectx awscli',
  )
  expect(installCommand(needs, { apt: null, programs: [], root: true })).toBeNull()
})

test('only a lock that another holds is worth waiting for', () => {
  expect(
    isLocked(
      'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 42 (apt-get)\nE: Unable to lock directory /var/lib/apt/lists/',
    ),
  ).toBe(true)
  expect(isLocked('W: Failed to fetch\nE: Unable to locate package nosuch')).toBe(false)
})
