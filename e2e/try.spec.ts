import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { answer, expectAccessible, filterBy, oneApp, questionWindow, rowOf } from './app'
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

test('a role is replaced in an AWS profile, tried for all who act by it before a byte is written, and undone', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const config = join(dirname(demo.main), '..', '.aws', 'config')
  const before = readFileSync(config, 'utf8')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('replace role')
  await page.getByRole('option', { name: 'Replace a role or profile everywhere…' }).click()
  const form = page.getByRole('dialog', { name: 'Replace a role or profile everywhere' })
  await form
    .getByRole('combobox', { name: 'Role or profile now' })
    .fill('arn:aws:iam::111122223333:role/Admin')
  await form.getByRole('combobox', { name: 'From now on' }).fill('arn:aws:iam::111122223333:role/ReadOnly')
  await page.keyboard.press('Tab')
  await expect(form).toContainText('Named by 1 AWS profile')
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Replace in 1 place' }).click()
  const dialog = await review(page, 'keyboard')
  await expect(dialog).toContainText('The identities of 6 contexts may change.')
  await dialog.getByRole('button', { name: 'Try all 6 first' }).click()
  await expect(dialog).toContainText('Tried: 3 no access, 2 unreachable, 1 verified.', patience)
  expect(readFileSync(config, 'utf8')).toBe(before)
  await page.keyboard.press('Control+Shift+Enter')
  await expect(page.getByText(/^Checked 6 contexts: 1 verified/)).toBeVisible(patience)
  expect(kubectl('--context', 'prod-admin', 'auth', 'whoami')).toContain('readonly')
  const messages = page.getByRole('region', { name: 'Messages' }).locator(':scope > div')
  await messages.filter({ hasText: '.aws/config' }).getByRole('button', { name: 'Undo' }).click()
  // No file names the old role any more, so main asks about it as about a new one.
  await answer(await questionWindow(fleet, /^Let this profile assume another role/), 'Write it')
  await expect.poll(() => readFileSync(config, 'utf8'), patience).toBe(before)
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
