/** What `--online` of `lint` and `report` asks AWS first: each cluster of these contexts, and who may enter it. No token goes to a cluster. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { quoted } from '../../shared/visible'
import { askAboutClusters, knownClusters } from '../state/clusters-shown'
import { readAccess } from '../state/who-may-enter'
import type { CommandCall } from './command'
import { drawnOver, sentence } from './output'

interface AskedOnline {
  /** What could not be asked, and why. */
  readonly problems: readonly { readonly cluster: string; readonly fault: Fault }[]
  /** So many clusters were to be asked. */
  readonly clusters: number
}

/** Asks AWS about the clusters of these contexts, and says which it could not ask about; stopped, it says what it knows by then. */
export async function askedOnline(
  call: CommandCall,
  { clusters }: Awaited<ReturnType<CommandCall['services']>>,
  environment: EnvironmentName,
  contexts: ReadonlySet<EntryId>,
): Promise<AskedOnline> {
  const { signal } = call
  const meant = (await knownClusters(clusters, environment, null)).filter(({ cluster }) =>
    cluster.contexts.some(({ id }) => contexts.has(id)),
  )
  const wanted = meant.map(({ cluster }) => cluster.id)
  const problems: AskedOnline['problems'][number][] = []
  const progress = drawnOver(call.terminal, 150)
  try {
    const onAsked = (_: unknown, __: string, done: number, total: number) =>
      progress.show(`asked AWS about ${done} of ${total} clusters`)
    await askAboutClusters(clusters, environment, wanted, onAsked, signal)
    for (const { cluster } of await knownClusters(clusters, environment, null)) {
      if (signal.aborted) break
      if (!cluster.contexts.some(({ id }) => contexts.has(id))) continue
      const name = cluster.name ?? cluster.id
      const described = cluster.asked?.fault ?? null
      if (described !== null) problems.push({ cluster: name, fault: described })
      if (described !== null || cluster.goneAt !== null) continue
      progress.show(`reading who may enter ${quoted(name)}`)
      const read = await readAccess(clusters, environment, cluster.id, null, signal)
      const fault = read.ok ? read.value.fault : read.fault
      if (fault !== null && !signal.aborted) problems.push({ cluster: name, fault })
    }
  } finally {
    await progress.end()
  }
  for (const { cluster, fault } of problems)
    await call.terminal.err(
      sentence(`${quoted(cluster)} was not asked about whole: ${fault.message}`, fault.next),
    )
  return { problems, clusters: wanted.length }
}
