/** The import of another kubeconfig's entries: what is here already, what gets another name, what is left out. */

import { expectedIn, withExpected } from '../identity/expected'
import { at, type JsonMap, textOf, withKey } from '../json'
import { type EntryId, type EntryKind, isBehind } from '../kubeconfig/entries'
import { absoluteEntry, rebaseEntry } from '../kubeconfig/relative-paths'
import { quoted } from '../visible'
import { Draft } from './draft'
import type { ImportEdit } from './edit'
import { sameMeaning } from './equivalence'
import type { EditModel, ModelEntry } from './model'
import type { ReadScope } from './read-scope'
import { checkName, Refusal, taken, type Warn } from './refusal'
import { entryOf } from './set-values'
import { targetFile } from './structure'

type ImportedEntry = ImportEdit['contexts'][number]
type ReferredKind = 'cluster' | 'user'
const referredKinds: readonly ReferredKind[] = ['cluster', 'user']

/** What became of one context of an import. */
export interface ImportedContext {
  readonly name: string
  /** The name that it has afterwards; null when it was left out. */
  readonly now: string | null
  /** The very same context was there before. */
  readonly here: boolean
  /** Another context that has its name. */
  readonly taken: EntryId | null
}

/** Said of an entry that an import does not bring. */
export interface LeftOut {
  readonly message: string
  readonly next: string
}

/** Entries as one kind of an import brings them. */
const listOf = (edit: ImportEdit, kind: EntryKind): readonly ImportedEntry[] =>
  kind === 'cluster' ? edit.clusters : kind === 'user' ? edit.users : edit.contexts

/** Carries an import out; what became of its contexts. */
export function importEntries(draft: Draft, edit: ImportEdit, warn: Warn): readonly ImportedContext[] {
  const { path } = targetFile(draft, edit.file)
  const around = aroundOf(draft, draft.scopeAt(path), path)
  const rebased = rebasedInto(edit, path)
  const names: Record<ReferredKind, Map<string, string>> = { cluster: new Map(), user: new Map() }
  const chosen = new Map((edit.chosen ?? []).map((one) => [one.name, one]))
  const left = leftOut(around, edit, rebased, warn)
  const places = new Replaced(draft, draft.scopeAt(path), edit)

  for (const kind of referredKinds)
    for (const brought of listOf(edit, kind)) {
      const { name } = brought
      checkName(name)
      const value = rebased(kind, brought.value)
      const here = hereAs(around, kind, brought, value)
      if (here !== null) {
        if (here !== name) names[kind].set(name, here)
        continue
      }
      if (left[kind].has(name)) continue
      if (brought.here) warnOfChange(warn, kind, brought.here)
      const own = places.ofEntry(kind, name)
      if (own !== null) {
        draft.replace(own.entry, { value: rebasedInto(edit, own.path)(kind, brought.value) })
        continue
      }
      if (around.winner(kind, name) && edit.onConflict === 'fail') throw taken(kind, name)
      const free = around.freeName(kind, name)
      if (free !== name) names[kind].set(name, free)
      draft.add(path, kind, free, value)
    }
  const contexts = edit.contexts.map((brought): ImportedContext => {
    const { name } = brought
    checkName(name)
    // Whom a context should be is for the user to say, not for whoever wrote the file.
    let value = withExpected(brought.value, null)
    for (const kind of referredKinds) {
      const other = names[kind].get(textOf(at(value, kind)) ?? '')
      if (other !== undefined) value = withKey(value, kind, other)
    }
    const winner = around.winner('context', name)
    const other = { name, here: false, taken: winner?.id ?? null }
    if (left.context.has(name)) return { ...other, now: null }
    const here = hereAs(around, 'context', brought, value)
    if (here !== null) return { name, now: here, here: true, taken: null }
    const wanted = chosen.get(name)
    if (wanted?.how === 'replace') return { ...other, now: places.takeContext(wanted.context, value) }
    if (wanted?.how === 'rename') {
      checkName(wanted.to)
      if (around.winner('context', wanted.to)) throw taken('context', wanted.to)
    } else if (winner && edit.onConflict === 'fail') throw taken('context', name)
    const free = wanted?.how === 'rename' ? wanted.to : around.freeName('context', name)
    draft.add(path, 'context', free, value)
    return { ...other, now: free }
  })
  places.sweep()
  return contexts
}

/** The contexts whose places an import takes, with what is behind them. */
class Replaced {
  private readonly draft: Draft
  private readonly scope: ReadScope
  private readonly contexts = new Map<EntryId, ModelEntry>()
  /** What they used. */
  private readonly behind = new Set<EntryId>()

  constructor(draft: Draft, scope: ReadScope, { chosen = [] }: ImportEdit) {
    this.draft = draft
    this.scope = scope
    for (const one of chosen) {
      if (one.how !== 'replace') continue
      const entry = entryOf(draft, one.context)
      if (draft.scopeOf(entry) !== scope)
        throw new Refusal(
          'bad-value',
          `${quoted(entry.name)} is in a file that kubectl does not read together with the file to import into.`,
          'Import into another file, or under another name.',
        )
      this.contexts.set(entry.id, entry)
      for (const kind of referredKinds) {
        const used = draft.behind(entry, kind)
        if (used) this.behind.add(used.id)
      }
    }
  }

  /** What has the name there and is used by nothing else than contexts that are replaced. */
  ofEntry(kind: ReferredKind, name: string): { readonly entry: ModelEntry; readonly path: string } | null {
    const entry = this.scope.winner(kind, name)
    if (entry === null || !this.behind.has(entry.id)) return null
    if (this.scope.usersOf(entry).some(({ id }) => !this.contexts.has(id))) return null
    const file = this.draft.fileOf(entry.id)
    return file === null || file.unreadable !== null ? null : { entry, path: file.path }
  }

  /** Gives a context that is there a brought value; whom the user expects it to be stays. */
  takeContext(id: EntryId, value: JsonMap): string {
    const entry = entryOf(this.draft, id)
    this.draft.replace(entry, { value: withExpected(value, expectedIn(entry.value)) })
    return entry.name
  }

  /** What only they used goes, as where a context is deleted. */
  sweep(): void {
    for (const id of this.behind) {
      const entry = this.draft.get(id)
      if (entry === null || !isBehind(entry.kind)) continue
      if (this.scope.naming(entry.kind, entry.name).length > 0) continue
      if (this.draft.fileOf(id)?.unreadable === null) this.draft.remove(entry)
    }
  }
}

/** What a brought value is in the file at `path`. */
const rebasedInto =
  ({ from }: ImportEdit, path: string) =>
  (kind: EntryKind, value: JsonMap): JsonMap =>
    from === null ? value : rebaseEntry(kind, value, from, path)

/** The entries among which imported ones must find their names and references. */
interface Around extends Pick<ReadScope, 'winner' | 'freeName'> {
  /** Whether an entry means what a value means in the target file; paths are compared by where they lead. */
  means(entry: ModelEntry, value: JsonMap): boolean
}

/** What is read together with the file into which is imported. `path`: where the imported values count from. */
function aroundOf(draft: Draft, scope: ReadScope, path: string): Around {
  return {
    winner: (kind, name) => scope.winner(kind, name),
    freeName: (kind, name) => scope.freeName(kind, name),
    means({ id, kind, value: is }, value) {
      const file = draft.fileOf(id)?.path ?? path
      // Whom the user expects makes no other context of one that is here.
      const [one, other] = [is, value].map((each) => (kind === 'context' ? withExpected(each, null) : each))
      return sameMeaning(
        kind,
        one && absoluteEntry(kind, one, file),
        other && absoluteEntry(kind, other, path),
      )
    },
  }
}

/**
 * The name under which the very same entry is there: its own, or the one that an earlier import gave it. What was judged
 * before is only where to look: it counts where the entry still means the same, else the import brings its own.
 */
function hereAs(
  around: Around,
  kind: EntryKind,
  { name, here }: ImportedEntry,
  value: JsonMap,
): string | null {
  const means = (entry: ModelEntry) => around.means(entry, value)
  if (here === undefined) return foundAs(kind, name, around, means)
  const entry = around.winner(kind, here)
  return entry !== null && means(entry) ? entry.name : null
}

function warnOfChange(warn: Warn, kind: EntryKind, name: string): void {
  warn(
    'name-taken',
    `The ${kind} ${quoted(name)} is no longer the same as the imported one, so the import does not use it.`,
    'Compare the two, or leave it out of the import.',
  )
}

function foundAs(
  kind: EntryKind,
  name: string,
  around: Around,
  same: (entry: ModelEntry) => boolean,
): string | null {
  for (let i = 1; ; i++) {
    const entry = around.winner(kind, i === 1 ? name : `${name}-${i}`)
    if (entry === null) return null
    if (same(entry)) return entry.name
  }
}

type LeftNames = Readonly<Record<EntryKind, ReadonlySet<string>>>

/**
 * What is left out: contexts that the user does not want, and where taken names are skipped, also contexts whose cluster or user
 * is another one here, since they would sign in to another cluster or as another user; and what only such contexts need. What
 * the user wants of a context all the same comes with all that it needs.
 */
function leftOut(
  around: Around,
  edit: ImportEdit,
  rebased: (kind: EntryKind, value: JsonMap) => JsonMap,
  warn: Warn,
): LeftNames {
  const left: Record<EntryKind, Set<string>> = { cluster: new Set(), user: new Set(), context: new Set() }
  const chosen = new Map((edit.chosen ?? []).map((one) => [one.name, one.how]))
  for (const [name, how] of chosen) if (how === 'leave') left.context.add(name)
  if (edit.onConflict === 'skip') skipTaken(around, edit, rebased, warn, chosen, left)
  if (left.context.size === 0) return left
  for (const kind of referredKinds) {
    const needed = new Set<string | null>()
    const spare = new Set<string | null>()
    for (const { name, value } of edit.contexts)
      (left.context.has(name) ? spare : needed).add(textOf(at(value, kind)))
    for (const name of spare) if (name !== null && !needed.has(name)) left[kind].add(name)
  }
  return left
}

function skipTaken(
  around: Around,
  edit: ImportEdit,
  rebased: (kind: EntryKind, value: JsonMap) => JsonMap,
  warn: Warn,
  chosen: ReadonlyMap<string, 'leave' | 'rename' | 'replace'>,
  left: Record<EntryKind, Set<string>>,
): void {
  const takenHere = (kind: EntryKind, one: ImportedEntry): boolean =>
    around.winner(kind, one.name) !== null && hereAs(around, kind, one, rebased(kind, one.value)) === null
  const others: Record<ReferredKind, Set<string>> = { cluster: new Set(), user: new Set() }
  for (const kind of referredKinds) {
    const wanted = new Set(
      edit.contexts.flatMap(({ name, value }) => (chosen.has(name) ? [textOf(at(value, kind))] : [])),
    )
    for (const one of listOf(edit, kind))
      if (takenHere(kind, one)) {
        others[kind].add(one.name)
        if (wanted.has(one.name)) continue
        left[kind].add(one.name)
        warn(
          'name-taken',
          `The ${kind} ${quoted(one.name)} is there already and was not imported.`,
          'Import it under another name if it is needed.',
        )
      }
  }
  for (const one of edit.contexts) {
    if (chosen.has(one.name)) continue
    const through = referredKinds.find((kind) => others[kind].has(textOf(at(one.value, kind)) ?? ''))
    const there = around.winner('context', one.name) !== null
    if (there && (through !== undefined || hereAs(around, 'context', one, one.value) === null))
      warn(
        'name-taken',
        `The context ${quoted(one.name)} is there already and was not imported.`,
        'Import it under another name if it is needed.',
      )
    else if (through !== undefined)
      warn(
        'name-taken',
        `The context ${quoted(one.name)} was not imported, because its ${through} is another one here.`,
        'Import it under another name if it is needed.',
      )
    else continue
    left.context.add(one.name)
  }
}

/** The import that the user wants, with the entries that were read for it. */
export const withEntries = ({ file, onConflict, chosen }: ImportEdit, read: ImportEdit): ImportEdit => ({
  ...read,
  file,
  onConflict,
  ...(chosen && { chosen }),
})

/** What the import brings now where taken names are skipped, and what is said of the others. */
export function withoutTaken(
  model: EditModel,
  edit: ImportEdit,
): { readonly edit: ImportEdit; readonly leftOut: readonly LeftOut[] } {
  if (edit.onConflict !== 'skip') return { edit, leftOut: [] }
  try {
    const draft = new Draft(model)
    const { path } = targetFile(draft, edit.file)
    const around = aroundOf(draft, draft.scopeAt(path), path)
    const said: LeftOut[] = []
    const left = leftOut(around, edit, rebasedInto(edit, path), (_, message, next) =>
      said.push({ message, next }),
    )
    const kept = (kind: EntryKind) => listOf(edit, kind).filter(({ name }) => !left[kind].has(name))
    return {
      edit: { ...edit, clusters: kept('cluster'), users: kept('user'), contexts: kept('context') },
      leftOut: said,
    }
  } catch (error) {
    // Whoever carries it out is refused with the reason.
    if (error instanceof Refusal) return { edit, leftOut: [] }
    throw error
  }
}

/** What would become of each context; null where the import as a whole would be refused. */
export function importedContexts(model: EditModel, edit: ImportEdit): readonly ImportedContext[] | null {
  try {
    return importEntries(new Draft(model), edit, () => undefined)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** The edit with every entry judged by the whole values: is the very same one here, and under which name. */
export function judgedImport(edit: ImportEdit, model: EditModel): ImportEdit {
  const draft = new Draft(model)
  // What names paths without a file of its own will stand in a file of the list.
  const path = edit.from ?? edit.file ?? draft.defaultFile()?.path ?? '/'
  const target = edit.file === null ? null : draft.file(edit.file)
  // A file that is not there yet, beside the list, has nothing that could be the same.
  const scope = edit.file === null ? draft.list : target && draft.scopeAt(target.path)
  const around = scope && aroundOf(draft, scope, path)
  const found: Record<ReferredKind, Map<string, string>> = { cluster: new Map(), user: new Map() }
  const judged = (kind: EntryKind, one: ImportedEntry, value: JsonMap): ImportedEntry => ({
    ...one,
    here: around && foundAs(kind, one.name, around, (entry) => around.means(entry, value)),
  })
  const all = (kind: ReferredKind): ImportedEntry[] =>
    listOf(edit, kind).map((one) => {
      const next = judged(kind, one, one.value)
      if (next.here) found[kind].set(one.name, next.here)
      return next
    })
  return {
    ...edit,
    clusters: all('cluster'),
    users: all('user'),
    contexts: edit.contexts.map((one) => {
      // The same only if what it refers to is here too: then it refers to that, by the name that it has here.
      let value = one.value
      for (const kind of referredKinds) {
        const name = textOf(at(value, kind)) ?? ''
        if (!listOf(edit, kind).some((other) => other.name === name)) continue
        const here = found[kind].get(name)
        if (here === undefined) return { ...one, here: null }
        value = withKey(value, kind, here)
      }
      return judged('context', one, value)
    }),
  }
}
