/** Main's answers about edits and history; with those about import, export and AWS, the editing part of the contract. */

import * as v from 'valibot'
import { type Edit, switchesToken } from '../../shared/edits/edit'
import { fileOf } from '../../shared/edits/kinds'
import type { EnvironmentName } from '../../shared/identity/identity'
import { pack } from '../../shared/ipc/packed'
import { type KeptLoss, keptSteps, type StoredEdits } from '../../shared/ipc/stored-edits'
import { fail, ok, type Result, refuse } from '../../shared/result'
import { shownPurge, shownTry, shownUnlock } from '../../shared/trust/question-text'
import type { Services } from '../editing/services'
import { type HeldSwitches, switchRefusal, trySwitches, withoutHeld } from '../editing/token-switch'
import type { TryRequest } from '../editing/try'
import { purgeHistory } from '../kubeconfig/disk/history-clean'
import type { Asking } from '../trust/asking'
import { createAwsHandlers } from './aws-handlers'
import { declined, inEnvironment } from './page-services'
import type { Call, Handlers } from './router'
import {
  importsOf,
  readAgain,
  type Transfer,
  type TransferDesktop,
  transferHandlers,
  wholeEdits,
} from './transfer-handlers'
import type { Writes } from './writes'

type EditingRequest = Extract<
  keyof Handlers,
  `edits.${string}` | `history.${string}` | `import.${string}` | `export.${string}` | `aws.${string}`
>

/** Work that ends because its page is gone is no bug. */
async function worked<T>(signal: AbortSignal, work: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work)
  } catch (error) {
    if (!signal.aborted) throw error
    return refuse('cancelled', 'The page that asked has gone.', 'Ask again.')
  }
}

/** The handlers of one room for everything that edits. */
export function createEditingHandlers(
  services: Services,
  asking: Pick<Asking, 'once' | 'commands'>,
  desktop: TransferDesktop,
  writes: Writes,
): Pick<Handlers, EditingRequest> {
  const { editing, trying, kubeconfig, keptEdits } = services
  const transfer: Transfer = { ...services, desktop, imports: new Map() }
  let recovered = false

  /**
   * What may be planned and written: edits of the files that are open. A page that could name any path would write a file
   * that a shell runs, or read one through its diff.
   */
  async function admitted(edits: readonly Edit[]): Promise<Result<readonly Edit[]>> {
    // For a write, the files that a slow login shell will name count.
    if (kubeconfig.waitsForShell()) await kubeconfig.loadNamed()
    const open = new Set(kubeconfig.store.snapshot().files.map(({ path }) => path))
    const unknown = edits.flatMap((edit) => fileOf(edit)?.path ?? []).find((path) => !open.has(path))
    return unknown === undefined
      ? wholeEdits(transfer, edits)
      : refuse('not-allowed', `${unknown} is not one of the files that are open.`, 'Open it first.')
  }

  /** What a try asks before it runs anything, and how the page follows it. */
  const followed = (
    environment: EnvironmentName,
    again: boolean,
    call: Call,
  ): Pick<TryRequest, 'consent' | 'commands' | 'onProgress'> => ({
    consent: (added) => asking.once(shownTry(added), call),
    commands: (ids, of) => asking.commands({ contexts: ids, environment, again }, call, of),
    onProgress: (progress) => call.emit('edits.trying', progress),
  })

  /** The switches by which Ekscope would make tokens of another identity than aws, or of one that is not proven. */
  async function unprovenSwitches(
    run: string,
    edits: readonly Edit[],
    call: Call,
  ): Promise<Result<readonly HeldSwitches[]>> {
    if (!edits.some(switchesToken)) return ok([])
    const { environment } = await services.settings.load()
    const found = await inEnvironment(services, environment, () =>
      trySwitches(services, edits, environment, { run, ...followed(environment, true, call) }, call.signal),
    )
    return found.ok ? ok(found.value.held) : found
  }

  return {
    'edits.preview': async ({ edits, environment, compare }, { signal }) => {
      const all = wholeEdits(transfer, edits)
      return all.ok ? worked(signal, editing.preview(all.value, environment, compare, signal)) : all
    },
    'edits.duplicates': async ({ edits }, { signal }) => {
      const all = wholeEdits(transfer, edits)
      return all.ok ? worked(signal, editing.ask('duplicates', all.value, signal)) : all
    },
    'edits.compare': async ({ edits, environment }, { signal }) => {
      const all = wholeEdits(transfer, edits)
      if (!all.ok) return all
      const { beforeAndAfter } = await import('../report/compare')
      const compared = await beforeAndAfter(services, all.value, environment, signal)
      return compared.ok ? ok(pack(compared.value)) : compared
    },
    'edits.keep': async ({ json }, { page }) => {
      const kept = v.safeParse(v.pipe(v.string(), v.parseJson(), keptSteps), json)
      if (!kept.success) return refuse('bad-request', 'These are no pending edits.', 'Reload the window.')
      const steps = kept.output
      return keptEdits.keep(page, { steps, imports: importsOf(transfer, steps) })
    },
    'edits.kept': async (_, { page }) => {
      const { steps, imports, fromBefore, secrets } = await keptEdits.of(page)
      const lost = await readAgain(transfer, imports, steps)
      const all = [...lost, ...secrets.map((edit): KeptLoss => ({ kind: 'secret', edit }))]
      return ok(pack<StoredEdits>({ steps, fromBefore, lost: all }))
    },
    'edits.plan': async ({ edits }, { signal }) => {
      const all = await admitted(edits)
      return all.ok ? worked(signal, editing.shownPlan(all.value, signal)) : all
    },
    'edits.apply': async ({ run, edits, titles, ...how }, call) => {
      const all = await admitted(edits)
      if (!all.ok) return all
      const unproven = await unprovenSwitches(run, all.value, call)
      if (!unproven.ok) return unproven
      const held = unproven.value
      const work = { edits: withoutHeld(all.value, held), titles: withoutHeld(titles, held), ...how }
      if (held.length > 0 && work.edits.length === 0) return fail(switchRefusal(held))
      const answer = await writes.write(call, run, (ways) => editing.apply({ ...work, ...ways }, call.signal))
      if (!answer.ok || held.length === 0 || answer.value.kind === 'obstructed') return answer
      return answer.value.kind === 'written' ? ok({ ...answer.value, held }) : fail(switchRefusal(held))
    },
    'edits.try': async ({ run, edits, contexts, environment, again }, call) => {
      const all = await admitted(edits)
      if (!all.ok) return all
      return inEnvironment(services, environment, () =>
        trying.run(
          {
            run,
            edits: all.value,
            contexts,
            environment,
            ...followed(environment, again, call),
          },
          call.signal,
        ),
      )
    },
    'edits.unlock': async ({ path }, { page, signal }) => {
      const lock = await editing.lockAt(path)
      if (!lock.ok) return lock
      // The lock was removed meanwhile, as wanted: the write continues, and there is nothing to ask.
      if (lock.value === null) return ok(null)
      const allowed = await asking.once(shownUnlock(path, lock.value.holder), { page, signal })
      if (!allowed.ok) return allowed
      return allowed.value
        ? editing.unlock(path, lock.value.stamp)
        : fail(declined('The lock is still there.'))
    },
    'edits.recover': async () => {
      if (recovered) return ok([])
      recovered = true
      // Which files are in use is known after a load.
      await kubeconfig.loadNamed()
      // Not with the page's signal: a reload must not leave it half settled.
      const settled = await editing.recover(new AbortController().signal)
      // What was restored is shown at once, not only when the watch notices.
      if (settled.length > 0) await services.reload('an interrupted write')
      return ok(settled)
    },
    'history.list': async () => {
      const readable = await editing.history.readable()
      return readable.ok ? ok(await editing.historyView.list()) : readable
    },
    'history.unread': async () => ok(await editing.historyView.unread()),
    'history.show': ({ id }) => editing.historyView.show(id),
    'history.writer': async ({ steps }) => ok(await editing.historyView.writerOf(steps)),
    'history.plan': (target) => editing.planUndo(target),
    'history.undo': ({ run, ...target }, call) =>
      writes.write(call, run, (ways) => editing.undo({ ...target, ...ways }, call.signal)),
    'history.purge': async (_, { page, signal }) => {
      const allowed = await asking.once(shownPurge(await editing.history.count()), { page, signal })
      if (!allowed.ok) return allowed
      return allowed.value ? purgeHistory(editing.history) : fail(declined('The history is as it was.'))
    },
    ...transferHandlers(transfer),
    ...createAwsHandlers(services, asking),
  }
}
