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
  /** The last large answer to each question, so that the same text gives the same objects: what hangs on them stays. */
  const last = new Map<string, { readonly text: string; readonly value: unknown }>()

  function outputOf<N extends RequestName>(name: N, input: unknown, crossed: unknown): Output<N>
  function outputOf(name: RequestName, input: unknown, crossed: unknown): unknown {
    if (!isLargeAnswer(name) || typeof crossed !== 'string') return crossed
    if (!isAskedAgain(name)) return unpack(crossed)
    const question = JSON.stringify([name, input])
    const before = last.get(question)
    if (before?.text === crossed) return before.value
    const value = unpack(crossed)
    last.set(question, { text: crossed, value })
    return value
  }

  return {
    async request(name, ...input) {
      const answer: Result<unknown> = await crossings.request(name, ...input)
      return answer.ok ? ok(outputOf(name, input, answer.value)) : answer
    },
    on: (name, listener) =>
      crossings.on(name, (sent: unknown) => {
        listener(payloadOf(name, sent))
      }),
  }
}

/** Asked with each change of the files, and mostly answered as before; its questions are few. */
const isAskedAgain = (name: RequestName): boolean => name === 'identity.load'

function payloadOf<N extends EventName>(name: N, crossed: unknown): Payload<N>
function payloadOf(name: EventName, crossed: unknown): unknown {
  return isLargeEvent(name) && typeof crossed === 'string' ? unpack(crossed) : crossed
}

export type { Bridge }
