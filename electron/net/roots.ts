/** The certificate authorities that the system trusts, where Go and Python look for them. */
import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'

// The order of Go's crypto/x509 root_linux.go.
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

const read = new Map<string, string>()

/**
 * PEM bundle of the system's roots: SSL_CERT_FILE, else the distribution's, else (macOS and Windows too, whose stores
 * node cannot read) Mozilla's list that node carries.
 */
export function systemRoots(variables: Readonly<Record<string, string>>): string {
  const named = variables.SSL_CERT_FILE
  const places = named === undefined || named === '' ? bundles : [named]
  const key = places.join('\n')
  const kept = read.get(key)
  if (kept !== undefined) return kept
  for (const place of places) {
    const text = readBundle(place)
    if (text === null) continue
    read.set(key, text)
    return text
  }
  return rootCertificates.join('\n')
}

function readBundle(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8')
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : null
  } catch {
    return null
  }
}
