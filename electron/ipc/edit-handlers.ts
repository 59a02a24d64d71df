/** Main's answers about edits, history, import, export and looking at AWS: the editing part of the contract. */

import { applyEdits } from '../../shared/edits/apply'
import { duplicatesIn } from '../../shared/edits/duplicates'
import type { Edit } from '../../shared/edits/edit'
import { parseClusterArn } from '../../shared/identity/arn'
import { isRegion } from '../../shared/identity/regions'
import type { ApplyAnswer, EksCluster, FoundCluster } from '../../shared/ipc/payloads'
import { fail, fault, ok, type Result } from '../../shared/result'
import { notReady } from '../aws/api/clusters'
import { refreshedClusters } from '../editing/refresh'
import { filesNamed } from '../kubeconfig/disk/apply'
import type { LockProgress } from '../kubeconfig/disk/lock'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import { modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import type { Services } from '../services'
import type { Call, Handlers } from './router'
import { createRuns } from './runs'
import { createTransfer, type TransferDesktop } from './transfer-handlers'

type EditingRequest = Extract<
  keyof Handlers,
  `edits.${string}` | `history.${string}` | `import.${string}` | `export.${string}` | `aws.${string}`
>

/** What nobody waits for any more is no bug. */
async function worked<T>(signal: AbortSignal, work: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work)
  } catch (error) {
    if (!signal.aborted) throw error
    return fail(fault('cancelled', 'The page that asked is no more.', 'Ask again.'))
  }
}

/** The handlers of one room for everything that edits. */
export function createEditingHandlers(
  services: Services,
  desktop: TransferDesktop,
): Pick<Handlers, EditingRequest> {
  const { editing, kubeconfig, keptEdits } = services
  const { handlers: transfer, whole } = createTransfer(services, desktop)
  const runs = createRuns()
  let recovered = false

  const waiting =
    (call: Call, run: string) =>
    ({ path, ageMs, waitedMs }: LockProgress) =>
      call.emit('edits.waiting', { run, wait: { path, ageMs, waitedMs } })

  /**
   * What may be planned and written: edits of the files that are open. A page that could name any path would make a file
   * that a shell runs, or read one by its diff.
   */
  function admitted(edits: readonly Edit[]): Result<readonly Edit[]> {
    const open = new Set(kubeconfig.store.snapshot().files.map(({ path }) => path))
    const stranger = filesNamed(edits).find((path) => !open.has(path))
    return stranger === undefined
      ? whole(edits)
      : fail(fault('not-allowed', `${stranger} is not one of the files that are open.`, 'Open it first.'))
  }

  /** What was written is shown at once, not when a watcher notices. */
  async function answered(outcome: Result<ApplyOutcome>): Promise<Result<ApplyAnswer>> {
    if (!outcome.ok) return outcome
    if (outcome.value.kind === 'written') await services.reload('a write of ours', outcome.value.files)
    return ok(answerOf(outcome.value))
  }

  return {
    'edits.preview': async ({ edits, environment, compare }, { signal }) => {
      const all = whole(edits)
      return all.ok ? worked(signal, editing.preview(all.value, environment, compare, signal)) : all
    },
    'edits.duplicates': ({ edits }) => {
      const all = whole(edits)
      if (!all.ok) return all
      const model = modelOf(kubeconfig.store.files().map(sourceOfRead))
      return ok(duplicatesIn(applyEdits(model, all.value).model))
    },
    'edits.keep': ({ json, count }, { page }) => {
      keptEdits.keep(page, json, count)
      return ok(null)
    },
    'edits.kept': (_, { page }) => ok(keptEdits.of(page)),
    'edits.plan': async ({ edits }, { signal }) => {
      const all = admitted(edits)
      return all.ok ? worked(signal, editing.plan(all.value, signal)) : all
    },
    'edits.apply': async ({ run, edits, titles, revisions, sharedAllowed, inPlace }, call) => {
      const all = admitted(edits)
      if (!all.ok) return all
      const onWait = waiting(call, run)
      return runs.run(call, run, async (signal) =>
        answered(
          await editing.apply(
            { edits: all.value, titles, revisions, sharedAllowed, inPlace, onWait },
            signal,
          ),
        ),
      )
    },
    'edits.cancel': ({ run }, { page }) => {
      runs.cancel(page, run)
      return ok(null)
    },
    'edits.unlock': ({ path }) => editing.unlock(path),
    'edits.recover': async () => {
      if (recovered) return ok([])
      recovered = true
      // Which files are in use is known after a load.
      await kubeconfig.load()
      // Not with the page's signal: a reload must not leave it half settled.
      return ok(await editing.recover(new AbortController().signal))
    },
    'history.list': async () => ok(await editing.listHistory()),
    'history.show': ({ id }) => editing.showHistory(id),
    'history.plan': ({ id, way }) => editing.planUndo(id, way),
    'history.externalChanges': async () => ok(await editing.externalChanges()),
    'history.externalChange': ({ after, path }) => editing.showExternalChange(after, path),
    'history.undo': async ({ run, id, way, revisions, inPlace }, call) => {
      const request = { id, way, revisions, inPlace, onWait: waiting(call, run) }
      return runs.run(call, run, async (signal) => answered(await editing.undo(request, signal)))
    },
    'history.purge': () => editing.history.purge(),
    ...transfer,
    'aws.choices': async ({ environment }) => ok(await editing.choices(environment)),
    'aws.caller': async ({ environment, identity, region }, { signal }) => {
      if (region !== null && !isRegion(region)) return fail(badRegion(region))
      const looking = await editing.discovery(environment)
      try {
        const caller = await looking.caller(identity, region, signal)
        if (!caller.ok) return caller
        const { arn, canonicalArn, account } = caller.value
        return ok({ arn, canonicalArn, account, region: looking.region(identity) })
      } finally {
        looking.close()
      }
    },
    'aws.discover': async ({ run, environment, identity, regions }, call) => {
      const bad = regions.find((region) => !isRegion(region))
      if (bad !== undefined) return fail(badRegion(bad))
      return runs.run(call, run, async (signal) => {
        const looking = await editing.discovery(environment)
        try {
          for await (const found of looking.clusters(identity, regions, signal)) {
            if (signal.aborted) break
            call.emit(
              'aws.discovered',
              found.kind === 'cluster'
                ? { kind: 'cluster', run, cluster: foundCluster(found.cluster) }
                : { ...found, run },
            )
          }
          return ok(null)
        } finally {
          looking.close()
        }
      })
    },
    'aws.refresh': async ({ run, environment, contexts }, call) =>
      runs.run(call, run, async (signal) => {
        const looking = await editing.discovery(environment)
        try {
          const resolved = contexts.flatMap((id) => kubeconfig.store.resolve(id) ?? [])
          const gone = contexts.filter((id) => !resolved.some((context) => context.id === id))
          const found = await refreshedClusters(
            resolved,
            { look: looking.cluster, all: kubeconfig.store.resolved() },
            signal,
          )
          return ok({
            ...found,
            problems: [...found.problems, ...gone.map((context) => ({ context, fault: noContext() }))],
          })
        } finally {
          looking.close()
        }
      }),
  }

  function foundCluster(cluster: EksCluster): FoundCluster {
    const contexts = kubeconfig.store.resolved().filter(({ context, cluster: entry }) => {
      const arn = parseClusterArn(context.cluster ?? '')
      return arn?.arn === cluster.arn || (entry !== null && entry.raw.server === cluster.endpoint)
    })
    return {
      ...cluster,
      notReady: notReady(cluster),
      contexts: contexts.map(({ entry }) => entry.name),
    }
  }
}

const badRegion = (region: string) =>
  fault('bad-request', `“${region}” is no AWS region.`, 'Write it as us-west-2.')

const noContext = () =>
  fault('not-found', 'This context is no longer there.', 'Look at the changes, then choose again.')

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
    case 'cannot-rename':
      return outcome
  }
}
