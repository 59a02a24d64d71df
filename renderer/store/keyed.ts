/** Values by key where each listener hears of one key only: a check that arrives redraws one row, not the grid. */
export interface Keyed<V> {
  get(key: string): V | undefined
  all(): readonly V[]
  readonly size: number
  /** Another number as soon as any value is another. */
  readonly version: number
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
  let version = 0
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
    get version() {
      return version
    },
    set(key, value) {
      version += 1
      values.set(key, value)
      list = null
      tell(key)
    },
    replace(others, keyOf) {
      version += 1
      const known = list
      const changed: string[] = []
      // Most lists that come are the last one with a few other values: then nothing is put together anew.
      const same =
        known !== null &&
        known.length === others.length &&
        others.every((value, at) => {
          const was = known[at]
          if (was === value) return true
          const key = keyOf(value)
          changed.push(key)
          return was !== undefined && keyOf(was) === key
        })
      if (same) {
        for (const [at, value] of others.entries()) if (value !== known[at]) values.set(keyOf(value), value)
        list = others
        for (const key of changed) tell(key)
        return
      }
      const before = values
      values = new Map()
      for (const value of others) values.set(keyOf(value), value)
      // Of a key that comes twice the last value counts, in the first one's place.
      list = values.size === others.length ? others : null
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
