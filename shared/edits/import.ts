/** The import of another kubeconfig's entries: what is here already, what gets another name, what is left out. */

import { expectedIn, withExpected } from '../identity/expected'
import { at, type JsonMap, textOf, withKey } from '../json'
import { type EntryId, type EntryKind, type NamedKind, namedKinds } from '../kubeconfig/entries'
import { absoluteEntry, rebaseEntry } from '../kubeconfig/relative-paths'
import { quoted } from '../visible'
import { Draft, type ReadScope } from './draft'
import type { ImportEdit } from './edit'
import { sameMeaning } from './equivalence'
import type { EditModel, ModelEntry } from './model'
import { checkName, nameTaken, orRefusal, Refusal, type Warn } from './refusal'
import { entryOf, removeUnnamed, targetFile } from './structure'

type ImportedEntry = ImportEdit['contexts'][number]

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

/** The text about an entry that an import does not add. */
export interface LeftOut {
  readonly message: string
  readonly next: string
}

/** The entries of one kind that an import adds. */
const listOf = (edit: ImportEdit, kind: EntryKind): readonly ImportedEntry[] =>
  kind === 'cluster' ? edit.clusters : kind === 'user' ? edit.users : edit.contexts

/** Carries an import out; what became of its contexts. */
export function importEntries(draft: Draft, edit: ImportEdit, warn: Warn): readonly ImportedContext[] {
  const into = intoOf(draft, edit)
  const { scope, path } = into
  const names: Record<NamedKind, Map<string, string>> = { cluster: new Map(), user: new Map() }
  const chosen = new Map((edit.chosen ?? []).map((one) => [one.name, one]))
  const left = leftOut(into, edit, warn)
  const replaced = replacedBy(into, edit)

  for (const kind of namedKinds)
    for (const imported of listOf(edit, kind)) {
      const { name } = imported
      checkName(name)
      const value = rebased(edit, kind, imported.value, path)
      const here = hereAs(into, kind, imported, value)
      if (here !== null) {
        if (here !== name) names[kind].set(name, here)
        continue
      }
      if (left[kind].has(name)) continue
      if (imported.here)
        warn(
          'name-taken',
          `The ${kind} ${quoted(imported.here)} is no longer the same as the imported one, so the import does not use it.`,
          'Compare the two, or leave it out of the import.',
        )
      const own = ownOf(into, replaced, kind, name)
      if (own !== null) {
        draft.replace(own.entry, { value: rebased(edit, kind, imported.value, own.path) })
        continue
      }
      if (scope.taken(kind, name) && edit.onConflict === 'fail') throw nameTaken(kind, name)
      const free = scope.freeName(kind, name)
      if (free !== name) names[kind].set(name, free)
      draft.add(path, kind, free, value)
    }
  const contexts = edit.contexts.map((imported): ImportedContext => {
    const { name } = imported
    checkName(name)
    // Which identity a context should have is for the user to say, not for the file.
    let value = withExpected(imported.value, null)
    for (const kind of namedKinds) {
      const other = names[kind].get(textOf(at(value, kind)) ?? '')
      if (other !== undefined) value = withKey(value, kind, other)
    }
    const winner = scope.winner('context', name)
    const other = { name, here: false, taken: winner?.id ?? null }
    if (left.context.has(name)) return { ...other, now: null }
    const here = hereAs(into, 'context', imported, value)
    if (here !== null) return { name, now: here, here: true, taken: null }
    const wanted = chosen.get(name)
    if (wanted?.how === 'replace') {
      const entry = entryOf(draft, wanted.context)
      // The identity that the user expects stays.
      draft.replace(entry, { value: withExpected(value, expectedIn(entry.value)) })
      return { ...other, now: entry.name }
    }
    if (wanted?.how === 'rename') {
      checkName(wanted.to)
      if (scope.taken('context', wanted.to)) throw nameTaken('context', wanted.to)
    } else if (winner && edit.onConflict === 'fail') throw nameTaken('context', name)
    const free = wanted?.how === 'rename' ? wanted.to : scope.freeName('context', name)
    draft.add(path, 'context', free, value)
    return { ...other, now: free }
  })
  // What only replaced contexts used is removed, as where a context is deleted.
  removeUnnamed(draft, replaced.behind)
  return contexts
}

/** The file into which is imported, and what is read together with it. */
interface Into {
  readonly draft: Draft
  readonly scope: ReadScope
  readonly path: string
}

function intoOf(draft: Draft, { file }: ImportEdit): Into {
  const { path } = targetFile(draft, file)
  return { draft, scope: draft.scopeAt(path), path }
}

/** The contexts whose places an import takes, and what they used. */
interface Replaced {
  readonly contexts: ReadonlySet<EntryId>
  readonly behind: ReadonlySet<EntryId>
}

function replacedBy({ draft, scope }: Into, { chosen = [] }: ImportEdit): Replaced {
  const contexts = chosen.flatMap((one) => (one.how === 'replace' ? [entryOf(draft, one.context)] : []))
  const other = contexts.find((entry) => draft.scopeOf(entry) !== scope)
  if (other)
    throw new Refusal(
      'bad-value',
      `${quoted(other.name)} is in a file that kubectl does not read together with the file to import into.`,
      'Import into another file, or under another name.',
    )
  const used = contexts.flatMap((context) =>
    namedKinds.flatMap((kind) => draft.behind(context, kind)?.id ?? []),
  )
  return { contexts: new Set(contexts.map(({ id }) => id)), behind: new Set(used) }
}

/** What has the name there and is used by nothing else than contexts that are replaced. */
function ownOf({ draft, scope }: Into, replaced: Replaced, kind: NamedKind, name: string) {
  const entry = scope.winner(kind, name)
  if (entry === null || !replaced.behind.has(entry.id)) return null
  if (scope.usersOf(entry).some(({ id }) => !replaced.contexts.has(id))) return null
  const file = draft.fileOf(entry.id)
  return file === null || file.unreadable !== null ? null : { entry, path: file.path }
}

/** What an imported value is in the file at `path`. */
const rebased = ({ from }: ImportEdit, kind: EntryKind, value: JsonMap, path: string): JsonMap =>
  from === null ? value : rebaseEntry(kind, value, from, path)

/** Whether an entry means what a value means in the file at `path`; paths are compared by what they resolve to. */
function means({ draft, path }: Pick<Into, 'draft' | 'path'>, entry: ModelEntry, value: JsonMap) {
  const { kind } = entry
  // Another expected identity alone does not make it another context than the one here.
  const own = (one: JsonMap) => (kind === 'context' ? withExpected(one, null) : one)
  const is = absoluteEntry(kind, own(entry.value), draft.pathOf(entry))
  return sameMeaning(kind, is, absoluteEntry(kind, own(value), path))
}

/**
 * The name under which the very same entry is there: its own, or the one that an earlier import gave it. What was judged
 * before is only where to look: it counts where the entry still means the same, else the import adds its own.
 */
function hereAs(into: Into, kind: EntryKind, { name, here }: ImportedEntry, value: JsonMap): string | null {
  if (here === undefined) return foundAs(into, kind, name, value)
  const entry = into.scope.winner(kind, here)
  return entry !== null && means(into, entry, value) ? entry.name : null
}

function foundAs(into: Into, kind: EntryKind, name: string, value: JsonMap): string | null {
  for (let i = 1; ; i++) {
    const entry = into.scope.winner(kind, i === 1 ? name : `${name}-${i}`)
    if (entry === null) return null
    if (means(into, entry, value)) return entry.name
  }
}

/**
 * What is left out: contexts that the user does not want, and what only such contexts need. Where taken names are skipped, also
 * contexts whose cluster or user is another one here: they would sign in to another cluster or as another user. A context that
 * the user wants nevertheless comes with all that it needs.
 */
function leftOut(into: Into, edit: ImportEdit, warn: Warn): Readonly<Record<EntryKind, ReadonlySet<string>>> {
  const left: Record<EntryKind, Set<string>> = { cluster: new Set(), user: new Set(), context: new Set() }
  const chosen = new Map((edit.chosen ?? []).map((one) => [one.name, one.how]))
  for (const [name, how] of chosen) if (how === 'leave') left.context.add(name)
  if (edit.onConflict === 'skip') skipTaken(into, edit, warn, chosen, left)
  if (left.context.size === 0) return left
  for (const kind of namedKinds) {
    const named = (isLeft: boolean) =>
      edit.contexts.flatMap(({ name, value }) =>
        left.context.has(name) === isLeft ? (textOf(at(value, kind)) ?? []) : [],
      )
    const needed = new Set(named(false))
    for (const name of named(true)) if (!needed.has(name)) left[kind].add(name)
  }
  return left
}

function skipTaken(
  into: Into,
  edit: ImportEdit,
  warn: Warn,
  chosen: ReadonlyMap<string, 'leave' | 'rename' | 'replace'>,
  left: Record<EntryKind, Set<string>>,
): void {
  const isTaken = (kind: EntryKind, one: ImportedEntry, value: JsonMap): boolean =>
    into.scope.taken(kind, one.name) && hereAs(into, kind, one, value) === null
  const skip = (kind: EntryKind, name: string, why?: string): void => {
    left[kind].add(name)
    const sentence =
      why === undefined ? 'is there already and was not imported' : `was not imported, because ${why}`
    warn(
      'name-taken',
      `The ${kind} ${quoted(name)} ${sentence}.`,
      'Import it under another name if it is needed.',
    )
  }
  const others: Record<NamedKind, Set<string>> = { cluster: new Set(), user: new Set() }
  for (const kind of namedKinds) {
    const wanted = new Set(
      edit.contexts.flatMap(({ name, value }) => (chosen.has(name) ? [textOf(at(value, kind))] : [])),
    )
    for (const one of listOf(edit, kind)) {
      if (!isTaken(kind, one, rebased(edit, kind, one.value, into.path))) continue
      others[kind].add(one.name)
      if (!wanted.has(one.name)) skip(kind, one.name)
    }
  }
  for (const one of edit.contexts) {
    if (chosen.has(one.name)) continue
    const through = namedKinds.find((kind) => others[kind].has(textOf(at(one.value, kind)) ?? ''))
    const there = into.scope.taken('context', one.name)
    if (there && (through !== undefined || isTaken('context', one, one.value))) skip('context', one.name)
    else if (through !== undefined) skip('context', one.name, `its ${through} is another one here`)
  }
}

/** The import that the user wants, with the entries that were read for it. */
export const withEntries = ({ file, onConflict, chosen }: ImportEdit, read: ImportEdit): ImportEdit => ({
  ...read,
  file,
  onConflict,
  ...(chosen && { chosen }),
})

/** What the import adds now where taken names are skipped, and the texts about the others. */
export function withoutTaken(
  model: EditModel,
  edit: ImportEdit,
): { readonly edit: ImportEdit; readonly leftOut: readonly LeftOut[] } {
  if (edit.onConflict !== 'skip') return { edit, leftOut: [] }
  const imported = orRefusal(() => {
    const leftOutOf: LeftOut[] = []
    const left = leftOut(intoOf(new Draft(model), edit), edit, (_, message, next) =>
      leftOutOf.push({ message, next }),
    )
    const kept = (kind: EntryKind) => listOf(edit, kind).filter(({ name }) => !left[kind].has(name))
    const lists = { clusters: kept('cluster'), users: kept('user'), contexts: kept('context') }
    return { edit: { ...edit, ...lists }, leftOut: leftOutOf }
  })
  // Where it is carried out it is refused with the reason.
  return imported instanceof Refusal ? { edit, leftOut: [] } : imported
}

/** What would become of each context; null where the import as a whole would be refused. */
export function importedContexts(model: EditModel, edit: ImportEdit): readonly ImportedContext[] | null {
  const contexts = orRefusal(() => importEntries(new Draft(model), edit, () => undefined))
  return contexts instanceof Refusal ? null : contexts
}

/** The edit with every entry judged by the whole values: is the very same one here, and under which name. */
export function judgedImport(edit: ImportEdit, model: EditModel): ImportEdit {
  const draft = new Draft(model)
  // What names paths without a file of its own will be in a file of the list.
  const path = edit.from ?? edit.file ?? draft.defaultFile()?.path ?? '/'
  const target = edit.file === null ? null : draft.file(edit.file)
  // A file outside the list that is not there yet has nothing that could be the same.
  const scope = edit.file === null ? draft.list : target && draft.scopeAt(target.path)
  const found: Record<NamedKind, Map<string, string>> = { cluster: new Map(), user: new Map() }
  const judged = (kind: EntryKind, one: ImportedEntry, value: JsonMap): ImportedEntry => ({
    ...one,
    here: scope && foundAs({ draft, scope, path }, kind, one.name, value),
  })
  const all = (kind: NamedKind): ImportedEntry[] =>
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
      for (const kind of namedKinds) {
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
