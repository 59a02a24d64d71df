/** A part of the program that the first picture does not need: loaded right after that, or by whoever needs it sooner. */
import { type ReactNode, useSyncExternalStore } from 'react'

export interface LatePart<Part> {
  /** Loads it, once. */
  load(): Promise<void>
  /** It is there. */
  arrived(part: Part): void
  /** What is drawn with it; `meanwhile`, or nothing, until it is there. */
  readonly Late: (drawn: {
    readonly draw: (part: Part) => ReactNode
    readonly meanwhile?: ReactNode
  }) => ReactNode
}

export function latePart<Part>(read: () => Promise<Part>): LatePart<Part> {
  let there: { readonly part: Part } | null = null
  let loading: Promise<void> | null = null
  const waiting = new Set<() => void>()
  const arrived = (part: Part) => {
    there = { part }
    for (const draw of waiting) draw()
  }
  const subscribe = (draw: () => void) => {
    waiting.add(draw)
    return () => waiting.delete(draw)
  }
  return {
    arrived,
    load() {
      loading ??= read().then(arrived)
      return loading
    },
    Late({ draw, meanwhile = null }) {
      const now = useSyncExternalStore(subscribe, () => there)
      return now === null ? meanwhile : draw(now.part)
    },
  }
}
