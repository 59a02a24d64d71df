/**
 * A script of `sh -c` as far as it is certain how every shell reads it: words, quoted or not, of plain commands with `&&`
 * between them. Whatever a shell could expand, or do in addition, is refused with the reason. Judged by real shells in
 * wrappers.oracle.test.ts.
 */
import { fail, ok, type Result } from '../result'

/** A word as the command gets it, and where it is in the script. */
export interface ShellWord {
  readonly text: string
  readonly start: number
  readonly end: number
  /** Its letters up to here are unquoted: a name and its `=` count only so. */
  readonly bare: number
}

/** The words of a script; each of `breaks` is the index of the first word after an `&&`. */
export interface Script {
  readonly words: readonly ShellWord[]
  readonly breaks: readonly number[]
}

/** Characters that every shell takes literally; the dot is what is shown in place of a secret. */
const plain = /[\w@%+=:,./•-]/
const quotable = /[\x20-\x7e]/

/** Takes a script apart; the fault says, in words, why it is not certain what a shell would run. */
export function scriptOf(script: string): Result<Script, string> {
  const words: ShellWord[] = []
  const breaks: number[] = []
  const end = script.trimEnd().length
  let at = 0
  while (at < script.length) {
    const here = script.charAt(at)
    if (here === ' ' || here === '\t') at++
    else if (script.startsWith('\\\n', at)) at += 2
    else if (here === '\n') {
      // After the last word, as a block of YAML ends; before it, a line of its own.
      if (words.length > 0 && at < end) return fail('it has several lines')
      at++
    } else if (script.startsWith('&&', at)) {
      if (words.length === (breaks.at(-1) ?? 0)) return fail('nothing stands before &&')
      breaks.push(words.length)
      at += 2
    } else {
      const word = wordAt(script, at)
      if (!word.ok) return word
      words.push(word.value)
      at = word.value.end
    }
  }
  if (words.length === (breaks.at(-1) ?? 0)) return fail('it runs nothing')
  return ok({ words, breaks })
}

function wordAt(script: string, start: number): Result<ShellWord, string> {
  let text = ''
  let bare: number | null = null
  let at = start
  while (at < script.length) {
    const here = script.charAt(at)
    if (here === "'" || here === '"' || here === '\\') bare ??= text.length
    if (here === "'") {
      const end = script.indexOf("'", at + 1)
      if (end < 0) return fail('a quotation in it has no end')
      text += script.slice(at + 1, end)
      at = end + 1
    } else if (here === '"') {
      const quoted = doubleQuoted(script, at + 1)
      if (!quoted.ok) return quoted
      text += quoted.value.text
      at = quoted.value.end
    } else if (here === '\\') {
      const next = script.charAt(at + 1)
      if (next !== '\n') {
        if (!quotable.test(next))
          return fail('it has a backslash before something other than a letter or mark')
        text += next
      }
      at += 2
    } else if (plain.test(here)) {
      // After a mark zsh would look a command up by it.
      if (
        here === '=' &&
        !(/[\w-]/.test(script.charAt(at - 1)) && at > start && script.charAt(at + 1) !== '=')
      )
        return fail('it has = that a shell may not take as it stands')
      text += here
      at++
    } else if (here === ' ' || here === '\t' || here === '\n' || script.startsWith('&&', at)) break
    else
      return fail(
        `it has ${quotable.test(here) ? here : 'a character'} that a shell may not take as it stands`,
      )
  }
  return ok({ text, start, end: at, bare: bare ?? text.length })
}

function doubleQuoted(script: string, from: number): Result<{ text: string; end: number }, string> {
  let text = ''
  for (let at = from; at < script.length; at++) {
    const here = script.charAt(at)
    if (here === '"') return ok({ text, end: at + 1 })
    if (here === '$' || here === '`') return fail(`it has ${here} that a shell may not take as it stands`)
    if (here === '\\' && /["\\$`\n]/.test(script.charAt(at + 1))) {
      at++
      if (script.charAt(at) !== '\n') text += script.charAt(at)
    } else text += here
  }
  return fail('a quotation in it has no end')
}

/** Whether a word is the same to every shell without quotation. */
export const standsBare = (word: string): boolean => /^(?:[\w@%+:,./-]*[\w-]=)?[\w@%+:,./-]+$/.test(word)

/** A word as every POSIX shell takes it; a name and its `=` stay bare, or they would set no variable. */
export function quotedWord(word: string): string {
  if (standsBare(word)) return word
  const name = /^[A-Za-z_]\w*=/.exec(word)?.[0] ?? ''
  return `${name}'${word.slice(name.length).replaceAll("'", `'\\''`)}'`
}
