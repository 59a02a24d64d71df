/**
 * The authority that checks a cluster's certificate, and the client certificate sent to it, both from the entry:
 * as data or as a file, as client-go's rest.TLSConfigFor reads them. Files are read here; nothing is stored.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { type Problem, type ProblemCode, problem } from '../../shared/identity/identity'
import { assertNever, fail, ok, type Result } from '../../shared/result'
import { named } from '../../shared/visible'
import { readBounded } from '../aws/files/read'
import type { RawCluster, RawUser } from '../kubeconfig/read/raw-entries'

const maxFile = 1024 * 1024

/** Certificates that a check sends or checks with, or why there are none. */
export type Material<T> = Result<T, Problem>

export const noMaterial = (code: ProblemCode, message: string, next: string): Material<never> =>
  fail(problem(code, message, next))

/** The cluster's authority as PEM; null when it names none and the system's roots count. */
export async function authorityOf(cluster: RawCluster): Promise<Material<string | null>> {
  const named = cluster.certificateAuthorityData ?? cluster.certificateAuthority
  if (!named) return ok(null)
  if (cluster.insecureSkipTlsVerify) {
    return noMaterial(
      'cluster-tls',
      'The cluster entry has both a certificate authority and insecure-skip-tls-verify, and kubectl refuses that.',
      'Remove one of the two.',
    )
  }
  const { certificateAuthorityData: data, certificateAuthority: path } = cluster
  const pem = await pemOf(data, path, 'certificate authority')
  if (!pem.ok || pem.value === null) return pem
  return holdsCertificate(pem.value)
    ? pem
    : noMaterial(
        'cluster-tls',
        'The certificate authority of the cluster entry holds no certificate.',
        'Write the cluster’s own authority into it; `aws eks update-kubeconfig` writes it.',
      )
}

export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

/** The user's own client certificate; null when it has none. */
export async function clientCertificateOf(user: RawUser): Promise<Material<ClientCertificate | null>> {
  const cert = await pemOf(user.clientCertificateData, user.clientCertificate, 'client certificate')
  if (!cert.ok) return cert
  const key = await pemOf(user.clientKeyData, user.clientKey, 'client key')
  if (!key.ok) return key
  if (cert.value === null && key.value === null) return ok(null)
  if (cert.value === null || key.value === null) {
    return noMaterial(
      'client-certificate',
      'The user entry has only half of a client certificate and key, and kubectl refuses that.',
      'Add the missing half.',
    )
  }
  const pair = pairOf(cert.value, key.value)
  return pair !== null
    ? { ok: true, value: pair }
    : noMaterial(
        'client-certificate',
        'The client certificate and its key are no pair in PEM, and kubectl refuses that.',
        'Copy both again from where they came.',
      )
}

/**
 * A certificate with its own key; null where either cannot be read or they do not belong together, as Go's X509KeyPair has it.
 */
export function pairOf(cert: string, key: string): ClientCertificate | null {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : null
  } catch {
    return null
  }
}

async function pemOf(
  data: string | null,
  path: string | null,
  what: string,
): Promise<Material<string | null>> {
  // client-go: data wins over the file.
  if (data) return ok(Buffer.from(data, 'base64').toString('utf8'))
  if (!path) return ok(null)
  const file = await readSmall(path)
  if (file.ok) return file
  return noMaterial(
    'unreadable-file',
    `The ${what} file ${named(path)} cannot be read: ${file.fault}.`,
    'Put the file there, or correct the path in the entry; it is relative to the kubeconfig’s folder.',
  )
}

/** The text of a small regular file: a kubeconfig can name a pipe or a device, which would never end. */
export async function readSmall(path: string): Promise<Result<string, string>> {
  const read = await readBounded(path, maxFile)
  switch (read.state) {
    case 'read':
      return ok(Buffer.from(read.bytes).toString('utf8'))
    case 'missing':
      return fail('there is no such file')
    case 'denied':
      return fail(read.why)
    case 'too-large':
      return fail('it is larger than 1 MiB')
    default:
      return assertNever(read, 'state of a file')
  }
}

function holdsCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}
