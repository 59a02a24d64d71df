/**
 * What kubectl takes for a name: over the list the entry of the first file that has it, and in a file outside the list
 * its own. An edit may change that for names that it does not name, so it is compared before and after.
 */
import { at, type JsonMap, sameJson, textOf, withKey } from '../json'
import { type EntryId, type ModelKind, type NamedKind, namedKinds } from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { maskAddress } from '../kubeconfig/secrets'
import { quoted } from '../visible'
import { knownBy } from './carry-over'
import { Draft, type ReadScope } from './draft'
import { type AlsoChanged, type EditProblem, noted } from './edit'
import {
  changedBothWays,
  changedNames,
  type EditModel,
  isSameMoved,
  type ModelEntry,
  namesThatMoved,
} from './model'

/** What current-context makes kubectl use; null where there is no such entry. Without secrets. */
export interface CurrentTarget {
  /** The file of the context, absolute, as listed. */
  readonly file: string
  readonly cluster: string | null
  readonly server: string | null
  readonly user: string | null
}

/** How current-context changes: the name, or what the same name resolves to. */
export interface CurrentContextChange {
  readonly before: string | null
  readonly after: string | null
  /** Null where no context has that name, or where none is set. */
  readonly resolvesTo: { readonly before: CurrentTarget | null; readonly after: CurrentTarget | null }
}

/** The only report about the current-context of a file outside the list. */
function emptiedBeside(before: EditModel, after: EditModel): readonly EditProblem[] {
  return after.files.flatMap(({ path, listed, currentContext }, at): EditProblem[] => {
    const was = before.files[at]?.currentContext ?? null
    if (listed || was === null || currentContext !== null) return []
    const message = `current-context of ${path} is ${quoted(was)} and will be empty.`
    return [noted('current-context', message, 'Choose another one for that file if kubectl reads it.')]
  })
}

interface Placed {
  readonly entry: ModelEntry
  readonly file: string
}

const placedIn = (draft: Draft, entry: ModelEntry | null): Placed | null =>
  entry && { entry, file: draft.pathOf(entry) }

/** The context that is current among what is read together. */
const currentIn = (scope: ReadScope): ModelEntry | null => scope.winner('context', scope.currentContext())

/** kubectl's default target: what current-context is over the list, and what that resolves to. */
function currentTarget(model: EditModel): readonly [string | null, CurrentTarget | null] {
  const draft = new Draft(model)
  const [name, context] = [draft.list.currentContext(), placedIn(draft, currentIn(draft.list))]
  if (context === null) return [name, null]
  const { value } = context.entry
  const [cluster, user] = [textOf(at(value, 'cluster')), textOf(at(value, 'user'))]
  const server = textOf(at(draft.behind(context.entry, 'cluster')?.value ?? {}, 'server'))
  return [name, { file: context.file, cluster, server: server && maskAddress(server), user }]
}

/** An entry that a name refers to, as the history stores it, and what it is known by. */
export interface ReachedEntry {
  readonly file: string
  readonly name: string
  readonly known: Readonly<Record<string, string>>
}
/** All that current-context refers to; null where there is no such entry. */
export interface ReachedCurrent {
  readonly context: ReachedEntry
  readonly cluster: ReachedEntry | null
  readonly user: ReachedEntry | null
}

/** What current-context makes kubectl use; `alone`: in a file outside the list, which is read alone. */
export function reachedCurrent(model: EditModel, alone: string | null = null): ReachedCurrent | null {
  const draft = new Draft(model)
  const scope = draft.scopes.find((one) => one.alone === alone)
  const reached = (entry: ModelEntry | null): ReachedEntry | null => {
    const found = placedIn(draft, entry)
    if (found === null) return null
    const { kind, name, value } = found.entry
    return { file: found.file, name, known: knownBy(kind, value, found.file) }
  }
  const current = scope ? currentIn(scope) : null
  const context = reached(current)
  if (current === null || context === null) return null
  const part = (kind: NamedKind) => reached(draft.behind(current, kind))
  return { context, cluster: part('cluster'), user: part('user') }
}

export function currentContextChange(before: EditModel, after: EditModel): CurrentContextChange | null {
  const [was, is] = [currentTarget(before), currentTarget(after)]
  if (JSON.stringify(was) === JSON.stringify(is)) return null
  return { before: was[0], after: is[0], resolvesTo: { before: was[1], after: is[1] } }
}

/** The change as a line of text; null where only names that it refers to changed. */
export function currentContextLine({ before, after, resolvesTo }: CurrentContextChange): string | null {
  if (before !== null && after === null) return `current-context was ${before} and is empty now`
  if (before !== after) return `current-context: ${before ?? '(none)'} → ${after ?? '(none)'}`
  const [was, is] = [resolvesTo.before?.server ?? null, resolvesTo.after?.server ?? null]
  return was === is ? null : `current-context ${after ?? ''}: server ${was ?? '(none)'} → ${is ?? '(none)'}`
}

/** Everything that becomes different for contexts other than `targets`, the ones that the edits are about. */
export const effectsOf = (before: EditModel, after: EditModel, targets: ReadonlySet<EntryId>) => ({
  ...meaningChanges(before, after, targets),
  /** Null when current-context keeps its name, its entries and its server. */
  currentContext: currentContextChange(before, after),
})

/**
 * Contexts that mean something else afterwards through their cluster or user, and names that mean another file's context from
 * now on: one warning each.
 */
export function meaningChanges(
  before: EditModel,
  after: EditModel,
  targets: ReadonlySet<EntryId> = new Set(),
): { readonly alsoChanges: readonly AlsoChanged[]; readonly otherContexts: readonly EditProblem[] } {
  const contexts = changedBothWays(before, after, 'context')
  const changed = {
    user: changedNames(before, after, 'user'),
    cluster: changedNames(before, after, 'cluster'),
    context: namesThatMoved(contexts),
  }
  const emptied = emptiedBeside(before, after)
  if (changed.user.size + changed.cluster.size + changed.context.size === 0)
    return { alsoChanges: [], otherContexts: emptied }
  const was = new Draft(before)
  const is = new Draft(after)
  const alsoChanges: AlsoChanged[] = []
  const otherContexts: EditProblem[] = []
  // A context that is the same and names only what is the same cannot mean anything else.
  const touched = [
    ...contexts.went,
    ...[...changed.context].flatMap((name) => was.named('context', name)),
    ...namedKinds.flatMap((kind) =>
      [...changed[kind]].flatMap((name) => was.scopes.flatMap((scope) => scope.naming(kind, name))),
    ),
  ]
  const others = new Set(touched.filter(({ id }) => !targets.has(id)))
  for (const context of others.size === 0 ? [] : before.files.flatMap((file) => file.context)) {
    if (!others.has(context)) continue
    const now = is.get(context.id)
    if (!now) continue
    const counted = was.counts(context)
    const winner = is.scopeOf(now).winner('context', now.name)
    if (counted !== (winner === now) && winner !== null) {
      otherContexts.push(otherContext(now.name, is.pathOf(winner), counted ? is.pathOf(now) : null))
    }
    if (!counted || winner !== now) continue
    const found = otherMeaning(was, is, context, now)
    const { alone } = is.scopeOf(now)
    const place = alone === null ? {} : { beside: alone }
    if (found) alsoChanges.push({ context: context.id, name: context.name, ...found, ...place })
  }
  return { alsoChanges, otherContexts: [...otherContexts, ...emptied] }
}

function otherMeaning(
  was: Draft,
  is: Draft,
  context: ModelEntry,
  now: ModelEntry,
): Pick<AlsoChanged, 'through' | 'entry'> | null {
  for (const kind of ['user', 'cluster'] as const) {
    const old = was.behind(context, kind)
    const next = is.behind(now, kind)
    if (old === next) continue
    const same =
      old !== null &&
      next !== null &&
      sameJson(
        // Moved with its paths rewritten: the same entry in another place.
        inFile(kind, old.value, was.pathOf(old), is.pathOf(next)),
        next.value,
      )
    if (!same) return { through: kind, entry: old?.name ?? next?.name ?? '' }
  }
  return null
}

const inFile = (kind: ModelKind, value: JsonMap, from: string, to: string): JsonMap =>
  from === to ? value : rebaseEntry(kind, value, from, to)

/** `hidden`: the file whose context of that name kubectl no longer sees. */
function otherContext(name: string, file: string, hidden: string | null): EditProblem {
  const also = hidden === null ? '' : `; that of ${hidden} will be hidden behind it`
  return noted(
    'other-context',
    `${quoted(name)} of ${file} will be what kubectl takes for that name${also}.`,
    'Rename one of the two if that is not what you want.',
  )
}

/** What is current in a scope before an edit; with what it refers to where entries are put back, which is compared then. */
function standingIn(draft: Draft, scope: ReadScope, back: boolean) {
  const context = currentIn(scope)
  const reached =
    context === null || !back ? [] : [context, ...namedKinds.map((kind) => draft.behind(context, kind))]
  const entries = reached.flatMap((entry) => placedIn(draft, entry) ?? [])
  return { name: scope.currentContext(), context, entries }
}

/** The same of each scope. `back`: entries are to be put back. */
export const standingOf = (draft: Draft, back: boolean) =>
  new Map(draft.scopes.map((scope) => [scope.alone, standingIn(draft, scope, back)]))

/**
 * Empties current-context where the edit that was just carried out makes its name mean another context than before:
 * kubectl's target never changes unasked. A rename or a move within the scope, there or back, takes it along. `back`: entries are
 * put back, so one in the other's place is the same where all that it refers to is equal. `pointed`: where the edit says it.
 */
export function keepCurrent(
  draft: Draft,
  before: ReturnType<typeof standingOf>,
  back: boolean,
  pointed: ReadonlySet<ReadScope>,
): void {
  for (const scope of draft.scopes) {
    const was = before.get(scope.alone)
    if (!was || pointed.has(scope)) continue
    const is = standingIn(draft, scope, back)
    if (is.name === null || is.context === was.context) continue
    const { context } = is
    const same =
      was.context !== null &&
      context !== null &&
      (isSameMoved(context, was.context) ||
        (back && is.name === was.name && allEqual(was.entries, is.entries)))
    if (!same) scope.emptyCurrent()
  }
}

function allEqual(was: readonly Placed[], is: readonly Placed[]): boolean {
  // What a context names is compared itself; a rename that is put back along with it gives it another name.
  const followed = new Set(was.map(({ entry }) => entry.kind))
  const own = (of: ModelKind, value: JsonMap): JsonMap =>
    namedKinds.reduce(
      (next, kind) => (of === 'context' && followed.has(kind) ? withKey(next, kind, undefined) : next),
      value,
    )
  return (
    was.length === is.length &&
    was.every((one, index) => {
      const other = is[index]
      const { kind, value } = one.entry
      return (
        other?.entry.kind === kind &&
        sameJson(own(kind, inFile(kind, value, one.file, other.file)), own(kind, other.entry.value))
      )
    })
  )
}
