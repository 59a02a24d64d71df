/** A question as the question window shows it: texts only, and what main does with the answer stays in main. */
import type { ShownVerdict } from '../identity/identity'
import { verdictText } from '../identity/verdict-words'
import { quoted, visible } from '../visible'
import {
  type AddedByWrite,
  type AddedPart,
  type ExpectedPart,
  factsOfPart,
  isTooMuch,
  tooMuch,
} from './added-by-write'
import {
  type Destination,
  type DestinationQuestion,
  destinationFacts,
  exactFact,
  type Fact,
  factsOf,
  isTooLong,
  listed,
  type ProgramQuestion,
  programFacts,
  type RunQuestion,
  readable,
  tooLong,
} from './command-question'

export interface ShownQuestion {
  readonly title: string
  readonly lead: string
  /** Each in a frame of its own; every text is made visible. */
  readonly parts: readonly (readonly Fact[])[]
  /** What a decision holds for, or why there can be none. */
  readonly note: string
  /** What the button says that refuses. */
  readonly refuse: string
  /** What the button says that allows; null: it cannot be allowed. */
  readonly allow: string | null
  /** What is to be typed with the answer. */
  readonly typed?: {
    readonly label: string
    /** The name that it must be; null: a code of six digits, as a device shows it. */
    readonly name: string | null
    /** What a second button says, which allows more to be done with what a code gives; null: there is none. */
    readonly keep: string | null
  }
}

/** The answer to a question in which something is to be typed. */
export interface TypedAnswer {
  readonly typed: string
  readonly keep: boolean
}

/** What is typed to use or change this context: one whose name is blank would be meant by Enter alone. */
export const typedFor = (name: string): string => (name.trim() === '' ? 'production' : name)

/** Whether that is what is to be typed. */
export const isTyped = (
  { name }: Pick<NonNullable<ShownQuestion['typed']>, 'name'>,
  text: string,
): boolean =>
  name === null
    ? /^\d{6}$/.test(text.trim())
    : // What hides in a name is typed as it is shown.
      [name, visible(name)].some((one) => one.trim() === text.trim())

/** The question for the code of a device, by which one role of a profile is assumed. */
export function shownCode(
  profile: string,
  role: { readonly arn: string; readonly mfaSerial: string },
): ShownQuestion {
  return {
    title: 'Code of your MFA device',
    lead: `Profile ${readable(profile)} assumes a role that asks for a code. The code goes to AWS STS once, and no page of Ekscope sees it.`,
    parts: [readableFacts({ profile, role: role.arn, device: role.mfaSerial })],
    note: 'Used once, the credentials that the code gives stay in memory until the contexts that wait for them are verified. Kept, they are in the cache of aws, where kubectl finds them.',
    refuse: 'Cancel',
    allow: 'Use once',
    typed: { label: 'Six digits', name: null, keep: 'Keep for aws and kubectl' },
  }
}

const notAllowed = 'Do not allow'

const readableFacts = (values: Readonly<Record<string, string>>): readonly Fact[] =>
  Object.entries(values).map(([label, value]) => ({ label, value: readable(value) }))

/** What the sign for a blank is, where there is one. */
const blanks = (parts: ShownQuestion['parts']): string =>
  parts.flat().some(({ value }) => value.includes('␣')) ? ' A blank is shown as ␣.' : ''

/** The question before something runs. `names`: of the contexts that it would run for; `place`: which of how many. */
export function shownCommand(question: RunQuestion, names: readonly string[], place: Place): ShownQuestion {
  if (question.kind === 'program') return shownProgram(question, names, place)
  const parts: ShownQuestion['parts'] = [[...factsOf(question), { label: 'for', value: listed(names) }]]
  const what = question.kind === 'exec' ? 'Run this command?' : 'Run this credential_process?'
  const asked = { title: placed(what, place), parts }
  // That there is nothing to decide comes first, not below what is too long to read.
  if (isTooLong(question)) {
    const lead = `${tooLong.message} ${tooLong.next}`
    return {
      ...asked,
      lead,
      note: 'Only its beginning is shown. Nothing runs.',
      refuse: 'Close',
      allow: null,
    }
  }
  return {
    ...asked,
    lead: readable(question.why),
    note: `What you allow holds for exactly this, here and in the terminal, until you revoke it in Settings. A refusal holds until the app ends.${blanks(parts)}`,
    refuse: notAllowed,
    allow: 'Allow',
  }
}

interface Place {
  readonly at: number
  readonly of: number
}
const placed = (what: string, { at, of }: Place) => (of === 1 ? what : `${what} (${at} of ${of})`)

/** One cause, however many contexts have it: what is wrong with PATH, and what to do about it. */
function shownProgram(question: ProgramQuestion, names: readonly string[], place: Place): ShownQuestion {
  const { program, safe } = question
  const contexts = names.length === 1 ? 'one context' : `${names.length} contexts`
  // The contexts last: the remedy is to be seen without scrolling.
  const parts: ShownQuestion['parts'] = [...programFacts(question), [{ label: 'for', value: listed(names) }]]
  const instead = safe === null ? '' : ' Or let the entries name the path given under “use instead”.'
  return {
    title: placed(`Run ${program} although others can change PATH?`, place),
    lead: `Another user of this computer could decide which program ${quoted(program)} is. That program would run for ${contexts}, only to get a token. To be safe, fix what is named below.${instead}`,
    parts,
    note: `What you allow holds for every context that gets a token with ${program}, here and in the terminal, until it or one of these folders changes.${blanks(parts)}`,
    refuse: notAllowed,
    allow: 'Run it anyway',
  }
}

/** The question about where a token may go. */
export function shownDestinations({ kind, path, destinations }: DestinationQuestion): ShownQuestion {
  const parts = destinations.map(destinationFacts)
  const asked = { parts, refuse: notAllowed }
  if (kind === 'insecure')
    return {
      ...asked,
      title: 'Send a token without checking the certificate?',
      lead: `A cluster in ${readable(path)} sets insecure-skip-tls-verify: whoever stands between you and the cluster could read the token and use it for 15 minutes.`,
      note: `What you allow holds for this server, server name and proxy only.${blanks(parts)}`,
      allow: 'Send it anyway',
    }
  const each = parts.length === 1 ? 'This one' : `Each of these ${parts.length} clusters`
  return {
    ...asked,
    title: 'Let the servers of this file get a token?',
    lead: `${readable(path)} was only opened: it is not in your own list. Its clusters name their own servers and certificates. ${each} would get a token that works for 15 minutes as the identity of its context.`,
    note: `What you allow holds for the file as it is shown here: when it changes, you are asked again.${blanks(parts)}`,
    allow: 'Trust this file',
  }
}

/** The question about a write: all that it introduces at once. */
export function shownWrite(added: AddedByWrite): ShownQuestion {
  const parts = added.parts.map(factsOfPart)
  const asked = { refuse: 'Do not write', allow: 'Write it', ...writeWords(added.parts), parts }
  if (isTooMuch(added)) {
    const lead = `${tooMuch.message} ${tooMuch.next}`
    return { ...asked, lead, note: 'Nothing is written.', refuse: 'Close', allow: null }
  }
  const marks = added.parts.some(({ kind, was }) => kind !== 'aws-setting' && was !== null)
    ? ' −\u00a0is what goes, +\u00a0what comes.'
    : ''
  const note = `Nothing is written yet. Your answer holds for exactly this write.${marks}${blanks(parts)}`
  return { ...asked, note }
}

interface WriteWords {
  readonly title: string
  readonly lead: string
  readonly refuse?: string
  readonly allow?: string
}

function writeWords(parts: readonly AddedPart[]): WriteWords {
  const expected = parts.flatMap((part) => (part.kind === 'expected' ? [part] : []))
  if (expected.length === parts.length) return expectedWords(expected)
  if (parts.every(({ kind }) => kind === 'role'))
    return { title: 'Write a role of an account that is new to you?', lead: newAccount }
  if (parts.every(({ kind }) => kind === 'aws-setting')) return awsWords(parts)
  const users = parts.flatMap((part) => (part.kind === 'user' ? [part.now] : []))
  const places = parts.flatMap((part) =>
    part.kind === 'cluster' || part.kind === 'credentials' ? [part.now.destination] : [],
  )
  const runs = users.some(
    ({ command, files, authProvider }) => command !== null || files.length > 0 || authProvider !== null,
  )
  const isDestination = ({ server, proxyUrl }: Destination) => server !== '' || proxyUrl !== null
  const what = [
    ...(runs ? ['run or read what your files do not name yet'] : []),
    ...(users.some(({ acting }) => acting !== null) ? ['act as another identity'] : []),
    ...(places.some(isDestination) ? ['send tokens where your files do not send them yet'] : []),
    ...(places.every(isDestination) ? [] : ['go to this machine for want of a server']),
  ].join(', and ')
  const says = expected.length > 0 ? ' The change also says whom you expect.' : ''
  const shown = parts.length === 1 ? 'The entry is' : `All ${parts.length} entries are`
  const lead = `With this change kubectl would ${what}.${says} ${shown} shown below.`
  if (places.length > 0)
    return { title: users.length > 0 ? 'Write new commands and servers?' : 'Write a new server?', lead }
  return { title: runs ? 'Write a new command?' : 'Write a user that acts as another?', lead }
}

const newAccount =
  'Neither your AWS files nor an answer of AWS names this account. AWS would be asked as this role, and whoever has the account can read that in its log.'

/** The question before AWS is asked, for a page, as roles of an account that nothing names. */
export function shownAsWhom(
  all: readonly { readonly profile: string | null; readonly role: string }[],
): ShownQuestion {
  const parts: ShownQuestion['parts'] = all.map(({ profile, role }) => [
    ...exactFact('profile', profile),
    ...exactFact('role', role),
  ])
  return {
    title: all.length === 1 ? 'Ask AWS as this role?' : 'Ask AWS as these roles?',
    lead: newAccount,
    parts,
    note: `What you allow holds until the app ends.${blanks(parts)}`,
    refuse: notAllowed,
    allow: 'Ask AWS',
  }
}

/** Roles alone are named as such: they could be of any account. */
function awsWords(parts: readonly AddedPart[]): WriteWords {
  const all = parts.length
  const roles = parts.filter((part) => part.kind === 'aws-setting' && part.key === 'role_arn').length
  const none = `No section of your AWS config file names ${all === 1 ? 'this' : 'these'} yet.`
  const acts = 'Whoever uses the profile then acts as that role, and AWS is asked as that role.'
  const runs = 'aws and kubectl would run, read or ask it for whoever uses the profile.'
  const lead = [none, ...(roles < all ? [runs] : []), ...(roles > 0 ? [acts] : [])].join(' ')
  if (roles < all)
    return {
      title: `Write what aws then runs, reads or asks${roles > 0 ? ', and as which role' : ''}?`,
      lead,
    }
  const these = all === 1 ? 'this profile assume another role' : 'these profiles assume other roles'
  return { title: `Let ${these}?`, lead }
}

/** The question about a try of edits that are not written: what they introduce is used once, and stored nowhere. */
export function shownTry(added: AddedByWrite): ShownQuestion {
  const written = shownWrite(added)
  const { allow, parts, title, lead, note } = written
  const asked = { ...written, title: title.replace(/^Write /, 'Try '), refuse: 'Do not try' }
  if (allow === null) return { ...asked, note: note.replace('written', 'tried'), refuse: 'Close' }
  return {
    ...asked,
    lead: lead.replace('With this change kubectl would ', 'This try would '),
    note: `Your answer holds for exactly this try. Nothing is written; Apply asks again.${blanks(parts)}`,
    allow: 'Try it',
  }
}

function expectedWords(parts: readonly ExpectedPart[]): WriteWords {
  const identity = parts.length === 1 ? 'this identity' : 'these identities'
  const count = parts.reduce((sum, { contexts }) => sum + contexts.length, 0)
  const these = count === 1 ? 'this context' : `these ${count} contexts`
  const refuse = 'Leave as is'
  if (parts.every(({ now }) => now === null))
    return {
      title: `Stop expecting ${identity}?`,
      lead: `Ekscope would no longer warn when ${these} ${count === 1 ? 'acts' : 'act'} as another identity than the expected one shown here.`,
      refuse,
      allow: 'Stop expecting',
    }
  return {
    title: `Expect ${identity} from now on?`,
    lead: `Ekscope would call ${these} verified when AWS proves exactly the identity shown here, and warn of any other. Confirm only if you mean that identity.`,
    refuse,
    allow: 'Expect this',
  }
}

/** The question before the history is removed. */
export const shownPurge = (writes: number): ShownQuestion => ({
  title: 'Empty the history?',
  lead: 'Earlier writes can then no longer be undone or restored. Your kubeconfig files stay as they are.',
  parts: [
    readableFacts({
      history: `${writes} ${writes === 1 ? 'write' : 'writes'}, with the old texts of the files`,
    }),
  ],
  note: 'This cannot be undone.',
  refuse: 'Keep it',
  allow: 'Empty it',
})

/** The question before a finding is muted; no names: wherever it is found. */
export const shownMute = (finding: string, names: readonly string[], reason: string): ShownQuestion => ({
  title: 'Mute this finding?',
  lead: 'It is then shown as muted, and no reason for `ekscope lint` to fail.',
  parts: [
    [
      { label: 'finding', value: readable(finding) },
      { label: 'in', value: names.length === 0 ? readable('every context') : listed(names) },
      { label: 'reason', value: readable(reason) },
    ],
  ],
  note: 'A context that leads to another cluster later is not muted.',
  refuse: 'Keep it',
  allow: 'Mute it',
})

/** What a write does to contexts of production. */
export interface TouchedProduction {
  /** All of them, the first of which is typed. */
  readonly names: readonly string[]
  /** kubectl would use the first of them. */
  readonly switches: boolean
  /** The first of them is production because it becomes a clone of this context; null: it is none. */
  readonly cloneOf: string | null
}

/** The identity of a context, by the best that is known of it. */
export interface ActsAs {
  /** Null: nobody knows. */
  readonly who: string | null
  readonly account: string | null
  readonly intended: string | null
  /** It acts, or by the files would act, as another identity than the intended one. */
  readonly another: boolean
  readonly verdict: ShownVerdict
  /** A check that holds has proven it. */
  readonly proven: boolean
  /** Whether it may do everything in the cluster; null: that is not known. */
  readonly admin: boolean | null
  readonly cluster: string
}

function factsOfActing({ who, account, intended, another, verdict, proven, admin, cluster }: ActsAs) {
  const unknown = 'an identity that files do not name'
  return readableFacts({
    [proven ? 'acts as' : 'would act as']: who ?? unknown,
    ...(another ? { 'instead of': intended ?? unknown } : {}),
    ...(admin === true ? { may: 'do everything in the cluster' } : {}),
    cluster,
    ...(account === null ? {} : { account }),
    verdict: verdictText[verdict],
  })
}

/**
 * The question before a write changes what the user marked as production, or makes kubectl use it. `acts`: the identity that the first of them
 * acts as. `unread`: marks that are not understood, by which every context counts as production.
 */
export function shownProduction(
  { names, switches, cloneOf }: TouchedProduction,
  acts: ActsAs | null,
  unread: readonly string[] = [],
): ShownQuestion {
  const [first = '', ...others] = names
  const all = switches ? others : names
  return {
    title: switches ? 'Use production with kubectl?' : 'Change production?',
    lead:
      unread.length > 0
        ? 'Not all that you marked as production is understood. Until it is, every context counts as production.'
        : switches
          ? 'kubectl then acts in it wherever no other context is named.'
          : cloneOf !== null
            ? 'A clone of a context that you marked as production is production, too.'
            : 'You marked as production what this write changes.',
    parts: [
      [
        ...unread.map((mark) => ({ label: 'not understood', value: readable(mark) })),
        ...(switches ? [{ label: 'context', value: readable(first) }] : []),
        ...(cloneOf === null ? [] : [{ label: 'clone of', value: readable(cloneOf) }]),
        ...(acts === null ? [] : factsOfActing(acts)),
        ...(all.length > 0 ? [{ label: 'changes', value: listed(all) }] : []),
      ],
    ],
    note: `Type ${readable(typedFor(first))} to go on.`,
    refuse: 'Leave it',
    allow: switches ? 'Use it' : 'Change it',
    typed: { label: 'Its name', name: typedFor(first), keep: null },
  }
}

/** The question before kubectl comes to use a context that does not act as its entry means. */
export const shownAnother = (context: string, acts: ActsAs): ShownQuestion => ({
  title: 'Use a context that acts as another?',
  lead: 'kubectl then acts as another identity than the intended one, wherever no other context is named.',
  parts: [[{ label: 'context', value: readable(context) }, ...factsOfActing(acts)]],
  note: 'The window says why, and offers the fix.',
  refuse: 'Leave it',
  allow: 'Use it',
})

/** The question before something is production no more. */
export const shownUnmark = (marks: readonly string[]): ShownQuestion => ({
  title: 'No longer production?',
  lead: 'What uses or changes these contexts then asks for no name any more.',
  parts: [marks.map((mark) => ({ label: 'mark', value: readable(mark) }))],
  note: 'You can mark it again at any time.',
  refuse: 'Keep it',
  allow: 'Take it back',
})

/** The question before production may be used and changed where nobody can type its name. */
export const shownUnguard: ShownQuestion = {
  title: 'Let scripts use production?',
  lead: 'Where there is no terminal, what uses or changes production then goes on and says so, without its name.',
  parts: [readableFacts({ 'without a terminal': 'go on and say so', now: 'refuse' })],
  note: 'You can refuse it again at any time.',
  refuse: 'Keep refusing',
  allow: 'Go on',
}

/** The question before kubectl asks no more in shells with production. */
export const shownUnguardKubectl: ShownQuestion = {
  title: 'Let kubectl change production unasked?',
  lead: 'In a shell with a context of production, kubectl then changes things without its name.',
  parts: [readableFacts({ 'in shells with production': 'kubectl passes on', now: 'it asks for the name' })],
  note: 'You can let it ask again at any time.',
  refuse: 'Keep asking',
  allow: 'Pass on',
}

/** The question before Ekscope looks for its updates and installs them. */
export const shownUpdates: ShownQuestion = {
  title: 'Let Ekscope update itself?',
  lead: 'It then looks for new versions, and installs them when you close it.',
  parts: [readableFacts({ 'update Ekscope by itself': 'on', now: 'off' })],
  note: 'You can turn it off again at any time.',
  refuse: 'Keep it off',
  allow: 'Turn it on',
}

/** The question before kubeconfigs are shown that a pattern of paths names. */
export const shownPattern = (pattern: string, files: readonly string[]): ShownQuestion => ({
  title: 'Show these kubeconfigs?',
  lead: 'Ekscope then shows each kubeconfig that the pattern names, later ones too.',
  parts: [
    [
      { label: 'pattern', value: readable(pattern) },
      { label: 'files now', value: listed(files) },
    ],
  ],
  note: 'No token goes to their servers before you allow it.',
  refuse: 'Leave them',
  allow: 'Show them',
})

/** The question before the results of checks are deleted. */
export const shownClearChecks = (checks: number): ShownQuestion => ({
  title: 'Clear the results of checks?',
  lead: 'Whom a context acts as is then unknown until it is checked again. Files and sign-ins stay as they are.',
  parts: [readableFacts({ results: `${checks} of contexts, and those of identities` })],
  note: 'This cannot be undone.',
  refuse: 'Keep them',
  allow: 'Clear them',
})

/** The question before a lock of another program is removed. */
export const shownUnlock = (lock: string, holder: string): ShownQuestion => ({
  title: 'Remove this lock?',
  lead: 'kubectl and Ekscope wait for each other by such a lock. If a program is still writing, its change or yours is lost.',
  parts: [readableFacts({ lock, 'held by': holder })],
  note: 'Remove it only if no program writes any more.',
  refuse: 'Keep it',
  allow: 'Remove it',
})

/**
 * How high the question window's page has to be for all of a question, in pixels, as far as its texts say that;
 * a question that is longer scrolls.
 */
export function heightOf({ lead, parts, note, typed }: ShownQuestion): number {
  const rows = (text: string, room: number) => Math.max(1, Math.ceil(text.length / room))
  const heightOfPart = (facts: readonly Fact[]) =>
    28 + facts.reduce((sum, { value }) => sum + 5 + 17 * rows(value, 68), 0)
  const inside = parts.reduce((sum, facts) => sum + heightOfPart(facts), 0)
  return Math.min(
    640,
    Math.max(
      280,
      134 +
        (typed === undefined ? 0 : typed.name === null ? 60 : 104) +
        19 * rows(lead, 92) +
        18 * rows(note, 64) +
        inside,
    ),
  )
}

/** The requests of the question window, and the event that makes Allow rest. */
export const questionChannels = {
  read: 'question:read',
  answer: 'question:answer',
  rest: 'question:rest',
} as const

/** How long Allow rests after the window was shown, focused, moved or uncovered, in ms. */
export const restMs = 1_000

/** What the question window's page has. */
export interface QuestionBridge {
  read(): Promise<ShownQuestion | null>
  /** False: too early, and the question stays. `given`: what was typed, where something is to be. */
  answer(allow: boolean, given?: TypedAnswer): Promise<boolean>
  onRest(listener: () => void): void
}
