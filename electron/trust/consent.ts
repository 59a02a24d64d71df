/** No write adds a command or a destination before the user was asked about it, or at a terminal has seen it. */

import { type Fault, fail, fault, type Result } from '../../shared/result'
import type { AddedByWrite } from '../../shared/trust/added-by-write'
import type { ApplyOutcome, PermittedWrite, WriteOptions } from '../kubeconfig/disk/write'
import { inTurns } from '../system/in-turns'
import type { ShownBefore, TrustDecisions } from './decisions'
import type { EksEndpoints } from './eks-endpoints'
import { addedExpectations, type Words } from './expectations'
import { type Judgement, judgingWrite, withoutNamed, writeFingerprint } from './judge-write'
import { type AwsReads, seenIn } from './values-shown'

/**
 * The window asks the user, with no lock held; unless the answer is yes, nothing is written. The terminal reports it: there the
 * user typed what is written; an import was shown in full.
 */
export type Consent =
  | { readonly kind: 'ask'; readonly ask: (added: AddedByWrite) => Promise<Result<boolean>> }
  | { readonly kind: 'say'; readonly say: (added: AddedByWrite) => void }
  | { readonly kind: 'imported' }

export type Consents = ReturnType<typeof createConsents>

/** A judged write, with a fingerprint that is unique to it. The user is asked about it where it adds something. */
type Judged = Omit<Judgement, 'added'> & {
  readonly added: AddedByWrite | null
  readonly fingerprint: () => string
}

/** `unnamed`: those of the roles whose account nothing names. */
export function createConsents(
  aws: Pick<AwsReads, 'reads' | 'endpoints'>,
  decisions: Pick<TrustDecisions, 'load' | 'keepAdded'>,
  expected: { readonly words: () => Promise<Words> },
  by: 'window' | 'terminal',
  unnamed: (roles: readonly string[]) => Promise<readonly string[]>,
) {
  /** `had`: keys in the files before a write removed them. `came`: keys that a write of this session added, which stay new. */
  const had = new Set<string>()
  const came = new Set<string>()
  /** Allowed but not written yet, because something else prevented it. */
  const allowed = new Set<string>()

  /** Why this is not written; null: it may be. It also stores what must be stored before the first byte is written. */
  async function refusal({ added, kept, fingerprint }: Judged, consent: Consent | undefined) {
    if (allowed.size > 0 && allowed.has(fingerprint())) return null
    // This write adds nothing to ask about. Its keys are stored, because a later write may be asked about by them.
    if (added === null) return consent?.kind === 'ask' ? notKept(await decisions.keepAdded(kept)) : null
    if (consent?.kind === 'say') {
      consent.say(added)
      return null
    }
    // Stored before the write. All else that the terminal adds was typed by the user, or comes from AWS.
    if (consent?.kind === 'imported') return notKept(await decisions.keepAdded(kept))
    return consent === undefined && by === 'terminal' ? null : notAllowed
  }

  return {
    /** Does `attempt`; where it adds something, once more after the user's yes to exactly what was shown. */
    async write(
      consent: Consent | undefined,
      attempt: (permits: NonNullable<WriteOptions['permits']>) => Promise<Result<ApplyOutcome>>,
    ): Promise<Result<ApplyOutcome>> {
      const { added: before } = await decisions.load()
      const words = await expected.words()
      const asks = consent?.kind === 'ask'
      const endpoints = asks ? await endpointsFor(before, aws) : []
      const seen = seenIn({ reads: aws.reads, endpoints, before, had })
      const judge = async (write: PermittedWrite): Promise<Judged> => {
        const found = await inTurns(judgingWrite(write, seen))
        // At a terminal the user typed the role.
        const added = await withoutNamed(found.added, asks ? unnamed : async () => [])
        // Expected identities are asked about in the same question.
        const expects = addedExpectations(write.contexts, words, seen.had)
        const parts = [...(added?.parts ?? []), ...expects.parts]
        return {
          fingerprint: () => writeFingerprint(write),
          kept: found.kept,
          added: parts.length === 0 ? null : { parts },
          gone: [...found.gone, ...expects.gone],
          come: [...found.come, ...expects.come],
        }
      }
      /** One attempt, with its judgement and whether that refused it. */
      const once = async () => {
        const judged: { last: Judged | null; refused: boolean } = { last: null, refused: false }
        const outcome = await attempt(async (write) => {
          judged.last = await judge(write)
          const why = await refusal(judged.last, consent)
          judged.refused = why === notAllowed
          return why
        })
        return { outcome, ...judged }
      }
      let { outcome, last, refused } = await once()
      if (refused && last?.added && consent?.kind === 'ask') {
        const asked = last.fingerprint()
        const answer = await consent.ask(last.added)
        if (!answer.ok) return answer
        if (!answer.value) return fail({ ...notAllowed, code: 'declined' })
        // Before it is written: a destination whose key cannot be stored would get any user's tokens later.
        const kept = await decisions.keepAdded(last.kept)
        if (!kept.ok) return kept
        allowed.add(asked)
        ;({ outcome, last, refused } = await once())
        if (refused) {
          allowed.delete(asked)
          return fail(changedMeanwhile)
        }
      }
      if (outcome.ok && outcome.value.kind === 'written' && last !== null) {
        allowed.clear()
        for (const key of last.gone) if (!came.has(key)) had.add(key)
        if (last.added !== null) for (const key of last.come) came.add(key)
      }
      return outcome
    },
  }
}

function notKept(kept: Result<null>): Fault | null {
  if (kept.ok) return null
  const { code, message, next } = kept.fault
  const why = `Ekscope could not keep where its servers came from: ${message}`
  return fault(code, `Nothing was written, because ${why}`, next)
}

/** Where identities ask AWS, read from files only where a write can be judged by it. */
export const endpointsFor = async (
  { shown }: ShownBefore,
  { reads, endpoints }: Pick<AwsReads, 'reads' | 'endpoints'>,
): Promise<readonly EksEndpoints[]> => (reads.size > 0 || shown.size > 0 ? endpoints() : [])

const notAllowed: Fault = fault(
  'not-allowed',
  'You did not allow what this would bring, so nothing was written.',
  'Apply again to be asked again.',
)

const changedMeanwhile: Fault = fault(
  'changed-on-disk',
  'Something changed while the question was open, so your answer does not count, and nothing was written.',
  'Look at the changes, then apply again.',
)
