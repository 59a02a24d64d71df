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
import { UsualClusters, UsualContexts, type UsualEntries } from './generated-entry'
import { scan } from './line-scanner'
import { type Names, NamesInStrings, namesAt } from './names'
import type { Outline, OutlineEntry, OutlineList } from './outline'
import type { Scanned, ScannedEntry, ScannedList, ScannedSection } from './scanned'
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
export function outlineScan(file: string, text: string, bytes: Uint8Array | null): ScanOutcome {
  const scanned = scan(text, maxEntries, bytes)
  if (scanned === null) return { kind: 'parse', tree: null }
  const { cluster, user, context } = scanned.lists
  const sliced = (list: ScannedList) => memo((index) => sliceOf(text, list.at(index)))
  const slices = { cluster: sliced(cluster), user: sliced(user), context: sliced(context) }
  const top = readSections(text, scanned)
  let doubtful = top === null
  const lists = {
    cluster: outlineList(text, cluster, slices.cluster, onDoubt),
    user: outlineList(text, user, slices.user, onDoubt),
    context: outlineList(text, context, slices.context, onDoubt),
  }
  function onDoubt() {
    doubtful = true
  }
  // A usual name has no character beyond ASCII.
  const codes = bytes?.length === text.length ? bytes : null
  const names = {
    cluster: namesOf(text, cluster, lists.cluster, codes),
    user: namesOf(text, user, lists.user, codes),
    context: namesOf(text, context, lists.context, codes),
  }
  let broken: ShapeProblem | null = null
  if (doubtful) {
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
    context: memo((index) => quickly(context, index, (one) => quickContext(text, one, file))),
    cluster: memo((index) => quickly(cluster, index, (one) => quickCluster(text, one, file))),
    user: memo((index) => quickly(user, index, (one) => quickUser(text, one, file))),
  }
  const slow = {
    context: memo((index) => decodeContext(quiet, nodeAt('context', index) ?? emptyMap, file)),
    cluster: memo((index) => decodeCluster(quiet, nodeAt('cluster', index) ?? emptyMap, file)),
    user: memo((index) => decodeUser(quiet, nodeAt('user', index) ?? emptyMap, file)),
  }
  const whole = memo(() => readTree(text))
  const saysOnlyFields = (kind: EntryKind, index: number) =>
    scanned.lists[kind].usual.has(index) || quick[kind](index) !== null
  const places: { cluster: Int32Array | null; user: Int32Array | null } = { cluster: null, user: null }
  const pointsAt = (kind: 'cluster' | 'user'): Int32Array => {
    const before = places[kind]
    if (before !== null) return before
    const made = placesOf(context, UsualContexts[kind], names[kind])
    places[kind] = made
    return made
  }
  const outline: Outline = {
    foundBy: 'scan',
    entangled: false,
    usual: () =>
      [cluster, user, context].every(({ others }) => others.length === 0)
        ? { cluster: cluster.usual, user: user.usual, context: context.usual }
        : null,
    saysOnlyFields,
    currentContext: quiet.string(fields, 'current-context') || null,
    lists,
    names,
    refers: (kind, index) => {
      if (context.usual.has(index)) return pointsAt(kind)[index] ?? -1
      const name = outline.context(index)[kind]
      return name === null ? -1 : (names[kind].first(name) ?? -1)
    },
    context: (index) => quick.context(index) ?? slow.context(index),
    cluster: (index) => quick.cluster(index) ?? slow.cluster(index),
    user: (index) => quick.user(index) ?? slow.user(index),
    form: (index) => user.usual.form(index),
    word: (index) => user.usual.word(index),
    server: (index) =>
      cluster.usual.has(index)
        ? cluster.usual.offsets.value(index, UsualClusters.server)
        : outline.cluster(index).server,
    node: (kind, index) => nodeAt(kind, index) ?? { ...emptyMap, start: scanned.lists[kind].at(index).start },
    root: () => whole(0).root,
    top: () => top,
    problems: () => {
      const shape = new Shape()
      if (top !== null) {
        checkSoundness(top, shape, false)
        checkTop(shape, shape.fields(top))
      }
      for (const kind of ['cluster', 'user', 'context'] as const) {
        const { length, others, usual } = scanned.lists[kind]
        // Only where a name repeats is it worth remembering them all.
        const known = names[kind].size < length ? new Set<string>() : null
        // A usual entry has no problems of its own.
        if (known === null && others.length === 0) continue
        for (let index = 0; index < length; index++) {
          if (!usual.has(index) && !saysOnlyFields(kind, index))
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

/** Places of names in the text; of a list with an entry that may have its name elsewhere all as strings. */
function namesOf(
  text: string,
  { usual, others }: ScannedList,
  list: OutlineList,
  codes: Uint8Array | null,
): Names {
  const found = others.length === 0 ? namesAt(usual.offsets, list.length, codes) : null
  return found ?? new NamesInStrings(text, list.length, list.name)
}

/** The place of the first entry that each context points at; -1 where there is none, or another way of reading is needed. */
function placesOf({ usual, length }: ScannedList, value: number, names: Names): Int32Array {
  const { offsets } = usual
  const places = new Int32Array(length).fill(-1)
  // Who adds contexts one by one adds what they point at in the same order.
  let next = 0
  for (let index = 0; index < length; index++) {
    if (!offsets.has(index)) continue
    const place = names.firstAt(offsets.beginOf(index, value), offsets.endOf(index, value), next)
    places[index] = place
    next = place + 1
  }
  return places
}

/** Of entries that were found in one step what was found; of others what their lines alone say. */
function quickly<T>(
  { usual, others }: ScannedList<UsualEntries<T>>,
  index: number,
  read: (entry: ScannedEntry) => T | null,
): T | null {
  if (usual.has(index)) return usual.read(index)
  const entry = others[index]
  if (entry === undefined) throw new RangeError(`no entry ${index}`)
  return entry.simple ? read(entry) : null
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
  const tree = readTree(text, entry.from, entry.to)
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
  { usual, others, length }: ScannedList,
  slice: (index: number) => Slice,
  onDoubt: () => void,
): OutlineList {
  const shape = new Shape()
  const quote = 'plain'
  const outlined = (entry: ScannedEntry, index: number): OutlineEntry => {
    const { line, endLine, start, end } = entry
    if (entry.simple && entry.name >= 0) {
      const name = text.slice(entry.name, entry.nameEnd).trim()
      if (isSimpleName(name)) return { name, quote, range: { start, end }, line, endLine }
    }
    const { tree, item } = slice(index)
    if (tree.error !== null || item === null || tree.anchors) onDoubt()
    if (item === null) return { name: '', quote: 'plain', range: { start: entry.start, end: entry.end } }
    return outlineEntry(shape, item, text)
  }
  const known: (OutlineEntry | undefined)[] = []
  others.forEach((entry, index) => {
    if (entry !== undefined) known[index] = outlined(entry, index)
  })
  return {
    length,
    name: (index) => known[index]?.name ?? usual.name(index),
    entry: (index) => {
      const before = known[index]
      if (before !== undefined) return before
      if (!usual.has(index)) throw new RangeError(`no entry ${index}`)
      const { start, end, line, endLine } = usual.offsets.place(index)
      return { name: usual.name(index), quote, range: { start, end }, line, endLine }
    },
  }
}
