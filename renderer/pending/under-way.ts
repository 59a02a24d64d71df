/** Long work of the page, done in pieces between which keys, frames and answers have their turn. */
import type { Pieces } from '../../shared/pieces'

/** How long a piece may take, in milliseconds: no key waits so long that it is felt, and what is short is over in a few. */
const piece = 40

/** Gives the page its turn. By no timer: behind another window these come once in a second. */
export function turnOfThePage(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** One work after the other. */
export function createUnderWay() {
  let rest: (() => void) | null = null
  let within = false

  /** Goes on with a piece of the work, or with all of it; what it came to, or null where it is not through. */
  function goOn<T>(work: Pieces<T>, much: 'piece' | 'all'): { readonly value: T } | null {
    const until = performance.now() + piece
    within = true
    try {
      for (;;) {
        const step = work.next()
        if (step.done === true) return { value: step.value }
        if (much === 'piece' && (step.value === 'turn' || performance.now() >= until)) return null
      }
    } finally {
      within = false
    }
  }

  /** Does the rest of what is under way at once: whoever asks builds on what comes of it. Nothing from within that work. */
  function finish(): void {
    if (!within) rest?.()
  }

  return {
    finish,
    /** Does this in pieces, the first at once, after the rest of what is under way already. */
    async run<T>(work: Pieces<T>): Promise<T> {
      finish()
      const all: { ended: { readonly value: T } | null } = { ended: null }
      const mine = () => {
        rest = null
        all.ended = goOn(work, 'all')
      }
      rest = mine
      try {
        for (;;) {
          all.ended ??= goOn(work, 'piece')
          if (all.ended !== null) return all.ended.value
          await turnOfThePage()
        }
      } finally {
        if (rest === mine) rest = null
      }
    },
  }
}
