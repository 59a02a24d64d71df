/**
 * What V8 is asked for, where it is known to understand. To optimise later: at a start nearly everything runs a few thousand times and
 * then never again, and what V8 made of it in other threads meanwhile took a quarter of the processor time of a window with 10,000
 * contexts. And the planning thread's to keep less room for what is new: it fills that while much is made, and does not give it back
 * (docs/performance.md). The page has V8's own room: with less of it a sort of 10,000 contexts took a half longer.
 */
import { setFlagsFromString } from 'node:v8'

/**
 * Runs of a function before V8 works on it: its own number, eight times as many in a page, and in the thread so many that what runs for
 * each of ten thousand contexts and their users is not worked on, but what runs for each line is. What runs long is optimised all the same.
 */
const runs = { usual: 2_400, page: 20_000, thread: 40_000 } as const

/** MB of a thread's youngest objects, of which V8 by itself would take up to 48. */
export const youngMegabytes = 12

const flag = (count: number) => `--invocation-count-for-turbofan=${count}`

const countsRuns = (v8 = process.versions.v8) => v8.startsWith('11.4.')

/** What the V8 of a page is started with; null for one of which nothing is known. */
export const pageFlags = (v8?: string): string | null => (countsRuns(v8) ? flag(runs.page) : null)

/** For this process and all its threads, from now on. Code that was kept is only taken before: by the flags under which it was made. */
export function optimiseLater(): void {
  if (countsRuns()) setFlagsFromString(flag(runs.thread))
}

/** As V8 would by itself. */
export function optimiseAsUsual(): void {
  if (countsRuns()) setFlagsFromString(flag(runs.usual))
}
