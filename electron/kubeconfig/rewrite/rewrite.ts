/**
 * Makes a file's text mean what edits made of its model, by splicing only what changed, and proves it: the result
 * is read again and compared entry by entry with what was asked. What cannot be proven is refused.
 */
import type { ModelEntry, ModelFile } from '../../../shared/edits/model'
import { isMap, type Json, type JsonMap, sameJson, withKey } from '../../../shared/json'
import { type EntryId, type EntryKind, entryId, entryKinds } from '../../../shared/kubeconfig/entries'
import { ok, type Result, refuse } from '../../../shared/result'
import { quoted } from '../../../shared/visible'
import { isApart, type KubeconfigDocument, readDocument } from '../read/document'
import { type EditSource, entryValueOf } from '../read/edit-model'
import { entriesOf } from '../read/merge'
import type { DocumentEntry } from '../read/outline'
import { type ChangedLines, changedSince, patchDocument } from '../read/patched'
import { jsonOf, Shape } from '../yaml/shapes'
import type { YamlMap, YamlNode, YamlSequence } from '../yaml/yaml-tree'
import { type CopySource, copyEntry } from './copy-entry'
import { expandAliases } from './expand-aliases'
import { listKey, listOf, rootMap, styleNear, styleOfLast, topPair } from './layout'
import { type KeptPiece, type Splice, SplicedText } from './splice'
import { changeNode, insertItem, insertPairLines, nextLine, type Rewriting, removeParts } from './splice-node'
import {
  columnOf,
  entryValue,
  type Style,
  styleOf,
  writeBlock,
  writeFlow,
  writeItem,
  writePair,
} from './style'
import { besideDiffers, type KeptEntry, restDiffers } from './untouched'

export interface Rewritten {
  readonly text: string
  /** Replaced ranges of the old text, ascending. */
  readonly changes: readonly Splice[]
  /** The new text as it was read to prove it. */
  readonly document: KubeconfigDocument
}

/** Finds the text of an entry that another one was copied or moved from. */
export type CopySources = (id: EntryId) => CopySource | null

const rounds = 4

/** Rewrites one file; `wanted` is its part of the model after the edits. Fault `internal` when nothing can be proven. */
export function rewriteFile(
  source: EditSource,
  was: ModelFile,
  wanted: ModelFile,
  donors: CopySources,
): Result<Rewritten> {
  if (source.fault !== null || (source.text !== null && !source.document.readable))
    return refuse(
      'unreadable',
      source.fault === null
        ? `kubectl cannot read ${source.path}, so nothing is written to it.`
        : `${source.path} would have to change too, but ${source.fault}.`,
      'Fix the file first.',
    )
  let why = ''
  for (const way of ['splice', 'expand', 'fresh'] as const) {
    const attempt = new Attempt(source, was, wanted, donors, way)
    const result = attempt.run()
    if (typeof result !== 'string') return ok(result)
    why = result
  }
  return refuse(
    'internal',
    `${source.path} is written in a way that Ekscope cannot change safely here (${why}); nothing was written.`,
    'Make this one change in an editor.',
  )
}

type Way = 'splice' | 'expand' | 'fresh'

class Attempt {
  private readonly source: EditSource
  /** The model that `source` was read as: the same objects where nothing was edited. */
  private readonly was: ModelFile
  private readonly wanted: ModelFile
  private readonly donors: CopySources
  private readonly way: Way
  private readonly spliced: SplicedText
  private document: KubeconfigDocument
  /** What of `source` changed in it; null: it was read as a whole. */
  private changed: readonly ChangedLines[] | null = []
  private changedAt: ReadonlyMap<EntryKind, ReadonlySet<number>> = new Map()
  /** Ids of wanted entries that are at the same place of the document as in the model. */
  private inPlace = false

  constructor(source: EditSource, was: ModelFile, wanted: ModelFile, donors: CopySources, way: Way) {
    this.source = source
    this.was = was
    this.wanted = wanted
    this.donors = donors
    this.way = way
    this.spliced = new SplicedText(source.mended?.text ?? source.text ?? '')
    if (source.mended) this.spliced.apply(source.mended.changes)
    this.document = source.document
  }

  /** The result, or why there is none. */
  run(): Rewritten | string {
    if (this.way !== 'splice') {
      const expanded = expandAliases(this.document, this.affected(), this.way === 'fresh')
      if (expanded.length > 0) {
        const said = this.step(expanded)
        if (said !== null) return said
      }
    }
    for (let round = 0; round < rounds; round++) {
      const to = this.rewriting()
      // The order of insertions at one place: the end of an entry, then the next entry, then the next key.
      this.values(to, this.way === 'fresh' && round === rounds - 2)
      if (round === 0) this.structure(to)
      if (to.splices.length === 0 && round > 0) break
      if (to.splices.length > 0) {
        const said = this.step(to.splices)
        if (said !== null) return said
      }
      this.inPlace = true
    }
    const { document, spliced } = this
    return this.prove() ?? { text: document.text, changes: spliced.changes(), document }
  }

  private step(splices: readonly Splice[]): string | null {
    if (!this.spliced.apply(splices)) return 'two changes meet in one place'
    const { source, spliced } = this
    // Where only lines of single entries change, these are read alone; else the whole text is read again.
    const patched = source.mended ? null : patchDocument(source.document, spliced.changes())
    this.document = patched ?? readDocument(source.path, spliced.toString())
    const changed = changedSince(source.document, this.document)
    const placesOf = (kind: EntryKind) =>
      new Set((changed ?? []).flatMap((one) => (one.kind === kind ? [one.index] : [])))
    this.changed = changed
    this.changedAt = new Map(entryKinds.map((kind) => [kind, placesOf(kind)]))
    this.pieces = null
    this.lastKept = null
    return null
  }

  private rewriting(): Rewriting {
    const { document } = this
    let style: Style | null = null
    return {
      shape: new Shape(),
      splices: [],
      get text() {
        return document.text
      },
      /** Computed only where something is written. */
      get style() {
        style ??= styleOf(document.text, styleNode(document))
        return style
      },
    }
  }

  /** Ranges of entries that are removed or changed. */
  private affected(): readonly { start: number; end: number }[] {
    return entryKinds.flatMap((kind) => {
      const wanted = new Map(this.wanted[kind].map((entry) => [entry.id, entry]))
      return entriesOf(this.document, kind).flatMap((entry, i) => {
        const next = wanted.get(this.idAt(kind, i))
        return next && this.isUnchanged(kind, i, next) ? [] : [entry.range]
      })
    })
  }

  /** The model's id of the entry at a place of the file as it was. */
  private idAt(kind: EntryKind, index: number): EntryId {
    return this.was[kind][index]?.id ?? ''
  }

  /** No entry of this kind is added, removed or moved. */
  private isSameList(kind: EntryKind): boolean {
    const known = this.sameLists.get(kind)
    if (known !== undefined) return known
    const was = this.was[kind]
    const wanted = this.wanted[kind]
    const same =
      was.length === wanted.length && wanted.every((entry, i) => entry === was[i] || entry.id === was[i]?.id)
    this.sameLists.set(kind, same)
    return same
  }
  private readonly sameLists = new Map<EntryKind, boolean>()

  /** The very entry that was read, at its place, in lines without insertions. */
  private isAsRead(kind: EntryKind, index: number, wanted: ModelEntry): boolean {
    return this.was[kind][index] === wanted && this.changed !== null && !this.isChanged(kind, index)
  }

  private isChanged(kind: EntryKind, index: number): boolean {
    return this.changedAt.get(kind)?.has(index) ?? false
  }

  private isUnchanged(kind: EntryKind, index: number, wanted: ModelEntry): boolean {
    if (this.isAsRead(kind, index, wanted)) return true
    const { document } = this
    if (index >= document.count(kind) || document.name(kind, index) !== wanted.name) return false
    // In lines with insertions only the value decides.
    return (
      (!this.isChanged(kind, index) && this.isSameText(kind, index, document.entry(kind, index), wanted)) ||
      sameJson(entryValueOf(document, kind, index), wanted.value)
    )
  }

  /**
   * The very entry that was read, letter for letter, and apart from all others (nothing reaches from one into another): its
   * meaning is unchanged, without being parsed.
   */
  private isSameText(kind: EntryKind, index: number, entry: DocumentEntry, wanted: ModelEntry): boolean {
    const before = this.source.document
    const place = this.was[kind][index] === wanted ? index : this.placeOf(kind, wanted)
    if (place === undefined || place >= before.count(kind)) return false
    if (!isApart(this.document, kind, index) || !isApart(before, kind, place)) return false
    const old = before.entry(kind, place)
    const length = old.range.end - old.range.start
    // A block scalar that the text's end cut short says more once a line end follows.
    const cutShort = old.range.end === before.text.length && entry.range.end < this.document.text.length
    return (
      !cutShort &&
      length === entry.range.end - entry.range.start &&
      (this.isKept(entry.range, old.range.start) ||
        before.text.slice(old.range.start, old.range.end) ===
          this.document.text.slice(entry.range.start, entry.range.end))
    )
  }

  private pieces: readonly KeptPiece[] | null = null
  private lastKept: KeptPiece | null = null
  /** The range lies whole in a piece of the old text, which was compared letter for letter in one go. */
  private isKept({ start, end }: { readonly start: number; readonly end: number }, was: number): boolean {
    // Places in a mended text are not those of the file.
    if (this.source.mended) return false
    this.pieces ??= this.spliced.kept(this.document.text)
    const inside = (one: KeptPiece) => one.start <= start && end <= one.end
    if (this.lastKept === null || !inside(this.lastKept)) this.lastKept = this.pieces.find(inside) ?? null
    return this.lastKept !== null && start - this.lastKept.start === was - this.lastKept.was
  }

  private places: ReadonlyMap<ModelEntry, number> | null = null
  /** The index of this very object in the model built from the source; an edited entry is another object. */
  private placeOf(kind: EntryKind, wanted: ModelEntry): number | undefined {
    // Where none moved, it would be at its own place.
    if (this.isSameList(kind)) return undefined
    if (!this.places) {
      const places = new Map<ModelEntry, number>()
      for (const kind of entryKinds) for (const [i, entry] of this.was[kind].entries()) places.set(entry, i)
      this.places = places
    }
    return this.places.get(wanted)
  }

  /** Added and removed entries, and current-context. */
  private structure(to: Rewriting): void {
    const missing: { kind: EntryKind; entries: readonly ModelEntry[] }[] = []
    for (const kind of entryKinds) {
      if (this.isSameList(kind)) continue
      const here = entriesOf(this.document, kind).map((_, i) => this.idAt(kind, i))
      const wanted = this.wanted[kind]
      const stay = new Set(wanted.map((entry) => entry.id))
      const gone = new Set(here.flatMap((id, i) => (stay.has(id) ? [] : [i])))
      const places = new Map(here.map((id, i) => [id, i]))
      const list = listOf(this.document, kind)
      if (list && list.items.length > 0) {
        let after = -1
        for (const entry of wanted) {
          const place = places.get(entry.id)
          if (place !== undefined) after = place
          else this.insertEntry(to, kind, list, after < 0 ? -1 : this.lastGone(after, gone), gone, entry)
        }
        removeParts(to, list, gone)
        if (wanted.length === 0) this.keepEmpty(to, list)
      } else if (wanted.length > 0) missing.push({ kind, entries: wanted })
    }
    this.makeLists(to, missing)
  }

  /** After a tag, an empty value would be read as text, which is no list. */
  private keepEmpty(to: Rewriting, list: YamlSequence): void {
    if (list.flow || list.tag === null) return
    const properties = /(?:[&!]\S*[ \t]*)*/y
    properties.lastIndex = list.start
    const found = properties.exec(to.text)?.[0].trimEnd() ?? ''
    const end = list.start + found.length
    to.splices.push({ start: end, end, text: ' []' })
  }

  /** New entries go after removed ones that follow their place: the ranges then touch and do not cross. */
  private lastGone(after: number, gone: ReadonlySet<number>): number {
    let last = after
    while (gone.has(last + 1)) last++
    return last
  }

  private insertEntry(
    to: Rewriting,
    kind: EntryKind,
    list: YamlSequence,
    after: number,
    gone: ReadonlySet<number>,
    entry: ModelEntry,
  ): void {
    const column = columnOf(to.text, list.items[0]?.start ?? 0)
    const lines = list.flow ? undefined : this.entryLines(to, kind, column, entry)
    const beside = styleOfLast(this.document, kind)
    insertItem(to, list, after, gone, entryValue(kind, entry.name, entry.value, beside.nameFirst), lines)
  }

  private entryLines(to: Rewriting, kind: EntryKind, column: number, entry: ModelEntry): string {
    const donor = entry.from === null || this.way === 'fresh' ? null : this.donors(entry.from)
    if (donor) {
      const moved = !this.stillThere(donor, entry)
      const copied = copyEntry(donor, kind, column, to.style.newline, moved)
      if (copied !== null) return copied
    }
    const beside = styleOfLast(this.document, kind)
    const value = entryValue(kind, entry.name, entry.value, beside.nameFirst)
    const style = styleNear(this.document, kind, to.style)
    return beside.flow ? `- ${writeFlow(value, style)}` : writeItem(value, column, style)
  }

  /** Whether the pattern stays in addition to its copy: only then its comments stay with it alone. */
  private stillThere({ document }: CopySource, entry: ModelEntry): boolean {
    return document.file === this.source.path || entry.from === null
      ? (this.wanted[entry.kind] ?? []).some((other) => other.id === entry.from)
      : false
  }

  /** Lists that are absent, null or empty get their first entries; a file without anything gets its frame. */
  private makeLists(
    to: Rewriting,
    lists: readonly { kind: EntryKind; entries: readonly ModelEntry[] }[],
  ): void {
    const current = this.currentChange()
    if (lists.length === 0 && current === null) return
    const { text, style } = to
    const { foundBy } = this.document
    if (foundBy !== 'parse' && lists.length === 0 && current !== null) {
      const pair = topPair(this.document, 'current-context')
      if (pair) {
        changeNode(to, pair.value, current, { flow: false, column: 0 })
        return
      }
    }
    const root = rootMap(this.document)
    if (!root || root.pairs.length === 0) {
      const written = this.frame(to, lists, current ?? '')
      if (root) to.splices.push({ start: root.contentStart, end: root.end, text: written })
      else {
        const lead = text === '' || /[\r\n\ufeff]$/.test(text) ? '' : style.newline
        to.splices.push({ start: text.length, end: text.length, text: `${lead}${written}${style.newline}` })
      }
      return
    }
    for (const { kind, entries } of lists) this.makeList(to, root, kind, entries)
    if (current === null) return
    const pair = topPair(this.document, 'current-context')
    if (pair) changeNode(to, pair.value, current, { flow: root.flow, column: 0 })
    else this.addTop(to, root, 'current-context', current)
  }

  /** A file from its first line on, keys as kubectl orders them. What was moved here keeps its text. */
  private frame(
    to: Rewriting,
    lists: readonly { kind: EntryKind; entries: readonly ModelEntry[] }[],
    current: string,
  ): string {
    const { style } = to
    const list = (kind: EntryKind): string => {
      const entries = lists.find((one) => one.kind === kind)?.entries ?? []
      if (entries.length === 0) return writePair(listKey[kind], [], 0, style)
      const pad = `${style.newline}${' '.repeat(style.listIndent)}`
      const lines = entries.map((entry) => this.entryLines(to, kind, style.listIndent, entry))
      return `${listKey[kind]}:${pad}${lines.join(pad)}`
    }
    const pair = (key: string, value: string): string => writePair(key, value, 0, style)
    return [
      pair('apiVersion', 'v1'),
      list('cluster'),
      list('context'),
      pair('current-context', current),
      pair('kind', 'Config'),
      list('user'),
    ].join(style.newline)
  }

  private addTop(to: Rewriting, root: YamlMap, key: string, value: Json): void {
    const wanted = withKey(topValues(root), key, value)
    changeNode(to, root, wanted, { flow: root.flow, column: 0 })
  }

  private makeList(to: Rewriting, root: YamlMap, kind: EntryKind, entries: readonly ModelEntry[]): void {
    const key = listKey[kind]
    const { style } = to
    const beside = styleOfLast(this.document, kind)
    if (root.flow) {
      this.addTop(
        to,
        root,
        key,
        entries.map((entry) => entryValue(kind, entry.name, entry.value, beside.nameFirst)),
      )
      return
    }
    const first = root.pairs[0]
    const column = this.listColumn(to, (first ? columnOf(to.text, first.start) : 0) + style.listIndent)
    const pad = `${style.newline}${' '.repeat(column)}`
    const lines = entries.map((entry) => this.entryLines(to, kind, column, entry)).join(pad)
    const pair = topPair(this.document, key)
    if (!pair) insertPairLines(to, root.pairs, key, `${key}:${pad}${lines}`, false)
    else {
      // `contexts: []` or `contexts: null`: the value is removed, a comment after it stays.
      const behind = (pair.colon ?? pair.key.end) + 1
      const { start, end } = pair.value
      if (start < end) to.splices.push({ start: behind, end, text: '' })
      const line = nextLine(to.text, Math.max(end, behind))
      const unended = line === to.text.length && !/[\r\n]$/.test(to.text)
      const indented = `${' '.repeat(column)}${lines}`
      to.splices.push({
        start: line,
        end: line,
        text: unended ? `${style.newline}${indented}` : `${indented}${style.newline}`,
      })
    }
  }

  /** The column of the dashes of the other lists. */
  private listColumn(to: Rewriting, otherwise: number): number {
    for (const kind of entryKinds) {
      const range = entriesOf(this.document, kind)[0]?.range
      if (range && to.text.charAt(range.start) === '-') return columnOf(to.text, range.start)
    }
    return otherwise
  }

  /** The value to set, or null when current-context stays. */
  private currentChange(): string | null {
    const wanted = this.wanted.currentContext
    return wanted === this.document.currentContext ? null : (wanted ?? '')
  }

  /** Values of existing entries that do not mean what is wanted. */
  private values(to: Rewriting, whole: boolean): void {
    const { document } = this
    for (const kind of entryKinds) {
      const wanted = this.wanted[kind]
      const byId =
        this.inPlace || this.isSameList(kind) ? null : new Map(wanted.map((entry) => [entry.id, entry]))
      let inFlow: boolean | null = null
      const count = document.count(kind)
      for (let i = 0; i < count; i++) {
        const next = byId ? byId.get(this.idAt(kind, i)) : wanted[i]
        if (!next || this.isAsRead(kind, i, next) || this.isUnchanged(kind, i, next)) continue
        const entry = document.entry(kind, i)
        const node = document.node(kind, i)
        inFlow ??= listOf(document, kind)?.flow === true
        // In flow none counts (splice-node.ts).
        const column = inFlow ? 0 : columnOf(to.text, entry.range.start)
        const was = jsonOf(to.shape, node)
        const item = withKey(withKey(isMap(was) ? was : {}, 'name', next.name), kind, next.value)
        if (whole) {
          const style = styleNear(this.document, kind, to.style)
          const flow = node.kind === 'map' && node.flow
          to.splices.push({
            start: node.start,
            end: node.end,
            text: flow ? writeFlow(item, style) : writeBlock(item, column + 2, style),
          })
        } else {
          changeNode(to, node, item, { flow: inFlow, column })
        }
      }
    }
  }

  /** Null when the new text means exactly what was asked; else what differs. */
  private prove(): string | null {
    const { document, wanted, source } = this
    if (!document.readable) return document.problems[0]?.message ?? 'kubectl would refuse the result'
    if (document.currentContext !== wanted.currentContext) return 'current-context would differ'
    for (const kind of entryKinds) {
      const all = wanted[kind]
      if (document.count(kind) !== all.length) return `the list of ${kind}s would have another length`
      for (let i = 0; i < all.length; i++) {
        const next = all[i]
        if (next && !this.isAsRead(kind, i, next) && !this.isUnchanged(kind, i, next))
          return `the ${kind} ${quoted(next.name)} would differ`
      }
    }
    if (this.changed !== null) {
      const changed = this.changed.flatMap(({ kind, index }): readonly KeptEntry[] =>
        kind === 'current' ? [] : [{ kind, name: wanted[kind][index]?.name ?? '', was: index, is: index }],
      )
      return besideDiffers(source.document, document, changed)
    }
    if (source.text === null || document.foundBy === 'scan') return null
    return restDiffers(source.document, document, this.kept())
  }

  /** Entries that were there before, by their place then and now, except those that are there letter for letter. */
  private *kept(): Generator<KeptEntry> {
    for (const kind of entryKinds) {
      const places = new Map(entriesOf(this.source.document, kind).map((_, i) => [this.idAt(kind, i), i]))
      for (const [is, next] of this.wanted[kind].entries()) {
        const was = places.get(next.id)
        if (was === undefined || this.isSameText(kind, is, this.document.entry(kind, is), next)) continue
        yield { kind, name: next.name, was, is }
      }
    }
  }
}

function topValues(root: YamlMap): JsonMap {
  const value = jsonOf(new Shape(), root)
  return isMap(value) ? value : {}
}

/** A tree that shows the file's style: the whole one, or of lines the last user. */
function styleNode(document: KubeconfigDocument): YamlNode | null {
  if (document.scan === null) return document.root()
  const last = document.users.at(-1) ?? document.contexts.at(-1) ?? document.clusters.at(-1)
  return last ? document.node(last.kind, last.index) : null
}

/** An entry of a document as the donor of its text. */
export function donorsOf(sources: readonly EditSource[]): CopySources {
  let index: Map<EntryId, CopySource> | null = null
  return (id) => {
    if (!index) {
      index = new Map()
      for (const { document, path } of sources)
        for (const kind of entryKinds)
          for (const entry of entriesOf(document, kind))
            index.set(entryId(kind, path, entry.name, entry.occurrence), {
              document,
              entry,
            })
    }
    return index.get(id) ?? null
  }
}
