/** Work of a page that the page can cancel by a name that it chose, and how often progress is reported to the page. */
import { ok, type Result, refuse } from '../../shared/result'
import { monotonicMs } from '../system/monotonic'
import { onAbort } from '../system/on-abort'

/** How often a page is notified of a run, ms: it draws no faster. Less often with much news: it costs the page more than main. */
const tellEvery = 200
const restFor = 20

/** Does `work`, and reports what it noted last: as often as a page can draw it, and at its end. */
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

interface Page {
  readonly page: number
  readonly signal: AbortSignal
}

/** The runs of all pages: one can neither see nor cancel those of another. */
export function createRuns() {
  const running = new Map<string, AbortController>()
  const keyOf = (page: number, name: string) => `${page} ${name}`
  return {
    /**
     * Does `work` under that name; its signal fires on `cancel` and when the call's signal does. Fault `conflict` while the
     * page has a run of that name.
     */
    async run<T>(
      { page, signal }: Page,
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
    /** The answer to a page that cancels one of its runs, if there is such a run. */
    cancel({ run }: { readonly run: string }, { page }: Pick<Page, 'page'>): Result<null> {
      running.get(keyOf(page, run))?.abort()
      return ok(null)
    },
  }
}
