/** Equal work that is under way is joined. */
import { onAbort } from './on-abort'

/**
 * Does work, or joins work under way with the same key. `tell` reports a step, once to each caller; late callers get earlier
 * steps.
 */
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

/** A caller that leaves gets `left`; work that no caller wants any more is aborted, and the last caller waits for its end. */
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
