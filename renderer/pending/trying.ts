/**
 * Edits before they are written: the identity that files and environment would give, as main foresees it at once, and that AWS and the cluster
 * say, when the user has it tried. What was tried counts only for the very entry that it was about: it never is a row's verdict.
 */
import type { Edit } from '../../shared/edits/edit'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { checkNow, staleness } from '../rows/rows'
import { changedBy } from './effects'
import { together } from './host'
import type { Foreseen, PendingEdits } from './memory'
import { byFirstId } from './overlay'
import { withoutImportedEntries } from './pending'
import type { Tries } from './state'

const triedKey = (environment: EnvironmentName, context: EntryId): string => `${environment} ${context}`

/** How many results are remembered. */
const most = 2_000

/** What was found out of a context in a try, if it still is about the entry that would be written now. */
export function triedOf(
  tries: Tries,
  environment: EnvironmentName,
  identity: ContextIdentity | null,
  context: EntryId,
  now: number,
  staleHours: number,
): Check | null {
  const check = tries.get(triedKey(environment, context))
  // Of this very entry: nothing else will do.
  if (check === undefined || identity?.fingerprint !== check.fingerprint) return null
  return staleness(check, identity, now, staleHours) === null ? checkNow(check, identity) : null
}

/** For exactly these edits; null where main could not say, which is then said. Asked once for all who ask the same at the same time. */
export function foresee(edits: PendingEdits, list: readonly Edit[]): Promise<Foreseen | null> {
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
): Promise<Foreseen | null> {
  const answer = await edits.host.ask('edits.preview', { edits: list, environment, compare: null })
  if (answer === undefined) {
    edits.foreseen = null
    return null
  }
  const { renamed, problems, alsoChanges } = answer
  return { environment, identities: byFirstId(renamed)(answer.identities), problems, alsoChanges }
}

/** What exactly these edits make others; null where that could not be found out. */
export async function changing(edits: PendingEdits, list: readonly Edit[]) {
  const { host } = edits
  const { snapshot, reports, environment } = host.state.getState()
  const foreseen = await foresee(edits, list)
  if (foreseen === null || snapshot === null) return null
  const others = changedBy(snapshot, list).filter((id) => foreseen.identities.has(id))
  const wanted = new Set(others)
  const before = new Map(
    (reports[environment]?.contexts ?? []).flatMap(({ context, fingerprint }) =>
      wanted.has(context) ? [[context, fingerprint] as const] : [],
    ),
  )
  // Of what was never checked nothing was asked yet.
  const unknown = [...before].flatMap(([context, fingerprint]) => (fingerprint === '' ? [context] : []))
  if (unknown.length > 0) {
    const prints = await host.ask('identity.fingerprints', { environment, contexts: unknown })
    if (prints === undefined) return null
    for (const { context, fingerprint } of prints) before.set(context, fingerprint)
  }
  return {
    /** Contexts that are others afterwards, in whatever, and new ones. */
    edited: others,
    /** Of these the ones whose identity could be another. */
    identities: others.filter((id) => before.get(id) !== foreseen.identities.get(id)?.fingerprint),
  }
}

const ending = ({ state }: PendingEdits, run: string) => {
  if (state.getState().trying?.run === run) state.setState({ trying: null })
}

/** Ends the try that runs; what it found out stays. */
export async function cancelTry(edits: PendingEdits): Promise<void> {
  const run = edits.state.getState().trying?.run
  if (run === undefined) return
  ending(edits, run)
  await edits.host.bridge.request('edits.cancel', { run })
}

/** Has AWS and the clusters asked who these contexts would be with exactly these edits. One try at a time: it ends another one. */
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
  // It was clicked: what was refused before is asked about again.
  const request = { run, edits: list.map(withoutImportedEntries), contexts, environment, again: true }
  await host.ask('edits.try', request)
  ending(edits, run)
}

function progress({ state }: PendingEdits, event: WhoamiProgress): void {
  if (event.kind !== 'checked') return
  const { check } = event
  state.setState(({ tried, trying }) => {
    const key = triedKey(check.environment, check.context)
    const kept = [...tried].filter(([one]) => one !== key).slice(1 - most)
    return {
      tried: new Map([...kept, [key, check]]),
      trying: trying?.run === event.run ? { ...trying, done: event.done } : trying,
    }
  })
}

export const followTries = (edits: PendingEdits) =>
  together([
    edits.host.bridge.on('edits.trying', (event) => progress(edits, event)),
    edits.host.bridge.on('identity.changed', () => {
      edits.foreseen = null
      edits.state.setState(({ foreseenAnew }) => ({ foreseenAnew: foreseenAnew + 1 }))
    }),
  ])
