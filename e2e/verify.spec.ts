import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import {
  answer,
  cellOf,
  chooseEnvironment,
  expectAccessible,
  expectRows,
  filterBy,
  filterField,
  inspect,
  launch,
  oneApp,
  questionWindow,
  rowOf,
  showColumns,
  table,
} from './app'
import { dismissAll, lines, review } from './editing-steps'
import { startFleet } from './fleet-process'
import { makeSurroundings } from './surroundings'

// Each test goes on from what the one before has found out.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })

test.beforeEach(() => expectRows(fleet.grid))

const patience = { timeout: 30_000 }
const verifyButton = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^Verify/ })
const running = (page: Page) => page.getByRole('status').filter({ hasText: /^Verifying \d+ of \d+$/ })

/** The status bar's count of what is done. */
async function doneSoFar(page: Page): Promise<number> {
  return Number(/\d+/.exec((await running(page).textContent()) ?? '')?.[0])
}

test('one context is verified from its inspector', async () => {
  const { page, grid } = fleet
  const inspector = await inspect(page, 'prod-ci')
  await expect(inspector).toContainText('Not checked yet')
  await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
  const row = rowOf(grid, 'prod-ci')
  await expect(row).toContainText('verified', patience)
  await expect(await cellOf(row, 'Acts as')).toContainText('CiDeploy')
  await showColumns(page, 'Last check')
  await expect(await cellOf(row, 'Last check')).toHaveText('just now')
  await expect(inspector).toContainText('Acts as CiDeploy, as intended')
  await expect(page.getByText('last check just now')).toBeVisible()
  await page.getByRole('button', { name: 'Close the inspector' }).click()
})

test('the selection is verified and nothing else', { tag: '@full' }, async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:prod-u')
  for (const name of ['prod-unpinned', 'prod-us-finance']) {
    await rowOf(grid, name)
      .locator('[aria-colindex="1"]')
      .click({ modifiers: ['Control'] })
  }
  await expect(page.getByText('2 selected', { exact: true })).toBeVisible()
  await verifyButton(page).click()
  await expect(rowOf(grid, 'prod-unpinned')).toContainText('proven', patience)
  await expect(rowOf(grid, 'prod-us-finance')).toContainText('sign-in needed', patience)
  await expect(rowOf(grid, 'prod-us-admin')).toContainText('not checked')
  // Back into the grid: the keyboard is where Verify was pressed.
  await filterBy(page, 'context:prod-u')
  await page.keyboard.press('Escape')
  await expect(page.getByText('2 selected', { exact: true })).toHaveCount(0)
})

test('cancelling keeps what is known and leaves the rest unchecked', { tag: '@full' }, async () => {
  const { page, grid } = fleet
  await filterBy(page, 'account:111122223333')
  await verifyButton(page).click()
  await expect(running(page)).toBeVisible()
  // Eleven are done within a second: Stop is pressed in the page, with the first frame that counts one.
  await page.waitForFunction(() => {
    const stop = [...document.querySelectorAll('button')].find((one) =>
      /^Stop · [1-9]/.test(one.textContent ?? ''),
    )
    stop?.click()
    return stop !== undefined
  })
  await expect(page.getByText(/^Stopped: \d+ of \d+ were checked/)).toBeVisible()
  await expect(running(page)).toHaveCount(0)
  const rows = await table(fleet)
  const verdicts = rows.map((row) => row.Verdict)
  expect(verdicts).not.toContain('checking')
  expect(verdicts).toContain('not checked')
  // The earlier checks and those of this run that came in time.
  await expect(rowOf(grid, 'prod-ci')).toContainText('verified')
})

test('before unknown programs run, they are shown; without permission they do not', async () => {
  const { page, grid, app } = fleet
  await filterBy(page, 'context:lake-batch')
  await verifyButton(page).click()
  const question = await questionWindow(fleet, 'Run this credential_process?')
  const facts = question.getByRole('region')
  await expect(facts).toContainText('/bin/batch-credentials')
  await expect(facts).toContainText('/.aws/config')
  await expect(facts).toContainText('lake-batch')
  await answer(question, 'Do not allow')
  await expect(rowOf(grid, 'lake-batch')).toContainText('broken', patience)
  // A refusal holds, until the question is opened from its row.
  // What an earlier check said may still be read.
  const checked = page.getByText(/^Checked 1 context: /).last()
  await expect(checked).toBeVisible(patience)
  await dismissAll(page)
  await verifyButton(page).click()
  await expect(checked).toBeVisible(patience)
  expect(app.windows()).toHaveLength(1)
  const inspector = await inspect(page, 'lake-batch')
  await expect(inspector).toContainText('you have not allowed')
  await inspector.getByRole('button', { name: 'See the command…' }).click()
  await answer(await questionWindow(fleet, 'Run this credential_process?'), 'Allow')
  await expect(rowOf(grid, 'lake-batch')).toContainText('proven', patience)
  await page.getByRole('button', { name: 'Close the inspector' }).click()
})

test('many contexts at once: every verdict occurs, each where a person would expect it', {
  tag: '@full',
}, async () => {
  test.setTimeout(180_000)
  const { page, grid } = fleet
  await filterBy(page, '')
  await verifyButton(page).click()
  const question = await questionWindow(fleet, 'Run this command?')
  // What needs no answer is checked meanwhile; what waits for it says so, and the toolbar leads to the question.
  await expect(page.getByRole('progressbar', { name: 'Checks' })).toBeVisible()
  let before = 0
  for (const least of [1, 20]) {
    let now = 0
    const count = async () => {
      now = await doneSoFar(page)
      return now
    }
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThanOrEqual(least)
    expect(now).toBeGreaterThanOrEqual(before)
    before = now
  }
  await filterBy(page, 'context:tools')
  await expect(grid.getByText('asks you').first()).toBeVisible()
  await page.getByRole('button', { name: /^Asks you · \d+$/ }).click()
  await answer(question, 'Allow')
  await expect(page.getByRole('button', { name: /^Asks you/ })).toHaveCount(0)
  await expect(page.getByText(/^Checked \d\d contexts: /)).toBeVisible({ timeout: 150_000 })
  await expect(running(page)).toHaveCount(0)
  await filterBy(page, '')

  // Verdicts, findings and badges are in one row, each whole: those that have no room there are in the menu at its end.
  const counts = page.getByRole('group', { name: 'Counts that filter' })
  const { app } = fleet
  const width = (wide: number) =>
    app.evaluate(({ BrowserWindow }, w) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, 800), wide)
  const drawn = () =>
    counts.evaluate((row) => {
      const all = [...row.children].filter((one) => one.getBoundingClientRect().width > 0)
      return {
        wide: window.innerWidth,
        rows: new Set(all.map((one) => one.getBoundingClientRect().top)).size,
        within: all.every(
          (one) => one.getBoundingClientRect().right <= row.getBoundingClientRect().right + 1,
        ),
        whole: all.every((one) => one.scrollWidth <= one.clientWidth),
      }
    })
  await width(1920)
  await expect.poll(drawn).toEqual({ wide: 1920, rows: 1, within: true, whole: true })
  const numbers = 13
  await expect(counts.getByRole('button')).toHaveCount(numbers)
  await width(800)
  await expect.poll(drawn).toEqual({ wide: 800, rows: 1, within: true, whole: true })
  const shown = await counts.locator('[data-count]:visible').count()
  expect(shown).toBeLessThan(numbers)
  await counts.getByRole('button', { name: `${numbers - shown} more counts` }).click()
  await expect(page.getByRole('menuitemcheckbox')).toHaveCount(numbers - shown)
  await page.getByRole('menuitemcheckbox', { name: 'share a user' }).click()
  await expect(filterField(page)).toHaveValue(/^shared:yes\s*$/)
  await filterBy(page, '')
  await width(1280)

  await showColumns(page, 'Proven')
  const rows = await table(fleet)
  const found = Object.fromEntries(rows.map((row) => [row.Context, [row.Verdict, row.Proven]]))
  expect(new Set(rows.map((row) => row.Verdict))).toEqual(
    new Set([
      'verified',
      'proven',
      'mismatch',
      'no access',
      'sign-in needed',
      'expired',
      'broken',
      'unreachable',
      'unsupported',
    ]),
  )
  const carol = 'carol arn:aws:iam::111122223333:user/carol'
  const expected = {
    'prod-readonly': ['mismatch', carol],
    'stage-env': ['mismatch', carol],
    'prod-unpinned': ['proven', carol],
    'stage-admin': ['verified', expect.stringMatching(/^Admin arn:aws:.*444455556666:/)],
    'playground-role': ['broken', ''],
    'prod-audit': ['broken', ''],
    'prod-us-finance': ['sign-in needed', ''],
    'lake-spark': ['verified', expect.stringMatching(/^DataEngineer /)],
    // Its session has expired, but aws still holds credentials of the role.
    'lake-analyst': ['verified', expect.stringMatching(/^Analyst /)],
    'lake-research': ['verified', expect.stringMatching(/^Research /)],
    'lake-jobs': ['verified', expect.stringMatching(/^SparkRunner /)],
    'lake-batch': ['proven', expect.stringMatching(/^LakeBatch /)],
    'tools-corp-auth': ['proven', expect.stringMatching(/^PlatformOps /)],
    'tools-break-glass': ['sign-in needed', ''],
    // The cluster refuses what kubectl would ask for: to act as root.
    'observability-as-root': ['no access', expect.stringMatching(/^PlatformOps /)],
    'tools-stranger': ['no access', expect.stringMatching(/^Developer /)],
    experiment: ['no access', expect.stringMatching(/^Experiment /)],
    ledger: ['unreachable', expect.stringMatching(/^Admin /)],
    'edge-ap-2': ['unreachable', expect.stringMatching(/^PlatformOps /)],
    'tools-contractor': ['expired', ''],
    'tools-backup': ['unsupported', ''],
    'tools-unchecked': ['unreachable', expect.stringMatching(/^alice /)],
    'old-alpha': ['broken', ''],
    'dangling-user': ['broken', ''],
    'cn-shop': ['verified', expect.stringMatching(/^ShopViewer arn:aws-cn:/)],
  }
  // Each by itself: what failed is then said by its name.
  for (const [name, row] of Object.entries(expected)) expect.soft(found[name], name).toEqual(row)
})

test('a mismatch is red, and says in words what is wrong', async () => {
  const { page, grid } = fleet
  await showColumns(page, 'Proven')
  await filterBy(page, 'context:prod-readonly')
  await verifyButton(page).click()
  await expect(rowOf(grid, 'prod-readonly')).toContainText('mismatch', patience)
  await filterBy(page, 'verdict:mismatch')
  const row = rowOf(grid, 'prod-readonly')
  const proven = await cellOf(row, 'Proven')
  await expect(proven).toContainText('carol')
  await expect(proven).toContainText('not the intended one')
  for (const words of [
    row.getByText('mismatch', { exact: true }),
    proven.getByText('carol', { exact: true }),
  ]) {
    const [red = 0, green = 0, blue = 0] = await words.evaluate((element) =>
      (getComputedStyle(element).color.match(/\d+/g) ?? []).map(Number),
    )
    expect(red).toBeGreaterThan(2 * Math.max(green, blue))
  }
  const inspector = await inspect(page, 'prod-readonly')
  await expect(inspector).toContainText('Acts as carol (system:masters), not ReadOnly')
  await expect(inspector).toContainText('AWS_ACCESS_KEY_ID of the login shell')
  await page.getByRole('button', { name: 'Close the inspector' }).click()
})

test('whom AWS proved is expected from now on: main asks whom, for which context, and then it is verified', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:lake-batch')
  const row = rowOf(grid, 'lake-batch')
  await expect(row).toContainText('proven')
  const inspector = await inspect(page, 'lake-batch')
  await inspector.getByRole('button', { name: 'Expect LakeBatch from now on' }).click()
  const dialog = await review(page, 'mouse')
  await expect(lines(dialog, 'added').filter({ hasText: 'principal: ' })).toContainText(':role/LakeBatch')
  await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
  const question = await questionWindow(fleet, 'Expect this identity from now on?')
  const facts = await question.getByRole('region').locator('dl > div').allInnerTexts()
  expect(facts.map((line) => line.replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/^expected arn:aws:iam::\d{12}:role\/LakeBatch$/),
    'for lake-batch',
    expect.stringMatching(/^written in .*\/\.kube\//),
  ])
  await expectAccessible(question)
  await answer(question, 'Expect this')
  await expect(row).toContainText('verified')
  await expect(inspector).toContainText('Acts as LakeBatch, as you expect')
  await expect(inspector.getByRole('button', { name: 'Stop expecting this identity' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Close the inspector' }).click()
})

test('another environment has answers of its own', { tag: '@full' }, async () => {
  const { page, grid } = fleet
  await chooseEnvironment(page, /^App/)
  await filterBy(page, 'context:prod-readonly')
  const row = rowOf(grid, 'prod-readonly')
  await expect(row).toContainText('not checked')
  await expect(await cellOf(row, 'Would act as')).toContainText('ReadOnly')
  await verifyButton(page).click()
  await expect(row).toContainText('verified', patience)
  await chooseEnvironment(page, /^Login shell/)
  await expect(row).toContainText('mismatch')
})

test('the same context in two environments: the difference is named', { tag: '@full' }, async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:prod-readonly')
  await chooseEnvironment(page, /^App/)
  await chooseEnvironment(page, /^Login shell/, 'compare with')
  await expect(page.getByRole('button', { name: /^Environment/ })).toContainText('vs Login shell')
  const cell = await cellOf(rowOf(grid, 'prod-readonly'), 'In Login shell')
  await expect(cell).toContainText('carol')
  const inspector = await inspect(page, 'prod-readonly')
  const there = inspector.getByRole('region', { name: 'In other environments' })
  await expect(there).toContainText('Login shellcarol')
  await filterBy(page, 'context:prod-admin -file:legacy')
  // In the app's environment it was not checked: what files say of both is compared.
  await expect(await cellOf(rowOf(grid, 'prod-admin'), 'In Login shell')).toHaveText('would be the same')
})

test('nothing went wrong in the page behind all this', () => {
  expect(fleet.complaints).toEqual([])
})

test('results outlive the window, with their age, and turn stale when the AWS config changes', {
  tag: '@full',
}, async () => {
  test.setTimeout(120_000)
  const surroundings = await makeSurroundings()
  const served = await startFleet(surroundings)
  const place = {
    ...surroundings,
    env: { ...surroundings.env, ...served.variables, EKSCOPE_HOME: surroundings.data },
  }
  try {
    const first = await launch(place, 'home')
    try {
      await expectRows(first.grid)
      await filterBy(first.page, 'context:platform-tools')
      await verifyButton(first.page).click()
      await expect(rowOf(first.grid, 'platform-tools')).toContainText('verified', patience)
    } finally {
      await first.app.close()
    }
    const second = await launch(place, 'home')
    try {
      const { page, grid } = second
      await expectRows(grid)
      await filterBy(page, 'context:platform-tools')
      const row = rowOf(grid, 'platform-tools')
      await expect(row).toContainText('verified')
      await showColumns(page, 'Last check')
      await expect(await cellOf(row, 'Last check')).toHaveText(/^(just now|\d+ min ago)$/)
      const inspector = await inspect(page, 'platform-tools')
      await expect(inspector).toContainText(/(just now|\d+ min ago)/)
      await appendFile(join(served.home, '.aws', 'config'), '\n[profile platform]\nregion = eu-west-2\n')
      await expect(row).toContainText('stale')
      await expect(inspector).toContainText('changed since')
    } finally {
      await second.app.close()
    }
  } finally {
    await served.stop()
    await surroundings.remove()
  }
})
