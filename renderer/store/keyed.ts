/** Values by key, in order. A value is the same object until it changes: a check that arrives redraws one row, not the grid. */
import { createStore } from 'zustand/vanilla'

export function createKeyed<V>(keyOf: (value: V) => string) {
  let list: readonly V[] = []
  /** The same list while no other part of the page has it. */
  let own: V[] | null = null
  let places: ReadonlyMap<string, number> = new Map()
  const version = createStore<number>(() => 0)
  const changed = () => version.setState((before) => before + 1)
  const get = (key: string): V | undefined => list[places.get(key) ?? -1]
  return {
    get,
    /** The value of a key that is probably at this place. */
    near(key: string, place: number): V | undefined {
      const value = list[place]
      return value !== undefined && keyOf(value) === key ? value : get(key)
    },
    all(): readonly V[] {
      own = null
      return list
    },
    get size() {
      return list.length
    },
    /** A number that changes as soon as any value changes. */
    get version() {
      return version.getState()
    },
    /** Replaces the value that has the same key. */
    set(value: V) {
      const place = places.get(keyOf(value))
      if (place === undefined) return
      if (own === null) {
        own = [...list]
        list = own
      }
      own[place] = value
      changed()
    },
    /** Takes another list, in its order; each key occurs once. */
    replace(others: readonly V[]) {
      const before = list
      const isInPlace = (value: V, place: number): boolean => {
        const was = before[place]
        return was === value || (was !== undefined && keyOf(was) === keyOf(value))
      }
      // With the same keys in the same order, no place is looked up anew.
      if (others.length !== before.length || !others.every(isInPlace))
        places = new Map(others.map((value, place) => [keyOf(value), place]))
      own = null
      list = others
      changed()
    },
    subscribe: version.subscribe,
  }
}
