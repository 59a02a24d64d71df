/** Parses the arguments of `ekscope`: global options anywhere, one command, its own options; `--` ends options. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { environmentNames } from '../../shared/identity/identity'
import { quoted } from '../../shared/visible'
import { nearest } from './nearest'

export type OptionTable = Readonly<
  Record<
    string,
    { readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly short?: string }
  >
>

/** What a command gets: its positionals, and its own options by name. */
export type Arguments = ReturnType<typeof parseArguments>

const globalOptions: OptionTable = {
  kubeconfig: { type: 'string' },
  environment: { type: 'string' },
  json: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  pager: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
}

/** Global options whose value is an argument of its own: it is no command. */
const withValue = new Set(['--kubeconfig', '--environment', '--output', '-o'])

/** Wrong usage: exit status 2, with this sentence. */
export class UsageError extends Error {
  /** What was most likely meant. */
  readonly near: string | null
  constructor(message: string, near: string | null = null) {
    super(message)
    this.near = near
  }
}

export const usedLikeThis = (command: { readonly usage: string }) =>
  new UsageError(`“ekscope ${nameOf(command)}” is used like this: ekscope ${command.usage}`)

/** A command's name. */
export const nameOf = ({ usage }: { readonly usage: string }): string => usage.split(' ', 1).join()

/** The command's name (null: none) and all other arguments, in order. */
export function splitCommand(argv: readonly string[]): { name: string | null; rest: readonly string[] } {
  for (let at = 0; at < argv.length; at += 1) {
    const arg = argv[at] ?? ''
    if (arg === '--') break
    if (withValue.has(arg)) at += 1
    else if (!arg.startsWith('-') || arg === '-') {
      return { name: arg, rest: [...argv.slice(0, at), ...argv.slice(at + 1)] }
    }
  }
  return { name: null, rest: argv }
}

function apart(
  argv: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  formats: readonly string[],
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: true, tokens: true })
  } catch (error) {
    throw usageError(error, options, formats)
  }
}

/**
 * Parses the arguments of a command that takes `options` in addition to the global ones, and prints in these `formats` beside
 * JSON. Throws UsageError.
 */
export function parseArguments(
  argv: readonly string[],
  options: OptionTable,
  formats: readonly string[] = [],
) {
  const { values, positionals, tokens } = apart(argv, { ...globalOptions, ...options }, formats)
  /** The value of an option; null without the option. */
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : null
  }
  const environment = environmentNames.find((name) => name === (text('environment') ?? 'app'))
  if (environment === undefined) {
    throw new UsageError(
      `--environment takes ${environmentNames.join(', ')}, not ${quoted(text('environment') ?? '')}`,
    )
  }
  const kubeconfig = text('kubeconfig')
  if (kubeconfig === '') throw new UsageError('--kubeconfig takes the path of a file')
  const output = text('output')
  const outputs = ['json', ...formats]
  if (output !== null && !outputs.includes(output))
    throw new UsageError(`-o takes ${outputs.join(', ')} here, not ${quoted(output)}`)
  if (values.json === true && output !== null && output !== 'json')
    throw new UsageError(`--json and -o ${output} ask for two forms: give one of them`)
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? Number.POSITIVE_INFINITY
  return {
    globals: {
      kubeconfig,
      environment,
      json: values.json === true || output === 'json',
      output,
      pager: values.pager === true,
      help: values.help === true,
      version: values.version === true,
    },
    positionals,
    beforeEnd: tokens.filter(({ kind, index }) => kind === 'positional' && index < end).length,
    text,
    texts: (name: string) => {
      const value = values[name]
      return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
    },
    flag: (name: string) => values[name] === true,
  }
}

/** The value of an option, one of those allowed; null without the option. */
export function oneOf<T extends string>(args: Arguments, option: string, allowed: readonly T[]): T | null {
  const text = args.text(option)
  if (text === null) return null
  const found = allowed.find((value) => value === text)
  if (found !== undefined) return found
  throw new UsageError(`--${option} takes ${allowed.join(', ')}, not ${quoted(text)}`)
}

/** `--lock-wait` in ms; null without the option. */
export function lockWaitMs(args: Arguments): number | null {
  const text = args.text('lock-wait')
  if (text === null) return null
  if (!/^\d{1,2}$/.test(text) || Number(text) > 60)
    throw new UsageError('--lock-wait takes a number of seconds from 0 to 60')
  return Number(text) * 1_000
}

const unknownOption = 'unknown option “$1”; a name that begins with - goes after --: -- $1'

/** The first sentence of Node's message (the others explain parseArgs to programmers), and the option that was meant. */
function usageError(
  error: unknown,
  options: NonNullable<ParseArgsConfig['options']>,
  formats: readonly string[],
): UsageError {
  const message = error instanceof Error ? error.message : String(error)
  const first = message.split(/(?<=')\. |\n/)[0] ?? message
  const [, unknown] = /^Unknown option '--([^'=]*)/.exec(first) ?? []
  const option = unknown === undefined ? null : nearest(unknown, Object.keys(options))
  const [, letter = ''] = /^Unknown option '-(\w)'/.exec(first) ?? []
  const { short } =
    Object.values(options).find((one) => one.short?.toLowerCase() === letter.toLowerCase()) ?? {}
  const near =
    unknown && formats.includes(unknown)
      ? `-o ${unknown}`
      : option
        ? `--${option}`
        : short
          ? `-${short}`
          : null
  const sentence = first
    .replace(/^Option '(--?[^' ,]+)[^']*' argument missing$/, '$1 takes a value')
    .replace(/^Unknown option '(.*)'$/, near === null ? unknownOption : 'unknown option “$1”')
    .replace(/\.$/, '')
  return new UsageError(sentence, near)
}
