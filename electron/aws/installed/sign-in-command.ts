/** How the user signs in, by the installed aws: no advice names a command that it does not have. Pure. */
import { firstWithLogin, hasSignIn } from '../../../shared/identity/aws-version'
import { option } from '../../../shared/shell/offered-command'
import { offered } from '../../system/offer'
import type { RulesInUse } from './rules'

/** What a sign-in is for; null: the profile that counts where none is named. */
export type SignInOf = { readonly profile: string } | { readonly session: string } | null

/** A sentence that says to run this sign-in, by an aws that has it. */
export function runSignIn(command: 'sso login' | 'login', of: SignInOf, inUse: RulesInUse): string {
  const words = [
    ...command.split(' '),
    ...(of === null
      ? []
      : ['session' in of ? option('--sso-session', of.session) : option('--profile', of.profile)]),
  ]
  const aws = awsFor(command, inUse)
  if (aws !== null) return `Run ${offered(aws, ...words)}.`
  const needed = command === 'login' ? firstWithLogin : '2'
  return `Install the AWS CLI of version ${needed} or newer first on PATH and run ${offered('aws', ...words)}: ${inUse.version ?? 'this one'} has no ${offered('aws', ...command.split(' '))}.`
}

/** How the aws that has a command is called; null where none on PATH is known to have it. */
function awsFor(command: 'sso login' | 'login', { rules, newer }: RulesInUse): string | null {
  if (command === 'sso login' ? rules.hasSsoLogin : rules.hasLogin) return 'aws'
  if (newer === null || newer.version === null) return null
  return hasSignIn(command, newer.version) ? newer.path : null
}
