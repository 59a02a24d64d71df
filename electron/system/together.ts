/** Equal work that is under way is joined. */
import { onAbort } from './on-abort'

/** Does work, or joins what is under way under the same key. `tell`: a step of it, of which each caller hears once, those before it came too. */
export type Together<T, S = void> = (
  key: string,
  work: (signal: AbortSignal, tell: (step: S) => void) => Promise<T>,
  signal: AbortSignal,
  onStep?: (step: S) => void,
) => Promise<T>

interface Running<T, S> {
  readonly outcome: Promise<T>
  readonly giveUp: AbortController
  /** One for each caller that wants it. */
  readonly listeners: Set<(step: S) => void>
  readonly steps: S[]
}

/** Whoever leaves gets `left`; what nobody wants any more is given up, and the last one waits for its end. */
export function openTogether<T, S = void>(left: T): Together<T, S> {
  const running = new Map<string, Running<T, S>>()

  function start(key: string, work: Parameters<Together<T, S>>[1]): Running<T, S> {
    const giveUp = new AbortController()
    const tell = (step: S) => {
      if (one.steps.includes(step)) return
      one.steps.push(step)
      for (const listener of one.listeners) listener(step)
    }
    const one: Running<T, S> = {
      // Later than this, so that the caller that starts it hears of its first step.
      outcome: Promise.resolve()
        .then(() => work(giveUp.signal, tell))
        .finally(() => forget(key, one)),
      giveUp,
      listeners: new Set(),
      steps: [],
    }
    running.set(key, one)
    return one
  }
  function forget(key: string, one: Running<T, S>): void {
    if (running.get(key) === one) running.delete(key)
  }

  return (key, work, signal, onStep) => {
    if (signal.aborted) return Promise.resolve(left)
    const one = running.get(key) ?? start(key, work)
    // A function of its own for each caller, because the same one may be given twice.
    const listener = (step: S) => onStep?.(step)
    one.listeners.add(listener)
    one.steps.forEach(listener)
    return new Promise((resolve, reject) => {
      const stopListening = onAbort(signal, () => {
        one.listeners.delete(listener)
        if (one.listeners.size > 0) return resolve(left)
        one.giveUp.abort()
        forget(key, one)
      })
      void one.outcome.then(resolve, reject).finally(stopListening)
    })
  }
}
