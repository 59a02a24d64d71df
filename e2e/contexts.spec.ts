import { expect, type Locator, type Page, test } from '@playwright/test'
import {
  cellOf,
  expectRows,
  filterBy,
  filterField,
  furnish,
  groupBy,
  inspect,
  launch,
  oneApp,
  rowOf,
  showColumns,
  tab,
  table,
} from './app'

const fleet = oneApp({ startWith: 'demo' })

test.beforeEach(async () => {
  await expectRows(fleet.grid)
  await filterBy(fleet.page, '')
  await fleet.page.keyboard.press('Control+Home')
})

/** The titles of the columns, from left to right. */
async function titles(grid: Locator): Promise<string[]> {
  return grid.getByRole('columnheader').allInnerTexts()
}

/** The first cells of the rows that are drawn, from top to bottom; those of groups too. Of one moment, and asked for at once. */
async function firstCells(grid: Locator): Promise<string[]> {
  return grid.locator('[role="rowheader"], [role="gridcell"][aria-colindex="1"]').evaluateAll((cells) =>
    cells
      .map((cell) => ({ text: cell.textContent ?? '', top: cell.getBoundingClientRect().top }))
      .sort((left, right) => left.top - right.top)
      .map(({ text }) => text),
  )
}

async function columnMenu(page: Page, grid: Locator, title: string, item: string): Promise<void> {
  await grid.getByRole('columnheader', { name: title, exact: true }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: item, exact: true }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

test('every context of every file has a row that says whom it names and whom it would be', async () => {
  await showColumns(
    fleet.page,
    'Intended',
    'Predicted',
    'Proven',
    'Seen',
    'Account',
    'Findings',
    'File',
    'Last check',
  )
  const rows = await table(fleet)
  expect(rows.length).toBeGreaterThanOrEqual(70)
  const row = (context: string) =>
    rows.find((one) => one.Context === context && !one.Findings?.includes('shadowed'))
  expect(row('prod-admin')).toMatchObject({
    Verdict: 'not checked',
    Intended: 'Admin arn:aws:iam::111122223333:role/Admin',
    Predicted: 'Admin arn:aws:iam::111122223333:role/Admin',
    Proven: '',
    Seen: '',
    Cluster: 'prod-eu',
    Account: '111122223333',
    Region: 'eu-west-1',
    Namespace: 'checkout',
    Profile: 'pay --profile',
    Role: '',
    User: 'prod-admin',
    'Last check': '',
  })
  expect(row('prod-ci')?.Role).toBe('arn:aws:iam::111122223333:role/CiDeploy')
  // Pinned by environment only: the keys that the login shell exports win.
  expect(row('prod-readonly')?.Profile).toBe('pay-ro env')
  expect(row('prod-readonly')?.Predicted).toMatch(/^AKIA/)
  expect(row('prod-unpinned')?.Intended).toBe('')
  expect(row('prod-us-viewer')?.User).toBe('pay-us')
  expect(row('tools-ghost')?.Findings).toContain('unknown-profile')
  expect(row('dangling-user')?.Findings).toContain('dangling-user')
  expect(row('old-alpha')?.File).toMatch(/\.kube\/legacy$/)
  const status = fleet.page.getByRole('contentinfo')
  await expect(status.getByText('3 files', { exact: true })).toBeVisible()
  await expect(status.getByText(`${rows.length} contexts`, { exact: true })).toBeVisible()
})

test('a click on a header sorts, and one more sorts the other way', async () => {
  const { page, grid } = fleet
  await groupBy(page, 'None')
  const header = grid.getByRole('columnheader', { name: 'Context', exact: true })
  await header.click()
  await expect(header).toHaveAttribute('aria-sort', 'ascending')
  // `--help` and other odd names come before letters.
  const up = await firstCells(grid)
  const letters = up.filter((name) => /^[a-z][\w-]*$/.test(name))
  expect(letters.length).toBeGreaterThan(8)
  expect(letters).toEqual([...letters].sort(new Intl.Collator('en', { numeric: true }).compare))
  await header.click()
  await expect(header).toHaveAttribute('aria-sort', 'descending')
  await expect.poll(async () => (await firstCells(grid))[0]).toMatch(/^vault/)
  await header.click()
  await expect(header).toHaveAttribute('aria-sort', 'none')
  await groupBy(page, 'Account')
})

test('other rows are seen from the top, and messages leave room for the last ones', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const shift = () => grid.evaluate((element) => element.parentElement?.scrollTop ?? -1)
  const toTheEnd = () => grid.evaluate((element) => element.parentElement?.scrollTo({ top: 1e6 }))
  await groupBy(page, 'None')
  await toTheEnd()
  expect(await shift()).toBeGreaterThan(100)
  await groupBy(page, 'File')
  await expect.poll(shift).toBe(0)
  await toTheEnd()
  await filterField(page).fill('tools')
  await expect.poll(shift).toBe(0)
  await filterBy(page, '')
  await page.keyboard.press('Control+c')
  const said = page.getByText('Copied the cell')
  await expect(said).toBeVisible()
  await page.keyboard.press('Control+End')
  const last = await page.locator(':focus').boundingBox()
  const message = await said.boundingBox()
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThan(message?.y ?? 0)
  await groupBy(page, 'Account')
})

test('free text and column:value narrow the grid, and what nothing matches says so', async () => {
  const { page, grid } = fleet
  await showColumns(page, 'Account')
  await filterBy(page, 'lake')
  await expect(rowOf(grid, 'lake-spark')).toBeVisible()
  await expect(rowOf(grid, 'prod-admin')).toHaveCount(0)
  await filterBy(page, 'account:111122223333 profile:pay-ro -is:mismatch')
  const names = (await table(fleet)).map((row) => row.Context)
  expect(names).toContain('prod-readonly')
  for (const row of await table(fleet)) expect(row.Account).toBe('111122223333')
  await expect(page.getByText(new RegExp(`^${names.length} of \\d+ contexts$`))).toBeVisible()
  // As people read account numbers.
  await filterBy(page, 'account:"1111 2222"')
  await expect(rowOf(grid, 'prod-admin').first()).toBeVisible()
  await filterBy(page, 'intended:""')
  await expect(rowOf(grid, 'prod-unpinned')).toBeVisible()
  await filterBy(page, 'verdict:expired')
  await expect(page.getByRole('status').filter({ hasText: 'No context fits this filter' })).toContainText(
    'verdict:expired',
  )
  await page.getByRole('status').getByRole('button', { name: 'Clear the filter' }).click()
  await expect(rowOf(grid, 'prod-ci')).toBeVisible()
})

test('the filter offers columns and their values while it is typed', async () => {
  const { page, grid } = fleet
  await filterField(page).click()
  await page.keyboard.type('region:cn')
  const offers = page.getByRole('listbox', { name: 'Filter suggestions' })
  await expect(offers.getByRole('option').filter({ hasText: 'cn-northwest-1' })).toBeVisible()
  await offers.getByRole('option').filter({ hasText: 'cn-northwest-1' }).click()
  await filterField(page).press('Enter')
  await expect(rowOf(grid, 'cn-shop')).toBeVisible()
  await expect(rowOf(grid, 'cn-north')).toHaveCount(0)
})

test('contexts are grouped by account, cluster, identity or file, and groups close', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const first = async () => (await firstCells(grid))[0]
  await groupBy(page, 'Account')
  // An account that nobody has named yet has its number.
  await expect.poll(first).toMatch(/^6060 6060 6060/)
  const group = grid.getByRole('gridcell', { name: /^payments-prod 1111 2222 3333.*12 contexts/ })
  await expect(group).toHaveAttribute('aria-expanded', 'true')
  await group.dblclick()
  await expect(group).toHaveAttribute('aria-expanded', 'false')
  await expect(rowOf(grid, 'prod-ci')).toHaveCount(0)
  await group.dblclick()
  await expect(rowOf(grid, 'prod-ci')).toBeVisible()
  // An account has the name that its people give it: F2 on its header, and the keyboard stays there.
  await group.focus()
  await page.keyboard.press('F2')
  await page.keyboard.type('the money')
  await page.keyboard.press('Enter')
  const named = grid.getByRole('gridcell', { name: /^the money 1111 2222 3333.*12 contexts/ })
  await expect(named).toBeFocused()
  await filterBy(page, 'account:money')
  await expect(rowOf(grid, 'prod-ci')).toBeVisible()
  await filterBy(page, '')
  await named.focus()
  await page.keyboard.press('F2')
  await page.keyboard.type('payments-prod')
  await page.keyboard.press('Enter')
  await expect(group).toBeFocused()
  await groupBy(page, 'File')
  await expect.poll(first).toMatch(/^~\/\.kube\/config/)
  await groupBy(page, 'Cluster')
  await filterBy(page, 'cluster:lake')
  await expect.poll(first).toMatch(/^lake/)
  await groupBy(page, 'Identity')
  await filterBy(page, 'intended:PlatformOps')
  await expect.poll(first).toMatch(/^PlatformOps/)
  await groupBy(page, 'Account')
})

test('the same identity has the same tile in every row and column', { tag: '@full' }, async () => {
  const { page, grid } = fleet
  await showColumns(page, 'Intended', 'Predicted')
  await filterBy(page, 'context:prod-us -context:finance')
  // The tile stands beside the name and has no name of its own.
  const mark = async (context: string, column: string) => {
    const cell = await cellOf(rowOf(grid, context), column)
    return cell.locator('[data-letters]').evaluate((element) => {
      const { backgroundColor, borderRadius } = getComputedStyle(element)
      return `${backgroundColor} ${borderRadius} ${element.getAttribute('data-letters')}`
    })
  }
  const admin = await mark('prod-us-admin', 'Intended')
  expect(await mark('prod-us-viewer', 'Intended')).toBe(admin)
  expect(await mark('prod-us-viewer', 'Predicted')).toBe(admin)
  await filterBy(page, 'context:prod-ci')
  expect(await mark('prod-ci', 'Intended')).not.toBe(admin)
})

test('names that would hide or reorder text are shown by their code points', async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:resu')
  await expect(grid.getByText('U+202E')).toBeVisible()
  await expect(grid.getByText('U+202C')).toBeVisible()
  await grid.getByText('U+202E').click()
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('U+202E')
  expect(await raw(page)).toEqual([])
  await filterBy(page, 'context:red-alert')
  await grid.getByText('U+001B').first().click()
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('U+0007')
  expect(await raw(page)).toEqual([])
  await page.getByRole('button', { name: 'Close the inspector' }).click()
})

/** Texts and attributes of the page that hold a control or bidirectional character as it is. */
function raw(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/
    const found: string[] = []
    for (const element of document.querySelectorAll('*')) {
      for (const child of element.childNodes) {
        if (child.nodeType === Node.TEXT_NODE && hostile.test(child.textContent ?? ''))
          found.push(`text of ${element.className}`)
      }
      for (const { name, value } of element.attributes) {
        // What a person can see or hear; ids for the page's own use may hold anything.
        if (/^(title|alt|placeholder|value|aria-label|aria-description)$/.test(name) && hostile.test(value))
          found.push(`${name} of ${element.className}`)
      }
    }
    return found
  })
}

test('a link mark names the contexts that share a user entry', async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:prod-us-admin')
  await expect(rowOf(grid, 'prod-us-admin')).toContainText('also prod-us-viewer')
  const inspector = await inspect(page, 'prod-us-admin')
  await expect((await tab(inspector, 'Findings')).getByText('shared-user')).toBeVisible()
  await page.getByRole('button', { name: 'Close the inspector' }).click()
})

test('columns are chosen, moved, widened and pinned, and stay so after a restart', {
  tag: '@full',
}, async () => {
  const surroundings = await furnish({})
  try {
    const first = await launch(surroundings, 'demo')
    let width = 0
    try {
      const { page, grid } = first
      await expectRows(grid)
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('menuitemcheckbox', { name: 'Role' }).click()
      await page.keyboard.press('Escape')
      await expect.poll(() => titles(grid)).not.toContain('Role')
      await columnMenu(page, grid, 'Cluster', 'Move left')
      await columnMenu(page, grid, 'Verdict', 'Pin to the left')
      const before = (await box(grid, 'Proof')).width
      await drag(page, grid, 'Proof', 60)
      width = (await box(grid, 'Proof')).width
      expect(width).toBeCloseTo(before + 60, -1)
      const header = grid.getByRole('columnheader', { name: 'User', exact: true })
      await header.click()
      await expect(header).toHaveAttribute('aria-sort', 'ascending')
      await groupBy(page, 'File')
      // It is saved half a second after the last change.
      await page.waitForTimeout(900)
    } finally {
      await first.app.close()
    }
    const second = await launch(surroundings, 'demo')
    try {
      const { page, grid } = second
      await expectRows(grid)
      expect(await titles(grid)).toEqual([
        'Context',
        'Verdict',
        'Proof',
        'Cluster',
        'Would act as',
        'Profile',
        'Namespace',
        'Region',
        'User',
      ])
      expect((await box(grid, 'Proof')).width).toBe(width)
      await expect(page.getByRole('button', { name: 'Group by: File' })).toBeVisible()
      await expect(grid.getByRole('columnheader', { name: 'User', exact: true })).toHaveAttribute(
        'aria-sort',
        'ascending',
      )
      // What is pinned stays while the rest scrolls away under it.
      const at = (await box(grid, 'Verdict')).x
      await grid.hover()
      await page.mouse.wheel(600, 0)
      await expect.poll(async () => (await box(grid, 'Proof')).x).toBeLessThan(at)
      expect((await box(grid, 'Verdict')).x).toBe(at)
    } finally {
      await second.app.close()
    }
  } finally {
    await surroundings.remove()
  }
})

async function box(grid: Locator, title: string) {
  const found = await grid.getByRole('columnheader', { name: title, exact: true }).boundingBox()
  if (found === null) throw new Error(`the column ${title} is not drawn`)
  return found
}

/** Drags the right edge of a header. */
async function drag(page: Page, grid: Locator, title: string, by: number): Promise<void> {
  const { x, y, width, height } = await box(grid, title)
  await page.mouse.move(x + width - 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width - 2 + by / 2, y + height / 2)
  await page.mouse.move(x + width - 2 + by, y + height / 2)
  await page.mouse.up()
}

test('nothing went wrong in the page behind all this', () => {
  expect(fleet.complaints).toEqual([])
})
