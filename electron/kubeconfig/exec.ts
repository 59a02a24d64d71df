/** What an exec entry says in AWS terms, read from its own arguments and env alone. Text in, values out. */
import type { ProfilePin } from '../../shared/identity'

export type ExecProgram = 'aws' | 'aws-iam-authenticator' | 'other'

/** An exec entry understood: which flags it carries, and whether they were understood completely. */
export interface ExecMeaning {
  readonly program: ExecProgram
  /** Every argument belongs to the known grammar (docs/security.md): a condition for running without asking. */
  readonly complete: boolean
  /** Why `complete` is false, in words. */
  readonly unknown: string | null
  readonly region: string | null
  /** Value of --profile, or AWS_PROFILE / AWS_DEFAULT_PROFILE of exec.env. */
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  readonly role: string | null
  /** As spelt: `--role`, `--role-arn`, `-r`, `DEFAULT_ROLE`. */
  readonly roleFrom: string | null
  readonly clusterName: string | null
  /** --cluster-id of an Outposts local cluster, or -i of the authenticator. */
  readonly clusterId: string | null
  readonly output: string | null
  readonly externalId: string | null
  readonly sessionName: string | null
}
