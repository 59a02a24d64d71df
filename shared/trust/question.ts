/** What is asked before an unknown program runs, and how it is shown: whole, or masked where others may read along. */
import { capital } from '../capital'
import { type Endpoint, parseProxy, parseServer, refusals } from '../destination/address'
import { addressText, hostAndPort, serverNameOf } from '../destination/destination'
import { lettersOf } from '../destination/host'
import { type EntryId, type Impersonation, mask } from '../kubeconfig/entries'
import {
  isSecretName,
  maskAddress,
  maskArguments,
  maskText,
  maskVariable,
  wholeAddress,
} from '../kubeconfig/secrets'
import { named, quoted, visible } from '../visible'

export interface NamedValue {
  readonly name: string
  readonly value: string
}

/** What the user is asked before an unknown command runs. Whole, so never for the page. */
export interface CommandQuestion {
  readonly context: EntryId
  readonly contexts: readonly EntryId[]
  readonly fingerprint: string
  readonly kind: 'exec' | 'credential-process'
  readonly command: string
  /** Where the environment's PATH leads; null when not found. */
  readonly resolved: string | null
  /** Where that leads by links. */
  readonly realPath: string | null
  readonly args: readonly string[]
  readonly env: readonly NamedValue[]
  /** What the command is given of the cluster entry (provideClusterInfo); empty without. */
  readonly clusterInfo: readonly NamedValue[]
  readonly file: string
  readonly line: number | null
  /** Why it is not run without asking, one sentence. */
  readonly why: string
}

/**
 * What the user is asked where only the way to a program is in doubt: once for every context that gets a token with it, and with
 * what to do about it.
 */
export interface ProgramQuestion {
  readonly context: EntryId
  readonly contexts: readonly EntryId[]
  readonly fingerprint: string
  readonly kind: 'program'
  /** Its name: aws or aws-iam-authenticator. */
  readonly program: string
  /** Where PATH leads with that name. */
  readonly resolved: string
  /** Where that leads by links. */
  readonly realPath: string | null
  /** What lets another user decide what the program is: `makesUnsafe` is the folder of PATH, or the program. Never empty. */
  readonly doubts: readonly {
    readonly makesUnsafe: string
    /** Part of a sentence: what is wrong. */
    readonly reason: string
    /** A sentence: what to do about it. */
    readonly remedy: string
  }[]
  /** The absolute path of a program of this name that is in no doubt; null where there is none. */
  readonly safe: string | null
}

/** What the user is asked before something runs. */
export type RunQuestion = CommandQuestion | ProgramQuestion

/** Why it is not run without asking. */
export function reasonOf(question: RunQuestion): string {
  if (question.kind !== 'program') return question.why
  const { program } = question
  return `Only the way to ${named(program)} is in doubt, not what it is run for: another user of this computer could decide which program ${named(program)} is.`
}

/** Bytes of command, arguments, variables and cluster info: beyond it a person cannot judge a command. */
export const mostShown = 8_192

/** Whether the command is too long to be judged, and so to be allowed. */
export function isTooLong(question: RunQuestion): boolean {
  return question.kind !== 'program' && isLong(question)
}

/** The same of what a write would bring. */
export function isLong({
  command,
  args,
  env,
  clusterInfo,
}: Pick<CommandQuestion, 'command' | 'args' | 'env' | 'clusterInfo'>): boolean {
  const parts = [command, ...args, ...[...env, ...clusterInfo].flatMap(({ name, value }) => [name, value])]
  return parts.reduce((sum, part) => sum + bytesOf(part), 0) > mostShown
}

/** As UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

/** The same question for an output that others may read: secrets masked, as everywhere else. */
export function maskedQuestion(question: CommandQuestion): CommandQuestion
export function maskedQuestion(question: RunQuestion): RunQuestion
export function maskedQuestion(question: RunQuestion): RunQuestion {
  // Folders of PATH and a name: there is nothing to mask.
  if (question.kind === 'program') return question
  const { kind, command, clusterInfo } = question
  return {
    ...question,
    command: kind === 'exec' ? command : maskArguments(command.split(/\s+/)).join(' '),
    ...maskedWords(question),
    clusterInfo: clusterInfo.map(({ name, value }) => ({
      name,
      value: name === 'proxy-url' || name === 'server' ? maskAddress(value) : maskText(value),
    })),
  }
}

/** A user entry whose tokens go somewhere. */
export interface SignsIn {
  readonly name: string
  /** Of the user's own list, and there before. */
  readonly own: boolean
  /** Its command with arguments and variables, secrets masked; empty without one. */
  readonly words: readonly string[]
}

/** Of a command what tells whose tokens it gets. Masked: it is about them, and does not run by being allowed. */
export const signingWords = (
  exec: {
    readonly command: string | null
    readonly args: readonly string[]
    readonly env: readonly NamedValue[]
  } | null,
): readonly string[] =>
  exec === null
    ? []
    : [
        ...exec.env.map(({ name, value }) => `${name}=${maskVariable(name, value).value}`),
        exec.command ?? '',
        ...maskArguments(exec.args),
      ]

/** Where a token would go: what decides it together, of one cluster entry. */
export interface Destination {
  /** The cluster entry's name. */
  readonly name: string
  readonly server: string
  /** SHA-256 of each certificate of the authority, or what stands in its place. */
  readonly authority: readonly string[]
  readonly tlsServerName: string | null
  readonly proxyUrl: string | null
  readonly insecure: boolean
  /** Names of the contexts that lead there. */
  readonly contexts: readonly string[]
  /** The users whose tokens would go there, where that is asked about. */
  readonly signsIn?: readonly SignsIn[]
}

/** What the user is asked before servers of a foreign file, or one whose certificate is not checked, get a token. */
export interface DestinationQuestion {
  readonly kind: 'file' | 'insecure'
  readonly path: string
  readonly realPath: string | null
  /** Of the file as it was when the question was made. */
  readonly revision: string | null
  /** Of `file` all of them, of `insecure` the one. */
  readonly destinations: readonly Destination[]
}

/** One line of a question: what it is, and its value as it is shown. */
export interface Fact {
  readonly label:
    | 'command'
    | 'leads to'
    | 'program'
    | 'PATH folder'
    | 'in doubt'
    | 'to fix it'
    | 'use instead'
    | 'argument'
    | 'variable'
    | 'cluster info'
    | 'section'
    | 'setting'
    | 'written in'
    | 'profile'
    | 'role until now'
    | 'role'
    | 'device'
    | 'cluster'
    | 'server'
    | 'certificate'
    | 'server name'
    | 'proxy'
    | 'for'
    | 'user'
    | 'signs in'
    | 'client cert'
    | 'client key'
    | 'token'
    | 'token file'
    | 'user name'
    | 'password'
    | 'auth provider'
    | 'acts as'
    | 'in group'
    | 'with uid'
    | 'with extra'
    | 'install hint'
    | 'interactive'
    | 'new user'
    | 'new cluster'
    | 'is told of'
    | 'tokens of'
    | 'named by'
    | 'lock'
    | 'held by'
    | 'history'
    | 'expected'
  readonly value: string
  /** Of a write: the line goes away, or comes. Absent: it is as it was, or all of it is new. */
  readonly change?: 'gone' | 'come'
}

/** A line with a value; none where that is null. */
export const fact = (label: Fact['label'], value: string | null): readonly Fact[] =>
  value === null ? [] : [{ label, value }]

/** The same of a text of which every character is to be told apart. */
export const exact = (label: Fact['label'], text: string | null): readonly Fact[] =>
  fact(label, text === null ? null : exactly(text))

/** A line for each, of a name and its value. */
export const namedFacts = (label: Fact['label'], values: readonly NamedValue[]): readonly Fact[] =>
  values.map(({ name, value }) => ({ label, value: `${exactly(name)}=${value && exactly(value)}` }))

/** The same arguments and variables for an output that others may read along. */
export const maskedWords = ({
  args,
  env,
}: Pick<CommandQuestion, 'args' | 'env'>): Pick<CommandQuestion, 'args' | 'env'> => ({
  args: maskArguments(args),
  env: env.map(({ name, value }) => ({ name, value: maskVariable(name, value).value })),
})

/** What kubectl makes of an entry without a server; an address has no blanks. */
export const noServer = 'none: kubectl goes to http://localhost:8080 then, without a token'

/** A destination line by line. */
export function destinationFacts(destination: Destination): readonly Fact[] {
  const { name, server, authority, tlsServerName, proxyUrl, insecure, contexts, signsIn = [] } = destination
  return [
    ...exact('cluster', name),
    ...(server === '' ? fact('server', noServer) : addressFacts('server', server)),
    ...(insecure
      ? fact('certificate', 'NOT CHECKED (insecure-skip-tls-verify)')
      : server === ''
        ? []
        : authority.flatMap((value) => fact('certificate', readable(value)))),
    ...(tlsServerName ? fact('server name', serverName(tlsServerName)) : []),
    ...(proxyUrl ? addressFacts('proxy', proxyUrl) : []),
    ...fact('for', listed(contexts)),
    ...signsInFacts(signsIn),
  ]
}

/** An address, and where it leads: what stands around its host may look like another. */
function addressFacts(label: 'server' | 'proxy', text: string): readonly Fact[] {
  const parsed = (label === 'server' ? parseServer : parseProxy)(text.replace(`${mask}@`, '@'))
  if (!parsed.ok) return [{ label, value: `${exactly(text)} (leads nowhere: it ${refusals[parsed.why]})` }]
  const { value } = parsed
  const letters = lettersOf(value.host)
  const shown = exactly(wholeAddress(text))
  const isPlain = letters === null && text.replace(/\/$/, '') === addressText({ ...value, path: '' }, null)
  return [{ label, value: shown }, ...fact('leads to', isPlain ? null : placeText(value))]
}

const placeText = (to: Endpoint): string => {
  const letters = lettersOf(to.host)
  return `${hostAndPort(to)}${letters === null ? '' : ` (in letters: ${exactly(letters)})`}`
}

const serverName = (name: string): string =>
  `${exactly(name)}${serverNameOf(name) === null ? ' (no certificate can have this name: nothing is sent)' : ''}`

/** Whose tokens, one line a user. */
export const signsInFacts = (users: readonly SignsIn[]): readonly Fact[] =>
  users.map(({ name, own, words }) => ({
    label: 'tokens of',
    value: `${own ? 'your own user ' : ''}${exactly(name)}${words.length === 0 ? '' : `: ${words.map(exactly).join(' ')}`}`,
  }))

/** Whether a line makes a token go elsewhere than its server's name says, or to whoever answers there. */
export const leadsElsewhere = (label: Fact['label'], value: string): boolean =>
  label === 'proxy' ||
  label === 'server name' ||
  (label === 'certificate' && value.startsWith('NOT CHECKED')) ||
  (label === 'server' && value === noServer)

/** The same for an output that others may read along. */
export const maskedDestination = (destination: Destination): Destination => ({
  ...destination,
  server: maskAddress(destination.server),
  proxyUrl: destination.proxyUrl === null ? null : maskAddress(destination.proxyUrl),
})

/** Visible, and no mark stands over or through another character: many of them cover what is beside them and never wrap. */
export const readable = (text: string): string =>
  visible(text).replace(/\p{M}/gu, (mark) => {
    const point = (mark.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return `⟨U+${point.padStart(4, '0')}⟩`
  })

/**
 * Text of which every character can be told apart: a blank is `␣`, what would hide is `⟨U+202E⟩`, nothing at all is
 * `⟨empty⟩`. Characters that these signs are made of are shown by their code points.
 */
export function exactly(text: string): string {
  if (text === '') return '⟨empty⟩'
  return text
    .split(/([ ␣⟨⟩])/)
    .map((part) => (part === ' ' ? '␣' : (signs.get(part) ?? readable(part))))
    .join('')
}

/**
 * Names in one line. One that could be taken for several, or for words of ours, stands in quotation marks, which it then has only
 * as code points itself.
 */
export const listed = (names: readonly string[]): string => names.map(inList).join(', ')

function inList(name: string): string {
  if (name !== '' && !/[\s,"'“”„‘’‚«»‹›]/.test(name)) return exactly(name)
  return quoted(name === '' ? '' : exactly(name))
}

/** Whom an entry has the cluster take its user for, line by line. */
export function actingFacts(acting: Impersonation | null): readonly Fact[] {
  if (acting === null) return []
  const { as, uid, groups, extra } = acting
  return [
    ...exact('acts as', as),
    ...groups.flatMap((group) => exact('in group', group)),
    ...exact('with uid', uid),
    ...Object.entries(extra).flatMap(([name, values]) =>
      namedFacts(
        'with extra',
        (values.length === 0 ? [''] : values).map((value) => ({ name, value })),
      ),
    ),
  ]
}

/** The same for an output that others may read along. */
export const maskedActing = (acting: Impersonation | null): Impersonation | null =>
  acting && {
    ...acting,
    extra: Object.fromEntries(
      Object.entries(acting.extra).map(([name, values]) => [
        name,
        values.map((value) => (isSecretName(name) ? mask : maskText(value))),
      ]),
    ),
  }

const signs: ReadonlyMap<string, string> = new Map([
  ['␣', '⟨U+2423⟩'],
  ['⟨', '⟨U+27E8⟩'],
  ['⟩', '⟨U+27E9⟩'],
])

/** The question line by line, one argument a line. Of one that is too long only its beginning. */
export function factsOf(question: RunQuestion): readonly Fact[] {
  return question.kind === 'program' ? programFacts(question).flat() : commandFacts(question)
}

/** What is asked about a program: it, each folder with its remedy, and what to use instead. */
export function programFacts({
  program,
  resolved,
  realPath,
  doubts,
  safe,
}: ProgramQuestion): readonly (readonly Fact[])[] {
  return [
    [
      { label: 'program', value: exactly(program) },
      { label: 'leads to', value: way(resolved, realPath) },
    ],
    ...doubts.map(({ makesUnsafe, reason, remedy }): readonly Fact[] => [
      { label: makesUnsafe === resolved ? 'program' : 'PATH folder', value: exactly(makesUnsafe) },
      { label: 'in doubt', value: readable(`${capital(reason)}.`) },
      { label: 'to fix it', value: readable(remedy) },
    ]),
    ...(safe === null ? [] : [exact('use instead', safe)]),
  ]
}

/** A path and where links lead from there. */
const way = (path: string, realPath: string | null): string =>
  `${exactly(path)}${realPath === null || realPath === path ? '' : ` → ${exactly(realPath)}`}`

/** The same of a command; null: PATH leads to none. */
export const wayTo = (resolved: string | null, realPath: string | null): string =>
  resolved === null ? 'no program of that name' : way(resolved, realPath)

function commandFacts(question: CommandQuestion): readonly Fact[] {
  const { command, resolved, realPath, args, env, clusterInfo, file, line } = question
  const place = { label: 'written in', value: `${readable(file)}${line === null ? '' : `:${line}`}` } as const
  const program = wayTo(resolved, realPath)
  const facts: readonly Fact[] = [
    ...exact('command', command),
    ...fact('leads to', program),
    ...args.flatMap((value) => exact('argument', value)),
    ...namedFacts('variable', env),
    ...namedFacts('cluster info', clusterInfo),
  ]
  if (!isTooLong(question)) return [...facts, place]
  let left = mostShown
  const shown: Fact[] = []
  for (const fact of facts) {
    if (left <= 0) break
    shown.push({ ...fact, value: fact.value.length > left ? `${fact.value.slice(0, left)}…` : fact.value })
    left -= fact.value.length
  }
  return [...shown, place]
}

/** Why a command that is too long cannot be allowed, and what to do. */
export const tooLong = {
  message: 'The command is longer than 8 KiB, too long to be judged by reading it, so it cannot be allowed.',
  next: 'Put the command into a program of its own, and name that program in the entry.',
} as const
