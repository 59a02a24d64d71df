/** As much of JSON Schema as the documents of `ekscope … --json` need: how they are written, and what a value has otherwise. */

type Type = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object'

export interface Schema {
  readonly type?: Type | readonly Type[]
  readonly enum?: readonly (string | boolean | number)[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  /** The values of a map. */
  readonly additionalProperties?: Schema
  readonly anyOf?: readonly Schema[]
}

type Fields = Readonly<Record<string, Schema>>

export const text: Schema = { type: 'string' }
export const number: Schema = { type: 'number' }
export const flag: Schema = { type: 'boolean' }
const nothing: Schema = { type: 'null' }
export const any: Schema = {}
export const word = (...words: readonly string[]): Schema => ({ enum: words })
export const list = (items: Schema): Schema => ({ type: 'array', items })
export const map = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })
export const either = (...anyOf: readonly Schema[]): Schema => ({ anyOf })
export const orNull = (schema: Schema): Schema =>
  typeof schema.type === 'string' && Object.keys(schema).length === 1
    ? { type: [schema.type, 'null'] }
    : either(schema, nothing)
/** `sometimes`: fields that are not always there. */
export const object = (always: Fields, sometimes: Fields = {}): Schema => ({
  type: 'object',
  properties: { ...always, ...sometimes },
  required: Object.keys(always),
})

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => kindOf(value) === 'object'

/** Where the value is not as the schema says, one line each. A field that the schema does not name is one, too. */
export function differences(schema: Schema, value: unknown, at = '$'): readonly string[] {
  const { type, anyOf, items, properties, additionalProperties: values, required = [] } = schema
  if (anyOf !== undefined) {
    const each = anyOf.map((one) => differences(one, value, at)).sort((a, b) => a.length - b.length)
    return each.find((found) => found.length === 0) ?? each[0] ?? []
  }
  if (schema.enum !== undefined)
    return schema.enum.some((one) => one === value) ? [] : [`${at} is ${JSON.stringify(value)}`]
  const types: readonly string[] | undefined = type && [type].flat()
  if (types?.includes(kindOf(value)) === false)
    return [`${at} is ${kindOf(value)}, not ${types.join(' or ')}`]
  if (items !== undefined && Array.isArray(value))
    return value.flatMap((one, index) => differences(items, one, `${at}[${index}]`))
  if (!isObject(value)) return []
  const missing = required
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${at}.${name} is missing`)
  const fields = Object.entries(value).flatMap(([name, one]) => {
    const own = properties?.[name] ?? values
    if (own !== undefined) return differences(own, one, `${at}.${name}`)
    return type === undefined ? [] : [`${at}.${name} is in no schema`]
  })
  return [...missing, ...fields]
}

/** The text of a schema: what is short enough is in one line. */
export function schemaText(value: unknown, indent = ''): string {
  const line = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')
  if (indent.length + line.length <= 120 || typeof value !== 'object' || value === null) return line
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const parts = Object.entries(value).map(([name, part]) => {
    const key = Array.isArray(value) ? '' : `${JSON.stringify(name)}: `
    return `${indent}  ${key}${schemaText(part, `${indent}  `)}`
  })
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}
