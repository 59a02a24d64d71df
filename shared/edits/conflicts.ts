/** Pending edits on a file that changed underneath: they stay unchanged, unless both sides changed one value. */

import { isMap, type Json, type JsonMap, sameJson } from '../json'
import { type EntryId, type EntryKind, entryKinds } from '../kubeconfig/entries'
import { applyEdits } from './apply-edits'
import { Draft } from './draft'
import type { AnyEdit } from './edit'
import { meaning, sameMeaning } from './equivalence'
import { contextsOf } from './kinds'
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

/** What edits made on `before` would overwrite of what `now` has become; empty when they can stay unchanged. */
export function conflictsOf(
  before: EditModel,
  now: EditModel,
  edits: readonly AnyEdit[],
): readonly Conflict[] {
  const edited = applyEdits(before, edits).model
  const [old, mine, theirs] = [new Draft(before), new Draft(edited), new Draft(now)]
  const conflicts: Conflict[] = []
  const named = new Set(edits.flatMap(contextsOf))
  const all = before.files.flatMap((file) =>
    entryKinds.flatMap((kind) => file[kind].map((was) => ({ kind, was }))),
  )
  for (const { kind, was } of all) {
    const { id } = was
    const [wanted, is] = [mine.get(id), theirs.get(id)]
    // An edit of a context's user or cluster cannot find that entry where another program deleted the context.
    if (wanted === was && !(is === null && named.has(id))) continue
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
    const [were, wants, are] = [flat(was), flat(wanted), flat(is)]
    // A reference is the same where it ends at the same entry, also under a new name.
    const isFollowed = (field: string): boolean => {
      if (kind !== 'context' || (field !== 'cluster' && field !== 'user')) return false
      const found = theirs.behind(is, field)?.id
      return (
        found !== undefined &&
        [old.behind(was, field), mine.behind(wanted, field)].some((one) => one?.id === found)
      )
    }
    for (const field of new Set([...were.keys(), ...wants.keys()])) {
      const [a, b, c] = [were.get(field) ?? null, wants.get(field) ?? null, are.get(field) ?? null]
      if (sameJson(a, b) || sameJson(a, c) || sameJson(b, c) || isFollowed(field)) continue
      conflicts.push({ ...about, field, was: a, mine: b, theirs: c })
    }
  }
  return conflicts
}
