import { expect, test } from 'vitest'
import { passwordsInAddresses } from '../../../shared/kubeconfig/secrets'
import { readFileOf } from '../../testing/read-file'
import { readDocument } from './document'
import { secretsOfFiles } from './secret-values'

test('every secret of a kubeconfig is known by its value, and what is none is not', () => {
  const text = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://u:server-password@h", proxy-url: "http://u:proxy-password@h"}}
users:
- {name: a, user: {token: token-of-the-file, username: somebody, password: password-of-the-file}}
- name: b
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--profile, some-profile, --token, token-in-arguments, --password=password-in-arguments]
      env: [{name: AWS_PROFILE, value: plain-profile}, {name: AWS_SECRET_ACCESS_KEY, value: secret-of-exec-env}]
`
  const document = readDocument('/k', text)
  const file = readFileOf('/k')
  const secrets = secretsOfFiles([{ file, document }])
  expect(secrets).toEqual(
    expect.arrayContaining([
      'server-password',
      'proxy-password',
      'token-of-the-file',
      'password-of-the-file',
      'token-in-arguments',
      'password-in-arguments',
      'secret-of-exec-env',
    ]),
  )
  expect(secrets.join(' ')).not.toMatch(/some-profile|plain-profile|somebody/)
})

test('a password in an address is found, a short one would blank out ordinary words and is left', () => {
  expect(
    passwordsInAddresses(['http://user:long-password@proxy', 'http://user:pw@proxy', 'https://plain']),
  ).toEqual(['long-password'])
})
