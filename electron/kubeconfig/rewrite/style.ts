/** New lines in the style of their neighbours: block or flow, indentation, which key comes first, line ends. */
import { isList, isMap, type Json, type JsonMap } from '../../../shared/json'
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { type Quote, writeString } from '../yaml/quote'
import { resolveAlias, type YamlNode } from '../yaml/yaml-tree'

export interface Style {
  readonly newline: string
  /** Indentation of a map inside a map. */
  readonly step: number
  /** Indentation of a list inside a map: 0 as kubectl and aws write it. */
  readonly listIndent: number
  readonly json: boolean
}

export const defaultStyle: Style = { newline: '\n', step: 2, listIndent: 0, json: false }

/** Column (0-based) of an offset. */
export function columnOf(text: string, offset: number): number {
  let start = offset
  while (start > 0 && text.charCodeAt(start - 1) !== 0x0a && text.charCodeAt(start - 1) !== 0x0d) start--
  return offset - (start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start)
}

/** Where the blanks and tabs right before an offset begin. */
export function blanksBefore(text: string, offset: number): number {
  let start = offset
  while (start > 0 && (text.charCodeAt(start - 1) === 0x20 || text.charCodeAt(start - 1) === 0x09)) start--
  return start
}

/** Line ends as most of the text has them. */
export function newlineOf(text: string): string {
  const sample = text.slice(0, 65_536)
  const crlf = sample.split('\r\n').length - 1
  return crlf > 0 && crlf * 2 > sample.split('\n').length - 1 ? '\r\n' : '\n'
}

/** What a tree shows of its style: the first nested map and the first nested list decide. */
export function styleOf(text: string, node: YamlNode | null, fallback: Style = defaultStyle): Style {
  let step: number | null = null
  let listIndent: number | null = null
  const look = (one: YamlNode, depth: number): void => {
    if (depth > 12 || (step !== null && listIndent !== null) || one.kind === 'scalar' || one.kind === 'alias')
      return
    if (one.kind === 'sequence') {
      for (const item of one.items.slice(0, 3)) look(item.node, depth + 1)
      return
    }
    if (one.flow) return
    for (const { start, value } of one.pairs) {
      const inner = value.kind === 'alias' ? null : value
      if (inner?.kind === 'map' && !inner.flow && inner.anchor === null)
        step ??= columnOf(text, inner.contentStart) - columnOf(text, start)
      const first = inner?.kind === 'sequence' && !inner.flow ? inner.items[0] : undefined
      if (first) listIndent ??= columnOf(text, first.start) - columnOf(text, start)
      if (inner) look(inner, depth + 1)
    }
  }
  if (node) look(node, 0)
  const json =
    node !== null && node.kind === 'map' && node.flow && text.charAt(node.pairs[0]?.key.start ?? 0) === '"'
  return {
    newline: newlineOf(text),
    step: step !== null && step > 0 ? step : fallback.step,
    listIndent: listIndent ?? fallback.listIndent,
    json: json || fallback.json,
  }
}

/** A scalar as written on one line. */
export function writeScalar(
  value: null | boolean | number | bigint | string,
  quote: Quote,
  flow: boolean,
  json = false,
): string {
  if (typeof value === 'string') return writeString(value, quote, { flow, json })
  return Object.is(value, -0) ? '-0.0' : String(value)
}

/** A value in flow style on one line. */
export function writeFlow(value: Json, style: Style): string {
  if (isList(value)) return `[${value.map((item) => writeFlow(item, style)).join(', ')}]`
  if (isMap(value)) {
    const pairs = Object.entries(value).map(
      ([key, inner]) =>
        `${writeString(key, 'plain', { flow: true, json: style.json })}: ${writeFlow(inner, style)}`,
    )
    return `{${pairs.join(', ')}}`
  }
  return writeScalar(value, 'plain', true, style.json)
}

export const isEmpty = (value: Json): boolean =>
  isList(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0

/** `key: value` in block style, its key at `column`; first line without indentation, lines without a last line end. */
export function writePair(key: string, value: Json, column: number, style: Style): string {
  const name = writeString(key, 'plain', { flow: false })
  if (isEmpty(value) || !(isList(value) || isMap(value))) return `${name}: ${writeInline(value, style)}`
  const inner = column + (isList(value) ? style.listIndent : style.step)
  return `${name}:${style.newline}${' '.repeat(inner)}${writeBlock(value, inner, style)}`
}

export function writeInline(value: Json, style: Style): string {
  return isList(value) || isMap(value) ? writeFlow(value, style) : writeScalar(value, 'plain', false)
}

/** A list or map in block style, its first item or key at `column`; first line without indentation. */
export function writeBlock(value: Json, column: number, style: Style): string {
  if (isEmpty(value) || !(isList(value) || isMap(value))) return writeInline(value, style)
  const pad = style.newline + ' '.repeat(column)
  if (isList(value)) return value.map((item) => writeItem(item, column, style)).join(pad)
  return Object.entries(value)
    .map(([key, inner]) => writePair(key, inner, column, style))
    .join(pad)
}

/** `- value`, its dash at `column`. */
export function writeItem(value: Json, column: number, style: Style): string {
  return `- ${isList(value) ? writeFlow(value, style) : writeBlock(value, column + 2, style)}`
}

/** Keys of an entry in the order that the last entry of its list has: kubectl puts the name last, people first. */
export function entryValue(kind: EntryKind, name: string, value: JsonMap, nameFirst: boolean): JsonMap {
  return nameFirst ? { name, [kind]: value } : { [kind]: value, name }
}

/** Whether an entry is in flow style, and whether it begins with its name. */
export function styleOfNeighbour(
  entry: YamlNode,
): { readonly flow: boolean; readonly nameFirst: boolean } | null {
  const node = resolveAlias(entry)
  if (node.kind !== 'map') return null
  const first = node.pairs[0]?.key
  return { flow: node.flow, nameFirst: first?.kind === 'scalar' && first.value === 'name' }
}
