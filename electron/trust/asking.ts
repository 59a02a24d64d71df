/** Main asks the user, one question at a time, and stores the answers. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fail, fault, ok, type Result } from '../../shared/result'
import { type ShownQuestion, shownCommand, shownDestinations } from '../../shared/trust/question-text'
import { slots } from '../system/slots'
import type { Prompts } from './prompts'

/** Shows a question over a page's window; false also when the window was closed without an answer. */
export type ShowQuestion = (page: number, question: ShownQuestion, signal: AbortSignal) => Promise<boolean>

export interface AskedBy {
  readonly page: number
  /** Fires when the page that wanted the question reloads or closes: the question closes too, and counts as not asked. */
  readonly signal: AbortSignal
}

export type Asking = ReturnType<typeof createAsking>

/** Whose commands are asked about. */
export interface AskedOf {
  readonly trust: Pick<Prompts, 'ask' | 'allow'>
  readonly nameOf: (context: EntryId) => string | null
}

export function createAsking({
  trust,
  nameOf,
  show,
}: {
  readonly trust: Pick<Prompts, 'ask' | 'allow' | 'destination' | 'allowDestination'>
  readonly nameOf: AskedOf['nameOf']
  readonly show: ShowQuestion
}) {
  /** What was refused, and when (by the count of refusals). It holds as long as the app runs. */
  const refused = new Map<string, number>()
  let refusals = 0
  const refuse = (key: string) => refused.set(key, ++refusals)
  /** Whether it was refused after this request: all callers that asked the same meanwhile are refused with it. */
  const refusedSince = (key: string, since: number) => (refused.get(key) ?? 0) > since
  /** One question at a time: a waiting caller finds its question answered if the one before was the same. */
  const inTurn = slots(1)
  const gone = fail(fault('cancelled', 'The page that wanted to know has gone.', 'Ask again.'))
  /** In its turn; what was refused since is not asked again. */
  async function agreed(key: string, since: number, question: ShownQuestion, { page, signal }: AskedBy) {
    if (signal.aborted) return gone
    if (refusedSince(key, since)) return ok(false)
    const answer = await show(page, question, signal)
    if (signal.aborted) return gone
    if (!answer) refuse(key)
    return ok(answer)
  }

  return {
    /**
     * Asks about the commands of these contexts; about those refused before only with `again`. Returns how many are refused.
     * `of`: contexts that are not in the files.
     */
    commands(
      wanted: {
        readonly contexts: readonly EntryId[]
        readonly environment: EnvironmentName
        readonly again: boolean
      },
      by: AskedBy,
      of: AskedOf = { trust, nameOf },
    ): Promise<Result<{ readonly refused: number }>> {
      const { contexts, environment, again } = wanted
      const since = again ? refusals : 0
      return inTurn(async () => {
        const open = await of.trust.ask(contexts, environment)
        const asked = open.filter(({ fingerprint }) => !refusedSince(fingerprint, since))
        let count = open.length - asked.length
        for (const [at, question] of asked.entries()) {
          const { fingerprint } = question
          const names = question.contexts.flatMap((id) => of.nameOf(id) ?? [])
          const shown = shownCommand(question, names, { at: at + 1, of: asked.length })
          const answer = await agreed(fingerprint, since, shown, by)
          if (!answer.ok) return answer
          if (!answer.value) {
            count += 1
            continue
          }
          refused.delete(fingerprint)
          const kept = await of.trust.allow(question.context, environment, fingerprint)
          if (!kept.ok) return kept
        }
        return ok({ refused: count })
      })
    },
    /** Asks where the token of this context may go; false: refused, or there was nothing to ask. */
    destination(context: EntryId, by: AskedBy): Promise<Result<boolean>> {
      const since = refusals
      return inTurn(async () => {
        const question = await trust.destination(context)
        if (question === null) return ok(false)
        const answer = await agreed(JSON.stringify(question), since, shownDestinations(question), by)
        if (!answer.ok || !answer.value) return answer
        const kept = await trust.allowDestination(question)
        return kept.ok ? ok(true) : kept
      })
    },
    /** Asks about something that is done once: the answer is not stored. */
    once(question: ShownQuestion, by: AskedBy): Promise<Result<boolean>> {
      const since = refusals
      return inTurn(() => agreed(JSON.stringify(question), since, question, by))
    },
  }
}
