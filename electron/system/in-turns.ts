import { setImmediate } from 'node:timers/promises'
import type { Turns } from '../../shared/turns'

/** How long turns follow each other before other work comes in between, in milliseconds: a key is answered in 100. */
const stretch = 30

/** The result of all turns, with the other work of this thread in between. */
export async function inTurns<T>(work: Turns<T>): Promise<T> {
  for (let since = performance.now(); ; ) {
    const turn = work.next()
    if (turn.done) return turn.value
    if (performance.now() - since < stretch) continue
    await setImmediate()
    since = performance.now()
  }
}
