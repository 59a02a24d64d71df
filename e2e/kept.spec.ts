import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import {
  cellOf,
  contextsGrid,
  end,
  expectAccessible,
  expectRows,
  filterBy,
  furnish,
  launch,
  type Running,
  rowOf,
} from './app'
import { apply, expectPending, review, typeOver, walkTo } from './editing-steps'
import type { Surroundings } from './surroundings'
import { dropFiles, importDialog } from './transfer-steps'

const names = ['alpha', 'beta', 'gamma', 'delta']
const list = (entry: (name: string) => string) => names.map(entry).join('')
const kubeconfig = `apiVersion: v1
kind: Config
clusters:
${list((name) => `- {name: ${name}, cluster: {server: 'https://127.0.0.1:1'}}\n`)}contexts:
${list((name) => `- {name: ${name}, context: {cluster: ${name}, user: ${name}}}\n`)}users:
${list((name) => `- {name: ${name}, user: {token: canary-of-${name}}}\n`)}`
const guest = (name: string) => `apiVersion: v1
kind: Config
clusters: [{name: ${name}, cluster: {server: 'https://${name}.example'}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
users: [{name: ${name}, user: {token: canary-of-${name}}}]
`

/** What a test has started, so that a failing one leaves nothing behind. */
let started: ChildProcess[] = []
async function start(place: Surroundings): Promise<Running> {
  const running = await launch(place, 'home')
  // Of an app that has ended Playwright knows no process any more.
  started.push(running.app.process())
  return running
}
test.afterEach(() => {
  for (const process of started) process.kill('SIGKILL')
  started = []
})

/** Ends main as the system does, and waits until it has gone. */
async function kill({ app }: Running, signal: NodeJS.Signals): Promise<void> {
  const gone = once(app.process(), 'exit')
  app.process().kill(signal)
  await gone
}

async function setNamespace({ page }: Running, context: string, value: string, pending: number) {
  await walkTo(page, context, 'Namespace')
  await typeOver(page, value, pending)
}

const said = ({ page }: Running) => page.getByRole('region', { name: 'Messages' })

test('what is pending is there again after SIGTERM and after kill -9, judged against the files as they are then', {
  tag: '@full',
}, async () => {
  test.setTimeout(180_000)
  const place = await furnish({ files: { '.kube/config': kubeconfig, partner: guest('partner') } })
  const config = join(place.home, '.kube/config')
  const kubectl = (...args: readonly string[]) =>
    execFileSync('kubectl', args, { env: { ...place.env, KUBECONFIG: config }, encoding: 'utf8' })
  try {
    const first = await start(place)
    await expectRows(first.grid)
    await setNamespace(first, 'alpha', 'one', 1)
    await setNamespace(first, 'alpha', 'two', 1)
    await setNamespace(first, 'beta', 'mine', 2)
    kubectl('config', 'set-context', 'beta', '--namespace=theirs')
    await expect(first.page.getByRole('button', { name: '1 conflict' })).toBeVisible()
    await dropFiles(first, [join(place.home, 'partner')])
    await importDialog(first.page).getByRole('button', { name: 'Import 1' }).click()
    await expectPending(first.page, 3)
    await kill(first, 'SIGTERM')

    const second = await start(place)
    await expectRows(second.grid)
    await expect(
      said(second).getByText('3 changes that you did not write last time are pending again.'),
    ).toBeVisible()
    await expectPending(second.page, 3)
    await expect(second.page.getByRole('button', { name: '1 conflict' })).toBeVisible()
    await expectAccessible(second.page)
    // The way back is there, too.
    await second.page.keyboard.press('Control+z')
    await expectPending(second.page, 2)
    await second.page.keyboard.press('Control+Shift+z')
    await expectPending(second.page, 3)
    await setNamespace(second, 'partner', 'web', 4)
    await setNamespace(second, 'gamma', 'mine', 5)
    // Each edit is on disk some milliseconds after it is seen.
    const data = join(place.data, 'pending.json')
    await expect.poll(async () => (await readFile(data, 'utf8')).split('"mine"').length).toBe(3)
    await kill(second, 'SIGKILL')
    expect((await stat(data)).mode & 0o777).toBe(0o600)
    expect(await readFile(data, 'utf8')).not.toContain('canary')
    kubectl('config', 'delete-context', 'gamma')

    const third = await start(place)
    await expectRows(third.grid)
    await expectPending(third.page, 5)
    const conflicts = third.page.getByRole('button', { name: '2 conflicts' })
    await conflicts.click()
    const dialog = third.page.getByRole('dialog', { name: /changed on both sides/ })
    await dialog.getByRole('button', { name: 'Discard mine' }).click()
    await dialog.getByRole('button', { name: 'Keep mine' }).click()
    await expect(dialog).toHaveCount(0)
    await expectPending(third.page, 4)
    await apply(third.page, await review(third.page, 'mouse'), 'mouse', { asks: third })
    const namespaces = kubectl('config', 'get-contexts', '--no-headers').trim().split('\n')
    expect(namespaces.map((line) => line.trim().split(/\s+/)).sort()).toEqual([
      ['alpha', 'alpha', 'alpha', 'two'],
      ['beta', 'beta', 'beta', 'mine'],
      ['delta', 'delta', 'delta'],
      ['partner', 'partner', 'partner', 'web'],
    ])
    expect(await readFile(config, 'utf8')).toContain('canary-of-partner')
    // Nothing is pending any more, and nothing is said of it.
    await kill(third, 'SIGTERM')
    const last = await start(place)
    await expectRows(last.grid)
    await expectPending(last.page, 0)
    await expect(last.page.getByText(/pending again/)).toHaveCount(0)
    await end(last)
  } finally {
    await place.remove()
  }
})

test('a window that closes keeps what is pending for the next one, and asks where something would be lost', {
  tag: '@full',
}, async () => {
  test.setTimeout(180_000)
  const place = await furnish({ files: { '.kube/config': kubeconfig, partner: guest('partner') } })
  try {
    const first = await start(place)
    await expectRows(first.grid)
    /** Closes the newest window; what was asked or said then, and `null` where nothing was. */
    const closing = async (
      running: Running,
      answer: 'Close' | 'Close without writing' | 'Keep the window open',
    ) =>
      running.app.evaluate(async ({ dialog, BrowserWindow }, wanted) => {
        const newest = BrowserWindow.getAllWindows().reduce((a, b) => (a.id > b.id ? a : b))
        return new Promise<string | null>((resolve) => {
          dialog.showMessageBox = (...[, question]: readonly unknown[]) => {
            const { detail, buttons }: { detail: string; buttons: string[] } = Object(question)
            resolve(detail)
            return Promise.resolve({ response: buttons.indexOf(wanted), checkboxChecked: false })
          }
          newest.once('closed', () => resolve(null))
          newest.close()
        })
      }, answer)
    const another = async (running: Running) => {
      const opening = running.app.waitForEvent('window')
      await running.app.evaluate(({ app }) => app.emit('second-instance'))
      const page = await opening
      await expectRows(contextsGrid(page))
      return { ...running, page, grid: contextsGrid(page) }
    }
    const window = await another(first)
    await setNamespace(window, 'alpha', 'here', 1)
    const kept = 'They are kept: the next window has them again. The files stay as they are.'
    expect(await closing(first, 'Close')).toBe(kept)
    const next = await another(first)
    await expectPending(next.page, 1)
    await expectPending(first.page, 0)
    await expect(await cellOf(rowOf(next.grid, 'alpha'), 'Namespace')).toContainText('here')
    // Once is enough.
    expect(await closing(first, 'Close')).toBeNull()
    const again = await another(first)
    await expectPending(again.page, 1)
    await said(again).getByRole('button', { name: 'Discard' }).click()
    await expectPending(again.page, 0)
    await expect(again.page.getByText(/pending again/)).toHaveCount(0)

    await setNamespace(again, 'beta', 'there', 1)
    await again.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), guest('pasted'))
    await walkTo(again.page, 'beta', 'Context')
    await again.page.keyboard.press('Control+v')
    await importDialog(again.page).getByRole('button', { name: 'Import 1' }).click()
    await dropFiles(again, [join(place.home, 'partner')])
    await importDialog(again.page).getByRole('button', { name: 'Import 1' }).click()
    await expectPending(again.page, 3)
    await setNamespace(again, 'pasted', 'web', 4)
    expect(await closing(first, 'Keep the window open')).toBe(
      'Closing this window loses the import of pasted from the clipboard. The next window has the others again.',
    )
    await expectPending(again.page, 4)
    // The first window has edits of its own, and gets a window of its own.
    await setNamespace(first, 'gamma', 'elsewhere', 1)
    await expect
      .poll(async () => (await readFile(join(place.data, 'pending.json'), 'utf8')).includes('elsewhere'))
      .toBe(true)
    await kill(first, 'SIGHUP')
    await appendFile(join(place.home, 'partner'), '# another one\n')

    const later = await start(place)
    await expect.poll(() => later.app.windows().length).toBe(2)
    const [one, other] = later.app.windows()
    if (one === undefined || other === undefined) throw new Error('there are two windows')
    await expectRows(contextsGrid(one))
    await expectRows(contextsGrid(other))
    const texts = await Promise.all([one, other].map((page) => said({ ...later, page }).textContent()))
    const lost = texts.find((text) => text?.includes('Not pending any more')) ?? ''
    expect(lost).toContain('1 change that you did not write last time is pending again.')
    expect(lost).toContain(
      `Not pending any more: the import of pasted from the clipboard; the import of partner from ~/partner (that file is gone, or another one now).`,
    )
    await filterBy(one, '')
    await Promise.all([one, other].map((page) => expectPending(page, 1)))
    await end(later)
  } finally {
    await place.remove()
  }
})
