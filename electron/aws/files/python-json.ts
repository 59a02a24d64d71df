/**
 * JSON as Python's json.dumps writes it: cache files equal aws's own to the byte, and some are named by a hash of such a text.
 */

export type PythonValue =
  | string
  | number
  | null
  | readonly PythonValue[]
  | { readonly [name: string]: PythonValue }

/** In the order of the names in the object; only printable ASCII is not escaped. `comma` and `colon` as json.dumps has them. */
export function pythonJson(value: PythonValue, comma = ', ', colon = ': '): string {
  if (typeof value === 'string') return quoted(value)
  if (value === null || typeof value === 'number') return JSON.stringify(value)
  const inside = (one: PythonValue) => pythonJson(one, comma, colon)
  if (isList(value)) return `[${value.map(inside).join(comma)}]`
  const parts = Object.entries(value).map(([name, one]) => `${quoted(name)}${colon}${inside(one)}`)
  return `{${parts.join(comma)}}`
}

/** The same map with its names in order, as `sort_keys` gives it. */
export function sorted<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)))
}

const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value)

const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
