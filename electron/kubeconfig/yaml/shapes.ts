/**
 * The typed reading of a YAML tree: what client-go's strict JSON decoding accepts in each field, and a problem with its
 * place where it does not. A field that cannot be read is reported and left out; the fields next to it are read.
 */
import { type Json, mapOf } from '../../../shared/json'
import { quoted } from '../../../shared/visible'
import { integerValue, isBase64, isTrue, keyText, resolvePlain, type ScalarKind } from './scalars'
import {
  childrenOf,
  resolveAlias,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
  type YamlTarget,
} from './yaml-tree'

export type ShapeCode =
  | 'bad-yaml'
  | 'bad-shape'
  | 'bad-value'
  | 'misread-string'
  | 'duplicate-name'
  | 'too-large'

/** Something kubectl refuses the whole file for. Never holds a value that could be a secret. */
export interface ShapeProblem {
  readonly code: ShapeCode
  readonly offset: number
  readonly message: string
  readonly next: string
}

/** The value of a map under one key once merges (`<<`) are applied. */
export interface Field {
  readonly key: YamlNode
  readonly value: YamlNode
}

const core = 'tag:yaml.org,2002:'
const decidedTags = new Set(['str', 'bool', 'int', 'float', 'null', 'timestamp'].map((name) => core + name))

/** What a scalar is to kubectl: its kind and, for strings, its text. Null: it cannot be decoded with its tag. */
export function scalarMeaning(node: YamlScalar): { kind: ScalarKind; text: string } | null {
  const { tag, value } = node
  if (tag === null) return { kind: node.implicit ? resolvePlain(value) : 'string', text: value }
  if (tag === `${core}binary`) {
    if (!isBase64(value)) return null
    return { kind: 'string', text: new TextDecoder().decode(bytesOf(value)) }
  }
  if (!decidedTags.has(tag) || tag === `${core}str`) return { kind: 'string', text: value }
  const kind = resolvePlain(value)
  const wanted = tag.slice(core.length)
  if (wanted === 'timestamp') return isTimestamp(value) ? { kind: 'string', text: value } : null
  if (kind === wanted || (wanted === 'float' && (kind === 'int' || kind === 'infinite')))
    return { kind, text: value }
  return null
}

/** The meaning of a scalar; null for any other node, and where it cannot be decoded. */
const meaningOf = (node: YamlTarget) => (node.kind === 'scalar' ? scalarMeaning(node) : null)

/** A key as kubectl has it in JSON; null where it refuses it. */
export function nameOf(key: YamlTarget): string | null {
  const meaning = meaningOf(key)
  return meaning && keyText(meaning.kind, meaning.text)
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)?)?$/.test(text)
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64.replace(/[\r\n]/g, '')), (letter) => letter.charCodeAt(0))
}

/** Whether a pair's key means "take the pairs of that map too". */
export function isMergeKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.value === '<<' && (key.implicit || key.tag === `${core}merge`)
}

/** Reads the typed fields of one tree and collects what kubectl would refuse. */
export class Shape {
  readonly problems: ShapeProblem[] = []
  private readonly known = new Map<YamlMap, ReadonlyMap<string, Field>>()
  private merges = true

  /** From this call on `<<` is ignored: a file whose aliases multiply is legible without them. */
  refuseMerges(): void {
    this.merges = false
  }

  /** The map's fields as kubectl sees them: in order, later ones win, `<<` counts at its own place. */
  fields(map: YamlMap): ReadonlyMap<string, Field> {
    const known = this.known.get(map)
    if (known !== undefined) return known
    const fields = new Map<string, Field>()
    for (const { key, value } of map.pairs) {
      if (isMergeKey(key)) {
        for (const source of this.merges ? mergeSources(value) : []) {
          for (const [name, field] of this.fields(source)) fields.set(name, field)
        }
        continue
      }
      const name = nameOf(resolveAlias(key))
      if (name !== null) fields.set(name, { key, value })
    }
    this.known.set(map, fields)
    return fields
  }

  report(code: ShapeCode, offset: number, message: string, next: string): void {
    this.problems.push({ code, offset, message, next })
  }

  /** The map under a key; null when absent, null, or (reported) something else. */
  map(fields: ReadonlyMap<string, Field>, key: string): YamlMap | null {
    const node = this.present(fields, key)
    return node === null ? null : this.asMap(node, key)
  }

  asMap(node: YamlTarget, what: string): YamlMap | null {
    if (node.kind === 'map') return node
    this.wrongShape(node, what, 'a map')
    return null
  }

  /** The nodes of the list under a key, with null elements unchanged; empty when absent or null. */
  list(fields: ReadonlyMap<string, Field>, key: string): readonly YamlNode[] | null {
    const node = this.present(fields, key)
    if (node === null) return null
    if (node.kind === 'sequence') return childrenOf(node)
    this.wrongShape(node, key, 'a list')
    return null
  }

  /** A list of strings; a null element counts as the empty string, as in Go. */
  strings(fields: ReadonlyMap<string, Field>, key: string): readonly string[] {
    return (this.list(fields, key) ?? []).map(
      (node) => this.asString(node, `An element of ${key}`, false) ?? '',
    )
  }

  /** The string under a key; null when absent, null or (reported) no string. `shown`: its value is no secret. */
  string(fields: ReadonlyMap<string, Field>, key: string, shown = false): string | null {
    const field = fields.get(key)
    return field === undefined ? null : this.asString(field.value, key, shown)
  }

  asString(node: YamlNode, what: string, shown: boolean): string | null {
    const target = resolveAlias(node)
    if (target.kind !== 'scalar') {
      this.wrongShape(target, what, 'text')
      return null
    }
    const meaning = scalarMeaning(target)
    if (meaning === null || meaning.kind === 'null') return null
    if (meaning.kind === 'string') return meaning.text
    const read = meaning.kind === 'bool' ? `the truth value ${isTrue(meaning.text)}` : 'a number'
    const written = shown ? `: ${meaning.text.slice(0, 40)}` : ''
    const value = shown && !/["\\]/.test(meaning.text) ? `: "${meaning.text.slice(0, 40)}"` : ''
    this.report(
      'misread-string',
      node.start,
      `${what}${written} is read by kubectl as ${read}, not as text, so kubectl refuses the whole file`,
      `Put the value in quotes${value}.`,
    )
    // Legible all the same: the text there is what was meant.
    return meaning.text
  }

  /** The truth value under a key; false when absent or null. */
  bool(fields: ReadonlyMap<string, Field>, key: string): boolean {
    const node = this.present(fields, key)
    if (node === null) return false
    const meaning = meaningOf(node)
    if (meaning?.kind === 'bool') return isTrue(meaning.text)
    this.report(
      'bad-shape',
      node.start,
      `${key} must be true or false`,
      `Write ${key}: true or ${key}: false, without quotes.`,
    )
    return false
  }

  /** Base64 text under a key; null when absent, null, empty or (reported) not base64. */
  data(fields: ReadonlyMap<string, Field>, key: string): string | null {
    const node = this.present(fields, key)
    if (node === null) return null
    if (node.kind === 'sequence') return this.byteList(childrenOf(node), key)
    const meaning = meaningOf(node)
    if (meaning?.kind !== 'string') {
      this.wrongShape(node, key, 'base64 text')
      return null
    }
    if (!isBase64(meaning.text)) {
      this.report(
        'bad-value',
        node.start,
        `${key} is not valid base64, so kubectl refuses the whole file`,
        `Put the complete base64 text of the PEM file there, or name the file with ${key.replace(/-data$/, '')}.`,
      )
      return null
    }
    return meaning.text === '' ? null : meaning.text.replace(/[\r\n]+/g, '')
  }

  /** Go decodes a list of numbers into bytes as well. */
  private byteList(nodes: readonly YamlNode[], key: string): string | null {
    let bytes = ''
    for (const node of nodes) {
      const target = resolveAlias(node)
      const meaning = meaningOf(target)
      const value = meaning?.kind === 'null' ? 0 : Number(meaning?.text.replaceAll('_', '') ?? Number.NaN)
      const number = meaning?.kind === 'int' || meaning?.kind === 'float' || meaning?.kind === 'null'
      if (!number || !Number.isInteger(value) || value < 0 || value > 255) {
        this.wrongShape(target, key, 'base64 text')
        return null
      }
      bytes += String.fromCharCode(value)
    }
    return bytes === '' ? null : btoa(bytes)
  }

  /** A list of extensions. A name may be repeated only while nothing but null was written under it. */
  extensions(fields: ReadonlyMap<string, Field>): readonly { name: string; value: YamlNode | null }[] {
    const filled = new Set<string>()
    const found: { name: string; value: YamlNode | null }[] = []
    for (const node of this.list(fields, 'extensions') ?? []) {
      const item = resolveAlias(node)
      const map = isNull(item) ? null : this.asMap(item, 'An extension')
      const inner = map === null ? new Map<string, Field>() : this.fields(map)
      const name = this.string(inner, 'name', true) ?? ''
      const value = inner.get('extension')?.value ?? null
      if (filled.has(name)) this.reportDuplicate(name, item.start, 'extension')
      const empty = value === null || isNull(resolveAlias(value))
      if (!empty) filled.add(name)
      found.push({ name, value: empty ? null : value })
    }
    return found
  }

  /** Reports a name that is among `names` already, and adds it. */
  uniqueName(names: Set<string>, name: string, offset: number, what: string): void {
    if (names.has(name)) this.reportDuplicate(name, offset, what)
    names.add(name)
  }

  private reportDuplicate(name: string, offset: number, what: string): void {
    this.report(
      'duplicate-name',
      offset,
      `The ${what} ${quoted(name)} is there twice in one list, so kubectl refuses the whole file`,
      'Rename or remove one of the two.',
    )
  }

  private present(fields: ReadonlyMap<string, Field>, key: string): YamlTarget | null {
    const field = fields.get(key)
    if (field === undefined) return null
    const target = resolveAlias(field.value)
    return isNull(target) ? null : target
  }

  private wrongShape(node: YamlTarget, what: string, wanted: string): void {
    const found = inWords[node.kind === 'scalar' ? (scalarMeaning(node)?.kind ?? 'string') : node.kind]
    this.report(
      'bad-shape',
      node.start,
      `${what} must be ${wanted}, but is ${found}`,
      `Make it ${wanted}, or remove it.`,
    )
  }
}

const wholeNumber = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value

/** A node as the JSON that kubectl makes of it. `integer`: converts a whole number, of which Go keeps 64 bits. */
export function jsonOf(
  shape: Shape,
  node: YamlNode,
  integer: (value: bigint) => number | bigint = wholeNumber,
): Json {
  const target = resolveAlias(node)
  if (target.kind === 'sequence') return childrenOf(target).map((child) => jsonOf(shape, child, integer))
  if (target.kind === 'map')
    return mapOf([...shape.fields(target)].map(([key, field]) => [key, jsonOf(shape, field.value, integer)]))
  const meaning = scalarMeaning(target)
  if (meaning === null) return null
  const { kind, text } = meaning
  switch (kind) {
    case 'string':
      return text
    case 'bool':
      return isTrue(text)
    case 'int':
      return integer(integerValue(text) ?? 0n)
    case 'float':
      return Number(text.replaceAll('_', ''))
    case 'null':
    case 'infinite':
      return null
  }
}

const inWords: Readonly<Record<ScalarKind | 'map' | 'sequence', string>> = {
  map: 'a map',
  sequence: 'a list',
  string: 'text',
  bool: 'a truth value',
  null: 'nothing',
  int: 'a number',
  float: 'a number',
  infinite: 'a number',
}

/** Whether kubectl reads null here, which counts as absent. */
export function isNull(node: YamlTarget): boolean {
  return meaningOf(node)?.kind === 'null'
}

/** The maps that `<<: value` merges, in the order in which they are applied; wrong ones are left out. */
export function mergeSources(value: YamlNode): readonly YamlMap[] {
  const target = resolveAlias(value)
  if (target.kind === 'map') return [target]
  // An alias to a list is refused; a list in place counts backwards, so that its first map wins.
  if (value.kind !== 'sequence') return []
  const sources = childrenOf(value).map(resolveAlias).reverse()
  return sources.filter((source) => source.kind === 'map')
}
