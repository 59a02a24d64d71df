/** What the pages beside the contexts read from main: when it is asked for, and that it is once at a time. */
import type { State } from './state'

export interface Reading {
  /** Reads anew; whoever asks meanwhile gets what is read after that. */
  load(): Promise<void>
  /** Something changed: read now where it is looked at, soon where it is only counted, else once somebody looks. */
  changed(): void
  /** It came into sight, or is counted now. */
  shown(): void
  /** Nobody waits for it any more. */
  stop(): void
}

/** Of more contexts both sides would need more memory for the whole than a number is worth that nobody asked for. */
const mostCounted = 200

/** Whether the sidebar counts what nobody has looked at yet: behind the first picture, and of a fleet that is not too large. */
export const isCounted = ({ counting, phase, snapshot }: State): boolean =>
  counting && phase.kind === 'ready' && snapshot !== null && snapshot.contexts.length <= mostCounted

/** Whether only the numbers are asked for, of a larger fleet, which main has worked out beside its first thread. */
export const isCountedApart = ({ counting, phase, snapshot }: State): boolean =>
  counting && phase.kind === 'ready' && snapshot !== null && snapshot.contexts.length > mostCounted

/** The page rests when nothing has changed for this long, in milliseconds. */
const rest = 1_000

/** `once` asks main and keeps the answer; `isOnlyCounted`: nobody looks, but its number is in sight. */
export function createReading(
  isShown: () => boolean,
  once: () => Promise<void>,
  isOnlyCounted: () => boolean = () => false,
): Reading {
  let resting: ReturnType<typeof setTimeout> | undefined
  /** Something changed since it was read. */
  let outdated = true
  let loading: Promise<void> | null = null

  async function read(): Promise<void> {
    while (outdated) {
      outdated = false
      await once()
    }
  }

  function load(): Promise<void> {
    outdated = true
    loading ??= read().finally(() => {
      loading = null
    })
    return loading
  }

  function follow(): void {
    clearTimeout(resting)
    if (isShown()) void load()
    else if (isOnlyCounted())
      resting = setTimeout(() => {
        if (outdated) void load()
      }, rest)
  }

  return {
    load,
    changed() {
      outdated = true
      follow()
    },
    shown() {
      if (outdated) follow()
    },
    stop: () => clearTimeout(resting),
  }
}
