/** Which hosts are EKS's own, and whether a cluster entry names one, or a server that its owner put in between. */
import { type Address, parseServer } from '../destination/address'
import { hostAndPort, portOf } from '../destination/destination'
import { partitionOfRegion, partitions } from './regions'

const dots = (text: string): string => text.replaceAll('.', '\\.')
const label = '[a-z0-9-]+'
const hostsOf = (forms: (classic: string, dualStack: string) => readonly string[]) =>
  new Map(
    partitions.map(({ id, domain, dualStack }) => [
      id,
      new RegExp(`^(?:${forms(dots(domain), dots(dualStack)).join('|')})$`),
    ]),
  )
/** Of clusters. */
const clusterHosts = hostsOf((classic, dualStack) => [
  `(?:${label}\\.)+eks\\.${classic}`,
  `${label}\\.eks-cluster\\.${label}\\.api\\.${dualStack}`,
])
/** Of the service that is asked about clusters: regional, FIPS, dual-stack, and by an interface endpoint of a VPC. */
const serviceHosts = hostsOf((classic, dualStack) => [
  `(?:fips\\.)?eks\\.${label}\\.${classic}`,
  `eks(?:-fips)?\\.${label}\\.api\\.${dualStack}`,
  `${label}\\.eks(?:-fips)?\\.${label}\\.vpce\\.${classic}`,
])

const addressOf = (text: string | null): Address | null => {
  const parsed = text === null ? null : parseServer(text)
  return parsed?.ok ? parsed.value : null
}
/** By https at its usual port, which is where a name of AWS's is proven to be AWS's. */
const isAt = (address: Address | null, hosts: RegExp | undefined): boolean =>
  address !== null &&
  address.scheme === 'https' &&
  address.login === null &&
  portOf(address) === 443 &&
  hosts?.test(address.host.toLowerCase()) === true

/** Whether a cluster of this region could have this server by EKS itself. */
export const isEksServer = (server: string, region: string): boolean =>
  isAt(addressOf(server), clusterHosts.get(partitionOfRegion(region)))

/**
 * An endpoint of EKS that environment or files name, in a form to compare: scheme, host and port; null: one of AWS's own, or none
 * is named.
 */
export function eksEndpointOf(named: string | null): string | null {
  const address = addressOf(named)
  if (address === null) return named
  if ([...serviceHosts.values()].some((hosts) => isAt(address, hosts))) return null
  return `${address.scheme}://${hostAndPort(address).toLowerCase()}`
}

/** Whether two servers are at one host, at whatever ports. */
export function isSameHost(one: string, other: string | null): boolean {
  const [a, b] = [addressOf(one), addressOf(other)]
  return a !== null && a.host.toLowerCase() === b?.host.toLowerCase()
}

export interface Route {
  readonly server: string | null
  readonly tlsServerName: string | null
}

/**
 * Why the server of a cluster entry is no EKS endpoint but a tunnel, a forwarded port or a name that its owner chose, as the
 * end of a sentence. Null where it is an endpoint, or where there is no server. `endpoint`: as AWS gives it. Where that is not
 * of EKS itself, as an emulator's, all ports of its host are endpoints there.
 */
export function tunnelOf({ server, tlsServerName }: Route, endpoint: string | null): string | null {
  if (server === null || server === '') return null
  if (tlsServerName !== null && tlsServerName !== '') return 'has a tls-server-name'
  const address = addressOf(server)
  const isBare = address !== null && (address.path === '' || address.path === '/')
  if (
    address === null ||
    ![...clusterHosts.values()].some((hosts) => hosts.test(address.host.toLowerCase()))
  ) {
    const emulated = address?.scheme === 'https' && isSameHost(server, endpoint)
    return emulated && isBare ? null : 'has a server that is not an EKS endpoint'
  }
  if (address.scheme !== 'https' || portOf(address) !== 443) return 'has a server at another port than 443'
  return isBare ? null : 'has a server with a path'
}
