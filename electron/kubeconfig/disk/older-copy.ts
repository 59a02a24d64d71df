/**
 * Tells an older copy that was written over ours from what a program that had read our write changed on purpose. A program
 * that read before our write knows nothing of it: what it writes is the file as it was then, and its own change. So an
 * older copy holds no part of our write, and at least one part of it as it was before. Who has kept any part has read it.
 */
import { isUnchanged } from '../../../shared/edits/equivalence'
import { carryOver, otherAnchor } from '../../../shared/edits/fields'
import { type JsonMap, sameJson } from '../../../shared/json'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from '../read/document'
import { type EditSource, entryValueOf } from '../read/edit-model'
import { entriesBetween, type NamedEntry, namesIn } from '../read/named-entries'

/** A change of ours that another program's older copy has undone. */
export interface Overwritten {
  readonly path: string
  readonly kind: EntryKind | 'current-context'
  readonly name: string
}

/** An entry by its name, or current-context; null where it is not there. */
type Held = { readonly entry: JsonMap } | { readonly current: string } | null

/** One state of a file; what an entry says is read when it is asked for. */
export class FileParts {
  readonly path: string
  readonly document: KubeconfigDocument
  /** There to be read: a file that is gone or torn is no copy of anything. */
  readonly legible: boolean

  constructor({ path, document, text, fault }: EditSource) {
    this.path = path
    this.document = document
    this.legible = text !== null && fault === null && document.readable
  }

  at({ kind, name }: Overwritten): Held {
    const { document } = this
    if (kind === 'current-context')
      return document.currentContext === null ? null : { current: document.currentContext }
    const index = document.first(kind, name)
    return index === undefined ? null : { entry: entryValueOf(document, kind, index) }
  }
}

/** current-context is one thing, whatever it names. */
export const partKey = ({ path, kind, name }: Overwritten): string =>
  JSON.stringify([path, kind, kind === 'current-context' ? null : name])

/** What a write made another; `named`: the entries that its record names, which one of an earlier version does not. */
export function partsBetween(
  before: FileParts,
  after: FileParts,
  named: readonly NamedEntry[] = entriesBetween(before.document, after.document),
): readonly Overwritten[] {
  const { path } = after
  const [was, is] = [before.document.currentContext, after.document.currentContext]
  const names = namesIn(named)
  const entries = entryKinds.flatMap((kind) => [...names[kind]].map((name) => ({ path, kind, name })))
  return was === is ? entries : [{ path, kind: 'current-context', name: is ?? was ?? '' }, ...entries]
}

/** Whether `now` holds what `was` does, as far as kubectl reads it. */
function sameHeld({ kind, path }: Overwritten, was: Held, now: Held): boolean {
  if (was === null || now === null) return was === now
  if ('current' in was) return 'current' in now && was.current === now.current
  return 'entry' in now && kind !== 'current-context' && isUnchanged(kind, was.entry, now.entry, path)
}

/** Whether a part holds anything of what we wrote, and anything of what was there before. Neither: it was changed since. */
interface Standing {
  readonly kept: boolean
  readonly old: boolean
}

/** Null where both states are the same: that says nothing. */
function standing(part: Overwritten, before: Held, after: Held, now: Held): Standing | null {
  if (sameHeld(part, before, after)) return null
  const entries = [before, after, now].map((held) => (held && 'entry' in held ? held.entry : null))
  const [was, is, here] = entries
  if (part.kind === 'current-context' || !was || !is || !here)
    return { kept: sameHeld(part, after, now), old: sameHeld(part, before, now) }
  // Field by field: an older copy may come with changes of its own to the same entry.
  const carried = (from: JsonMap, to: JsonMap) =>
    part.kind !== 'current-context' &&
    !sameJson(carryOver(part.kind, { from, to, now: here }, part.path).value, here)
  return { kept: carried(is, was), old: carried(was, is) }
}

/** The parts of these that are as they were before, where no part is as we left it; else none. */
export function lostIn(
  parts: readonly Overwritten[],
  before: FileParts,
  after: FileParts,
  now: FileParts,
): readonly Overwritten[] {
  const lost: Overwritten[] = []
  if (!now.legible) return lost
  for (const part of parts) {
    const state = standing(part, before.at(part), after.at(part), now.at(part))
    if (state?.kept) return []
    if (state?.old) lost.push(part)
  }
  return lost
}

/** Whether another entry has that name in `now`: a person can have made it, whatever else of it is as it was. */
export function isAnother(part: Overwritten, before: FileParts, after: FileParts, now: FileParts): boolean {
  const [from, to, is] = [before, after, now].map((file) => file.at(part))
  if (part.kind === 'current-context' || !from || !to || !is) return false
  if (!('entry' in from) || !('entry' in to) || !('entry' in is)) return false
  return otherAnchor(part.kind, { from: from.entry, to: to.entry, now: is.entry }, part.path) !== null
}

/** Whether a part is in `now` as it was in `before`. */
export const isLost = (part: Overwritten, before: FileParts, after: FileParts, now: FileParts): boolean =>
  standing(part, before.at(part), after.at(part), now.at(part))?.old === true

/** Whether a part is in both the same. */
export const isAlike = (part: Overwritten, a: FileParts, b: FileParts): boolean =>
  sameHeld(part, a.at(part), b.at(part))

/** Our changes to a file that an older copy has undone: looked at so soon that no person can have done it. */
export function overwrittenAtOnce(
  before: FileParts,
  after: FileParts,
  now: FileParts,
  named: readonly NamedEntry[],
): readonly Overwritten[] {
  return lostIn(partsBetween(before, after, named), before, after, now)
}
