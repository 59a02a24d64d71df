/** What is known by a key: a Map, or a WeakMap. */
interface Known<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): unknown
}

/** What is known under this key; made where it is first asked for. */
export function once<K, V>(known: Known<K, V>, key: K, make: () => V): V {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = make()
  known.set(key, value)
  return value
}
