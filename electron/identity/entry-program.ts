/** The program that an entry runs in the end, and the rules that it follows. */
import { isAbsolute } from 'node:path'
import { programOf } from '../../shared/exec/arguments'
import { inside } from '../../shared/exec/inside'
import type { RawExec } from '../../shared/exec/parse'
import type { UsedProgram } from '../../shared/identity/identity'
import { byNewestRules, type RulesInUse } from '../aws/installed/rules'
import type { Programs, WhichProgram } from '../aws/installed/which'
import type { ResolvedContext } from '../kubeconfig/read/entries'

/**
 * The command whose program is looked up for an entry: its own, or the one that it wraps; null for other programs than aws and the
 * authenticator, and where what wraps it decides which that is. A foreign file names no path that is looked at: the command asks
 * before it runs.
 */
export function whichFor(
  { userFile }: Pick<ResolvedContext, 'userFile'>,
  exec: RawExec | null,
): string | null {
  const found = exec === null ? null : inside(exec)
  if (!found?.ok) return null
  const { command, program, drops, places } = found.value
  const { command: called } = command
  if (called === null || drops.has('PATH') || places.has('PATH')) return null
  const foreign = userFile !== null && !userFile.own && !userFile.trusted
  if (called === program) return called
  return foreign || !isAbsolute(called) ? null : called
}

/** The rules of the aws that an entry would run. */
export async function rulesFor(which: string | null, programs: Programs): Promise<RulesInUse> {
  if (which === null) return { ...byNewestRules, doubt: 'which aws it runs is not looked at' }
  return programs.rules(programOf(which) === 'aws' ? which : 'aws')
}

/** As it is shown. */
export const usedProgram = (program: WhichProgram | null | undefined): UsedProgram | null =>
  program ? { path: program.path, version: program.version } : null

/** What a check stands on of the program that it ran, as far as reading tells it. */
export const readOf = ({ path, realPath, size, modified, read }: WhichProgram) => [
  path,
  realPath,
  size,
  modified,
  read,
]
