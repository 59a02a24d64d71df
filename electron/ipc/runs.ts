/** Work of a page that the page can cancel by a name of its own, and how often the page is told of it. */
import { ok, type Result, refuse } from '../../shared/result'
import { monotonicMs } from '../system/monotonic'
import { onAbort } from '../system/on-abort'
import type { Call } from './router'

/** So often a page is told of a run, ms: it draws no faster. Of very much less often: the page has more to do with it than main. */
const tellEvery = 200
const restFor = 20

/** Does `work`, and tells what it noted last: each time that a page can draw it, and at its end. */
export async function tellingNowAndThen<T, R>(
  tell: (noted: T) => void,
  work: (note: (noted: T) => void) => Promise<R>,
): Promise<R> {
  let last: { readonly noted: T } | null = null
  let restUntil = 0
  const tellLast = () => {
    if (last === null) return
    const began = monotonicMs()
    tell(last.noted)
    last = null
    restUntil = monotonicMs() + (monotonicMs() - began) * restFor
  }
  const timer = setInterval(() => {
    if (monotonicMs() >= restUntil) tellLast()
  }, tellEvery)
  try {
    const done = await work((noted) => {
      last = { noted }
    })
    tellLast()
    return done
  } finally {
    clearInterval(timer)
  }
}

export type Runs = ReturnType<typeof createRuns>

/** The runs of one room: a page can neither see nor cancel those of another. */
export function createRuns() {
  const running = new Map<string, AbortController>()
  const keyOf = (page: number, name: string) => `${page} ${name}`
  return {
    /**
     * Does `work` under that name; its signal fires on `cancel` and when the call's own does. Fault `conflict` while the
     * page has a run of that name.
     */
    async run<T>(
      { page, signal }: Pick<Call, 'page' | 'signal'>,
      name: string,
      work: (signal: AbortSignal) => Promise<Result<T>>,
    ): Promise<Result<T>> {
      const key = keyOf(page, name)
      if (running.has(key))
        return refuse('conflict', 'That run is under way.', 'Wait for that run, or cancel it.')
      const controller = new AbortController()
      const stopListening = onAbort(signal, () => controller.abort())
      running.set(key, controller)
      try {
        return await work(controller.signal)
      } finally {
        stopListening()
        running.delete(key)
      }
    },
    /** The answer to a page that cancels a run of its own, if there is one. */
    cancel({ run }: { readonly run: string }, { page }: Pick<Call, 'page'>): Result<null> {
      running.get(keyOf(page, run))?.abort()
      return ok(null)
    },
  }
}
