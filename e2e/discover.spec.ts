import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import * as v from 'valibot'
import {
  answer,
  expectAccessible,
  expectAccessibleInFull,
  filterBy,
  oneApp,
  questionWindow,
  rowOf,
} from './app'
import { demoFiles, expectPending, patience, review } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
test.afterAll(async () => {
  expect(fleet.complaints).toEqual([])
})

const cell = (page: Page, who: string, cluster: string) =>
  page.getByRole('gridcell', { name: new RegExp(`^${who}, ${cluster}: `) })
const panel = (page: Page) => page.getByRole('complementary', { name: 'What was found, and what is added' })

const reviewed = v.object({ status: v.object({ userInfo: v.object({ username: v.string() }) }) })
/** Who the cluster says that kubectl is, with this context. */
const whoami = (context: string): string =>
  v.parse(reviewed, JSON.parse(demo.kubectl('--context', context, 'auth', 'whoami', '-o', 'json'))).status
    .userInfo.username

test('the code of an MFA device is asked by main, and profiles are edited, added and deleted until the real aws says so', {
  tag: '@full',
}, async () => {
  test.setTimeout(240_000)
  const { page } = fleet
  await test.step('the code of an MFA device is typed into main’s own window, and its row is verified', async () => {
    await page.getByRole('button', { name: /^Identities/ }).press('Enter')
    await page.getByRole('textbox', { name: 'Filter identities' }).fill('break-glass')
    const line = page.locator('[role="treegrid"] [role="row"]', { hasText: 'BreakGlass' })
    await line.last().click()
    const detail = page.getByRole('complementary', { name: 'About the identity' })
    await detail.getByRole('button', { name: 'Sign in…' }).click()
    const question = await questionWindow(fleet, 'Code of your MFA device')
    for (const colorScheme of ['dark', 'light'] as const) {
      await question.emulateMedia({ colorScheme })
      await expectAccessible(question, 'colours')
      await question.screenshot({ path: test.info().outputPath(`code-${colorScheme}.png`) })
    }
    await expect(page.getByText(/This page does not see it\.$/)).toBeVisible()
    await question.getByLabel('Six digits').fill('424242')
    await answer(question, 'Use once')
    // Nothing was kept: the row says by what it was proven, and the identity still waits.
    await expect(page.getByText(/Nothing of it was kept, so kubectl asks for a code itself/)).toBeVisible(
      patience,
    )
    await detail.getByRole('button', { name: 'Show contexts' }).click()
    await expect(rowOf(fleet.grid, 'tools-break-glass')).toContainText(
      /no accesswith a code.*proven BreakGlass/,
      {
        timeout: 60_000,
      },
    )
    await page.getByText('Contexts that act as BreakGlass').click()
    await page.getByRole('button', { name: /^Identities/ }).press('Enter')
    await detail.getByRole('button', { name: 'Sign in…' }).click()
    const again = await questionWindow(fleet, 'Code of your MFA device')
    await again.getByLabel('Six digits').fill('424242')
    await answer(again, 'Keep for aws and kubectl')
    await expect(page.getByText(/^The code of break-glass was accepted, and kept/)).toBeVisible(patience)
    await detail.getByRole('button', { name: 'Show contexts' }).click()
    await expect(rowOf(fleet.grid, 'tools-break-glass')).toContainText(/proven BreakGlass/, {
      timeout: 60_000,
    })
    await page.getByText('Contexts that act as BreakGlass').click()
  })
  await test.step('a profile is edited as cells, and its contexts follow its new name', async () => {
    await page.getByRole('button', { name: /^Identities/ }).press('Enter')
    const line = page.locator('[role="treegrid"] [role="row"]', { hasText: 'BreakGlass' })
    await line.last().click()
    const cells = page.getByRole('grid', { name: 'Profile break-glass' })
    await cells.locator('[data-cell="name"]').focus()
    const place = () => cells.locator('[data-cell="region"]').boundingBox()
    let below = await place()
    // What is said above it of the proof that has just ended is there by then.
    await expect(async () => {
      const before = below
      await page.waitForTimeout(500)
      below = await place()
      expect(below).toEqual(before)
    }).toPass()
    await page.keyboard.press('F2')
    await expect(cells.getByRole('combobox')).toBeFocused()
    // What is edited lies over the rows below, which stay where they are.
    expect(await place()).toEqual(below)
    await page.keyboard.type('glass')
    await page.keyboard.press('Tab')
    await expect(cells.locator('[data-cell="region"]')).toBeFocused()
    await page.keyboard.type('us-west-2')
    await page.keyboard.press('Enter')
    await expect(cells.locator('[data-cell="name"]')).toContainText(/was break-glass\s+now glass/)
    await expect(cells.locator('[data-cell="region"]')).toContainText(/now us-west-2/)
    await expectAccessible(page, 'colours')
    await page.screenshot({ path: test.info().outputPath('profile-cells.png') })
    const dialog = await review(page, 'keyboard')
    await expect(dialog).toContainText(/profile break-glass\s+renamed to glass/)
    await expect(dialog).toContainText('tools-break-glass')
    // The lines of the kubeconfig that follows, too.
    await expect(dialog).toContainText('~/.kube/')
    await expectAccessible(page, 'colours')
    await dialog.getByRole('button', { name: /^Apply to all of them/ }).click()
    await expect(page.getByText(/^Wrote 2 changes to/)).toBeVisible(patience)
    await expect(page.getByRole('grid', { name: 'Profile glass' })).toBeVisible(patience)
    // The kubeconfig that followed is this window's own write.
    await expect(page.getByText(/changed (in another window|outside Ekscope|by ekscope)/)).toHaveCount(0)
    await page.getByRole('textbox', { name: 'Filter identities' }).fill('')
  })
  await test.step('a profile is added, copied and deleted, over a reload; the real aws says who is there then, and undone all is as it was', async () => {
    const config = join(demo.home, '.aws', 'config')
    const before = readFileSync(config, 'utf8')
    await page.keyboard.press('Control+Shift+P')
    const add = page.getByRole('dialog', { name: 'Add a profile' })
    await expect(add.getByLabel('Name')).toBeFocused()
    await page.keyboard.type('hub')
    await expect(add.getByText('There is a profile hub already.')).toBeVisible()
    await page.keyboard.type(" o'clock")
    await add.getByRole('radio', { name: /^A role/ }).check()
    await add.getByLabel('Source profile').fill('nobody')
    await add.getByLabel('Role ARN').fill('arn:aws:iam::777788889999:role/BreakGlass')
    await expect(add.getByText(/source_profile “nobody”/)).toBeVisible(patience)
    await add.getByLabel('Source profile').fill('hub')
    await expect(add.getByText(/source_profile “nobody”/)).toBeHidden(patience)
    await expectAccessible(page, 'colours')
    await add.getByLabel('Role ARN').press('Enter')
    await expect(page.getByText('New, not written yet')).toBeVisible(patience)
    await page.getByRole('button', { name: "Clone… of profile “hub o'clock”" }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('night shift 2')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toBeHidden(patience)
    await page.keyboard.press('Control+Shift+P')
    await expect(add.getByLabel('Name')).toBeFocused()
    await page.keyboard.type('group-audit')
    await add.getByRole('radio', { name: /^IAM Identity Center/ }).check()
    for (const [name, value] of [
      ['SSO session', 'group'],
      ['Region of IAM Identity Center', 'eu-west-1'],
      ['Account', '111122223333'],
      ['Permission set', 'Auditor'],
    ] as const)
      await add.getByRole('combobox', { name }).fill(value)
    await add.getByRole('textbox', { name: 'Start URL' }).fill('http://group.awsapps.com/start')
    await expect(add.getByText(/is not an https address/)).toBeVisible(patience)
    await add.getByRole('textbox', { name: 'Start URL' }).fill('https://group.awsapps.com/start')
    await expect(add.getByText(/is not an https address/)).toBeHidden(patience)
    await expectAccessible(page, 'colours')
    await page.screenshot({ path: test.info().outputPath('new-session.png') })
    await add.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(page.getByText('sso_start_url = https://group.awsapps.com/start')).toBeVisible(patience)
    const line = page.locator('[role="treegrid"] [role="row"]', { hasText: 'BreakGlass' })
    await line.last().click()
    await page.keyboard.press('Control+Delete')
    const remove = page.getByRole('dialog', { name: 'Delete profile glass' })
    await expect(remove.getByText(/is named by context .*tools-break-glass/)).toBeVisible(patience)
    await expectAccessible(page, 'colours')
    await remove.getByRole('button', { name: 'Delete', exact: true }).click()
    await expect(page.getByTitle('Identities: 5 changes of profiles pending, not written yet')).toBeVisible(
      patience,
    )
    await page.reload()
    await page.getByRole('button', { name: /^Identities/ }).press('Enter')
    const bar = page.getByRole('region', { name: 'Changes of profiles' })
    for (const name of ["hub o'clock", 'night shift 2', 'glass'])
      await expect(bar.getByRole('button', { name, exact: true })).toBeVisible(patience)
    await expectAccessible(page, 'colours')
    const dialog = await review(page, 'keyboard')
    await expect(dialog).toContainText('Profile glass is named by context tools-break-glass')
    await page.screenshot({ path: test.info().outputPath('profiles-review.png') })
    await dialog.getByRole('button', { name: /^Apply to all of them/ }).click()
    const question = await questionWindow(fleet, 'Write what aws then runs, reads or asks?')
    await expect(question.getByText('https://group.awsapps.com/start')).toBeVisible()
    await answer(question, 'Write it')
    await expect(page.getByText(/^Wrote 5 changes to/)).toBeVisible(patience)
    const aws = (...args: readonly string[]) =>
      execFileSync('/usr/bin/aws', args, {
        env: { HOME: demo.home, PATH: '/usr/bin:/bin' },
        encoding: 'utf8',
      })
    const names = aws('configure', 'list-profiles').split('\n')
    expect(names).toEqual(expect.arrayContaining(["hub o'clock", 'night shift 2', 'hub']))
    expect(names).not.toContain('glass')
    expect(aws('configure', 'get', 'source_profile', '--profile', 'night shift 2')).toBe('hub\n')
    expect(aws('configure', 'get', 'sso_session', '--profile', 'group-audit')).toBe('group\n')
    expect(await demo.ekscope('undo')).toContain('undone: profile')
    expect(readFileSync(config, 'utf8')).toBe(before)
    await page.getByRole('button', { name: /^Contexts/ }).press('Enter')
  })
})

test('from nobody has looked to kubectl, who is whom the ticked cell said', async () => {
  // Everybody of the demo looks, each with credentials to get first.
  test.setTimeout(240_000)
  const { page } = fleet
  await test.step('everybody looks, and what was not seen says why', async () => {
    await page.getByRole('button', { name: /^Discover/ }).press('Enter')
    await expect(page.getByRole('heading', { name: 'No search for clusters yet' })).toBeVisible(patience)
    await expectAccessibleInFull(page)
    await page.getByRole('main').getByRole('button', { name: 'Find clusters', exact: true }).click()
    await expect(
      page.getByRole('heading', { name: /^\d+ clusters found, \d+ ways in without a context$/ }),
    ).toBeVisible({ timeout: 90_000 })
    for (const name of ['prod-eu', 'tools', 'cn-core'])
      await expect(page.getByRole('columnheader', { name })).toBeVisible()
    await page.getByRole('button', { name: /^Not seen: \d/ }).click()
    await expect(panel(page)).toContainText(/Searched \d accounts, \d regions/)
    await expect(panel(page)).toContainText('Not seen')
    await expect(cell(page, 'PlatformOps', 'tools')).toHaveAccessibleName(/not checked/)
    await expect(cell(page, 'alice', 'playground')).toHaveAccessibleName(/may enter by its access entries/)
  })
  await test.step('an account that nobody named is called by its alias, and says which regions it has enabled', async () => {
    await expect(panel(page)).toContainText('tidepool-shop')
    await expect(panel(page)).toContainText('Not said by accounts')
    await page.getByRole('button', { name: 'Own regions' }).click()
    const dialog = page.getByRole('dialog', { name: 'Find clusters' })
    await dialog.getByRole('checkbox', { name: 'All profiles' }).uncheck()
    for (const name of ['cn-ops', 'cn-shop'])
      await dialog.getByRole('checkbox', { name, exact: true }).check()
    await dialog.getByRole('checkbox', { name: 'All sessions' }).uncheck()
    await dialog.getByRole('radio', { name: /^Those that each account has enabled/ }).check()
    await expectAccessible(page, 'colours')
    await dialog.getByRole('button', { name: 'Find clusters', exact: true }).click()
    await expect(panel(page).getByRole('button', { name: /^tidepool-shop cn-north-1: / })).toBeVisible(
      patience,
    )
    await page.getByRole('button', { name: 'Enabled regions' }).click()
    await expect(dialog).toContainText(/2 accounts said so just now: 2 regions\./, patience)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: /^Contexts/ }).press('Enter')
    await filterBy(page, 'context:cn-shop')
    await expect(fleet.grid).toContainText('tidepool-shop')
    await filterBy(page, '')
    await page.getByRole('button', { name: /^Discover/ }).press('Enter')
  })
  await test.step('aws-auth stands in the clusters, and asking them says how many tokens it takes', async () => {
    await expect(cell(page, 'carol', 'stage')).toHaveAccessibleName(
      /not known: aws-auth is kept in the cluster/,
    )
    await page.getByRole('textbox', { name: 'Filter what was found' }).fill('stage')
    await expect(page.getByText(/^aws-auth of 1 cluster is not read yet/)).toContainText(
      /1 token, up to \d where clusters refuse$/,
    )
    await page.getByRole('button', { name: 'Ask 1 cluster', exact: true }).click()
    await expect(cell(page, 'carol', 'stage')).toHaveAccessibleName(/may enter by its aws-auth/, patience)
    await page.getByRole('textbox', { name: 'Filter what was found' }).fill('')
  })
  await test.step('ticked by the keyboard, and named by the template', async () => {
    const observability = cell(page, 'alice', 'observability')
    await observability.focus()
    await page.keyboard.press('Space')
    await expect(observability).toHaveAttribute('aria-selected', 'true')
    await cell(page, 'alice', 'playground').click()
    await expect(panel(page).getByRole('heading', { name: '2 contexts to add' })).toBeVisible()
    await expect(panel(page)).toContainText('platform-observability-euw1')
    await panel(page).getByRole('textbox', { name: 'Names', exact: true }).fill('{role}@{cluster}')
    await panel(page).getByRole('textbox', { name: 'Namespace' }).fill('default')
    await expectAccessible(page)
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await expectAccessible(page, 'colours')
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await panel(page).getByRole('button', { name: 'Add 2 as pending changes' }).click()
    await expectPending(page, 2)
    await expect(cell(page, 'alice', 'playground')).toHaveAccessibleName(/alice@playground is pending/)
  })
  await test.step('tried before it is written, verified after', async () => {
    const dialog = await review(page, 'keyboard')
    await dialog.getByRole('button', { name: /^Try/ }).click()
    await expect(dialog.getByText('tried').first()).toBeVisible({ timeout: 60_000 })
    await dialog.getByRole('button', { name: 'Apply and verify' }).click()
    await expectPending(page, 0)
    await expect(page.getByText(/^Wrote 2 changes to ~\//).first()).toBeVisible(patience)
    await page.keyboard.press('Escape')
    await expect(cell(page, 'alice', 'playground')).toHaveAccessibleName(
      /alice@playground works, seen as alice/,
      patience,
    )
  })
  await test.step('all that can be done about a cluster that was found is in sight beside the list', async () => {
    await page.getByRole('button', { name: /^Clusters/ }).press('Enter')
    await page.locator('[role="treegrid"] [role="row"]', { hasText: 'playground' }).last().click()
    const detail = page.getByRole('complementary', { name: 'About the cluster' })
    for (const name of ['Ask AWS', 'Add context…', 'Show contexts'])
      await expect(detail.getByRole('button', { name })).toBeInViewport({ ratio: 1 })
  })
  expect(demo.read().context('alice@observability')).toMatchObject({ namespace: 'default' })
  expect(whoami('alice@playground')).toBe('alice')
  await page.getByRole('button', { name: /^Contexts/ }).press('Enter')
})

test('in the narrowest window no sign in the button of the environment stands over another', {
  tag: '@full',
}, async () => {
  const { page, app } = fleet
  const resize = (width: number, height: number) =>
    app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    )
  const before = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  await page.getByRole('button', { name: /^Discover/ }).press('Enter')
  const environment = page.getByRole('button', { name: /Login shell\s*exports/ })
  await resize(760, 700)
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(760)
  await expect(environment.locator('[data-exports] svg')).toBeVisible()
  const over = await environment.evaluate((button) =>
    [...button.querySelectorAll('svg')]
      .map((sign) => sign.getBoundingClientRect())
      .filter(({ width }) => width > 0)
      .some(({ left }, at, signs) => left < (signs[at - 1]?.right ?? 0)),
  )
  expect(over).toBe(false)
  await resize(before.width, before.height)
  await page.getByRole('button', { name: /^Contexts/ }).press('Enter')
})
