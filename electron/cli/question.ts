/** Questions about commands as the terminal prints them: whole only on a terminal, where only the user reads along. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import {
  type CommandQuestion,
  type DestinationQuestion,
  destinationFacts,
  factsOf,
  isTooLong,
  maskedDestination,
  maskedQuestion,
  tooLong,
} from '../../shared/trust/question'
import { visible } from '../../shared/visible'
import { widthOf } from './output'

/** The names of the contexts that a question is about. */
const contextNames = ({ contexts }: CommandQuestion, snapshot: Snapshot): readonly string[] => {
  const ids = new Set(contexts)
  return snapshot.contexts.flatMap(({ id, name }) => (ids.has(id) ? [name] : []))
}

/** `whole`: it goes to a terminal; else secrets are masked, and it is said how to see them. */
export function questionText(question: CommandQuestion, snapshot: Snapshot, whole: boolean): string {
  const { fingerprint, why } = question
  const rows = [
    ...factsOf(whole ? question : maskedQuestion(question)).map(
      ({ label, value }) => [label, value] as const,
    ),
    ['for', contextNames(question, snapshot).map(visible).join(', ')] as const,
    ['fingerprint', fingerprint] as const,
  ]
  const width = Math.max(...rows.map(([label]) => widthOf(label)))
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
  const note = whole ? [] : [`  Secrets are masked here; in a terminal: ekscope trust show ${fingerprint}`]
  const long = isTooLong(question) ? [`  ${tooLong.message} ${tooLong.next}`] : []
  return `${[visible(why), ...lines, ...note, ...long].join('\n')}\n`
}

/** The JSON of a question: a contract with scripts. Masked. */
export function questionJson(question: CommandQuestion, snapshot: Snapshot, environment: EnvironmentName) {
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

/** Where tokens may go from now on. */
export function destinationsText({ path, destinations }: DestinationQuestion, whole: boolean): string {
  const parts = destinations.map((one) =>
    destinationFacts(whole ? one : maskedDestination(one))
      .map(({ label, value }) => `  ${label.padEnd(11)}  ${value}\n`)
      .join(''),
  )
  return `Tokens may go from now on, as long as ${visible(path)} stays as it is, to:\n${parts.join('\n')}`
}
