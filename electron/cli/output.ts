/** What the terminal shows: tables of visible text, sentences, JSON. Names are never written raw. */
import { namedAll } from '../../shared/findings/rule'
import { parsePrincipal } from '../../shared/identity/arn'
import type { AuthKind, Intended, Predicted } from '../../shared/identity/identity'
import type { Fault } from '../../shared/result'
import { visible } from '../../shared/visible'

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
  /** Asks on the terminal, and is true for a yes; null where there is no terminal to ask on. */
  readonly confirm: ((question: string) => Promise<boolean>) | null
  /** Asks for a line on the terminal, null for none; null without a terminal. `hidden`: it does not show what is typed. */
  readonly ask: ((question: string, how?: { readonly hidden: boolean }) => Promise<string | null>) | null
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
export function cut(text: string, columns: number): string {
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

/** `1 cluster`, `2 clusters`. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${count} ${count === 1 ? one : more}`

/** Rows under a head, each column as wide as its widest cell; cells are made visible here. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  tableOf(
    head,
    rows.map((row) => row.map(visible)),
  )

/** Of the columns, by their widest cells. */
export const widthsOf = (lines: readonly (readonly string[])[]): readonly number[] =>
  (lines[0] ?? []).map((_, column) =>
    lines.reduce((most, line) => Math.max(most, widthOf(line[column] ?? '')), 0),
  )

/** The same of cells that are made visible already. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows]
  const widths = widthsOf(lines)
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n')
}

// Controls beyond ASCII, format and ignorable characters, line separators: JSON leaves them raw, and a terminal obeys.
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Nearly every document, and far quicker to tell than what of Unicode is unseen. DEL is no graphic character. */
const plain = /^[\n\x20-\x7e]*$/

/** One JSON document and nothing else, without a character that would do something to a terminal. */
export const json = (value: unknown): string => `${seen(JSON.stringify(value, null, 2))}\n`

/** A JSON text in which such characters are escaped. */
export function seen(text: string): string {
  if (plain.test(text)) return text
  return text.replace(unseen, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** One line on standard error: the message, and the next step. */
export const sentence = (message: string, next: string | null = null): string =>
  `ekscope: ${visible(message)}${next === null ? '' : ` ${visible(next)}`}\n`

/** The findings are printed all the same. */
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
  if (arn !== null) return principal(arn)
  if (accessKeyId !== null) return `key ${accessKeyId}`
  if (permissionSet !== null) return `${permissionSet} (SSO, ${account ?? '?'})`
  if (auth === 'aws' || auth === 'aws-iam-authenticator') return 'not known'
  // Another program decides.
  return auth === 'exec' ? (command?.split(/[\\/]/).at(-1) ?? auth) : auth
}

/** A principal's name, kind and account; the ARN itself where that is not one of a known kind. */
export function principal(arn: string): string {
  const parsed = parsePrincipal(arn)
  return parsed === null ? arn : `${parsed.name} (${parsed.kind}, ${parsed.account})`
}
