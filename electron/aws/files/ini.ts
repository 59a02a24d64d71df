/**
 * The dialect of ~/.aws/config and ~/.aws/credentials, which is that of Python's RawConfigParser (strict) with
 * botocore's one level of nesting on top. Text in, sections out; never throws. Judged by the real aws.
 */
import { named, quoted } from '../../../shared/visible'
import type { Section, Setting } from './aws-files'

/** Sections in the file's order, and the first reason for which aws refuses the whole file. */
export interface Ini {
  readonly sections: readonly Section[]
  /** Of [DEFAULT]: every section that does not override them has them too. */
  readonly defaults: Section['settings']
  readonly problem: IniProblem | null
}

export interface IniProblem {
  readonly message: string
  readonly line: number
}

/** Characters that str.strip() of Python removes beyond ASCII: unlike JavaScript's trim it keeps U+FEFF. */
const wideBlank = /[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** Whether Python strips the character there; in ASCII that takes U+001C to U+001F, too. */
function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
  return wideBlank.test(text.charAt(at))
}

/** How many blanks a text begins with. */
function depthOf(text: string): number {
  let depth = 0
  while (depth < text.length && isBlank(text, depth)) depth++
  return depth
}

/** Python's str.strip(). */
export const strip = (text: string): string => stripEnd(text.slice(depthOf(text)))

function stripEnd(text: string): string {
  // A trailing-whitespace pattern is quadratic on long blank runs, so a loop finds the end.
  let end = text.length
  while (end > 0 && isBlank(text, end - 1)) end--
  return text.slice(0, end)
}

/** A line of a file as ConfigParser takes it. `start` and `end` are its offsets in the text, without its line end. */
interface AnyLine {
  /** 1-based. */
  readonly number: number
  readonly start: number
  readonly end: number
}

type Meaning =
  | { readonly kind: 'blank' | 'comment' }
  | { readonly kind: 'header'; readonly name: string }
  /** `text`: its value on this line. */
  | { readonly kind: 'option'; readonly name: string; readonly text: string }
  /** Goes on with the value of the option before it. */
  | { readonly kind: 'more'; readonly text: string }
  /** For which aws refuses the file. */
  | { readonly kind: 'stray'; readonly why: string }
export type IniLine = AnyLine & Meaning

/** The lines of a config or credentials file's text: the one grammar of reading and of writing. */
export function iniLines(text: string): readonly IniLine[] {
  let inSection = false
  let inOption = false
  let indent = 0
  const meaningOf = (line: string): Meaning => {
    const ink = strip(line)
    if (ink === '') return { kind: 'blank' }
    if (ink.startsWith('#') || ink.startsWith(';')) return { kind: 'comment' }
    const depth = depthOf(line)
    if (inOption && depth > indent) return { kind: 'more', text: ink }
    indent = depth
    const header = ink.startsWith('[') ? /^\[([^\n]+)\]/.exec(ink)?.[1] : undefined
    if (header !== undefined) {
      inSection = true
      inOption = false
      return { kind: 'header', name: header }
    }
    if (!inSection) {
      const mark = ink.startsWith('\ufeff') ? 'a byte order mark comes' : 'a line comes'
      return { kind: 'stray', why: `${mark} before the first section` }
    }
    const delimiter = ink.search(/[=:]/)
    if (delimiter < 0) return { kind: 'stray', why: 'a line has neither = nor :' }
    const name = stripEnd(ink.slice(0, delimiter)).toLowerCase()
    if (name === '') return { kind: 'stray', why: 'a line has no name before its delimiter' }
    inOption = true
    return { kind: 'option', name, text: strip(ink.slice(delimiter + 1)) }
  }
  const lines: IniLine[] = []
  let start = 0
  // Each line, and what ends it.
  const pieces = text.split(lineEnd)
  for (let at = 0; at < pieces.length; at += 2) {
    const line = pieces[at] ?? ''
    const end = start + line.length
    lines.push({ ...meaningOf(line), number: lines.length + 1, start, end })
    start = end + (pieces[at + 1]?.length ?? 0)
  }
  return lines
}

/** As Python reads a file by lines. */
const lineEnd = /(\r\n|\n|\r)/

/** A section to be written, as a sentence says it. */
export const sectionFor = (kind: 'profile' | 'sso-session', name: string): string =>
  named(name) === name ? `[${kind} ${name}]` : `a section for ${kind} ${quoted(name)}`

/** What a section is about, by its header: botocore splits it as a shell would. Null for any other, as [DEFAULT]. */
export function sectionMeaning(
  header: string,
): { readonly kind: 'profile' | 'sso-session' | 'services'; readonly name: string } | null {
  // `[profile x]` is split as a shell would, so `[profile "a b"]` names "a b"; the second word alone is the name.
  const kind = (['profile', 'sso-session', 'services'] as const).find((word) => header.startsWith(word))
  if (kind === undefined) return header === 'default' ? { kind: 'profile', name: 'default' } : null
  const words = shellWords(header)
  return words?.length === 2 && words[1] !== undefined ? { kind, name: words[1] } : null
}

/** An option with its lines: from its first to the last that goes on with its value. */
interface OptionLines {
  readonly name: string
  readonly first: IniLine
  last: IniLine
  /** Offsets of the text, the last line's end included. */
  readonly from: number
  to: number
  /** Its value, line by line. */
  readonly words: string[]
}

/** A text with its parsed lines. */
export type ConfigText = Readonly<ReturnType<typeof readConfigText>>
export type SectionLines = ConfigText['sections'][number]

/** Parses a text, whether aws reads it or not. */
export function readConfigText(text: string) {
  const lines = iniLines(text)
  /** `to`: behind its last option, or its header where it has none. */
  const sections: { header: string; line: number; from: number; to: number; options: OptionLines[] }[] = []
  for (const [at, line] of lines.entries()) {
    const to = lines[at + 1]?.start ?? text.length
    const section = sections.at(-1)
    const option = section?.options.at(-1)
    if (line.kind === 'header')
      sections.push({ header: line.name, line: line.number, from: line.start, to, options: [] })
    else if (line.kind === 'option' && section) {
      const { name, start: from, text: word } = line
      section.options.push({ name, first: line, last: line, from, to, words: [word] })
      section.to = to
    } else if (line.kind === 'more' && section && option) {
      option.last = line
      option.to = to
      option.words.push(line.text)
      section.to = to
    } else if (line.kind === 'blank') option?.words.push('')
  }
  return { text, eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n', sections, lines }
}

/** Settings of [DEFAULT], counted once for each section that inherits them. */
const mostDefaults = 1_000_000

interface Draft {
  readonly name: string
  readonly line: number
  readonly options: Map<string, OptionLines>
}

/** Reads a config or credentials file's text. The legible rest next to a mistake is returned all the same. */
export function parseIni(text: string, file: string): Ini {
  const { lines, sections: written } = readConfigText(text)
  const drafts = new Map<string, Draft>()
  // Settings under [DEFAULT] (upper case, not a profile) replace absent ones in every section.
  const defaults: Draft = { name: 'DEFAULT', line: 0, options: new Map() }
  const mistakes = lines.flatMap((line): readonly IniProblem[] =>
    line.kind === 'stray' ? [{ message: line.why, line: line.number }] : [],
  )
  for (const { header, line, options } of written) {
    const known = header === 'DEFAULT' ? defaults : drafts.get(header)
    if (known !== undefined && known !== defaults)
      mistakes.push({ message: `the section ${quoted(header)} occurs twice`, line })
    const draft = known ?? { name: header, line, options: new Map<string, OptionLines>() }
    if (known === undefined) drafts.set(header, draft)
    for (const option of options) {
      const message = `${named(option.name)} occurs twice in ${quoted(header)}`
      if (draft.options.has(option.name)) mistakes.push({ message, line: option.first.number })
      draft.options.set(option.name, option)
    }
  }
  let [problem = null] = mistakes.sort((one, other) => one.line - other.line)
  const refuse = (message: string, line: number) => {
    problem ??= { message, line }
  }
  if (drafts.size * defaults.options.size > mostDefaults) {
    refuse('[DEFAULT] has more settings for more sections than Ekscope holds', 1)
    defaults.options.clear()
  }
  const settingOf = (section: string, { name, words, first: { number: line } }: OptionLines): Setting => {
    const joined = words.length > 1 ? stripEnd(words.join('\n')) : (words[0] ?? '')
    if (!joined.startsWith('\n')) return { value: joined, nested: {}, file, line }
    const nested = nestedOf(joined)
    if (nested === null) refuse(`a line under ${named(name)} in ${quoted(section)} has no =`, line)
    return { value: '', nested: nested ?? {}, file, line }
  }
  const settingsOf = (section: string, options: ReadonlyMap<string, OptionLines>) =>
    Object.fromEntries([...options.values()].map((option) => [option.name, settingOf(section, option)]))
  const sections = [...drafts.values()].map(({ name, line, options }): Section => {
    const all = defaults.options.size === 0 ? options : new Map([...defaults.options, ...options])
    return { name, file, line, settings: settingsOf(name, all) }
  })
  // In this order: of [DEFAULT] alone aws reads nothing, so nothing in it is refused.
  return { sections, problem, defaults: settingsOf(defaults.name, defaults.options) }
}

/** `\nkey = value\n…` as botocore parses it; null where it gives up. Names keep their letter case. */
function nestedOf(value: string): Readonly<Record<string, string>> | null {
  const entries: [string, string][] = []
  for (const raw of value.split(/[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)) {
    const line = strip(raw)
    if (line === '') continue
    const equals = line.indexOf('=')
    if (equals < 0) return null
    entries.push([strip(line.slice(0, equals)), strip(line.slice(equals + 1))])
  }
  return Object.fromEntries(entries)
}

/** Blanks, an escape, a quotation of either kind, or letters. */
const shellPiece = /([ \t\r\n]+)|\\([\s\S])|'([^']*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|([^ \t\r\n'"\\]+)/y

/**
 * Words of a line as Python's shlex.split takes them (POSIX, no comments): section names and credential_process
 * are read so. Null where shlex gives up: a quotation or an escape without its end.
 */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = []
  let goesOn = false
  for (shellPiece.lastIndex = 0; shellPiece.lastIndex < line.length; ) {
    const found = shellPiece.exec(line)
    if (found === null) return null
    const [, blanks, escaped, single, double, plain] = found
    if (blanks === undefined) {
      const text = escaped ?? single ?? double?.replace(/\\(["\\])/g, '$1') ?? plain ?? ''
      words.push((goesOn ? (words.pop() ?? '') : '') + text)
    }
    goesOn = blanks === undefined
  }
  return words
}
