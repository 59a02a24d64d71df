/** Pending edits on a file that changed underneath: they go on as they are, unless both sides changed one value. */

import { isMap, type Json, type JsonMap, sameJson, textOf } from '../json'
import { type EntryId, type EntryKind, entryKinds } from '../kubeconfig/entries'
import { applyEdits } from './apply'
import type { AnyEdit } from './edit'
import { meaning, sameMeaning } from './equivalence'
import type { EditModel, ModelEntry } from './model'

/** One value that was changed on both sides. */
export interface Conflict {
  readonly entry: EntryId
  readonly kind: EntryKind | 'current-context'
  readonly name: string
  /** `name`, or the key path: `namespace`, `exec.args`; empty when the whole entry is gone. */
  readonly field: string
  readonly was: Json | null
  readonly mine: Json | null
  /** Null also when the entry is gone. */
  readonly theirs: Json | null
}

function flat(entry: ModelEntry): ReadonlyMap<string, Json> {
  const fields = new Map<string, Json>([['name', entry.name]])
  const add = (prefix: string, value: JsonMap): void => {
    for (const [key, inner] of Object.entries(value)) {
      if (prefix === '' && key === 'exec' && isMap(inner)) add('exec.', inner)
      else fields.set(prefix + key, inner)
    }
  }
  add('', meaning(entry.kind, entry.value))
  return fields
}

function byId(model: EditModel): ReadonlyMap<EntryId, ModelEntry> {
  const entries = new Map<EntryId, ModelEntry>()
  for (const file of model.files)
    for (const kind of entryKinds) for (const entry of file[kind]) entries.set(entry.id, entry)
  return entries
}

function sameEntry(field: string, model: EditModel, name: Json, now: EditModel, other: Json): boolean {
  const kind = field === 'cluster' ? 'cluster' : 'user'
  const id = (of: EditModel, wanted: string | null) =>
    of.files.flatMap((file) => file[kind]).find((entry) => entry.name === wanted)?.id
  const found = id(model, textOf(name))
  return found !== undefined && found === id(now, textOf(other))
}

/** What edits made on `before` would overwrite of what `now` has become; empty when they can go on as they are. */
export function conflictsOf(
  before: EditModel,
  now: EditModel,
  edits: readonly AnyEdit[],
): readonly Conflict[] {
  const edited = applyEdits(before, edits).model
  const mine = byId(edited)
  const theirs = byId(now)
  const conflicts: Conflict[] = []
  const all = before.files.flatMap((file) =>
    entryKinds.flatMap((kind) => file[kind].map((was) => ({ kind, was }))),
  )
  for (const { kind, was } of all) {
    const { id } = was
    const wanted = mine.get(id)
    if (wanted === was) continue
    const is = theirs.get(id)
    const about = { entry: id, kind, name: was.name }
    if (!is) {
      if (wanted) conflicts.push({ ...about, field: '', was: was.value, mine: wanted.value, theirs: null })
      continue
    }
    if (!wanted) {
      if (!sameMeaning(kind, was.value, is.value))
        conflicts.push({ ...about, field: '', was: was.value, mine: null, theirs: is.value })
      continue
    }
    const [old, next, other] = [flat(was), flat(wanted), flat(is)]
    // A reference is the same where it ends at the same entry, whatever that is called by now.
    const referred = (field: string) => kind === 'context' && (field === 'cluster' || field === 'user')
    for (const field of new Set([...old.keys(), ...next.keys()])) {
      const [a, b, c] = [old.get(field) ?? null, next.get(field) ?? null, other.get(field) ?? null]
      if (sameJson(a, b) || sameJson(a, c) || sameJson(b, c)) continue
      if (
        referred(field) &&
        [before, edited].some((model, i) => sameEntry(field, model, i === 0 ? a : b, now, c))
      )
        continue
      conflicts.push({ ...about, field, was: a, mine: b, theirs: c })
    }
  }
  return conflicts
}
