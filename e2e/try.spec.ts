import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { expectAccessible, filterBy, oneApp, rowOf } from './app'
import { demoFiles, patience, review, rowMenu } from './editing-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const { kubectl } = demo
const bytes = () => [demo.main, demo.legacy].map((path) => readFileSync(path, 'utf8'))

test('a clone is tried before it is written, applied and verified in one go, and kubectl says the same', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const before = bytes()
  await filterBy(page, 'context:"prod-admin"')
  await rowMenu(page, 'prod-admin', 'Clone…')
  const form = page.getByRole('dialog', { name: 'Clone prod-admin', exact: true })
  // The offered name is selected: typing takes its place.
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.type('prod-readers')
  await form.getByRole('combobox', { name: 'Profile' }).fill('pay-ro')
  await page.keyboard.press('Tab')
  const panel = form.getByRole('region', { name: 'Who it would be' })
  await expect(panel).toContainText('Would act as')
  await expect(panel).toContainText('ReadOnly')
  await panel.getByRole('button', { name: 'Try' }).click()
  await expect(panel).toContainText('tried: verified', patience)
  await expect(panel).toContainText('AWS says ReadOnly; the cluster lets this identity in as readonly.')
  await expectAccessible(page)
  // Nothing is written by that.
  expect(bytes()).toEqual(before)
  await form.getByRole('button', { name: 'Clone', exact: true }).click()
  // Although the filter hid it, the new row has the keyboard.
  await expect(rowOf(grid, 'prod-readers')).toContainText('new')
  await expect(rowOf(grid, 'prod-readers')).toBeVisible()

  const dialog = await review(page, 'keyboard')
  await expect(dialog).toContainText('The identity of 1 context may change.')
  // What was tried is still true of this very entry.
  await expect(dialog).toContainText('tried: verified')
  await expectAccessible(page)
  await page.keyboard.press('Control+Shift+Enter')
  await expect(page.getByText('Checked 1 context: 1 verified')).toBeVisible(patience)
  expect(kubectl('--context', 'prod-readers', 'auth', 'whoami')).toContain('readonly')
  await expect(rowOf(grid, 'prod-readers')).toContainText('verified')
})

test('the answer stays although the row leaves the filter, and a rename keeps the verdict', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await expect(page.getByText('Checked 1 context: 1 verified')).toBeVisible()
  await filterBy(page, 'context:"prod-readers"')
  await rowMenu(page, 'prod-readers', /^Rename/)
  const form = page.getByRole('dialog', { name: 'Rename prod-readers' })
  await form.getByRole('textbox', { name: 'Name' }).fill('prod-viewers')
  await form.getByRole('button', { name: 'Rename', exact: true }).click()
  const dialog = await review(page, 'keyboard')
  await expect(dialog).toContainText('No identity changes.')
  await page.keyboard.press('Control+Shift+Enter')
  await expect(page.getByText('No identity changed, so there was nothing to verify.')).toBeVisible(patience)
  await filterBy(page, 'context:"prod-viewers"')
  await expect(rowOf(grid, 'prod-viewers')).toContainText('verified')
})

test('an edit in Review leads to its lines, with the changed word marked', { tag: '@full' }, async () => {
  const { page } = fleet
  await filterBy(page, 'context:"vault"')
  await page.keyboard.press('Home')
  await rowMenu(page, 'vault', 'Clone…')
  const form = page.getByRole('dialog', { name: 'Clone vault', exact: true })
  await form.getByRole('combobox', { name: 'Profile' }).fill('platform')
  await form.getByRole('button', { name: 'Clone', exact: true }).click()
  // More than fits, so that the lines are out of sight.
  await page.getByRole('button', { name: /^Pin all \d+ by --profile/ }).click()
  const dialog = await review(page, 'keyboard')
  await dialog
    .getByRole('button', { name: /^Show the lines of/ })
    .first()
    .click()
  await expect(dialog.locator('[data-pointed]').first()).toBeInViewport()
  await expect(dialog.locator('[data-pointed]').first()).toContainText('vault-2')
  // Title and buttons stay where they are.
  expect(await dialog.evaluate(({ scrollTop }) => scrollTop)).toBe(0)
})
