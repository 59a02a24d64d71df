/** How this Ekscope came onto the machine, and what updates it there. */
import { access, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { homepage } from '../../package.json'
import { option } from '../../shared/shell/offered-command'
import type { Variables } from './environment'
import { offered } from './offer'
import { type RunCommand, runCommand } from './run-command'

/** Two sentences. */
export interface Installation {
  readonly how: string
  readonly update: string
}

export interface InstallationOptions {
  /** The program that runs: of the window or of the terminal. */
  readonly program: string
  readonly variables: Variables
  readonly platform: NodeJS.Platform
  /** It is no package but the project itself. */
  readonly isClone?: boolean
  readonly run?: RunCommand
  /** Where the programs of the system's packages are. */
  readonly bin?: string
}

const releases = `${homepage}/releases`

/** A new file of the same kind. */
const download = (install: string) =>
  `Download the new one from ${releases}, compare it with SHA256SUMS there, and ${install}.`

/** Folders whose manager keeps what is in them. */
const kept: readonly (readonly [place: RegExp, how: string, update: string])[] = [
  [/\/_npx\//, 'Fetched by npx.', 'The newest is run as ekscope@latest.'],
  [
    /\/node_modules\/ekscope\//,
    'Installed by npm.',
    `Update it by ${offered('npm', 'install', option('--global', 'ekscope'))}.`,
  ],
  [
    /\/(?:Cellar|linuxbrew)\//,
    'Installed by Homebrew.',
    `Update it by ${offered('brew', 'upgrade', 'ekscope')}.`,
  ],
  [
    /\/Caskroom\//,
    'Installed by Homebrew.',
    `Update it by ${offered('brew', 'upgrade', 'ekscope-desktop')}.`,
  ],
  [/\/\.krew\//, 'Installed by krew.', `Update it by ${offered('kubectl', 'krew', 'upgrade', 'ekscope')}.`],
  [/^\/nix\/store\//, 'Installed by Nix.', 'Update the flake that names it.'],
  [/^\/snap\//, 'Installed as a snap.', `Update it by ${offered('snap', 'refresh', 'ekscope')}.`],
]

/** What the managers of Linux's packages are asked, and the name of the package in their answer. */
const managers = [
  {
    program: 'dpkg-query',
    args: ['--search'],
    name: /^([\w.+-]+)(?::\w+)?: /,
    by: 'apt',
    update: (name: string) => offered('sudo', 'apt', 'install', option('--only-upgrade', name)),
    file: '.deb',
  },
  {
    program: 'rpm',
    args: ['--query', '--queryformat', '%{NAME}', '--file'],
    name: /^([\w.+-]+)$/,
    by: 'dnf',
    update: (name: string) => offered('sudo', 'dnf', 'upgrade', name),
    file: '.rpm',
  },
  {
    program: 'pacman',
    args: ['--query', '--owns', '--quiet'],
    name: /^([\w.+-]+)$/,
    by: 'pacman',
    update: (name: string) => offered('sudo', 'pacman', option('-Syu', name)),
    file: 'package',
  },
]

/** A build leaves this beside its programs, and no package has it (scripts/lib/build-state.mjs). */
const isBuilt = (program: string): Promise<boolean> =>
  access(join(dirname(program), 'built-from.json')).then(
    () => true,
    () => false,
  )

export async function installationOf({
  program,
  variables,
  platform,
  isClone = false,
  run = runCommand,
  bin = '/usr/bin',
}: InstallationOptions): Promise<Installation> {
  const file = await realpath(program).catch(() => program)
  if (isClone || (await isBuilt(file)))
    return {
      how: 'It runs from a clone.',
      update: `Update it by ${offered('git', 'pull')}; the next start builds it.`,
    }
  const found = kept.find(([place]) => place.test(file.replaceAll('\\', '/')))
  if (found !== undefined) return { how: found[1], update: found[2] }
  if (variables.APPIMAGE) return { how: 'It is an AppImage.', update: download('put it in its place') }
  if (platform === 'win32' && variables.PORTABLE_EXECUTABLE_FILE)
    return { how: 'It is the portable program.', update: download('put it in its place') }
  for (const manager of platform === 'linux' ? managers : []) {
    const request = { path: `${bin}/${manager.program}`, args: [...manager.args, file], env: { LC_ALL: 'C' } }
    const answer = await run({ ...request, timeoutMs: 5_000 }, new AbortController().signal)
    const name =
      answer.kind === 'exited' && answer.code === 0 ? manager.name.exec(answer.stdout.trim())?.[1] : undefined
    if (name === undefined) continue
    return {
      how: `Installed by ${manager.by} as ${name}.`,
      update: `Where ${manager.by} has it from a repository: ${manager.update(name)}. Otherwise: ${download(`install that ${manager.file} as the first`)}`,
    }
  }
  return { how: 'Installed from a downloaded file.', update: download('install it as the first') }
}
