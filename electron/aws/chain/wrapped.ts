/**
 * Predictions of a wrapped command (shared/exec/inside.ts): by the command inside, or by the credentials of the wrapper. Pure.
 */
import { throughWrappers } from '../../../shared/exec/inside'
import { type ExecMeaning, execMeaning, type RawExec, readsFiles } from '../../../shared/exec/parse'
import { isRoleArn } from '../../../shared/identity/arn'
import type { Predicted } from '../../../shared/identity/identity'
import { named } from '../../../shared/visible'
import { type Environment, variableOf } from '../../system/environment'
import type { AwsFiles } from '../files/aws-files'
import { principalOfWrapper, roleOrigin } from './intended-identity'
import { noPrincipal, principalByArn } from './principal'
import { badRole, refusedArguments } from './problems'
import { wrapperOrigin, wrapperProblem } from './wrapper-profile'

interface Entry {
  readonly meaning: ExecMeaning | null
  readonly exec: RawExec | null
  readonly environment: Pick<Environment, 'name' | 'variables'> & Partial<Pick<Environment, 'origins'>>
}

/** The command inside as an entry of its own, in what is left of the environment; null where files do not decide by it. */
export function insideOf({ meaning, exec, environment }: Entry) {
  const found = exec === null || meaning === null || !readsFiles(meaning) ? null : throughWrappers(exec)
  if (exec === null || !found?.ok) return null
  const { command, drops, places } = found.value
  const left = Object.entries(environment.variables).filter(([name]) => !drops.has(name))
  return {
    exec: { ...exec, ...command },
    meaning: execMeaning(command),
    environment: { ...environment, variables: Object.fromEntries(left) },
    placed: new Set(places.keys()),
  }
}

/** The expected identity of a command that gets its credentials from a wrapper; null where it gets none. Never certain. */
export function wrapperPrediction({
  meaning,
  exec,
  environment,
  files,
}: Entry & { readonly files: AwsFiles }): Predicted | null {
  const found = exec === null || meaning === null || readsFiles(meaning) ? null : throughWrappers(exec)
  if (meaning === null || !found?.ok || found.value.gives === null) return null
  const { gives, program, drops } = found.value
  // It passes the environment on, and the authenticator takes the role from there.
  const outside = program === 'aws' || drops.has('DEFAULT_ROLE') ? '' : environment.variables.DEFAULT_ROLE
  const instead = meaning.role === null && outside ? variableOf(environment, 'DEFAULT_ROLE') : null
  const role = meaning.role ?? (outside || null)
  const bad = role === null || isRoleArn(role) ? null : badRole(role, instead ?? roleOrigin(meaning))
  const stopped = wrapperProblem(gives, files)
  const acting = role === null ? principalOfWrapper(gives, meaning.profile, files) : principalByArn(role)
  return {
    ...(stopped === null ? acting : noPrincipal),
    profile: meaning.profile,
    instead: gives.profile === null ? null : instead,
    by: [
      ...(meaning.role === null ? [] : [roleOrigin(meaning)]),
      ...(instead === null ? [] : [instead]),
      ...(gives.profile === null && meaning.profile ? [`profile ${named(meaning.profile)}`] : []),
      wrapperOrigin(gives),
    ],
    certain: false,
    problem: stopped ?? (meaning.refusal === null ? bad : refusedArguments(program, meaning.refusal)),
  }
}
