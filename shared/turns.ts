/** Long work in turns: it yields where other work of its thread may come in between. */
export type Turns<T> = Generator<void, T, void>

/** The result of all turns at once. */
export function atOnce<T>(work: Turns<T>): T {
  for (;;) {
    const turn = work.next()
    if (turn.done) return turn.value
  }
}
