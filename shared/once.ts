/** What is known by a key: a Map, or a WeakMap. */
interface Known<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): unknown
}

/** The value under this key; built when it is first requested. */
export function once<K, V>(known: Known<K, V>, key: K, make: () => V): V {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = make()
  known.set(key, value)
  return value
}

/** A value that is built when it is first requested, and stored from then on. */
export function lazy<T>(make: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => {
    known ??= { value: make() }
    return known.value
  }
}
