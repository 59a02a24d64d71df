/** Rules about names that occur twice, in one list or in several files. */
import { grouped } from '../grouped'
import type { ContextEntry, EntryId } from '../kubeconfig/entries'
import { quoted } from '../visible'
import type { FindingIn } from './define-rule'

interface NamedEntry {
  readonly id: EntryId
  readonly name: string
  readonly origin: ContextEntry['origin']
}

/** One finding for each name that occurs twice in one list of a file; `named`: it names the contexts. */
export function* duplicates(
  what: string,
  entries: readonly NamedEntry[],
  named: boolean,
): Iterable<FindingIn> {
  const groups = grouped(entries, ({ name, origin }) =>
    origin.duplicate ? JSON.stringify([origin.file, name]) : null,
  )
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const lines = group.map((entry) => entry.origin.line).join(' and ')
    yield {
      contexts: named ? group.map((entry) => entry.id) : [],
      file: first.origin.file,
      line: first.origin.line,
      message: `The ${what} ${quoted(first.name)} occurs ${group.length > 1 ? `${group.length} times (lines ${lines})` : 'more than once'}: kubectl refuses the whole file.`,
      advice: 'Rename or delete all but one of them.',
    }
  }
}

/** A context of the later file silently gets the earlier file's entry: the finding names the contexts that do. */
export function* shadowedParts(
  what: 'cluster' | 'user',
  entries: readonly NamedEntry[],
  contexts: readonly ContextEntry[],
  refers: (context: ContextEntry) => string | null,
): Iterable<FindingIn> {
  const shadowed = new Map<string, NamedEntry>()
  for (const entry of entries) {
    if (entry.origin.shadowedBy !== null) shadowed.set(JSON.stringify([entry.origin.file, entry.name]), entry)
  }
  if (shadowed.size === 0) return
  const users = grouped(contexts, (context) =>
    context.origin.shadowedBy === null
      ? (shadowed.get(JSON.stringify([context.origin.file, refers(context)])) ?? null)
      : null,
  )
  for (const [entry, affected] of users) {
    yield {
      contexts: affected.map(({ id }) => id),
      file: entry.origin.file,
      line: entry.origin.line,
      message: `${what === 'user' ? 'User' : 'Cluster'} ${quoted(entry.name)} in ${entry.origin.file} is never used: kubectl takes the ${what} of that name in ${entry.origin.shadowedBy ?? ''}, which comes first.`,
      advice: `Rename one of the two ${what}s.`,
    }
  }
}
