/**
 * What a check needs to know of contexts that stands in files of a fleet, as values: whoever has looked at the files says it, which
 * of a large fleet is another thread.
 */
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { KubeconfigView } from '../kubeconfig/read/view'
import { type KnownContext, knownContextsOf } from './assemble'
import { around, type LookTask } from './basis'

export interface KnownTask extends LookTask {
  /** Those that do not exist (any more) are left out. */
  readonly contexts: readonly EntryId[]
}

/** Each of them once. */
export const knownContexts = (
  view: Pick<KubeconfigView, 'snapshot' | 'resolve'>,
  { contexts, ...task }: KnownTask,
  signal: AbortSignal,
): Promise<readonly KnownContext[]> =>
  knownContextsOf({
    ...around(task, signal),
    snapshot: view.snapshot,
    resolved: [...new Set(contexts)].flatMap((id) => view.resolve(id) ?? []),
  })
