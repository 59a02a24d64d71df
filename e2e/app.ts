import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { _electron, type ElectronApplication, expect, type Locator, type Page, test } from '@playwright/test'
import { quickAws } from './aws'
import { expectOneLead } from './calm'
import { pageInChromium } from './page-in-chromium'
import { makeSurroundings, project, type Surroundings } from './surroundings'

/** What to lay into a home: a file's text (0600), text and mode, a folder, or a pipe that nobody writes into. */
export type Laid = string | { readonly text: string; readonly mode: number } | 'folder' | 'pipe'

/** How the app is to be started. */
export interface Start {
  /** `demo`: the demo fleet. `home`: the files of the home. */
  readonly startWith: 'demo' | 'home'
  /** Files to lay into that home, by their path in it (`.kube/config`). */
  readonly files?: Readonly<Record<string, Laid>>
  /** Environment variables beyond the bare ones; empty ones are left out. */
  readonly variables?: Readonly<Record<string, string>>
  /** Each run of aws a process of its own, as its users have it; else aws's own code answers from memory. */
  readonly wholeAws?: boolean
}

/** The built app, running. */
export interface Running {
  readonly surroundings: Surroundings
  readonly app: ElectronApplication
  readonly page: Page
  /** The grid of contexts. */
  readonly grid: Locator
  /** What the pages wrote to their consoles as an error, and what they threw. */
  readonly complaints: readonly string[]
  /** What main wrote to standard output and error. */
  readonly output: () => string
}

/** Makes a home with these files in it. */
export async function furnish({
  files = {},
  variables = {},
  wholeAws = false,
}: Omit<Start, 'startWith'>): Promise<Surroundings> {
  const quick = wholeAws ? null : await quickAws()
  const surroundings = await makeSurroundings(variables, quick === null ? [] : [quick])
  for (const [path, laid] of Object.entries(files)) {
    const file = join(surroundings.home, path)
    await mkdir(dirname(file), { recursive: true })
    if (laid === 'folder') {
      await mkdir(file)
      continue
    }
    if (laid === 'pipe') {
      execFileSync('mkfifo', [file])
      continue
    }
    const { text, mode } = typeof laid === 'string' ? { text: laid, mode: 0o600 } : laid
    await writeFile(file, text)
    await chmod(file, mode)
  }
  return surroundings
}

/** Starts the app in surroundings that are there already, as a restart does. */
export async function launch(
  surroundings: Surroundings,
  startWith: Start['startWith'],
  before: readonly string[] = [],
): Promise<Running> {
  const app = await _electron.launch({
    args: [
      ...surroundings.switches,
      // One size everywhere, so that what is virtualised away is the same everywhere.
      '--force-device-scale-factor=1',
      // What fades or turns is drawn sixty times a second, by the processor.
      '--force-prefers-reduced-motion',
      ...before,
      project,
      ...(startWith === 'demo' ? ['--demo'] : []),
    ],
    cwd: project,
    env: { ...surroundings.env },
    timeout: 30_000,
  })
  let output = ''
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const complaints: string[] = []
  const listen = (page: Page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
  }
  app.on('window', listen)
  const own = await app.firstWindow()
  const inChromium = test.info().project.name === 'chromium'
  const page = inChromium ? await pageInChromium(app, own, surroundings.switches) : own
  listen(page)
  return { surroundings, app, page, grid: contextsGrid(page), complaints, output: () => output }
}

/** Ends an app without asking about pending edits, as its windows would. */
export async function end({ app }: Pick<Running, 'app'>): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.removeAllListeners('close')
  })
  await app.close()
}

/** With EKSCOPE_TRACE=1 a failing test leaves a trace of every step; it costs a third of the time. */
const traced = process.env.EKSCOPE_TRACE === '1'

/**
 * One app for all tests of a file, started before the first and ended after the last; a failing test leaves a picture
 * and the app's output behind. Starting is most of what a short test would cost.
 */
export function oneApp(start: Start): Running {
  let running: Running | undefined
  const here = (): Running => {
    if (running === undefined) throw new Error('the app is there inside of tests only')
    return running
  }
  test.beforeAll(async () => {
    running = await launch(await furnish(start), start.startWith)
    if (traced) await running.app.context().tracing.start({ screenshots: true, snapshots: true })
  })
  test.beforeEach(async () => {
    if (traced) await here().app.context().tracing.startChunk()
  })
  // The first argument of a hook is a pattern by Playwright's own rule.
  test.afterEach(async ({ browserName: _ }, testInfo) => {
    const failed = testInfo.status !== testInfo.expectedStatus
    if (traced) {
      const path = testInfo.outputPath('trace.zip')
      await here()
        .app.context()
        .tracing.stopChunk(failed ? { path } : {})
      if (failed) await testInfo.attach('trace', { path, contentType: 'application/zip' })
    }
    if (!failed) return
    const path = testInfo.outputPath('window.png')
    await here().page.screenshot({ path })
    await testInfo.attach('the window', { path, contentType: 'image/png' })
    await testInfo.attach('output of the app', { body: here().output(), contentType: 'text/plain' })
  })
  test.afterAll(async () => {
    if (running) await end(running)
    await running?.surroundings.remove()
  })
  return {
    get surroundings() {
      return here().surroundings
    },
    get app() {
      return here().app
    },
    get page() {
      return here().page
    },
    get grid() {
      return here().grid
    },
    get complaints() {
      return here().complaints
    },
    output: () => here().output(),
  }
}

/** Starts the app for one piece of work, and ends it with it. */
export async function withApp(start: Start, work: (running: Running) => Promise<void>): Promise<void> {
  const surroundings = await furnish(start)
  try {
    const running = await launch(surroundings, start.startWith)
    try {
      await work(running)
    } finally {
      await end(running)
    }
  } finally {
    await surroundings.remove()
  }
}

/**
 * The ids by which a script in the page could name these contexts: those of the first drawn one's file, which it needs not be
 * told.
 */
export async function contextIds(page: Page, ...names: readonly string[]): Promise<readonly string[]> {
  const drawn = await contextsGrid(page).locator('[data-item^="["]').first().getAttribute('data-item')
  const [kind, file]: readonly unknown[] = JSON.parse(drawn ?? '[]')
  return names.map((name) => JSON.stringify([kind, file, name, 0]))
}

/**
 * The grid of contexts. By what it says of itself, not by its role and name: that is worked out for every element of the page,
 * some thousand times in a walk.
 */
export function contextsGrid(page: Page): Locator {
  return page.locator('[role="grid"][aria-label="Contexts"]')
}

/** The row of a context: the one whose first cell says this name. */
export function rowOf(grid: Locator, context: string): Locator {
  // The header of a group spans all columns; an account may be named like a context.
  const first = grid
    .page()
    .locator('[aria-colindex="1"]:not([aria-colspan])')
    .getByText(context, { exact: true })
  return grid.locator('[role="row"]').filter({ has: first })
}

/** Of the rows of one name the one that kubectl reads: not that of a later file. */
export function readRowOf(grid: Locator, context: string): Locator {
  return rowOf(grid, context).filter({ hasNotText: 'shadowed' })
}

/** A row's cell under the column of this title. */
export async function cellOf(row: Locator, title: string): Promise<Locator> {
  const header = contextsGrid(row.page())
    .locator('[role="columnheader"]')
    .filter({ has: row.page().getByText(title, { exact: true }) })
  return row.locator(`[aria-colindex="${await header.getAttribute('aria-colindex')}"]`)
}

/** Ticks columns that are not shown by default. */
export async function showColumns(page: Page, ...titles: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Columns', exact: true }).click()
  for (const name of titles) {
    const item = page.getByRole('menuitemcheckbox', { name, exact: true })
    if ((await item.getAttribute('aria-checked')) !== 'true') await item.click()
  }
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
}

/** Chooses in the menu what the grid is grouped by. */
export async function groupBy(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Group by: / }).click()
  await page.getByRole('menuitemradio', { name, exact: true }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

/** Chooses in the menu what the grid is sorted by. */
export async function sortBy(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Sort: / }).click()
  await page.getByRole('menuitemradio', { name, exact: true }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

/** The page in which main asks just now. */
const asking = ({ app }: Pick<Running, 'app'>): Page | undefined =>
  app.windows().find((page) => page.url().startsWith('question://'))

/** Whether main asks just now. */
export const isAsked = (running: Pick<Running, 'app'>): boolean => asking(running) !== undefined

/** The window in which main asks, once its question is drawn: a page of its own, beside that of the app. */
export async function questionWindow(running: Pick<Running, 'app'>, title: string | RegExp): Promise<Page> {
  await expect.poll(() => isAsked(running), { timeout: 20_000 }).toBe(true)
  const page = asking(running)
  if (page === undefined) throw new Error('the question has gone')
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  return page
}

/** Presses a button of the question window, once all was in view and it can be pressed, and waits until the window has gone. */
export async function answer(question: Page, button: string): Promise<void> {
  await question.getByRole('region').evaluate((facts) => facts.scrollTo(0, facts.scrollHeight))
  const gone = question.waitForEvent('close')
  // Allow rests when the pointer comes in, too.
  await question.getByRole('heading', { level: 1 }).hover()
  await question
    .getByRole('button', { name: button, exact: true })
    .click({ noWaitAfter: true })
    .catch((error: unknown) =>
      // The answer ends the window, often before it is told that the press has arrived.
      gone.catch(() => {
        throw error
      }),
    )
  await gone
}

/** Waits until the grid shows contexts (one row is its header). */
export async function expectRows(grid: Locator): Promise<void> {
  await expect(grid).toBeVisible({ timeout: 30_000 })
  await expect.poll(() => grid.locator('[role="row"]').count(), { timeout: 30_000 }).toBeGreaterThan(1)
}

/** The field that filters. */
export function filterField(page: Page): Locator {
  return page.locator('[role="combobox"][aria-label="Filter contexts"]')
}

/** Types a filter and goes from it into the grid; an empty one shows everything. */
export async function filterBy(page: Page, query: string): Promise<void> {
  await filterField(page).fill(query)
  // Closes the suggestions and puts the keyboard into the grid; where no row is left it stays in the field.
  await filterField(page).press('Enter')
}

/** Opens the inspector on a context by a click on its row, and gives it back. */
export async function inspect(page: Page, context: string): Promise<Locator> {
  await filterBy(page, `context:"${context}"`)
  const row = readRowOf(contextsGrid(page), context)
  await row.locator('[aria-colindex="1"]').click()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText(context)
  return inspector
}

/** A tab of the inspector, which is chosen for it; its name may end with a count. */
export async function tab(inspector: Locator, title: string): Promise<Locator> {
  await inspector.getByRole('tab', { name: new RegExp(`^${title}`) }).click()
  return inspector.getByRole('tabpanel', { name: new RegExp(`^${title}`) })
}

/** What the inspector says of one link of the chain: `intended`, `proven`. */
export function link(inspector: Locator, name: string): Locator {
  return inspector.locator(`[data-link="${name}"]`)
}

/** What Ctrl+C put onto the clipboard. */
export async function clipboard(app: ElectronApplication): Promise<string> {
  return app.evaluate(({ clipboard }) => clipboard.readText())
}

/** Every row that the filter lets through, with its cells by the columns' titles, as a spreadsheet would get them. */
export async function table({ page, app }: Running): Promise<readonly Readonly<Record<string, string>>[]> {
  await filterField(page).press('Enter')
  // What an earlier copy has said may stand there still.
  await app.evaluate(({ clipboard }) => clipboard.clear())
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+c')
  await expect.poll(() => clipboard(app)).not.toBe('')
  const [head = [], ...lines] = parseTsv(await clipboard(app))
  await page.keyboard.press('Escape')
  return lines.map((line) => Object.fromEntries(head.map((title, at) => [title, line[at] ?? ''])))
}

/** Fields between tabs; one in quotes may hold anything, its own quotes doubled. */
function parseTsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, separator = '', quoted, plain = ''] of text.matchAll(
    /(^|\t|\n)(?:"((?:[^"]|"")*)"|([^\t\n]*))/g,
  )) {
    if (separator === '\n') rows.push([])
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
  }
  return rows
}

/** Chooses the environment to check in, or the one to compare with. */
export async function chooseEnvironment(
  page: Page,
  name: string | RegExp,
  what: 'check in' | 'compare with' = 'check in',
): Promise<void> {
  await page.getByRole('button', { name: /^Environment/ }).click()
  const items = page.getByRole('menuitemradio', { name })
  // The same names stand in both halves of the menu.
  await (what === 'check in' ? items.first() : items.last()).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

/** Until nothing fades in or out any more: it is pale on the way. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((one) => one.finished))
  })

/**
 * Lets axe look at the page as it is now; a finding fails the test with its rule and where it is. `colours`: nothing but
 * contrast, for a page that was looked at in its other colours. Of the grid the first rows, unless all are asked for: all
 * rows are of one make, and a look at thousands of cells is most of what axe does. What stands in its place as it stood there
 * at an earlier look, in the same colours, is not looked at again. One button leads at most, too.
 */
export async function expectAccessible(
  page: Page,
  what: 'all' | 'colours' = 'all',
  rows: 'first' | 'all' = 'first',
): Promise<void> {
  await settled(page)
  // Legacy mode: axe otherwise opens a page of its own, which an Electron window cannot. Naming every element that is right
  // is half of its work, and nothing here asks for it.
  // A page that has axe needs it no second time: compiling it is as much work as a look at a dialog.
  const there = await page.evaluate(() => 'axe' in window)
  const axe = new AxeBuilder(there ? { page, axeSource: '0' } : { page })
    .setLegacyMode(true)
    // The only frame is that of a report: it runs no script, axe's neither. Its page is looked at by itself (report.spec.ts).
    .options({ resultTypes: ['violations'], iframes: false })
    .exclude(`[${lookedAt}]`)
  if (what === 'colours') axe.withRules('color-contrast')
  const left = rows === 'all' ? null : ':is([role="grid"], [role="treegrid"]) [role="row"]:nth-child(n + 9)'
  if (left !== null) axe.exclude(left)
  // Behind a dialog everything is out of reach, and thousands of cells have been looked at without it.
  const dialogs = '[role="dialog"], [role="alertdialog"]'
  const within = (await page.locator(dialogs).count()) > 0 ? dialogs : 'body'
  await expectOneLead(page, within)
  await markLookedAt(page, { within, left, what })
  const looked = () => (within === 'body' ? axe : axe.include(within)).analyze()
  const fading = () =>
    page.evaluate(() =>
      document.getAnimations().some((one) => one.effect?.getComputedTiming().endTime !== Infinity),
    )
  let { violations } = await looked()
  // A message that begins to go while it is looked at is pale on the way, too: what it leaves is looked at once more.
  if (violations.length > 0 && (await fading())) {
    await settled(page)
    violations = (await looked()).violations
  }
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary ?? ''}`,
    ),
  )
  expect(findings).toEqual([])
}

const full = process.env.EKSCOPE_FULL === '1'

/** A further look at what another look of the quick run covers: in the full run alone. */
export const expectAccessibleInFull = async (page: Page): Promise<void> => {
  if (full) await expectAccessible(page)
}

/** In dark and in light, which stays; in the quick run in light, because the contrasts of both are computed (renderer/rows/colours.test.ts). */
export async function expectAccessibleInBoth(page: Page): Promise<void> {
  for (const colorScheme of full ? (['dark', 'light'] as const) : (['light'] as const)) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
}

const lookedAt = 'data-looked-at'

interface Look {
  /** Selectors: what is looked at, and what is left out of that. */
  readonly within: string
  readonly left: string | null
  readonly what: 'all' | 'colours'
}

/**
 * Marks the parts of the page that axe has seen as they are now: the same elements below the same ones in the same colours.
 * Small parts are seen whole or not at all.
 */
async function markLookedAt(page: Page, look: Look): Promise<void> {
  await page.evaluate(
    ([mark, { within, left, what }]) => {
      for (const marked of document.querySelectorAll(`[${mark}]`)) marked.removeAttribute(mark)
      const kept: unknown = Reflect.get(window, mark)
      const seen = kept instanceof Set ? kept : new Set<unknown>()
      Reflect.set(window, mark, seen)
      const colours = getComputedStyle(document.documentElement).colorScheme
      // Twice 32 bits: a page is long, and each of its parts is kept.
      const short = (text: string) => {
        let [a, b] = [0xdeadbeef, 0x41c6ce57]
        for (let at = 0; at < text.length; at += 1) {
          const unit = text.charCodeAt(at)
          a = Math.imul(a ^ unit, 2654435761)
          b = Math.imul(b ^ unit, 1597334677)
        }
        return `${text.length} ${a} ${b}`
      }
      const visit = (element: Element, above: string) => {
        if (left !== null && element.matches(left)) return
        const whole = short(`${left} ${above} ${element.outerHTML}`)
        const looks = [`all ${whole}`, `colours ${whole}`].slice(0, what === 'all' ? 1 : 2)
        if (looks.some((one) => seen.has(one))) {
          element.setAttribute(mark, '')
          return
        }
        if (element.getElementsByTagName('*').length > 8) {
          const itself = element.cloneNode(false)
          const below = itself instanceof Element ? above + itself.outerHTML : above
          for (const child of element.children) visit(child, below)
        }
        seen.add(`${what} ${whole}`)
      }
      for (const element of document.querySelectorAll(within)) visit(element, colours)
    },
    [lookedAt, look] as const,
  )
}
