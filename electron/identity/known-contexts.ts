/**
 * What a check needs to know of contexts that stands in files of a fleet, as values: whoever has looked at the files says it, which
 * of a large fleet is another thread.
 */
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type AskedVersions, programsOnce } from '../aws/installed/which'
import type { KubeconfigView } from '../kubeconfig/read/view'
import type { Environment } from '../system/environment'
import type { Words } from '../trust/expectations'
import { type KnownContext, knownContextsOf } from './assemble'
import { awsFilesOnce } from './aws-files-once'

export interface KnownTask {
  /** Those that do not exist (any more) are left out. */
  readonly contexts: readonly EntryId[]
  readonly environment: Environment
  /** The fingerprint of the user's decisions, for the fingerprints of checks. */
  readonly trust: string
  /** Whom the user said to expect. */
  readonly words: Words
  /** What programs gave for their version when they were asked. */
  readonly asked: AskedVersions
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Each of them once. */
export function knownContexts(
  view: Pick<KubeconfigView, 'snapshot' | 'resolve'>,
  { contexts, environment, trust, words, asked, home, platform, now }: KnownTask,
  signal: AbortSignal,
): Promise<readonly KnownContext[]> {
  return knownContextsOf({
    snapshot: view.snapshot,
    resolved: [...new Set(contexts)].flatMap((id) => view.resolve(id) ?? []),
    environment,
    aws: awsFilesOnce(home, platform, signal),
    programs: programsOnce(asked),
    trust,
    words,
    now,
  })
}
