/** What is derived of one context from the files and one environment, before AWS or its cluster is asked. */

import type { Expected } from '../identity/expected'
import type {
  AuthKind,
  Intended,
  MeantCluster,
  Predicted,
  ProfilePin,
  UsedProgram,
} from '../identity/identity'
import type { EntryId } from '../kubeconfig/entries'
import type { Finding } from './finding-rules'

export interface ContextIdentity {
  readonly context: EntryId
  readonly auth: AuthKind
  readonly meant: MeantCluster
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  /** The role written in the entry: --role, --role-arn, the authenticator's -r, DEFAULT_ROLE in exec.env. */
  readonly role: string | null
  readonly sharedWith: readonly string[]
  /** How many more there are than `sharedWith` lists: only of a user with more than a thousand contexts. */
  readonly sharedMore?: number
  /** The identity that the user or the file says to expect; it is then the intended one. Null: none in particular. */
  readonly expected: Expected | null
  readonly intended: Intended
  /** What a file that is not the user's own says to expect: it counts against the context, never for it. Absent: nothing. */
  readonly against?: Intended
  /** The identity that the entry itself names, where another is expected and so intended; null: the intended one. */
  readonly entryNames: Intended | null
  readonly predicted: Predicted
  /** The aws or authenticator that its command refers to; null for other commands, and where there is none. */
  readonly aws: UsedProgram | null
  /** Empty where it was not computed: the page gets that of contexts whose check is stored, and requests others. */
  readonly fingerprint: string
  readonly findings: readonly Finding[]
}
