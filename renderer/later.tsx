/**
 * The parts of the window that its first picture does not show: loaded right after it, or with the first key. V8 has to read and
 * compile whatever is there before anything is drawn, and half of the page is dialogs, other pages and what stands beside the grid.
 */
import { type ReactNode, useSyncExternalStore } from 'react'

export type LaterParts = typeof import('./later-parts')

let parts: LaterParts | null = null
let loading: Promise<void> | null = null
const waiting = new Set<() => void>()

/** They are there. */
export function arrived(loaded: LaterParts): void {
  parts = loaded
  for (const draw of waiting) draw()
}

/** Loads them, once. */
export function loadLater(): Promise<void> {
  loading ??= import('./later-parts').then(arrived)
  return loading
}

const subscribe = (draw: () => void) => {
  waiting.add(draw)
  return () => waiting.delete(draw)
}

/** What is drawn with them; nothing until they are there. */
export function Later({ draw }: { readonly draw: (parts: LaterParts) => ReactNode }) {
  const now = useSyncExternalStore(subscribe, () => parts)
  return now === null ? null : draw(now)
}
