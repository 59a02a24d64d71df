/**
 * The credentials from the code of an MFA device, where they are not to be stored: in memory alone, for one run of checks. The
 * aws of an entry cannot read them there, so a check that waits for the code passes them to the entry's command, which then
 * names no profile.
 */

import type { ExecMeaning, RawExec } from '../../shared/exec/parse'
import { withoutProfile } from '../../shared/exec/set-values'
import type { Problem } from '../../shared/identity/identity'
import type { PredictedChain } from '../aws/chain/predicted-identity'
import { onlyGetsToken } from '../trust/command-permission'

/** Credentials of a profile in one environment. */
export interface CodeCredentials {
  readonly profile: string
  /** As aws reads them. */
  readonly variables: readonly { readonly name: string; readonly value: string }[]
  /** Until when they are good, ms; null: that is not known. */
  readonly until: number | null
}

/** How the command of an entry can be run with credentials of its profile. */
export interface TakesCredentials {
  readonly profile: string
  /** The entry's own, without the profile, and with what that says besides who acts. */
  readonly exec: RawExec
}

interface Waiting {
  readonly meaning: ExecMeaning
  readonly exec: RawExec
  readonly chain: PredictedChain
  readonly loginNeed: Problem | null
  /** As files and environment have them for the profile; null: nothing says so. */
  readonly region: string | null
  readonly stsEndpoint: string | null
  readonly caBundle: string | null
}

/**
 * Null where the entry waits for no code, where another profile's role requires it, and where its command is more than the aws
 * of PATH getting a token: credentials are put into no other program's environment.
 */
export function takesCredentials(of: Waiting): TakesCredentials | null {
  const { meaning, exec, chain, loginNeed } = of
  const { profile, instead, roles } = chain
  if (loginNeed?.code !== 'mfa-code' || profile === null || instead !== null) return null
  if (meaning.gets !== 'aws' || !onlyGetsToken(exec)) return null
  const own = roles.filter((role) => role.profile !== null).at(-1)
  if (own?.profile !== profile) return null
  const command = meaning.profilePinnedBy === 'none' ? exec : withoutProfile(exec)
  if (command === null) return null
  const said: readonly (readonly [string, string | null])[] = [
    ['AWS_REGION', meaning.region === null ? of.region : null],
    ['AWS_DEFAULT_REGION', meaning.region === null ? of.region : null],
    ['AWS_ENDPOINT_URL_STS', of.stsEndpoint],
    ['AWS_CA_BUNDLE', of.caBundle],
  ]
  const more = said.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
  return { profile, exec: { ...exec, ...command, env: [...command.env, ...more] } }
}

/** The variables by which a shell names a profile: the credentials replace it. */
const profileVariables: ReadonlySet<string> = new Set(['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'])

/** What runs with these credentials; in the entry's variables, so that no other run is taken for the same. */
export function runsWithCredentials(
  { exec }: TakesCredentials,
  credentials: CodeCredentials,
  variables: Readonly<Record<string, string>>,
): { readonly exec: RawExec; readonly variables: Readonly<Record<string, string>> } {
  return {
    exec: { ...exec, env: [...exec.env, ...credentials.variables] },
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => !profileVariables.has(name))),
  }
}
