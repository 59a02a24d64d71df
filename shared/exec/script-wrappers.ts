/** A shell and env before aws: what their words run, and the variables that are set in front of it. */
import { fail, ok, type Result } from '../result'
import { baseName } from './program-arguments'
import { scriptOf } from './shell-words'
import { scripted, type Words } from './word-edits'
import { flags, readFlags, shownFlag } from './wrapper-flags'
import {
  keyVariables,
  type Layer,
  namedBy,
  profileVariables,
  regionSet,
  regionVariables,
  type SetVariable,
} from './wrapper-layer'

const longOptions: ReadonlySet<string> = new Set(['--login', '--posix', '--noprofile', '--norc'])

/** Reads the options of a shell, and the script that -c runs. */
export function readShell(words: Words, at: number): Result<Layer, string> {
  let runs = false
  for (let i = at + 1; i < words.words.length; i++) {
    const arg = words.words[i] ?? ''
    if (/^-[celu]*o?$/.test(arg) && arg !== '-') {
      if (arg.includes('c')) runs = true
      // `-o pipefail`
      if (arg.includes('o')) i++
    } else if (!longOptions.has(arg)) {
      if (arg.startsWith('-') || arg.startsWith('+'))
        return fail(`the option ${shownFlag(arg)} of the shell is not known`)
      return runs ? readScript(words, i) : fail('the shell is not run with -c')
    }
  }
  return fail('the shell is not run with -c')
}

/** Reads a script that runs one command, with variables or a sourced awsume before it. */
export function readScript(outer: Words, at: number, prefix = ''): Result<Layer, string> {
  const text = (outer.words[at] ?? '').slice(prefix.length)
  const script = scriptOf(text)
  if (!script.ok) return fail(`what the shell makes of it is not certain: ${script.fault}`)
  const words = scripted({ outer, at, prefix, text }, script.value.words)
  const { breaks } = script.value
  const [first] = breaks
  const sourced = first === undefined ? null : readAwsume(words, first)
  if (sourced === null ? breaks.length > 0 : breaks.length > 1) return fail('the shell runs several commands')
  if (sourced !== null && !sourced.ok) return sourced
  const sets: SetVariable[] = [...(sourced?.value.sets ?? [])]
  let command = first ?? 0
  for (; command < script.value.words.length; command++) {
    const word = script.value.words[command]
    const name = /^[A-Za-z_]\w*=/.exec(word?.text ?? '')?.[0]
    if (word === undefined || name === undefined || word.bare < name.length) break
    sets.push(variableAt(words, command, name))
  }
  const called = script.value.words[command]
  if (called?.text === 'exec' && called.bare === 4) {
    command++
    if (words.words[command]?.startsWith('-')) return fail('an option of exec is not known')
  }
  if (words.words[command] === undefined) return fail('the shell runs nothing')
  const { unsets = [], gives = null } = sourced?.value ?? {}
  return ok({ words, at: command, sets, unsets, gives })
}

/** The variable that a word sets, `name` with its `=`. */
function variableAt(words: Words, at: number, name: string): SetVariable {
  const value = (words.words[at] ?? '').slice(name.length)
  return { name: name.slice(0, -1), value, place: { words, at, prefix: name } }
}

/** Reads the options of env, and the variables that it sets and takes away. */
export function readEnv(words: Words, at: number): Result<Layer, string> {
  const sets: SetVariable[] = []
  const unsets: string[] = []
  let i = at + 1
  for (; i < words.words.length; i++) {
    const arg = words.words[i] ?? ''
    if (arg === '--') {
      i++
      break
    }
    const name = /^(?:--unset=|-u)(.+)$/s.exec(arg)?.[1]
    if (name !== undefined) unsets.push(name)
    else if (arg === '-u' || arg === '--unset') unsets.push(words.words[++i] ?? '')
    else if (arg.startsWith('-')) return fail(`the option ${shownFlag(arg)} of env is not known`)
    else break
  }
  for (; i < words.words.length; i++) {
    const name = /^[^=]+=/s.exec(words.words[i] ?? '')?.[0]
    if (name === undefined) break
    sets.push(variableAt(words, i, name))
  }
  if (words.words[i] === undefined) return fail('env runs nothing')
  return ok({ words, at: i, sets, unsets, gives: null })
}

// awsume can only be sourced, `. awsume PROFILE && aws …`: run as a program it would give nothing to what follows.
const awsumeFlags = flags(
  'awsume',
  ['--region', '--session-name', '--mfa-token', '--role-duration'],
  ['-r', '--refresh'],
)

/** Awsume as the first of two commands of a script, the second from `end` on; null where something else is the first. */
function readAwsume(
  words: Words,
  end: number,
): Result<Pick<Layer, 'sets' | 'unsets' | 'gives'>, string> | null {
  const [dot = '', sourced = ''] = words.words
  if ((dot !== '.' && dot !== 'source') || baseName(sourced) !== 'awsume') return null
  const own: Words = { ...words, words: words.words.slice(0, end) }
  const read = readFlags(own, 2, awsumeFlags)
  if (!read.ok) return read
  const [profile, ...more] = read.value.others
  if (profile === undefined || more.length > 0 || read.value.dashes)
    return fail('awsume does not name one profile')
  return ok({
    sets: regionSet(read.value.flags.get('--region')),
    unsets: [...keyVariables, ...profileVariables, ...regionVariables],
    gives: { by: 'awsume', decides: 'credentials', ...namedBy(words, profile), role: null, folder: null },
  })
}

/** After it a shell would read these as something else than the name of a program. */
const shellWord = /=|^(?:exec|\.|source|time|command|if|while|until|for|case|function|coproc)$/

/** Whether a shell that gets these words joined by blanks runs a program with just these arguments. */
export function isSameInShell({ words }: Words, from: number): boolean {
  const own = words.slice(from)
  const script = scriptOf(own.join(' '))
  const same = script.ok && script.value.breaks.length === 0
  return (
    same &&
    script.value.words.map(({ text }) => text).join('\0') === own.join('\0') &&
    !shellWord.test(own[0] ?? '')
  )
}
