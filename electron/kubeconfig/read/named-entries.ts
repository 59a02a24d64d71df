/**
 * The entries of a file that a write changes, by their names and byte ranges, so that a later look at the write reads these
 * alone. Outside of all that differs between two texts, an entry apart from all others says the same in both; any other is
 * compared by what it means.
 */

import { differenceOf } from '../../../shared/difference'
import { sameMeaning } from '../../../shared/edits/equivalence'
import { firstWhere } from '../../../shared/first-where'
import { isList, isMap, type Json, type JsonMap } from '../../../shared/json'
import { type EntryKind, entryKinds, type ModelKind, ofEachKind } from '../../../shared/kubeconfig/entries'
import { isApart, type KubeconfigDocument } from './document'
import { entryValueOf } from './edit-model'
import type { DocumentEntry } from './outline'

/** An entry on one side of a write: what it is called, and which bytes of the file are its text. */
export interface NamedSide {
  readonly name: string
  readonly start: number
  readonly end: number
  /** What it says; not of one of many. */
  readonly value?: JsonMap | undefined
}

/** An entry that a write makes another; null on the side on which there is none of that name. */
export interface NamedEntry {
  readonly kind: ModelKind
  readonly before: NamedSide | null
  readonly after: NamedSide | null
}

/** The names of such entries, on both sides. */
export function namesIn(entries: readonly NamedEntry[]): Readonly<Record<ModelKind, ReadonlySet<string>>> {
  const names = { ...ofEachKind(() => new Set<string>()), section: new Set<string>() }
  for (const { kind, before, after } of entries)
    for (const side of [before, after]) if (side) names[kind].add(side.name)
  return names
}

/** Of two states of one file. */
export function entriesBetween(before: KubeconfigDocument, after: KubeconfigDocument): readonly NamedEntry[] {
  const may = namesThatDiffer(before, after)
  const found = entryKinds.flatMap((kind) =>
    [...may(kind)].flatMap((name) => {
      const [was, is] = [before.find(kind, name), after.find(kind, name)]
      return was && is && isSame(kind, { before, was }, { after, is }) ? [] : [{ kind, was, is }]
    }),
  )
  return withBytes(found, before, after)
}

interface Found {
  readonly kind: ModelKind
  readonly was: DocumentEntry | undefined
  readonly is: DocumentEntry | undefined
}

function withBytes(
  found: readonly Found[],
  before: KubeconfigDocument,
  after: KubeconfigDocument,
): readonly NamedEntry[] {
  const sidesOf = (document: KubeconfigDocument, side: 'was' | 'is') =>
    sidesIn(
      document,
      found.map((one) => one[side]),
    )
  const [old, now] = [sidesOf(before, 'was'), sidesOf(after, 'is')]
  return found.map(({ kind }, at) => ({ kind, before: old[at] ?? null, after: now[at] ?? null }))
}

/**
 * What a record names, where it fits the states before and after it: each entry is in the bytes that the record says, no other
 * was added or removed, and nothing else differs. Otherwise, and for a record that names nothing, the two are compared.
 */
export function entriesNamed(
  recorded: readonly NamedEntry[] | undefined,
  before: KubeconfigDocument,
  after: KubeconfigDocument,
): readonly NamedEntry[] {
  const found = recorded?.map(({ kind, before: was, after: is }): Found => {
    const find = (document: KubeconfigDocument, side: NamedSide | null) =>
      side === null || kind === 'section' ? undefined : document.find(kind, side.name)
    return { kind, was: find(before, was), is: find(after, is) }
  })
  const count = (document: KubeconfigDocument, kind: EntryKind, side: 'before' | 'after') =>
    document.count(kind) - (recorded ?? []).filter((one) => one.kind === kind && one[side] !== null).length
  const stand = (named: readonly NamedEntry[]) =>
    named.map(({ before: was, after: is }) => [was?.start, was?.end, is?.start, is?.end].join()).join(';')
  const fits =
    recorded !== undefined &&
    found !== undefined &&
    stand(withBytes(found, before, after)) === stand(recorded) &&
    entryKinds.every((kind) => count(before, kind, 'before') === count(after, kind, 'after')) &&
    isAllThatDiffers(found, before, after)
  return fits ? recorded : entriesBetween(before, after)
}

/** Whether the texts say the same but for these entries and for current-context. Blanks and line breaks do not count. */
function isAllThatDiffers(
  found: readonly Found[],
  before: KubeconfigDocument,
  after: KubeconfigDocument,
): boolean {
  const { start, end, text } = differenceOf(before.text, after.text)
  const rest = (document: KubeconfigDocument, to: number, named: readonly (DocumentEntry | undefined)[]) => {
    const ranges = named.flatMap((one) => (one ? [one.range] : [])).sort((a, b) => a.start - b.start)
    let [left, from] = ['', start]
    for (const range of ranges) {
      left += document.text.slice(from, Math.max(from, Math.min(range.start, to)))
      from = Math.max(from, Math.min(range.end, to))
    }
    left += document.text.slice(from, to)
    return left.replaceAll(/^current-context:.*$|[ \t\r\n]+/gm, '')
  }
  const old = found.map(({ was }) => was)
  const now = found.map(({ is }) => is)
  return rest(before, end, old) === rest(after, start + text.length, now)
}

function isSame(
  kind: EntryKind,
  { before, was }: { readonly before: KubeconfigDocument; readonly was: DocumentEntry },
  { after, is }: { readonly after: KubeconfigDocument; readonly is: DocumentEntry },
): boolean {
  // Which of several entries of that name is meant is unknown.
  if (was.duplicate || is.duplicate) return false
  const apart = isApart(before, kind, was.index) && isApart(after, kind, is.index)
  if (apart && textOf(before, was) === textOf(after, is)) return true
  return sameMeaning(
    kind,
    entryValueOf(before, kind, was.index),
    entryValueOf(after, kind, is.index),
    after.file,
  )
}

const textOf = ({ text }: KubeconfigDocument, { range }: DocumentEntry): string =>
  text.slice(range.start, range.end)

type Names = (kind: EntryKind) => ReadonlySet<string>

/** Those whose text may differ, or that may say something else in the same text; of a file that has a name twice all. */
function namesThatDiffer(...documents: readonly [KubeconfigDocument, KubeconfigDocument]): Names {
  const isRepeated = documents.some((document) => entryKinds.some((kind) => document.repeats(kind)))
  const around: Names = isRepeated ? () => new Set() : namesAround(...documents)
  return (kind) => {
    const names = new Set(around(kind))
    for (const document of documents)
      if (isRepeated || document.foundBy === 'parse')
        for (let index = 0, count = document.count(kind); index < count; index++)
          if (isRepeated || !isApart(document, kind, index)) names.add(document.name(kind, index))
    return names
  }
}

/** Those between what both texts begin and end with, and the one before, which may go on there. */
function namesAround(before: KubeconfigDocument, after: KubeconfigDocument): Names {
  const { start, end, text } = differenceOf(before.text, after.text)
  const within = function* (document: KubeconfigDocument, kind: EntryKind, to: number) {
    const begin = (index: number) => document.entry(kind, index).range.start
    const count = document.count(kind)
    const first = firstWhere(count, (index) => begin(index) >= start)
    for (let index = Math.max(0, first - 1); index < count && begin(index) <= to; index++)
      yield document.name(kind, index)
  }
  return (kind) => new Set([...within(before, kind, end), ...within(after, kind, start + text.length)])
}

/** Up to this many entries a record stores their values, so that a later look at them reads no whole state of the file. */
const mostWithValues = 40

/** Entries of one text with their offsets in its bytes, which are counted once. */
function sidesIn(
  document: KubeconfigDocument,
  entries: readonly (DocumentEntry | undefined)[],
): readonly (NamedSide | undefined)[] {
  const offsets = [...new Set(entries.flatMap((one) => (one ? [one.range.start, one.range.end] : [])))]
  const bytes = new Map<number, number>()
  let [at, counted] = [0, 0]
  for (const offset of offsets.sort((a, b) => a - b)) {
    counted += Buffer.byteLength(document.text.slice(at, offset))
    at = offset
    bytes.set(offset, counted)
  }
  const said = ({ kind, index }: DocumentEntry): JsonMap | undefined => {
    const value = entries.length > mostWithValues ? undefined : entryValueOf(document, kind, index)
    return value && isPlain(value) ? value : undefined
  }
  return entries.map(
    (one) =>
      one && {
        name: one.name,
        start: bytes.get(one.range.start) ?? 0,
        end: bytes.get(one.range.end) ?? 0,
        value: said(one),
      },
  )
}

/** Whether a record can say it: JSON has no whole numbers of that size. */
function isPlain(value: Json): boolean {
  if (isList(value)) return value.every(isPlain)
  return isMap(value) ? Object.values(value).every(isPlain) : typeof value !== 'bigint'
}
