import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import {
  answer,
  contextIds,
  contextsGrid,
  expectRows,
  filterBy,
  filterField,
  furnish,
  launch,
  oneApp,
  questionWindow,
  rowOf,
  withApp,
} from './app'
import { below, connections } from './processes'
import { project } from './surroundings'
import { dropFiles, offeredContexts } from './transfer-steps'

const fleet = oneApp({ startWith: 'demo' })

test.beforeEach(() => expectRows(fleet.grid))

/** What the page's policy refuses when this element is put into it: the directive, or `let through`. */
function refused(
  page: Page,
  tag: string,
  attributes: Readonly<Record<string, string>>,
  text = '',
): Promise<string> {
  // A policy cannot be tested by what evaluate runs, which stands outside of it; an element stands inside.
  return page.evaluate(
    ([name, given, content]) =>
      new Promise<string>((resolve) => {
        const element = document.createElement(name)
        const heard = (event: SecurityPolicyViolationEvent) => done(event.effectiveDirective)
        // What is refused is so at once, and is heard of as soon as the page has its turn.
        const timer = setTimeout(() => done('let through'), 10_000)
        function done(word: string): void {
          clearTimeout(timer)
          document.removeEventListener('securitypolicyviolation', heard)
          element.remove()
          resolve(word)
        }
        document.addEventListener('securitypolicyviolation', heard)
        for (const [key, value] of Object.entries(given)) element.setAttribute(key, value)
        element.textContent = content
        document.body.append(element)
      }),
    [tag, attributes, text] as const,
  )
}

test('the content security policy refuses whatever is put into the page', async () => {
  const { page } = fleet
  expect(await refused(page, 'script', {}, 'window.injected = true')).toBe('script-src-elem')
  expect(await page.evaluate(() => 'injected' in window)).toBe(false)
  expect(await refused(page, 'script', { src: 'https://example.com/x.js' })).toBe('script-src-elem')
  expect(await refused(page, 'style', {}, 'body { color: red }')).toBe('style-src-elem')
  expect(await refused(page, 'img', { src: 'https://example.com/x.png' })).toBe('img-src')
  expect(await refused(page, 'iframe', { src: 'https://example.com/' })).toBe('frame-src')
  expect(await refused(page, 'object', { data: 'https://example.com/x' })).toBe('object-src')
  expect(await refused(page, 'link', { rel: 'stylesheet', href: 'https://example.com/x.css' })).toBe(
    'style-src-elem',
  )
  expect(await refused(page, 'base', { href: 'https://example.com/' })).toBe('base-uri')
})

test('the page cannot open windows, lead away, embed a webview or get a permission', async () => {
  const { page, app } = fleet
  const address = page.url()
  expect(address).toMatch(/^app:\/\//)
  const answers = await page.evaluate(async () => {
    const opened = window.open('https://example.com/')
    const permission = await Notification.requestPermission()
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      (error: Error) => error.name,
    )
    const place = await new Promise<string>((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        (error) => resolve(`refused ${error.code}`),
      ),
    )
    const view = document.createElement('webview')
    view.setAttribute('src', 'https://example.com/')
    document.body.append(view)
    const plain = view.constructor === HTMLElement || view.constructor === HTMLUnknownElement
    view.remove()
    return { opened: opened === null, permission, media, place, plain }
  })
  expect(answers).toMatchObject({ opened: true, permission: 'denied', place: 'refused 1', plain: true })
  expect(answers.media).not.toBe('granted')
  await expect(fleet.grid).toBeVisible()
  await page.evaluate(() => {
    location.href = 'https://example.com/'
  })
  // Asked of main: Playwright itself would wait for a navigation that never comes.
  const after = await app.evaluate(async ({ webContents }) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    return webContents.getAllWebContents().map((contents) => contents.getURL())
  })
  expect(after).toEqual([address])
  await page.reload()
})

/** All the ways by which a script could try to reach these ports, and a name. */
const reachOut = ([udp, tcp]: readonly [number, number]): Promise<void> =>
  (async () => {
    const quietly = async (work: () => unknown): Promise<void> => {
      await (async () => work())().catch(() => undefined)
    }
    const here = '127.0.0.1'
    await quietly(() => fetch(`http://${here}:${tcp}/fetch`, { mode: 'no-cors' }))
    await quietly(() => navigator.sendBeacon(`http://${here}:${tcp}/beacon`, 'x'))
    await quietly(() => new WebSocket(`ws://${here}:${tcp}/socket`))
    await quietly(() => new EventSource(`http://${here}:${tcp}/events`))
    await quietly(() => Reflect.construct(Reflect.get(window, 'WebTransport'), [`https://${here}:${udp}/`]))
    for (const rel of ['dns-prefetch', 'preconnect', 'prefetch', 'prerender', 'icon']) {
      const link = document.createElement('link')
      Object.assign(link, { rel, href: `http://${here}:${tcp}/${rel}` })
      document.head.append(link)
    }
    await quietly(async () => {
      const account = { username: 'exfiltrated', credential: 'x' }
      const peer = new RTCPeerConnection({
        iceServers: [
          { urls: `stun:${here}:${udp}` },
          { urls: `turn:${here}:${udp}?transport=udp`, ...account },
          { urls: `turn:${here}:${tcp}?transport=tcp`, ...account },
          { urls: `turns:${here}:${tcp}?transport=tcp`, ...account },
        ],
      })
      peer.createDataChannel('x')
      await peer.setLocalDescription(await peer.createOffer())
      // Another side that is said to be there.
      const sdp = (peer.localDescription?.sdp ?? '').replace('a=setup:actpass', 'a=setup:active')
      await peer.setRemoteDescription({ type: 'answer', sdp })
      for (const [kind, port] of [
        ['udp', `${udp} typ host`],
        ['tcp', `${tcp} typ host tcptype passive`],
      ]) {
        const candidate = `candidate:1 1 ${kind} 2113937151 ${here} ${port}`
        await peer.addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 })
      }
    })
    await new Promise((resolve) => setTimeout(resolve, 3_000))
  })()

test('neither the page nor the question reaches a host, by WebRTC or any other way', async () => {
  const { page, app } = fleet
  const heard: string[] = []
  const udp = createSocket('udp4').on('message', (bytes) => heard.push(`UDP ${bytes.length}`))
  const tcp = createServer((socket) => {
    heard.push('TCP')
    socket.on('error', () => undefined).destroy()
  })
  try {
    await Promise.all([
      once(udp.bind(0, '127.0.0.1'), 'listening'),
      once(tcp.listen(0, '127.0.0.1'), 'listening'),
    ])
    const address = tcp.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const ports = [udp.address().port, address.port] as const
    await filterBy(page, 'context:tools-corp-auth')
    await expect(rowOf(contextsGrid(page), 'tools-corp-auth').first()).toBeVisible()
    const [odd] = await contextIds(page, 'tools-corp-auth')
    await filterBy(page, '')
    const asked = page.evaluate((id) => {
      const { request } = Reflect.get(window, 'bridge')
      return request('whoami.run', { run: 'asks', contexts: [id], environment: 'app', again: true })
    }, odd)
    const question = await questionWindow(fleet, /Run this command/)
    await Promise.all([page.evaluate(reachOut, ports), question.evaluate(reachOut, ports)])
    expect(heard).toEqual([])
    // Nor is a name looked up that main's own programs find.
    const found = await app.evaluate(({ session }) =>
      Promise.all(
        [session.defaultSession, session.fromPartition('question')].map((one) =>
          one.resolveHost('localhost').then(
            () => 'found',
            (error: Error) => error.message,
          ),
        ),
      ),
    )
    expect(found.join()).not.toContain('found')
    await answer(question, 'Do not allow')
    await asked
  } finally {
    udp.close()
    tcp.close()
  }
  await page.reload()
})

test('the page cannot read the clipboard by itself, in a frame of its own neither; a person pastes as ever', async () => {
  const { page, app } = fleet
  await app.evaluate(({ clipboard }) => clipboard.writeText('from elsewhere'))
  const read = await page.evaluate(() => {
    const got: string[] = []
    const hear = (event: ClipboardEvent) => got.push(`event ${event.clipboardData?.getData('text/plain')}`)
    const frame = document.createElement('iframe')
    const within = document.createElement('iframe')
    within.srcdoc = '<p>'
    document.body.append(frame, within)
    for (const [name, place] of [
      ['page', document],
      ['frame', frame.contentDocument],
      ['srcdoc', within.contentDocument],
    ] as const) {
      if (place === null) continue
      place.addEventListener('paste', hear, { capture: true })
      place.defaultView?.addEventListener('paste', hear, { capture: true })
      for (const tag of ['textarea', 'div'] as const) {
        const into = place.createElement(tag)
        into.contentEditable = 'true'
        place.body?.append(into)
        into.focus()
        place.execCommand('paste')
        got.push(`${name} ${tag} ${into instanceof HTMLTextAreaElement ? into.value : into.textContent}`)
        into.remove()
      }
      place.removeEventListener('paste', hear, { capture: true })
      place.defaultView?.removeEventListener('paste', hear, { capture: true })
    }
    frame.remove()
    within.remove()
    return got
  })
  expect(read.filter((said) => said.includes('elsewhere'))).toEqual([])
  const field = filterField(page)
  await field.click()
  await page.keyboard.press('Control+v')
  await expect(field).toHaveValue('from elsewhere')
  await field.fill('')
})

test('the page has no Node and no more of Electron than its bridge', async () => {
  const { page } = fleet
  const found = await page.evaluate(() => ({
    names: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
    bridge: Object.keys(Reflect.get(window, 'bridge')).sort(),
  }))
  expect(found).toEqual({ names: [], bridge: ['on', 'request'] })
  // Only what the contract names, with what it allows.
  const answers = await page.evaluate(async () => {
    const { request } = Reflect.get(window, 'bridge')
    return [
      await request('fs.readFile', '/etc/passwd'),
      await request('kubeconfig.entry', { id: 1 }),
      await request('kubeconfig.edit', { path: '/etc/passwd' }),
    ]
  })
  expect(answers[0]).toMatchObject({ ok: false, fault: { message: 'Ekscope has no such request.' } })
  expect(answers[1]).toMatchObject({ ok: false, fault: { code: 'bad-request' } })
  expect(answers[2]).toMatchObject({ ok: false })
})

test('the page cannot name a file to import, fake a drop, or change what a real drop says', async () => {
  const { page, surroundings } = fleet
  const secret = join(surroundings.home, 'not-dropped')
  const dropped = join(surroundings.home, 'dropped')
  await writeFile(secret, kubeconfig.replaceAll('here', 'not-dropped'))
  await writeFile(dropped, kubeconfig)
  const answers = await page.evaluate(async (path) => {
    const { request } = Reflect.get(window, 'bridge')
    const read = (more: object = {}) => request('import.read', { from: 'drop', edits: [], ...more })
    const asked = await read({ path })
    // What a hostile script would try: a file that says where it is, in an event that says it is real.
    const file = new File(['x'], 'config')
    Object.defineProperty(file, 'path', { value: path })
    Object.defineProperty(File.prototype, 'path', { get: () => path, configurable: true })
    Object.defineProperty(Event.prototype, 'isTrusted', { get: () => true, configurable: true })
    Object.defineProperty(DataTransfer.prototype, 'files', { get: () => [file], configurable: true })
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(file)
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }))
    const told = await request('dropped', [path])
    return { asked, faked: await read(), told }
  }, secret)
  expect(answers).toMatchObject({
    asked: { ok: false, fault: { code: 'bad-request' } },
    faked: { ok: true, value: { offers: [], refused: [{ code: 'bad-request' }] } },
    told: { ok: false, fault: { message: 'Ekscope has no such request.' } },
  })
  // The faked one opens the dialog when its answer is there: the real one is not to fall onto that.
  const dialog = page.getByRole('dialog', { name: 'Import a kubeconfig' })
  await expect(dialog.getByText('What was dropped is not a file on this computer.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  // The page's own File and DataTransfer still lie; what main reads is what was dropped.
  await dropFiles(fleet, [dropped])
  await expect(offeredContexts(dialog)).toHaveText([/^here/])
  await page.reload()
  await expectRows(fleet.grid)
})

test('a reload in the middle of checks ends every process that they had started', async () => {
  const { page, app } = fleet
  const main = app.process().pid ?? 0
  const checks = () => below(main).filter(({ command }) => command.includes('get-token'))
  await filterBy(page, 'account:111122223333')
  await page
    .getByRole('banner')
    .getByRole('button', { name: /^Verify/ })
    .click()
  await expect.poll(() => checks().length, { timeout: 20_000 }).toBeGreaterThan(0)
  const started = checks()
  await page.reload()
  await expect.poll(() => checks().length).toBe(0)
  // Nor did any of them outlive its parent.
  for (const { pid, command } of started) {
    const now = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    expect(now.replaceAll('\0', ' ').trim()).not.toBe(command)
  }
  await expectRows(fleet.grid)
  await expect(page.getByRole('status').filter({ hasText: /^Verifying/ })).toHaveCount(0)
})

const kubeconfig = `apiVersion: v1
kind: Config
current-context: here
clusters: [{name: c, cluster: {server: 'https://192.0.2.1'}}]
contexts: [{name: here, context: {cluster: c, user: u}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, eks, get-token, --cluster-name, here]}}}]
`

test('starting runs no exec command and asks nobody on the network', async () => {
  const surroundings = await furnish({ files: { '.kube/config': kubeconfig } })
  try {
    // Each run of `aws` or `kubectl` leaves a trace.
    const programs = join(surroundings.home, 'bin')
    const trace = join(surroundings.home, 'ran')
    await mkdir(programs)
    for (const name of ['aws', 'kubectl', 'aws-iam-authenticator']) {
      await writeFile(join(programs, name), `#!/bin/sh\necho "$0 $*" >> '${trace}'\n`, { mode: 0o755 })
    }
    await writeFile(join(surroundings.home, '.profile'), `export PATH="${programs}:$PATH"\n`)
    const place = {
      ...surroundings,
      env: { ...surroundings.env, PATH: `${programs}:${surroundings.env.PATH}` },
    }
    const { app, grid, page } = await launch(place, 'home')
    try {
      await expectRows(grid)
      await expect(rowOf(grid, 'here')).toBeVisible()
      const main = app.process().pid ?? 0
      const seen = new Set<string>()
      const until = Date.now() + 2_000
      while (Date.now() < until) {
        for (const one of connections([main, ...below(main).map(({ pid }) => pid)])) seen.add(one)
        await page.waitForTimeout(50)
      }
      // Loopback is how Playwright drives the app: 0100007F is 127.0.0.1 in the kernel's order.
      expect(
        [...seen].filter(
          (one) => !/ (0100007F|0{24}0100007F|0{31}1|0000000000000000FFFF00000100007F):/.test(one),
        ),
      ).toEqual([])
      expect(existsSync(trace)).toBe(false)
      // The trap is one: verifying springs it.
      await page.keyboard.press('Control+Enter')
      await expect.poll(() => existsSync(trace), { timeout: 15_000 }).toBe(true)
    } finally {
      await app.close()
    }
  } finally {
    await surroundings.remove()
  }
})

test('a second start opens a window in the first instance and ends', async () => {
  await withApp(
    { startWith: 'home', files: { '.kube/config': kubeconfig } },
    async ({ app, grid, surroundings }) => {
      await expectRows(grid)
      const next = app.waitForEvent('window')
      const program = await app.evaluate(() => process.execPath)
      const { status } = spawnSync(program, [...surroundings.switches, project], {
        cwd: project,
        env: { ...surroundings.env },
        timeout: 20_000,
      })
      expect(status).toBe(0)
      const second = await next
      await expectRows(contextsGrid(second))
      await expect(rowOf(contextsGrid(second), 'here')).toBeVisible()
      expect(app.windows()).toHaveLength(2)
    },
  )
})
