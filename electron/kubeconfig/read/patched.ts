/**
 * A document after changes inside single entries, without finding all entries anew. In a file whose entries a scanner found,
 * nothing in one entry's lines reaches into another's. The same holds for entries that programs wrote, next to others that the
 * parser read. So the text before and after them is unchanged but moved, and the entry in between is read alone, by the scanner
 * and by the full parser. So is the line of another current-context. Anything else (other entries, a doubt) is left to a
 * reading of the whole (`readDocument`), which verifies this (patched.property.test.ts).
 */

import { differenceOf } from '../../../shared/difference'
import { firstWhere } from '../../../shared/first-where'
import { type Json, sameJson } from '../../../shared/json'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { jsonOf, Shape } from '../yaml/shapes'
import type { YamlNode } from '../yaml/yaml-tree'
import { documentOf, type KubeconfigDocument, readDocument } from './document'
import { lineEndOf } from './generated-entry'
import { outlineBeside, outlineOf } from './line-reader'
import type { ScannedEntry } from './line-scanner'

/** A replaced range of a text. */
export interface TextChange {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Lines in which something changed: of an entry, or with the current context. */
export interface ChangedLines {
  readonly kind: EntryKind | 'current'
  readonly index: number
  /** Its lines in the text before. */
  readonly from: number
  readonly to: number
  /** Its lines now. */
  readonly text: string
}

/** Beyond this number of changes a whole reading costs little more. */
const mostChanges = 200

const currentKey = 'current-context'

type Lines = Omit<ChangedLines, 'text'>

/** The same lines with their text now, as a file by itself, which begins with `head`. */
interface Part extends Lines {
  readonly alone: KubeconfigDocument
  readonly head: string
}

/** The document that each one was built from, as long as other code holds that, and all that changed since. */
const madeOf = new WeakMap<
  KubeconfigDocument,
  { readonly before: WeakRef<KubeconfigDocument>; readonly changed: readonly ChangedLines[] }
>()

/** The lines in which alone one document differs from another, in the order of the text; null where that is not known. */
export function changedSince(
  before: KubeconfigDocument | undefined,
  after: KubeconfigDocument,
): readonly ChangedLines[] | null {
  if (before === after) return []
  const made = madeOf.get(after)
  return made !== undefined && made.before.deref() === before ? made.changed : null
}

/** The document after these changes, ascending and apart; null: the whole must be read. `after`: its text, where known. */
export function patchDocument(
  before: KubeconfigDocument,
  changes: readonly TextChange[],
  after: string | null = null,
): KubeconfigDocument | null {
  if (changes.length === 0 || changes.length > mostChanges || !isPlain(before)) return null
  const touched: { lines: Lines; changes: TextChange[] }[] = []
  for (const change of changes) {
    const lines = linesAround(before, change)
    if (lines === null) return null
    const last = touched.at(-1)
    if (last?.lines.from === lines.from) last.changes.push(change)
    else touched.push({ lines, changes: [change] })
  }
  const parts: Part[] = []
  for (const { lines, changes: own } of touched) {
    const part = readAlone(before, lines, own)
    if (part === null) return null
    parts.push(part)
  }
  if (!namesStayOnce(before, parts)) return null
  // By the line end of the file entries are found that programs wrote: another one concerns also those that did not change.
  const lineEnd = lineEndOf(before.text)
  if (parts.some((part) => lineEndOf(textOf(part)) !== lineEnd)) return null
  const document = withParts(before, parts, after ?? joinedText(before.text, parts))
  const changed = parts.map((part) => {
    const { kind, index, from, to } = part
    return { kind, index, from, to, text: textOf(part) }
  })
  if (document !== null) madeOf.set(document, { before: new WeakRef(before), changed })
  return document
}

/** The document of a text that may be a small change of one that was read; null: there is no such file. */
export function readNear(
  near: KubeconfigDocument | null | undefined,
  path: string,
  text: string | null,
): KubeconfigDocument {
  if (text === null || !near) return readDocument(path, text ?? '')
  if (near.text === text) return near
  return patchDocument(near, [differenceOf(near.text, text)], text) ?? readDocument(path, text)
}

/** With entries that the scanner found, and no fault. */
const isPlain = (document: KubeconfigDocument): boolean =>
  document.scan !== null &&
  document.problems.length === 0 &&
  !entryKinds.some((kind) => document.repeats(kind))

/** The lines that contain this change, of an entry after its dash; null where it is not certainly in one. */
function linesAround(before: KubeconfigDocument, { start, end }: TextChange): Lines | null {
  const { text, scan, foundBy } = before
  if (scan === null) return null
  const { lists, sections } = scan
  for (const kind of entryKinds) {
    const list: readonly ScannedEntry[] = lists[kind]
    const index = firstWhere(list.length, (at) => (list[at]?.start ?? 0) >= start) - 1
    const entry = list[index]
    // What ends with the text may say more once something follows.
    if (entry === undefined || end > entry.to || text[entry.to - 1] !== '\n') continue
    // What the parser had to read may be tied to something else.
    if (foundBy === 'parse' && !before.isGenerated(kind, index)) return null
    const { from, to } = entry
    const indent = text.slice(from, entry.start)
    const isAlone = !/[^ \t\r\n]/.test(indent + text.slice(entry.end, to))
    return isAlone && endsAt(text, to, indent) ? { kind, index, from, to } : null
  }
  const index = sections.findIndex(({ key, from, to }) => key === currentKey && from < start && end < to)
  const { from = 0, to = 0 } = sections[index] ?? {}
  if (foundBy === 'parse' && !isCurrentContext(before.root(), from, to)) return null
  return text.indexOf('\n', from) === to - 1 && endsAt(text, to) ? { kind: 'current', index, from, to } : null
}

/** The parser found the current context in this line, tied to nothing else. */
function isCurrentContext(root: YamlNode | null, from: number, to: number): boolean {
  const pairs = root?.kind === 'map' ? root.pairs : []
  const named = pairs.filter(({ key }) => key.kind !== 'scalar' || key.value === currentKey)
  const [{ key, value } = {}] = named
  if (named.length !== 1 || key?.kind !== 'scalar' || value?.kind !== 'scalar') return false
  return key.start === from && value.end < to && key.anchor === null && value.anchor === null
}

/** Another entry of the list begins here, or a key of the file, or nothing more comes. */
const endsAt = (text: string, at: number, indent: string | null = null): boolean =>
  at === text.length ||
  (indent !== null && text.startsWith(`${indent}- `, at)) ||
  /^[A-Za-z]$/.test(text.charAt(at))

/** The changed lines read as the kind of part they were; null where scanner and parser do not both read exactly that. */
function readAlone(
  before: KubeconfigDocument,
  { kind, from, to, index }: Lines,
  changes: readonly TextChange[],
): Part | null {
  const { file, text } = before
  let lines = ''
  let position = from
  for (const change of changes) {
    lines += text.slice(position, change.start) + change.text
    position = change.end
  }
  lines += text.slice(position, to)
  if (!(kind === 'current' ? lines.indexOf('\n') === lines.length - 1 : belongTogether(lines))) return null
  const head = kind === 'current' ? '' : `${kind}s:\n`
  const alone = readDocument(file, head + lines)
  const parsed = readDocument(file, head + lines, 'parse')
  const same =
    alone.scan !== null &&
    alone.scan.sections.map(({ key }) => key).join() === (kind === 'current' ? currentKey : '') &&
    isOne(alone, kind) &&
    isOne(parsed, kind) &&
    sameJson(allIn(alone), allIn(parsed))
  return same ? { kind, from, to, index, alone, head } : null
}

/** Every line is indented further than the entry's dash: none can be a key of the file, or of another entry. */
function belongTogether(lines: string): boolean {
  const [first = '', ...rest] = lines.split('\n')
  const within = `${/^ */.exec(first)?.[0] ?? ''} `
  return rest.pop() === '' && rest.every((line) => line.startsWith(within))
}

const isOne = (document: KubeconfigDocument, kind: Lines['kind']): boolean =>
  document.problems.length === 0 &&
  !document.entangled &&
  entryKinds.every((one) => document.count(one) === (one === kind ? 1 : 0))

const allIn = (document: KubeconfigDocument): Json => {
  const root = document.root()
  return root && jsonOf(new Shape(), root)
}

/** No list gets a name twice. */
function namesStayOnce(before: KubeconfigDocument, parts: readonly Part[]): boolean {
  const taken = new Set<string>()
  for (const { kind, alone } of parts) {
    if (kind === 'current') continue
    const name = alone.name(kind, 0)
    const key = `${kind} ${name}`
    if (taken.has(key)) return false
    taken.add(key)
    const holder = before.first(kind, name)
    if (holder !== undefined && !parts.some((one) => one.kind === kind && one.index === holder)) return false
  }
  return true
}

const textOf = ({ alone, head }: Part): string => alone.text.slice(head.length)

/** Joined when the text is read: a write of one value takes its bytes from the former ones. */
function joinedText(text: string, parts: readonly Part[]): string {
  let joined = ''
  let position = 0
  for (const part of parts) {
    joined += text.slice(position, part.from) + textOf(part)
    position = part.to
  }
  return joined + text.slice(position)
}

/** How far something moved, in characters and in lines. */
interface Move {
  readonly by: number
  readonly lines: number
}

/** The document with these parts in place of the former ones, in the order of the text. */
function withParts(
  before: KubeconfigDocument,
  parts: readonly Part[],
  now: string,
): KubeconfigDocument | null {
  const { file, text, scan } = before
  if (scan === null) return null
  const moves = parts.map((part) => {
    const { from, to } = part
    const lines = breaksIn(textOf(part), 0) - breaksIn(text, from, to)
    return { to, by: textOf(part).length - (to - from), lines }
  })
  /** Asked of places that ascend. */
  const moving = () => {
    let [next, by, lines] = [0, 0, 0]
    return (offset: number): Move => {
      for (let move = moves[next]; move && move.to <= offset; move = moves[++next]) {
        by += move.by
        lines += move.lines
      }
      return { by, lines }
    }
  }
  const listAfter = <E extends ScannedEntry>(
    kind: EntryKind,
    list: readonly E[],
    alone: (part: Part) => E | undefined,
  ) => {
    const own = new Map(parts.flatMap((part) => (part.kind === kind ? [[part.index, part] as const] : [])))
    const moved = moving()
    return list.map((entry, index) => {
      const move = moved(entry.from)
      const part = own.get(index)
      const is = part && alone(part)
      if (part === undefined || is === undefined) return movedEntry(entry, move)
      // The key of its list is on the line above it.
      const lines = entry.line - is.line + move.lines
      return movedEntry(is, { by: part.from + move.by - part.head.length, lines })
    })
  }
  const { cluster, user, context } = scan.lists
  const scannedIn = ({ alone }: Part) => alone.scan?.lists
  const lists = {
    cluster: listAfter('cluster', cluster, (part) => scannedIn(part)?.cluster[0]),
    user: listAfter('user', user, (part) => scannedIn(part)?.user[0]),
    context: listAfter('context', context, (part) => scannedIn(part)?.context[0]),
  }
  const moved = moving()
  const sections = scan.sections.map((section) => {
    const [from, to] = [section.from + moved(section.from).by, section.to + moved(section.to).by]
    return { ...section, from, to }
  })
  const changed = { lists, sections }
  if (before.foundBy === 'parse') {
    const outline = outlineBeside(file, now, changed)
    return outline && documentOf(file, now, outline)
  }
  const current = parts.find(({ kind }) => kind === 'current')?.alone ?? before
  const outline = outlineOf(file, now, changed, current.currentContext)
  return documentOf(file, now, { ...outline, problems: noProblems })
}

/** Not made above: it would hold the text before as long as the document. */
const noProblems = () => []

function movedEntry<E extends ScannedEntry>(entry: E, { by, lines }: Move): E {
  if (by === 0 && lines === 0) return entry
  const { start, end, from, to, reach, line, endLine } = entry
  return {
    ...entry,
    start: start + by,
    end: end + by,
    from: from + by,
    to: to + by,
    reach: reach + by,
    line: line + lines,
    endLine: endLine + lines,
  }
}

export function breaksIn(text: string, from: number, to = text.length): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}
