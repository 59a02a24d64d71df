/** The identity that a context's own entry names, resolved through the AWS files as far as they say. Pure. */

import { join } from 'node:path'
import { throughWrappers } from '../../../shared/exec/inside'
import type { RawExec } from '../../../shared/exec/parse'
import { type ExecMeaning, execVariables, readsFiles } from '../../../shared/exec/parse'
import type { WrapperGives } from '../../../shared/exec/wrapper-layer'
import type { Expected } from '../../../shared/identity/expected'
import type { Intended } from '../../../shared/identity/identity'
import { maskKeyId } from '../../../shared/kubeconfig/secrets'
import { named } from '../../../shared/visible'
import type { AwsFiles } from '../files/aws-files'
import { newestRules } from '../installed/rules'
import { credentialChain } from './credential-chain'
import { rowOf } from './credential-sources'
import { goProfileChain } from './go-credential-chain'
import { type NamedPrincipal, noPrincipal, principalByArn } from './principal'
import type { Chain, ChainInput } from './types'
import { wrapperOrigin, wrapperPrincipal } from './wrapper-profile'

/** The identity at the end of a chain, as far as files say: its last role, else the principal that its source names. */
export function principalByChain({ roles, source }: Chain): NamedPrincipal {
  const last = roles.at(-1)
  if (last !== undefined) return principalByArn(last.arn)
  return source === null ? noPrincipal : rowOf(source).principal(source)
}

/** Where the entry writes its role, as a sentence calls it. */
export function roleOrigin(meaning: ExecMeaning): string {
  return meaning.roleFrom === 'DEFAULT_ROLE' ? 'DEFAULT_ROLE in exec env' : `${meaning.roleFrom} in exec args`
}

/** Where the entry pins its profile, as a sentence calls it. */
function profileOrigin(meaning: ExecMeaning, { variables, origin }: EntryVariables): string {
  if (meaning.profilePinnedBy === 'arg') return '--profile in exec args'
  return origin(variables.AWS_PROFILE === undefined ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE')
}

/** Whether what a wrapper runs has the very AWS files that were read. */
export const hasTheseFiles = ({ folder }: WrapperGives, { config, credentials }: AwsFiles): boolean =>
  folder !== null &&
  config.path === join(folder, 'config') &&
  credentials.path === join(folder, 'credentials')

/** Whose credentials a wrapper gives; where it has the very files that were read, by the profile that is named, or `default`. */
export function principalOfWrapper(
  gives: WrapperGives,
  profile: string | null,
  files: AwsFiles,
): NamedPrincipal {
  if (!hasTheseFiles(gives, files)) return wrapperPrincipal(gives, files)
  const chain = profileChain(profile || 'default', files)
  return chain === null || chain.problem !== null ? noPrincipal : principalByChain(chain)
}

type EntryVariables = ReturnType<typeof entryVariables>

/**
 * The variables that the entry itself sets for the command that gets the token, in exec.env and by its wrapper. `origin`: where
 * one of them is, as a sentence calls it; `gives`: credentials that the wrapper gives the command.
 */
export function entryVariables(exec: RawExec | null) {
  const found = exec === null ? null : throughWrappers(exec)
  if (!found?.ok) {
    const variables = exec === null ? {} : execVariables(exec)
    return { variables, origin: (variable: string) => `${variable} in exec env`, gives: null }
  }
  const { command, places, gives } = found.value
  return {
    variables: execVariables(command),
    origin: (variable: string) => `${variable} in exec ${places.has(variable) ? 'args' : 'env'}`,
    gives,
  }
}

/** The chain of a profile, asked without any environment; null when no AWS file has the profile. */
export function profileChain(profile: string, files: AwsFiles): Chain | null {
  if (!files.profiles.has(profile)) return null
  const chainOf = files.readBy === 'aws' ? credentialChain : goProfileChain
  return chainOf(profileAlone(files), profile)
}

/** The input by which a chain depends on the profile alone, not on any environment. */
export const profileAlone = (files: AwsFiles): ChainInput => ({
  files,
  variables: null,
  origin: (variable) => `${variable} in exec env`,
  pinnedByArgument: true,
  rules: newestRules,
  now: 0,
})

/**
 * The intended identity: the entry's role, else its profile, else a web identity or keys in its own variables; no principal when
 * it has none of these (unpinned), nor where another program decides. A wrapper of the command is read through. An identity that
 * the user or the file expects replaces all of what the entry names.
 */
export function intendedIdentity(
  meaning: ExecMeaning | null,
  exec: RawExec | null,
  files: AwsFiles,
  expected: Pick<Expected, 'principal' | 'by'> | null = null,
): Intended {
  const own = entryVariables(exec)
  const { variables, gives } = own
  const profile = meaning?.profile ?? null
  const by: string[] = []
  let principal = noPrincipal
  if (meaning?.role) by.push(roleOrigin(meaning))
  if (meaning?.gets === null) {
    if (profile !== null) by.push(`profile ${named(profile)} (${profileOrigin(meaning, own)})`)
    by.push(`the program ${named(exec?.command ?? '')} decides`)
  } else if (meaning !== null && gives !== null && !readsFiles(meaning)) {
    principal = principalOfWrapper(gives, profile, files)
    if (gives.profile === null && profile !== null)
      by.push(`profile ${named(profile)} (${profileOrigin(meaning, own)})`)
    by.push(wrapperOrigin(gives))
  } else if (meaning !== null && profile !== null) {
    const chain = exec === null ? null : profileChain(profile, files)
    by.push(`profile ${named(profile)} (${profileOrigin(meaning, own)})`)
    if (chain === null) by.push('no such profile in the AWS files')
    else {
      principal = principalByChain(chain)
      by.push(...chain.by)
      if (chain.problem !== null) by.push(chain.problem.message)
    }
  } else if (variables.AWS_ACCESS_KEY_ID) {
    principal = { ...noPrincipal, accessKeyId: maskKeyId(variables.AWS_ACCESS_KEY_ID) }
    by.push(own.origin('AWS_ACCESS_KEY_ID'))
  } else if (variables.AWS_WEB_IDENTITY_TOKEN_FILE && variables.AWS_ROLE_ARN) {
    principal = principalByArn(variables.AWS_ROLE_ARN)
    by.push(own.origin('AWS_ROLE_ARN'))
  }
  if (meaning?.role) principal = principalByArn(meaning.role)
  if (expected === null) return { ...principal, profile, expected: false, by }
  const saidBy = expected.by === 'here' ? 'expected by you' : 'expected, as the file says'
  return { ...principalByArn(expected.principal), profile, expected: true, by: [saidBy] }
}
