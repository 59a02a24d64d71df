/** The list of pending edits and how it changes. Values only: the store holds it, undo steps through it. */
import { applyEdits } from '../../shared/edits/apply-edits'
import type { Edit, ImportEdit } from '../../shared/edits/edit'
import { withEntries } from '../../shared/edits/import'
import { idsOf, slotOf } from '../../shared/edits/kinds'
import { changedBothWays, type EditModel, type ModelEntry, type ModelFile } from '../../shared/edits/model'
import { renamedEntries } from '../../shared/edits/renamed-entries'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { grouped } from '../../shared/grouped'
import {
  type EntryBefore,
  type Pending,
  packedSteps,
  type Steps as StepsOf,
  stepsWith,
} from '../../shared/ipc/stored-edits'
import { at } from '../../shared/json'
import {
  type EntryId,
  type EntryKind,
  entryKinds,
  ofEachKind,
  type Snapshot,
} from '../../shared/kubeconfig/entries'
import { everything } from './effects'

/** An edit as it is sent to main. Main stores the imported entries itself, and uses only those. */
export function withoutImportedEntries(edit: Edit): Edit {
  return edit.kind === 'import-entries' ? { ...edit, clusters: [], users: [], contexts: [] } : edit
}

export type Steps = StepsOf<Pending>

export const noSteps = { pending: [], past: [], future: [] } as const

/** The maximum number of undo steps. */
const depth = 200

/**
 * The list with edits added. An edit that sets the same value as an earlier one takes its place in the list, so that
 * later edits that depend on that place still work.
 */
export function withEdits(
  list: readonly Pending[],
  edits: readonly Edit[],
  newId: () => number,
): readonly Pending[] {
  const next = [...list]
  const places = new Map<string, number>()
  next.forEach(({ edit }, at) => {
    const slot = slotOf(edit)
    if (slot !== null) places.set(slot, at)
  })
  for (const edit of edits) {
    const slot = slotOf(edit)
    const at = slot === null ? undefined : places.get(slot)
    const before = at === undefined ? undefined : next[at]
    if (at !== undefined && before !== undefined) next[at] = { id: before.id, edit }
    else {
      if (slot !== null) places.set(slot, next.length)
      next.push({ id: newId(), edit })
    }
  }
  return next
}

/** The steps with a new list as the newest; undone steps cannot be redone after that. */
export function stepped<T>(steps: StepsOf<T>, pending: readonly T[]): StepsOf<T> {
  if (pending === steps.pending) return steps
  return { pending, past: [...steps.past, steps.pending].slice(-depth), future: [] }
}

/** One step back; null when there is none. */
export function undone<T>({ pending, past, future }: StepsOf<T>): StepsOf<T> | null {
  const before = past.at(-1)
  if (before === undefined) return null
  return { pending: before, past: past.slice(0, -1), future: [pending, ...future] }
}

/** One step forward again; null when there is none. */
export function redone<T>({ pending, past, future }: StepsOf<T>): StepsOf<T> | null {
  const [next, ...rest] = future
  if (next === undefined) return null
  return { pending: next, past: [...past, pending], future: rest }
}

/**
 * The entries that edits change or name, as they were before, and contexts that could be mistaken for one of these: enough to
 * find the same conflicts later. `after`: `base` with the edits applied.
 */
export function entriesBefore(base: EditModel, after: EditModel, edits: readonly Edit[]): EntryBefore[] {
  const ids = edits.flatMap(idsOf)
  const named = ofEachKind(
    (kind) => new Set(ids.flatMap((one) => (one.kind === null || one.kind === kind ? [one.id] : []))),
  )
  const changed = ofEachKind((kind) => changedBothWays(base, after, kind).went)
  return base.files.flatMap(({ path, ...lists }) =>
    entryKinds.flatMap((kind) => {
      const touched = lists[kind].filter((entry) => changed[kind].has(entry) || named[kind].has(entry.id))
      const all = kind === 'context' ? likeThese(touched, lists[kind]) : touched
      return all.map(({ id, name, value }) => ({ file: path, id, kind, name, value }))
    }),
  )
}

/** The contexts of a list that name the same cluster and user as one of these. */
function likeThese(some: readonly ModelEntry[], list: readonly ModelEntry[]): readonly ModelEntry[] {
  const clusterOf = ({ value }: ModelEntry) => at(value, 'cluster') ?? ''
  const userOf = ({ value }: ModelEntry) => at(value, 'user')
  const users = new Map(
    [...grouped(some, clusterOf)].map(([cluster, same]) => [cluster, new Set(same.map(userOf))]),
  )
  return some.length === 0 ? some : list.filter((one) => users.get(clusterOf(one))?.has(userOf(one)))
}

const withLists = (file: ModelFile, of: (kind: EntryKind) => readonly ModelEntry[]): ModelFile => ({
  ...file,
  cluster: of('cluster'),
  user: of('user'),
  context: of('context'),
})

/** Contexts that another program renamed since `before`; for clusters and users that cannot be known. */
export function renamedSince(now: Snapshot, before: readonly EntryBefore[]): ReadonlyMap<EntryId, EntryId> {
  const contextsOf = (listed: (file: ModelFile) => readonly ModelEntry[]): EditModel => ({
    files: modelOfSnapshot(now).files.map((file) =>
      withLists(file, (kind) => (kind === 'context' ? listed(file) : [])),
    ),
  })
  const were = ({ path }: ModelFile) =>
    before.flatMap(({ file, kind, id, name, value }) =>
      kind === 'context' && file === path ? [{ id, kind, name, value, from: null }] : [],
    )
  return renamedEntries(
    contextsOf(were),
    contextsOf(({ context }) => context),
  )
}

/** The base of edits, as far as it matters to them: the files as they are now, with these entries as they were. */
export function modelBefore(now: Snapshot, before: readonly EntryBefore[]): EditModel {
  const were = new Map(before.map((entry) => [entry.id, entry]))
  const model = modelOfSnapshot(now)
  const there = new Set(everything(model).map(({ id }) => id))
  return {
    files: model.files.map((file) => {
      const listOf = (kind: EntryKind): readonly ModelEntry[] => [
        ...file[kind].map((entry) => {
          const was = were.get(entry.id)
          return was === undefined ? entry : { ...entry, name: was.name, value: was.value }
        }),
        ...before.flatMap((entry) =>
          entry.file === file.path && entry.kind === kind && !there.has(entry.id)
            ? [{ id: entry.id, kind, name: entry.name, value: entry.value, from: null }]
            : [],
        ),
      ]
      return withLists(file, listOf)
    }),
  }
}

/**
 * Edits of entries that were not in the files when the edits were made, and that no other edit of the list creates: the edit that
 * created them was not stored. Compared by id, since an entry with the same name may be another one by now.
 */
export function orphansIn(
  now: Snapshot,
  before: readonly EntryBefore[],
  pending: readonly Pending[],
): ReadonlySet<number> {
  const edits = pending.map(({ edit }) => edit)
  const known = new Set(before.map(({ id }) => id))
  const named = new Set(edits.flatMap((edit) => idsOf(edit).map(({ id }) => id)))
  const there = <E extends { readonly id: EntryId }>(list: readonly E[]) =>
    list.filter(({ id }) => known.has(id) || !named.has(id))
  const { files } = modelBefore(now, before)
  const { problems } = applyEdits(
    {
      files: files.map((file) => withLists(file, (kind) => there(file[kind]))),
    },
    edits,
  )
  return new Set(
    problems.flatMap(({ edit, code }) =>
      code === 'no-such-entry' && edit !== null ? (pending[edit]?.id ?? []) : [],
    ),
  )
}

/** The size limit of what main stores, with some margin. */
const mostKept = 6_000_000

/** The steps as text for main to store; without undo and redo steps where that would be too long. */
export function keptText<T>(steps: StepsOf<T>, more: object): string {
  const text = JSON.stringify({ ...packedSteps(steps), ...more })
  if (text.length <= mostKept) return text
  return JSON.stringify({ ...packedSteps({ ...steps, past: [], future: [] }), ...more })
}

/** The steps for main to store: it has the imported entries already. */
export const withoutEntries = (steps: Steps): Steps =>
  stepsWith(steps, ({ id, edit }) => ({ id, edit: withoutImportedEntries(edit) }))

/** Sources of the imports among the steps, each once: their entries are not stored with the steps. */
export function sourcesOf({ pending, past, future }: Steps): readonly string[] {
  const all = [...pending, ...past.flat(), ...future.flat()]
  return [...new Set(all.flatMap(({ edit }) => (edit.kind === 'import-entries' ? [edit.source] : [])))]
}

/** The steps with the entries of their imports; an import that is no longer stored is removed. */
export function withImports(steps: Steps, imports: readonly ImportEdit[]): Steps {
  const bySource = new Map(imports.map((edit) => [edit.source, edit]))
  return stepsWith(steps, ({ id, edit }) => {
    if (edit.kind !== 'import-entries') return { id, edit }
    const brings = bySource.get(edit.source)
    return brings === undefined ? null : { id, edit: withEntries(edit, brings) }
  })
}
