/** `--allow-server`: a server in an answer of AWS that is not EKS's own is accepted for one command. */
import { parseServer } from '../../shared/destination/address'
import { hostAndPort } from '../../shared/destination/destination'
import type { AddPlan, AddRequest } from '../../shared/edits/add-cluster'
import { serverDoubt } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type Fault, fail, ok, type Result } from '../../shared/result'
import { type NamedServer, placeOfServer, serverFacts, serverFault } from '../../shared/trust/named-server'
import { quoted } from '../../shared/visible'
import { allAskAt, profileAsksAt } from '../trust/eks-endpoints'
import { namedServer } from '../trust/named-servers'
import { type Arguments, UsageError } from './arguments'
import type { Terminal } from './output'
import { factLines, serverWidth } from './question'
import type { OpenedFiles } from './writing'

export const allowServerHelp = {
  '--allow-server HOST:PORT':
    'accept this server where AWS names it, although it is not an endpoint of EKS; can be repeated',
}

export type AllowedServers = ReturnType<typeof allowedServers>

/** Servers that the command line allows; each one used is reported once. */
export function allowedServers(args: Arguments, terminal: Terminal) {
  const allowed = new Set(args.texts('allow-server').map(placeFrom))
  const said = new Set<string>()
  async function refusedBy(named: NamedServer): Promise<Fault | null> {
    if (!allowed.has(placeOfServer(named.server))) return serverFault(named)
    const lines = factLines(serverFacts(named), serverWidth)
    if (!said.has(lines)) await terminal.err(`allowed for this command:\n${lines}`)
    said.add(lines)
    return null
  }
  return {
    /** Null: this server may be in an entry. `instead`: the server that it replaces; null: none. */
    async refused(cluster: EksCluster, instead: string | null, allAskThere: boolean) {
      const doubt = serverDoubt(cluster, instead, allAskThere)
      return doubt === null ? null : refusedBy(namedServer(cluster, doubt))
    },
    /** Whether tokens may be sent there. */
    async admit(named: NamedServer): Promise<Result<boolean>> {
      const fault = await refusedBy(named)
      return fault === null ? ok(true) : fail(fault)
    },
  }
}

/** Why servers of clusters that are to be added may not be written, by their ARNs. */
export async function refusedToAdd(
  servers: AllowedServers,
  { services, snapshot }: OpenedFiles,
  environment: EnvironmentName,
  requests: readonly AddRequest[],
  { refreshed }: Pick<Extract<AddPlan, { kind: 'planned' }>, 'refreshed'>,
): Promise<ReadonlyMap<string, Fault>> {
  const endpoints = await services.editing.endpointsIn(environment)
  const { store } = services.kubeconfig
  const found = new Map<string, Fault>()
  for (const { cluster, pin, profile } of requests) {
    const { endpoint } = cluster.askedBy
    const entry = refreshed.get(cluster.arn)
    const standing = snapshot.clusters.find(({ id }) => id === entry)?.server ?? null
    const sharing =
      entry === undefined
        ? []
        : store
            .inView()
            .view.resolved()
            .filter((one) => one.cluster?.id === entry)
    const asksThere = profileAsksAt(pin === 'none' ? null : profile, endpoints) === endpoint
    const fault = await servers.refused(
      cluster,
      standing,
      asksThere && allAskAt(sharing, endpoints, endpoint),
    )
    if (fault !== null) found.set(cluster.arn, fault)
  }
  return found
}

function placeFrom(text: string): string {
  const address = parseServer(`https://${text}`)
  if (!address.ok || address.value.port === null || address.value.login !== null || /[/?#]/.test(text))
    throw new UsageError(`--allow-server takes HOST:PORT, not ${quoted(text)}`)
  return hostAndPort(address.value)
}
