/** Equal work that is under way is joined. */
import { onAbort } from './on-abort'

/** Does work, or joins what is under way under the same key; `onBegun`: it does not wait for others any more. */
export type Together<T> = (
  key: string,
  work: (signal: AbortSignal, begun: () => void) => Promise<T>,
  signal: AbortSignal,
  onBegun?: () => void,
) => Promise<T>

interface Running<T> {
  readonly outcome: Promise<T>
  readonly giveUp: AbortController
  /** How many want it. */
  joined: number
  /** Whom to tell that it begins; null once it has. */
  waiting: (() => void)[] | null
}

/** Whoever leaves gets `left`; what nobody wants any more is given up, and the last one waits for its end. */
export function openTogether<T>(left: T): Together<T> {
  const running = new Map<string, Running<T>>()

  function start(key: string, work: Parameters<Together<T>>[1]): Running<T> {
    const giveUp = new AbortController()
    const begun = () => {
      for (const tell of one.waiting ?? []) tell()
      one.waiting = null
    }
    const one: Running<T> = {
      // Later than this, so that whoever starts it is among those who are told.
      outcome: Promise.resolve()
        .then(() => work(giveUp.signal, begun))
        .finally(() => forget(key, one)),
      giveUp,
      joined: 0,
      waiting: [],
    }
    running.set(key, one)
    return one
  }
  function forget(key: string, one: Running<T>): void {
    if (running.get(key) === one) running.delete(key)
  }

  return (key, work, signal, onBegun = () => undefined) => {
    if (signal.aborted) return Promise.resolve(left)
    const one = running.get(key) ?? start(key, work)
    one.joined++
    if (one.waiting === null) onBegun()
    else one.waiting.push(onBegun)
    return new Promise((resolve, reject) => {
      const stopListening = onAbort(signal, () => {
        one.joined--
        if (one.joined > 0) return resolve(left)
        one.giveUp.abort()
        forget(key, one)
      })
      void one.outcome.then(resolve, reject).finally(stopListening)
    })
  }
}
