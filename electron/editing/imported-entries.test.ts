/** What an import brings is shown whole: where tokens would go, what signs in, and what of the user's own it uses. */
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clusterFacts,
  type ImportedEntries,
  maskedEntries,
  userFacts,
} from '../../shared/trust/added-by-write'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { removeFolder } from '../testing/bundle'
import { lookupsOf } from '../trust/examine'
import { importedEntries, readImport } from './read-import'

let folder: string
let certificate: string
let sha256: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'ekscope-imported-')))
  const at = (name: string) => path.join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', at('key'), '-out', at('crt'), '-subj', '/CN=evil'],
  )
  sha256 = openssl('x509', '-in', at('crt'), '-noout', '-fingerprint', '-sha256').trim().split('=')[1] ?? ''
  certificate = execFileSync('base64', ['-w0', at('crt')], { encoding: 'utf8' })
  await mkdir(at('dl'))
  await writeFile(at('dl/real'), '#!/bin/sh\n', { mode: 0o755 })
  await symlink('real', at('dl/aws'))
  await chmod(folder, 0o755)
  await writeFile(
    at('own'),
    `apiVersion: v1
clusters: [{name: mine, cluster: {server: "https://mine.example"}}]
users: [{name: prod, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: /bin/sh, args: [-c, "mine --password=hunter22"]}}}]
`,
  )
})
afterAll(() => removeFolder(folder))

async function entriesOf(
  text: string,
  from: string | null = path.join(folder, 'dl/import.yaml'),
): Promise<ImportedEntries> {
  const own = path.join(folder, 'own')
  const store = createKubeconfigStore({
    list: () => [{ path: own, source: 'KUBECONFIG', own: true }],
    trustedFile: () => true,
  })
  await store.load()
  const files = store.inView().files
  const read = readImport({ text, from, source: 's', file: null, onConflict: 'rename', model: { files: [] } })
  if (!read.ok) throw new Error(read.fault.message)
  return importedEntries({
    edit: read.value.edit,
    text,
    files,
    lookups: lookupsOf({ PATH: '/usr/bin:/bin' }),
  })
}
const shown = ({ clusters, users }: ImportedEntries) => [
  ...clusters.map((one) => clusterFacts(one).map(({ label, value }) => `${label}: ${value}`)),
  ...users.map((one) => userFacts(one).map(({ label, value }) => `${label}: ${value}`)),
]

test('server, authority, proxy, server name, token file, the whole command by its real path, and what is the user’s own', async () => {
  const text = `apiVersion: v1
clusters:
- {name: proxied, cluster: {server: "https://ABC.gr7.us-east-1.eks.amazonaws.com", certificate-authority-data: ${certificate}, proxy-url: "http://u:hunter22@127.0.0.1:9411", tls-server-name: evil.example}}
- {name: open, cluster: {server: "https://10.0.0.9", insecure-skip-tls-verify: true}}
- {name: unused, cluster: {server: "https://unused.example", certificate-authority: ca.crt}}
contexts:
- {name: a, context: {cluster: proxied, user: path}}
- {name: b, context: {cluster: open, user: tf}}
- {name: c, context: {cluster: mine, user: prod}}
- {name: d, context: {cluster: nowhere, user: path}}
users:
- {name: tf, user: {tokenFile: .vault-token, as: root, as-uid: "7", as-groups: ["system:masters"], as-user-extra: {token: [hunter22], reason: [r]}}}
- name: path
  user:
    token: hunter22
    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./aws, args: ["a b", --token, hunter22], env: [{name: BASH_ENV, value: /evil}], provideClusterInfo: true, interactiveMode: Always, installHint: "use token=hunter22"}
- {name: keys, user: {client-certificate: c.pem, client-key-data: aHVudGVyMjI=, username: bob, password: hunter22}}
`
  const entries = await entriesOf(text)
  const at = (name: string) => path.join(folder, 'dl', name)
  const masked = maskedEntries(entries)
  expect(shown(masked)).toEqual([
    [
      'cluster: proxied',
      'server: https://ABC.gr7.us-east-1.eks.amazonaws.com',
      `certificate: SHA-256 ${sha256}`,
      'server name: evil.example',
      expect.stringMatching(/^proxy: http:\/\/.*@127\.0\.0\.1:9411$/),
      'leads to: 127.0.0.1:9411',
      'for: a',
    ],
    [
      'cluster: open',
      'server: https://10.0.0.9',
      'certificate: NOT CHECKED (insecure-skip-tls-verify)',
      'for: b',
    ],
    [
      'cluster: unused',
      'server: https://unused.example',
      `certificate: by the authority in the file ${at('ca.crt')}, whatever is in it then`,
      'for: no context of the import',
    ],
    [
      'cluster: mine (your own, not in the import)',
      'server: https://mine.example',
      'certificate: by the authorities that the system trusts',
      'for: c',
    ],
    [
      'user: tf',
      `token file: ${at('.vault-token')}`,
      'acts as: root',
      'in group: system:masters',
      'with uid: 7',
      'with extra: token=••••••',
      'with extra: reason=r',
      'for: b',
    ],
    [
      'user: path',
      'token: in the entry',
      `command: ${at('aws')} a␣b --token ••••••`,
      `leads to: ${at('aws')} → ${at('real')}`,
      'variable: BASH_ENV=••••••',
      'cluster info: the command is told of the cluster',
      'interactive: Always',
      expect.stringMatching(/^install hint: use␣token=••••••$/),
      'for: a, d',
    ],
    [
      'user: keys',
      `client cert: ${at('c.pem')}`,
      'client key: in the entry',
      'user name: bob',
      'password: in the entry',
      'for: no context of the import',
    ],
    [
      'user: prod (your own, not in the import)',
      expect.stringMatching(/^command: \/bin\/sh -c ••••••␣\(24␣characters,␣SHA-256␣[0-9a-f]{32}\)$/),
      expect.stringMatching(/^leads to: \/bin\/sh/),
      'for: c',
    ],
  ])
  expect(JSON.stringify(masked)).not.toContain('hunter22')
  expect(shown(entries).join('\n')).toContain('--token hunter22')
})

test('none of a great many is left out, nor a second entry of a name', async () => {
  const contexts = Array.from(
    { length: 300 },
    (_, n) => `- {name: team-${n}, context: {cluster: good, user: u${n}}}`,
  )
  const users = Array.from({ length: 300 }, (_, n) => `- {name: u${n}, user: {token: t}}`)
  const text = `apiVersion: v1
clusters:
- {name: good, cluster: {server: "https://good.example"}}
- {name: zz, cluster: {server: "https://attacker.example"}}
contexts:
${contexts.join('\n')}
- {name: last, context: {cluster: zz, user: u0}}
users:
${users.join('\n')}
`
  const { clusters, users: found } = await entriesOf(text)
  expect(clusters.map(({ server, contexts: names }) => [server, names.length])).toEqual([
    ['https://good.example', 300],
    ['https://attacker.example', 1],
  ])
  expect([found.length, found[0]?.contexts]).toEqual([300, ['team-0', 'last']])
})

test('what the clipboard names by a relative path is looked for beside the file that it goes into', async () => {
  const text = `apiVersion: v1
clusters: []
contexts: [{name: a, context: {cluster: c, user: u}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: dl/aws}}}]
`
  const { users } = await entriesOf(text, null)
  expect(users[0]?.command).toMatchObject({
    resolved: path.join(folder, 'dl/aws'),
    realPath: path.join(folder, 'dl/real'),
  })
})
