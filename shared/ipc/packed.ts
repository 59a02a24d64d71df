/**
 * A large answer as one short text. The bridge into the page copies an answer object by object in one task: the 30,000 of a
 * large fleet held the window for two seconds. A text crosses at once. It is JSON, but column by column, and a column says once
 * what its values have in common: a few values in turn, a beginning and an end, the step from number to number, or that it is
 * the very column of another key. So ten thousand identities are some forms and an index, and a fleet is a tenth as long.
 * Whatever is JSON comes out as it went in (packed.test.ts). Values that were one object come out as one object.
 */

declare const carries: unique symbol
/** The text of one value; made by `pack`, read by `unpack`. */
export type Packed<T> = string & { readonly [carries]?: T }

/** Columns name others by their places in the list, which come before their own; the last is the whole, a column of one. */
type Column =
  /** As they are. */
  | readonly [is: 'raw', values: readonly unknown[]]
  /** One value for all. */
  | readonly [is: 'one', of: number]
  /** A few values, and the column of which of them stands where: many columns go by the same. */
  | readonly [is: 'few', of: number, which: number]
  /** What texts begin and end with, and what stands between. */
  | readonly [is: 'text', start: string, end: string, between: number]
  /** Whole numbers, by the steps to each from the one before, the first from 0. */
  | readonly [is: 'steps', steps: number]
  /** Objects with the same keys. */
  | readonly [is: 'object', keys: readonly string[], columns: readonly number[]]
  /** Lists of one short length, a column for each place. */
  | readonly [is: 'tuple', columns: readonly number[]]
  /** Lists of any length, one behind the other. */
  | readonly [is: 'lists', lengths: readonly number[], of: number]
  /** Values of several kinds, and from which of these columns each is the next. */
  | readonly [is: 'mixed', parts: readonly number[], which: number]

/** The column of one key of a table: one value for each of its objects. */
export type Cells =
  /** The same for all; it comes out as one object. */
  | { readonly kind: 'same'; readonly value: unknown }
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  /** Texts that begin and end alike, and what stands between. */
  | {
      readonly kind: 'around'
      readonly start: string
      readonly end: string
      readonly between: readonly string[]
    }
  /** A few values, and which of them stands where. */
  | { readonly kind: 'few'; readonly of: readonly unknown[]; readonly which: readonly number[] }
  /** Lists of one length, by their places. */
  | { readonly kind: 'places'; readonly places: readonly Cells[] }
  /** Lists of any length, one behind the other. */
  | { readonly kind: 'lists'; readonly lengths: readonly number[]; readonly of: Cells }
  /** Cells of several kinds, and from which of these columns each is the next. */
  | { readonly kind: 'mixed'; readonly parts: readonly Cells[]; readonly which: readonly number[] }
  | Table

/**
 * A list of objects by its columns, for who has these and would have to make each object for `pack` to take it apart again: it
 * stands anywhere in a value for that list. The columns are taken as they are, so that only who makes them looks at ten thousand.
 */
export class Table {
  readonly kind = 'table'
  readonly count: number
  readonly columns: Readonly<Record<string, Cells>>

  constructor(count: number, columns: Readonly<Record<string, Cells>>) {
    this.count = count
    this.columns = columns
  }
}

/** A value in which lists may be tables. */
export type Tabled<T> = { readonly [K in keyof T]: T[K] extends readonly unknown[] ? T[K] | Table : T[K] }

/** A list of more values than these has no column for each place. */
const longestTuple = 24

type Fields = Readonly<Record<string, unknown>>
const isTable = (value: unknown): value is Table => value instanceof Table
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

/** Enough of a value to tell most others from it. */
const told = (value: unknown): string =>
  isText(value) || typeof value === 'number' ? String(value) : typeof value

/** Of values that are all of a kind the very list, by which it is known again. */
const allOf = <T>(values: readonly unknown[], is: (value: unknown) => value is T): readonly T[] =>
  isAll(values, is) ? values : []
const isAll = <T>(values: readonly unknown[], is: (value: unknown) => value is T): values is readonly T[] =>
  values.every(is)

/** Those with a value, in their order. */
const keysOf = (fields: Fields): readonly string[] => {
  const keys = Object.keys(fields)
  return keys.some((key) => fields[key] === undefined)
    ? keys.filter((key) => fields[key] !== undefined)
    : keys
}

/** What a column can be made of: values of one kind. */
function kindOf(value: unknown): string {
  if (isTable(value)) return 'table'
  if (isText(value)) return 'text'
  if (isWhole(value)) return 'whole'
  if (isList(value)) return value.length > longestTuple ? 'list' : `list of ${value.length}`
  if (!isFields(value)) return 'plain'
  const keys = keysOf(value)
  // A key that would be no key when it is set.
  return keys.includes('__proto__') ? 'plain' : `object ${JSON.stringify(keys)}`
}

/** The different ones among values, and which of them stands where; null where too many differ for that to be shorter. */
function fewOf(values: readonly unknown[]): { of: readonly unknown[]; which: readonly number[] } | null {
  if (values.length < 2) return null
  const places = new Map<unknown, number>()
  const which: number[] = []
  for (const value of values) {
    let at = places.get(value)
    if (at === undefined) {
      at = places.size
      // Forty may stand one after the other before the first comes again.
      if (at > 200 + which.length / 4) return null
      places.set(value, at)
    }
    which.push(at)
  }
  return places.size * 2 > values.length ? null : { of: [...places.keys()], which }
}

/** The text of a value that is JSON; keys whose value is undefined are left out. */
export function pack<T>(value: T): Packed<T> {
  return packed(value)
}

/** The same of one with lists that were never made. */
export function packTables<T>(value: Tabled<T>): Packed<T> {
  return packed(value)
}

function packed(value: unknown): string {
  const columns: Column[] = []
  const lists = new SameLists()
  /** Columns of lists as they are, and of texts, by the list. */
  const plain = new Map<readonly unknown[], number>()
  const texts = new Map<readonly unknown[], number>()
  /** What texts of a list have in common: names stand in ids, too. */
  const shared = new Map<readonly unknown[], ReturnType<typeof inCommon>>()
  /** Columns of texts by all that they are made of. */
  const around = new Map<string, number>()

  const add = (column: Column): number => columns.push(column) - 1

  /** Of a list that was seen before, what was made of it. */
  function once<L extends readonly unknown[], T>(
    known: Map<readonly unknown[], T>,
    values: L,
    make: (values: L) => T,
  ): T {
    const list = lists.first(values)
    const before = known.get(list)
    if (before !== undefined) return before
    const made = make(values)
    known.set(list, made)
    return made
  }

  const common = (values: readonly string[]) => once(shared, values, inCommon)

  /** Two keys often say the same of every object: what stands around the same texts is the very column, and read once. */
  function addText(start: string, end: string, between: readonly string[]): number {
    const at = raw(between)
    const key = JSON.stringify([start, end, at])
    const made = around.get(key) ?? add(['text', start, end, at])
    around.set(key, made)
    return made
  }

  const raw = (values: readonly unknown[]): number => once(plain, values, () => add(['raw', values]))

  function column(values: readonly unknown[]): number {
    const [first] = values
    if (values.length > 1 && values.every((value) => value === first)) return add(['one', column([first])])
    const few = fewOf(values)
    if (few !== null) return add(['few', column(few.of), raw(few.which)])
    return byKind(values)
  }

  function byKind(values: readonly unknown[]): number {
    const first = values.length > 1 ? likenessOf(values[0]) : null
    if (first?.surely && values.every(first.alike)) return ofKind(first.kind, values)
    const parts = new Map<string, { readonly at: number; readonly values: unknown[] }>()
    const which: number[] = []
    let last: Likeness | null = null
    for (const value of values) {
      // Most are like the one before: their keys are not put together again.
      if (last === null || !last.alike(value)) last = likenessOf(value)
      const part = parts.get(last.kind) ?? { at: parts.size, values: [] }
      if (part.values.push(value) === 1) parts.set(last.kind, part)
      which.push(part.at)
    }
    const [only] = parts.keys()
    if (only === undefined) return raw(values)
    if (parts.size === 1) return ofKind(only, values)
    if (parts.size * 4 > values.length) return raw(values)
    const made = [...parts].map(([kind, part]) => ofKind(kind, part.values))
    return add(['mixed', made, column(which)])
  }

  function ofKind(kind: string, values: readonly unknown[]): number {
    if (kind === 'text') return ofTexts(allOf(values, isText))
    if (kind === 'whole') return ofNumbers(allOf(values, isWhole))
    const [first] = values
    if (isTable(first)) {
      const tables = values.filter(isTable)
      return add(['lists', tables.map(({ count }) => count), ofTables(tables)])
    }
    if (isList(first)) {
      const lists = values.filter(isList)
      if (kind === 'list' || lists.length < 4) {
        const lengths = lists.map(({ length }) => length)
        return add(['lists', lengths, column(lists.flat(1))])
      }
      return add(['tuple', first.map((_, at) => column(lists.map((list) => list[at])))])
    }
    if (kind === 'plain' || !isFields(first)) return raw(values)
    const keys = keysOf(first)
    const objects = values.filter(isFields)
    return add(['object', keys, keys.map((key) => column(objects.map((fields) => fields[key])))])
  }

  function ofTables(tables: readonly Table[]): number {
    const [first] = tables
    const parts = tables.map(ofTable)
    if (first === undefined || parts.length === 1) return parts[0] ?? raw([])
    return add(['mixed', parts, raw(tables.flatMap(({ count }, at) => new Array(count).fill(at)))])
  }

  function ofTable({ columns: of }: Table): number {
    const keys = Object.entries(of)
    return add(['object', keys.map(([key]) => key), keys.map(([, cells]) => ofCells(cells))])
  }

  function ofCells(cells: Cells): number {
    switch (cells.kind) {
      case 'same':
        return add(['one', column([cells.value])])
      case 'values':
        return column(cells.values)
      case 'around': {
        // What these have in common themselves is no part of their own column, which another key may have, too.
        const { start, end, between } = common(cells.between) ?? {
          start: '',
          end: '',
          between: cells.between,
        }
        return addText(cells.start + start, end + cells.end, between)
      }
      case 'few': {
        const { of, which } = cells
        const [first] = of
        if (of.every((value) => value === first)) return add(['one', column([first])])
        return add(['few', column(of), raw(which)])
      }
      case 'places':
        return add(['tuple', cells.places.map(ofCells)])
      case 'lists':
        return add(['lists', cells.lengths, ofCells(cells.of)])
      case 'mixed': {
        const [only, another] = cells.parts
        if (only !== undefined && another === undefined) return ofCells(only)
        return add(['mixed', cells.parts.map(ofCells), raw(cells.which)])
      }
      case 'table':
        return ofTable(cells)
    }
  }

  function ofTexts(values: readonly string[]): number {
    return once(texts, values, () => {
      const parts = values.length < 4 ? null : common(values)
      return parts === null ? raw(values) : addText(parts.start, parts.end, parts.between)
    })
  }

  function ofNumbers(numbers: readonly number[]): number {
    if (numbers.length < 8) return raw(numbers)
    const steps = numbers.map((number, at) => number - (numbers[at - 1] ?? 0))
    if (!steps.every(isWhole)) return raw(numbers)
    const few = fewOf(steps)
    return add(['steps', few === null ? raw(steps) : add(['few', raw(few.of), raw(few.which)])])
  }

  column([value])
  return JSON.stringify(columns)
}

/** Lists by what a look at them tells: the names of a fleet stand in several of its columns. */
class SameLists {
  private readonly known = new Map<string, (readonly unknown[])[]>()

  /** The first list that was asked about with the same values. */
  first(values: readonly unknown[]): readonly unknown[] {
    const look = `${values.length} ${told(values[0])} ${told(values[values.length >> 1])}`
    const alike = this.known.get(look)
    if (alike === undefined) {
      this.known.set(look, [values])
      return values
    }
    for (const one of alike) if (one === values) return one
    for (const one of alike) if (values.every((value, at) => value === one[at])) return one
    alike.push(values)
    return values
  }
}

/** A kind, and whether a value is surely of it. */
interface Likeness {
  readonly kind: string
  /** Whether it can be told of another value at all. */
  readonly surely: boolean
  readonly alike: (value: unknown) => boolean
}

function likenessOf(like: unknown): Likeness {
  const kind = kindOf(like)
  if (isText(like)) return { kind, surely: true, alike: isText }
  if (isWhole(like)) return { kind, surely: true, alike: isWhole }
  if (!isFields(like) || kind === 'plain' || kind === 'table')
    return { kind, surely: false, alike: () => false }
  const keys = Object.keys(like)
  const absent = keys.map((key) => like[key] === undefined)
  return {
    kind,
    surely: true,
    alike(value) {
      if (!isFields(value)) return false
      let at = 0
      for (const key in value) {
        if (key !== keys[at] || (value[key] === undefined) !== absent[at]) return false
        at += 1
      }
      return at === keys.length
    },
  }
}

/** What texts begin and end with, and what stands between; null where that is hardly anything. */
function inCommon(texts: readonly string[]) {
  const [first = ''] = texts
  let start = first
  let end = first
  let shortest = first.length
  for (const text of texts) {
    shortest = Math.min(shortest, text.length)
    if (!text.startsWith(start)) start = first.slice(0, commonStart(first, text))
    if (!text.endsWith(end)) end = first.slice(first.length - commonEnd(first, text))
  }
  // Those of the shortest text could be the same characters.
  if (start.length + end.length > shortest) end = end.slice(start.length + end.length - shortest)
  if (start.length + end.length < 3) return null
  const between = texts.map((text) => text.slice(start.length, text.length - end.length))
  return { start, end, between }
}

function commonStart(left: string, right: string): number {
  let length = 0
  while (length < left.length && left.charCodeAt(length) === right.charCodeAt(length)) length += 1
  return length
}

function commonEnd(left: string, right: string): number {
  let length = 0
  while (length < left.length && left.at(-1 - length) === right.at(-1 - length)) length += 1
  return length
}

/** The value of a text that `pack` made. `late`: keys of it whose values are made when somebody first looks at them. */
export function unpack<T>(packed: Packed<T>, late?: readonly string[]): T
export function unpack(packed: string, late: readonly string[] = []): unknown {
  const columns: readonly Column[] = JSON.parse(packed)
  /** Those that are there already: two keys may have one column. */
  const made = new Map<number, readonly unknown[]>()

  /** `count` values: a column does not always know how many it has. */
  function column(at: number, count: number): readonly unknown[] {
    const known = made.get(at)
    if (known !== undefined) return known
    const values = valuesOf(columns[at] ?? ['raw', []], count)
    made.set(at, values)
    return values
  }

  function valuesOf(column_: Column, count: number): readonly unknown[] {
    switch (column_[0]) {
      case 'raw':
        return column_[1]
      case 'one':
        return new Array(count).fill(column(column_[1], 1)[0])
      case 'few': {
        const [, of, at] = column_
        const which = column(at, count).map(Number)
        const few = column(of, which.reduce((most, one) => Math.max(most, one), -1) + 1)
        return which.map((one) => few[one])
      }
      case 'text': {
        const [, start, end, between] = column_
        return column(between, count).map((text) => `${start}${String(text)}${end}`)
      }
      case 'steps': {
        let sum = 0
        return column(column_[1], count).map((step) => {
          sum += Number(step)
          return sum
        })
      }
      case 'object': {
        const [, keys, of] = column_
        return objectsOf(
          keys,
          of.map((one) => column(one, count)),
          of.map((one) => columns[one]?.[0] !== 'one'),
          count,
        )
      }
      case 'tuple': {
        const places = column_[1].map((one) => column(one, count))
        return Array.from({ length: count }, (_, at) => places.map((values) => values[at]))
      }
      case 'lists': {
        const [, lengths, of] = column_
        const all = column(
          of,
          lengths.reduce((sum, length) => sum + length, 0),
        )
        let next = 0
        return lengths.map((length) => {
          next += length
          return all.slice(next - length, next)
        })
      }
      case 'mixed': {
        const [, parts, from] = column_
        const which = column(from, count).map(Number)
        const counts = parts.map((_, part) => which.reduce((sum, one) => sum + (one === part ? 1 : 0), 0))
        const values = parts.map((part, at) => column(part, counts[at] ?? 0))
        const next = parts.map(() => 0)
        return which.map((part) => {
          const at = next[part] ?? 0
          next[part] = at + 1
          return values[part]?.[at]
        })
      }
    }
  }

  const whole = columns.at(-1)
  if (late.length === 0 || whole?.[0] !== 'object') return column(columns.length - 1, 1)[0]
  const value: Record<string, unknown> = {}
  const [, keys, of] = whole
  for (const [at, key] of keys.entries()) {
    const make = () => column(of[at] ?? 0, 1)[0]
    if (late.includes(key)) whenLookedAt(value, key, make)
    else value[key] = make()
  }
  return value
}

/** A key as any other, but its value is made at the first look at it. */
function whenLookedAt(of: Record<string, unknown>, key: string, make: () => unknown): void {
  const usual = { enumerable: true, configurable: true }
  Object.defineProperty(of, key, {
    ...usual,
    get() {
      const value = make()
      Object.defineProperty(of, key, { ...usual, writable: true, value })
      return value
    },
  })
}

/** All made from the first, so that they have its shape from their beginning, and what is the same for all. */
function objectsOf(
  keys: readonly string[],
  columns: readonly (readonly unknown[])[],
  differs: readonly boolean[],
  count: number,
): readonly unknown[] {
  const shape: Fields = Object.fromEntries(keys.map((key, at) => [key, columns[at]?.[0]]))
  const places = keys.flatMap((key, at) => (differs[at] ? [{ key, values: columns[at] ?? [] }] : []))
  const all: unknown[] = []
  for (let row = 0; row < count; row += 1) {
    const made: Record<string, unknown> = { ...shape }
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at]
      if (place !== undefined) made[place.key] = place.values[row]
    }
    all.push(made)
  }
  return all
}
