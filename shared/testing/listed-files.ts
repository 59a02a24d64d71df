/**
 * Generated lists of files whose names collide: every file may have a context, a cluster and a user of each name, so
 * that most edits shadow something, or bring it to light. Each context has a tag of its own, which its copies keep.
 */
import * as fc from 'fast-check'
import type { Applied } from '../edits/apply-edits'
import type { AnyEdit } from '../edits/edit'
import type { EditModel, ModelEntry, ModelFile } from '../edits/model'
import { at, type Json, textOf } from '../json'
import { type EntryId, type EntryKind, entryId } from '../kubeconfig/entries'

const names = { context: ['prod', 'dev', 'x'], cluster: ['c', 'd'], user: ['u', 'v'] } as const
const tag = 'x-tag'

const some = (list: readonly string[]) => fc.subarray([...list])
const entry = (kind: EntryKind, path: string, name: string, value: ModelEntry['value']): ModelEntry => ({
  id: entryId(kind, path, name, 0),
  kind,
  name,
  value,
  from: null,
})

function generatedFile(path: string, listed: boolean): fc.Arbitrary<ModelFile> {
  return fc
    .record({
      clusters: some(names.cluster),
      users: some(names.user),
      contexts: some(names.context),
      refs: fc.array(fc.tuple(fc.constantFrom(...names.cluster), fc.constantFrom(...names.user)), {
        minLength: 3,
        maxLength: 3,
      }),
      // Now and then two files have the very same entry.
      alike: fc.boolean(),
      current: fc.option(fc.constantFrom(...names.context, 'ghost')),
    })
    .map(({ clusters, users, contexts, refs, alike, current }) => {
      const own = alike ? 'same' : path
      return {
        path,
        exists: true,
        listed,
        unreadable: null,
        currentContext: current,
        cluster: clusters.map((name) =>
          entry('cluster', path, name, { server: `https://${name}.${own.replaceAll('/', '.')}.test` }),
        ),
        user: users.map((name) => entry('user', path, name, { token: `${name} of ${own}` })),
        context: contexts.map((name, i) => {
          const [cluster, user] = refs[i] ?? ['c', 'u']
          return entry('context', path, name, { cluster, user, [tag]: `${name} of ${path}` })
        }),
      }
    })
}

/** One to three files of the list, and up to two beside it, which share names with it. */
export function listedFiles(
  paths: readonly [string, string, string],
  ...beside: readonly string[]
): fc.Arbitrary<EditModel> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.tuple(...paths.map((path) => generatedFile(path, true))),
      fc.nat(beside.length),
      fc.tuple(...beside.map((path) => generatedFile(path, false))),
    )
    .map(([count, files, others, rest]) => ({ files: [...files.slice(0, count), ...rest.slice(0, others)] }))
}

/** Edits of every kind that touches names or what is behind them. */
export function editsOn(model: EditModel): fc.Arbitrary<readonly AnyEdit[]> {
  const all = (kind: EntryKind) => model.files.flatMap((file) => file[kind].map(({ id }) => id))
  const one = (ids: readonly EntryId[]) => (ids.length === 0 ? null : fc.constantFrom(...ids))
  const many = (ids: readonly EntryId[]) =>
    fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 })
  const [contexts, users, clusters] = [all('context'), all('user'), all('cluster')]
  const [context, user, cluster] = [one(contexts), one(users), one(clusters)]
  const path = fc.constantFrom(...model.files.map((file) => file.path))
  const name = fc.constantFrom(...names.context, 'ghost', 'new')
  const scope = fc.constantFrom('split' as const, 'shared' as const)
  const kinds: fc.Arbitrary<AnyEdit>[] = [
    fc.record({
      kind: fc.constant('add-context' as const),
      file: fc.option(path, { nil: null }),
      name,
      namespace: fc.constant(null),
      cluster: fc.record({
        kind: fc.constant('new' as const),
        name: fc.constantFrom('c', 'd', 'e'),
        server: fc.constant('https://added.test'),
        certificateAuthorityData: fc.constant(null),
        proxyUrl: fc.constant(null),
        tlsServerName: fc.constant(null),
      }),
      user: fc.record({
        name: fc.option(fc.constantFrom('u', 'w'), { nil: null }),
        region: fc.constant('us-east-1'),
        cluster: fc.constant({ name: 'added' }),
        role: fc.constant(null),
        profile: fc.constant(null),
        pin: fc.constant('none' as const),
      }),
      use: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('import-entries' as const),
      source: fc.constant('here'),
      from: fc.constant(null),
      file: fc.option(path, { nil: null }),
      onConflict: fc.constantFrom('rename' as const, 'skip' as const, 'fail' as const),
      clusters: fc.boolean().map(() => [{ name: 'c', value: { server: 'https://imported.test' } }]),
      users: fc.constantFrom('u', 'w').map((called) => [{ name: called, value: { token: 'imported' } }]),
      contexts: name.map((called) => [{ name: called, value: { cluster: 'c', user: 'u' } }]),
    }),
  ]
  if (context)
    kinds.push(
      fc.record({ kind: fc.constant('rename-context' as const), context, name, cascade: fc.boolean() }),
      fc.record({
        kind: fc.constant('delete-contexts' as const),
        contexts: many(contexts),
        keepOrphans: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('delete-entries' as const),
        entries: many([...contexts, ...users, ...clusters]),
      }),
      fc.record({ kind: fc.constant('move-contexts' as const), contexts: many(contexts), file: path }),
      fc.record({
        kind: fc.constant('clone-context' as const),
        context,
        name,
        pin: fc.constant(null),
        userName: fc.option(fc.constantFrom('u', 'w'), { nil: null }),
      }),
      fc.record({ kind: fc.constant('split-user' as const), context, name: fc.constant(null) }),
      fc.record({ kind: fc.constant('set-user' as const), context, user: fc.constantFrom(...names.user) }),
      fc.record({
        kind: fc.constant('set-cluster' as const),
        context,
        cluster: fc.constantFrom(...names.cluster),
      }),
      fc.record({ kind: fc.constant('use-context' as const), context: fc.option(context, { nil: null }) }),
      fc.record({
        kind: fc.constant('set-server' as const),
        context,
        server: fc.constant('https://set.test'),
        scope,
      }),
    )
  if (user)
    kinds.push(
      fc.record({ kind: fc.constant('rename-user' as const), user, name: fc.constantFrom('u', 'v', 'w') }),
      fc.record({ kind: fc.constant('merge-duplicates' as const), keep: user, remove: many(users) }),
    )
  if (cluster)
    kinds.push(
      fc.record({
        kind: fc.constant('rename-cluster' as const),
        cluster,
        name: fc.constantFrom('c', 'd', 'e'),
      }),
      fc.record({
        kind: fc.constant('refresh-cluster' as const),
        cluster,
        contexts: fc.subarray(contexts),
        server: fc.constant('https://fresh.test'),
        certificateAuthorityData: fc.constant(null),
      }),
    )
  return fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 4 })
}

/** What a context's name leads to. */
export interface Reached {
  /** Null where kubectl was asked. */
  readonly id: EntryId | null
  readonly tag: string | null
  readonly server: string | null
  readonly user: string
}
export interface Reading {
  readonly current: string | null
  readonly contexts: ReadonlyMap<string, Reached>
}

interface NamedValue {
  readonly id?: EntryId
  readonly name: string
  readonly value: Readonly<Record<string, Json>>
}
export type Merged = Readonly<Record<EntryKind, readonly NamedValue[]>> & { readonly current: string | null }

/** kubectl's rule, written down once more: the first file that has a name counts; `alone`: of one file read for itself. */
export function merged(model: EditModel, alone: string | null = null): Merged {
  const listed = model.files.filter((file) => (alone === null ? file.listed : file.path === alone))
  const first = (kind: EntryKind) => [
    ...new Map(
      listed.flatMap((file) => file[kind].map((one) => [one.name, one] as const)).reverse(),
    ).values(),
  ]
  return {
    current: listed.find(({ currentContext }) => currentContext)?.currentContext ?? null,
    cluster: first('cluster'),
    user: first('user'),
    context: first('context'),
  }
}

export function readingOf(list: Merged): Reading {
  const behind = (kind: 'cluster' | 'user', name: string | null) =>
    list[kind].find((one) => one.name === name)?.value ?? null
  return {
    current: list.current,
    contexts: new Map(
      list.context.map(({ id = null, name, value }) => {
        const cluster = behind('cluster', textOf(value.cluster))
        const user = behind('user', textOf(value.user))
        return [
          name,
          {
            id,
            tag: textOf(at(value, tag)),
            server: cluster && textOf(at(cluster, 'server')),
            user: JSON.stringify(user === null ? null : Object.entries(user).sort()),
          },
        ]
      }),
    ),
  }
}

/** Contexts that edits are about, by their tags; what they make has none, or the one of its original. */
function tagsAbout(model: EditModel, edits: readonly AnyEdit[], ids: (edit: AnyEdit) => readonly EntryId[]) {
  const about = new Set(edits.flatMap(ids))
  const put = edits.flatMap((edit) => (edit.kind === 'put-back' ? edit.put.map((one) => one.entry) : []))
  const entries = [...model.files.flatMap((file) => file.context), ...put]
  return new Set(entries.flatMap(({ id, value }) => (about.has(id) ? [textOf(at(value, tag))] : [])))
}

/** What kubectl reads together: the list (null), and each file beside it. */
export const scopesOf = (model: EditModel): readonly (string | null)[] => [
  null,
  ...model.files.flatMap(({ path, listed }) => (listed ? [] : [path])),
]

/** Whether an edit says what is current there. */
function setsCurrent({ files }: EditModel, edit: AnyEdit, alone: string | null): boolean {
  const isThere = (path: string | undefined) =>
    path === undefined || (files.some((file) => file.path === path && !file.listed) ? path : null) === alone
  switch (edit.kind) {
    case 'use-context':
      return edit.context === null
        ? alone === null
        : isThere(files.find((file) => file.context.some(({ id }) => id === edit.context))?.path)
    case 'add-context':
      return edit.use && (edit.file === null ? alone === null : isThere(edit.file))
    case 'put-back': {
      // What it puts into a file behind the one that counts says nothing.
      const together = files.filter(({ path, listed }) => (alone === null ? listed : path === alone))
      const put = new Map(edit.current.map(({ file, currentContext }) => [file, currentContext]))
      const counts = together.findIndex(
        ({ path, currentContext }) => (put.has(path) ? put.get(path) : currentContext) !== null,
      )
      return together.slice(0, counts < 0 ? together.length : counts + 1).some(({ path }) => put.has(path))
    }
    default:
      return false
  }
}

/** What became different for kubectl although the edits are not about it and the plan does not say it: must be empty. */
export function unannounced(
  before: Reading,
  after: Reading,
  of: {
    readonly model: EditModel
    readonly edits: readonly AnyEdit[]
    readonly ids: (edit: AnyEdit) => readonly EntryId[]
    readonly plan: Pick<Applied, 'alsoChanges' | 'currentContext' | 'problems'>
    /** A file beside the list that was read for itself. */
    readonly alone?: string | null
  },
): readonly string[] {
  const { model, edits, ids, plan, alone = null } = of
  const about = tagsAbout(model, edits, ids)
  const along = new Set(plan.alsoChanges.map(({ name }) => name))
  const said = plan.problems.flatMap(({ code, message }) => (code === 'other-context' ? [message] : []))
  const isSaid = (name: string) => said.some((message) => message.startsWith(`“${name}” of `))
  const wrong: string[] = []
  const same = (a: Reached | undefined, b: Reached | undefined) =>
    a?.tag === b?.tag && a?.server === b?.server && a?.user === b?.user
  for (const [name, is] of after.contexts) {
    if (is.tag === null || about.has(is.tag)) continue
    const was = before.contexts.get(name)
    if (was?.tag !== is.tag) {
      if (!isSaid(name)) wrong.push(`${name} is another file's context now`)
    } else if (!same(was, is) && !along.has(name)) wrong.push(`${name} leads elsewhere`)
  }
  const reached = new Set([...after.contexts.values()].map((one) => one.tag))
  for (const [name, was] of before.contexts)
    if (!about.has(was.tag) && !reached.has(was.tag) && !isSaid(name)) wrong.push(`${name} is out of reach`)

  const [was, is] = [before.contexts.get(before.current ?? ''), after.contexts.get(after.current ?? '')]
  const change = plan.currentContext
  if (alone !== null) {
    const emptied = plan.problems.some(
      ({ code, message }) => code === 'current-context' && message.includes(alone),
    )
    if (before.current !== null && after.current === null && !emptied)
      wrong.push('current-context is emptied')
  } else if (change === null && (before.current !== after.current || was?.server !== is?.server))
    wrong.push('current-context changed, and the plan does not say it')
  if (
    alone === null &&
    change !== null &&
    (change.before !== before.current || change.after !== after.current)
  )
    wrong.push('the plan says something else of current-context')
  if (!edits.some((edit) => setsCurrent(model, edit, alone)) && is !== undefined) {
    const stayed = was?.tag === is.tag || (was && was.id !== null && was.id === is.id)
    if (!stayed) wrong.push('current-context is another context')
    else if (!about.has(is.tag) && !same(was, is) && !along.has(before.current ?? ''))
      wrong.push('current-context leads elsewhere')
  }
  return wrong
}
