/** Where tokens would go: the cluster entries of a file as shown to the user before a token is sent. Reads no file. */
import { createHash, X509Certificate } from 'node:crypto'
import { grouped } from '../../shared/grouped'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type Destination, type SignsIn, signingWords } from '../../shared/trust/command-question'
import type { KubeconfigView, ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { RawCluster, RawUser } from '../kubeconfig/read/raw-entries'

/** What questions about token destinations read from files; answers are values, with secrets. */
export type DestinationLooks<Read> = ReturnType<typeof destinationsIn<Read>>

/** The same where the files are in view. */
export const destinationsIn = <Read>(
  viewOf: (read: Read) => Pick<KubeconfigView, 'resolve' | 'resolved'>,
) => ({
  /** The cluster entry that this context refers to, with the names of all contexts that do; null: it refers to none. */
  async destination(context: EntryId, read: Read) {
    const view = viewOf(read)
    const cluster = view.resolve(context)?.cluster
    if (!cluster) return null
    const leading = view.resolved().filter((one) => one.cluster?.id === cluster.id)
    return { file: cluster.file, raw: cluster.raw, contexts: leading.map(({ context }) => context.name) }
  },
  /** Where the tokens of a file's users would go: it is read alone, so they are its own. */
  destinations: async (path: string, read: Read) =>
    destinationsOf(
      viewOf(read)
        .resolved()
        .filter(({ cluster }) => cluster?.file === path),
    ),
})

/** Every cluster entry that these contexts refer to, each with all contexts that refer to it. */
function destinationsOf(resolved: readonly ResolvedContext[]): readonly Destination[] {
  const leading = grouped(resolved, ({ cluster }) => cluster?.id ?? null)
  return [...leading.values()].flatMap((all) => {
    const cluster = all[0]?.cluster
    if (!cluster) return []
    const users = new Map(
      all.flatMap(({ user }) => (user === null ? [] : [[user.id, signsInOf(user.raw, false)]])),
    )
    const contexts = all.map(({ context }) => context.name)
    return [destinationOf(cluster.raw, contexts, [...users.values()])]
  })
}

/** A user as one whose tokens go somewhere. */
export const signsInOf = ({ name, exec }: RawUser, own: boolean): SignsIn => ({
  name,
  own,
  words: signingWords(exec),
})

/** One cluster entry as a destination. */
export function destinationOf(
  raw: RawCluster,
  contexts: readonly string[],
  signsIn: readonly SignsIn[] = [],
): Destination {
  const { name, server, tlsServerName, proxyUrl, insecureSkipTlsVerify: insecure } = raw
  return {
    name,
    server: server ?? '',
    authority: authorityOf(raw),
    tlsServerName: tlsServerName || null,
    proxyUrl: proxyUrl || null,
    insecure: insecure === true,
    contexts,
    ...(signsIn.length === 0 ? {} : { signsIn }),
  }
}

function authorityOf({ certificateAuthorityData: data, certificateAuthority: file }: RawCluster) {
  // client-go: data wins over the file.
  if (!data && file) return [`by the authority in the file ${file}, whatever is in it then`]
  return certificatesOf(data || null)
}

/** The certificates of an authority's data. */
export const certificatesOf = (data: string | null): readonly string[] =>
  data === null ? ['by the authorities that the system trusts'] : fingerprints(Buffer.from(data, 'base64'))

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
