/** The effects of each edit that its own line does not say: the entries that it creates, and the identities of its contexts. */
import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import { contextsOf, idsOf, madeBy } from '../../shared/edits/kinds'
import type { EditModel, ModelEntry } from '../../shared/edits/model'
import { appliedTo, modelOfSnapshot } from '../../shared/edits/snapshot'
import {
  type EntryId,
  entryKinds,
  type ModelKind,
  type NamedKind,
  namedKinds,
  type Snapshot,
} from '../../shared/kubeconfig/entries'

/** A separate entry that a context gets in place of a shared one. */
export interface Split {
  readonly kind: NamedKind
  readonly name: string
  readonly from: string
}

const key = (kind: ModelKind, name: string): string => `${kind} ${name}`

export const everything = ({ files }: EditModel): readonly ModelEntry[] =>
  files.flatMap((file) => entryKinds.flatMap((kind) => file[kind]))

export type EditEffect = ReturnType<typeof effectsOf>[number]

/** The effects of edits that are applied one after the other on these files; only of the first `count` of them. */
export function effectsOf(snapshot: Snapshot, edits: readonly Edit[], count = edits.length) {
  if (Math.min(count, edits.length) === 0) return []
  const model = modelOfSnapshot(snapshot)
  const [was, is] = [new Draft(model), new Draft(appliedTo(snapshot, edits).model)]
  const behindIn = (entries: Draft, context: ModelEntry | null, kind: NamedKind) =>
    context && entries.behind(context, kind)
  const mentioned = new Set<string>()
  return edits.slice(0, count).map((edit) => {
    const made = madeBy(edit)
    const fresh = is.scopes.flatMap((scope) => scope.winner('context', made) ?? [])[0]
    const ids = [...contextsOf(edit), ...(fresh === undefined || was.get(fresh.id) ? [] : [fresh.id])]
    const entries = new Map<string, { readonly kind: ModelKind; readonly name: string }>()
    const splits: Split[] = []
    const changed = (before: ModelEntry | null, after: ModelEntry | null) => {
      if (before === after) return
      for (const entry of [after, before])
        if (entry) entries.set(key(entry.kind, entry.name), { kind: entry.kind, name: entry.name })
    }
    for (const { id } of idsOf(edit)) changed(was.get(id), is.get(id))
    for (const id of ids) {
      const [before, after] = [was.get(id), is.get(id)]
      changed(before, after)
      for (const kind of namedKinds) {
        const [old, now] = [behindIn(was, before, kind), behindIn(is, after, kind)]
        if (now === old) continue
        changed(old && is.get(old.id) === old ? null : old, now)
        const splitOff = old && now && old.id !== now.id && !was.get(now.id) && now.from === old.id
        const once = `${id} ${kind}`
        // Reported with the first edit that causes it.
        if (!splitOff || mentioned.has(once)) continue
        mentioned.add(once)
        splits.push({ kind, name: now.name, from: old.name })
      }
    }
    // Another current context changes no identity.
    const about = edit.kind === 'use-context' ? [] : ids.filter((id) => is.get(id) !== null)
    return {
      /** The contexts that it is about and that are there afterwards, by the ids that edits name them by. */
      contexts: about,
      splits,
      /** Entries that change, with their names before and after. */
      entries: [...entries.values()],
    }
  })
}

/** Contexts that are new or changed, themselves or the entries that they name: a superset of those whose identity changes. */
export function changedBy(snapshot: Snapshot, edits: readonly Edit[]): readonly EntryId[] {
  if (edits.length === 0) return []
  const after = appliedTo(snapshot, edits).model
  const [was, is] = [new Draft(modelOfSnapshot(snapshot)), new Draft(after)]
  return after.files.flatMap(({ context }) =>
    context.flatMap((entry) => {
      const before = was.get(entry.id)
      const same =
        before === entry && namedKinds.every((kind) => was.behind(before, kind) === is.behind(entry, kind))
      return same ? [] : [entry.id]
    }),
  )
}
