/**
 * The programs that kubeconfigs put before aws or the authenticator, each with its reader: a shell and env (`script-wrappers.ts`),
 * those that give credentials or make an environment (`credential-wrappers.ts`), those that run it where other files are, and the
 * authenticator by other names. What of their arguments is not known is refused with the reason.
 */
import type { WrapperProgram } from '../kubeconfig/wrapper-programs'
import { fail, ok, type Result } from '../result'
import {
  readAssume,
  readAws2Wrap,
  readAwsOkta,
  readAwsSso,
  readAwsVault,
  readDirenv,
  readMise,
  readOp,
  readSaml2aws,
} from './credential-wrappers'
import { baseName } from './program-arguments'
import { isSameInShell, readEnv, readShell } from './script-wrappers'
import { joined, type Words } from './word-edits'
import { type Flags, flags, longAndShort, type ReadFlags, readFlags } from './wrapper-flags'
import {
  decidingItself,
  keyVariables,
  type Layer,
  profileVariables,
  type Read,
  regionVariables,
  type SetVariable,
  type WrapperName,
} from './wrapper-layer'

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

// those that run it where other files are -----------------------------------------------------------------------

/** Of all variables only these reach it. */
const onlyPasses = (passed: ReadonlySet<string>, variables: ReadonlyMap<string, string>) =>
  [...keyVariables, ...profileVariables, ...regionVariables, 'DEFAULT_ROLE', ...variables.keys()].filter(
    (name) => !passed.has(name),
  )

// docker run: the entry point of the image is aws, and its home folder /root. Of what is mounted only its ~/.aws is followed.
const dockerFlags = flags(
  'docker',
  [
    longAndShort('env', 'e'),
    '--env-file',
    longAndShort('volume', 'v'),
    '--mount',
    '--name',
    '--network --net',
    '--platform',
  ]
    .concat([
      longAndShort('user', 'u'),
      longAndShort('workdir', 'w'),
      longAndShort('hostname', 'h'),
      longAndShort('label', 'l'),
      '--pull',
    ])
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
    longAndShort('interactive', 'i'),
    longAndShort('tty', 't'),
    '-it -ti',
    '--rm',
    '--init',
    '--read-only',
    longAndShort('quiet', 'q'),
  ],
)
const imageOfAws =
  /^(?:docker\.io\/)?(?:amazon|public\.ecr\.aws\/aws-cli)\/aws-cli(?::[\w.-]+)?(?:@sha256:[\da-f]+)?$/

/** What of a mount is the home's `.aws`: `FROM:/root/.aws`, or the same as settings. */
function mountedFrom([flag, { value }]: ReadFlags['each'][number]): string | null {
  if (flag === '--volume')
    return /^((?:[A-Za-z]:)?[^:]+):\/root\/\.aws\/?(?::[\w,]+)?$/.exec(value)?.[1] ?? null
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
  const layer = decidingItself('docker', 'everything', words, image, { unsets, sets, folder })
  return layer.ok ? ok({ ...layer.value, runs: 'aws' }) : layer
}

// wsl: src/windows/common/WslClient.cpp of microsoft/WSL. Without --exec the words go through the shell of the distribution.
const wslFlags = flags(
  'wsl',
  [longAndShort('distribution', 'd'), '--distribution-id', longAndShort('user', 'u'), '--cd', '--shell-type'],
  ['--system'],
)

function readWsl(words: Words, at: number, variables: ReadonlyMap<string, string>): Result<Layer, string> {
  let exec = words.words.findIndex((word, index) => index > at && /^(?:-e|--exec)$/.test(word))
  const before = exec < 0 ? words : { ...words, words: words.words.slice(0, exec) }
  // The first word may be the home folder of the distribution, to start in.
  const read = readFlags(before, words.words[at + 1] === '~' ? at + 2 : at + 1, wslFlags, 1)
  if (!read.ok) return read
  const { others, end, dashes } = read.value
  // What looks like it in the arguments of the command is none of its own.
  if (others.length > 0 || dashes) exec = -1
  if (variables.has('WSLENV')) return fail('which variables wsl passes on is not certain')
  const command = exec < 0 ? (others[0] ?? end) : exec + 1
  if (exec < 0 && !isSameInShell(words, command))
    return fail('what the shell of wsl makes of it is not certain')
  return decidingItself('wsl', 'everything', exec < 0 ? joined(words) : words, command, {
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
  [longAndShort('cluster-id', 'i'), longAndShort('role', 'r')],
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
