/** What each of some edits does besides what its own line says: the entries that it makes, and whom it makes of a context. */
import type { Edit } from '../../shared/edits/edit'
import { contextsOf, idsOf, madeBy } from '../../shared/edits/kinds'
import type { EditModel, ModelEntry } from '../../shared/edits/model'
import { appliedTo, modelOfSnapshot } from '../../shared/edits/snapshot'
import { at, textOf } from '../../shared/json'
import {
  type EntryId,
  type EntryKind,
  entryKinds,
  type ModelKind,
  type Snapshot,
} from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'

/** An entry that a context gets for itself, in place of one that it shared. */
export interface Split {
  readonly kind: 'cluster' | 'user'
  readonly name: string
  readonly from: string
}

const key = (kind: ModelKind, name: string): string => `${kind} ${name}`

const byId = new WeakMap<EditModel, ReadonlyMap<EntryId, ModelEntry>>()
const byName = new WeakMap<EditModel, Map<EntryKind, ReadonlyMap<string, ModelEntry>>>()

/** The entries of a model by id, and by name, of which kubectl takes the first: found once somebody asks. */
const indexOf = (model: EditModel) => ({
  get: (id: EntryId) =>
    once(byId, model, () => new Map(everything(model).map((entry) => [entry.id, entry]))).get(id),
  named: (kind: EntryKind, name: string) =>
    once(
      once(byName, model, () => new Map()),
      kind,
      () =>
        // Backwards, so that the first of a name is the one that stays.
        new Map(
          model.files
            .flatMap((file) => file[kind])
            .reverse()
            .map((entry) => [entry.name, entry]),
        ),
    ).get(name),
})
type Index = ReturnType<typeof indexOf>

export const everything = ({ files }: EditModel): readonly ModelEntry[] =>
  files.flatMap((file) => entryKinds.flatMap((kind) => file[kind]))

export type EditEffect = ReturnType<typeof effectsOf>[number]

/** The effects of edits that are made one after the other on these files; of the first `count` of them. */
export function effectsOf(snapshot: Snapshot, edits: readonly Edit[], count = edits.length) {
  if (Math.min(count, edits.length) === 0) return []
  const model = modelOfSnapshot(snapshot)
  const [was, is] = [indexOf(model), indexOf(appliedTo(snapshot, edits).model)]
  const behind = (context: ModelEntry | undefined, kind: 'cluster' | 'user', of: Index) => {
    const name = context && textOf(at(context.value, kind))
    return name === undefined || name === null ? undefined : of.named(kind, name)
  }
  const told = new Set<string>()
  return edits.slice(0, count).map((edit) => {
    const made = madeBy(edit)
    const fresh = made === null ? undefined : is.named('context', made)
    const ids = [...contextsOf(edit), ...(fresh === undefined || was.get(fresh.id) ? [] : [fresh.id])]
    const entries = new Map<string, { readonly kind: ModelKind; readonly name: string }>()
    const splits: Split[] = []
    const changed = (before: ModelEntry | undefined, after: ModelEntry | undefined) => {
      if (before === after) return
      for (const entry of [after, before])
        if (entry) entries.set(key(entry.kind, entry.name), { kind: entry.kind, name: entry.name })
    }
    for (const { id } of idsOf(edit)) changed(was.get(id), is.get(id))
    for (const id of ids) {
      const [before, after] = [was.get(id), is.get(id)]
      changed(before, after)
      for (const kind of ['cluster', 'user'] as const) {
        const [old, now] = [behind(before, kind, was), behind(after, kind, is)]
        if (now === old) continue
        changed(old && is.get(old.id) === old ? undefined : old, now)
        const splitOff = old && now && old.id !== now.id && !was.get(now.id) && now.from === old.id
        const once = `${id} ${kind}`
        // Said with the first edit that it comes from.
        if (!splitOff || told.has(once)) continue
        told.add(once)
        splits.push({ kind, name: now.name, from: old.name })
      }
    }
    // Another current context makes no other identity of any.
    const about = edit.kind === 'use-context' ? [] : ids.filter((id) => is.get(id) !== undefined)
    return {
      /** The contexts that it is about and that are there afterwards, by the ids that edits name them by. */
      contexts: about,
      splits,
      /** Entries that are others afterwards, as they are called before and after. */
      entries: [...entries.values()],
    }
  })
}

/** The contexts that are others afterwards, or new: they or what they name; a superset of those whose identity is another. */
export function changedBy(snapshot: Snapshot, edits: readonly Edit[]): readonly EntryId[] {
  if (edits.length === 0) return []
  const model = modelOfSnapshot(snapshot)
  const [was, is] = [indexOf(model), indexOf(appliedTo(snapshot, edits).model)]
  const named = (entry: ModelEntry | undefined, kind: 'cluster' | 'user', of: Index) =>
    entry && of.named(kind, textOf(at(entry.value, kind)) ?? '')
  const after = appliedTo(snapshot, edits).model.files.flatMap(({ context }) => context)
  return after.flatMap((entry) => {
    const before = was.get(entry.id)
    const same =
      before === entry &&
      named(before, 'user', was) === named(entry, 'user', is) &&
      named(before, 'cluster', was) === named(entry, 'cluster', is)
    return same ? [] : [entry.id]
  })
}
