/**
 * What the planning thread makes of large files, as a write takes it: under the locks of the thread that writes, which compares the bytes
 * with those that it read and looks at nothing else of them.
 */
import { fail, ok, type Result } from '../../shared/result'
import { type EditsOnDisk, notComputed } from '../kubeconfig/disk/apply'
import type { Prepared } from '../kubeconfig/disk/undo'
import type { Computed } from '../kubeconfig/disk/write'
import type { EditSource } from '../kubeconfig/read/edit-model'
import type { ComputedElsewhere, ComputeTask, Planning } from './planning'

/** What the planning thread makes of edits, as a write takes it; null where that is little enough for the thread that writes. */
export function computedElsewhere(
  planning: Planning,
  place: Omit<ComputeTask, 'edits' | 'revisions'>,
  { sources, revisions, edits, bytes: read }: EditsOnDisk,
  signal: AbortSignal,
): Promise<Computed> | null {
  const asked = planning.compute({ ...place, edits, revisions }, { sources, bytes: read }, signal)
  return asked?.then((computed) => asComputed(computed, sources)) ?? null
}

/** Models and diffs stay where they were made: of a write that is judged, and whose effects are known, nobody asks for them. */
const asComputed = (
  { plan, files, effects, judged, partial }: ComputedElsewhere,
  sources: readonly EditSource[],
): Computed => ({
  plan: { ...plan, files: [] },
  files: files.map(({ path, ranges, entries, bytes: came, revision }) => {
    const bytes = came && Buffer.from(came.buffer, came.byteOffset, came.byteLength)
    return {
      path,
      before: sources.find((source) => source.path === path)?.text ?? null,
      // The bytes are what is written.
      get after() {
        return bytes?.toString() ?? null
      },
      changes: [],
      made: { bytes, revision, ranges, entries },
    }
  }),
  before: noModel,
  after: noModel,
  effects,
  judged,
  partial,
})
const noModel = { files: [] }

/** What the planning thread takes back, as an undo takes it; null where that is little enough for the thread that writes. */
export function preparedElsewhere(
  planning: Planning,
  task: Parameters<Planning['undo']>[0],
  bytes: number,
  here: () => Promise<Result<Prepared>>,
  signal: AbortSignal,
): Promise<Result<Prepared>> | null {
  const asked = planning.undo(task, bytes, signal)
  if (asked === null) return null
  const failed = (error: unknown) => fail(notComputed(error, signal))
  return asked.then((ready): Result<Prepared> => {
    if (!ready.ok) return ready
    const { compute, ...rest } = ready.value
    return ok({
      ...rest,
      async compute(sources, states) {
        // Of what is no text the thread has none.
        if (sources.some(({ fault: why }) => why !== null)) {
          const prepared = await here()
          return prepared.ok ? prepared.value.compute(sources, states) : prepared
        }
        const places = states.map(({ bytes: _, ...state }) => state)
        const outcome = await compute(sources, places, signal).catch(failed)
        if (!outcome.ok) return outcome
        if (outcome.value.kind === 'blocked') return ok(outcome.value)
        return ok({ kind: 'planned', computed: asComputed(outcome.value.computed, sources) })
      },
    })
  }, failed)
}
