/** Values by key where each listener hears of one key only: a check that arrives redraws one row, not the grid. */
export interface Keyed<V> {
  get(key: string): V | undefined
  all(): readonly V[]
  readonly size: number
  /** Sets one value and tells its listeners. */
  set(key: string, value: V): void
  /** Takes another list, in its order, and tells everybody whose value changed. */
  replace(values: readonly V[], keyOf: (value: V) => string): void
  /** Returns the function that stops listening. */
  subscribe(key: string, listener: () => void): () => void
}

export function createKeyed<V>(): Keyed<V> {
  let values = new Map<string, V>()
  let list: readonly V[] | null = null
  const listeners = new Map<string, Set<() => void>>()
  const tell = (key: string) => {
    for (const listener of listeners.get(key) ?? []) listener()
  }
  return {
    get: (key) => values.get(key),
    all() {
      list ??= [...values.values()]
      return list
    },
    get size() {
      return values.size
    },
    set(key, value) {
      values.set(key, value)
      list = null
      tell(key)
    },
    replace(others, keyOf) {
      const before = values
      values = new Map()
      for (const value of others) values.set(keyOf(value), value)
      list = null
      for (const key of listeners.keys()) if (before.get(key) !== values.get(key)) tell(key)
    },
    subscribe(key, listener) {
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
