/**
 * Programs that give credentials to what they run, by their own settings or a profile, and those that make its environment; each
 * with its own grammar.
 */
import { fail, type Result } from '../result'
import { isSameInShell, readScript } from './script-wrappers'
import { joined, split, type Words } from './word-edits'
import { type Flags, flags, longAndShort, type ReadFlag, readFlags } from './wrapper-flags'
import {
  byFlag,
  decidingItself,
  type GivenByWrapper,
  givingCredentials,
  keyVariables,
  type Layer,
  namedBy,
  profileVariables,
  regionSet,
  regionVariables,
} from './wrapper-layer'

// aws-vault: cli/exec.go and cli/global.go of its versions 4 to 7. A server of credentials would count after what files hold.
const awsVaultFlags = flags(
  'aws-vault',
  [
    longAndShort('duration', 'd'),
    '--region',
    longAndShort('mfa-token', 't'),
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
  [longAndShort('no-session', 'n'), '--debug', '--stdout', '--lazy'],
)

/** Reads the words that follow aws-vault. */
export function readAwsVault(words: Words, at: number): Result<Layer, string> {
  // A region in the environment wins over that of the profile.
  return readExec(words, at, 'aws-vault', awsVaultFlags, (flag) => ({ sets: regionSet(flag('--region')) }))
}

/** `… exec PROFILE -- COMMAND…`: how two programs that give a profile's credentials are run. */
function readExec(
  words: Words,
  at: number,
  by: 'aws-vault' | 'aws-okta',
  known: Flags,
  more: (flag: (name: string) => ReadFlag | undefined) => Pick<GivenByWrapper, 'role' | 'sets'>,
): Result<Layer, string> {
  const read = readFlags(words, at + 1, known)
  if (!read.ok) return read
  const { flags: found, others, end, dashes } = read.value
  const [verb, profile, ...rest] = others
  if (verb === undefined || words.words[verb] !== 'exec') return fail(`${by} is not run with exec`)
  if (profile === undefined) return fail(`${by} names no profile`)
  // Without it the flags of aws would be its own.
  if (!dashes || rest.length > 0) return fail(`${by} has no -- before the command`)
  return givingCredentials(words, end, {
    by,
    ...namedBy(words, profile),
    ...more((name) => found.get(name)),
    unsets: [...keyVariables, ...profileVariables],
  })
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

/** Reads the words that follow assume (granted). */
export function readAssume(words: Words, at: number): Result<Layer, string> {
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
  return givingCredentials(inner, value === '--' ? end : 0, {
    by: 'assume',
    ...namedBy(words, profile),
    role: found.get('--chain')?.value ?? null,
    // It takes short names of regions, too (`use1`), and without the flag the profile's.
    sets: region !== undefined && /^[a-z]{2}(?:-[a-z0-9]+)+-\d+$/.test(region.value) ? regionSet(region) : [],
    unsets: [...keyVariables, ...regionVariables],
  })
}

// aws-sso: cmd/aws-sso/exec_cmd.go. Profiles are named by its own settings; the first other word begins the command.
const awsSsoFlags = flags(
  'aws-sso',
  [
    longAndShort('arn', 'a'),
    longAndShort('account', 'A'),
    longAndShort('role', 'R'),
    longAndShort('profile', 'p'),
    longAndShort('browser', 'b'),
    '--config',
  ].concat([
    longAndShort('level', 'L'),
    longAndShort('url-action', 'u'),
    longAndShort('sso', 'S'),
    '--threads',
  ]),
  [longAndShort('no-region', 'n'), '--lines', '--sts-refresh', '--no-config-check'],
)

/** Reads the words that follow aws-sso. */
export function readAwsSso(words: Words, at: number): Result<Layer, string> {
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
  return givingCredentials(words, others[0] ?? end, {
    by: 'aws-sso',
    ...byFlag(profile),
    unsets: [...keyVariables, 'AWS_DEFAULT_REGION'],
  })
}

// saml2aws: cmd/saml2aws/main.go. What follows is joined by blanks and run by /bin/sh.
const saml2awsFlags = flags(
  'saml2aws',
  [
    longAndShort('profile', 'p'),
    '--exec-profile',
    longAndShort('idp-account', 'a'),
    '--idp-provider',
    '--config',
    '--mfa',
    '--url',
  ]
    .concat(['--username', '--password', '--mfa-token', '--role', '--aws-urn', '--session-duration'])
    .concat([longAndShort('region', 'r'), '--credentials-file', '--cache-file', '--prompter']),
  [
    '--verbose',
    '--quiet',
    '--skip-prompt',
    longAndShort('skip-verify', 's'),
    '--disable-keychain',
    '--cache-saml',
  ],
)
/** Reads the words that follow saml2aws. */
export function readSaml2aws(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, saml2awsFlags)
  if (!read.ok) return read
  const { flags: found, others, end, dashes } = read.value
  const [verb, ...more] = others
  if (verb === undefined || words.words[verb] !== 'exec') return fail('saml2aws is not run with exec')
  if (!dashes || more.length > 0) return fail('saml2aws has no -- before the command')
  if (!isSameInShell(words, end)) return fail('what the shell of saml2aws makes of it is not certain')
  const named = byFlag(found.get('--exec-profile') ?? found.get('--profile'))
  return givingCredentials(joined(words), end, { by: 'saml2aws', ...named, unsets: keyVariables })
}

// aws-okta: cmd/exec.go.
const awsOktaFlags = flags(
  'aws-okta',
  [
    longAndShort('session-ttl', 't'),
    longAndShort('assume-role-ttl', 'a'),
    '--mfa-provider',
    '--mfa-factor-type',
    '--mfa-duo-device',
  ].concat([longAndShort('backend', 'b'), '--session-cache-single-item', '--assume-role-arn -r']),
  [longAndShort('debug', 'd')],
)

/** Reads the words that follow aws-okta. */
export function readAwsOkta(words: Words, at: number): Result<Layer, string> {
  const roleOf = (flag: ReadFlag | undefined) => ({ role: flag?.value ?? null })
  return readExec(words, at, 'aws-okta', awsOktaFlags, (flag) => roleOf(flag('--assume-role-arn')))
}

// aws2-wrap: aws2wrap/__init__.py. The first other word begins the command; that, or the text of --exec, is run by /bin/sh.
const aws2WrapFlags = flags(
  'aws2-wrap',
  ['--profile', '--exec', '--outprofile', '--configfile', '--credentialsfile'],
  [],
)

/** Reads the words that follow aws2-wrap. */
export function readAws2Wrap(
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
    givingCredentials(inner, from, {
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

/** Reads the words that follow op (1Password). */
export function readOp(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, opFlags)
  if (!read.ok) return read
  const { others, end, dashes } = read.value
  const verb = others.map((index) => words.words[index]).join(' ')
  if (!dashes) return fail('op has no -- before the command')
  if (verb === 'run') return decidingItself('op', 'environment', words, end)
  if (verb !== 'plugin run') return fail('op is not run with run or plugin run')
  return decidingItself('op', 'everything', words, end, { unsets: keyVariables })
}

// mise: src/cli/exec.rs. Its files of the folder that it is run in may set any variable.
const miseFlags = flags(
  'mise',
  ['--jobs -j', '--cd -C', '--env -E'],
  ['--raw', '--fresh-env', '--no-prepare', '--no-deps', '--quiet -q', '--silent', '--verbose -v', '--yes -y'],
)

/** Reads the words that follow mise. */
export function readMise(words: Words, at: number): Result<Layer, string> {
  const read = readFlags(words, at + 1, miseFlags)
  if (!read.ok) return read
  const [verb] = read.value.others
  if (verb === undefined || !/^(?:exec|x)$/.test(words.words[verb] ?? ''))
    return fail('mise is not run with exec')
  if (!read.value.dashes) return fail('mise has no -- before the command')
  return decidingItself('mise', 'environment', words, read.value.end)
}

/** Reads the words that follow direnv (internal/cmd/cmd_exec.go). */
export function readDirenv(words: Words, at: number): Result<Layer, string> {
  const [verb, folder, command] = words.words.slice(at + 1)
  if (verb !== 'exec') return fail('direnv is not run with exec')
  if (folder === undefined || folder.startsWith('-') || command?.startsWith('-'))
    return fail('direnv names no folder')
  return decidingItself('direnv', 'environment', words, at + 3)
}
