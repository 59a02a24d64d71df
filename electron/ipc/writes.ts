/**
 * Writes that a page requests, of kubeconfig files, of the AWS config file, or of both at once: each can be cancelled by its
 * name, the wait for a lock is reported, main asks about what the write adds, and what was written is shown at once.
 */
import { unreadMarks } from '../../shared/identity/production'
import type { ApplyAnswer } from '../../shared/ipc/payloads'
import { assertNever, ok, type Result } from '../../shared/result'
import { type ShownQuestion, shownProduction, shownWrite } from '../../shared/trust/question-text'
import type { Guard } from '../editing/production'
import type { Services } from '../editing/services'
import type { LockProgress } from '../kubeconfig/disk/kubeconfig-lock'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import { usedContexts } from '../state/used-contexts'
import type { Asking } from '../trust/asking'
import type { Consent } from '../trust/consent'
import type { Call } from './router'

/** How a write continues where it must wait or ask. */
export interface WriteWays {
  readonly onWait: (progress: LockProgress) => void
  readonly consent: Consent
  readonly guard: Guard
}

export type Writes = ReturnType<typeof createWrites>

/** The writes of one room. */
export function createWrites(
  services: Pick<Services, 'kubeconfig' | 'reload'> & Parameters<typeof usedContexts>[0],
  asking: Pick<Asking, 'once'>,
) {
  const { kubeconfig, reload, settings } = services
  const write = async (
    call: Call,
    run: string,
    work: (ways: WriteWays) => Promise<Result<ApplyOutcome>>,
  ): Promise<Result<ApplyAnswer>> => {
    const onWait = ({ path, ageMs, waitedMs }: LockProgress) =>
      call.emit('edits.waiting', { run, wait: { path, ageMs, waitedMs } })
    // A page's write asks in main's own window, which no page can answer; until then it waits without a lock.
    const asked = async (question: ShownQuestion) => {
      call.emit('edits.asking', { run, asking: true })
      try {
        return await asking.once(question, call)
      } finally {
        call.emit('edits.asking', { run, asking: false })
      }
    }
    const consent: Consent = { kind: 'ask', ask: (added) => asked(shownWrite(added)) }
    const guard: Guard = async (touched) => {
      const [acts = null] = await usedContexts(services, touched.names.slice(0, 1), Date.now())
      const { production } = await settings.load()
      return asked(shownProduction(touched, acts, unreadMarks(production)))
    }
    const outcome = await work({ onWait, consent, guard })
    if (!outcome.ok) return outcome
    if (outcome.value.kind === 'written') {
      const { files } = outcome.value
      // What was written is shown at once, not only when the watch notices.
      await kubeconfig.wrote(files)
      await reload('a write of ours', files)
    }
    return ok(answerOf(outcome.value))
  }
  return {
    write,
  }
}

function answerOf(outcome: ApplyOutcome): ApplyAnswer {
  switch (outcome.kind) {
    case 'written':
      return {
        kind: 'written',
        id: outcome.historyId,
        files: outcome.files.map(({ path, way, after }) => ({ path, way, revision: after })),
        overwritten: outcome.overwritten,
      }
    case 'nothing':
      return { kind: 'nothing' }
    case 'obstructed':
      return outcome
    default:
      return assertNever(outcome)
  }
}
