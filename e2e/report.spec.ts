import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { contextsGrid, expectAccessible, expectRows, filterBy, inspect, oneApp, rowOf } from './app'
import { palette, patience, review, rowMenu, typeOver, walkTo } from './editing-steps'
import { answerDialogs } from './transfer-steps'

const fleet = oneApp({ startWith: 'demo' })
const folder = mkdtempSync(join(tmpdir(), 'ekscope-report-'))
test.afterAll(() => {
  rmSync(folder, { recursive: true })
  expect(fleet.complaints).toEqual([])
})

/** In the page: what of it would be cut where a sheet of paper ends, or be parted from what it is the head of. */
const cutOnPaper = () => {
  const wanted = [
    // Lines in columns are cut in the middle.
    ['body *', 'columnCount', 'auto'],
    ['tr, li, p, figure, .cards div', 'breakInside', 'avoid'],
    ['h2', 'breakAfter', 'avoid'],
    ['thead', 'display', 'table-header-group'],
    ['th button', 'display', 'contents'],
  ] as const
  return wanted.flatMap(([which, property, value]) => {
    const all = [...document.querySelectorAll(which)]
    const other = all.filter((one) => getComputedStyle(one)[property] !== value)
    return all.length > 0 && other.length === 0 ? [] : [[which, other.length, all.length]]
  })
}

test('the auditor gets one page in three actions: palette, save, the name of the file', async () => {
  const { page } = fleet
  const target = join(folder, 'audit.html')
  await answerDialogs(fleet, { save: target })
  await expectRows(contextsGrid(page))
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'All actions' })).toBeFocused()
  await page.keyboard.type('report')
  await expect(page.getByRole('option', { selected: true })).toHaveText(/^Report…/)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Report' })
  // As it will look: in a frame that may run and load nothing.
  const preview = dialog.getByRole('region', { name: 'How it begins' })
  const drawn = preview.frameLocator('iframe')
  await expect(drawn.getByRole('heading', { level: 1 })).toHaveText('Who acts in our clusters', {
    timeout: 30_000,
  })
  expect(await drawn.locator('.answer').evaluate((one) => getComputedStyle(one).borderLeftWidth)).toBe('4px')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save…' }).press('Enter')
  await expect(page.getByText(/^Saved .*audit\.html$/)).toBeVisible({ timeout: 30_000 })
  const html = readFileSync(target, 'utf8')
  expect([html.includes('prod-admin'), statSync(target).mode & 0o777]).toEqual([true, 0o600])
})

test('its page is accessible in light and dark, sorts its tables, and its policy stops nothing that it needs', async () => {
  const { app } = fleet
  const opening = app.waitForEvent('window')
  await app.evaluate(
    ({ BrowserWindow }, file) => {
      const window = new BrowserWindow({ width: 1_280, height: 900, webPreferences: { partition: 'report' } })
      void window.loadFile(file)
    },
    join(folder, 'audit.html'),
  )
  const page = await opening
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Who acts in our clusters')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
  await page.emulateMedia({ media: 'print' })
  expect(await page.evaluate(cutOnPaper)).toEqual([])
  await page.emulateMedia({ media: 'screen' })
  const table = page.getByRole('table', { name: 'All contexts' })
  const names = () => table.locator('tbody tr :is(td, th):first-child').allTextContents()
  const before = await names()
  const header = table.getByRole('columnheader').first()
  await header.getByRole('button').press('Enter')
  await expect(header).toHaveAttribute('aria-sort', /ascending|descending/)
  const after = await names()
  expect(after).not.toEqual(before)
  expect([...after].sort()).toEqual([...before].sort())
  const findings = page.getByRole('table', { name: 'Findings' })
  const severity = findings.getByRole('button', { name: 'Severity' })
  await severity.press('Enter')
  await severity.press('Enter')
  const worstLast = await findings.locator('tbody td:first-child').allTextContents()
  expect([...new Set(worstLast)]).toEqual(['info', 'warning', 'error'])
  expect(complaints).toEqual([])
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((one) => one.webContents.getURL().endsWith('audit.html'))
      ?.close(),
  )
})

test('a file that is no report stays; without places there is no path; compared with an earlier one it says what changed', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const open = async () => {
    await page.getByRole('button', { name: /^Findings/ }).press('Enter')
    await page.getByRole('button', { name: 'Report…' }).press('Enter')
    return page.getByRole('dialog', { name: 'Report' })
  }
  const taken = join(folder, 'taken.json')
  writeFileSync(taken, '{"mine": true}')
  await answerDialogs(fleet, { save: taken })
  const dialog = await open()
  const preview = dialog.getByRole('region', { name: 'How it begins' })
  await dialog.getByRole('radio', { name: /^SVG/ }).check()
  await expect(preview.frameLocator('iframe').getByRole('img', { name: /context/ })).toBeVisible(patience)
  await dialog.getByRole('radio', { name: /^CSV/ }).check()
  await expect(preview.getByRole('cell', { name: 'prod-admin', exact: true }).first()).toBeVisible(patience)
  await dialog.getByRole('radio', { name: /^JSON/ }).check()
  await expect(preview.getByText('"report": 1,')).toBeVisible(patience)
  await dialog.getByRole('checkbox', { name: /Without host/ }).check()
  await dialog.getByRole('button', { name: 'Save…' }).press('Enter')
  await expect(page.getByText(/taken\.json exists, and is not a report of Ekscope as json/)).toBeVisible({
    timeout: 30_000,
  })
  expect(readFileSync(taken, 'utf8')).toBe('{"mine": true}')
  const first = join(folder, 'first.json')
  await answerDialogs(fleet, { save: first })
  await dialog.getByRole('button', { name: 'Save…' }).press('Enter')
  await expect(dialog).toHaveCount(0, { timeout: 30_000 })
  expect(readFileSync(first, 'utf8')).not.toContain('.kube/config')
  const later = join(folder, 'later.md')
  await answerDialogs(fleet, { open: first, save: later })
  await open()
  await dialog.getByRole('radio', { name: /^Markdown/ }).check()
  await dialog.getByRole('checkbox', { name: /Say what changed/ }).check()
  await dialog.getByRole('button', { name: 'Save…' }).press('Enter')
  await expect(dialog).toHaveCount(0, { timeout: 30_000 })
  expect(readFileSync(later, 'utf8')).toMatch(
    /## What changed since .*\n\nNothing was checked on either side: compared by prediction\.\n\nNothing\./,
  )
})

test('now is compared with an environment and with a report, and the review says who acts before and after', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await palette(page, 'Go to the contexts')
  await filterBy(page, 'context:"platform-tools"')
  const inspector = await inspect(page, 'platform-tools')
  await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
  await expect(rowOf(grid, 'platform-tools')).toContainText('verified', patience)

  await palette(page, 'Compare…')
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  const all = dialog.getByRole('list', { name: 'What differs' }).getByRole('listitem')
  await dialog.getByRole('radio', { name: 'Clean' }).check()
  await expect(dialog).toContainText('Nothing was checked in the clean environment: compared by prediction.')
  await expect(all.filter({ hasText: 'prod-readonly' })).toContainText(
    /identity.*predicted ReadOnly.*→ predicted AKIA/,
  )
  // That it was proven in one of them alone is no line of its own.
  await expect(all.filter({ hasText: /^platform-tools/ })).toHaveCount(0)
  await expectAccessible(page)
  // The report is of before the check.
  await answerDialogs(fleet, { open: join(folder, 'first.json') })
  await dialog.getByRole('button', { name: 'Choose a file…' }).press('Enter')
  await expect(dialog).toContainText('Nothing was checked in ')
  await expect(dialog).toContainText('Nothing differs.')
  await page.keyboard.press('Escape')

  await rowMenu(page, 'platform-tools', 'Clone…')
  const form = page.getByRole('dialog', { name: 'Clone platform-tools', exact: true })
  await form.getByRole('combobox', { name: 'Profile' }).fill('platform-view')
  await form.getByRole('button', { name: 'Clone', exact: true }).click()
  await walkTo(page, 'platform-tools', 'Profile')
  await typeOver(page, 'platform-view', 2)
  const changes = await review(page, 'keyboard')
  await changes.getByRole('button', { name: 'Before and after' }).press('Enter')
  const differing = changes.getByRole('list', { name: 'What differs' }).getByRole('listitem')
  await expect(
    differing.filter({ hasText: /^platform-tools-2 only in .*predicted PlatformView/ }),
  ).toHaveCount(1, patience)
  const changed = differing.filter({ hasText: /^platform-tools identity/ })
  await expect(changed).toContainText(/^platform-tools identity.*seen .* at .*→ predicted /)
  await changes.getByRole('button', { name: /^Try/ }).first().press('Enter')
  await expect(changed).toContainText(/→ seen .* at /, patience)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await palette(page, 'Who acts before and after')
  await expect(dialog.getByRole('radio', { name: /^What is pending/ })).toBeChecked()
  await expect(all.filter({ hasText: /^platform-tools identity/ })).toContainText('→ seen ')
  await page.keyboard.press('Escape')
  await palette(page, 'Discard all pending changes')
})
