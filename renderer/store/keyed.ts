/** Values by key where each listener hears of one key only: a check that arrives redraws one row, not the grid. */
export function createKeyed<V>() {
  let values = new Map<string, V>()
  let list: readonly V[] | null = null
  let version = 0
  const listeners = new Map<string, Set<() => void>>()
  const tell = (key: string) => {
    for (const listener of listeners.get(key) ?? []) listener()
  }
  return {
    get: (key: string) => values.get(key),
    all(): readonly V[] {
      list ??= [...values.values()]
      return list
    },
    get size() {
      return values.size
    },
    /** Another number as soon as any value is another. */
    get version() {
      return version
    },
    /** Sets one value and tells its listeners. */
    set(key: string, value: V) {
      version += 1
      values.set(key, value)
      list = null
      tell(key)
    },
    /** Takes another list, in its order, and tells everybody whose value changed. */
    replace(others: readonly V[], keyOf: (value: V) => string) {
      version += 1
      const before = values
      values = new Map(others.map((value) => [keyOf(value), value]))
      // Of a key that comes twice the last value counts, in the first one's place.
      list = values.size === others.length ? others : null
      for (const key of listeners.keys()) if (before.get(key) !== values.get(key)) tell(key)
    },
    /** Returns the function that stops listening. */
    subscribe(key: string, listener: () => void) {
      const set = listeners.get(key) ?? new Set()
      listeners.set(key, set)
      set.add(listener)
      return () => {
        set.delete(listener)
        if (set.size === 0) listeners.delete(key)
      }
    },
  }
}
