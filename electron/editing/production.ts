/**
 * No write changes a context that is marked as production, or makes kubectl use it, before its name was typed. Judged by the files
 * under their locks, whatever edit, undo or profile leads there; asked with no lock held.
 */
import { isDeepStrictEqual } from 'node:util'
import { copiedContexts } from '../../shared/edits/changed-contexts'
import { Draft } from '../../shared/edits/draft'
import { changedBothWays, type EditModel, type ModelEntry, namesThatMoved } from '../../shared/edits/model'
import { meaningOf } from '../../shared/exec/set-values'
import { saysCluster } from '../../shared/identity/cluster-entry-name'
import { marksFollowing, type ProductionMark } from '../../shared/identity/production'
import { at, isMap, textOf } from '../../shared/json'
import { type EntryKind, namedKinds } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, type Result } from '../../shared/result'
import type { TouchedProduction } from '../../shared/trust/question-text'
import { quoted } from '../../shared/visible'
import { markedAmong, markedNames } from '../identity/marked'
import type { PermittedWrite } from '../kubeconfig/disk/write'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'

/** Has the name of the first of these contexts typed; false: it was not. Without a guard nothing is written. */
export type Guard = (touched: TouchedProduction) => Promise<Result<boolean>>

const nothing: TouchedProduction = { names: [], switches: false, cloneOf: null }

/** A write, by what it leads from and to. */
type Touching = Pick<PermittedWrite, 'before' | 'after' | 'alsoChanges' | 'acting'>

/**
 * The contexts of production that a write changes, or makes production, or makes kubectl use: by what they are before it and after
 * it. `takesBack`: it takes a switch back, which asks nobody. `view`: the files as shown, for contexts of which the write reads none.
 */
export function productionTouched(
  marks: readonly ProductionMark[],
  { before, after, alsoChanges, acting }: Touching,
  takesBack: boolean,
  view: KubeconfigView,
): TouchedProduction {
  if (marks.length === 0) return nothing
  const [was, is] = [new Draft(before), new Draft(after)]
  const copies = copiedContexts(before, after)
  // A mark by name follows to the clone.
  const follow = marksFollowing(marks, copies).come
  const [wasMarked, isMarked] = [markedIn(marks, before, was), markedIn([...marks, ...follow], after, is)]
  const [contexts, clusters] = [changedIn(before, after, 'context'), changedIn(before, after, 'cluster')]
  const changed = [
    ...contexts.went,
    ...contexts.came,
    ...namedKinds.flatMap((kind) => {
      const { went, came } = kind === 'cluster' ? clusters : changedIn(before, after, kind)
      return [...went.flatMap((one) => was.usersOf(one)), ...came.flatMap((one) => is.usersOf(one))]
    }),
    ...(marks.some(({ kind }) => kind !== 'context')
      ? [...namedBy(clusters.went, before, was), ...namedBy(clusters.came, after, is)]
      : []),
    // Which context kubectl takes for a name once another file has a context of that name, or has none any more.
    ...[...contexts.moved].flatMap((name) => {
      const [old, now] = [was.list.winner('context', name), is.list.winner('context', name)]
      return old?.id === now?.id ? [] : [old ?? [], now ?? []].flat()
    }),
  ]
  const ids = new Set([
    ...changed.map(({ id }) => id),
    ...alsoChanges.map(({ context }) => context),
    ...acting,
  ])
  const found = [...ids].flatMap((id) => {
    const [old, now] = [was.get(id), is.get(id)]
    if (old === null && now === null) return markedNames(marks, view, [id])
    if (old !== null && wasMarked(old)) return [old.name]
    return now !== null && isMarked(now) ? [now.name] : []
  })
  const [old, now] = [currentIn(was), currentIn(is)]
  const goesBack = takesBack && old.name !== now.name
  // The context that kubectl uses was production already: an edit of it does not begin to use it.
  const stays = old.name === now.name && old.context !== null && wasMarked(old.context)
  const used = now.context === null || goesBack || stays || !isMarked(now.context) ? [] : [now.context.name]
  const names = [...new Set([...used, ...found])]
  const clone = follow.some(({ pattern }) => pattern === names[0])
    ? copies.find((one) => one.is === names[0])
    : undefined
  return { names, switches: used.length > 0, cloneOf: clone?.was ?? null }
}

/** Entries that a write removes or changes, those that it adds or changes, and the names that come to a file or leave one. */
function changedIn(before: EditModel, after: EditModel, kind: EntryKind) {
  const found = changedBothWays(before, after, kind)
  const went = new Map([...found.went].map((entry) => [entry.id, entry]))
  // A file that is restored as a whole is read anew: most of its entries are what they were.
  const came = [...found.came].filter((entry) => {
    const old = went.get(entry.id)
    const stays = old?.name === entry.name && isDeepStrictEqual(old.value, entry.value)
    if (stays) went.delete(entry.id)
    return !stays
  })
  return { went: [...went.values()], came, moved: namesThatMoved(found) }
}

/** The contexts of servers for which these entries say which cluster it is, so that others of the same server are production. */
function namedBy(
  clusters: readonly ModelEntry[],
  { files }: EditModel,
  entries: Draft,
): readonly ModelEntry[] {
  const servers = new Set(clusters.flatMap((one) => (saysCluster(one.name) ? serverOf(one) : [])))
  // Only where its own name does not say it: the value of no other entry is read.
  const unsaid = (one: ModelEntry) => !saysCluster(one.name)
  const all = servers.size === 0 ? [] : files.flatMap(({ cluster }) => cluster.filter(unsaid))
  return all.flatMap((one) => (servers.has(serverOf(one)) ? entries.usersOf(one) : []))
}

const serverOf = (entry: ModelEntry | null) => (entry === null ? null : textOf(at(entry.value, 'server')))

/** What kubectl uses where no context is named. */
function currentIn({ list }: Draft) {
  const name = list.currentContext()
  return { name, context: list.winner('context', name) }
}

/** Asks it of the contexts of a model. */
function markedIn(marks: readonly ProductionMark[], model: EditModel, entries: Draft) {
  const isMarked = markedAmong(marks, {
    get clusters() {
      return model.files.flatMap(({ cluster }) =>
        cluster.map((entry) => ({ name: entry.name, server: serverOf(entry) })),
      )
    },
  })
  return (context: ModelEntry): boolean => {
    const user = entries.behind(context, 'user')
    const exec = user === null ? null : at(user.value, 'exec')
    return isMarked({
      name: context.name,
      cluster: textOf(at(context.value, 'cluster')),
      server: serverOf(entries.behind(context, 'cluster')),
      meaning: isMap(exec) ? meaningOf(exec) : null,
    })
  }
}

/** Does `attempt`; where that would touch production, once more after its name was typed. */
export async function guarded<T>(
  guard: Guard | undefined,
  attempt: (permits: (touched: TouchedProduction) => Fault | null) => Promise<Result<T>>,
): Promise<Result<T>> {
  let typed: string | null = null
  let refused = nothing
  const permits = (touched: TouchedProduction): Fault | null => {
    if (touched.names.length === 0 || typed === JSON.stringify(touched)) return null
    refused = touched
    return notTyped(touched.names)
  }
  const outcome = await attempt(permits)
  const asked = refused
  if (asked.names.length === 0 || guard === undefined) return outcome
  const answer = await guard(asked)
  if (!answer.ok) return answer
  if (!answer.value) return fail({ ...notTyped(asked.names), code: 'declined' })
  typed = JSON.stringify(asked)
  return attempt(permits)
}

const notTyped = ([first = '']: readonly string[]): Fault =>
  fault(
    'not-allowed',
    `${quoted(first)} is production, and its name was not typed, so nothing was written.`,
    'Do it again, and type its name when you are asked for it.',
  )
