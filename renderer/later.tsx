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

/**
 * Keeps what is typed behind a key that opened one of them, until they are there, and gives it out then, key by key as it would have
 * come: the letters behind Ctrl+K are the palette's. What needs none of them goes its way. Returns what gives it out and ends it.
 */
export function holdKeys(page: Window, isNeeded: () => boolean): () => Promise<void> {
  const held: KeyboardEvent[] = []
  const given = new WeakSet<Event>()
  const hold = (event: KeyboardEvent) => {
    // What a composition does is between the field and the system.
    if (event.isComposing || given.has(event) || (held.length === 0 && !isNeeded())) return
    event.preventDefault()
    event.stopImmediatePropagation()
    held.push(event)
    void loadLater()
  }
  page.addEventListener('keydown', hold, { capture: true })
  return async () => {
    for (let at = 0; at < held.length; at += 1) {
      // What the key before has opened is drawn in between.
      await new Promise((resolve) => setTimeout(resolve, 0))
      const key = held[at]
      if (key !== undefined) press(key, given)
    }
    page.removeEventListener('keydown', hold, { capture: true })
  }
}

/** As the browser would: the key first, then what it writes where nobody took it. */
function press(held: KeyboardEvent, given: WeakSet<Event>): void {
  const { key, code, location, ctrlKey, metaKey, altKey, shiftKey, repeat } = held
  const again = new KeyboardEvent('keydown', {
    key,
    code,
    location,
    ctrlKey,
    metaKey,
    altKey,
    shiftKey,
    repeat,
    bubbles: true,
    cancelable: true,
  })
  given.add(again)
  const at = document.activeElement ?? document.body
  if (!at.dispatchEvent(again) || ctrlKey || metaKey || altKey) return
  const field = document.activeElement
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return
  if ([...key].length === 1) document.execCommand('insertText', false, key)
  else if (key === 'Backspace') document.execCommand('delete')
}
