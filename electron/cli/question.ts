/** Questions about commands as the terminal prints them: whole only on a terminal, where only the user reads along. */

import type { EnvironmentName } from '../../shared/identity/identity'
import type { ContextEntry } from '../../shared/kubeconfig/entries'
import { type Brought, type BroughtPart, factsOfPart, maskedBrought } from '../../shared/trust/introduced'
import {
  type DestinationQuestion,
  destinationFacts,
  type Fact,
  factsOf,
  isTooLong,
  listed,
  maskedDestination,
  maskedQuestion,
  type RunQuestion,
  reasonOf,
  tooLong,
} from '../../shared/trust/question'
import { visible } from '../../shared/visible'
import { offer } from '../system/offer'
import type { Consent } from '../trust/consent'
import { type Terminal, widthOf } from './output'

/** What questions may be about. */
interface Named {
  readonly contexts: readonly Pick<ContextEntry, 'id' | 'name'>[]
}

/** The names of the contexts that a question is about. */
const contextNames = ({ contexts }: RunQuestion, snapshot: Named): readonly string[] => {
  const ids = new Set(contexts)
  return snapshot.contexts.flatMap(({ id, name }) => (ids.has(id) ? [name] : []))
}

/** `whole`: it goes to a terminal; else secrets are masked, and it is said how to see them. */
export function questionText(question: RunQuestion, snapshot: Named, whole: boolean): string {
  const { fingerprint } = question
  const rows = [
    ...factsOf(whole ? question : maskedQuestion(question)).map(
      ({ label, value }) => [label, value] as const,
    ),
    ['for', listed(contextNames(question, snapshot))] as const,
    ['fingerprint', fingerprint] as const,
  ]
  const width = Math.max(...rows.map(([label]) => widthOf(label)))
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
  // A question about PATH has no secrets; that an answer holds for more than these contexts is said there.
  const note =
    question.kind === 'program'
      ? [`  An answer holds for every context that gets a token with ${question.program}.`]
      : whole
        ? []
        : [
            `  Secrets are masked here; in a terminal: ${offer('ekscope', 'trust', 'show', fingerprint).command}`,
          ]
  const long = isTooLong(question) ? [`  ${tooLong.message} ${tooLong.next}`] : []
  return `${[visible(reasonOf(question)), ...lines, ...note, ...long].join('\n')}\n`
}

/** The JSON of a question: a contract with scripts. Masked. */
export function questionJson(question: RunQuestion, snapshot: Named, environment: EnvironmentName) {
  if (question.kind === 'program') {
    const { fingerprint, kind, program, resolved, realPath, doubts, safe } = question
    return {
      fingerprint,
      kind,
      command: program,
      resolved,
      realPath,
      args: [],
      env: [],
      clusterInfo: [],
      file: null,
      line: null,
      why: reasonOf(question),
      doubts: doubts.map(({ makesUnsafe, reason, remedy }) => ({ place: makesUnsafe, reason, remedy })),
      safe,
      tooLong: false,
      environment,
      contexts: contextNames(question, snapshot),
    }
  }
  const { fingerprint, kind, command, resolved, realPath, args, env, clusterInfo, file, line, why } =
    maskedQuestion(question)
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
    why,
    tooLong: isTooLong(question),
    environment,
    contexts: contextNames(question, snapshot),
  }
}

/** One line each. */
export const factLines = (facts: readonly Fact[]): string =>
  facts.map(({ label, value }) => `  ${label.padEnd(11)}  ${value}\n`).join('')

/** Where tokens may go from now on. */
export function destinationsText({ path, destinations }: DestinationQuestion, whole: boolean): string {
  const parts = destinations.map((one) => factLines(destinationFacts(whole ? one : maskedDestination(one))))
  return `Tokens may go from now on, as long as ${visible(path)} stays as it is, to:\n${parts.join('\n')}`
}

const marks = { gone: '-', come: '+' } as const

/** What a write brings that the files did not have. `whole` as for a question. */
export function broughtText(brought: Brought, whole: boolean): string {
  const shown = (part: BroughtPart) => {
    const facts = factsOfPart(part)
    const width = Math.max(...facts.map(({ label }) => widthOf(label)))
    return facts
      .map(({ label, value, change }) => `${change ? marks[change] : ' '} ${label.padEnd(width)}  ${value}\n`)
      .join('')
  }
  const { parts } = whole ? brought : maskedBrought(brought)
  const expected = parts.filter(({ kind }) => kind === 'expected')
  const others = parts.filter(({ kind }) => kind !== 'expected')
  const section = (title: string, some: readonly BroughtPart[]) =>
    some.length === 0 ? '' : `${title}:\n${some.map(shown).join('\n')}`
  return [
    section('New for kubectl to run or to reach', others),
    section('Whom you expect from now on', expected),
  ].join('')
}

/** The terminal says once, before it writes, what that brings: there the user typed it. */
export function sayBrought(terminal: Terminal): Consent {
  let said = false
  return {
    kind: 'say',
    say: (brought) => {
      if (!said) void terminal.err(broughtText(brought, terminal.errIsTerminal))
      said = true
    },
  }
}
