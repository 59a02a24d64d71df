/**
 * The programs that kubeconfigs put before aws or the authenticator, each with its own grammar: a shell, env, and those that give
 * credentials to what they run. What of their arguments is not known is refused with the reason.
 */
import type { credentialPrograms } from '../kubeconfig/secrets'
import { fail, ok, type Result } from '../result'
import { baseName } from './arguments'
import { scriptOf } from './shell-words'
import { joined, scripted, split, type Words } from './words'

export type WrapperName =
  | 'sh'
  | 'env'
  | 'aws-vault'
  | 'assume'
  | 'awsume'
  | 'aws-sso'
  | 'saml2aws'
  | 'aws-okta'

/** A value in a word, after `prefix` (`--profile=`). */
export interface WordPlace {
  readonly words: Words
  readonly at: number
  readonly prefix: string
}

/** A variable that a wrapper sets for what it runs; the place is null where no word is its value. */
export interface SetVariable {
  readonly name: string
  readonly value: string
  readonly place: WordPlace | null
}

/** Credentials that a wrapper puts into the environment of what it runs. */
export interface WrapperGives {
  readonly by: WrapperName
  /** Whose; null where the wrapper's own settings say it. */
  readonly profile: string | null
  readonly place: WordPlace | null
  /** A role that it assumes by them before it runs anything. */
  readonly role: string | null
}

/** One wrapper read: what it runs begins at `words[at]`. */
export interface Layer {
  readonly words: Words
  readonly at: number
  readonly sets: readonly SetVariable[]
  readonly unsets: readonly string[]
  readonly gives: WrapperGives | null
}

type Read = (words: Words, at: number) => Result<Layer, string>

const keyVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_FILE',
]
const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']
const regionVariables = ['AWS_REGION', 'AWS_DEFAULT_REGION']

const shells: ReadonlySet<string> = new Set(['sh', 'dash', 'bash', 'zsh', 'ash'])

/** The wrapper that a command starts, by the last segment of its path; awsume is only sourced, so it is found in a script. */
export function wrapperOf(command: string): Wrapper | null {
  const name = baseName(command)
  return shells.has(name) ? { by: 'sh', read: readShell } : (wrappers.get(name) ?? null)
}

interface Wrapper {
  readonly by: WrapperName
  readonly read: Read
}

type WrapperProgram = 'env' | Exclude<(typeof credentialPrograms)[number], 'awsume'>

const readers: Readonly<Record<WrapperProgram, Wrapper>> = {
  env: { by: 'env', read: readEnv },
  'aws-vault': { by: 'aws-vault', read: readAwsVault },
  assume: { by: 'assume', read: readAssume },
  assumego: { by: 'assume', read: readAssume },
  'aws-sso': { by: 'aws-sso', read: readAwsSso },
  saml2aws: { by: 'saml2aws', read: readSaml2aws },
  'aws-okta': { by: 'aws-okta', read: readAwsOkta },
}
const wrappers: ReadonlyMap<string, Wrapper> = new Map(Object.entries(readers))

// a shell -------------------------------------------------------------------------------------------------------

const longOptions: ReadonlySet<string> = new Set(['--login', '--posix', '--noprofile', '--norc'])

function readShell(words: Words, at: number): Result<Layer, string> {
  let runs = false
  for (let i = at + 1; i < words.words.length; i++) {
    const arg = words.words[i] ?? ''
    if (/^-[celu]*o?$/.test(arg) && arg !== '-') {
      if (arg.includes('c')) runs = true
      // `-o pipefail`
      if (arg.includes('o')) i++
    } else if (!longOptions.has(arg)) {
      if (arg.startsWith('-') || arg.startsWith('+'))
        return fail(`the option ${spelt(arg)} of the shell is not known`)
      return runs ? readScript(words, i) : fail('the shell is not run with -c')
    }
  }
  return fail('the shell is not run with -c')
}

function readScript(outer: Words, at: number): Result<Layer, string> {
  const text = outer.words[at] ?? ''
  const script = scriptOf(text)
  if (!script.ok) return fail(`what the shell makes of it is not certain: ${script.fault}`)
  const words = scripted({ outer, at, prefix: '', text }, script.value.words)
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

// env -----------------------------------------------------------------------------------------------------------

function readEnv(words: Words, at: number): Result<Layer, string> {
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
    else if (arg.startsWith('-')) return fail(`the option ${spelt(arg)} of env is not known`)
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

// those that give credentials -----------------------------------------------------------------------------------

/** Which flags a program has: by any of their names, the name here. */
interface Flags {
  readonly program: string
  readonly values: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
}

const flags = (program: string, values: readonly string[], switches: readonly string[]): Flags => ({
  program,
  values: new Map(values.flatMap((names) => names.split(' ').map((name, _, all) => [name, all[0] ?? name]))),
  switches: new Set(switches.flatMap((names) => names.split(' '))),
})

interface ReadFlag {
  readonly value: string
  readonly place: WordPlace
}

interface ReadFlags {
  readonly flags: ReadonlyMap<string, ReadFlag>
  /** Indexes of the words between them. */
  readonly others: readonly number[]
  /** The index of the first word that was not read: after `--`, or the end. */
  readonly end: number
  readonly dashes: boolean
}

/** A flag as a sentence may show it: its value may be a secret. */
const spelt = (arg: string): string =>
  /^--?[A-Za-z][\w-]*/.exec(arg.startsWith('--') ? arg : arg.slice(0, 2))?.[0] ?? '-'

/** Flags and words up to `--`, or up to as many words as are wanted; of a repeated flag the last counts. */
function readFlags(words: Words, from: number, known: Flags, wanted = Infinity): Result<ReadFlags, string> {
  const found = new Map<string, ReadFlag>()
  const others: number[] = []
  let i = from
  for (; i < words.words.length && others.length < wanted; i++) {
    const arg = words.words[i] ?? ''
    if (arg === '--') return ok({ flags: found, others, end: i + 1, dashes: true })
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
        return fail(`${spelt(arg)} of ${known.program} has no value`)
      found.set(own, { value: next, place: { words, at: i + 1, prefix: '' } })
      if (dashes) return ok({ flags: found, others, end: i + 2, dashes })
      i++
      continue
    }
    const prefix = /^--?[\w-]+=/.exec(arg)?.[0] ?? (arg.startsWith('--') ? null : arg.slice(0, 2))
    const named = prefix === null ? undefined : known.values.get(prefix.replace(/=$/, ''))
    if (prefix === null || named === undefined)
      return fail(`${spelt(arg)} of ${known.program} is not known, or runs nothing of ours`)
    found.set(named, { value: arg.slice(prefix.length), place: { words, at: i, prefix } })
  }
  return ok({ flags: found, others, end: i, dashes: false })
}

/** The profile that a word names. */
const namedBy = (words: Words, at: number): Pick<WrapperGives, 'profile' | 'place'> => ({
  profile: words.words[at] ?? '',
  place: { words, at, prefix: '' },
})

/** The profile that a flag names; null where its own settings do. */
const byFlag = (flag: ReadFlag | undefined): Pick<WrapperGives, 'profile' | 'place'> => ({
  profile: flag?.value ?? null,
  place: flag?.place ?? null,
})

const both = (name: string, short: string) => `--${name} -${short}`

/** The variables of a region that a flag names. */
const regionSet = (flag: ReadFlag | undefined): readonly SetVariable[] =>
  flag === undefined ? [] : regionVariables.map((name) => ({ name, ...flag }))

// aws-vault: cli/exec.go and cli/global.go of its versions 4 to 7. A server of credentials would count after what files hold.
const awsVaultFlags = flags(
  'aws-vault',
  [
    both('duration', 'd'),
    '--region',
    both('mfa-token', 't'),
    '-m',
    '--session-ttl',
    '--assume-role-ttl',
    '--backend',
    '--prompt',
    '--keychain',
    '--secret-service-collection',
    '--pass-dir',
    '--pass-cmd',
    '--pass-prefix',
    '--file-dir',
  ],
  [both('no-session', 'n'), '--debug', '--stdout', '--lazy'],
)

function readAwsVault(words: Words, at: number): Result<Layer, string> {
  // A region in the environment wins over that of the profile.
  return readExec(words, at, 'aws-vault', awsVaultFlags, (flag) => ({ sets: regionSet(flag('--region')) }))
}

/** `… exec PROFILE -- COMMAND…`: how two programs that give a profile's credentials are run. */
function readExec(
  words: Words,
  at: number,
  by: 'aws-vault' | 'aws-okta',
  known: Flags,
  more: (flag: (name: string) => ReadFlag | undefined) => Pick<Gives, 'role' | 'sets'>,
): Result<Layer, string> {
  const read = readFlags(words, at + 1, known)
  if (!read.ok) return read
  const { flags: found, others, end, dashes } = read.value
  const [verb, profile, ...rest] = others
  if (verb === undefined || words.words[verb] !== 'exec') return fail(`${by} is not run with exec`)
  if (profile === undefined) return fail(`${by} names no profile`)
  // Without it the flags of aws would be its own.
  if (!dashes || rest.length > 0) return fail(`${by} has no -- before the command`)
  return given(words, end, {
    by,
    ...namedBy(words, profile),
    ...more((name) => found.get(name)),
    unsets: [...keyVariables, ...profileVariables],
  })
}

/** What a wrapper gives, with the variables that it sets. */
type Gives = Omit<WrapperGives, 'role'> & Partial<Pick<WrapperGives, 'role'> & Pick<Layer, 'sets'>>

function given(
  words: Words,
  at: number,
  { sets = [], unsets, role = null, ...gives }: Gives & Pick<Layer, 'unsets'>,
): Result<Layer, string> {
  if (words.words[at] === undefined) return fail(`${gives.by} runs nothing`)
  return ok({ words, at, sets, unsets, gives: { ...gives, role } })
}

// granted: pkg/assume. One dash is as good as two; the text of --exec is split at every blank.
const assumeValues = [
  '--region -r',
  '--exec',
  '--duration -d',
  '--mfa-token',
  '--chain',
  '--reason',
  '--browser-profile -bp',
  '--pass-through -pt',
  '--attach',
]
const assumeFlags = flags(
  'assume',
  assumeValues.map((names) => `${names} ${names.split(' ')[0]?.slice(1)}`),
  ['--no-cache', '--verbose', '--confirm', '--wait', '--export-sso-token', '--skip-profile-registry-sync']
    .flatMap((name) => [name, name.slice(1)])
    .concat('-y', '-es'),
)

function readAssume(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, assumeFlags)
  if (!read.ok) return read
  const { flags: found, others, end, dashes } = read.value
  const exec = found.get('--exec')
  const [profile, ...more] = others
  if (exec === undefined) return fail('assume is not run with --exec')
  if (profile === undefined || more.length > 0) return fail('assume does not name one profile')
  if (exec.value === '--' ? !dashes : dashes) return fail('assume runs nothing that is certain')
  const { place, value } = exec
  const inner =
    value === '--' ? words : split({ outer: place.words, at: place.at, prefix: place.prefix, text: value })
  const region = found.get('--region')
  return given(inner, value === '--' ? end : 0, {
    by: 'assume',
    ...namedBy(words, profile),
    role: found.get('--chain')?.value ?? null,
    // It takes short names of regions, too (`use1`), and without the flag the profile's.
    sets: region !== undefined && /^[a-z]{2}(?:-[a-z0-9]+)+-\d+$/.test(region.value) ? regionSet(region) : [],
    unsets: [...keyVariables, ...regionVariables],
  })
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
    gives: { by: 'awsume', ...namedBy(words, profile), role: null },
  })
}

// aws-sso: cmd/aws-sso/exec_cmd.go. Profiles are named by its own settings; the first other word begins the command.
const awsSsoFlags = flags(
  'aws-sso',
  [
    both('arn', 'a'),
    both('account', 'A'),
    both('role', 'R'),
    both('profile', 'p'),
    both('browser', 'b'),
    '--config',
  ].concat([both('level', 'L'), both('url-action', 'u'), both('sso', 'S'), '--threads']),
  [both('no-region', 'n'), '--lines', '--sts-refresh', '--no-config-check'],
)

function readAwsSso(words: Words, at: number): Result<Layer, string> {
  const before = readFlags(words, at + 1, awsSsoFlags, 1)
  if (!before.ok) return before
  const [verb] = before.value.others
  if (verb === undefined || words.words[verb] !== 'exec') return fail('aws-sso is not run with exec')
  const read = readFlags(words, verb + 1, awsSsoFlags, 1)
  if (!read.ok) return read
  const { flags: found, others, end } = read.value
  const flag = (name: string) => found.get(name) ?? before.value.flags.get(name)
  const profile = flag('--profile')
  if (profile === undefined && flag('--arn') === undefined && flag('--role') === undefined)
    return fail('aws-sso names no profile and no role')
  return given(words, others[0] ?? end, {
    by: 'aws-sso',
    ...byFlag(profile),
    unsets: [...keyVariables, 'AWS_DEFAULT_REGION'],
  })
}

// saml2aws: cmd/saml2aws/main.go. What follows is joined by blanks and run by /bin/sh.
const saml2awsFlags = flags(
  'saml2aws',
  [
    both('profile', 'p'),
    '--exec-profile',
    both('idp-account', 'a'),
    '--idp-provider',
    '--config',
    '--mfa',
    '--url',
  ]
    .concat(['--username', '--password', '--mfa-token', '--role', '--aws-urn', '--session-duration'])
    .concat([both('region', 'r'), '--credentials-file', '--cache-file', '--prompter']),
  ['--verbose', '--quiet', '--skip-prompt', both('skip-verify', 's'), '--disable-keychain', '--cache-saml'],
)
/** After it a shell would read these as something else than the name of a program. */
const shellWord = /=|^(?:exec|\.|source|time|command|if|while|until|for|case|function|coproc)$/

function readSaml2aws(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, saml2awsFlags)
  if (!read.ok) return read
  const { flags: found, others, end, dashes } = read.value
  const [verb, ...more] = others
  if (verb === undefined || words.words[verb] !== 'exec') return fail('saml2aws is not run with exec')
  if (!dashes || more.length > 0) return fail('saml2aws has no -- before the command')
  const script = scriptOf(words.words.slice(end).join(' '))
  const command = words.words[end] ?? ''
  const same = script.ok && script.value.breaks.length === 0
  if (!same || script.value.words.map(({ text }) => text).join('\0') !== words.words.slice(end).join('\0'))
    return fail('what the shell of saml2aws makes of it is not certain')
  if (shellWord.test(command)) return fail('what the shell of saml2aws makes of it is not certain')
  const named = byFlag(found.get('--exec-profile') ?? found.get('--profile'))
  return given(joined(words), end, { by: 'saml2aws', ...named, unsets: keyVariables })
}

// aws-okta: cmd/exec.go.
const awsOktaFlags = flags(
  'aws-okta',
  [
    both('session-ttl', 't'),
    both('assume-role-ttl', 'a'),
    '--mfa-provider',
    '--mfa-factor-type',
    '--mfa-duo-device',
  ].concat([both('backend', 'b'), '--session-cache-single-item', '--assume-role-arn -r']),
  [both('debug', 'd')],
)

function readAwsOkta(words: Words, at: number): Result<Layer, string> {
  const roleOf = (flag: ReadFlag | undefined) => ({ role: flag?.value ?? null })
  return readExec(words, at, 'aws-okta', awsOktaFlags, (flag) => roleOf(flag('--assume-role-arn')))
}
