import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectAccessibleInFull, oneApp } from './app'
import { demoFiles, expectPending, write } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)

test.afterAll(() => expect(fleet.complaints).toEqual([]))

test('from the keyboard alone: AWS asked about one account, one made again and another CA refreshed with all else kept, who may enter', async () => {
  test.setTimeout(180_000)
  const { page } = fleet
  await page.getByRole('button', { name: /^Clusters/ }).press('Enter')
  const list = page.locator('[role="treegrid"]')
  await expect(list.locator('[role="row"][aria-level="2"]').first()).toBeVisible({ timeout: 30_000 })
  await expect(list.getByText('not asked yet').first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter clusters' }).fill('payments-prod')
  await page.getByRole('button', { name: 'Ask about 4' }).press('Enter')
  const row = (name: string) => list.locator('[role="row"]', { hasText: name })
  await expect(row('ledger')).toContainText('another CA', { timeout: 60_000 })
  await expect(row('invoices')).toContainText('recreated', { timeout: 60_000 })
  await expect(row('prod-us')).toContainText(/public · [\d,]+ ms/, { timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Ask about 4' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('button', { name: /1 recreated/ })).toBeVisible()
  await expectAccessibleInFull(page)

  // Made again: the one fix is a pending change that touches nothing but endpoint and CA.
  await page.getByRole('textbox', { name: 'Filter clusters' }).press('ArrowDown')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const detail = page.getByRole('complementary', { name: 'About the cluster' })
  await expect(detail.getByRole('heading', { level: 2 })).toHaveText('invoices')
  await expect(detail.getByRole('heading', { name: 'The cluster was deleted and made again' })).toBeVisible()
  await expect(detail.getByText('never for people')).toBeVisible()
  await expectAccessibleInFull(page)
  await detail.getByRole('button', { name: 'Refresh from AWS' }).press('Enter')
  await expectPending(page, 1)
  // Another CA: nothing but the CA.
  await row('invoices').focus()
  await page.keyboard.press('ArrowDown')
  await expect(detail.getByRole('heading', { level: 2 })).toHaveText('ledger')
  await detail.getByRole('button', { name: 'Refresh from AWS' }).press('Enter')
  await expectPending(page, 2)
  const before = readFileSync(demo.main, 'utf8')
  await write(page, 'keyboard')
  // Of the whole file two CAs and one address are others: comments, extensions and the rest stand as they stood.
  const lines = (text: string) => text.split('\n')
  const after = readFileSync(demo.main, 'utf8')
  const others = lines(before).flatMap((line, at) => (line === lines(after)[at] ? [] : [line.trim()]))
  expect(lines(after)).toHaveLength(lines(before).length)
  expect(others.map((line) => line.split(':')[0])).toEqual([
    'certificate-authority-data',
    'server',
    'certificate-authority-data',
  ])
  const kept =
    /server: (https:\S+) +# ask Bob before changing\n(?:.*\n){2} +extensions:\n.*oncall: "#invoices"/
  expect(kept.exec(after)?.[1]).not.toBe('https://127.0.0.1:2')
  const whoami = demo.kubectl(
    '--context',
    'invoices',
    'auth',
    'whoami',
    '-o',
    'jsonpath={.status.userInfo.username}',
  )
  expect(whoami).toBe('admin:alice')
  // What the panel said is over.
  await expect(row('invoices')).toContainText(/public · [\d,]+ ms/, { timeout: 60_000 })
  await expect(row('ledger')).toContainText(/public · [\d,]+ ms/)

  // The panel follows the keyboard to prod-eu, whose aws-auth has a line that is none.
  await row('ledger').focus()
  await page.keyboard.press('ArrowDown')
  await expect(detail.getByRole('heading', { level: 2 })).toHaveText('prod-eu')
  await detail.getByRole('combobox', { name: 'By' }).selectOption({ label: 'prod-admin' })
  await detail.getByRole('button', { name: 'Read who may enter' }).press('Enter')
  const people = detail.getByRole('list', { name: 'All who are named' })
  await expect(people).toContainText('CiDeploy', { timeout: 60_000 })
  await expect(people).toContainText('names no identity')
  await expect(people.getByRole('listitem').filter({ hasText: 'carol' })).toContainText('everything')
  // Only aws-auth names Carol: the commands that make an access entry from her line are there to be copied.
  await detail.locator('summary', { hasText: /entries: 1 would be locked out$/ }).press('Enter')
  await expect(detail.getByRole('button', { name: /create-access-entry .*user\/carol/ })).toBeVisible()
  await expect(detail.getByRole('button', { name: /AmazonEKSClusterAdminPolicy/ })).toBeVisible()
  await expectAccessible(page, 'all')

  await detail.getByRole('tab', { name: /^Mine/ }).press('Enter')
  const mine = detail.getByRole('list', { name: 'Your identities that get in' })
  await expect(mine.getByRole('listitem').filter({ hasText: 'Admin' }).first()).toContainText('enters as')
  // Whose keys the shell exports, no file says: the token does, and the cluster.
  await expect(detail.getByText(/^\d+ tokens, one for each, to the endpoint that AWS gives/)).toBeVisible()
  await detail.getByRole('button', { name: /^Ask the cluster as \d+ of them/ }).press('Enter')
  await expect(mine.getByText(/the cluster saw carol/).first()).toBeVisible({ timeout: 60_000 })
  await expect(detail.getByRole('button', { name: /^Ask the cluster as/ })).toBeVisible({ timeout: 60_000 })
  await expectAccessibleInFull(page)
  await detail.getByRole('tab', { name: /^Mine/ }).press('Home')
  await expect(
    detail.getByText(/^carol may do everything here, and your environment exports keys/),
  ).toBeVisible()
  await detail.getByRole('tab', { name: /^Who may enter/ }).press('End')
  await detail.getByRole('button', { name: 'Hub' }).first().press('Enter')
  await expect(detail.getByRole('button', { name: /create-access-entry/ })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(page, 'colours')

  // aws-auth decides at stage, which AWS says while its panel stands open: then no access entry is to be made.
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByRole('textbox', { name: 'Filter clusters' }).fill('stage')
  await page.getByRole('textbox', { name: 'Filter clusters' }).press('ArrowDown')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect(detail.getByRole('heading', { level: 2 })).toHaveText('stage')
  await detail.getByRole('button', { name: 'Hub' }).first().press('Enter')
  await expect(detail.getByText(/^What decides about access is not known yet/)).toBeVisible()
  await detail.getByRole('button', { name: 'Ask AWS' }).press('Enter')
  await expect(detail.locator('dd', { hasText: /^aws-auth$/ })).toBeVisible({ timeout: 60_000 })
  await expect(detail.getByText('username: Hub')).toBeVisible()
  await expect(detail.getByRole('button', { name: /create-access-entry/ })).toHaveCount(0)
  // Nothing is wider than the panel, where it could not be reached.
  const content = detail.getByRole('region', { name: 'About the cluster' })
  expect(await content.evaluate((at) => at.scrollWidth - at.clientWidth)).toBe(0)
  await detail.getByRole('button', { name: 'Copy the lines' }).scrollIntoViewIfNeeded()
  await expect(detail.getByRole('button', { name: 'Copy the lines' })).toBeInViewport()
  await expectAccessible(page, 'all')
})
