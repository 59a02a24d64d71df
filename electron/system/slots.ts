/**
 * At most `size` tasks at a time for all who ask. Each answer is the way in for one of them: its tasks take their turn in the order of
 * asking, and those who wait take turns with each other, so that one who asks for much keeps no other out.
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
