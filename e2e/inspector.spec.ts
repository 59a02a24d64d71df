import { expect, test } from '@playwright/test'
import { clipboard, expectRows, filterBy, inspect, oneApp, section } from './app'

const fleet = oneApp({ startWith: 'demo' })
const patience = { timeout: 30_000 }

test.beforeEach(() => expectRows(fleet.grid))

test('before a check: a sentence, whom files name and would give, and where each says so', async () => {
  const inspector = await inspect(fleet.page, 'prod-readonly')
  await expect(inspector).toContainText('Not checked, but the context would act as key AKIA')
  const identity = section(inspector, 'Identity')
  const facts = await identity.getByRole('definition').allTextContents()
  const [intended = '', predicted = '', proven = '', seen = ''] = facts
  expect(intended).toContain('arn:aws:iam::111122223333:role/ReadOnly')
  expect(intended).toContain('profile pay-ro (AWS_PROFILE in exec env)')
  expect(intended).toContain('source_profile hub')
  expect(predicted).toMatch(/key AKIA[A-Z0-9]{16}/)
  expect(predicted).toContain('AWS_ACCESS_KEY_ID of the login shell')
  expect(proven).toContain('AWS was not asked yet')
  expect(seen).toContain('not asked')
  const findings = section(inspector, 'Findings')
  await expect(findings).toContainText('env-keys-win')
  await expect(findings).toContainText('pay-ro')
})

test('after a check: all four identities, each step with its time, and the facts of the token', async () => {
  const inspector = await inspect(fleet.page, 'prod-admin')
  await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
  await expect(inspector).toContainText('This context acts as Admin, as it should.', patience)
  await expect(inspector).toContainText('The cluster sees admin:alice.')
  const facts = await section(inspector, 'Identity').getByRole('definition').allTextContents()
  const [intended = '', predicted = '', proven = '', seen = ''] = facts
  expect(intended).toContain('--profile in exec args')
  expect(intended).toContain('arn:aws:iam::111122223333:role/Admin')
  // The same chain is not said twice.
  expect(predicted).toBe('Adminthe same way as intended')
  expect(proven).toContain('arn:aws:sts::111122223333:assumed-role/Admin/alice')
  expect(proven).toContain('account 111122223333')
  expect(seen).toContain('admin:alice')
  expect(seen).toContain('system:authenticated')

  const steps = section(inspector, 'Steps').getByRole('listitem')
  const told = await steps.allTextContents()
  expect(told.length).toBeGreaterThanOrEqual(4)
  // Run, token, STS, cluster: each with how long it took.
  expect(told.filter((step) => /\d (ms|s)$/.test(step)).length).toBeGreaterThanOrEqual(4)
  expect(told.join('\n')).toContain('STS says role Admin of 111122223333')

  const token = section(inspector, 'Token')
  await expect(token).toContainText('For clusterprod-eu')
  await expect(token).toContainText(/Access keyASIA[A-Z0-9]{16}/)
  await expect(token).toContainText('temporary (session token)')
  await expect(token).toContainText(/Valid until.*1[45] min left/)
})

test('the exec command stands there as it would be run, with its own variables', async () => {
  const admin = await inspect(fleet.page, 'prod-admin')
  await expect(section(admin, 'What would be run')).toContainText(
    'aws --region eu-west-1 --profile pay eks get-token --cluster-name prod-eu --output json',
  )
  await expect(section(admin, 'What would be run')).toContainText('client.authentication.k8s.io/v1beta1')
  await expect(section(admin, 'What would be run')).toContainText(/Program\S*\/aws, version 2\.\d/)
  const readonly = await inspect(fleet.page, 'prod-readonly')
  await expect(section(readonly, 'What would be run')).toContainText('AWS_PROFILE=pay-ro')
  const backup = await inspect(fleet.page, 'tools-backup')
  await expect(section(backup, 'What would be run')).toContainText('This context runs no command.')
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
    await expect(section(inspector, 'Entry')).toContainText('user', patience)
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
  const admin = section(await inspect(page, 'prod-admin'), 'Entry')
  await expect(admin).toContainText(/~\/\.kube\/config:\d+/)
  await expect(admin).toContainText('namespace: checkout')
  // Comments are the user's own words.
  await expect(admin).toContainText('# hub -> payments-prod/Admin')
  const keys = section(await inspect(page, 'platform-ci'), 'Entry')
  await expect(keys).toContainText('AWS_SECRET_ACCESS_KEY')
  await expect(keys).toContainText(/redacted|\*{3}|•|removed|masked/i)
  const operator = section(await inspect(page, 'tools-operator'), 'Entry')
  await expect(operator).toContainText('password')
})

test('commands are copied quoted for a POSIX shell, and for PowerShell by choice', async () => {
  const { page, app } = fleet
  await filterBy(page, 'context:pwned')
  await fleet.grid.getByText('$(touch pwned)').first().click()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  const copy = inspector.getByRole('button', { name: 'Copy: Who the cluster sees' })
  await copy.click()
  await expect(page.getByText('Copied Who the cluster sees')).toBeVisible()
  expect(await clipboard(app)).toBe(`kubectl --context '$(touch pwned) '\\''n "quoted"' auth whoami`)
  await page.keyboard.press('Control+,')
  await page.getByRole('radio', { name: 'PowerShell' }).click()
  await page.getByRole('button', { name: /^Contexts/ }).click()
  await copy.click()
  await expect.poll(() => clipboard(app)).toContain(`'$(touch pwned) ''n`)
  await page.keyboard.press('Control+,')
  await page.getByRole('radio', { name: /^POSIX/ }).click()
  await page.getByRole('button', { name: /^Contexts/ }).click()
  // A name that looks like an option is joined to it.
  await filterBy(page, 'context:--help')
  await fleet.grid.getByText('--help', { exact: true }).first().click()
  await copy.click()
  await expect.poll(() => clipboard(app)).toBe('kubectl --context=--help auth whoami')
})

test('each kind of trouble is said in words, with what to do next', async () => {
  const { page } = fleet
  for (const [context, what, next] of [
    ['prod-us-finance', 'A sign-in is needed.', 'aws sso login --profile finance'],
    ['old-alpha', 'v1alpha1', 'v1beta1'],
    ['tools-ghost', 'payments-2021', 'profile'],
    ['dangling-cluster', 'cluster', ''],
  ] as const) {
    const inspector = await inspect(page, context)
    await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
    await expect(inspector.getByText(/^(not checked|checking)$/)).toHaveCount(0, patience)
    await expect(inspector).toContainText(what)
    await expect(inspector).toContainText(next)
  }
  expect(fleet.complaints).toEqual([])
})
