/**
 * Every identity that the AWS files, one environment and the contexts name, as the tree in which each results from another.
 * Values without secrets: they may cross IPC.
 */
import type { EntryId } from '../kubeconfig/entries'
import type { SessionName } from './access-entries'
import type { EnvironmentName, Problem } from './identity'

/** What gives an identity; in the order of the roots of the tree. */
export const identityKinds = [
  /** Keys in the environment: they come before every profile that is not named by argument. */
  'environment-keys',
  /** Keys in an AWS file. */
  'keys',
  /** A sign-in, from which permission sets come. */
  'sso-session',
  'permission-set',
  'role',
  'web-identity',
  'login',
  'process',
  'container',
  'metadata',
  /** Keys that are written in an entry of a kubeconfig. */
  'entry-keys',
  /** What a program that wraps aws gives. */
  'wrapper',
  /** Nothing: what is named gives no credentials. */
  'nobody',
] as const
export type IdentityKind = (typeof identityKinds)[number]

export const identityStates = ['valid', 'expired', 'sign-in-needed', 'refused', 'broken', 'unknown'] as const

/** Whether an identity can act now, as far as is known without asking. */
export interface IdentityState {
  /** `broken`: as the files are written it cannot work. `unknown`: nothing says that it works, nor that it does not. */
  readonly kind: (typeof identityStates)[number]
  /** Until when it lasts, or lasted, ms since the epoch; null where no end is known. */
  readonly until: number | null
  /** What says so: a proof of the identity itself, a check of a context, what aws has cached; null: the files alone. */
  readonly by: 'proof' | 'check' | 'cache' | null
  /** When that was observed, ms since the epoch; null: it is true now. */
  readonly at: number | null
  /** Why it is not valid; null where it is, and where nothing is known. */
  readonly problem: Problem | null
}

export interface FilePlace {
  readonly file: string
  /** 1-based. */
  readonly line: number
}

/** What the window edits of a profile that is there, besides its name. */
export const profileFields = ['region', 'role_arn', 'source_profile', 'sso_session', 'output'] as const
export type ProfileField = (typeof profileFields)[number]

/** A profile with its sections; either is null where that file has no section of it. */
export interface PlacedProfile {
  readonly name: string
  readonly config: FilePlace | null
  readonly credentials: FilePlace | null
  /** What it says, of what can be edited in place. */
  readonly settings: readonly PlacedSetting[]
}

export interface PlacedSetting {
  readonly key: ProfileField
  readonly value: string
  /** The credentials file says so, which wins and is never written. */
  readonly inCredentials: boolean
}

export interface ContextOfIdentity {
  readonly id: EntryId
  readonly name: string
}

/** A cluster that contexts of an identity refer to, as far as their entries say. */
export interface ClusterOfIdentity {
  readonly name: string | null
  readonly region: string | null
  readonly account: string | null
  readonly server: string | null
}

/** The name of its sessions, by some of the ways to an identity. */
export interface SessionOfIdentity {
  readonly session: SessionName
  /** `profile nightly`, `context prod`. */
  readonly by: readonly string[]
}

export interface KnownIdentity {
  /** The same for the same way to the same identity. */
  readonly id: string
  /** Whose credentials it is got with; null for those that begin a chain. */
  readonly parent: string | null
  readonly kind: IdentityKind
  /** `Admin`, `AKIA…`, `corp`. */
  readonly name: string
  /** The role or user as files name it, else as AWS did. */
  readonly arn: string | null
  readonly accessKeyId: string | null
  readonly account: string | null
  readonly accountName: string | null
  readonly permissionSet: string | null
  /** Where it is written: `/home/x/.aws/credentials:7`. */
  readonly from: readonly string[]
  /** The MFA device that asks for a code before the role is given; null: none does. */
  readonly mfaSerial: string | null
  readonly profiles: readonly PlacedProfile[]
  readonly state: IdentityState
  /** What AWS said when it was last proven; null where that is not known, or does not count any more. */
  readonly proven: { readonly arn: string; readonly userId: string; readonly at: number } | null
  /** One for each name that its ways give a session; none where no way ends in it. */
  readonly sessions: readonly SessionOfIdentity[]
  /** A command without a profile acts as this identity here. */
  readonly unpinned: boolean
  /** There is a command that acts as it, so it can be proven. */
  readonly provable: boolean
  readonly contexts: readonly ContextOfIdentity[]
  /** More contexts that act as it, whose names kubectl takes from elsewhere: what checks found by them is true nevertheless. */
  readonly shadowed: readonly ContextOfIdentity[]
  readonly clusters: readonly ClusterOfIdentity[]
}

export interface IdentityTree {
  readonly environment: EnvironmentName
  /** Parents before their children, roots by kind. */
  readonly identities: readonly KnownIdentity[]
  /** Profiles that only hold settings. */
  readonly settingsOnly: readonly PlacedProfile[]
  /** Those that a profile can name, in the order of the file. */
  readonly ssoSessions: readonly string[]
  /** Contexts that get a token by a program whose identity no file says. */
  readonly notSaid: readonly ContextOfIdentity[]
  /** What is wrong with the AWS files themselves. */
  readonly problems: readonly {
    readonly file: string
    readonly line: number | null
    readonly message: string
  }[]
}
