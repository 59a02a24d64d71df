import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible, filterBy, oneApp, readRowOf, rowOf } from './app'
import {
  apply,
  demoFiles,
  lines,
  palette,
  press,
  review,
  rowMenu,
  typeOver,
  walkTo,
  write,
} from './editing-steps'
import { answerDialogs } from './transfer-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const { kubectl, read } = demo
const readOnly = 'arn:aws:iam::111122223333:role/ReadOnly'
const dialogOf = (page: Page, name: string): Locator => page.getByRole('dialog', { name, exact: true })
const focused = (control: Locator) => () => control.evaluate((element) => element === document.activeElement)

test('a clone with a role says that it would be assumed twice, and takes the source of the profile on a click', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const { cluster, namespace } = read().context('prod-admin') ?? {}
  await rowMenu(page, 'prod-admin', 'Clone…')
  const form = dialogOf(page, 'Clone prod-admin')
  await form.getByRole('textbox', { name: 'Name' }).fill('prod-readers')
  await form.getByRole('combobox', { name: 'Role' }).fill(readOnly)
  await expect(form).toContainText(
    /Profile “pay” already assumes .*role\/Admin, and the entry assumes .*role\/ReadOnly on top of it/,
  )
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Use the profile hub instead' }).click()
  await expect(form.getByRole('combobox', { name: 'Profile' })).toHaveValue('hub')
  await form.getByRole('button', { name: 'Clone', exact: true }).click()
  await filterBy(page, 'context:"prod-readers"')
  await expect(rowOf(grid, 'prod-readers')).toContainText('new')
  await write(page, 'mouse')
  const { context, args } = read()
  expect(context('prod-readers')).toEqual({ cluster, user: 'prod-readers', namespace })
  expect(args('prod-readers').join(' ')).toContain('--profile hub eks')
  expect(args('prod-admin').join(' ')).not.toContain(readOnly)
  // Two roles on one cluster are two identities.
  expect(kubectl('--context', 'prod-readers', 'auth', 'whoami')).toContain('readonly')
  expect(kubectl('--context', 'prod-admin', 'auth', 'whoami')).not.toContain('readonly')
})

test('by the keyboard a clone keeps a chain that is meant', { tag: '@full' }, async () => {
  const { page } = fleet
  await walkTo(page, 'stage', 'Context')
  await palette(page, 'Clone…')
  const form = dialogOf(page, 'Clone stage')
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('stage-chain')
  await page.keyboard.press('Tab')
  await page.keyboard.type('arn:aws:iam::444455556666:role/Chained')
  await expect(form).toContainText('Profile “dev” already assumes')
  await press(page, 'Tab', focused(form.getByRole('button', { name: 'Clone', exact: true })))
  await page.keyboard.press('Enter')
  await write(page, 'keyboard')
  expect(read().args('stage-chain').join(' ')).toContain('--role arn:aws:iam::444455556666:role/Chained')
  expect(read().context('stage-chain')?.user).toBe('stage-chain')
})

test('a shared user is split, from the menu and by the keyboard', { tag: '@full' }, async () => {
  const { page } = fleet
  await rowMenu(page, 'prod-us-viewer', 'Give it a user of its own')
  await write(page, 'mouse')
  await walkTo(page, 'tools-dead-proxy', 'Context')
  await palette(page, 'Give it a user of its own')
  await write(page, 'keyboard')
  const { context, args } = read()
  expect(context('prod-us-viewer')?.user).toBe('prod-us-viewer')
  expect(context('prod-us-admin')?.user).toBe('pay-us')
  expect(args('prod-us-viewer')).toEqual(args('pay-us'))
  expect(context('tools-dead-proxy')?.user).toBe('tools-dead-proxy')
  expect(context('tools-unchecked')?.user).toBe('alice')
})

test('clusters that say the same are merged by a click; users that contexts would share then are not offered', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const arn = read().context('prod-admin')?.cluster ?? ''
  await palette(page, 'Merge duplicate entries…')
  const form = dialogOf(page, 'Merge duplicate entries')
  await expect(
    form.getByRole('checkbox', { name: /^cluster .*prod-eu takes the place of prod-eu/ }),
  ).toBeChecked()
  // sandbox-7 and sandbox-7-dev have the same user twice: one for both would be the finding that the window warns of.
  await expect(form.getByRole('checkbox', { name: /^user/ })).toHaveCount(0)
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Merge' }).click()
  await write(page, 'mouse')
  expect(read().entries.clusters).not.toContain('prod-eu')
  expect(read().context('prod-wrong-cluster')?.cluster).toBe(arn)
  await palette(page, 'Merge duplicate entries…')
  await expect(form).toContainText('There are none')
  await page.keyboard.press('Escape')
})

test('several contexts are deleted with what only they use, and what others use stays', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const before = read().entries
  // Both are seen: what is selected and not shown is not meant.
  await filterBy(page, 'context:"ge-"')
  for (const context of ['stage-chain', 'edge-ap-2']) {
    const row = readRowOf(fleet.grid, context)
    await row.hover()
    await row.locator('[data-check]').click()
  }
  await page.keyboard.press('Control+Delete')
  const form = dialogOf(page, 'Delete 2 contexts')
  await expect(form.getByRole('checkbox')).toBeChecked()
  await expect(form).toContainText(/user.*edge-2.*user.*stage-chain.*cluster.*edge-2/)
  await expect(form).toContainText(/Stays, because other contexts use itcluster…\/stage/)
  await expectAccessible(page)
  await press(page, 'Tab', focused(form.getByRole('button', { name: 'Delete', exact: true })))
  await page.keyboard.press('Enter')
  await write(page, 'keyboard')
  const after = read().entries
  const gone = (kind: keyof typeof before) => before[kind].filter((name) => !after[kind].includes(name))
  expect(gone('contexts')).toEqual(['edge-ap-2', 'stage-chain'])
  expect(gone('users')).toEqual(['edge-2', 'stage-chain'])
  expect(gone('clusters')).toEqual([expect.stringMatching(/cluster\/edge-/)])
  // Unticked, they stay.
  await rowMenu(page, 'vault', 'Delete…')
  await dialogOf(page, 'Delete vault').getByRole('checkbox').uncheck()
  await dialogOf(page, 'Delete vault').getByRole('button', { name: 'Delete', exact: true }).click()
  await write(page, 'mouse')
  expect(read().entries.contexts).not.toContain('vault')
  expect(read().entries.users).toContain('vault')
})

test('a context is renamed with its user and cluster, or alone', { tag: '@full' }, async () => {
  const { page } = fleet
  await rowMenu(page, 'edge-ap-1', 'Rename with user and cluster…')
  const form = page.getByRole('dialog', { name: /^Rename / })
  await form.getByRole('textbox', { name: 'Name' }).fill('edge')
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Rename', exact: true }).click()
  await write(page, 'mouse')
  expect(read().context('edge')).toMatchObject({ user: 'edge', cluster: 'edge' })
  await walkTo(page, 'edge', 'Context')
  await palette(page, 'Rename with user and cluster…')
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('no: yes')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await write(page, 'keyboard')
  expect(read().context('no: yes')).toMatchObject({ user: 'edge', cluster: 'edge' })
  // In its cell it is the name alone, and current-context goes along.
  await walkTo(page, 'prod-admin', 'Context')
  await page.keyboard.press('F2')
  await typeOver(page, 'prod-boss')
  await write(page, 'keyboard')
  expect(read().context('prod-boss')?.user).toBe('prod-admin')
  expect(read().current).toBe('prod-boss')
})

test('a context that moves to a file in another folder takes along what it needs, relative paths rewritten', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const elsewhere = join(demo.home, 'work', 'kube', 'config')
  await mkdir(join(demo.home, 'work', 'kube'), { recursive: true })
  await writeFile(elsewhere, 'apiVersion: v1\nkind: Config\n# mine\n')
  await answerDialogs(fleet, { open: elsewhere })
  await page.getByRole('button', { name: 'Open a kubeconfig file' }).click()
  await rowMenu(page, 'platform-proxy', 'Move to another file…')
  const form = dialogOf(page, 'Move platform-proxy')
  await form.getByRole('radio', { name: /work\/kube\/config/ }).check()
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Move' }).click()
  const dialog = await review(page, 'mouse')
  await expect(lines(dialog, 'added').filter({ hasText: 'certificate-authority:' })).toHaveText(
    /\.\.\/\.\.\/\.kube\/pki\/tools\.crt/,
  )
  await apply(page, dialog, 'mouse')
  expect(read().entries.contexts).not.toContain('platform-proxy')
  const there = (...args: readonly string[]) => kubectl(`--kubeconfig=${elsewhere}`, ...args)
  expect(there('config', 'view', '--flatten', '--raw', '--minify', '--context=platform-proxy')).toContain(
    'certificate-authority-data',
  )
  expect(there('--context=platform-proxy', 'auth', 'whoami')).toContain('platform')
  expect(await readFile(elsewhere, 'utf8')).toContain('# mine')
  // Between two of the list, by the keyboard: others of its file go on using what they share.
  await walkTo(page, 'old-v1', 'Context')
  await palette(page, 'Move to another file…', 'to another file…')
  const second = dialogOf(page, 'Move old-v1')
  await press(page, 'Tab', focused(second.getByRole('radio').first()))
  await press(page, 'ArrowDown', () => second.getByRole('radio', { name: '~/.kube/config' }).isChecked())
  await page.keyboard.press('Enter')
  await write(page, 'keyboard')
  expect(await readFile(demo.main, 'utf8')).toContain('name: old-v1')
  expect(read().context('old-v1')).toEqual({ cluster: 'tools', user: 'v1-no-mode' })
})

test('contexts move into a file that is named in the dialog and made by the write', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const fresh = join(demo.home, 'work', 'kube', 'fresh')
  // What is there already is not taken for a new one, and what the user turns away from is shown no longer.
  await answerDialogs(fleet, { save: join(demo.home, '.profile') })
  await rowMenu(page, 'old-v1', 'Move to another file…')
  const form = dialogOf(page, 'Move old-v1')
  await form.getByRole('button', { name: 'New file…' }).click()
  await expect(page.getByRole('alert').filter({ hasText: '.profile is there already' })).toBeVisible()
  await answerDialogs(fleet, { save: fresh })
  await form.getByRole('button', { name: 'New file…' }).click()
  await expect(form.getByRole('radio', { name: /kube\/fresh/ })).toBeChecked()
  await expect(form).toContainText(
    `export 'KUBECONFIG=${[demo.main, demo.legacy, demo.byAws, fresh].join(':')}'`,
  )
  await expectAccessible(page)
  const shown = page.getByRole('region', { name: /^Files/ }).getByRole('button', { name: /kube\/fresh/ })
  await page.keyboard.press('Escape')
  await expect(shown).toHaveCount(0)

  await walkTo(page, 'old-v1', 'Context')
  await palette(page, 'Move to another file…', 'to another file…')
  await press(page, 'Tab', focused(form.getByRole('button', { name: 'New file…' })))
  await page.keyboard.press('Enter')
  await expect(form.getByRole('radio', { name: /kube\/fresh/ })).toBeChecked()
  await press(page, 'Tab', focused(form.getByRole('button', { name: 'Move', exact: true })))
  await page.keyboard.press('Enter')
  expect(await stat(fresh).catch(() => null)).toBeNull()
  await write(page, 'keyboard')
  expect((await stat(fresh)).mode & 0o777).toBe(0o600)
  expect(read().entries.contexts).not.toContain('old-v1')
  expect(kubectl(`--kubeconfig=${fresh}`, 'config', 'get-contexts', '-o', 'name')).toBe('old-v1\n')
  await expect(shown.first()).toBeVisible()
  // Undone, it is no opened file that is not there.
  await palette(page, 'Go to the history')
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  const undo = dialogOf(page, 'Undo this write')
  await undo.getByRole('button', { name: /^Undo/ }).click()
  await expect(undo).toHaveCount(0)
  await expect(shown).toHaveCount(0)
  expect(await stat(fresh).catch(() => null)).toBeNull()
  expect(read().entries.contexts).toContain('old-v1')
  await page.getByRole('button', { name: /^Contexts/ }).click()
})

test('the current context moves by the menu and by the palette, and by nothing else', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await rowMenu(page, 'prod-ci', 'Use with kubectl')
  await expect(
    page.getByText('kubectl now uses prod-ci: CiDeploy on prod-eu', { exact: false }),
  ).toBeVisible()
  expect(read().current).toBe('prod-ci')
  await walkTo(page, 'prod-boss', 'Context')
  await palette(page, 'Use with kubectl')
  await expect(page.getByText('kubectl now uses prod-boss', { exact: false })).toBeVisible()
  expect(read().current).toBe('prod-boss')
  // Nothing went wrong in the page behind all this.
  expect(fleet.complaints).toEqual([])
})
