/**
 * Kubeconfig entries with their secrets, as main alone knows them. What the page gets is made of these by
 * snapshot.ts, masked. Field names follow client-go's clientcmd/api/v1.
 */

import type { RawExec } from '../../../shared/exec/parse'
import type {
  ClusterEntry,
  ContextEntry,
  EntryId,
  Impersonation,
  KubeconfigFile,
  UserEntry,
} from '../../../shared/kubeconfig/entries'
import type { FieldsOf } from '../../../shared/kubeconfig/fields'
import type { clusterKeys, contextKeys, userKeys } from '../../../shared/kubeconfig/schema'

export interface RawContext extends FieldsOf<typeof contextKeys> {
  readonly name: string
  /** Whom the extension of Ekscope says that it should be (shared/identity/expected.ts); null: nobody. */
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

/** A context with what it points at, as kubectl would resolve it over the whole list of files. */
export interface ResolvedContext {
  readonly id: EntryId
  readonly entry: ContextEntry
  readonly file: KubeconfigFile
  readonly context: RawContext
  /** The winning entry of that name over all files; null when dangling or not named. */
  readonly cluster: Located<RawCluster> | null
  readonly clusterFile: KubeconfigFile | null
  /** The same as the snapshot has it, masked. */
  readonly clusterEntry: ClusterEntry | null
  readonly user: Located<RawUser> | null
  readonly userFile: KubeconfigFile | null
  readonly userEntry: UserEntry | null

  // What is known without making any entry: of ten thousand nobody looks at all.

  readonly name: string
  /** Of its file. */
  readonly path: string
  /** Kubectl takes the context of that name in an earlier file. */
  readonly shadowed: boolean
  /** A name occurs twice in its list. */
  readonly inRepeats: boolean
  readonly hasCluster: boolean
  /** Of the cluster that it points at; null where there is none. */
  readonly server: string | null
  readonly userName: string | null
  readonly rawCluster: RawCluster | null
  readonly rawUser: RawUser | null
  /** The same for every context that leads to that user, and no other. */
  readonly userKey: number | null
  /** What its user has in common with others of its file; null where that is not known. */
  readonly userForm: UserForm | null
  /** The word of its user in which users of that form differ. */
  readonly userWord: string | null
}
