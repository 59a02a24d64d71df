/** Composition root of the terminal: the same services as the window, in plain Node. */
import os from 'node:os'
import { leaveNpm } from '../scripts/lib/before-npm.mjs'
import { parseArguments, splitCommand, UsageError } from './cli/arguments'
import { type CommandCall, type ExitStatus, Refusal } from './cli/command'
import { commandHelp, commands, generalHelp } from './cli/commands'
import { json, sentence, type Terminal } from './cli/output'
import { lockWaitMs } from './cli/writing'
import { unreadableEnvironment } from './identity/environments'
import { createServices } from './services'
import { dataFolderPath, openDataFolder } from './system/data-folder'
import { definedVariables } from './system/environment'
import { codeOf } from './system/errno'
import { redact } from './system/redact-output'
import { version } from './version'

/** Runs `ekscope` with these arguments; resolves with its exit status. Everything it touches is an argument. */
async function main(argv: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<ExitStatus> {
  /** In one line on standard error and, with `--json`, as the one document on standard output. */
  const refused = async (code: string, message: string, next: string) => {
    await terminal.err(sentence(message, next))
    if (asksForJson(argv)) await terminal.report(json({ error: { code, message, next } }))
  }
  try {
    return await dispatch(argv, terminal, signal)
  } catch (error) {
    if (error instanceof UsageError) {
      await refused('usage', `${error.message}.`, '`ekscope --help` shows what there is.')
      return 2
    }
    if (error instanceof Refusal) {
      await refused(error.code, error.message, error.next)
      // A step that was interrupted refuses too, and says that it was cancelled.
      return signal.aborted ? 130 : 3
    }
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
    await refused(
      'internal',
      'something went wrong inside Ekscope.',
      'Please report this with the text below.',
    )
    await terminal.err(`${redact(details)}\n`)
    return 3
  }
}

/** Also where the arguments cannot be taken apart. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end < 0 ? undefined : end).includes('--json')
}

async function dispatch(
  argv: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const { name, rest } = splitCommand(argv)
  const answered = async ({ globals }: Pick<CommandCall['args'], 'globals'>, help: () => string) => {
    const asked = globals.version ? { version } : globals.help ? { help: help() } : null
    if (asked === null) return false
    await terminal.out(globals.json ? json(asked) : (asked.help ?? `${version}\n`))
    return true
  }
  if (name === null) {
    const args = parseArguments(rest, {})
    if (await answered(args, generalHelp)) return 0
    const { positionals } = args
    throw new UsageError(positionals.length > 0 ? `a command comes before “--”` : 'a command is missing')
  }
  const command = commands.find((one) => one.name === name)
  if (!command) throw new UsageError(`there is no command “${name}”`)
  const args = parseArguments(rest, command.options)
  if (await answered(args, () => commandHelp(command))) return 0
  // In a usage a word, bare or in brackets of its own, is a positional; after an option it is its value.
  if (args.positionals.length > 0 && !/^\S+ \[?[A-Za-z]/.test(command.usage)) {
    throw new UsageError(`“ekscope ${command.name}” takes no “${args.positionals[0] ?? ''}”`)
  }
  const wait = lockWaitMs(args)
  const services: CommandCall['services'] = async () => {
    const variables = definedVariables(process.env)
    const home = variables.HOME || os.homedir()
    const { platform } = process
    // Set after the variables were read: the SDK would warn programmers about our Node on standard error.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
    const services = createServices({
      variables,
      home,
      platform,
      cwd: process.cwd(),
      now: Date.now,
      folder: openDataFolder(dataFolderPath({ variables, platform, home }), {
        onExposed: ({ message, next }) => void terminal.err(sentence(message, next)),
      }),
      kubeconfig: args.globals.kubeconfig,
      filesOf: 'app',
      ...(wait === null ? {} : { lockWaitMs: wait }),
    })
    const { environment } = args.globals
    if (environment === 'login-shell') {
      const shell = await services.environments.of(environment)
      const unreadable = unreadableEnvironment(shell)
      if (unreadable !== null) throw new Refusal(unreadable)
      if (shell.problem !== null) await terminal.err(sentence(shell.problem))
    }
    return services
  }
  return command.run({ args, terminal, services, signal })
}

leaveNpm(process.env)
const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Once: a second Ctrl+C ends the process at once.
  process.once(name, () => stop.abort())
}

/** Names of the errors of what could not be written; null: so far everything could. */
const unwritten: Record<'stdout' | 'stderr', string | null> = { stdout: null, stderr: null }

function write(name: 'stdout' | 'stderr', text: string): Promise<boolean> {
  return new Promise((resolve) => {
    process[name].write(text, (error) => {
      if (error) unwritten[name] ??= codeOf(error) || error.message
      resolve(!error)
    })
  })
}
for (const name of ['stdout', 'stderr'] as const) {
  // Neither a reader that has gone (`ekscope list | head`) nor a full disk ends a command before it has done its work.
  process[name].on('error', (error) => {
    unwritten[name] ??= codeOf(error) || error.message
  })
}

// An uncaught bug must not look like exit status 1, bad news.
process.on('uncaughtException', (error) => {
  process.stderr.write(
    `${sentence('something went wrong inside Ekscope.', 'Please report this with the text below.')}${redact(String(error.stack))}\n`,
  )
  process.exit(3)
})

/** What the command was for could not be printed. */
let resultLost = false
const terminal: Terminal = {
  out: async (text) => {
    if (!(await write('stdout', text))) resultLost = true
  },
  report: async (text) => {
    await write('stdout', text)
  },
  err: async (text) => {
    await write('stderr', text)
  },
  errIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.isTTY ? process.stdout.columns : null,
}

/** The status, and a word on one stream about what the other did not take. */
async function ended(status: ExitStatus): Promise<ExitStatus> {
  // A reader that has seen enough is no failure.
  const [out, err] = [unwritten.stdout, unwritten.stderr].map((code) => (code === 'EPIPE' ? null : code))
  const notice = (what: string, code: string) =>
    sentence(`${what} could not be written (${code}).`, 'Look at where it leads, and at the space there.')
  if (out) await write('stderr', notice('standard output', out))
  else if (err && !asksForJson(process.argv)) await write('stdout', notice('standard error', err))
  return status === 0 && resultLost && out ? 3 : status
}

void main(process.argv.slice(2), terminal, stop.signal)
  .then(ended)
  .then((status) => process.exit(status))
