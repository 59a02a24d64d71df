import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { type FleetProcess, startFleet } from './fleet-process'
import { makeSurroundings, type Surroundings } from './surroundings'

/** The package that `npm run package -- npm` makes. */
const tarball = process.env.EKSCOPE_NPM_PACKAGE ?? ''

let surroundings: Surroundings
let prefix = ''
let fleet: FleetProcess
let variables: Readonly<Record<string, string>>

test.beforeAll(async () => {
  if (!existsSync(tarball)) throw new Error(`there is no npm package at ${tarball}: npm run package -- npm`)
  surroundings = await makeSurroundings()
  prefix = join(surroundings.home, 'prefix')
  // As a user installs it, with nothing to fetch.
  const words = ['install', '--global', '--offline', '--no-audit', '--prefix', prefix, tarball]
  execFileSync('npm', words, { env: { ...surroundings.env }, stdio: 'pipe' })
  fleet = await startFleet(surroundings, join(installed(), 'cli.cjs'))
  const PATH = [join(prefix, 'bin'), surroundings.env.PATH].join(delimiter)
  variables = { ...surroundings.env, ...fleet.variables, PATH }
})

test.afterAll(async () => {
  await fleet?.stop()
  await surroundings?.remove()
})

/** Where npm put it. */
const installed = (...path: readonly string[]) => join(prefix, 'lib', 'node_modules', 'ekscope', ...path)

const run = (command: string, ...args: readonly string[]) =>
  spawnSync(command, args, { env: { ...variables }, encoding: 'utf8' })

test('the npm package is one package of at most 1 MB, without dependencies, and holds only what runs and its papers', () => {
  expect(statSync(tarball).size).toBeLessThanOrEqual(1_000_000)
  const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8'))
  expect(Object.keys(manifest).filter((name) => /dependencies|scripts/i.test(name))).toEqual([])
  const files = readdirSync(installed(), { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => !/^(cli|demo)(\/[\w-]+\.cjs)?$/.test(file)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'THIRD-PARTY.txt',
    'cli.cjs',
    'completion',
    'completion/_ekscope',
    'completion/ekscope.bash',
    'completion/ekscope.fish',
    'completion/ekscope.ps1',
    'ekscope.1',
    'kubectl-ekscope.cjs',
    'kubectl_complete-ekscope.cjs',
    'package.json',
    'sbom.cdx.json',
  ])
  const notices = readFileSync(installed('THIRD-PARTY.txt'), 'utf8')
  for (const name of ['@aws-sdk/client-sts', 'valibot', 'yaml']) expect(notices).toContain(`\n${name} `)
})

test('installed by npm, it lists the contexts of the demo fleet, which it serves itself, and proves them', () => {
  const list = run('ekscope', 'list', '--json')
  expect([list.status, list.stderr, JSON.parse(list.stdout).contexts.length]).toEqual([0, '', 76])
  const whoami = run('ekscope', 'whoami', 'prod-admin', 'prod-ci')
  expect([whoami.status, whoami.stdout.match(/verified/g)?.length]).toEqual([0, 2])
})

/** Where the tests have fetched it. */
const newest = process.env.EKSCOPE_NEWEST_NODE ?? ''
test(`it does the same in Node 26${existsSync(newest) ? '' : ': not fetched'}`, () => {
  test.skip(!existsSync(newest))
  const whoami = run(newest, installed('cli.cjs'), 'whoami', 'prod-admin', '--json')
  expect([whoami.status, whoami.stderr, JSON.parse(whoami.stdout).results[0].verdict]).toEqual([
    0,
    '',
    'verified',
  ])
})

test('kubectl finds it as its plugin, and completes its words', () => {
  const version = run('kubectl', 'ekscope', '--version')
  expect([version.status, version.stderr, version.stdout]).toEqual([0, '', '0.1.0\n'])
  expect(run('kubectl', '__complete', 'ekscope', 'whoami', 'prod-admi').stdout).toBe('prod-admin\n:4\n')
})

test('it brings its manual page where man looks, and completion that bash takes', () => {
  const page = join(prefix, 'share', 'man', 'man1', 'ekscope.1')
  expect(existsSync(page)).toBe(true)
  // A small machine has no man.
  const shown = run('man', '-l', page)
  if (shown.error === undefined)
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('whoami')])
  const script = run('ekscope', 'completion', 'bash').stdout
  expect(readFileSync(installed('completion', 'ekscope.bash'), 'utf8')).toBe(script)
  expect(run('bash', '-n', installed('completion', 'ekscope.bash'))).toMatchObject({ status: 0, stderr: '' })
})
