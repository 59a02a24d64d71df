/**
 * One kubeconfig file read as kubectl reads it: where each entry stands, what it says, and why kubectl would refuse
 * the file. Entries are parsed when asked for, once. Never throws: what is legible is there beside the problems.
 */
import type { EntryKind, FileProblem, SourcePosition } from '../../../shared/kubeconfig/entries'
import type { ShapeCode, ShapeProblem } from '../yaml/fields'
import { LineIndex } from '../yaml/line-index'
import { readTree, type YamlNode } from '../yaml/tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import type { UserForm } from './entries'
import { outlineScan, type ScanOutcome } from './line-reader'
import type { DocumentEntry, FoundBy, OutlineList } from './outline'
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
  /** How the entries were found. */
  readonly foundBy: FoundBy
  /** Aliases occur: what stands in one entry, or in none, may be part of another. */
  readonly entangled: boolean
  /** How many entries a list has, and what each is called: no entry is made for that. */
  count(kind: EntryKind): number
  name(kind: EntryKind, index: number): string
  /** Made when it is first asked for; throws a RangeError for an index that is not there. */
  entry(kind: EntryKind, index: number): DocumentEntry
  /** The place of the first entry of this name. */
  first(kind: EntryKind, name: string): number | undefined
  /** A name occurs twice in this list: kubectl refuses the file. */
  repeats(kind: EntryKind): boolean
  /** The place of the first entry that a context of this file points at; -1 where this file has none. */
  refers(kind: 'cluster' | 'user', context: number): number
  /** The first entry of this name. */
  find(kind: EntryKind, name: string): DocumentEntry | undefined
  /** It holds nothing but keys of the schema in plain lines: its fields are all that it says. */
  saysOnlyFields(kind: EntryKind, index: number): boolean
  /** By place in the list; throws a RangeError for an index that is not there. */
  context(index: number): ReadContext
  /** The same where it stands as programs write it, so that it has a cluster and a user and says no more; else null. */
  generatedContext(index: number): ReadContext | null
  cluster(index: number): ReadCluster
  user(index: number): ReadUser
  /** What a user has in common with others of this file; null where that is not known. */
  form(index: number): UserForm | null
  /** The word in which it differs from them. */
  word(index: number): string | null
  /** The entry's tree, with the place of every value: for the rewriter. Offsets are those of the whole text. */
  node(kind: EntryKind, index: number): YamlNode
  /** The same for its values alone: its offsets may be those of another text. */
  valueNode(kind: EntryKind, index: number): YamlNode
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
  const { lists, names } = outline
  const listed = {
    cluster: new Listed('cluster', lists.cluster, names.cluster.size, lines),
    user: new Listed('user', lists.user, names.user.size, lines),
    context: new Listed('context', lists.context, names.context.size, lines),
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
    get clusters() {
      return listed.cluster.all()
    },
    get users() {
      return listed.user.all()
    },
    get contexts() {
      return listed.context.all()
    },
    currentContext: outline.currentContext,
    foundBy: outline.foundBy,
    entangled: outline.entangled,
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
    refers: (kind, context) => {
      const name = outline.context(context)[kind]
      return name === null ? -1 : (names[kind].get(name) ?? -1)
    },
    repeats: (kind) => listed[kind].repeats,
    find: (kind, name) => {
      const first = names[kind].get(name)
      return first === undefined ? undefined : listed[kind].entry(first)
    },
    saysOnlyFields: (kind, index) => outline.saysOnlyFields(kind, index),
    context: (index) => outline.context(index),
    generatedContext: (index) => outline.generatedContext(index),
    cluster: (index) => outline.cluster(index),
    user: (index) => outline.user(index),
    form: (index) => outline.form(index),
    word: (index) => outline.word(index),
    node: (kind, index) => outline.node(kind, index),
    valueNode: (kind, index) => outline.node(kind, index),
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
  return { code, offset, message, next: 'Fix the problems before this place, then load the file again.' }
}

function fileProblem(problem: ShapeProblem, lines: LineIndex): FileProblem {
  const { code, message, next } = problem
  return { code, severity: 'error', message: sentence(message), next, at: lines.position(problem.offset) }
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

/** The entries of one list, each made when it is first looked at. */
class Listed {
  private readonly kind: EntryKind
  private readonly list: OutlineList
  private readonly lines: LineIndex
  private readonly made: DocumentEntry[] = []
  private complete: readonly DocumentEntry[] | null = null
  /** A name occurs twice. */
  readonly repeats: boolean
  /** How often each name occurs, and how often before each place; null where none occurs twice. */
  private readonly counts: ReadonlyMap<string, number> | null
  private readonly before: readonly number[]

  constructor(kind: EntryKind, list: OutlineList, names: number, lines: LineIndex) {
    this.kind = kind
    this.list = list
    this.lines = lines
    this.repeats = names < list.length
    const counts = this.repeats ? new Map<string, number>() : null
    const before: number[] = []
    for (let index = 0; counts !== null && index < list.length; index++) {
      const name = list.name(index)
      const count = counts.get(name) ?? 0
      before.push(count)
      counts.set(name, count + 1)
    }
    this.counts = counts
    this.before = before
  }

  entry(index: number): DocumentEntry {
    const known = this.made[index]
    if (known !== undefined) return known
    const { name, quote, range, line, endLine } = this.list.entry(index)
    const { kind, counts, before, lines } = this
    const entry: DocumentEntry = {
      kind,
      index,
      name,
      occurrence: before[index] ?? 0,
      duplicate: (counts?.get(name) ?? 0) > 1,
      quote,
      range,
      line: line ?? lines.line(range.start),
      endLine: endLine ?? lines.line(Math.max(range.start, range.end - 1)),
    }
    this.made[index] = entry
    return entry
  }

  all(): readonly DocumentEntry[] {
    this.complete ??= Array.from({ length: this.list.length }, (_, index) => this.entry(index))
    return this.complete
  }
}
