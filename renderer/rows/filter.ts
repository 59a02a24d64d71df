/**
 * The filter's language: words that must all match. `column:value` searches one column only, quotes keep spaces,
 * `-` in front negates a word, `column:""` means empty.
 */

import { grouped } from '../../shared/grouped'
import { once } from '../../shared/once'
import { verdictText } from '../text/page'
import { type Column, collated, columnNamed, columns, isFound, lastShown } from './columns'
import { onDisk } from './on-disk'
import type { Row } from './rows'

/** A word of a filter as written. */
interface Term {
  /** Null: any column. */
  readonly column: Column | null
  readonly value: string
  readonly negated: boolean
  /** `column:""`. */
  readonly empty: boolean
  /** Its range in the text, end exclusive. */
  readonly start: number
  readonly end: number
  /** It filters nothing yet. */
  readonly begun: boolean
  /** Its quote is not closed. */
  readonly open: boolean
}

// An optional minus, an optional name and colon, then a quoted or a bare value. An open quote runs to the end.
const term = /(-?)(?:([A-Za-z]+):)?(?:"((?:[^"\\]|\\.)*)(?:"|$)|(\S*))/y

function wordsOf(query: string): readonly Term[] {
  const words: Term[] = []
  let at = 0
  while (at < query.length) {
    if (/\s/.test(query.charAt(at))) {
      at++
      continue
    }
    term.lastIndex = at
    const found = term.exec(query)
    if (!found || found[0] === '') break
    const [all, minus = '', name, quoted, bare] = found
    const column = name === undefined ? null : (columnNamed(name) ?? null)
    const said = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1')
    // `arn:aws:iam…` names no column: the colon is part of the search text.
    const value = name !== undefined && column === null ? `${name}:${said}` : said
    const start = at
    at = term.lastIndex
    const empty = column !== null && quoted !== undefined && said === ''
    words.push({
      column,
      value: value.toLowerCase(),
      negated: minus === '-',
      empty,
      start,
      end: at,
      // `verdict:` or a lone minus.
      begun: value === '' && !empty,
      open: quoted !== undefined && all.length === all.indexOf('"') + 1 + quoted.length,
    })
  }
  return words
}

/** Parses a filter. Any text is a valid filter: a word that names no column is searched as written. */
export function parseFilter(query: string): readonly Term[] {
  return wordsOf(query).filter(({ begun }) => !begun)
}

/** The filter without its terms for this column. */
export function withoutColumn(query: string, id: string): string {
  return wordsOf(query)
    .filter(({ column, begun }) => !begun && column?.id !== id)
    .map(({ start, end, open }) => query.slice(start, end) + (open ? '"' : ''))
    .join(' ')
}

/**
 * The filter with this term in place of its terms for the same column: all terms have to match, and no context has two values.
 * Terms for other columns, and words, stay.
 */
export function withTerm(query: string, term: string): string {
  const [word] = wordsOf(term)
  const left = withoutColumn(query, word?.column?.id ?? '')
  return [left, term].filter(Boolean).join(' ')
}

const oneWay = (column: Column, value: string): string => column.same?.(value) ?? value

/** Whether the filter contains this term. */
export function hasTerm(query: string, term: string): boolean {
  const [wanted] = parseFilter(term)
  return parseFilter(query).some(
    ({ column, value, negated }) =>
      column !== null &&
      column === wanted?.column &&
      negated === wanted.negated &&
      oneWay(column, value) === oneWay(column, wanted.value),
  )
}

/** The filter after a click on a value: the term is added, or removed where it is already there. */
export function toggledTerm(query: string, term: string): string {
  if (!hasTerm(query, term)) return withTerm(query, `${term.trim()} `)
  const left = withoutColumn(query, parseFilter(term)[0]?.column?.id ?? '')
  return left === '' ? '' : `${left} `
}

const saidOf = (column: Column, row: Row): string => (column.filter ?? column.value)(row).toLowerCase()

const inColumn = (column: Column, row: Row, wanted: Pick<Term, 'value' | 'empty'>): boolean =>
  wanted.empty ? saidOf(column, row) === '' : says(column, row, wanted.value, saidOf(column, row))

/** `yes` and `no` ask what the badge shows, whatever else is in the value. */
function says(column: Column, row: Row, wanted: string, value: string): boolean {
  if (column.has !== undefined && (wanted === 'yes' || wanted === 'no'))
    return column.has(row) === (wanted === 'yes')
  return value.includes(wanted) || column.alsoMatches?.(row, wanted) === true
}

// A row never changes: the text of its columns is joined once, however many letters are typed.
const said = new WeakMap<Row, string>()

const everything = (row: Row): string =>
  once(said, row, () => {
    // An account also by its name, which is what the headings of its groups say.
    const also = [row.accountName ?? '', row.running ? verdictText[lastShown(row)] : '']
    return [...columns.map((column) => column.value(row)), ...also].join('\n').toLowerCase()
  })

/** Where a filter looks: what is found out is that of the disk; what is written is found by its old and its new value. */
function looked(row: Row, column: Column | null): readonly Row[] {
  if (row.pending === null) return [row]
  const was = onDisk(row)
  const now = column !== null && isFound(column) ? [] : [row]
  return was === null ? now : [was, ...now]
}

/** True when the row matches every term. */
export function matchesTerms(row: Row, terms: readonly Term[]): boolean {
  return terms.every(({ column, negated, ...wanted }) => {
    const there = looked(row, column).some((one) =>
      column === null ? everything(one).includes(wanted.value) : inColumn(column, one, wanted),
    )
    return there !== negated
  })
}

/** Whether a check that arrives can change which rows match. */
export const dependsOnChecks = (terms: readonly Term[]): boolean =>
  terms.some(({ column }) => column === null || column.fromCheck)

/** A value as it must be written in a filter. */
export const filterValue = (value: string): string =>
  /[\s"\\]/.test(value) || value === '' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value

/** What a column says in a list of rows. */
type Said = ReturnType<typeof saidAnew>

/** No one reads a longer list to its end, and sorting it in numeric order would take noticeable time. */
const readable = 1_000

/** Each of these values except the empty one: the most frequent first, equally frequent ones by name. */
function mostFirst(all: readonly string[]): readonly string[] {
  const counts = [...grouped(all, (value) => value || null)].map(([value, { length }]) => ({ value, length }))
  const byName = counts.length > readable ? (one: string, other: string) => (one < other ? -1 : 1) : collated
  return counts
    .sort((left, right) => right.length - left.length || byName(left.value, right.value))
    .map(({ value }) => value)
}

// A list of rows never changes either: while letters of a value are typed, ten thousand rows are read only once.
const saidIn = new WeakMap<readonly Row[], Map<string, Said>>()

const saidBy = (column: Column, rows: readonly Row[]): Said =>
  once(
    once(saidIn, rows, () => new Map()),
    column.id,
    () => saidAnew(column, rows),
  )

function saidAnew(column: Column, rows: readonly Row[]) {
  const { suggests = [] } = column
  /** Each row with its values as `inColumn` compares them. */
  const all = rows.map((row) => looked(row, column).map((one) => ({ row: one, value: saidOf(column, one) })))
  /** Values of the most rows first; a list that is the same for all rows keeps its order. */
  const values =
    typeof suggests === 'function'
      ? mostFirst(all.flatMap((of) => [...new Set(of.flatMap(({ row }) => suggests(row)))]))
      : suggests
  return { all, values }
}

/** How many of these rows a filter by one value of the column finds. */
function foundBy(column: Column, { all }: Said, value: string): number {
  const wanted = value.toLowerCase()
  return all.filter((of) => of.some(({ row, value }) => says(column, row, wanted, value))).length
}

/** The values of a column to filter by, with how many rows each finds; most frequent first. `more`: how many others. */
export function valueCounts(id: string, rows: readonly Row[], limit: number) {
  const column = columns.find((one) => one.id === id)
  const name = column?.names[0]
  if (column?.suggests === undefined || name === undefined) return { offered: [], more: 0 }
  const { suggests } = column
  const said = saidBy(column, rows)
  const firstOf =
    typeof suggests === 'function'
      ? // Only the first of a row's values counts: an account is offered by its name, and not again by its number.
        (row: Row) => suggests(row).find((one) => one !== '') ?? ''
      : (column.filter ?? column.value)
  const all = mostFirst(said.all.flatMap((of) => [...new Set(of.map(({ row }) => firstOf(row)))]))
  const offered = all
    .slice(0, limit)
    .map((value) => ({
      value,
      query: `${name}:${filterValue(value)} `,
      count: foundBy(column, said, value),
    }))
    .sort((one, other) => other.count - one.count)
  return { offered, more: all.length - offered.length }
}

/** The filter that a column's values are chosen in: its name, and a colon. */
export const begunFilter = (id: string): string => `${columns.find((one) => one.id === id)?.names[0] ?? id}:`

/** Rows that the other words have narrowed already, while the last word of a filter is typed. */
const narrowedBy = new WeakMap<readonly Row[], { readonly by: string; readonly rows: readonly Row[] }>()

function narrowed(rows: readonly Row[], by: string): readonly Row[] {
  const terms = parseFilter(by)
  if (terms.length === 0) return rows
  const known = narrowedBy.get(rows)
  if (known?.by === by) return known.rows
  const fitting = rows.filter((row) => matchesTerms(row, terms))
  narrowedBy.set(rows, { by, rows: fitting })
  return fitting
}

/** The rows among which a value of the column is chosen: those that match the filter's other terms. */
export const rowsForColumnMenu = (query: string, id: string, rows: readonly Row[]): readonly Row[] =>
  narrowed(rows, withoutColumn(query, id))

/** The whole filter, if this is taken, and how many rows it would find. */
const suggestion = (query: string, label: string, hint: string, count: number | null) => {
  return { query, label, hint, count }
}

/** At most `limit` continuations of the filter's last word, each with how many rows it would find; names of columns without. */
export function suggest(query: string, rows: readonly Row[], limit: number) {
  const last = /(?:^|\s)(-?)([A-Za-z]*)(:?)("?[^\s"]*)$/.exec(query)
  if (!last) return { offered: [], more: 0 }
  const [, minus = '', word = '', colon = '', begun = ''] = last
  const before = query.slice(0, query.length - (minus.length + word.length + colon.length + begun.length))
  if (colon === '') {
    if (begun !== '') return { offered: [], more: 0 }
    const named = columns
      .filter(({ suggests }) => suggests !== undefined)
      .flatMap((column) => column.names.slice(0, 1).map((name) => ({ column, name })))
      .filter(({ name }) => name.startsWith(word.toLowerCase()) && name !== word.toLowerCase())
    const offered = named
      .slice(0, limit)
      .map(({ column, name }) => suggestion(`${before}${minus}${name}:`, `${name}:`, column.hint, null))
    return { offered, more: named.length - offered.length }
  }
  const column = columnNamed(word)
  if (!column) return { offered: [], more: 0 }
  const start = begun.replace(/^"/, '').toLowerCase()
  const among = narrowed(rows, before)
  const said = saidBy(column, among)
  const values = said.values.filter((value) => {
    const lower = value.toLowerCase()
    return lower.includes(start) && lower !== start
  })
  const offered = values.slice(0, limit).map((value) => {
    const found = foundBy(column, said, value)
    const whole = `${before}${minus}${word}:${filterValue(value)} `
    return suggestion(whole, value, column.means?.(value) ?? '', minus === '' ? found : among.length - found)
  })
  // A value may be a part of others, which its filter finds, too. A list that is the same for all rows keeps its order, with
  // values that find nothing last.
  const listed = (count: number) => (typeof column.suggests === 'function' ? count : Math.min(count, 1))
  offered.sort((one, other) => listed(other.count ?? 0) - listed(one.count ?? 0))
  return { offered, more: values.length - offered.length }
}
