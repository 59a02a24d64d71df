/**
 * The identities and clusters of the loaded files, with stored results of earlier looks and checks. The thread that looks at the
 * files computes them: for a large fleet in the window that is another one.
 */
import { clusterAnswer } from '../../shared/identity/cluster-answer'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { ContextAt } from '../../shared/identity/who-enters-where'
import { type Basis, lookTask } from '../identity/basis'
import type { KeptCheck } from '../identity/contexts-by-cluster'
import { type FleetTask, knownWays, type TreeTask } from '../identity/known-fleet'
import { type ReadAt, readAt } from './changes'
import type { KeptDiscovery } from './discovered'
import { type FleetInThread, fleetIn } from './fleet-in-thread'
import type { KubeconfigFiles } from './kubeconfig-files'
import type { SettingsFile } from './settings-file'
import type { StoredChecks } from './stored-checks'
import type { StoredProofs } from './stored-proofs'

export interface Fleet extends Basis {
  readonly kubeconfig: Pick<KubeconfigFiles, 'store'>
  /** The thread that looks at the files of a large fleet; null: the calling one, which has them in view. */
  readonly looks: FleetInThread | null
  readonly checks: Pick<StoredChecks, 'load'>
  readonly proofs: Pick<StoredProofs, 'load' | 'keep'>
  readonly settings: Pick<SettingsFile, 'load'>
  readonly discovered: KeptDiscovery
}

/** What identities and clusters take of a check. */
export const keptCheck = (check: Check): KeptCheck => {
  const { context, fingerprint, at, until, verdict, proven, problem, seen } = check
  const saw = seen && { username: seen.username, everything: seen.everything }
  const { kind } = clusterAnswer(check)
  const answered = kind === 'let-in' || kind === 'refused' ? kind : null
  return { context, fingerprint, at, until, verdict, proven, problem, seen: saw, answered }
}

export async function fleetTask(fleet: Fleet, name: EnvironmentName): Promise<FleetTask> {
  const [task, checks] = await Promise.all([lookTask(fleet, name), fleet.checks.load()])
  const kept = checks.flatMap((check) => (check.environment === name ? [keptCheck(check)] : []))
  return { ...task, checks: kept }
}

export async function treeTask(fleet: Fleet, name: EnvironmentName): Promise<TreeTask> {
  const [task, proofs, { accountNames }, seenNames] = await Promise.all([
    fleetTask(fleet, name),
    fleet.proofs.load(),
    fleet.settings.load(),
    fleet.discovered.accountNames(name),
  ])
  const kept = proofs.filter(({ environment }) => environment === name)
  return { ...task, proofs: kept, ownNames: accountNames, seenNames }
}

/** Looks at the files as they are now, in this thread or another; sends no request. The kubeconfig files must be loaded. */
export function lookAt<T>(
  { kubeconfig, looks, signal }: Pick<Fleet, 'kubeconfig' | 'looks' | 'signal'>,
  look: (looks: FleetInThread, read: ReadAt, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const of = kubeconfig.store.inView()
  return look(looks ?? fleetIn(() => of.view), readAt(of), signal)
}

/** The contexts that refer to clusters, by files and past checks. */
export async function waysIn(fleet: Fleet, name: EnvironmentName): Promise<readonly ContextAt[]> {
  return knownWays(fleet.kubeconfig.store.inView().view, await fleetTask(fleet, name), fleet.signal)
}
