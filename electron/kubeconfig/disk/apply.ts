/** Edits brought to disk. */
import type { AnyEdit } from '../../../shared/edits/edit'
import { fileOf } from '../../../shared/edits/kinds'
import type { FileRevision, Plan } from '../../../shared/edits/plan'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import type { EditSource } from '../read/edit-model'
import { planEdits, type Warnings } from '../rewrite/plan'
import { type KnownDocuments, readSources, revisionsOf } from './read-sources'
import { type ApplyOutcome, type Computed, type Job, type WriteOptions, write } from './write'

/** What was read under the lock, and what is to be made of it. */
export interface EditsOnDisk {
  readonly sources: readonly EditSource[]
  readonly revisions: readonly FileRevision[]
  readonly edits: readonly AnyEdit[]
  /** How much was read. */
  readonly bytes: number
}

/** A function is asked once the files are locked: whoever says earlier what is to be done says it of what another writer has replaced by then. */
export type EditsToApply = readonly AnyEdit[] | (() => Promise<Result<readonly AnyEdit[]>>)

export interface ApplyOptions extends WriteOptions, Pick<Job, 'titles' | 'beside' | 'accept' | 'revisions'> {
  /** Where much is computed outside of this thread; null: little enough to be computed here. It rejects where that fails. */
  readonly elsewhere?: (of: EditsOnDisk, signal: AbortSignal | undefined) => Promise<Computed> | null
  readonly edits: EditsToApply
  readonly warnings?: Warnings
}

/** The files that edits write to although they may not be of the list. */
export const targetsOf = (edits: readonly AnyEdit[]): readonly string[] => [
  ...new Set(edits.map(fileOf).flatMap((file) => (file?.use === 'target' ? [file.path] : []))),
]

/** The plan for edits on what is on disk now; nothing is locked and nothing written. */
export async function planOnDisk(
  list: readonly string[],
  edits: readonly AnyEdit[],
  warnings?: Warnings,
  known?: KnownDocuments,
): Promise<Plan> {
  const { sources, states } = await readSources(list, targetsOf(edits), known)
  const input = { sources, revisions: revisionsOf(states), edits }
  return planEdits(warnings ? { ...input, warnings } : input).plan
}

/** Applies edits. Faults: locked, changed-on-disk, conflict (a problem that blocks), not-writable, disk-full, … */
export async function applyToDisk(
  options: ApplyOptions,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { titles, beside, revisions, accept, warnings } = options
  return await write(
    options,
    {
      targets: typeof options.edits === 'function' ? [] : targetsOf(options.edits),
      titles,
      beside,
      revisions,
      accept,
      compute: async (sources, states) => {
        const asked = typeof options.edits === 'function' ? await options.edits() : ok(options.edits)
        if (!asked.ok) return asked
        const bytes = states.reduce((sum, state) => sum + (state.bytes?.length ?? 0), 0)
        const input = { sources, revisions: revisionsOf(states), edits: asked.value, bytes }
        try {
          return ok(
            (await options.elsewhere?.(input, signal)) ??
              planEdits(warnings ? { ...input, warnings } : input),
          )
        } catch (error) {
          return fail(notComputed(error, signal))
        }
      },
    },
    signal,
  )
}

/** Nothing was written: whoever was to compute it did not answer. */
export const notComputed = (error: unknown, signal: AbortSignal | undefined): Fault =>
  signal?.aborted
    ? fault('cancelled', 'Cancelled before anything was written.', 'Apply again when ready.')
    : fault(
        'internal',
        `What is to be written could not be worked out (${String(error)}); nothing was written.`,
        'Apply again.',
      )
