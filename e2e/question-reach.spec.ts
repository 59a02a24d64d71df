/** Who can reach the question window: neither another page, frame or window, nor a press that was meant for what lay over it. */

import { spawn } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import {
  answer,
  contextIds,
  end,
  expectRows,
  furnish,
  launch,
  questionWindow,
  type Running,
  withApp,
} from './app'
import { pointerOf } from './pointer'
import { project } from './surroundings'

const exec = (rest: string) => `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, ${rest}}}`
/** Letters that are written from right to left, among others. */
const hebrew = 'a \u05d0\u05d1, 1\u05d2 b'
const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
contexts:
- {name: one, context: {cluster: c, user: one}}
- {name: '${hebrew}', context: {cluster: c, user: two}}
users:
- {name: one, user: ${exec('command: /bin/true, args: [one]')}}
- {name: two, user: ${exec(`command: /bin/true, args: ['${hebrew}']`)}}
`

const request = (page: Page, name: string, input?: unknown): Promise<unknown> =>
  page.evaluate(
    ([called, given]) =>
      Reflect.get(window, 'bridge').request(called, ...(given === undefined ? [] : [given])),
    [name, input] as const,
  )
/** A test that fails ends the page with what it asked for: that is not why it failed. */
let runs = 0
const ask = (page: Page, contexts: readonly string[]) => {
  const run = `r${runs++}`
  return request(page, 'whoami.run', { run, contexts, environment: 'login-shell', again: true }).catch(
    () => 'gone',
  )
}
const done = (total: number) =>
  expect.objectContaining({ ok: true, value: expect.objectContaining({ done: total, cancelled: false }) })
const decided = ({ surroundings }: Running): Promise<readonly string[]> =>
  readFile(join(surroundings.data, 'trust.json'), 'utf8').then(
    (text) =>
      JSON.parse(text).content.decisions.map(({ what }: { what: string }) => what.replace(/ \(.*/, '')),
    () => [],
  )

/** What a renderer that was taken over can send, from three places that are not the question; all that it was answered. */
const strangers = ({ app }: Running): Promise<readonly unknown[]> =>
  app.evaluate(async ({ BrowserWindow, ipcMain, session }) => {
    const question = BrowserWindow.getAllWindows().find((one) =>
      one.webContents.getURL().startsWith('question:'),
    )
    if (question === undefined) throw new Error('there is no question')
    const answers: unknown[] = []
    // With node in the page: it has all of ipcRenderer, like a script that has broken out of the sandbox.
    for (const [own, address] of [
      [session.defaultSession, 'app://ekscope/index.html'],
      [session.fromPartition('question'), 'question://ekscope/question.html'],
    ] as const) {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { session: own, nodeIntegration: true, contextIsolation: false, sandbox: false },
      })
      await window.loadURL(address)
      answers.push(
        ...(await window.webContents.executeJavaScript(`(async () => {
          const { ipcRenderer } = require('electron')
          const inputs = [[], [true], [false], ['true'], [1], [null], [[true]], [{ allow: true }], [true, 'question']]
          const found = []
          for (const channel of ['question:read', 'question:answer', 'question:rest'])
            for (const input of inputs) {
              ipcRenderer.send(channel, ...input)
              found.push(await ipcRenderer.invoke(channel, ...input).catch(() => 'no such request'))
            }
          return found
        })()`)),
      )
      window.destroy()
    }
    // A frame within the question itself. Its page makes none, so the request is made for it.
    const handlers = Reflect.get(ipcMain, '_invokeHandlers')
    const { webContents } = question
    const frame = { url: webContents.getURL(), routingId: 99, parent: webContents.mainFrame }
    for (const senderFrame of [frame, null])
      for (const name of ['question:read', 'question:answer'])
        answers.push(await handlers.get(name)({ sender: webContents, senderFrame }, true))
    return answers
  })

test('no other page, frame or window reaches a question, and an answer given twice is given once', async () => {
  await withApp({ startWith: 'home', files: { '.kube/config': kubeconfig } }, async (running) => {
    const { page, grid, app } = running
    await expectRows(grid)
    const ids = await contextIds(page, 'one', hebrew)
    // What is made up asks nothing.
    for (const made of [['x'], ['__proto__'], [`${ids[0]}x`]]) await ask(page, made)
    await request(page, 'trust.askDestination', { context: 'x' }).catch(() => undefined)
    expect(app.windows()).toHaveLength(1)

    const asked = ask(page, ids)
    const first = await questionWindow(running, 'Run this command? (1 of 2)')
    expect(new Set(await strangers(running))).toEqual(new Set([null, false, 'no such request']))
    await expect(first.getByRole('button', { name: 'Allow', exact: true })).toBeEnabled()
    expect(await decided(running)).toEqual([])

    // Its own page says yes many times at once, as a script in it would.
    const gone = first.waitForEvent('close')
    await first
      .evaluate(() => {
        for (let n = 0; n < 20; n++) void Reflect.get(window, 'question').answer(true)
      })
      .catch(() => undefined)
    await gone
    const second = await questionWindow(running, 'Run this command? (2 of 2)')
    expect(new Set(await strangers(running))).toEqual(new Set([null, false, 'no such request']))
    expect(await decided(running)).toEqual(['/bin/true one'])
    // Nothing is drawn in another order than it has: in the argument and in the context's name.
    const orders = await second.evaluate(() => {
      const found: boolean[] = []
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const text = node.textContent ?? ''
        if (!text.includes('\u05d0')) continue
        const lefts = [...text].map((_, at) => {
          const range = document.createRange()
          range.setStart(node, at)
          range.setEnd(node, at + 1)
          return range.getBoundingClientRect().left
        })
        found.push(lefts.every((left, at) => at === 0 || left > (lefts[at - 1] ?? 0)))
      }
      return found
    })
    expect(orders).toEqual([true, true])
    await answer(second, 'Do not allow')
    expect(await asked).toEqual(done(2))
    expect(await decided(running)).toEqual(['/bin/true one'])
  })
})

test('a press that was meant for what lay over the question, or that comes with the focus, allows nothing', async () => {
  await withApp({ startWith: 'home', files: { '.kube/config': kubeconfig } }, async (running) => {
    const { page, grid, app, surroundings } = running
    const pointer = await pointerOf(surroundings)
    test.skip(pointer === null, 'only an X server has a pointer that can be moved from here')
    if (pointer === null) return
    await expectRows(grid)
    const asked = ask(page, await contextIds(page, 'one'))
    const question = await questionWindow(running, 'Run this command?')
    const allow = question.getByRole('button', { name: 'Allow', exact: true })
    /** Another window, over the question or beside it, that then goes away. */
    const other = (how: 'over' | 'focused' | 'gone' | 'back') =>
      app.evaluate(({ BrowserWindow }, what) => {
        const found = BrowserWindow.getAllWindows()
        const asking = found.find((one) => one.webContents.getURL().startsWith('question:'))
        const cover = found.find((one) => one.getTitle() === 'cover')
        if (what === 'over' || what === 'focused') {
          const made = new BrowserWindow({
            ...asking?.getBounds(),
            title: 'cover',
            show: false,
            alwaysOnTop: true,
            frame: false,
            focusable: what === 'focused',
          })
          if (what === 'focused') {
            made.show()
            made.focus()
          } else made.showInactive()
        } else {
          cover?.destroy()
          if (what === 'back') asking?.focus()
        }
        const { x, y } = asking?.getContentBounds() ?? { x: 0, y: 0 }
        return { x, y }
      }, how)
    /** Allow rests, or does so from now on: for a second alone, which a busy machine may look away for. */
    const rests = () =>
      allow.evaluateHandle((button) => ({
        seen: new Promise<void>((resolve) => {
          const look = () => {
            if (!button.matches(':disabled')) return
            observer.disconnect()
            resolve()
          }
          const observer = new MutationObserver(look)
          observer.observe(button, { attributes: true })
          look()
        }),
      }))
    await expect(allow).toBeEnabled()
    const { x, y } = await other('over')
    const box = await allow.boundingBox()
    if (box === null) throw new Error('the button is nowhere')
    await pointer.move(x + box.x + box.width / 2, y + box.y + box.height / 2)
    await expect(allow).toBeEnabled()
    // The bait goes away, and the press lands on Allow.
    const uncovered = await rests()
    await other('gone')
    await pointer.press()
    await uncovered.evaluate(({ seen }) => seen)
    expect(await decided(running)).toEqual([])

    await expect(allow).toBeEnabled()
    await other('focused')
    const focused = await rests()
    await other('back')
    await pointer.press()
    expect(await decided(running)).toEqual([])
    // It was on Allow all the time: after a second it counts.
    await focused.evaluate(({ seen }) => seen)
    await expect(allow).toBeEnabled()
    const gone = question.waitForEvent('close')
    await pointer.press()
    await gone
    pointer.end()
    expect(await asked).toEqual(done(1))
    expect(await decided(running)).toEqual(['/bin/true one'])
  })
})

const getToken = exec('command: aws, args: [--region, eu-west-1, eks, get-token, --cluster-name, c]')
const plain = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
contexts:
- {name: a, context: {cluster: c, user: u}}
- {name: b-c-d, context: {cluster: c, user: u}}
- {name: 'e, f', context: {cluster: c, user: v}}
users:
- {name: u, user: ${getToken}}
- {name: v, user: ${getToken}}
`

test('one question about one program for all contexts and both windows, also of a second start', {
  tag: '@full',
}, async () => {
  const surroundings = await furnish({ files: { '.kube/config': plain } })
  const open = join(surroundings.home, 'open')
  await mkdir(open)
  await chmod(open, 0o777)
  await writeFile(join(surroundings.home, '.profile'), `PATH="${open}:$PATH"\n`)
  const running = await launch(surroundings, 'home')
  try {
    const { page, grid, app } = running
    await expectRows(grid)
    // A second start is the first one's second window.
    const child = app.process()
    spawn(child.spawnfile, [...surroundings.switches, project], { env: surroundings.env, stdio: 'ignore' })
    await expect.poll(() => app.windows().length, { timeout: 20_000 }).toBe(2)
    const other = app.windows().find((one) => one !== page)
    if (other === undefined) throw new Error('there is no second window')
    await expectRows(other.getByRole('grid', { name: 'Contexts' }))

    const ids = await contextIds(page, 'a', 'b-c-d', 'e, f')
    const both = [ask(page, ids), ask(other, ids)]
    const question = await questionWindow(running, 'Run aws although others can change PATH?')
    const lines = await question.getByRole('region').locator('dl > div').allInnerTexts()
    expect(lines.map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
      'program aws',
      expect.stringMatching(/^leads to .*\/aws/),
      `PATH folder ${open}`,
      expect.stringMatching(/^in doubt .*\.$/),
      expect.stringMatching(/^to fix it .*chmod/),
      expect.stringMatching(/^use instead .*\/aws$/),
      'for a, b-c-d, “e,␣f”',
    ])
    await question.screenshot({ path: test.info().outputPath('program.png') })
    expect(app.windows().filter((one) => one.url().startsWith('question:'))).toHaveLength(1)
    await answer(question, 'Run it anyway')
    expect(await Promise.all(both)).toEqual([done(3), done(3)])
    expect(await decided(running)).toHaveLength(1)
    expect(await ask(other, ids)).toEqual(done(3))
    expect(app.windows()).toHaveLength(2)
  } finally {
    await end(running)
    await surroundings.remove()
  }
})
