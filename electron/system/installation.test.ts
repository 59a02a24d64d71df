import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installationOf } from './installation'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-installation-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const of = (program: string, more: Partial<Parameters<typeof installationOf>[0]> = {}) =>
  installationOf({ program, variables: {}, platform: 'linux', bin: folder, ...more })

/** A link to a program in such a place. */
function placed(path: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  const link = join(folder, 'ekscope')
  rmSync(link, { force: true })
  symlinkSync(file, link)
  return link
}

test('the manager whose folder the program is in updates it, by whatever link it was started', async () => {
  for (const [path, how, update] of [
    ['lib/node_modules/ekscope/cli.cjs', 'Installed by npm.', '`npm install --global ekscope`'],
    ['.npm/_npx/0123/node_modules/ekscope/cli.cjs', 'Fetched by npx.', 'ekscope@latest'],
    ['Cellar/ekscope/1.0.0/libexec/lib/cli.cjs', 'Installed by Homebrew.', '`brew upgrade ekscope`'],
    [
      '.krew/store/ekscope/v1.0.0/kubectl-ekscope.cjs',
      'Installed by krew.',
      '`kubectl krew upgrade ekscope`',
    ],
  ] as const) {
    const found = await of(placed(path))
    expect(found.how, path).toBe(how)
    expect(found.update, path).toContain(update)
  }
})

test('Debian’s own dpkg-query names the package that has the file', async () => {
  const dpkg = await of('/usr/bin/dpkg-query', { bin: '/usr/bin' })
  expect(dpkg.how).toBe('Installed by apt as dpkg.')
  expect(execFileSync('dpkg-query', ['--search', '/usr/bin/dpkg-query'], { encoding: 'utf8' })).toMatch(
    /^dpkg: /,
  )
  expect(dpkg.update).toMatch(/repository: .*apt install.*--only-upgrade.*SHA256SUMS.*\.deb/)
})

test('rpm and pacman name it where they are', async () => {
  for (const [program, output, by] of [
    ['rpm', 'ekscope', 'dnf'],
    ['pacman', 'ekscope-bin\n', 'pacman'],
  ] as const) {
    writeFileSync(join(folder, program), `#!/bin/sh\nprintf '${output}'\n`)
    chmodSync(join(folder, program), 0o755)
    expect((await of('/opt/x')).how).toBe(`Installed by ${by} as ${output.trim()}.`)
    writeFileSync(join(folder, program), '#!/bin/sh\necho file /opt/x is not owned by any package\nexit 1\n')
    expect((await of('/opt/x')).how).toBe('Installed from a downloaded file.')
  }
})

test('what no manager has is downloaded anew, and compared with its checksum', async () => {
  const tarball = await of('/opt/ekscope/ekscope-desktop')
  expect(tarball.how).toBe('Installed from a downloaded file.')
  expect(tarball.update).toMatch(/\/releases, compare it with SHA256SUMS/)
  expect(
    (await of('/tmp/.mount_x/ekscope', { variables: { APPIMAGE: '/home/u/Ekscope.AppImage' } })).how,
  ).toBe('It is an AppImage.')
  const portable = { platform: 'win32', variables: { PORTABLE_EXECUTABLE_FILE: 'C:\\Ekscope.exe' } } as const
  expect((await of('C:\\t\\Ekscope.exe', portable)).how).toBe('It is the portable program.')
  expect((await of('/x', { isClone: true })).update).toContain('`git pull`')
  const built = placed('project/out/cli.cjs')
  writeFileSync(join(folder, 'project/out/built-from.json'), '{}')
  expect((await of(built)).how).toBe('It runs from a clone.')
})
