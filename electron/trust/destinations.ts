/** Where tokens would go: the cluster entries of a file as the user is shown them before one is sent. Reads no file. */
import { createHash, X509Certificate } from 'node:crypto'
import type { Destination } from '../../shared/trust/question'
import type { Located, RawCluster, ResolvedContext } from '../kubeconfig/read/entries'

/** Every cluster entry of this file that a context leads to, with all contexts that do. */
export function destinationsOf(resolved: readonly ResolvedContext[], path: string): readonly Destination[] {
  const found = new Map<string, { cluster: Located<RawCluster>; contexts: string[] }>()
  for (const { cluster, context } of resolved) {
    if (cluster?.file !== path) continue
    const known = found.get(cluster.id)
    if (known) known.contexts.push(context.name)
    else found.set(cluster.id, { cluster, contexts: [context.name] })
  }
  return [...found.values()].map(({ cluster, contexts }) => destinationOf(cluster.raw, contexts))
}

/** One cluster entry as a destination. */
export function destinationOf(raw: RawCluster, contexts: readonly string[]): Destination {
  const { name, server, tlsServerName, proxyUrl, insecureSkipTlsVerify: insecure } = raw
  return {
    name,
    server: server ?? '',
    authority: authorityOf(raw),
    tlsServerName: tlsServerName || null,
    proxyUrl: proxyUrl || null,
    insecure: insecure === true,
    contexts,
  }
}

function authorityOf({
  certificateAuthorityData: data,
  certificateAuthority: file,
}: RawCluster): readonly string[] {
  // client-go: data wins over the file.
  if (data) return fingerprints(Buffer.from(data, 'base64'))
  if (file) return [`by the authority in the file ${file}, whatever is in it then`]
  return ['by the authorities that the system trusts']
}

/** As `openssl x509 -fingerprint -sha256` prints it. */
function fingerprints(bytes: Buffer): readonly string[] {
  const blocks = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) return [`no certificate; SHA-256 of what is there ${hash(bytes)}`]
  return blocks.map((block) => {
    try {
      return `SHA-256 ${new X509Certificate(block).fingerprint256}`
    } catch {
      return `no certificate that can be read; SHA-256 of its block ${hash(Buffer.from(block))}`
    }
  })
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
