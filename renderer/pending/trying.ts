/**
 * Edits before they are written: whom files and environment would give, as main foresees it at once, and whom AWS and the cluster
 * say, when the user has it tried. What was tried counts only for the very entry that it was about: it never is a row's verdict.
 */
import type { StoreApi } from 'zustand/vanilla'
import type { AlsoChanged, Edit, EditProblem } from '../../shared/edits/edit'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { checkNow, staleness } from '../rows/rows'
import { changedBy } from './effects'
import { type EditsHost, together } from './host'
import { byFirstId } from './overlay'
import { withoutImportedEntries } from './pending'
import type { EditsState, Tries } from './state'

/** What edits would make of the contexts, as files and environment say it. */
export interface Foreseen {
  readonly environment: EnvironmentName
  /** By the ids that the edits name contexts by. Of a large fleet only contexts that the edits touch. */
  readonly identities: ReadonlyMap<EntryId, ContextIdentity>
  readonly problems: readonly EditProblem[]
  readonly alsoChanges: readonly AlsoChanged[]
}

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

export function createTrying(host: EditsHost, state: StoreApi<EditsState>) {
  const { bridge } = host
  /** What was asked last, for whoever asks the same at the same time. */
  let last: { readonly about: readonly unknown[]; readonly answer: Promise<Foreseen | null> } | null = null

  /** For exactly these edits; null where main could not say, which is told. */
  function foresee(edits: readonly Edit[]): Promise<Foreseen | null> {
    const { snapshot, environment, reports } = host.state.getState()
    const sent = edits.map(withoutImportedEntries)
    const about = [snapshot, environment, reports, JSON.stringify(sent)]
    if (last?.about.every((part, at) => part === about[at])) return last.answer
    const answer = ask(sent, environment)
    last = { about, answer }
    return answer
  }

  async function ask(edits: readonly Edit[], environment: EnvironmentName): Promise<Foreseen | null> {
    const answer = await host.ask('edits.preview', { edits, environment, compare: null })
    if (answer === undefined) {
      last = null
      return null
    }
    const { renamed, problems, alsoChanges } = answer
    return { environment, identities: byFirstId(renamed)(answer.identities), problems, alsoChanges }
  }

  /** What exactly these edits make others; null where that could not be found out. */
  async function changing(edits: readonly Edit[]) {
    const { snapshot, reports, environment } = host.state.getState()
    const foreseen = await foresee(edits)
    if (foreseen === null || snapshot === null) return null
    const others = changedBy(snapshot, edits).filter((id) => foreseen.identities.has(id))
    const wanted = new Set(others)
    const before = new Map(
      (reports[environment]?.contexts ?? []).flatMap(({ context, fingerprint }) =>
        wanted.has(context) ? [[context, fingerprint] as const] : [],
      ),
    )
    // Of what was never checked nobody has asked yet.
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

  const ending = (run: string) => {
    if (state.getState().trying?.run === run) state.setState({ trying: null })
  }

  /** Ends the try that runs; what it found out stays. */
  async function cancelTry(): Promise<void> {
    const run = state.getState().trying?.run
    if (run === undefined) return
    ending(run)
    await bridge.request('edits.cancel', { run })
  }

  function progress(event: WhoamiProgress): void {
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

  return {
    foresee,
    changing,
    /** Has AWS and the clusters asked who these contexts would be with exactly these edits. One try at a time: it ends another one. */
    async tryOut(edits: readonly Edit[], contexts: readonly EntryId[]) {
      await cancelTry()
      const run = host.newRunId()
      const { environment } = host.state.getState()
      state.setState({ trying: { run, contexts: new Set(contexts), done: 0 } })
      await host.ask('edits.try', {
        run,
        edits: edits.map(withoutImportedEntries),
        contexts,
        environment,
        // It was clicked: what was refused before is asked about again.
        again: true,
      })
      ending(run)
    },
    cancelTry,
    follow: () =>
      together([
        bridge.on('edits.trying', progress),
        bridge.on('identity.changed', () => {
          last = null
          state.setState(({ foreseenAnew }) => ({ foreseenAnew: foreseenAnew + 1 }))
        }),
      ]),
  }
}
