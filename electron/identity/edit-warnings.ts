/** The rules about profiles, asked of the entries that edits would make: what is doubtful is said before it is written. */

import type { AnyEdit, EditProblem } from '../../shared/edits/edit'
import { contextsOf, madeBy, setsOf } from '../../shared/edits/kinds'
import type { EditModel, ModelEntry } from '../../shared/edits/model'
import { meaningOf } from '../../shared/exec/edit'
import { profileRules } from '../../shared/findings/findings'
import type { ProfileState } from '../../shared/findings/row'
import { at, isMap, type JsonMap, textOf } from '../../shared/json'
import { entryId } from '../../shared/kubeconfig/entries'
import type { AwsFiles } from '../aws/files/files'
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
    const execOf = (edit: AnyEdit) => {
      execAfter ??= execsOf(after)
      return execAfter(edit)
    }
    const stateOf = profileStatesIn(files)
    return edits.flatMap((edit, index): readonly EditProblem[] => {
      const ids = mayBreak(edit)
      const exec = ids.length > 0 ? execOf(edit) : null
      const meaning = exec && meaningOf(exec)
      // What gives credentials reads profiles in its own way.
      if (!meaning || meaning.gets === null || meaning.profilePinnedBy === 'wrapper') return []
      const { gets, profile, role } = meaning
      const use = { auth: gets, profile, role, profileState: stateOf(profile) }
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

/** Each profile's chain is followed once: thousands of pending edits name few profiles. */
function profileStatesIn(files: AwsFiles): (profile: string | null) => ProfileState {
  const known = new Map<string | null, ProfileState>()
  return (profile) => {
    const state = known.get(profile) ?? profileStateOf(profile, files)
    known.set(profile, state)
    return state
  }
}

/** What the context of an edit runs afterwards; looked up in maps, since thousands of edits may be pending. */
function execsOf({ files }: EditModel): (edit: AnyEdit) => JsonMap | null {
  const contexts = new Map(files.flatMap((file) => file.context).map((one) => [one.id, one]))
  const users = new Map<string, ModelEntry>()
  for (const one of files.flatMap((file) => file.user)) if (!users.has(one.name)) users.set(one.name, one)
  /** A new entry keeps the id of the name that it was made with, whatever it is renamed to. */
  const made = (name: string) =>
    files.flatMap(({ path }) => contexts.get(entryId('context', path, name, 0)) ?? [])[0]
  return (edit) => {
    const [id] = contextsOf(edit)
    const name = madeBy(edit)
    const context = name === null ? contexts.get(id ?? '') : made(name)
    const user = users.get((context && textOf(at(context.value, 'user'))) ?? '')
    const exec = user && at(user.value, 'exec')
    return isMap(exec) ? exec : null
  }
}
