/**
 * Reads the AWS config and credentials files exactly as botocore does, and gives what a profile sets besides an
 * identity: endpoint, CA bundle, region. Nothing here is the AWS SDK's: it reads other files in another order.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { assertNever } from '../../../shared/result'
import { type AwsRules, newestRules } from '../installed/rules'
import { type AwsCaches, readCaches } from './caches'
import type { AwsFileState, AwsFiles, LegacyKeys, Profile, Section, Setting } from './files'
import { type Ini, parseIni, sectionMeaning, strip } from './ini'
import { readBounded } from './read'

export type Variables = Readonly<Record<string, string>>

/** The files that aws reads in one environment. */
export interface AwsPaths {
  readonly home: string
  readonly config: string
  readonly credentials: string
  readonly loginCache: string
}

/** A config file beyond this size (bytes) is not read; aws would read it, so the problem says whose limit it is. */
const mostBytes = 4 * 1024 * 1024

/** The files that aws would use with these variables; `home` stands in where the variables name no home. */
export function awsPaths(variables: Variables, home: string, platform: NodeJS.Platform): AwsPaths {
  const own = homeOf(variables, home, platform)
  const join = platform === 'win32' ? win32.join : posix.join
  const named = (name: string, otherwise: string) => {
    const value = variables[name]
    return value === undefined
      ? otherwise
      : expandUser(expandVariables(value, variables, platform), own, platform)
  }
  return {
    home: own,
    config: named('AWS_CONFIG_FILE', join(own, '.aws', 'config')),
    credentials: named('AWS_SHARED_CREDENTIALS_FILE', join(own, '.aws', 'credentials')),
    loginCache: named('AWS_LOGIN_CACHE_DIRECTORY', join(own, '.aws', 'login', 'cache')),
  }
}

/** Python's idea of `~`: HOME even when empty; on Windows USERPROFILE, else HOMEDRIVE and HOMEPATH. */
function homeOf(variables: Variables, home: string, platform: NodeJS.Platform): string {
  // With more than this in front of them, no system opens the files below; and path.join takes quadratic time on `../../…`.
  if (platform !== 'win32')
    return variables.HOME === undefined
      ? home
      : variables.HOME.slice(0, 4_096).replace(/(?<!\/)\/+$/, '') || '/'
  if (variables.USERPROFILE !== undefined) return variables.USERPROFILE
  return variables.HOMEPATH === undefined ? home : (variables.HOMEDRIVE ?? '') + variables.HOMEPATH
}

/** os.path.expandvars: `$NAME` and `${NAME}` (on Windows also `%NAME%`); an unknown name stays as it is. */
function expandVariables(path: string, variables: Variables, platform: NodeJS.Platform): string {
  const replace = (whole: string, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? ''
    return Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole
  }
  // Behind the last brace no other can close: searching for one from every `${` would take quadratic time.
  const braces = path.lastIndexOf('}') + 1
  const dollars =
    path.slice(0, braces).replace(/\$(?:(\w+)|\{([^}]*)\})/g, replace) +
    path.slice(braces).replace(/\$(\w+)/g, (whole, name) => replace(whole, name))
  return platform === 'win32' ? dollars.replace(/%([^%]+)%/g, (whole, name) => replace(whole, name)) : dollars
}

/** `~` and `~/…`; `~name` is another user's home, which stays unexpanded here. */
function expandUser(path: string, home: string, platform: NodeJS.Platform): string {
  if (path === '~') return home
  if (path.startsWith('~/') || (platform === 'win32' && path.startsWith('~\\'))) {
    return `${home === '/' ? '' : home}${path.slice(1)}`
  }
  return path
}

/**
 * AWS files that were read already, so that many environments which name the same files share them: entries with
 * variables of their own are many, files are few.
 */
export interface AwsReading {
  /** How many bytes may still be read of files that only entries name. */
  left: number
  /** What each path leads to, looked at once. */
  readonly ids: Map<string, Promise<string>>
  /** By what a path leads to (device and inode), not by how it is spelt. */
  readonly inis: Map<string, Promise<IniFile>>
  readonly merged: Map<string, MergedFiles>
  readonly olds: Map<string, Promise<OldKeys | null>>
  readonly caches: Map<string, Promise<AwsCaches>>
  readonly tokens: Map<string, Promise<boolean>>
}

interface MergedFiles {
  readonly files: ReturnType<typeof mergeAwsFiles>
  /** Web identity token files that its profiles name. */
  readonly tokens: readonly string[]
}

interface IniFile {
  /** The same for every name of one file. */
  readonly id: string
  readonly state: AwsFileState
  readonly ini: Ini
}

/** In sum of different files that only entries of kubeconfigs name. */
const mostNamedBytes = 16 * 1024 * 1024

/** What a path leads to; the path itself where that cannot be told. */
async function fileId(path: string): Promise<string> {
  if (path === '' || path.includes('\0')) return path
  const facts = await stat(path, { bigint: true }).catch(() => null)
  return facts === null ? path : `${facts.dev}:${facts.ino}`
}

/** Without what means nothing in a path whatever lies there: `/./` and `//`. */
export const plainly = (path: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? path : path.replace(/\/(?:\.?\/)+/g, '/')

/** Nothing read yet. */
export function newAwsReading(): AwsReading {
  return {
    left: mostNamedBytes,
    ids: new Map(),
    inis: new Map(),
    olds: new Map(),
    merged: new Map(),
    caches: new Map(),
    tokens: new Map(),
  }
}

function once<T>(known: Map<string, T>, key: string, read: () => T): T {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = read()
  known.set(key, value)
  return value
}

/**
 * Everything of the AWS files that an identity depends on. Never throws but when aborted: a file that is missing,
 * closed to us or broken is a state of `config` and `credentials`.
 */
export async function readAwsFiles(from: {
  /** The environment's variables with exec.env over them. */
  readonly variables: Variables
  readonly home: string
  readonly platform?: NodeJS.Platform
  readonly signal?: AbortSignal
  readonly reading?: AwsReading
  /** Whether exec.env can lead to files: only so many bytes of them are read. */
  readonly named?: boolean
}): Promise<AwsFiles> {
  const { variables, platform = process.platform, signal, reading = newAwsReading() } = from
  const idOf = (path: string) => {
    const plain = plainly(path, platform)
    return once(reading.ids, plain, () => fileId(plain))
  }
  const readIni = async (path: string): Promise<IniFile> => {
    const id = await idOf(path)
    const file = await once(reading.inis, id, () => readIniFile(path, id, from.named ? reading : null))
    return file.state.path === path ? file : { ...file, state: { ...file.state, path } }
  }
  const readOld = async (path: string) => {
    const id = await idOf(path)
    return once(reading.olds, id, () => readOldFile(path, from.named ? reading : null))
  }
  const paths = awsPaths(variables, from.home, platform)
  const [config, credentials, caches, aliased, legacyKeys] = await Promise.all([
    readIni(paths.config),
    readIni(paths.credentials),
    once(reading.caches, JSON.stringify([await idOf(paths.home), await idOf(paths.loginCache)]), () =>
      readCaches({ home: paths.home, login: paths.loginCache }, signal),
    ),
    aliasedCommand(posix.join(paths.home, '.aws', 'cli', 'alias'), readIni),
    readLegacyKeys(variables, paths.home, platform, readIni, readOld),
  ])
  signal?.throwIfAborted()
  const merged = once(reading.merged, JSON.stringify([config.id, credentials.id]), () => {
    const files = mergeAwsFiles(config.ini, credentials.ini)
    const tokens = [...files.profiles.values()].flatMap(
      ({ settings }) => settings.web_identity_token_file?.value ?? [],
    )
    return { files, tokens: [...new Set(tokens)].slice(0, 500) }
  })
  const tokenPaths = new Set(merged.tokens)
  if (variables.AWS_WEB_IDENTITY_TOKEN_FILE) tokenPaths.add(variables.AWS_WEB_IDENTITY_TOKEN_FILE)
  const tokenFiles = new Map<string, boolean>()
  for (const path of [...tokenPaths].slice(0, 500)) {
    const readable = once(reading.tokens, path, async () => {
      const { state } = await readBounded(path, 64 * 1024)
      return state === 'read'
    })
    tokenFiles.set(path, await readable)
  }
  return {
    config: config.state,
    credentials: credentials.state,
    ...merged.files,
    caches,
    tokenFiles,
    legacyKeys,
    aliased,
  }
}

/** Profiles, sso-sessions and services of the two files as botocore's load_config and full_config merge them. */
export function mergeAwsFiles(
  config: Pick<Ini, 'sections'>,
  credentials: Pick<Ini, 'sections'>,
): Pick<AwsFiles, 'profiles' | 'ssoSessions' | 'services'> {
  const fromConfig = new Map<string, Section>()
  const ssoSessions = new Map<string, Section>()
  const services = new Map<string, Section>()
  for (const section of config.sections) {
    const kinds = { profile: fromConfig, 'sso-session': ssoSessions, services } as const
    const meaning = sectionMeaning(section.name)
    if (meaning !== null) kinds[meaning.kind].set(meaning.name, section)
  }
  const profiles = new Map<string, Profile>()
  for (const [name, section] of fromConfig) {
    profiles.set(name, { name, config: section, credentials: null, settings: section.settings })
  }
  for (const section of credentials.sections) {
    const other = profiles.get(section.name)
    profiles.set(section.name, {
      name: section.name,
      config: other?.config ?? null,
      credentials: section,
      settings: { ...other?.settings, ...section.settings },
    })
  }
  return { profiles, ssoSessions, services }
}

async function readIniFile(path: string, id: string, budget: AwsReading | null): Promise<IniFile> {
  const none: Ini = { sections: [], defaults: {}, problem: null }
  const state: AwsFileState = {
    path,
    state: 'missing',
    problem: null,
    line: null,
    refused: false,
    revision: null,
  }
  const allowed = Math.min(mostBytes, budget?.left ?? mostBytes)
  const read = await readBounded(path, allowed)
  if (budget !== null && read.state === 'read') budget.left -= read.bytes.length
  switch (read.state) {
    case 'missing':
      return { id, state, ini: none }
    case 'denied':
      // Python's ConfigParser.read passes over what it may not open, so aws goes on without the file.
      return {
        id,
        state: {
          ...state,
          state: 'unreadable',
          problem: `it may not be read (${read.why}); aws goes on without it`,
        },
        ini: none,
      }
    case 'too-large':
      return {
        id,
        state: {
          ...state,
          state: 'unreadable',
          problem:
            allowed < mostBytes
              ? `entries name other AWS files of more than ${mostNamedBytes / 1024 / 1024} MiB in sum, so it was not read`
              : `it is larger than ${mostBytes / 1024 / 1024} MiB, more than Ekscope reads`,
          refused: true,
        },
        ini: none,
      }
    case 'read': {
      const revision = () => createHash('sha256').update(read.bytes).digest('hex')
      const text = decode(read.bytes)
      if (text === null) {
        return {
          id,
          state: {
            ...state,
            state: 'unreadable',
            problem: 'it is not UTF-8',
            refused: true,
            revision: revision(),
          },
          ini: none,
        }
      }
      const ini = parseIni(text, path)
      return {
        id,
        state: {
          ...state,
          state: 'read',
          // What a fingerprint alone asks for.
          get revision() {
            return revision()
          },
          ...(ini.problem && { problem: ini.problem.message, line: ini.problem.line, refused: true }),
        },
        ini,
      }
    }
    default:
      return assertNever(read, 'reading')
  }
}

/** A byte order mark stays in the text, because it is what makes aws refuse the file. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The user's alias file, if it redefines `eks` or `get-token`, which every entry uses; else null. */
async function aliasedCommand(
  path: string,
  readIni: (path: string) => Promise<IniFile>,
): Promise<string | null> {
  const { state, ini } = await readIni(path)
  if (state.state === 'missing') return null
  const found = ini.sections.find(
    ({ name, settings }) =>
      (name === 'toplevel' && settings.eks) || (/^command\s+eks\s*$/.test(name) && settings['get-token']),
  )
  return found === undefined ? null : path
}

/** What stands in a file of AWS_CREDENTIAL_FILE. */
interface OldKeys {
  readonly accessKeyId: string | undefined
  readonly secret: boolean
}

/** Null where it cannot be read, or is more than may still be read of `budget`. */
async function readOldFile(path: string, budget: { left: number } | null): Promise<OldKeys | null> {
  const read = await readBounded(path, Math.min(mostBytes, budget?.left ?? mostBytes))
  if (read.state !== 'read') return null
  if (budget !== null) budget.left -= read.bytes.length
  const values = new Map<string, string>()
  for (const line of (decode(read.bytes) ?? '').split(/\r\n|[\n\r]/)) {
    const equals = line.indexOf('=')
    if (equals >= 0) values.set(strip(line.slice(0, equals)), strip(line.slice(equals + 1)))
  }
  return { accessKeyId: values.get('AWSAccessKeyId'), secret: values.has('AWSSecretKey') }
}

/** AWS_CREDENTIAL_FILE (names its keys AWSAccessKeyId and AWSSecretKey) and boto's files: read last of all files. */
async function readLegacyKeys(
  variables: Variables,
  home: string,
  platform: NodeJS.Platform,
  readIni: (path: string) => Promise<IniFile>,
  readOld: (path: string) => Promise<OldKeys | null>,
): Promise<LegacyKeys | null> {
  const old = variables.AWS_CREDENTIAL_FILE
  if (old !== undefined) {
    const from = expandUser(old, home, platform)
    const values = await readOld(from)
    if (values === null) {
      return { accessKeyId: null, from, problem: `AWS_CREDENTIAL_FILE names ${from}, which cannot be read` }
    }
    const { accessKeyId, secret } = values
    if (accessKeyId !== undefined) {
      const problem = secret ? null : `${from} has AWSAccessKeyId without AWSSecretKey`
      return { accessKeyId, from, problem }
    }
  }
  const botos = variables.BOTO_CONFIG === undefined ? ['/etc/boto.cfg', '~/.boto'] : [variables.BOTO_CONFIG]
  for (const path of botos) {
    const from = expandUser(expandVariables(path, variables, platform), home, platform)
    const { state, ini } = await readIni(from)
    if (state.refused) return { accessKeyId: null, from, problem: `${from} is broken: ${state.problem}` }
    const keys = ini.sections.find(({ name }) => name === 'Credentials')?.settings
    const accessKeyId = keys?.aws_access_key_id
    if (accessKeyId === undefined) continue
    const problem = keys?.aws_secret_access_key ? null : `${from} has a key id without its secret`
    return { accessKeyId: accessKeyId.value, from, problem }
  }
  return null
}

// What a profile sets besides who it is -------------------------------------------------------------------------

/** A value that aws would use, with where it was named. */
export interface NamedValue {
  readonly value: string
  /** `AWS_ENDPOINT_URL_STS`, `services dev in /home/x/.aws/config:12`. */
  readonly from: string
}

const at = (setting: Setting, what: string): NamedValue => ({
  value: setting.value,
  from: `${what} in ${setting.file}:${setting.line}`,
})

/** The settings that aws scopes to: those of the profile, else of `default` when none is chosen. */
function scoped(files: AwsFiles, profile: string | null): Readonly<Record<string, Setting>> {
  return files.profiles.get(profile ?? 'default')?.settings ?? {}
}

/**
 * The endpoint that environment or profile name for a service (`sts`, `eks`, `sso`, `sso_oidc`), in botocore's order:
 * AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, the profile's services section, the profile's endpoint_url; null when none
 * does or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS says so. `missing` names a services section that does not exist: aws
 * fails then.
 */
export function endpointFor(
  files: AwsFiles,
  profile: string | null,
  service: string,
  variables: Variables,
): { readonly endpoint: NamedValue | null; readonly missing: string | null } {
  const settings = scoped(files, profile)
  const none = { endpoint: null, missing: null }
  const ignore =
    variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? settings.ignore_configured_endpoint_urls?.value ?? ''
  if (ignore.toLowerCase() === 'true') return none
  for (const name of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, 'AWS_ENDPOINT_URL']) {
    const value = variables[name]
    if (value) return { endpoint: { value, from: name }, missing: null }
  }
  if (settings.services) {
    const section = files.services.get(settings.services.value)
    // An empty section counts for botocore as none.
    if (section === undefined || Object.keys(section.settings).length === 0) {
      return { endpoint: null, missing: settings.services.value }
    }
    const named = section.settings[service]
    // A plain value where nested ones belong makes botocore stumble.
    if (named && Object.keys(named.nested).length === 0) {
      return { endpoint: null, missing: settings.services.value }
    }
    const value = named?.nested.endpoint_url
    if (named && value) {
      const { from } = at(named, `services ${settings.services.value}`)
      return { endpoint: { value, from }, missing: null }
    }
  }
  const own = settings.endpoint_url
  return own?.value
    ? { endpoint: at(own, `endpoint_url of profile ${profile ?? 'default'}`), missing: null }
    : none
}

/** The variants of AWS's own endpoints that environment or profile ask for, as the SDK's clients take them. */
export function endpointVariant(
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
): { readonly useFipsEndpoint: boolean; readonly useDualstackEndpoint: boolean } {
  const settings = scoped(files, profile)
  const on = (name: string) =>
    (variables[`AWS_${name.toUpperCase()}`] ?? settings[name]?.value)?.toLowerCase() === 'true'
  return { useFipsEndpoint: on('use_fips_endpoint'), useDualstackEndpoint: on('use_dualstack_endpoint') }
}

/** The CA bundle that aws would trust, and nothing else: AWS_CA_BUNDLE, the profile's ca_bundle, REQUESTS_CA_BUNDLE. */
export function caBundleFor(
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
): NamedValue | null {
  const settings = scoped(files, profile)
  if (variables.AWS_CA_BUNDLE !== undefined) {
    // Empty switches aws's verification off; Ekscope never does, so it counts as not named.
    return variables.AWS_CA_BUNDLE ? { value: variables.AWS_CA_BUNDLE, from: 'AWS_CA_BUNDLE' } : null
  }
  if (settings.ca_bundle?.value) return at(settings.ca_bundle, `ca_bundle of profile ${profile ?? 'default'}`)
  const requests = variables.REQUESTS_CA_BUNDLE
  return requests ? { value: requests, from: 'REQUESTS_CA_BUNDLE' } : null
}

/**
 * The region that aws would use by these rules: of a variable, else the profile's. Null when none names one: then
 * `get-token` of version 2 uses the global STS endpoint. An empty variable gives an empty region, on which aws fails.
 */
export function regionFor(
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
  { regionVariables }: Pick<AwsRules, 'regionVariables'> = newestRules,
): NamedValue | null {
  for (const name of regionVariables) {
    const value = variables[name]
    if (value !== undefined) return { value, from: name }
  }
  const { region } = scoped(files, profile)
  return region ? at(region, `region of profile ${profile ?? 'default'}`) : null
}

/**
 * The profile that aws takes by these rules: --profile (empty counts as absent), else AWS_PROFILE and AWS_DEFAULT_PROFILE in
 * its version's order, these also when empty. `variables` has exec.env over the environment. Null: none is chosen, `default`
 * applies if it exists.
 */
export function chosenProfile(
  argument: string | null,
  variables: Variables,
  { profileVariables }: Pick<AwsRules, 'profileVariables'> = newestRules,
): NamedValue | null {
  if (argument) return { value: argument, from: '--profile' }
  for (const name of profileVariables) {
    const value = variables[name]
    if (value !== undefined) return { value, from: name }
  }
  return null
}
