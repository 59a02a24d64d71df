/**
 * Commands that the user may copy into any shell. There is one notation that all shells read alike; a name that it cannot
 * hold is in no command, and the text says why. `offer.oracle.test.ts` asks the shells.
 */
import { quoted, visible } from '../visible'

declare const brand: unique symbol
/** A line that passes these words to this program in every shell, and does nothing else. */
export type OfferedCommand = string & { readonly [brand]: 'offered' }

/** An option of ours with its value. What is in a command as text is never taken for an option. */
export interface Option {
  readonly name: `-${string}`
  readonly value: string | null
}
export const option = (name: `-${string}`, value: string | null = null): Option => ({ name, value })

export type Word = string | Option

export interface Offer {
  /** Null: no writing of it means the same in all shells. */
  readonly command: OfferedCommand | null
  /** For a sentence: the command between backticks, or which program it would be and why it is not written. */
  readonly text: string
}

/** nushell makes `../..` of a bare `...`. */
const bare = (word: string): boolean => /^[\w./:][\w./:-]*$/.test(word) && !word.includes('...')

/** Quotes of every kind (PowerShell reads typographic ones too), and what one shell or another reads within single ones. */
const readApart = /[\p{Quotation_Mark}\\`!$%^]/u

/** The one word as all shells read it; null: there is no such writing. A letter that is not seen cannot be copied knowingly. */
function wordOf(text: string, windows: boolean): string | null {
  if (bare(text)) return text
  // PowerShell of Windows loses an empty word, and cmd knows no single quotes.
  return windows || text === '' || readApart.test(text) || visible(text) !== text ? null : `'${text}'`
}

const isOffered = (line: string): line is OfferedCommand =>
  /^[\w./:][\w./:-]*(?: (?:[\w./:-]+|'[^\p{Quotation_Mark}\p{Cc}\\`!$%^]+'))*$/u.test(line)

/** `--name value`, and `--name=value` in one word where the value would be read as an option. */
const wordsOf = ({ name, value }: Option, windows: boolean): readonly (string | null)[] =>
  value === null
    ? [name]
    : value.startsWith('-')
      ? [wordOf(`${name}=${value}`, windows)]
      : [name, wordOf(value, windows)]

/** A command on this platform: a program and its words in order; words that begin with `-` come after `--` and all options. */
export function offerOn(platform: string, program: string, words: readonly Word[]): Offer {
  const windows = platform === 'win32'
  const dashed = words.findIndex((word) => typeof word === 'string' && word.startsWith('-'))
  const before = dashed < 0 ? words : words.slice(0, dashed)
  const behind = dashed < 0 ? [] : words.slice(dashed)
  const isText = (word: Word): word is string => typeof word === 'string'
  const written = [
    ...[...before, ...behind.filter((word) => !isText(word))].flatMap((word) =>
      isText(word) ? [wordOf(word, windows)] : wordsOf(word, windows),
    ),
    ...(dashed < 0 ? [] : ['--', ...behind.filter(isText).map((word) => wordOf(word, windows))]),
  ]
  // A program in quotes is a text to nushell and to PowerShell.
  const line = bare(program) && !written.includes(null) ? [program, ...written].join(' ') : ''
  if (isOffered(line)) return { command: line, text: `\`${line}\`` }
  return { command: null, text: notOffered(program, words, windows) }
}

/** The text in it that is not ours. */
const textOf = (word: Word): string | null => (typeof word === 'string' ? word : word.value)

/** Longer names say no more of why. */
const shown = (name: string): string =>
  quoted(name.length > 80 ? `${[...name].slice(0, 60).join('')}…` : name)

function notOffered(program: string, words: readonly Word[], windows: boolean): string {
  const names = words.map((word) => textOf(word) ?? '')
  const first = words.findIndex((word) => typeof word !== 'string' || !bare(word))
  const own = [program.replace(/^.*[\\/]/, ''), ...names.slice(0, first < 0 ? undefined : first)].filter(bare)
  const apart = bare(program)
    ? words.map(textOf).find((text) => text !== null && wordOf(text, windows) === null)
    : program
  return `${own.join(' ')} (not offered as a command: ${windows ? 'on Windows ' : ''}not every shell reads ${shown(apart ?? '')} as one word)`
}

/** The same for `eval`, which the shells of the Bourne family and fish know; the others refuse it and run nothing. */
export function evalOf({ command, text }: Offer): string {
  return command === null ? text : `\`eval "$(${command})"\``
}

/** A flag, which every shell reads as it is. */
const flag = /^--?[A-Za-z][A-Za-z\d-]*$/

/**
 * A word of a command that is shown and not offered: a flag unchanged, others written as above where possible, else as a name.
 */
export const shownWord = (platform: string, word: string): string =>
  flag.test(word) ? word : (wordOf(word, platform === 'win32') ?? quoted(word))

export type Part =
  | { readonly kind: 'words' | 'word'; readonly text: string }
  | { readonly kind: 'command'; readonly text: OfferedCommand }

/**
 * A sentence in its parts: text, and between backticks commands and other words to be written unchanged. A name in quotes is
 * text, whatever is in it.
 */
export function partsOf(sentence: string): readonly Part[] {
  const parts: Part[] = []
  for (const [at, said] of sentence.split(/(“[^”]*”)/).entries())
    for (const [within, text] of (at % 2 === 1 ? [said] : said.split(/`([^`]+)`/)).entries()) {
      const last = parts.at(-1)
      if (text === '') continue
      if (within % 2 === 1) parts.push(codeOf(text))
      else if (last?.kind !== 'words') parts.push({ kind: 'words', text })
      else parts.splice(-1, 1, { kind: 'words', text: last.text + text })
    }
  return parts
}

const codeOf = (text: string): Part =>
  /^(?:\/\S*\/)?(?:aws|kubectl|ekscope) /.test(text) && isOffered(text)
    ? { kind: 'command', text }
    : { kind: 'word', text }
