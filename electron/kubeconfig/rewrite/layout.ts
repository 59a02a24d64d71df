/** The layout of a document: its outermost keys, its lists, and the style of the entries next to which a new one goes. */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from '../read/document'
import { entriesOf } from '../read/merge'
import {
  emptyScalar,
  readTree,
  resolveAlias,
  type YamlMap,
  type YamlPair,
  type YamlSequence,
} from '../yaml/yaml-tree'
import { type Style, styleOf, styleOfNeighbour } from './style'

/** The outermost key of each list. */
export const listKey: Readonly<Record<EntryKind, string>> = {
  cluster: 'clusters',
  user: 'users',
  context: 'contexts',
}

/** The list as a sequence with places; of a file that was scanned its entries' ranges alone. */
export function listOf(document: KubeconfigDocument, kind: EntryKind): YamlSequence | null {
  if (document.scan === null) {
    const value = topPair(document, listKey[kind])?.value
    const target = value ? resolveAlias(value) : null
    return target?.kind === 'sequence' ? target : null
  }
  const items = entriesOf(document, kind).map(({ range: { start, end } }) => ({
    start,
    node: emptyScalar(start, end),
  }))
  const first = items[0]
  if (!first) return null
  return { ...emptyScalar(first.start, items.at(-1)?.node.end), kind: 'sequence', flow: false, items }
}

/** The file's outermost map. */
export function rootMap(document: KubeconfigDocument): YamlMap | null {
  const root = document.root()
  const target = root ? resolveAlias(root) : null
  return target?.kind === 'map' ? target : null
}

/** The pair of an outermost key that counts: the last one. */
export function topPair(document: KubeconfigDocument, key: string): YamlPair | null {
  if (document.foundBy === 'scan') {
    // One line of a large file, without parsing the rest; a value that continues in the next line is not matched.
    const line = new RegExp(
      `^${key}:[^\\r\\n]*(?=(?:\\r\\n|[\\r\\n])[^ \\t\\r\\n]|(?:\\r\\n|[\\r\\n])?(?![^]))`,
      'm',
    ).exec(document.text)
    const tree = line ? readTree(document.text, line.index, line.index + line[0].length).root : null
    if (tree?.kind === 'map' && tree.pairs.length === 1) return tree.pairs[0] ?? null
  }
  const pairs = rootMap(document)?.pairs ?? []
  return pairs.filter((pair) => pair.key.kind === 'scalar' && pair.key.value === key).at(-1) ?? null
}

/** How the last entry of the list, or else of another list, is written. */
export function styleOfLast(
  document: KubeconfigDocument,
  kind: EntryKind,
): { flow: boolean; nameFirst: boolean } {
  // Sorted keys put the name after `cluster` and `context`, but before `user`: a user entry shows nothing about the others.
  for (const one of new Set([kind, 'cluster' as const, 'context' as const])) {
    const last = entriesOf(document, one).at(-1)
    if (!last) continue
    const found = styleOfNeighbour(document.node(one, last.index))
    if (found) return one === kind ? found : { flow: false, nameFirst: kind === 'user' || found.nameFirst }
  }
  return { flow: false, nameFirst: kind === 'user' }
}

/** The style of the list's last entry. */
export function styleNear(document: KubeconfigDocument, kind: EntryKind, style: Style): Style {
  const last = entriesOf(document, kind).at(-1)
  return last ? styleOf(document.text, document.node(kind, last.index), style) : style
}
