/** Servers that answers of EKS name and that are asked about, each once as long as Ekscope runs. */
import type { ServerDoubt } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import { ok, type Result } from '../../shared/result'
import { type NamedServer, shownServer } from '../../shared/trust/named-server'
import type { AskedBy, Asking } from './asking'
import { certificatesOf } from './destinations'

/** Whether such a server may be used. */
export type AdmitServer = (named: NamedServer) => Promise<Result<boolean>>

export const namedServer = (
  cluster: Pick<EksCluster, 'arn' | 'endpoint' | 'certificateAuthorityData' | 'askedBy'>,
  doubt: ServerDoubt,
  identities: readonly string[] = [],
): NamedServer => ({
  arn: cluster.arn,
  server: cluster.endpoint ?? '',
  authority: certificatesOf(cluster.certificateAuthorityData),
  askedBy: cluster.askedBy,
  doubt,
  identities,
})

/** The window's: main asks. */
export function askedServers(asking: Pick<Asking, 'once'>): (by: AskedBy) => AdmitServer {
  const admitted = new Set<string>()
  return (by) => async (named) => {
    const { identities: _, ...server } = named
    const key = JSON.stringify(server)
    if (admitted.has(key)) return ok(true)
    const answer = await asking.once(shownServer(named), by)
    if (answer.ok && answer.value) admitted.add(key)
    return answer
  }
}
