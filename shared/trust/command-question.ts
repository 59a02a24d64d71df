/** What is asked before an unknown program runs, and how it is shown: whole, or masked where others may read it too. */
import { capital } from '../capital'
import { parseProxy, parseServer, refusals } from '../destination/address'
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
import { utf8 } from '../sha256'
import { codePoint, named, quoted, visible } from '../visible'

export interface NamedValue {
  readonly name: string
  readonly value: string
}

/** What is started, with what. */
export interface Words {
  /** Null: there is no command. */
  readonly command: string | null
  readonly args: readonly string[]
  readonly env: readonly NamedValue[]
}

/** A command of a user entry, with what kubectl does around it. */
export interface Started extends Words {
  /** The command gets the cluster entry (provideClusterInfo). */
  readonly toldOfCluster: boolean
  /** What kubectl prints where the command is not there, and whether the command may ask; they run nothing themselves. */
  readonly installHint: string | null
  readonly interactiveMode: string | null
}

/** For which contexts something is asked, shown at the first, and the fingerprint that the answer is for. */
export interface AskedFor {
  readonly context: EntryId
  readonly contexts: readonly EntryId[]
  readonly fingerprint: string
}

interface Asked extends AskedFor {
  /** The target of links from `resolved`. */
  readonly realPath: string | null
}

/** What the user is asked before an unknown command runs. Whole, so never for the page. */
export interface CommandQuestion extends Asked, Words {
  readonly kind: 'exec' | 'credential-process'
  readonly command: string
  /** The program that the environment's PATH finds; null when not found. */
  readonly resolved: string | null
  /** What the command gets of the cluster entry (provideClusterInfo); empty without. */
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
export interface ProgramQuestion extends Asked {
  readonly kind: 'program'
  /** Its name: aws or aws-iam-authenticator. */
  readonly program: string
  /** The program that PATH finds by that name. */
  readonly resolved: string
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

/** Bytes of command, arguments, variables and cluster info: beyond it the user cannot judge a command. */
export const mostShown = 8_192

/** Whether the command is too long to be judged, and so to be allowed. */
export const isTooLong = (question: RunQuestion): boolean => question.kind !== 'program' && isLong(question)

/** The same for what a write would introduce. */
export function isLong({
  command,
  args,
  env,
  clusterInfo = [],
}: Words & { readonly clusterInfo?: readonly NamedValue[] }): boolean {
  const values = [...env, ...clusterInfo].flatMap(({ name, value }) => [name, value])
  return [command ?? '', ...args, ...values].reduce((sum, part) => sum + utf8(part).length, 0) > mostShown
}

/** The same question for an output that others may read: secrets masked, as everywhere else. */
export const maskedQuestion = (question: CommandQuestion): CommandQuestion => ({
  ...question,
  command:
    question.kind === 'exec' ? question.command : maskArguments(question.command.split(/\s+/)).join(' '),
  ...maskedWords(question),
  clusterInfo: question.clusterInfo.map(({ name, value }) => ({
    name,
    value: name === 'proxy-url' || name === 'server' ? maskAddress(value) : maskText(value),
  })),
})

/** A user entry whose tokens go somewhere. */
export interface SignsIn {
  readonly name: string
  /** Of the user's own list, and there before. */
  readonly own: boolean
  /** Its command with arguments and variables, secrets masked; empty without one. */
  readonly words: readonly string[]
}

/**
 * The words of a command that show whose tokens it gets. Masked: the question is about them, and allows no run of the command.
 */
export function signingWords(exec: Words | null): readonly string[] {
  if (exec === null) return []
  const { args, env } = maskedWords(exec)
  return [...env.map(({ name, value }) => `${name}=${value}`), exec.command ?? '', ...args]
}

/** Where a token would go: what decides it together, of one cluster entry. */
export interface Destination {
  /** The cluster entry's name. */
  readonly name: string
  readonly server: string
  /** SHA-256 of each certificate of the authority, or what is in its place. */
  readonly authority: readonly string[]
  readonly tlsServerName: string | null
  readonly proxyUrl: string | null
  readonly insecure: boolean
  /** Names of the contexts that use it. */
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
  readonly label: string
  readonly value: string
  /** Of a write: the line is removed, or added. Absent: it is unchanged, or all of it is new. */
  readonly change?: 'gone' | 'come'
}

/** A line with a value; none where that is null. */
export const fact = (label: string, value: string | null): readonly Fact[] =>
  value === null ? [] : [{ label, value }]

/** The same of a text in which every character is to be recognised. */
export const exactFact = (label: string, text: string | null): readonly Fact[] =>
  fact(label, text === null ? null : exactText(text))

/** A line for each, of a name and its value. */
export const namedFacts = (label: string, values: readonly NamedValue[]): readonly Fact[] =>
  values.map(({ name, value }) => ({ label, value: `${exactText(name)}=${value && exactText(value)}` }))

/** The same arguments and variables for an output that others may read too. */
export const maskedWords = ({ args, env }: Pick<Words, 'args' | 'env'>): Pick<Words, 'args' | 'env'> => ({
  args: maskArguments(args),
  env: env.map(({ name, value }) => ({ name, value: maskVariable(name, value).value })),
})

/** The same of a command of an entry. */
export const maskedStarted = <T extends Started>(one: T): T => ({
  ...one,
  ...maskedWords(one),
  installHint: one.installHint && maskText(one.installHint),
})

/** How kubectl reads an entry without a server; an address has no blanks. */
export const noServer = 'none: kubectl goes to http://localhost:8080 then, without a token'

/** A destination line by line. */
export const destinationFacts = (destination: Destination): readonly Fact[] => [
  ...exactFact('cluster', destination.name),
  ...routeFacts(destination),
  ...fact('for', listed(destination.contexts)),
  ...signsInFacts(destination.signsIn ?? []),
]

/** The way there, line by line. */
export function routeFacts(destination: Destination): readonly Fact[] {
  const { server, authority, tlsServerName, proxyUrl, insecure } = destination
  return [
    ...(server === '' ? fact('server', noServer) : addressFacts('server', server)),
    ...(insecure
      ? fact('certificate', 'NOT CHECKED (insecure-skip-tls-verify)')
      : server === ''
        ? []
        : authority.flatMap((value) => fact('certificate', readable(value)))),
    ...(tlsServerName ? fact('server name', serverName(tlsServerName)) : []),
    ...(proxyUrl ? addressFacts('proxy', proxyUrl) : []),
  ]
}

/** An address, and its destination: what is around its host may look like another. */
function addressFacts(label: 'server' | 'proxy', text: string): readonly Fact[] {
  const parsed = (label === 'server' ? parseServer : parseProxy)(text.replace(`${mask}@`, '@'))
  if (!parsed.ok)
    return [{ label, value: `${exactText(text)} (leads nowhere: it ${refusals[parsed.fault]})` }]
  const { value } = parsed
  const letters = lettersOf(value.host)
  const place = `${hostAndPort(value)}${letters === null ? '' : ` (in letters: ${exactText(letters)})`}`
  const isPlain = letters === null && text.replace(/\/$/, '') === addressText({ ...value, path: '' }, null)
  return [...exactFact(label, wholeAddress(text)), ...fact('leads to', isPlain ? null : place)]
}

const serverName = (name: string): string =>
  `${exactText(name)}${serverNameOf(name) === null ? ' (no certificate can have this name: nothing is sent)' : ''}`

/** Whose tokens, one line a user. */
export const signsInFacts = (users: readonly SignsIn[]): readonly Fact[] =>
  users.map(({ name, own, words }) => ({
    label: 'tokens of',
    value: `${own ? 'your own user ' : ''}${exactText(name)}${words.length === 0 ? '' : `: ${words.map(exactText).join(' ')}`}`,
  }))

/**
 * Whether a line is not to be missed: a token goes elsewhere than its server's name says, or to any server that answers there; a
 * context acts as another, or may do everything.
 */
export const isTelling = (label: string, value: string): boolean =>
  label === 'instead of' ||
  label === 'may' ||
  label === 'proxy' ||
  label === 'server name' ||
  (label === 'certificate' && value.startsWith('NOT CHECKED')) ||
  (label === 'server' && value === noServer)

/** The same for an output that others may read too. */
export const maskedDestination = (destination: Destination): Destination => ({
  ...destination,
  server: maskAddress(destination.server),
  proxyUrl: destination.proxyUrl === null ? null : maskAddress(destination.proxyUrl),
})

/** Visible, and no mark is over or through another character: many of them cover what is next to them and never wrap. */
export const readable = (text: string): string => visible(text).replace(/\p{M}/gu, sign)

const sign = (character: string): string => `⟨${codePoint(character)}⟩`

/**
 * Text in which every character can be recognised: a blank is `␣`, what would hide is `⟨U+202E⟩`, nothing at all is
 * `⟨empty⟩`. Characters that are part of these signs are shown by their code points.
 */
export function exactText(text: string): string {
  if (text === '') return '⟨empty⟩'
  return text
    .split(/([ ␣⟨⟩])/)
    .map((part) => (part === ' ' ? '␣' : /^[␣⟨⟩]$/.test(part) ? sign(part) : readable(part)))
    .join('')
}

/**
 * Names in one line. A name that could be read as several, or as words of ours, is put in quotation marks; quotation marks in it
 * are then shown as code points.
 */
export const listed = (names: readonly string[]): string => names.map(inList).join(', ')

function inList(name: string): string {
  if (name !== '' && !/[\s,"'“”„‘’‚«»‹›]/.test(name)) return exactText(name)
  return quoted(name === '' ? '' : exactText(name))
}

/** Which user and groups an entry impersonates, line by line. */
export function actingFacts(acting: Impersonation | null): readonly Fact[] {
  if (acting === null) return []
  const { as, uid, groups, extra } = acting
  const pairs = Object.entries(extra).flatMap(([name, values]) =>
    (values.length === 0 ? [''] : values).map((value) => ({ name, value })),
  )
  return [
    ...exactFact('acts as', as),
    ...groups.flatMap((group) => exactFact('in group', group)),
    ...exactFact('with uid', uid),
    ...namedFacts('with extra', pairs),
  ]
}

/** The same for an output that others may read too. */
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

/** The question line by line, one argument a line. Of one that is too long only its beginning. */
export function factsOf(question: RunQuestion): readonly Fact[] {
  return question.kind === 'program' ? programFacts(question).flat() : commandFacts(question)
}

/** What is asked about a program: it, each folder with its remedy, and what to use instead. */
export function programFacts(question: ProgramQuestion): readonly (readonly Fact[])[] {
  const { program, resolved, doubts, safe } = question
  return [
    [...exactFact('program', program), ...fact('leads to', wayTo(question))],
    ...doubts.map(({ makesUnsafe, reason, remedy }) => [
      ...exactFact(makesUnsafe === resolved ? 'program' : 'PATH folder', makesUnsafe),
      ...fact('in doubt', readable(`${capital(reason)}.`)),
      ...fact('to fix it', readable(remedy)),
    ]),
    ...(safe === null ? [] : [exactFact('use instead', safe)]),
  ]
}

/** The program that PATH finds by a name (null: none), and the target of links from there. */
export function wayTo({ resolved, realPath }: Pick<CommandQuestion, 'resolved' | 'realPath'>): string {
  if (resolved === null) return 'no program of that name'
  return `${exactText(resolved)}${realPath === null || realPath === resolved ? '' : ` → ${exactText(realPath)}`}`
}

function commandFacts(question: CommandQuestion): readonly Fact[] {
  const { command, args, env, clusterInfo, file, line } = question
  const place = { label: 'written in', value: `${readable(file)}${line === null ? '' : `:${line}`}` }
  const facts: readonly Fact[] = [
    ...exactFact('command', command),
    ...fact('leads to', wayTo(question)),
    ...args.flatMap((value) => exactFact('argument', value)),
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
