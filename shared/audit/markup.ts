/** HTML and SVG that cannot be broken by what it shows: every value is escaped where it is put in. Pure. */
import { visible } from '../visible'

class Made {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  /** For a file. */
  toString(): string {
    return this.#text
  }
}

/** Markup that `markup` made: there is no other way to make any. It is well-formed XML, too. */
export type Markup = Made

/** What may be put in: markup as it is, a list item by item, and text, which is never read as markup. */
export type MarkupPart = Markup | string | number | null | readonly MarkupPart[]

const escaped = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)

function written(value: MarkupPart): string {
  if (value === null) return ''
  if (value instanceof Made) return value.toString()
  return typeof value === 'object' ? value.map(written).join('') : escaped(String(value))
}

/** A template: what stands in it is markup, each value is text. Values of attributes are written between quotes. */
export const markup = (parts: TemplateStringsArray, ...values: readonly MarkupPart[]): Markup =>
  new Made(parts.reduce((made, part, at) => `${made}${written(values[at - 1] ?? null)}${part}`))

/** Attributes by their names, which are ours. */
export const attributes = (of: Readonly<Record<string, string | number>>): Markup =>
  markup`${Object.entries(of).map(([name, value]) => markup` ${name}="${value}"`)}`
