/** What edits do to a draft: to one value, in the context itself or in its user or cluster, and to whole entries. */

import { notAws } from '../exec/inside'
import { type EditedExec, newExec, setProfile, setRole } from '../exec/set-values'
import { withExpected } from '../identity/expected'
import { at, isMap, type JsonMap, mapOf, sameJson, textOf, withKey } from '../json'
import {
  type EntryId,
  isBehind,
  type ModelKind,
  type NamedKind,
  namedKinds,
  partsOfId,
} from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { quoted } from '../visible'
import type { Draft, ReadScope } from './draft'
import type { EditOf, PutBack, Scope } from './edit'
import { type ModelEntry, originOf } from './model'
import {
  checkName,
  checkProfile,
  checkProxy,
  checkRole,
  checkServer,
  nameTaken,
  Refusal,
  unmasked,
  unreadable,
} from './refusal'

export function entryOf(draft: Draft, id: EntryId): ModelEntry {
  const entry = draft.get(id)
  // Whether an entry is there cannot be known of a file that cannot be read.
  const file = entry ? draft.fileOf(id) : draft.files.find(({ path }) => path === partsOfId(id)?.file)
  if (file?.unreadable) throw unreadable(file.path, file.unreadable)
  if (!entry)
    throw new Refusal(
      'no-such-entry',
      'The entry that this edit is about is no longer there.',
      'Discard the edit, or reload and make it again.',
    )
  return entry
}

export function setValue(draft: Draft, entry: ModelEntry, value: JsonMap): void {
  if (!sameJson(entry.value, value)) draft.replace(entry, { value })
}

/** Has a context name another cluster or user, which must be there. */
export function setReference(draft: Draft, context: EntryId, kind: NamedKind, name: string): void {
  const entry = entryOf(draft, context)
  if (!draft.scopeOf(entry).winner(kind, name))
    throw new Refusal(
      dangling(kind),
      `There is no ${kind} ${quoted(name)}.`,
      `Choose one of the ${kind} entries, or add it first.`,
    )
  setValue(draft, entry, withKey(entry.value, kind, name))
}

const dangling = (kind: NamedKind) => (kind === 'cluster' ? 'dangling-cluster' : 'dangling-user')

export function entryOfContext(draft: Draft, context: ModelEntry, kind: NamedKind): ModelEntry {
  const name = textOf(at(context.value, kind))
  const entry = draft.behind(context, kind)
  if (entry) return entryOf(draft, entry.id)
  throw new Refusal(
    dangling(kind),
    name === null
      ? `${quoted(context.name)} names no ${kind}.`
      : `${quoted(context.name)} names the ${kind} ${quoted(name)}, which is not there.`,
    `Choose a ${kind} for it first.`,
  )
}

/** The name of an entry that comes: the one that is wanted, which must be free, else one like another. */
export function nameOfNew(scope: ReadScope, kind: ModelKind, wanted: string | null, like: string): string {
  if (wanted !== null && scope.taken(kind, wanted)) throw nameTaken(kind, wanted)
  return wanted ?? scope.freeName(kind, like)
}

/** The context's entry of its own: a copy next to the original, in the same file, so that relative paths hold. */
function ownEntry(draft: Draft, context: ModelEntry, entry: ModelEntry, name: string | null): ModelEntry {
  const kind = entry.kind
  const ownName = nameOfNew(draft.scopeOf(context), kind, name, draft.called(context.name))
  const own = draft.add(draft.pathOf(entry), kind, ownName, entry.value, entry.id)
  draft.replace(context, { value: withKey(context.value, kind, own.name) })
  return own
}

/** Gives a context a user of its own where it shares one. */
export function splitUser(draft: Draft, { context, name }: EditOf<'split-user'>): void {
  const entry = entryOf(draft, context)
  const user = entryOfContext(draft, entry, 'user')
  if (draft.usersOf(user).length > 1) ownEntry(draft, entry, user, name)
}

/** What an edit says of a value that lives in the user or cluster of a context. */
export interface InScope {
  readonly context: EntryId
  readonly scope: Scope
}

/** Gives the context's user or cluster a value; one of its own where others use it too and the scope says so. */
function setBehind(draft: Draft, { context: id, scope }: InScope, entry: ModelEntry, value: JsonMap): void {
  const context = entryOf(draft, id)
  const shared = scope === 'split' && draft.usersOf(entry).length > 1
  setValue(draft, shared ? ownEntry(draft, context, entry, null) : entry, value)
}

export function setClusterKey(draft: Draft, edit: InScope, key: string, wanted: string | null): void {
  const cluster = entryOfContext(draft, entryOf(draft, edit.context), 'cluster')
  const was = textOf(at(cluster.value, key))
  const value = wanted === null || wanted === '' ? null : unmasked(wanted, was)
  if (value !== was) setBehind(draft, edit, cluster, withKey(cluster.value, key, value ?? undefined))
}

export function setExec(
  draft: Draft,
  edit: InScope,
  change: (exec: JsonMap, user: ModelEntry) => JsonMap,
): void {
  const user = entryOfContext(draft, entryOf(draft, edit.context), 'user')
  const exec = execOf(user, 'Give the context a user of its own that does.')
  const next = change(exec, user)
  if (!sameJson(exec, next)) setBehind(draft, edit, user, withKey(user.value, 'exec', next))
}

/** The command of a user; `next`: what to do where it runs none. */
export function execOf({ name, value }: ModelEntry, next: string): JsonMap {
  const exec = at(value, 'exec')
  if (isMap(exec)) return exec
  throw new Refusal('not-aws', `The user ${quoted(name)} runs no command for its credentials.`, next)
}

/** A user's exec entry with an edit of its arguments or variables. */
export function editedExec(
  { name }: ModelEntry,
  exec: JsonMap,
  edit: (exec: JsonMap) => EditedExec,
): JsonMap {
  const result = edit(exec)
  if (result.ok) return result.value
  throw new Refusal(
    'not-aws',
    result.fault === notAws
      ? `The user ${quoted(name)} runs ${quoted(textOf(at(exec, 'command')) ?? '')}, whose arguments Ekscope does not know.`
      : `The arguments of the user ${quoted(name)} cannot be edited: ${result.fault}.`,
    'Edit them in the file.',
  )
}

export function refreshCluster(draft: Draft, edit: EditOf<'refresh-cluster'>): void {
  const cluster = entryOf(draft, edit.cluster)
  checkServer(edit.server)
  let value = withKey(cluster.value, 'server', edit.server)
  if (edit.certificateAuthorityData !== null) {
    value = withKey(value, 'certificate-authority-data', edit.certificateAuthorityData)
    // The data would win over the file; two sources of truth are one too many.
    value = withKey(value, 'certificate-authority', undefined)
  }
  setValue(draft, cluster, value)
}

// Whole entries -----------------------------------------------------------------------------------------------

const noSuchFile = (path: string): Refusal =>
  new Refusal(
    'no-such-file',
    `${path} is not one of the files that are open.`,
    'Open it first, or choose another.',
  )

const readApart = ({ kind, name }: ModelEntry, path: string): Refusal =>
  new Refusal(
    kind === 'user' ? 'dangling-user' : 'dangling-cluster',
    `kubectl does not read ${path} together with the file of the ${kind} ${quoted(name)}.`,
    'Choose an entry of that file.',
  )

export function fileOf(draft: Draft, path: string): { readonly path: string } {
  const file = draft.file(path)
  if (!file) throw noSuchFile(path)
  if (file.unreadable) throw unreadable(path, file.unreadable)
  return file
}

export function targetFile(draft: Draft, path: string | null): { readonly path: string } {
  if (path !== null) return fileOf(draft, path)
  const file = draft.defaultFile()
  if (!file)
    throw new Refusal('no-target', 'There is no kubeconfig file to write to.', 'Name one with --kubeconfig.')
  return fileOf(draft, file.path)
}

export function addContext(draft: Draft, edit: EditOf<'add-context'>): void {
  checkName(edit.name)
  checkRole(edit.user.role)
  checkProfile(edit.user.profile)
  const { path } = targetFile(draft, edit.file)
  const scope = draft.scopeAt(path)
  if (scope.taken('context', edit.name)) throw nameTaken('context', edit.name)
  let cluster: string
  if (edit.cluster.kind === 'reuse') {
    const there = entryOf(draft, edit.cluster.cluster)
    if (draft.scopeOf(there) !== scope) throw readApart(there, path)
    cluster = there.name
  } else {
    checkName(edit.cluster.name)
    if (scope.taken('cluster', edit.cluster.name)) throw nameTaken('cluster', edit.cluster.name)
    const { name, server, certificateAuthorityData, proxyUrl, tlsServerName } = edit.cluster
    checkProxy(proxyUrl)
    checkServer(server)
    const value = {
      'certificate-authority-data': certificateAuthorityData,
      'proxy-url': proxyUrl,
      server,
      'tls-server-name': tlsServerName,
    }
    const said = mapOf(Object.entries(value).filter(([, one]) => one !== null))
    cluster = draft.add(path, 'cluster', name, said).name
  }
  const { name, pin, ...of } = edit.user
  const exec = newExec(pin === 'none' ? { ...of, profile: null, pin: 'arg' } : { ...of, pin })
  const own = draft.add(path, 'user', nameOfNew(scope, 'user', name, edit.name), { exec })
  draft.add(path, 'context', edit.name, contextValue(cluster, edit.namespace, own.name))
  if (edit.use) pointCurrent(draft, scope, edit.name)
}

export function contextValue(cluster: string, namespace: string | null, user: string): JsonMap {
  return namespace === null ? { cluster, user } : { cluster, namespace, user }
}

export function cloneContext(draft: Draft, edit: EditOf<'clone-context'>): void {
  const context = entryOf(draft, edit.context)
  const scope = draft.scopeOf(context)
  checkName(edit.name)
  if (scope.taken('context', edit.name)) throw nameTaken('context', edit.name)
  const userName = nameOfNew(scope, 'user', edit.userName, edit.name)
  const user = entryOfContext(draft, context, 'user')
  let { value } = user
  const { role, profile } = edit
  if (role !== undefined || profile !== undefined) {
    let exec = execOf(user, 'Clone it without a role or profile.')
    if (role !== undefined) {
      checkRole(role)
      exec = editedExec(user, exec, (one) => setRole(one, role))
    }
    if (profile !== undefined) {
      checkProfile(profile)
      exec = editedExec(user, exec, (one) => setProfile(one, profile, edit.pin))
    }
    value = withKey(value, 'exec', exec)
  }
  const own = draft.add(draft.pathOf(user), 'user', userName, value, user.id)
  // The identity that is expected of the original says nothing of the clone, which is often made to have another.
  const copy = withExpected(withKey(context.value, 'user', own.name), null)
  draft.add(draft.pathOf(context), 'context', edit.name, copy, context.id)
}

export function mergeDuplicates(draft: Draft, keep: ModelEntry, remove: readonly ModelEntry[]): void {
  for (const entry of remove) {
    if (entry.id === keep.id) continue
    if (entry.kind !== keep.kind || entry.kind === 'context')
      throw new Refusal(
        'bad-value',
        'Users can be merged only with users, and clusters only with clusters.',
        'Delete the contexts that you do not need.',
      )
    if (draft.scopeOf(entry) !== draft.scopeOf(keep)) throw readApart(keep, draft.pathOf(entry))
    const users = draft.usersOf(entry)
    draft.remove(entry)
    for (const context of users)
      draft.replace(context, { value: withKey(context.value, keep.kind, keep.name) })
  }
}

export function deleteContexts(draft: Draft, contexts: readonly ModelEntry[], keepOrphans: boolean): void {
  const used = new Set<EntryId>()
  for (const context of contexts) {
    for (const kind of namedKinds) {
      const entry = draft.behind(context, kind)
      if (entry) used.add(entry.id)
    }
    draft.remove(context)
  }
  if (!keepOrphans) removeUnnamed(draft, used)
}

/** Takes away those of these clusters and users that no context names, not even a shadowed one. */
export function removeUnnamed(draft: Draft, ids: ReadonlySet<EntryId>): void {
  for (const id of ids) {
    const entry = draft.get(id)
    if (!entry || !isBehind(entry.kind) || draft.fileOf(id)?.unreadable !== null) continue
    if (draft.scopeOf(entry).naming(entry.kind, entry.name).length === 0) draft.remove(entry)
  }
}

export function deleteEntries(draft: Draft, entries: readonly ModelEntry[]): void {
  for (const entry of entries) {
    if (entry.kind === 'context') {
      deleteContexts(draft, [entry], true)
      continue
    }
    const scope = draft.scopeOf(entry)
    const users = scope.usersOf(entry)
    draft.remove(entry)
    // Another entry of that name (a duplicate, a later file's) takes its place.
    const first = users[0]
    if (first && !scope.winner(entry.kind, entry.name))
      throw new Refusal(
        'still-used',
        `The ${entry.kind} ${quoted(entry.name)} is used by ${quoted(first.name)}${users.length > 1 ? ` and ${users.length - 1} more` : ''}.`,
        'Delete these contexts first, or give them another one.',
      )
  }
}

export function moveContexts(
  draft: Draft,
  contexts: readonly ModelEntry[],
  path: string,
  targets: Set<EntryId>,
): void {
  fileOf(draft, path)
  const scope = draft.scopeAt(path)
  const moving = new Set(contexts.map(({ id }) => id))
  const led = contexts.flatMap((context) =>
    namedKinds.map((kind) => ({ context, kind, to: meant(draft, draft.behind(context, kind)) })),
  )
  const clash = (message: string) => new Refusal('name-taken', message, 'Rename one of the two first.')
  const ownName = (entry: ModelEntry, file: string): Refusal =>
    clash(`${file} has a ${entry.kind} ${quoted(entry.name)} of its own.`)
  /** Where entries came from that go there with this very move. */
  const came = new Map<EntryId, string>()
  const twice = ({ kind, name }: ModelEntry, one: string, other: string): Refusal => {
    const have = one === other ? `${one} has two ${kind}s` : `${one} and ${other} each have a ${kind}`
    return clash(`${have} ${quoted(name)}, and both would move: a file can have one of a name.`)
  }
  /** The entry that it is there; null where it was there already, or is no longer. */
  const relocate = (entry: ModelEntry, copy: boolean): ModelEntry | null => {
    const from = draft.fileOf(entry.id)
    if (!from || from.path === path) return null
    if (from.unreadable) throw unreadable(from.path, from.unreadable)
    // What is read together with the file for the first time may have the name in any of its files.
    const there =
      draft.scopeOf(entry) === scope
        ? draft.file(path)?.[entry.kind].find((other) => other.name === entry.name)
        : scope.winner(entry.kind, entry.name)
    if (there && (entry.kind === 'context' || !meansSame(draft, meant(draft, entry), there))) {
      const before = came.get(there.id)
      throw before === undefined ? ownName(entry, draft.pathOf(there)) : twice(entry, before, from.path)
    }
    if (!copy) draft.remove(entry)
    if (there) return null
    // Moved again, it is still the one that was read: its lines go with it, and it can be moved back there.
    const origin = copy ? entry.id : originOf(entry)
    const value = rebaseEntry(entry.kind, entry.value, from.path, path)
    const moved = draft.add(path, entry.kind, entry.name, value, origin, { moved: !copy })
    targets.add(moved.id)
    came.set(moved.id, from.path)
    return moved
  }
  for (const entry of new Set(led.flatMap(({ to }) => to?.entry ?? []))) {
    const others = draft.usersOf(entry).some((context) => !moving.has(context.id))
    // Other contexts use it where it is. Where it could not be found from there, it is copied.
    if (!others) relocate(entry, false)
    else if (draft.scopeOf(entry) !== scope) relocate(entry, true)
  }
  const now = new Map(contexts.map((context) => [context.id, relocate(context, false) ?? context]))
  for (const { context, kind, to } of led) {
    const moved = now.get(context.id)
    const is = moved === undefined || draft.get(moved.id) === null ? null : draft.behind(moved, kind)
    // Another file may have the name, too, and count before this one.
    if (is !== null && !meansSame(draft, to, is)) throw ownName(is, draft.pathOf(is))
  }
}

/** An entry with the file from which its paths count. */
interface Meant {
  readonly entry: ModelEntry
  readonly file: string
}

const meant = (draft: Draft, entry: ModelEntry | null): Meant | null =>
  entry && { entry, file: draft.pathOf(entry) }

function meansSame(draft: Draft, was: Meant | null, is: ModelEntry): boolean {
  if (was === null) return false
  const { entry, file } = was
  return entry === is || sameJson(is.value, rebaseEntry(entry.kind, entry.value, file, draft.pathOf(is)))
}

/**
 * As kubectl: set in the first file that exists, which is the one that counts, unless it is current already; cleared
 * wherever it is set, so that a later file's does not become current by itself.
 */
export function pointCurrent(draft: Draft, scope: ReadScope, name: string | null): void {
  if (name === null) {
    scope.emptyCurrent()
    return
  }
  if (scope.currentContext() === name) return
  const { path } = targetFile(draft, scope.alone)
  const file = draft.file(path)
  if (file) file.currentContext = name
}

/** In main the quotes are put in before the entries are read: then there is nothing left to do here. */
export function quoteMisread(draft: Draft, path: string): void {
  const file = draft.file(path)
  if (!file) throw noSuchFile(path)
  if (file.unreadable === null) return
  if (!file.mendable)
    throw unreadable(path, `quotes do not fix the file: ${file.unreadable.replace(/\.$/, '')}`)
  file.unreadable = null
}

export function putBack(draft: Draft, edit: PutBack): void {
  for (const id of edit.remove) {
    const entry = draft.get(id)
    if (entry) draft.remove(entry)
  }
  for (const { file, index, entry } of [...edit.put].sort((a, b) => a.index - b.index)) {
    const { id, kind, name, value, from, moved } = entry
    const there = draft.get(id)
    if (there) draft.replace(there, { name, value })
    else draft.add(fileOf(draft, file).path, kind, name, value, from, { id, index, moved })
  }
  for (const { file, currentContext } of edit.current) {
    const there = draft.file(file)
    if (there) there.currentContext = currentContext
  }
}
