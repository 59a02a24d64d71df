/**
 * A certificate authority per cluster, its server's certificate, and client certificates for users who need no
 * AWS. ECDSA P-256 by node's own webcrypto, which Node 18 has too. Valid from a day before `now`, so that a clock
 * a little off does no harm.
 */
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000

export interface KeyAndCertificate {
  readonly certificatePem: string
  readonly keyPem: string
}

export type ClusterCertificates = Awaited<ReturnType<typeof createClusterCertificates>>

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`

/** Makes a CA named as EKS names it and a server certificate for 127.0.0.1, localhost and `hostName`. */
export async function createClusterCertificates(hostName: string, now: number) {
  x509.cryptoProvider.set(webcrypto)
  const validity = { notBefore: new Date(now - day), notAfter: new Date(now + 365 * day) }
  let serial = 1
  const caKeys = await newKeys()
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=kubernetes',
    ...validity,
    signingAlgorithm: algorithm,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const issue = async (
    subject: string,
    usage: x509.ExtendedKeyUsage,
    extensions: readonly x509.Extension[],
    notAfter: Date,
  ): Promise<KeyAndCertificate> => {
    serial += 1
    const keys = await newKeys()
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial.toString(16).padStart(2, '0'),
      subject,
      issuer: ca.subject,
      notBefore: validity.notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        ...extensions,
      ],
    })
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
    return { certificatePem: pem(certificate), keyPem: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n` }
  }
  const names = new x509.SubjectAlternativeNameExtension([
    { type: 'ip', value: '127.0.0.1' },
    { type: 'dns', value: 'localhost' },
    { type: 'dns', value: hostName },
    { type: 'dns', value: 'kubernetes.default.svc' },
  ])
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage
  const server = await issue('CN=kube-apiserver', serverAuth, [names], validity.notAfter)
  return {
    caPem: pem(ca),
    server,
    /** A certificate of a Kubernetes user: CN is the username, each O a group. */
    issueClient: (username: string, groups: readonly string[], validDays = 365) => {
      const quoted = (text: string) => `"${text.replace(/["\\]/g, '')}"`
      const subject = [`CN=${quoted(username)}`, ...groups.map((group) => `O=${quoted(group)}`)].join(', ')
      return issue(subject, clientAuth, [], new Date(now + validDays * day))
    },
  }
}
