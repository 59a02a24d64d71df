/** A kubeconfig's outline from the full parser: the judge of what every faster way finds. */
import { type EntryKind, entryKinds, ofEachKind } from '../../../shared/kubeconfig/entries'
import { type Field, isNull, Shape, type ShapeProblem } from '../yaml/shapes'
import { checkSoundness } from '../yaml/soundness'
import { readTree, resolveAlias, type YamlNode, type YamlTree } from '../yaml/yaml-tree'
import {
  decodeCluster,
  decodeContext,
  decoders,
  decodeUser,
  type ReadCluster,
  type ReadContext,
  type ReadUser,
} from './decode'
import { firstOfEach, type Outline, type OutlineEntry, type OutlineList } from './outline'

/** Entries of one list that are read; a file with more is shown up to there and never written to. */
export const maxEntries = 100_000

/** Reads the whole text with the full parser. */
export function outlineTree(file: string, text: string, tree: YamlTree = readTree(text)): Outline {
  // Names and places are wanted at once, problems perhaps never: two readings of one tree.
  const quiet = new Shape()
  const root = tree.root === null ? null : resolveAlias(tree.root)
  const top = root?.kind === 'map' ? quiet.fields(root) : new Map<string, Field>()
  const items = ofEachKind((kind) => listItems(top, `${kind}s`))
  const at = (kind: EntryKind, index: number): YamlNode => {
    const item = items[kind][index]
    if (item === undefined) throw new RangeError(`no ${kind} ${index}`)
    return item.node
  }
  const listOf = (kind: EntryKind): OutlineList => {
    const entries = items[kind].map((item) => outlineEntry(quiet, item, text))
    const entry = (index: number): OutlineEntry => {
      const found = entries[index]
      if (found === undefined) throw new RangeError(`no ${kind} ${index}`)
      return found
    }
    return { length: entries.length, name: (index) => entry(index).name, entry }
  }
  const lists = ofEachKind(listOf)
  const context = memo((index): ReadContext => decodeContext(quiet, at('context', index), file))
  const cluster = memo((index): ReadCluster => decodeCluster(quiet, at('cluster', index), file))
  return {
    foundBy: 'parse',
    scan: null,
    entangled: tree.anchors,
    isGenerated: () => false,
    currentContext: quiet.string(top, 'current-context') || null,
    lists,
    names: firstOfEach(lists),
    context,
    cluster,
    user: memo((index): ReadUser => decodeUser(quiet, at('user', index), file)),
    form: () => null,
    word: () => null,
    node: at,
    root: () => tree.root,
    top: () => tree.root,
    problems: () => treeProblems(file, tree),
  }
}

/** Remembers what a function of an index gave. */
export function memo<T>(read: (index: number) => T): (index: number) => T {
  const known: T[] = []
  return (index) => {
    const found = known[index]
    if (found !== undefined) return found
    const value = read(index)
    known[index] = value
    return value
  }
}

interface Item {
  readonly start: number
  readonly node: YamlNode
}

function listItems(top: ReadonlyMap<string, Field>, key: string): readonly Item[] {
  const field = top.get(key)
  const list = field === undefined ? null : resolveAlias(field.value)
  return list?.kind === 'sequence' ? list.items.slice(0, maxEntries) : []
}

/** An entry's name and its range, from its node. */
export function outlineEntry(shape: Shape, item: Item, text: string): OutlineEntry {
  // A block text ends after its line break, and after blank lines: these are no part of the entry.
  let end = item.node.end
  while (end > item.start && /[ \t\r\n\u0085\u2028\u2029]/.test(text.charAt(end - 1))) end--
  const range = { start: item.start, end }
  const target = resolveAlias(item.node)
  const field = target.kind === 'map' ? shape.fields(target).get('name') : undefined
  return { name: (field && shape.asString(field.value, 'name', true)) ?? '', range }
}

/** Everything for which kubectl refuses the text of a tree. */
export function treeProblems(file: string, tree: YamlTree): readonly ShapeProblem[] {
  const shape = new Shape()
  if (tree.root !== null) {
    if (tree.error === null) checkSoundness(tree.root, shape, tree.anchors)
    checkRoot(shape, tree.root, file)
  }
  const { excess } = tree
  if (excess !== null) {
    // Values of aliases after it are missing from the tree, so that many things look wrong which are not.
    const before = shape.problems.filter(({ offset }) => offset < excess)
    return tree.error === null
      ? [...before, treeExcess(excess)]
      : [...before, treeExcess(excess), treeFailure(tree.error)]
  }
  if (tree.error === null) return shape.problems
  const yaml = treeFailure(tree.error)
  // Behind the break nothing is what it seems.
  return [...shape.problems.filter((other) => other.offset < yaml.offset), yaml]
}

/** Why a text is no YAML, as a problem. */
export function treeFailure({ problem, offset }: { problem: string; offset: number }): ShapeProblem {
  return {
    code: 'bad-yaml',
    offset,
    message: `Not readable as YAML: ${problem}`,
    next: 'Fix this place in an editor: until then kubectl refuses the whole file.',
  }
}

function treeExcess(offset: number): ShapeProblem {
  return {
    code: 'bad-yaml',
    offset,
    message:
      'From here on the aliases of this file, written out, are too many or nested too deeply to be followed',
    next: 'Write the repeated parts out, or use fewer aliases.',
  }
}

function checkRoot(shape: Shape, node: YamlNode, file: string): void {
  const root = resolveAlias(node)
  if (isNull(root)) return
  if (root.kind !== 'map') {
    shape.report(
      'bad-shape',
      node.start,
      'A kubeconfig is a map with apiVersion, kind, clusters, contexts and users; this is something else',
      'Check that this is the right file.',
    )
    return
  }
  const top = shape.fields(root)
  checkTop(shape, top)
  for (const kind of entryKinds) {
    const names = new Set<string>()
    const sequence = top.get(`${kind}s`)
    if (sequence === undefined) continue
    const items = shape.list(top, `${kind}s`) ?? []
    const beyond = items[maxEntries]
    if (beyond !== undefined)
      shape.report(
        'too-large',
        beyond.start,
        `The list of ${kind}s has more than ${maxEntries} entries; those from here on are not read`,
        'Split the file.',
      )
    for (const item of items.slice(0, maxEntries)) {
      const name = decoders[kind](shape, item, file).name
      shape.uniqueName(names, name, item.start, kind)
    }
  }
}

/** Checks the top-level fields that are no entries. */
export function checkTop(shape: Shape, top: ReadonlyMap<string, Field>): void {
  checkKind(shape, top)
  checkPreferences(shape, top)
  shape.string(top, 'current-context', true)
  shape.extensions(top)
}

/** Go looks for kind and apiVersion in any letter case, the last in sorting order winning. */
function checkKind(shape: Shape, top: ReadonlyMap<string, Field>): void {
  const anyCase = (wanted: string): { text: string; offset: number } | null => {
    let found: { text: string; offset: number } | null = null
    for (const key of [...top.keys()].filter((name) => name.toLowerCase() === wanted).sort()) {
      const text = shape.string(top, key, true)
      const field = top.get(key)
      if (text !== null && field !== undefined) found = { text, offset: field.value.start }
    }
    return found
  }
  const kind = anyCase('kind')
  if (kind !== null && kind.text !== '' && kind.text !== 'Config') {
    shape.report(
      'bad-shape',
      kind.offset,
      'The kind is not Config: kubectl does not take this as a kubeconfig',
      wrongKind,
    )
  }
  const version = anyCase('apiversion')
  if (version !== null && !['', 'v1', '/', '/v1'].includes(version.text)) {
    shape.report(
      'bad-shape',
      version.offset,
      'The apiVersion is not v1, the only one that kubectl reads',
      wrongKind,
    )
  }
}

const wrongKind = 'Write apiVersion: v1 and kind: Config, if the file is a kubeconfig at all.'

function checkPreferences(shape: Shape, top: ReadonlyMap<string, Field>): void {
  const preferences = shape.map(top, 'preferences')
  if (preferences === null) return
  const fields = shape.fields(preferences)
  shape.bool(fields, 'colors')
  shape.extensions(fields)
}
