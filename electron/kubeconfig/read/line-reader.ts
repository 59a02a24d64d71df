/** A kubeconfig's outline from the line scanner: entries are found at once, and each is read when needed. */
import { type EntryKind, entryKinds, ofEachKind } from '../../../shared/kubeconfig/entries'
import { Shape } from '../yaml/shapes'
import { checkSoundness } from '../yaml/soundness'
import {
  readTree,
  type YamlItem,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlTree,
} from '../yaml/yaml-tree'
import { decodeCluster, decodeContext, decoders, decodeUser } from './decode'
import type { GeneratedEntry } from './generated-entry'
import { type Scanned, type ScannedEntry, type ScannedSection, scan } from './line-scanner'
import { firstOfEach, type Outline, type OutlineEntry, type OutlineList } from './outline'
import { checkTop, maxEntries, memo, outlineEntry, outlineTree, treeFailure } from './tree-reader'

/** One entry's own text as a tree; null when it is not exactly one entry. */
interface Slice {
  readonly tree: YamlTree
  readonly item: YamlItem | null
}

/** Outlines a text by its lines; where these may mislead, by the full parser. */
export function outlineScan(file: string, text: string): Outline {
  const scanned = scan(text)
  if (scanned === null || entryKinds.some((kind) => scanned.lists[kind].length > maxEntries))
    return outlineTree(file, text)
  const top = readSections(text, scanned)
  let doubtful = top === null
  const quiet = new Shape()
  const currentContext = quiet.string(quiet.fields(top ?? emptyMap), 'current-context') || null
  const outline = outlineOf(file, text, scanned, currentContext, () => {
    doubtful = true
  })
  if (!doubtful) return outline
  const beside = outlineBeside(file, text, scanned)
  if (beside !== null) return beside
  // Either the lines misled, and the parser reads what is really there; or the text is broken, and then the lines show
  // more outside of the break than the parser can.
  const tree = readTree(text)
  if (tree.error === null || top === null) return outlineTree(file, text, tree)
  const broken = treeFailure(tree.error)
  return {
    ...outline,
    problems: () => [...outline.problems().filter(({ code }) => code !== 'bad-yaml'), broken],
  }
}

/** The outline of entries that were scanned. `onDoubt`: one of them is not what its lines seem. */
export function outlineOf(
  file: string,
  text: string,
  scanned: Scanned,
  currentContext: string | null,
  onDoubt = () => {},
): Outline {
  const { cluster, user, context } = scanned.lists
  const sliced = (list: readonly ScannedEntry[]) => memo((index) => sliceOf(text, at(list, index)))
  const slices = ofEachKind((kind) => sliced(scanned.lists[kind]))
  const lists = ofEachKind((kind) => outlineList(text, scanned.lists[kind], slices[kind], onDoubt))
  // Names and places are wanted at once, problems perhaps never.
  const quiet = new Shape()
  const nodeAt = (kind: EntryKind, index: number): YamlNode | null => slices[kind](index).item?.node ?? null
  const decoded = {
    context: memo((index) => decodeContext(quiet, nodeAt('context', index) ?? emptyMap, file)),
    cluster: memo((index) => decodeCluster(quiet, nodeAt('cluster', index) ?? emptyMap, file)),
    user: memo((index) => decodeUser(quiet, nodeAt('user', index) ?? emptyMap, file)),
  }
  const whole = memo(() => readTree(text))
  const top = memo(() => readSections(text, scanned))
  const names = firstOfEach(lists)
  return {
    foundBy: 'scan',
    scan: scanned,
    entangled: false,
    isGenerated: (kind, index) => Boolean(scanned.lists[kind][index]?.generated),
    currentContext,
    lists,
    names,
    context: (index) => context[index]?.generated?.value ?? decoded.context(index),
    cluster: (index) => cluster[index]?.generated?.value ?? decoded.cluster(index),
    user: (index) => user[index]?.generated?.value ?? decoded.user(index),
    form: (index) => user[index]?.generated?.form ?? null,
    word: (index) => user[index]?.generated?.word ?? null,
    node: (kind, index) =>
      nodeAt(kind, index) ?? { ...emptyMap, start: at<ScannedEntry>(scanned.lists[kind], index).start },
    root: () => whole(0).root,
    top: () => top(0),
    problems: () => {
      const shape = new Shape()
      const map = top(0)
      if (map !== null) {
        checkSoundness(map, shape, false)
        checkTop(shape, shape.fields(map))
      }
      for (const kind of entryKinds) {
        // Only where a name repeats is it worth remembering them all.
        const known = names[kind].size < lists[kind].length ? new Set<string>() : null
        for (const [index, { generated }] of scanned.lists[kind].entries()) {
          // An entry in the form that programs write has no problems of its own.
          if (generated === null) checkSlice(shape, kind, slices[kind](index), file)
          if (known === null) continue
          const { name, range } = lists[kind].entry(index)
          shape.uniqueName(known, name, range.start, kind)
        }
      }
      return shape.problems
    },
  }
}

function at<E>(list: readonly E[], index: number): E {
  const entry = list[index]
  if (entry === undefined) throw new RangeError(`no entry ${index}`)
  return entry
}

function checkSlice(shape: Shape, kind: EntryKind, slice: Slice, file: string): void {
  if (slice.tree.error !== null) {
    // Problems of fields around a break are only a result of the break.
    shape.problems.push(treeFailure(slice.tree.error))
    return
  }
  const node = slice.item?.node
  if (node === undefined) return
  checkSoundness(node, shape, false)
  decoders[kind](shape, node, file)
}

const emptyMap: YamlMap = {
  kind: 'map',
  start: 0,
  contentStart: 0,
  end: 0,
  anchor: null,
  tag: null,
  complete: true,
  flow: true,
  pairs: [],
}

function sliceOf(text: string, entry: ScannedEntry): Slice {
  const tree = readTree(text, entry.from, entry.reach)
  const root = tree.root
  const single = root?.kind === 'sequence' && !root.flow && root.items.length === 1
  return { tree, item: single ? (root.items[0] ?? null) : null }
}

/** The top-level keys that are no entries, as one map; null when their lines are not what they seem. */
function readSections(text: string, scanned: Scanned): YamlMap | null {
  const pairs: YamlPair[] = []
  for (const section of scanned.sections) {
    const pair = pairIn(text, section)
    if (pair === null) return null
    pairs.push(pair)
  }
  return { ...emptyMap, pairs }
}

function pairIn(text: string, { from, to }: ScannedSection): YamlPair | null {
  const { root, error, anchors } = readTree(text, from, to)
  const pair = root?.kind === 'map' && root.pairs.length === 1 ? root.pairs[0] : undefined
  return error === null && !anchors ? (pair ?? null) : null
}

function outlineList(
  text: string,
  list: readonly ScannedEntry<GeneratedEntry<{ readonly name: string }>>[],
  slice: (index: number) => Slice,
  onDoubt: () => void,
): OutlineList {
  const shape = new Shape()
  const outlined = (index: number): OutlineEntry => {
    const entry = at(list, index)
    const { generated, line, endLine, start, end } = entry
    const range = { start, end }
    if (generated !== null) return { name: generated.value.name, range, line, endLine }
    const { tree, item } = slice(index)
    if (tree.error !== null || item === null || tree.anchors) onDoubt()
    return item === null ? { name: '', range } : outlineEntry(shape, item, text)
  }
  // A doubt of one of them is a doubt of the file.
  const known = list.map(({ generated }, index) => (generated === null ? outlined(index) : null))
  return {
    length: list.length,
    name: (index) => list[index]?.generated?.value.name ?? at(known, index)?.name ?? '',
    entry: (index) => known[index] ?? outlined(index),
  }
}

/**
 * The outline of a text in which entries depend on each other (anchors) or lines may mislead: the full parser reads it, but of
 * a row of entries that programs wrote only the first. These were read in one step and hold neither anchor nor alias, so nothing
 * else depends on the rest of them: one anchor in a fleet's file does not make the parser read ten thousand entries. Null where
 * the parser finds other entries than those that were scanned, or a fault: then it has to read the whole text.
 */
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
      return { name: found.generated.value.name, range: { start, end }, line, endLine }
    },
  })
  const lists = ofEachKind(listOf)
  const names = firstOfEach(lists)
  /** A name that occurs twice is said where its entry begins, and some names were not parsed. */
  const repeats = (kind: EntryKind) => names[kind].size < lists[kind].length
  const nodes = ofEachKind((kind) => memo((index) => nodeOf(text, scanned.lists[kind][index])))
  return {
    ...rest,
    scan: scanned,
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

/** The text with one comment of equal length in place of all entries of a row but its first: every other offset is unchanged. */
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
