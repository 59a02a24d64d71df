// What Ekscope needs from the system, and how it gets there: installed by itself on Debian and Ubuntu as root,
// named with the exact command everywhere else.
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ask, unattended, which } from './process.mjs'
import { Stop, say } from './project.mjs'

/**
 * @typedef {'window' | 'display' | 'test' | 'package'} Purpose
 * @typedef {object} Requirement
 * @property {string} what in words
 * @property {Purpose} purpose
 * @property {{ program: string } | { linux: string } | { library: string } | { fonts: true } | { aws: 2 }} found how its presence is seen
 * @property {readonly string[]} apt Debian's and Ubuntu's names, newest first (64-bit time_t renamed libraries to …t64)
 * @property {string} dnf
 * @property {string} pacman
 * @property {string} [brew]
 * @property {string} [winget]
 */

/** @type {readonly Requirement[]} */
export const requirements = [
  library('GTK 3', 'libgtk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0'], 'gtk3', 'gtk3'),
  library('NSS', 'libnss3.so', ['libnss3'], 'nss', 'nss'),
  library('ALSA', 'libasound.so.2', ['libasound2t64', 'libasound2'], 'alsa-lib', 'alsa-lib'),
  library('GBM', 'libgbm.so.1', ['libgbm1'], 'mesa-libgbm', 'mesa'),
  library('CUPS', 'libcups.so.2', ['libcups2t64', 'libcups2'], 'cups-libs', 'libcups'),
  {
    what: 'fonts for names in other scripts',
    purpose: 'window',
    found: { fonts: true },
    apt: ['fonts-noto-core'],
    dnf: 'google-noto-sans-fonts',
    pacman: 'noto-fonts',
  },
  {
    ...program('Xvfb, a display where there is none', 'display', 'Xvfb', ['xvfb']),
    dnf: 'xorg-x11-server-Xvfb',
    pacman: 'xorg-server-xvfb',
  },
  {
    ...program('kubectl, the judge of every kubeconfig', 'test', 'kubectl', ['kubectl', 'kubernetes-client']),
    dnf: 'kubernetes-client',
    brew: 'kubernetes-cli',
    winget: 'Kubernetes.kubectl',
  },
  {
    ...program('kubectx', 'test', 'kubectx', ['kubectx']),
    winget: 'ahmetb.kubectx',
  },
  {
    what: 'setfacl and getfacl, which set and show access control lists',
    purpose: 'test',
    found: { linux: 'setfacl' },
    apt: ['acl'],
    dnf: 'acl',
    pacman: 'acl',
  },
  {
    what: 'setfattr and getfattr, the same for extended attributes',
    purpose: 'test',
    found: { linux: 'setfattr' },
    apt: ['attr'],
    dnf: 'attr',
    pacman: 'attr',
  },
  {
    what: 'cc, which makes the library by which calls fail in tests',
    purpose: 'test',
    found: { linux: 'cc' },
    apt: ['gcc'],
    dnf: 'gcc',
    pacman: 'gcc',
  },
  {
    what: 'the headers of C',
    purpose: 'test',
    found: { linux: '/usr/include/stdio.h' },
    apt: ['libc6-dev'],
    dnf: 'glibc-devel',
    pacman: 'glibc',
  },
  ...['dash', 'zsh', 'fish', 'tcsh'].map((shell) => ({
    what: `${shell}, which reads commands that Ekscope offers and tells it its environment`,
    purpose: /** @type {const} */ ('test'),
    found: { linux: shell },
    apt: [shell],
    dnf: shell,
    pacman: shell,
  })),
  {
    what: 'rpmbuild, which makes the rpm packages',
    purpose: 'package',
    found: { linux: 'rpmbuild' },
    apt: ['rpm'],
    dnf: 'rpm-build',
    pacman: 'rpm-tools',
  },
  {
    what: 'dpkg-deb, which makes the deb packages',
    purpose: 'package',
    found: { linux: 'dpkg-deb' },
    apt: ['dpkg'],
    dnf: 'dpkg',
    pacman: 'dpkg',
  },
  {
    what: 'strip, which takes out of Node what only debuggers read',
    purpose: 'package',
    found: { linux: 'strip' },
    apt: ['binutils'],
    dnf: 'binutils',
    pacman: 'binutils',
  },
  {
    ...program('the AWS CLI version 2, the judge of every identity', 'test', 'aws', ['awscli']),
    found: { aws: 2 },
    dnf: 'awscli2',
    pacman: 'aws-cli-v2',
    brew: 'awscli',
    winget: 'Amazon.AWSCLI',
  },
]

/**
 * @param {string} what
 * @param {string} soname
 * @param {readonly string[]} apt
 * @param {string} dnf
 * @param {string} pacman
 * @returns {Requirement}
 */
function library(what, soname, apt, dnf, pacman) {
  return { what, purpose: 'window', found: { library: soname }, apt, dnf, pacman }
}

/**
 * @param {string} what
 * @param {Purpose} purpose
 * @param {string} name
 * @param {readonly string[]} apt
 * @returns {Requirement}
 */
function program(what, purpose, name, apt) {
  return { what, purpose, found: { program: name }, apt, dnf: name, pacman: name, brew: name }
}

/**
 * Which requirements of these purposes are not met.
 * @param {readonly Purpose[]} purposes
 * @param {{ platform: NodeJS.Platform, has: (found: Requirement['found']) => boolean }} machine
 * @returns {Requirement[]}
 */
export function missing(purposes, { platform, has }) {
  return requirements.filter(({ purpose, found }) => {
    if (!purposes.includes(purpose)) return false
    // The official Electron brings its libraries on macOS and Windows, and a display is always there.
    if (platform !== 'linux' && (purpose !== 'test' || 'linux' in found)) return false
    return !has(found)
  })
}

/**
 * The command that a person would type to get these, or null where we know no package manager.
 * @param {readonly Requirement[]} needs
 * @param {{ apt: readonly string[] | null, programs: readonly string[], root: boolean }} machine `apt`: the names as this
 *   release has them, null where there is no apt-get
 * @returns {string | null}
 */
export function installCommand(needs, { apt, programs, root }) {
  const sudo = root ? '' : 'sudo '
  if (apt !== null) return `${sudo}apt-get update && ${sudo}apt-get install -y ${apt.join(' ')}`
  const names = (/** @type {'dnf' | 'pacman' | 'brew' | 'winget'} */ manager) =>
    needs.map((need) => need[manager]).filter((name) => name !== undefined)
  if (programs.includes('dnf')) return `${sudo}dnf install -y ${names('dnf').join(' ')}`
  if (programs.includes('pacman')) return `${sudo}pacman -S --needed ${names('pacman').join(' ')}`
  if (programs.includes('brew')) return `brew install ${names('brew').join(' ')}`
  if (programs.includes('winget'))
    return names('winget')
      .map((name) => `winget install ${name}`)
      .join(' && ')
  return null
}

/**
 * The first name that this release of Debian or Ubuntu has for each requirement.
 * @param {readonly Requirement[]} needs
 * @param {(name: string) => boolean} available
 * @returns {string[]}
 */
export function aptNames(needs, available) {
  return needs.map(({ apt }) => apt.find(available) ?? apt[0] ?? '')
}

/**
 * Makes sure that what these purposes need is on the machine. On Debian and Ubuntu as root it is installed without a
 * question; elsewhere this ends with the exact command to type.
 * @param {readonly Purpose[]} purposes
 */
export async function ensureSystem(purposes) {
  const libraries = process.platform === 'linux' ? await loaderCache() : new Set()
  let aws = purposes.includes('test') && (await hasAws2())
  const has = (/** @type {Requirement['found']} */ found) => {
    if ('aws' in found) return aws
    if ('program' in found) return which(found.program) !== null
    if ('linux' in found) return existsSync(found.linux) || which(found.linux) !== null
    if ('library' in found) return libraries.has(found.library)
    return hasFonts()
  }
  const needs = missing(purposes, { platform: process.platform, has })
  if (needs.length === 0) return
  const isRoot = process.getuid?.() === 0
  const debian = which('apt-get') !== null && which('dpkg') !== null
  if (debian && isRoot) {
    say(`installing what is missing: ${needs.map(({ what }) => what).join('; ')} …`)
    await apt(['update'])
    const names = aptNames(needs, await availablePackages(needs))
    await apt(['install', '-y', '--no-install-recommends', ...names])
    const again = await loaderCache()
    aws = await hasAws2()
    const still = needs.filter(({ found }) => ('library' in found ? !again.has(found.library) : !has(found)))
    if (still.length === 0) return
    throw new Stop(
      `apt-get installed ${names.join(' ')}, but still missing: ${still.map(({ what }) => what).join('; ')}.`,
    )
  }
  const programs = ['dnf', 'pacman', 'brew', 'winget'].filter((name) => which(name) !== null)
  const names = debian ? aptNames(needs, await availablePackages(needs)) : null
  const command = installCommand(needs, { apt: names, programs, root: isRoot })
  throw new Stop(
    [
      `missing on this machine: ${needs.map(({ what }) => what).join('; ')}.`,
      command === null ? 'Install these with the means of your system, then try again.' : 'Install with:',
      ...(command === null ? [] : [`  ${command}`]),
    ].join('\n'),
  )
}

/**
 * Installs packages that make no test necessary, only possible: on Debian and Ubuntu as root. What could not be had is said.
 * @param {string} what
 * @param {readonly string[]} packages
 * @param {string} without what becomes of it without them
 */
export async function installIfPossible(what, packages, without) {
  try {
    if (which('apt-get') === null || process.getuid?.() !== 0)
      throw new Stop(`${what} comes by apt-get as root alone.`)
    say(`installing ${what} …`)
    await apt(['update'])
    await apt(['install', '-y', '--no-install-recommends', ...packages])
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(`${error.message}\n${without}`)
  }
}

/**
 * Runs apt-get with nothing to answer, waiting for others who hold its locks: machines that have just booted update
 * themselves. The option covers dpkg's lock; the one of the package lists is waited for by trying again.
 * @param {readonly string[]} args
 */
async function apt(args) {
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3']
  // In English, because the words are read.
  const env = { ...unattended(process.env), LC_ALL: 'C.UTF-8' }
  const started = Date.now()
  for (let waited = false; ; waited = true) {
    const { status, stdout, stderr } = await ask('apt-get', [...options, ...args], { env })
    if (status === 0) return
    if (!isLocked(stderr) || Date.now() - started > 600_000) {
      process.stderr.write(stdout + stderr)
      throw new Stop(
        `apt-get ${args.join(' ')} failed with status ${status} (its reason is above). Repair that, or run it yourself, then try again.`,
      )
    }
    if (!waited) say('another program is using apt; waiting for it to end …')
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }
}

/**
 * Whether apt-get failed only because another process holds one of its locks.
 * @param {string} complaint its standard error, in English
 */
export function isLocked(complaint) {
  return /^E: (Could not get lock|Unable to (acquire|lock))/m.test(complaint)
}

/**
 * Asks apt which of all names it could install.
 * @param {readonly Requirement[]} needs
 * @returns {Promise<(name: string) => boolean>}
 */
async function availablePackages(needs) {
  const { stdout } = await ask('apt-cache', ['policy', ...needs.flatMap(({ apt }) => apt)], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  const available = new Set(candidates(stdout))
  return (name) => available.has(name)
}

/**
 * The packages in an `apt-cache policy` answer that have a candidate.
 * @param {string} policy
 * @returns {string[]}
 */
export function candidates(policy) {
  const names = []
  let name = ''
  for (const line of policy.split('\n')) {
    const head = /^(\S+):$/.exec(line)
    if (head?.[1] !== undefined) name = head[1]
    if (/^ {2}Candidate: (?!\(none\))/.test(line)) names.push(name)
  }
  return names
}

/**
 * Whether the judge of identities is here: an aws of version 2. One of version 1 that a Python manager put first on PATH
 * has other rules; the distribution's own is looked at before it, as the tests do (electron/testing/real-programs.ts).
 */
async function hasAws2() {
  for (const path of ['/usr/bin/aws', which('aws')]) {
    if (path === null || !existsSync(path)) continue
    if (/^aws-cli\/2\./.test((await ask(path, ['--version'])).stdout)) return true
  }
  return false
}

/** The sonames that the dynamic loader knows. */
async function loaderCache() {
  const ldconfig = which('ldconfig', `${process.env.PATH ?? ''}:/usr/sbin:/sbin`) ?? 'ldconfig'
  const { stdout } = await ask(ldconfig, ['-p'])
  return new Set(Array.from(stdout.matchAll(/^\t(\S+) \(/gm), ([, name]) => name))
}

/** Whether any font file is installed: Ekscope brings its own for Latin, Greek and Cyrillic. */
function hasFonts() {
  const folders = [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(homedir(), '.fonts'),
    join(homedir(), '.local/share/fonts'),
  ]
  return folders.some((folder) => existsSync(folder) && holdsFont(folder))
}

/**
 * @param {string} folder
 * @returns {boolean}
 */
function holdsFont(folder) {
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.some((entry) =>
    entry.isDirectory() ? holdsFont(join(folder, entry.name)) : /\.(ttf|otf|ttc|pfb)$/i.test(entry.name),
  )
}
