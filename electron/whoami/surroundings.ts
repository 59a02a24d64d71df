/** What a check needs from outside: everything by argument, so that tests use real parts. */
import type { ClusterAccess } from '../../shared/identity/access-entries'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Ask } from '../net/ask'
import type { EarlyConnections } from '../net/early-connections'
import type { Environment } from '../system/environment'
import type { Trust } from '../trust/decisions'
import type { Lookups } from '../trust/examine'
import type { ReviewRequest } from './review'
import type { SharedWork } from './work'

/** What all checks of one run share. */
export interface Surroundings {
  readonly environment: Environment
  /** The user's decisions as they were when the run began. */
  readonly trust: Trust
  readonly lookups: Lookups
  /** Does equal work once, under the limits of the run. */
  readonly work: SharedWork
  readonly ask: Ask
  /** Opens a connection for a request to come; null: none is opened before its request. */
  readonly openAhead: EarlyConnections['open'] | null
  /** A program reported its version; `key` is that of the program in this environment (aws/installed). */
  readonly onVersion: (key: string, version: string) => void
  /** The command of a context is run now, or the equal one that it shares. */
  readonly onBegun: (context: EntryId) => void
  /** The cluster let a context in: more may be asked of it with the same credentials, before the check ends. */
  readonly onLetIn: ((context: EntryId, request: ReviewRequest, signal: AbortSignal) => Promise<void>) | null
  /** Unique ids that earlier checks saw behind an ARN (canonical). */
  readonly earlierIds: (arn: string) => Promise<readonly string[]>
  /** Who may enter the cluster that is asked about, as just read; null: it was not, or several clusters are asked about. */
  readonly access: ClusterAccess | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly limits: {
    /** Milliseconds for an exec command. */
    readonly execMs: number
    /** Milliseconds for one request to a cluster. */
    readonly clusterMs: number
  }
}

export const defaultLimits: Surroundings['limits'] = { execMs: 60_000, clusterMs: 10_000 }
