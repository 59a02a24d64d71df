/** What one wrapper does to the command that it runs: the variables that it sets, and whose credentials it gives. */
import type { WrapperProgram } from '../kubeconfig/wrapper-programs'
import { fail, ok, type Result } from '../result'
import type { AwsProgram } from './program-arguments'
import type { Words } from './word-edits'
import type { ReadFlag, WordPlace } from './wrapper-flags'

export type WrapperName = 'sh' | Exclude<WrapperProgram, 'assumego'>

/** A variable that a wrapper sets for what it runs; the place is null where no word is its value. */
export interface SetVariable {
  readonly name: string
  readonly value: string
  readonly place: WordPlace | null
}

/**
 * What a wrapper decides of the identity of what it runs. `credentials`: it gives keys, which a profile among the arguments
 * beats. `environment`: it sets variables by its own settings, which that beats too. `everything`: files and keys are its own,
 * whatever profile is named.
 */
export interface WrapperGives {
  readonly by: WrapperName
  readonly decides: 'credentials' | 'environment' | 'everything'
  /** Whose; null where the wrapper's own settings say it. */
  readonly profile: string | null
  readonly place: WordPlace | null
  /** A role that it assumes by them before it runs anything. */
  readonly role: string | null
  /** The folder of this computer that what it runs has as its `~/.aws`, and takes credentials from; null: not known. */
  readonly folder: string | null
}

/** One wrapper read: what it runs begins at `words[at]`. */
export interface Layer {
  readonly words: Words
  readonly at: number
  readonly sets: readonly SetVariable[]
  readonly unsets: readonly string[]
  readonly gives: WrapperGives | null
  /** What `words[at]` is, where that is not its name: what comes after it are the arguments of this program. */
  readonly runs?: AwsProgram
  /** The command by which that is run, where it is not `words[at]`: `ekscope token --aws PATH …` runs PATH. */
  readonly called?: string
}

/** `variables`: those that the entry, or what wraps it, sets. */
export type Read = (words: Words, at: number, variables: ReadonlyMap<string, string>) => Result<Layer, string>

export const keyVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_FILE',
]
export const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']
export const regionVariables = ['AWS_REGION', 'AWS_DEFAULT_REGION']

/** The profile that a word names. */
export const namedBy = (words: Words, at: number): Pick<WrapperGives, 'profile' | 'place'> => ({
  profile: words.words[at] ?? '',
  place: { words, at, prefix: '' },
})

/** The profile that a flag names; null where its own settings do. */
export const byFlag = (flag: ReadFlag | undefined): Pick<WrapperGives, 'profile' | 'place'> => ({
  profile: flag?.value ?? null,
  place: flag?.place ?? null,
})

/** The variables of a region that a flag names. */
export const regionSet = (flag: ReadFlag | undefined): readonly SetVariable[] =>
  flag === undefined ? [] : regionVariables.map((name) => ({ name, ...flag }))

type Optional = 'role' | 'decides' | 'folder'
/** What a wrapper gives, with the variables that it sets. */
export type GivenByWrapper = Omit<WrapperGives, Optional> &
  Partial<Pick<WrapperGives, Optional> & Pick<Layer, 'sets'>>

/** The layer of a wrapper that gives credentials: without anything else said, keys, no role and the usual folder of AWS files. */
export function givingCredentials(
  words: Words,
  at: number,
  {
    sets = [],
    unsets,
    role = null,
    decides = 'credentials',
    folder = null,
    ...gives
  }: GivenByWrapper & Pick<Layer, 'unsets'>,
): Result<Layer, string> {
  if (words.words[at] === undefined) return fail(`${gives.by} runs nothing`)
  return ok({ words, at, sets, unsets, gives: { ...gives, role, decides, folder } })
}

/** The layer of a wrapper that decides by its own settings, which no file that is read here holds. */
export const decidingItself = (
  by: WrapperName,
  decides: WrapperGives['decides'],
  words: Words,
  at: number,
  { unsets = [], ...more }: Partial<Pick<Layer, 'unsets' | 'sets'> & Pick<WrapperGives, 'folder'>> = {},
): Result<Layer, string> =>
  givingCredentials(words, at, { by, decides, profile: null, place: null, unsets, ...more })
