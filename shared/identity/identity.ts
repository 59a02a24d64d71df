/**
 * The four identities of a context and the verdict over them. Values only: electron/aws finds intended and predicted,
 * electron/whoami proven and seen. See docs/identity.md.
 */
import * as v from 'valibot'
import type { Inferred } from '../inferred'
import { signInOfSchema } from './sign-in'

/** Where an exec command would run; identity is per environment. */
export const environmentNames = ['login-shell', 'app', 'clean'] as const
export type EnvironmentName = (typeof environmentNames)[number]

/** What files say about an identity. */
const named = {
  /** The IAM role or user ARN as the files name it, never an assumed-role ARN; null when files name none. */
  arn: v.nullable(v.string()),
  accessKeyId: v.nullable(v.string()),
  profile: v.nullable(v.string()),
  account: v.nullable(v.string()),
  partition: v.nullable(v.string()),
  permissionSet: v.nullable(v.string()),
  /** Each source in order, as text: `--role in exec args`, `profile pay → source_profile default`. */
  by: v.array(v.string()),
}

/**
 * The identity that the context's own entry names; all null when the entry names none (unpinned). An SSO profile gives account
 * and permission set but no ARN; static keys give an access key id but no ARN.
 */
const intended = v.object({
  ...named,
  /** The user marked this identity as the expected one; it replaces what the entry says. */
  expected: v.boolean(),
})
export type Intended = Inferred<typeof intended>

/** The verdicts, the better first. */
export const verdicts = [
  'verified',
  'proven',
  'mismatch',
  'no-access',
  'login-needed',
  'expired',
  'broken',
  'unreachable',
  'unsupported',
] as const
export type Verdict = (typeof verdicts)[number]

/** On screen also: never checked, being checked, or checked when something was different. */
export type ShownVerdict = Verdict | 'not-checked' | 'checking' | 'stale'

/** Every cause of a verdict other than verified and proven, by its verdict; each has a sentence and a next step. Closed. */
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

/** Why a verdict is not verified. */
export const problemSchema = v.object({
  code: v.custom<ProblemCode>(isProblemCode),
  /** What happened and why, one sentence. */
  message: v.string(),
  /** What to do next, one sentence; a command in it is quoted for a POSIX shell. */
  next: v.string(),
  /** The profile or session that has to sign in by SSO, where that helps: Ekscope can do it. */
  signIn: v.optional(signInOfSchema),
})
export type Problem = Inferred<typeof problemSchema>

/** A problem from its three parts. */
export const problem = (code: ProblemCode, message: string, next: string): Problem => ({
  code,
  message,
  next,
})

/** Something would run that the user has not allowed. */
export const isNotAllowed = (problem: Pick<Problem, 'code'> | null | undefined): boolean =>
  problem?.code === 'command-not-allowed' || problem?.code === 'process-not-allowed'

/** The identity that the files and one environment would give, by the order that aws itself uses. */
const predicted = v.object({
  ...named,
  /**
   * What is used in place of the profile or keys that the entry names, as a sentence calls it: `AWS_ACCESS_KEY_ID of the login
   * shell`; null where the entry's own are used, or it names none. Checks that an older Ekscope stored do not say.
   */
  instead: v.optional(v.nullable(v.string()), null),
  /** What the entry's profile says and the version of aws that runs ignores; absent where there is nothing. */
  passedOver: v.exactOptional(v.string()),
  /** False if anything outside files and environment decides (credential_process, metadata, an SSO role's suffix). */
  certain: v.boolean(),
  /** Why no identity is predicted and aws would fail; null when one is. */
  problem: v.nullable(problemSchema),
})
export type Predicted = Inferred<typeof predicted>

/** The aws or aws-iam-authenticator that a context's command refers to. */
const usedProgram = v.object({
  path: v.string(),
  /** As it reports it: `2.23.6`; null where the installed files do not say, and the program has not been asked. */
  version: v.nullable(v.string()),
})
export type UsedProgram = Inferred<typeof usedProgram>

/** GetCallerIdentity, answered for the context's own token. */
export const provenSchema = v.object({
  arn: v.string(),
  canonicalArn: v.string(),
  account: v.string(),
  userId: v.string(),
  accessKeyId: v.string(),
  ms: v.number(),
})
export type Proven = Inferred<typeof provenSchema>

/** SelfSubjectReview's userInfo. */
const seen = v.object({
  username: v.string(),
  uid: v.nullable(v.string()),
  groups: v.array(v.string()),
  extra: v.record(v.string(), v.array(v.string())),
  /** Read from a 403 message: the review itself was denied, so only the name is known. */
  fromDenial: v.boolean(),
  /** May do everything in the cluster: every verb on every resource; null where it did not say, or an older Ekscope stored it. */
  everything: v.optional(v.nullable(v.boolean()), null),
  ms: v.number(),
})
export type Seen = Inferred<typeof seen>

/** One step of a check as it happened. */
const step = v.object({
  kind: v.picklist(['entry', 'allow', 'version', 'predict', 'exec', 'token', 'sts', 'cluster', 'acts-as']),
  outcome: v.picklist(['ok', 'failed', 'skipped']),
  /** `Ran aws eks get-token`, `STS says carol`. */
  title: v.string(),
  detail: v.string(),
  ms: v.number(),
})
export type Step = Inferred<typeof step>
export type StepKind = Step['kind']

/** The facts that a token holds: never the token, never its signature or session token. */
const tokenFacts = v.object({
  host: v.string(),
  region: v.string(),
  accessKeyId: v.string(),
  /** The cluster name or id that is passed to the command. */
  cluster: v.nullable(v.string()),
  signedAt: v.number(),
  /** 15 min after signedAt: what the verifier accepts. */
  validUntil: v.number(),
  /** The expirationTimestamp of the ExecCredential; null when it has none. */
  expirationTimestamp: v.nullable(v.number()),
  temporary: v.boolean(),
})
export type TokenFacts = Inferred<typeof tokenFacts>

/** All results of one check, without secrets. Stored over restarts. */
export const checkSchema = v.object({
  /** Its EntryId. */
  context: v.string(),
  contextName: v.string(),
  environment: v.picklist(environmentNames),
  /** Milliseconds since the epoch, at the end of the check. */
  at: v.number(),
  /** When the first of the checks in a row ended that all said this, ms; absent: this one is the first. */
  since: v.exactOptional(v.number()),
  /** Of entry, AWS files, trust and environment; when it differs from the present one the check is stale. */
  fingerprint: v.string(),
  /**
   * Until when the sign-in or the temporary keys behind it last without the user, ms; null: no end is known, or an older Ekscope
   * stored it.
   */
  until: v.optional(v.nullable(v.number()), null),
  verdict: v.picklist(verdicts),
  problem: v.nullable(problemSchema),
  /** Why the cluster named no user, or refused the impersonation, where another problem decided the verdict. */
  clusterProblem: v.exactOptional(problemSchema),
  intended,
  predicted,
  /** The program that the command referred to; null where none was looked up, or an older Ekscope stored it. */
  aws: v.optional(v.nullable(usedProgram), null),
  proven: v.nullable(provenSchema),
  seen: v.nullable(seen),
  actsAs: v.nullable(seen),
  token: v.nullable(tokenFacts),
  /** It went by the code of a device that was used once: without one the same would not come out again. */
  withCode: v.exactOptional(v.boolean()),
  steps: v.array(step),
  ms: v.number(),
})
export type Check = Inferred<typeof checkSchema>

/** How a context authenticates; the values in `ekscope list --json`. */
export type AuthKind =
  | 'aws'
  | 'aws-iam-authenticator'
  | 'ekscope'
  | 'exec'
  | 'client-certificate'
  | 'token'
  | 'basic'
  | 'auth-provider'
  | 'none'

/** Whether a known command gets it the token of an AWS identity. */
export const signsInByAws = (auth: AuthKind | undefined): boolean =>
  auth === 'aws' || auth === 'aws-iam-authenticator' || auth === 'ekscope'

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
