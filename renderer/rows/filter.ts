/**
 * The filter's language: words that must all be there. `column:value` looks in one column only, quotes keep
 * spaces together, `-` in front turns a word round, `column:""` means empty.
 */

import { verdictText } from '../text/page'
import { type Column, columnNamed, columns, lastShown } from './columns'
import type { Row } from './rows'

export interface Term {
  /** Null: any column. */
  readonly column: Column | null
  readonly value: string
  readonly negated: boolean
  /** `column:""`. */
  readonly empty: boolean
  /** Where it stands in the text, end exclusive. */
  readonly start: number
  readonly end: number
}

// An optional minus, an optional name and colon, then a quoted or a bare value. An open quote runs to the end.
const term = /(-?)(?:([A-Za-z]+):)?(?:"((?:[^"\\]|\\.)*)(?:"|$)|(\S*))/y

/** Takes a filter apart. Anything is a filter: what is no column is looked for as it stands. */
export function parseFilter(query: string): readonly Term[] {
  const terms: Term[] = []
  let at = 0
  while (at < query.length) {
    if (/\s/.test(query.charAt(at))) {
      at++
      continue
    }
    term.lastIndex = at
    const found = term.exec(query)
    if (!found || found[0] === '') break
    const [, minus = '', name, quoted, bare] = found
    const column = name === undefined ? null : (columnNamed(name) ?? null)
    const said = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1')
    // `arn:aws:iam…` names no column: the colon is part of what is looked for.
    const value = name !== undefined && column === null ? `${name}:${said}` : said
    const start = at
    at = term.lastIndex
    const empty = column !== null && quoted !== undefined && said === ''
    // Still being typed: `verdict:` or a lone minus filters nothing yet.
    if (value === '' && !empty) continue
    terms.push({ column, value: value.toLowerCase(), negated: minus === '-', empty, start, end: at })
  }
  return terms
}

function inColumn(column: Column, row: Row, wanted: Term): boolean {
  const value = (column.filter ?? column.value)(row).toLowerCase()
  if (wanted.empty) return value === ''
  return value.includes(wanted.value) || column.alsoMatches?.(row, wanted.value) === true
}

// A row is a value: what its columns say together is put together once, however many letters are typed.
const said = new WeakMap<Row, string>()

function everything(row: Row): string {
  const known = said.get(row)
  if (known !== undefined) return known
  // An account also by its name, which is what the headings of its groups say.
  const also = [row.accountName ?? '', row.running ? verdictText[lastShown(row)] : '']
  const made = [...columns.map((column) => column.value(row)), ...also].join('\n').toLowerCase()
  said.set(row, made)
  return made
}

/** True when the row fits every term. */
export function fits(row: Row, terms: readonly Term[]): boolean {
  return terms.every((wanted) => {
    const there =
      wanted.column === null ? everything(row).includes(wanted.value) : inColumn(wanted.column, row, wanted)
    return there !== wanted.negated
  })
}

/** Whether a check that arrives can change what fits. */
export function dependsOnChecks(terms: readonly Term[]): boolean {
  return terms.some((wanted) => wanted.column === null || wanted.column.fromCheck)
}

/** A value as it must be written in a filter. */
export function filterValue(value: string): string {
  return /[\s"\\]/.test(value) || value === '' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
}

/** What could stand at the end of a filter that is being typed: columns, then values of the column. */
export interface Suggestion {
  /** The whole filter, if this is taken. */
  readonly query: string
  readonly label: string
  readonly hint: string
}

function valuesOf({ suggests }: Column, rows: readonly Row[]): readonly string[] {
  if (typeof suggests !== 'function') return suggests ?? []
  const values = new Set(rows.flatMap(suggests))
  values.delete('')
  return [...values].sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
}

/** The values of a column that a filter can ask for, with how many rows fit each; the most frequent first. */
export function valueCounts(
  id: string,
  rows: readonly Row[],
  limit: number,
): readonly { readonly value: string; readonly query: string; readonly count: number }[] {
  const column = columns.find((one) => one.id === id)
  const name = column?.names[0]
  if (column?.suggests === undefined || name === undefined) return []
  const counts = new Map<string, number>()
  for (const row of rows) {
    // The value as the filter reads it: of an account its name comes first, of a verdict its word.
    const value =
      typeof column.suggests === 'function'
        ? (column.suggests(row).find((one) => one !== '') ?? '')
        : (column.filter ?? column.value)(row)
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, limit)
    .map(([value, count]) => ({ value, count, query: `${name}:${filterValue(value)} ` }))
}

/** At most `limit` continuations of the last word of the filter. */
export function suggest(query: string, rows: readonly Row[], limit: number): readonly Suggestion[] {
  const last = /(?:^|\s)(-?)([A-Za-z]*)(:?)("?[^\s"]*)$/.exec(query)
  if (!last) return []
  const [, minus = '', word = '', colon = '', begun = ''] = last
  const before = query.slice(0, query.length - (minus.length + word.length + colon.length + begun.length))
  if (colon === '') {
    if (begun !== '') return []
    return columns
      .filter(({ suggests }) => suggests !== undefined)
      .flatMap((column) => column.names.slice(0, 1).map((name) => ({ column, name })))
      .filter(({ name }) => name.startsWith(word.toLowerCase()) && name !== word.toLowerCase())
      .slice(0, limit)
      .map(({ column, name }) => ({
        query: `${before}${minus}${name}:`,
        label: `${name}:`,
        hint: column.hint,
      }))
  }
  const column = columnNamed(word)
  if (!column) return []
  const start = begun.replace(/^"/, '').toLowerCase()
  return valuesOf(column, rows)
    .filter((value) => value.toLowerCase().includes(start) && value.toLowerCase() !== start)
    .slice(0, limit)
    .map((value) => ({
      query: `${before}${minus}${word}:${filterValue(value)} `,
      label: value,
      hint: '',
    }))
}
