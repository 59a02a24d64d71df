/** One run of `ekscope`: finds the command and runs it. All parts of the process that it touches are arguments. */
import path from 'node:path'
import { lazy } from '../shared/once'
import type { Fault } from '../shared/result'
import { option } from '../shared/shell/offered-command'
import { quoted } from '../shared/visible'
import { lockWaitMs, parseArguments, splitCommand, UsageError } from './cli/arguments'
import {
  type Command,
  type CommandCall,
  type ExitStatus,
  optionsOf,
  type Reading,
  Refusal,
} from './cli/command'
import { commandHelp, commandNamed, commandNames, generalHelp } from './cli/commands'
import { didYouMean, nearest } from './cli/nearest'
import { sentence, type Terminal } from './cli/output'
import { json } from './report/json-text'
import type { Machine } from './services'
import { dataFolderPath } from './system/data-folder-path'
import { asCalled, offered } from './system/offer'
import { outsideOf } from './system/session'
import { version } from './version'

/** What a run knows of its surroundings. */
export type Surroundings = Pick<Machine, 'variables' | 'home' | 'platform' | 'cwd'>

/**
 * Runs `ekscope` with these arguments; resolves with its exit status. `surroundings` is asked once the command needs them;
 * `onOpen` gets what the command opened, for a caller that outlives it.
 */
export async function runEkscope(
  argv: readonly string[],
  own: Terminal,
  signal: AbortSignal,
  surroundings: () => Surroundings,
  onOpen?: (services: { close(): void }) => void,
): Promise<ExitStatus> {
  const terminal = takesInput(argv) ? namingInput(own, surroundings().cwd) : own
  /** What was said of files of Ekscope's own. */
  const said = new Set<string>()
  const onExposed = ({ message, next }: Fault) => {
    said.add(message)
    void terminal.err(sentence(message, next))
  }
  /** In one line on standard error and, with `--json`, as the one document on standard output. */
  const refused = async (code: string, message: string, next: string) => {
    if (!said.has(message)) await terminal.err(sentence(message, next, terminal.errColours ? 'bad' : null))
    if (asksForJson(argv)) await terminal.report(json({ error: { code, message, next } }))
  }
  try {
    return await dispatch(onExposed, argv, terminal, signal, surroundings, onOpen)
  } catch (error) {
    if (error instanceof UsageError) {
      const { name } = commandIn(argv)
      const words = name !== null && commandNames.includes(name) ? [name] : []
      const help = offered('ekscope', ...words, option('--help'))
      const next = `${didYouMean(error.near)}${help} shows what there is.`
      await refused('usage', `${error.message.replace(/\.$/, '')}.`, next)
      return 2
    }
    if (error instanceof Refusal) {
      await refused(error.code, error.message, error.next)
      // An interrupted step refuses too, and reports that it was cancelled.
      return signal.aborted ? 130 : 3
    }
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
    await refused(
      'internal',
      'something went wrong inside Ekscope.',
      'Please report this with the text below.',
    )
    const { redact } = await import('./system/redact-output')
    await terminal.err(`${redact(details)}\n`)
    return 3
  }
}

/** Whether an option has this value, or a word says so alone. Works also where the arguments cannot be parsed. */
function says(argv: readonly string[], value: string, option: RegExp, alone: RegExp): boolean {
  const end = argv.indexOf('--')
  const words = argv.slice(0, end < 0 ? undefined : end)
  return words.some((word, at) => (word === value ? option.test(words[at - 1] ?? '') : alone.test(word)))
}

export const asksForJson = (argv: readonly string[]): boolean =>
  says(argv, 'json', /^(?:-o|--output)$/, /^(?:--json|-ojson|--output=json)$/)

const takesInput = (argv: readonly string[]): boolean => says(argv, '-', /^--kubeconfig$/, /^--kubeconfig=-$/)

/** Standard input is a file of the working folder, for relative paths in it; it is named as what it is. */
function namingInput(terminal: Terminal, cwd: string): Terminal {
  const file = path.resolve(cwd, '-')
  const spelt = [file, JSON.stringify(file).slice(1, -1)].map((one) => one.replaceAll(/[^\w/]/g, '\\$&'))
  const whole = new RegExp(`(?<![\\w./-])(?:${spelt.join('|')})(?![\\w/-]|\\.\\w)`, 'g')
  const named = (print: Terminal['out']) => (text: string) => print(text.replaceAll(whole, 'standard input'))
  return { ...terminal, out: named(terminal.out), report: named(terminal.report), err: named(terminal.err) }
}

/** The command with its arguments; `help` and `version` are written as the options of that name. */
function commandIn(argv: readonly string[]): ReturnType<typeof splitCommand> {
  const found = splitCommand(argv)
  const { name, rest } = found
  return name === 'help' || name === 'version' ? commandIn([`--${name}`, ...rest]) : found
}

/** What shells and the build ask; no help shows it. */
const unlisted = new Map<string, () => Promise<Command>>([
  ['__complete', async () => (await import('./cli/complete')).complete],
  ['__man', async () => (await import('./cli/man')).man],
])

async function dispatch(
  onExposed: (exposed: Fault) => void,
  ...[argv, terminal, signal, surroundings, onOpen = () => undefined]: Parameters<typeof runEkscope>
): Promise<ExitStatus> {
  const { name, rest } = commandIn(argv)
  const answered = async (
    { globals }: Pick<CommandCall['args'], 'globals'>,
    help: () => string | Promise<string>,
  ) => {
    const asked = globals.version ? { version } : globals.help ? { help: asCalled(await help()) } : null
    if (asked === null) return false
    await terminal.out(globals.json ? json(asked) : (asked.help ?? `${version}\n`))
    return true
  }
  if (name === null) {
    const { globals, positionals } = parseArguments(rest, {})
    if (positionals.length > 0) throw new UsageError('a command comes before “--”')
    await answered({ globals: { ...globals, help: true } }, generalHelp)
    return 0
  }
  const command = (await commandNamed(name)) ?? (await unlisted.get(name)?.())
  const known = [...commandNames, 'help', 'version']
  if (!command) throw new UsageError(`there is no command ${quoted(name)}`, nearest(name, known))
  const args = parseArguments(rest, optionsOf(command), command.formats)
  if (await answered(args, () => commandHelp(command))) return 0
  // In a usage a word, bare or in brackets of its own, is a positional; after an option it is its value.
  if (args.positionals.length > 0 && !/^\S+ \[?[A-Za-z]/.test(command.usage)) {
    throw new UsageError(`“ekscope ${name}” takes no ${quoted(args.positionals[0] ?? '')}`)
  }
  const wait = lockWaitMs(args)
  const machine = lazy(async (): Promise<Machine> => {
    const { openDataFolder } = await import('./system/data-folder')
    const found = surroundings()
    const around = command.outside === true ? { ...found, variables: outsideOf(found.variables) } : found
    return {
      ...around,
      now: Date.now,
      folder: openDataFolder(dataFolderPath(around), { onExposed }),
      kubeconfig: args.globals.kubeconfig,
      ...(args.globals.kubeconfig === '-'
        ? { read: (await import('./cli/read-input')).readsStandardInput(signal) }
        : {}),
      filesOf: 'app',
      ...(wait === null ? {} : { lockWaitMs: wait }),
    }
  })
  const reading: CommandCall['reading'] = async (other) => {
    const { createReading, writesExposure } = await import('./services-reading')
    const closing = new AbortController()
    const found = { ...(await machine()), ...other }
    const { reading } = createReading(found, closing.signal)
    // Commands that write refuse for this reason, so an interrupted write stays as it is.
    const exposed = writesExposure(found.folder.path)
    if (exposed !== null) await terminal.err(sentence(exposed.message, exposed.next))
    onOpen({ close: () => closing.abort() })
    return readable(reading)
  }
  const services: CommandCall['services'] = async () => {
    const { createServices } = await import('./services')
    const services = createServices(await machine())
    onOpen(services)
    return readable(services)
  }
  const readable = async <T extends Reading>(opened: T): Promise<T> => {
    const { environment } = args.globals
    if (environment === 'login-shell') {
      const shell = await opened.environments.of(environment)
      const { unreadableEnvironment } = await import('./identity/environments')
      const unreadable = unreadableEnvironment(shell)
      if (unreadable !== null) throw new Refusal(unreadable)
      if (shell.problem !== null) await terminal.err(sentence(shell.problem))
    }
    return opened
  }
  const pathOf = (named: string) => path.resolve(surroundings().cwd, named)
  const call = { args, terminal, reading, services, machine, around: surroundings, pathOf, signal, version }
  return command.run(call)
}
