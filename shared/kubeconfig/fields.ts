/** Records of ours made by the schema: decoded values by field, the page's copy of them, and back to keys and values. */
import { at, type Json, type JsonMap, mapOf, textOf } from '../json'
import { once } from '../once'
import type { Key, KeyOf, Keys, ValueKey, Values, ValueType } from './schema'

/** The fields of ours that hold the values of keys, decoded and whole. */
export type FieldsOf<K extends Keys> = {
  readonly [N in keyof K as K[N] extends { readonly field: infer F extends string }
    ? F
    : never]: K[N] extends { readonly type: infer T extends ValueType } ? Values[T] : never
}

/** Of paths, as they are written in the file: `clientKeyWritten` next to `clientKey`. */
export type WrittenOf<K extends Keys> = {
  readonly [N in keyof K as K[N] extends { readonly type: 'file'; readonly field: infer F extends string }
    ? `${F}Written`
    : never]: string | null
}

/** Of these fields, those that the page gets as they are, but for what is masked in them. */
export type ShownFieldsOf<K extends Keys> = {
  readonly [N in keyof K as K[N] extends ShownValue & { readonly field: infer F extends string }
    ? F
    : never]: K[N] extends { readonly type: infer T extends ValueType } ? Values[T] : never
}

interface ShownValue {
  readonly type: 'text' | 'program' | 'flag'
  readonly shown: 'name' | 'public' | 'address'
}

/** Puts the value of a key into its field; of a path also how it is written. */
export type PutField = <T extends ValueType>(key: KeyOf<T>, value: Values[T], written?: string | null) => void

/** A key with a field of its own. */
export type FieldKey = ValueKey & { readonly field: string }

const hasField = (key: Key): key is FieldKey => 'field' in key && key.field !== undefined

/** The keys of a table that have a field of their own, with their names. */
export const fieldKeys = oncePerTable((keys) =>
  Object.entries(keys).flatMap(([name, key]): (readonly [string, FieldKey])[] =>
    hasField(key) ? [[name, key]] : [],
  ),
)

type ShownKey = FieldKey & ShownValue

const isShown = (key: FieldKey): key is ShownKey =>
  ['text', 'program', 'flag'].includes(key.type) &&
  ['name', 'public', 'address'].some((how) => how === key.shown)

/** Of these keys those whose values the page gets as they are, but for what is masked in them. */
export const shownKeys = oncePerTable((keys) =>
  fieldKeys(keys).flatMap(([name, key]): (readonly [string, ShownKey])[] =>
    isShown(key) ? [[name, key]] : [],
  ),
)

function oncePerTable<T>(make: (keys: Keys) => T): (keys: Keys) => T {
  const known = new Map<Keys, T>()
  return (keys) => once(known, keys, () => make(keys))
}

/** The fields of these keys, all empty. */
export function noFields<K extends Keys>(keys: K): FieldsOf<K> & WrittenOf<K>
export function noFields(keys: Keys): object {
  const fields: Record<string, unknown> = {}
  for (const [, key] of fieldKeys(keys)) {
    fields[key.field] = emptyOf(key)
    if (key.type === 'file') fields[writtenOf(key.field)] = null
  }
  return fields
}

/** Of the fields of these keys those that the page gets, all empty. */
export function noShownFields<K extends Keys>(keys: K): ShownFieldsOf<K>
export function noShownFields(keys: Keys): object {
  return Object.fromEntries(shownKeys(keys).map(([, key]) => [key.field, emptyOf(key)]))
}

const emptyOf = ({ type }: FieldKey) => (type === 'flag' ? false : type === 'texts' ? [] : null)

/**
 * Puts values into a record that the caller has just made, and gives it back. It has the fields already: adding them to a
 * copy takes ten times as long, and a second copy half as long again; tens of thousands are made at a load.
 */
export function withFields<E extends object>(fresh: E, fill: (put: PutField) => void): E
export function withFields(fresh: Record<string, unknown>, fill: (put: PutField) => void): object {
  fill((key, value, written = null) => {
    if (key.field === undefined) return
    fresh[key.field] = value
    if (key.type === 'file') fresh[writtenOf(key.field)] = written
  })
  return fresh
}

const writtenOf = (field: string) => `${field}Written`

/** What a record has in the field of a key. */
export function valueIn(fields: object, { field }: FieldKey): unknown {
  return Reflect.get(fields, field)
}

/** The values of these fields under their keys, as they are written in a file; what is empty is left out. */
export function jsonOf(keys: Keys, fields: object): JsonMap {
  const pairs: (readonly [string, Json])[] = []
  for (const [name, key] of fieldKeys(keys)) {
    const value = valueIn(fields, key)
    if ((typeof value === 'string' && value !== '') || value === true) pairs.push([name, value])
    else if (key.type === 'texts' && Array.isArray(value) && value.length > 0) pairs.push([name, value])
  }
  return mapOf(pairs)
}

/** A page's record that was just made, with the values under these keys; a value of another type counts as empty. */
export function shownFieldsOf<E extends object>(fresh: E, keys: Keys, json: JsonMap): E {
  return withFields(fresh, (put) => {
    for (const [name, key] of shownKeys(keys)) {
      const value = at(json, name)
      if (key.type === 'flag') put(key, value === true)
      else put(key, textOf(value))
    }
  })
}
