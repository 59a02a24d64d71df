/**
 * At most `size()` tasks at a time for all callers; it may change meanwhile. Each call returns the queue of one caller: its tasks
 * run in the order of asking, and waiting callers take turns, so that one with many tasks does not block the others.
 */
export function sharedSlots(size: () => number): () => <T>(task: () => Promise<T>) => Promise<T> {
  let busy = 0
  const waiting: (() => void)[][] = []
  const hasPlace = () => busy < Math.max(1, size())
  return () => {
    const own: (() => void)[] = []
    return async (task) => {
      if (hasPlace()) busy++
      else
        await new Promise<void>((resolve) => {
          if (own.push(resolve) === 1) waiting.push(own)
        })
      try {
        return await task()
      } finally {
        busy--
        while (hasPlace()) {
          const turn = waiting.shift() ?? []
          const next = turn.shift()
          if (next === undefined) break
          if (turn.length > 0) waiting.push(turn)
          busy++
          next()
        }
      }
    }
  }
}

/** At most `size` tasks at a time, in the order of asking. */
export const slots = (size: number) => sharedSlots(() => size)()
