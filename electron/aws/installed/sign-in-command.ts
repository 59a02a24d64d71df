/** How a person signs in, by the aws that is there: no advice names a command that it does not have. Pure. */
import { firstWithLogin, hasSignIn } from '../../../shared/identity/aws-version'
import { shellWord } from '../../system/shell-word'
import type { RulesInUse } from './rules'

/** A next step, a sentence or a command to copy without a full stop, that runs `command` (`sso login …` or `login …`) of aws, by one that has it. */
export function runSignIn(command: string, inUse: RulesInUse, quote = ''): string {
  const aws = awsFor(command, inUse)
  if (aws !== null) return `Run ${quote}${aws} ${command}${quote}`
  const [needed, name] = isSso(command) ? ['2', 'aws sso login'] : [firstWithLogin, 'aws login']
  return `Install the AWS CLI of version ${needed} or newer first on PATH and run ${quote}aws ${command}${quote}: ${inUse.version ?? 'this one'} has no ${quote}${name}${quote}.`
}

const isSso = (command: string) => command.startsWith('sso ')

/** How the aws that has a command is called; null where none on PATH is known to have it. */
function awsFor(command: string, { rules, newer }: RulesInUse): string | null {
  if (isSso(command) ? rules.hasSsoLogin : rules.hasLogin) return 'aws'
  if (newer === null || newer.version === null) return null
  return hasSignIn(isSso(command) ? 'sso login' : 'login', newer.version) ? shellWord(newer.path) : null
}
