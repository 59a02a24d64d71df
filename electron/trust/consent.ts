/** No write brings a command or a destination before whoever writes has been asked, or told. */

import { type Fault, fail, fault, type Result } from '../../shared/result'
import type { Brought, Judgement } from '../../shared/trust/introduced'
import type { ApplyOutcome, PermittedWrite, WriteOptions } from '../kubeconfig/disk/write'
import type { AwsReads } from './aws-reads'
import type { TrustDecisions } from './decisions'
import type { EksEndpoints } from './eks-endpoints'
import type { Words } from './expectations'
import { judgeWrite, withoutNamed, writeFingerprint } from './introduced'
import type { BroughtBefore } from './introduced-before'
import { broughtExpectations } from './introduced-expectations'
import { type SeenValues, seenIn } from './seen'

/**
 * The window asks the user, with no lock held; unless the answer is yes, nothing is written. The terminal says it: there the user
 * typed what is written; of an import it has shown all.
 */
export type Consent =
  | { readonly kind: 'ask'; readonly ask: (brought: Brought) => Promise<Result<boolean>> }
  | { readonly kind: 'say'; readonly say: (brought: Brought) => void }
  | { readonly kind: 'imported' }

export interface Consents {
  /** Does `attempt`, and where it brings something once more with the user's yes: for exactly what was shown. `seen`: to judge it by. */
  write(
    consent: Consent | undefined,
    attempt: (
      permits: NonNullable<WriteOptions['permits']>,
      seen: SeenValues,
    ) => Promise<Result<ApplyOutcome>>,
  ): Promise<Result<ApplyOutcome>>
}

/** A write that was judged, and is named apart from all others. */
interface Judged extends Judgement {
  /** Worked out when it is asked for, which is where something is brought. */
  readonly fingerprint: string
}

export function createConsents(
  aws: Pick<AwsReads, 'reads' | 'endpoints'>,
  decisions: Pick<TrustDecisions, 'load' | 'keepBrought'>,
  expected: { readonly words: () => Promise<Words> },
  by: 'window' | 'terminal',
  /** Of roles those whose account nothing names. */
  unnamed: (roles: readonly string[]) => Promise<readonly string[]>,
): Consents {
  /** What stood in the files before a write took it away, and what a write of this session brought: that stays new. */
  const had = new Set<string>()
  const came = new Set<string>()
  /** Allowed, and not written yet: something else stood in the way. */
  const allowed = new Set<string>()

  return {
    async write(consent, attempt) {
      const { brought: before } = await decisions.load()
      const words = await expected.words()
      const asks = consent?.kind === 'ask'
      const endpoints = asks ? await endpointsFor(before, aws) : []
      const values: SeenValues = { reads: aws.reads, endpoints, before, had }
      const seen = seenIn(values)
      let judged: Judged | null = null
      let refused: Judged | null = null
      const permits: NonNullable<WriteOptions['permits']> = async (write) => {
        const found = write.judged ?? judgeWrite(write, seen)
        judged = judgedWrite(
          write,
          // At a terminal the user typed the role.
          { ...found, brought: await withoutNamed(found.brought, asks ? unnamed : async () => []) },
          broughtExpectations(write.effects.contexts, words, seen.had),
        )
        const { brought } = judged
        if (allowed.has(judged.fingerprint)) return null
        // Nothing is asked now; who comes later is, by what is kept.
        if (brought === null) return asks ? notKept(await decisions.keepBrought(judged.kept)) : null
        if (consent?.kind === 'say') {
          consent.say(brought)
          return null
        }
        // Before it is written, as below. What else the terminal brings the user typed, or it comes from AWS.
        if (consent?.kind === 'imported') return notKept(await decisions.keepBrought(judged.kept))
        if (consent === undefined && by === 'terminal') return null
        refused = judged
        return notAllowed()
      }
      const found = (): { readonly judged: Judged | null; readonly refused: Judged | null } => ({
        judged,
        refused,
      })
      let outcome = await attempt(permits, values)
      const asked = found().refused
      if (asked?.brought && consent?.kind === 'ask') {
        const answer = await consent.ask(asked.brought)
        if (!answer.ok) return answer
        if (!answer.value) return fail(notAllowed())
        // Before it is written: what cannot be kept would get anybody's tokens later.
        const kept = await decisions.keepBrought(asked.kept)
        if (!kept.ok) return kept
        allowed.add(asked.fingerprint)
        refused = null
        outcome = await attempt(permits, values)
        if (found().refused !== null) {
          allowed.delete(asked.fingerprint)
          return fail(changedMeanwhile())
        }
      }
      const written = found().judged
      if (outcome.ok && outcome.value.kind === 'written' && written !== null) {
        allowed.clear()
        for (const key of written.gone) if (!came.has(key)) had.add(key)
        if (written.brought !== null) for (const key of written.come) came.add(key)
      }
      return outcome
    },
  }
}

/** Whom to expect is asked about in the same question. */
function judgedWrite(
  write: PermittedWrite,
  judged: Judgement,
  { parts, gone, come }: ReturnType<typeof broughtExpectations>,
): Judged {
  const all = [...(judged.brought?.parts ?? []), ...parts]
  let printed: string | null = null
  return {
    get fingerprint() {
      printed ??= writeFingerprint(write)
      return printed
    },
    kept: judged.kept,
    brought: all.length === 0 ? null : { parts: all },
    gone: [...judged.gone, ...gone],
    come: [...judged.come, ...come],
  }
}

function notKept(kept: Result<null>): Fault | null {
  if (kept.ok) return null
  const { code, message, next } = kept.fault
  const why = `Ekscope could not keep where its servers came from: ${message}`
  return fault(code, `Nothing was written, because ${why}`, next)
}

/** Where identities ask AWS, where a write can be judged by it: it is read from files. */
export const endpointsFor = async (
  { shown }: BroughtBefore,
  { reads, endpoints }: Pick<AwsReads, 'reads' | 'endpoints'>,
): Promise<readonly EksEndpoints[]> => (reads.size > 0 || shown.size > 0 ? endpoints() : [])

const notAllowed = (): Fault =>
  fault(
    'not-allowed',
    'You did not allow what this would bring, so nothing was written.',
    'Apply again to be asked again.',
  )

const changedMeanwhile = (): Fault =>
  fault(
    'changed-on-disk',
    'Something changed while the question was open, so your answer does not count, and nothing was written.',
    'Look at the changes, then apply again.',
  )
