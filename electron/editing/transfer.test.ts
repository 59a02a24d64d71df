/** Import and export, judged by the real kubectl. */
import { link, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mask } from '../../shared/kubeconfig/entries'
import { refusedAddress } from '../../shared/kubeconfig/secrets'
import { full } from '../../shared/testing/counts'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import { removeFolder } from '../testing/bundle'
import { realProgram, runProgram } from '../testing/real-programs'
import { exportKubeconfig, exportTarget } from './export'
import { type ImportRequest, readImport } from './read-import'

const pem = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`
const [ca, mine, key] = [
  pem('CERTIFICATE', 'Q0E='),
  pem('CERTIFICATE', 'TUU='),
  pem('EC PRIVATE KEY', 'canarykey'),
]
const base64 = (text: string) => Buffer.from(text).toString('base64')

let root: string
let folder: string
let count = 0
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'ekscope-transfer-'))
})
afterAll(() => removeFolder(root))
beforeEach(async () => {
  count += 1
  folder = path.join(root, `case-${count}`)
  await mkdir(path.join(folder, 'pki'), { recursive: true })
  await writeFile(path.join(folder, 'pki/ca.crt'), ca)
  await writeFile(path.join(folder, 'pki/me.crt'), mine)
  await writeFile(path.join(folder, 'pki/me.key'), key)
  await writeFile(path.join(folder, 'pki/token'), 'canary-token-of-file\n')
})

async function storeOf(text: string) {
  const file = path.join(folder, 'config')
  await writeFile(file, text)
  const store = createKubeconfigStore({
    list: () => [{ path: file, source: 'KUBECONFIG', own: true }],
    trustedFile: () => true,
  })
  await store.load()
  return store
}

async function exported(text: string, names: readonly string[], secrets: boolean) {
  const store = await storeOf(text)
  const contexts = store
    .inView()
    .view.resolved()
    .filter(({ entry }) => names.includes(entry.name))
  const made = await exportKubeconfig(contexts, {
    secrets,
    files: store.inView().files,
    currentContext: store.snapshot().currentContext,
  })
  if (!made.ok) throw new Error(made.fault.message)
  return made.value
}

/** What kubectl reads in a text, in a folder where nothing else is. */
async function kubectl(text: string) {
  const elsewhere = path.join(folder, 'elsewhere')
  await mkdir(elsewhere, { recursive: true })
  const file = path.join(elsewhere, 'config')
  await writeFile(file, text)
  const run = await runProgram(
    realProgram('kubectl'),
    ['config', 'view', '--raw', '-o', 'json', `--kubeconfig=${file}`],
    { HOME: elsewhere, PATH: '/usr/bin:/bin' },
  )
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

const everything = `apiVersion: v1
kind: Config
current-context: "no"
clusters:
- name: c
  cluster:
    server: https://admin:canary-server-password@example.test
    certificate-authority: pki/ca.crt
    proxy-url: http://proxy:canary-proxy-password@proxy.test:3128
    tls-server-name: other.test
    extensions:
    - name: note
      extension: {apiVersion: v1, kind: Note, text: hello, api-token: canary-extension}
- name: other
  cluster: {server: https://other.test}
contexts:
- name: "no"
  context: {cluster: c, user: cert, namespace: "012"}
- name: exec
  context: {cluster: c, user: exec}
- name: tok
  context: {cluster: c, user: tok}
- name: file
  context: {cluster: other, user: file}
- name: oidc
  context: {cluster: other, user: oidc}
users:
- name: cert
  user: {client-certificate: pki/me.crt, client-key: pki/me.key, as: somebody}
- name: exec
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ./bin/token
      args: [get, --password, canary-argument, --cluster, prod]
      env:
      - {name: AWS_PROFILE, value: "yes"}
      - {name: HIDDEN, value: canary-variable}
- name: tok
  user: {token: canary-token, username: u, password: canary-password}
- name: file
  user: {tokenFile: pki/token}
- name: oidc
  user: {auth-provider: {name: oidc, config: {id-token: canary-id-token, client-id: me}}}
`
const all = ['no', 'exec', 'tok', 'file', 'oidc']

describe('export', () => {
  test('an entry for which kubectl refuses the file is refused with that place and what to do there', async () => {
    const text = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: https://example.test, tls-server-name: 7}}
- {name: other, cluster: {server: https://other.test}}
contexts:
- {name: fine, context: {cluster: other, user: u}}
- {name: misread, context: {cluster: other, user: u, namespace: n}}
- {name: through, context: {cluster: c, user: u}}
users:
- {name: u, user: {token: canary}}
`
    const store = await storeOf(text)
    const make = (name: string) =>
      exportKubeconfig(
        store
          .inView()
          .view.resolved()
          .filter(({ entry }) => entry.name === name),
        { secrets: true, files: store.inView().files, currentContext: null },
      )
    const place = path.join(folder, 'config')
    expect(await make('misread')).toEqual({
      ok: false,
      fault: {
        code: 'unreadable',
        message: `${place}:8:65: namespace: n is read by kubectl as the truth value false, not as text, so kubectl refuses the whole file.`,
        next: 'Put the value in quotes: "n".',
      },
    })
    expect(await make('through')).toMatchObject({
      fault: { code: 'unreadable', message: expect.stringContaining(`${place}:4:`) },
    })
    expect(await make('fine')).toMatchObject({ ok: true })
  })

  test('without leave no secret goes along, and each one that was left out is named', async () => {
    const { text, notes } = await exported(everything, all, false)
    expect(text).not.toContain('canary')
    for (const said of [
      'user “tok”: its token.',
      'user “tok”: its password.',
      'user “cert”: its client-key.',
      'user “file”: its tokenFile.',
      'the variable HIDDEN',
      'the arguments of its command, because Ekscope cannot tell whether they hold a secret',
      'Whoever uses the export needs the profile “yes” in their own AWS config.',
      'auth-provider',
      'its proxy-url',
      'its server',
      'its extension “note”',
    ])
      expect(notes.join('\n')).toContain(said)
    expect(notes.join('\n')).not.toContain('canary')
    const read = await kubectl(text)
    expect(read.users.find((one: { name: string }) => one.name === 'exec').user.exec).toMatchObject({
      command: path.join(folder, 'bin/token'),
      env: [{ name: 'AWS_PROFILE', value: 'yes' }],
    })
  })

  test('with secrets it stands on its own: kubectl finds everything in a folder where nothing else is', async () => {
    const { text, notes } = await exported(everything, all, true)
    const read = await kubectl(text)
    const named = (list: readonly { name: string }[], name: string) => list.find((one) => one.name === name)
    expect(read['current-context']).toBe('no')
    expect(named(read.contexts, 'no')).toEqual({
      name: 'no',
      context: { cluster: 'c', user: 'cert', namespace: '012' },
    })
    expect(named(read.clusters, 'c')).toMatchObject({
      cluster: {
        server: 'https://admin:canary-server-password@example.test',
        'certificate-authority-data': base64(ca),
        'tls-server-name': 'other.test',
        extensions: [{ name: 'note', extension: { text: 'hello', 'api-token': 'canary-extension' } }],
      },
    })
    expect(named(read.users, 'cert')).toEqual({
      name: 'cert',
      user: {
        as: 'somebody',
        'client-certificate-data': base64(mine),
        'client-key-data': base64(key),
      },
    })
    expect(named(read.users, 'file')).toEqual({ name: 'file', user: {} })
    expect(text).not.toContain('canary-token-of-file')
    expect(notes).toContain(
      'Left out of user “file”: its tokenFile. What is in such a file is never exported.',
    )
    expect(named(read.users, 'oidc')).toMatchObject({
      user: { 'auth-provider': { config: { 'id-token': 'canary-id-token' } } },
    })
    expect(named(read.users, 'exec')).toMatchObject({
      user: { exec: { args: ['get', '--password', 'canary-argument', '--cluster', 'prod'] } },
    })
  })

  test('only what the chosen contexts use goes along, and the first of them becomes current', async () => {
    const { text } = await exported(everything, ['file'], false)
    const read = await kubectl(text)
    expect(read['current-context']).toBe('file')
    expect(read.clusters.map((one: { name: string }) => one.name)).toEqual(['other'])
    expect(read.users.map((one: { name: string }) => one.name)).toEqual(['file'])
  })

  test('of files and data only certificates go along, and with secrets private keys: nothing else that is in them', async () => {
    const stolen = '[prod]\naws_secret_access_key = canary-aws-secret\n'
    const both = `canary-remark\n${mine}${key}`
    await writeFile(path.join(folder, 'pki/credentials'), stolen)
    await writeFile(path.join(folder, 'pki/both.pem'), both)
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'a', cluster: { server: 'https://a.test', 'certificate-authority': 'pki/credentials' } },
        { name: 'b', cluster: { server: 'https://b.test', 'certificate-authority-data': base64(stolen) } },
        { name: 'c', cluster: { server: 'https://c.test', 'certificate-authority': 'pki/both.pem' } },
        { name: 'd', cluster: { server: 'https://d.test', 'certificate-authority-data': base64(both) } },
      ],
      contexts: ['a', 'b', 'c', 'd'].map((name) => ({ name, context: { cluster: name, user: name } })),
      users: [
        { name: 'a', user: { 'client-certificate': 'pki/both.pem', 'client-key': 'pki/both.pem' } },
        {
          name: 'b',
          user: { 'client-certificate-data': base64(both), 'client-key-data': base64(both) },
        },
        { name: 'c', user: { 'client-certificate': 'pki/credentials', 'client-key': 'pki/credentials' } },
        { name: 'd', user: { 'client-certificate': 'pki/me.key', 'client-key-data': base64(stolen) } },
      ],
    })
    for (const secrets of [false, true]) {
      const made = await exported(text, ['a', 'b', 'c', 'd'], secrets)
      const { clusters, users } = await kubectl(made.text)
      const certificate = { 'client-certificate-data': base64(mine) }
      const pair = secrets ? { ...certificate, 'client-key-data': base64(key) } : certificate
      expect(clusters).toEqual([
        { name: 'a', cluster: { server: 'https://a.test' } },
        { name: 'b', cluster: { server: 'https://b.test' } },
        { name: 'c', cluster: { server: 'https://c.test', 'certificate-authority-data': base64(mine) } },
        { name: 'd', cluster: { server: 'https://d.test', 'certificate-authority-data': base64(mine) } },
      ])
      expect(users).toEqual([
        { name: 'a', user: pair },
        { name: 'b', user: pair },
        { name: 'c', user: {} },
        { name: 'd', user: {} },
      ])
      const file = `“${path.join(folder, 'pki/credentials')}”`
      expect(made.notes).toEqual(
        expect.arrayContaining([
          `Left out of cluster “a”: its certificate-authority ${file}, in which there is no certificate.`,
          'Left out of cluster “b”: its certificate-authority-data, in which there is no certificate.',
          'Left out of cluster “d”: what is not a certificate in its certificate-authority-data.',
          'Left out of user “b”: what is not a certificate in its client-certificate-data.',
          `Left out of user “c”: its client-certificate ${file}, in which there is no certificate.`,
        ]),
      )
      expect(made.notes.join('\n')).not.toContain('canary')
    }
  })

  test('certificates go along without secrets however long their lines are', async () => {
    const width = fc.oneof(fc.constant(40), fc.integer({ min: 1, max: 80 }))
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 120 })
    await fc.assert(
      fc.asyncProperty(width, bytes, fc.constantFrom('|', '|-', '>+'), async (columns, body, style) => {
        const whole = base64(pem('CERTIFICATE', Buffer.from(body).toString('base64')))
        const lines = whole.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []
        // Folded lines are apart by an empty one: the others come together with a blank, which is no base64.
        const indented = lines.map((line) => `      ${line}\n${style === '>+' ? '\n' : ''}`).join('')
        const data = `${style}\n${indented}`
        const { text, notes } = await exported(
          `apiVersion: v1
kind: Config
clusters:
- name: c
  cluster:
    server: https://c.test
    certificate-authority-data: ${data}users:
- name: u
  user:
    client-certificate-data: ${data}contexts:
- name: x
  context: { cluster: c, user: u }
`,
          ['x'],
          false,
        )
        const store = await storeOf(text)
        const [context] = store.inView().view.resolved()
        expect(context?.cluster?.raw.certificateAuthorityData).toBe(whole)
        expect(context?.user?.raw.clientCertificateData).toBe(whole)
        expect(notes).toEqual([])
      }),
      { numRuns: full ? 2_000 : 40 },
    )
  })

  test('a secret access key in the place of a certificate does not', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    const text = JSON.stringify({
      clusters: [
        {
          name: 'c',
          cluster: { 'certificate-authority-data': `${secret.slice(0, 20)}\n${secret.slice(20)}\n` },
        },
      ],
      contexts: [{ name: 'x', context: { cluster: 'c' } }],
    })
    expect((await exported(text, ['x'], false)).text).not.toContain(secret.slice(0, 20))
  })

  test('arguments go along without secrets only where they get a token and do nothing else', async () => {
    const getToken = [
      '--region',
      'us-east-1',
      '--profile',
      'prod',
      'eks',
      'get-token',
      '--cluster-name',
      'prod',
    ]
    const commands: readonly (readonly [string, readonly string[], boolean])[] = [
      ['aws', getToken, true],
      ['aws-iam-authenticator', ['token', '-i', 'prod', '-r', 'arn:aws:iam::111122223333:role/x'], true],
      ['aws', getToken.map((arg, at) => (at === 3 ? 'dev, old' : arg)), true],
      // It would be read, with a word in the place of another's that was left out.
      ['aws', getToken.map((arg, at) => (at === 7 ? 'k8s-aws-v1.canary' : arg)), false],
      ['aws', [...getToken, '--query', 'canary'], false],
      ['aws', [...getToken, '--debug'], false],
      ['aws', ['eks', 'get-token', '--cluster-name', 'http://u:canary@x'], false],
      ['sh', ['-c', 'exec x --pw canary'], false],
      ['corp', ['-u', 'bob:canary'], false],
      [
        'corp',
        ['-H', 'X-Vault-Token: canary', '-d', '{"password":"canary"}', '--key=canary', '-p', 'canary'],
        false,
      ],
    ]
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://c.test', 'proxy-url': 'http://u:canary/x@h:1' } }],
      contexts: commands.map((_, at) => ({ name: `${at}`, context: { cluster: 'c', user: `${at}` } })),
      users: commands.map(([command, args], at) => ({
        name: `${at}`,
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command, args } },
      })),
    })
    const names = commands.map((_, at) => `${at}`)
    const { text: made, notes } = await exported(text, names, false)
    expect(made + notes.join('\n')).not.toContain('canary')
    const { users, clusters } = await kubectl(made)
    // kubectl refuses that address, and the one of the export.
    expect(clusters[0].cluster['proxy-url']).toBe(refusedAddress)
    commands.forEach(([, args, goes], at) => {
      expect([at, users[at].user.exec.args ?? null]).toEqual([at, goes ? args : null])
      expect(notes.some((note) => note.startsWith(`Left out of user “${at}”: the arguments`))).toBe(!goes)
    })
    // One note, however many.
    expect(notes.filter((note) => note.startsWith('Whoever uses the export'))).toEqual([
      'Whoever uses the export needs these profiles in their own AWS config: “prod”, “dev, old”.',
    ])
    const everything = await kubectl((await exported(text, names, true)).text)
    commands.forEach(([, args], at) => {
      expect(everything.users[at].user.exec.args).toEqual(args)
    })
  })

  test('no mask is written as an address, and where a token goes in the place of a password is said', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'aws',
      args: ['eks', 'get-token', '--cluster-name', 'p'],
    }
    const servers = {
      broken: 'https://u:canary@host.example:44x',
      basic: 'https://u:canary@basic.example',
      plain: 'http://u:canary@plain.example',
    }
    const clusters = Object.entries(servers).map(([name, server]) => ({ name, cluster: { server } }))
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters,
      contexts: [
        ...clusters.map(({ name }) => ({ name, context: { cluster: name, user: 'u' } })),
        { name: 'none', context: { cluster: 'basic', user: 'none' } },
      ],
      users: [
        { name: 'u', user: { exec } },
        { name: 'none', user: { username: 'me' } },
      ],
    })
    const { text: made, notes } = await exported(text, ['broken', 'basic', 'plain', 'none'], false)
    expect(made).not.toContain(mask)
    expect(made + notes.join('\n')).not.toContain('canary')
    expect((await kubectl(made)).clusters).toEqual([
      { name: 'basic', cluster: { server: 'https://basic.example' } },
      { name: 'broken', cluster: { server: refusedAddress } },
      { name: 'plain', cluster: { server: 'http://plain.example' } },
    ])
    expect(notes).toContain(
      'Left out of cluster “broken”: its server, which leads nowhere and may hold a secret (https://% is written instead, which every kubectl refuses). Export with secrets to include it.',
    )
    expect(notes.filter((note) => note.includes('token of user'))).toEqual([
      'Without user and password in its server kubectl sends the token of user “u” to cluster “basic”.',
    ])
    expect((await exported(text, ['basic'], true)).notes.join('\n')).not.toContain('token of user')
  })

  test('a certificate that is not there keeps its path, made absolute, and that is said', async () => {
    const { text, notes } = await exported(everything.replace('pki/ca.crt', 'gone/ca.crt'), ['no'], false)
    expect(text).toContain(path.join(folder, 'gone/ca.crt'))
    expect(notes.join('\n')).toContain('could not be read: only its path')
  })

  test('what is exported can be imported again and is then known, word for word', async () => {
    const plain = everything.replace(/canary-(server|proxy)-password/g, 'x')
    const { text } = await exported(plain, ['tok', 'file'], true)
    const store = await storeOf(text)
    expect(
      readImport({ ...asked(text), model: modelOf(store.inView().files.map(sourceOfRead)) }),
    ).toMatchObject({
      ok: true,
      value: { contexts: ['tok', 'file'], collisions: [], problems: [] },
    })
  })
})

const asked = (text: string): ImportRequest => ({
  text,
  from: null,
  source: 'test',
  file: null,
  onConflict: 'rename',
  model: { files: [] },
})

test('an export goes never over a file in use, whatever name leads there', async () => {
  const { files } = (await storeOf('apiVersion: v1\nkind: Config\n')).snapshot()
  const at = (name: string) => path.join(folder, name)
  const free = async () => null
  await link(at('config'), at('hard'))
  await symlink(at('config'), at('soft'))
  await symlink(folder, at('folder'))
  for (const name of ['config', 'hard', 'soft', 'folder/config'])
    expect(await exportTarget(at(name), files, 'so or so', free), name).toMatchObject({
      ok: false,
      fault: {
        code: 'not-allowed',
        message: expect.stringContaining('in use'),
        next: 'To put contexts into it, move or import them (so or so).',
      },
    })
  await writeFile(at('alike'), 'apiVersion: v1\nkind: Config\n')
  expect(await exportTarget(at('alike'), files, '', free)).toMatchObject({ ok: true })
  expect(await exportTarget(at('new'), files, '', free)).toEqual({ ok: true, value: null })
})

describe('import', () => {
  test('the edit has the whole entries, also their secrets and extensions', () => {
    const read = readImport(asked(everything))
    expect(read).toMatchObject({ ok: true, value: { contexts: all } })
    if (!read.ok) return
    expect(read.value.edit.users[2]).toEqual({
      name: 'tok',
      value: { token: 'canary-token', username: 'u', password: 'canary-password' },
    })
    expect(read.value.edit.clusters[0]?.value).toMatchObject({ extensions: [{ name: 'note' }] })
  })

  test('relative paths in a text from nowhere and references to nothing are said', () => {
    const read = readImport(asked(everything.replace('cluster: c, user: cert', 'cluster: gone, user: cert')))
    if (!read.ok) throw new Error(read.fault.message)
    expect(read.value.problems).toContain(
      'Context “no” names the cluster “gone”, which is not in the import.',
    )
    expect(read.value.problems.filter((problem) => problem.includes('relative path'))).toHaveLength(5)
    const from = readImport({ ...asked(everything), from: path.join(folder, 'config') })
    expect(from).toMatchObject({ ok: true, value: { problems: [] } })
  })

  test('collisions are listed with the name that they would get; what is here already is none', async () => {
    const store = await storeOf(`apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: https://elsewhere.test}}
- {name: other, cluster: {server: https://other.test}}
contexts:
- {name: tok, context: {cluster: c, user: tok}}
- {name: tok-2, context: {cluster: c, user: tok}}
- {name: file, context: {cluster: other, user: file}}
users:
- {name: tok, user: {token: another}}
- {name: file, user: {tokenFile: pki/token}}
`)
    const read = readImport({ ...asked(everything), model: modelOf(store.inView().files.map(sourceOfRead)) })
    expect(read).toMatchObject({
      ok: true,
      value: { collisions: [{ name: 'tok', renamed: 'tok-3' }], contexts: all },
    })
  })

  test.each([
    ['contexts:\n- {name: on, context: {}}\n', /line 2, column 10/],
    ['clusters: [\n', /line \d+, column \d+/],
    ['root:x:0:0:secret:/root:/bin/sh\n', /^\/somewhere\/config has no clusters, users or contexts\.$/],
    ['contexts: []\n', /has no clusters, users or contexts/],
    ['', /has no clusters, users or contexts/],
    ['just words', /has no clusters, users or contexts/],
    ['{clusters: just words}', /line 1/],
  ])('%j is refused, and where it is wrong is said', (text, message) => {
    const read = readImport({ ...asked(text), from: '/somewhere/config' })
    expect(read.ok).toBe(false)
    if (read.ok) return
    expect(read.fault.code).toBe('unreadable')
    expect(read.fault.message).toMatch(message)
    expect(read.fault.message).toContain('/somewhere/config')
    expect(read.fault.next).not.toBe('')
  })
})
