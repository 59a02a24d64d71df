/** The numbers of identities and clusters for the sidebar, requested from main once the page is idle. */
import { together } from '../pending/edits-host'
import { noCounts, type State } from './app-state'
import type { Core } from './core'
import { areChecked } from './reading'

/** The page is idle when nothing has changed for this long, in milliseconds. */
const rest = 1_000

export function createCounting({ bridge, state }: Core) {
  let resting: ReturnType<typeof setTimeout> | undefined
  const isCounted = ({ counting, phase }: State) => counting && phase.kind === 'ready'

  async function count(): Promise<void> {
    const { environment } = state.getState()
    const answer = await bridge.request('views.count', { environment })
    // What cannot be counted is not shown: the pages say why.
    if (answer.ok && state.getState().environment === environment) state.setState({ counts: answer.value })
  }

  function changed(): void {
    clearTimeout(resting)
    if (isCounted(state.getState())) resting = setTimeout(() => void count(), rest)
  }

  return {
    /** Starts following changes; returns the function that stops. */
    follow: () =>
      together([
        bridge.on('identity.changed', changed),
        bridge.on('kubeconfig.changed', changed),
        state.subscribe((now, before) => {
          const other = now.environment !== before.environment
          if (other) state.setState({ counts: noCounts })
          if (other || areChecked(now, before) || isCounted(now) !== isCounted(before)) changed()
        }),
        () => clearTimeout(resting),
      ]),
  }
}
