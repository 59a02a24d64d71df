/** Values by key, in order. A value is the same object until it changes: a check that arrives redraws one row, not the grid. */
import { createStore } from 'zustand/vanilla'

export function createKeyed<V>() {
  let values = new Map<string, V>()
  let list: readonly V[] | null = null
  const version = createStore<number>(() => 0)
  const changed = () => version.setState((before) => before + 1)
  return {
    get: (key: string) => values.get(key),
    all(): readonly V[] {
      list ??= [...values.values()]
      return list
    },
    get size() {
      return values.size
    },
    /** A number that changes as soon as any value changes. */
    get version() {
      return version.getState()
    },
    set(key: string, value: V) {
      values.set(key, value)
      list = null
      changed()
    },
    /** Takes another list, in its order. */
    replace(others: readonly V[], keyOf: (value: V) => string) {
      values = new Map(others.map((value) => [keyOf(value), value]))
      // For a key that occurs twice the last value counts, in the place of the first.
      list = values.size === others.length ? others : null
      changed()
    },
    subscribe: version.subscribe,
  }
}
