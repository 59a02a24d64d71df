/** What many tell one, in the order in which it is told. Without a limit: what is put waits until it is taken. */
export function openChannel<T>() {
  let waiting: T[] = []
  let ended = false
  let wake: () => void = () => undefined
  return {
    put(item: T): void {
      waiting.push(item)
      wake()
    },
    /** Nothing more comes; what has been put is still given. */
    end(): void {
      ended = true
      wake()
    },
    async *items(): AsyncGenerator<T> {
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
