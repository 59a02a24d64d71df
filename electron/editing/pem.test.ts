import { expect, test } from 'vitest'
import { pemBlocks } from './pem'

const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\nAAA=\n-----END CERTIFICATE-----\n'
const key = '-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n'
const locked =
  '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A\n\nMIIE\n-----END RSA PRIVATE KEY-----\n'

test('only whole blocks of the kind are taken, whatever stands around them', () => {
  const everything = `secret = s3c\n${key}subject: x\n${certificate.replaceAll('\n', '\r\n')}${locked}s3c\n${certificate}`
  expect(pemBlocks(everything, 'CERTIFICATE')).toBe(certificate + certificate)
  expect(pemBlocks(everything, 'PRIVATE KEY')).toBe(key + locked)
})

test.each([
  ['nothing', ''],
  ['no PEM', '[prod]\naws_secret_access_key = s3c\n'],
  ['another kind', key],
  ['a kind that is called alike', certificate.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')],
  ['a block without an end', certificate.slice(0, 40)],
  [
    'a block that another one begins in',
    `-----BEGIN CERTIFICATE-----\nMIIB\n${key}-----END CERTIFICATE-----\n`,
  ],
  ['words in a block', certificate.replace('MIIB', 'aws_secret_access_key = s3c')],
  ['headers in a certificate', certificate.replace('MIIB', 'Password: s3c\n\nMIIB')],
  ['an empty block', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'],
])('no certificate is taken of %s', (_, text) => {
  expect(pemBlocks(text, 'CERTIFICATE')).toBeNull()
})
