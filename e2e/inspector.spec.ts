import { expect, test } from '@playwright/test'
import { clipboard, expectAccessible, expectRows, filterBy, inspect, link, oneApp, tab } from './app'

const fleet = oneApp({ startWith: 'demo' })
const patience = { timeout: 30_000 }

test.beforeEach(() => expectRows(fleet.grid))

test('before a check: a sentence, whom files name and would give, where each says so, and one fix', async () => {
  const inspector = await inspect(fleet.page, 'prod-readonly')
  await expect(inspector.getByRole('heading', { level: 3 }).first()).toContainText(
    'Not checked, but would act as key AKIA',
  )
  const intended = link(inspector, 'intended')
  await expect(intended).toContainText('arn:aws:iam::111122223333:role/ReadOnly')
  await expect(intended).toContainText('profile pay-ro, by AWS_PROFILE in the entry')
  await expect(intended).toContainText(/keys in .*credentials:\d+ → alice → hub → pay-ro/)
  const predicted = link(inspector, 'predicted')
  await expect(predicted).toContainText('AWS_ACCESS_KEY_ID of the login shell wins here')
  await expect(predicted).toContainText(/key AKIA[A-Z0-9]{16}/)
  await expect(link(inspector, 'proven')).toContainText('not asked yet')
  await expect(link(inspector, 'seen')).toContainText('not asked yet')
  await expect(inspector.getByRole('button', { name: 'Pin to pay-ro by --profile' })).toBeVisible()
  const findings = await tab(inspector, 'Findings')
  await expect(findings).toContainText('env-keys-win')
  await expect(findings).toContainText('pay-ro')
  await expect(inspector.getByRole('button', { name: /Pin/ })).toHaveCount(1)
  await tab(inspector, 'Identity')
})

test('after a check: the chain to the cluster, each step that took time, and the facts of the token', async () => {
  const inspector = await inspect(fleet.page, 'prod-admin')
  await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
  await expect(inspector).toContainText(/Acts as Admin( \(may do everything\))?, as intended/, patience)
  await expect(inspector).toContainText('The cluster sees admin:alice.')
  await expect(link(inspector, 'intended')).toContainText('profile pay, by --profile in the entry')
  await expect(link(inspector, 'intended')).toContainText('arn:aws:iam::111122223333:role/Admin')
  // The same chain is not said twice.
  await expect(link(inspector, 'predicted')).toHaveCount(0)
  await expect(link(inspector, 'proven')).toContainText('arn:aws:sts::111122223333:assumed-role/Admin/alice')
  await expect(link(inspector, 'seen')).toContainText('admin:alice')
  await expect(link(inspector, 'seen')).toContainText('system:authenticated')

  const steps = (await tab(inspector, 'Steps')).getByRole('listitem')
  const told = await steps.allTextContents()
  expect(told.length).toBeGreaterThanOrEqual(4)
  // Run, STS, cluster: each with how long it took; what took no time says none.
  expect(told.filter((step) => /\d (ms|s)$/.test(step)).length).toBeGreaterThanOrEqual(3)
  expect(told.filter((step) => /(^|\D)0 ms$/.test(step))).toEqual([])
  expect(told.join('\n')).toContain('STS says role Admin of 111122223333')

  const token = await tab(inspector, 'Token')
  await expect(token).toContainText('For clusterprod-eu')
  await expect(token).toContainText(/Access keyASIA[A-Z0-9]{16}/)
  await expect(token).toContainText('temporary (session token)')
  await expect(token).toContainText(/Valid until.*1[45] min left/)
})

test('the exec command stands there as it would be run, with its own variables', {
  tag: '@full',
}, async () => {
  const admin = await tab(await inspect(fleet.page, 'prod-admin'), 'Entry')
  await expect(admin).toContainText(
    'aws --region eu-west-1 --profile pay eks get-token --cluster-name prod-eu --output json',
  )
  await expect(admin).toContainText('client.authentication.k8s.io/v1beta1')
  await expect(admin).toContainText(/Program\S*\/aws, version 2\.\d/)
  const readonly = await tab(await inspect(fleet.page, 'prod-readonly'), 'Entry')
  await expect(readonly).toContainText('AWS_PROFILE=pay-ro')
  const backup = await tab(await inspect(fleet.page, 'tools-backup'), 'Entry')
  await expect(backup).toContainText('This context runs no command.')
})

test('no token, key or password is anywhere in the page', async () => {
  const { page } = fleet
  for (const context of [
    'prod-admin',
    'tools-backup',
    'tools-operator',
    'tools-node',
    'platform-ci',
    'stage-env',
  ]) {
    const inspector = await inspect(page, context)
    await expect(await tab(inspector, 'Entry')).toContainText('user', patience)
    const html = await page.content()
    expect(html).not.toContain('k8s-aws-v1.')
    // The made-up secrets of the fleet: a static token, PEM keys as base64, secret access keys (40 characters).
    expect(html).not.toMatch(/tools-backup-[A-Za-z0-9]{8}/)
    expect(html).not.toContain('LS0tLS1CRUdJTiBQUklWQVRFIEtFWS')
    expect(html).not.toMatch(/(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[+/])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/)
  }
})

test('the entry’s YAML is shown with file and line, and what is secret in it is taken out', async () => {
  const { page } = fleet
  const admin = await tab(await inspect(page, 'prod-admin'), 'Entry')
  await expect(admin).toContainText(/~\/\.kube\/config:\d+/)
  await expect(admin).toContainText('namespace: checkout')
  // Comments are the user's own words.
  await expect(admin).toContainText('# hub -> payments-prod/Admin')
  const keys = await tab(await inspect(page, 'platform-ci'), 'Entry')
  await expect(keys).toContainText('AWS_SECRET_ACCESS_KEY')
  await expect(keys).toContainText(/redacted|\*{3}|•|removed|masked/i)
  const operator = await tab(await inspect(page, 'tools-operator'), 'Entry')
  await expect(operator).toContainText('password')
})

test('a command is copied in the one writing that all shells read alike, and not offered where there is none', {
  tag: '@full',
}, async () => {
  const { page, app } = fleet
  await filterBy(page, 'context:pwned')
  await fleet.grid.getByText('$(touch pwned)').first().click()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await tab(inspector, 'Identity')
  await expect(
    inspector.getByText(/^kubectl \(not offered as a command: not every shell reads /),
  ).toBeVisible()
  const copy = inspector.getByRole('button', { name: 'Copy: Who the cluster sees' })
  await expect(copy).toBeHidden()
  // A name that looks like an option is joined to it.
  await filterBy(page, 'context:--help')
  await fleet.grid.getByText('--help', { exact: true }).first().click()
  await copy.click()
  await expect(page.getByText('Copied Who the cluster sees')).toBeVisible()
  await expect.poll(() => clipboard(app)).toBe("kubectl '--context=--help' auth whoami")
})

test('each kind of trouble is said in words, with what to do next', { tag: '@full' }, async () => {
  const { page } = fleet
  for (const [context, what, next] of [
    ['prod-us-finance', 'Sign in to finance', 'aws sso login --sso-session finance'],
    ['old-alpha', 'v1alpha1', 'v1beta1'],
    ['tools-ghost', 'payments-2021', 'profile'],
    ['dangling-cluster', 'cluster', ''],
  ] as const) {
    const inspector = await inspect(page, context)
    await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
    await expect(inspector.getByText(/^(not checked|checking|waiting)$/)).toHaveCount(0, patience)
    await expect(inspector).toContainText(what)
    await expect(inspector).toContainText(next)
  }
  // The command is copied alone, without the sentence around it.
  const inspector = await inspect(page, 'prod-us-finance')
  await inspector.getByRole('button', { name: /^Copy: aws sso login/ }).click()
  await expect.poll(() => clipboard(fleet.app)).toBe('aws sso login --sso-session finance')
  expect(fleet.complaints).toEqual([])
})

test('signing in from a row: the host first, the address from main alone, and the row is verified by itself', async () => {
  const { page, app } = fleet
  const inspector = await inspect(page, 'prod-us-finance')
  const signIn = inspector.getByRole('button', { name: 'Sign in to finance' })
  // A change that is not written takes nothing away from it.
  await page.keyboard.type('prod-us-money')
  await page.keyboard.press('Enter')
  await expect(inspector.getByRole('button', { name: 'Try', exact: true })).toBeVisible()
  await expect(signIn).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(inspector.getByRole('button', { name: 'Try', exact: true })).toHaveCount(0)
  await signIn.click()
  const dialog = page.getByRole('dialog', { name: 'Sign in to finance' })
  await expect(dialog).toContainText(/127\.0\.0\.1:\d+/, patience)
  await expectAccessible(page)
  // The demo's portal, as the browser of this machine would come to it and be sent back here.
  await dialog.getByRole('button', { name: 'Copy the address' }).click()
  await expect.poll(() => clipboard(app)).toContain('/authorize?')
  const answered = await fetch(await clipboard(app), {
    method: 'POST',
    body: new URLSearchParams({ answer: 'allow' }),
  })
  expect(await answered.text()).toContain('You can close this page')
  await expect(dialog).toHaveCount(0, patience)
  await expect(inspector.getByText('verified', { exact: true }).first()).toBeVisible(patience)
  expect(fleet.complaints).toEqual([])
})

test('the inspector follows the row that has the keyboard, and says when the filter takes that away', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await inspect(page, 'prod-ci')
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  const title = inspector.getByRole('heading', { level: 2 })
  await filterBy(page, 'context:prod-')
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  const focused = page.locator('[role="row"]:focus-within')
  await page.keyboard.press('ArrowDown')
  await expect(focused).toContainText((await title.textContent()) ?? 'nothing')
  const before = (await title.textContent()) ?? ''
  await page.getByRole('combobox', { name: 'Filter contexts' }).fill('context:lake')
  await expect(inspector.getByText('Not in this filter')).toBeVisible()
  await expect(title).toHaveText(before)
  await expectAccessible(page)
  await inspector.getByRole('button', { name: 'Show it' }).click()
  await expect(inspector.getByText('Not in this filter')).toHaveCount(0)
  await expect(focused).toContainText(before)
  expect(fleet.complaints).toEqual([])
})

test('however wide a panel is dragged, the contexts beside it say whom they act as, and in the narrowest window no state is cut', {
  tag: '@full',
}, async () => {
  const { page, app, grid } = fleet
  const before = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  const resize = (width: number, height: number) =>
    app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    )
  const inspector = await inspect(page, 'prod-readonly')
  const edge = inspector.getByRole('separator')
  /** Whether all of a column is beside the panel. */
  const isWhole = async (title: RegExp) => {
    const column = await grid.getByRole('columnheader', { name: title }).boundingBox()
    const panel = await inspector.boundingBox()
    return (column?.x ?? 0) + (column?.width ?? 0) <= (panel?.x ?? 0)
  }
  await resize(1280, 800)
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1280)
  // The row that has the keyboard stays in sight in a lower window, too.
  await filterBy(page, '')
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('PageDown')
  const held = grid.locator('[tabindex="0"]')
  await expect(held).toBeInViewport({ ratio: 0.9 })
  await resize(1280, 600)
  await expect.poll(() => page.evaluate(() => innerHeight)).toBe(600)
  await expect(held).toBeInViewport({ ratio: 0.9 })
  await resize(1280, 800)
  await expect.poll(() => page.evaluate(() => innerHeight)).toBe(800)
  await filterBy(page, 'context:"prod-readonly"')
  await edge.press('Home')
  for (const title of [/^Verdict/, /^Proof/, /acts? as$/i]) await expect.poll(() => isWhole(title)).toBe(true)
  await resize(760, 600)
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(760)
  await expect.poll(() => isWhole(/^Verdict/)).toBe(true)
  await edge.dblclick()
  // As it is without anybody's doing, and as wide as can be.
  await resize(1024, 768)
  await expect.poll(async () => (await inspector.boundingBox())?.width).toBe(340)
  await edge.press('Home')
  await expect.poll(async () => (await inspector.boundingBox())?.width).toBe(376)
  await edge.dblclick()
  await resize(760, 600)
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(760)
  await inspector.getByRole('button', { name: 'Close the inspector' }).click()

  await page.getByRole('button', { name: /^Identities/ }).press('Enter')
  const list = page.getByRole('treegrid')
  await list.getByRole('row').nth(3).waitFor()
  await list.evaluate((element) => element.scrollTo(0, 300))
  const cut = () =>
    list.evaluate((element) =>
      [...element.querySelectorAll('[role="gridcell"][data-column="state"] *')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth && clientWidth > 0)
        .map(({ textContent }) => textContent),
    )
  await expect(list.getByText('needs an MFA code')).toBeVisible()
  expect(await cut()).toEqual([])
  // Of two profiles one is whole.
  const profiles = list.locator('[data-column="profiles"] [title="platform, night shift"]')
  const others = await profiles.getByText('+1').boundingBox()
  const cell = await profiles.boundingBox()
  expect(others?.width).toBeGreaterThan(0)
  expect((others?.x ?? 0) + (others?.width ?? 0)).toBeLessThan((cell?.x ?? 0) + (cell?.width ?? 0))
  await page.getByRole('button', { name: /^Contexts/ }).press('Enter')
  await resize(before.width, before.height)
})
