import { execFile, execFileSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, type Locator, type Page, test } from '@playwright/test'
import * as v from 'valibot'
import {
  answer,
  cellOf,
  contextsGrid,
  expectRows,
  filterBy,
  isAsked,
  questionWindow,
  type Running,
  readRowOf,
} from './app'
import { project } from './surroundings'

/** The built terminal program. */
export const terminalProgram = join(project, 'out', 'cli.cjs')

/** How a step is done. */
export type By = 'mouse' | 'keyboard'

/** For what a real program or a check of an identity takes part in. */
export const patience = { timeout: 30_000 }

const text = v.string()
const named = <const T extends v.ObjectEntries>(more: T) => v.array(v.object({ name: text, ...more }))
const config = v.object({
  'current-context': text,
  contexts: named({ context: v.object({ cluster: text, user: text, namespace: v.optional(text) }) }),
  users: named({
    user: v.object({
      exec: v.optional(
        v.object({
          apiVersion: v.optional(text),
          args: v.nullish(v.array(text)),
          env: v.nullish(v.array(v.object({ name: text, value: text }))),
        }),
      ),
    }),
  }),
  clusters: named({
    cluster: v.object({
      server: v.optional(text),
      'proxy-url': v.optional(text),
      'tls-server-name': v.optional(text),
    }),
  }),
})

/** What kubectl reads in all files of the list together. */
function view(json: string) {
  const { contexts, users, clusters, 'current-context': current } = v.parse(config, JSON.parse(json))
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)
  const exec = (of: string) => users.find(({ name }) => name === of)?.user.exec
  return {
    current,
    entries: { contexts: names(contexts), users: names(users), clusters: names(clusters) },
    context: (of: string) => contexts.find(({ name }) => name === of)?.context,
    cluster: (of: string) => clusters.find(({ name }) => name === of)?.cluster,
    exec,
    args: (of: string) => exec(of)?.args ?? [],
  }
}

/**
 * The demo's kubeconfig files and the real kubectl on them. Call it once at the top of a spec: it makes every test start
 * with an unfiltered grid and the keyboard at its top.
 */
export function demoFiles(fleet: Running) {
  /** In the order of KUBECONFIG. */
  let files: readonly string[] = []
  test.beforeEach(async () => {
    const { page, grid } = fleet
    // What the last test filtered by may be deleted, and then there is no grid.
    await filterBy(page, '')
    await expectRows(grid)
    await page.keyboard.press('Control+Home')
    const lines = page.getByRole('region', { name: /^Files/ }).getByRole('button', { name: /\.kube\// })
    await expect(lines).toHaveCount(3)
    files = await lines.evaluateAll((all) =>
      all.map((one) => one.getAttribute('title')?.split('\n')[0] ?? ''),
    )
  })
  const file = (at: number): string => {
    const found = files[at]
    if (found === undefined) throw new Error('the files are known inside of tests only')
    return found
  }
  const home = () => dirname(dirname(file(0)))
  const env = (): Record<string, string> => {
    const HOME = home()
    const PATH = [join(HOME, 'bin'), fleet.surroundings.env.PATH].join(delimiter)
    const EKSCOPE_HOME = join(fleet.surroundings.data, 'demo')
    return { HOME, PATH, KUBECONFIG: files.join(delimiter), AWS_EC2_METADATA_DISABLED: 'true', EKSCOPE_HOME }
  }
  const kubectl = (...args: readonly string[]): string =>
    execFileSync('kubectl', args, { env: env(), encoding: 'utf8' })
  return {
    /** `~/.kube/config`, which stands first in KUBECONFIG. */
    get main() {
      return file(0)
    },
    /** `~/.kube/legacy`, which stands second. */
    get legacy() {
      return file(1)
    },
    /** `~/.kube/eks`, as aws writes it: the last. */
    get byAws() {
      return file(2)
    },
    /** The demo's home folder. */
    get home() {
      return home()
    },
    /** The real kubectl, in the demo's home and with its list of files. */
    kubectl,
    /** The environment of a terminal in which KUBECONFIG and Ekscope's own folder are the window's. */
    env,
    /** `ekscope`, as in a terminal beside the window. */
    ekscope: async (...args: readonly string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)(process.execPath, [terminalProgram, ...args], {
        env: env(),
      })
      return stdout
    },
    /** What kubectl reads in all files. */
    read: () => view(kubectl('config', 'view', '-o', 'json')),
  }
}

/** The button of the toolbar that counts what is pending and opens the review. */
export const waiting = (page: Page): Locator =>
  page.getByRole('banner').getByRole('button', { name: /^Review \d+ pending/ })

/** Waits until so many edits are pending. */
export const expectPending = (page: Page, count: number): Promise<void> =>
  expect(waiting(page)).toContainText(count === 0 ? [] : [`${count} pending`])

/** Presses a key until something holds. */
export async function press(page: Page, key: string, there: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < 30 && !(await there()); count += 1) await page.keyboard.press(key)
}

/** Takes the keyboard to a cell: filter, down to the row, right to the column. */
export async function walkTo(page: Page, context: string, title: string): Promise<void> {
  await filterBy(page, `context:"${context}"`)
  await page.keyboard.press('Control+Home')
  const row = readRowOf(contextsGrid(page), context)
  await expect(row).toBeVisible()
  const within = row.locator(':focus')
  await press(page, 'ArrowDown', async () => (await within.count()) > 0)
  const wanted = await (await cellOf(row, title)).getAttribute('aria-colindex')
  await press(page, 'ArrowRight', async () => (await within.getAttribute('aria-colindex')) === wanted)
}

/** Types over the cell that the keyboard is in, and keeps it; afterwards so many edits are pending. */
export async function typeOver(page: Page, value: string, pending = 1): Promise<void> {
  await page.keyboard.type(value)
  await page.keyboard.press('Enter')
  await expectPending(page, pending)
}

/** Opens the review and waits until it knows the exact lines. */
export async function review(page: Page, by: By): Promise<Locator> {
  await (by === 'mouse' ? waiting(page).click() : page.keyboard.press('Control+s'))
  const dialog = page.getByRole('dialog', { name: /^Review/ })
  await expect(dialog.getByRole('figure').first()).toBeVisible()
  return dialog
}

/** The lines of a kind in the shown differences. */
export const lines = (within: Locator | Page, kind: 'removed' | 'added'): Locator =>
  within.getByRole('figure').locator(`[data-kind="${kind}"] code`)

/**
 * Applies what is reviewed, waits until it is written and said, and dismisses what was said. `asks`: where main asks before
 * it writes that, and is allowed.
 */
export async function apply(
  page: Page,
  dialog: Locator,
  by: By,
  { left = 0, asks = null }: { readonly left?: number; readonly asks?: Pick<Running, 'app'> | null } = {},
): Promise<void> {
  const button = dialog.getByRole('button', { name: /^Apply(?! and)/ })
  await expect(button).toBeEnabled()
  const said = page.getByText(/^Wrote \d+ changes? to ~\//)
  // Where another program has written since, main refuses what was shown, and what is shown then takes another press.
  const refused = dialog
    .getByRole('alert')
    .filter({ hasText: 'was changed by another program since you saw it' })
  const asked = () => asks !== null && isAsked(asks)
  const press = () => (by === 'mouse' ? button.click() : page.keyboard.press('Control+Enter'))
  await press()
  for (let times = 0; times < 5 && (await said.count()) === 0; times += 1) {
    await expect
      .poll(async () => asked() || (await said.count()) + (await refused.count()) > 0, patience)
      .toBe(true)
    if (asks !== null && asked()) await answer(await questionWindow(asks, /^Write/), 'Write it')
    else if ((await said.count()) === 0) {
      await expect(button).toBeEnabled()
      await press()
    }
  }
  await expect(said).toBeVisible()
  await expect(dialog).toHaveCount(0)
  await expectPending(page, left)
  // Beside it may stand what was said of another program's write.
  const message = page.getByRole('region', { name: 'Messages' }).locator(':scope > div').filter({ has: said })
  await message.getByRole('button', { name: 'Dismiss' }).click()
  await expect(said).toHaveCount(0)
}

/** Dismisses every message at the edge of the window. One that goes by itself meanwhile is not waited for. */
export async function dismissAll(page: Page): Promise<void> {
  const dismiss = page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Dismiss' })
  while ((await dismiss.count()) > 0)
    await dismiss.evaluateAll((all) => {
      for (const one of all) if (one instanceof HTMLElement) one.click()
    })
}

/** Presses Tab until what is looked for has the keyboard, then does it with Enter. */
export async function tabAndPress(page: Page, button: Locator): Promise<void> {
  const focused = () => button.evaluate((element) => element === document.activeElement)
  await press(page, 'Tab', focused)
  await expect(button).toBeFocused()
  await page.keyboard.press('Enter')
}

/** Reviews and applies everything that is pending. */
export async function write(page: Page, by: By, asks: Pick<Running, 'app'> | null = null): Promise<void> {
  await apply(page, await review(page, by), by, { asks })
}

/** Chooses from a row's menu, opened by the right button of the mouse. */
export async function rowMenu(page: Page, context: string, item: string | RegExp): Promise<void> {
  await filterBy(page, `context:"${context}"`)
  await readRowOf(contextsGrid(page), context).locator('[aria-colindex="1"]').click({ button: 'right' })
  await fromRowMenu(page, item)
}

/** Chooses from the open menu of a row, from what stands behind More, too. */
export async function fromRowMenu(page: Page, item: string | RegExp): Promise<void> {
  const wanted = page.getByRole('menuitem', { name: item })
  const more = page.getByRole('menuitem', { name: 'More' })
  await expect(more).toBeVisible()
  if ((await wanted.count()) === 0) await more.click()
  await wanted.click()
}

/** Chooses an action from the palette, by the keyboard; `shown`: what its line says, where that names what is selected. */
export async function palette(page: Page, action: string, shown: string = action): Promise<void> {
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
  await page.keyboard.type(action)
  await expect(page.getByRole('option').first()).toContainText(shown)
  await page.keyboard.press('Enter')
  // Until it has gone it keeps the keys; what it opened may stand in its place by now.
  await expect(page.getByRole('dialog', { name: 'All actions' })).toHaveCount(0)
}
