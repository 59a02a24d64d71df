import { readFileSync, writeFileSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import * as v from 'valibot'
import { cellOf, expectAccessible, filterBy, oneApp, rowOf } from './app'
import {
  apply,
  demoFiles,
  dismissAll,
  expectPending,
  lines,
  palette,
  patience,
  review,
  rowMenu,
  tabAndPress,
  walkTo,
  write,
} from './editing-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Add contexts from EKS' })
const cluster = (form: Locator, name: string) => form.getByRole('checkbox', { name: new RegExp(`^${name} `) })

/** Opens the dialog and has a profile look; what AWS says of it stands there before anything else. */
async function lookAs(page: Page, profile: string): Promise<Locator> {
  await palette(page, 'Add contexts from EKS…')
  const form = dialogOf(page)
  await form.getByRole('combobox', { name: 'Search as' }).fill(profile)
  await page.keyboard.press('Tab')
  return form
}

async function addRegion(form: Locator, region: string): Promise<void> {
  await form.getByRole('combobox', { name: /egion$/ }).fill(region)
  await expect(form.getByRole('button', { name: `Remove ${region}` })).toBeVisible()
}

const reviewed = v.object({ status: v.object({ userInfo: v.object({ username: v.string() }) }) })
/** Who the cluster says that kubectl is, with this context. */
const whoami = (context: string): string =>
  v.parse(reviewed, JSON.parse(demo.kubectl('--context', context, 'auth', 'whoami', '-o', 'json'))).status
    .userInfo.username

test('clusters of two regions become contexts of two identities, with users of their own', async () => {
  const { page } = fleet
  const form = await lookAs(page, 'pay')
  await expect(form.getByRole('status').first()).toContainText('assumed-role/Admin/', patience)
  // All of them are one thing to read, and to give up.
  await form.getByRole('button', { name: 'All 32 regions' }).click()
  await expect(form.getByText('32 regions', { exact: true })).toBeVisible()
  await form.getByRole('button', { name: 'Choose fewer regions' }).click()
  await addRegion(form, 'us-east-1')
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await expect(form.getByText('4 clusters in 2 regions')).toBeVisible(patience)
  await expect(cluster(form, 'prod-eu')).toHaveAccessibleName(
    /^prod-eu eu-west-1 1111 2222 3333 1\.31 ACTIVE https:\/\/127\.0\.0\.1:\d+ in your files: prod-admin/,
  )
  await cluster(form, 'prod-eu').check()
  await cluster(form, 'prod-us').check()
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('{role|lower}@{cluster}')
  await form.getByRole('textbox', { name: 'Namespace' }).fill('checkout')
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Add 2 contexts' }).click()
  await expectPending(page, 2)
  await write(page, 'keyboard')
  // The same cluster once more, as somebody else: by the keyboard alone.
  await page.keyboard.press('Control+Shift+a')
  const again = dialogOf(page)
  await expect(again).toBeVisible()
  await again.getByRole('combobox', { name: 'Search as' }).focus()
  await page.keyboard.type('pay-ro')
  await page.keyboard.press('Tab')
  await expect(again.getByRole('status').first()).toContainText('assumed-role/ReadOnly/', patience)
  await tabAndPress(page, again.getByRole('button', { name: 'Find clusters' }))
  await expect(cluster(again, 'prod-eu')).toBeVisible(patience)
  await cluster(again, 'prod-eu').focus()
  await page.keyboard.press('Space')
  await again.getByRole('textbox', { name: 'Name', exact: true }).fill('{role|lower}@{cluster}')
  await page.keyboard.press('Enter')
  await expectPending(page, 1)
  await write(page, 'keyboard')
  const { context } = demo.read()
  expect(context('admin@prod-eu')).toMatchObject({ user: 'admin@prod-eu', namespace: 'checkout' })
  expect(context('readonly@prod-eu')?.cluster).toBe(context('admin@prod-eu')?.cluster)
  expect([whoami('admin@prod-eu'), whoami('readonly@prod-eu')]).toEqual(['admin:alice', 'readonly'])
})

test('clusters that no context can be made for say why, and a local one on Outposts is called by its id', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const form = await lookAs(page, 'dev')
  await expect(form.getByRole('status').first()).toContainText('assumed-role/Developer/', patience)
  await addRegion(form, 'eu-central-1')
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await expect(form.getByText('4 clusters in 2 regions')).toBeVisible(patience)
  for (const [name, status] of [
    ['preview', 'CREATING'],
    ['attic', 'FAILED'],
  ] as const) {
    await expect(cluster(form, name)).toBeDisabled()
    await expect(form.getByText(`Cluster status is ${status}`)).toBeVisible()
  }
  await expectAccessible(page)
  await form.getByRole('combobox', { name: 'Search as' }).fill('sandbox')
  // Somebody else looks: what was found is forgotten.
  await expect(cluster(form, 'attic')).toHaveCount(0)
  await expect(form.getByRole('status').first()).toContainText('assumed-role/Sandbox/', patience)
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await cluster(form, 'outpost-hall').check()
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('hall-by-id')
  await form.getByRole('button', { name: 'Add 1 context' }).click()
  await write(page, 'mouse')
  expect(demo.read().args('hall-by-id')).toContain('--cluster-id')
  expect(whoami('hall-by-id')).toBe('hall:alice@tidepool')
})

test('the cluster’s own service role is refused with the reason, and a role on top of a role is said to be one', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const form = await lookAs(page, 'platform')
  await expect(form.getByRole('status').first()).toContainText('PlatformOps', patience)
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await cluster(form, 'tools').check()
  await form.getByRole('radio', { name: 'A role on top of it' }).check()
  const role = form.getByRole('combobox', { name: 'Role of the contexts' })
  await role.fill('arn:aws:iam::777788889999:role/tools-cluster-role')
  await expect(form.getByRole('alert')).toContainText('is the service role of cluster tools')
  await expect(form.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
  await role.fill('arn:aws:iam::777788889999:role/BreakGlass')
  await expect(form.getByText(/assume/).first()).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(form).toHaveCount(0)
  await expectPending(page, 0)
})

test('whoever may not look, or is signed in no more, is told so with what to do', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const form = await lookAs(page, 'auditor')
  const who = form.getByRole('status').first()
  await expect(who).toContainText('user/auditor', patience)
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await expect(form).toContainText(
    'AWS denied ListClusters to profile auditor in eu-west-1. Use an identity whose policy allows eks:ListClusters',
    patience,
  )
  for (const [profile, says] of [
    ['contractor', /expired.*Renew the sign-in|have expired.*Put new ones/],
    ['frank', /does not know the access key of profile frank.*Check the key/],
    ['finance', /sign.?in|aws sso login/i],
    ['loop-a', /loop|circle/i],
  ] as const) {
    await form.getByRole('combobox', { name: 'Search as' }).fill(profile)
    await page.keyboard.press('Tab')
    await expect(who).toContainText(says, patience)
    await expect(form.getByRole('button', { name: 'Find clusters' })).toBeDisabled()
  }
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Cancel' }).click()
})

test('a look that is stopped keeps what was found, and one that AWS throttles says so', {
  tag: '@full',
}, async () => {
  test.setTimeout(90_000)
  const { page } = fleet
  const form = await lookAs(page, 'pay')
  await expect(form.getByRole('status').first()).toContainText('assumed-role/Admin/', patience)
  // In the demo AWS throttles every search in Tokyo.
  await addRegion(form, 'ap-northeast-1')
  await form.getByRole('button', { name: 'Find clusters' }).click()
  await expect(cluster(form, 'prod-eu')).toBeVisible(patience)
  await form.getByRole('button', { name: 'Stop' }).click()
  await expect(form.getByText('3 clusters in 2 regions')).toBeVisible()
  await expect(form.getByText('throttled')).toHaveCount(0)
  await cluster(form, 'ledger').check()
  await expect(form.getByRole('button', { name: 'Add 1 context' })).toBeEnabled()
  await form.getByRole('button', { name: 'Remove eu-west-1' }).click()
  await form.getByRole('button', { name: 'Search again' }).click()
  await expect(form).toContainText(
    /ap-northeast-1.*AWS throttled ListClusters in ap-northeast-1.*Wait a minute and try again/,
    patience,
  )
  await form.getByRole('button', { name: 'Cancel' }).click()
})

test('refresh brings endpoint and CA up to date, for one context and for several, and keeps everything else', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const before = readFileSync(demo.main, 'utf8')
  await rowMenu(page, 'ledger', 'Refresh endpoint and CA from AWS')
  await expectPending(page, 1)
  const dialog = await review(page, 'mouse')
  await expect(lines(dialog, 'added')).toHaveText([/certificate-authority-data/])
  await apply(page, dialog, 'mouse')
  const after = readFileSync(demo.main, 'utf8')
  const differing = after.split('\n').filter((line, at) => line !== before.split('\n')[at])
  expect(differing).toHaveLength(1)
  expect(whoami('ledger')).toContain('Admin')
  await walkTo(page, 'ledger', 'Context')
  await page.keyboard.press('Control+Enter')
  await expect(await cellOf(rowOf(grid, 'ledger'), 'Verdict')).toHaveText('verified', patience)
  // Several at once: all are up to date now but one, which another program has moved.
  const proxiedServer = /(- name: tools-through-proxy.*\n {2}cluster:\n {4}server: ).*/
  writeFileSync(demo.main, after.replace(proxiedServer, '$1https://gone.gr7.eu-west-1.eks.amazonaws.com'))
  await expect(page.getByText(/changed outside Ekscope/)).toBeVisible()
  await dismissAll(page)
  await filterBy(page, 'context:platform-proxy')
  await page.keyboard.press('Control+a')
  await palette(page, 'Refresh endpoint and CA from AWS')
  // It leads through a name of its own, so that has to be asked for.
  await expect(page.getByText('has a tls-server-name, so it was not changed')).toBeVisible(patience)
  await expectPending(page, 0)
  await page.getByRole('button', { name: 'Take the endpoint from AWS' }).click()
  await expect(page.getByText('1 cluster differs from AWS: now pending')).toBeVisible(patience)
  await expectPending(page, 1)
  await dismissAll(page)
  // The demo's clusters are none of EKS's own hosts, and what takes the place of such a one is asked about.
  await write(page, 'keyboard', fleet)
  expect(readFileSync(demo.main, 'utf8')).toBe(after)
  const proxied = demo.read().cluster('tools-through-proxy')
  expect(proxied).toMatchObject({
    'tls-server-name': 'localhost',
    'proxy-url': expect.stringContaining('127.0.0.1'),
  })
  expect(whoami('platform-proxy')).toBe('ops:alice')
})

test('a cluster that is gone, and one that nothing names, are reported by context', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const arn = 'arn:aws:eks:eu-west-1:777788889999:cluster/gone'
  demo.kubectl('config', 'set-cluster', arn, '--server=https://127.0.0.1:9')
  demo.kubectl('config', 'set-context', 'gone', `--cluster=${arn}`, '--user=platform-tools')
  await filterBy(page, 'context:"gone"')
  await expect(rowOf(fleet.grid, 'gone')).toBeVisible()
  await dismissAll(page)
  await filterBy(page, 'gone')
  await page.keyboard.press('Control+a')
  await palette(page, 'Refresh endpoint and CA from AWS', 'Refresh endpoint and CA of ')
  const told = page.getByRole('alert')
  await expect(told.filter({ hasText: 'gone: There is no cluster gone in eu-west-1' })).toBeVisible(patience)
  await expect(told.filter({ hasText: 'dangling-cluster: Nothing says which EKS cluster' })).toBeVisible()
  await expectPending(page, 0)
  await dismissAll(page)
  expect(fleet.complaints).toEqual([])
})
