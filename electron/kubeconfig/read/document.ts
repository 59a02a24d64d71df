/**
 * One kubeconfig file read as kubectl reads it: where each entry stands, what it says, and why kubectl would refuse
 * the file. Entries are parsed when asked for, once. Never throws: what is legible is there beside the problems.
 */
import type { EntryKind, FileProblem, SourcePosition } from '../../../shared/kubeconfig/entries'
import type { ShapeCode, ShapeProblem } from '../yaml/fields'
import { LineIndex } from '../yaml/line-index'
import { readTree, type YamlNode } from '../yaml/tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import { outlineScan, type ScanOutcome } from './line-reader'
import type { DocumentEntry, OutlineEntry } from './outline'
import { outlineTree } from './tree-reader'

export interface KubeconfigDocument {
  /** Absolute path, as listed. */
  readonly file: string
  readonly text: string
  readonly clusters: readonly DocumentEntry[]
  readonly users: readonly DocumentEntry[]
  readonly contexts: readonly DocumentEntry[]
  /** Null when absent or empty. */
  readonly currentContext: string | null
  /** Every reason for which kubectl refuses the file, in the order of the text. Asking reads every entry. */
  readonly problems: readonly FileProblem[]
  /** No problem of severity error: kubectl reads it. */
  readonly readable: boolean
  /** How the entries were found: by the line scanner, or by the full parser. */
  readonly foundBy: 'scan' | 'parse'
  /** Aliases occur: what stands in one entry, or in none, may be part of another. */
  readonly entangled: boolean
  /** The first entry of this name. */
  find(kind: EntryKind, name: string): DocumentEntry | undefined
  /** It holds nothing but keys of the schema in plain lines: its fields are all that it says. */
  saysOnlyFields(kind: EntryKind, index: number): boolean
  /** By place in the list; throws a RangeError for an index that is not there. */
  context(index: number): ReadContext
  cluster(index: number): ReadCluster
  user(index: number): ReadUser
  /** The entry's tree, with the place of every value: for the rewriter. Offsets are those of the whole text. */
  node(kind: EntryKind, index: number): YamlNode
  /** The root of the whole file's tree; null when it is empty or cannot be read at all. */
  root(): YamlNode | null
  /** The root; of a file that was scanned without its lists, which costs nothing. */
  top(): YamlNode | null
  position(offset: number): SourcePosition
  /** Where each problem of one kind stands, also those beyond what `problems` lists. */
  offsetsOf(code: ShapeCode): readonly number[]
}

/**
 * Reads the text of a kubeconfig. `file` (absolute) is what relative paths in it are resolved against. `how`: tests
 * ask for the full parser alone, which the line scanner must agree with.
 */
export function readDocument(file: string, text: string, how: 'scan' | 'parse' = 'scan'): KubeconfigDocument {
  const lines = new LineIndex(text)
  const outcome: ScanOutcome = how === 'scan' ? outlineScan(file, text) : { kind: 'parse', tree: null }
  const outline =
    outcome.kind === 'outline' ? outcome.outline : outlineTree(file, text, outcome.tree ?? readTree(text))
  let problems: readonly FileProblem[] | null = null
  const { lists, firsts } = outline
  const listed = {
    cluster: listEntries('cluster', lists.cluster, firsts.cluster.size, lines),
    user: listEntries('user', lists.user, firsts.user.size, lines),
    context: listEntries('context', lists.context, firsts.context.size, lines),
  }
  const allProblems = () => {
    if (problems !== null) return problems
    const found = outline
      .problems()
      .map((problem, order) => ({ problem, order }))
      .sort((a, b) => a.problem.offset - b.problem.offset || a.order - b.order)
      .map(({ problem }) => problem)
    const listed = found.slice(0, maxProblems).map((problem) => fileProblem(problem, lines))
    const next = found[maxProblems]
    if (next !== undefined) listed.push(fileProblem(furtherProblems(next, found.length - maxProblems), lines))
    problems = listed
    return problems
  }
  return {
    file,
    text,
    clusters: listed.cluster,
    users: listed.user,
    contexts: listed.context,
    currentContext: outline.currentContext,
    foundBy: outline.foundBy,
    entangled: outline.entangled,
    get problems() {
      return allProblems()
    },
    get readable() {
      return !allProblems().some((problem) => problem.severity === 'error')
    },
    find: (kind, name) => {
      const first = firsts[kind].get(name)
      return first === undefined ? undefined : listed[kind][first]
    },
    saysOnlyFields: (kind, index) => outline.saysOnlyFields(kind, index),
    context: (index) => outline.context(index),
    cluster: (index) => outline.cluster(index),
    user: (index) => outline.user(index),
    node: (kind, index) => outline.node(kind, index),
    root: () => outline.root(),
    top: () => outline.top(),
    position: (offset) => lines.position(offset),
    offsetsOf: (code) => outline.problems().flatMap((one) => (one.code === code ? [one.offset] : [])),
  }
}

/** More than these of one file are counted, not listed: nobody reads them, and the page has to hold them. */
const maxProblems = 1_000

function furtherProblems({ code, offset }: ShapeProblem, count: number): ShapeProblem {
  const message = `From here on ${count} more problems of this file are not listed`
  return { code, offset, message, next: 'Mend those before, then look again.' }
}

function fileProblem(problem: ShapeProblem, lines: LineIndex): FileProblem {
  const { code, message, next } = problem
  return { code, severity: 'error', message: sentence(message), next, at: lines.position(problem.offset) }
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

function listEntries(
  kind: EntryKind,
  entries: readonly (OutlineEntry | DocumentEntry)[],
  names: number,
  lines: LineIndex,
): readonly DocumentEntry[] {
  const counts = names < entries.length ? new Map<string, number>() : null
  const occurrences = entries.map(({ name }) => {
    if (counts === null) return 0
    const occurrence = counts.get(name) ?? 0
    counts.set(name, occurrence + 1)
    return occurrence
  })
  return entries.map((entry, index): DocumentEntry => {
    if (counts === null && 'occurrence' in entry) return entry
    return {
      kind,
      index,
      name: entry.name,
      occurrence: occurrences[index] ?? 0,
      duplicate: (counts?.get(entry.name) ?? 0) > 1,
      quote: entry.quote,
      range: entry.range,
      line: entry.line ?? lines.line(entry.range.start),
      endLine: entry.endLine ?? lines.line(Math.max(entry.range.start, entry.range.end - 1)),
    }
  })
}
