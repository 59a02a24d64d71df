/**
 * The AWS config and credentials files as values with their places. Read by profiles.ts; consumed by
 * predict.ts, which is pure. Secrets are present as values because prediction must know that a key is whole
 * (id and secret); nothing of this type crosses IPC.
 */

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
  /** SHA-256 of the bytes, hex; null when not read. */
  readonly revision: string | null
}

export interface AwsFiles {
  readonly config: AwsFileState
  readonly credentials: AwsFileState
  /** Profiles as botocore merges them: config's `[profile x]` / `[default]`, credentials' `[x]` over it. */
  readonly profiles: ReadonlyMap<string, Profile>
  readonly ssoSessions: ReadonlyMap<string, Section>
  readonly services: ReadonlyMap<string, Section>
  /** Facts of ~/.aws/sso/cache and ~/.aws/cli/cache that prediction needs, without any secret. */
  readonly caches: AwsCaches
}

export interface Profile {
  readonly name: string
  readonly config: Section | null
  readonly credentials: Section | null
  /** Merged view: key names lower case; the credentials file wins. */
  readonly settings: Readonly<Record<string, Setting>>
}

export interface SsoToken {
  /** The session name or start URL that the cache file is keyed by (SHA-1 of it is the file's name). */
  readonly key: string
  readonly expiresAt: number | null
  readonly hasAccessToken: boolean
  /** Refresh token, client id and secret are there and the registration is not expired. */
  readonly refreshable: boolean
}

export interface AwsCaches {
  readonly ssoTokens: ReadonlyMap<string, SsoToken>
  /** Cache key (SHA-1 hex, the file's base name in ~/.aws/cli/cache) → when those role credentials expire, ms. */
  readonly roleCredentials: ReadonlyMap<
    string,
    { readonly expiresAt: number; readonly accessKeyId: string | null; readonly accountId: string | null }
  >
}
