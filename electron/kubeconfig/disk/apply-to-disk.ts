/** Writes edits to disk. */
import type { AnyEdit } from '../../../shared/edits/edit'
import { fileOf } from '../../../shared/edits/kinds'
import type { Plan } from '../../../shared/edits/plan'
import { ok, type Result } from '../../../shared/result'
import { planEdits, type Warnings } from '../rewrite/plan-edits'
import { type KnownDocuments, readSources, revisionsOf } from './read-sources'
import { type ApplyOutcome, type Job, type WriteOptions, write } from './write'

/** A function is called once the files are locked: edits computed earlier may be of a text that another program has replaced. */
export type EditsToApply = readonly AnyEdit[] | (() => Promise<Result<readonly AnyEdit[]>>)

export interface ApplyOptions extends WriteOptions, Pick<Job, 'titles' | 'beside' | 'accept' | 'revisions'> {
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
        const input = { sources, revisions: revisionsOf(states), edits: asked.value }
        return ok(planEdits(warnings ? { ...input, warnings } : input))
      },
    },
    signal,
  )
}
