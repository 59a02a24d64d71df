import { execFile, execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, type Locator, type Page, test } from '@playwright/test'
import {
  answer,
  cellOf,
  expectAccessible,
  expectAccessibleInFull,
  expectRows,
  filterBy,
  oneApp,
  questionWindow,
  rowOf,
} from './app'
import {
  apply,
  demoFiles,
  dismissAll,
  expectPending,
  lines,
  palette,
  patience,
  review,
  tabAndPress,
  typeOver,
  walkTo,
  write,
} from './editing-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)

async function namespace(page: Page, context: string, value: string): Promise<void> {
  await walkTo(page, context, 'Namespace')
  await typeOver(page, value)
  await write(page, 'keyboard')
}

const namespaceOf = (context: string) => demo.read().context(context)?.namespace

/** The history's write of this very title. */
const writeOf = (page: Page, title: string | RegExp): Locator =>
  page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.getByText(title, { exact: true }) })
    .filter({ has: page.getByRole('time') })

async function openHistory(page: Page): Promise<void> {
  await palette(page, 'Go to the history')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('History')
}

async function leaveHistory(page: Page): Promise<void> {
  await dismissAll(page)
  await page.getByRole('button', { name: /^Contexts/ }).click()
  await expectRows(fleet.grid)
}

/** As an editor saves: in place, without any lock. */
const saveInPlace = (file: string, text: string | Buffer) => writeFileSync(file, text)

/** Does by the keyboard what the dialog shows. While it is made anew, because a file was looked at again, a key comes to nothing. */
async function goThrough(page: Page, dialog: Locator): Promise<void> {
  await expect(async () => {
    if ((await dialog.count()) > 0) await page.keyboard.press('Control+Enter')
    await expect(dialog).toHaveCount(0, { timeout: 4_000 })
  }).toPass(patience)
}

test('an earlier write is undone among later ones, by the mouse and by the keyboard', async () => {
  const { page } = fleet
  await namespace(page, 'prod-ci', 'one')
  await namespace(page, 'stage', 'two')
  await demo.ekscope('set-namespace', 'sandbox-7', 'three')
  await openHistory(page)
  const terminal = writeOf(page, /^sandbox-7: namespace/)
  await expect(terminal).toContainText('terminal')
  const first = writeOf(page, 'prod-ci: namespace web → one')
  await first.getByRole('button', { name: 'Lines' }).click()
  await expect(lines(first, 'added')).toHaveText(/prod-ci.*namespace: one/)
  await expectAccessible(page)
  await first.getByRole('button', { name: 'Undo' }).click()
  const dialog = page.getByRole('dialog', { name: 'Undo this write' })
  await expect(lines(dialog, 'added')).toHaveText(/prod-ci.*namespace: web/)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: /^Undo/ }).click()
  await expect(dialog).toHaveCount(0)
  await expect(first).toContainText('undone')
  expect([namespaceOf('prod-ci'), namespaceOf('stage'), namespaceOf('sandbox-7')]).toEqual([
    'web',
    'two',
    'three',
  ])
  await dismissAll(page)
  // The keyboard's way to the same: the terminal's write.
  await terminal.getByRole('button', { name: 'Undo' }).focus()
  await page.keyboard.press('Enter')
  await expect(lines(dialog, 'removed')).toHaveText(/namespace: three/)
  await goThrough(page, dialog)
  expect(namespaceOf('sandbox-7')).toBeUndefined()
  expect(namespaceOf('stage')).toBe('two')
  // A write that is undone is redone where it stands, by the keyboard and by the mouse; its undo would redo the same.
  await dismissAll(page)
  demo.kubectl('config', 'set-context', 'vault', '--namespace=between')
  const undo = writeOf(page, 'Undo of: sandbox-7: namespace (none) → three')
  await expect(undo.getByRole('button', { name: 'Redo' })).toHaveCount(0)
  await terminal.getByRole('button', { name: 'Redo' }).focus()
  await page.keyboard.press('Enter')
  const redo = page.getByRole('dialog', { name: 'Redo this write' })
  await expect(lines(redo, 'added')).toHaveText(/namespace: three/)
  await goThrough(page, redo)
  expect([namespaceOf('sandbox-7'), namespaceOf('vault')]).toEqual(['three', 'between'])
  await expect(writeOf(page, 'Redo of: sandbox-7: namespace (none) → three')).toBeVisible()
  await dismissAll(page)
  await first.getByRole('button', { name: 'Redo' }).click()
  await expect(lines(redo, 'added')).toHaveText(/namespace: one/)
  await redo.getByRole('button', { name: /^Redo/ }).click()
  await expect(redo).toHaveCount(0)
  expect(namespaceOf('prod-ci')).toBe('one')
  await leaveHistory(page)
})

test('an undo that no longer fits is refused with the reason, and the whole file can be put back', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const before = readFileSync(demo.main)
  await namespace(page, 'stage', 'four')
  demo.kubectl('config', 'set-context', 'stage', '--namespace=others')
  await expect(page.getByText('~/.kube/config changed outside Ekscope: stage.')).toBeVisible()
  await openHistory(page)
  await expect(writeOf(page, 'stage: changed')).toBeVisible()
  await writeOf(page, 'stage: namespace two → four').getByRole('button', { name: 'Undo' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('alert')).toContainText(
    'The namespace of the context “stage” is “others” now.',
  )
  await expect(dialog.getByRole('alert')).toContainText('Change that back first, or restore the whole files.')
  await expect(dialog.getByRole('button', { name: /^Undo/ })).toBeDisabled()
  await expectAccessible(page)
  await tabAndPress(page, dialog.getByRole('button', { name: 'Restore the whole files instead…' }))
  await expect(lines(dialog, 'removed').first()).toBeVisible()
  await goThrough(page, dialog)
  expect(readFileSync(demo.main).equals(before)).toBe(true)
  // That was a write, too: what the others had written comes back by undoing it.
  await writeOf(page, /^Restore the state before/)
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(lines(dialog, 'removed').first()).toBeVisible()
  await dialog.getByRole('button', { name: /^Undo/ }).click()
  await expect(dialog).toHaveCount(0)
  expect(namespaceOf('stage')).toBe('others')
  const outside = page
    .getByRole('listitem')
    .filter({ hasText: 'other programs' })
    .filter({ hasText: 'stage: changed' })
  await outside.getByRole('button', { name: 'Lines' }).click()
  await expect(lines(outside, 'added').filter({ hasText: 'namespace: others' })).toBeVisible()
  await leaveHistory(page)
})

test('a file that an editor has saved by half changes nothing on screen until it is whole', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await walkTo(page, 'prod-audit', 'Namespace')
  await typeOver(page, 'mine')
  await filterBy(page, '')
  const count = await grid.getAttribute('aria-rowcount')
  const text = readFileSync(demo.main, 'utf8')
  // kubectl has sorted it by now: the last user goes with the second half.
  const whole = text.replace(/^current-context: .*$/m, 'current-context: vault')
  const half = Buffer.from(whole).subarray(0, Math.floor(whole.length / 2))
  const seen: (string | null)[] = []
  const file = openSync(demo.main, 'r+')
  try {
    ftruncateSync(file, 0)
    writeSync(file, half)
    // Several readings of the watcher pass meanwhile.
    for (const until = Date.now() + 900; Date.now() < until; )
      seen.push(
        await grid.getAttribute('aria-rowcount'),
        `${await page.getByText('changed outside Ekscope').count()}`,
      )
    writeSync(file, Buffer.from(whole).subarray(half.length))
  } finally {
    closeSync(file)
  }
  expect(new Set(seen)).toEqual(new Set([count, '0']))
  await expect(page.getByText('~/.kube/config changed outside Ekscope: current context vault.')).toBeVisible()
  await expectPending(page, 1)
  await filterBy(page, 'context:"prod-audit"')
  await expect(await cellOf(rowOf(grid, 'prod-audit'), 'Namespace')).toHaveText(/now mine$/)
  await dismissAll(page)
  await write(page, 'mouse')
  expect(namespaceOf('prod-audit')).toBe('mine')
  expect(demo.read().current).toBe('vault')
})

test('of a torn file it is said since when and why, and its last readable state is shown and restored', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await walkTo(page, 'prod-audit', 'Namespace')
  await typeOver(page, 'waits')
  await filterBy(page, '')
  const whole = readFileSync(demo.main)
  const half = Buffer.concat([whole.subarray(0, Math.floor(whole.length / 2)), Buffer.from('\n: [x')])
  for (const by of ['notice', 'banner', 'repair'] as const) {
    saveInPlace(demo.main, half)
    const told = page
      .getByRole('alert')
      .filter({ hasText: /^~\/\.kube\/config cannot be read since .*: line \d+: / })
    await expect(told).toContainText('Your pending changes are kept.')
    await expect(page.getByRole('button', { name: /conflict/ })).toHaveCount(0)
    await expectPending(page, 1)
    await openHistory(page)
    const tear = writeOf(page, /^cannot be read: line/).first()
    await expect(tear.getByRole('button', { name: 'Restore' })).toBeVisible()
    await expect(tear.getByRole('button', { name: 'Undo' })).toHaveCount(0)
    await page.getByRole('button', { name: /^Contexts/ }).click()
    const dialog = page.getByRole('dialog', { name: /^Restore the files/ })
    if (by === 'repair') saveInPlace(demo.main, whole)
    else {
      const where = by === 'notice' ? told : page.getByRole('region', { name: /in your files$/ })
      await expectAccessibleInFull(page)
      await where.getByRole('button', { name: 'Last readable state…' }).click()
      await expect(lines(dialog, 'added').first()).toBeVisible()
      await dialog.getByRole('button', { name: 'Restore' }).press('Enter')
      // What runs and where tokens go comes back: that is asked as before any write.
      await answer(await questionWindow(fleet, /^Write/), 'Write it')
      await expect(dialog).toHaveCount(0)
    }
    await expect(told).toHaveCount(0)
    expect(readFileSync(demo.main).equals(whole)).toBe(true)
    await expectPending(page, 1)
    await dismissAll(page)
  }
  await openHistory(page)
  await expect(writeOf(page, 'can be read again, as it was before')).toBeVisible()
  await leaveHistory(page)
  await filterBy(page, 'context:"prod-audit"')
  await expect(await cellOf(rowOf(grid, 'prod-audit'), 'Namespace')).toHaveText(/now waits$/)
  await write(page, 'keyboard')
  expect(namespaceOf('prod-audit')).toBe('waits')
})

test('what aws eks update-kubeconfig writes is followed, with selection and pending edits kept', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await walkTo(page, 'prod-ci', 'Namespace')
  await typeOver(page, 'kept')
  await page.keyboard.press('Control+a')
  const selected = grid.getByRole('row', { selected: true })
  await expect(selected).toHaveCount(1)
  const args = ['eks', 'update-kubeconfig', '--name', 'tools', '--alias', 'from-aws', '--profile', 'platform']
  await promisify(execFile)('aws', args, { env: demo.env() })
  await expect(page.getByText(/~\/\.kube\/config changed outside Ekscope: .*added from-aws/)).toBeVisible(
    patience,
  )
  await expectPending(page, 1)
  await expect(selected).toHaveCount(1)
  await expect(await cellOf(rowOf(grid, 'prod-ci'), 'Namespace')).toHaveText(/now kept$/)
  await dismissAll(page)
  await write(page, 'keyboard')
  const after = demo.read()
  expect(after.context('prod-ci')?.namespace).toBe('kept')
  expect(after.entries.contexts).toContain('from-aws')
  expect(after.current).toBe('from-aws')
})

test('what an older copy of another program overwrites is named and reapplied with a click', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const older = readFileSync(demo.main)
  await namespace(page, 'prod-ci', 'lost')
  saveInPlace(demo.main, older)
  const told = page
    .getByRole('alert')
    .filter({ hasText: 'Another program overwrote what Ekscope wrote: prod-ci' })
  await expect(told).toBeVisible()
  await expectAccessibleInFull(page)
  await told.getByRole('button', { name: 'Reapply' }).click()
  await expectPending(page, 1)
  await dismissAll(page)
  await write(page, 'mouse')
  expect(namespaceOf('prod-ci')).toBe('lost')
})

test('what it overwrites of the terminal’s writes is shown and reapplied by the keyboard', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const older = readFileSync(demo.main)
  await demo.ekscope('set-namespace', 'stage', 'by-hand')
  await expect(page.getByText('~/.kube/config changed by ekscope in a terminal: stage.')).toBeVisible()
  saveInPlace(demo.main, older)
  const told = page.getByRole('alert').filter({ hasText: 'overwrote what Ekscope wrote: stage' })
  const again = told.getByRole('button', { name: 'Reapply' })
  await again.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Reapply this write' })
  await expect(lines(dialog, 'added')).toHaveText(/namespace: by-hand/)
  await expectAccessibleInFull(page)
  await goThrough(page, dialog)
  expect(namespaceOf('stage')).toBe('by-hand')
  await dismissAll(page)
})

test('a window and a terminal that write at the same moment: both edits are there', async () => {
  const { page } = fleet
  await walkTo(page, 'prod-ci', 'Namespace')
  await typeOver(page, 'window')
  const dialog = await review(page, 'keyboard')
  const terminal = demo.ekscope('set-namespace', 'stage', 'terminal')
  await page.keyboard.press('Control+Enter')
  await terminal
  // Where the terminal wrote first, the review says that the file has changed. It is applied again to the file as it is now.
  const retry = dialog.getByRole('alert')
  await expect
    .poll(async () => (await dialog.count()) === 0 || (await retry.count()) > 0, patience)
    .toBe(true)
  if ((await dialog.count()) > 0) await apply(page, dialog, 'keyboard')
  expect([namespaceOf('prod-ci'), namespaceOf('stage')]).toEqual(['window', 'terminal'])
  await dismissAll(page)
})

test('what is in the way of an undo is named entry by entry, and the rest is undone alone', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  await demo.ekscope('delete', 'stage', 'sandbox-7')
  demo.kubectl('config', 'set-context', 'stage', '--cluster=theirs')
  await openHistory(page)
  await writeOf(page, 'stage, sandbox-7: delete').getByRole('button', { name: 'Undo' }).click()
  const dialog = page.getByRole('dialog', { name: 'Undo this write' })
  await expect(dialog.getByRole('alert')).toHaveText(
    /not all of it can be undone at once.*Another context is called “stage” in ~\/\.kube\/config now\./,
  )
  await expect(dialog.getByText('Nothing is in the way of sandbox-7.')).toBeVisible()
  await expectAccessibleInFull(page)
  await tabAndPress(page, dialog.getByRole('button', { name: 'Undo only sandbox-7…' }))
  await expect(lines(dialog, 'added').filter({ hasText: 'sandbox-7' }).first()).toBeVisible()
  await goThrough(page, dialog)
  expect(namespaceOf('sandbox-7')).toBe('three')
  expect(demo.read().context('stage')?.cluster).toBe('theirs')
  const write = writeOf(page, 'stage, sandbox-7: delete')
  await expect(write).toContainText('partly undone')
  // The same by the mouse, there and back: what kubectl made of stage is as little in the way of the redo.
  await dismissAll(page)
  await writeOf(page, 'Undo of: stage, sandbox-7: delete (only sandbox-7)')
    .getByRole('button', { name: 'Redo' })
    .click()
  const redo = page.getByRole('dialog', { name: 'Redo what this undid' })
  await expect(lines(redo, 'removed').filter({ hasText: 'sandbox-7' }).first()).toBeVisible()
  await redo.getByRole('button', { name: /^Redo/ }).click()
  await expect(redo).toHaveCount(0)
  expect(demo.read().entries.contexts).not.toContain('sandbox-7')
  await write.getByRole('button', { name: 'Undo' }).click()
  await dialog.getByRole('button', { name: 'Undo only sandbox-7…' }).click()
  await expect(lines(dialog, 'added').filter({ hasText: 'sandbox-7' }).first()).toBeVisible()
  await dialog.getByRole('button', { name: /^Undo/ }).click()
  await expect(dialog).toHaveCount(0)
  expect(namespaceOf('sandbox-7')).toBe('three')
  expect(demo.read().context('stage')?.cluster).toBe('theirs')
  await leaveHistory(page)
})

test('an undo that would change another context along says which, and asks', { tag: '@full' }, async () => {
  const { page } = fleet
  await demo.ekscope('set-role', 'prod-ci', 'arn:aws:iam::111122223333:role/Once', '--apply-to-shared')
  const { cluster, user } = demo.read().context('prod-ci') ?? {}
  demo.kubectl('config', 'set-context', 'newcomer', `--cluster=${cluster}`, `--user=${user}`)
  await openHistory(page)
  await writeOf(page, /^prod-ci: role/)
    .getByRole('button', { name: 'Undo' })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Undo this write' })
  await expect(dialog.getByText('newcomer')).toBeVisible()
  await expectAccessibleInFull(page)
  await dialog.getByRole('button', { name: /^Undo for all of them/ }).click()
  await expect(dialog).toHaveCount(0)
  expect(readFileSync(demo.main, 'utf8')).not.toContain('role/Once')
  await leaveHistory(page)
})

test('the history is emptied on a word, and nothing of it can be undone then', { tag: '@full' }, async () => {
  const { page } = fleet
  await openHistory(page)
  await page.getByRole('button', { name: 'Empty the history…' }).click()
  // Main asks, and the page hears of a refusal nothing but that nothing happened.
  await answer(await questionWindow(fleet, 'Empty the history?'), 'Keep it')
  await expect(writeOf(page, /./).first()).toBeVisible()
  await page.getByRole('button', { name: 'Empty the history…' }).press('Enter')
  const question = await questionWindow(fleet, 'Empty the history?')
  await expectAccessible(question)
  await answer(question, 'Empty it')
  await expect(page.getByRole('heading', { name: 'No state has been kept yet' })).toBeVisible()
  await expectAccessible(page)
  expect(execFileSync('ls', [`${demo.env().EKSCOPE_HOME}/history`], { encoding: 'utf8' })).not.toContain(
    '.json',
  )
  expect(fleet.complaints).toEqual([])
})
