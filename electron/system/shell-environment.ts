/**
 * The environment that a login shell gives a new terminal, read once. A double-clicked app gets little of it, and
 * "aws: not found" or another identity is what users then see elsewhere. Startup files may print, wait or fail.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { cleanVariables, type Variables } from './environment'
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

interface LoginShell {
  readonly variables: Variables
  /** What is not as in a new terminal, as a sentence; null when the shell answered as a terminal starts it. */
  readonly problem: string | null
  /** False where nothing could be read: `variables` then name where home is, and nothing else of the app's. */
  readonly answered: boolean
  /** Where its variables get their values, as far as its startup files say it; none is known of a shell that did not answer. */
  readonly origins: Origins
}

/** Bytes of standard output after which a shell is not believed to come to an end. */
const outputLimit = 4 * 1024 * 1024

/** Asks the shell for what a new terminal gives. Never throws. */
export async function readLoginShell(options: LoginShellOptions): Promise<LoginShell> {
  const { variables, platform, start, timeLimitMs = 5_000, signal } = options
  // A new window of a terminal on Windows gets what every program gets.
  if (platform === 'win32') return { variables, problem: null, answered: true, origins: new Map() }
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
  if (answer.kind === 'answered') return answered(answer.variables, starts, null)
  const why = answer.kind === 'late' ? `did not answer within ${timeLimitMs / 1000} s` : answer.why
  // Some startup files end the shell where there is no terminal.
  if (answer.kind === 'failed' && starts.some(({ interactive }) => interactive)) {
    const plain = await through([login])
    if (plain.kind === 'answered') {
      const problem = `The login shell ${shell} ${why} as a terminal starts it; only what its login files set is known.`
      return answered(plain.variables, [login], problem)
    }
  }
  // The app's own variables, keys among them, would be another environment under this one's name.
  const problem = `The login shell ${shell} ${why}.`
  const { HOME } = base
  return { variables: HOME === undefined ? {} : { HOME }, problem, answered: false, origins: new Map() }
}

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

function loginShellOf(variables: Variables): string {
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
 * in: keys exported by hand there would be shown as the login shell's.
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

type Answer =
  | { readonly kind: 'answered'; readonly variables: Variables }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'late' }

const flagsOf = ({ login, interactive }: Start) => [...(login ? ['-l'] : []), ...(interactive ? ['-i'] : [])]

/**
 * The first shell becomes the second, at home as a terminal begins. Of one process, because starting another from here takes the
 * window's first thread 10 to 20 ms, just when its page could begin.
 */
const becomes = (name: string, flags: readonly string[]) =>
  name === 'fish'
    ? `test "$PWD" = "$HOME"; or builtin cd "$HOME" 2>/dev/null; exec $argv[1] ${flags.join(' ')} -c $argv[2]`
    : `[ "$PWD" = "\${HOME:-/}" ] || builtin cd "\${HOME:-/}" 2>/dev/null || :; exec "$0" ${flags.join(' ')} -c "$1"`

function ask(
  shell: string,
  [first, second]: Starts,
  base: Variables,
  timeLimitMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const nonce = randomBytes(12).toString('hex')
  const [begin, end] = [`ekscope-begin-${nonce}`, `ekscope-end-${nonce}`]
  // The marks separate the answer from what startup files print. sh, zsh, fish and csh read this alike; of commands in a row
  // nushell prints only the last one's value, and it has a word for printing.
  const name = path.basename(shell)
  const echo = name === 'nu' ? 'print' : 'echo'
  const question = `${echo} '${begin}'; /usr/bin/env -0; ${echo} '${end}'`
  const csh = /^t?csh$/.test(name)
  const args =
    second === undefined
      ? [...(csh ? [] : flagsOf(first)), '-c', question]
      : [...flagsOf(first), '-c', becomes(name, flagsOf(second)), shell, question]
  return new Promise((resolve) => {
    if (timeLimitMs <= 0) {
      resolve({ kind: 'late' })
      return
    }
    const child = spawn(shell, args, {
      // csh takes -l only alone; a name that begins with a dash means the same to every shell.
      ...(csh ? { argv0: `-${name}` } : {}),
      cwd: base.HOME && path.isAbsolute(base.HOME) ? base.HOME : '/',
      env: { ...base, EKSCOPE_READS_ENVIRONMENT: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A session of its own: nothing in it can reach a terminal, and all of it can be ended at once.
      detached: true,
    })
    const chunks: Buffer[] = []
    let size = 0
    let settled = false
    const settle = (answer: Answer, kill: boolean) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancelled)
      child.stdout.destroy()
      child.unref()
      if (kill && child.pid !== undefined) {
        try {
          process.kill(-child.pid, 'SIGKILL')
        } catch {
          // Already gone.
        }
      }
      resolve(answer)
    }
    const fails = (why: string) => settle({ kind: 'failed', why }, true)
    const cancelled = () => fails('was not waited for')
    const timer = setTimeout(() => settle({ kind: 'late' }, true), timeLimitMs)
    signal?.addEventListener('abort', cancelled, { once: true })
    if (signal?.aborted) cancelled()

    child.once('error', (error) => fails(`could not be started (${error.message})`))
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      const found = between(chunks, begin, end, chunk)
      if (found) settle({ kind: 'answered', variables: found }, false)
      else if (size > outputLimit) fails('printed more than 4 MB')
    })
    // 'exit', not 'close': something left running by a startup file may hold the pipe open for ever.
    child.once('exit', (code, killedBy) => {
      const why = `ended (${killedBy ?? `status ${code ?? '?'}`}) before it could be asked`
      setTimeout(fails, 50, why)
    })
  })
}

/** The variables between the marks; null while the end is not there yet. */
function between(chunks: Buffer[], begin: string, end: string, last: Buffer): Variables | null {
  // Cheap test first, so that much noise is not joined again and again: the end mark closes what is printed.
  const tail = chunks.length > 1 ? Buffer.concat([...chunks.slice(-2, -1), last]) : last
  if (!tail.includes(end)) return null
  const text = Buffer.concat(chunks).toString('utf8')
  const from = text.indexOf(`${begin}\n`)
  const to = text.lastIndexOf(end)
  if (from < 0 || to < from) return null
  const variables: Record<string, string> = {}
  for (const line of text.slice(from + begin.length + 1, to).split('\0')) {
    const equals = line.indexOf('=')
    if (equals > 0) variables[line.slice(0, equals)] = line.slice(equals + 1)
  }
  delete variables._
  delete variables.EKSCOPE_READS_ENVIRONMENT
  return variables
}
