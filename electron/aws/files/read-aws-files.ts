/**
 * Reads the AWS config and credentials files exactly as botocore does, or as the AWS SDK for Go for the authenticator. Nothing
 * here uses the AWS SDK for JavaScript: it reads other files in another order.
 */

import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { posix } from 'node:path'
import type { AwsProgram } from '../../../shared/exec/program-arguments'
import { once } from '../../../shared/once'
import { assertNever } from '../../../shared/result'
import { named } from '../../../shared/visible'
import {
  type AwsFileState,
  type AwsFiles,
  type LegacyKeys,
  mergedSections,
  nothingRead,
  notRead,
  type Section,
} from './aws-files'
import { type AwsCaches, readCaches } from './caches'
import { mergeGoFiles, parseGoIni } from './go-ini'
import { type Ini, parseIni, sectionMeaning, strip } from './ini'
import { awsPaths, expandUser, expandVariables, type Variables, withoutDotSegments } from './paths'
import { type BoundedRead, readBounded } from './read'

/** A config file beyond this size (bytes) is not read; aws would read it, so the problem says whose limit it is. */
const mostBytes = 4 * 1024 * 1024

interface IniFile {
  /** The same for every name of one file. */
  readonly id: string
  readonly state: AwsFileState
  readonly ini: Ini
}

/** CA bundles that profiles name. */
const mostBundles = 50

/** In bytes: aws sends no shorter one. */
const shortestToken = 4
const mostTokens = 500

/** In sum of different files that only entries of kubeconfigs name. */
const mostNamedBytes = 16 * 1024 * 1024

/** The identity of the file at a path; the path itself where that is not known. */
async function fileId(path: string): Promise<string> {
  if (path === '' || path.includes('\0')) return path
  const facts = await stat(path, { bigint: true }).catch(() => null)
  return facts === null ? path : `${facts.dev}:${facts.ino}`
}

/** How many bytes may still be read of files that only entries name. */
interface Budget {
  left: number
}

/** A config file as edits would make it: it counts instead of what is on disk, by whatever name it is read. */
export interface ChangedConfig {
  readonly path: string
  readonly text: string
}

/**
 * AWS files that were read already, so that many environments which name the same files share them: entries with
 * variables of their own are many, files are few. Nothing read yet.
 */
export const newAwsReading = (changed: ChangedConfig | null = null) => ({
  changed,
  budget: { left: mostNamedBytes },
  /** The file of each path, looked at once. */
  ids: new Map<string, Promise<string>>(),
  /** By the file at a path (device and inode), not by its spelling. */
  inis: new Map<string, Promise<IniFile>>(),
  merged: new Map<string, ReturnType<typeof mergeAwsFiles>>(),
  olds: new Map<string, Promise<OldKeys | null>>(),
  caches: new Map<string, Promise<AwsCaches>>(),
  facts: new Map<string, Promise<boolean>>(),
})
type AwsReading = ReturnType<typeof newAwsReading>

/** Where the AWS files of an environment are looked for. */
interface ReadFrom {
  /** The environment's variables with exec.env over them. */
  readonly variables: Variables
  readonly home: string
  readonly platform?: NodeJS.Platform
  readonly signal?: AbortSignal
  readonly reading?: AwsReading
  /** Whether exec.env can name the files: then only a limited number of bytes is read. */
  readonly named?: boolean
  readonly by?: AwsProgram | undefined
}

const idOf = ({ platform = process.platform, reading }: ReadFrom, path: string) => {
  const plain = withoutDotSegments(path, platform)
  // One environment alone names each file once.
  return reading === undefined ? Promise.resolve(plain) : once(reading.ids, plain, () => fileId(plain))
}

/** Reads each file once, as the program does that reads it. */
function iniReader(from: ReadFrom, { inis, budget, changed }: AwsReading) {
  return async (path: string, dialect: AwsProgram = 'aws'): Promise<IniFile> => {
    const id = await idOf(from, path)
    const key = `${dialect} ${id}`
    const instead = changed !== null && id === (await idOf(from, changed.path)) ? changed.text : null
    const most = from.named ? budget : null
    const file = await once(inis, key, () => readIniFile(path, key, most, dialect, instead))
    return file.state.path === path ? file : { ...file, state: { ...file.state, path } }
  }
}

/** What the AWS files themselves say; nothing of older files, caches, tokens and CA bundles beside them is read. */
export async function readAwsSettings(from: ReadFrom): Promise<AwsFiles> {
  const { variables, platform = process.platform, reading = newAwsReading(), by = 'aws' } = from
  const readIni = iniReader(from, reading)
  const paths = awsPaths(variables, from.home, platform, by)
  const [config, credentials, aliased] = await Promise.all([
    readIni(paths.config, by),
    readIni(paths.credentials, by),
    aliasedCommand(posix.join(paths.home, '.aws', 'cli', 'alias'), readIni),
  ])
  const merge = by === 'aws' ? mergeAwsFiles : mergeGoFiles
  const merged = once(reading.merged, JSON.stringify([config.id, credentials.id]), () =>
    merge(config.ini, credentials.ini),
  )
  const states = { config: config.state, credentials: credentials.state }
  return { ...nothingRead, ...states, ...merged, aliased }
}

/**
 * Everything of the AWS files that an identity depends on. Never throws but when aborted: a file that is missing,
 * closed to us or broken is a state of `config` and `credentials`.
 */
export async function readAwsFiles(from: ReadFrom): Promise<AwsFiles> {
  const { variables, platform = process.platform, signal, reading = newAwsReading(), by = 'aws' } = from
  const paths = awsPaths(variables, from.home, platform, by)
  const idsOfCaches = [await idOf(from, paths.home), await idOf(from, paths.loginCache)]
  const readOld = async (path: string) =>
    once(reading.olds, await idOf(from, path), () => readOldFile(path, from.named ? reading.budget : null))
  const [settings, legacyKeys, caches] = await Promise.all([
    readAwsSettings({ ...from, reading }),
    readLegacyKeys(variables, paths.home, platform, iniReader(from, reading), readOld),
    once(reading.caches, JSON.stringify(idsOfCaches), () =>
      readCaches({ home: paths.home, login: paths.loginCache }, signal),
    ),
  ])
  signal?.throwIfAborted()
  const inProfiles = (key: string) =>
    [...settings.profiles.values()].flatMap((profile) => profile.settings[key]?.value ?? [])
  /** For each of these paths whether the file there, of at most so many bytes, passes `isIt`. */
  const facts = async (paths: readonly string[], most: number, isIt: (bytes: Uint8Array) => boolean) => {
    const found = new Map<string, boolean>()
    for (const path of new Set(paths)) {
      if (path === '') continue
      const fact = once(reading.facts, `${most} ${path}`, async () => {
        const read = await readBounded(path, most)
        return read.state === 'read' && isIt(read.bytes)
      })
      found.set(path, await fact)
    }
    return found
  }
  const token = variables.AWS_WEB_IDENTITY_TOKEN_FILE ?? ''
  const tokens = [...new Set([...inProfiles('web_identity_token_file'), token])].slice(0, mostTokens)
  const tokenFiles = await facts(tokens, 64 * 1024, ({ length }) => length >= shortestToken)
  const bundles = [...inProfiles('ca_bundle').slice(0, mostBundles), variables.AWS_CA_BUNDLE ?? '']
  const caBundles = await facts(by === 'aws' ? [] : bundles, mostBytes, (bytes) =>
    (decode(bytes, false) ?? '').includes('-----BEGIN CERTIFICATE-----'),
  )
  return { ...settings, legacyKeys, caches, tokenFiles, caBundles }
}

/** Profiles, sso-sessions and services of the two files as botocore's load_config and full_config merge them. */
export function mergeAwsFiles(
  config: Pick<Ini, 'sections'>,
  credentials: Pick<Ini, 'sections'>,
): Pick<AwsFiles, 'readBy' | 'profiles' | 'ssoSessions' | 'services' | 'plugins'> {
  const fromConfig = new Map<string, Section>()
  const ssoSessions = new Map<string, Section>()
  const services = new Map<string, Section>()
  for (const section of config.sections) {
    const kinds = { profile: fromConfig, 'sso-session': ssoSessions, services } as const
    const meaning = sectionMeaning(section.name)
    if (meaning !== null) kinds[meaning.kind].set(meaning.name, section)
  }
  const fromCredentials = new Map(credentials.sections.map((section) => [section.name, section]))
  const merged = mergedSections(fromConfig, fromCredentials, (own, over) => ({ ...own, ...over }))
  const profiles = new Map(merged.map((profile) => [profile.name, profile]))
  const plugins = config.sections.find(
    ({ name, settings }) => name === 'plugins' && Object.keys(settings).length > 0,
  )
  return { readBy: 'aws', profiles, ssoSessions, services, plugins: plugins ?? null }
}

/** Reads a file within the rest of `budget`. */
async function readWithin(budget: Budget | null, path: string): Promise<BoundedRead> {
  const read = await readBounded(path, Math.min(mostBytes, budget?.left ?? mostBytes))
  if (budget !== null && read.state === 'read') budget.left -= read.bytes.length
  return read
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function readIniFile(
  path: string,
  id: string,
  budget: Budget | null,
  by: AwsProgram,
  instead: string | null,
): Promise<IniFile> {
  const isCut = budget !== null && budget.left < mostBytes
  const read =
    instead === null
      ? await readWithin(budget, path)
      : ({ state: 'read', bytes: new TextEncoder().encode(instead) } as const)
  const none = (problem: string | null, refused = true, revision: string | null = null): IniFile => ({
    id,
    state: {
      ...notRead,
      path,
      ...(problem !== null && { state: 'unreadable', problem, refused, revision }),
    },
    ini: { sections: [], defaults: {}, problem: null },
  })
  switch (read.state) {
    case 'missing': {
      // aws passes over a folder, the authenticator stops at it.
      const folder = by === 'aws-iam-authenticator' && (await stat(path).catch(() => null))?.isDirectory()
      return none(folder ? 'it is a folder' : null)
    }
    case 'denied':
      // Python's ConfigParser.read passes over what it may not open, so aws goes on without the file.
      return none(`you may not read it (${read.why}); aws goes on without it`, false)
    case 'too-large':
      return none(
        isCut
          ? `entries name other AWS files of more than ${mostNamedBytes / 1024 / 1024} MiB in all, so it was not read`
          : `it is larger than ${mostBytes / 1024 / 1024} MiB, more than Ekscope reads`,
      )
    case 'read': {
      const text = decode(read.bytes, by === 'aws')
      if (text === null) return none('it is not UTF-8', true, sha256(read.bytes))
      const ini = (by === 'aws' ? parseIni : parseGoIni)(text, path)
      const { message = null, line = null } = ini.problem ?? {}
      return {
        id,
        state: {
          path,
          state: 'read',
          problem: message,
          line,
          refused: message !== null,
          // Only a fingerprint needs it.
          get revision() {
            return sha256(read.bytes)
          },
        },
        ini,
      }
    }
    default:
      return assertNever(read, 'reading')
  }
}

/** A byte order mark stays in the text, because it is what makes aws refuse the file. */
function decode(bytes: Uint8Array, fatal: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes)
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

/** The content of a file of AWS_CREDENTIAL_FILE. */
interface OldKeys {
  readonly accessKeyId: string | undefined
  readonly secret: boolean
}

/** Null where it cannot be read, or is larger than the rest of `budget`. */
async function readOldFile(path: string, budget: Budget | null): Promise<OldKeys | null> {
  const read = await readWithin(budget, path)
  if (read.state !== 'read') return null
  const values = new Map<string, string>()
  for (const line of (decode(read.bytes, true) ?? '').split(/\r\n|[\n\r]/)) {
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
    const unread = `AWS_CREDENTIAL_FILE names ${named(from)}, which cannot be read`
    if (values === null) return { accessKeyId: null, from, problem: unread }
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
