/** The flags of programs that are not aws: those that are known by name, anything else is refused with the reason. */
import { fail, ok, type Result } from '../result'
import type { Words } from './word-edits'

/** A value in a word, after `prefix` (`--profile=`). */
export interface WordPlace {
  readonly words: Words
  readonly at: number
  readonly prefix: string
}

/** Which flags a program has: by any of their names, the name here. */
export interface Flags {
  readonly program: string
  readonly values: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
}

/** Names of one flag are in one text, apart by blanks; its value follows it, or a switch has none. */
export const flags = (program: string, values: readonly string[], switches: readonly string[]): Flags => ({
  program,
  values: new Map(values.flatMap((names) => names.split(' ').map((name, _, all) => [name, all[0] ?? name]))),
  switches: new Set(switches.flatMap((names) => names.split(' '))),
})

/** A flag's value, and where it is written. */
export interface ReadFlag {
  readonly value: string
  readonly place: WordPlace
}

/** What was read of a program's arguments. */
export interface ReadFlags {
  readonly flags: ReadonlyMap<string, ReadFlag>
  /** The same, and those that come again before the last. */
  readonly each: readonly (readonly [name: string, flag: ReadFlag])[]
  /** Indexes of the words between them. */
  readonly others: readonly number[]
  /** The index of the first word that was not read: after `--`, or the end. */
  readonly end: number
  readonly dashes: boolean
}

/** A flag as a sentence may show it: its value may be a secret. */
export const shownFlag = (arg: string): string =>
  /^--?[A-Za-z][\w-]*/.exec(arg.startsWith('--') ? arg : arg.slice(0, 2))?.[0] ?? '-'

/** Flags and words up to `--`, or up to as many words as are wanted; of a repeated flag the last counts. */
export function readFlags(
  words: Words,
  from: number,
  known: Flags,
  wanted = Infinity,
): Result<ReadFlags, string> {
  const each: (readonly [string, ReadFlag])[] = []
  const others: number[] = []
  const read = (end: number, dashes: boolean) => ok({ flags: new Map(each), each, others, end, dashes })
  let i = from
  for (; i < words.words.length && others.length < wanted; i++) {
    const arg = words.words[i] ?? ''
    if (arg === '--') return read(i + 1, true)
    if (!arg.startsWith('-') || arg === '-') {
      others.push(i)
      continue
    }
    if (known.switches.has(arg)) continue
    const own = known.values.get(arg)
    const next = words.words[i + 1]
    if (own !== undefined) {
      // granted reads what follows `--exec --` as the command.
      const dashes = next === '--' && own === '--exec'
      if (next === undefined || (next.startsWith('-') && !dashes))
        return fail(`${shownFlag(arg)} of ${known.program} has no value`)
      each.push([own, { value: next, place: { words, at: i + 1, prefix: '' } }])
      if (dashes) return read(i + 2, dashes)
      i++
      continue
    }
    const prefix = /^--?[\w-]+=/.exec(arg)?.[0] ?? (arg.startsWith('--') ? null : arg.slice(0, 2))
    const named = prefix === null ? undefined : known.values.get(prefix.replace(/=$/, ''))
    if (prefix === null || named === undefined)
      return fail(`${shownFlag(arg)} of ${known.program} is not known, or runs nothing of ours`)
    each.push([named, { value: arg.slice(prefix.length), place: { words, at: i, prefix } }])
  }
  return read(i, false)
}

/** The long and the short name of a flag, for `flags`. */
export const longAndShort = (name: string, short: string) => `--${name} -${short}`
