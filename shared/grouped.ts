/** Things by a key, in the order in which each key came first; those whose key is null are left out. */
export function grouped<T, K>(all: Iterable<T>, keyOf: (one: T) => K | null): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}
