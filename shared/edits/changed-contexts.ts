/** Which contexts a write makes others, for whoever keeps something of them by file and name. */
import { expectedIn } from '../identity/expected'
import { at, textOf } from '../json'
import { changedBothWays, type EditModel, type ModelEntry } from './model'

/** What a context is called and leads to, and whom its entry says to expect. */
export interface ContextThen {
  /** As listed, absolute. */
  readonly file: string
  readonly context: string
  readonly cluster: string | null
  readonly says: string | null
}

/** A context before and after a write, with what its entry says each time; null: it was, or is, not there. */
export interface ChangedContext {
  readonly before: ContextThen | null
  readonly after: ContextThen | null
}

/** The contexts that are others after a write, each with the one that it was: followed through renames and moves. */
export function changedContexts(before: EditModel, after: EditModel): readonly ChangedContext[] {
  const { went: gone, came: come } = changedBothWays(before, after, 'context')
  if (gone.size === 0 && come.size === 0) return []
  const [placesBefore, placesAfter] = [placesIn(before, gone), placesIn(after, come)]
  const old = new Map([...gone].map((entry) => [entry.id, entry]))
  const stays = new Set([...come].map(({ id }) => id))
  const followed = new Set<ModelEntry>()
  const pairs = [...come].map((entry): ChangedContext => {
    // A copy has a name of its own while its original stays; what was moved takes the place of its original.
    const from = entry.from !== null && !stays.has(entry.from) ? old.get(entry.from) : undefined
    const was = old.get(entry.id) ?? from
    if (was !== undefined) followed.add(was)
    return {
      before: was === undefined ? null : named(was, placesBefore),
      after: named(entry, placesAfter),
    }
  })
  const left = [...gone].filter((entry) => !followed.has(entry))
  return [...pairs, ...left.map((entry) => ({ before: named(entry, placesBefore), after: null }))]
}

function placesIn(model: EditModel, some: ReadonlySet<ModelEntry>): ReadonlyMap<ModelEntry, string> {
  const places = new Map<ModelEntry, string>()
  for (const { path, context } of model.files)
    for (const entry of context) {
      if (places.size === some.size) return places
      if (some.has(entry)) places.set(entry, path)
    }
  return places
}

function named(entry: ModelEntry, places: ReadonlyMap<ModelEntry, string>): ChangedContext['after'] {
  const { name, value } = entry
  const cluster = textOf(at(value, 'cluster'))
  return { file: places.get(entry) ?? '', context: name, cluster, says: expectedIn(value) }
}
