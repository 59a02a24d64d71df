/** `ekscope __complete`, which shells and kubectl ask what may come next in a command line. The usages of the commands say what each of their words is. */
import { environmentNames } from '../../shared/identity/identity'
import { visible } from '../../shared/visible'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import { environmentOf } from '../system/environment'
import { outsideOf } from '../system/session'
import { splitCommand } from './arguments'
import type { Command, CommandCall } from './command'
import { commandNamed, commandNames, globals } from './commands'

type Kind = 'contexts' | 'profiles' | 'sessions' | 'files'

/** What the words of usages are names of. */
const kinds: Readonly<Record<string, Kind>> = {
  CONTEXT: 'contexts',
  PROFILE: 'profiles',
  NAME: 'profiles',
  P: 'profiles',
  SESSION: 'sessions',
  S: 'sessions',
  FILE: 'files',
  // After `--`: a program and its words.
  COMMAND: 'files',
}

/** The values of options whose `NAME` is none of a profile, as a usage would spell them. */
const values: Readonly<Record<string, string>> = {
  environment: environmentNames.join('|'),
  shell: 'sh|csh|fish|powershell',
  'sso-session': 'SESSION',
  cluster: 'CLUSTER',
}

/** What fits in one place: words with their meanings, and names of these kinds. */
interface Fitting {
  readonly words: readonly (readonly [word: string, meaning: string])[]
  readonly kinds: readonly Kind[]
}

/** What a word of a usage allows, `A|B` more than one; the help lists the findings. */
function allowed(usageWord: string, help: Command['help'] = {}): Fitting {
  const all = usageWord.split('|').map((one) => one.replace('…', ''))
  const spelt = all.flatMap((one) =>
    one === 'FINDING-ID' ? (help[one]?.split(', ') ?? []) : /^[a-z]/.test(one) ? [one] : [],
  )
  return { words: spelt.map((word) => [word, '']), kinds: all.flatMap((one) => kinds[one] ?? []) }
}

/** The options of a command and those of every command, by their names; `value` as its usage spells it. */
function optionsOf({ usage = '', help = {}, formats = [] }: Partial<Command>) {
  const output = `--output ${['json', ...formats].join('|')}`
  return new Map(
    Object.entries({ ...help, ...globals, [output]: 'the form of the result' }).flatMap(
      ([shown, meaning]) => {
        const [, name, value = null] = /^--([a-z-]+)(?: ([^,]+))?(?:,|$)/.exec(shown) ?? []
        if (name === undefined) return []
        const [, spelt = value] = new RegExp(`--${name} ([a-z]+\\|[a-z|]+)`).exec(usage) ?? []
        return [[name, { value: spelt && (values[name] ?? spelt), meaning }] as const]
      },
    ),
  )
}

/** The positional words of each alternative in a usage, without its options. */
const positionalsOf = (usage: string) =>
  usage.split(', ').map((one) =>
    one
      .replace(/^\S+/, '')
      .replace(/\[--(?:[^[\]]|\[[^\]]*\])*\]…?|--[a-z-]+ [A-Z]+\b/g, '')
      .split(/[\s[\]]+/)
      .filter((word) => /^[a-z]/i.test(word)),
  )

/** What may be the next positional of a command after these. */
function nextPositional({ usage, help }: Command, before: readonly string[]): Fitting {
  const fitting = positionalsOf(usage)
    .filter((words) =>
      words.slice(0, before.length).every((word, at) => !/^[a-z-]+$/.test(word) || word === before[at]),
    )
    .flatMap((words) =>
      words.filter((word, at) => at === before.length || (at < before.length && word.includes('…'))),
    )
    .map((word) => allowed(word, help))
  return { words: fitting.flatMap((one) => one.words), kinds: fitting.flatMap((one) => one.kinds) }
}

/** The words of a command line so far, apart; `open`: the option whose value comes next. */
async function lineOf(words: readonly string[]) {
  const { name, rest } = splitCommand(words)
  const command = name === null ? null : await commandNamed(name)
  const options = optionsOf(command ?? {})
  const positionals: string[] = []
  let kubeconfig: string | null = null
  let ended = false
  let open: string | null = null
  for (const word of rest) {
    const long = word === '-o' ? '--output' : word
    const [, option, assigned] = (!ended && /^--([a-z-]+)(?:=(.*))?$/s.exec(long)) || []
    if ((open ?? option) === 'kubeconfig') kubeconfig = open === null ? (assigned ?? null) : word
    if (open !== null) open = null
    else if (word === '--') ended = true
    else if (option === undefined) positionals.push(word)
    else if (assigned === undefined && options.get(option)?.value) open = option
  }
  return { name, command, options, positionals, kubeconfig, ended, open }
}

type Line = Awaited<ReturnType<typeof lineOf>>

async function fittingIn(line: Line, typed: string): Promise<Fitting> {
  const { name, command, options, positionals, ended, open } = line
  const [, assigned] = (!ended && /^--([a-z-]+)=/.exec(typed)) || []
  const value = options.get(open ?? assigned ?? '')?.value
  if (value) {
    const fitting = allowed(value)
    if (open !== null) return fitting
    const whole = fitting.words.map(([word]) => [`--${assigned}=${word}`, ''] as const)
    return { words: whole, kinds: fitting.kinds.filter((kind) => kind === 'files') }
  }
  if (!ended && typed.startsWith('-'))
    return { words: [...options].map(([one, { meaning }]) => [`--${one}`, meaning]), kinds: [] }
  if (command !== null) return nextPositional(command, positionals)
  if (name !== null && name !== 'help') return { words: [], kinds: [] }
  const all = await Promise.all(commandNames.map(commandNamed))
  return { words: commandNames.map((one, at) => [one, all[at]?.summary ?? '']), kinds: [] }
}

/** The names of these kinds, as they are in the files that the command line is about. */
async function namesOf(call: CommandCall, { command, kubeconfig }: Line, wanted: ReadonlySet<Kind>) {
  const { home, platform, cwd, variables: all } = await call.machine()
  const variables = command?.outside === true ? outsideOf(all) : all
  const found: string[] = []
  if (wanted.has('contexts')) {
    const { contextNamesIn } = await import('../state/context-names')
    const explicit = kubeconfig === null ? null : call.pathOf(kubeconfig)
    found.push(
      ...(await contextNamesIn(locateKubeconfigs({ explicit, variables, home, cwd, platform, opened: [] }))),
    )
  }
  if (wanted.has('profiles') || wanted.has('sessions')) {
    const { awsFilesOnce } = await import('../identity/aws-files-once')
    const filesOf = awsFilesOnce(home, platform, call.signal)
    const { profiles, ssoSessions } = await filesOf(environmentOf('app', variables), {})
    if (wanted.has('profiles')) found.push(...profiles.keys())
    if (wanted.has('sessions')) found.push(...ssoSessions.keys())
  }
  return found
}

/** What every shell takes as one word as it is. */
const plain = /^[\w./][\w.:/@=+-]*$/

/**
 * What may come after these words in the place of what was typed of the next: a word a line, its meaning behind a tab. `:0`,
 * where files fit too, else `:4`, is the last line, as kubectl asks of its plugins. Only plain names are offered: kubectl puts
 * them into the line as they are. A shell's own script asks with `--quotes` for all that it quotes; for it `:0` or `:4` is the
 * first line, so that a name may look like it. What a shell would not read as one line, or a terminal not show as it is, is left
 * out, as is what would be an option.
 */
export const complete: Command = {
  usage: '__complete WORD…',
  summary: 'what may come next after these words, the last of which is being typed',
  examples: [],
  // A shell that loses empty words gives the last one apart.
  unlisted: { typed: { type: 'string' }, quotes: { type: 'boolean' } },
  async run(call) {
    const { positionals } = call.args
    const quotes = call.args.flag('quotes')
    const apart = call.args.text('typed')
    const typed = apart ?? positionals.at(-1) ?? ''
    const line = await lineOf(apart === null ? positionals.slice(0, -1) : positionals)
    const fitting = await fittingIn(line, typed)
    const wanted = new Set(fitting.kinds)
    const files = wanted.delete('files') ? ':0' : ':4'
    const names = wanted.size === 0 ? [] : await namesOf(call, line, wanted)
    const free = names.flatMap((name) =>
      line.positionals.includes(name) ||
      (name.startsWith('-') && !line.ended) ||
      !(quotes ? visible(name) === name : plain.test(name))
        ? []
        : [[name, ''] as const],
    )
    const lines = [...new Map([...free, ...fitting.words])].flatMap(([word, meaning]) =>
      word.startsWith(typed) ? [meaning === '' ? word : `${word}\t${meaning}`] : [],
    )
    await call.terminal.out([...(quotes ? [files, ...lines] : [...lines, files]), ''].join('\n'))
    return 0
  },
}
