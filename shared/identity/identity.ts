/**
 * The four identities of a context and the verdict over them. Values only: electron/aws finds intended and predicted,
 * electron/whoami proven and seen. See docs/identity.md.
 */
import type { EntryId } from '../kubeconfig/entries'
import type { SignInOf } from './sign-in'

/** Where an exec command would run; identity is per environment. */
export type EnvironmentName = 'login-shell' | 'app' | 'clean'
export const environmentNames: readonly EnvironmentName[] = ['login-shell', 'app', 'clean']

/** How sentences call an environment: `AWS_PROFILE of the login shell`. */
export const environmentInSentence: Readonly<Record<EnvironmentName, string>> = {
  'login-shell': 'the login shell',
  app: 'the app’s environment',
  clean: 'the clean environment',
}

/**
 * The identity that the context's own entry names; all null when the entry names none (unpinned). An SSO profile gives account
 * and permission set but no ARN; static keys give an access key id but no ARN.
 */
export interface Intended {
  readonly arn: string | null
  readonly accessKeyId: string | null
  readonly profile: string | null
  readonly account: string | null
  readonly partition: string | null
  readonly permissionSet: string | null
  /** The user marked this identity as the expected one; it replaces what the entry says. */
  readonly expected: boolean
  /** Each source in order, as text: `--role in exec args`, `profile pay → source_profile default`. */
  readonly by: readonly string[]
}

/** The identity that the files and one environment would give, by the order that aws itself uses. */
export interface Predicted {
  /** The IAM role or user ARN as the files name it, never an assumed-role ARN; null when files name none. */
  readonly arn: string | null
  readonly accessKeyId: string | null
  readonly profile: string | null
  readonly account: string | null
  readonly partition: string | null
  readonly permissionSet: string | null
  readonly by: readonly string[]
  /**
   * What is used in place of the profile or keys that the entry names, as a sentence calls it: `AWS_ACCESS_KEY_ID of the login
   * shell`; null where the entry's own are used, or it names none.
   */
  readonly instead: string | null
  /** What the entry's profile says that the version of aws which runs passes over; absent where there is nothing. */
  readonly passedOver?: string
  /** False if anything outside files and environment decides (credential_process, metadata, an SSO role's suffix). */
  readonly certain: boolean
  /** Why no identity is predicted and aws would fail; null when one is. */
  readonly problem: Problem | null
}

/** The aws or aws-iam-authenticator that a context's command leads to. */
export interface UsedProgram {
  readonly path: string
  /** As it says it itself: `2.23.6`; null where reading what is installed does not tell, and it has not been asked. */
  readonly version: string | null
}

/** GetCallerIdentity, answered for the context's own token. */
export interface Proven {
  readonly arn: string
  readonly canonicalArn: string
  readonly account: string
  readonly userId: string
  readonly accessKeyId: string
  readonly ms: number
}

/** SelfSubjectReview's userInfo. */
export interface Seen {
  readonly username: string
  readonly uid: string | null
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
  /** Read from a 403 message: the review itself was denied, so only the name is known. */
  readonly fromDenial: boolean
  /** May do everything in the cluster: every verb on every resource; null where it did not say. */
  readonly everything: boolean | null
  readonly ms: number
}

export type Verdict =
  | 'verified'
  | 'proven'
  | 'mismatch'
  | 'no-access'
  | 'login-needed'
  | 'expired'
  | 'broken'
  | 'unreachable'
  | 'unsupported'
export const verdicts: readonly Verdict[] = [
  'verified',
  'proven',
  'mismatch',
  'no-access',
  'login-needed',
  'expired',
  'broken',
  'unreachable',
  'unsupported',
]

/** On screen also: never checked, being checked, or checked when something was different. */
export type ShownVerdict = Verdict | 'not-checked' | 'checking' | 'stale'

/** Every cause of a verdict other than verified and proven, by the verdict that it makes; each has a sentence and a next step. Closed. */
const codesOf = {
  unsupported: [
    'client-certificate',
    'static-token',
    'basic-auth',
    'auth-provider',
    'no-credentials',
    'foreign-token',
  ],
  'login-needed': ['sso-login', 'aws-login', 'mfa-code', 'interactive-always'],
  expired: ['expired-keys'],
  broken: [
    'command-not-found',
    'command-not-allowed',
    'process-not-allowed',
    'command-failed',
    'command-timeout',
    'output-too-large',
    'bad-exec-credential',
    'bad-token',
    'deprecated-api-version',
    'api-version-mismatch',
    'missing-interactive-mode',
    'impersonates-nobody',
    'plugin-not-allowed',
    'kuberc-refused',
    'unreadable-file',
    'unreadable-environment',
    'dangling-cluster',
    'dangling-user',
    'cluster-address',
    'unknown-profile',
    'broken-profile',
    'partial-keys',
    'no-keys',
    'no-region',
    'assume-role-denied',
    'access-denied',
    'keys-unknown',
    'bad-signature',
    'clock-off',
    'sts-host-not-allowed',
    'sts-refused',
    'internal',
  ],
  mismatch: ['other-principal', 'seen-differs'],
  unreachable: [
    'sts-unreachable',
    'throttled',
    'cluster-unreachable',
    'cluster-dns',
    'cluster-refused',
    'cluster-timeout',
    'cluster-tls',
    'cluster-proxy',
    'cluster-answer',
    'cluster-plain-http',
    'cluster-insecure',
    'file-not-trusted',
    // A cancelled check gives no verdict at all.
    'cancelled',
  ],
  'no-access': ['unauthorized', 'impersonation-refused'],
} as const satisfies { readonly [V in Exclude<Verdict, 'verified' | 'proven'>]: readonly string[] }
export type ProblemCode = (typeof codesOf)[keyof typeof codesOf][number]

/** The table's lines from first to last: the first that holds is the verdict. */
export const verdictOrder = [
  'unsupported',
  'login-needed',
  'expired',
  'broken',
  'mismatch',
  'unreachable',
  'no-access',
] as const satisfies readonly Verdict[]

const byCode = new Map<string, keyof typeof codesOf>(
  verdictOrder.flatMap((verdict) => codesOf[verdict].map((code) => [code, verdict] as const)),
)

/** The verdict that a problem makes. */
export const verdictOfCode = (code: ProblemCode): keyof typeof codesOf => byCode.get(code) ?? 'broken'
export const isProblemCode = (value: unknown): value is ProblemCode =>
  typeof value === 'string' && byCode.has(value)

export interface Problem {
  readonly code: ProblemCode
  /** What happened and why, one sentence. */
  readonly message: string
  /** What to do next, one sentence; a command in it is quoted for a POSIX shell. */
  readonly next: string
  /** Who has to sign in by SSO, where that is what helps: Ekscope can do it. */
  readonly signIn?: SignInOf | undefined
}

export type StepKind =
  | 'entry'
  | 'allow'
  | 'version'
  | 'predict'
  | 'exec'
  | 'token'
  | 'sts'
  | 'cluster'
  | 'acts-as'

/** One step of a check as it happened. */
export interface Step {
  readonly kind: StepKind
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** `Ran aws eks get-token`, `STS says carol`. */
  readonly title: string
  readonly detail: string
  readonly ms: number
}

/** The facts that a token holds: never the token, never its signature or session token. */
export interface TokenFacts {
  readonly host: string
  readonly region: string
  readonly accessKeyId: string
  /** The cluster name or id that was given to the command. */
  readonly cluster: string | null
  readonly signedAt: number
  /** 15 min after signedAt: what the verifier accepts. */
  readonly validUntil: number
  /** The expirationTimestamp of the ExecCredential; null when it has none. */
  readonly expirationTimestamp: number | null
  readonly temporary: boolean
}

/** Everything that one check found out, without secrets. Kept over restarts. */
export interface Check {
  readonly context: EntryId
  readonly contextName: string
  readonly environment: EnvironmentName
  /** Milliseconds since the epoch, at the end of the check. */
  readonly at: number
  /** Of entry, AWS files, trust and environment; when it differs from the present one the check is stale. */
  readonly fingerprint: string
  /** Until when the sign-in or the temporary keys behind it last without the user, ms; null: no end is known. */
  readonly until: number | null
  readonly verdict: Verdict
  readonly problem: Problem | null
  /** Why the cluster named nobody, or refused the impersonation, where another problem decided the verdict. */
  readonly clusterProblem?: Problem
  readonly intended: Intended
  readonly predicted: Predicted
  /** The program that the command led to; null where none was looked up. */
  readonly aws: UsedProgram | null
  readonly proven: Proven | null
  readonly seen: Seen | null
  readonly actsAs: Seen | null
  readonly token: TokenFacts | null
  /** It went by the code of a device that was used once: without one the same would not come out again. */
  readonly withCode?: boolean
  readonly steps: readonly Step[]
  readonly ms: number
}

/** How a context authenticates; the values in `ekscope list --json`. */
export type AuthKind =
  | 'aws'
  | 'aws-iam-authenticator'
  | 'exec'
  | 'client-certificate'
  | 'token'
  | 'basic'
  | 'auth-provider'
  | 'none'

/** By an argument of aws, by a variable, by an argument of what wraps aws, or by nothing. */
export type ProfilePin = 'arg' | 'env' | 'wrapper' | 'none'

/** The EKS cluster that kubectl talks to, as far as entry and exec arguments say (shared/exec/parse.ts). */
export interface MeantCluster {
  readonly name: string | null
  readonly region: string | null
  readonly account: string | null
  readonly partition: string | null
  /** The cluster that the command signs its token for, where that is another one: this cluster refuses such a token. */
  readonly tokenFor: string | null
}
