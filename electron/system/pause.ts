import { onAbort } from './on-abort'

/** Waits `ms` milliseconds; false when the signal fired first. */
export function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve(false)
      return
    }
    const timer = setTimeout(() => {
      stopListening?.()
      resolve(true)
    }, ms)
    const stopListening =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer)
        resolve(false)
      })
  })
}
