/**
 * Pending edits as main stores them for a page: the list, the steps of undo and redo, and the earlier state of the entries that
 * it is about. Values in, values out.
 */
import * as v from 'valibot'
import { lineName, namesOrCount } from '../edits/describe'
import { type Edit, editSchema, jsonMap } from '../edits/edit'
import { entryKinds } from '../kubeconfig/entries'
import { listOf } from '../list-of'

/** What undo and redo go through: whole lists, since one step may change many edits. */
export interface Steps<T> {
  readonly pending: readonly T[]
  readonly past: readonly (readonly T[])[]
  readonly future: readonly (readonly T[])[]
}

/** The same lists with each edit once: two hundred steps of a long list are hardly more than the list. */
export interface PackedSteps<T> {
  readonly edits: readonly T[]
  /**
   * `past`, `pending` and `future` in a row. Each: how many edits it shares with the one before at its beginning and at its end,
   * and the places in `edits` of those in between.
   */
  readonly lists: readonly (readonly number[])[]
  /** Which of the lists is `pending`. */
  readonly at: number
}

/** Lists that share the objects of their edits. */
export function packedSteps<T>({ pending, past, future }: Steps<T>): PackedSteps<T> {
  const places = new Map<T, number>()
  const placeOf = (edit: T) => {
    const place = places.get(edit) ?? places.size
    places.set(edit, place)
    return place
  }
  let before: readonly T[] = []
  const lists = [...past, pending, ...future].map((list) => {
    const most = Math.min(list.length, before.length)
    let [start, end] = [0, 0]
    while (start < most && list[start] === before[start]) start++
    while (end < most - start && list.at(-1 - end) === before.at(-1 - end)) end++
    before = list
    return [start, end, ...list.slice(start, list.length - end).map(placeOf)]
  })
  return { edits: [...places.keys()], lists, at: past.length }
}

/** The lists again; null where these are none. */
export function unpackedSteps<T>({ edits, lists, at }: PackedSteps<T>): Steps<T> | null {
  const all: (readonly T[])[] = []
  let before: readonly T[] = []
  for (const [start = 0, end = 0, ...places] of lists) {
    if (start + end > before.length) return null
    const between: T[] = []
    for (const place of places) {
      const edit = edits[place]
      if (edit === undefined) return null
      between.push(edit)
    }
    before = [...before.slice(0, start), ...between, ...before.slice(before.length - end)]
    all.push(before)
  }
  const pending = all[at]
  return pending === undefined ? null : { pending, past: all.slice(0, at), future: all.slice(at + 1) }
}

/** The steps without some of their edits; a step that then changes nothing is none. */
export function stepsWith<T, U>({ pending, past, future }: Steps<T>, each: (edit: T) => U | null): Steps<U> {
  // Lists share their edits before and after.
  const known = new Map<T, U | null>()
  const listed = (list: readonly T[]) =>
    list.flatMap((edit): readonly U[] => {
      const made = known.has(edit) ? (known.get(edit) ?? null) : each(edit)
      known.set(edit, made)
      return made === null ? [] : [made]
    })
  const now = listed(pending)
  const differing = (lists: readonly (readonly T[])[]) => {
    const left: (readonly U[])[] = []
    let next = now
    for (const list of lists.map(listed)) {
      if (!sameList(list, next)) left.push(list)
      next = list
    }
    return left
  }
  return { pending: now, past: differing([...past].reverse()).reverse(), future: differing(future) }
}

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length &&
  a.every((edit, at) => edit === b[at] || JSON.stringify(edit) === JSON.stringify(b[at]))

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Pending edits, each under the number by which the page knows it. */
export const keptSteps = v.pipe(
  v.object({
    edits: listOf(v.object({ id: v.number(), edit: editSchema }), 200_000),
    lists: listOf(v.pipe(v.array(count), v.readonly()), 1_000),
    at: count,
    /** The entries that these edits change, as they were when they were made. */
    before: v.pipe(
      v.array(
        v.object({
          file: v.string(),
          id: v.string(),
          kind: v.picklist(entryKinds),
          name: v.string(),
          value: jsonMap,
        }),
      ),
      v.readonly(),
    ),
    /** Conflicts that the user decided for the pending edit, by their keys. */
    decided: v.pipe(v.array(v.string()), v.readonly()),
  }),
  v.check((kept) => unpackedSteps(kept) !== null),
)
export type KeptSteps = v.InferOutput<typeof keptSteps>
/** One edit that is not on disk yet; the id stays while the list changes around it. */
export interface Pending {
  readonly id: number
  readonly edit: Edit
}
/** An entry as it was when edits were made on it, and the file that it was in. */
export type EntryBefore = KeptSteps['before'][number]

/** What was pending and is not any more, since it was not to be stored. */
export type KeptLoss =
  | { readonly kind: 'clipboard'; readonly contexts: readonly string[] }
  /** That file is gone, or another one now. */
  | { readonly kind: 'file'; readonly from: string; readonly contexts: readonly string[] }
  /** An edit that holds a secret, without its value. */
  | { readonly kind: 'secret'; readonly edit: string }

/** What a page's window had, in this process or an earlier one. */
export interface StoredEdits {
  readonly steps: KeptSteps | null
  /** Of another window: the page has not shown it before. */
  readonly fromBefore: boolean
  readonly lost: readonly KeptLoss[]
}

/** What was lost, as part of a sentence. */
export function lossText(loss: KeptLoss): string {
  if (loss.kind === 'secret') return `${loss.edit} (it holds a secret)`
  const contexts = namesOrCount(loss.contexts.map(lineName))
  if (loss.kind === 'clipboard') return `the import of ${contexts} from the clipboard`
  return `the import of ${contexts} from ${loss.from} (that file is gone, or another one now)`
}
