import { expect, test } from 'vitest'
import { isInstalled } from './dependencies.mjs'

const entry = { version: '1.0.0', integrity: 'sha512-a' }

test('packages are installed when npm recorded exactly what the lock file pins', () => {
  const lock = { packages: { '': {}, 'node_modules/a': entry } }
  expect(isInstalled(lock, { packages: { 'node_modules/a': entry } })).toBe(true)
})

test('a missing package, another version or other bytes ask for npm ci', () => {
  const lock = { packages: { 'node_modules/a': entry } }
  expect(isInstalled(lock, { packages: {} })).toBe(false)
  expect(isInstalled(lock, { packages: { 'node_modules/a': { ...entry, version: '1.0.1' } } })).toBe(false)
  expect(isInstalled(lock, { packages: { 'node_modules/a': { ...entry, integrity: 'sha512-b' } } })).toBe(
    false,
  )
})

test('an optional package of another platform may be missing', () => {
  const lock = { packages: { 'node_modules/a-win32': { ...entry, optional: true } } }
  expect(isInstalled(lock, { packages: {} })).toBe(true)
})

test('a package that the lock file does not know asks for npm ci', () => {
  expect(isInstalled({ packages: {} }, { packages: { 'node_modules/extra': entry } })).toBe(false)
})
