import { setMaxListeners } from 'node:events'

/**
 * Calls `listener` once when the signal fires, at once if it has; the answer stops listening. A run's one signal has a
 * listener per process and request, so node's warning about ten of them is switched off.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener()
    return () => undefined
  }
  setMaxListeners(0, signal)
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/** What the work gives; null when the signal fired first. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => resolve(null))
    void work.then(resolve, reject).finally(stopListening)
  })
}
