import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { type Browser, chromium, expect, type Page } from '@playwright/test'
import { contextsGrid, expectRows, rowOf } from './app'

/**
 * Starts a packaged app and ends it with the work. Its fuses keep debuggers of Node out, so it is driven as any Chromium is: through
 * a port that it chooses itself.
 */
export async function withWindow(
  [command = '', ...args]: readonly string[],
  options: SpawnOptions,
  work: (page: Page, child: ChildProcess) => Promise<void>,
): Promise<void> {
  const child = spawn(command, [...args, '--remote-debugging-port=0'], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let browser: Browser | undefined
  try {
    browser = await chromium.connectOverCDP(await debuggingAddress(child), { noDefaults: true })
    await work(await firstPage(browser), child)
  } finally {
    await browser?.close()
    await ended(child)
  }
}

/** Checks one context of the demo with the aws that the demo brings, where the machine has none. */
export async function expectStandIn(page: Page): Promise<void> {
  const grid = contextsGrid(page)
  await expectRows(grid)
  await expect(page.getByText(/the demo runs its own stand-in/)).toBeVisible()
  await page.keyboard.press('Control+f')
  await page.keyboard.type('prod-ci')
  await expect(rowOf(grid, 'prod-ci')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(rowOf(grid, 'prod-ci')).toContainText('verified', { timeout: 30_000 })
}

/** Chromium says on standard error where it can be driven. */
function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const address = /DevTools listening on (ws:\S+)/.exec(output)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('error', reject)
    child.once('exit', (status) =>
      reject(new Error(`the packaged app ended with status ${status}:\n${output}`)),
    )
  })
}

async function firstPage(browser: Browser): Promise<Page> {
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('Chromium has one context by construction')
  return context.pages()[0] ?? (await context.waitForEvent('page'))
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(timer)
}
