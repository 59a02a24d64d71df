/** The object that the preload script puts on the window. Only main.tsx reads it; all other code gets the bridge as an argument.
 * */
import {
  type Bridge,
  type BridgeApi,
  type EventName,
  isLargeAnswer,
  isLargeEvent,
  type Output,
  type Payload,
  type RequestName,
} from '../shared/ipc/contract'
import { unpack } from '../shared/ipc/packed'
import { unpackReport } from '../shared/ipc/report'
import { ok, type Result } from '../shared/result'

declare global {
  interface Window {
    readonly bridge?: BridgeApi
  }
}

/** The bridge for the page: data that crossed as one text is parsed here, in the page's JavaScript world. */
export function bridgeOver(crossings: BridgeApi): Bridge {
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
  if (!isLargeAnswer(name) || typeof crossed !== 'string') return crossed
  return name === 'identity.load' || name === 'identity.first' ? unpackReport(crossed) : unpack(crossed)
}

function payloadOf<N extends EventName>(name: N, crossed: unknown): Payload<N>
function payloadOf(name: EventName, crossed: unknown): unknown {
  return isLargeEvent(name) && typeof crossed === 'string' ? unpack(crossed) : crossed
}

export type { Bridge }
