/** What sentences call the places that variables come from. Needed for each token, so it imports nothing. */
import type { EnvironmentName } from './identity'

/** The name of an environment in sentences: `AWS_PROFILE of the login shell`. */
export const environmentInSentence: Readonly<Record<EnvironmentName, string>> = {
  'login-shell': 'the login shell',
  app: 'the app’s environment',
  clean: 'the clean environment',
}

/** A variable that is in the entry itself, `AWS_PROFILE from the env of the entry`; null where it is the environment's. */
export function inEntry(used: string): string | null {
  const [, variable, place] = /^(\w+) in exec (env|args)$/.exec(used) ?? []
  return variable === undefined
    ? null
    : `${variable} from the ${place === 'env' ? 'env' : 'arguments'} of the entry`
}
