/** From edits and texts to new texts, everything up to the lock: plan and apply are this one function. */
import { applyEdits } from '../../../shared/edits/apply-edits'
import { changesBetween, diffOf, unified } from '../../../shared/edits/diff'
import type { AnyEdit, EditProblem } from '../../../shared/edits/edit'
import { sameMeaning } from '../../../shared/edits/equivalence'
import type { EditModel, ModelFile } from '../../../shared/edits/model'
import type { EntryLines, FileRevision, Plan, PlannedChange } from '../../../shared/edits/plan'
import { firstWhere } from '../../../shared/first-where'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { ok } from '../../../shared/result'
import { atOnce, type Turns } from '../../../shared/turns'
import type { KubeconfigDocument } from '../read/document'
import { readDocument } from '../read/document'
import { type EditSource, modelOf, sourceOf } from '../read/edit-model'
import { maskedText } from '../read/masked-text'
import { entriesBetween, namesIn } from '../read/named-entries'
import { mendedSources } from './quote-misread'
import { type CopySources, donorsOf, rewriteFile } from './rewrite'
import type { Splice } from './splice'

/** Doubts that need more than the kubeconfig: the caller that knows the AWS profiles reports a double assume. */
export type Warnings = (
  before: EditModel,
  after: EditModel,
  edits: readonly AnyEdit[],
) => readonly EditProblem[]

export interface PlanInput {
  /** In the list's order; files outside of the list after them. */
  readonly sources: readonly EditSource[]
  readonly revisions: readonly FileRevision[]
  readonly edits: readonly AnyEdit[]
  readonly warnings?: Warnings
  /** Older texts, whose entries are patterns for restored entries. */
  readonly patterns?: readonly EditSource[]
  /**
   * Texts that files had before: a file gets its own where that means exactly what is wanted. Null: there was no such
   * file, so it is removed where nothing is to be in it.
   */
  readonly earlier?: ReadonlyMap<string, Former>
}

export interface Former {
  readonly text: string | null
  /** What `text` says, with its values as they were read already. */
  readonly says: Lists & { readonly unreadable: string | null }
  readonly document: KubeconfigDocument
}

/** A file as it is to be written. */
export interface PlannedFile {
  readonly path: string
  readonly before: string | null
  /** Null: it is removed. */
  readonly after: string | null
  readonly changes: readonly Splice[]
  /** `after` as it was read to prove it, where that was done. */
  readonly document?: KubeconfigDocument
}

export interface Planned {
  readonly plan: Plan
  readonly files: readonly PlannedFile[]
  readonly before: EditModel
  readonly after: EditModel
}

/** The diff of one file as it may be shown: secrets masked. */
export function shownChange(
  path: string,
  before: string | null,
  after: string | null,
  changes: readonly Splice[],
  documents?: { readonly before: KubeconfigDocument; readonly after: KubeconfigDocument },
): PlannedChange {
  const sides = {
    before: maskedText(documents?.before ?? readDocument(path, before ?? '')),
    after: maskedText(documents?.after ?? readDocument(path, after ?? '')),
  }
  const diff = diffOf(before ?? '', changes, (side, start, line) => sides[side](start, start + line.length))
  return { path, created: before === null, removed: after === null, diff, unified: unified(path, diff) }
}

/** The entries that contain the removed and added lines. */
function entriesOfLines(
  { diff }: PlannedChange,
  documents: { readonly before: KubeconfigDocument; readonly after: KubeconfigDocument },
): readonly EntryLines[] {
  return (['before', 'after'] as const).flatMap((side) => {
    const lines = diff.hunks.flatMap((hunk) =>
      hunk.lines.flatMap((line) => (line.kind === 'same' ? [] : (line[side] ?? []))),
    )
    if (lines.length === 0) return []
    const { contexts, clusters, users } = documents[side]
    return [...contexts, ...clusters, ...users]
      .filter(({ line, endLine }) => anyWithin(lines, line, endLine))
      .map(({ kind, name, line, endLine }) => ({ kind, name, side, from: line, to: endLine }))
  })
}

/** Whether one of these, which ascend, is between two others. */
function anyWithin(ascending: readonly number[], from: number, to: number): boolean {
  const first = firstWhere(ascending.length, (index) => (ascending[index] ?? 0) >= from)
  return (ascending[first] ?? Number.POSITIVE_INFINITY) <= to
}

/** What the edits do to these texts. A file that cannot be rewritten provably is a problem that blocks. */
export const planEdits = (input: PlanInput): Planned => atOnce(planningEdits(input))

export function* planningEdits(input: PlanInput): Turns<Planned> {
  const { sources: read, revisions, edits, warnings, patterns = [], earlier } = input
  const sources = mendedSources(read, edits)
  const before = modelOf(sources)
  const applied = applyEdits(before, edits)
  yield
  const problems: EditProblem[] = [...applied.problems]
  const files: PlannedFile[] = []
  const donors = donorsOf([...sources, ...patterns])
  const documents: { readonly before: KubeconfigDocument; readonly after: KubeconfigDocument }[] = []
  let shown: readonly PlannedChange[] | null = null
  for (const source of sources) {
    const was = before.files.find((file) => file.path === source.path)
    const wanted = applied.model.files.find((file) => file.path === source.path)
    if (!was || !wanted) continue
    yield
    const result = rewritten(source, was, wanted, earlier?.get(source.path), donors)
    if (result === null) continue
    if (result.ok) {
      const { text, changes, document } = result.value
      const onDisk = source.mended ?? source
      if (text === onDisk.text) continue
      files.push({ path: source.path, before: onDisk.text, after: text, changes, document })
      documents.push({ before: onDisk.document, after: document })
    } else {
      const { message, next } = result.fault
      problems.push({ edit: null, code: 'not-provable', blocks: true, message, next })
    }
  }
  yield
  if (warnings) problems.push(...warnings(before, applied.model, edits))
  return {
    plan: {
      revisions,
      // For display only: a write by command never reads it.
      get files() {
        shown ??= files.map(({ path, before: was, after, changes }, index) => {
          const read = documents[index]
          const change = shownChange(path, was, after, changes, read)
          return read === undefined ? change : { ...change, entries: entriesOfLines(change, read) }
        })
        return shown
      },
      alsoChanges: applied.alsoChanges,
      problems,
      blocked: problems.some((problem) => problem.blocks),
      currentContext: applied.currentContext,
    },
    files,
    before,
    after: applied.model,
  }
}

/** The new text of one file; null where it does not change. `former`: its earlier text. */
function rewritten(
  source: EditSource,
  was: ModelFile,
  wanted: ModelFile,
  former: Former | undefined,
  donors: CopySources,
) {
  const { text, mended, document } = source
  const same = unchanged(was, wanted)
  if (same && mended) return ok({ text: text ?? '', changes: mended.changes, document })
  if (same && (text === null || former?.text !== null)) {
    // What the write removed may have had no meaning: it is restored even so, with the bytes.
    const comesBack = former && former.text !== null && text !== null && former.text !== text
    return comesBack ? asBefore(source, was, former, wanted) : null
  }
  const back =
    former && (text ?? former.text) !== null
      ? (asBefore(source, was, former, wanted) ?? madeOfFormer(source, former, wanted, donors))
      : null
  return back ?? rewriteFile(source, was, wanted, donors)
}

/** The text that the file had, if that is what it is to mean; null if it is not. */
function asBefore(source: EditSource, was: ModelFile, { text, says, document }: Former, wanted: ModelFile) {
  if (says.unreadable !== null) return null
  const others = namesIn(entriesBetween(document, source.document))
  if (!saysTheSame(says, wanted, was, others)) return null
  return ok({ text, changes: changesBetween(source.text ?? '', text ?? ''), document })
}

/**
 * The former text of the file, changed to its wanted meaning, if it is to contain nothing that it did not. So what is restored
 * piece by piece is where it was, with every comment in its place. Null where that is not provable.
 */
function madeOfFormer(source: EditSource, { text, says }: Former, wanted: ModelFile, donors: CopySources) {
  if (text === null || source.text === null || says.unreadable !== null) return null
  const former = sourceOf({ ...source, text })
  const [old] = modelOf([former]).files
  if (!old) return null
  const lists = entryKinds.map((kind) => {
    const ids = new Map(wanted[kind].map(({ name, id }) => [name, id]))
    const entries = old[kind].map(({ name, value, from, id }) => ({
      kind,
      name,
      value,
      from,
      id: ids.get(name) ?? `${id}\0former`,
    }))
    const places = new Map(entries.map(({ name }, place) => [name, place]))
    const place = (name: string): number => places.get(name) ?? -1
    const then = [...wanted[kind]].sort((a, b) => place(a.name) - place(b.name))
    return { kind, entries, then, known: then.every(({ name }) => places.has(name)) }
  })
  if (!lists.every(({ known }) => known)) return null
  const was = { ...old, ...Object.fromEntries(lists.map(({ kind, entries }) => [kind, entries])) }
  const then = { ...wanted, ...Object.fromEntries(lists.map((list) => [list.kind, list.then])) }
  const made = rewriteFile(former, was, then, donors)
  if (!made.ok) return null
  const { text: after, document } = made.value
  return ok({ text: after, changes: changesBetween(source.text, after), document })
}

/**
 * In any order: to kubectl entries have none. And by what they mean: a key without a value, which a write removed because it said
 * nothing, comes back with the text. `others`: entries that differ between `is` and `was`; the rest, wanted as they were, say the
 * same.
 */
function saysTheSame(
  is: Lists,
  wanted: Lists,
  was: Lists,
  others: Readonly<Record<EntryKind, ReadonlySet<string>>>,
): boolean {
  return (
    is.currentContext === wanted.currentContext &&
    entryKinds.every((kind) => {
      const entries = new Map(is[kind].map((entry) => [entry.name, entry]))
      const stay = new Set(was[kind])
      return (
        entries.size === wanted[kind].length &&
        wanted[kind].every((entry) => {
          const { name } = entry
          const there = entries.get(name)
          if (there === undefined) return false
          return (stay.has(entry) && !others[kind].has(name)) || sameMeaning(kind, there.value, entry.value)
        })
      )
    })
  )
}

type Lists = Pick<EditModel['files'][number], 'currentContext' | 'cluster' | 'user' | 'context'>

/** Every entry is the very one that was read, in its old order. */
function unchanged(was: Lists, wanted: Lists): boolean {
  const isSame = (kind: EntryKind) =>
    was[kind].length === wanted[kind].length && was[kind].every((entry, i) => entry === wanted[kind][i])
  return was.currentContext === wanted.currentContext && entryKinds.every(isSame)
}
