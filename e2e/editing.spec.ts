import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import * as v from 'valibot'
import { cellOf, expectAccessible, filterBy, filterField, inspect, oneApp, rowOf } from './app'
import {
  apply,
  demoFiles,
  expectPending,
  lines,
  palette,
  patience,
  review,
  typeOver,
  walkTo,
  write,
} from './editing-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

// Here each check runs the aws of the distribution as a program of its own.
const fleet = oneApp({ startWith: 'demo', wholeAws: true })
const demo = demoFiles(fleet)
const { kubectl, read } = demo
const amber = /rgb\(138, 77, 4\)|rgb\(240, 179, 90\)/

test('a cell shows was and now until it is applied, and undo and redo go through it', async () => {
  const { page, grid } = fleet
  const before = await readFile(demo.main, 'utf8')
  await walkTo(page, 'prod-ci', 'Namespace')
  await typeOver(page, 'payments')
  const row = rowOf(grid, 'prod-ci')
  const cell = await cellOf(row, 'Namespace')
  await expect(cell).toHaveText('was web now payments')
  await expect(row.locator('[aria-colindex="1"]')).toHaveCSS('box-shadow', amber)
  await page.keyboard.press('Control+z')
  await expect(cell).toHaveText('web')
  await expectPending(page, 0)
  await page.keyboard.press('Control+Shift+z')
  await expect(cell).toHaveText('was web now payments')
  await inspect(page, 'prod-audit')
  await (await cellOf(rowOf(grid, 'prod-audit'), 'Namespace')).dblclick()
  await page.getByRole('combobox', { name: 'Namespace of prod-audit' }).fill('books')
  // A click anywhere else keeps it.
  await filterField(page).click()
  await expectPending(page, 2)
  expect(await readFile(demo.main, 'utf8')).toBe(before)
})

test('the review shows exactly the lines that are written then, and unticked edits wait on', async () => {
  const { page } = fleet
  const before = await readFile(demo.main, 'utf8')
  const line = (context: string) =>
    before.split('\n').find((one) => one.startsWith(`- {name: ${context},`)) ?? ''
  const dialog = await review(page, 'mouse')
  await expect(lines(dialog, 'removed')).toHaveText([line('prod-ci'), line('prod-audit')])
  await expectAccessible(page)
  await dialog.getByRole('checkbox', { name: /prod-audit/ }).uncheck()
  const now = line('prod-ci').replace('namespace: web', 'namespace: payments')
  await expect(lines(dialog, 'removed')).toHaveText([line('prod-ci')])
  await expect(lines(dialog, 'added')).toHaveText([now])
  await apply(page, dialog, 'mouse', { left: 1 })
  expect(await readFile(demo.main, 'utf8')).toBe(before.replace(line('prod-ci'), now))
  expect(read().context('prod-ci')?.namespace).toBe('payments')
  expect(read().context('prod-audit')?.namespace).toBeUndefined()
  await write(page, 'keyboard')
  expect(read().context('prod-audit')?.namespace).toBe('books')
})

test('a context added from EKS is who kubectl says it is, and history takes it back', {
  tag: '@full',
}, async () => {
  test.setTimeout(120_000)
  const { page, grid } = fleet
  const before = await readFile(demo.main)
  await page.keyboard.press('Control+Shift+a')
  const form = page.getByRole('dialog', { name: 'Add contexts from EKS' })
  await form.getByRole('combobox', { name: 'Search as' }).fill('pay')
  await page.keyboard.press('Tab')
  await expect(form.getByRole('status').first()).toContainText('assumed-role/Admin/', patience)
  await expect(form.getByRole('button', { name: 'Remove eu-west-1' })).toBeVisible()
  const wanted = form.getByRole('checkbox', { name: /^prod-eu / })
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await expect(wanted).toBeVisible(patience)
  await wanted.check()
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('added-{cluster}')
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Add 1 context' }).click()
  await write(page, 'mouse')
  const { args, context } = read()
  expect(args(context('added-prod-eu')?.user ?? '').join(' ')).toContain('--profile pay')
  await walkTo(page, 'added-prod-eu', 'Context')
  await page.keyboard.press('Control+Enter')
  const row = rowOf(grid, 'added-prod-eu')
  await expect(await cellOf(row, 'Verdict')).toHaveText('verified', patience)
  const whoami = kubectl('--context', 'added-prod-eu', 'auth', 'whoami', '-o', 'json')
  const reviewed = v.object({ status: v.object({ userInfo: v.object({ username: v.string() }) }) })
  const { username } = v.parse(reviewed, JSON.parse(whoami)).status.userInfo
  await expect(await inspect(page, 'added-prod-eu')).toContainText(username)
  await page.getByRole('button', { name: 'Close the inspector' }).click()
  await palette(page, 'Go to the history')
  await page.getByRole('button', { name: 'Lines' }).first().click()
  await expect(lines(page, 'added').first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: /^Undo/ }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await readFile(demo.main)).equals(before)).toBe(true)
  await page.getByRole('button', { name: /^Contexts/ }).click()
  await filterBy(page, 'context:"added-prod-eu"')
  await expect(row).toHaveCount(0)
})

test('what kubectl writes meanwhile is said and shown, and pending edits stay', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await walkTo(page, 'prod-audit', 'Namespace')
  await typeOver(page, 'mine')
  kubectl('config', 'set-context', 'prod-us-finance', '--namespace=outside')
  await expect(page.getByText('~/.kube/config changed outside Ekscope')).toBeVisible()
  await expectPending(page, 1)
  await expect(await cellOf(rowOf(grid, 'prod-audit'), 'Namespace')).toHaveText(/now mine$/)
  await filterBy(page, 'context:"prod-us-finance"')
  await expect(await cellOf(rowOf(grid, 'prod-us-finance'), 'Namespace')).toHaveText('outside')
  await write(page, 'mouse')
  expect(read().context('prod-audit')?.namespace).toBe('mine')
  expect(read().context('prod-us-finance')?.namespace).toBe('outside')
  // Nothing went wrong in the page behind all this.
  expect(fleet.complaints).toEqual([])
})
