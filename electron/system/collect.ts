/**
 * Collects garbage now. V8 does so when its own heap grows, and knows little of what a few objects hold beside it: after a start the
 * bytes of a large file stayed for as long as the window did nothing.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collector: (() => void) | null = null

/** Some 15 to 40 ms of the thread that asks; for when nobody waits for it. */
export function collect(): void {
  collector ??= exposed()
  collector()
  // What the first has found empty only the next gives back.
  collector()
}

/** Contexts that are made from now on have it; the flag is of all threads, so none of them takes it back while another looks. */
function exposed(): () => void {
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('this.gc')
  return typeof found === 'function' ? () => void found() : () => undefined
}
