/**
 * The splices that make one node of a YAML text mean another value, and change nothing else. A value that comes through an
 * alias or a merge is replaced by a value of its own in its place.
 */
import { at, isList, isMap, type Json, type JsonMap, mapOf, sameJson } from '../../../shared/json'
import type { Quote } from '../yaml/quote'
import { isMergeKey, jsonOf, mergeSources, type Shape } from '../yaml/shapes'
import {
  childrenOf,
  resolveAlias,
  type YamlItem,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
  type YamlSequence,
} from '../yaml/yaml-tree'
import { removedRanges, separator } from './flow'
import { steps } from './list-diff'
import type { Splice } from './splice'
import {
  blanksBefore,
  columnOf,
  isEmpty,
  type Style,
  writeBlock,
  writeFlow,
  writeInline,
  writeItem,
  writePair,
  writeScalar,
} from './style'

export interface Rewriting {
  readonly text: string
  readonly shape: Shape
  readonly style: Style
  readonly splices: Splice[]
}

/** Where a node is: inside a flow collection, or in block style under a key or dash at a column. */
export interface NodeSurroundings {
  readonly flow: boolean
  readonly column: number
}

/** The surrounding of this place in a collection. In flow no column counts, and looking back in a one-line file takes long. */
const within = (to: Rewriting, { flow }: YamlMap | YamlSequence, start: number): NodeSurroundings => ({
  flow,
  column: flow ? 0 : columnOf(to.text, start),
})

/** Makes `node` mean `wanted`. */
export function changeNode(to: Rewriting, node: YamlNode, wanted: Json, around: NodeSurroundings): void {
  if (sameJson(jsonOf(to.shape, node), wanted)) return
  if (node.kind === 'alias') {
    put(to, node.start, node.end, around.flow ? writeFlow(wanted, to.style) : writeInline(wanted, to.style))
    return
  }
  const scalar = !isList(wanted) && !isMap(wanted)
  if (node.kind === 'scalar' && scalar) {
    changeScalar(to, node, wanted, around)
    return
  }
  const partly = childrenOf(node).length > 0 && !isEmpty(wanted)
  if (partly && node.kind === 'map' && isMap(wanted)) changeMap(to, node, wanted, around)
  else if (partly && node.kind === 'sequence' && isList(wanted)) changeSequence(to, node, wanted)
  else replaceWhole(to, node, wanted, around)
}

function put(to: Rewriting, start: number, end: number, text: string): void {
  to.splices.push({ start, end, text })
}

function quoteLike(node: YamlScalar): Quote {
  return node.style === 'plain' || node.style === 'single' ? node.style : 'double'
}

function changeScalar(
  to: Rewriting,
  node: YamlScalar,
  wanted: null | boolean | number | bigint | string,
  around: NodeSurroundings,
): void {
  // `|` at the end of a text without a last line end says less once lines follow: `|-` says it again.
  const header = to.text.slice(node.contentStart, node.contentStart + 2)
  if (wanted === node.value.replace(/\n$/, '') && /^[|>][\r\n]/.test(header)) {
    put(to, node.contentStart + 1, node.contentStart + 1, '-')
    return
  }
  const text = writeScalar(wanted, quoteLike(node), around.flow, to.style.json)
  // `!!int x` cannot stay when x becomes text; `!!str` can.
  const tagFits = node.tag === null || (node.tag === 'tag:yaml.org,2002:str' && typeof wanted === 'string')
  const start = tagFits ? node.contentStart : node.start
  put(to, start, withoutLineEnds(to.text, start, node.end), spaced(to, start, text))
}

/** A block scalar may end with its line ends: they stay. */
function withoutLineEnds(text: string, start: number, end: number): number {
  let at = end
  while (at > start && /[\r\n]/.test(text.charAt(at - 1))) at--
  return at
}

/** Directly after a colon, dash or anchor a value needs a space. */
function spaced(to: Rewriting, start: number, text: string): string {
  return /[^\s[{(,]/.test(to.text.charAt(start - 1)) ? ` ${text}` : text
}

/** Replaces the node's text by a new value: in block style where the node was on lines of its own. */
function replaceWhole(
  to: Rewriting,
  node: Exclude<YamlNode, { kind: 'alias' }>,
  wanted: Json,
  around: NodeSurroundings,
): void {
  const { text, style } = to
  const end = withoutLineEnds(text, node.contentStart, node.end)
  const block = node.kind !== 'scalar' && !node.flow
  const filled = (isList(wanted) || isMap(wanted)) && !isEmpty(wanted)
  if (around.flow) {
    put(to, node.contentStart, end, spaced(to, node.contentStart, writeFlow(wanted, style)))
  } else if (block && filled) {
    put(to, node.contentStart, end, writeBlock(wanted, columnOf(text, node.contentStart), style))
  } else if (filled && !block) {
    // `key:`, `key: null`, `key: []`: the new lines go under the key.
    const column = around.column + (isList(wanted) ? style.listIndent : style.step)
    const lead = blanksBefore(text, node.contentStart)
    put(to, lead, end, `${style.newline}${' '.repeat(column)}${writeBlock(wanted, column, style)}`)
  } else {
    const lead = block ? text.slice(0, node.contentStart).trimEnd().length : node.contentStart
    put(to, lead, end, spaced(to, lead, writeInline(wanted, style)))
  }
}

function changeMap(to: Rewriting, map: YamlMap, wanted: JsonMap, around: NodeSurroundings): void {
  const { shape } = to
  const fields = shape.fields(map)
  /** Of each pair; null of a merge. */
  const keys = map.pairs.map((pair) => (isMergeKey(pair.key) ? null : keyOf(fields, pair)))
  const own = new Set(keys)
  const dropped = new Set([...fields.keys()].filter((key) => at(wanted, key) === undefined))
  // An unwanted key of a merge can only be removed with the merge: its other keys are written out instead.
  const merges = map.pairs.filter((_, i) => keys[i] === null)
  const unmerge = merges.some(({ value }) =>
    mergeSources(value).some((source) => [...dropped].some((key) => shape.fields(source).has(key))),
  )
  const added = Object.entries(wanted).filter(([key]) => !fields.has(key) || (unmerge && !own.has(key)))
  const gone = new Set<number>()
  for (const [i, pair] of map.pairs.entries()) {
    const key = keys[i] ?? null
    const next = key === null ? undefined : at(wanted, key)
    if (key === null ? unmerge : dropped.has(key)) gone.add(i)
    else if (key !== null && next !== undefined && fields.get(key)?.key === pair.key)
      changeNode(to, pair.value, next, within(to, map, pair.start))
  }
  // A value that comes through a merge and is to be another here: a pair of the map's own after the merge wins.
  if (!unmerge)
    for (const [key, field] of fields) {
      const next = at(wanted, key)
      if (own.has(key) || next === undefined) continue
      if (!sameJson(jsonOf(shape, field.value), next)) added.push([key, next])
    }
  const rest = map.pairs.filter((_, i) => !gone.has(i))
  if (rest.length === 0) {
    replaceWhole(to, map, added.length > 0 ? mapOf(added) : wanted, around)
    return
  }
  removeParts(to, map, gone)
  for (const [key, value] of added) insertPair(to, map, rest, key, value, merges.length > 0)
}

function keyOf(fields: ReadonlyMap<string, { key: YamlNode }>, pair: YamlPair): string {
  for (const [name, field] of fields) if (field.key === pair.key) return name
  const target = resolveAlias(pair.key)
  return target.kind === 'scalar' ? target.value : ''
}

/** The offset after the line break that ends the line of `offset`, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  if (offset > 0 && /[\n\r]/.test(text.charAt(offset - 1))) return offset
  const found = /\r\n|\n|\r/g
  found.lastIndex = offset
  const match = found.exec(text)
  return match ? match.index + match[0].length : text.length
}

export function lineStart(text: string, offset: number): number {
  return offset - columnOf(text, offset)
}

/** Whether only indentation is before an offset on its line. */
export function opensLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset))
}

/** A pair of a map or an item of a list, with what belongs to it alone. */
interface Part {
  readonly start: number
  readonly end: number
}

const partOfPair = ({ start, key, colon, value }: YamlPair): Part => ({
  start,
  end: value.end > key.end ? value.end : Math.max(key.end, (colon ?? 0) + 1),
})

const partOfItem = ({ start, node }: YamlItem, flow: boolean): Part =>
  flow ? { start: node.start, end: node.end } : { start, end: Math.max(node.end, start + 1) }

const partsOf = (node: YamlMap | YamlSequence): readonly Part[] =>
  node.kind === 'map' ? node.pairs.map(partOfPair) : node.items.map((item) => partOfItem(item, node.flow))

/** Removes pairs or items together with what else is on their lines. */
export function removeParts(to: Rewriting, node: YamlMap | YamlSequence, gone: ReadonlySet<number>): void {
  if (gone.size === 0) return
  const { text } = to
  const parts = partsOf(node)
  if (node.flow) {
    const ranges = removedRanges(
      text,
      parts.map((part, i) => ({ ...part, gone: gone.has(i) })),
    )
    for (const { start, end } of ranges) put(to, start, end, '')
    return
  }
  for (const i of gone) {
    const part = parts[i]
    if (!part) continue
    const { start, end } = part
    const next = gone.has(i + 1) ? undefined : parts[i + 1]
    if (opensLine(text, start)) put(to, lineStart(text, start), nextLine(text, end), '')
    // The first pair follows a dash: the next one moves up to it, unless a comment is in between.
    else if (node.kind === 'map' && next && !text.slice(end, next.start).includes('#'))
      put(to, start, next.start, '')
    else put(to, start, end, '')
  }
}

function insertPair(
  to: Rewriting,
  map: YamlMap,
  rest: readonly YamlPair[],
  key: string,
  value: Json,
  atEnd: boolean,
): void {
  const { text, style } = to
  const last = rest.at(-1)
  if (!last) return
  if (map.flow) {
    const parts = rest.map(partOfPair)
    const { end } = partOfPair(last)
    const json = style.json || text.charAt(last.key.start) === '"'
    const written = writeFlow({ [key]: value }, { ...style, json }).slice(1, -1)
    put(to, end, end, separator(text, parts, map.contentStart) + written)
    return
  }
  const column = columnOf(text, rest[0]?.start ?? last.start)
  insertPairLines(to, rest, key, writePair(key, value, column, style), atEnd)
}

/** Inserts a pair that is already text into a block map; `lines` without the first line's indentation. */
export function insertPairLines(
  to: Rewriting,
  rest: readonly YamlPair[],
  key: string,
  lines: string,
  atEnd: boolean,
): void {
  const after = atEnd ? rest.at(-1) : placeFor(rest, key)
  insertInBlock(to, rest[0], after && partOfPair(after), lines)
}

/** Inserts lines after a part of a block collection, else before its first. */
function insertInBlock(
  to: Rewriting,
  first: Pick<Part, 'start'> | undefined,
  after: Part | null | undefined,
  lines: string,
): void {
  if (!first) return
  const { text, style } = to
  const column = columnOf(text, first.start)
  if (after) insertLines(to, nextLine(text, after.end), column, lines)
  else if (opensLine(text, first.start)) insertLines(to, lineStart(text, first.start), column, lines)
  else put(to, first.start, first.start, `${lines}${style.newline}${' '.repeat(column)}`)
}

/** Where keys are sorted a new one goes where it belongs; else after the last. Null: before the first. */
function placeFor(pairs: readonly YamlPair[], key: string): YamlPair | null {
  const names = pairs.map((pair) => (pair.key.kind === 'scalar' ? pair.key.value : ''))
  const sorted = names.length > 1 && names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name)
  if (!sorted) return pairs.at(-1) ?? null
  return pairs.filter((_, i) => (names[i] ?? '') < key).at(-1) ?? null
}

/** Inserts whole lines at the beginning of a line (or at an end of text that has no line end). */
export function insertLines(to: Rewriting, offset: number, column: number, lines: string): void {
  const { text, style } = to
  const indented = `${' '.repeat(column)}${lines}`
  const unended = offset === text.length && offset > 0 && !/[\r\n]/.test(text.charAt(offset - 1))
  put(to, offset, offset, unended ? `${style.newline}${indented}` : `${indented}${style.newline}`)
}

function changeSequence(to: Rewriting, list: YamlSequence, wanted: readonly Json[]): void {
  const was = list.items.map((item) => jsonOf(to.shape, item.node))
  const plan = steps(was, wanted)
  const gone = new Set(plan.flatMap((step) => (step.kind === 'remove' ? [step.item] : [])))
  for (const step of plan) {
    const item = 'item' in step ? list.items[step.item] : undefined
    if (step.kind === 'change' && item)
      changeNode(to, item.node, wanted[step.wanted] ?? null, within(to, list, item.start))
    if (step.kind === 'insert') insertItem(to, list, step.after, gone, wanted[step.wanted] ?? null)
  }
  removeParts(to, list, gone)
}

/** Inserts an item after the one at `after` (-1: before the first). `lines` overrides how it is written. */
export function insertItem(
  to: Rewriting,
  list: YamlSequence,
  after: number,
  gone: ReadonlySet<number>,
  value: Json,
  lines?: string,
): void {
  if (list.flow) {
    insertFlowItem(to, list, after, gone, value)
    return
  }
  const [first, previous] = [list.items[0], list.items[after]]
  const written = lines ?? writeItem(value, columnOf(to.text, first?.start ?? 0), to.style)
  insertInBlock(to, first, previous && partOfItem(previous, false), written)
}

function insertFlowItem(
  to: Rewriting,
  list: YamlSequence,
  after: number,
  gone: ReadonlySet<number>,
  value: Json,
): void {
  const { text } = to
  const parts = partsOf(list)
  const firstNode = list.items[0]?.node
  const quotedKeys = firstNode?.kind === 'map' && text.charAt(firstNode.pairs[0]?.key.start ?? 0) === '"'
  const json =
    to.style.json ||
    quotedKeys ||
    (firstNode !== undefined && text.charAt(firstNode.start) === '"' && firstNode.kind === 'scalar')
  const written = writeFlow(value, { ...to.style, json })
  const between = separator(text, parts, list.contentStart)
  let anchor = after
  // A comma is removed with its part, so insert after a part that stays.
  while (anchor >= 0 && gone.has(anchor)) anchor--
  const previous = parts[anchor]
  if (previous) put(to, previous.end, previous.end, between + written)
  else {
    const first = parts[0]
    // Before the first, unless that is removed with its whole line: then after the bracket.
    const start = first && !gone.has(0) ? first.start : list.contentStart + 1
    if (gone.size < parts.length) put(to, start, start, written + between)
    else {
      // Nothing stays: the new part is alone between the brackets.
      const alone = !to.splices.some((one) => one.start === start && one.end === start)
      put(to, start, start, alone ? written : between + written)
    }
  }
}
