import type { EventName, Input, Output, Payload, RequestName } from '../shared/ipc'
import type { Result } from '../shared/result'

/** What a handler gets beside its input. */
export interface Call {
  /** Fires when the page reloads or closes, or main quits: reaches down to child processes and sockets. */
  readonly signal: AbortSignal
  readonly emit: <N extends EventName>(name: N, payload: Payload<N>) => void
}

/** Main's side of the contract: one function per request. */
export type Handlers = {
  readonly [N in RequestName]: (input: Input<N>, call: Call) => Promise<Result<Output<N>>> | Result<Output<N>>
}
