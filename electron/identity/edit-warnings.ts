/** The rules about profiles, asked of the entries that edits would make: what is doubtful is said before it is written. */

import type { AnyEdit, EditProblem } from '../../shared/edits/edit'
import { contextsOf, madeBy, setsOf } from '../../shared/edits/kinds'
import {
  changedEntries,
  changedNames,
  type EditModel,
  entryNamed,
  type ModelEntry,
} from '../../shared/edits/model'
import { readTogether } from '../../shared/edits/resolution'
import { meaningOf } from '../../shared/exec/edit'
import { profileRules } from '../../shared/findings/findings'
import type { ProfileState } from '../../shared/findings/row'
import { namedAll } from '../../shared/findings/rule'
import { at, isMap, type JsonMap, textOf } from '../../shared/json'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import { quoted } from '../../shared/visible'
import type { AwsFiles } from '../aws/files/files'
import type { BackWarnings } from '../kubeconfig/disk/undo'
import type { Warnings } from '../kubeconfig/rewrite/plan'
import { profileStateOf } from './profile-state'

type ProfileRule = keyof typeof profileRules

/** The rules that an edit may newly break: one of the role alone changes no profile. */
function mayBreak(edit: AnyEdit): readonly ProfileRule[] {
  const sets = setsOf(edit)
  if (sets.includes('profile')) return ['unknown-profile', 'double-assume']
  return sets.includes('role') ? ['double-assume'] : []
}

/** Warns of edits after which an entry has a role on top of a role profile, or a profile that no AWS file has. */
export function identityWarnings(files: AwsFiles): Warnings {
  return (_, after, edits) => {
    let execAfter: ReturnType<typeof execsOf> | null = null
    const stateOf = profileStatesIn(files)
    return edits.flatMap((edit, index): readonly EditProblem[] => {
      const ids = mayBreak(edit)
      if (ids.length > 0) execAfter ??= execsOf(after)
      const exec = ids.length > 0 && execAfter ? execAfter(edit) : null
      const meaning = exec && meaningOf(exec)
      // What gives credentials reads profiles in its own way.
      if (!meaning || meaning.gets === null || meaning.profilePinnedBy === 'wrapper') return []
      const { profile, role } = meaning
      const use = { meaning, profile, role, profileState: stateOf(profile) }
      return ids.flatMap((code) => {
        const found = profileRules[code](use)
        if (!found) return []
        const { message, advice: next, instead } = found
        return [
          { edit: index, code, blocks: false, message, next, ...(instead === undefined ? {} : { instead }) },
        ]
      })
    })
  }
}

/** Warns of contexts that come back with a profile that no AWS file has: entries are put back as old as they are, AWS files are not. */
export function backWarnings(files: AwsFiles): BackWarnings {
  return (before, after) => {
    const [came, went] = [changedEntries(before, after, 'context'), changedEntries(after, before, 'context')]
    const users = changedNames(before, after, 'user')
    const was = usesIn(before, went, users)
    const stateOf = profileStatesIn(files)
    const lost = new Map<string, { readonly names: string[]; readonly next: string }>()
    for (const [id, { name, user }] of usesIn(after, came, users)) {
      const old = was.get(id)
      if (user === undefined || old?.user === user) continue
      const meaning = usedBy(user)
      if (!meaning?.profile || (old?.user && usedBy(old.user)?.profile === meaning.profile)) continue
      const { profile, role } = meaning
      const found = profileRules['unknown-profile']({
        meaning,
        profile,
        role,
        profileState: stateOf(profile),
      })
      if (found === null) continue
      const same = lost.get(profile) ?? { names: [], next: found.advice }
      same.names.push(name)
      lost.set(profile, same)
    }
    return [...lost].map(([profile, { names, next }]) => ({
      edit: null,
      code: 'unknown-profile',
      blocks: false,
      message: `${names.length === 1 ? 'Context' : 'Contexts'} ${namedAll(names)} ${names.length === 1 ? 'comes' : 'come'} back with profile ${quoted(profile)}, which is in neither the AWS config nor the credentials file: aws fails, even where access keys would win over the profile.`,
      next,
    }))
  }
}

/** What a user runs that reads profiles as aws does; null for anything else. */
function usedBy({ value }: ModelEntry) {
  const exec = at(value, 'exec')
  const meaning = isMap(exec) ? meaningOf(exec) : null
  if (!meaning || meaning.profilePinnedBy === 'wrapper') return null
  const { gets, profile, role } = meaning
  return gets === null ? null : { gets, profile, role }
}

/** The user of these contexts, and of those that name one of these users, as kubectl finds it: over the list, or in a file beside it. */
function usesIn(
  model: EditModel,
  changed: ReadonlySet<ModelEntry>,
  users: ReadonlySet<string>,
): ReadonlyMap<EntryId, { readonly name: string; readonly user: ModelEntry | undefined }> {
  const uses = new Map<EntryId, { readonly name: string; readonly user: ModelEntry | undefined }>()
  for (const { path, listed, context } of model.files)
    for (const entry of context) {
      if (!changed.has(entry) && users.size === 0) continue
      const name = textOf(at(entry.value, 'user')) ?? ''
      if (!changed.has(entry) && !users.has(name)) continue
      const together = readTogether(model, listed ? null : path)
      const home = together.find((file) => entryNamed(file, 'user', name) !== undefined)
      uses.set(entry.id, { name: entry.name, user: entryNamed(home, 'user', name) })
    }
  return uses
}

/** Each profile's chain is followed once: thousands of pending edits name few profiles. */
function profileStatesIn(files: AwsFiles): (profile: string | null) => ProfileState {
  const known = new Map<string | null, ProfileState>()
  return (profile) => once(known, profile, () => profileStateOf(profile, files))
}

/** What the context of an edit runs afterwards; looked up in maps, since thousands of edits may be pending. */
function execsOf({ files }: EditModel): (edit: AnyEdit) => JsonMap | null {
  const contexts = new Map(files.flatMap((file) => file.context).map((one) => [one.id, one]))
  const users = new Map(
    files
      .flatMap((file) => [...file.user])
      .reverse()
      .map((one) => [one.name, one]),
  )
  return (edit) => {
    const made = madeBy(edit)
    // A new entry keeps the id of the name that it was made with, whatever it is renamed to.
    const ids =
      made === null
        ? contextsOf(edit).slice(0, 1)
        : files.map(({ path }) => entryId('context', path, made, 0))
    const context = ids.flatMap((id) => contexts.get(id) ?? [])[0]
    const user = users.get((context && textOf(at(context.value, 'user'))) ?? '')
    const exec = user && at(user.value, 'exec')
    return isMap(exec) ? exec : null
  }
}
