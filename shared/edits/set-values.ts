/** Edits of one value: in the context itself, or in the user or cluster entry behind it. */

import type { EditedExec } from '../exec/edit'
import { notAws } from '../exec/inside'
import { at, isMap, type JsonMap, sameJson, textOf, withKey } from '../json'
import type { Behind, EntryId, ModelKind } from '../kubeconfig/entries'
import { quoted } from '../visible'
import type { Draft, ReadScope } from './draft'
import type { EditOf, Scope } from './edit'
import type { ModelEntry } from './model'
import { checkServer, Refusal, taken, unmasked, unreadable } from './refusal'

export function entryOf(draft: Draft, id: EntryId): ModelEntry {
  const entry = draft.get(id)
  if (!entry)
    throw new Refusal(
      'no-such-entry',
      'The entry that this edit is about is no longer there.',
      'Discard the edit, or reload and make it again.',
    )
  const file = draft.fileOf(id)
  if (file?.unreadable) throw unreadable(file.path, file.unreadable)
  return entry
}

export function setValue(draft: Draft, entry: ModelEntry, value: JsonMap): void {
  if (!sameJson(entry.value, value)) draft.replace(entry, { value })
}

/** Has a context name another cluster or user, which must be there. */
export function setReference(draft: Draft, context: EntryId, kind: Behind, name: string): void {
  const entry = entryOf(draft, context)
  if (!draft.scopeOf(entry).winner(kind, name))
    throw new Refusal(
      dangling(kind),
      `There is no ${kind} ${quoted(name)}.`,
      `Choose one of the ${kind} entries, or add it first.`,
    )
  setValue(draft, entry, withKey(entry.value, kind, name))
}

const dangling = (kind: Behind) => (kind === 'cluster' ? 'dangling-cluster' : 'dangling-user')

export function referred(draft: Draft, context: ModelEntry, kind: Behind): ModelEntry {
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
  if (wanted !== null && scope.taken(kind, wanted)) throw taken(kind, wanted)
  return wanted ?? scope.freeName(kind, like)
}

/** The context's entry of its own: a copy beside the original, in the same file, so that relative paths hold. */
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
  const user = referred(draft, entry, 'user')
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
  const cluster = referred(draft, entryOf(draft, edit.context), 'cluster')
  const was = textOf(at(cluster.value, key))
  const value = wanted === null || wanted === '' ? null : unmasked(wanted, was)
  if (value !== was) setBehind(draft, edit, cluster, withKey(cluster.value, key, value ?? undefined))
}

export function setExec(
  draft: Draft,
  edit: InScope,
  change: (exec: JsonMap, user: ModelEntry) => JsonMap,
): void {
  const user = referred(draft, entryOf(draft, edit.context), 'user')
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
