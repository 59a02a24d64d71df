import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { answer, cellOf, expectAccessible, filterBy, oneApp, questionWindow, rowOf } from './app'
import {
  apply,
  demoFiles,
  dismissAll,
  expectPending,
  lines,
  palette,
  patience,
  press,
  review,
  tabAndPress,
  typeOver,
  waiting,
  walkTo,
  write,
} from './editing-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const root = process.getuid?.() === 0

/** Makes a pending edit of a namespace by the keyboard. */
async function namespace(page: Page, context: string, value: string, pending = 1): Promise<void> {
  await walkTo(page, context, 'Namespace')
  await typeOver(page, value, pending)
}

/** Leaves the review without writing, and takes the edits back. */
async function leaveAndDiscard(page: Page, dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Discard all' }).click()
  await expect(dialog).toHaveCount(0)
  await expectPending(page, 0)
}

test('what a shared user would change along is named, and split first leaves the others as they are', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await walkTo(page, 'prod-us-viewer', 'Profile')
  await page.keyboard.press('F2')
  const cell = page.getByRole('combobox', { name: 'Profile of prod-us-viewer' })
  await cell.fill('pay-ro')
  await page.getByText('All 2 contexts').click()
  await cell.press('Enter')
  await expectPending(page, 1)
  const dialog = await review(page, 'mouse')
  const along = dialog.getByText('1 context that you did not edit changes too').locator('..')
  await expect(along).toContainText('prod-us-admin through the user pay-us')
  await expect(dialog.getByRole('button', { name: /^Apply to all of them/ })).toBeVisible()
  await expectAccessible(page)
  await tabAndPress(page, dialog.getByRole('button', { name: 'Split first' }))
  await expect(along).toHaveCount(0)
  await expect(lines(dialog, 'added').first()).toBeVisible()
  await apply(page, dialog, 'keyboard')
  const { context, args } = demo.read()
  expect(args(context('prod-us-viewer')?.user ?? '')).toContain('pay-ro')
  expect(args(context('prod-us-admin')?.user ?? '')).toContain('pay')
  expect(context('prod-us-admin')?.user).toBe('pay-us')
})

test('a shared user is changed for all of them on a word', { tag: '@full' }, async () => {
  const { page } = fleet
  await walkTo(page, 'platform-tools', 'Profile')
  await page.keyboard.press('F2')
  await page.getByRole('combobox', { name: 'Profile of platform-tools' }).fill('night shift')
  await page.getByText('All 2 contexts').click()
  await page.keyboard.press('Enter')
  await expectPending(page, 1)
  const dialog = await review(page, 'keyboard')
  await expect(dialog).toContainText('platform-proxy')
  await apply(page, dialog, 'keyboard')
  const { context, args } = demo.read()
  expect(context('platform-proxy')?.user).toBe('platform-tools')
  expect(args('platform-tools')).toContain('night shift')
})

test('unticked edits wait, by the keyboard and by the mouse, one is taken out, and kubectl writes in between', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await namespace(page, 'prod-ci', 'first')
  await namespace(page, 'prod-audit', 'second', 2)
  await namespace(page, 'stage', 'third', 3)
  await namespace(page, 'ledger', 'fourth', 4)
  const dialog = await review(page, 'keyboard')
  for (const name of [/stage/, /ledger/]) {
    const tick = dialog.getByRole('checkbox', { name })
    await press(page, 'Tab', () => tick.evaluate((element) => element === document.activeElement))
    await page.keyboard.press('Space')
  }
  await dialog.getByRole('listitem').filter({ hasText: 'prod-audit' }).hover()
  await dialog.getByRole('button', { name: /^Take out: prod-audit/ }).click()
  await expect(dialog.getByRole('button', { name: /^Apply 1/ })).toBeEnabled()
  const besides = async (name: string) => {
    demo.kubectl('config', 'set-context', 'vault', `--namespace=${name}`)
    await expect(page.getByText('~/.kube/config changed outside Ekscope: vault.')).toBeVisible()
  }
  await besides('one')
  await apply(page, dialog, 'keyboard', { left: 2 })
  const namespaces = () =>
    ['prod-ci', 'stage', 'ledger', 'vault'].map((name) => demo.read().context(name)?.namespace)
  expect(namespaces()).toEqual(['first', 'web', undefined, 'one'])
  await review(page, 'mouse')
  await dialog.getByRole('checkbox', { name: /ledger/ }).click()
  await besides('two')
  await apply(page, dialog, 'mouse', { left: 1 })
  expect(namespaces()).toEqual(['first', 'third', undefined, 'two'])
  await write(page, 'mouse')
  expect(namespaces()).toEqual(['first', 'third', 'fourth', 'two'])
  // What opened the review and what told of it are gone: the keyboard is in the grid again.
  await expect(fleet.grid.locator(':focus')).toHaveCount(1)
})

test('a name that another program has taken meanwhile blocks the write until it is another', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await walkTo(page, 'sandbox-7-dev', 'Context')
  await page.keyboard.press('F2')
  await typeOver(page, 'taken')
  demo.kubectl('config', 'set-context', 'taken', '--cluster=tools', '--user=alice')
  await expect(page.getByText('~/.kube/config changed outside Ekscope: added taken')).toBeVisible()
  await dismissAll(page)
  await waiting(page).click()
  const dialog = page.getByRole('dialog', { name: /^Review/ })
  await expect(dialog.getByRole('alert')).toContainText('There is a context “taken” already')
  await expect(dialog.getByRole('button', { name: /^Apply(?! and)/ })).toBeDisabled()
  // Nor by its shortcut.
  await page.keyboard.press('Control+Enter')
  await expectAccessible(page)
  await leaveAndDiscard(page, dialog)
  expect(demo.read().entries.contexts).toContain('sandbox-7-dev')
})

test('a foreign lock is shown with path and age; the wait can be left, and the lock removed on a word', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const lock = `${demo.main}.lock`
  writeFileSync(lock, '')
  await namespace(page, 'prod-ci', 'locked')
  const dialog = await review(page, 'keyboard')
  await page.keyboard.press('Control+Enter')
  const note = dialog.getByRole('status').filter({ hasText: 'Another program holds the lock' })
  await expect(note).toContainText(/~\/\.kube\/config\.lock \d+ s old/, patience)
  await expectAccessible(page)
  // The first Escape leaves the wait, and nothing is written.
  await page.keyboard.press('Escape')
  await expect(note).toHaveCount(0)
  await expect(dialog.getByText('Nothing was written.')).toBeVisible()
  expect(existsSync(lock)).toBe(true)
  expect(demo.read().context('prod-ci')?.namespace).toBe('first')
  await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
  await expect(note).toBeVisible(patience)
  const remove = note.getByRole('button', { name: 'Remove the lock' })
  await tabAndPress(page, remove)
  await answer(await questionWindow(fleet, 'Remove this lock?'), 'Keep it')
  await expect(note.getByRole('alert')).toContainText('You did not allow that. The lock is still there.')
  await expectAccessible(page)
  await tabAndPress(page, remove)
  const question = await questionWindow(fleet, 'Remove this lock?')
  await expect(question.getByRole('region')).toContainText(`${lock}`)
  await answer(question, 'Remove it')
  await expect(dialog).toHaveCount(0)
  expect(existsSync(lock)).toBe(false)
  expect(demo.read().context('prod-ci')?.namespace).toBe('locked')
  await dismissAll(page)
})

test('a switch that waits for a foreign lock says so and can be left, and one that is not written says what kubectl uses', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const lock = `${demo.main}.lock`
  const before = demo.read().current
  const messages = page.getByRole('region', { name: 'Messages' })
  writeFileSync(lock, '')
  await walkTo(page, 'stage', 'Context')
  await palette(page, 'Use with kubectl')
  await expect(messages).toContainText('Waiting to write: another program holds the lock', patience)
  await expectAccessible(page)
  await messages.getByRole('button', { name: 'Stop waiting' }).click()
  await expect(messages).toHaveText(
    `You stopped waiting for the lock: nothing was written. kubectl goes on using ${before}.`,
  )
  await expect(grid.locator(':focus')).toHaveCount(1)
  expect(demo.read().current).toBe(before)
  await palette(page, 'Use with kubectl')
  await expect(messages.getByRole('button', { name: 'Stop waiting' })).toBeVisible(patience)
  unlinkSync(lock)
  await expect(messages).toContainText('kubectl now uses stage', patience)
  await messages.getByRole('button', { name: 'Undo' }).click()
  await expect(messages).toContainText(`kubectl now uses ${before}`, patience)
  await dismissAll(page)
})

test('a file with a second name is written in place on a word, and both names show it', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const twin = `${demo.main}.twin`
  linkSync(demo.main, twin)
  await namespace(page, 'prod-ci', 'linked')
  const dialog = await review(page, 'mouse')
  await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
  const note = dialog.getByRole('alert').filter({ hasText: 'cannot simply be replaced' })
  await expect(note).toContainText('has a second name (hard link)')
  await expectAccessible(page)
  // The keyboard came to the question from the button that was pressed.
  await page.keyboard.press('Tab')
  await expect(note.getByRole('button', { name: 'Write in place' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  expect(demo.read().context('prod-ci')?.namespace).toBe('linked')
  expect(readFileSync(twin, 'utf8')).toBe(readFileSync(demo.main, 'utf8'))
  unlinkSync(twin)
  await dismissAll(page)
})

test('a write-protected file is asked about, and its mode stays', async () => {
  const { page } = fleet
  chmodSync(demo.main, 0o400)
  await namespace(page, 'prod-ci', 'protected')
  const dialog = await review(page, 'keyboard')
  await page.keyboard.press('Control+Enter')
  const note = dialog.getByRole('alert').filter({ hasText: 'This file is write-protected' })
  await expect(note).toContainText('~/.kube/config is write-protected')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  expect(demo.read().context('prod-ci')?.namespace).toBe('protected')
  expect(statSync(demo.main).mode & 0o777).toBe(0o400)
  chmodSync(demo.main, 0o600)
  await dismissAll(page)
})

test('a file that is mounted, or whose folder takes no new file, says so and is written in place', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const file = demo.main
  // Root may write into any folder, and only root may mount.
  if (root) execFileSync('mount', ['--bind', file, file])
  else chmodSync(dirname(file), 0o500)
  try {
    await namespace(page, 'prod-ci', 'mounted')
    const dialog = await review(page, 'keyboard')
    await page.keyboard.press('Control+Enter')
    const note = dialog.getByRole('alert').filter({ hasText: 'cannot simply be replaced' })
    await expect(note).toContainText(root ? 'mounted by itself' : 'nothing may be created')
    await note.getByRole('button', { name: 'Write in place' }).click()
    await expect(dialog).toHaveCount(0, patience)
    expect(demo.read().context('prod-ci')?.namespace).toBe('mounted')
  } finally {
    if (root) execFileSync('umount', [file])
    else chmodSync(dirname(file), 0o700)
  }
  await dismissAll(page)
})

test('a read-only file system is said with what to do, and the edit waits until it can be written', {
  tag: '@full',
}, async () => {
  test.skip(!root, 'only root may mount')
  const { page, grid } = fleet
  const folder = dirname(demo.main)
  execFileSync('mount', ['--bind', folder, folder])
  execFileSync('mount', ['-o', 'remount,bind,ro', folder])
  try {
    await namespace(page, 'prod-ci', 'unmoved')
    const dialog = await review(page, 'keyboard')
    await page.keyboard.press('Control+Enter')
    await expect(dialog.getByRole('alert')).toContainText(
      /read-only file system; the file is as it was.*Mount the file system writable/,
    )
    expect(demo.read().context('prod-ci')?.namespace).toBe('mounted')
    await page.keyboard.press('Escape')
  } finally {
    // Lazily: the folder is there for new readers at once, also while another process still reads the mounted one.
    execFileSync('umount', ['-l', folder])
  }
  await filterBy(page, 'context:"prod-ci"')
  await expect(await cellOf(rowOf(grid, 'prod-ci'), 'Namespace')).toHaveText(/now unmoved$/)
  await write(page, 'keyboard')
  expect(demo.read().context('prod-ci')?.namespace).toBe('unmoved')
})

test('a full disk leaves the old file whole and says so', async () => {
  test.skip(!root, 'only root may mount')
  const { page } = fleet
  const folder = dirname(demo.main)
  const before = readFileSync(demo.main)
  const legacy = readFileSync(demo.legacy)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=700', 'tmpfs', folder])
  try {
    writeFileSync(demo.legacy, legacy, { mode: 0o600 })
    writeFileSync(demo.main, before, { mode: 0o600 })
    const filler = `${folder}/filler`
    try {
      writeFileSync(filler, Buffer.alloc(128 * 1024))
    } catch {
      // Full, as it should be.
    }
    await namespace(page, 'prod-ci', 'too-much')
    const dialog = await review(page, 'mouse')
    await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
    await expect(dialog.getByRole('alert')).toContainText(/space.*Free some/i)
    expect(readFileSync(demo.main).equals(before)).toBe(true)
    await leaveAndDiscard(page, dialog)
  } finally {
    // Once nobody has it open: the window may just look at a file there.
    execFileSync('umount', ['-l', folder])
  }
  expect(fleet.complaints).toEqual([])
})
