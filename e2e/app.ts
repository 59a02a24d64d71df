import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import {
  _electron,
  test as base,
  type ElectronApplication,
  expect,
  type Locator,
  type Page,
} from '@playwright/test'
import { makeSurroundings, project, type Surroundings } from './surroundings'

/** What a test may set before the app starts: `test.use({ startWith: 'home' })`. */
export interface Options {
  /** `demo`: the demo fleet. `home`: the files in the test's own home. */
  readonly startWith: 'demo' | 'home'
  /** Files to lay into that home, by their path in it (`.kube/config`); 0600 when no mode is given. */
  readonly files: Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>
  /** Environment variables beyond the bare ones. */
  readonly variables: Readonly<Record<string, string>>
  /** Further arguments for the app. */
  readonly appArguments: readonly string[]
}

/** The built app, running, in a home of its own. */
export interface Fixtures {
  readonly surroundings: Surroundings
  readonly app: ElectronApplication
  readonly page: Page
  /** The grid of contexts. */
  readonly grid: Locator
  /** What the page wrote to its console as an error, and what it threw. */
  readonly complaints: readonly string[]
}

/** Starts the built app in a real Electron for each test, and keeps a trace and the app's output when one fails. */
export const test = base.extend<Options & Fixtures>({
  startWith: ['demo', { option: true }],
  files: [{}, { option: true }],
  variables: [{}, { option: true }],
  appArguments: [[], { option: true }],

  surroundings: async ({ variables, files }, use) => {
    const surroundings = await makeSurroundings(variables)
    for (const [path, content] of Object.entries(files)) {
      const { text, mode } = typeof content === 'string' ? { text: content, mode: 0o600 } : content
      const file = join(surroundings.home, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      await chmod(file, mode)
    }
    await use(surroundings)
    await surroundings.remove()
  },

  app: async ({ surroundings, startWith, appArguments }, use, testInfo) => {
    const app = await _electron.launch({
      args: [
        ...surroundings.switches,
        // One size everywhere, so that what is virtualised away is the same everywhere.
        '--force-device-scale-factor=1',
        project,
        ...(startWith === 'demo' ? ['--demo'] : []),
        ...appArguments,
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
    await app.context().tracing.start({ screenshots: true, snapshots: true })
    await use(app)
    const failed = testInfo.status !== testInfo.expectedStatus
    const trace = testInfo.outputPath('trace.zip')
    await app.context().tracing.stop(failed ? { path: trace } : {})
    if (failed) {
      await testInfo.attach('trace', { path: trace, contentType: 'application/zip' })
      await testInfo.attach('output of the app', { body: output, contentType: 'text/plain' })
    }
    await app.close()
  },

  page: async ({ app }, use) => {
    await use(await app.firstWindow())
  },

  grid: async ({ page }, use) => {
    await use(contextsGrid(page))
  },

  complaints: async ({ page }, use) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await use(complaints)
  },
})

export { expect }

/** The grid of contexts, as a screen reader would find it. */
export function contextsGrid(page: Page): Locator {
  return page.getByRole('grid', { name: 'Contexts' })
}

/** The row of a context: the one whose row header, or else whose first cells, say this name and nothing more. */
export function rowOf(grid: Locator, context: string): Locator {
  return grid.getByRole('row').filter({ has: grid.page().getByText(context, { exact: true }) })
}

/** Waits until the grid shows contexts (one row is its header). */
export async function expectRows(grid: Locator): Promise<void> {
  await expect(grid).toBeVisible({ timeout: 30_000 })
  await expect.poll(() => grid.getByRole('row').count(), { timeout: 30_000 }).toBeGreaterThan(1)
}

/** Lets axe look at the page as it is now; a finding fails the test with its rule and where it is. */
export async function expectAccessible(page: Page): Promise<void> {
  // Legacy mode: axe otherwise opens a page of its own, which an Electron window cannot.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary ?? ''}`,
    ),
  )
  expect(findings).toEqual([])
}
