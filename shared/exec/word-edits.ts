/**
 * Where the words of a command are: they are the arguments of an exec entry, or lie inside one of them, in a script or in a
 * text that is split at blanks. An edit of words becomes an edit of the arguments; all other words stay as they are spelt.
 */
import { quotedWord, type ShellWord, standsBare } from './shell-words'

/** Some words of a list in place of others. */
export interface WordEdit {
  readonly at: number
  readonly remove: number
  readonly insert: readonly string[]
}

export interface Words {
  readonly words: readonly string[]
  /** The same edits as edits of the entry's arguments; null where these could not say them for certain. */
  readonly edited: (edits: readonly WordEdit[]) => readonly WordEdit[] | null
}

/** A command and its arguments themselves. */
export function plainWords(command: string, args: readonly string[]): Words {
  return {
    words: [command, ...args],
    // The command is no argument.
    edited: (edits) =>
      edits.some(({ at }) => at === 0) ? null : edits.map((edit) => ({ ...edit, at: edit.at - 1 })),
  }
}

/** Words that a program joins by blanks and hands to a shell: only those that need no quotation. */
export function joined(outer: Words): Words {
  return {
    words: outer.words,
    edited: (edits) => (edits.some(({ insert }) => !insert.every(standsBare)) ? null : outer.edited(edits)),
  }
}

/** A text in one word of others, after `prefix` (`--exec=`). */
interface Inner {
  readonly outer: Words
  readonly at: number
  readonly prefix: string
  readonly text: string
}

const within = ({ outer, at, prefix }: Inner, text: string): readonly WordEdit[] | null =>
  outer.edited([{ at, remove: 1, insert: [prefix + text] }])

/** A text that a program splits at every blank, without quotation. */
export function split(inner: Inner): Words {
  const words = inner.text.split(' ')
  return {
    words,
    edited(edits) {
      if (edits.some(({ insert }) => insert.some((word) => word === '' || word.includes(' ')))) return null
      const next = [...words]
      for (const { at, remove, insert } of [...edits].reverse()) next.splice(at, remove, ...insert)
      return within(inner, next.join(' '))
    },
  }
}

/** The words of a shell's script. */
export function scripted(inner: Inner, words: readonly ShellWord[]): Words {
  return {
    words: words.map(({ text }) => text),
    edited(edits) {
      let text = inner.text
      for (const { at, remove, insert } of [...edits].reverse()) {
        const quoted = insert.map(quotedWord).join(' ')
        const [first, before] = [words[at], words[at - 1]]
        const last = words[at + remove - 1]
        if (remove === 0 && first !== undefined && before !== undefined && at < words.length) {
          text = `${text.slice(0, first.start)}${quoted} ${text.slice(first.start)}`
        } else if (remove === 0 && before !== undefined) {
          text = `${text.slice(0, before.end)} ${quoted}${text.slice(before.end)}`
        } else if (first !== undefined && last !== undefined && insert.length > 0) {
          text = text.slice(0, first.start) + quoted + text.slice(last.end)
        } else if (before !== undefined && last !== undefined) {
          text = text.slice(0, before.end) + text.slice(last.end)
        } else if (first !== undefined && last !== undefined) {
          const next = words[at + remove]
          if (next === undefined) return null
          text = text.slice(0, first.start) + text.slice(next.start)
        } else return null
      }
      return within(inner, text)
    },
  }
}

/** Of longer lists only their beginnings and ends are compared. */
const mostCompared = 1_000_000

/** The fewest edits that turn one list of words into another, in their order. */
export function editsBetween(was: readonly string[], is: readonly string[]): readonly WordEdit[] {
  let from = 0
  while (from < was.length && from < is.length && was[from] === is[from]) from++
  let tail = 0
  while (tail < was.length - from && tail < is.length - from && was.at(-1 - tail) === is.at(-1 - tail)) tail++
  const [before, after] = [was.slice(from, was.length - tail), is.slice(from, is.length - tail)]
  if (before.length === 0 && after.length === 0) return []
  const whole = [{ at: from, remove: before.length, insert: after }]
  if (before.length * after.length > mostCompared) return whole
  const common = lengths(before, after)
  const edits: WordEdit[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [startI, startJ] = [i, j]
    while ((i < before.length || j < after.length) && !(i < before.length && before[i] === after[j])) {
      if (j >= after.length || (i < before.length && common(i + 1, j) >= common(i, j + 1))) i++
      else j++
    }
    if (i > startI || j > startJ)
      edits.push({ at: from + startI, remove: i - startI, insert: after.slice(startJ, j) })
    while (i < before.length && before[i] === after[j]) {
      i++
      j++
    }
  }
  return edits
}

/** How many words two lists have in common from some places on. */
function lengths(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  const get = (i: number, j: number) => table[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] = a[i] === b[j] ? get(i + 1, j + 1) + 1 : Math.max(get(i + 1, j), get(i, j + 1))
  return get
}
