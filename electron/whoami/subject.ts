/** What one check is about, and what it needs from outside: everything by argument, so that tests use real parts. */
import type { Intended, Predicted, Problem } from '../../shared/identity/identity'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import type { Ask } from '../net/ask'
import type { Environment } from '../system/environment'
import type { ProcessFacts } from '../trust/commands'
import type { Trust } from '../trust/decisions'
import type { Lookups } from '../trust/examine'
import type { SharedWork } from './work'

/**
 * One context with what electron/aws derived of it for one environment (electron/identity/subjects.ts). Where a token may go,
 * `stsEndpoint`, must come from the user's own files and environment only: exec.env of a kubeconfig can name other AWS
 * files, and with them any endpoint.
 */
export interface Subject {
  readonly resolved: ResolvedContext
  readonly intended: Intended
  readonly predicted: Predicted
  /** Why running the command now would stop for a sign-in, or certainly fail; null: run it. */
  readonly loginNeed: Problem | null
  /** The credential_process commands that running it now would start. */
  readonly processes: readonly ProcessFacts[]
  /** Names the SSO session that the chain begins with, so that an expired one is found once; null without SSO. */
  readonly ssoSession: string | null
  /** STS endpoint that the environment or the user's AWS config names for this chain; null for AWS's own. */
  readonly stsEndpoint: string | null
  /** Path of the CA bundle that aws would use; null: the system's roots. */
  readonly caBundle: string | null
  /** Of entry, AWS files, trust and environment: goes into the Check. */
  readonly fingerprint: string
}

/** What all checks of one run share. */
export interface Surroundings {
  readonly environment: Environment
  /** The user's decisions as they were when the run began. */
  readonly trust: Trust
  readonly lookups: Lookups
  /** Does equal work once, under the limits of the run. */
  readonly work: SharedWork
  readonly ask: Ask
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
