import { readFile } from 'node:fs/promises'
import { expect, type Locator, test } from '@playwright/test'
import {
  cellOf,
  contextsGrid,
  expectAccessible,
  expectRows,
  filterBy,
  filterField,
  oneApp,
  readRowOf,
  rowOf,
} from './app'
import { demoFiles, expectPending, palette, press, typeOver, waiting, walkTo, write } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const amber = /rgb\(138, 77, 4\)|rgb\(240, 179, 90\)/

/** The cell of a context, with any filter. */
async function cell(context: string, title: string): Promise<Locator> {
  await filterBy(fleet.page, `context:"${context}"`)
  return cellOf(readRowOf(fleet.grid, context), title)
}

/** Makes the same value another one on both sides: here first, then by kubectl. */
async function changeOnBothSides(context: string, mine: string, theirs: string): Promise<void> {
  await walkTo(fleet.page, context, 'Namespace')
  await typeOver(fleet.page, mine)
  demo.kubectl('config', 'set-context', context, `--namespace=${theirs}`)
}

/** Opens the conflicts from the toolbar. */
async function conflicts(count: number): Promise<Locator> {
  const { page } = fleet
  const button = page.getByRole('button', { name: new RegExp(`^${count} conflicts?$`) })
  await expect(button).toBeVisible()
  await button.click()
  return page.getByRole('dialog', { name: /changed on both sides/ })
}

test('undo and redo go through every step, by keys and by the mouse, and a row gives up its changes alone', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const { keyboard } = page
  const before = await readFile(demo.main, 'utf8')
  await walkTo(page, 'ledger', 'Namespace')
  await typeOver(page, 'one')
  await walkTo(page, 'stage', 'Namespace')
  await typeOver(page, 'two', 2)
  await walkTo(page, 'stage', 'Region')
  await typeOver(page, 'us-west-2', 3)
  await expect(rowOf(fleet.grid, 'stage').locator('[aria-colindex="1"]')).toHaveCSS('box-shadow', amber)
  await keyboard.press('Control+z')
  await expectPending(page, 2)
  await expect(await cell('stage', 'Region')).toHaveText('eu-west-1')
  await keyboard.press('Control+z')
  await keyboard.press('Control+z')
  await expectPending(page, 0)
  await keyboard.press('Control+Shift+z')
  await expectPending(page, 1)
  await expect(await cell('ledger', 'Namespace')).toHaveText('was — now one')
  await palette(page, 'Redo')
  await palette(page, 'Redo')
  await expectPending(page, 3)
  // By the mouse: the actions' button, and the row's menu.
  await page.getByRole('button', { name: 'All actions' }).click()
  await page.getByRole('option', { name: 'Undo the last pending change or switch' }).click()
  await expectPending(page, 2)
  await (await cell('stage', 'Namespace')).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Discard the changes of this context' }).click()
  await expectPending(page, 1)
  await expect(await cell('stage', 'Namespace')).toHaveText('web')
  expect(await readFile(demo.main, 'utf8')).toBe(before)
  await palette(page, 'Discard all pending changes')
  await expectPending(page, 0)
  // Chromium keeps one list of what was typed: in an editor, and over a dialog, it is not the filter that goes back.
  await walkTo(page, 'ledger', 'Namespace')
  await filterField(page).press('End')
  await keyboard.type(' ledger')
  await keyboard.press('Enter')
  await expect(fleet.grid.locator(':focus')).toHaveCount(1)
  const filter = await filterField(page).inputValue()
  await keyboard.press('F2')
  const editor = page.getByRole('combobox', { name: /^\S+ of ledger$/ })
  await expect(editor).toBeFocused()
  await keyboard.press('Control+z')
  await expect(editor).toBeFocused()
  await keyboard.press('Escape')
  await keyboard.press('Control+Delete')
  await expect(page.getByRole('dialog', { name: 'Delete ledger' })).toBeVisible()
  await keyboard.press('Control+z')
  await expect(
    page.getByRole('dialog').locator(':focus').or(page.locator('[role="dialog"]:focus')),
  ).toHaveCount(1)
  await keyboard.press('Escape')
  expect(await filterField(page).inputValue()).toBe(filter)
})

test('pending edits and the way back through them survive a reload of the page', async () => {
  const { page, grid } = fleet
  await walkTo(page, 'ledger', 'Namespace')
  await typeOver(page, 'first')
  await walkTo(page, 'ledger', 'Namespace')
  await typeOver(page, 'second')
  await page.reload()
  await expectRows(grid)
  await expectPending(page, 1)
  await expect(await cell('ledger', 'Namespace')).toHaveText('was — now second')
  await page.keyboard.press('Control+z')
  await expect(await cell('ledger', 'Namespace')).toHaveText('was — now first')
  await page.keyboard.press('Control+Shift+z')
  await write(page, 'keyboard')
  expect(demo.read().context('ledger')?.namespace).toBe('second')
})

test('edits are laid on what kubectl wrote meanwhile: another value, another context, other lines', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await walkTo(page, 'edge-ap-1', 'Region')
  await typeOver(page, 'us-east-1')
  demo.kubectl('config', 'set-context', 'edge-ap-1', '--namespace=outside')
  demo.kubectl('config', 'set-context', 'brand-new', '--cluster=tools', '--user=edge-1')
  await expect(await cell('edge-ap-1', 'Namespace')).toHaveText('outside')
  await expectPending(page, 1)
  await filterBy(page, 'context:"brand-new"')
  await expect(rowOf(grid, 'brand-new')).toBeVisible()
  await expect(page.getByRole('button', { name: /conflict/ })).toHaveCount(0)
  await write(page, 'mouse')
  const { context, args } = demo.read()
  expect(context('edge-ap-1')).toMatchObject({ namespace: 'outside' })
  const own = context('edge-ap-1')?.user ?? ''
  expect(args(own).join(' ')).toContain('--region us-east-1')
})

test('one value that both sides changed is shown with both, and mine is written over theirs by choice', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await changeOnBothSides('stage-admin', 'mine', 'theirs')
  const dialog = await conflicts(1)
  await expect(dialog).toContainText('stage-admin')
  await expect(dialog).toContainText('Before: web')
  await expect(dialog.getByRole('heading', { name: 'Mine' }).locator('..')).toContainText('mine')
  await expect(dialog.getByRole('heading', { name: 'Theirs' }).locator('..')).toContainText('theirs')
  await expectAccessible(page)
  // It waits for a decision, over a reload too.
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.reload()
  await expectRows(fleet.grid)
  await conflicts(1)
  await dialog.getByRole('button', { name: 'Keep mine' }).click()
  await expect(dialog).toHaveCount(0)
  await expectPending(page, 1)
  await write(page, 'mouse')
  expect(demo.read().context('stage-admin')?.namespace).toBe('mine')
})

test('an edit of a context that kubectl deletes meanwhile is shown, and can only be let go', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await walkTo(page, 'experiment', 'Namespace')
  await typeOver(page, 'mine')
  demo.kubectl('config', 'delete-context', 'experiment')
  const dialog = await conflicts(1)
  await expect(dialog).toContainText('experiment')
  await expect(dialog).toContainText('namespace → mine')
  await expect(dialog).toContainText('deleted')
  await expect(dialog.getByRole('button', { name: 'Keep mine' })).toHaveCount(0)
  await expect(dialog.getByRole('button', { name: 'Keep all mine' })).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Discard mine' }).click()
  await expect(dialog).toHaveCount(0)
  await expectPending(page, 0)
  await filterBy(page, 'context:"experiment"')
  await expect(rowOf(grid, 'experiment')).toHaveCount(0)
})

test('a context that goes away while its cell is edited leaves the keyboard in its place', async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:lake-')
  await (await cellOf(rowOf(grid, 'lake-jobs'), 'Namespace')).dblclick()
  await expect(page.getByRole('combobox', { name: 'Namespace of lake-jobs' })).toBeFocused()
  demo.kubectl('config', 'delete-context', 'lake-jobs')
  await expect(page.getByRole('combobox', { name: 'Namespace of lake-jobs' })).toHaveCount(0)
  await expect(grid.locator(':focus')).toHaveCount(1)
  await page.keyboard.press('Control+End')
  const last = (await grid.getByRole('rowheader').last().textContent()) ?? ''
  demo.kubectl('config', 'delete-context', last)
  await expect(rowOf(grid, last)).toHaveCount(0)
  await expect(grid.locator(':focus')).toHaveCount(1)
  await page.keyboard.press('ArrowUp')
  await expect(grid.locator(':focus')).toHaveCount(1)
})

test('theirs is taken by choice, from the keyboard, and the edit is gone; the others stay', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await changeOnBothSides('platform-ci', 'mine', 'theirs')
  await expect(page.getByRole('button', { name: '1 conflict' })).toBeVisible()
  await walkTo(page, 'ledger', 'Namespace')
  await typeOver(page, 'third', 2)
  await palette(page, 'Resolve conflicts')
  const dialog = page.getByRole('dialog', { name: /changed on both sides/ })
  await expect(dialog).toBeVisible()
  const take = dialog.getByRole('button', { name: 'Take theirs' })
  await press(page, 'Tab', () => take.evaluate((button) => button === document.activeElement))
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expectPending(page, 1)
  await expect(await cell('platform-ci', 'Namespace')).toHaveText('theirs')
  await write(page, 'keyboard')
  const { context } = demo.read()
  expect(context('platform-ci')?.namespace).toBe('theirs')
  expect(context('ledger')?.namespace).toBe('third')
  expect(await waiting(page).count()).toBe(0)
})

test('a window with pending edits asks before it closes, and other windows have edits of their own', async () => {
  const { page, app } = fleet
  await walkTo(page, 'ledger', 'Namespace')
  await typeOver(page, 'here')
  const opening = app.waitForEvent('window')
  await app.evaluate(({ app: running }) => running.emit('second-instance'))
  const other = await opening
  await expectRows(contextsGrid(other))
  await expectPending(other, 0)
  await walkTo(other, 'stage', 'Namespace')
  await typeOver(other, 'there')
  // What one writes the other sees, and says who did it.
  const before = demo.read().current
  await other.keyboard.press('Control+k')
  await other.keyboard.type('prod-ci')
  await other.keyboard.press('Control+Enter')
  await expect(
    page.getByText('~/.kube/config changed in another window: current context prod-ci.'),
  ).toBeVisible()
  await other.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(() => demo.read().current).toBe(before)
  await expectPending(other, 1)
  const close = (answer: 'Keep the window open' | 'Close without writing') =>
    app.evaluate(async ({ dialog, BrowserWindow }, wanted) => {
      const asked = new Promise<string>((resolve) => {
        dialog.showMessageBox = (...[, question]: readonly unknown[]) => {
          const { message, buttons }: { message: string; buttons: string[] } = Object(question)
          resolve(message)
          return Promise.resolve({ response: buttons.indexOf(wanted), checkboxChecked: false })
        }
      })
      const newest = BrowserWindow.getAllWindows().reduce((a, b) => (a.id > b.id ? a : b))
      newest.close()
      return asked
    }, answer)
  expect(await close('Keep the window open')).toBe('One change is not written yet.')
  await expectPending(other, 1)
  const closed = other.waitForEvent('close')
  await close('Close without writing')
  await closed
  await expectPending(page, 1)
  await write(page, 'mouse')
  const { context } = demo.read()
  expect(context('ledger')?.namespace).toBe('here')
  expect(context('stage')?.namespace).toBe('web')
  expect(fleet.complaints).toEqual([])
})
