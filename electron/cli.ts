/** Composition root of the terminal: the same services as the window, in plain Node. */
import os from 'node:os'
import { leaveNpm } from '../scripts/lib/before-npm.mjs'
import { lazy } from '../shared/once'
import type { ExitStatus } from './cli/command'
import { sentence, showsColours, type Terminal } from './cli/output'
import { asksForJson, runEkscope, type Surroundings } from './cli-run'
import { definedVariables } from './system/environment'
import { kubectlHome } from './system/kubectl-home'
import { standardOutput } from './system/standard-output'

leaveNpm(process.env)
const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Once: a second Ctrl+C ends the process at once.
  process.once(name, () => stop.abort())
}

const streams = { stdout: standardOutput('stdout'), stderr: standardOutput('stderr') }
/** The error code of each stream's first failed write; null: none failed so far. */
const unwritten: Record<'stdout' | 'stderr', string | null> = { stdout: null, stderr: null }

/** Opened with the first result, where the user asks for one and a terminal is there. */
const paging = lazy(async () => {
  const { argv, env } = process
  if (!streams.stdout.isTerminal || !(env.EKSCOPE_PAGER || argv.includes('--pager'))) return null
  const { openPager, pagerIn } = await import('./cli/pager')
  const line = pagerIn(argv.slice(2), env)
  return line === null ? null : openPager(line, definedVariables(env))
})
let pager: Awaited<ReturnType<typeof paging>> = null

async function write(name: 'stdout' | 'stderr', text: string): Promise<boolean> {
  // What is said on the terminal meanwhile is read there, too.
  if (pager !== null && streams[name].isTerminal) {
    await pager.write(text)
    return true
  }
  const error = await streams[name].write(text)
  unwritten[name] ??= error
  return error === null
}

// An uncaught bug must not look like exit status 1, bad news.
process.on('uncaughtException', (error) => {
  const said = sentence('something went wrong inside Ekscope.', 'Please report this with the text below.')
  void import('./system/redact-output')
    .then(({ redact }) => write('stderr', `${said}${redact(String(error.stack))}\n`))
    .finally(() => process.exit(3))
})

/** Whether a person sees the questions and can answer. */
const hasPerson = (): boolean => streams.stderr.isTerminal && process.stdin.isTTY

/** The command's result could not be printed. */
let resultLost = false
/** A shell that waits for this process must see what it would see of the command: Ctrl+C ends its script, a status does not. */
let endingBy: NodeJS.Signals | null = null
const terminal: Terminal = {
  out: async (text) => {
    pager = await paging()
    if (!(await write('stdout', text))) resultLost = true
  },
  report: async (text) => {
    await write('stdout', text)
  },
  err: async (text) => {
    await write('stderr', text)
  },
  get errIsTerminal() {
    return streams.stderr.isTerminal
  },
  get outIsTerminal() {
    return streams.stdout.isTerminal
  },
  get columns() {
    return streams.stdout.isTerminal ? Number(process.env.COLUMNS) || streams.stdout.columns : null
  },
  get colours() {
    return showsColours(process.env, streams.stdout.isTerminal)
  },
  get errColours() {
    return showsColours(process.env, streams.stderr.isTerminal)
  },
  get confirm() {
    if (!hasPerson()) return null
    return async (question: string) => (await import('./cli/confirm')).confirmed(question, stop.signal)
  },
  get ask() {
    if (!hasPerson()) return null
    return async (question: string, how?: { readonly hidden: boolean }) =>
      (await import('./cli/confirm')).answered(question, stop.signal, how?.hidden)
  },
  get askTyping() {
    if (!process.stdin.isTTY) return null
    return async (question: string) => {
      const { answered, screen } = await import('./cli/confirm')
      const shown = streams.stderr.isTerminal ? process.stderr : screen()
      // What cannot be shown is not answered.
      return shown === null ? null : answered(question, stop.signal, false, shown)
    }
  },
  endBy: (signal) => {
    endingBy = signal
  },
}

/** The exit status; reports on one stream what the other did not take. */
async function ended(status: ExitStatus): Promise<ExitStatus> {
  // A reader that has seen enough is no failure.
  const [out, err] = [unwritten.stdout, unwritten.stderr].map((code) => (code === 'EPIPE' ? null : code))
  const notice = (what: string, code: string) =>
    sentence(`${what} could not be written (${code}).`, 'Look at where it leads, and at the space there.')
  if (out) await write('stderr', notice('standard output', out))
  else if (err && !asksForJson(process.argv)) await write('stdout', notice('standard error', err))
  return status === 0 && resultLost && out ? 3 : status
}

/** Read once: what is set after it is not of the caller's environment. */
const surroundings = lazy((): Surroundings => {
  const variables = definedVariables(process.env)
  // Set after the variables were read: otherwise the SDK warns on standard error about the version of this Node.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  return {
    variables,
    home: kubectlHome(variables) || os.homedir(),
    platform: process.platform,
    cwd: process.cwd(),
  }
})

async function pagerEnded(status: ExitStatus): Promise<ExitStatus> {
  const unshown = (await pager?.end()) ?? null
  pager = null
  if (unshown !== null) await write('stdout', unshown)
  return status
}

void runEkscope(process.argv.slice(2), terminal, stop.signal, surroundings)
  .then(pagerEnded)
  .then(ended)
  .then((status) => {
    if (endingBy !== null) {
      process.removeAllListeners(endingBy)
      process.kill(process.pid, endingBy)
      // A signal that is ignored here, or comes late.
      setTimeout(() => process.exit(status), 1_000)
    } else process.exit(status)
  })
