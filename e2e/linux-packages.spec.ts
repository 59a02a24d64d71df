import { type ChildProcess, execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { version } from '../package.json'
import { contextsGrid, expectRows } from './app'
import { ownDisplay } from './displays'
import { expectStandIn, withWindow } from './packaged-window'
import { project } from './surroundings'

// Packages as users have them: by an ordinary user, with Chromium's sandbox on. Nothing is installed in this machine's own root.
test.describe.configure({ timeout: 300_000 })

const packages = process.env.EKSCOPE_LINUX_PACKAGES ?? join(project, 'dist')

/** The path of the package in dist/ whose name matches. */
function made(name: RegExp): string {
  const file = readdirSync(packages).find((one) => name.test(one))
  if (file === undefined) throw new Error(`there is no ${name} in ${packages}: npm run package`)
  return join(packages, file)
}
const deb = () => made(/^ekscope_.*\.deb$/)
const cliDeb = () => made(/^ekscope-cli_.*\.deb$/)
const rpm = () => made(/^ekscope-\d.*\.rpm$/)
const cliRpm = () => made(/^ekscope-cli-.*\.rpm$/)
const tarball = () => made(/^ekscope-.*\.tar\.gz$/)

const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: https://c.gr7.eu-west-1.eks.amazonaws.com } }]
users: [{ name: u, user: { exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c] } } }]
contexts:
- { name: shop, context: { cluster: c, user: u } }
`

let folder = ''
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-packages-'))
  chmodSync(folder, 0o755)
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sh = (command: string, ...args: readonly string[]) => spawnSync(command, args, { encoding: 'utf8' })
const ok = ({ status, stdout, stderr }: SpawnSyncReturns<string>) => {
  expect(status, stdout + stderr).toBe(0)
  return stdout
}

/** How an ordinary user starts a command, in a home of its own and with this PATH. */
function asUser(user: string, home: string, path: string): readonly string[] {
  return [
    'runuser',
    '-u',
    user,
    '--',
    'env',
    '-i',
    `HOME=${home}`,
    `PATH=${path}`,
    `KUBECONFIG=${home}/config`,
  ]
}

/** A home in `where`, of a user of this machine who has nothing. */
function homeIn(where: string): string {
  const home = join(where, 'home')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'config'), kubeconfig, { mode: 0o600 })
  execFileSync('chown', ['-R', 'nobody', home])
  return home
}

/** The variables of the display, which that user may open too. */
function display(home: string): readonly string[] {
  const { DISPLAY = process.env.DISPLAY, XAUTHORITY = process.env.XAUTHORITY } = ownDisplay()
  if (XAUTHORITY === undefined) throw new Error('the suite gives each worker a display')
  const authority = join(home, 'authority')
  copyFileSync(XAUTHORITY, authority)
  execFileSync('chmod', ['0644', authority])
  return [`DISPLAY=${DISPLAY}`, `XAUTHORITY=${authority}`]
}

/** Opens the window on the demo fleet, looks at its class and at how the processes that draw its pages are shut in, and does the work. */
async function expectWindow(
  words: readonly string[],
  work: (page: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  const displayed = { ...process.env, ...ownDisplay() }
  await withWindow(words, { cwd: '/' }, async (page, child) => {
    await expectRows(contextsGrid(page))
    const drawing = renderers(child)
    expect(drawing.length).toBeGreaterThan(0)
    for (const status of drawing) {
      expect(status).toMatch(/^Seccomp:\t2$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    }
    // By its class a desktop finds the menu entry of a window.
    const { stdout } = spawnSync('xwininfo', ['-root', '-tree'], { env: displayed, encoding: 'utf8' })
    expect(stdout).toMatch(/"Ekscope[^"]*": \("ekscope-desktop" /)
    await work(page)
  })
}

/** What the kernel says of the renderers below this process. */
function renderers(child: ChildProcess): readonly string[] {
  const below = (pid: string): readonly string[] => {
    const { stdout } = sh('pgrep', '-P', pid)
    return stdout
      .split('\n')
      .filter(Boolean)
      .flatMap((one) => [one, ...below(one)])
  }
  return below(String(child.pid)).flatMap((pid) => {
    try {
      const isRenderer = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')
      return isRenderer ? [readFileSync(`/proc/${pid}/status`, 'utf8')] : []
    } catch {
      return []
    }
  })
}

const unpacking = {
  deb: (to: string) => ok(sh('dpkg-deb', '-x', deb(), to)),
  rpm: (to: string) => ok(sh('sh', '-c', 'rpm2cpio "$1" | (cd "$2" && cpio -id --quiet)', 'sh', rpm(), to)),
}

for (const format of ['deb', 'rpm'] as const) {
  test(`what is in the ${format} runs where it was unpacked, for an ordinary user, with the sandbox on`, {
    tag: '@full',
  }, async () => {
    const where = join(folder, `unpacked-${format}`)
    mkdirSync(where)
    unpacking[format](where)
    const home = homeIn(where)
    const at = join(where, 'usr/lib/ekscope')
    const [first = '', ...rest] = asUser('nobody', home, '/usr/bin:/bin')
    expect(ok(sh(first, ...rest, join(at, 'terminal/ekscope'), 'list'))).toMatch(/CONTEXT[\s\S]*shop/)
    expect(ok(sh(first, ...rest, join(at, 'terminal/kubectl-ekscope'), '--version'))).toMatch(/^\d+\.\d+/)
    await expectWindow([first, ...rest, ...display(home), join(at, 'ekscope-desktop'), '--demo'])
  })
}

test('the tar.gz holds the window, and a terminal program that needs no Node', { tag: '@full' }, async () => {
  const where = join(folder, 'tarball')
  mkdirSync(where)
  ok(sh('tar', '-xzf', tarball(), '-C', where, '--strip-components=1', '--no-same-owner'))
  const home = homeIn(where)
  const [first = '', ...rest] = asUser('nobody', home, '/nowhere')
  expect(ok(sh(first, ...rest, join(where, 'ekscope'), 'list'))).toMatch(/CONTEXT[\s\S]*shop/)
  await expectWindow(
    [first, ...rest, ...display(home), join(where, 'ekscope-desktop'), '--demo'],
    expectStandIn,
  )
})

test('lintian finds in the debs only what comes with Electron and Node as they are', { tag: '@full' }, () => {
  const { stdout } = sh('lintian', '--tag-display-limit', '0', '--allow-root', deb(), cliDeb())
  const known = /embedded-library|unstripped-binary-or-object|hardening-no-pie|script-not-executable/
  expect(stdout.split('\n').filter((line) => /^[EW]:/.test(line) && !known.test(line))).toEqual([])
  ok(
    sh(
      'sh',
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -xO ./usr/share/applications/ekscope-desktop.desktop > "$2" && desktop-file-validate "$2"',
      'sh',
      deb(),
      join(folder, 'ekscope-desktop.desktop'),
    ),
  )
})

/** Has the terminal's demo check a context. */
const inDemo = `ekscope demo > ~/demo.env 2> ~/demo.said &
until grep -q Ctrl ~/demo.said; do sleep 0.1; done
. ~/demo.env
ekscope whoami prod-ci
status=$?
kill $!
wait
exit $status`

/** How each system installs and removes; both packages' terminal programs, the one that needs no Node last. */
const systems = {
  deb: {
    install: (file: string) => ['dpkg', '-i', file],
    remove: ['dpkg', '-P', 'ekscope', 'ekscope-cli'],
    // What the package wants beside what a machine for tests has.
    before: ['sh', '-c', 'apt-get install -y -q --no-install-recommends xdg-utils'],
    files: [deb, cliDeb],
  },
  rpm: {
    // This machine's packages are not in rpm's list.
    install: (file: string) => ['rpm', '-i', '--nodeps', file],
    remove: ['rpm', '-e', 'ekscope', 'ekscope-cli'],
    before: ['rpm', '--initdb'],
    files: [rpm, cliRpm],
  },
} as const

for (const format of ['deb', 'rpm'] as const) {
  test(`the ${format} is installed in a root of its own, used by an ordinary user, and removed without a trace`, {
    tag: '@full',
  }, async () => {
    const { install, remove, before, files } = systems[format]
    const where = join(folder, `installed-${format}`)
    mkdirSync(where)
    const inRoot = (...words: readonly string[]) => [join(project, 'e2e/in-own-root.sh'), where, ...words]
    const run = (...words: readonly string[]) => {
      const [command = '', ...args] = inRoot(...words)
      return sh(command, ...args)
    }
    ok(run('useradd', '--create-home', 'ekuser'))
    ok(run(...before))
    const home = join(where, 'upper/home/ekuser')
    writeFileSync(join(home, 'config'), kubeconfig, { mode: 0o600 })
    ok(run('chown', 'ekuser:', '/home/ekuser/config'))
    const user = asUser('ekuser', '/home/ekuser', '/usr/local/bin:/usr/bin:/bin')
    const [window, terminal] = files
    const atFirst = filesIn(join(where, 'upper'))

    for (const file of [window, terminal])
      cpSync(file(), join(where, 'upper', file === window ? 'window.pkg' : 'terminal.pkg'))
    ok(run(...install('/window.pkg')))
    expect(ok(run(...user, 'ekscope', 'list'))).toMatch(/CONTEXT[\s\S]*shop/)
    expect(ok(run(...user, 'kubectl', 'ekscope', '--version'))).toMatch(/^\d+\.\d+/)
    ok(run(...user, 'ekscope', 'set-namespace', 'shop', 'web'))
    expect(ok(run('man', '-w', 'ekscope', 'ekscope-desktop'))).toContain('/man1/ekscope')
    const completion = '. /usr/share/bash-completion/completions/ekscope && complete -p ekscope'
    expect(ok(run('bash', '-c', completion))).toContain('-F')
    const demo = inRoot(
      ...user,
      ...display(home).map((one) => one.replace(join(where, 'upper'), '')),
      'ekscope-desktop',
      '--demo',
    )
    await expectWindow(demo)

    // Without Node it says what to install, and with that it works; so does the demo without aws.
    ok(run('sh', '-c', 'rm -f $(which -a node nodejs aws)'))
    await expectWindow(demo, (page) =>
      expect(page.getByText(/no context can be checked: install aws, or Node 20/)).toBeVisible(),
    )
    const { status, stderr } = run(...user, 'ekscope', 'list')
    expect(status).toBe(3)
    expect(stderr).toMatch(/Node 20 or newer is needed.*ekscope-cli/)
    ok(run(...install('/terminal.pkg')))
    expect(ok(run(...user, 'ekscope', 'list'))).toContain('shop')
    await expectWindow(demo, expectStandIn)
    expect(ok(run(...user, 'sh', '-c', inDemo))).toContain('verified')

    const said = run(...remove)
    expect(ok(said)).toContain('~/.local/state/ekscope')
    const left = filesIn(join(where, 'upper')).filter((path) => !atFirst.includes(path))
    expect(left.filter((path) => !path.startsWith('/home/ekuser/') && !path.endsWith('.pkg'))).toEqual([])
    expect(existsSync(join(home, '.local/state/ekscope'))).toBe(true)
  })
}

/** The version that the packages have, and an earlier one. */
const [present, earlier] = [version, '0.0.9']
const isOfTerminal = [
  '-name',
  '*.cjs',
  '-exec',
  'sed',
  '-i',
  `s/${present.replaceAll('.', '\\.')}/${earlier}/g`,
  '{}',
  '+',
]

/** The same package with an earlier version, in the folder. */
const earlierPackage = {
  deb: (to: string) => {
    const root = join(to, 'root')
    ok(sh('dpkg-deb', '-R', deb(), root))
    ok(sh('find', root, ...isOfTerminal))
    ok(sh('sed', '-i', `s/^Version: .*/Version: ${earlier}/`, join(root, 'DEBIAN/control')))
    const file = join(to, 'earlier.pkg')
    ok(sh('dpkg-deb', '--root-owner-group', '-Zgzip', '-z1', '--build', root, file))
    return file
  },
  rpm: (to: string) => {
    const root = join(to, 'root')
    mkdirSync(root)
    unpacking.rpm(root)
    ok(sh('find', root, ...isOfTerminal))
    const asked = (format: string) => ok(sh('rpm', '-qp', '--qf', format, rpm()))
    const files = asked('[%{FILEMODES:perms} %{FILENAMES}\n]').trim().split('\n')
    const spec = [
      `Name: ekscope\nVersion: ${earlier}\nRelease: 1\nSummary: -\nLicense: -\nAutoReqProv: no`,
      '%define __os_install_post %{nil}\n%define _build_id_links none\n%define _binary_payload w1.gzdio',
      `%description\n-\n%post\n${asked('%{POSTIN}')}\n%preun\n${asked('%{PREUN}')}\n%files`,
      ...files.map((line) => line.replace(/^(d?)\S+ (.*)/, (_, d, path) => `${d && '%dir '}"${path}"`)),
    ]
    writeFileSync(join(to, 'earlier.spec'), `${spec.join('\n')}\n`)
    const words = ['--define', `_topdir ${to}`, '--define', `_rpmdir ${to}`, '--buildroot', root]
    ok(sh('rpmbuild', '-bb', '--quiet', ...words, join(to, 'earlier.spec')))
    const [file = ''] = ok(sh('find', to, '-name', '*.rpm')).split('\n')
    return file
  },
}

for (const format of ['deb', 'rpm'] as const) {
  test(`the ${format} of an earlier version is upgraded, and gone back to, and what it kept of the user stays`, {
    tag: '@full',
  }, () => {
    const { install, remove, before } = systems[format]
    const where = join(folder, `upgraded-${format}`)
    const work = join(folder, `earlier-${format}`)
    for (const one of [where, work]) mkdirSync(one)
    const run = (...words: readonly string[]) => sh(join(project, 'e2e/in-own-root.sh'), where, ...words)
    ok(run('useradd', '--create-home', 'ekuser'))
    ok(run(...before))
    const upper = join(where, 'upper')
    writeFileSync(join(upper, 'home/ekuser/config'), kubeconfig, { mode: 0o600 })
    ok(run('chown', 'ekuser:', '/home/ekuser/config'))
    const user = asUser('ekuser', '/home/ekuser', '/usr/local/bin:/usr/bin:/bin')
    const ekscope = (...words: readonly string[]) => ok(run(...user, 'ekscope', ...words))
    cpSync(earlierPackage[format](work), join(upper, `earlier.${format}`))
    cpSync({ deb, rpm }[format](), join(upper, `present.${format}`))
    const over = {
      deb: ['apt-get', 'install', '-y', '-q', '--no-install-recommends', '--allow-downgrades'],
      rpm: ['rpm', '-U', '--nodeps', '--oldpackage'],
    }[format]

    ok(run(...install(`/earlier.${format}`)))
    expect(ekscope('version')).toContain(earlier)
    ekscope('set-namespace', 'shop', 'web')

    ok(run(...over, `/present.${format}`))
    expect(ekscope('version')).toContain(present)
    expect(ekscope('history')).toContain('namespace (none) → web')
    ekscope('undo')
    ekscope('set-namespace', 'shop', 'later')

    ok(run(...over, `/earlier.${format}`))
    expect(ekscope('version')).toContain(earlier)
    expect(ekscope('history')).toContain('namespace (none) → later')
    ekscope('undo')
    expect(ekscope('list', '--json')).toContain('"namespace": null')
    expect(ok(run('man', '-w', 'ekscope'))).toContain('/ekscope.1.gz')

    ok(run(...remove.filter((name) => name !== 'ekscope-cli')))
    expect(run(...user, 'ekscope', 'version').status).not.toBe(0)
    expect(existsSync(join(upper, 'home/ekuser/.local/state/ekscope/history'))).toBe(true)
  })
}

/** Files and links that a root has of its own, but for what the tools of packages note of themselves and the desktop's caches. */
function filesIn(upper: string): readonly string[] {
  const notes = /^\/(?:tmp|run|var\/(?:log|cache|lib\/(?:apt|dpkg|rpm))|root)\//
  const caches = /\/(?:icon-theme|mimeinfo)\.cache$/
  return ok(sh('find', upper, '!', '-type', 'd', '!', '-type', 'c', '-printf', '/%P\\n'))
    .split('\n')
    .filter((path) => path !== '' && !notes.test(path) && !caches.test(path))
}
