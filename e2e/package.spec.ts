import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, type Page, test } from '@playwright/test'
import { contextsGrid, expectRows } from './app'
import { lines, review, typeOver, walkTo } from './editing-steps'
import { expectStandIn, withWindow } from './packaged-window'
import { makeSurroundings } from './surroundings'

// A fuse in the binary is the character 0 or 1.
const off = '0'.charCodeAt(0)
const on = '1'.charCodeAt(0)

/** The packaged program: the app as it would be handed on, not the one that a developer starts. */
function program(): string {
  const path = process.env.EKSCOPE_PACKAGED_APP
  if (path === undefined || !existsSync(path))
    throw new Error(`there is no packaged app at ${path}: npm run package`)
  return path
}

test('the packaged app opens its window on the demo fleet, shows its contexts, and plans an edit of them', async () => {
  await withPackagedApp({}, async (page) => {
    await expectRows(contextsGrid(page))
    await expect(page).toHaveTitle(/Ekscope/)
    // A thread plans, whose program stands in the archive.
    await walkTo(page, 'prod-ci', 'Namespace')
    await typeOver(page, 'planned')
    await expect(lines(await review(page, 'keyboard'), 'added')).toContainText('namespace: planned')
  })
})

test('where no aws CLI is installed, the packaged demo says so and verifies with its own', {
  tag: '@full',
}, async () => {
  const programs = await mkdtemp(join(tmpdir(), 'ekscope-e2e-programs-'))
  try {
    await symlink('/bin/sh', join(programs, 'sh'))
    await symlink(process.execPath, join(programs, 'node'))
    await withPackagedApp({ PATH: programs }, expectStandIn)
  } finally {
    await rm(programs, { recursive: true })
  }
})

test('the packaged program has its fuses set and no way to load another app', async () => {
  const fuses = await getCurrentFuseWire(program())
  expect({
    runAsNode: fuses[FuseV1Options.RunAsNode],
    nodeOptions: fuses[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
    inspect: fuses[FuseV1Options.EnableNodeCliInspectArguments],
    cookieEncryption: fuses[FuseV1Options.EnableCookieEncryption],
    asarIntegrity: fuses[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
    onlyAsar: fuses[FuseV1Options.OnlyLoadAppFromAsar],
  }).toEqual({
    runAsNode: off,
    nodeOptions: off,
    inspect: off,
    cookieEncryption: on,
    asarIntegrity: on,
    onlyAsar: on,
  })
  // Electron before 29 has no such fuse.
  expect([off, undefined]).toContain(fuses[FuseV1Options.GrantFileProtocolExtraPrivileges])
  const folder = dirname(program())
  const resources = readdirSync(join(folder, process.platform === 'darwin' ? '../Resources' : 'resources'))
  expect(resources).toContain('app.asar')
  // Electron would fall back to either of these.
  expect(resources).not.toContain('default_app.asar')
  expect(resources).not.toContain('app')
})

test('the packaged app holds what a user needs, and names what is bundled with its licences', () => {
  const folder = dirname(program())
  const top = process.platform === 'darwin' ? join(folder, '..') : folder
  const archived = listPackage(join(top, 'resources', 'app.asar'), { isPack: false })
  const files = [...readdirSync(top, { recursive: true, encoding: 'utf8' }), ...archived]
  const useless =
    /\.(?:test|spec)\.|\.(?:map|cache|ts|tsx|mts)$|node_modules|testing|fixtures|bundled\.json|built-from|stand-in\.json|app-update|package-type/
  expect(files.filter((path) => useless.test(path))).toEqual([])
  expect(archived.filter((path) => /^[\\/][^\\/]+$/.test(path))).toEqual(['/build', '/out', '/package.json'])
  const licences = readFileSync(join(top, 'THIRD-PARTY.txt'), 'utf8')
  const parts: { name: string; version: string }[] = JSON.parse(
    readFileSync(join(top, 'sbom.cdx.json'), 'utf8'),
  ).components
  expect(parts.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'electron',
      'react',
      'yaml',
      '@aws-sdk/client-eks',
      '@fontsource-variable/inter',
    ]),
  )
  for (const { name, version } of parts.filter(({ name }) => name !== 'electron'))
    expect(licences).toContain(`\n${name} ${version} (`)
})

test('the packaged terminal program says what it needs where the Node is older', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ekscope-e2e-node-'))
  try {
    const older = join(folder, 'older.cjs')
    await writeFile(older, "Object.defineProperty(process.versions, 'node', { value: '18.19.1' })")
    const terminal = join(dirname(program()), 'resources/app.asar.unpacked/out/cli.cjs')
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', older, terminal, 'list'], {
      env: {},
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toContain('Node 18.19.1 is too old: Node 20 or newer is needed')
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Starts the package in a home of its own, and ends it with the work. */
async function withPackagedApp(
  variables: Readonly<Record<string, string>>,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const surroundings = await makeSurroundings(variables)
  const { home: cwd, env, switches } = surroundings
  try {
    await withWindow([program(), ...switches, '--demo'], { cwd, env: { ...env } }, work)
  } finally {
    await surroundings.remove()
  }
}
