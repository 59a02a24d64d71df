/** What a write would introduce that kubectl then runs or sends something to, and how that is shown: old to new, by lines. */
import { editsBetween } from '../exec/word-edits'
import { type Impersonation, mask } from '../kubeconfig/entries'
import { maskText } from '../kubeconfig/secrets'
import { assertNever } from '../result'
import {
  actingFacts,
  type Destination,
  destinationFacts,
  exactFact,
  exactText,
  type Fact,
  fact,
  isLong,
  listed,
  maskedActing,
  maskedDestination,
  maskedStarted,
  mostShown,
  namedFacts,
  readable,
  routeFacts,
  type Started,
  signingWords,
  signsInFacts,
  wayTo,
} from './command-question'

/** What a user entry has kubectl run or read. */
export interface Program extends Started {
  /** Files that the entry names, with the path that kubectl makes of it. */
  readonly files: readonly {
    readonly kind: 'token file' | 'client cert' | 'client key'
    readonly path: string
  }[]
  /** An auth-provider with all that is in it, as JSON; null for none. */
  readonly authProvider: string | null
  /** The user and groups that the cluster is to take this user for (impersonation). */
  readonly acting: Impersonation | null
}

/** The destination of a cluster entry, with what commands get of it. */
export interface Place {
  readonly destination: Destination
  /** The extension for exec commands, as JSON; null for none. */
  readonly config: string | null
}

interface Entry {
  readonly name: string
  /** The kubeconfig that it is to be written in. */
  readonly file: string
}

/** Contexts of one file of which the write says that another identity is expected; null: none in particular. */
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

export type AddedPart =
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

export interface AddedByWrite {
  readonly parts: readonly AddedPart[]
}

/** Bytes of a question about a write; beyond it the user cannot judge it by reading it. */
export const mostIntroduced = 2 * 1024 * 1024

/** Whether a write introduces too much to be judged by reading it; a single command may be as long as before it runs. */
export function isTooMuch({ parts }: AddedByWrite): boolean {
  const sum = parts.flatMap(factsOfPart).reduce((all, { value }) => all + value.length, 0)
  return sum > mostIntroduced || parts.some((part) => part.kind === 'user' && isLong(part.now))
}

/** Why a write that introduces too much cannot be allowed, and what to do. */
export const tooMuch = {
  message: 'This is too long to be judged by reading it, so it cannot be allowed.',
  next: 'Apply less at once, or put a long command into a program of its own.',
} as const

/** One part line by line: removed lines are marked `−`, added ones `+`; a new entry says so, and has no marks. */
export function factsOfPart(part: AddedPart): readonly Fact[] {
  const where = fact('written in', readable(part.file))
  switch (part.kind) {
    case 'user':
      return [
        ...exactFact(part.was === null ? 'new user' : 'user', part.name),
        ...changed(part.was, part.now, programFacts),
        ...where,
        ...forContexts(part.contexts),
      ]
    case 'role':
      return [
        ...exactFact('user', part.name),
        ...exactFact('role until now', part.was),
        ...exactFact('role', part.now),
        ...where,
        ...forContexts(part.contexts),
      ]
    case 'cluster':
      return [
        ...exactFact(part.was === null ? 'new cluster' : 'cluster', part.name),
        ...changed(part.was, part.now, placeFacts),
        ...where,
        ...forContexts(part.now.destination.contexts),
        ...signsInFacts(part.now.destination.signsIn ?? []),
      ]
    case 'credentials': {
      const cluster = (place: Place): readonly Fact[] => [
        ...exactFact('cluster', place.destination.name),
        ...placeFacts(place),
      ]
      return [
        ...exactFact('tokens of', part.name),
        ...changed(part.signsIn.was, part.signsIn.now, signing),
        ...changed(part.was, part.now, cluster),
        ...where,
        ...forContexts(part.now.destination.contexts),
      ]
    }
    case 'expected':
      return [...changed(part.was, part.now, whom), ...forContexts(part.contexts), ...where]
    case 'aws-setting':
      return [...fact('section', readable(part.section)), ...settingFacts(part), ...where]
    default:
      return assertNever(part, 'part of a write')
  }
}

function settingFacts({ key, was, value }: AwsSettingPart): readonly Fact[] {
  if (key === 'role_arn')
    return [...fact('role until now', was && readable(was)), ...fact('role', readable(value))]
  if (key === 'credential_process') return exactFact('command', value)
  return fact('setting', `${exactText(key)}=${exactText(value)}`)
}

const whom = (principal: string | null): readonly Fact[] =>
  fact('expected', principal === null ? 'no identity in particular' : exactText(principal))

const forContexts = (names: readonly string[]): readonly Fact[] =>
  fact('for', names.length === 0 ? null : listed(names))

/** Characters of an install hint: it is only printed, and would push away what runs. */
const longestHint = 1_000

const hintFacts = (hint: string | null): readonly Fact[] => {
  const more = (hint?.length ?? 0) - longestHint
  const rest = more > 0 ? `… (${more} more characters)` : ''
  return fact('install hint', hint === null ? null : `${exactText(hint.slice(0, longestHint))}${rest}`)
}

function programFacts(program: Program): readonly Fact[] {
  const { command, args, env, toldOfCluster, files, authProvider, interactiveMode } = program
  return [
    ...exactFact('command', command),
    ...args.flatMap((value) => exactFact('argument', value)),
    ...namedFacts('variable', env),
    ...fact('is told of', toldOfCluster ? 'the cluster (provideClusterInfo)' : null),
    ...files.flatMap(({ kind, path }) => exactFact(kind, path)),
    ...exactFact('auth provider', authProvider),
    ...actingFacts(program.acting),
    ...exactFact('interactive', interactiveMode),
    ...hintFacts(program.installHint),
  ]
}

/** How a user signs in, in one line. */
const signing = (program: Program): readonly Fact[] => {
  const words = program.command === null ? [] : signingWords(program)
  return fact('signs in', words.length === 0 ? null : words.map(exactText).join(' '))
}

const placeFacts = ({ destination, config }: Place): readonly Fact[] => [
  ...routeFacts(destination),
  ...fact('cluster info', config && `config=${exactText(config)}`),
]

/** Lines that the user compares: unchanged, removed and added; where all is new (`before` null), no line has a mark. */
function changed<T>(before: T | null, after: T, factsOf: (one: T) => readonly Fact[]): readonly Fact[] {
  const now = factsOf(after)
  if (before === null) return now
  const was = factsOf(before)
  const [old, fresh] = [was, now].map((facts) => facts.map(({ label, value }) => `${label}\0${value}`))
  const lines: Fact[] = []
  let at = 0
  let kept = 0
  for (const edit of editsBetween(old ?? [], fresh ?? [])) {
    const same = edit.at - at
    const come = now.slice(kept + same, kept + same + edit.insert.length)
    lines.push(
      ...now.slice(kept, kept + same),
      ...was.slice(edit.at, edit.at + edit.remove).map((fact): Fact => ({ ...fact, change: 'gone' })),
      ...come.map((fact): Fact => ({ ...fact, change: 'come' })),
    )
    at = edit.at + edit.remove
    kept += same + edit.insert.length
  }
  return [...lines, ...now.slice(kept)]
}

/** The same for an output that others may read too: secrets masked, as everywhere else. */
export function maskedAdded({ parts }: AddedByWrite): AddedByWrite {
  return {
    parts: parts.map((part): AddedPart => {
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
  ...maskedStarted(program),
  authProvider: program.authProvider === null ? null : mask,
  acting: maskedActing(program.acting),
})

const maskedPlace = ({ destination, config }: Place): Place => ({
  destination: maskedDestination(destination),
  config: config === null ? null : mask,
})

// Imports: what they add, entry by entry. The page gets it, too, masked.

/** The origin of an entry: added by the import, or the user's own, which a context of the import names. */
export type EntryOwner = 'imported' | 'own'

/** A user entry with everything that it signs in by. */
export interface SignIn {
  readonly name: string
  /** Names of the contexts of the import that use it. */
  readonly contexts: readonly string[]
  /** Path of the file, `''` where it is in the entry, null without. The same for the key. */
  readonly certificate: string | null
  readonly key: string | null
  readonly token: boolean
  readonly tokenFile: string | null
  readonly username: string | null
  readonly password: boolean
  readonly command: SignInCommand | null
  readonly authProvider: string | null
  /** The user that it acts as, where it impersonates: user and groups in a line, and all that is said of them. */
  readonly actsAs: string | null
  readonly impersonation: Impersonation | null
}

/** What an entry runs, and which program that is in the environment that was looked in. */
export interface SignInCommand extends Started {
  readonly command: string
  /** Null: there is no program of that name. */
  readonly resolved: string | null
  readonly realPath: string | null
}

/** Every cluster and user that an import adds or uses, also those that no context of it uses. */
export interface ImportedEntries {
  readonly clusters: readonly (Destination & { readonly whose: EntryOwner })[]
  readonly users: readonly (SignIn & { readonly whose: EntryOwner })[]
}

/** The same for an output that others may read too, and for the page. */
export function maskedEntries({ clusters, users }: ImportedEntries): ImportedEntries {
  return {
    clusters: clusters.map(({ whose, ...one }) => ({ ...maskedDestination(one), whose })),
    users: users.map((one) => ({
      ...one,
      command: one.command && maskedStarted(one.command),
      impersonation: maskedActing(one.impersonation),
    })),
  }
}

/** Of many contexts the first are named: each says its destination itself. */
const mostNamed = 24

/** A destination of an import, line by line. */
export const clusterFacts = (one: ImportedEntries['clusters'][number]): readonly Fact[] =>
  asImported(one, destinationFacts(one))

/** How a user entry of an import signs in, line by line; several where it holds several. */
export function userFacts(one: ImportedEntries['users'][number]): readonly Fact[] {
  const { name, contexts, certificate, key, token, tokenFile, username, password, authProvider } = one
  const inEntry = 'in the entry'
  const place = (path: string | null) => (path === '' ? inEntry : path && exactText(path))
  const ways: readonly Fact[] = [
    ...fact('client cert', place(certificate)),
    ...fact('client key', place(key)),
    ...fact('token', token ? inEntry : null),
    ...exactFact('token file', tokenFile),
    ...exactFact('user name', username),
    ...fact('password', password ? inEntry : null),
    ...(one.command === null ? [] : commandFacts(one.command)),
    ...exactFact('auth provider', authProvider),
    ...actingFacts(one.impersonation),
  ]
  return asImported(one, [
    ...exactFact('user', name),
    ...(ways.length === 0 ? fact('signs in', 'by nothing') : ways),
    ...fact('for', listed(contexts)),
  ])
}

const commandFacts = (run: SignInCommand): readonly Fact[] => [
  ...fact('command', [run.command, ...run.args].map(exactText).join(' ')),
  ...fact('leads to', wayTo(run)),
  ...namedFacts('variable', run.env),
  ...fact('cluster info', run.toldOfCluster ? 'the command is told of the cluster' : null),
  ...exactFact('interactive', run.interactiveMode),
  ...hintFacts(run.installHint),
]

/** Adds the owner after the name, and says where no context uses it and where a value is cut that is too long to read. */
function asImported(
  { whose, contexts }: { whose: EntryOwner; contexts: readonly string[] },
  facts: readonly Fact[],
): readonly Fact[] {
  return facts.map(({ label, value }, at) => {
    if (at === 0 && whose === 'own') return { label, value: `${value} (your own, not in the import)` }
    if (label === 'for' && contexts.length === 0) return { label, value: 'no context of the import' }
    if (label === 'for' && contexts.length > mostNamed) {
      const some = listed(contexts.slice(0, mostNamed))
      return { label, value: `${contexts.length} contexts: ${some} and ${contexts.length - mostNamed} more` }
    }
    if (label === 'for' || value.length <= mostShown) return { label, value }
    return { label, value: `${value.slice(0, mostShown)}… (${value.length - mostShown} more characters)` }
  })
}
