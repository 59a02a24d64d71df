/**
 * Edits before they are written: the identity that main predicts at once from files and environment, and the one that AWS and the
 * cluster report in a try that the user starts. A try counts only for exactly the tried entry: it is never a row's verdict.
 */

import { checkNow } from '../../shared/audit/judged'
import type { Edit } from '../../shared/edits/edit'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import { staleness } from '../../shared/identity/verdict'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { TryResults } from './editing-state'
import { callAll } from './edits-host'
import { changedBy } from './effects'
import type { PendingEdits, PredictedAfterEdits } from './memory'
import { byFirstId } from './overlay'
import { withoutImportedEntries } from './pending'

const triedKey = (environment: EnvironmentName, context: EntryId): string => `${environment} ${context}`

/** How many results are remembered. */
const most = 2_000

/** The result of a context's try, if it still applies to the entry that would be written now. */
export function triedOf(
  tries: TryResults,
  environment: EnvironmentName,
  identity: ContextIdentity | null,
  context: EntryId,
  now: number,
  staleHours: number,
): Check | null {
  const check = tries.get(triedKey(environment, context))
  // It must be of exactly this entry.
  if (check === undefined || identity?.fingerprint !== check.fingerprint) return null
  return staleness(check, identity, now, staleHours) === null ? checkNow(check, identity) : null
}

/** The prediction for exactly these edits; null where main could not answer, which a notice says. Equal requests at the same
 * time share one call. */
export function predictAfterEdits(
  edits: PendingEdits,
  list: readonly Edit[],
): Promise<PredictedAfterEdits | null> {
  const { snapshot, environment, reports } = edits.host.state.getState()
  const sent = list.map(withoutImportedEntries)
  const about = [snapshot, environment, reports, JSON.stringify(sent)]
  if (edits.foreseen?.about.every((part, at) => part === about[at])) return edits.foreseen.answer
  const answer = askForeseen(edits, sent, environment)
  edits.foreseen = { about, answer }
  return answer
}

async function askForeseen(
  edits: PendingEdits,
  list: readonly Edit[],
  environment: EnvironmentName,
): Promise<PredictedAfterEdits | null> {
  const answer = await edits.host.ask('edits.preview', { edits: list, environment, compare: null })
  if (answer === undefined) {
    edits.foreseen = null
    return null
  }
  const { renamed, problems, alsoChanges } = answer
  return { environment, identities: byFirstId(renamed)(answer.identities), problems, alsoChanges }
}

/** What exactly these edits change; null where that is not known. */
export async function changing(edits: PendingEdits, list: readonly Edit[]) {
  const { host } = edits
  const { snapshot, reports, environment } = host.state.getState()
  const foreseen = await predictAfterEdits(edits, list)
  if (foreseen === null || snapshot === null) return null
  // Those too that no edit names, and that act by a profile which an edit changes.
  const along = foreseen.alsoChanges.map(({ context }) => context)
  const wanted = new Set([...changedBy(snapshot, list), ...along].filter((id) => foreseen.identities.has(id)))
  const others = [...wanted]
  const before = new Map(
    (reports[environment]?.contexts ?? []).flatMap(({ context, fingerprint }) =>
      wanted.has(context) ? [[context, fingerprint] as const] : [],
    ),
  )
  // For contexts that were never checked main was not asked yet.
  const unknown = [...before].flatMap(([context, fingerprint]) => (fingerprint === '' ? [context] : []))
  if (unknown.length > 0) {
    const prints = await host.ask('identity.fingerprints', { environment, contexts: unknown })
    if (prints === undefined) return null
    for (const { context, fingerprint } of prints) before.set(context, fingerprint)
  }
  return {
    /** Contexts that change in any way, and new ones. */
    edited: others,
    /** Those of them whose identity could change. */
    identities: others.filter((id) => before.get(id) !== foreseen.identities.get(id)?.fingerprint),
  }
}

const ending = ({ state }: PendingEdits, run: string) => {
  if (state.getState().trying?.run === run) state.setState({ trying: null })
}

/** Stops the running try; its results so far stay. */
export async function cancelTry(edits: PendingEdits): Promise<void> {
  const run = edits.state.getState().trying?.run
  if (run === undefined) return
  ending(edits, run)
  await edits.host.bridge.request('run.cancel', { run })
}

/** Asks AWS and the clusters which identities these contexts would have with exactly these edits. A try ends a running one. */
export async function tryOut(
  edits: PendingEdits,
  list: readonly Edit[],
  contexts: readonly EntryId[],
): Promise<void> {
  await cancelTry(edits)
  const { host, state } = edits
  const run = host.newRunId()
  const { environment } = host.state.getState()
  state.setState({ trying: { run, contexts: new Set(contexts), done: 0 } })
  // The user clicked: commands that were refused before are asked about again.
  const request = { run, edits: list.map(withoutImportedEntries), contexts, environment, again: true }
  await host.ask('edits.try', request)
  ending(edits, run)
}

function progress({ state }: PendingEdits, event: WhoamiProgress): void {
  if (event.kind !== 'checked') return
  const { check } = event
  state.setState(({ tried, trying, applying }) => {
    const key = triedKey(check.environment, check.context)
    const kept = [...tried].filter(([one]) => one !== key).slice(1 - most)
    return {
      tried: new Map([...kept, [key, check]]),
      trying: trying?.run === event.run ? { ...trying, done: event.done } : trying,
      applying: applying?.run === event.run ? { ...applying, checks: applying.checks + 1 } : applying,
    }
  })
}

export const followTries = (edits: PendingEdits) =>
  callAll([
    edits.host.bridge.on('edits.trying', (event) => progress(edits, event)),
    edits.host.bridge.on('identity.changed', () => {
      edits.foreseen = null
      edits.state.setState(({ foreseenAnew }) => ({ foreseenAnew: foreseenAnew + 1 }))
    }),
  ])
