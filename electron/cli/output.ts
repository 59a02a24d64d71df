/** What the terminal shows: tables of visible text, sentences, JSON. Names are never written raw. */
import { namedAll } from '../../shared/findings/define-rule'
import { parsePrincipal } from '../../shared/identity/arn'
import {
  type AuthKind,
  type Intended,
  type Predicted,
  signsInByAws,
  type Verdict,
} from '../../shared/identity/identity'
import type { Fault } from '../../shared/result'
import { visible } from '../../shared/visible'
import { asCalled } from '../system/offer'

/** Where a command writes. `stdout` has results only; progress and refusals go to `stderr`. */
export interface Terminal {
  /** Prints the result of the command: one that cannot print it has failed. */
  readonly out: (text: string) => Promise<void>
  /** Says on standard output what was done: it is done even where that cannot be printed. */
  readonly report: (text: string) => Promise<void>
  readonly err: (text: string) => Promise<void>
  /** Standard error is a terminal: progress may be drawn there. */
  readonly errIsTerminal: boolean
  /** Standard output is a terminal: a person reads it. */
  readonly outIsTerminal: boolean
  /** Of the terminal at standard output; null where there is none, or one without a size. */
  readonly columns: number | null
  /** Whether colours may be written to standard output and to standard error. */
  readonly colours: boolean
  readonly errColours: boolean
  /** Asks on the terminal, and is true for a yes; null where there is no terminal to ask on. */
  readonly confirm: ((question: string) => Promise<boolean>) | null
  /** Asks for a line on the terminal, null for none; null without a terminal. `hidden`: it does not show what is typed. */
  readonly ask: ((question: string, how?: { readonly hidden: boolean }) => Promise<string | null>) | null
  /** Asks for a line where standard input is a terminal, even if standard error is redirected; null where it is none. */
  readonly askTyping: ((question: string) => Promise<string | null>) | null
  /** This process is to end by the signal that ended the command which it ran. */
  readonly endBy?: (signal: NodeJS.Signals) => void
}

/** Columns that East Asian wide characters and most emoji take. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
const combining = /\p{M}/u

/** How many columns of a terminal the text takes. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += combining.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

/** The text in at most so many columns of a terminal; `…` is put for what was cut off. */
export function cutToColumns(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let width = 1
  for (const character of text) {
    width += widthOf(character)
    if (width > columns) break
    kept += character
  }
  return columns < 1 ? '' : `${kept}…`
}

/** The same; of one word, as a name or an ARN is, both ends stay. */
function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns || text.includes(' ')) return cutToColumns(text, columns)
  const front = cutToColumns(text, Math.ceil((columns + 1) / 2))
  const letters = [...text]
  let back = letters.length
  let width = widthOf(front)
  while (back > 0 && width + widthOf(letters[back - 1] ?? '') <= columns) {
    back -= 1
    width += widthOf(letters[back] ?? '')
  }
  return `${front}${letters.slice(back).join('')}`
}

const tones = { good: 32, bad: 31, doubtful: 33 }
export type Tone = keyof typeof tones

/** Verdicts for which `whoami` ends with 1. */
export const badNews: ReadonlySet<Verdict> = new Set([
  'mismatch',
  'no-access',
  'login-needed',
  'expired',
  'broken',
])

/** In which colour a verdict is shown. */
export const toneOf = (verdict: Verdict): Tone =>
  badNews.has(verdict) ? 'bad' : verdict === 'verified' ? 'good' : 'doubtful'

/** The text in a colour, where colours are shown. */
export const coloured = (text: string, tone: Tone | null, colours: boolean): string =>
  tone === null || !colours ? text : `\x1b[${tones[tone]}m${text}\x1b[39m`

/**
 * NO_COLOR turns colours off whatever its value, if it has one; FORCE_COLOR and CLICOLOR_FORCE turn them on where no terminal
 * is, too.
 */
export function showsColours(
  { NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM }: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (NO_COLOR) return false
  return (
    [FORCE_COLOR, CLICOLOR_FORCE].some((value) => value && value !== '0') || (isTerminal && TERM !== 'dumb')
  )
}

/** One line on standard error that is drawn over, at most every so many ms; nothing where it is no terminal. */
export function drawnOver({ err, errIsTerminal }: Terminal, everyMs: number) {
  let last = 0
  return {
    show(line: string) {
      const now = Date.now()
      if (!errIsTerminal || now - last < everyMs) return
      last = now
      void err(`\r\x1b[K${line}`)
    },
    async end() {
      if (last > 0) await err('\r\x1b[K')
      last = 0
    },
  }
}

const mostNamed = 12

/** The first of many, and how many more there are. */
export const shortened = (names: readonly string[]): readonly string[] =>
  names.length <= mostNamed + 1 ? names : [...names.slice(0, mostNamed), `${names.length - mostNamed} more`]

/** A name as it is where it is alone, else as a sentence lists them. */
export const aloneOrAll = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] ?? '') : namedAll(names)

/** Where a table is shown: fitted to these columns, null: whole. */
export type TableRoom = Pick<Terminal, 'columns' | 'colours'>

export type Cell = string | { readonly text: string; readonly tone: Tone }
const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text)

/**
 * Rows under a head, each column as wide as its widest cell; cells are made visible here. `spare`: columns that are left out in
 * this order where there is no room to read them all; `whole` shows all.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { columns, colours }: TableRoom = { columns: null, colours: false },
  spare: readonly string[] = [],
  whole = '`--json`',
): string {
  const shown = rows.map((row) => row.map((cell) => visible(textOf(cell))))
  const widths = widthsOf([head, ...shown])
  const out = new Set<string>()
  const kept = <T>(line: readonly T[]) => line.filter((_, at) => !out.has(head[at] ?? ''))
  for (const column of spare) if (isUnread(kept(widths), columns)) out.add(column)
  const room = fittingWidths(kept(widths), columns)
  const inRoom = (line: readonly string[]) => kept(line).map((cell, at) => fitted(cell, room[at] ?? 0))
  const cells = rows.map(kept)
  const text = tableOf(inRoom(head), shown.map(inRoom), (row, column, text) => {
    const cell = cells[row]?.[column]
    return coloured(text, typeof cell === 'object' ? cell.tone : null, colours)
  })
  return out.size === 0 ? text : `${text}\nNo room for ${[...out].join(', ')}: ${whole} shows all.\n`
}

const gap = '   '

/** The widths that columns get where there is no room for all of them: the widest are cut, all to one width. */
function fittingWidths(widths: readonly number[], columns: number | null): readonly number[] {
  let room = (columns ?? Number.POSITIVE_INFINITY) - gap.length * (widths.length - 1)
  let most = Number.POSITIVE_INFINITY
  for (const [at, width] of [...widths].sort((a, b) => a - b).entries()) {
    const even = Math.floor(room / (widths.length - at))
    if (width > even) {
      most = Math.max(1, even)
      break
    }
    room -= width
  }
  return widths.map((width) => Math.min(width, most))
}

/** A column that is cut to less than this says nothing. */
const leastWidth = 14

const isUnread = (widths: readonly number[], columns: number | null): boolean =>
  fittingWidths(widths, columns).some((width, at) => width < Math.min(widths[at] ?? 0, leastWidth))

/** The width of each column: that of its widest cell. */
export const widthsOf = (lines: readonly (readonly string[])[]): readonly number[] =>
  (lines[0] ?? []).map((_, column) =>
    lines.reduce((most, line) => Math.max(most, widthOf(line[column] ?? '')), 0),
  )

/** A table of cells that are visible text already, whole. `paint` colours a cell that has its final text. */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (row: number, column: number, text: string) => string = (_row, _column, text) => text,
): string {
  const lines = [head, ...rows]
  const widths = widthsOf(lines)
  return lines
    .map((line, row) =>
      line
        .map(
          (cell, column) => paint(row - 1, column, cell) + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
        )
        .join(gap)
        .trimEnd(),
    )
    .join('\n')
    .concat('\n')
}

/** One line on standard error: the message, and the next step. */
export const sentence = (message: string, next: string | null = null, tone: Tone | null = null): string =>
  `${coloured('ekscope:', tone, true)} ${asCalled(`${visible(message)}${next === null ? '' : ` ${visible(next)}`}`)}\n`

/** The warning that what was found could not be stored; it is printed all the same. */
export const notKept = ({ message, next }: Pick<Fault, 'message' | 'next'>): string =>
  sentence(`what was found could not be kept: ${message}`, next)

/** In local time, with the zone's difference to UTC. */
export function localTime(at: number): string {
  const offset = -new Date(at).getTimezoneOffset()
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`
  return `${new Date(at + offset * 60_000).toISOString().replace('T', ' ').slice(0, 19)} ${zone}`
}

/** `Admin (role, 111111111111)`, `key AKIA…`, `no identity: unknown-profile`. */
export function who(identity: Intended | Predicted, auth: AuthKind, command: string | null = null): string {
  if ('problem' in identity && identity.problem !== null) return `no identity: ${identity.problem.code}`
  const { arn, accessKeyId, account, permissionSet } = identity
  if (arn !== null) return principalText(arn)
  if (accessKeyId !== null) return `key ${accessKeyId}`
  if (permissionSet !== null) return `${permissionSet} (SSO, ${account ?? '?'})`
  if (signsInByAws(auth)) return 'not known'
  // Another program decides.
  return auth === 'exec' ? (command?.split(/[\\/]/).at(-1) ?? auth) : auth
}

/** A principal's name, kind and account; the ARN itself where that is not one of a known kind. */
export function principalText(arn: string): string {
  const parsed = parsePrincipal(arn)
  return parsed === null ? arn : `${parsed.name} (${parsed.kind}, ${parsed.account})`
}
