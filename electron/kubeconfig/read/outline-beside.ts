/**
 * The outline of a text in which entries depend on each other (anchors) or lines may mislead: the full parser reads it, but of entries
 * that programs wrote, in a row, the first one's name alone. These were read in one step and hold neither anchor nor alias, so nothing
 * else depends on the rest of them: one anchor in a fleet's file does not make the parser read ten thousand entries.
 */
import { firstWhere } from '../../../shared/first-where'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { readTree } from '../yaml/tree'
import type { GeneratedEntry } from './generated-entry'
import type { Scanned, ScannedEntry } from './line-scanner'
import { firstOfEach, type Outline, type OutlineList } from './outline'
import { outlineTree } from './tree-reader'

/** Null where the parser finds other entries than those that were scanned, or a fault: then it has to read the whole text. */
export function outlineBeside(file: string, text: string, scanned: Scanned): Outline | null {
  if (scanned.beyond !== null) return null
  const { cluster, user, context } = scanned.lists
  const short = withoutRows(text, [...cluster, ...user, ...context])
  if (short === null) return null
  const tree = readTree(short.text)
  if (tree.error !== null || tree.excess !== null) return null
  const rest = outlineTree(file, short.text, tree)
  const { placeIn } = short
  const places = { cluster: placesOf(cluster), user: placesOf(user), context: placesOf(context) }
  /** Whether the parser found the very entries that were scanned. */
  const isAsScanned = (kind: EntryKind) =>
    rest.lists[kind].length === (places[kind].at(-1) ?? -1) + 1 &&
    scanned.lists[kind].every(
      (entry, index, all) =>
        !isFirst(entry, all[index - 1]) || placeIn(parsed(kind, index).range.start) === entry.start,
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
      if (found?.generated) {
        const { start, end, line, endLine } = found
        return { name: found.generated.value.name, quote: 'plain', range: { start, end }, line, endLine }
      }
      const entry = parsed(kind, index)
      return { ...entry, range: { start: placeIn(entry.range.start), end: placeIn(entry.range.end) } }
    },
  })
  const lists = { cluster: listOf('cluster'), user: listOf('user'), context: listOf('context') }
  const names = firstOfEach(lists)
  let known: Outline | null = null
  /** The whole text, for who writes to it. */
  const whole = (): Outline => {
    known ??= outlineTree(file, text)
    return known
  }
  /** A name that occurs twice is said where its entry begins, and some names were not parsed. */
  const repeats = (kind: EntryKind) => names[kind].size < lists[kind].length
  return {
    ...rest,
    lists,
    names,
    isGenerated: (kind, index) => generated(kind, index) !== null,
    context: (index) => context[index]?.generated?.value ?? rest.context(placeOf('context', index)),
    cluster: (index) => cluster[index]?.generated?.value ?? rest.cluster(placeOf('cluster', index)),
    user: (index) => user[index]?.generated?.value ?? rest.user(placeOf('user', index)),
    form: (index) => user[index]?.generated?.form ?? null,
    word: (index) => user[index]?.generated?.word ?? null,
    node: (kind, index) => whole().node(kind, index),
    root: () => whole().root(),
    top: () => whole().root(),
    problems: () =>
      entryKinds.some(repeats)
        ? whole().problems()
        : rest.problems().map((problem) => ({ ...problem, offset: placeIn(problem.offset) })),
  }
}

/** Whether the shorter text has this entry, or an entry of this name: it is no other one of a row of those that programs wrote. */
const isFirst = (entry: ScannedEntry, before: ScannedEntry | undefined): boolean =>
  entry.generated === null || !before?.generated || before.to !== entry.from

/** The place in the shorter text of each entry, or of that which stands for it. */
function placesOf(entries: readonly ScannedEntry[]): readonly number[] {
  let place = -1
  return entries.map((entry, index) => {
    if (isFirst(entry, entries[index - 1])) place++
    return place
  })
}

/** The text with an entry of one line, named as its first one, in the place of each row; and where its places are in the whole text. */
function withoutRows(
  text: string,
  entries: readonly ScannedEntry<GeneratedEntry<{ readonly name: string }>>[],
) {
  const parts: string[] = []
  const cuts: { readonly at: number; by: number }[] = []
  let [from, length] = [0, 0]
  for (const entry of [...entries].sort((a, b) => a.start - b.start)) {
    if (entry.generated === null) continue
    if (entry.from !== from) {
      const { name } = entry.generated.value
      const line = `${text.slice(entry.from, entry.start)}- name: ${name}${text.slice(entry.end, entry.to)}`
      parts.push(text.slice(from, entry.from), line)
      length += entry.from - from + line.length
      cuts.push({ at: length, by: 0 })
    }
    from = entry.to
    const cut = cuts.at(-1)
    if (cut) cut.by = from - length
  }
  if (cuts.length === 0) return null
  const placeIn = (offset: number): number =>
    offset + (cuts[firstWhere(cuts.length, (index) => (cuts[index]?.at ?? 0) > offset) - 1]?.by ?? 0)
  return { text: parts.join('') + text.slice(from), placeIn }
}
