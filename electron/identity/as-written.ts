/**
 * An entry as one text, whatever it is called and in whatever order its keys stand: what fingerprints of checks are hashes of.
 * It is what JSON.stringify gives of the entry with its keys sorted, put together by hand: that function takes four times as long
 * where it asks back for each value, and there are two entries to each context of a fleet.
 */

/** The text of an entry: its name is none of it. */
export function asWritten(entry: object): string {
  return textOf({ ...entry, name: null }) ?? 'null'
}

/** Keys that objects hold before others, in the order of numbers. */
const isPlace = (key: string) => /^(0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1
/** Orders of keys that were sorted before: entries have few different ones. */
const orders = new Map<string, readonly string[]>()

function inOrder(fields: object): readonly string[] {
  const keys = Object.keys(fields)
  const look = `${keys.length}\n${keys.join('\n')}`
  const known = orders.get(look)
  if (known !== undefined) return known
  const numbers = keys.filter((key) => isPlace(key)).sort((a, b) => Number(a) - Number(b))
  const rest = keys.filter((key) => !isPlace(key)).sort((a, b) => (a < b ? -1 : 1))
  const order = [...numbers, ...rest]
  // Keys that anybody may invent are not kept, nor those that another list could be mistaken for.
  if (keys.length < 40 && orders.size < 200 && !keys.some((key) => key.includes('\n')))
    orders.set(look, order)
  return order
}

/** Undefined for what JSON does not write. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one) => textOf(one) ?? 'null').join(',')}]`
  // v1 has no default for it.
  const v1 = Reflect.get(value, 'apiVersion') === 'client.authentication.k8s.io/v1'
  let text = ''
  for (const key of inOrder(value)) {
    const one: unknown = Reflect.get(value, key)
    const usual = key === 'interactiveMode' && one === 'IfAvailable' && !v1
    const written = usual ? 'null' : textOf(one)
    if (written !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${written}`
  }
  return `{${text}}`
}
