/**
 * Kubeconfig entries with their secrets, as main alone knows them. What the page gets is made of these by
 * snapshot.ts, masked. Field names follow client-go's clientcmd/api/v1.
 */

import type { RawExec } from '../../../shared/exec/parse'
import type { EntryId, Impersonation } from '../../../shared/kubeconfig/entries'
import type { FieldsOf } from '../../../shared/kubeconfig/fields'
import type { clusterKeys, contextKeys, userKeys } from '../../../shared/kubeconfig/schema'

export interface RawContext extends FieldsOf<typeof contextKeys> {
  readonly name: string
  /** The identity that Ekscope's extension says to expect (shared/identity/expected.ts); null: none. */
  readonly expected: string | null
}

export interface RawCluster extends FieldsOf<typeof clusterKeys> {
  readonly name: string
  /** The extension `client.authentication.k8s.io/exec`: goes into KUBERNETES_EXEC_INFO's cluster.config. */
  readonly execConfig: unknown
}

/** Paths are resolved against the folder of the user's file, its command if it has a path separator. */
export interface RawUser extends FieldsOf<typeof userKeys> {
  readonly name: string
  readonly authProvider: string | null
  readonly exec: RawExec | null
  readonly impersonation: Impersonation | null
}

/** What users of one file have in common that differ in their names and in one word alone. */
export interface UserForm {
  /** Of one of them. */
  readonly exec: RawExec
  /** The place of that word among the arguments; null where they are all the same. */
  readonly varies: number | null
}

/** An entry of a file. */
export interface Located<T> {
  readonly id: EntryId
  readonly file: string
  readonly raw: T
}
