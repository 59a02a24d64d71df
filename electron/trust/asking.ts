/** Main asks the user, one question at a time, and stores the answers. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import type { RunQuestion } from '../../shared/trust/command-question'
import { type ShownQuestion, shownCommand, shownDestinations } from '../../shared/trust/question-text'
import { slots } from '../system/slots'
import type { Prompts } from './prompts'

/**
 * Shows a question over a page's window; false also when the window was closed without an answer. `beside`: the window goes on being
 * used meanwhile, because what needs no answer goes on.
 */
export type ShowQuestion = (
  page: number,
  question: ShownQuestion,
  signal: AbortSignal,
  how?: 'beside',
) => Promise<boolean>

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

interface Wanted {
  readonly contexts: readonly EntryId[]
  readonly environment: EnvironmentName
  readonly again: boolean
}

/** Questions about commands, which nobody is asked yet. */
export interface Questions {
  /** Those that wait for an answer: the others need not. */
  readonly contexts: readonly EntryId[]
  /**
   * Asks, one question at a time; `answered` gets contexts as soon as nothing is asked about them any more. Resolves with how many
   * commands are refused.
   */
  readonly ask: (
    answered?: (contexts: readonly EntryId[]) => void,
  ) => Promise<Result<{ readonly refused: number }>>
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
  async function agreed(
    key: string,
    since: number,
    question: ShownQuestion,
    { page, signal }: AskedBy,
    how?: 'beside',
  ) {
    if (signal.aborted) return gone
    if (refusedSince(key, since)) return ok(false)
    const answer = await show(page, question, signal, how)
    if (signal.aborted) return gone
    if (!answer) refuse(key)
    return ok(answer)
  }

  return {
    /**
     * What is to be asked about the commands of these contexts, about those refused before only with `again`. Asks nothing yet.
     * `of`: contexts that are not in the files.
     */
    async commands(wanted: Wanted, by: AskedBy, of: AskedOf = { trust, nameOf }): Promise<Questions> {
      const { contexts, environment, again } = wanted
      const since = again ? refusals : 0
      /** Of these, the fingerprints of what is refused. */
      const no = new Set<string>()
      const openOf = async (about: readonly EntryId[]) => {
        const all = await of.trust.ask(about, environment)
        for (const { fingerprint } of all) if (refusedSince(fingerprint, since)) no.add(fingerprint)
        return all.filter(({ fingerprint }) => !no.has(fingerprint))
      }
      const contextsOf = (open: readonly RunQuestion[]) => new Set(open.flatMap((one) => one.contexts))
      const first = contextsOf(await openOf(contexts))
      const asking = contexts.filter((id) => first.has(id))

      async function askAll(answered: (contexts: readonly EntryId[]) => void) {
        // Another caller's questions may have been about the same.
        const open = await openOf(asking)
        let waiting: readonly EntryId[] = asking
        let failed: Fault | null = null
        for (const [at, question] of [null, ...open].entries()) {
          if (question !== null) {
            const { fingerprint } = question
            const names = question.contexts.flatMap((id) => of.nameOf(id) ?? [])
            const shown = shownCommand(question, names, { at, of: open.length })
            const answer = await agreed(fingerprint, since, shown, by, 'beside')
            if (!answer.ok) return answer
            const kept = answer.value
              ? await of.trust.allow(question.context, environment, fingerprint)
              : null
            if (kept === null) no.add(fingerprint)
            else if (kept.ok) refused.delete(fingerprint)
            else failed ??= kept.fault
          }
          const left = contextsOf(open.slice(at))
          const free = waiting.filter((id) => !left.has(id))
          waiting = waiting.filter((id) => left.has(id))
          if (free.length > 0) answered(free)
        }
        return failed === null ? ok({ refused: no.size }) : fail(failed)
      }
      return {
        contexts: asking,
        ask: async (answered = () => undefined) =>
          asking.length === 0 ? ok({ refused: no.size }) : inTurn(() => askAll(answered)),
      }
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
