/** Which cluster an entry means where that is read once for all users of one form, and the names of cluster entries. */
import { type ExecMeaning, execMeaning } from '../../shared/exec/parse'
import { saysCluster } from '../../shared/identity/cluster-entry-name'
import type { ClusterEntry } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import type { UserForm } from '../kubeconfig/read/raw-entries'

const settings = ['clusterName', 'clusterId'] as const

export type Varied = ReturnType<typeof readVaried>

const varieties = new WeakMap<UserForm, Varied>()

/**
 * What of its meaning differs between the users of a form; null where nothing does, `all` where that is not known: then each
 * is read.
 */
export const variedIn = (form: UserForm): Varied => once(varieties, form, () => readVaried(form))

/** By reading the form with two different words: all else has to mean the same. */
function readVaried({ exec, varies }: UserForm): (typeof settings)[number] | null | 'all' {
  if (varies === null) return null
  const words = ['first-one', 'SECOND_2'] as const
  const meant = words.map((word) =>
    execMeaning({ ...exec, args: exec.args.map((arg, at) => (at === varies ? word : arg)) }),
  )
  const rest = (setting: string) =>
    new Set(meant.map((one) => JSON.stringify({ ...one, [setting]: null }))).size === 1
  return (
    settings.find((setting) => rest(setting) && words.every((word, at) => meant[at]?.[setting] === word)) ??
    'all'
  )
}

/** What the one user of a form means of the cluster, whose own word this is. */
export function signsFor(meaning: ExecMeaning | null, varied: Varied, word: string | null) {
  if (meaning === null || varied === null || varied === 'all') return meaning
  const { gets, region, clusterName, clusterId } = meaning
  return varied === 'clusterName'
    ? { gets, region, clusterName: word, clusterId }
    : { gets, region, clusterName, clusterId: word }
}

/** Entries of clusters, read when they are needed. */
export interface NamedClusters {
  readonly clusters: readonly Pick<ClusterEntry, 'name' | 'server'>[]
}

/**
 * What a cluster entry is called; where its own name does not say which EKS cluster it is, and all entries of the same server
 * whose names do say the same one, by that.
 */
export function sureNames(
  snapshot: NamedClusters,
): (name: string | null, server: string | null) => string | null {
  let byServer: ReadonlyMap<string, string | null> | null = null
  return (name, server) => {
    if (name !== null && saysCluster(name)) return name
    byServer ??= surelyNamed(snapshot)
    return (server === null ? null : byServer.get(server)) ?? name
  }
}

function surelyNamed({ clusters }: NamedClusters): ReadonlyMap<string, string | null> {
  const byServer = new Map<string, string | null>()
  for (const { name, server } of clusters) {
    if (server === null || !saysCluster(name)) continue
    const known = byServer.get(server)
    byServer.set(server, known === undefined || known === name ? name : null)
  }
  return byServer
}
