import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, filterBy, oneApp, readRowOf } from './app'
import { demoFiles, dismissAll, expectPending, typeOver, walkTo } from './editing-steps'

// Each test goes on from what kubectl uses since the one before.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const current = () => demo.read().current
const now = (page: Page) => page.getByRole('button', { name: /^kubectl uses/ })

test('a few letters and Ctrl+Enter: kubectl uses it at once, and who that is was said before', async () => {
  const { page } = fleet
  const before = current()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('prod-ci')
  const dialog = page.getByRole('dialog', { name: 'All actions' })
  await expect(dialog.getByRole('option').first()).toContainText('prod-ci')
  await expect(dialog).toContainText('makes kubectl use the context: CiDeploy on prod-eu')
  await expectAccessible(page)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/^kubectl now uses prod-ci: CiDeploy on prod-eu/)).toBeVisible()
  await expect(now(page)).toHaveAccessibleName(/^kubectl uses prod-ci, CiDeploy/)
  expect(current()).toBe('prod-ci')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(current).toBe(before)
  await expect(page.getByText(`: kubectl now uses ${before}`)).toBeVisible()
  // The keys do what the button does, either way.
  await page.keyboard.press('Control+y')
  await expect.poll(current).toBe('prod-ci')
  await expect(page.getByText(': kubectl now uses prod-ci')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect.poll(current).toBe(before)
  await expect(page.getByRole('button', { name: 'Redo', exact: true })).toBeVisible()
  await dismissAll(page)
})

test('what kubectl uses is changed by two clicks, and changed back by the palette or the terminal', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const before = current()
  await now(page).click()
  const dialog = page.getByRole('dialog', { name: 'All actions' })
  // What was current before comes first; of the others a name finds its own.
  await expect(dialog.getByRole('group', { name: 'Used before' }).getByRole('option').first()).toContainText(
    'prod-ci',
  )
  await expectAccessible(page)
  await dialog.getByRole('group', { name: 'Used before' }).getByRole('option').first().click()
  await expect.poll(current).toBe('prod-ci')
  await expect(now(page)).toHaveAccessibleName(/^kubectl uses prod-ci/)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('previous')
  await page.keyboard.press('Enter')
  await expect.poll(current).toBe(before)
  // The terminal knows the same memory, and the window sees what it does.
  await demo.ekscope('use', 'stage')
  await expect(now(page)).toHaveAccessibleName(/^kubectl uses stage/)
  await page.keyboard.press('Control+k')
  await page.keyboard.type(`use ${before}`)
  await page.keyboard.press('Enter')
  await expect.poll(current).toBe(before)
  await dismissAll(page)
})

test('what is pending is said as pending, and kubectl uses what is on disk', { tag: '@full' }, async () => {
  const { page } = fleet
  const before = current()
  await walkTo(page, 'prod-us-admin', 'Profile')
  await typeOver(page, 'pay-ro')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('prod-us-admin')
  const dialog = page.getByRole('dialog', { name: 'All actions' })
  await expect(dialog).toContainText('makes kubectl use the context: Admin on prod-us')
  await expect(dialog).toContainText('after 1 pending change: ReadOnly on prod-us')
  await expectAccessible(page)
  await page.keyboard.press('Control+Enter')
  await expect(
    page.getByText(
      'kubectl now uses prod-us-admin: Admin on prod-us, not checked; after 1 pending change: ReadOnly on prod-us',
    ),
  ).toBeVisible()
  await expect(now(page)).toHaveAccessibleName(/^kubectl uses prod-us-admin, Admin/)
  expect(current()).toBe('prod-us-admin')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(current).toBe(before)
  await expectPending(page, 1)
  await dismissAll(page)
  await page.keyboard.press('Control+z')
  await expectPending(page, 0)
})

test('in the palette a pending name stands beside the one on disk', { tag: '@full' }, async () => {
  const { page } = fleet
  await walkTo(page, 'prod-ci', 'Context')
  await typeOver(page, 'prod-ci-deploys')
  await expectPending(page, 1)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('prod-ci')
  const line = page.getByRole('dialog', { name: 'All actions' }).getByRole('option').first()
  const was = await line.getByText('prod-ci', { exact: true }).boundingBox()
  const then = await line.getByText('prod-ci-deploys', { exact: true }).boundingBox()
  if (was === null || then === null) throw new Error('one of the names is not shown')
  expect(Math.abs(then.y - was.y)).toBeLessThan(3)
  expect(then.x - was.x - was.width).toBeLessThan(40)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+z')
  await expectPending(page, 0)
})

test('Enter on a context goes to its row with the keyboard, also out of a filter and from another page', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await filterBy(page, 'prod-audit')
  for (const [name, from] of [
    ['stage', null],
    ['vault', 'Settings'],
  ] as const) {
    if (from !== null) await page.getByRole('button', { name: from, exact: true }).click()
    await page.keyboard.press('Control+k')
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    const row = readRowOf(grid, name)
    await expect(row).toBeVisible()
    await expect(row.locator('[tabindex="0"]')).toBeFocused()
  }
  await page.keyboard.press('Control+i')
  await expect(page.getByRole('button', { name: 'Close the inspector' })).toHaveCount(0)
  await page.keyboard.press('Control+i')
  await expect(page.getByRole('button', { name: 'Close the inspector' })).toBeVisible()
})

test('the application’s own menus hold every action; one that is not possible now says why', async () => {
  const { page, app } = fleet
  const choose = (id: string) =>
    app.evaluate(({ Menu, BrowserWindow }, wanted) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(wanted)
      item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
    }, id)
  const names = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label))
  expect(names?.filter((name) => name !== 'Window')).toEqual([
    'File',
    'Edit',
    'View',
    'Go',
    'Context',
    'Help',
  ])
  await choose('conflicts')
  await expect(
    page.getByText('“Resolve conflicts with other programs…” is not possible now. There are no conflicts.'),
  ).toBeVisible()
  await choose('history')
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible()
  await choose('contexts')
  await choose('group-file')
  await expect(page.getByRole('button', { name: 'Group by: File' })).toBeVisible()
  await choose('use-other')
  await expect(page.getByPlaceholder('Which context should kubectl use?')).toBeFocused()
  // Behind an open dialog nothing is done.
  await page.keyboard.press('Escape')
  await choose('shortcuts')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  await choose('settings')
  // Answers come after what was sent before them.
  await page.evaluate("bridge.request('settings.load')")
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Settings' })).toHaveCount(0)
  // Nothing went wrong in the page behind all this.
  expect(fleet.complaints).toEqual([])
})
