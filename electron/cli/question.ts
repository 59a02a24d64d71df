/** Questions about commands as the terminal prints them: whole only on a terminal, where only the user sees them. */

import type { EnvironmentName } from '../../shared/identity/identity'
import type { ContextEntry } from '../../shared/kubeconfig/entries'
import {
  type AddedByWrite,
  type AddedPart,
  factsOfPart,
  maskedAdded,
} from '../../shared/trust/added-by-write'
import {
  type DestinationQuestion,
  destinationFacts,
  factsOf,
  isTooLong,
  listed,
  maskedDestination,
  maskedQuestion,
  type RunQuestion,
  reasonOf,
  tooLong,
} from '../../shared/trust/command-question'
import { visible } from '../../shared/visible'
import { offer } from '../system/offer'
import type { Consent } from '../trust/consent'
import { type Terminal, widthOf } from './output'

/** The entries that questions may name. */
interface Named {
  readonly contexts: readonly Pick<ContextEntry, 'id' | 'name'>[]
}

/** The names of the contexts that a question is about. */
const contextNames = ({ contexts }: RunQuestion, snapshot: Named): readonly string[] => {
  const ids = new Set(contexts)
  return snapshot.contexts.flatMap(({ id, name }) => (ids.has(id) ? [name] : []))
}

const marks = { gone: '-', come: '+' } as const

/** One line each; labels are as wide as the widest one, or as the given width. */
export const factLines = (
  facts: readonly { readonly label: string; readonly value: string; readonly change?: keyof typeof marks }[],
  width = Math.max(...facts.map(({ label }) => widthOf(label))),
): string =>
  facts
    .map(({ label, value, change }) => `${change ? marks[change] : ' '} ${label.padEnd(width)}  ${value}\n`)
    .join('')

/** Columns of the labels in facts about a server. */
export const serverWidth = 11

/** `whole`: it goes to a terminal; else secrets are masked, and the text says how to see them. */
export function questionText(question: RunQuestion, snapshot: Named, whole: boolean): string {
  const { fingerprint } = question
  const facts = factLines([
    ...factsOf(whole || question.kind === 'program' ? question : maskedQuestion(question)),
    { label: 'for', value: listed(contextNames(question, snapshot)) },
    { label: 'fingerprint', value: fingerprint },
  ])
  // A question about PATH has no secrets; its note says that an answer holds for more than these contexts.
  const note =
    question.kind === 'program'
      ? `  An answer holds for every context that gets a token with ${question.program}.\n`
      : whole
        ? ''
        : `  Secrets are masked here; in a terminal: ${offer('ekscope', 'trust', 'show', fingerprint).command}\n`
  const long = isTooLong(question) ? `  ${tooLong.message} ${tooLong.next}\n` : ''
  return `${visible(reasonOf(question))}\n${facts}${note}${long}`
}

/** The JSON of a question: a contract with scripts. Masked. */
export function questionJson(question: RunQuestion, snapshot: Named, environment: EnvironmentName) {
  const { fingerprint, kind, resolved, realPath } = question
  const { command, args, env, clusterInfo, file, line } =
    question.kind === 'program'
      ? { command: question.program, args: [], env: [], clusterInfo: [], file: null, line: null }
      : maskedQuestion(question)
  const ofProgram = question.kind === 'program' && {
    doubts: question.doubts.map(({ makesUnsafe, reason, remedy }) => ({
      place: makesUnsafe,
      reason,
      remedy,
    })),
    safe: question.safe,
  }
  return {
    fingerprint,
    kind,
    command,
    resolved,
    realPath,
    args,
    env,
    clusterInfo,
    file,
    line,
    why: reasonOf(question),
    ...ofProgram,
    tooLong: isTooLong(question),
    environment,
    contexts: contextNames(question, snapshot),
  }
}

/** Where tokens may go from now on. */
export function destinationsText({ path, destinations }: DestinationQuestion, whole: boolean): string {
  const parts = destinations.map((one) =>
    factLines(destinationFacts(whole ? one : maskedDestination(one)), serverWidth),
  )
  return `Tokens may go from now on, as long as ${visible(path)} stays as it is, to:\n${parts.join('\n')}`
}

/** What a write adds that the files did not have. `whole` as for a question. */
export function addedText(added: AddedByWrite, whole: boolean): string {
  const { parts } = whole ? added : maskedAdded(added)
  const expected = parts.filter(({ kind }) => kind === 'expected')
  const others = parts.filter(({ kind }) => kind !== 'expected')
  const section = (title: string, some: readonly AddedPart[]) =>
    some.length === 0 ? '' : `${title}:\n${some.map((part) => factLines(factsOfPart(part))).join('\n')}`
  return [
    section('New for kubectl to run or to reach', others),
    section('Whom you expect from now on', expected),
  ].join('')
}

/** The terminal says once, before it writes, what that adds, without a question: the user typed the command. */
export function sayAdded(terminal: Terminal): Consent {
  let said = false
  return {
    kind: 'say',
    say: (added) => {
      if (!said) void terminal.err(addedText(added, terminal.errIsTerminal))
      said = true
    },
  }
}
