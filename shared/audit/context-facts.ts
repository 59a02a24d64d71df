/** What is known of one context: a row of the grid is one, and the terminal makes one of what is judged. Pure. */
import { execMeaning } from '../exec/parse'
import type { ContextIdentity } from '../findings/context-identity'
import type { Finding } from '../findings/finding-rules'
import { type AuthKind, type ProblemCode, signsInByAws } from '../identity/identity'
import type { ContextEntry, UserEntry } from '../kubeconfig/entries'
import { everythingBy, type Judged } from './judged'

export interface ContextFacts
  extends Pick<Judged, 'check' | 'intended' | 'predicted' | 'proven' | 'seen' | 'impersonated' | 'stale'> {
  readonly entry: Pick<ContextEntry, 'name' | 'cluster'>
  readonly user: Pick<UserEntry, 'exec' | 'impersonation'> | null
  readonly identity: ContextIdentity | null
  readonly findings: readonly Finding[]
  /** A check of it runs: what the last one found is shown as old. */
  readonly running: boolean
}

/** How an entry signs in: the words after `signs in` in a sentence. */
export const signsInBy: Readonly<Record<AuthKind, string>> = {
  aws: 'with AWS',
  'aws-iam-authenticator': 'with AWS',
  ekscope: 'with AWS',
  exec: 'by a program',
  'client-certificate': 'by a client certificate',
  token: 'by a static token',
  basic: 'by user name and password',
  'auth-provider': 'by an auth provider',
  none: 'by nothing',
}

const everythingWords = { masters: 'system:masters', allowed: 'may do everything' } as const

/** Why the identity that kubectl acts as may do everything in the cluster, in words; null where it may not, or is not known to. */
export function mayDoEverything(check: Parameters<typeof everythingBy>[0]): string | null {
  const by = everythingBy(check)
  return by && everythingWords[by]
}

/** The cluster that the token is for, where that is another than the context's. */
export const tokenForOf = ({ identity }: Pick<ContextFacts, 'identity'>): string | null =>
  identity?.meant.tokenFor ?? null

/** Problems by which kubectl itself fails, with any identity. */
export const unusable: ReadonlySet<ProblemCode> = new Set([
  'deprecated-api-version',
  'api-version-mismatch',
  'missing-interactive-mode',
  'impersonates-nobody',
  'plugin-not-allowed',
  'kuberc-refused',
  'dangling-cluster',
  'dangling-user',
])

/** Why kubectl cannot use a context, according to its files; null where they do not say so. */
export const uselessFinding = ({ findings }: Pick<ContextFacts, 'findings'>): Finding | null =>
  findings.find(({ unusable }) => unusable) ?? null

/** Whether the environment decides where the entry names no profile: for aws or the authenticator, also inside a wrapper that
 * gives it no credentials. */
export function mayBePinned(row: Pick<ContextFacts, 'identity' | 'user'>): boolean {
  const auth = row.identity?.auth
  if (auth !== 'exec') return signsInByAws(auth)
  // Not destructured in the parameter: that would look up the user of every row.
  const exec = row.user?.exec ?? null
  const meaning = exec && execMeaning(exec)
  return meaning !== null && meaning.gets !== null && !meaning.given
}
