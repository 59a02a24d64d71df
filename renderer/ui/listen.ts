/** Listens to events anywhere in the window; returns a function that stops. `first`: before their target gets them. */
export function listen<K extends keyof WindowEventMap>(
  types: readonly K[],
  hear: (event: WindowEventMap[K]) => void,
  first = false,
): () => void {
  for (const type of types) window.addEventListener(type, hear, first)
  return () => {
    for (const type of types) window.removeEventListener(type, hear, first)
  }
}

/** Calls `look` whenever the element's size changes, and once at the start; returns a function that stops. */
export function onResize(element: Element, look: () => void): () => void {
  const observer = new ResizeObserver(look)
  observer.observe(element)
  return () => observer.disconnect()
}
