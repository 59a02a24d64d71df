/**
 * What the loaded files of a fleet come to for identities and clusters, with what was kept and found out beside them. Whoever looks at
 * the files works it out: of a large fleet in the window another thread.
 */
import type { AwsAuthAt } from '../../shared/identity/aws-auths'
import { clusterAnswer } from '../../shared/identity/cluster-answer'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { ClusterList } from '../../shared/identity/known-clusters'
import type { IdentityTree } from '../../shared/identity/tree'
import type { ContextAt } from '../../shared/identity/who-enters-where'
import { type Packed, pack, unpack } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { type Basis, lookTask } from '../identity/basis'
import type { KeptCheck } from '../identity/contexts-by-cluster'
import type { FleetTask, KnownTree, TreeTask } from '../identity/known-fleet'
import type { FilesInView } from '../kubeconfig/read/changed'
import type { KubeconfigView } from '../kubeconfig/read/view'
import { type ReadAt, readAt } from './changes'
import type { KeptChecks } from './checks'
import type { KeptDiscovery } from './discovered'
import type { AskableCluster, AskableTask, ClusterStand, ClustersTask } from './fleet-clusters'
import type { FleetLooks } from './fleet-looks'
import type { KubeconfigFiles } from './kubeconfig-files'
import type { KeptProofs } from './proofs'
import type { SettingsFile } from './settings'

/** A value that may be asked for as one text: whichever of the two is not there is made of the other. */
export interface Crossing<T> {
  readonly value: T
  readonly text: Packed<T>
}

const asValue = <T>(value: T): Crossing<T> => ({
  value,
  get text() {
    return pack(value)
  },
})
const asText = <T>(text: Packed<T>): Crossing<T> => ({
  text,
  get value() {
    return unpack(text)
  },
})

/** What was found out of clusters in this process. */
export type ClustersFound = Pick<ClustersTask, 'versions' | 'answers' | 'awsAuths'>

/** Asks nobody. The kubeconfig files must be loaded; all of an answer is of the files as they are when it is asked for. */
export interface Fleet {
  tree(
    environment: EnvironmentName,
  ): Promise<Omit<KnownTree, 'tree'> & { readonly tree: Crossing<IdentityTree> }>
  /** The contexts that lead to clusters, by files and past checks. */
  ways(environment: EnvironmentName): Promise<readonly ContextAt[]>
  sweeps(
    environment: EnvironmentName,
    beside: Pick<SweepsKnown, 'candidates' | 'sessions'>,
  ): Promise<Packed<SweepsKnown>>
  clusters(environment: EnvironmentName, found: ClustersFound): Promise<Packed<ClusterList>>
  askable(
    environment: EnvironmentName,
    found: ClustersFound,
    wanted: AskableTask['wanted'],
  ): Promise<readonly AskableCluster[]>
  clusterStand(environment: EnvironmentName, found: ClustersFound): Promise<ClusterStand>
  awsAuths(environment: EnvironmentName, found: ClustersFound): Promise<Crossing<readonly AwsAuthAt[]>>
}

export interface FleetOptions extends Basis {
  readonly kubeconfig: Pick<KubeconfigFiles, 'store'>
  /** Who looks at the files of a large fleet; null: the calling thread, which has them in view. */
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

/** Touches neither disk nor network by itself. What works something out is imported when that is first asked for here. */
export function openFleet(options: FleetOptions): Fleet {
  const { kubeconfig, looks, discovered, signal } = options

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

  /** Who looks, and at what. */
  async function look<T>(
    here: (clusters: typeof import('./fleet-clusters'), view: KubeconfigView) => Promise<T>,
    there: (looks: FleetLooks, read: ReadAt) => Promise<Packed<T>>,
  ): Promise<Crossing<T>> {
    const of: FilesInView = kubeconfig.store.inView()
    if (looks !== null) return asText(await there(looks, readAt(of)))
    return asValue(await here(await import('./fleet-clusters'), of.view))
  }

  return {
    async tree(name) {
      const task = await treeTaskIn(name)
      const of = kubeconfig.store.inView()
      if (looks === null) {
        const { knownTree } = await import('../identity/known-fleet')
        const { tree, ...rest } = await knownTree(of.view, task, signal)
        return { ...rest, tree: asValue(tree) }
      }
      const { tree, ...rest } = await looks.tree(task, readAt(of), signal)
      return { ...rest, tree: asText(tree) }
    },
    async ways(name) {
      const { knownWays } = await import('../identity/known-fleet')
      return knownWays(kubeconfig.store.inView().view, await taskIn(name), signal)
    },
    async sweeps(name, known) {
      const task = { ...(await taskIn(name)), beside: { ...known, swept: await discovered.load(name) } }
      const of = kubeconfig.store.inView()
      const by = looks ?? (await import('./fleet-looks')).fleetIn(() => of.view)
      return by.sweeps(task, readAt(of), signal)
    },
    async clusters(name, found) {
      const task = await clustersTaskIn(name, found)
      const made = await look(
        (of, view) => of.clusterList(view, task, signal),
        (by, read) => by.clusters(task, read, signal),
      )
      return made.text
    },
    async askable(name, found, wanted) {
      const task = { ...(await clustersTaskIn(name, found)), wanted }
      const made = await look(
        (of, view) => of.askableClusters(view, task, signal),
        (by, read) => by.askable(task, read, signal),
      )
      return made.value
    },
    async clusterStand(name, found) {
      const task = await clustersTaskIn(name, found)
      const made = await look(
        (of, view) => of.clusterStand(view, task, signal),
        (by, read) => by.clusterStand(task, read, signal),
      )
      return made.value
    },
    async awsAuths(name, found) {
      const task = await clustersTaskIn(name, found)
      return look(
        (of, view) => of.awsAuthList(view, task, signal),
        (by, read) => by.awsAuths(task, read, signal),
      )
    },
  }
}
