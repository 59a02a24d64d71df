/**
 * The environment that a login shell gives a new terminal, read once. A double-clicked app gets little of it, and
 * "aws: not found" or another identity is what users then see elsewhere. Startup files may print, wait or fail.
 */
import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { cleanVariables, type Variables } from './environment'
import { type CommandRequest, runCommand } from './run-command'
import { type Origins, originsOf, type ShellStart } from './startup-files'

export interface LoginShellOptions {
  /** What the app itself was started with. */
  readonly variables: Variables
  readonly platform: NodeJS.Platform
  /** The demo asks `/bin/sh` started with nothing but HOME; else the user's own shell and session. */
  readonly start?: { readonly shell: string; readonly variables: Variables } | undefined
  /** Milliseconds for everything; 5,000 by default. */
  readonly timeLimitMs?: number
  readonly signal?: AbortSignal
}

/** Bytes of standard output after which a shell is not believed to come to an end. */
const outputLimit = 4 * 1024 * 1024

/**
 * Asks the shell for the environment of a new terminal. Never throws. `problem`: what differs from a new terminal, as a
 * sentence; null when the shell answered as a terminal starts it. `answered`: false where nothing could be read; `variables`
 * then name only the home, and nothing else of the app's. `origins`: where its variables get their values, as far as its startup
 * files say it.
 */
export async function readLoginShell(options: LoginShellOptions) {
  const { variables, platform, start, timeLimitMs = 5_000, signal } = options
  // A new window of a terminal on Windows gets what every program gets.
  if (platform === 'win32') return { variables, problem: null, answered: true, origins: none }
  const shell = start?.shell ?? loginShellOf(variables)
  const base = start?.variables ?? newTerminalBase(variables, shell)
  const until = Date.now() + timeLimitMs
  const through = (starts: Starts) => ask(shell, starts, base, until - Date.now(), signal)
  const starts: Starts = start ? [login] : startsOf(shell, platform, isFromTerminal(variables))
  const fromDesktop = platform !== 'darwin' && !isFromTerminal(variables)
  const session = start ? 'none' : fromDesktop ? 'desktop' : 'login'
  const answered = async (found: Variables, how: Starts, problem: string | null) => ({
    variables: found,
    problem,
    answered: true,
    origins: await originsOf(found, { shell, starts: how, session }),
  })
  const answer = await through(starts)
  if (typeof answer !== 'string') return answered(answer, starts, null)
  const why = answer === late ? `did not answer within ${timeLimitMs / 1000} s` : answer
  // Some startup files end the shell where there is no terminal.
  if (answer !== late && starts.some(({ interactive }) => interactive)) {
    const plain = await through([login])
    const problem = `The login shell ${shell} ${why} as a terminal starts it; only what its login files set is known.`
    if (typeof plain !== 'string') return answered(plain, [login], problem)
  }
  // The app's own variables, keys among them, would be another environment under this one's name.
  const problem = `The login shell ${shell} ${why}.`
  const { HOME } = base
  return { variables: HOME === undefined ? {} : { HOME }, problem, answered: false, origins: none }
}

const none: Origins = new Map()

/** People export in what an interactive one reads: ~/.bashrc, ~/.zshrc. */
type Start = ShellStart['starts'][number]
const login: Start = { login: true, interactive: false }
/** One after the other: the second begins with what the first gave. */
type Starts = readonly [Start] | readonly [Start, Start]

/**
 * How a new terminal comes about. On macOS it starts a login shell. Elsewhere the desktop's session was begun by a login shell,
 * and a terminal starts one that is none: what a desktop started has the session already, and below a terminal it is begun
 * anew, because its variables were taken away (newTerminalBase).
 */
function startsOf(shell: string, platform: NodeJS.Platform, fromTerminal: boolean): Starts {
  const name = path.basename(shell)
  // tcsh and nu read the same files with or without a prompt; sh and others are asked for what every one of them has.
  if (!/^(bash|zsh|fish)$/.test(name)) return [login]
  if (platform === 'darwin') return [{ login: true, interactive: true }]
  const terminal = { login: false, interactive: true }
  return fromTerminal ? [login, terminal] : [terminal]
}

const isFromTerminal = ({ SHLVL, TERM }: Variables) => SHLVL !== undefined && TERM !== undefined

/** The user's login shell, by SHELL or the user database. */
export function loginShellOf(variables: Variables): string {
  if (variables.SHELL && path.isAbsolute(variables.SHELL)) return variables.SHELL
  try {
    // Without an entry in the user database this throws.
    return os.userInfo().shell || '/bin/sh'
  } catch {
    return '/bin/sh'
  }
}

/**
 * A terminal that is opened anew inherits from the desktop session, not from the terminal that Ekscope was started
 * in: keys exported manually there would be shown as the login shell's.
 */
function newTerminalBase(variables: Variables, shell: string): Variables {
  const base: Record<string, string> = {
    ...(isFromTerminal(variables) ? cleanVariables(variables) : variables),
    SHELL: shell,
  }
  for (const name of Object.keys(base)) {
    if (/^(_|SHLVL|OLDPWD|ELECTRON_.*|NODE_OPTIONS|VITEST.*)$/.test(name)) delete base[name]
  }
  return base
}

const flagsOf = ({ login, interactive }: Start) => [...(login ? ['-l'] : []), ...(interactive ? ['-i'] : [])]

/**
 * The first shell becomes the second, at home as a terminal begins. Of one process, because starting another from here takes the
 * window's first thread 10 to 20 ms, just when its page could begin.
 */
const becomes = (name: string, flags: readonly string[]) =>
  name === 'fish'
    ? `test "$PWD" = "$HOME"; or builtin cd "$HOME" 2>/dev/null; exec $argv[1] ${flags.join(' ')} -c $argv[2]`
    : `[ "$PWD" = "\${HOME:-/}" ] || builtin cd "\${HOME:-/}" 2>/dev/null || :; exec "$0" ${flags.join(' ')} -c "$1"`

/** The variables that it answers with; else why it did not. `late`: it took too long. */
async function ask(
  shell: string,
  [first, second]: Starts,
  base: Variables,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Variables | string> {
  const nonce = randomBytes(12).toString('hex')
  const [begin, end] = [`ekscope-begin-${nonce}\n`, `ekscope-end-${nonce}\n`]
  // The marks separate the answer from what startup files print. sh, zsh, fish and csh read this alike; of commands in a row
  // nushell prints only the last one's value, and it has a word for printing.
  const name = path.basename(shell)
  const echo = name === 'nu' ? 'print' : 'echo'
  const question = `${echo} '${begin.trim()}'; /usr/bin/env -0; ${echo} '${end.trim()}'`
  const csh = /^t?csh$/.test(name)
  if (timeoutMs <= 0) return late
  const request: CommandRequest = {
    path: shell,
    args:
      second === undefined
        ? [...(csh ? [] : flagsOf(first)), '-c', question]
        : [...flagsOf(first), '-c', becomes(name, flagsOf(second)), shell, question],
    // csh takes -l only alone; a name that begins with a dash means the same to every shell.
    argv0: csh ? `-${name}` : undefined,
    cwd: base.HOME && path.isAbsolute(base.HOME) ? base.HOME : '/',
    env: { ...base, EKSCOPE_READS_ENVIRONMENT: '1' },
    stderr: 'ignore',
    // What is left running by a startup file may hold the pipe open for ever.
    until: end,
    timeoutMs,
    maxBytes: outputLimit,
  }
  const answer = await runCommand(request, signal ?? new AbortController().signal)
  switch (answer.kind) {
    case 'exited':
      return between(answer.stdout, begin, end) ?? early(`status ${answer.code}`)
    case 'killed':
      return early(answer.by)
    case 'not-started':
      return `could not be started (${answer.code})`
    case 'too-large':
      return 'printed more than 4 MB'
    case 'timeout':
      return late
    case 'cancelled':
      return 'was not waited for'
  }
}

const late = 'late'
const early = (how: string) => `ended (${how}) before it could be asked`

/** The variables between the marks; null where they are not there. */
function between(text: string, begin: string, end: string): Variables | null {
  const from = text.indexOf(begin)
  const to = text.lastIndexOf(end)
  if (from < 0 || to < from) return null
  const variables: Record<string, string> = {}
  for (const line of text.slice(from + begin.length, to).split('\0')) {
    const equals = line.indexOf('=')
    if (equals > 0) variables[line.slice(0, equals)] = line.slice(equals + 1)
  }
  delete variables._
  delete variables.EKSCOPE_READS_ENVIRONMENT
  return variables
}
