import { readFileSync, writeFileSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import {
  cellOf,
  clipboard,
  expectAccessible,
  expectRows,
  filterBy,
  oneApp,
  readRowOf,
  rowOf,
  sortBy,
} from './app'
import { demoFiles, expectPending, fromRowMenu, palette, walkTo, write } from './editing-steps'

const fleet = oneApp({ startWith: 'demo' })
// What stands below another row is told by it here.
test.beforeAll(async () => {
  await expectRows(fleet.grid)
  await sortBy(fleet.page, 'Order of the files')
})
const demo = demoFiles(fleet)
const { read } = demo

const namespaces = (...contexts: readonly string[]) => {
  const { context } = read()
  return contexts.map((name) => context(name)?.namespace ?? null)
}

/** What a spreadsheet has put onto the clipboard. */
const copied = (text: string) =>
  fleet.app.evaluate(({ clipboard: board }, value) => board.writeText(value), text)

/** The rows that the filter shows, one selected after the other with the mouse, on their ticks. */
async function tick(...contexts: readonly string[]): Promise<void> {
  for (const context of contexts) {
    const row = readRowOf(fleet.grid, context)
    await row.hover()
    await row.locator('[data-check]').click()
  }
  await expect(fleet.page.getByText(`${contexts.length} selected`, { exact: true })).toBeVisible()
}

/** A click with the right button on a cell, and a choice from the menu. */
async function cellMenu(page: Page, context: string, title: string, item: string): Promise<void> {
  await (await cellOf(readRowOf(fleet.grid, context), title)).click({ button: 'right' })
  await fromRowMenu(page, item)
}

/** In windows of these widths, beside the open inspector, nothing of the toolbars is out of sight with all that is pending and selected. */
async function toolbarFits(widths: readonly number[]): Promise<void> {
  const { page, app } = fleet
  const resize = (width: number, height: number) =>
    app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    )
  const before = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  await page.keyboard.press('Control+i')
  await page.getByRole('complementary', { name: 'Inspector' }).waitFor()
  for (const width of widths) {
    await resize(width, 700)
    await expect(async () => {
      expect(await page.evaluate(() => innerWidth)).toBe(width)
      const verify = await page.getByRole('button', { name: /^Verify 3 selected/ }).boundingBox()
      expect((verify?.x ?? width) + (verify?.width ?? width)).toBeLessThanOrEqual(width)
      // What the shell exports is warned of in any width, and named to who hears it.
      const environment = page.getByRole('button', { name: /Login shell\s*exports AWS keys/ })
      const sign = await environment.locator('[data-exports] svg').boundingBox()
      expect(sign?.width).toBeGreaterThan(8)
      // At least half of the window is the list.
      const answer = await page.getByRole('region', { name: 'The fleet' }).boundingBox()
      expect((answer?.y ?? 700) + (answer?.height ?? 700)).toBeLessThanOrEqual(350)
      // So does each button for the selection, which the inspector would hide.
      const bar = page.getByRole('toolbar', { name: 'What to do with the selected contexts' })
      const hidden = await bar.evaluate((element) =>
        [...element.querySelectorAll('button')].flatMap((button) =>
          button.getBoundingClientRect().right <= element.getBoundingClientRect().right
            ? []
            : [button.getAttribute('aria-label')],
        ),
      )
      expect(hidden).toEqual([])
    }).toPass({ timeout: 10_000 })
  }
  await page.keyboard.press('Control+i')
  await resize(before.width, before.height)
}

/** What the preview of an open dialog shows, line by line. */
const preview = (dialog: Locator) => dialog.getByRole('list', { name: 'Preview' }).getByRole('listitem')

test('one value goes into the whole selection: by F2 and typing, and from the menu of a cell', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const { keyboard } = page
  await walkTo(page, 'lake-analyst', 'Namespace')
  await filterBy(page, 'context:lake-')
  await (await cellOf(rowOf(fleet.grid, 'lake-analyst'), 'Namespace')).focus()
  await keyboard.press('Space')
  await keyboard.press('Shift+ArrowDown')
  await keyboard.press('Shift+ArrowDown')
  await expect(page.getByText('3 selected', { exact: true })).toBeVisible()
  await keyboard.press('F2')
  const field = page.getByRole('combobox', { name: 'Namespace of 3 contexts' })
  await expect(field).toBeFocused()
  await expect(page.getByText('for all 3 selected')).toBeVisible()
  await field.fill('bulk')
  await keyboard.press('Enter')
  await expectPending(page, 3)
  await toolbarFits([760, 1024])
  await keyboard.press('Escape')
  await tick('lake-batch', 'lake-jobs')
  await cellMenu(page, 'lake-jobs', 'Region', 'Edit the column for all selected')
  await page.getByRole('combobox', { name: 'Region of 2 contexts' }).fill('sa-east-1')
  await expectAccessible(page)
  await page.getByRole('banner').click({ position: { x: 4, y: 4 } })
  await expectPending(page, 5)
  await write(page, 'keyboard')
  expect(namespaces('lake-analyst', 'lake-research', 'lake-old-style')).toEqual(['bulk', 'bulk', 'bulk'])
  const { args } = read()
  for (const user of ['lake-batch', 'lake-jobs']) expect(args(user).join(' ')).toContain('--region sa-east-1')
})

test('a table from a spreadsheet lands at the cursor or by its titles, one value in every selected row', {
  tag: '@full',
}, async () => {
  const { page, app, grid } = fleet
  const { keyboard } = page
  await filterBy(page, 'context:prod-')
  await (await cellOf(rowOf(grid, 'prod-unpinned'), 'Profile')).click()
  await copied('ci --profile\tteam-a\r\npay-ro env\t"team-b"\r\n')
  await keyboard.press('Control+v')
  await expect(page.getByText('Pasted 4 values into 2 contexts')).toBeVisible()
  await copied('Context\tRegion\tNamespace\nprod-us-finance\tus-west-2\tteam-c\nnot-there\teu-west-1\tx\n')
  await keyboard.press('Control+v')
  await expect(page.getByText('Pasted 2 values; 1 left out: there is no context not-there')).toBeVisible()
  await keyboard.press('Escape')
  await tick('prod-us-admin', 'prod-us-viewer')
  await cellMenu(page, 'prod-us-viewer', 'Namespace', 'Copy for a spreadsheet')
  await expect(page.getByText('Copied 2 rows for a spreadsheet')).toBeVisible()
  expect((await clipboard(app)).split('\n').map((line) => line.split('\t')[0])).toEqual([
    'Context',
    'prod-us-admin',
    'prod-us-viewer',
  ])
  await copied('team-d')
  // The window's own menu, which the mouse reaches.
  await app.evaluate(({ Menu, BrowserWindow, webContents }) => {
    const edit = Menu.getApplicationMenu()?.items.find(({ role }) => role?.toLowerCase() === 'editmenu')
    const item = edit?.submenu?.items.find(({ role }) => role === 'paste')
    item?.click(undefined, BrowserWindow.getAllWindows()[0], webContents.getAllWebContents()[0])
  })
  await expect(page.getByText('Pasted 2 values into 2 contexts')).toBeVisible()
  await expectPending(page, 8)
  await keyboard.press('Escape')
  await write(page, 'keyboard')
  expect(
    namespaces('prod-unpinned', 'prod-audit', 'prod-us-finance', 'prod-us-admin', 'prod-us-viewer'),
  ).toEqual(['team-a', 'team-b', 'team-c', 'team-d', 'team-d'])
  const { args, exec } = read()
  expect(args('prod-unpinned').join(' ')).toContain('--profile ci')
  expect(exec('prod-audit')?.env).toContainEqual({ name: 'AWS_PROFILE', value: 'pay-ro' })
  expect(args('finance').join(' ')).toContain('--region us-west-2')
})

test('what a spreadsheet would run as a formula is copied as a text, and comes back as it was', {
  tag: '@full',
}, async () => {
  const { page, app } = fleet
  const { keyboard } = page
  await walkTo(page, '--help', 'Context')
  await keyboard.press('Control+c')
  await expect(page.getByText('Copied the cell')).toBeVisible()
  expect(await clipboard(app)).toBe("'--help")
  await keyboard.press('Control+v')
  await expect(page.getByText(/There was nothing to paste here/)).toBeVisible()
  await keyboard.type('=1+"a"')
  await keyboard.press('Enter')
  await expectPending(page, 1)
  await filterBy(page, 'context:=1')
  await keyboard.press('ArrowDown')
  await keyboard.press('Control+a')
  await keyboard.press('Control+c')
  await expect(page.getByText('Copied 1 row for a spreadsheet')).toBeVisible()
  expect((await clipboard(app)).split('\n')[1]?.split('\t')[0]).toBe(`"'=1+""a"""`)
  await keyboard.press('Escape')
  await write(page, 'keyboard')
  expect(read().entries.contexts).toContain('=1+"a"')
})

test('fill down gives the first value to the rest: Ctrl+D, the menu, and the row above without a selection', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const { keyboard } = page
  await filterBy(page, 'context:stage')
  await (await cellOf(rowOf(grid, 'stage'), 'Namespace')).click()
  await keyboard.type('filled')
  await keyboard.press('Tab')
  await (await cellOf(rowOf(grid, 'stage'), 'Namespace')).click()
  await keyboard.press('Shift+ArrowDown')
  await keyboard.press('Shift+ArrowDown')
  await keyboard.press('Control+d')
  await expect(page.getByText('Filled 2 cells')).toBeVisible()
  await expectPending(page, 3)
  await keyboard.press('Escape')
  await filterBy(page, 'context:observability')
  await tick('observability', 'observability-as-root')
  await cellMenu(page, 'observability-as-root', 'Namespace', 'Fill down')
  await expectPending(page, 4)
  await keyboard.press('Escape')
  await filterBy(page, 'context:platform')
  const above = await cellOf(rowOf(grid, 'platform-ci'), 'Namespace')
  await expect(above).toHaveText('ci')
  await (await cellOf(rowOf(grid, 'platform-view'), 'Namespace')).click()
  await keyboard.press('Control+d')
  await expectPending(page, 5)
  await write(page, 'mouse')
  expect(namespaces('stage', 'stage-admin', 'stage-env')).toEqual(['filled', 'filled', 'filled'])
  expect(namespaces('observability-as-root')).toEqual(['grafana'])
  expect(namespaces('platform-ci', 'platform-view')).toEqual(['ci', 'ci'])
})

test('find and replace shows every value before and after, and makes them pending at once', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const { keyboard } = page
  await filterBy(page, 'context:observability')
  await keyboard.press('Control+h')
  const form = page.getByRole('dialog', { name: 'Find and replace' })
  await expect(form.getByRole('textbox', { name: 'Find' })).toBeFocused()
  await keyboard.type('OBSERV')
  await keyboard.press('Tab')
  await keyboard.type('serv')
  // The column of the keyboard alone is meant, until others are ticked.
  await form.getByRole('checkbox', { name: 'Namespace', exact: true }).setChecked(false)
  for (const title of ['Context', 'User'])
    await form.getByRole('checkbox', { name: title, exact: true }).check()
  await form.getByRole('textbox', { name: 'Find' }).focus()
  await expect(preview(form)).toHaveText([
    'observabilityContextobservability→servability',
    'observabilityUserobservability→servability',
    'observability-as-rootContextobservability-as-root→servability-as-root',
  ])
  await expectAccessible(page)
  await keyboard.press('Enter')
  await expectPending(page, 3)
  await filterBy(page, 'context:tools-n')
  await tick('tools-node', 'tools-no-source')
  await cellMenu(page, 'tools-node', 'Context', 'Find and replace…')
  await form.getByRole('checkbox', { name: 'Regular expression' }).check()
  for (const title of ['User', 'Profile', 'Role', 'Namespace'])
    await expect(form.getByRole('checkbox', { name: title, exact: true })).not.toBeChecked()
  await form.getByRole('textbox', { name: 'Find' }).fill('(')
  await expect(form.getByRole('textbox', { name: 'Find' })).toHaveAccessibleDescription(/regular expression/i)
  await form.getByRole('textbox', { name: 'Find' }).fill('^tools-(.*)$')
  // Both the same: nothing is replaced.
  await form.getByRole('textbox', { name: 'Replace with' }).fill('tool')
  await expect(form).toContainText(
    '2 of these contexts would get the name “tool”: tools-node, tools-no-source.',
  )
  await expect(form.getByRole('button', { name: 'Replace 2' })).toBeDisabled()
  await form.getByRole('textbox', { name: 'Replace with' }).fill('$1 of tools')
  await form.getByRole('button', { name: 'Replace 2' }).click()
  await expectPending(page, 5)
  await keyboard.press('Escape')
  await write(page, 'mouse')
  const { entries, context } = read()
  expect(context('servability')?.user).toBe('servability')
  expect(entries.contexts).toEqual(
    expect.arrayContaining(['servability-as-root', 'node of tools', 'no-source of tools']),
  )
  expect(entries.contexts).not.toContain('tools-node')
})

test('names are made from a template, collisions are seen at once and numbered', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const { keyboard } = page
  await filterBy(page, 'cluster:playground')
  await keyboard.press('Control+Home')
  await keyboard.press('Control+a')
  await palette(page, 'Names from a template…', 'Names from a template')
  const form = page.getByRole('dialog', { name: 'Names for 3 contexts' })
  const template = form.getByRole('textbox', { name: 'Template' })
  await expect(template).toBeFocused()
  await template.fill('{nothing}')
  await expect(template).toHaveAccessibleDescription(/nothing/)
  await expect(form.getByRole('button', { name: 'Rename 0' })).toBeDisabled()
  await template.fill('{cluster|upper}')
  await expect(preview(form)).toHaveText([
    'playground→PLAYGROUND',
    'playground-role→PLAYGROUND-2numbered',
    'experiment→PLAYGROUND-3numbered',
  ])
  await expectAccessible(page)
  await template.fill('{account-id|first3}-{cluster}-{role|lower}')
  await expect(preview(form)).toHaveText([/^playground→262-/, /^playground-role→262-/, /^experiment→262-/])
  await template.fill('{cluster|upper}')
  await keyboard.press('Enter')
  await expectPending(page, 3)
  await keyboard.press('Escape')
  await filterBy(page, 'context:sandbox')
  await tick('sandbox-7', 'sandbox-7-dev')
  await rowOf(fleet.grid, 'sandbox-7').locator('[aria-colindex="1"]').click({ button: 'right' })
  await fromRowMenu(page, /^Names from a template/)
  const other = page.getByRole('dialog', { name: 'Names for 2 contexts' })
  await other.getByRole('textbox', { name: 'Template' }).fill('{region}/{context}')
  await other.getByRole('checkbox', { name: 'Their user and cluster entries too' }).check()
  await other.getByRole('button', { name: 'Rename 2' }).click()
  await expectPending(page, 5)
  // Of a long name its halves are drawn, and not the whole over them in the colour of a change.
  await expect(fleet.grid.locator('b [data-start] > span').first()).toHaveCSS(
    '-webkit-text-fill-color',
    'rgba(0, 0, 0, 0)',
  )
  await keyboard.press('Escape')
  await write(page, 'keyboard')
  const { entries, context } = read()
  expect(entries.contexts).toEqual(
    expect.arrayContaining(['PLAYGROUND', 'PLAYGROUND-2', 'PLAYGROUND-3', 'eu-central-1/sandbox-7']),
  )
  expect(context('eu-central-1/sandbox-7')?.user).toBe('eu-central-1/sandbox-7')
  expect(fleet.complaints).toEqual([])
})

test('a range is dragged, made longer by Shift and a click, and filled on by its handle', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  await filterBy(page, 'context:lake-')
  const said = (name: string) => cellOf(rowOf(grid, name), 'Namespace')
  const middle = async (of: Locator) => {
    // The inspector may be open, and the column beneath it.
    await of.scrollIntoViewIfNeeded()
    const box = await of.boundingBox()
    if (box === null) throw new Error('it is not drawn')
    return [box.x + box.width / 2, box.y + box.height / 2] as const
  }
  const drag = async (from: Locator, to: Locator) => {
    await page.mouse.move(...(await middle(from)))
    await page.mouse.down()
    await page.mouse.move(...(await middle(to)), { steps: 4 })
    await page.mouse.up()
  }
  const chosen = grid.locator('[role="gridcell"][aria-selected="true"]')
  await drag(await said('lake-spark'), await said('lake-analyst'))
  await expect(chosen).toHaveCount(3)
  await (await said('lake-research')).click({ modifiers: ['Shift'] })
  await expect(chosen).toHaveCount(4)
  await page.keyboard.type('dragged')
  await page.keyboard.press('Control+Enter')
  await expectPending(page, 4)
  await drag(grid.locator('[data-fill]'), await said('lake-jobs'))
  await expectPending(page, 6)
  for (const name of ['lake-spark', 'lake-research', 'lake-old-style', 'lake-jobs'])
    await expect(await said(name)).toContainText('dragged')
  await expect(await said('lake-batch')).not.toContainText('dragged')
  await page.keyboard.press('Control+z')
  await expectPending(page, 4)
  await page.keyboard.press('Control+z')
  await expectPending(page, 0)
  await page.keyboard.press('Escape')
})

test('a range of cells gets one value, is copied and taken back as one, by the keyboard', {
  tag: '@full',
}, async () => {
  const { page, app, grid } = fleet
  const { keyboard } = page
  const said = (name: string) => cellOf(rowOf(grid, name), 'Namespace')
  await filterBy(page, 'context:lake-')
  await (await said('lake-analyst')).click()
  await keyboard.press('Shift+ArrowDown')
  await keyboard.press('Shift+ArrowDown')
  await expect(grid.locator('[role="gridcell"][aria-selected="true"]')).toHaveCount(3)
  await expect(page.getByText(/\d selected$/)).toHaveCount(0)
  await expectAccessible(page)
  await keyboard.type('ranged')
  await keyboard.press('Control+Enter')
  await expectPending(page, 3)
  await expect(await said('lake-analyst')).toContainText('ranged')
  await keyboard.press('Control+c')
  await expect(page.getByText('Copied 3 cells')).toBeVisible()
  expect((await clipboard(app)).trim().split('\n')).toEqual(['ranged', 'ranged', 'ranged'])
  await keyboard.press('Control+z')
  await expectPending(page, 0)
  await keyboard.press('Escape')
  await expect(grid.locator('[role="gridcell"][aria-selected="true"]')).toHaveCount(0)
})

test('keys that come in the middle of a large paste wait for all of it: nothing is lost, and nothing done twice', {
  // Keys and paste come of Electron, faster than a bridge hands them on.
  tag: ['@full', '@electron'],
}, async () => {
  const { page, app, grid } = fleet
  const { keyboard } = page
  test.setTimeout(180_000)
  const names = Array.from({ length: 6_000 }, (_, at) => `many-${at}`)
  const before = readFileSync(demo.main, 'utf8')
  const more = names.map((name) => `- {name: ${name}, context: {cluster: tools, user: alice}}\n`).join('')
  writeFileSync(
    demo.main,
    before.replace(/^contexts:\n/m, (line) => line + more),
  )
  const pending = page.getByRole('button', { name: 'Review 6,000 pending changes' })
  const first = rowOf(grid, 'many-0')
  const slow = { timeout: 60_000 }
  try {
    await filterBy(page, 'context:many-')
    await expect(page.getByText('6,000 of 6,0')).toBeVisible(slow)
    await copied(names.map((name) => `of-${name}`).join('\n'))
    // Which keys were pressed before what was pasted was there: no key is heard before the paste is whole.
    const keysBetween = page.evaluate(() => {
      const between: string[] = []
      const review = () => document.querySelector('[aria-label^="Review"][aria-keyshortcuts]')
      let there = Number.POSITIVE_INFINITY
      const watch = new MutationObserver(() => {
        there = review() === null ? Number.POSITIVE_INFINITY : Math.min(there, performance.now())
      })
      watch.observe(document.body, { subtree: true, childList: true, attributes: true })
      const hear = ({ key, timeStamp }: KeyboardEvent) => {
        if (timeStamp < there) between.push(key)
        if (key === 'F9') window.dispatchEvent(new Event('heard'))
      }
      window.addEventListener('keydown', hear, { capture: true })
      return new Promise<readonly string[]>((resolve) => {
        const end = () => {
          window.removeEventListener('keydown', hear, { capture: true })
          watch.disconnect()
          resolve(between)
        }
        window.addEventListener('heard', end, { once: true })
      })
    })
    // All keys at once, as somebody types while the window is busy: `press` would wait for each key to be handled.
    const paste = async (...keys: readonly (readonly [key: string, ...modifiers: 'control'[]])[]) => {
      await keyboard.press('Control+Home')
      await (await cellOf(first, 'Namespace')).click()
      await app.evaluate(({ BrowserWindow }, all) => {
        const page = BrowserWindow.getAllWindows()[0]?.webContents
        page?.paste()
        for (const [keyCode, ...modifiers] of all)
          for (const type of ['keyDown', 'char', 'keyUp'] as const)
            if (type !== 'char' || (keyCode.length === 1 && modifiers.length === 0))
              page?.sendInputEvent({ type, keyCode, modifiers })
      }, keys)
    }
    await paste(['Down'], ['Escape'], ['Down'])
    await expect(pending).toBeVisible(slow)
    await expect(await cellOf(rowOf(grid, 'many-2'), 'Namespace')).toBeFocused()
    await expect(await cellOf(first, 'Namespace')).toContainText('of-many-0')
    await keyboard.press('Control+z')
    await expect(pending).toHaveCount(0, slow)
    await expect(await cellOf(first, 'Namespace')).toHaveText('—')

    // Undone as the one step that it is, and made again.
    await paste(['z', 'control'])
    await expect(pending).toHaveCount(0)
    await keyboard.press('Control+y')
    await expect(pending).toBeVisible(slow)
    await keyboard.press('Control+z')
    await expect(pending).toHaveCount(0, slow)

    // A letter opens its cell with what was pasted there, and with nothing lost of what is typed.
    await paste(['x'], ['y'], ['Escape'])
    await expect(pending).toBeVisible(slow)
    await expect(await cellOf(first, 'Namespace')).toContainText('of-many-0')
    await keyboard.press('Control+z')
    await expect(pending).toHaveCount(0, slow)
    await keyboard.press('F9')
    expect(await keysBetween).toEqual(expect.arrayContaining(['ArrowDown', 'z', 'x']))
  } finally {
    writeFileSync(demo.main, before)
  }
})
