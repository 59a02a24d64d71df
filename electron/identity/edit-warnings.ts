/**
 * What the AWS files say about edited identities, told before it is written. A role on top of a profile that itself
 * assumes one: legal, often meant otherwise. A profile that no file knows.
 */

import { type AnyEdit, contextsOf, type EditProblem } from '../../shared/edits/edit'
import { at, type EditModel, isMap, type JsonMap, type ModelEntry, textOf } from '../../shared/edits/model'
import { pinOf, programOf, roleOf } from '../../shared/exec/edit'
import { entryId } from '../../shared/kubeconfig/entries'
import type { AwsFiles } from '../aws/files/files'
import type { Warnings } from '../kubeconfig/rewrite/plan'

/** Edits after which an entry's role or profile may be another. */
const kinds = new Set<AnyEdit['kind']>(['set-role', 'set-profile', 'clone-context', 'add-context'])

/**
 * Says which edits leave a role on top of a role profile, naming the profile's source as the likely wish, and which
 * name a profile that the AWS files do not have.
 */
export function identityWarnings(files: Pick<AwsFiles, 'profiles'>): Warnings {
  return (_, after, edits) => {
    const problems: EditProblem[] = []
    const execAfter = execsOf(after)
    edits.forEach((edit, index) => {
      if (!kinds.has(edit.kind)) return
      const exec = execAfter(edit)
      const program = exec === null ? null : programOf(exec)
      if (exec === null || program === null) return
      const role = roleOf(program, exec)
      const { profile: name } = pinOf(program, exec)
      const profile = name === null ? undefined : files.profiles.get(name)
      if (name !== null && profile === undefined && edit.kind !== 'set-role') {
        problems.push({
          edit: index,
          code: 'unknown-profile',
          blocks: false,
          message: `There is no profile ${name} in the AWS files.`,
          next: 'Choose one that is there, or add it before you use this context.',
        })
        return
      }
      const own = profile?.settings.role_arn?.value
      if (role === null || name === null || own === undefined) return
      const source = profile?.settings.source_profile?.value
      const same = own === role
      problems.push({
        edit: index,
        code: 'double-assume',
        blocks: false,
        message: same
          ? `Profile ${name} already assumes ${role}; with the role in the entry it is assumed twice.`
          : `Profile ${name} assumes ${own} first, and ${role} is then assumed by that role, not by the profile's own credentials.`,
        next: same
          ? 'Leave the role out of the entry, or take the role away from it.'
          : source === undefined
            ? 'Choose a profile that assumes no role, unless this chain is meant.'
            : `Use profile ${source}, its source, unless this chain is meant.`,
      })
    })
    return problems
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
    const context =
      edit.kind === 'clone-context' || edit.kind === 'add-context' ? made(edit.name) : contexts.get(id ?? '')
    const user = users.get((context && textOf(at(context.value, 'user'))) ?? '')
    const exec = user && at(user.value, 'exec')
    return isMap(exec) ? exec : null
  }
}
