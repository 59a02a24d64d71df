/**
 * What the planning thread makes of large files, as a write takes it: under the locks of the thread that writes, which compares the bytes
 * with those that it read and looks at nothing else of them.
 */
import { changesBetween } from '../../shared/edits/diff'
import { fail, ok, type Result } from '../../shared/result'
import { type EditsOnDisk, notComputed } from '../kubeconfig/disk/apply'
import type { Prepared } from '../kubeconfig/disk/undo'
import type { Computed } from '../kubeconfig/disk/write'
import { type EditSource, modelOf, sourceOf } from '../kubeconfig/read/edit-model'
import { type Planned, planEdits, shownChange } from '../kubeconfig/rewrite/plan'
import type { ComputedElsewhere, ComputeTask, Planning } from './planning'

/** What the planning thread makes of edits, as a write takes it; null where that is little enough for the thread that writes. */
export function computedElsewhere(
  planning: Planning,
  place: Omit<ComputeTask, 'edits' | 'revisions'>,
  { sources, revisions, edits, bytes: read }: EditsOnDisk,
  signal: AbortSignal,
): Promise<Computed> | null {
  const asked = planning.compute({ ...place, edits, revisions }, { sources, bytes: read }, signal)
  return (
    asked?.then((computed) =>
      asComputed(computed, sources, () => planEdits({ sources, revisions, edits })),
    ) ?? null
  )
}

/** `again`: models and diffs, which hardly anybody asks a write for. */
function asComputed(
  { plan, files, effects, judged, partial }: ComputedElsewhere,
  sources: readonly EditSource[],
  again: () => Pick<Planned, 'plan' | 'files' | 'before' | 'after'>,
): Computed {
  let made: ReturnType<typeof again> | null = null
  const here = () => {
    made ??= again()
    return made
  }
  return {
    plan: {
      ...plan,
      get files() {
        return here().plan.files
      },
    },
    files: files.map(({ path, ranges, entries, bytes: came, revision }) => {
      const bytes = came && Buffer.from(came.buffer, came.byteOffset, came.byteLength)
      return {
        path,
        // Of these, too, hardly anybody asks for anything: the bytes are what is written.
        get before() {
          return textOf(sources, path)
        },
        get after() {
          return bytes?.toString() ?? null
        },
        get changes() {
          return here().files.find((file) => file.path === path)?.changes ?? []
        },
        made: { bytes, revision, ranges, entries },
      }
    }),
    get before() {
      return here().before
    },
    get after() {
      return here().after
    },
    effects,
    judged,
    partial,
  }
}

const textOf = (sources: readonly EditSource[], of: string): string | null =>
  sources.find(({ path }) => path === of)?.text ?? null

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
        const { computed } = outcome.value
        const again = () => fromTexts(computed, sources)
        return ok({ kind: 'planned', computed: asComputed(computed, sources, again) })
      },
    })
  }, failed)
}

/** Models and diffs of a write by what its files say before and after. */
function fromTexts(
  { plan, files: written }: ComputedElsewhere,
  sources: readonly EditSource[],
): Pick<Planned, 'plan' | 'files' | 'before' | 'after'> {
  const files = written.map(({ path, bytes }) => {
    const before = textOf(sources, path)
    const after = bytes && Buffer.from(bytes).toString()
    return { path, before, after, changes: changesBetween(before ?? '', after ?? '') }
  })
  const after = sources.map((source) => {
    const { path, listed, fault: why } = source
    const file = files.find((one) => one.path === path)
    return file ? sourceOf({ path, listed, text: file.after, fault: why }) : source
  })
  return {
    plan: {
      ...plan,
      files: files.map(({ path, before, after: is, changes }) => shownChange(path, before, is, changes)),
    },
    files,
    before: modelOf(sources),
    after: modelOf(after),
  }
}
