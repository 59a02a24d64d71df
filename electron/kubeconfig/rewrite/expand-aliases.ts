/** Writes out aliases whose target is about to be removed or changed. */
import type { KubeconfigDocument } from '../read/document'
import { isMergeKey, jsonOf, mergeSources, Shape } from '../yaml/shapes'
import { childrenOf, type YamlMap, type YamlNode } from '../yaml/yaml-tree'
import type { Splice } from './splice'
import { columnOf, styleOf, writeFlow, writePair } from './style'

/**
 * Splices that put the value itself in the place of every alias and merge whose target is in one of the ranges
 * (`all`: of every one). The meaning stays the same.
 */
export function expandAliases(
  document: KubeconfigDocument,
  ranges: readonly { readonly start: number; readonly end: number }[],
  all: boolean,
): readonly Splice[] {
  const root = document.foundBy === 'parse' ? document.root() : null
  if (!root) return []
  return writtenOut(
    document.text,
    root,
    root,
    ({ start }) => all || ranges.some((range) => range.start <= start && start < range.end),
  )
}

/** Splices after which a node of this text is self-contained: no alias in it, and no anchor. */
export function standingAlone(document: KubeconfigDocument, node: YamlNode): readonly Splice[] {
  const { text } = document
  const splices = [...writtenOut(text, document.root() ?? node, node, () => true)]
  const walk = (one: YamlNode): void => {
    if (one.kind === 'alias') return
    if (one.anchor !== null) {
      const properties = text.slice(one.start, one.contentStart)
      const at = one.start + properties.indexOf(`&${one.anchor}`)
      const behind = at + one.anchor.length + 1
      const blanks = /^[ \t]*/.exec(text.slice(behind, one.contentStart))?.[0].length ?? 0
      splices.push({ start: at, end: behind + blanks, text: '' })
    }
    for (const child of childrenOf(one)) walk(child)
  }
  walk(node)
  return splices
}

function writtenOut(
  text: string,
  root: YamlNode,
  from: YamlNode,
  wanted: (target: { readonly start: number }) => boolean,
): readonly Splice[] {
  const shape = new Shape()
  const style = styleOf(text, root)
  const splices: Splice[] = []
  const reaches = (node: YamlNode): boolean => {
    if (node.kind === 'alias') return wanted(node.target)
    return node.kind === 'sequence' && childrenOf(node).some(reaches)
  }
  const expandMerge = (map: YamlMap, pair: YamlMap['pairs'][number]): void => {
    const own = new Set(map.pairs.flatMap(({ key }) => (key.kind === 'scalar' ? [key.value] : [])))
    const anchored = new Map<string, YamlNode>()
    for (const source of mergeSources(pair.value))
      for (const [key, field] of shape.fields(source)) if (!own.has(key)) anchored.set(key, field.value)
    const values = [...anchored].map(([key, node]) => ({ key, value: jsonOf(shape, node) }))
    const column = columnOf(text, pair.start)
    const written = map.flow
      ? values.map(({ key, value }) => writeFlow({ [key]: value }, style).slice(1, -1)).join(', ')
      : values
          .map(({ key, value }) => writePair(key, value, column, style))
          .join(`${style.newline}${' '.repeat(column)}`)
    // Where the merge adds nothing, an empty merge says the same.
    splices.push({ start: pair.start, end: pair.value.end, text: written === '' ? '<<: {}' : written })
  }
  const walk = (node: YamlNode): void => {
    if (node.kind === 'alias') {
      if (!reaches(node)) return
      const value = jsonOf(shape, node)
      splices.push({ start: node.start, end: node.end, text: writeFlow(value, style) })
      return
    }
    if (node.kind !== 'map') for (const child of childrenOf(node)) walk(child)
    else
      for (const pair of node.pairs) {
        if (isMergeKey(pair.key) && reaches(pair.value)) expandMerge(node, pair)
        else if (!isMergeKey(pair.key)) walk(pair.value)
      }
  }
  walk(from)
  return splices
}
