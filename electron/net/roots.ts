/** The certificate authorities that the system trusts, where Go and Python look for them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
 * PEM of the system's roots, as Go looks for them: the first bundle of SSL_CERT_FILE, else of the distribution's, and all that is
 * in the folders of SSL_CERT_DIR. Where there is none (macOS and Windows too, whose stores are not read), Mozilla's list that
 * node carries.
 */
export function systemRoots({ SSL_CERT_FILE, SSL_CERT_DIR }: Readonly<Record<string, string>>): string {
  const places = SSL_CERT_FILE ? [SSL_CERT_FILE] : bundles
  const folders = SSL_CERT_DIR ? SSL_CERT_DIR.split(':') : []
  const key = [...places, '', ...folders].join('\n')
  const kept = read.get(key)
  if (kept !== undefined) return kept
  const found = [first(places), ...folders.flatMap(filesIn).map(readBundle)].filter((text) => text !== null)
  if (found.length === 0) return rootCertificates.join('\n')
  const text = found.join('\n')
  read.set(key, text)
  return text
}

function first(places: readonly string[]): string | null {
  for (const place of places) {
    const text = readBundle(place)
    if (text !== null) return text
  }
  return null
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

function readBundle(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8')
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : null
  } catch {
    return null
  }
}
