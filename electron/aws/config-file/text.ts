/**
 * Edits of the text of an AWS config file: only the lines of what changes are touched. Which lines are whose says the grammar of
 * reading (../files/ini.ts). Text in, text out; plan.ts proves that the result says what was requested.
 */
import type { ConfigText, IniLine, SectionLines } from '../files/ini'
import { secretInRemark } from './masked-diff'

const replaced = (text: string, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to)

/** Whole lines put in at an offset, where the line before them is ended if it is not. */
const inserted = ({ text, eol }: ConfigText, at: number, lines: string): string => {
  const before = text.slice(0, at)
  return `${before}${endsLine(before) ? '' : eol}${lines}${text.slice(at)}`
}

const endsLine = (text: string): boolean => text === '' || /[\r\n]$/.test(text)

/** The value of an option is replaced, or the option is added behind the last one of its section, written as that is. */
export function withKey(config: ConfigText, section: SectionLines, key: string, value: string): string {
  const { text, eol } = config
  const known = section.options.find(({ name }) => name === key)
  if (known === undefined) {
    const last = section.options.at(-1)
    const sample = last ? text.slice(last.first.start, last.first.end) : ''
    const [, indent = '', found = ' = '] = /^([ \t]*)[^=:]*?([ \t]?[=:][ \t]?)(?![ \t])/.exec(sample) ?? []
    // Where the value begins on the next line, nothing follows the sign.
    const delimiter = /^[ \t].$/.test(found) ? `${found} ` : found
    return inserted(config, section.to, `${indent}${key}${delimiter}${value}${eol}`)
  }
  const { first, last } = known
  const line = text.slice(first.start, first.end)
  const [head = ''] = /^[^=:]*[=:]\s*/.exec(line) ?? []
  const tail = head.length < line.length ? (/\s*$/.exec(line)?.[0] ?? '') : ''
  const spaced = /[=:]$/.test(head) && /\s[=:]$/.test(head) ? `${head} ` : head
  return replaced(text, first.start, last.end, `${spaced}${value}${tail}`)
}

/** The lines of the option go; remarks above it stay. */
export function withoutKey({ text }: ConfigText, section: SectionLines, key: string): string {
  const known = section.options.find(({ name }) => name === key)
  return known === undefined ? text : replaced(text, known.from, known.to, '')
}

/** The source of lines that another text is to get. */
interface Stood {
  readonly config: ConfigText
  readonly section: SectionLines
}

/** Its lines, ended as those of the other text are. */
const linesFor = ({ eol }: ConfigText, { config: { text } }: Stood, from: number, to: number): string => {
  const lines = text.slice(from, to).replaceAll(/\r\n|\n|\r/g, eol)
  return endsLine(lines) ? lines : `${lines}${eol}`
}

/** Where lines of another text go between two offsets: after the remarks that were right above them there, if still here. */
function placeBetween(config: ConfigText, from: number, to: number, stood: Stood, line: IniLine): number {
  const { lines } = stood.config
  let above = line
  for (let at = line.number - 2; lines[at]?.kind === 'comment'; at--) above = lines[at] ?? above
  if (above === line) return from
  const remarks = linesFor(config, stood, above.start, line.start)
  const left = config.text.slice(from, to).indexOf(remarks)
  return left < 0 ? from : from + left + remarks.length
}

/** An option as written in another text, line for line: in its place, or after the option that it follows there. */
export function withLines(config: ConfigText, section: SectionLines, key: string, stood: Stood): string {
  const { text, lines } = config
  const there = stood.section.options
  const option = there.find(({ name }) => name === key)
  if (option === undefined) return text
  const own = linesFor(config, stood, option.from, option.to)
  const find = (wanted: string) => section.options.find(({ name }) => name === wanted)
  const known = find(key)
  if (known !== undefined) return replaced(text, known.from, known.to, own)
  const above = there
    .slice(0, there.indexOf(option))
    .reverse()
    .find(({ name }) => find(name))
  const from = (above && find(above.name))?.to ?? lines[section.line]?.start ?? text.length
  const below = section.options.find((one) => one.from >= from)?.from ?? endWithRemarks(config, section)
  return inserted(config, placeBetween(config, from, below, stood, option.first), own)
}

/** A section as written in another text, line for line, after another one, or (null) above all. */
export function withSectionLines(config: ConfigText, behind: SectionLines | null, stood: Stood): string {
  const { text, eol, sections } = config
  const from = behind === null ? 0 : endWithRemarks(config, behind)
  const next = sections.find((one) => one.from >= from)?.from ?? text.length
  const header = stood.config.lines[stood.section.line - 1]
  const place = header ? placeBetween(config, from, next, stood, header) : from
  const at = place === 0 ? next : place
  const own = linesFor(config, stood, stood.section.from, endWithRemarks(stood.config, stood.section))
  const above = place === from && behind !== null ? eol : ''
  const below = at === text.length || /^[ \t]*(?:\r|\n)/.test(text.slice(at)) ? '' : eol
  return inserted(config, at, `${above}${own}${below}`)
}

/** A new section at the end, a blank line above it. */
export function withSection(
  { text, eol }: ConfigText,
  header: string,
  settings: readonly { readonly key: string; readonly value: string }[],
): string {
  const ended = endsLine(text) ? text : `${text}${eol}`
  const gap = ended === '' || /(?:^|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)$/.test(ended) ? '' : eol
  const lines = [`[${header}]`, ...settings.map(({ key, value }) => `${key} = ${value}`)]
  return `${ended}${gap}${lines.map((line) => `${line}${eol}`).join('')}`
}

/** Where a section ends with the remarks right below its last option, unless they are right above the next one. */
function endWithRemarks({ text, lines }: ConfigText, { to }: SectionLines): number {
  const next = lines.find(({ start, kind }) => start >= to && start < text.length && kind !== 'comment')
  return next === undefined ? text.length : next.kind === 'blank' ? next.start : to
}

/** Its lines with the remarks among them go, and the blank lines that set it apart; remarks above it stay. */
export function withoutSection(config: ConfigText, section: SectionLines): string {
  const { text, lines } = config
  const end = endWithRemarks(config, section)
  const below = lines.find(({ start, kind }) => start >= end && start < text.length && kind !== 'blank')
  const above = lines.filter(({ start, kind }) => start < section.from && kind !== 'blank').at(-1)
  const from = below === undefined ? (lines[above?.number ?? 0]?.start ?? 0) : section.from
  return replaced(text, from, below?.start ?? text.length, '')
}

/** A copy of a section, right below it, with the remarks among its lines, except those with a secret. */
export function withCopy(config: ConfigText, section: SectionLines, header: string): string {
  const { text, eol, lines } = config
  const at = endWithRemarks(config, section)
  const copied = lines
    .filter(({ start }) => start >= section.from && start < at)
    .map((line) => ({ kind: line.kind, words: text.slice(line.start, line.end) }))
    .filter(({ kind, words }) => kind !== 'comment' || secretInRemark(words) === null)
    .map(({ kind, words }) => (kind === 'header' ? `[${header}]` : words))
  return inserted(config, at, `${eol}${copied.join(eol)}${eol}`)
}

/** Another header; the text around its brackets stays. */
export function withHeader(
  { text }: ConfigText,
  { from, header: old }: SectionLines,
  header: string,
): string {
  const at = text.indexOf(`[${old}]`, from) + 1
  return replaced(text, at, at + old.length, header)
}

/**
 * The header of the section of that name in the model, quoted as a shell reads it where needed; `old` gives the spelling before
 * it.
 */
export function headerOf(called: string, old = ''): string {
  const [, kind = '', name = ''] = /^(\S+) (.*)$/s.exec(called) ?? []
  if (kind === 'profile' && name === 'default') return 'default'
  const [before = `${kind} `] = new RegExp(`^${kind}[ \\t]+`).exec(old) ?? []
  return `${before}${quoted(name)}`
}

function quoted(name: string): string {
  if (/^[\w.@:+/=,%~-]+$/.test(name)) return name
  if (!name.includes("'")) return `'${name}'`
  return `"${name.replaceAll(/[\\"]/g, (one) => `\\${one}`)}"`
}
