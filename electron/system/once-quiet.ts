/** Work that waits until nothing has asked for it for a while. */
import { onAbort } from './on-abort'

/**
 * What asks for `work` once it was not asked for `ms` milliseconds; nothing is done after the signal. It keeps no process alive.
 */
export function onceQuiet(ms: number, work: () => void, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined
  onAbort(signal, () => clearTimeout(timer))
  return () => {
    clearTimeout(timer)
    if (!signal.aborted) timer = setTimeout(work, ms).unref()
  }
}
