/** Two values of an entry, key by key: mostly two spellings of one meaning, now and then two meanings. */
import * as fc from 'fast-check'
import { type Json, type JsonMap, mapOf } from '../json'
import { type EntryKind, entryKinds } from '../kubeconfig/entries'
import { entryKeys, type Key, type Keys } from '../kubeconfig/schema'

/** `undefined`: no such key. */
type Pair = readonly [Json | undefined, Json | undefined]

const versions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `client.authentication.k8s.io/${version}`)
const textsByName: Readonly<Record<string, readonly string[]>> = {
  apiVersion: [...versions, 'other/v1'],
  interactiveMode: ['IfAvailable', 'Never'],
}

/** Spellings that a reader takes for the same stand together; which are the same is for kubectl to say. */
function spellings(name: string, type: Key['type']): readonly (readonly (Json | undefined)[])[] {
  switch (type) {
    case 'text':
    case 'file':
    case 'program':
      return [[undefined, null, ''], ...(textsByName[name] ?? ['/x', '/y']).map((text) => [text])]
    case 'data':
      return [[undefined, null, ''], ['QUJD', 'QUJD\n', 'Q\r\nUJD'], ['QUJE']]
    case 'flag':
      return [[undefined, null, false], [true]]
    case 'texts':
      return [[undefined, null, []], [['']], [[null], ['']], [['a', 'b']], [['b', 'a']]]
    case 'by-name':
      return name === 'config'
        ? [
            [undefined, null, {}],
            [{ a: '' }, { a: null }],
            [
              { a: 'x', b: 'y' },
              { b: 'y', a: 'x' },
            ],
          ]
        : [[undefined, null, {}], [{ a: [] }, { a: null }], [{ a: ['x'] }], [{ a: ['x', 'y'] }]]
    case 'any':
      return [
        [undefined, null],
        ...[{}, [], '', 0, false, { a: null }, [1.5, 'x']].map((value) => [value]),
        [
          { a: 1, b: [null] },
          { b: [null], a: 1 },
        ],
      ]
    case 'list':
    case 'map':
      return [[undefined, null]]
  }
}

function pairOf(name: string, key: Key): fc.Arbitrary<Pair> {
  const classes = spellings(name, key.type)
  const all = fc.constantFrom(...classes.flat())
  const alike = fc.constantFrom(...classes).chain((same) => {
    const one = fc.constantFrom(...same)
    return fc.tuple(one, one)
  })
  const single = fc.oneof({ weight: 9, arbitrary: alike }, { weight: 1, arbitrary: fc.tuple(all, all) })
  if (!('keys' in key)) return single
  const maps = pairOfMaps(key.keys)
  if (key.type === 'map')
    return fc.oneof(
      { weight: 2, arbitrary: alike },
      { weight: 5, arbitrary: maps },
      { weight: 1, arbitrary: maps.map(([one]): Pair => [one, undefined]) },
    )
  const lists = fc
    .tuple(fc.array(maps, { minLength: 1, maxLength: 3 }), fc.nat(3))
    .map(([items, way]): Pair => {
      const [one, other] = [items.map(([a]) => a), items.map(([, b]) => b)]
      return [one, way === 0 ? [...other].reverse() : other]
    })
    // kubectl refuses two of one name.
    .filter((pair) => key.ordered || pair.every(hasOwnNames))
  const empty: fc.Arbitrary<Pair> = fc.tuple(
    fc.constantFrom(undefined, null, []),
    fc.constantFrom(undefined, null, [], ...(key.ordered ? [[null], [{}]] : [])),
  )
  return fc.oneof({ weight: 2, arbitrary: empty }, { weight: 3, arbitrary: lists })
}

function hasOwnNames(list: Json | undefined): boolean {
  const names = (Array.isArray(list) ? list : []).map((item) => item?.name ?? '')
  return new Set(names).size === names.length
}

function pairOfMaps(keys: Keys): fc.Arbitrary<readonly [JsonMap, JsonMap]> {
  return fc
    .tuple(
      fc.record(Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, pairOf(name, key)]))),
      fc.boolean(),
    )
    .map(([pairs, turned]) => {
      const side = (i: 0 | 1) =>
        Object.entries(pairs).flatMap(([name, pair]): (readonly [string, Json])[] => {
          const value = pair[i]
          return value === undefined ? [] : [[name, value]]
        })
      return [mapOf(side(0)), mapOf(turned ? side(1).reverse() : side(1))] as const
    })
}

export interface ValuePair {
  readonly kind: EntryKind
  readonly one: JsonMap
  readonly other: JsonMap
}

/** Of keys that kubectl knows, each with a value that it can hold. */
export const entryPair: fc.Arbitrary<ValuePair> = fc
  .constantFrom(...entryKinds)
  .chain((kind) => pairOfMaps(entryKeys[kind]).map(([one, other]) => ({ kind, one, other })))
