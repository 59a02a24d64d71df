/** The rules about profiles, asked of the entries that edits would make: what is doubtful is said before it is written. */

import { Draft } from '../../shared/edits/draft'
import type { AnyEdit, EditProblem } from '../../shared/edits/edit'
import { contextsOf, madeBy, setsOf } from '../../shared/edits/kinds'
import { changedBothWays, changedNames, type EditModel, type ModelEntry } from '../../shared/edits/model'
import { meaningOf } from '../../shared/exec/edit'
import { profileRules } from '../../shared/findings/findings'
import type { ProfileState, ProfileUse } from '../../shared/findings/row'
import { namedAll } from '../../shared/findings/rule'
import { at, isMap, textOf } from '../../shared/json'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import { quoted } from '../../shared/visible'
import type { AwsFiles } from '../aws/files/files'
import type { Warnings } from '../kubeconfig/rewrite/plan'
import type { BackWarnings } from '../kubeconfig/rewrite/put-back'
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
  const useOf = usesOf(files)
  return (_, after, edits) => {
    let entries: Draft | null = null
    return edits.flatMap((edit, index): readonly EditProblem[] => {
      const codes = mayBreak(edit)
      if (codes.length === 0) return []
      entries ??= new Draft(after)
      const draft = entries
      const made = madeBy(edit)
      // A new entry keeps the id of the name that it was made with, whatever it is renamed to.
      const ids =
        made === null
          ? contextsOf(edit).slice(0, 1)
          : after.files.map(({ path }) => entryId('context', path, made, 0))
      const [context] = ids.flatMap((id) => draft.get(id) ?? [])
      const use = context === undefined ? null : useOf(draft.behind(context, 'user'))
      if (use === null) return []
      return codes.flatMap((code) => {
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

/** Warns of restored contexts with a profile that no AWS file has: old entries are restored, AWS files are not. */
export function backWarnings(files: AwsFiles): BackWarnings {
  const useOf = usesOf(files)
  return (before, after) => {
    const { came, went } = changedBothWays(before, after, 'context')
    const users = changedNames(before, after, 'user')
    const was = usersIn(before, went, users)
    const lost = new Map<string, { readonly names: string[]; readonly next: string }>()
    for (const [id, { name, user }] of usersIn(after, came, users)) {
      const old = was.get(id)?.user ?? null
      const use = old === user ? null : useOf(user)
      if (!use?.profile || useOf(old)?.profile === use.profile) continue
      const found = profileRules['unknown-profile'](use)
      if (found === null) continue
      once(lost, use.profile, () => ({ names: [], next: found.advice })).names.push(name)
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

/**
 * What a user runs that reads profiles as aws does; null for anything else: what gives credentials reads profiles in its own
 * way. Each profile's chain is followed once: thousands of pending edits name few profiles.
 */
function usesOf(files: AwsFiles): (user: ModelEntry | null) => ProfileUse | null {
  const known = new Map<string | null, ProfileState>()
  return (user) => {
    const exec = user === null ? undefined : at(user.value, 'exec')
    const meaning = isMap(exec) ? meaningOf(exec) : null
    if (!meaning || meaning.gets === null || meaning.profilePinnedBy === 'wrapper') return null
    const { profile, role } = meaning
    const profileState = once(known, profile, () => profileStateOf(profile, files))
    return { meaning, profile, role, profileState }
  }
}

/**
 * The user of these contexts, and of those that name one of these users, as kubectl finds it: over the list, or in a file
 * outside it.
 */
function usersIn(model: EditModel, changed: ReadonlySet<ModelEntry>, users: ReadonlySet<string>) {
  const uses = new Map<EntryId, { readonly name: string; readonly user: ModelEntry | null }>()
  const entries = new Draft(model)
  for (const entry of model.files.flatMap(({ context }) => context)) {
    if (!changed.has(entry) && (users.size === 0 || !users.has(textOf(at(entry.value, 'user')) ?? '')))
      continue
    uses.set(entry.id, { name: entry.name, user: entries.behind(entry, 'user') })
  }
  return uses
}
