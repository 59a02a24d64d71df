/**
 * At most `size` tasks at a time for all callers. Each call returns the queue of one caller: its tasks run in the order of
 * asking, and waiting callers take turns, so that one with many tasks does not block the others.
 */
export function sharedSlots(size: number): () => <T>(task: () => Promise<T>) => Promise<T> {
  let free = Math.max(1, size)
  const waiting: (() => void)[][] = []
  return () => {
    const own: (() => void)[] = []
    return async (task) => {
      if (free > 0) free--
      else
        await new Promise<void>((resolve) => {
          if (own.push(resolve) === 1) waiting.push(own)
        })
      try {
        return await task()
      } finally {
        const turn = waiting.shift() ?? []
        const next = turn.shift()
        if (turn.length > 0) waiting.push(turn)
        if (next) next()
        else free++
      }
    }
  }
}

/** At most `size` tasks at a time, in the order of asking. */
export const slots = (size: number) => sharedSlots(size)()
