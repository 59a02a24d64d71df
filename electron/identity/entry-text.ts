/** An entry as one text that depends neither on its name nor on the order of its keys. Fingerprints of checks are hashes of it. */

/** The text of an entry, without its name. */
export const asWritten = (entry: object): string => JSON.stringify(inOrder({ ...entry, name: null }))

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inOrder)
  // v1 has no default for it.
  const isV1 = Reflect.get(value, 'apiVersion') === 'client.authentication.k8s.io/v1'
  const keys = Object.keys(value).sort()
  return Object.fromEntries(
    keys.map((key) => {
      const own: unknown = Reflect.get(value, key)
      return [key, key === 'interactiveMode' && own === 'IfAvailable' && !isV1 ? null : inOrder(own)]
    }),
  )
}
