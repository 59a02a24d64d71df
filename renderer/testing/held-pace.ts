/** A pace that the test sets: what is under way goes on when the test has looked at it, however busy the machine is. */
export interface HeldPace {
  /** What each step waits for. */
  readonly pace: () => Promise<void>
  /** Lets the step that waits go on; where none waits yet, the one that comes. */
  next(): void
  /** Holds nothing any more. */
  end(): void
}

/** Holds each step until it is let go. */
export function heldPace(): HeldPace {
  const waiting: (() => void)[] = []
  let isOver = false
  let ahead = 0
  return {
    pace() {
      if (!isOver && ahead === 0) return new Promise((resolve) => waiting.push(resolve))
      ahead = Math.max(0, ahead - 1)
      return Promise.resolve()
    },
    next() {
      const go = waiting.shift()
      if (go === undefined) ahead += 1
      else go()
    },
    end() {
      isOver = true
      for (const go of waiting.splice(0)) go()
    },
  }
}
