/** The list of pending edits and what adding to it does. Values only: the store keeps it, undo goes through it. */
import * as v from 'valibot'
import { applyEdits } from '../../shared/edits/apply'
import { type Edit, editSchema, type ImportEdit } from '../../shared/edits/edit'
import { withEntries } from '../../shared/edits/import'
import { slotOf } from '../../shared/edits/kinds'
import type { EditModel, ModelEntry } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Json } from '../../shared/json'
import { type EntryKind, entryKinds, type Snapshot } from '../../shared/kubeconfig/entries'

/** One edit that is not on disk yet; the id stays while the list changes around it. */
export interface Pending {
  readonly id: number
  readonly edit: Edit
}

/** An edit as it is sent to main, which keeps what an import brings, whole, and takes it from there alone. */
export function withoutImportedEntries(edit: Edit): Edit {
  return edit.kind === 'import-entries' ? { ...edit, clusters: [], users: [], contexts: [] } : edit
}

/** What undo and redo go through: whole lists, since one step may change many edits. */
export interface Steps {
  readonly pending: readonly Pending[]
  readonly past: readonly (readonly Pending[])[]
  readonly future: readonly (readonly Pending[])[]
}

export const noSteps: Steps = { pending: [], past: [], future: [] }

/** How many steps undo goes back. */
const depth = 200

/**
 * The list with edits added. One that sets the same value as an earlier one takes its place in the list, so that
 * whatever came to rest on that place still does.
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

/** The steps with a new list as the newest; what was undone before cannot be done again then. */
export function stepped(steps: Steps, pending: readonly Pending[]): Steps {
  if (pending === steps.pending) return steps
  return { pending, past: [...steps.past, steps.pending].slice(-depth), future: [] }
}

/** One step back; null when there is none. */
export function undone({ pending, past, future }: Steps): Steps | null {
  const before = past.at(-1)
  if (before === undefined) return null
  return { pending: before, past: past.slice(0, -1), future: [pending, ...future] }
}

/** One step forward again; null when there is none. */
export function redone({ pending, past, future }: Steps): Steps | null {
  const [next, ...rest] = future
  if (next === undefined) return null
  return { pending: next, past: [...past, pending], future: rest }
}

/**
 * The steps once some of their edits are on disk, which `renew` gives null for; the others it gives as they go on. What is left
 * can be undone and redone as before; a step that would change nothing any more is none.
 */
export function afterWrite(steps: Steps, renew: (one: Pending) => Pending | null): Steps {
  const renewed = (list: readonly Pending[]) => list.flatMap((one) => renew(one) ?? [])
  const pending = renewed(steps.pending)
  const past: (readonly Pending[])[] = []
  let next = pending
  for (const list of steps.past.map(renewed).reverse()) {
    if (!sameList(list, next)) past.unshift(list)
    next = list
  }
  const future: (readonly Pending[])[] = []
  let before = pending
  for (const list of steps.future.map(renewed)) {
    if (!sameList(list, before)) future.push(list)
    before = list
  }
  return { pending, past, future }
}

const sameList = (a: readonly Pending[], b: readonly Pending[]): boolean =>
  a.length === b.length &&
  a.every(({ id, edit }, at) => id === b[at]?.id && JSON.stringify(edit) === JSON.stringify(b[at]?.edit))

/** An entry as it was when edits were made on it, and the file that it was in. */
export interface EntryBefore extends Pick<ModelEntry, 'id' | 'kind' | 'name' | 'value'> {
  readonly file: string
}

/** The entries that edits change, as they were before: enough to find the same conflicts after a reload. */
export function entriesBefore(base: EditModel, pending: readonly Pending[]): readonly EntryBefore[] {
  const { model } = applyEdits(
    base,
    pending.map(({ edit }) => edit),
  )
  const untouched = new Set(model.files.flatMap((file) => entryKinds.flatMap((kind) => file[kind])))
  return base.files.flatMap(({ path, ...lists }) =>
    entryKinds.flatMap((of) =>
      lists[of].flatMap((entry) => {
        const { id, kind, name, value } = entry
        return untouched.has(entry) ? [] : [{ file: path, id, kind, name, value }]
      }),
    ),
  )
}

/** What edits were made on, as far as they are concerned: the files as they are now, with these entries as they were. */
export function modelBefore(now: Snapshot, before: readonly EntryBefore[]): EditModel {
  const were = new Map(before.map((entry) => [entry.id, entry]))
  const model = modelOfSnapshot(now)
  const there = new Set(
    model.files.flatMap((file) => entryKinds.flatMap((kind) => file[kind].map(({ id }) => id))),
  )
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
      return { ...file, cluster: listOf('cluster'), user: listOf('user'), context: listOf('context') }
    }),
  }
}

const list = v.array(v.object({ id: v.number(), edit: editSchema }))
const kept = v.object({
  version: v.literal(1),
  pending: list,
  past: v.array(list),
  future: v.array(list),
})

/** The limit of what main keeps, with room to spare. */
export const mostKept = 6_000_000

/**
 * The steps as JSON for main's memory; without the way back when that would be too long. With what entries were, while
 * a conflict stands: it must not be forgotten.
 */
export function toKept(steps: Steps, before: readonly EntryBefore[] = []): string {
  const short = (pending: readonly Pending[]) =>
    pending.map(({ id, edit }) => ({ id, edit: withoutImportedEntries(edit) }))
  const [pending, past, future] = [short(steps.pending), steps.past.map(short), steps.future.map(short)]
  const whole = JSON.stringify({ version: 1, pending, past, future, before })
  return whole.length <= mostKept
    ? whole
    : JSON.stringify({ version: 1, pending, past: [], future: [], before })
}

const json: v.GenericSchema<Json> = v.lazy(() =>
  v.union([v.null(), v.boolean(), v.number(), v.string(), v.array(json), jsonMap]),
)
const jsonMap = v.record(v.string(), json)
const keptEntries = v.object({
  before: v.array(
    v.object({
      file: v.string(),
      id: v.string(),
      kind: v.picklist(entryKinds),
      name: v.string(),
      value: jsonMap,
    }),
  ),
})

/** The entries as they were when the kept edits were made on them; none while there was no conflict. */
export function entriesBeforeIn(kept: string): readonly EntryBefore[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), keptEntries), kept)
  return parsed.success ? parsed.output.before : []
}

/** The steps that were kept; none where the text is not what `toKept` made. */
export function fromKept(json: string): Steps {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return noSteps
  }
  const parsed = v.safeParse(kept, value)
  if (!parsed.success) return noSteps
  const { pending, past, future } = parsed.output
  return { pending, past, future }
}

/** Sources of the imports among the steps, each once: what they bring is not kept with them. */
export function sourcesOf({ pending, past, future }: Steps): readonly string[] {
  const all = [...pending, ...past.flat(), ...future.flat()]
  return [...new Set(all.flatMap(({ edit }) => (edit.kind === 'import-entries' ? [edit.source] : [])))]
}

/** The steps with what their imports bring; an import that is not kept any more goes. */
export function withImports(steps: Steps, imports: readonly ImportEdit[]): Steps {
  const bySource = new Map(imports.map((edit) => [edit.source, edit]))
  const long = (list: readonly Pending[]) =>
    list.flatMap(({ id, edit }): readonly Pending[] => {
      if (edit.kind !== 'import-entries') return [{ id, edit }]
      const brings = bySource.get(edit.source)
      return brings === undefined ? [] : [{ id, edit: withEntries(edit, brings) }]
    })
  return { pending: long(steps.pending), past: steps.past.map(long), future: steps.future.map(long) }
}
