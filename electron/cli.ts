/** Composition root of the terminal: the same services as the window, in plain Node. */
import os from 'node:os'
import { parseArguments, splitCommand, UsageError } from './cli/arguments'
import { type CommandCall, type ExitStatus, Refusal } from './cli/command'
import { commandHelp, commands, generalHelp } from './cli/commands'
import { sentence, type Terminal } from './cli/output'
import { lockWaitMs } from './cli/writing'
import { createServices } from './services'
import { dataFolderPath, openDataFolder } from './system/data-folder'
import { definedVariables } from './system/environment'
import { redact } from './system/redact-output'
import { version } from './version'

/** Runs `ekscope` with these arguments; resolves with its exit status. Everything it touches is an argument. */
async function main(argv: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<ExitStatus> {
  try {
    return await dispatch(argv, terminal, signal)
  } catch (error) {
    if (error instanceof UsageError) {
      await terminal.err(sentence(`${error.message}.`, '`ekscope --help` shows what there is.'))
      return 2
    }
    if (error instanceof Refusal) {
      await terminal.err(sentence(error.message, error.next))
      // A step that was interrupted refuses too, and says that it was cancelled.
      return signal.aborted ? 130 : 3
    }
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
    await terminal.err(
      sentence('something went wrong inside Ekscope.', 'Please report this with the text below.'),
    )
    await terminal.err(`${redact(details)}\n`)
    return 3
  }
}

async function dispatch(
  argv: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const { name, rest } = splitCommand(argv)
  if (name === null) {
    const { globals, positionals } = parseArguments(rest, {})
    if (globals.version) {
      await terminal.out(`${version}\n`)
      return 0
    }
    if (globals.help) {
      await terminal.out(generalHelp())
      return 0
    }
    throw new UsageError(positionals.length > 0 ? `a command comes before “--”` : 'a command is missing')
  }
  const command = commands.find((one) => one.name === name)
  if (!command) throw new UsageError(`there is no command “${name}”`)
  const args = parseArguments(rest, command.options)
  if (args.globals.version) {
    await terminal.out(`${version}\n`)
    return 0
  }
  if (args.globals.help) {
    await terminal.out(commandHelp(command))
    return 0
  }
  // In a usage a word in capitals, bare or in brackets of its own, is a positional; after an option it is its value.
  if (args.positionals.length > 0 && !/^\S+ \[?[A-Z]/.test(command.usage)) {
    throw new UsageError(`“ekscope ${command.name}” takes no “${args.positionals[0] ?? ''}”`)
  }
  const wait = lockWaitMs(args)
  const services: CommandCall['services'] = async () => {
    const variables = definedVariables(process.env)
    const home = variables.HOME || os.homedir()
    const { platform } = process
    // Set after the variables were read: the SDK would warn programmers about our Node on standard error.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
    return createServices({
      variables,
      home,
      platform,
      cwd: process.cwd(),
      now: Date.now,
      folder: openDataFolder(dataFolderPath({ variables, platform, home })),
      kubeconfig: args.globals.kubeconfig,
      filesOf: 'app',
      ...(wait === null ? {} : { lockWaitMs: wait }),
    })
  }
  return command.run({ args, terminal, services, signal })
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()))
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Once: a second Ctrl+C ends the process at once.
  process.once(name, () => stop.abort())
}
for (const stream of [process.stdout, process.stderr]) {
  // `ekscope list | head` closes the pipe early: that is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))
}

// An uncaught bug must not look like exit status 1, bad news.
process.on('uncaughtException', (error) => {
  process.stderr.write(
    `${sentence('something went wrong inside Ekscope.', 'Please report this with the text below.')}${redact(String(error.stack))}\n`,
  )
  process.exit(3)
})

const terminal: Terminal = {
  out: (text) => write(process.stdout, text),
  err: (text) => write(process.stderr, text),
  errIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? 120,
}
void main(process.argv.slice(2), terminal, stop.signal).then((status) => process.exit(status))
