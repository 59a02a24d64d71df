/**
 * The splices that make one node of a YAML text mean another value, and touch nothing else. What comes through an
 * alias or a merge gets its own value in its place.
 */
import { at, isList, isMap, type Json, type JsonMap, sameJson } from '../../../shared/json'
import { isMergeKey, jsonOf, mergeSources, type Shape } from '../yaml/fields'
import type { Quote } from '../yaml/quote'
import {
  resolveAlias,
  type YamlItem,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
  type YamlSequence,
} from '../yaml/tree'
import { type FlowPart, removedRanges, separator } from './flow'
import { steps } from './list-diff'
import type { Splice } from './splice'
import {
  blanksBefore,
  columnOf,
  type Style,
  writeBlock,
  writeFlow,
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

/** Where a node stands: inside a flow collection, or in block style under a key or dash at a column. */
export interface Surrounding {
  readonly flow: boolean
  readonly column: number
}

/** What stands at this place inside a collection. In flow no column counts, and a file in one line is long to look back in. */
const within = (to: Rewriting, { flow }: YamlMap | YamlSequence, start: number): Surrounding => ({
  flow,
  column: flow ? 0 : columnOf(to.text, start),
})

/** Makes `node` mean `wanted`. */
export function changeNode(to: Rewriting, node: YamlNode, wanted: Json, around: Surrounding): void {
  if (sameJson(jsonOf(to.shape, node), wanted)) return
  if (node.kind === 'alias') {
    put(to, node.start, node.end, around.flow ? writeFlow(wanted, to.style) : writeOneLine(wanted, to.style))
    return
  }
  const scalar = !isList(wanted) && !isMap(wanted)
  if (node.kind === 'scalar' && scalar) {
    changeScalar(to, node, wanted, around)
    return
  }
  if (node.kind === 'map' && isMap(wanted) && node.pairs.length > 0 && Object.keys(wanted).length > 0)
    changeMap(to, node, wanted, around)
  else if (node.kind === 'sequence' && isList(wanted) && node.items.length > 0 && wanted.length > 0)
    changeSequence(to, node, wanted)
  else replaceWhole(to, node, wanted, around)
}

const writeOneLine = (value: Json, style: Style): string =>
  isList(value) || isMap(value) ? writeFlow(value, style) : writeScalar(value, 'plain', false)

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
  around: Surrounding,
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
  let end = node.end
  // A block scalar may end with its line ends: they stay.
  while (end > start && /[\r\n]/.test(to.text.charAt(end - 1))) end--
  put(to, start, end, spaced(to, start, text))
}

/** Directly behind a colon, dash or anchor a value needs a space. */
function spaced(to: Rewriting, start: number, text: string): string {
  return start > 0 && /[^\s[{(,]/.test(to.text.charAt(start - 1)) && start > 0 ? ` ${text}` : text
}

/** The node's text gives way to a new value: block style where the node stood on lines of its own. */
function replaceWhole(
  to: Rewriting,
  node: Exclude<YamlNode, { kind: 'alias' }>,
  wanted: Json,
  around: Surrounding,
): void {
  const { text, style } = to
  let end = node.end
  while (end > node.contentStart && /[\r\n]/.test(text.charAt(end - 1))) end--
  const block = node.kind !== 'scalar' && !node.flow
  const filled = (isList(wanted) && wanted.length > 0) || (isMap(wanted) && Object.keys(wanted).length > 0)
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
    put(to, lead, end, spaced(to, lead, writeOneLine(wanted, style)))
  }
}

interface KeyedPair {
  readonly pair: YamlPair
  /** Null for a merge. */
  readonly key: string | null
}

function changeMap(to: Rewriting, map: YamlMap, wanted: JsonMap, around: Surrounding): void {
  const { shape } = to
  const fields = shape.fields(map)
  const own: KeyedPair[] = map.pairs.map((pair) => ({
    pair,
    key: isMergeKey(pair.key) ? null : keyOf(fields, pair),
  }))
  const ownKeys = new Set(own.flatMap(({ key }) => (key === null ? [] : [key])))
  const dropped = [...fields.keys()].filter((key) => at(wanted, key) === undefined)
  const removed = new Set<YamlPair>()
  const merges = own.filter(({ key }) => key === null)
  // What a merge brings and is not wanted can only go with the merge: its other keys are written out instead.
  const unmerge = merges.length > 0 && dropped.some((key) => merges.some(({ pair }) => brings(to, pair, key)))
  const added = Object.entries(wanted).filter(([key]) => !fields.has(key) || (unmerge && !ownKeys.has(key)))
  for (const { pair, key } of own) {
    if (key === null ? unmerge : dropped.includes(key)) removed.add(pair)
    else if (key !== null) {
      const next = at(wanted, key)
      const inner = within(to, map, pair.start)
      if (next !== undefined && fields.get(key)?.key === pair.key) changeNode(to, pair.value, next, inner)
    }
  }
  // A value that comes through a merge and shall be another here: an own pair behind the merge wins.
  if (!unmerge)
    for (const [key, field] of fields) {
      const next = at(wanted, key)
      if (ownKeys.has(key) || next === undefined) continue
      if (!sameJson(jsonOf(shape, field.value), next)) added.push([key, next])
    }
  const rest = map.pairs.filter((pair) => !removed.has(pair))
  if (rest.length === 0) {
    replaceWhole(to, map, Object.fromEntries(added.length > 0 ? added : Object.entries(wanted)), around)
    return
  }
  removePairs(to, map, removed, rest)
  for (const [key, value] of added) insertPair(to, map, rest, key, value, merges.length > 0)
}

function keyOf(fields: ReadonlyMap<string, { key: YamlNode }>, pair: YamlPair): string {
  for (const [name, field] of fields) if (field.key === pair.key) return name
  const target = resolveAlias(pair.key)
  return target.kind === 'scalar' ? target.value : ''
}

function brings(to: Rewriting, merge: YamlPair, key: string): boolean {
  return mergeSources(merge.value).some((source) => to.shape.fields(source).has(key))
}

/** Behind the line break that ends the line of `offset`, or the end of the text. */
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

/** Whether only indentation stands before an offset on its line. */
export function opensLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset))
}

const pairEnd = (pair: YamlPair): number =>
  pair.value.end > pair.key.end ? pair.value.end : Math.max(pair.key.end, (pair.colon ?? 0) + 1)

function removePairs(
  to: Rewriting,
  map: YamlMap,
  removed: ReadonlySet<YamlPair>,
  rest: readonly YamlPair[],
): void {
  if (removed.size === 0) return
  if (map.flow) {
    cutFlow(
      to,
      map.pairs.map((pair) => ({ gone: removed.has(pair), start: pair.start, end: pairEnd(pair) })),
    )
    return
  }
  const { text } = to
  const first = rest[0]
  for (const pair of map.pairs) {
    if (!removed.has(pair)) continue
    if (opensLine(text, pair.start)) put(to, lineStart(text, pair.start), nextLine(text, pairEnd(pair)), '')
    else if (first) {
      // The first pair stands behind a dash: the next one moves up to it, unless a comment is in between.
      const comment = text.slice(pairEnd(pair), first.start).includes('#')
      const next = map.pairs[map.pairs.indexOf(pair) + 1]
      if (comment || next !== first) put(to, pair.start, pairEnd(pair), '')
      else put(to, pair.start, first.start, '')
    }
  }
}

function cutFlow(to: Rewriting, parts: readonly FlowPart[]): void {
  for (const { start, end } of removedRanges(to.text, parts)) put(to, start, end, '')
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
    const parts = rest.map((pair) => ({ gone: false, start: pair.start, end: pairEnd(pair) }))
    const json = style.json || text.charAt(last.key.start) === '"'
    const written = writeFlow({ [key]: value }, { ...style, json }).slice(1, -1)
    put(to, pairEnd(last), pairEnd(last), separator(text, parts, map.contentStart) + written)
    return
  }
  const column = columnOf(text, rest[0]?.start ?? last.start)
  insertPairLines(to, rest, key, writePair(key, value, column, style), atEnd)
}

/** Puts a pair that is written already into a block map; `lines` without the first line's indentation. */
export function insertPairLines(
  to: Rewriting,
  rest: readonly YamlPair[],
  key: string,
  lines: string,
  atEnd: boolean,
): void {
  const { text, style } = to
  const [first, last] = [rest[0], rest.at(-1)]
  if (!first || !last) return
  const after = atEnd ? last : placeFor(rest, key)
  const column = columnOf(text, first.start)
  if (after) insertLines(to, nextLine(text, pairEnd(after)), column, lines)
  else if (opensLine(text, first.start)) insertLines(to, lineStart(text, first.start), column, lines)
  else put(to, first.start, first.start, `${lines}${style.newline}${' '.repeat(column)}`)
}

/** Where keys are sorted a new one goes where it belongs; else behind the last. Null: before the first. */
function placeFor(pairs: readonly YamlPair[], key: string): YamlPair | null {
  const names = pairs.map((pair) => (pair.key.kind === 'scalar' ? pair.key.value : ''))
  const sorted = names.length > 1 && names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name)
  if (!sorted) return pairs.at(-1) ?? null
  return pairs.filter((_, i) => (names[i] ?? '') < key).at(-1) ?? null
}

/** Puts whole lines in at the beginning of a line (or at an end of text that has no line end). */
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
  removeItems(to, list, gone)
}

const itemEnd = (item: YamlItem, flow: boolean): number =>
  flow ? item.node.end : Math.max(item.node.end, item.start + 1)

/** Takes items out of a list together with what stands on their lines. */
export function removeItems(to: Rewriting, list: YamlSequence, gone: ReadonlySet<number>): void {
  if (gone.size === 0) return
  const { text } = to
  if (list.flow) {
    cutFlow(
      to,
      list.items.map((item, i) => ({ gone: gone.has(i), start: item.node.start, end: item.node.end })),
    )
    return
  }
  for (const i of gone) {
    const item = list.items[i]
    if (!item) continue
    const end = itemEnd(item, false)
    if (opensLine(text, item.start)) put(to, lineStart(text, item.start), nextLine(text, end), '')
    else put(to, item.start, end, '')
  }
}

/** Puts an item in behind the one at `after` (-1: before the first). `lines` overrides how it is written. */
export function insertItem(
  to: Rewriting,
  list: YamlSequence,
  after: number,
  gone: ReadonlySet<number>,
  value: Json,
  lines?: string,
): void {
  const { text, style } = to
  if (list.flow) {
    insertFlowItem(to, list, after, gone, value)
    return
  }
  const first = list.items[0]
  const previous = list.items[after]
  if (!first) return
  const column = columnOf(text, first.start)
  const written = lines ?? writeItem(value, column, style)
  if (previous) insertLines(to, nextLine(text, itemEnd(previous, false)), column, written)
  else if (opensLine(text, first.start)) insertLines(to, lineStart(text, first.start), column, written)
  else put(to, first.start, first.start, `${written}${style.newline}${' '.repeat(column)}`)
}

function insertFlowItem(
  to: Rewriting,
  list: YamlSequence,
  after: number,
  gone: ReadonlySet<number>,
  value: Json,
): void {
  const { text } = to
  const parts = list.items.map((item, i) => ({
    gone: gone.has(i),
    start: item.node.start,
    end: item.node.end,
  }))
  const firstNode = list.items[0]?.node
  const quotedKeys = firstNode?.kind === 'map' && text.charAt(firstNode.pairs[0]?.key.start ?? 0) === '"'
  const json =
    to.style.json ||
    quotedKeys ||
    (firstNode !== undefined && text.charAt(firstNode.start) === '"' && firstNode.kind === 'scalar')
  const written = writeFlow(value, { ...to.style, json })
  const between = separator(text, parts, list.contentStart)
  let anchor = after
  // A comma goes with what is removed: stand behind something that stays.
  while (anchor >= 0 && gone.has(anchor)) anchor--
  const previous = parts[anchor]
  if (previous) put(to, previous.end, previous.end, between + written)
  else {
    const next = parts.findIndex((part) => !part.gone)
    const first = parts[0]
    // In front of the first, unless that goes with its whole line: then behind the bracket.
    const start = first && !first.gone ? first.start : list.contentStart + 1
    if (next >= 0) put(to, start, start, written + between)
    else {
      // Nothing stays: what is new stands between the brackets alone.
      const alone = !to.splices.some((one) => one.start === start && one.end === start)
      put(to, start, start, alone ? written : between + written)
    }
  }
}
