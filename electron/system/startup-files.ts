/**
 * The files that a shell reads when a new terminal opens, in their order, and where one of them gives a variable its value:
 * "unset AWS_ACCESS_KEY_ID" helps a user who knows the line that sets it. They are read as text, after the shell has reported
 * its environment.
 */
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { readStartupText, type StartupDialect } from './assignments'
import type { Variables } from './environment'
import { textOfAny } from './own-file'

/** How the shell of a new terminal comes about. */
export interface ShellStart {
  readonly shell: string
  /** One after the other, each in what the one before it gave. */
  readonly starts: readonly { readonly login: boolean; readonly interactive: boolean }[]
  /**
   * What was there before the first: nothing, what a login gives every process, or the session that a desktop began, in files
   * of its own.
   */
  readonly session: 'none' | 'login' | 'desktop'
}

/** What is known of where a variable gets its value, as sentences append it: `~/.profile:6`. */
export type Origins = ReadonlyMap<string, string>

/** Larger files, and more of them, are no startup files that a person wrote. */
const mostBytes = 1024 * 1024
const mostFiles = 100

interface StartupFile {
  readonly path: string
  readonly dialect: StartupDialect
}

/**
 * For each variable that Ekscope names, the lines of these startup files that assign its very value, else those that work it
 * out, else that none does. Files that cannot be read count as not there. Never throws.
 */
export async function originsOf(variables: Variables, start: ShellStart): Promise<Origins> {
  const named = Object.entries(variables).filter(([name]) => /^(AWS_|KUBECONFIG$|DEFAULT_ROLE$)/.test(name))
  if (named.length === 0) return new Map()
  const home = variables.HOME ?? '/'
  const literal = new Map<string, string[]>()
  const computed = new Map<string, string[]>()
  const seen = new Set<string>()
  const wanted = new Map(named)

  const read = async ({ path: file, dialect }: StartupFile, depth: number): Promise<boolean> => {
    if (seen.has(file) || seen.size >= mostFiles) return false
    seen.add(file)
    const text = await textOfAny(file, mostBytes)
    if (text === null) return false
    const { assignments, sources } = readStartupText(text, dialect, home)
    for (const { line, name, value } of assignments) {
      const real = wanted.get(name)
      if (real === undefined || (value !== null && value !== real)) continue
      const into = value === null ? computed : literal
      const place = `${shortened(file, home)}:${line}`
      const places = into.get(name) ?? []
      if (!places.includes(place)) into.set(name, [...places, place])
    }
    if (depth > 0) {
      for (const source of sources)
        for (const found of await matching(path.resolve(home, source)))
          await read({ path: found, dialect }, depth - 1)
    }
    return true
  }
  for (const choice of startupFilesOf(start, home, variables)) {
    for (const { path: pattern, dialect } of choice) {
      let any = false
      for (const file of await matching(pattern)) any = (await read({ path: file, dialect }, 4)) || any
      if (any) break
    }
  }

  return new Map(
    named.map(([name]) => {
      const surely = literal.get(name)
      const perhaps = computed.get(name)
      if (surely !== undefined) return [name, listed(surely)]
      return [
        name,
        perhaps === undefined ? 'not found in its startup files' : `may come from ${listed(perhaps)}`,
      ]
    }),
  )
}

const listed = (places: readonly string[]) =>
  places.length < 2 ? places.join('') : `${places.slice(0, -1).join(', ')} and ${places.at(-1)}`

const shortened = (file: string, home: string) =>
  home !== '/' && file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file

/** The files of a path whose last part may be a pattern, sorted as a shell sorts them. */
async function matching(file: string): Promise<readonly string[]> {
  const pattern = path.basename(file)
  if (!pattern.includes('*')) return [file]
  const parts = pattern.split('*')
  const [begin = '', end = ''] = [parts[0], parts.at(-1)]
  try {
    const names = await readdir(path.dirname(file))
    return names
      .filter((name) => !name.startsWith('.') && name.startsWith(begin) && name.endsWith(end))
      .sort()
      .map((name) => path.join(path.dirname(file), name))
  } catch {
    return []
  }
}

/** When a shell reads some files: at each start, at one of a login, with a prompt, or with one and no login. */
type When = 'always' | 'login' | 'interactive' | 'terminal'
type FileRow = readonly [when: When, dialect: StartupDialect, ...places: string[]]

const etcProfile = ['/etc/profile', '/etc/profile.d/*.sh']
const ofZsh = (name: string) => [`/etc/zsh/${name}`, `/etc/${name}`, `ZDOTDIR/.${name}`]
const ofCsh: readonly FileRow[] = [
  ['always', 'csh', '/etc/csh.cshrc', '/etc/csh.login', '~/.tcshrc|~/.cshrc', '~/.login'],
]

/**
 * Which files a shell reads, in their order: `~`, `CONFIG` and `ZDOTDIR` are folders. Of several in one place (`|`) only the
 * first that exists. Only bash leaves ~/.bashrc to the login files where it is both a login and an interactive shell.
 */
const filesOf: Readonly<Record<string, readonly FileRow[]>> = {
  bash: [
    ['login', 'posix', ...etcProfile, '~/.bash_profile|~/.bash_login|~/.profile'],
    ['terminal', 'posix', '/etc/bash.bashrc', '/etc/bashrc', '~/.bashrc'],
  ],
  zsh: [
    ['always', 'posix', ...ofZsh('zshenv')],
    ['login', 'posix', ...ofZsh('zprofile')],
    ['interactive', 'posix', ...ofZsh('zshrc')],
    ['login', 'posix', ...ofZsh('zlogin')],
  ],
  fish: [
    ['always', 'fish-variables', 'CONFIG/fish/fish_variables'],
    ['always', 'fish', 'CONFIG/fish/conf.d/*.fish', '/etc/fish/conf.d/*.fish'],
    ['always', 'fish', '/etc/fish/config.fish', 'CONFIG/fish/config.fish'],
  ],
  csh: ofCsh,
  tcsh: ofCsh,
  nu: [['always', 'nu', 'CONFIG/nushell/env.nu', 'CONFIG/nushell/config.nu', 'CONFIG/nushell/login.nu']],
}
/** Whose files are looked for: of a shell that is not known here those of sh. */
export function followsRulesOf(shell: string): string {
  const name = path.basename(shell)
  return Object.hasOwn(filesOf, name) ? name : 'sh'
}
const ofOtherShells: readonly FileRow[] = [['always', 'posix', ...etcProfile, '~/.profile']]
const ofLogin: FileRow = ['always', 'environment', '/etc/environment', '~/.pam_environment']
const ofDesktop: readonly FileRow[] = [
  ['always', 'environment', '/etc/environment.d/*.conf', 'CONFIG/environment.d/*.conf'],
  ['always', 'posix', '/etc/profile', '~/.profile', '~/.xprofile', '~/.xsessionrc'],
]

/** In the order in which they are read; of several in one choice only the first that is there. */
function startupFilesOf({ shell, starts, session }: ShellStart, home: string, variables: Variables) {
  const applies: Readonly<Record<When, boolean>> = {
    always: true,
    login: session === 'desktop' || starts.some(({ login }) => login),
    interactive: starts.some(({ interactive }) => interactive),
    terminal: starts.some(({ interactive, login }) => interactive && !login),
  }
  const folders: Readonly<Record<string, string>> = {
    '~': home,
    CONFIG: variables.XDG_CONFIG_HOME || path.join(home, '.config'),
    ZDOTDIR: variables.ZDOTDIR || home,
  }
  const name = path.basename(shell)
  const rows = [
    ...(session === 'none' ? [] : [ofLogin]),
    ...(session === 'desktop' ? ofDesktop : []),
    ...(Object.hasOwn(filesOf, name) ? (filesOf[name] ?? []) : ofOtherShells),
  ]
  return rows.flatMap(([when, dialect, ...places]) =>
    (applies[when] ? places : []).map((place) =>
      place.split('|').map((one) => ({
        path: path.normalize(one.replace(/^[~A-Z]+/, (name) => folders[name] ?? name)),
        dialect,
      })),
    ),
  )
}
