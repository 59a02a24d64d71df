import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { writeManifests } from './manifests.mjs'
import { which } from './process.mjs'
import { inProject, readJson } from './project.mjs'

const { version } = readJson(inProject('package.json'))
const contents = {
  [`ekscope-${version}.tgz`]: 'of npm',
  [`ekscope_${version}_amd64.deb`]: 'of Debian',
  [`ekscope-${version}-mac-universal.dmg`]: 'of macOS',
  [`ekscope-${version}-win-x64.exe`]: 'of Windows',
}
let dist = ''
/** @type {Map<string, string>} */
let made = new Map()

beforeAll(() => {
  dist = mkdtempSync(join(tmpdir(), 'ekscope-dist-'))
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(dist, name), text)
  writeFileSync(join(dist, 'ekscope-0.0.1.tgz'), 'of another version')
  made = new Map(writeManifests(dist).map((path) => [basename(path), path]))
})
afterAll(() => rmSync(dist, { recursive: true, force: true }))

const text = (/** @type {string} */ name) => readFileSync(made.get(name) ?? name, 'utf8')

test('every manifest names a file of this version by an address of the release and by the file’s own hash', () => {
  const named = new Map()
  for (const [name, path] of made) {
    const content = readFileSync(path, 'utf8').replaceAll('#{version}', version)
    for (const [, file = ''] of content.matchAll(/\/releases\/download\/v[^/]+\/([^'"\s]+)/g))
      named.set(name, file)
  }
  expect([...named].sort()).toEqual([
    ['Ekscope.Ekscope.installer.yaml', `ekscope-${version}-win-x64.exe`],
    ['PKGBUILD', `ekscope_${version}_amd64.deb`],
    ['ekscope-desktop.rb', `ekscope-${version}-mac-universal.dmg`],
    ['ekscope.rb', `ekscope-${version}.tgz`],
    ['ekscope.yaml', `ekscope-${version}.tgz`],
    ['flake.nix', `ekscope-${version}.tgz`],
  ])
  for (const [name, file] of named) {
    const hash = createHash('sha256').update(readFileSync(join(dist, file)))
    const own = name === 'flake.nix' ? `sha256-${hash.digest('base64')}` : hash.digest('hex')
    expect(text(name).toLowerCase()).toContain(own.toLowerCase())
  }
})

test('sha256sum finds every file of this version as SHA256SUMS says', () => {
  const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
    cwd: dist,
    encoding: 'utf8',
  })
  expect(checked.trim().split('\n').sort()).toEqual(
    Object.keys(contents)
      .map((name) => `${name}: OK`)
      .sort(),
  )
})

test('their syntax is right', () => {
  const plugin = parse(text('ekscope.yaml'))
  expect(plugin).toMatchObject({
    kind: 'Plugin',
    metadata: { name: 'ekscope' },
    spec: { version: `v${version}` },
  })
  for (const name of [
    'Ekscope.Ekscope.yaml',
    'Ekscope.Ekscope.installer.yaml',
    'Ekscope.Ekscope.locale.en-US.yaml',
  ])
    expect(parse(text(name))).toMatchObject({ PackageIdentifier: 'Ekscope.Ekscope', PackageVersion: version })
  execFileSync('bash', ['-n', made.get('PKGBUILD') ?? ''])
  for (const name of ['ekscope.rb', 'ekscope-desktop.rb'])
    if (which('ruby')) execFileSync('ruby', ['-c', made.get(name) ?? ''])
  if (which('nix-instantiate')) execFileSync('nix-instantiate', ['--parse', made.get('flake.nix') ?? ''])
})

test('what was not built has no manifest', () => {
  rmSync(join(dist, `ekscope-${version}-win-x64.exe`))
  const left = writeManifests(dist).map((path) => basename(path))
  expect(left).toContain('ekscope.rb')
  expect(left.filter((name) => name.startsWith('Ekscope'))).toEqual([])
  expect(existsSync(made.get('Ekscope.Ekscope.yaml') ?? '')).toBe(false)
})
