/**
 * The grammar of `aws eks get-token` and `aws-iam-authenticator token`: which flags are among the arguments, where, and
 * how they are spelt. aws parses them by Python's argparse, the authenticator by Go's pflag.
 */
import { isAtLeast } from '../identity/aws-version'
import { maskArguments } from '../kubeconfig/secrets'
import { once } from '../once'
import { assertNever } from '../result'

/** aws prints its manual for the word `help` alone. */
export const helpAsked = 'help is asked for'

export type AwsProgram = 'aws' | 'aws-iam-authenticator'
/** `ekscope`: its token command, by the words of aws (docs/token.md). */
export type ExecProgram = AwsProgram | 'ekscope' | 'other'

/** The name of a program, by the last segment of its path; Windows adds .exe, .cmd or .bat. */
export function baseName(command: string): string {
  const base = command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1)
  return base.toLowerCase().replace(/\.(?:exe|cmd|bat)$/, '')
}

/** The program that a command starts. */
export function programOf(command: string | null): AwsProgram | 'other' {
  const name = command === null ? null : baseName(command)
  return name === 'aws' || name === 'aws-iam-authenticator' ? name : 'other'
}

/** One flag as written among the arguments. */
export interface Flag {
  /** As the program declares it in full: `--role-arn`. */
  readonly name: string
  /** As it is spelt here: `--ro`, `-r`. */
  readonly spelt: string
  /** Null where it needs a value and has none. */
  readonly value: string | null
  /** Its index among the arguments. */
  readonly at: number
  /**
   * The index of its value; null where that is part of the flag's own argument (`--role=x`, `-rx`). Not always the next
   * one: aws takes its global options out first, wherever they are.
   */
  readonly valueAt: number | null
}

export interface Arguments {
  /** Of one name in their order. */
  readonly flags: readonly Flag[]
  /** The index of the word that begins the command, `eks` or `token`; null when another command is run, or none. */
  readonly command: number | null
  /** Why these are not the arguments of getting a token, as far as they could be read; null when they are. */
  readonly unknown: string | null
  /** Why the program itself would refuse them; null when it would not. */
  readonly refusal: string | null
}

/** Parses the arguments as the program does: an aws of that version, or one that knows every option; the authenticator alike. */
export const readArguments: Record<
  AwsProgram,
  (args: readonly string[], version?: string | null) => Arguments
> = {
  aws: awsArguments,
  'aws-iam-authenticator': authenticatorArguments,
}

/** Some of the arguments as they may be shown: what is secret among them depends on those before. */
function shownOf(args: readonly string[], places: readonly (number | null)[]): string {
  const shown = maskArguments(args)
  return places.map((at) => (at === null ? '' : (shown[at] ?? ''))).join(' ')
}

// aws ----------------------------------------------------------------------------------------------------------

/** What an option takes: no value, any value, a whole number, or one of these. */
type Takes = 'none' | 'any' | 'number' | readonly string[]

/** The options of one level, and their names for finding what an abbreviation means. */
interface Options {
  readonly takes: ReadonlyMap<string, Takes>
  readonly names: readonly string[]
}

const options = (takes: Readonly<Record<string, Takes>>): Options => ({
  takes: new Map(Object.entries(takes)),
  names: Object.keys(takes),
})

/** Global options of every aws (awscli/data/cli.json). */
const globalOptions: Readonly<Record<string, Takes>> = {
  '--debug': 'none',
  '--endpoint-url': 'any',
  '--no-verify-ssl': 'none',
  '--no-paginate': 'none',
  '--output': ['json', 'text', 'table'],
  '--query': 'any',
  '--profile': 'any',
  '--region': 'any',
  '--version': 'none',
  '--color': ['on', 'off', 'auto'],
  '--no-sign-request': 'none',
  '--ca-bundle': 'any',
  '--cli-read-timeout': 'number',
  '--cli-connect-timeout': 'number',
}
/** Further options of some versions, and from which version on; of a list: more values of an option. */
const laterOptions: readonly (readonly [since: string, Readonly<Record<string, Takes>>])[] = [
  ['1.44.0', { '--v2-debug': 'none' }],
  [
    '2.0.0',
    {
      '--output': ['yaml', 'yaml-stream'],
      '--cli-binary-format': ['base64', 'raw-in-base64-out'],
      '--no-cli-pager': 'none',
      '--cli-auto-prompt': 'none',
      '--no-cli-auto-prompt': 'none',
    },
  ],
  [
    '2.34.0',
    {
      '--output': ['off'],
      '--cli-error-format': ['legacy', 'json', 'yaml', 'text', 'table', 'enhanced'],
    },
  ],
]
const serviceOptions = options({})
const getTokenOptions = options({ '--cluster-name': 'any', '--role-arn': 'any', '--cluster-id': 'any' })

/** The newest version of each whose options are listed above: what a later one refuses is not known. */
export const newestOfOptions = { 1: '1.46.2', 2: '2.36.12' } as const

/** Whether all options of this aws are known: then any other option is refused. */
export function knowsOptionsOf(version: string): boolean {
  const newest = version.startsWith('1.') ? newestOfOptions[1] : newestOfOptions[2]
  return isAtLeast(newest, version)
}

const ofVersions = new Map<string | null, Options>()

/** The global options of one version; null: of any. */
const optionsOf = (version: string | null): Options => once(ofVersions, version, () => optionsFrom(version))

function optionsFrom(version: string | null): Options {
  const all: Record<string, Takes> = { ...globalOptions }
  for (const [since, more] of laterOptions) {
    if (version !== null && (since.charAt(0) !== version.charAt(0) || !isAtLeast(version, since))) continue
    for (const [name, takes] of Object.entries(more)) {
      const known = all[name]
      all[name] = Array.isArray(known) && Array.isArray(takes) ? [...known, ...takes] : takes
    }
  }
  return options(all)
}

/** As Python's int() takes it. */
const wholeNumber = /^\s*[+-]?\d+(?:_\d+)*\s*$/

/**
 * One level of argparse's parse_known_args, as aws nests three of them (global, service, get-token). Options may be
 * abbreviated to any unambiguous beginning: that is how `--role` means `--role-arn`. An option of a later level that is
 * not written with `=` gives its value away as this level's word.
 */
function readLevel(args: readonly string[], own: readonly number[], known: Options, takesWord: boolean) {
  const flags: Flag[] = []
  /** Indexes of what this level did not know: the next level's arguments. */
  const rest: number[] = []
  /** The index of the word that this level takes: a service, then its command. */
  let word: number | null = null
  let refusal: string | null = null
  for (let i = 0; i < own.length; i++) {
    const at = own[i] ?? 0
    const option = optionOf(args[at] ?? '', known)
    switch (option.kind) {
      case 'argument':
        if (takesWord && word === null) word = at
        else rest.push(at)
        break
      case 'unknown':
        rest.push(at)
        break
      case 'ambiguous':
        refusal ??= `${option.spelt} is ambiguous`
        break
      case 'known': {
        const { name, spelt } = option
        const takes = known.takes.get(name) ?? 'any'
        if (takes === 'none') {
          if (option.value !== null) refusal ??= `${name} takes no value`
          flags.push({ name, spelt, value: '', at, valueAt: null })
          break
        }
        const next = own[i + 1]
        const separate =
          option.value === null && next !== undefined && optionOf(args[next] ?? '', known).kind === 'argument'
        if (separate) i++
        const value = separate ? (args[next] ?? '') : option.value
        if (value === null) refusal ??= `${name} has no value`
        else if (takes === 'number' ? !wholeNumber.test(value) : takes !== 'any' && !takes.includes(value)) {
          refusal ??= `${name} ${value} is ${takes === 'number' ? 'no whole number' : 'not known'}`
          break
        }
        flags.push({ name, spelt, value, at, valueAt: separate ? next : null })
        break
      }
      default:
        assertNever(option, 'option')
    }
  }
  return { flags, word, rest, refusal }
}

type Option =
  | { readonly kind: 'argument' | 'unknown' }
  | { readonly kind: 'ambiguous'; readonly spelt: string }
  | { readonly kind: 'known'; readonly name: string; readonly spelt: string; readonly value: string | null }

const argument: Option = { kind: 'argument' }
const unknown: Option = { kind: 'unknown' }

function optionOf(arg: string, { takes, names }: Options): Option {
  if (!arg.startsWith('-')) return argument
  if (takes.has(arg)) return { kind: 'known', name: arg, spelt: arg, value: null }
  if (arg === '-') return argument
  const equals = arg.indexOf('=')
  const spelt = equals < 0 ? arg : arg.slice(0, equals)
  const value = equals < 0 ? null : arg.slice(equals + 1)
  if (takes.has(spelt)) return { kind: 'known', name: spelt, spelt, value }
  if (spelt.startsWith('--')) {
    let found: string | null = null
    for (const name of names) {
      if (!name.startsWith(spelt)) continue
      if (found !== null) return { kind: 'ambiguous', spelt }
      found = name
    }
    if (found !== null) return { kind: 'known', name: found, spelt, value }
  }
  // argparse reads a negative number, and anything with a blank in it, as an argument.
  if (/^-(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)$/.test(arg)) return argument
  return arg.includes(' ') ? argument : unknown
}

function awsArguments(args: readonly string[], version: string | null = null): Arguments {
  if (args.includes('--'))
    return { flags: [], command: null, unknown: '-- stands among the arguments', refusal: null }
  const top = readLevel(
    args,
    args.map((_, at) => at),
    optionsOf(version),
    true,
  )
  const service = readLevel(args, top.rest, serviceOptions, true)
  const getToken = readLevel(args, service.rest, getTokenOptions, false)
  const flags = [...top.flags, ...getToken.flags]

  // It prints that and ends, and reads no other argument; and its manual for `help` alone.
  const shows = top.flags.some(({ name }) => name === '--version')
    ? '--version is given'
    : service.rest.length === 1 && args[service.rest[0] ?? 0] === 'help'
      ? helpAsked
      : null
  if (shows !== null) return { flags, command: null, unknown: shows, refusal: null }

  const words = [top.word, service.word].map((at) => (at === null ? '' : (args[at] ?? '')))
  if (top.refusal === null && top.word !== null && !(words[0] === 'eks' && words[1] === 'get-token')) {
    const unknown = `aws ${shownOf(args, [top.word, service.word]).trim()} is not aws eks get-token`
    return { flags, command: null, unknown, refusal: null }
  }
  const refusal =
    top.refusal ??
    (top.word === null ? 'no command is named' : null) ??
    getToken.refusal ??
    (getToken.rest.length > 0 ? `unknown: ${shownOf(args, getToken.rest)}` : null)
  return { flags, command: top.word, unknown: null, refusal }
}

// aws-iam-authenticator -----------------------------------------------------------------------------------------

const withValue = ['--cluster-id -i', '--role -r', '--external-id -e', '--session-name -s', '--region']
const switches = ['--forward-session-name', '--token-only', '--cache']
/** By any of their names: the name of each here, and whether it takes a value. */
const authenticatorFlags = new Map(
  [...withValue, ...switches].flatMap((names) => {
    const [name = '', short = name] = names.split(' ')
    const flag = { name, takesValue: withValue.includes(names) }
    return [[name, flag] as const, [short, flag] as const]
  }),
)

function authenticatorArguments(args: readonly string[]): Arguments {
  const flags: Flag[] = []
  const words: number[] = []
  let unknown: string | null = null
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (!arg.startsWith('-') || arg === '-') {
      words.push(at)
      continue
    }
    const { spelt, attached } = splitFlag(arg)
    const flag = authenticatorFlags.get(spelt)
    if (flag === undefined) {
      unknown ??= `unknown: ${shownOf(args, [at])}`
      // After it pflag treats everything as words.
      if (arg === '--') break
      continue
    }
    const { name, takesValue } = flag
    if (attached !== null || !takesValue) {
      flags.push({ name, spelt, value: attached ?? 'true', at, valueAt: null })
      continue
    }
    // pflag reads the next argument as the value, also one that looks like a flag.
    const value = args[at + 1] ?? null
    if (value === null) unknown ??= `${spelt} has no value`
    flags.push({ name, spelt, value, at, valueAt: value === null ? null : at + 1 })
    at++
  }
  const [first] = words
  const command = first !== undefined && words.length === 1 && args[first] === 'token' ? first : null
  if (command === null) {
    const named = shownOf(args, words)
    unknown ??= `aws-iam-authenticator ${named} is not aws-iam-authenticator token`
  }
  return { flags, command, unknown, refusal: null }
}

/** `--x=v`, `-x=v` and `-xv`, as pflag parses them. */
function splitFlag(arg: string): { readonly spelt: string; readonly attached: string | null } {
  if (arg.startsWith('--')) {
    const equals = arg.indexOf('=')
    return equals < 0
      ? { spelt: arg, attached: null }
      : { spelt: arg.slice(0, equals), attached: arg.slice(equals + 1) }
  }
  const attached = arg.slice(2)
  if (attached === '') return { spelt: arg, attached: null }
  return { spelt: arg.slice(0, 2), attached: attached.startsWith('=') ? attached.slice(1) : attached }
}
