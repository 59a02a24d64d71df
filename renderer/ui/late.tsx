/** Parts of the program that the first picture does not need: loaded right after it, or earlier when needed. */
import { type ComponentType, type ReactNode, useSyncExternalStore } from 'react'

interface Drawn<Part> {
  readonly draw: (part: Part) => ReactNode
  readonly meanwhile?: ReactNode
}

const loads: (() => Promise<void>)[] = []

/** Loads all parts. */
export const loadLater = (): Promise<unknown> => Promise.all(loads.map((load) => load()))

export function latePart<Part>(read: () => Promise<Part>) {
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
  /** Loads it, once. */
  const load = (): Promise<void> => {
    loading ??= read().then(arrived)
    return loading
  }
  loads.push(load)
  return {
    load,
    /** Draws with it; `meanwhile`, or nothing, until it is loaded. */
    Late({ draw, meanwhile = null }: Drawn<Part>): ReactNode {
      const now = useSyncExternalStore(subscribe, () => there)
      return now === null ? meanwhile : draw(now.part)
    },
  }
}

/** A component of another file, loaded so; draws nothing until then. */
export function late(read: () => Promise<ComponentType>): ComponentType {
  const { Late } = latePart(read)
  return () => <Late draw={(Part) => <Part />} />
}
