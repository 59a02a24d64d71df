import { onAbort } from '../system/on-abort'

/** A signal with a time limit of `ms` (the reason is then a TimeoutError) on top; `done` releases both. */
export function withTimeLimit(
  signal: AbortSignal,
  ms: number,
): { readonly signal: AbortSignal; done(): void } {
  // Not AbortSignal.any: Node 18 has none.
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new DOMException('no answer in time', 'TimeoutError')), ms)
  const stopListening = onAbort(signal, () => limit.abort(signal.reason))
  return {
    signal: limit.signal,
    done() {
      clearTimeout(timer)
      stopListening()
    },
  }
}
