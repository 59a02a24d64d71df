/**
 * What kubectl refuses anywhere in a file, also under keys that it ignores: values that JSON cannot hold, keys that are not
 * text, merges of something other than a map, tags that do not fit, aliases that multiply.
 */

import { isMergeKey, nameOf, type Shape, scalarMeaning } from './shapes'
import { childrenOf, resolveAlias, type YamlNode, type YamlTarget } from './yaml-tree'

/** Walks one tree and reports into `shape`. Bounded: shared nodes are visited once, expansion is only counted. */
export function checkSoundness(root: YamlNode, shape: Shape, aliases: boolean): void {
  const seen = new Set<YamlTarget>()
  const walk = (node: YamlNode): void => {
    const target = resolveAlias(node)
    if (seen.has(target)) return
    seen.add(target)
    if (target.kind === 'scalar') {
      const meaning = scalarMeaning(target)
      if (meaning === null) {
        const tag = target.tag?.replace('tag:yaml.org,2002:', '!!') ?? ''
        shape.report('bad-value', target.start, `The value does not fit its tag ${tag}`, 'Remove the tag.')
      } else if (meaning.kind === 'infinite') {
        shape.report(
          'bad-value',
          target.start,
          'kubectl cannot read an infinite number or not-a-number, even where it ignores the key',
          'Put the value in quotes.',
        )
      }
      return
    }
    if (target.kind === 'sequence') {
      for (const item of target.items) walk(item.node)
      return
    }
    for (const { key, value } of target.pairs) {
      if (isMergeKey(key)) checkMerge(value, shape)
      else checkKey(key, shape)
      walk(value)
    }
    // In the order of the file, so that a chain of merges is never followed deeper than one step.
    shape.fields(target)
  }
  if (aliases && multiplies(root)) {
    // Before any merge is followed: from here on none is.
    shape.refuseMerges()
    shape.report(
      'bad-yaml',
      root.start,
      'The aliases of this file multiply beyond what kubectl reads',
      'Write the repeated parts out, or use fewer aliases.',
    )
  }
  walk(root)
}

function checkKey(key: YamlNode, shape: Shape): void {
  const target = resolveAlias(key)
  if (target.kind !== 'scalar')
    shape.report(
      'bad-shape',
      key.start,
      'A key must be text, not a map or a list',
      'Write a plain key there.',
    )
  else if (nameOf(target) === null)
    shape.report('bad-shape', key.start, 'kubectl cannot read this key', 'Write the key as text, in quotes.')
}

function checkMerge(value: YamlNode, shape: Shape): void {
  const target = resolveAlias(value)
  if (target.kind === 'map') return
  if (value.kind === 'sequence' && value.items.every((item) => resolveAlias(item.node).kind === 'map')) return
  shape.report(
    'bad-shape',
    value.start,
    'A merge (<<) takes a map or a list of maps',
    'Let it name an anchor of a map, or remove it.',
  )
}

const maxAliasDepth = 500

/** The Go library's own measure: how much of what it decodes comes through aliases. */
function allowedShare(decoded: number): number {
  if (decoded <= 400_000) return 0.99
  if (decoded >= 4_000_000) return 0.1
  return 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000)
}

function multiplies(root: YamlNode): boolean {
  let decoded = 1
  let aliased = 0
  const count = (node: YamlNode, depth: number): boolean => {
    decoded++
    if (depth > 0) aliased++
    if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedShare(decoded)) return true
    if (node.kind === 'alias') return depth >= maxAliasDepth || count(node.target, depth + 1)
    if (node.kind !== 'map') return childrenOf(node).some((child) => count(child, depth))
    return node.pairs.some(({ key, value }) => {
      // For a merge, neither its key nor the list of its maps counts.
      const decodes = !isMergeKey(key)
        ? [key, value]
        : value.kind === 'sequence'
          ? childrenOf(value)
          : [value]
      return decodes.some((child) => count(child, depth))
    })
  }
  return count(root, 0)
}
