import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { version } from '../package.json'
import { type FleetProcess, startFleet } from './fleet-process'
import { makeSurroundings, project, type Surroundings } from './surroundings'

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
  const said = run('kubectl', 'ekscope', '--version')
  expect([said.status, said.stderr, said.stdout]).toEqual([0, '', `${version}\n`])
  expect(run('kubectl', '__complete', 'ekscope', 'whoami', 'prod-admi').stdout).toBe('prod-admin\n:4\n')
})

/** The commands of installing.md that need what is installed, one a line. */
const commandsOf = (part: string) =>
  [...readFileSync(join(project, 'docs/installing.md'), 'utf8').matchAll(/```sh installed\n(.*?)```/gs)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .filter((line) => line.includes(part))

test('a download is checked, and completions are put where zsh and fish look for them, by the commands of installing.md', () => {
  const inShell = (command: string, cwd: string) =>
    spawnSync('sh', ['-c', command], { env: { ...variables }, cwd, encoding: 'utf8' })
  const [check = '', ...rest] = commandsOf('')
  const downloads = mkdtempSync(join(tmpdir(), 'ekscope-downloads-'))
  copyFileSync(tarball, join(downloads, basename(tarball)))
  const sum = createHash('sha256').update(readFileSync(tarball)).digest('hex')
  // A release has more files, which were not downloaded.
  const others = `${'0'.repeat(64)}  ekscope_0.0.0_amd64.deb\n`
  writeFileSync(join(downloads, 'SHA256SUMS'), `${others}${sum}  ${basename(tarball)}\n`)
  const checked = inShell(check, downloads)
  rmSync(downloads, { recursive: true })
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining(`${basename(tarball)}: OK`)])
  for (const command of rest)
    expect([command, inShell(command, surroundings.home)]).toMatchObject([command, { status: 0, stderr: '' }])
  const shells = {
    zsh: ['-fic', 'fpath+=~/.zfunc; autoload -U compinit; compinit -uD; print $_comps[ekscope]'],
    fish: ['-c', 'complete -C "ekscope whoam"'],
  }
  for (const [shell, words] of Object.entries(shells)) {
    const { error, stdout } = run(shell, ...words)
    // A small machine has neither.
    if (error === undefined)
      expect([shell, stdout]).toEqual([shell, expect.stringMatching(/^_ekscope|^whoami/m)])
  }
})

test('npm takes it in the place of an earlier version, and that one again, and what was kept stays', {
  tag: '@full',
}, () => {
  const work = join(surroundings.home, 'earlier')
  mkdirSync(work)
  execFileSync('tar', ['-xzf', tarball, '-C', work])
  const versions = ['-type', 'f', '(', '-name', '*.cjs', '-o', '-name', 'package.json', ')']
  execFileSync('find', [
    work,
    ...versions,
    '-exec',
    'sed',
    '-i',
    `s/${version.replaceAll('.', '\\.')}/0.0.9/g`,
    '{}',
    '+',
  ])
  const earlier = join(work, 'earlier.tgz')
  execFileSync('tar', ['-czf', earlier, '-C', work, 'package'])
  const config = join(work, 'config')
  const { KUBECONFIG = '' } = variables
  copyFileSync(KUBECONFIG.split(delimiter)[0] ?? '', config)
  const own = { ...variables, KUBECONFIG: config, EKSCOPE_HOME: join(work, 'data') }
  const there = join(work, 'prefix')
  const install = (file: string) =>
    execFileSync('npm', ['install', '--global', '--offline', '--no-audit', '--prefix', there, file], {
      env: { ...surroundings.env },
      stdio: 'pipe',
    })
  const ekscope = (...words: readonly string[]) =>
    execFileSync(join(there, 'bin/ekscope'), words, { env: own, encoding: 'utf8' })

  install(earlier)
  expect(ekscope('--version')).toBe('0.0.9\n')
  ekscope('set-namespace', 'prod-admin', 'earlier')
  install(tarball)
  expect(ekscope('--version')).toBe(`${version}\n`)
  expect(ekscope('history')).toContain('→ earlier')
  ekscope('undo')
  ekscope('set-namespace', 'prod-admin', 'later')
  install(earlier)
  expect(ekscope('--version')).toBe('0.0.9\n')
  expect(ekscope('history')).toContain('→ later')
  ekscope('undo')
  expect(readFileSync(config, 'utf8')).not.toContain('later')
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
