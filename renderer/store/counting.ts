/** The numbers of identities and clusters of a large fleet, for the sidebar, until somebody looks there. */
import { together } from '../pending/host'
import type { Core } from './core'
import { createReading, isCountedApart } from './reading'

export function createCounting({ bridge, state }: Core) {
  const isCounted = () => isCountedApart(state.getState())
  const { changed, shown, stop } = createReading(
    () => false,
    async () => {
      const { environment } = state.getState()
      const answer = await bridge.request('views.count', { environment })
      // What cannot be counted is not shown: the pages say why.
      if (answer.ok && isCounted() && state.getState().environment === environment)
        state.setState({ counts: answer.value })
    },
    isCounted,
  )
  return {
    /** Starts following changes; returns the function that stops. */
    follow: () =>
      together([
        bridge.on('identity.changed', changed),
        bridge.on('kubeconfig.changed', changed),
        state.subscribe((now, before) => {
          if (now.environment !== before.environment) {
            state.setState({ counts: null })
            changed()
          } else if (isCountedApart(now) !== isCountedApart(before)) {
            if (!isCountedApart(now)) state.setState({ counts: null })
            shown()
          }
        }),
        stop,
      ]),
  }
}
