/**
 * Previews and plans: what is worked out from edits without anything being written. Everything that goes in and comes
 * out is a value, so that another thread can do it: in the window one does (planning-thread.ts), so that ten thousand
 * renames keep neither the window nor its keys waiting; the terminal has nothing else to do meanwhile.
 */

import type { AnyEdit } from '../../shared/edits/edit'
import type { Plan } from '../../shared/edits/plan'
import type { Preview } from '../../shared/ipc/payloads'
import { type AskedVersions, programsOnce } from '../aws/installed/which'
import { assembleIdentities, awsFilesOnce } from '../identity/assemble'
import { identityWarnings } from '../identity/edit-warnings'
import { planOnDisk } from '../kubeconfig/disk/apply'
import type { KnownDocuments } from '../kubeconfig/disk/read-sources'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { Environment } from '../system/environment'
import { type Words, wordsAfter } from '../trust/expectations'
import { previewEdits } from './preview'

/** Where the AWS files are. */
interface PlanPlace {
  readonly home: string
  readonly platform: NodeJS.Platform
}

export interface PreviewTask extends PlanPlace {
  readonly revision: number
  readonly edits: readonly AnyEdit[]
  /** The one that is asked for, and the one that it is compared with. */
  readonly environments: readonly [Environment, ...Environment[]]
  /** The fingerprint of the user's decisions, for the fingerprints of checks. */
  readonly trust: string
  /** Whom the user said to expect. */
  readonly words: Words
  /** What programs gave for their version when they were asked. */
  readonly asked: AskedVersions
  readonly now: number
}

export interface PlanTask extends PlanPlace {
  readonly list: readonly string[]
  readonly edits: readonly AnyEdit[]
  readonly environment: Environment
}

export interface Planning {
  /** The files as they were read last. Rejects when the signal fires first. */
  preview(task: PreviewTask, files: readonly ReadFile[], signal: AbortSignal): Promise<Preview>
  /** Of the files as they are on disk now. */
  plan(task: PlanTask, signal: AbortSignal): Promise<Plan>
  close(): void
}

/** In the thread that asks. */
export const planningHere: Planning = {
  preview: previewOf,
  plan: (task, signal) => planOf(task, signal),
  close: () => undefined,
}

export async function previewOf(
  { revision, edits, environments, trust, words, asked, home, platform, now }: PreviewTask,
  files: readonly ReadFile[],
  signal: AbortSignal,
): Promise<Preview> {
  const aws = awsFilesOnce(home, platform, signal)
  const programs = programsOnce(asked)
  return await previewEdits({
    revision,
    files,
    edits,
    warnings: identityWarnings(await aws(environments[0], {})),
    environments,
    async identities(view, only, environment, changed) {
      const contexts = view.snapshot.contexts.filter(({ id }) => only === null || only.has(id))
      const identities = await assembleIdentities({
        snapshot: { ...view.snapshot, contexts },
        resolved: contexts.flatMap(({ id }) => view.resolve(id) ?? []),
        environment,
        aws,
        programs,
        trust,
        // As they will be once this is written.
        words: wordsAfter(words, changed),
        now,
      })
      return identities.contexts
    },
  })
}

export async function planOf(
  { list, edits, environment, home, platform }: PlanTask,
  signal: AbortSignal,
  known?: KnownDocuments,
): Promise<Plan> {
  const files = await awsFilesOnce(home, platform, signal)(environment, {})
  return planOnDisk(list, edits, identityWarnings(files), known)
}
