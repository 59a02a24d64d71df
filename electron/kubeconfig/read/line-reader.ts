/** A kubeconfig's outline from the scanner of lines: entries found at once, each read when asked for. */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { Shape, type ShapeProblem } from '../yaml/fields'
import { checkSoundness } from '../yaml/refusals'
import { isSimpleName } from '../yaml/scalars'
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
import { firstOfEach, type Outline, type OutlineEntry, type OutlineList } from './outline'
import { outlineBeside } from './outline-beside'
import { quickCluster, quickContext, quickUser } from './simple-entry'
import { checkTop, maxEntries, memo, outlineEntry, tooManyEntries, treeFailure } from './tree-reader'

/** What became of a text that the scanner claimed. */
export type ScanOutcome =
  | { readonly kind: 'outline'; readonly outline: Outline }
  /** Only the full parser can tell; where it did already, its tree. */
  | { readonly kind: 'parse'; readonly tree: YamlTree | null }

/** One entry's own text as a tree; null when it is not exactly one entry. */
interface Slice {
  readonly tree: YamlTree
  readonly item: YamlItem | null
}

/** Tries to outline a text by its lines. */
export function outlineScan(file: string, text: string): ScanOutcome {
  const scanned = scan(text, maxEntries)
  if (scanned === null) return { kind: 'parse', tree: null }
  const { cluster, user, context } = scanned.lists
  const sliced = (list: readonly ScannedEntry[]) => memo((index) => sliceOf(text, at(list, index)))
  const slices = { cluster: sliced(cluster), user: sliced(user), context: sliced(context) }
  const top = readSections(text, scanned)
  let doubtful = top === null || scanned.entangled
  const lists = {
    cluster: outlineList(text, cluster, slices.cluster, onDoubt),
    user: outlineList(text, user, slices.user, onDoubt),
    context: outlineList(text, context, slices.context, onDoubt),
  }
  function onDoubt() {
    doubtful = true
  }
  let broken: ShapeProblem | null = null
  if (doubtful) {
    const beside = outlineBeside(file, text, scanned)
    if (beside !== null) return { kind: 'outline', outline: beside }
    // Either the lines misled, and the parser reads what is really there; or the text is broken, and then what the
    // lines show beside the break is more than the parser can give.
    const tree = readTree(text)
    if (tree.error === null || top === null) return { kind: 'parse', tree }
    broken = treeFailure(tree.error)
  }
  const quiet = new Shape()
  const fields = quiet.fields(top ?? emptyMap)
  const nodeAt = (kind: EntryKind, index: number): YamlNode | null => slices[kind](index).item?.node ?? null
  const quick = {
    context: quickly(context, (one) => quickContext(text, one, file)),
    cluster: quickly(cluster, (one) => quickCluster(text, one, file)),
    user: quickly(user, (one) => quickUser(text, one, file)),
  }
  const slow = {
    context: memo((index) => decodeContext(quiet, nodeAt('context', index) ?? emptyMap, file)),
    cluster: memo((index) => decodeCluster(quiet, nodeAt('cluster', index) ?? emptyMap, file)),
    user: memo((index) => decodeUser(quiet, nodeAt('user', index) ?? emptyMap, file)),
  }
  const whole = memo(() => readTree(text))
  const saysOnlyFields = (kind: EntryKind, index: number) => quick[kind](index) !== null
  const outline: Outline = {
    foundBy: 'scan',
    entangled: false,
    saysOnlyFields,
    currentContext: quiet.string(fields, 'current-context') || null,
    lists,
    names: firstOfEach(lists),
    context: (index) => quick.context(index) ?? slow.context(index),
    generatedContext: (index) => context[index]?.generated?.value ?? null,
    cluster: (index) => quick.cluster(index) ?? slow.cluster(index),
    user: (index) => quick.user(index) ?? slow.user(index),
    form: (index) => user[index]?.generated?.form ?? null,
    word: (index) => user[index]?.generated?.word ?? null,
    node: (kind, index) =>
      nodeAt(kind, index) ?? { ...emptyMap, start: at<ScannedEntry>(scanned.lists[kind], index).start },
    root: () => whole(0).root,
    top: () => top,
    problems: () => {
      const shape = new Shape()
      if (top !== null) {
        checkSoundness(top, shape, false)
        checkTop(shape, shape.fields(top))
      }
      for (const kind of ['cluster', 'user', 'context'] as const) {
        // Only where a name repeats is it worth remembering them all.
        const known = outline.names[kind].size < lists[kind].length ? new Set<string>() : null
        for (const [index, { generated }] of scanned.lists[kind].entries()) {
          // An entry as programs write it has no problems of its own.
          if (generated === null && !saysOnlyFields(kind, index))
            checkSlice(shape, kind, slices[kind](index), file)
          if (known === null) continue
          const { name, range } = lists[kind].entry(index)
          shape.uniqueName(known, name, range.start, kind)
        }
      }
      if (scanned.beyond !== null)
        shape.problems.push(tooManyEntries(scanned.beyond.kind, scanned.beyond.offset))
      if (broken === null) return shape.problems
      return [...shape.problems.filter(({ code }) => code !== 'bad-yaml'), broken]
    },
  }
  return { kind: 'outline', outline }
}

function at<E>(list: readonly E[], index: number): E {
  const entry = list[index]
  if (entry === undefined) throw new RangeError(`no entry ${index}`)
  return entry
}

/** Of entries that were read in one step what they say; of others what their lines alone say. */
function quickly<T extends object>(
  list: readonly ScannedEntry<GeneratedEntry<T>>[],
  read: (entry: ScannedEntry) => T | null,
): (index: number) => T | null {
  const fromLines = memo((index: number): T | null => {
    const entry = at(list, index)
    return entry.simple ? read(entry) : null
  })
  return (index) => list[index]?.generated?.value ?? fromLines(index)
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
    if (entry.simple && entry.name >= 0) {
      // A space that does not break is a part of a name, and none of a simple one.
      const name = text.slice(entry.name, entry.nameEnd).replace(/^ +| +$/g, '')
      if (isSimpleName(name)) return { name, quote, range, line, endLine }
    }
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
