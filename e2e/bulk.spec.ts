import { expect, type Locator, type Page, test } from '@playwright/test'
import { cellOf, clipboard, expectAccessible, filterBy, oneApp, rowOf } from './app'
import { demoFiles, expectPending, palette, rowMenu, walkTo, write } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
const { read } = demoFiles(fleet)

const namespaces = (...contexts: readonly string[]) => {
  const { context } = read()
  return contexts.map((name) => context(name)?.namespace ?? null)
}

/** What a spreadsheet has put onto the clipboard. */
const copied = (text: string) =>
  fleet.app.evaluate(({ clipboard: board }, value) => board.writeText(value), text)

/** The rows that the filter shows, one selected after the other with the mouse, on their ticks. */
async function tick(...contexts: readonly string[]): Promise<void> {
  for (const context of contexts) {
    const row = rowOf(fleet.grid, context).first()
    await row.hover()
    await row.locator('[data-check]').click()
  }
  await expect(fleet.page.getByText(`${contexts.length} selected`, { exact: true })).toBeVisible()
}

/** A click with the right button on a cell, and a choice from the menu. */
async function cellMenu(page: Page, context: string, title: string, item: string): Promise<void> {
  await (await cellOf(rowOf(fleet.grid, context).first(), title)).click({ button: 'right' })
  await page.getByRole('menuitem', { name: item }).click()
}

/** What the preview of an open dialog shows, line by line. */
const preview = (dialog: Locator) => dialog.getByRole('list', { name: 'Preview' }).getByRole('listitem')

test('one value goes into the whole selection: by F2 and typing, and from the menu of a cell', async () => {
  const { page } = fleet
  const { keyboard } = page
  await walkTo(page, 'lake-analyst', 'Namespace')
  await filterBy(page, 'context:lake-')
  await (await cellOf(rowOf(fleet.grid, 'lake-analyst'), 'Namespace')).focus()
  await keyboard.press('Shift+ArrowDown')
  await keyboard.press('Shift+ArrowDown')
  await expect(page.getByText('3 selected', { exact: true })).toBeVisible()
  await keyboard.press('F2')
  const field = page.getByRole('combobox', { name: 'Namespace of 3 contexts' })
  await expect(field).toBeFocused()
  await expect(page.getByText('for all 3 selected')).toBeVisible()
  await field.fill('bulk')
  await keyboard.press('Enter')
  await expectPending(page, 3)
  await keyboard.press('Escape')
  await tick('lake-batch', 'lake-jobs')
  await cellMenu(page, 'lake-jobs', 'Region', 'Edit the column for all selected')
  await page.getByRole('combobox', { name: 'Region of 2 contexts' }).fill('sa-east-1')
  await expectAccessible(page)
  await page.getByRole('banner').click({ position: { x: 4, y: 4 } })
  await expectPending(page, 5)
  await write(page, 'keyboard')
  expect(namespaces('lake-analyst', 'lake-research', 'lake-old-style')).toEqual(['bulk', 'bulk', 'bulk'])
  const { args } = read()
  for (const user of ['lake-batch', 'lake-jobs']) expect(args(user).join(' ')).toContain('--region sa-east-1')
})
