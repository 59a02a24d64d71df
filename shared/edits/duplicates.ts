/** Users and clusters that are the same under several names. */

import { grouped } from '../grouped'
import { canonicalText, textOf } from '../json'
import type { EntryId } from '../kubeconfig/entries'
import { absoluteEntry } from '../kubeconfig/relative-paths'
import type { EditModel } from './model'

export interface Duplicates {
  readonly kind: 'user' | 'cluster'
  /** The one with the most contexts. */
  readonly keep: { readonly id: EntryId; readonly name: string }
  readonly others: readonly { readonly id: EntryId; readonly name: string }[]
}

/**
 * Groups of entries that could be one, judged by everything in them; relative paths by what they resolve to. Entries that
 * are shadowed by another file, and those of files that cannot be written, are not among them.
 */
export function duplicatesIn({ files }: EditModel): readonly Duplicates[] {
  const listed = files.filter((file) => file.listed)
  const found: Duplicates[] = []
  for (const kind of ['cluster', 'user'] as const) {
    const uses = grouped(
      listed.flatMap((file) => file.context),
      ({ value }) => textOf(value[kind]),
    )
    const names = new Set<string>()
    const counting = listed.flatMap(({ path, unreadable, [kind]: entries }) =>
      entries.flatMap((entry) => {
        if (names.has(entry.name)) return []
        names.add(entry.name)
        return unreadable === null
          ? [{ entry, text: canonicalText(absoluteEntry(kind, entry.value, path)) }]
          : []
      }),
    )
    const groups = grouped(counting, ({ text }) => text)
    for (const group of groups.values()) {
      const [keep, ...others] = group
        .map(({ entry: { id, name } }) => ({ id, name }))
        .sort((a, b) => (uses.get(b.name)?.length ?? 0) - (uses.get(a.name)?.length ?? 0))
      if (keep !== undefined && others.length > 0) found.push({ kind, keep, others })
    }
  }
  return found
}
