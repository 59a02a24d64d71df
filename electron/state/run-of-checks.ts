/** A run of checks with what each needs of the machine. */
import type { RunSummary } from '../../shared/ipc/contract'
import type { Basis } from '../identity/basis'
import { runCommand as runProgram } from '../system/run-command'
import type { RunOptions } from '../whoami/runner'

export type RunOfChecks = Omit<RunOptions, 'ask' | 'now' | 'runCommand' | 'trust'> &
  Partial<Pick<RunOptions, 'ask'>>

/** Modules that only checks need are imported by the first. */
export async function runOfChecks(
  { decisions, now, runCommand = runProgram }: Pick<Basis, 'decisions' | 'now' | 'runCommand'>,
  run: RunOfChecks,
): Promise<RunSummary> {
  const [{ runChecks }, { ask }] = await Promise.all([import('../whoami/runner'), import('../net/ask')])
  const trust = await decisions.load()
  return runChecks({ ask, ...run, trust, now, runCommand })
}
