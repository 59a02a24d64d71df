// The packages of Linux, made of the unpacked app and the single executable by the system's own dpkg-deb, rpmbuild and tar.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { terminalPrograms } from './build-state.mjs'
import { packagedProgram, papers } from './packaging.mjs'
import { ask } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'
import { writeShellFiles } from './shell-files.mjs'
import { makeSingleExecutable, singleExecutable, singleFolder } from './single-executable.mjs'
import { requirements } from './system.mjs'

/** @typedef {'deb' | 'rpm' | 'tar.gz'} LinuxFormat */

export const linuxFormats = /** @type {const} */ (['deb', 'rpm', 'tar.gz'])

const { version, description, license, author, homepage } = readJson(inProject('package.json'))
const architectures = /** @type {const} */ ({
  x64: { deb: 'amd64', rpm: 'x86_64' },
  arm64: { deb: 'arm64', rpm: 'aarch64' },
})

/**
 * How packages are compressed. xz of level 6 would make them an eighth to a quarter smaller, in five to fifteen times the time. Debian
 * takes no zstd in a deb.
 */
const compression = { deb: ['-Zxz', '-z1'], rpm: 'w9.zstdio' }

/**
 * @typedef {object} LinuxPackage
 * @property {string} name
 * @property {string} says one line
 * @property {string} at the folder of its programs
 * @property {string} terminal the folder of the terminal program and of what goes with it
 * @property {number} priority of its terminal program where both packages are installed: the one that needs no Node first
 * @property {(folder: string) => Promise<void>} fill puts its files into `at` and the terminal's folder
 * @property {{ deb: readonly string[], rpm: readonly string[] }} depends
 * @property {{ deb: readonly string[], rpm: readonly string[] }} recommends
 * @property {{ install: string, remove: string }} scripts what is its own in them
 */

const libraries = requirements.flatMap(({ found, apt }) =>
  'library' in found ? [{ soname: found.library, apt }] : [],
)

/** @type {readonly LinuxPackage[]} */
export const packages = [
  {
    name: 'ekscope',
    says: 'AWS identity behind every kubectl context',
    at: '/usr/lib/ekscope',
    terminal: '/usr/lib/ekscope/terminal',
    priority: 10,
    fill: fillWindow,
    depends: {
      deb: ['libc6 (>= 2.31)', ...libraries.map(({ apt }) => apt.join(' | ')), 'xdg-utils'],
      rpm: [...libraries.map(({ soname }) => `${soname}()(64bit)`), 'xdg-utils'],
    },
    recommends: {
      deb: ['nodejs (>= 20) | ekscope-cli', 'awscli', 'kubectl | kubernetes-client'],
      rpm: ['(nodejs >= 20 or ekscope-cli)', 'awscli2', 'kubernetes-client'],
    },
    scripts: { install: script('window-install.sh'), remove: script('window-remove.sh') },
  },
  {
    name: 'ekscope-cli',
    says: 'AWS identity behind every kubectl context, in a terminal',
    at: '/usr/lib/ekscope-cli',
    terminal: '/usr/lib/ekscope-cli',
    priority: 20,
    fill: fillTerminalAlone,
    depends: { deb: ['libc6 (>= 2.28)', 'libstdc++6'], rpm: ['libstdc++.so.6()(64bit)'] },
    recommends: {
      deb: ['awscli', 'kubectl | kubernetes-client'],
      rpm: ['awscli2', 'kubernetes-client'],
    },
    scripts: { install: '', remove: '' },
  },
]

/** @param {string} name */
function script(name) {
  return readFileSync(inProject('build', 'linux', name), 'utf8')
}

const names = terminalPrograms.map((file) => (file === 'cli.cjs' ? 'ekscope' : basename(file, '.cjs')))

/** @param {string} root of the package's tree */
async function fillWindow(root) {
  const at = join(root, 'usr/lib/ekscope')
  cpSync(dirname(packagedProgram()), at, { recursive: true, verbatimSymlinks: true })
  copyFileSync(inProject('build/linux/apparmor-profile'), join(at, 'apparmor-profile'))
  const terminal = join(at, 'terminal')
  mkdirSync(terminal)
  for (const name of names) copyFileSync(inProject('build/linux/ekscope'), join(terminal, name))
  await writeShellFiles(terminal)
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/ekscope/ekscope-desktop', join(root, 'usr/bin/ekscope-desktop'))
  const share = (/** @type {string} */ path, /** @type {string | Buffer} */ content) =>
    write(join(root, 'usr/share', path), content)
  share('applications/ekscope-desktop.desktop', await desktopEntry())
  for (const icon of readdirSync(inProject('build/icons')))
    share(
      `icons/hicolor/${basename(icon, '.png')}/apps/ekscope-desktop.png`,
      readFileSync(inProject('build/icons', icon)),
    )
  share('man/man1/ekscope-desktop.1.gz', packed(readFileSync(inProject('build/linux/ekscope-desktop.1'))))
}

/** As the AppImage has it too: what electron-builder.yml says. */
async function desktopEntry() {
  const { parse } = await import('yaml')
  const { linux } = parse(readFileSync(inProject('electron-builder.yml'), 'utf8'))
  const values = {
    Type: 'Application',
    ...linux.desktop.entry,
    Exec: 'ekscope-desktop',
    Icon: 'ekscope-desktop',
    Terminal: 'false',
  }
  return ['[Desktop Entry]', ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ''].join(
    '\n',
  )
}

/** @param {string} root */
async function fillTerminalAlone(root) {
  await putSingleExecutable(join(root, 'usr/lib/ekscope-cli'))
}

/** @param {string} folder */
async function putSingleExecutable(folder) {
  mkdirSync(folder, { recursive: true })
  copyFileSync(singleExecutable, join(folder, 'ekscope'))
  for (const name of names) if (name !== 'ekscope') symlinkSync('ekscope', join(folder, name))
  await writeShellFiles(folder)
}

/** Gzipped without a time in it. @param {Buffer | string} content */
const packed = (content) => gzipSync(content, { level: 9 })

/**
 * @param {string} path
 * @param {string | Buffer} content
 */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/**
 * Where the shells look for completions. Both packages have them, and the terminal program: the system's alternatives lead to those
 * of the package that is installed, or, of both, to the one that needs no Node.
 * @param {LinuxPackage} of
 * @param {LinuxFormat} format
 */
function linksOf({ terminal }, format) {
  const zsh = format === 'deb' ? 'vendor-completions' : 'site-functions'
  return [
    ...names.map((name) => [`/usr/bin/${name}`, `${terminal}/${name}`]),
    ['/usr/share/man/man1/ekscope.1.gz', `${terminal}/ekscope.1.gz`],
    ['/usr/share/bash-completion/completions/ekscope', `${terminal}/completion/ekscope.bash`],
    [`/usr/share/zsh/${zsh}/_ekscope`, `${terminal}/completion/_ekscope`],
    ['/usr/share/fish/vendor_completions.d/ekscope.fish', `${terminal}/completion/ekscope.fish`],
  ]
}

/**
 * A command of that name that the alternatives did not make is another Ekscope's, such as npm's where its prefix is /usr: they would
 * replace it unasked, and remove it with the package.
 * @param {LinuxPackage} of
 * @param {LinuxFormat} format
 * @returns {{ install: string, remove: string }}
 */
export function scriptsOf(of, format) {
  const [first = [], ...rest] = linksOf(of, format)
  const link = (/** @type {readonly string[]} */ [at = '', to = '']) => `${at} ${basename(to)} ${to}`
  const install = [
    `update-alternatives --install ${link(first)} ${of.priority}`,
    ...rest.map((one) => `  --slave ${link(one)}`),
  ].join(' \\\n')
  const other = [
    `for link in ${names.map((name) => `/usr/bin/${name}`).join(' ')}; do`,
    '  [ ! -L "$link" ] || case $(readlink "$link") in /etc/alternatives/*) ;; *) other=$link ;; esac',
    'done',
  ].join('\n')
  const again = { deb: `dpkg-reconfigure ${of.name}`, rpm: `dnf reinstall ${of.name}`, 'tar.gz': '' }[format]
  const stays = `"$other is another program's (of npm?) and stays. That of this package is ${of.terminal}/ekscope. To have it as ekscope: remove the other, then run ${again}."`
  return {
    install: `set -e\nother=\n${other}\nif [ -n "$other" ]; then\n  echo ${stays}\nelse\n${install}\nfi\n${of.scripts.install}`,
    remove: [
      // Where it was never one of them, not every system's program takes that well.
      `set -e\nupdate-alternatives --remove ekscope ${of.terminal}/ekscope || true`,
      `${of.scripts.remove}echo 'What Ekscope kept of your work stays, for each user in ~/.local/state/ekscope.'\n`,
    ].join('\n'),
  }
}

/**
 * Makes the packages of these formats in dist/, of an app that is packed and built.
 * @param {readonly LinuxFormat[]} formats
 * @returns {Promise<string[]>} their paths
 */
export async function packageForLinux(formats) {
  const architecture = architectures[/** @type {'x64' | 'arm64'} */ (process.arch)]
  const { nodeVersion } = await makeSingleExecutable()
  const parts = papers([singleFolder], { name: 'node', version: nodeVersion })
  const made = []
  for (const format of formats) {
    if (format === 'tar.gz') {
      made.push(await tarball(parts))
      continue
    }
    for (const of of packages) {
      say(`making the ${format} of ${of.name} …`)
      const work = mkdtempSync(join(tmpdir(), 'ekscope-package-'))
      try {
        const root = join(work, 'root')
        await of.fill(root)
        if (of.name === 'ekscope-cli')
          for (const [name, text] of Object.entries(parts)) write(join(root, of.at, name), text)
        complete(root, of, format, await sourceTime())
        made.push(
          format === 'deb'
            ? await makeDeb(root, of, architecture.deb)
            : await makeRpm(root, work, of, architecture.rpm),
        )
      } finally {
        rmSync(work, { recursive: true, force: true })
      }
    }
  }
  return made
}

/**
 * What every package has, and the rights that its files are to have under any umask.
 * @param {string} root
 * @param {LinuxPackage} of
 * @param {LinuxFormat} format
 * @param {string} seconds when what is packed was last changed
 */
function complete(root, of, format, seconds) {
  const manual = join(root, of.terminal, 'ekscope.1')
  writeFileSync(`${manual}.gz`, packed(readFileSync(manual)))
  rmSync(manual)
  rmSync(join(root, of.terminal, 'completion/ekscope.ps1'))
  for (const [link = ''] of linksOf(of, format)) mkdirSync(join(root, dirname(link)), { recursive: true })
  const docs = join(root, 'usr/share/doc', of.name)
  write(join(docs, 'CHANGELOG.md.gz'), packed(readFileSync(inProject('CHANGELOG.md'))))
  const date = new Date(Number(seconds) * 1000).toUTCString().replace('GMT', '+0000')
  const entry = `${of.name} (${version}) unstable; urgency=medium\n\n  * What is new: CHANGELOG.md.gz.\n\n -- ${author}  ${date}\n`
  write(join(docs, 'changelog.gz'), packed(entry))
  write(
    join(docs, 'copyright'),
    [
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
      'Upstream-Name: Ekscope',
      `Source: ${homepage}`,
      `Comment: What is bundled has its own licences: ${of.at}/THIRD-PARTY.txt.`,
      '',
      'Files: *',
      'Copyright: 2026 The Ekscope authors',
      `License: ${license}`,
      ' On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.',
      '',
    ].join('\n'),
  )
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', root])
  // Started by a program, not by their own names.
  const isLoaded = ['(', '-name', 'lib*.so*', '-o', '-name', '*.cjs', ')']
  execFileSync('find', [root, '-type', 'f', ...isLoaded, '-exec', 'chmod', '0644', '{}', '+'])
}

/**
 * @param {string} root
 * @param {LinuxPackage} of
 * @param {string} architecture
 */
async function makeDeb(root, of, architecture) {
  const control = join(root, 'DEBIAN')
  const files = execFileSync('find', ['.', '-type', 'f', '-printf', '%P\\0'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean)
    .sort()
  const sums = execFileSync('md5sum', files, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  const size = execFileSync('du', ['-sk', '--apparent-size', root], { encoding: 'utf8' }).split('\t')[0]
  mkdirSync(control)
  const scripts = scriptsOf(of, 'deb')
  write(join(control, 'md5sums'), sums)
  write(
    join(control, 'control'),
    [
      `Package: ${of.name}`,
      `Version: ${version.replaceAll('-', '~')}`,
      `Architecture: ${architecture}`,
      `Maintainer: ${author}`,
      `Installed-Size: ${size}`,
      `Depends: ${of.depends.deb.join(', ')}`,
      `Recommends: ${of.recommends.deb.join(', ')}`,
      'Section: utils',
      'Priority: optional',
      `Homepage: ${homepage}`,
      `Description: ${of.says}`,
      ` ${description.replace(/(?<=.{50}) /, '\n ')}.`,
      '',
    ].join('\n'),
  )
  // Not when a newer one takes its place.
  const when = { postinst: '[ "$1" = configure ] || exit 0', prerm: '[ "$1" = remove ] || exit 0' }
  write(join(control, 'postinst'), `#!/bin/sh\n${when.postinst}\n${scripts.install}`)
  write(join(control, 'prerm'), `#!/bin/sh\n${when.prerm}\n${scripts.remove}`)
  for (const name of ['postinst', 'prerm']) chmodSync(join(control, name), 0o755)
  const file = inProject('dist', `${of.name}_${version}_${architecture}.deb`)
  await made(['dpkg-deb', '--root-owner-group', ...compression.deb, '--build', root, file])
  return file
}

/**
 * @param {string} root
 * @param {string} work
 * @param {LinuxPackage} of
 * @param {string} architecture
 */
async function makeRpm(root, work, of, architecture) {
  const scripts = scriptsOf(of, 'rpm')
  const paths = execFileSync('find', ['.', '-mindepth', '1', '-printf', '%y /%P\\n'], {
    cwd: root,
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .sort()
  // Folders of the system are not the package's, but for those that only a shell brings.
  const own = new RegExp(
    `^/usr/(?:lib/${of.name}|share/doc/${of.name}|share/(?:bash-completion|zsh|fish))(?:/|$)`,
  )
  const files = paths.flatMap((line) => {
    const path = line.slice(2)
    if (!line.startsWith('d')) return [`"${path}"`]
    return own.test(path) ? [`%dir "${path}"`] : []
  })
  const spec = join(work, 'package.spec')
  writeFileSync(
    spec,
    [
      `Name: ${of.name}`,
      `Version: ${version.replaceAll('-', '~')}`,
      'Release: 1',
      `Summary: ${of.says}`,
      `License: ${license}`,
      `URL: ${homepage}`,
      `Packager: ${author}`,
      'AutoReqProv: no',
      ...of.depends.rpm.map((one) => `Requires: ${one}`),
      ...of.recommends.rpm.map((one) => `Recommends: ${one}`),
      // rpmbuild must not strip, compress or link the files.
      '%define __os_install_post %{nil}',
      '%define _build_id_links none',
      `%define _binary_payload ${compression.rpm}`,
      '%description',
      `${description}.`,
      '%post',
      scripts.install,
      '%preun',
      '[ "$1" = 0 ] || exit 0',
      scripts.remove,
      '%files',
      '%defattr(-,root,root,-)',
      ...files,
      '',
    ].join('\n'),
  )
  const settings = {
    _topdir: work,
    _rpmdir: join(work, 'rpm'),
    _buildhost: 'ekscope',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
  }
  const defines = Object.entries(settings).flatMap(([name, value]) => ['--define', `${name} ${value}`])
  await made(['rpmbuild', '-bb', '--quiet', '--target', architecture, ...defines, '--buildroot', root, spec])
  const folder = join(work, 'rpm', architecture)
  const [name = ''] = readdirSync(folder)
  const file = inProject('dist', name)
  copyFileSync(join(folder, name), file)
  return file
}

/**
 * The window and the single executable in one folder, for systems with neither of the two.
 * @param {Readonly<Record<string, string>>} parts
 */
async function tarball(parts) {
  const name = `ekscope-${version}-linux-${process.arch}`
  say(`making ${name}.tar.gz …`)
  const work = mkdtempSync(join(tmpdir(), 'ekscope-package-'))
  try {
    const folder = join(work, name)
    cpSync(dirname(packagedProgram()), folder, { recursive: true, verbatimSymlinks: true })
    await putSingleExecutable(folder)
    // The list of what the single executable holds beside that of the window.
    write(join(folder, 'sbom-terminal.cdx.json'), parts['sbom.cdx.json'] ?? '')
    execFileSync('chmod', ['-R', 'u=rwX,go=rX', work])
    const file = inProject('dist', `${name}.tar.gz`)
    await made([
      'tar',
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      `--mtime=@${await sourceTime()}`,
      '--use-compress-program=gzip -n',
      '-cf',
      file,
      '-C',
      work,
      name,
    ])
    return file
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Seconds: when what is packed was last changed, so that two packings of it are the same. */
async function sourceTime() {
  if (process.env.SOURCE_DATE_EPOCH) return process.env.SOURCE_DATE_EPOCH
  const { status, stdout } = await ask('git', ['log', '-1', '--format=%ct'])
  return status === 0 ? stdout.trim() : '0'
}

/** @param {readonly string[]} words a command, which says nothing when all is well */
async function made([command = '', ...args]) {
  const { status, stderr } = await ask(command, args, {
    env: { ...process.env, SOURCE_DATE_EPOCH: await sourceTime() },
  })
  if (status !== 0) throw new Stop(`${command} ended with status ${status}: ${stderr.trim()}`, 1)
}
