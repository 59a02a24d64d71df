/**
 * Tells an older copy that was written over ours from what a program that had read our write changed on purpose. A program
 * that read before our write knows nothing of it: what it writes is the file as it was then, and its own change. So an
 * older copy holds no part of our write, and at least one part of it as it was before. Who has kept any part has read it.
 */

import { carryOver, otherAnchor } from '../../../shared/edits/carry-over'
import { isUnchanged } from '../../../shared/edits/equivalence'
import { isMap, type JsonMap, sameJson } from '../../../shared/json'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { type EditSource, entryValueOf } from '../read/edit-model'
import { entriesBetween, type NamedEntry, namesIn } from '../read/named-entries'
import type { WholeFile } from './history-record'

/** A change of Ekscope that another program's older copy has undone. */
export interface Overwritten {
  readonly path: string
  readonly kind: EntryKind | 'current-context'
  readonly name: string
}

/** What an entry says, or the name of the current context; null where there is none. */
type Said = JsonMap | string | null

/** A part of a file that a write changed. Its values may be secret. */
export interface Change extends Overwritten {
  readonly was: Said
  readonly is: Said
}

/** Without what it says. */
export const partOf = ({ path, kind, name }: Overwritten): Overwritten => ({ path, kind, name })

/** current-context is one thing, whatever it names. */
export const partKey = ({ path, kind, name }: Overwritten): string =>
  JSON.stringify([path, kind, kind === 'current-context' ? null : name])

/** There to be read: a file that is gone or torn is no copy of anything. */
export const isLegible = ({ document, text, fault }: EditSource): boolean =>
  text !== null && fault === null && document.readable

export function saidIn({ document }: Pick<EditSource, 'document'>, { kind, name }: Overwritten): Said {
  if (kind === 'current-context') return document.currentContext
  const index = document.first(kind, name)
  return index === undefined ? null : entryValueOf(document, kind, index)
}

/** What a write changed; `named`: the entries that its record names, which a record of an earlier version does not. */
export function changesBetween(
  before: EditSource,
  after: EditSource,
  named: readonly NamedEntry[] = entriesBetween(before.document, after.document),
): readonly Change[] {
  const { path } = after
  const [was, is] = [before.document.currentContext, after.document.currentContext]
  const names = namesIn(named)
  const current: readonly Overwritten[] =
    was === is ? [] : [{ path, kind: 'current-context', name: is ?? was ?? '' }]
  const entries = entryKinds.flatMap((kind) => [...names[kind]].map((name) => ({ path, kind, name })))
  return [...current, ...entries].map((part) => ({
    ...part,
    was: saidIn(before, part),
    is: saidIn(after, part),
  }))
}

/** The same, where the record of the write says it all; null where the states must be read for it. */
export function changesRecorded(
  path: string,
  { entries = [], currentContext: current }: Pick<WholeFile, 'entries' | 'currentContext'>,
): readonly Change[] | null {
  const changes: Change[] = []
  if (current !== undefined) {
    const { before: was, after: is } = current
    changes.push({ path, kind: 'current-context', name: is ?? was ?? '', was, is })
  }
  for (const { kind, before, after } of entries) {
    const [was, is] = [before, after].map((side) => (side === null ? null : side.value))
    if (kind === 'section' || was === undefined || is === undefined) return null
    changes.push({ path, kind, name: (before ?? after)?.name ?? '', was, is })
  }
  return changes.length > 0 ? changes : null
}

/** Whether both say the same of a part, as far as kubectl reads it. */
export function saysSame({ kind, path }: Overwritten, a: Said, b: Said): boolean {
  return isMap(a) && isMap(b) && kind !== 'current-context' ? isUnchanged(kind, a, b, path) : a === b
}

/**
 * Whether a part that says this now holds anything of what Ekscope wrote, and anything of what was there before. Neither: it was
 * changed since. Null where both were the same: that shows nothing.
 */
function standing(change: Change, now: Said): { readonly kept: boolean; readonly old: boolean } | null {
  const { kind, path, was, is } = change
  if (saysSame(change, was, is)) return null
  if (kind === 'current-context' || !isMap(was) || !isMap(is) || !isMap(now))
    return { kept: saysSame(change, is, now), old: saysSame(change, was, now) }
  // Field by field: an older copy may come with changes of its own to the same entry.
  const carried = (from: JsonMap, to: JsonMap) =>
    !sameJson(carryOver(kind, { from, to, now }, path).value, now)
  return { kept: carried(is, was), old: carried(was, is) }
}

/** Whether a part is in `now` as it was before. */
export const isLost = (change: Change, now: EditSource): boolean =>
  standing(change, saidIn(now, change))?.old === true

/** Those of these that are as they were before, where none is as Ekscope left it; else none. */
export function lostIn<C extends Change>(changes: readonly C[], now: EditSource): readonly C[] {
  const lost: C[] = []
  if (!isLegible(now)) return lost
  for (const change of changes) {
    const state = standing(change, saidIn(now, change))
    if (state?.kept) return []
    if (state?.old) lost.push(change)
  }
  return lost
}

/** Whether another entry has that name in `now`: a person may have made it, even if all else of it is as it was. */
export function isAnother(change: Change, now: EditSource): boolean {
  const { kind, path, was: from, is: to } = change
  const is = saidIn(now, change)
  if (kind === 'current-context' || !isMap(from) || !isMap(to) || !isMap(is)) return false
  return otherAnchor(kind, { from, to, now: is }, path) !== null
}
