/**
 * The programs that kubeconfigs put before aws or the authenticator, each with its own grammar: a shell, env, those that give
 * credentials to what they run, those that make its environment, those that run it where other files are, and the authenticator
 * by other names. What of their arguments is not known is refused with the reason.
 */
import type { WrapperProgram } from '../kubeconfig/wrapper-programs'
import { fail, ok, type Result } from '../result'
import { type AwsProgram, baseName } from './program-arguments'
import { scriptOf } from './shell-words'
import { joined, scripted, split, type Words } from './word-edits'
import {
  both,
  type Flags,
  flags,
  type ReadFlag,
  type ReadFlags,
  readFlags,
  spelt,
  type WordPlace,
} from './wrapper-flags'

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
type Read = (words: Words, at: number, variables: ReadonlyMap<string, string>) => Result<Layer, string>

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

const readers: Readonly<Record<Exclude<WrapperProgram, 'awsume'>, Wrapper>> = {
  env: { by: 'env', read: readEnv },
  'aws-vault': { by: 'aws-vault', read: readAwsVault },
  assume: { by: 'assume', read: readAssume },
  assumego: { by: 'assume', read: readAssume },
  'aws-sso': { by: 'aws-sso', read: readAwsSso },
  saml2aws: { by: 'saml2aws', read: readSaml2aws },
  'aws-okta': { by: 'aws-okta', read: readAwsOkta },
  'aws2-wrap': { by: 'aws2-wrap', read: readAws2Wrap },
  op: { by: 'op', read: readOp },
  mise: { by: 'mise', read: readMise },
  direnv: { by: 'direnv', read: readDirenv },
  docker: { by: 'docker', read: readDocker },
  wsl: { by: 'wsl', read: readWsl },
  kubergrunt: { by: 'kubergrunt', read: readKubergrunt },
  'heptio-authenticator-aws': { by: 'heptio-authenticator-aws', read: readHeptio },
  ekscope: { by: 'ekscope', read: readEkscope },
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

function readScript(outer: Words, at: number, prefix = ''): Result<Layer, string> {
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
type Optional = 'role' | 'decides' | 'folder'
type Gives = Omit<WrapperGives, Optional> & Partial<Pick<WrapperGives, Optional> & Pick<Layer, 'sets'>>

function given(
  words: Words,
  at: number,
  {
    sets = [],
    unsets,
    role = null,
    decides = 'credentials',
    folder = null,
    ...gives
  }: Gives & Pick<Layer, 'unsets'>,
): Result<Layer, string> {
  if (words.words[at] === undefined) return fail(`${gives.by} runs nothing`)
  return ok({ words, at, sets, unsets, gives: { ...gives, role, decides, folder } })
}

/** One that decides by its own settings, which no file that is read here holds. */
const decided = (
  by: WrapperName,
  decides: WrapperGives['decides'],
  words: Words,
  at: number,
  { unsets = [], ...more }: Partial<Pick<Layer, 'unsets' | 'sets'> & Pick<WrapperGives, 'folder'>> = {},
): Result<Layer, string> => given(words, at, { by, decides, profile: null, place: null, unsets, ...more })

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
    gives: { by: 'awsume', decides: 'credentials', ...namedBy(words, profile), role: null, folder: null },
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

/** Whether a shell that gets these words joined by blanks runs a program with just these arguments. */
function isSameInShell({ words }: Words, from: number): boolean {
  const own = words.slice(from)
  const script = scriptOf(own.join(' '))
  const same = script.ok && script.value.breaks.length === 0
  return (
    same &&
    script.value.words.map(({ text }) => text).join('\0') === own.join('\0') &&
    !shellWord.test(own[0] ?? '')
  )
}

function readSaml2aws(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, saml2awsFlags)
  if (!read.ok) return read
  const { flags: found, others, end, dashes } = read.value
  const [verb, ...more] = others
  if (verb === undefined || words.words[verb] !== 'exec') return fail('saml2aws is not run with exec')
  if (!dashes || more.length > 0) return fail('saml2aws has no -- before the command')
  if (!isSameInShell(words, end)) return fail('what the shell of saml2aws makes of it is not certain')
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

// aws2-wrap: aws2wrap/__init__.py. The first other word begins the command; that, or the text of --exec, is run by /bin/sh.
const aws2WrapFlags = flags(
  'aws2-wrap',
  ['--profile', '--exec', '--outprofile', '--configfile', '--credentialsfile'],
  [],
)

function readAws2Wrap(
  words: Words,
  at: number,
  variables: ReadonlyMap<string, string>,
): Result<Layer, string> {
  const read = readFlags(words, at + 1, aws2WrapFlags, 1)
  if (!read.ok) return read
  const { flags: found, others, dashes } = read.value
  const [command] = others
  const exec = found.get('--exec')
  const profile = found.get('--profile')
  const of = (inner: Words, from: number) =>
    given(inner, from, {
      by: 'aws2-wrap',
      // Without the flag it reads the variables as they reach it, and AWS_PROFILE first.
      profile: profile?.value ?? profileVariables.map((name) => variables.get(name)).find(Boolean) ?? null,
      place: profile?.place ?? null,
      unsets: keyVariables,
    })
  if (exec !== undefined) {
    const script = readScript(exec.place.words, exec.place.at, exec.place.prefix)
    if (!script.ok) return script
    const { words: inner, at: from, sets, gives } = script.value
    return sets.length > 0 || gives !== null
      ? fail('what the shell of aws2-wrap makes of it is not certain')
      : of(inner, from)
  }
  if (command === undefined || dashes) return fail('aws2-wrap runs nothing')
  return isSameInShell(words, command)
    ? of(joined(words), command)
    : fail('what the shell of aws2-wrap makes of it is not certain')
}

// those that make the environment -------------------------------------------------------------------------------

// 1Password: `op run` resolves references in variables and files; `op plugin run` gives keys of its own, by the role of the
// profile that is named, and takes --profile away (shell-plugins, plugins/aws).
const opFlags = flags(
  'op',
  ['--env-file', '--environment', '--account', '--config', '--session', '--encoding', '--format'],
  ['--no-masking', '--no-color', '--cache', '--cache=false', '--debug', '--iso-timestamps'],
)

function readOp(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, opFlags)
  if (!read.ok) return read
  const { others, end, dashes } = read.value
  const verb = others.map((index) => words.words[index]).join(' ')
  if (!dashes) return fail('op has no -- before the command')
  if (verb === 'run') return decided('op', 'environment', words, end)
  if (verb !== 'plugin run') return fail('op is not run with run or plugin run')
  return decided('op', 'everything', words, end, { unsets: keyVariables })
}

// mise: src/cli/exec.rs. Its files of the folder that it is run in may set any variable.
const miseFlags = flags(
  'mise',
  ['--jobs -j', '--cd -C', '--env -E'],
  ['--raw', '--fresh-env', '--no-prepare', '--no-deps', '--quiet -q', '--silent', '--verbose -v', '--yes -y'],
)

function readMise(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, miseFlags)
  if (!read.ok) return read
  const [verb] = read.value.others
  if (verb === undefined || !/^(?:exec|x)$/.test(words.words[verb] ?? ''))
    return fail('mise is not run with exec')
  if (!read.value.dashes) return fail('mise has no -- before the command')
  return decided('mise', 'environment', words, read.value.end)
}

// direnv: internal/cmd/cmd_exec.go.
function readDirenv(words: Words, at: number): Result<Layer, string> {
  const [verb, folder, command] = words.words.slice(at + 1)
  if (verb !== 'exec') return fail('direnv is not run with exec')
  if (folder === undefined || folder.startsWith('-') || command?.startsWith('-'))
    return fail('direnv names no folder')
  return decided('direnv', 'environment', words, at + 3)
}

// those that run it where other files are -----------------------------------------------------------------------

/** Of all variables only these reach it. */
const onlyPasses = (passed: ReadonlySet<string>, variables: ReadonlyMap<string, string>) =>
  [...keyVariables, ...profileVariables, ...regionVariables, 'DEFAULT_ROLE', ...variables.keys()].filter(
    (name) => !passed.has(name),
  )

// docker run: the entry point of the image is aws, and its home folder /root. Of what is mounted only its ~/.aws is followed.
const dockerFlags = flags(
  'docker',
  [both('env', 'e'), '--env-file', both('volume', 'v'), '--mount', '--name', '--network --net', '--platform']
    .concat([both('user', 'u'), both('workdir', 'w'), both('hostname', 'h'), both('label', 'l'), '--pull'])
    .concat(['--entrypoint', '--add-host', '--dns', '--context -c', '--log-level', '--host -H', '--config'])
    .concat([
      '--security-opt',
      '--cap-drop',
      '--tmpfs',
      '--memory',
      '--cpus',
      '--log-driver',
      '--volumes-from',
    ]),
  [
    both('interactive', 'i'),
    both('tty', 't'),
    '-it -ti',
    '--rm',
    '--init',
    '--read-only',
    both('quiet', 'q'),
  ],
)
const imageOfAws =
  /^(?:docker\.io\/)?(?:amazon|public\.ecr\.aws\/aws-cli)\/aws-cli(?::[\w.-]+)?(?:@sha256:[\da-f]+)?$/

/** What of a mount is the home's `.aws`: `FROM:/root/.aws`, or the same as settings. */
function mountedFrom([flag, { value }]: ReadFlags['each'][number]): string | null {
  if (flag === '--volume') return /^([^:]+):\/root\/\.aws\/?(?::[\w,]+)?$/.exec(value)?.[1] ?? null
  if (flag !== '--mount') return null
  const settings = new Map(
    value.split(',').map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]),
  )
  const target = settings.get('target') ?? settings.get('destination') ?? settings.get('dst')
  const source = settings.get('source') ?? settings.get('src')
  return settings.get('type') === 'bind' && target === '/root/.aws' ? (source ?? null) : null
}

/** The folder that aws in the image takes credentials from; null where it could take them from anything else. */
function mountedFolder(each: ReadFlags['each'], variables: readonly string[]): string | null {
  const folders = each.flatMap((flag) => mountedFrom(flag) ?? [])
  const chooses = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', ...regionVariables]
  const other = each.some(([flag]) => ['--env-file', '--user', '--volumes-from'].includes(flag))
  const [folder = null, ...more] = folders
  return other || more.length > 0 || !variables.every((name) => chooses.includes(name)) ? null : folder
}

function readDocker(words: Words, at: number, variables: ReadonlyMap<string, string>): Result<Layer, string> {
  const container = words.words[at + 1] === 'container' ? 1 : 0
  const verb = readFlags(words, at + 1 + container, dockerFlags, 1)
  if (!verb.ok) return verb
  const [run = at] = verb.value.others
  if (words.words[run] !== 'run') return fail('docker is not run with run')
  const read = readFlags(words, run + 1, dockerFlags, 1)
  if (!read.ok) return read
  const { each, others, flags: found } = read.value
  const [image] = others
  if (image === undefined || !imageOfAws.test(words.words[image] ?? ''))
    return fail('docker runs another image than that of AWS with aws')
  if ((found.get('--entrypoint')?.value ?? 'aws') !== 'aws') return fail('docker does not run aws')
  const passed = new Set<string>()
  const sets: SetVariable[] = []
  for (const [flag, { value, place }] of each) {
    if (flag !== '--env') continue
    const name = /^[^=]+(?==)/s.exec(value)?.[0]
    if (name === undefined) passed.add(value)
    else {
      const prefix = `${name}=`
      sets.push({
        name,
        value: value.slice(prefix.length),
        place: { ...place, prefix: place.prefix + prefix },
      })
    }
  }
  const unsets = onlyPasses(passed, variables)
  // A profile that is passed on from the environment is not known here.
  const unknown = profileVariables.some((name) => passed.has(name) && !variables.has(name))
  const folder = unknown ? null : mountedFolder(each, [...passed, ...sets.map(({ name }) => name)])
  const layer = decided('docker', 'everything', words, image, { unsets, sets, folder })
  return layer.ok ? ok({ ...layer.value, runs: 'aws' }) : layer
}

// wsl: without --exec the words go through the shell of the distribution.
const wslFlags = flags(
  'wsl',
  [both('distribution', 'd'), both('user', 'u'), '--cd', '--shell-type'],
  ['--system'],
)

function readWsl(words: Words, at: number, variables: ReadonlyMap<string, string>): Result<Layer, string> {
  let exec = words.words.findIndex((word, index) => index > at && /^(?:-e|--exec)$/.test(word))
  const before = exec < 0 ? words : { ...words, words: words.words.slice(0, exec) }
  const read = readFlags(before, at + 1, wslFlags, 1)
  if (!read.ok) return read
  const { others, end, dashes } = read.value
  // What looks like it in the arguments of the command is none of its own.
  if (others.length > 0 || dashes) exec = -1
  if (variables.has('WSLENV')) return fail('which variables wsl passes on is not certain')
  const command = exec < 0 ? (others[0] ?? end) : exec + 1
  if (exec < 0 && !isSameInShell(words, command))
    return fail('what the shell of wsl makes of it is not certain')
  return decided('wsl', 'everything', exec < 0 ? joined(words) : words, command, {
    unsets: onlyPasses(new Set(), variables),
  })
}

// the authenticator by other names ------------------------------------------------------------------------------

/** The words from `at + 1` on are its arguments, as far as the program knows just these flags. */
function asAuthenticator(
  words: Words,
  at: number,
  known: Flags,
  unsets: readonly string[],
): Result<Layer, string> {
  const read = readFlags(words, at + 1, known)
  if (!read.ok) return read
  return ok({ words, at, sets: [], unsets, gives: null, runs: 'aws-iam-authenticator' })
}

// kubergrunt eks token: cmd/eks.go. It is the authenticator as a library, with a cluster and nothing else.
const kubergruntFlags = flags('kubergrunt', ['--cluster-id'], [])

function readKubergrunt(words: Words, at: number): Result<Layer, string> {
  if (words.words[at + 1] !== 'eks' || words.words[at + 2] !== 'token')
    return fail('kubergrunt is not run with eks token')
  return asAuthenticator(words, at + 1, kubergruntFlags, [
    'DEFAULT_ROLE',
    'KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID',
  ])
}

// heptio-authenticator-aws: the authenticator before its version 0.4 (cmd/heptio-authenticator-aws).
const heptioFlags = flags(
  'heptio-authenticator-aws',
  [both('cluster-id', 'i'), both('role', 'r')],
  ['--token-only'],
)

function readHeptio(words: Words, at: number): Result<Layer, string> {
  return asAuthenticator(words, at, heptioFlags, [])
}

// ekscope token: its own two options, then the words of aws as they are (docs/token.md).
function readEkscope(words: Words, at: number): Result<Layer, string> {
  const own = words.words
  if (own[at + 1] !== 'token') return fail('the command is not ekscope token')
  if (!own.includes('get-token', at + 2)) return fail('ekscope token is followed by no words of aws')
  let last = at + 1
  let called = 'aws'
  while (own[last + 1] === '--explain' || own[last + 1] === '--aws') {
    last += own[last + 1] === '--aws' ? 2 : 1
    if (own[last - 1] === '--aws') called = own[last] ?? ''
  }
  return ok({ words, at: last, sets: [], unsets: [], gives: null, runs: 'aws', called })
}
