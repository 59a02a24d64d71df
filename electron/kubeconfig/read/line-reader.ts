/** A kubeconfig's outline from the scanner of lines: entries found at once, each read when asked for. */
import { type EntryKind, entryKinds, ofEachKind } from '../../../shared/kubeconfig/entries'
import { Shape } from '../yaml/fields'
import { checkSoundness } from '../yaml/refusals'
import {
  readTree,
  type YamlItem,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlTree,
} from '../yaml/tree'
import { decodeCluster, decodeContext, decoders, decodeUser } from './decode'
import type { GeneratedEntry } from './generated-entry'
import { type Scanned, type ScannedEntry, type ScannedSection, scan } from './line-scanner'
import { firstOfEach, type Outline, type OutlineEntry, type OutlineList, type Values } from './outline'
import { outlineBeside } from './outline-beside'
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
  const values = { cluster: [], user: [], context: [] }
  const outline = outlineOf(file, text, scanned, currentContext, values, () => {
    doubtful = true
  })
  if (!doubtful) return outline
  const beside = outlineBeside(file, text, scanned)
  if (beside !== null) return beside
  // Either the lines misled, and the parser reads what is really there; or the text is broken, and then what the
  // lines show beside the break is more than the parser can give.
  const tree = readTree(text)
  if (tree.error === null || top === null) return outlineTree(file, text, tree)
  const broken = treeFailure(tree.error)
  return {
    ...outline,
    problems: () => [...outline.problems().filter(({ code }) => code !== 'bad-yaml'), broken],
  }
}

/**
 * The outline of entries that were scanned. `values`: of entries that were decoded before; the others are put there. `onDoubt`: one of
 * them is not what its lines seem.
 */
export function outlineOf(
  file: string,
  text: string,
  scanned: Scanned,
  currentContext: string | null,
  values: Values,
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
    context: memo(
      (index) => decodeContext(quiet, nodeAt('context', index) ?? emptyMap, file),
      values.context,
    ),
    cluster: memo(
      (index) => decodeCluster(quiet, nodeAt('cluster', index) ?? emptyMap, file),
      values.cluster,
    ),
    user: memo((index) => decodeUser(quiet, nodeAt('user', index) ?? emptyMap, file), values.user),
  }
  const whole = memo(() => readTree(text))
  const top = memo(() => readSections(text, scanned))
  const names = firstOfEach(lists)
  return {
    foundBy: 'scan',
    scan: { scanned, values },
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
          // An entry as programs write it has no problems of its own.
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
    // What the fields look like around a break says nothing of its own.
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
  const quote = 'plain'
  const outlined = (index: number): OutlineEntry => {
    const entry = at(list, index)
    const { generated, line, endLine, start, end } = entry
    const range = { start, end }
    if (generated !== null) return { name: generated.value.name, quote, range, line, endLine }
    const { tree, item } = slice(index)
    if (tree.error !== null || item === null || tree.anchors) onDoubt()
    return item === null ? { name: '', quote, range } : outlineEntry(shape, item, text)
  }
  // A doubt of one of them is a doubt of the file.
  const known = list.map(({ generated }, index) => (generated === null ? outlined(index) : null))
  return {
    length: list.length,
    name: (index) => list[index]?.generated?.value.name ?? at(known, index)?.name ?? '',
    entry: (index) => known[index] ?? outlined(index),
  }
}
