/**
 * The identities and clusters of the loaded files, with stored results of earlier looks and checks. The thread that looks at the
 * files computes them: for a large fleet in the window that is another one.
 */
import { clusterAnswer } from '../../shared/identity/cluster-answer'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { type Basis, lookTask } from '../identity/basis'
import type { KeptCheck } from '../identity/contexts-by-cluster'
import type { FleetTask, TreeTask } from '../identity/known-fleet'
import { type ReadAt, readAt } from './changes'
import type { KeptChecks } from './checks'
import type { KeptDiscovery } from './discovered'
import type { AskableTask, ClustersTask } from './fleet-clusters'
import type { FleetLooks } from './fleet-looks'
import type { KubeconfigFiles } from './kubeconfig-files'
import type { KeptProofs } from './proofs'
import type { SettingsFile } from './settings'

/** What this process found out about clusters. */
export type ClustersFound = Pick<ClustersTask, 'versions' | 'answers' | 'awsAuths'>

export interface FleetOptions extends Basis {
  readonly kubeconfig: Pick<KubeconfigFiles, 'store'>
  /** The thread that looks at the files of a large fleet; null: the calling one, which has them in view. */
  readonly looks: FleetLooks | null
  readonly checks: Pick<KeptChecks, 'load'>
  readonly proofs: Pick<KeptProofs, 'load'>
  readonly settings: Pick<SettingsFile, 'load'>
  readonly discovered: Pick<KeptDiscovery, 'load' | 'accountNames'>
}

const keptCheck = (check: Check): KeptCheck => {
  const { context, fingerprint, at, until, verdict, proven, problem, seen } = check
  const saw = seen && { username: seen.username, everything: seen.everything }
  const { kind } = clusterAnswer(check)
  const answered = kind === 'let-in' || kind === 'refused' ? kind : null
  return { context, fingerprint, at, until, verdict, proven, problem, seen: saw, answered }
}

/** The results for a fleet, each as the text in which it crosses to a page. */
export type Fleet = ReturnType<typeof openFleet>

/**
 * Sends no request, and touches neither disk nor network by itself; the kubeconfig files must be loaded. All of an answer is of
 * the files at the time of the call. Modules that compute an answer are imported on first use.
 */
export function openFleet(options: FleetOptions) {
  const { kubeconfig, discovered, signal } = options

  async function taskIn(name: EnvironmentName): Promise<FleetTask> {
    const [task, checks] = await Promise.all([lookTask(options, name), options.checks.load()])
    const kept = checks.flatMap((check) => (check.environment === name ? [keptCheck(check)] : []))
    return { ...task, checks: kept }
  }
  async function treeTaskIn(name: EnvironmentName): Promise<TreeTask> {
    const [task, proofs, { accountNames }, seenNames] = await Promise.all([
      taskIn(name),
      options.proofs.load(),
      options.settings.load(),
      discovered.accountNames(name),
    ])
    const kept = proofs.filter(({ environment }) => environment === name)
    return { ...task, proofs: kept, ownNames: accountNames, seenNames }
  }
  const clustersTaskIn = async (name: EnvironmentName, found: ClustersFound): Promise<ClustersTask> => ({
    ...(await treeTaskIn(name)),
    ...found,
    swept: await discovered.load(name),
  })

  /** Looks at the files as they are once the task is there, in this thread or another. */
  async function look<Task, T>(
    asked: Promise<Task>,
    by: (looks: FleetLooks, task: Task, read: ReadAt, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const task = await asked
    const of = kubeconfig.store.inView()
    const looks = options.looks ?? (await import('./fleet-looks')).fleetIn(() => of.view)
    return by(looks, task, readAt(of), signal)
  }

  return {
    tree: (name: EnvironmentName) => look(treeTaskIn(name), (looks, ...of) => looks.tree(...of)),
    /** The contexts that refer to clusters, by files and past checks. */
    async ways(name: EnvironmentName) {
      const { knownWays } = await import('../identity/known-fleet')
      return knownWays(kubeconfig.store.inView().view, await taskIn(name), signal)
    },
    async sweeps(name: EnvironmentName, known: Pick<SweepsKnown, 'candidates' | 'sessions'>) {
      const task = { ...(await taskIn(name)), beside: { ...known, swept: await discovered.load(name) } }
      return look(Promise.resolve(task), (looks, ...of) => looks.sweeps(...of))
    },
    clusters: (name: EnvironmentName, found: ClustersFound) =>
      look(clustersTaskIn(name, found), (looks, ...of) => looks.clusters(...of)),
    async askable(name: EnvironmentName, found: ClustersFound, wanted: AskableTask['wanted']) {
      const task = { ...(await clustersTaskIn(name, found)), wanted }
      return unpack(await look(Promise.resolve(task), (looks, ...of) => looks.askable(...of)))
    },
    clusterStand: async (name: EnvironmentName, found: ClustersFound) =>
      unpack(await look(clustersTaskIn(name, found), (looks, ...of) => looks.clusterStand(...of))),
    awsAuths: (name: EnvironmentName, found: ClustersFound) =>
      look(clustersTaskIn(name, found), (looks, ...of) => looks.awsAuths(...of)),
  }
}
