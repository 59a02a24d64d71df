/**
 * The AWS config and credentials files as values with their places. Read by read-aws-files.ts; consumed by
 * predicted-identity.ts, which is pure. Secrets are present as values because prediction must know that a key is whole
 * (id and secret); nothing of this type crosses IPC.
 */

import type { AwsProgram } from '../../../shared/exec/program-arguments'
import type { AwsCaches } from './caches'

export interface Setting {
  readonly value: string
  /** Indented `key = value` lines under it, as botocore reads s3 = and the like; empty if none. */
  readonly nested: Readonly<Record<string, string>>
  readonly file: string
  /** 1-based. */
  readonly line: number
}

export interface Section {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly settings: Readonly<Record<string, Setting>>
}

export interface AwsFileState {
  readonly path: string
  readonly state: 'read' | 'missing' | 'unreadable'
  /** What is wrong with it and where; botocore refuses the whole file then. */
  readonly problem: string | null
  readonly line: number | null
  /** Whether every aws command fails because of this file. A file without read permission is passed over. */
  readonly refused: boolean
  /** SHA-256 of the bytes, hex; null when not read. */
  readonly revision: string | null
}

export interface AwsFiles {
  /** The program that reads them so: aws by Python, or the authenticator by the AWS SDK for Go. */
  readonly readBy: AwsProgram
  readonly config: AwsFileState
  readonly credentials: AwsFileState
  /** Profiles as they are merged, by botocore: config's `[profile x]` / `[default]`, credentials' `[x]` over it. */
  readonly profiles: ReadonlyMap<string, Profile>
  readonly ssoSessions: ReadonlyMap<string, Section>
  readonly services: ReadonlyMap<string, Section>
  /** `[plugins]` of the config file, where it is not empty: Python code that aws loads; null: nothing. */
  readonly plugins: Section | null
  /** Facts of the caches under ~/.aws that prediction needs, without any secret. */
  readonly caches: AwsCaches
  /** Web identity token files that a profile or the environment names → whether aws finds a token in them. */
  readonly tokenFiles: ReadonlyMap<string, boolean>
  /** CA bundles that are named where the authenticator reads them → whether it finds certificates there. */
  readonly caBundles: ReadonlyMap<string, boolean>
  /** Keys in files older than profiles (AWS_CREDENTIAL_FILE, boto's); null when there are none. */
  readonly legacyKeys: LegacyKeys | null
  /** `~/.aws/cli/alias` gives another meaning to `eks` or `get-token`: then anything may run. */
  readonly aliased: string | null
}

export const notRead: AwsFileState = {
  path: '',
  state: 'missing',
  problem: null,
  line: null,
  refused: false,
  revision: null,
}

/** Where no file may be read. */
export const nothingRead: AwsFiles = {
  readBy: 'aws',
  config: notRead,
  credentials: notRead,
  profiles: new Map(),
  ssoSessions: new Map(),
  services: new Map(),
  plugins: null,
  caches: { ssoTokens: new Map(), roleCredentials: new Map(), logins: new Map() },
  tokenFiles: new Map(),
  caBundles: new Map(),
  legacyKeys: null,
  aliased: null,
}

export interface LegacyKeys {
  readonly accessKeyId: string | null
  /** The file, or what is wrong with it. */
  readonly from: string
  readonly problem: string | null
}

export type Settings = Section['settings']

/** Sections of both files by their names, those of the config file first; `merge`: the settings of one that both have. */
export const mergedSections = (
  fromConfig: ReadonlyMap<string, Section>,
  fromCredentials: ReadonlyMap<string, Section>,
  merge: (own: Settings, over: Settings) => Settings,
): readonly Profile[] =>
  [...new Set([...fromConfig.keys(), ...fromCredentials.keys()])].map((name) => {
    const [config, credentials] = [fromConfig.get(name) ?? null, fromCredentials.get(name) ?? null]
    const one = (config ?? credentials)?.settings ?? {}
    const settings = config && credentials ? merge(config.settings, credentials.settings) : one
    return { name, config, credentials, settings }
  })

export interface Profile {
  readonly name: string
  readonly config: Section | null
  readonly credentials: Section | null
  /** Merged view: key names lower case; the credentials file wins. */
  readonly settings: Readonly<Record<string, Setting>>
}
