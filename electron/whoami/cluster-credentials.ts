/**
 * The credentials that a check sends to the cluster, for each way in which an entry signs in. Holds secrets; nothing is stored.
 */
import { signsInByAddress } from '../../shared/destination/destination'
import type { Problem } from '../../shared/identity/identity'
import { fail, ok } from '../../shared/result'
import { named } from '../../shared/visible'
import type { RawCluster, RawUser } from '../kubeconfig/read/raw-entries'
import type { Trust, TrustedFile } from '../trust/decisions'
import { clientCertificateOf, type Material, noMaterial, readSmall } from './cluster-tls'
import type { ExecCredential } from './exec-credential'
import type { ClusterCredentials } from './review'

/** The file that an entry is in. */
export type EntryFile = TrustedFile & { readonly own: boolean }

/** The credentials that a command printed: a token, a client certificate, or both. */
export const credentialsOfCommand = ({
  token,
  certificate,
}: Pick<ExecCredential, 'token' | 'certificate'>): ClusterCredentials => ({
  authorization: token === null ? null : `Bearer ${token}`,
  certificate,
})

/** The entry's own token, password or certificate, its files read; null when it has none of these. */
export async function credentialsOfEntry(
  user: RawUser,
  userFile: EntryFile | null,
  cluster: Pick<RawCluster, 'server'>,
  trust: Pick<Trust, 'trustsFile'>,
): Promise<Material<ClusterCredentials> | null> {
  // A foreign file could name any file of this machine as its tokenFile, together with its own server.
  const untrusted = untrustedFile(userFile, trust)
  if (untrusted) return fail(untrusted)
  const certificate = await clientCertificateOf(user)
  if (!certificate.ok) return certificate
  // User and password of the address are sent by the request itself (review.ts), whatever the entry has.
  const byAddress = signsInByAddress(cluster.server)
  const authorization = byAddress ? ok(null) : await authorizationOf(user)
  if (!authorization.ok) return authorization
  if (authorization.value === null && certificate.value === null && !byAddress) return null
  return ok({ authorization: authorization.value, certificate: certificate.value })
}

/** Why nothing may be sent to the servers of this file; null when it is the user's own, or trusted. */
export function untrustedFile(file: EntryFile | null, trust: Pick<Trust, 'trustsFile'>): Problem | null {
  if (!file || file.own || trust.trustsFile(file)) return null
  return {
    code: 'file-not-trusted',
    message: `The cluster was not asked: ${file.path} is not one of your own kubeconfig files, and its servers would get a live token.`,
    next: 'Look at its servers, then trust the file.',
  }
}

async function authorizationOf(user: RawUser): Promise<Material<string | null>> {
  let token = user.token
  if (user.tokenFile) {
    // client-go: the file wins, and the token in the entry is used while the file cannot be read.
    const file = await readSmall(user.tokenFile)
    if (file.ok) token = file.value.trim() || token
    else if (!token) {
      return noMaterial(
        'unreadable-file',
        `The token file ${named(user.tokenFile)} cannot be read: ${file.fault}.`,
        'Put the file there, or correct the path in the user entry.',
      )
    }
  }
  if (token) {
    if (/^[\x21-\x7e]+$/.test(token)) return ok(`Bearer ${token}`)
    return noMaterial(
      'static-token',
      'The token of the user entry holds characters that no header can carry.',
      'Write the token again.',
    )
  }
  if (user.username) {
    const pair = `${user.username}:${user.password ?? ''}`
    return ok(`Basic ${Buffer.from(pair).toString('base64')}`)
  }
  return ok(null)
}
