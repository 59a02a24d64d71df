/**
 * The outline of a text in which entries depend on each other (anchors) or lines may mislead: the full parser reads it, but of entries
 * that programs wrote, in a row, the first one alone. These were read in one step and hold neither anchor nor alias, so nothing
 * else depends on the rest of them: one anchor in a fleet's file does not make the parser read ten thousand entries.
 */
import { type EntryKind, entryKinds, ofEachKind } from '../../../shared/kubeconfig/entries'
import { readTree, type YamlNode } from '../yaml/tree'
import type { GeneratedEntry } from './generated-entry'
import type { Scanned, ScannedEntry } from './line-scanner'
import { firstOfEach, type Outline, type OutlineList } from './outline'
import { memo, outlineTree } from './tree-reader'

/** Null where the parser finds other entries than those that were scanned, or a fault: then it has to read the whole text. */
export function outlineBeside(file: string, text: string, scanned: Scanned): Outline | null {
  const { cluster, user, context } = scanned.lists
  const sparse = withoutRows(text, [...cluster, ...user, ...context])
  if (sparse === null) return null
  const tree = readTree(sparse)
  if (tree.error !== null || tree.excess !== null) return null
  const rest = outlineTree(file, sparse, tree)
  const places = ofEachKind((kind) => placesOf(scanned.lists[kind]))
  /** Whether the parser found the very entries that were scanned. */
  const isAsScanned = (kind: EntryKind) =>
    rest.lists[kind].length === (places[kind].at(-1) ?? -1) + 1 &&
    scanned.lists[kind].every(
      (entry, index, all) =>
        !isFirst(entry, all[index - 1]) || parsed(kind, index).range.start === entry.start,
    )
  const placeOf = (kind: EntryKind, index: number) => places[kind][index] ?? -1
  const parsed = (kind: EntryKind, index: number) => rest.lists[kind].entry(placeOf(kind, index))
  if (!entryKinds.every(isAsScanned)) return null

  const generated = (kind: EntryKind, index: number) => scanned.lists[kind][index]?.generated ?? null
  const listOf = (kind: EntryKind): OutlineList => ({
    length: scanned.lists[kind].length,
    name: (index) => generated(kind, index)?.value.name ?? parsed(kind, index).name,
    entry(index) {
      const found = scanned.lists[kind][index]
      if (!found?.generated) return parsed(kind, index)
      const { start, end, line, endLine } = found
      return { name: found.generated.value.name, quote: 'plain', range: { start, end }, line, endLine }
    },
  })
  const lists = ofEachKind(listOf)
  const names = firstOfEach(lists)
  /** A name that occurs twice is said where its entry begins, and some names were not parsed. */
  const repeats = (kind: EntryKind) => names[kind].size < lists[kind].length
  const nodes = ofEachKind((kind) => memo((index) => nodeOf(text, scanned.lists[kind][index])))
  return {
    ...rest,
    scan: { scanned, values: { cluster: [], user: [], context: [] } },
    lists,
    names,
    isGenerated: (kind, index) => generated(kind, index) !== null,
    context: (index) => context[index]?.generated?.value ?? rest.context(placeOf('context', index)),
    cluster: (index) => cluster[index]?.generated?.value ?? rest.cluster(placeOf('cluster', index)),
    user: (index) => user[index]?.generated?.value ?? rest.user(placeOf('user', index)),
    form: (index) => user[index]?.generated?.form ?? null,
    word: (index) => user[index]?.generated?.word ?? null,
    node: (kind, index) => nodes[kind](index) ?? rest.node(kind, placeOf(kind, index)),
    problems: () => (entryKinds.some(repeats) ? outlineTree(file, text).problems() : rest.problems()),
  }
}

/** The tree of an entry that programs wrote, from its own lines; null for another entry. */
function nodeOf(text: string, entry: ScannedEntry | undefined): YamlNode | null {
  if (!entry?.generated) return null
  const { root } = readTree(text, entry.from, entry.to)
  return root?.kind === 'sequence' ? (root.items[0]?.node ?? null) : null
}

/** Whether the parser reads this entry: it is no other one of a row of those that programs wrote. */
const isFirst = (entry: ScannedEntry, before: ScannedEntry | undefined): boolean =>
  entry.generated === null || !before?.generated || before.to !== entry.from

/** The place among the entries that the parser reads of each entry, or of the first one of its row. */
function placesOf(entries: readonly ScannedEntry[]): readonly number[] {
  let place = -1
  return entries.map((entry, index) => {
    if (isFirst(entry, entries[index - 1])) place++
    return place
  })
}

/** The text with one comment, as long as they are, in the place of all entries of a row but its first: every other place is what it was. */
function withoutRows(text: string, entries: readonly ScannedEntry<GeneratedEntry<unknown>>[]): string | null {
  const parts: string[] = []
  let from = 0
  let row: { readonly start: number; end: number } | null = null
  const close = () => {
    if (row === null || row.start === row.end) return
    const lineEnd = /[\r\n]*$/.exec(text.slice(row.end - 2, row.end))?.[0] ?? ''
    parts.push(text.slice(from, row.start), '#'.padEnd(row.end - row.start - lineEnd.length), lineEnd)
    from = row.end
  }
  for (const entry of [...entries].sort((a, b) => a.start - b.start)) {
    if (entry.generated === null) continue
    if (row?.end === entry.from) row.end = entry.to
    else {
      close()
      row = { start: entry.to, end: entry.to }
    }
  }
  close()
  return row === null ? null : parts.join('') + text.slice(from)
}
