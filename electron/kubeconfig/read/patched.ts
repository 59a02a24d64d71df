/**
 * A document after changes inside single entries, without reading the whole text again. Of a file that a scanner found, nothing in
 * one entry's lines reaches into another's: so what stands before and behind them is what it was, moved,
 * and the entry in between is read alone, by the scanner and by the full parser. Anything else (other entries, other lines, a
 * doubt) is for who reads the whole (`readDocument`), which is the judge of this (patched.property.test.ts).
 */

import { differenceOf } from '../../../shared/difference'
import { sameJson } from '../../../shared/json'
import { type EntryKind, entryKinds, type SourcePosition } from '../../../shared/kubeconfig/entries'
import { jsonOf, Shape } from '../yaml/fields'
import { LineIndex } from '../yaml/line-index'
import { isSimpleName } from '../yaml/scalars'
import { readTree, type YamlNode } from '../yaml/tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import { type KubeconfigDocument, readDocument } from './document'
import type { UserForm } from './entries'
import type { DocumentEntry, FoundBy } from './outline'

/** A replaced range of a text. */
export interface TextChange {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Beyond this a whole reading is not much more. */
const mostChanges = 200

const listKeys = { cluster: 'clusters', user: 'users', context: 'contexts' } as const

/** One entry whose lines changed. */
interface Patch {
  readonly kind: EntryKind
  readonly index: number
  /** The entry's lines in the old text. */
  readonly from: number
  readonly to: number
  /** A document of that entry alone, under its list's key. */
  readonly alone: KubeconfigDocument
  /** Behind that key. */
  readonly head: number
}

const newText = ({ alone, head }: Patch): string => alone.text.slice(head)

/** The document after these changes, ascending and apart; null where only reading the whole can tell. */
export function patchDocument(
  before: KubeconfigDocument,
  changes: readonly TextChange[],
): PatchedDocument | null {
  if (changes.length === 0 || changes.length > mostChanges || !isPlain(before)) return null
  const touched: { place: EntryLines; changes: TextChange[] }[] = []
  for (const change of changes) {
    const place = linesAround(before, change)
    if (place === null) return null
    const last = touched.at(-1)
    if (last?.place.kind === place.kind && last.place.index === place.index) last.changes.push(change)
    else touched.push({ place, changes: [change] })
  }
  const patches: Patch[] = []
  for (const { place, changes: own } of touched) {
    const alone = readAlone(before, place, own)
    if (alone === null) return null
    patches.push({ ...place, alone, head: headOf(place.kind).length })
  }
  return namesStayOnce(before, patches) ? new PatchedDocument(before, patches) : null
}

/** Changes one after the other that are kept apart: each is read again with the next, and the first text stays in memory. */
const mostInTurn = 16
/** Documents that are each made of the one before. */
const mostOverEachOther = 4

/**
 * The document of a text that another program made of one that was read: without a reading of the whole, where what is different lies
 * within single entries, or is another current-context; null where it does not.
 */
export function readAfter(was: KubeconfigDocument, text: string): KubeconfigDocument | null {
  const next = differenceOf(was.text, text)
  // What was taken over of an other current-context alone is left out where that becomes another once more.
  const base = was instanceof PatchedDocument && was.patches.length === 0 ? was.before : was
  const line = currentAfter(base, base === was ? next : differenceOf(base.text, text))
  if (base.text === text) return base
  if (line !== null) return isHigh(base) ? null : new PatchedDocument(base, [], line)
  if (!(was instanceof PatchedDocument) || was.current !== null)
    return isHigh(was) ? null : patchDocument(was, [next])
  const changes = was.changesWith(next)
  if (changes === null || changes.length > mostInTurn) return null
  return changes.length === 0 ? was.before : patchDocument(was.before, changes)
}

/** The document of a text that may be a small change of one that was read; null: there is no such file. */
export const readNear = (
  near: KubeconfigDocument | null,
  path: string,
  text: string | null,
): KubeconfigDocument => (text !== null && near && readAfter(near, text)) || readDocument(path, text ?? '')

function isHigh(document: KubeconfigDocument): boolean {
  let height = 0
  for (let at = document; at instanceof PatchedDocument; at = at.before) height += 1
  return height >= mostOverEachOther
}

/** The line that says which context is current, with another one. */
interface CurrentLine {
  readonly from: number
  readonly to: number
  /** As it stands there now. */
  readonly text: string
  readonly name: string
}

const currentKey = 'current-context: '

/** What becomes of that line, where a change leaves a plain name on it and touches nothing else. */
function currentAfter(before: KubeconfigDocument, { start, end, text: put }: TextChange): CurrentLine | null {
  if (!isPlain(before)) return null
  const at = currentPlace(before)
  if (at === null || start < at) return null
  const { text } = before
  const from = at - currentKey.length
  const to = text.indexOf('\n', at)
  if (to < end || text.slice(from, at) !== currentKey || text.slice(at, to) !== before.currentContext)
    return null
  const name = text.slice(at, start) + put + text.slice(end, to)
  // What stood there is a name as simple, so that nothing of YAML begins or ends with either.
  return isSimpleName(before.currentContext) && isSimpleName(name)
    ? { from, to, text: currentKey + name, name }
    : null
}

/** Where the name of the current context stands, by the key of the file; null where that is in no plain line. */
function currentPlace(document: KubeconfigDocument): number | null {
  if (document instanceof PatchedDocument) {
    const before = currentPlace(document.before)
    if (before === null || document.current === null) return before === null ? null : document.placeOf(before)
    return document.placeOf(document.current.from) + currentKey.length
  }
  const top = document.top()
  if (top?.kind !== 'map') return null
  const [pair, another] = top.pairs.filter(
    ({ key }) => key.kind === 'scalar' && key.value === 'current-context',
  )
  if (pair === undefined || another !== undefined || pair.value.kind !== 'scalar') return null
  return pair.start + currentKey.length === pair.value.start ? pair.value.start : null
}

/** Found by the scanner, with nothing in it that is one entry's and reaches into another. */
const isPlain = (document: KubeconfigDocument): boolean =>
  document.foundBy !== 'parse' &&
  !document.entangled &&
  document.problems.length === 0 &&
  !entryKinds.some((kind) => document.repeats(kind))

interface EntryLines {
  readonly kind: EntryKind
  readonly index: number
  readonly from: number
  readonly to: number
}

/** The entry in whose lines this change is, behind its dash; null where it is in none for sure. */
function linesAround(document: KubeconfigDocument, { start, end }: TextChange): EntryLines | null {
  const { text } = document
  for (const kind of entryKinds) {
    const index = lastBefore(document, kind, start)
    if (index === null) continue
    const { range } = document.entry(kind, index)
    const from = text.lastIndexOf('\n', range.start) + 1
    const behind = text.indexOf('\n', range.end)
    // What ends with the text may say more once something follows.
    if (behind < 0) continue
    const to = behind + 1
    if (end > to) continue
    const indent = text.slice(from, range.start)
    if (/[^ \t\r]/.test(indent + text.slice(range.end, behind))) return null
    return endsAt(text, to, indent) ? { kind, index, from, to } : null
  }
  return null
}

/** The last entry that begins before this place. */
function lastBefore(document: KubeconfigDocument, kind: EntryKind, offset: number): number | null {
  let [low, high] = [0, document.count(kind)]
  while (low < high) {
    const middle = (low + high) >> 1
    if (document.entry(kind, middle).range.start < offset) low = middle + 1
    else high = middle
  }
  return low === 0 ? null : low - 1
}

/** Another entry of the list begins here, or a key of the file, or nothing more comes. */
const endsAt = (text: string, at: number, indent: string): boolean =>
  at === text.length || text.startsWith(`${indent}- `, at) || /^[A-Za-z]$/.test(text.charAt(at))

/** The changed entry as the one of its list; null where it is not exactly that to scanner and parser alike. */
function readAlone(
  before: KubeconfigDocument,
  { kind, from, to }: EntryLines,
  changes: readonly TextChange[],
): KubeconfigDocument | null {
  const { file, text } = before
  let lines = ''
  let position = from
  for (const change of changes) {
    lines += text.slice(position, change.start) + change.text
    position = change.end
  }
  lines += text.slice(position, to)
  if (!belongTogether(lines)) return null
  const alone = headOf(kind) + lines
  const scanned = readDocument(file, alone)
  if (scanned.foundBy !== 'scan' || !isOneEntry(scanned, kind)) return null
  const parsed = readDocument(file, alone, 'parse')
  const same =
    isOneEntry(parsed, kind) &&
    parsed.name(kind, 0) === scanned.name(kind, 0) &&
    sameJson(entryIn(parsed, kind), entryIn(scanned, kind))
  return same ? scanned : null
}

/** What stands above one entry that is a file by itself. */
const headOf = (kind: EntryKind): string => `${listKeys[kind]}:\n`

/** Every line of it stands further right than its dash: none can be a key of the file, or of another entry. */
function belongTogether(lines: string): boolean {
  const [first = '', ...rest] = lines.split('\n')
  const within = `${/^ */.exec(first)?.[0] ?? ''} `
  return rest.pop() === '' && rest.every((line) => line.startsWith(within))
}

const isOneEntry = (document: KubeconfigDocument, kind: EntryKind): boolean =>
  document.problems.length === 0 &&
  !document.entangled &&
  entryKinds.every((one) => document.count(one) === (one === kind ? 1 : 0))

const entryIn = (document: KubeconfigDocument, kind: EntryKind) =>
  jsonOf(new Shape(), document.valueNode(kind, 0))

/** No list gets a name twice. */
function namesStayOnce(before: KubeconfigDocument, patches: readonly Patch[]): boolean {
  const taken = new Set<string>()
  for (const { kind, alone } of patches) {
    const name = alone.name(kind, 0)
    const key = `${kind} ${name}`
    if (taken.has(key)) return false
    taken.add(key)
    const holder = before.first(kind, name)
    if (holder !== undefined && !patches.some((one) => one.kind === kind && one.index === holder))
      return false
  }
  return true
}

type ByKind<T> = Readonly<Record<EntryKind, T>>

/** Answers from the document before, and from each changed entry; what neither can say, from the whole text. */
export class PatchedDocument implements KubeconfigDocument {
  readonly file: string
  readonly text: string
  readonly currentContext: string | null
  readonly foundBy: FoundBy
  readonly entangled = false
  readonly problems = []
  readonly readable = true
  readonly before: KubeconfigDocument
  /** In the order of the text. */
  readonly patches: readonly Patch[]
  /** Null: as before. */
  readonly current: CurrentLine | null
  /** What stands in the place of what, in the order of the text. */
  private readonly cuts: readonly (TextChange & { readonly lines: number })[]
  private readonly byIndex: ByKind<ReadonlyMap<number, Patch>>
  private readonly renamed: ByKind<ReadonlyMap<string, number>>
  private readonly left: ByKind<ReadonlySet<string>>
  private known: KubeconfigDocument | null = null
  private index: LineIndex | null = null
  private readonly lists = new Map<EntryKind, readonly DocumentEntry[]>()

  constructor(before: KubeconfigDocument, patches: readonly Patch[], current: CurrentLine | null = null) {
    const { file, text } = before
    this.before = before
    this.patches = patches
    this.file = file
    this.foundBy = before.foundBy
    this.current = current
    this.currentContext = current === null ? before.currentContext : current.name
    this.cuts = [
      ...patches.map((patch) => ({
        start: patch.from,
        end: patch.to,
        text: newText(patch),
        lines: breaksIn(newText(patch), 0) - breaksIn(text, patch.from, patch.to),
      })),
      ...(current === null ? [] : [{ start: current.from, end: current.to, text: current.text, lines: 0 }]),
    ].sort((one, other) => one.start - other.start)
    // Joined when somebody looks into it: a write of one value takes the bytes from those that were there.
    let joined = ''
    let position = 0
    for (const cut of this.cuts) {
      joined += text.slice(position, cut.start) + cut.text
      position = cut.end
    }
    this.text = joined + text.slice(position)
    const byKind = <T>(make: (own: readonly Patch[], kind: EntryKind) => T): ByKind<T> => {
      const of = (kind: EntryKind) =>
        make(
          patches.filter((one) => one.kind === kind),
          kind,
        )
      return { cluster: of('cluster'), user: of('user'), context: of('context') }
    }
    this.byIndex = byKind((own) => new Map(own.map((one) => [one.index, one])))
    this.renamed = byKind((own, kind) => new Map(own.map(({ alone, index }) => [alone.name(kind, 0), index])))
    this.left = byKind((own, kind) => new Set(own.map(({ index }) => before.name(kind, index))))
  }

  /** What makes its text, with one more change of it, of the one before; null where that reaches out of an entry's lines that changed. */
  changesWith({ start, end, text }: TextChange): readonly TextChange[] | null {
    const changes: TextChange[] = []
    const put = (change: TextChange) => {
      if (change.end > change.start || change.text !== '') changes.push(change)
    }
    let by = 0
    let isIn = false
    for (const patch of this.patches) {
      const { from, to } = patch
      let lines = newText(patch)
      const length = lines.length
      const begin = from + by
      if (!isIn && end < begin) {
        put({ start: start - by, end: end - by, text })
        isIn = true
      } else if (!isIn && start <= begin + length) {
        if (start < begin || end > begin + length) return null
        lines = lines.slice(0, start - begin) + text + lines.slice(end - begin)
        isIn = true
      }
      const own = differenceOf(this.before.text.slice(from, to), lines)
      put({ start: from + own.start, end: from + own.end, text: own.text })
      by += length - (to - from)
    }
    if (!isIn) put({ start: start - by, end: end - by, text })
    return changes
  }

  /** Where that stands now which stood at this place of the text before, outside of what changed. */
  placeOf(offset: number): number {
    return offset + this.moved(offset).by
  }

  /** Its lines are others than before. */
  isChanged(kind: EntryKind, index: number): boolean {
    return this.byIndex[kind].has(index)
  }

  private get whole(): KubeconfigDocument {
    this.known ??= readDocument(this.file, this.text)
    return this.known
  }

  /** How far what stood at this place of the old text moved: in characters and in lines. */
  private moved(offset: number): { readonly by: number; readonly lines: number } {
    let [by, lines] = [0, 0]
    for (const cut of this.cuts) {
      if (cut.end > offset) break
      by += cut.text.length - (cut.end - cut.start)
      lines += cut.lines
    }
    return { by, lines }
  }

  private all(kind: EntryKind): readonly DocumentEntry[] {
    const made =
      this.lists.get(kind) ?? Array.from({ length: this.count(kind) }, (_, i) => this.entry(kind, i))
    this.lists.set(kind, made)
    return made
  }
  get clusters(): readonly DocumentEntry[] {
    return this.all('cluster')
  }
  get users(): readonly DocumentEntry[] {
    return this.all('user')
  }
  get contexts(): readonly DocumentEntry[] {
    return this.all('context')
  }

  count(kind: EntryKind): number {
    return this.before.count(kind)
  }

  name(kind: EntryKind, index: number): string {
    return this.byIndex[kind].get(index)?.alone.name(kind, 0) ?? this.before.name(kind, index)
  }

  entry(kind: EntryKind, index: number): DocumentEntry {
    const was = this.before.entry(kind, index)
    const patch = this.byIndex[kind].get(index)
    const { by, lines } = this.moved(was.range.start)
    const line = was.line + lines
    if (patch === undefined) {
      const range = { start: was.range.start + by, end: was.range.end + by }
      return { ...was, range, line, endLine: was.endLine + lines }
    }
    const is = patch.alone.entry(kind, 0)
    const shift = patch.from + by - patch.head
    const range = { start: is.range.start + shift, end: is.range.end + shift }
    return { ...is, index, range, line, endLine: line + is.endLine - is.line }
  }

  first(kind: EntryKind, name: string): number | undefined {
    return (
      this.renamed[kind].get(name) ?? (this.left[kind].has(name) ? undefined : this.before.first(kind, name))
    )
  }
  repeats(): boolean {
    return false
  }
  find(kind: EntryKind, name: string): DocumentEntry | undefined {
    const index = this.first(kind, name)
    return index === undefined ? undefined : this.entry(kind, index)
  }

  private of<T>(kind: EntryKind, index: number, read: (document: KubeconfigDocument, index: number) => T): T {
    const patch = this.byIndex[kind].get(index)
    return patch === undefined ? read(this.before, index) : read(patch.alone, 0)
  }
  saysOnlyFields(kind: EntryKind, index: number): boolean {
    return this.of(kind, index, (document, at) => document.saysOnlyFields(kind, at))
  }
  context(index: number): ReadContext {
    return this.of('context', index, (document, at) => document.context(at))
  }
  generatedContext(index: number): ReadContext | null {
    return this.of('context', index, (document, at) => document.generatedContext(at))
  }
  cluster(index: number): ReadCluster {
    return this.of('cluster', index, (document, at) => document.cluster(at))
  }
  user(index: number): ReadUser {
    return this.of('user', index, (document, at) => document.user(at))
  }
  form(index: number): UserForm | null {
    return this.of('user', index, (document, at) => document.form(at))
  }
  word(index: number): string | null {
    return this.of('user', index, (document, at) => document.word(at))
  }
  refers(kind: 'cluster' | 'user', context: number): number {
    if (!this.isChanged('context', context) && this.byIndex[kind].size === 0)
      return this.before.refers(kind, context)
    const name = this.context(context)[kind]
    return (name === null ? undefined : this.first(kind, name)) ?? -1
  }
  valueNode(kind: EntryKind, index: number): YamlNode {
    return this.of(kind, index, (document, at) => document.valueNode(kind, at))
  }

  node(kind: EntryKind, index: number): YamlNode {
    const { range } = this.entry(kind, index)
    const patch = this.byIndex[kind].get(index)
    if (patch === undefined && range.start === this.before.entry(kind, index).range.start)
      return this.before.node(kind, index)
    if (patch !== undefined) {
      const from = patch.from + this.moved(patch.from).by
      const { root } = readTree(this.text, from, from + newText(patch).length)
      const item = root?.kind === 'sequence' && root.items.length === 1 ? root.items[0] : undefined
      if (item !== undefined) return item.node
    }
    return this.whole.node(kind, index)
  }
  root(): YamlNode | null {
    return this.whole.root()
  }
  top(): YamlNode | null {
    return this.whole.top()
  }
  position(offset: number): SourcePosition {
    this.index ??= new LineIndex(this.text)
    return this.index.position(offset)
  }
  offsetsOf(): readonly number[] {
    return []
  }
}

function breaksIn(text: string, from: number, to = text.length): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}
