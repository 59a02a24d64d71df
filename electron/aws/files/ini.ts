/**
 * The dialect of ~/.aws/config and ~/.aws/credentials, which is that of Python's RawConfigParser (strict) with
 * botocore's one level of nesting on top. Text in, sections out; never throws. Judged by the real aws.
 */
import type { Section, Setting } from './files'

/** Sections in the file's order, and the first reason for which aws refuses the whole file. */
export interface Ini {
  readonly sections: readonly Section[]
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

/** Settings of [DEFAULT], counted once for each section that they stand in for. */
const mostDefaults = 1_000_000

interface Draft {
  readonly name: string
  readonly line: number
  readonly options: Map<string, { readonly line: number; readonly lines: string[] }>
}

/** Reads a config or credentials file's text. What is legible beside a mistake is given all the same. */
export function parseIni(text: string, file: string): Ini {
  const drafts = new Map<string, Draft>()
  // Settings under [DEFAULT] (upper case, not a profile) stand in for absent ones in every section.
  const defaults: Draft = { name: 'DEFAULT', line: 0, options: new Map() }
  let problem: IniProblem | null = null
  const refuse = (message: string, line: number) => {
    problem ??= { message, line }
  }
  let section: Draft | null = null
  let option: string | null = null
  let indent = 0
  let number = 0
  for (const line of text.split(/\r\n|\n|\r/)) {
    number++
    const ink = strip(line)
    const values: string[] | undefined = option === null ? undefined : section?.options.get(option)?.lines
    if (ink === '') {
      values?.push('')
      continue
    }
    if (ink.startsWith('#') || ink.startsWith(';')) continue
    const depth = Math.max(0, line.search(firstInk))
    if (values !== undefined && depth > indent) {
      values.push(ink)
      continue
    }
    indent = depth
    const header: string | undefined = /^\[([^\n]+)\]/.exec(ink)?.[1]
    if (header !== undefined) {
      option = null
      const known: Draft | undefined = header === 'DEFAULT' ? defaults : drafts.get(header)
      if (known !== undefined && known !== defaults) refuse(`the section [${header}] stands twice`, number)
      section = known ?? { name: header, line: number, options: new Map() }
      if (known === undefined) drafts.set(header, section)
      continue
    }
    if (section === null) {
      const mark = ink.startsWith('\ufeff') ? 'a byte order mark stands' : 'a line stands'
      refuse(`${mark} before the first section`, number)
      continue
    }
    const delimiter = ink.search(/[=:]/)
    const name = stripEnd(ink.slice(0, Math.max(0, delimiter))).toLowerCase()
    if (delimiter < 0 || name === '') {
      refuse(delimiter < 0 ? 'a line has neither = nor :' : 'a line has no name before its delimiter', number)
      continue
    }
    if (section.options.has(name)) {
      refuse(`${name} stands twice in [${section.name}]`, number)
    }
    option = name
    section.options.set(name, { line: number, lines: [strip(ink.slice(delimiter + 1))] })
  }

  if (drafts.size * defaults.options.size > mostDefaults) {
    refuse('[DEFAULT] has more settings for more sections than Ekscope holds', 1)
    defaults.options.clear()
  }
  const sections = [...drafts.values()].map((draft): Section => {
    const settings = new Map<string, Setting>()
    for (const [name, { line, lines }] of [...defaults.options, ...draft.options]) {
      const joined = stripEnd(lines.join('\n'))
      const nested = joined.startsWith('\n') ? nestedOf(joined) : {}
      if (nested === null) refuse(`a line under ${name} in [${draft.name}] has no =`, line)
      settings.set(name, {
        value: joined.startsWith('\n') ? '' : joined,
        nested: nested ?? {},
        file,
        line,
      })
    }
    return { name: draft.name, file, line: draft.line, settings: Object.fromEntries(settings) }
  })
  return { sections, problem }
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

/**
 * Words of a line as Python's shlex.split takes them (POSIX, no comments): section names and credential_process
 * are read so. Null where shlex gives up: a quotation or an escape without its end.
 */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const at = line.charAt(i)
    if (quote === "'") {
      if (at === "'") quote = ''
      else word += at
    } else if (quote === '"') {
      const next = line.charAt(i + 1)
      if (at === '"') quote = ''
      else if (at === '\\') {
        if (next === '') return null
        word += next === '"' || next === '\\' ? next : at + next
        i++
      } else word += at
    } else if (/[ \t\r\n]/.test(at)) {
      if (word !== null) words.push(word)
      word = null
    } else if (at === '\\') {
      i++
      if (i >= line.length) return null
      word = (word ?? '') + line.charAt(i)
    } else if (at === "'" || at === '"') {
      quote = at
      word ??= ''
    } else word = (word ?? '') + at
  }
  if (quote !== '') return null
  if (word !== null) words.push(word)
  return words
}
