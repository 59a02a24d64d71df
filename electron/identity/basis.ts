/** What services that look at identities need, and what such a look has to know of one environment besides the files. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { ChangedConfig } from '../aws/files/read-aws-files'
import { type AskedVersions, type ProgramsOf, programsOnce } from '../aws/installed/which'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'
import type { RunCommand } from '../system/run-command'
import type { TrustDecisions } from '../trust/decisions'
import type { Expectations } from '../trust/expectations'
import { type AwsFilesOf, awsFilesOnce } from './aws-files-once'
import type { Environments } from './environments'

/** The same for all services of one machine. */
export interface Basis {
  readonly environments: Environments
  readonly decisions: TrustDecisions
  readonly expectations: Expectations
  /** The versions that programs reported when asked. */
  readonly asked: () => Promise<AskedVersions>
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Fires when the services are closed. */
  readonly signal: AbortSignal
  readonly runCommand: RunCommand | undefined
  /** How long a command may take, ms, and how many run at once; null: as many as is usual. */
  readonly checkLimits?: () => Promise<{ readonly execMs: number; readonly concurrency: number | null }>
}

/** A value, so that another thread can look. */
export interface LookTask extends Readonly<Awaited<ReturnType<typeof lookTask>>> {
  /** The AWS config file as edits would make it; absent: as it is. */
  readonly changed?: ChangedConfig | null | undefined
}

/**
 * What is known now. `trust`: what the user allowed, for the fingerprints of checks; `words`: the identities that the user expects;
 * `now` in milliseconds since the epoch.
 */
export async function lookTask(basis: Omit<Basis, 'signal' | 'runCommand'>, name: EnvironmentName) {
  const [environment, trust, words, asked] = await Promise.all([
    basis.environments.of(name),
    basis.decisions.allowed(),
    basis.expectations.words(),
    basis.asked(),
  ])
  return { environment, trust, words, asked, home: basis.home, platform: basis.platform, now: basis.now() }
}

/** What is read for one look, each file and program once. */
export interface LookInput extends Pick<LookTask, 'environment' | 'now'> {
  readonly aws: AwsFilesOf
  readonly programs: ProgramsOf
}

export const lookInput = <
  T extends Pick<LookTask, 'environment' | 'asked' | 'home' | 'platform' | 'now' | 'changed'>,
>(
  task: T,
  signal?: AbortSignal,
): T & LookInput => ({
  ...task,
  aws: awsFilesOnce(task.home, task.platform, signal, task.changed),
  programs: programsOnce(task.asked),
})

/** All contexts of these files. */
export const allOf = (view: KubeconfigView) => ({
  snapshot: view.snapshot,
  resolved: view.resolved(),
  namesOnce: view.namesOnce(),
})
