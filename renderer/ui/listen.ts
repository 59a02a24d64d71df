/** Hears events anywhere in the window; returns what ends that. `first`: before whatever they are meant for. */
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

/** Looks again whenever this element becomes another size, and once at the beginning; returns what ends that. */
export function onResize(element: Element, look: () => void): () => void {
  const observer = new ResizeObserver(look)
  observer.observe(element)
  return () => observer.disconnect()
}
