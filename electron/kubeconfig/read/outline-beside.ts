/**
 * The outline of a text in which entries depend on each other (anchors) or lines may mislead: the full parser reads it, but of the
 * entries that programs wrote their names alone. These were read in one step and hold neither anchor nor alias, so nothing else depends
 * on the rest of them: one anchor in a fleet's file does not make the parser read all of ten thousand entries.
 */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { readTree } from '../yaml/tree'
import type { GeneratedEntry } from './generated-entry'
import type { Scanned, ScannedEntry } from './line-scanner'
import type { Outline, OutlineList } from './outline'
import { outlineTree } from './tree-reader'

const kinds: readonly EntryKind[] = ['cluster', 'user', 'context']

/** Null where the parser finds other entries than those that were scanned, or a fault: then it has to read the whole text. */
export function outlineBeside(file: string, text: string, scanned: Scanned): Outline | null {
  if (scanned.beyond !== null) return null
  const { cluster, user, context } = scanned.lists
  const generated = [...cluster, ...user, ...context].filter((entry) => entry.generated !== null)
  if (generated.length === 0) return null
  const tree = readTree(namesAlone(text, generated))
  if (tree.error !== null || tree.excess !== null) return null
  const rest = outlineTree(file, text, tree)
  if (!kinds.every((kind) => areThose(scanned.lists[kind], rest.lists[kind]))) return null

  const listOf = (
    list: readonly ScannedEntry<GeneratedEntry<{ readonly name: string }>>[],
    parsed: OutlineList,
  ): OutlineList => ({
    ...parsed,
    entry(index) {
      const entry = list[index]
      if (!entry?.generated) return parsed.entry(index)
      const { start, end, line, endLine } = entry
      return { name: entry.generated.value.name, quote: 'plain', range: { start, end }, line, endLine }
    },
  })
  let known: Outline | null = null
  /** The whole text, for who writes to it. */
  const whole = (): Outline => {
    known ??= outlineTree(file, text)
    return known
  }
  /** A name that occurs twice is told where its entry begins, and of some only the names were parsed. */
  const repeats = (kind: EntryKind) => rest.names[kind].size < rest.lists[kind].length
  return {
    ...rest,
    lists: {
      cluster: listOf(cluster, rest.lists.cluster),
      user: listOf(user, rest.lists.user),
      context: listOf(context, rest.lists.context),
    },
    context: (index) => context[index]?.generated?.value ?? rest.context(index),
    generatedContext: (index) => context[index]?.generated?.value ?? null,
    cluster: (index) => cluster[index]?.generated?.value ?? rest.cluster(index),
    user: (index) => user[index]?.generated?.value ?? rest.user(index),
    form: (index) => user[index]?.generated?.form ?? null,
    word: (index) => user[index]?.generated?.word ?? null,
    node: (kind, index) => whole().node(kind, index),
    root: () => whole().root(),
    top: () => whole().root(),
    problems: () => (kinds.some(repeats) ? whole() : rest).problems(),
  }
}

/** The text with blanks in the place of these entries but for their dashes and names: everything stands where it stood. */
function namesAlone(text: string, entries: ScannedEntry[]): string {
  const parts: string[] = []
  const blank = (from: number, to: number) => {
    if (to > from) parts.push(' '.repeat(to - from - 1), '\n')
  }
  let at = 0
  for (const { start, end, to } of entries.sort((a, b) => a.start - b.start)) {
    // The name is in the first line or in the last one.
    const isFirst = text.startsWith('name:', start + 2)
    const name = isFirst ? start : text.lastIndexOf('\n', end - 1) + 1
    const behind = isFirst ? text.indexOf('\n', start) + 1 : to
    parts.push(text.slice(at, isFirst ? start : start + 1))
    blank(start + 1, name)
    parts.push(text.slice(name, behind))
    blank(behind, to)
    at = to
  }
  parts.push(text.slice(at))
  return parts.join('')
}

/** Whether the parser found the very entries that were scanned. */
function areThose(scanned: readonly ScannedEntry[], parsed: OutlineList): boolean {
  return (
    scanned.length === parsed.length &&
    scanned.every(({ start }, index) => parsed.entry(index).range.start === start)
  )
}
