/** JSON as values: the content of a kubeconfig, decoded as kubectl decodes it. */

/** Whole numbers beyond 2^53 are bigint: what is copied must keep every digit. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonMap
export interface JsonMap {
  readonly [key: string]: Json
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** A non-empty string, or null: kubectl makes no difference between a missing, a null and an empty one. */
export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Own keys only: a key named `constructor` or `__proto__` is a key like any other. */
export function at(map: JsonMap, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** A map with any keys at all, `__proto__` too. */
export function mapOf(pairs: Iterable<readonly [string, Json]>): JsonMap {
  return Object.fromEntries(pairs)
}

/** The map with one key set, at its old place or at the end; removed when the value is undefined. */
export function withKey(map: JsonMap, key: string, value: Json | undefined): JsonMap {
  if (value !== undefined) return { ...map, [key]: value }
  return Object.hasOwn(map, key) ? mapOf(Object.entries(map).filter(([name]) => name !== key)) : map
}

/** Equal in meaning: the order of keys does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isMap(a) || !isMap(b)) return typeof a === 'number' && typeof b === 'number' && Object.is(a, b)
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  )
}

/** The same text for what means the same: the order of keys does not count. */
export function canonicalText(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalText).join()}]`
  if (isMap(value))
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`)
      .join()}}`
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
