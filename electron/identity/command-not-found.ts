/** Why kubectl would not find the command of an entry, with what to do about it. */

import { isAbsolute } from 'node:path'
import type { RawExec } from '../../shared/exec/parse'
import type { Problem } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { assertNever } from '../../shared/result'
import { named, quoted } from '../../shared/visible'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { Environment } from '../system/environment'
import { type Lookup, leadsTo, lookUp } from '../system/look-path'
import { redact } from '../system/redact-output'
import { unreadableEnvironment } from './environments'

/**
 * Null where it would be found, or is not looked for: a path that an opened file names, and an environment that is not known.
 */
export type LooksForCommands = (
  exec: RawExec | null,
  of: Pick<ResolvedContext, 'userFile'>,
) => Promise<Problem | null>

/** Whether a user entry is of a file that is neither the user's own nor trusted. */
export const isForeign = (file: ResolvedContext['userFile']): boolean =>
  file !== null && !file.own && !file.trusted

/** Looks each command up once in an environment. */
export function lookingIn(environment: Environment): LooksForCommands {
  const { name, variables } = environment
  if (unreadableEnvironment(environment) !== null) return async () => null
  const known = new Map<string, Promise<string | null>>()
  return async (exec, { userFile }) => {
    if (!exec?.command) return null
    const { command } = exec
    if (isForeign(userFile) && isAbsolute(command)) return null
    const leads = known.get(command) ?? leadsTo(command, variables)
    known.set(command, leads)
    if ((await leads) !== null) return null
    const lookup = await lookUp(command, variables)
    return lookup.kind === 'found' ? null : commandNotFound(exec, lookup, environmentInSentence[name])
  }
}

/** Whether kubectl would find Ekscope’s command in this environment, and nobody else could put another in its place. */
export async function findsEkscope(environment: Environment): Promise<boolean> {
  const { variables } = environment
  if (unreadableEnvironment(environment) !== null || (await leadsTo('ekscope', variables)) === null)
    return false
  const found = await lookUp('ekscope', variables)
  return found.kind === 'found' && found.doubts.length === 0
}

/** `environment`: as a sentence calls it. */
export function commandNotFound(
  { command: written, installHint }: Pick<RawExec, 'command' | 'installHint'>,
  lookup: Exclude<Lookup, { kind: 'found' }>,
  environment: string,
): Problem {
  const command = written ?? ''
  const install =
    command === 'aws'
      ? `Install the AWS CLI v2, or put its folder on PATH of ${environment}.`
      : hintOf(installHint)
  const next =
    install ??
    (command.includes('/')
      ? `Put ${command} there, or correct the command of the exec entry.`
      : `Install ${command}, or put its folder on PATH of ${environment}.`)
  const code = 'command-not-found'
  switch (lookup.kind) {
    case 'relative': {
      const message = `${named(command)} is found only through a relative PATH folder (${named(lookup.path)}), and kubectl refuses that.`
      return { code, message, next: 'Write absolute folders into PATH.' }
    }
    case 'not-executable':
      return { code, message: `${named(lookup.path)} is not a program that can be run.`, next }
    case 'missing': {
      const message = command.includes('/')
        ? `There is no program ${named(command)}.`
        : `${named(command)} is not on PATH of ${environment}.`
      return { code, message, next }
    }
    default:
      return assertNever(lookup, 'lookup')
  }
}

/** A kubeconfig's install hint is untrusted text: it is quoted as such, with what looks like a secret masked. */
function hintOf(hint: string | null): string | null {
  const said = redact(hint ?? '', [], 500)
    .replace(/\s+/g, ' ')
    .trim()
  return said === '' ? null : `The kubeconfig says how to install it: ${quoted(said)}`
}
