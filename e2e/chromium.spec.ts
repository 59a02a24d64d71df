import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectRows, inspect, oneApp } from './app'
import { debianChromium, declaredBuild } from './page-in-chromium'
import { project } from './surroundings'

// What the page of the declared Electron is held to in every run. The full run takes whole specs there (playwright.config.ts).
test.skip(!existsSync(debianChromium), `${debianChromium} is not there`)
const fleet = oneApp({ startWith: 'demo' })

/** What a build says that it is for. */
const builtFor = (folder: string): { readonly electron: string; readonly chrome: string } =>
  JSON.parse(readFileSync(join(folder, 'built-from.json'), 'utf8'))

test('the page keeps what the declared Electron knows, and the page for an older one does without', () => {
  for (const folder of [declaredBuild, join(project, 'out')]) {
    const assets = join(folder, 'renderer/assets')
    const styles = readdirSync(assets).filter((name) => name.endsWith('.css'))
    const nested = styles.filter((name) => /[;{}]&/.test(readFileSync(join(assets, name), 'utf8')))
    // Chrome nests rules since 120 as the sources do.
    expect(nested.length > 0, folder).toBe(Number(builtFor(folder).chrome) >= 120)
  }
})

test('every view opens by the keyboard, and a dialog', async () => {
  const { page, grid } = fleet
  await expectRows(grid)
  // Not older than what it is built for.
  const { chrome } = builtFor(declaredBuild)
  expect(
    await page.evaluate(() => Number(/Chrome\/(\d+)/.exec(navigator.userAgent)?.[1])),
  ).toBeGreaterThanOrEqual(Number(chrome))
  await expectAccessible(page)
  for (const view of ['Identities', 'Clusters', 'Discover', 'History', 'Doctor', 'Settings']) {
    const button = page.getByRole('button', { name: new RegExp(`^${view}`) })
    await button.press('Enter')
    await expect(button).toHaveAttribute('aria-current', 'page')
    await expect(page.getByRole('main')).not.toBeEmpty()
  }
  await page.getByRole('button', { name: /^Contexts/ }).press('Enter')
  await page.keyboard.press('Control+k')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('Tab leads from the views to the filter and into the grid', async () => {
  const { page } = fleet
  await page.getByRole('button', { name: /^Contexts/ }).focus()
  const roles = new Set<string | null>()
  for (let press = 0; press < 40 && !roles.has('columnheader'); press += 1) {
    await page.keyboard.press('Tab')
    roles.add(await page.locator(':focus').getAttribute('role'))
  }
  expect([...roles].filter((role) => role !== null)).toEqual(['combobox', 'columnheader'])
  await page.keyboard.press('ArrowDown')
  await expect(page.locator(':focus')).toHaveAttribute('aria-expanded', 'true')
})

test('what main finds out arrives in the page', async () => {
  const inspector = await inspect(fleet.page, 'prod-readonly')
  await inspector.getByRole('button', { name: 'Verify', exact: true }).press('Enter')
  await expect(inspector.getByText('proven', { exact: true })).toBeVisible({ timeout: 30_000 })
  expect(fleet.complaints).toEqual([])
})
