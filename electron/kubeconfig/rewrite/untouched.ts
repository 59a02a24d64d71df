/** What no edit is about: other keys of the file, and keys next to an entry's own. A rewrite must leave them unchanged. */
import { isMap, type Json, type JsonMap, sameJson, withKey } from '../../../shared/json'
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { quoted } from '../../../shared/visible'
import type { KubeconfigDocument } from '../read/document'
import { jsonOf, Shape } from '../yaml/shapes'
import { listKey } from './layout'

/** An entry that stays, by its place in its list before and after. */
export interface KeptEntry {
  readonly kind: EntryKind
  readonly name: string
  readonly was: number
  readonly is: number
}

/** Null when everything but the entries themselves means the same; else what differs. */
export function restDiffers(
  before: KubeconfigDocument,
  after: KubeconfigDocument,
  kept: Iterable<KeptEntry>,
): string | null {
  if (before.top() === null) return null
  const [was, is] = [outside(before), outside(after)]
  if (Object.keys(was).length > 0 && !sameJson(was, is)) return 'something outside the entries would differ'
  return besideDiffers(before, after, kept)
}

/** Null when nothing but these entries' own keys differs. */
export function besideDiffers(
  before: KubeconfigDocument,
  after: KubeconfigDocument,
  kept: Iterable<KeptEntry>,
): string | null {
  for (const { kind, name, was: place, is: now } of kept)
    if (!sameJson(beside(before, kind, place), beside(after, kind, now)))
      return `something beside the ${kind} ${quoted(name)} would differ`
  return null
}

function outside(document: KubeconfigDocument): JsonMap {
  const root = document.top()
  const value = root ? jsonOf(new Shape(), root) : null
  let top = isMap(value) ? value : {}
  for (const key of [...Object.values(listKey), 'current-context']) top = withKey(top, key, undefined)
  return top
}

function beside(document: KubeconfigDocument, kind: EntryKind, index: number): Json {
  const item = jsonOf(new Shape(), document.node(kind, index))
  return isMap(item) ? withKey(withKey(item, 'name', undefined), kind, undefined) : {}
}
