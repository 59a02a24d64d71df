/** What the sidebar counts and what findings are shown with, requested from main once the page is idle. */
import { callAll } from '../pending/edits-host'
import { findingsOfRows } from '../rows/rows'
import { noCounts, type State } from './app-state'
import type { Core } from './core'
import { countToFix, refresh } from './page-rows'
import { areEnded } from './run'

/** A check, or a run that asked about clusters, has ended. */
const areAnswered = (now: State, before: State): boolean =>
  (['check', 'ask', 'access', 'aws-auth', 'search'] as const).some((kind) => areEnded(kind, now, before))

/** The page is idle when nothing has changed for this long, in milliseconds. */
const rest = 1_000

export function createCounting(core: Core) {
  const { bridge, state } = core
  let resting: ReturnType<typeof setTimeout> | undefined
  const isCounted = ({ counting, phase }: State) => counting && phase.kind === 'ready'

  async function findings(): Promise<void> {
    const { environment } = state.getState()
    const answer = await bridge.request('findings.load', { environment })
    if (!answer.ok || state.getState().environment !== environment) return
    state.setState({ beside: findingsOfRows(answer.value) })
    refresh(core)
    countToFix(core)
  }

  async function count(): Promise<void> {
    void findings()
    const { environment } = state.getState()
    const answer = await bridge.request('views.count', { environment })
    // What cannot be counted is not shown: the pages say why.
    if (answer.ok && state.getState().environment === environment) state.setState({ counts: answer.value })
  }

  function changed(): void {
    clearTimeout(resting)
    // What AWS said may hold no more of what is shown.
    const waits = state.getState().beside?.ofClusters.size ? 0 : rest
    if (isCounted(state.getState())) resting = setTimeout(() => void count(), waits)
  }

  return {
    findings,
    /** Starts following changes; returns the function that stops. */
    follow: () =>
      callAll([
        bridge.on('identity.changed', changed),
        bridge.on('kubeconfig.changed', changed),
        state.subscribe((now, before) => {
          const other = now.environment !== before.environment
          if (other) state.setState({ counts: noCounts, beside: null })
          if (other || areAnswered(now, before) || isCounted(now) !== isCounted(before)) changed()
          else if (now.settings.staleHours !== before.settings.staleHours) changed()
        }),
        () => clearTimeout(resting),
      ]),
  }
}
