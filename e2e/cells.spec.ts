import { readFile } from 'node:fs/promises'
import { expect, type Locator, test } from '@playwright/test'
import {
  cellOf,
  expectAccessible,
  expectRows,
  filterBy,
  filterField,
  oneApp,
  readRowOf,
  rowOf,
  showColumns,
} from './app'
import { demoFiles, expectPending, press, walkTo, write } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`

test.beforeAll(async () => {
  const { page, grid } = fleet
  await expectRows(grid)
  await showColumns(page, 'Cluster entry', 'Server', 'Proxy', 'TLS name', 'API version', 'File')
})

/** The editor of a context's cell. */
const editor = (title: string, context: string): Locator =>
  fleet.page.getByRole('combobox', { name: `${title} of ${context}`, exact: true })

/** Opens a cell's editor with the mouse. */
async function open(context: string, title: string): Promise<Locator> {
  await (await cellOf(readRowOf(fleet.grid, context), title)).dblclick()
  const field = editor(title, context)
  await expect(field).toBeFocused()
  return field
}

/** Chooses from the open editor's suggestions with the mouse. */
const choose = (offer: string | RegExp) => fleet.page.getByRole('option', { name: offer }).first().click()

/** Moves the keyboard along a row to the column of this title. */
async function along(row: Locator, title: string): Promise<void> {
  const wanted = await (await cellOf(row, title)).getAttribute('aria-colindex')
  await press(
    fleet.page,
    'ArrowRight',
    async () => (await row.locator(':focus').getAttribute('aria-colindex')) === wanted,
  )
}

test('an editor without room below grows upwards from its field, which stays on the cell', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await filterBy(page, '')
  await page.keyboard.press('Control+End')
  const row = grid.locator('[role="row"]').filter({ has: page.locator(':focus') })
  await page.keyboard.press('Home')
  await along(row, 'Profile')
  const cell = await cellOf(row, 'Profile')
  const y = async (of: Locator) => (await of.boundingBox())?.y ?? 0
  const at = await y(cell)
  await page.keyboard.press('F2')
  const field = page.getByRole('combobox', { name: /^Profile of / })
  await expect(field).toBeFocused()
  await page.keyboard.type('pay')
  await expect(page.getByRole('option').first()).toBeVisible()
  expect(await y(page.getByRole('option').first())).toBeLessThan(at)
  expect(Math.abs((await y(field)) - at)).toBeLessThan(8)
  await page.keyboard.press('Escape')
})

test('a double click edits the cell that it began on, though the inspector opens over it', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const cell = await cellOf(rowOf(grid, 'prod-audit'), 'File')
  await cell.scrollIntoViewIfNeeded()
  const box = await cell.boundingBox()
  const edge = await grid.evaluate((element) => element.parentElement?.getBoundingClientRect().right ?? 0)
  // Where the inspector will be, over part of the cell.
  const x = Math.min(edge, (box?.x ?? 0) + (box?.width ?? 0)) - 12
  await page.mouse.dblclick(x, (box?.y ?? 0) + 12)
  await expect(editor('File', 'prod-audit')).toBeFocused()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText('prod-audit')
  expect((await inspector.boundingBox())?.x).toBeLessThan(x)
  await page.keyboard.press('Escape')
  await expect(cell).toBeFocused()
  // The row's tick is no cell: two quick clicks tick and untick it.
  const row = rowOf(grid, 'prod-audit')
  await row.hover()
  await row.locator('[data-check]').dblclick()
  await expect(page.getByText('1 selected', { exact: true })).toHaveCount(0)
  await expect(editor('Context', 'prod-audit')).toHaveCount(0)
})

test('every kind of cell is written over by the keyboard, with Tab from one to the next', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  await walkTo(page, 'vault', 'Cluster')
  const row = rowOf(grid, 'vault')
  const values: readonly (readonly [string, string])[] = [
    ['Cluster', 'vault-2'],
    ['Profile', 'ci'],
    ['Namespace', 'cells'],
    ['Region', 'eu-central-1'],
    ['Role', role('CiDeploy')],
    ['User', 'vault-user'],
    ['Cluster entry', 'vault-entry'],
    ['Server', 'https://vault.example.test:6443'],
    ['Proxy', 'http://proxy.example.test:3128'],
    ['TLS name', 'vault.example.test'],
    ['API version', 'v1'],
    ['File', '~/.kube/legacy'],
  ]
  for (const [title, value] of values) {
    const cell = await cellOf(row, title)
    await expect(cell).toBeFocused()
    await keyboard.type(value)
    if (title === 'Profile') {
      await keyboard.press('Tab')
      await keyboard.press('ArrowRight')
      await expect(page.getByRole('radio', { name: 'AWS_PROFILE' })).toBeChecked()
    }
    await keyboard.press('Tab')
    await expect(cell).toContainText('now')
  }
  await keyboard.press('Home')
  await keyboard.press('F2')
  await keyboard.type('strong room')
  await keyboard.press('Enter')
  await expectPending(page, 13)
  await write(page, 'keyboard', fleet)
  const { context, cluster, exec } = demo.read()
  expect(context('strong room')).toEqual({
    cluster: 'vault-entry',
    user: 'vault-user',
    namespace: 'cells',
  })
  expect(cluster('vault-entry')).toMatchObject({
    server: 'https://vault.example.test:6443',
    'proxy-url': 'http://proxy.example.test:3128',
    'tls-server-name': 'vault.example.test',
  })
  const { apiVersion, args = [], env = [] } = exec('vault-user') ?? {}
  expect(apiVersion).toBe('client.authentication.k8s.io/v1')
  expect(args?.join(' ')).toMatch(/--cluster-name vault-2\b/)
  expect(args?.join(' ')).toMatch(/--region eu-central-1\b/)
  expect(args).toContain(role('CiDeploy'))
  expect(args).not.toContain('--profile')
  expect(env).toContainEqual({ name: 'AWS_PROFILE', value: 'ci' })
  expect(await readFile(demo.legacy, 'utf8')).toContain('strong room')
  expect(await readFile(demo.main, 'utf8')).not.toContain('vault-user')
})

test('every kind of cell is edited by the mouse, from suggestions or by typing', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const name = 'edge-ap-1'
  await filterBy(page, 'edge-ap-1')
  await open(name, 'Cluster')
  await choose(/^edge-2/)
  await open(name, 'Region')
  await choose(/^us-west-2/)
  await open(name, 'Namespace')
  await choose(/^checkout/)
  await open(name, 'Profile')
  await choose(/^ci\b/)
  await open(name, 'Profile')
  await page.getByRole('radio', { name: 'AWS_PROFILE' }).check()
  // A click on another cell keeps what was chosen.
  await open(name, 'Role')
  await choose(/^CiDeploy/)
  for (const [title, value] of [
    ['User', 'edge-user'],
    ['Cluster entry', 'edge-entry'],
    ['Server', 'https://edge.example.test'],
    ['Proxy', 'socks5://proxy.example.test:1080'],
    ['TLS name', 'edge.example.test'],
  ] as const)
    await (await open(name, title)).fill(value)
  await open(name, 'API version')
  await choose(/^v1$/)
  await open(name, 'File')
  await choose('~/.kube/legacy')
  await (await open(name, 'Context')).fill('edge one')
  await filterField(page).click()
  await expectPending(page, 13)
  // An entry that is there already is taken; a new name renames the one that is there, which is said.
  await filterBy(page, 'context:"prod-ci"')
  await open('prod-ci', 'User')
  await choose('prod-audit')
  const entry = await open('prod-ci', 'Cluster entry')
  await entry.fill('prod')
  await expect(entry).toHaveAccessibleDescription(
    /no such cluster entry yet: this renames .*cluster\/prod-eu, and prod-admin, .* go along/,
  )
  await entry.fill('')
  await choose(/cluster\/prod-us /)
  await expectPending(page, 15)
  await write(page, 'mouse', fleet)
  const { context, cluster, exec } = demo.read()
  expect(context('edge one')).toEqual({ cluster: 'edge-entry', user: 'edge-user', namespace: 'checkout' })
  expect(cluster('edge-entry')).toMatchObject({
    server: 'https://edge.example.test',
    'proxy-url': 'socks5://proxy.example.test:1080',
    'tls-server-name': 'edge.example.test',
  })
  const { apiVersion, args = [], env = [] } = exec('edge-user') ?? {}
  expect(apiVersion).toBe('client.authentication.k8s.io/v1')
  expect(args?.join(' ')).toMatch(/--cluster-name edge-2\b/)
  expect(args?.join(' ')).toMatch(/--region us-west-2\b/)
  expect(args?.join(' ')).toMatch(/role\/CiDeploy/)
  expect(env).toContainEqual({ name: 'AWS_PROFILE', value: 'ci' })
  expect(await readFile(demo.legacy, 'utf8')).toContain('edge one')
  expect(context('prod-ci')).toMatchObject({
    user: 'prod-audit',
    cluster: 'arn:aws:eks:us-east-1:111122223333:cluster/prod-us',
  })
})

test('a wrong value says why before it is kept, a doubtful one is kept with its reason', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  const name = 'sandbox-7'
  const row = rowOf(grid, name)
  await walkTo(page, name, 'Context')
  const wrong: readonly (readonly [string, string, RegExp, 'doubtful'?])[] = [
    ['Context', 'prod-admin', /There is a context “prod-admin” already/],
    ['Cluster', 'a cluster!', /not a valid EKS cluster name/],
    [
      'Profile',
      'nobody',
      /Profile “nobody” is in neither the AWS config nor the credentials file/,
      'doubtful',
    ],
    ['Namespace', 'Team A', /not a valid namespace name/, 'doubtful'],
    ['Region', 'mars', /“mars” is not an AWS region/],
    ['Role', 'Admin', /“Admin” is not a role’s ARN/],
    ['User', '', /User cannot be empty/],
    ['Cluster entry', '', /Cluster entry cannot be empty/],
    ['Server', 'ftp://here', /not a valid server address/],
    ['Proxy', 'proxy', /not a valid proxy-url address/],
    ['TLS name', 'a b', /not a valid server name/, 'doubtful'],
    ['API version', 'v2', /kubectl takes v1 and v1beta1/],
    ['File', '/nowhere', /\/nowhere/],
  ]
  for (const [title, value, why, doubtful] of wrong) {
    await along(row, title)
    await keyboard.press('F2')
    const field = editor(title, name)
    await field.fill(value)
    if (doubtful === undefined) await keyboard.press('Enter')
    await expect(field).toHaveAccessibleDescription(why)
    await expect(field).toBeFocused()
    if (title === 'Role') await expectAccessible(page)
    await keyboard.press('Escape')
    await expect(await cellOf(row, title)).toBeFocused()
  }
  await expectPending(page, 0)
})

test('Enter goes down, Tab and Shift+Tab go along, arrows choose from the suggestions', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  await walkTo(page, 'sandbox-7', 'Region')
  await filterBy(page, 'context:sandbox-7')
  const [row, below] = [rowOf(grid, 'sandbox-7'), rowOf(grid, 'sandbox-7-dev')]
  const region = await cellOf(row, 'Region')
  await region.click()
  await keyboard.press('Enter')
  await keyboard.press('ArrowDown')
  const first = page.getByRole('option', { selected: true })
  await expect(first).toHaveCount(1)
  await keyboard.press('ArrowDown')
  const chosen = ((await first.textContent()) ?? '').replace(/\d+ contexts?$/, '')
  await keyboard.press('Enter')
  await expect(await cellOf(below, 'Region')).toBeFocused()
  await expect(region).toContainText(`now ${chosen}`)
  await keyboard.type('us-east-1')
  await keyboard.press('Shift+Tab')
  await expect(await cellOf(below, 'Namespace')).toBeFocused()
  await keyboard.type('edge-1')
  await keyboard.press('Tab')
  await expect(await cellOf(below, 'Region')).toBeFocused()
  await expectPending(page, 3)
  // The value that the file has takes the edit back.
  await keyboard.type('eu-central-1')
  await keyboard.press('Tab')
  await expectPending(page, 2)
  // After Tab along a row Enter goes down to the column where that began.
  await (await cellOf(row, 'Namespace')).click()
  await keyboard.type('tools')
  await keyboard.press('Tab')
  await keyboard.type('us-west-1')
  await keyboard.press('Enter')
  await expect(await cellOf(below, 'Namespace')).toBeFocused()
  await keyboard.press('Control+z')
  await keyboard.press('Control+z')
  await expectPending(page, 2)
  await write(page, 'keyboard')
  const { args } = demo.read()
  expect(args('sandbox-7').join(' ')).toContain(`--region ${chosen}`)
  expect(args('sandbox-7-dev').join(' ')).toMatch(/--region eu-central-1\b/)
  expect(demo.read().context('sandbox-7-dev')).toMatchObject({ namespace: 'edge-1' })
})

test('a value that others use is changed for this one alone, or for all of them by choice', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await filterBy(page, 'context:prod-us')
  const field = await open('prod-us-viewer', 'Role')
  const group = page.getByRole('group', { name: 'Role' })
  await expect(group).toContainText('The user pay-us is also used by prod-us-admin.')
  await field.fill(role('ReadOnly'))
  // The profile assumes a role itself: the warning names it, with its source as the way out.
  await expect(field).toHaveAccessibleDescription(/Profile “pay” already assumes .*role\/Admin/)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Use the profile hub instead' }).click()
  await expectPending(page, 2)
  await (await open('prod-us-finance', 'Server')).fill('https://elsewhere.example.test')
  await page.getByRole('radio', { name: /^All \d contexts$/ }).check()
  await page.keyboard.press('Enter')
  await expectPending(page, 3)
  await write(page, 'mouse', fleet)
  const { context, args, cluster } = demo.read()
  const own = context('prod-us-viewer')?.user ?? ''
  expect(own).not.toBe('pay-us')
  expect(args(own).join(' ')).toContain('--profile hub')
  expect(args(own)).toContain(role('ReadOnly'))
  expect(context('prod-us-admin')?.user).toBe('pay-us')
  expect(args('pay-us')).not.toContain(role('ReadOnly'))
  expect(cluster(context('prod-us-admin')?.cluster ?? '')?.server).toBe('https://elsewhere.example.test')
  expect(fleet.complaints).toEqual([])
})
