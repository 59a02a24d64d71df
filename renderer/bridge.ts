/** What the preload script puts on the window. Only main.tsx reads it; everything else gets the bridge as an argument. */
import {
  type Bridge,
  type Crossings,
  type EventName,
  isLargeAnswer,
  isLargeEvent,
  type Output,
  type Payload,
  type RequestName,
} from '../shared/ipc/contract'
import { unpack } from '../shared/ipc/packed'
import { ok, type Result } from '../shared/result'

declare global {
  interface Window {
    readonly bridge?: Crossings
  }
}

/** The bridge as the page uses it: what crossed as one text is read here, in the page's own world. */
export function bridgeOver(crossings: Crossings): Bridge {
  return {
    async request(name, ...input) {
      const answer: Result<unknown> = await crossings.request(name, ...input)
      return answer.ok ? ok(outputOf(name, answer.value)) : answer
    },
    on: (name, listener) =>
      crossings.on(name, (sent: unknown) => {
        listener(payloadOf(name, sent))
      }),
  }
}

function outputOf<N extends RequestName>(name: N, crossed: unknown): Output<N>
function outputOf(name: RequestName, crossed: unknown): unknown {
  return isLargeAnswer(name) && typeof crossed === 'string' ? unpack(crossed) : crossed
}

function payloadOf<N extends EventName>(name: N, crossed: unknown): Payload<N>
function payloadOf(name: EventName, crossed: unknown): unknown {
  return isLargeEvent(name) && typeof crossed === 'string' ? unpack(crossed) : crossed
}

export type { Bridge }
