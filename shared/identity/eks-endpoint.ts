/** Whether a cluster entry leads to EKS itself, or through something that its owner put in between. */

/** Behind `ID.gr7.REGION.eks.` and `ID.eks-cluster.REGION.api.`, of each partition (botocore's partitions.json). */
const suffixes: readonly { readonly classic: string; readonly dualStack: string }[] = [
  { classic: 'amazonaws.com', dualStack: 'aws' },
  { classic: 'amazonaws.com.cn', dualStack: 'amazonwebservices.com.cn' },
  { classic: 'c2s.ic.gov', dualStack: 'aws.ic.gov' },
  { classic: 'sc2s.sgov.gov', dualStack: 'aws.scloud' },
  { classic: 'cloud.adc-e.uk', dualStack: 'cloud-aws.adc-e.uk' },
  { classic: 'csp.hci.ic.gov', dualStack: 'aws.hci.ic.gov' },
  { classic: 'amazonaws.eu', dualStack: 'amazonwebservices.eu' },
]
const dots = (text: string): string => text.replaceAll('.', '\\.')
const label = '[a-z0-9-]+'
const hosts = new RegExp(
  `^(?:${suffixes
    .flatMap(({ classic, dualStack }) => [
      `(?:${label}\\.)+eks\\.${dots(classic)}`,
      `${label}\\.eks-cluster\\.${label}\\.api\\.${dots(dualStack)}`,
    ])
    .join('|')})$`,
)

const address =
  /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:[^@/?#]*@)?(?<host>[^:/?#]+)(?::(?<port>\d+))?(?<rest>[\s\S]*)$/i

export interface Route {
  readonly server: string | null
  readonly tlsServerName: string | null
}

const hostOf = (server: string | null): string =>
  address.exec(server ?? '')?.groups?.host?.toLowerCase() ?? ''

/**
 * Why the server of a cluster entry is no EKS endpoint but a tunnel, a forwarded port or a name of one's own, as the end of
 * a sentence; null where it is one, or where there is none. `endpoint`: as AWS gives it. Where that is none of EKS itself, as an
 * emulator's, all ports of its host are endpoints there.
 */
export function tunnelOf({ server, tlsServerName }: Route, endpoint: string | null): string | null {
  if (server === null || server === '') return null
  if (tlsServerName !== null && tlsServerName !== '') return 'has a tls-server-name'
  const { scheme, host = '', port = '443', rest } = address.exec(server)?.groups ?? {}
  if (!hosts.test(host.toLowerCase())) {
    const emulated = host.toLowerCase() === hostOf(endpoint) && scheme?.toLowerCase() === 'https'
    return emulated && (rest === '' || rest === '/') ? null : 'has a server that is not an EKS endpoint'
  }
  if (scheme?.toLowerCase() !== 'https' || port !== '443') return 'has a server at another port than 443'
  return rest === '' || rest === '/' ? null : 'has a server with a path'
}
