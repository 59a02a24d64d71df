/** Users and clusters that are the same under several names. */

import { canonicalText } from '../json'
import type { EntryId } from '../kubeconfig/entries'
import { absoluteEntry } from '../kubeconfig/relative-paths'
import type { EditModel, ModelEntry } from './model'

export interface Duplicates {
  readonly kind: 'user' | 'cluster'
  /** The one with the most contexts. */
  readonly keep: { readonly id: EntryId; readonly name: string }
  readonly others: readonly { readonly id: EntryId; readonly name: string }[]
}

/**
 * Groups of entries that could be one, judged by everything in them; relative paths by where they lead. Entries that
 * are shadowed by another file, and those of files that cannot be written, are not among them.
 */
export function duplicatesIn({ files }: EditModel): readonly Duplicates[] {
  const listed = files.filter((file) => file.listed)
  const found: Duplicates[] = []
  for (const kind of ['cluster', 'user'] as const) {
    const uses = new Map<string, number>()
    for (const { value } of listed.flatMap((file) => file.context)) {
      const name = value[kind]
      if (typeof name === 'string') uses.set(name, (uses.get(name) ?? 0) + 1)
    }
    const names = new Set<string>()
    const groups = new Map<string, ModelEntry[]>()
    for (const file of listed)
      for (const entry of file[kind]) {
        if (names.has(entry.name)) continue
        names.add(entry.name)
        if (file.unreadable !== null) continue
        const text = canonicalText(absoluteEntry(kind, entry.value, file.path))
        const group = groups.get(text)
        if (group) group.push(entry)
        else groups.set(text, [entry])
      }
    for (const group of groups.values()) {
      const [keep, ...others] = [...group]
        .sort((a, b) => (uses.get(b.name) ?? 0) - (uses.get(a.name) ?? 0))
        .map(({ id, name }) => ({ id, name }))
      if (keep !== undefined && others.length > 0) found.push({ kind, keep, others })
    }
  }
  return found
}
