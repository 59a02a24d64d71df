/** What many tell one, in the order in which it is told. */
export interface Channel<T> {
  put(item: T): void
  /** Nothing more comes; what has been put is still given. */
  end(): void
  items(): AsyncGenerator<T>
}

/** A channel without a limit: what is put waits until it is taken. */
export function openChannel<T>(): Channel<T> {
  let waiting: T[] = []
  let ended = false
  let wake: () => void = () => undefined
  return {
    put(item) {
      waiting.push(item)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    async *items() {
      for (;;) {
        const some = waiting
        waiting = []
        yield* some
        if (waiting.length > 0) continue
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
