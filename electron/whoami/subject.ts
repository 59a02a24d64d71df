/** What one check is about, and what it needs from outside: everything by argument, so that tests use real parts. */
import type { Intended, Predicted, Problem } from '../../shared/identity'
import type { AwsFiles } from '../aws/files'
import { intendedIdentity } from '../aws/intended'
import { predictedChain, predictIdentity } from '../aws/predict'
import { caBundleFor, endpointFor } from '../aws/profiles'
import { credentialProcesses, loginNeed } from '../aws/signin'
import type { Environment } from '../environment'
import type { ResolvedContext } from '../kubeconfig/entries'
import { execMeaning } from '../kubeconfig/exec'
import type { Ask } from '../net/ask'
import type { ProcessFacts } from '../trust/commands'
import type { Trust } from '../trust/decisions'
import type { Lookups } from '../trust/examine'
import type { Work } from './work'

/** One context with what electron/aws derived of it for one environment. */
export interface Subject {
  readonly resolved: ResolvedContext
  readonly intended: Intended
  readonly predicted: Predicted
  /** Running the command now would stop for a sign-in, or fail for certain; null: run it. */
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

/** The AWS files as one context's command would read them, and as the user's own environment reads them. */
export interface AwsView {
  /** Read with exec.env over the environment's variables. */
  readonly files: AwsFiles
  /** Read with the environment's variables alone; the same object where exec.env names no other files. */
  readonly ownFiles: AwsFiles
}

/**
 * Derives a subject. Where a token may go is taken from the user's own files and environment only: exec.env of a
 * kubeconfig can name other AWS files, and with them any endpoint. `expected` is the ARN that the user marked.
 */
export function subjectOf(
  resolved: ResolvedContext,
  { files, ownFiles }: AwsView,
  environment: Environment,
  asked: { readonly expected: string | null; readonly now: number; readonly fingerprint: string },
): Subject {
  const exec = resolved.user?.raw.exec ?? null
  const meaning = exec === null ? null : execMeaning(exec)
  const question = { meaning, exec, files, environment, now: asked.now }
  const chain = predictedChain(question)
  const aws = meaning !== null && meaning.program !== 'other'
  const { source } = chain
  const { variables } = environment
  return {
    resolved,
    intended: intendedIdentity(meaning, exec, files, asked.expected),
    predicted: predictIdentity(question),
    // Where aws stops before it looks for credentials, its own words are better than a guess about them.
    loginNeed: aws && chain.problem === null ? loginNeed(chain, files, asked.now) : null,
    processes: aws ? credentialProcesses(chain, files.caches, asked.now) : [],
    ssoSession: aws && source?.kind === 'sso' ? source.tokenKey : null,
    stsEndpoint: endpointFor(ownFiles, chain.profile, 'sts', variables).endpoint?.value ?? null,
    caBundle: caBundleFor(ownFiles, chain.profile, variables)?.value ?? null,
    fingerprint: asked.fingerprint,
  }
}

/** What all checks of one run share. */
export interface Surroundings {
  readonly environment: Environment
  /** The user's word as it was when the run began. */
  readonly trust: Trust
  readonly lookups: Lookups
  /** Does equal work once, under the limits of the run. */
  readonly work: Work
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
