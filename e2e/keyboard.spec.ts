import { expect, type Page, test } from '@playwright/test'
import {
  cellOf,
  expectAccessibleInBoth,
  expectRows,
  filterBy,
  filterField,
  oneApp,
  questionWindow,
  rowOf,
} from './app'

const fleet = oneApp({ startWith: 'demo' })
const patience = { timeout: 30_000 }

test('grid, inspector, filter, verify, palette and settings, without a mouse', async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  const focused = page.locator(':focus')
  await expectRows(grid)

  // Tab leads through the window in the order in which it is seen, and once into the grid.
  const seen: string[] = []
  for (let press = 0; press < 40; press += 1) {
    await keyboard.press('Tab')
    await expect(focused).toBeVisible()
    const role = await focused.evaluate(
      (element) => element.getAttribute('role') ?? element.tagName.toLowerCase(),
    )
    seen.push(role)
    if (role === 'columnheader') break
  }
  expect(seen.indexOf('combobox')).toBeLessThan(seen.indexOf('columnheader'))
  expect(seen).toContain('combobox')
  expect(seen.at(-1)).toBe('columnheader')

  // Down into the rows: the group of the context that needs a look most, then that one.
  await keyboard.press('ArrowDown')
  await expect(focused).toHaveAttribute('aria-expanded', 'true')
  await keyboard.press('ArrowLeft')
  await expect(focused).toHaveAttribute('aria-expanded', 'false')
  await keyboard.press('ArrowRight')
  await expect(focused).toHaveAttribute('aria-expanded', 'true')
  await keyboard.press('ArrowDown')
  await expect(focused).toContainText('stage-env')
  await keyboard.press('ArrowRight')
  await expect(focused).toContainText('another identity')
  await keyboard.press('End')
  await expect(focused).toHaveAttribute('aria-colindex', await columnCount(page))
  await keyboard.press('Home')
  await keyboard.press('Control+End')
  await expect(focused).toBeInViewport()
  await keyboard.press('Control+Home')

  // Filter, and back into the grid with Enter.
  await keyboard.press('Control+f')
  await expect(filterField(page)).toBeFocused()
  await keyboard.type('context:prod-ci')
  await keyboard.press('Enter')
  await expect(rowOf(grid, 'prod-ci')).toBeVisible()
  await expect(page.getByRole('grid').locator(':focus')).toHaveCount(1)
  await keyboard.press('Control+Home')
  await keyboard.press('ArrowDown')
  await expect(focused).toContainText('prod-ci')

  // Inspector: Ctrl+I opens, Tab reaches it, Escape gives the keyboard back to the row.
  await keyboard.press('Control+i')
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText('prod-ci')
  for (let press = 0; press < 8 && (await inspector.locator(':focus').count()) === 0; press += 1)
    await keyboard.press('Tab')
  await expect(inspector.locator(':focus')).toHaveCount(1)
  await keyboard.press('Escape')
  await expect(inspector).toHaveCount(0)
  await expect(focused).toContainText('prod-ci')

  // Verify.
  await keyboard.press('Control+Enter')
  await expect(rowOf(grid, 'prod-ci')).toContainText('verified', patience)

  // Selection.
  await keyboard.press('Space')
  await expect(page.getByText('1 selected', { exact: true })).toBeVisible()
  await expect(rowOf(grid, 'prod-ci')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Escape')
  await expect(page.getByText('1 selected', { exact: true })).toHaveCount(0)

  // Palette: an action by a few of its letters, a context by its name; Escape changes nothing.
  await keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'All actions' })).toBeFocused()
  await keyboard.type('group by none')
  await keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Group by: None' })).toBeVisible()
  await keyboard.press('Control+k')
  await keyboard.type('lake-spark')
  // Contexts stand below the actions.
  await keyboard.press('End')
  await keyboard.press('Enter')
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText('lake-spark')
  await keyboard.press('Control+k')
  await keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  // Environment menu.
  await keyboard.press('Control+k')
  await keyboard.type('check in clean')
  await keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Environment/ })).toContainText('Clean')

  // A page that the palette leads to has the keyboard, also where it came from the sidebar, which stays.
  for (const words of ['settings', 'Go to the history', 'what this machine has']) {
    await page.getByRole('button', { name: /^Discover/ }).focus()
    await keyboard.press('Control+k')
    await keyboard.type(words)
    await keyboard.press('Enter')
    await expect(page.getByRole('main').locator(':focus')).toHaveCount(1)
  }

  // What this machine has; its clock is compared on request alone.
  const checks = page.getByRole('main').getByRole('listitem')
  await expect(checks.filter({ hasText: 'differ in AWS_ACCESS_KEY_ID' })).toContainText('Note')
  await expect(checks.filter({ hasText: 'The clock here' })).toHaveCount(0)
  await expectAccessibleInBoth(page)
  await page.getByRole('button', { name: 'Compare the clock with AWS' }).press('Enter')
  await expect(checks.filter({ hasText: 'The clock here' })).toContainText('agrees with that of AWS')
  await expect(page.getByRole('button', { name: 'Compare the clock with AWS' })).toBeFocused()

  // A button that goes with what it did leaves the keyboard nearby: in its panel, and in the list that comes back.
  await page.getByRole('button', { name: /^Clusters/ }).press('Enter')
  await keyboard.press('Control+f')
  await keyboard.type('vault')
  await expect(page.locator('[role="treegrid"] [data-line]')).toHaveCount(2)
  await keyboard.press('Enter')
  await expect(page.getByRole('treegrid').locator(':focus')).toHaveCount(1)
  await keyboard.press('End')
  await keyboard.press('Enter')
  const about = page.getByRole('complementary', { name: 'About the cluster' })
  await about.getByRole('button', { name: 'Ask AWS' }).first().press('Enter')
  await expect(about.locator(':focus')).toHaveAttribute('aria-label', 'About the cluster')
  await keyboard.press('Control+f')
  await keyboard.type('zzz')
  await page.getByRole('main').getByRole('button', { name: 'Clear the filter of clusters' }).press('Enter')
  await expect(page.getByRole('treegrid').locator(':focus')).toHaveCount(1)
  await keyboard.press('Escape')
  await expect(about).toHaveCount(0)

  // Settings, and back.
  await keyboard.press('Control+,')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await keyboard.press('Tab')
  await expect(page.getByRole('searchbox', { name: 'Find a setting' })).toBeFocused()
  await keyboard.type('theme')
  await keyboard.press('Tab')
  await expect(page.getByRole('radio', { name: 'System' })).toBeFocused()
  await keyboard.press('ArrowRight')
  await keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).colorScheme)).toContain('dark')
  await keyboard.press('Control+k')
  await keyboard.type('theme system')
  await keyboard.press('Enter')
  await keyboard.press('Control+f')
  await expect(filterField(page)).toBeFocused()
  await expect(grid).toBeVisible()
})

test('columns are sorted, moved and widened from the keyboard', { tag: '@full' }, async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  await expectRows(grid)
  await keyboard.press('Control+f')
  await keyboard.press('Control+a')
  await keyboard.press('Delete')
  await keyboard.press('Enter')
  await keyboard.press('Control+Home')
  await keyboard.press('ArrowUp')
  const header = page.getByRole('columnheader').and(page.locator(':focus'))
  await expect(header).toHaveText('Context')
  await keyboard.press('Enter')
  await expect(header).toHaveAttribute('aria-sort', 'ascending')
  await keyboard.press('ArrowRight')
  await expect(header).toHaveText('Verdict')
  await keyboard.press('Alt+ArrowRight')
  await expect(grid.getByRole('columnheader').nth(1)).toHaveText('Proof')
  await expect(header).toHaveText('Verdict')
  const width = async () => (await header.boundingBox())?.width ?? 0
  const before = await width()
  await keyboard.press('Alt+Shift+ArrowRight')
  await expect.poll(width).toBe(before + 16)
  await keyboard.press('Alt+ArrowDown')
  await page.getByRole('menuitem', { name: 'Move left' }).press('Enter')
  await expect(grid.getByRole('columnheader').nth(1)).toHaveText('Verdict')
})

test('a question is answered from the keyboard: Enter and Escape refuse, Allow has to be gone to and takes Space alone', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  const open = () => questionWindow(fleet, 'Run this credential_process?')
  await expectRows(grid)
  await keyboard.press('Control+f')
  await keyboard.type('context:lake-batch')
  await keyboard.press('Enter')
  await keyboard.press('Control+Enter')
  const first = await open()
  await expect(first.getByRole('button', { name: 'Do not allow' })).toBeFocused()
  await pressAndClose(first, 'Escape')
  await expect(await cellOf(rowOf(grid, 'lake-batch'), 'Verdict')).toContainText('broken', patience)

  await keyboard.press('Control+Home')
  await keyboard.press('ArrowDown')
  // The tests before may have left it open.
  if ((await inspector.count()) === 0) await keyboard.press('Control+i')
  const see = inspector.getByRole('button', { name: 'See the command…' })
  await see.focus()
  await keyboard.press('Enter')
  const second = await open()
  // Not even with the keyboard on Allow.
  const allow = second.getByRole('button', { name: 'Allow', exact: true })
  await expect(allow).toBeEnabled()
  await second.keyboard.press('Tab')
  await expect(allow).toBeFocused()
  await second.keyboard.press('Enter')
  await expect(second.getByRole('status')).toContainText('Press Space')
  await second.keyboard.press('Shift+Tab')
  await pressAndClose(second, 'Enter')
  await expect(await cellOf(rowOf(grid, 'lake-batch'), 'Verdict')).toContainText('broken', patience)

  await see.focus()
  await keyboard.press('Enter')
  const third = await open()
  await expect(third.getByRole('button', { name: 'Allow', exact: true })).toBeEnabled()
  await third.keyboard.press('Tab')
  await pressAndClose(third, 'Space')
  await expect(rowOf(grid, 'lake-batch')).toContainText('proven', patience)
  expect(fleet.complaints).toEqual([])
})

/** Presses a key that ends the question. */
async function pressAndClose(question: Page, key: string): Promise<void> {
  const gone = question.waitForEvent('close')
  // The window may be gone before the key is let go.
  await question.keyboard.press(key).catch(() => undefined)
  await gone
}

async function columnCount(page: typeof fleet.page): Promise<string> {
  return (await page.getByRole('grid').getAttribute('aria-colcount')) ?? ''
}

test('every view is walked by keyboard alone, and what is read aloud are sentences', async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  await expectRows(grid)
  const inList = page.locator(
    'main :is([role="rowheader"], [role="gridcell"], [role="row"], [role="treeitem"]):focus',
  )
  for (const [at, name] of views.entries()) {
    await keyboard.press(`Control+${at + 1}`)
    await expect(page.locator('nav [aria-current="page"]')).toContainText(name)
    await expect(page.getByRole('main').locator(':focus')).toHaveCount(1)
    // Through all parts of the window, and back to where it was.
    for (const part of ['nav', 'header', 'main']) {
      await keyboard.press('F6')
      if (part === 'nav' && (await page.locator('aside :focus').count()) > 0) await keyboard.press('F6')
      await expect(page.locator(`${part} :focus`).first()).toBeVisible()
    }
    if (!lists.has(name)) continue
    await keyboard.press('Home')
    await keyboard.press('ArrowDown')
    await expect(inList).toHaveCount(1)
    await expect(inList).toHaveAccessibleName(/\w.*\w/)
  }
  await keyboard.press('Shift+?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('In Discover')
  await keyboard.press('Escape')

  await keyboard.press('Control+1')
  await filterBy(page, 'context:prod-readonly')
  await expect(rowOf(grid, 'prod-readonly')).toHaveAccessibleName(
    /^prod-readonly 1 finding .*not checked intended ReadOnly, predicted .*, proven not known, seen not known .* as files say prod-eu euw1 pay-ro env checkout/,
  )
  await filterBy(page, '')
  await keyboard.press('Control+4')
  await expect(page.getByRole('treeitem', { name: /^Keys of .+, \d+ contexts$/ }).first()).toBeAttached()
  await keyboard.press('Control+1')
})

const views = [
  'Contexts',
  'Identities',
  'Clusters',
  'Map',
  'Findings',
  'Discover',
  'History',
  'Doctor',
  'Settings',
]
/** Of the others the page itself has the keyboard, and Tab leads through it. */
const lists = new Set(['Contexts', 'Identities', 'Clusters', 'Map', 'Findings'])
