/** The rules about profiles, asked of the entries that edits would make: what is doubtful is said before it is written. */

import { Draft } from '../../shared/edits/draft'
import type { AnyEdit, EditProblem } from '../../shared/edits/edit'
import { contextsOf, madeBy, setsOf } from '../../shared/edits/kinds'
import { changedBothWays, changedNames, type EditModel, type ModelEntry } from '../../shared/edits/model'
import { flawOfCluster, flawSentence } from '../../shared/exec/flaws'
import type { ExecMeaning } from '../../shared/exec/parse'
import type { AwsProgram } from '../../shared/exec/program-arguments'
import { commandOf, meaningOf } from '../../shared/exec/set-values'
import { namedAll } from '../../shared/findings/define-rule'
import { profileRules } from '../../shared/findings/finding-rules'
import type { ProfileState, ProfileUse } from '../../shared/findings/rule-input'
import { at, isMap, textOf } from '../../shared/json'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import { quoted } from '../../shared/visible'
import type { AwsFiles } from '../aws/files/aws-files'
import type { Warnings } from '../kubeconfig/rewrite/plan-edits'
import type { BackWarnings } from '../kubeconfig/rewrite/put-back'
import { actingState } from './profile-state'

type ProfileRule = keyof typeof profileRules

interface Use extends ProfileUse {
  readonly meaning: ExecMeaning
  readonly gets: AwsProgram
}

/** What is doubtful of a command that an edit set: of its profile what that edit may newly break, and what it cannot do. */
function doubtsOf(
  edit: AnyEdit,
  use: Use,
): readonly Pick<EditProblem, 'code' | 'message' | 'next' | 'instead'>[] {
  const sets = setsOf(edit)
  const rules: readonly ProfileRule[] = [
    ...(sets.includes('profile') ? (['unknown-profile'] as const) : []),
    ...(sets.includes('profile') || sets.includes('role') ? (['double-assume'] as const) : []),
  ]
  const { gets, meaning } = use
  const { clusterName, clusterId } = meaning
  const named = flawOfCluster(gets, gets === 'aws' ? clusterName : clusterId)
  return [
    ...rules.flatMap((code) => {
      const found = profileRules[code](use)
      if (!found) return []
      const { message, advice: next, instead } = found
      return [{ code, message, next, ...(instead === undefined ? {} : { instead }) }]
    }),
    ...[...meaning.flaws, ...(named ? [named] : [])].map((flaw) => ({
      code: flaw.id,
      message: flawSentence(flaw),
      next: flaw.advice,
    })),
  ]
}

/**
 * Warns of edits after which an entry has a role on top of a role profile, a profile that no AWS file has, or a command that does
 * not what it is for.
 */
export function identityWarnings(files: AwsFiles): Warnings {
  const useOf = usesOf(files)
  return (_, after, edits) => {
    let entries: Draft | null = null
    return edits.flatMap((edit, index): readonly EditProblem[] => {
      if (setsOf(edit).length === 0) return []
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
      return doubtsOf(edit, use).map((doubt) => ({ edit: index, blocks: false, ...doubt }))
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

/** How a user's command uses a profile. Each profile's chain is followed once: thousands of pending edits name few profiles. */
function usesOf(files: AwsFiles): (user: ModelEntry | null) => Use | null {
  const known = new Map<string | null, ProfileState>()
  return (user) => {
    const exec = user === null ? undefined : at(user.value, 'exec')
    const meaning = isMap(exec) ? meaningOf(exec) : null
    if (!isMap(exec) || !meaning || meaning.gets === null) return null
    const { profile, role } = meaning
    const state = () => actingState(commandOf(exec), meaning, files)
    const profileState = meaning.profilePinnedBy === 'wrapper' ? state() : once(known, profile, state)
    return { meaning, gets: meaning.gets, profile, role, profileState }
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
