/** At most `size` tasks at a time, in the order of asking. */
export function slots(size: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = Math.max(1, size)
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
