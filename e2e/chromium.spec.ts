import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectRows, inspect, oneApp } from './app'
import { debianChromium } from './page-in-chromium'

// What the page of the declared Electron is held to in every run. The full run takes whole specs there (playwright.config.ts).
test.skip(!existsSync(debianChromium), `${debianChromium} is not there`)
const fleet = oneApp({ startWith: 'demo' })

test('every view opens by the keyboard, and a dialog', async () => {
  const { page, grid } = fleet
  await expectRows(grid)
  expect(await page.evaluate(() => Number(/Chrome\/(\d+)/.exec(navigator.userAgent)?.[1]))).toBeGreaterThan(
    150,
  )
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
