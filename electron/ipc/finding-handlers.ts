/** What findings of a page need beside files and checks, and muting. Main asks first: a muted finding fails no `ekscope lint`. */
import { isSameMute, type Mute, mutedContext } from '../../shared/audit/muted'
import { findingTitle } from '../../shared/findings/finding-kinds'
import type { FindingId } from '../../shared/findings/finding-rules'
import { pack } from '../../shared/ipc/packed'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fail, fault, ok } from '../../shared/result'
import { shownMute } from '../../shared/trust/question-text'
import { entriesSince } from '../editing/entries-since'
import type { Services } from '../editing/services'
import { findingsOfClusters } from '../state/clusters-shown'
import type { Asking } from '../trust/asking'
import { declined } from './page-services'
import type { Handlers } from './router'

const changedMeanwhile = fault(
  'conflict',
  'Nothing is muted: the contexts are no longer what they were when you were asked.',
  'Look at the finding again: one of them was deleted, renamed, or leads to another cluster.',
)

export function createFindingHandlers(
  { kubeconfig, mutes, clusters, editing }: Pick<Services, 'kubeconfig' | 'mutes' | 'clusters' | 'editing'>,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, Extract<keyof Handlers, `findings.${string}`>> {
  /** Of an id in these contexts, as far as they are there; of none, everywhere. */
  async function meant(id: FindingId, contexts: readonly EntryId[]) {
    if (contexts.length === 0) return [{ id, context: null }]
    const wanted = new Set(contexts)
    const snapshot = await kubeconfig.load()
    return snapshot.contexts.flatMap((entry) =>
      wanted.has(entry.id) ? [{ id, context: mutedContext(entry) }] : [],
    )
  }

  return {
    'findings.load': async ({ environment }) => {
      await kubeconfig.load()
      const at = clusters.now()
      const [muted, ofClusters] = await Promise.all([mutes.load(), findingsOfClusters(clusters, environment)])
      return ok(pack({ at, mutes: muted, ofClusters }))
    },
    'findings.since': async ({ contexts }) =>
      ok(await entriesSince(editing.history, await kubeconfig.load(), contexts)),
    'findings.mute': async ({ id, contexts, reason }, { page, signal }) => {
      const about = await meant(id, contexts)
      if (about.length === 0) return fail(changedMeanwhile)
      const names = about.flatMap(({ context }) => context?.name ?? [])
      const allowed = await asking.once(shownMute(`${id}: ${findingTitle(id)}`, names, reason), {
        page,
        signal,
      })
      if (!allowed.ok) return allowed
      if (!allowed.value) return fail(declined('Nothing is muted.'))
      const now = await meant(id, contexts)
      if (!about.every((one) => now.some((other) => isSameMute(one, other)))) return fail(changedMeanwhile)
      const at = Date.now()
      const kept = await mutes.add(about.map((one): Mute => ({ ...one, reason, at })))
      return kept.ok ? ok(null) : kept
    },
    'findings.unmute': async ({ id, contexts }) => {
      const kept = await mutes.remove([{ id, context: null }, ...(await meant(id, contexts))])
      return kept.ok ? ok(null) : kept
    },
  }
}
