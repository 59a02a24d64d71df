/** A credential chain as a value: what gives the first credentials, and which roles are assumed on top of them. */
import type { SessionName } from '../../../shared/identity/access-entries'
import type { Problem } from '../../../shared/identity/identity'
import type { AwsFiles } from '../files/aws-files'
import type { Variables } from '../files/paths'
import type { AwsRules } from '../installed/rules'

/** What is known of each kind of first credentials. credential-sources.ts has a row for each, api/source-keys.ts its keys. */
interface SourceFields {
  readonly keys: {
    readonly accessKeyId: string
    readonly from: string
    /** In a file, or among variables. */
    readonly place: 'file' | 'variables'
    /** Milliseconds; only of keys in the environment that say so. */
    readonly expiresAt?: number | null
  }
  readonly 'web-identity': {
    readonly role: string
    readonly tokenFile: string
    readonly session: SessionName
    /** Base name of its file in ~/.aws/cli/cache; null where aws has the result in memory only. */
    readonly cacheKey: string | null
  }
  readonly sso: {
    readonly profile: string
    readonly account: string
    readonly permissionSet: string
    readonly region: string
    readonly session: string | null
    readonly startUrl: string
    readonly tokenKey: string
    /** As in web-identity: an SSO profile that is another's source_profile is not cached on disk. */
    readonly cacheKey: string | null
  }
  readonly login: { readonly profile: string; readonly session: string; readonly key: string }
  readonly process: {
    readonly profile: string
    readonly command: string
    readonly words: readonly string[]
    readonly file: string
    readonly line: number
  }
  readonly container: { readonly variable: string }
  readonly metadata: Readonly<Record<never, never>>
  /** credential_source = Environment, where no environment is given. */
  readonly environment: Readonly<Record<never, never>>
}

export type SourceKind = keyof SourceFields

/** What gives the first credentials of a chain. */
export type CredentialSource<K extends SourceKind = SourceKind> = {
  readonly [P in K]: { readonly kind: P } & SourceFields[P]
}[K]

/** The user's program that gives credentials, with the place of its setting. */
export type CredentialProcess = CredentialSource<'process'>

/** One AssumeRole on top of what came before. */
export interface RoleStep {
  readonly arn: string
  /** The profile that names it; null for a role in the entry's own arguments. */
  readonly profile: string | null
  readonly mfaSerial: string | null
  readonly session: SessionName
  /** Base name of its file in ~/.aws/cli/cache; null for a role in arguments, which aws never caches. */
  readonly cacheKey: string | null
}

/** A profile whose role is assumed before that of the entry. */
export interface AssumesFirst {
  readonly profile: string
  readonly role: string
  /** The other profile whose credentials it takes; null: its own, or those of no profile. */
  readonly source: string | null
}

export interface Chain {
  readonly source: CredentialSource | null
  /** Nearest to the source first; the last one is the identity that acts. */
  readonly roles: readonly RoleStep[]
  /** Why, outermost first. */
  readonly by: readonly string[]
  /** aws would stop here; source and roles are then what was found so far. */
  readonly problem: Problem | null
}

/** What a chain depends on besides its profile. */
export interface ChainInput {
  readonly files: AwsFiles
  /** exec.env over the environment; null asks the profile alone, as for the intended identity. */
  readonly variables: Variables | null
  /** Where a variable is set, for a sentence: `AWS_PROFILE in exec env`. */
  readonly origin: (variable: string) => string
  /** --profile was given: aws then passes over keys and web identity of the environment. */
  readonly pinnedByArgument: boolean
  /** Those of the aws that would run; aws-iam-authenticator has its own (go-credential-chain.ts). */
  readonly rules: AwsRules
  /** Milliseconds since the epoch. */
  readonly now: number
}
