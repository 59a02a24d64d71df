/**
 * One question per cause: where only the way to a program is in doubt, every context that runs this program has the same
 * question and the same remedy.
 */
import { grouped } from '../../shared/grouped'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { ProgramQuestion } from '../../shared/trust/question'
import {
  type CommandFacts,
  commandPermission,
  type DoubtedProgram,
  doubtsOf,
  type QuestionContexts,
} from './commands'

/** What one question about PATH shows. */
export interface PathCause extends DoubtedProgram, QuestionContexts {
  /** The absolute path of a program of this name that is in no doubt itself, to be named instead; null where there is none. */
  readonly safe: string | null
}

/**
 * The causes of these commands, by the first context that has each, their contexts in the order in which they were given, each once;
 * commands that are in doubt themselves have none.
 */
export function pathCauses(
  commands: readonly { readonly context: EntryId; readonly facts: CommandFacts }[],
): readonly PathCause[] {
  const causes = commands.flatMap(({ context, facts }) => {
    const cause = causeOf(facts)
    return cause === null ? [] : [{ context, cause }]
  })
  return [...grouped(causes, ({ cause }) => JSON.stringify(cause)).values()].flatMap((same) =>
    same.slice(0, 1).map(({ context, cause }) => ({
      ...cause,
      context,
      contexts: [...new Set(same.map(({ context }) => context))],
    })),
  )
}

/** The one question about it. */
export const programQuestion = (
  { path: resolved, ...cause }: PathCause,
  fingerprint: string,
): ProgramQuestion => ({ ...cause, resolved, fingerprint, kind: 'program' })

function causeOf(facts: CommandFacts): Omit<PathCause, keyof QuestionContexts> | null {
  const permission = commandPermission(facts)
  const { bareLookup, realPath, meaning } = facts
  if (permission.kind !== 'ask' || permission.cause !== 'path') return null
  const safe = bareLookup.kind === 'found' ? bareLookup.safe : null
  return { program: meaning.program, path: permission.path, realPath, doubts: doubtsOf(facts), safe }
}
