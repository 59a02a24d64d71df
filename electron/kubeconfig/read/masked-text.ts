/**
 * Stretches of a kubeconfig's text as they may be shown. What is no value of the tree is a comment, an indicator of YAML,
 * or not understood, and then nothing of it is shown.
 */
import { firstWhere } from '../../../shared/first-where'
import { type EntryKind, entryKinds, mask, ofEachKind } from '../../../shared/kubeconfig/entries'
import { type Look, maskParts } from '../../../shared/kubeconfig/masking'
import { configKeys, elementKeys, type Key, type Keys } from '../../../shared/kubeconfig/schema'
import { besideLetters, isShownWord, maskComment } from '../../../shared/kubeconfig/secrets'
import type { YamlNode, YamlPair, YamlScalar } from '../yaml/yaml-tree'
import { isApart, type KubeconfigDocument } from './document'
import { entriesOf } from './merge'

interface Range {
  readonly start: number
  readonly end: number
}

/** A value in the text. */
interface Place extends Range {
  /** As it may be shown: all of it, these words instead, or nothing. */
  readonly shown: 'all' | 'none' | { readonly instead: string }
  /** A certificate's characters, of which a reader wants to see the first. */
  readonly data: string | null
}

/**
 * A stretch of a document as it may be shown, line breaks kept. `brief`: certificates are shortened, and a masked value
 * of several lines is one.
 */
export type MaskedText = (start: number, end: number, brief?: boolean) => string

const known = new WeakMap<KubeconfigDocument, MaskedText>()

/** What may be shown of a document. Only requested entries are read. */
export function maskedText(document: KubeconfigDocument): MaskedText {
  const made = known.get(document) ?? textOf(document)
  known.set(document, made)
  return made
}

function textOf(document: KubeconfigDocument): MaskedText {
  const { text } = document
  let names: ReadonlySet<string> | null = null
  const isName = (word: string): boolean => {
    names ??= new Set(entryKinds.flatMap((kind) => entriesOf(document, kind).map(({ name }) => name)))
    return names.has(word)
  }
  const placesIn = placesOf(document, isName)
  return (start, end, brief = false) => {
    let shown = ''
    let at = start
    for (const place of placesIn(start, end)) {
      const [from, to] = [Math.max(place.start, at), Math.min(place.end, end)]
      if (from >= to) continue
      if (from > at) shown += between(text.slice(at, from), isName)
      shown += shownPlace(text.slice(from, to), place, from === place.start && to === place.end, brief)
      at = to
    }
    return shown + between(text.slice(at, end), isName)
  }
}

/** The values that touch a stretch of the text, in order. */
function placesOf(
  document: KubeconfigDocument,
  isName: Look<YamlScalar>['isName'],
): (start: number, end: number) => readonly Place[] {
  const { text } = document
  const top = document.top()
  const look = (node: YamlNode, keys: Keys, range: Range) => placesUnder(text, node, keys, range, isName)
  const whole = { start: 0, end: text.length }
  // By an alias, what is in one entry or in none may be the secret of another. Entries that programs wrote have none.
  const beside = top === null ? [] : look(document.entangled ? top : withoutLists(top), configKeys, whole)
  const found = ofEachKind<(readonly Place[])[]>(() => [])
  const lists = entryKinds.map((kind) => ({
    kind,
    entries: entriesOf(document, kind).flatMap(({ range, index }) =>
      !document.entangled || isApart(document, kind, index) ? [{ ...range, index }] : [],
    ),
  }))
  const ofEntry = (kind: EntryKind, { index, ...range }: Range & { readonly index: number }) => {
    const places = found[kind][index] ?? look(document.node(kind, index), elementKeys[kind], range)
    found[kind][index] = places
    return places
  }
  return (start, end) =>
    [
      ...touching(beside, start, end),
      ...lists.flatMap(({ kind, entries }) =>
        touching(entries, start, end).flatMap((entry) => touching(ofEntry(kind, entry), start, end)),
      ),
    ].sort((a, b) => a.start - b.start)
}

const listKeys: ReadonlySet<string> = new Set(entryKinds.map((kind) => `${kind}s`))

/** Entries are read one by one, where they are needed. */
function withoutLists(top: YamlNode): YamlNode {
  if (top.kind !== 'map') return top
  const isList = ({ key }: YamlPair) => key.kind === 'scalar' && listKeys.has(key.value)
  return { ...top, pairs: top.pairs.filter((pair) => !isList(pair)) }
}

/** A place that cannot be where it should be hides everything around it. */
function placesUnder(
  text: string,
  node: YamlNode,
  keys: Keys,
  around: Range,
  isName: Look<YamlScalar>['isName'],
): readonly Place[] {
  const found = new Map<YamlScalar, { readonly text: string | null; readonly key: Key | null }>()
  maskParts<YamlScalar>(node, keys, {
    isName,
    show: (scalar, shown, key) => {
      const before = found.get(scalar)
      if (before === undefined || before.text === scalar.value) found.set(scalar, { text: shown, key })
      else if (shown === null) found.set(scalar, { text: null, key })
    },
  })
  const places = [...found]
    .map(([scalar, shown]) => placeOf(text, scalar, shown.text, shown.key))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start)
  const fits = places.every(({ start, end }, index) => {
    const before = places[index - 1]
    return start >= around.start && start < around.end && (before?.end ?? 0) <= start && end <= text.length
  })
  return fits ? places : [{ start: around.start, end: around.end, shown: 'none', data: null }]
}

function placeOf(text: string, scalar: YamlScalar, shown: string | null, key: Key | null): Place {
  const { value, style, contentStart, end } = scalar
  const isBlock = style === 'literal' || style === 'folded'
  // The line with `|` may end in a comment.
  const start = isBlock ? behindBreak(text, contentStart, end) : contentStart
  if (shown === value)
    return { start, end, shown: 'all', data: key?.type === 'data' && value.length > 40 ? value : null }
  const instead = shown === null || /[\n\r]/.test(value) ? 'none' : { instead: besideLetters(shown) }
  return { start, end, shown: instead, data: null }
}

function behindBreak(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if ('\n\r\u0085\u2028\u2029'.includes(text.charAt(at))) return at + 1
  return to
}

function shownPlace(raw: string, place: Place, isWhole: boolean, brief: boolean): string {
  const { shown, data } = place
  if (shown === 'all') {
    if (!brief || data === null || !isWhole) return raw
    return replaced(raw, `${data.slice(0, 16)}… (${data.length} characters)`)
  }
  const instead = isWhole && shown !== 'none' ? shown.instead : mask
  const lines = brief ? [raw] : raw.split('\n')
  return lines.map((line) => replaced(line, instead)).join('\n')
}

/** Other words in the place of these, between the same blanks and quotes. */
function replaced(raw: string, words: string): string {
  const bare = raw.trim()
  if (bare === '') return raw
  const start = raw.length - raw.trimStart().length
  const quote = /^(["']).*\1$/s.exec(bare)?.[1] ?? ''
  return raw.slice(0, start) + quote + words + quote + raw.slice(start + bare.length)
}

/** Indicators and the key of a list; in an anchor, alias or tag a word. Anything else is one character. */
const token =
  /[\s\-?:,[\]{}\ufeff]+|\.\.\.|[|>][-+\d]*|[&*]([^\s,[\]{}]*)|!(<[^\s>]*>|[^\s,[\]{}]*)|["']?(?:clusters|users|contexts)["']?(?=\s*:)|[\s\S]/g

/** The text between values: indicators, comments, or what no reader understood. */
function between(text: string, isName: (word: string) => boolean): string {
  if (/^[\s\-?:,[\]{}]*$/.test(text)) return text
  return text
    .split('\n')
    .map((line) => {
      const hash = line.indexOf('#')
      const comment = hash < 0 ? '' : maskComment(line.slice(hash), isName)
      return indicators(hash < 0 ? line : line.slice(0, hash), isName) + comment
    })
    .join('\n')
}

function indicators(text: string, isName: (word: string) => boolean): string {
  let understood = true
  const shown = text.replace(token, (whole, anchor: string | undefined, tag: string | undefined) => {
    if (anchor !== undefined || tag !== undefined)
      return isShownWord(whole.slice(1), isName) ? whole : whole.charAt(0) + mask
    if (whole.length === 1 && !/[\s\-?:,[\]{}|>]/.test(whole)) understood = false
    return whole
  })
  return understood ? shown : replaced(text, mask)
}

/** Those of a sorted list without overlaps that touch a stretch of text. */
function touching<T extends Range>(ranges: readonly T[], start: number, end: number): readonly T[] {
  const found: T[] = []
  const first = firstWhere(ranges.length, (index) => (ranges[index]?.end ?? 0) > start)
  for (let at = first; at < ranges.length; at++) {
    const range = ranges[at]
    if (range === undefined || range.start >= end) break
    found.push(range)
  }
  return found
}
