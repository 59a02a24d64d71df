import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import {
  answer,
  clipboard,
  contextsGrid,
  expectAccessible,
  expectAccessibleInBoth,
  inspect,
  oneApp,
  questionWindow,
  rowOf,
} from './app'
import { apply, demoFiles, lines, patience, review } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)

test.afterAll(() => expect(fleet.complaints).toEqual([]))

test('a kind of finding is fixed by keyboard: tried, then written, and gone; then all that need no decision', async () => {
  test.setTimeout(180_000)
  const { page } = fleet
  await page.getByRole('button', { name: /^Findings/ }).press('Enter')
  const list = page.getByRole('treegrid', { name: 'Findings by group' })
  const keys = list.getByRole('row').filter({ hasText: 'Exported keys win over AWS_PROFILE' })
  await expect(keys.filter({ hasText: 'error' })).toBeVisible(patience)
  await expectAccessibleInBoth(page)
  const before = await page.getByRole('heading', { level: 1 }).textContent()
  // The panel follows the keyboard.
  await keys.first().focus()
  const panel = page.getByRole('complementary', { name: 'Finding' })
  await expect(panel.getByText('env-keys-win')).toBeVisible()
  await expect(panel.getByText(/is used instead: the context would act as/).first()).toBeVisible()
  await expect(panel.getByRole('button', { name: /prod-readonly/ })).toBeVisible()
  await panel.getByRole('button', { name: /^Pin by --profile: all 6, and review$/ }).press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Review/ })
  await expect(lines(dialog, 'added').first()).toBeVisible(patience)
  await dialog.getByRole('button', { name: /^Try/ }).press('Enter')
  await expect(dialog.getByText(/verified/).first()).toBeVisible({ timeout: 60_000 })
  // Nothing is mended before it is written.
  await expect(page.getByText(before ?? '')).toBeAttached()
  await apply(page, dialog, 'keyboard')
  expect(readFileSync(demo.main, 'utf8')).toContain('--profile')
  await expect(keys.filter({ hasText: 'error' })).toHaveCount(0, patience)
  // The outcome of the fix stays until it is dismissed. It is a status region, so screen readers announce it.
  const outcome = page.getByRole('status', { name: 'What became of the fix' })
  await expect(outcome).toContainText('Gone: Exported keys win over AWS_PROFILE (6 contexts)', patience)
  await outcome.getByRole('button', { name: 'Dismiss' }).press('Enter')
  await expect(outcome).toBeEmpty()
  await page.getByRole('button', { name: /^Fix those/ }).press('Enter')
  await expect(lines(dialog, 'added').first()).toBeVisible(patience)
  await expectAccessible(page)
  await apply(page, dialog, 'keyboard')
  await expect(page.getByRole('button', { name: /^Fix (those|the one)/ })).toHaveCount(0, patience)
  await page
    .getByRole('button', { name: /^Contexts/ })
    .first()
    .press('Enter')
  // Another cluster is a decision: it is left for one by one, and its outcome is said where it is made.
  const inspector = await inspect(page, 'prod-wrong-cluster')
  await inspector
    .getByRole('button', { name: /^Sign for/ })
    .first()
    .press('Enter')
  await apply(page, await review(page, 'keyboard'), 'keyboard')
  await expect(outcome).toContainText('The token is for another cluster', patience)
  await expectAccessible(page)
  await outcome.getByRole('button', { name: 'Dismiss' }).press('Enter')
})

test('a 401 is explained; the copied command prints how to let the identity in, and once that is run it is verified', async () => {
  const { page, app, grid } = fleet
  const inspector = await inspect(page, 'tools-stranger')
  const verify = inspector.getByRole('button', { name: 'Verify', exact: true })
  await verify.press('Enter')
  const row = rowOf(grid, 'tools-stranger')
  await expect(row).toContainText('no access', patience)
  await expect(inspector).toContainText('What is known of tools')
  await inspector.getByRole('button', { name: /: ekscope access tools-stranger --let-in/ }).press('Enter')
  await expect.poll(() => clipboard(app)).toContain('--let-in')
  const [, ...words] = (await clipboard(app)).split(' ')
  // Of another account it may not ask about the cluster, and says so; how to let it in is printed all the same.
  const printed = await demo
    .ekscope(...words, '--json')
    .catch(({ stdout }: { readonly stdout: string }) => stdout)
  const { letIn }: { letIn: { steps: readonly { command: string }[] } } = JSON.parse(printed)
  // One who may give access runs them, by the real aws.
  const script = letIn.steps.map(({ command }) => command).join('\n')
  execFileSync('/bin/sh', ['-ec', script], { env: { ...demo.env(), AWS_PROFILE: 'platform' } })
  await verify.press('Enter')
  await expect(row).toContainText('verified', patience)
})

test('findings are narrowed by severity and words, and a context leads to its row', async () => {
  const { page } = fleet
  await page.getByRole('button', { name: /^Findings/ }).press('Enter')
  const list = page.getByRole('treegrid', { name: 'Findings by group' })
  await page.getByRole('textbox', { name: 'Filter findings' }).fill('dangling-user')
  await expect(list.getByRole('row').filter({ hasText: 'Its user entry is not there' })).toBeVisible()
  await expect(list.getByRole('row').filter({ hasText: 'The profile cannot work' })).toHaveCount(0)
  await list.getByRole('row').filter({ hasText: 'Its user entry is not there' }).click()
  await page
    .getByRole('complementary', { name: 'Finding' })
    .getByRole('button', { name: /dangling-user/ })
    .click()
  await expect(rowOf(contextsGrid(page), 'dangling-user')).toBeVisible()
})

test('a finding is muted with a reason once main has asked, and counts again when it is unmuted', async () => {
  const { page } = fleet
  await page.getByRole('button', { name: /^Findings/ }).press('Enter')
  await page.getByRole('textbox', { name: 'Filter findings' }).fill('dangling-user')
  const list = page.getByRole('treegrid', { name: 'Findings by group' })
  await list.getByRole('row').filter({ hasText: 'Its user entry is not there' }).click()
  const panel = page.getByRole('complementary', { name: 'Finding' })
  await panel.getByRole('textbox', { name: 'Why it may stay' }).fill('kept for the audit')
  await page.keyboard.press('Enter')
  const question = await questionWindow(fleet, 'Mute this finding?')
  await expect(question.getByText('kept for the audit')).toBeVisible()
  await answer(question, 'Mute it')
  await expect(list.getByRole('row').filter({ hasText: 'Muted' })).toBeVisible()
  await expect(page.getByText(/ · 1 muted$/)).toBeVisible()
  await list.getByRole('row').filter({ hasText: 'Its user entry is not there' }).click()
  await expect(panel.getByText('Muted: kept for the audit')).toBeVisible()
  await expectAccessible(page)
  // The panel stays with the finding when the list changes.
  await page.getByRole('textbox', { name: 'Filter findings' }).fill('')
  await panel.getByRole('button', { name: 'Unmute' }).press('Enter')
  await expect(list.getByRole('row').filter({ hasText: 'Muted' })).toHaveCount(0)
  await expect(panel.getByText('dangling-user', { exact: true }).first()).toBeVisible()
  const why = panel.getByRole('textbox', { name: 'Why it may stay' })
  await why.fill('x'.repeat(999))
  await expect(panel.getByText('1 more character fits')).toBeVisible()
})
