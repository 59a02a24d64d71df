/** Whom a context's own entry names, resolved through the AWS files as far as they say. Pure. */

import type { RawExec } from '../../../shared/exec/parse'
import { type ExecMeaning, execVariables } from '../../../shared/exec/parse'
import type { Expected } from '../../../shared/identity/expected'
import type { Intended } from '../../../shared/identity/identity'
import type { AwsFiles } from '../files/files'
import { newestRules } from '../installed/rules'
import { credentialChain } from './chain'
import { type NamedPrincipal, noPrincipal, principalByArn } from './principal'
import { rowOf } from './sources'
import type { Chain, ChainInput } from './types'

/** Who acts at the end of a chain, as far as files say: its last role, else whom its source names. */
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
function profileOrigin(meaning: ExecMeaning, variables: Readonly<Record<string, string>>): string {
  if (meaning.profilePinnedBy === 'arg') return '--profile in exec args'
  return `${variables.AWS_PROFILE === undefined ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'} in exec env`
}

/** The chain of a profile, asked without any environment; null when no AWS file has the profile. */
export function profileChain(profile: string, files: AwsFiles): Chain | null {
  return files.profiles.has(profile) ? credentialChain(profileAlone(files), profile) : null
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
 * The intended identity: the entry's role, else its profile, else a web identity or keys in its own exec.env; no
 * principal when it has none of these (unpinned). Whom the user or the file says to expect replaces all of what the entry names.
 */
export function intendedIdentity(
  meaning: ExecMeaning | null,
  exec: RawExec | null,
  files: AwsFiles,
  expected: Pick<Expected, 'principal' | 'by'> | null = null,
): Intended {
  const variables = exec === null ? {} : execVariables(exec)
  const profile = meaning?.profile ?? null
  const by: string[] = []
  let named = noPrincipal
  if (meaning?.role) by.push(roleOrigin(meaning))
  if (meaning !== null && profile !== null) {
    const chain = exec === null ? null : profileChain(profile, files)
    by.push(`profile ${profile} (${profileOrigin(meaning, variables)})`)
    if (chain === null) by.push('no such profile in the AWS files')
    else {
      named = principalByChain(chain)
      by.push(...chain.by)
      if (chain.problem !== null) by.push(chain.problem.message)
    }
  } else if (variables.AWS_ACCESS_KEY_ID) {
    named = { ...noPrincipal, accessKeyId: variables.AWS_ACCESS_KEY_ID }
    by.push('AWS_ACCESS_KEY_ID in exec env')
  } else if (variables.AWS_WEB_IDENTITY_TOKEN_FILE && variables.AWS_ROLE_ARN) {
    named = principalByArn(variables.AWS_ROLE_ARN)
    by.push('AWS_ROLE_ARN in exec env')
  }
  if (meaning?.role) named = principalByArn(meaning.role)
  if (expected === null) return { ...named, profile, expected: false, by }
  const saidBy = expected.by === 'here' ? 'expected by you' : 'expected, as the file says'
  return { ...principalByArn(expected.principal), profile, expected: true, by: [saidBy] }
}
