/** Main asks in a window of its own: what it shows, and that a page which runs foreign script can neither draw nor answer it. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import {
  answer,
  contextIds,
  expectAccessible,
  expectRows,
  questionWindow,
  type Running,
  withApp,
} from './app'

const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
contexts:
- {name: odd, context: {cluster: c, user: odd}}
users:
- {name: odd, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: /bin/sh, args: [-c, 'touch  "$HOME/ran"', --token, 'a b'], env: [{name: BASH_ENV, value: /evil}]}}}
`
const full = process.env.EKSCOPE_FULL === '1'
const start = { startWith: 'home', files: { '.kube/config': kubeconfig } } as const

/** What a script in the page can call. */
const request = (page: Page, name: string, input?: unknown): Promise<unknown> =>
  page.evaluate(
    ([called, given]) =>
      Reflect.get(window, 'bridge')
        .request(called, ...(given === undefined ? [] : [given]))
        .catch((error: Error) => error.message),
    [name, input] as const,
  )
const noRequest = { ok: false, fault: { code: 'bad-request', message: 'Ekscope has no such request.' } }
/** The same for what ends with the page. */
const requestUntilGone = (page: Page, name: string, input: unknown) =>
  request(page, name, input).catch(() => 'gone')

const ran = ({ surroundings }: Running) => existsSync(join(surroundings.home, 'ran'))
const decisions = ({ surroundings }: Running) =>
  readFile(join(surroundings.data, 'trust.json'), 'utf8').then(
    (text): unknown => JSON.parse(text).content.decisions,
    () => [],
  )

test('the question shows all that would run, light and dark, and what was allowed runs', async () => {
  await withApp(start, async (running) => {
    const { page, grid } = running
    await expectRows(grid)
    await page.keyboard.press('Control+Enter')
    const question = await questionWindow(running, 'Run this command?')
    const areShown = () =>
      running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible()))
    await expect.poll(areShown).toEqual([true, true])
    const lines = await question.getByRole('region').locator('dl > div').allInnerTexts()
    expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
      'command /bin/sh',
      expect.stringMatching(/^leads to \/bin\/sh/),
      'argument -c',
      'argument touch␣␣"$HOME/ran"',
      'argument --token',
      'argument a␣b',
      'variable BASH_ENV=/evil',
      expect.stringMatching(/^written in .*\/\.kube\/config:\d+$/),
      'for odd',
    ])
    for (const colorScheme of ['light', 'dark'] as const) {
      await question.emulateMedia({ colorScheme })
      await expect
        .poll(() => question.evaluate(() => document.documentElement.dataset.theme))
        .toBe(colorScheme)
      if (full || colorScheme === 'light') await expectAccessible(question)
      await question.screenshot({ path: test.info().outputPath(`question-${colorScheme}.png`) })
    }
    expect(ran(running)).toBe(false)
    await answer(question, 'Allow')
    await expect.poll(() => ran(running), { timeout: 15_000 }).toBe(true)
    await writesAreAsked(running)
    expect(running.complaints).toEqual([])
  })
})

const brought = `apiVersion: v1
kind: Config
clusters:
- {name: new, cluster: {server: 'https://new.example', proxy-url: 'http://proxy.example:3128', insecure-skip-tls-verify: true}}
contexts:
- {name: new, context: {cluster: new, user: new}}
- {name: new-odd, context: {cluster: new, user: odd}}
users:
- {name: new, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: corp-login, args: [--audience, 'a b', token], env: [{name: CORP_PROFILE, value: prod}]}}}
`

/** The window goes with the key. */
async function refuse(question: Page, key: 'Enter' | 'Escape'): Promise<void> {
  const gone = question.waitForEvent('close')
  await question.keyboard.press(key).catch(() => undefined)
  await gone
}

/** Before a write main shows what it brings, old to new; Enter and Escape refuse, and then nothing is written. */
async function writesAreAsked(running: Running): Promise<void> {
  const { page, surroundings } = running
  const file = join(surroundings.home, '.kube', 'config')
  const [context] = await contextIds(page, 'odd')
  await request(page, 'app.copy', { text: brought })
  const edits: unknown = await page.evaluate(async (id) => {
    const { request: ask } = Reflect.get(window, 'bridge')
    const read = await ask('import.read', { from: 'clipboard', edits: [] })
    const server = { kind: 'set-server', context: id, server: 'https://127.0.0.1:2', scope: 'shared' }
    return [server, ...read.value.offers.map(({ edit }: { edit: unknown }) => edit)]
  }, context)
  const write = (run: string) =>
    request(page, 'edits.apply', { run, edits, titles: [], revisions: [], sharedAllowed: true, inPlace: [] })
  const title = 'Write new commands and servers?'
  const first = write('w1')
  const question = await questionWindow(running, title)
  const lines = await question.getByRole('region').locator('dl > div').allInnerTexts()
  expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
    'new user new',
    'command corp-login',
    'argument --audience',
    'argument a␣b',
    'argument token',
    'variable CORP_PROFILE=prod',
    `written in ${file}`,
    'for new',
    'cluster c',
    '− goes: server https://127.0.0.1:1',
    '+ comes: server https://127.0.0.1:2',
    'certificate by the authorities that the system trusts',
    `written in ${file}`,
    'for odd',
    expect.stringMatching(/^tokens of your own user odd: .*\/bin\/sh -c /),
    'new cluster new',
    'server https://new.example',
    'certificate NOT CHECKED (insecure-skip-tls-verify)',
    'proxy http://proxy.example:3128',
    `written in ${file}`,
    'for new, new-odd',
    expect.stringMatching(/^tokens of new: .*corp-login --audience a␣b token$/),
    expect.stringMatching(/^tokens of your own user odd: .*\/bin\/sh -c /),
  ])
  for (const colorScheme of ['light', 'dark'] as const) {
    await question.emulateMedia({ colorScheme })
    await expect.poll(() => question.evaluate(() => document.documentElement.dataset.theme)).toBe(colorScheme)
    if (full || colorScheme === 'light') await expectAccessible(question)
    await question.screenshot({ path: test.info().outputPath(`write-${colorScheme}.png`) })
  }
  await refuse(question, 'Enter')
  const refused = {
    ok: false,
    fault: { code: 'declined', message: expect.stringContaining('nothing was written') },
  }
  expect(await first).toMatchObject(refused)
  const second = write('w2')
  await refuse(await questionWindow(running, title), 'Escape')
  expect(await second).toMatchObject(refused)
  expect(await readFile(file, 'utf8')).toBe(kubeconfig)
  const third = write('w3')
  await answer(await questionWindow(running, title), 'Write it')
  expect(await third).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(await readFile(file, 'utf8')).toContain('https://new.example')
}

test('a page that runs foreign script can ask, and never answer', async () => {
  await withApp(start, async (running) => {
    const { page, grid, app } = running
    await expectRows(grid)
    const [context] = await contextIds(page, 'odd')
    for (const name of [
      'trust.allow',
      'trust.allowFile',
      'trust.pending',
      'question:answer',
      'question:read',
    ])
      expect(await request(page, name, { context, fingerprint: 'x' })).toMatchObject(noRequest)
    expect(await page.evaluate(() => 'question' in window)).toBe(false)

    const run = { contexts: [context], environment: 'login-shell', again: true }
    const asked = requestUntilGone(page, 'whoami.run', { ...run, run: 'w1' })
    const question = await questionWindow(running, 'Run this command?')
    // Neither can the page read it, lead to it, open it, or put it into itself.
    const answers = await page.evaluate(async () => {
      const address = 'question://ekscope/question.html'
      const fetched = await fetch(address).then(
        () => 'let through',
        () => 'refused',
      )
      const opened = window.open(address) === null
      location.href = address
      return { fetched, opened }
    })
    expect(answers).toEqual({ fetched: 'refused', opened: true })
    expect(page.url()).toMatch(/^app:/)
    // Allow rests for a second from when the window moved, was focused or shown: also in main.
    const allow = question.getByRole('button', { name: 'Allow', exact: true })
    const answerAfter = (how: 'move' | 'focus' | 'show' | 'resize') =>
      app.evaluate(({ BrowserWindow }, what) => {
        const found = BrowserWindow.getAllWindows().find((one) =>
          one.webContents.getURL().startsWith('question:'),
        )
        found?.emit(what)
        return found?.webContents.executeJavaScript('window.question.answer(true)')
      }, how)
    for (const how of ['show', 'focus', 'move', 'resize'] as const) {
      await expect(allow).toBeEnabled()
      expect([how, await answerAfter(how)]).toEqual([how, false])
    }
    expect(await decisions(running)).toEqual([])

    // A second run of the same waits with the first, and runs nothing: two questions are never open.
    void requestUntilGone(page, 'whoami.run', { ...run, run: 'w2' })
    await request(page, 'question.show')
    expect(app.windows()).toHaveLength(2)
    expect(ran(running)).toBe(false)

    // A reload takes its questions with it.
    const gone = question.waitForEvent('close')
    await page.reload()
    await gone
    await expectRows(grid)
    expect(await asked).toBe('gone')
    expect(app.windows()).toHaveLength(1)
    expect(await decisions(running)).toEqual([])
    expect(ran(running)).toBe(false)
  })
})

const getToken = (profile: string) =>
  `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, ${profile}, eks, get-token, --cluster-name, c]}}`
const foreign = (server: string) => `apiVersion: v1
kind: Config
clusters:
- {name: team, cluster: {server: '${server}', proxy-url: 'http://proxy.example:3128', tls-server-name: other.example}}
contexts:
- {name: team, context: {cluster: team, user: team}}
- {name: 'team, too', context: {cluster: team, user: its}}
users:
- {name: team, user: ${getToken('team')}}
- {name: its, user: ${getToken('prod')}}
`
/** What the user's own list has: no context, and a user of the name that the opened file has. */
const mine = `apiVersion: v1
kind: Config
users:
- {name: its, user: ${getToken('mine')}}
`

test('before servers of an opened file get a token, they are shown, and a file that changed meanwhile gets none', {
  tag: '@full',
}, async () => {
  const files = { '.kube/config': mine }
  await withApp({ startWith: 'home', files }, async (running) => {
    const { page, app, grid, surroundings } = running
    const file = join(surroundings.home, 'team.yaml')
    await writeFile(file, foreign('https://good.example'))
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] })
    }, file)
    await page
      .getByRole('button', { name: /Open a kubeconfig/ })
      .first()
      .click()
    await expectRows(grid)
    const [context] = await contextIds(page, 'team')
    const ask = () => request(page, 'trust.askDestination', { context })
    const first = ask()
    const question = await questionWindow(running, 'Let the servers of this file get a token?')
    const facts = question.getByRole('region')
    for (const shown of [
      'https://good.example',
      'http://proxy.example:3128',
      'other.example',
      'the system trusts',
    ])
      await expect(facts).toContainText(shown)
    const lines = await facts.locator('dl > div').allInnerTexts()
    expect(lines.map((line) => line.replace(/\s+/g, ' ').trim()).slice(-3)).toEqual([
      'for team, “team,␣too”',
      'tokens of team: aws --profile team eks get-token --cluster-name c',
      'tokens of its: aws --profile prod eks get-token --cluster-name c',
    ])
    await question.screenshot({ path: test.info().outputPath('opened.png') })
    await writeFile(file, foreign('https://evil.example'))
    await expect
      .poll(async () => JSON.stringify(await request(page, 'kubeconfig.entry', { id: context })), {
        timeout: 15_000,
      })
      .toContain('evil.example')
    await answer(question, 'Trust this file')
    expect(await first).toMatchObject({ ok: false, fault: { code: 'not-found' } })
    expect(await decisions(running)).toEqual([])

    const again = ask()
    const second = await questionWindow(running, 'Let the servers of this file get a token?')
    await expect(second.getByRole('region')).toContainText('https://evil.example')
    await answer(second, 'Trust this file')
    // The whole, as it is shown from now on.
    expect(await again).toMatchObject({ ok: true, value: expect.stringContaining('evil.example') })
    expect(await decisions(running)).toMatchObject([{ kind: 'file' }])
    // There is nothing more to ask: it is read alone, not with the user's own list.
    expect(await ask()).toEqual({ ok: true, value: expect.not.stringContaining('files') })
    expect(app.windows()).toHaveLength(1)
  })
})
