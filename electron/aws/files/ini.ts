/**
 * The dialect of ~/.aws/config and ~/.aws/credentials, which is that of Python's RawConfigParser (strict) with
 * botocore's one level of nesting on top. Text in, sections out; never throws. Judged by the real aws.
 */
import { named, quoted } from '../../../shared/visible'
import type { Section, Setting } from './files'

/** Sections in the file's order, and the first reason for which aws refuses the whole file. */
export interface Ini {
  readonly sections: readonly Section[]
  /** Of [DEFAULT]: each section has them, too, that does not say otherwise. */
  readonly defaults: Section['settings']
  readonly problem: IniProblem | null
}

export interface IniProblem {
  readonly message: string
  readonly line: number
}

/** What str.strip() of Python takes away: unlike JavaScript's trim it keeps U+FEFF and takes U+001C to U+001F. */
const blank = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${blank}]+`)
const trailing = new RegExp(`[${blank}]+$`)
const firstInk = new RegExp(`[^${blank}]`)

/** Python's str.strip(). */
export function strip(text: string): string {
  return stripEnd(text.replace(leading, ''))
}

function stripEnd(text: string): string {
  // A trailing-whitespace pattern is quadratic on long blank runs, so the end is walked by hand.
  let end = text.length
  while (end > 0 && trailing.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** A line of a file as ConfigParser takes it. `start` and `end` are its offsets in the text, without its line end. */
interface AnyLine {
  /** 1-based. */
  readonly number: number
  readonly start: number
  readonly end: number
}

export type IniLine = AnyLine &
  (
    | { readonly kind: 'blank' | 'comment' }
    | { readonly kind: 'header'; readonly name: string }
    /** `text`: its value on this line. */
    | { readonly kind: 'option'; readonly name: string; readonly text: string }
    /** Goes on with the value of the option before it. */
    | { readonly kind: 'more'; readonly text: string }
    /** For which aws refuses the file. */
    | { readonly kind: 'stray'; readonly why: string }
  )

/** The lines of a config or credentials file's text: the one grammar of reading and of writing. */
export function* iniLines(text: string): Generator<IniLine> {
  let inSection = false
  let inOption = false
  let indent = 0
  let number = 0
  for (let start = 0; start <= text.length; ) {
    lineEnd.lastIndex = start
    const found = lineEnd.exec(text)
    const end = found?.index ?? text.length
    number++
    const at = { number, start, end }
    const line = text.slice(start, end)
    start = found === null ? text.length + 1 : lineEnd.lastIndex
    const ink = strip(line)
    if (ink === '') {
      yield { ...at, kind: 'blank' }
      continue
    }
    if (ink.startsWith('#') || ink.startsWith(';')) {
      yield { ...at, kind: 'comment' }
      continue
    }
    const depth = Math.max(0, line.search(firstInk))
    if (inOption && depth > indent) {
      yield { ...at, kind: 'more', text: ink }
      continue
    }
    indent = depth
    const header: string | undefined = /^\[([^\n]+)\]/.exec(ink)?.[1]
    if (header !== undefined) {
      inSection = true
      inOption = false
      yield { ...at, kind: 'header', name: header }
      continue
    }
    if (!inSection) {
      const mark = ink.startsWith('\ufeff') ? 'a byte order mark comes' : 'a line comes'
      yield { ...at, kind: 'stray', why: `${mark} before the first section` }
      continue
    }
    const delimiter = ink.search(/[=:]/)
    const name = stripEnd(ink.slice(0, Math.max(0, delimiter))).toLowerCase()
    if (delimiter < 0 || name === '') {
      const why = delimiter < 0 ? 'a line has neither = nor :' : 'a line has no name before its delimiter'
      yield { ...at, kind: 'stray', why }
      continue
    }
    inOption = true
    yield { ...at, kind: 'option', name, text: strip(ink.slice(delimiter + 1)) }
  }
}

/** As Python reads a file by lines. */
const lineEnd = /\r\n|\n|\r/g

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

/** A text with its lines taken apart. */
export type ConfigText = Readonly<ReturnType<typeof readConfigText>>
export type SectionLines = ConfigText['sections'][number]

/** Takes a text apart, whether aws reads it or not. */
export function readConfigText(text: string) {
  const lines = [...iniLines(text)]
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
      Object.assign(option, { last: line, to })
      option.words.push(line.text)
      section.to = to
    } else if (line.kind === 'blank') option?.words.push('')
  }
  return { text, eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n', sections, lines }
}

/** Settings of [DEFAULT], counted once for each section that they stand in for. */
const mostDefaults = 1_000_000

interface Draft {
  readonly name: string
  readonly line: number
  readonly options: Map<string, OptionLines>
}

/** Reads a config or credentials file's text. What is legible beside a mistake is given all the same. */
export function parseIni(text: string, file: string): Ini {
  const { lines, sections: written } = readConfigText(text)
  const drafts = new Map<string, Draft>()
  // Settings under [DEFAULT] (upper case, not a profile) stand in for absent ones in every section.
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
  const settingsOf = (draft: Draft, options: Iterable<readonly [string, OptionLines]>) => {
    const settings = new Map<string, Setting>()
    for (const [name, { words, first }] of options) {
      const line = first.number
      const joined = stripEnd(words.join('\n'))
      const nested = joined.startsWith('\n') ? nestedOf(joined) : {}
      if (nested === null) refuse(`a line under ${named(name)} in ${quoted(draft.name)} has no =`, line)
      settings.set(name, {
        value: joined.startsWith('\n') ? '' : joined,
        nested: nested ?? {},
        file,
        line,
      })
    }
    return Object.fromEntries(settings)
  }
  const sections = [...drafts.values()].map((draft): Section => {
    const settings = settingsOf(draft, [...defaults.options, ...draft.options])
    return { name: draft.name, file, line: draft.line, settings }
  })
  // In this order: of [DEFAULT] alone aws reads nothing, so nothing in it is refused.
  return { sections, problem, defaults: settingsOf(defaults, defaults.options) }
}

/** `\nkey = value\n…` as botocore takes it apart; null where it gives up. Names keep their letter case. */
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
