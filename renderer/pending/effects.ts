/** What each of some edits does besides what its own line says: the entries that it makes, and whom it makes of a context. */
import type { Edit } from '../../shared/edits/edit'
import { contextsOf, idsOf, madeBy } from '../../shared/edits/kinds'
import type { EditModel, ModelEntry } from '../../shared/edits/model'
import { appliedTo, modelOfSnapshot } from '../../shared/edits/snapshot'
import { at, textOf } from '../../shared/json'
import { type EntryId, type EntryKind, entryKinds, type Snapshot } from '../../shared/kubeconfig/entries'

/** An entry that a context gets for itself, in place of one that it shared. */
export interface Split {
  readonly kind: 'cluster' | 'user'
  readonly name: string
  readonly from: string
}

export interface EditEffect {
  /** The contexts that it is about and that are there afterwards, by the ids that edits name them by. */
  readonly contexts: readonly EntryId[]
  readonly splits: readonly Split[]
  /** Entries that are others afterwards, as they are called before and after. */
  readonly entries: readonly { readonly kind: EntryKind; readonly name: string }[]
}

interface Index {
  readonly byId: ReadonlyMap<EntryId, ModelEntry>
  readonly named: ReadonlyMap<string, ModelEntry>
}

const key = (kind: EntryKind, name: string): string => `${kind} ${name}`

function indexOf({ files }: EditModel): Index {
  const byId = new Map<EntryId, ModelEntry>()
  const named = new Map<string, ModelEntry>()
  for (const file of files)
    for (const kind of entryKinds)
      for (const entry of file[kind]) {
        byId.set(entry.id, entry)
        // kubectl takes the first.
        if (!named.has(key(kind, entry.name))) named.set(key(kind, entry.name), entry)
      }
  return { byId, named }
}

/** The effects of edits that are made one after the other on these files. */
export function effectsOf(snapshot: Snapshot, edits: readonly Edit[]): readonly EditEffect[] {
  if (edits.length === 0) return []
  const model = modelOfSnapshot(snapshot)
  const [was, is] = [indexOf(model), indexOf(appliedTo(snapshot, edits).model)]
  const behind = (context: ModelEntry | undefined, kind: 'cluster' | 'user', of: Index) => {
    const name = context && textOf(at(context.value, kind))
    return name === undefined || name === null ? undefined : of.named.get(key(kind, name))
  }
  const told = new Set<string>()
  return edits.map((edit): EditEffect => {
    const made = madeBy(edit)
    const fresh = made === null ? undefined : is.named.get(key('context', made))
    const ids = [...contextsOf(edit), ...(fresh === undefined || was.byId.has(fresh.id) ? [] : [fresh.id])]
    const entries = new Map<string, { readonly kind: EntryKind; readonly name: string }>()
    const splits: Split[] = []
    const changed = (before: ModelEntry | undefined, after: ModelEntry | undefined) => {
      if (before === after) return
      for (const entry of [after, before])
        if (entry) entries.set(key(entry.kind, entry.name), { kind: entry.kind, name: entry.name })
    }
    for (const { id } of idsOf(edit)) changed(was.byId.get(id), is.byId.get(id))
    for (const id of ids) {
      const [before, after] = [was.byId.get(id), is.byId.get(id)]
      changed(before, after)
      for (const kind of ['cluster', 'user'] as const) {
        const [old, now] = [behind(before, kind, was), behind(after, kind, is)]
        if (now === old) continue
        changed(old && is.byId.get(old.id) === old ? undefined : old, now)
        const splitOff = old && now && old.id !== now.id && !was.byId.has(now.id) && now.from === old.id
        const once = `${id} ${kind}`
        // Said with the first edit that it comes from.
        if (!splitOff || told.has(once)) continue
        told.add(once)
        splits.push({ kind, name: now.name, from: old.name })
      }
    }
    return { contexts: ids.filter((id) => is.byId.has(id)), splits, entries: [...entries.values()] }
  })
}

/** The contexts that are others afterwards, or new: they or what they name; a superset of those whose identity is another. */
export function changedBy(snapshot: Snapshot, edits: readonly Edit[]): readonly EntryId[] {
  if (edits.length === 0) return []
  const model = modelOfSnapshot(snapshot)
  const [was, is] = [indexOf(model), indexOf(appliedTo(snapshot, edits).model)]
  const named = (entry: ModelEntry | undefined, kind: 'cluster' | 'user', of: Index) =>
    entry && of.named.get(key(kind, textOf(at(entry.value, kind)) ?? ''))
  return [...is.byId.values()].flatMap((entry) => {
    if (entry.kind !== 'context') return []
    const before = was.byId.get(entry.id)
    const same =
      before === entry &&
      named(before, 'user', was) === named(entry, 'user', is) &&
      named(before, 'cluster', was) === named(entry, 'cluster', is)
    return same ? [] : [entry.id]
  })
}
