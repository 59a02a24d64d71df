/**
 * One kubeconfig file read as kubectl reads it: where each entry is, what it says, and why kubectl would refuse the file.
 * Entries are parsed once, when needed. Never throws: the legible parts are returned with the problems.
 */
import {
  type EntryKind,
  type FileProblem,
  ofEachKind,
  type SourcePosition,
} from '../../../shared/kubeconfig/entries'
import { lazy } from '../../../shared/once'
import { LineIndex } from '../yaml/line-index'
import type { ShapeCode, ShapeProblem } from '../yaml/shapes'
import { outlineScan } from './line-reader'
import type { DocumentEntry, Outline, OutlineList } from './outline'
import { outlineTree } from './tree-reader'

export interface KubeconfigDocument extends Omit<Outline, 'lists' | 'names' | 'problems'> {
  /** Absolute path, as listed. */
  readonly file: string
  readonly text: string
  readonly clusters: readonly DocumentEntry[]
  readonly users: readonly DocumentEntry[]
  readonly contexts: readonly DocumentEntry[]
  /** Every reason for which kubectl refuses the file, in the order of the text. Asking reads every entry. */
  readonly problems: readonly FileProblem[]
  /** No problem of severity error: kubectl reads it. */
  readonly readable: boolean
  /** How many entries a list has, and what each is called: no entry is made for that. */
  count(kind: EntryKind): number
  name(kind: EntryKind, index: number): string
  /** Throws a RangeError for an index that does not exist. */
  entry(kind: EntryKind, index: number): DocumentEntry
  /** The place of the first entry of this name. */
  first(kind: EntryKind, name: string): number | undefined
  /** A name occurs twice in this list: kubectl refuses the file. */
  repeats(kind: EntryKind): boolean
  /** The place of the first entry that a context of this file points at; -1 where this file has none. */
  refers(kind: 'cluster' | 'user', context: number): number
  /** The first entry of this name. */
  find(kind: EntryKind, name: string): DocumentEntry | undefined
  position(offset: number): SourcePosition
  /** Where each problem of one kind is, also those beyond what `problems` lists. */
  offsetsOf(code: ShapeCode): readonly number[]
}

/**
 * Reads the text of a kubeconfig. `file` (absolute) is what relative paths in it are resolved against. `how`: tests
 * ask for the full parser alone, which the line scanner must agree with.
 */
export function readDocument(file: string, text: string, how: 'scan' | 'parse' = 'scan'): KubeconfigDocument {
  return documentOf(file, text, how === 'scan' ? outlineScan(file, text) : outlineTree(file, text))
}

/**
 * The same, read when something else of it than its place and text is first asked for: of a large fleet another thread reads what
 * a window shows.
 */
export function documentOnDemand(file: string, text: string): KubeconfigDocument {
  const read = lazy(() => readDocument(file, text))
  return new Proxy(readDocument(file, ''), {
    get: (_, key) => (key === 'file' ? file : key === 'text' ? text : Reflect.get(read(), key)),
  })
}

/** The document of a text of which the entries were found. */
export function documentOf(file: string, text: string, outline: Outline): KubeconfigDocument {
  const lines = new LineIndex(text)
  let problems: readonly FileProblem[] | null = null
  const { lists, names, problems: find, ...found } = outline
  const listed = ofEachKind((kind) => listIn(kind, lists[kind], names[kind].size < lists[kind].length, lines))
  const allProblems = () => {
    if (problems !== null) return problems
    const all = find()
      .map((problem, order) => ({ problem, order }))
      .sort((a, b) => a.problem.offset - b.problem.offset || a.order - b.order)
      .map(({ problem }) => problem)
    const listed = all.slice(0, maxProblems).map((problem) => fileProblem(problem, lines))
    const next = all[maxProblems]
    if (next !== undefined) listed.push(fileProblem(furtherProblems(next, all.length - maxProblems), lines))
    problems = listed
    return problems
  }
  return {
    ...found,
    file,
    text,
    get clusters() {
      return listed.cluster.all()
    },
    get users() {
      return listed.user.all()
    },
    get contexts() {
      return listed.context.all()
    },
    get problems() {
      return allProblems()
    },
    get readable() {
      return !allProblems().some((problem) => problem.severity === 'error')
    },
    count: (kind) => lists[kind].length,
    name: (kind, index) => lists[kind].name(index),
    entry: (kind, index) => listed[kind].entry(index),
    first: (kind, name) => names[kind].get(name),
    // kubectl takes the entry without a name for a context that names none.
    refers: (kind, context) => names[kind].get(outline.context(context)[kind] ?? '') ?? -1,
    repeats: (kind) => listed[kind].repeats,
    find: (kind, name) => {
      const first = names[kind].get(name)
      return first === undefined ? undefined : listed[kind].entry(first)
    },
    position: (offset) => lines.position(offset),
    offsetsOf: (code) => find().flatMap((one) => (one.code === code ? [one.offset] : [])),
  }
}

/** Nothing of the entry is an anchor or an alias: its own text is all that it says. */
export const isApart = (document: KubeconfigDocument, kind: EntryKind, index: number): boolean =>
  document.foundBy === 'scan' || document.isGenerated(kind, index)

/** Problems of one file beyond this number are counted, not listed: no one reads them, and the page has to hold them. */
const maxProblems = 1_000

function furtherProblems({ code, offset }: ShapeProblem, count: number): ShapeProblem {
  const message = `From here on ${count} more problems of this file are not listed`
  return { code, offset, message, next: 'Fix the problems before this place, then load the file again.' }
}

function fileProblem(problem: ShapeProblem, lines: LineIndex): FileProblem {
  const { code, message, next } = problem
  return { code, severity: 'error', message: sentence(message), next, at: lines.position(problem.offset) }
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

/** The entries of one list. `repeats`: a name occurs twice. */
function listIn(kind: EntryKind, list: OutlineList, repeats: boolean, lines: LineIndex) {
  let complete: readonly DocumentEntry[] | null = null
  /** How often each name occurs, and how often before each place; empty where none occurs twice. */
  const counts = new Map<string, number>()
  const before: number[] = []
  for (let index = 0; repeats && index < list.length; index++) {
    const name = list.name(index)
    const count = counts.get(name) ?? 0
    before.push(count)
    counts.set(name, count + 1)
  }
  const entry = (index: number): DocumentEntry => {
    const { name, range, line, endLine } = list.entry(index)
    return {
      kind,
      index,
      name,
      occurrence: before[index] ?? 0,
      duplicate: (counts.get(name) ?? 0) > 1,
      range,
      line: line ?? lines.line(range.start),
      endLine: endLine ?? lines.line(Math.max(range.start, range.end - 1)),
    }
  }
  const all = (): readonly DocumentEntry[] => {
    complete ??= Array.from({ length: list.length }, (_, index) => entry(index))
    return complete
  }
  return { repeats, entry, all }
}
