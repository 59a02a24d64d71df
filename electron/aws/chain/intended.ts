/** Whom a context's own entry names, resolved through the AWS files as far as they say. Pure. */

import type { RawExec } from '../../../shared/exec/parse'
import { type ExecMeaning, execVariables } from '../../../shared/exec/parse'
import { canonicalArn, parsePrincipal } from '../../../shared/identity/arn'
import type { Intended } from '../../../shared/identity/identity'
import { partitionOfRegion } from '../../../shared/identity/regions'
import type { AwsFiles } from '../files/files'
import { type Asking, type Chain, type CredentialSource, credentialChain } from './chain'

/** Who acts at the end of a chain, as far as files say. */
export interface Named {
  readonly arn: string | null
  readonly accessKeyId: string | null
  readonly account: string | null
  readonly partition: string | null
  readonly permissionSet: string | null
}

export const nobody: Named = {
  arn: null,
  accessKeyId: null,
  account: null,
  partition: null,
  permissionSet: null,
}

/** A role or user as the files name it; what is no principal's ARN names nobody. */
export function namedByArn(text: string): Named {
  const arn = canonicalArn(text)
  const principal = parsePrincipal(arn)
  return principal === null
    ? nobody
    : { ...nobody, arn, account: principal.account, partition: principal.partition }
}

function namedBySource(source: CredentialSource | null): Named {
  switch (source?.kind) {
    case 'keys':
      return { ...nobody, accessKeyId: source.accessKeyId }
    case 'web-identity':
      return namedByArn(source.role)
    case 'login':
      return namedByArn(source.session)
    case 'sso':
      return {
        ...nobody,
        account: source.account,
        partition: partitionOfRegion(source.region),
        permissionSet: source.permissionSet,
      }
    default:
      return nobody
  }
}

/** The last role of the chain, else what its source says. */
export function namedByChain(chain: Chain): Named {
  const last = chain.roles.at(-1)
  return last === undefined ? namedBySource(chain.source) : namedByArn(last.arn)
}

/** Where the entry writes its role, in words. */
export function roleOrigin(meaning: ExecMeaning): string {
  return meaning.roleFrom === 'DEFAULT_ROLE' ? 'DEFAULT_ROLE in exec env' : `${meaning.roleFrom} in exec args`
}

/** Where the entry pins its profile, in words. */
export function profileOrigin(meaning: ExecMeaning, variables: Readonly<Record<string, string>>): string {
  if (meaning.profilePinnedBy === 'arg') return '--profile in exec args'
  return `${variables.AWS_PROFILE === undefined ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'} in exec env`
}

/** The chain of a profile, asked without any environment; null when no AWS file has the profile. */
export function profileChain(profile: string, files: AwsFiles): Chain | null {
  if (!files.profiles.has(profile)) return null
  const asking: Asking = {
    files,
    variables: null,
    origin: (variable) => `${variable} in exec env`,
    pinnedByArgument: true,
    now: 0,
  }
  return credentialChain(asking, profile)
}

/**
 * The intended identity: the entry's role, else its profile, else a web identity or keys in its own exec.env; nobody
 * when it names none (unpinned). `expected` is the ARN that the user marked: it then replaces what the entry says.
 */
export function intendedIdentity(
  meaning: ExecMeaning | null,
  exec: RawExec | null,
  files: AwsFiles,
  expected: string | null = null,
): Intended {
  const variables = exec === null ? {} : execVariables(exec)
  const profile = meaning?.profile ?? null
  const by: string[] = []
  let named = nobody
  if (expected !== null) by.push('marked as the expected identity')
  if (meaning?.role) by.push(roleOrigin(meaning))
  if (meaning !== null && profile !== null) {
    const chain = exec === null ? null : profileChain(profile, files)
    by.push(`profile ${profile} (${profileOrigin(meaning, variables)})`)
    if (chain === null) by.push('no such profile in the AWS files')
    else {
      named = namedByChain(chain)
      by.push(...chain.by)
      if (chain.problem !== null) by.push(chain.problem.message)
    }
  } else if (variables.AWS_ACCESS_KEY_ID) {
    named = { ...nobody, accessKeyId: variables.AWS_ACCESS_KEY_ID }
    by.push('AWS_ACCESS_KEY_ID in exec env')
  } else if (variables.AWS_WEB_IDENTITY_TOKEN_FILE && variables.AWS_ROLE_ARN) {
    named = namedByArn(variables.AWS_ROLE_ARN)
    by.push('AWS_ROLE_ARN in exec env')
  }
  if (meaning?.role) named = namedByArn(meaning.role)
  if (expected !== null) named = namedByArn(expected)
  return { ...named, profile, expected: expected !== null, by }
}
