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
  SourceRange,
  UserEntry,
} from '../../../shared/kubeconfig/entries'

export interface RawContext {
  readonly name: string
  readonly cluster: string | null
  readonly user: string | null
  readonly namespace: string | null
}

export interface RawCluster {
  readonly name: string
  readonly server: string | null
  readonly tlsServerName: string | null
  readonly insecureSkipTlsVerify: boolean
  /** Resolved against the folder of its file. */
  readonly certificateAuthority: string | null
  readonly certificateAuthorityData: string | null
  readonly proxyUrl: string | null
  readonly disableCompression: boolean
  /** The extension `client.authentication.k8s.io/exec`: goes into KUBERNETES_EXEC_INFO's cluster.config. */
  readonly execConfig: unknown
}

export interface RawUser {
  readonly name: string
  /** Paths are resolved against the folder of the user's file. */
  readonly clientCertificate: string | null
  readonly clientCertificateData: string | null
  readonly clientKey: string | null
  readonly clientKeyData: string | null
  readonly token: string | null
  readonly tokenFile: string | null
  readonly username: string | null
  readonly password: string | null
  readonly authProvider: string | null
  /** `command` is resolved against the folder of the user's file if it has a path separator. */
  readonly exec: RawExec | null
  readonly impersonation: Impersonation | null
}

/** Where one entry stands and how to parse it: parsing happens when asked, and only once. */
export interface Located<T> {
  readonly id: EntryId
  readonly file: string
  readonly range: SourceRange
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
}
