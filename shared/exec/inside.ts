/**
 * What an exec entry runs in the end, read through the wrappers around it (wrappers.ts): the command that gets the token, as
 * it would be written in an entry of its own, and where its words are in this one.
 */
import { fail, ok, type Result } from '../result'
import { type AwsProgram, programOf } from './program-arguments'
import { plainWords, type Words } from './word-edits'
import type { WordPlace } from './wrapper-flags'
import type { WrapperGives, WrapperName } from './wrapper-layer'
import { wrapperOf } from './wrappers'

/** What an exec entry runs. */
interface Command {
  readonly command: string | null
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
}

/** The command that gets the token, inside what wraps it. */
export interface WrappedCommand {
  /** What wraps it, outermost first. */
  readonly through: readonly WrapperName[]
  readonly program: AwsProgram
  /** Its own name, as it is written: another one where it runs in an image, or had that name. */
  readonly called: string
  /** With the variables that reach it: those of exec.env, and those that a wrapper sets. */
  readonly command: Command
  /** Variables of the environment that do not reach it. */
  readonly drops: ReadonlySet<string>
  /** The credentials that wrappers put in its environment, which beat files and environment; null: none. */
  readonly gives: WrapperGives | null
  /** Where its words are: the command at `at`, its arguments after it. */
  readonly words: Words
  readonly at: number
  /** Where wrappers set its variables; the others are in exec.env. */
  readonly places: ReadonlyMap<string, WordPlace | null>
}

/** Of an entry that is neither aws nor the authenticator, nor wraps it. */
export const notAws = 'the command is neither aws nor aws-iam-authenticator'

/** Wrappers in wrappers: no real entry has more. */
const mostLayers = 6

const keys: ReadonlySet<string> = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])

/** Reads an entry through its wrappers; the fault says why what it runs is not known for certain. */
export function throughWrappers({ command, args, env }: Command): Result<WrappedCommand, string> {
  const variables = new Map<string, string>()
  for (const { name, value } of env) variables.set(name, value)
  const drops = new Set<string>()
  const places = new Map<string, WordPlace | null>()
  const through: WrapperName[] = []
  let words = plainWords(command ?? '', args)
  let at = 0
  let gives: WrapperGives | null = null
  let runs: AwsProgram | null = null
  let name: string | null = null
  while (through.length < mostLayers) {
    const called = name ?? words.words[at] ?? ''
    const program = runs ?? programOf(called)
    if (program !== 'other') {
      const reach = [...variables].map(([name, value]) => ({ name, value }))
      const wrapped = { command: runs ?? called, args: words.words.slice(at + 1), env: reach }
      return ok({ through, program, called, command: wrapped, drops, gives, words, at, places })
    }
    const wrapper = wrapperOf(called)
    if (wrapper === null)
      return fail(
        through.length === 0
          ? notAws
          : `what ${through.at(-1)} runs is neither aws nor aws-iam-authenticator`,
      )
    const layer = wrapper.read(words, at, variables)
    if (!layer.ok) return layer
    const { sets, unsets } = layer.value
    const touched = [...unsets, ...sets.map(({ name }) => name)]
    if (gives !== null && layer.value.gives === null && touched.some((name) => keys.has(name)))
      return fail(`${wrapper.by} changes the keys that ${gives.by} gives`)
    for (const name of unsets) {
      variables.delete(name)
      places.delete(name)
      drops.add(name)
    }
    for (const { name, value, place } of sets) {
      variables.set(name, value)
      places.set(name, place)
    }
    ;({ words, at } = layer.value)
    gives = layer.value.gives ?? gives
    runs = layer.value.runs ?? null
    name = layer.value.called ?? null
    through.push(wrapper.by)
  }
  return fail('too many commands run each other')
}
