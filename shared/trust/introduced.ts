/** What a write would bring that kubectl then runs, or sends something to, and how that is shown: old to new, line by line. */
import { type Impersonation, mask } from '../kubeconfig/entries'
import { maskArguments, maskText, maskVariable } from '../kubeconfig/secrets'
import { assertNever } from '../result'
import {
  actingFacts,
  type Destination,
  destinationFacts,
  exactly,
  type Fact,
  isLong,
  listed,
  maskedActing,
  maskedDestination,
  type NamedValue,
  readable,
  signingWords,
  signsInFacts,
} from './question'

/** What a user entry has kubectl run or read. */
export interface Program {
  /** Null: no command. */
  readonly command: string | null
  readonly args: readonly string[]
  readonly env: readonly NamedValue[]
  /** The command is told of the cluster (provideClusterInfo). */
  readonly toldOfCluster: boolean
  /** Files that the entry names, with the path that kubectl makes of it. */
  readonly files: readonly {
    readonly kind: 'token file' | 'client cert' | 'client key'
    readonly path: string
  }[]
  /** An auth-provider with all that is in it, as JSON; null for none. */
  readonly authProvider: string | null
  /** Whom the cluster is to take the user for. */
  readonly acting: Impersonation | null
  /** What kubectl prints where the command is not there, and whether the command may ask; they run nothing themselves. */
  readonly installHint: string | null
  readonly interactiveMode: string | null
}

/** Where a cluster entry leads, with what it has commands be told. */
export interface Place {
  readonly destination: Destination
  /** The extension for exec commands, as JSON; null for none. */
  readonly config: string | null
}

interface Entry {
  readonly name: string
  /** The kubeconfig that it is to stand in. */
  readonly file: string
}

/** Contexts of one file of which the write says that somebody else is expected; null: nobody in particular. */
export interface ExpectedPart {
  readonly kind: 'expected'
  readonly contexts: readonly string[]
  readonly file: string
  readonly was: string | null
  readonly now: string | null
}

/** A setting of the AWS config file that names a program, a file, an address or a role which none of its sections named. */
export interface AwsSettingPart {
  readonly kind: 'aws-setting'
  /** The config file. */
  readonly file: string
  readonly section: string
  readonly key: string
  readonly was: string | null
  readonly value: string
}

export type BroughtPart =
  | ExpectedPart
  | AwsSettingPart
  /** A role that the files do not name yet, of an account that nothing names: AWS is asked as it. */
  | (Entry & {
      readonly kind: 'role'
      readonly contexts: readonly string[]
      readonly was: string | null
      readonly now: string
    })
  | (Entry & {
      readonly kind: 'user'
      readonly contexts: readonly string[]
      /** Null: there is no such entry now. */
      readonly was: Program | null
      readonly now: Program
    })
  | (Entry & { readonly kind: 'cluster'; readonly was: Place | null; readonly now: Place })
  /** Neither is new, but so far this user's credentials, as they would be, did not go there. Named is the user entry. */
  | (Entry & {
      readonly kind: 'credentials'
      readonly was: Place | null
      readonly now: Place
      /** How the user entry signs in; null: not at all before, there is none of that name. */
      readonly signsIn: { readonly was: Program | null; readonly now: Program }
    })

export interface Brought {
  readonly parts: readonly BroughtPart[]
}

/** What a write does to what may run and to where credentials go. A value: whoever computes a write judges it, in whatever thread. */
export interface Judgement {
  /** Null: nothing is to be asked. */
  readonly brought: Brought | null
  /** Places that it brings, and whose tokens go to these and to those that were brought before: what the question shows. */
  readonly kept: readonly string[]
  /** Keys of what a write of the list takes out of it. */
  readonly gone: readonly string[]
  /** Of what it brings that the list did not have. */
  readonly come: readonly string[]
}

/** Bytes of a question about a write; beyond it nobody can judge it by reading it. */
export const mostBrought = 2 * 1024 * 1024

/** Whether a write brings too much to be judged by reading it; a single command may be as long as before it runs. */
export function isTooMuch({ parts }: Brought): boolean {
  let sum = 0
  for (const part of parts) {
    const length = factsOfPart(part).reduce((all, { value }) => all + value.length, 0)
    if (part.kind === 'user') {
      const { command, args, env } = part.now
      if (isLong({ command: command ?? '', args, env, clusterInfo: [] })) return true
    }
    sum += length
  }
  return sum > mostBrought
}

/** Why a write that brings too much cannot be allowed, and what to do. */
export const tooMuch = {
  message: 'This is too long to be judged by reading it, so it cannot be allowed.',
  next: 'Apply less at once, or put a long command into a program of its own.',
} as const

/** One part line by line: what goes is marked `−`, what comes `+`; a new entry says so, and has no marks. */
export function factsOfPart(part: BroughtPart): readonly Fact[] {
  const where: Fact = { label: 'written in', value: readable(part.file) }
  switch (part.kind) {
    case 'user': {
      const { was, now, name, contexts } = part
      const lines = was === null ? programFacts(now) : changed(programFacts(was), programFacts(now))
      return [
        { label: was === null ? 'new user' : 'user', value: exactly(name) },
        ...lines,
        where,
        ...forContexts(contexts),
      ]
    }
    case 'role': {
      const { was, now, name, contexts } = part
      return [
        { label: 'user', value: exactly(name) },
        ...(was === null ? [] : [{ label: 'role until now', value: exactly(was) } as const]),
        { label: 'role', value: exactly(now) },
        where,
        ...forContexts(contexts),
      ]
    }
    case 'cluster': {
      const { was, now } = part
      const lines = was === null ? placeFacts(now) : changed(placeFacts(was), placeFacts(now))
      return [
        { label: was === null ? 'new cluster' : 'cluster', value: exactly(part.name) },
        ...lines,
        where,
        ...forContexts(now.destination.contexts),
        ...signsInFacts(now.destination.signsIn ?? []),
      ]
    }
    case 'credentials': {
      const { was, now, name, signsIn } = part
      const cluster = (place: Place): readonly Fact[] => [
        { label: 'cluster', value: exactly(place.destination.name) },
        ...placeFacts(place),
      ]
      const lines = was === null ? cluster(now) : changed(cluster(was), cluster(now))
      return [
        { label: 'tokens of', value: exactly(name) },
        ...(signsIn.was === null
          ? signing(signsIn.now)
          : changed(signing(signsIn.was), signing(signsIn.now))),
        ...lines,
        where,
        ...forContexts(now.destination.contexts),
      ]
    }
    case 'expected': {
      const { was, now, contexts } = part
      return [...(was === null ? whom(now) : changed(whom(was), whom(now))), ...forContexts(contexts), where]
    }
    case 'aws-setting':
      if (part.key === 'role_arn')
        return [
          { label: 'section', value: readable(part.section) },
          ...(part.was === null ? [] : [{ label: 'role until now', value: readable(part.was) } as const]),
          { label: 'role', value: readable(part.value) },
          where,
        ]
      return [
        { label: 'section', value: readable(part.section) },
        { label: part.key === 'credential_process' ? 'command' : 'setting', value: settingSaid(part) },
        where,
      ]
    default:
      return assertNever(part, 'part of a write')
  }
}

const settingSaid = ({ key, value }: AwsSettingPart): string =>
  key === 'credential_process' ? exactly(value) : `${exactly(key)}=${exactly(value)}`

const whom = (principal: string | null): readonly Fact[] => [
  { label: 'expected', value: principal === null ? 'no identity in particular' : exactly(principal) },
]

const forContexts = (names: readonly string[]): readonly Fact[] =>
  names.length === 0 ? [] : [{ label: 'for', value: listed(names) }]

/** Characters of an install hint: it is only printed, and would push away what runs. */
const longestHint = 1_000

export const hintFacts = (hint: string | null): readonly Fact[] =>
  hint === null
    ? []
    : [
        {
          label: 'install hint',
          value:
            hint.length > longestHint
              ? `${exactly(hint.slice(0, longestHint))}… (${hint.length - longestHint} more characters)`
              : exactly(hint),
        },
      ]

function programFacts(program: Program): readonly Fact[] {
  const { command, args, env, toldOfCluster, files, authProvider, interactiveMode } = program
  return [
    ...(command === null ? [] : [{ label: 'command', value: exactly(command) } as const]),
    ...args.map((value) => ({ label: 'argument', value: exactly(value) }) as const),
    ...env.map(({ name, value }) => ({ label: 'variable', value: named(name, value) }) as const),
    ...(toldOfCluster ? [{ label: 'is told of', value: 'the cluster (provideClusterInfo)' } as const] : []),
    ...files.map(({ kind, path }) => ({ label: kind, value: exactly(path) }) as const),
    ...(authProvider === null ? [] : [{ label: 'auth provider', value: exactly(authProvider) } as const]),
    ...actingFacts(program.acting),
    ...(interactiveMode === null ? [] : [{ label: 'interactive', value: exactly(interactiveMode) } as const]),
    ...hintFacts(program.installHint),
  ]
}

/** How a user signs in, in one line. */
const signing = (program: Program): readonly Fact[] => {
  const words = program.command === null ? [] : signingWords(program)
  return words.length === 0 ? [] : [{ label: 'signs in', value: words.map(exactly).join(' ') }]
}

const named = (name: string, value: string) => `${exactly(name)}=${value === '' ? '' : exactly(value)}`

function placeFacts({ destination, config }: Place): readonly Fact[] {
  const facts = destinationFacts(destination).filter(
    ({ label }) => label !== 'cluster' && label !== 'for' && label !== 'tokens of',
  )
  return config === null ? facts : [...facts, { label: 'cluster info', value: `config=${exactly(config)}` }]
}

/** Lines that a person compares: the longest common run stays, the rest goes and comes. */
function changed(was: readonly Fact[], now: readonly Fact[]): readonly Fact[] {
  const gone = (fact: Fact): Fact => ({ ...fact, change: 'gone' })
  const come = (fact: Fact): Fact => ({ ...fact, change: 'come' })
  // Quadratic: a command of thousands of arguments is shown as two.
  if (was.length * now.length > 1_000_000) return [...was.map(gone), ...now.map(come)]
  const same = (a: number, b: number): boolean =>
    was[a]?.label === now[b]?.label && was[a]?.value === now[b]?.value
  const lengths = Array.from({ length: was.length + 1 }, () => new Array<number>(now.length + 1).fill(0))
  const lengthAt = (a: number, b: number): number => lengths[a]?.[b] ?? 0
  for (let a = was.length - 1; a >= 0; a--)
    for (let b = now.length - 1; b >= 0; b--) {
      const row = lengths[a]
      if (row)
        row[b] = same(a, b) ? lengthAt(a + 1, b + 1) + 1 : Math.max(lengthAt(a + 1, b), lengthAt(a, b + 1))
    }
  const lines: Fact[] = []
  let [a, b] = [0, 0]
  while (a < was.length || b < now.length) {
    const [old, fresh] = [was[a], now[b]]
    if (old && fresh && same(a, b)) {
      lines.push(fresh)
      a++
      b++
    } else if (old && (fresh === undefined || lengthAt(a + 1, b) >= lengthAt(a, b + 1))) {
      lines.push(gone(old))
      a++
    } else if (fresh) {
      lines.push(come(fresh))
      b++
    }
  }
  return lines
}

/** The same for an output that others may read along: secrets masked, as everywhere else. */
export function maskedBrought({ parts }: Brought): Brought {
  return {
    parts: parts.map((part): BroughtPart => {
      switch (part.kind) {
        case 'user':
          return { ...part, was: part.was && maskedProgram(part.was), now: maskedProgram(part.now) }
        case 'cluster':
        case 'credentials':
          // How users sign in is shown masked everywhere.
          return { ...part, was: part.was && maskedPlace(part.was), now: maskedPlace(part.now) }
        case 'expected':
        case 'role':
          return part
        case 'aws-setting':
          return { ...part, was: part.was && maskText(part.was), value: maskText(part.value) }
        default:
          return assertNever(part, 'part of a write')
      }
    }),
  }
}

const maskedProgram = (program: Program): Program => ({
  ...program,
  args: maskArguments(program.args),
  env: program.env.map(({ name, value }) => ({ name, value: maskVariable(name, value).value })),
  authProvider: program.authProvider === null ? null : mask,
  acting: maskedActing(program.acting),
  installHint: program.installHint && maskText(program.installHint),
})

const maskedPlace = ({ destination, config }: Place): Place => ({
  destination: maskedDestination(destination),
  config: config === null ? null : mask,
})
