/**
 * What the AWS files say about edited identities, told before it is written. A role on top of a profile that itself
 * assumes one: legal, often meant otherwise. A profile that no file knows.
 */
import { at, type EditModel, isMap, type JsonMap, textOf } from '../shared/edit-model'
import { type AnyEdit, contextsOf, type EditProblem } from '../shared/edits'
import { argsOf } from '../shared/exec-args'
import type { AwsFiles } from './aws/files'
import type { Warnings } from './kubeconfig/planner'

/** Edits after which an entry's role or profile may be another. */
const kinds = new Set<AnyEdit['kind']>(['set-role', 'set-profile', 'clone-context', 'add-context'])

/**
 * Says which edits leave a role on top of a role profile, naming the profile's source as the likely wish, and which
 * name a profile that the AWS files do not have.
 */
export function identityWarnings(files: AwsFiles): Warnings {
  return (_, after, edits) => {
    const problems: EditProblem[] = []
    edits.forEach((edit, index) => {
      if (!kinds.has(edit.kind)) return
      const exec = execAfter(after, edit)
      if (exec === null) return
      const args = argsOf(exec)
      const role = flag(args, '--role') ?? flag(args, '--role-arn')
      const name =
        flag(args, '--profile') ?? variable(exec, 'AWS_PROFILE') ?? variable(exec, 'AWS_DEFAULT_PROFILE')
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

function execAfter(after: EditModel, edit: AnyEdit): JsonMap | null {
  const name = edit.kind === 'clone-context' || edit.kind === 'add-context' ? edit.name : null
  const ids = new Set(contextsOf(edit))
  const contexts = after.files.flatMap((file) => file.context)
  const context = contexts.find((one) => (name === null ? ids.has(one.id) : one.name === name))
  if (!context) return null
  const userName = textOf(at(context.value, 'user'))
  const user = after.files.flatMap((file) => file.user).find((one) => one.name === userName)
  const exec = user ? at(user.value, 'exec') : undefined
  return isMap(exec) ? exec : null
}

function flag(args: readonly string[], name: string): string | null {
  let found: string | null = null
  args.forEach((arg, index) => {
    if (arg === name) found = args[index + 1] ?? null
    else if (arg.startsWith(`${name}=`)) found = arg.slice(name.length + 1)
  })
  return found
}

function variable(exec: JsonMap, name: string): string | null {
  const env = at(exec, 'env')
  if (!Array.isArray(env)) return null
  for (const item of env) if (isMap(item) && at(item, 'name') === name) return textOf(at(item, 'value'))
  return null
}
