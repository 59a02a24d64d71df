/**
 * Long work that can be left wherever it yields and gone on with later: what it comes to is the same. `turn`: what follows is long in
 * one piece, so it is to be left there.
 */
export type Pieces<T> = Generator<undefined | 'turn', T, undefined>

/** All of it at once. */
export function whole<T>(work: Pieces<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}
