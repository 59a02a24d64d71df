/** Long work that can be left between two pieces of it and gone on with later: what it comes to is the same. */
export type Pieces<T> = Generator<undefined, T, undefined>

/** All of it at once. */
export function whole<T>(work: Pieces<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}
