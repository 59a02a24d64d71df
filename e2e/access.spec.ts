import { expect, test } from '@playwright/test'
import {
  chooseEnvironment,
  expectAccessible,
  expectAccessibleInBoth,
  expectRows,
  filterBy,
  filterField,
  inspect,
  oneApp,
  tab,
  withApp,
} from './app'
import { expectFewWords } from './calm'

const fleet = oneApp({ startWith: 'demo' })
const full = process.env.EKSCOPE_FULL === '1'

test.beforeEach(() => expectRows(fleet.grid))
test.afterAll(async () => {
  expect(fleet.complaints).toEqual([])
})

test('the first screen says at most 110 words of its own, and no view or inspector more than 160', async () => {
  const { page } = fleet
  await page.setViewportSize({ width: 1280, height: 800 })
  await expectFewWords(page, 110)
  for (const context of ['prod-admin', 'prod-readonly', 'stage-env']) {
    await inspect(page, context)
    await expectFewWords(page, 160)
  }
  await page.getByRole('button', { name: 'Close the inspector' }).click()
  for (const view of [
    'Identities',
    'Clusters',
    'Map',
    'Findings',
    'Discover',
    'History',
    'Doctor',
    'Settings',
  ]) {
    await page.getByTitle(view).click()
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible()
    await expectFewWords(page, 160)
  }
  await page.getByTitle('Contexts').click()
})

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in ${theme}`, () => {
    // Both themes are made of one set of colours, whose contrasts are computed in every run (renderer/rows/colours.test.ts):
    // there each view is looked at once, in light; dark is looked at in the grid beside Discover (discover.spec.ts).
    const further = { tag: theme === 'dark' ? '@full' : [] }
    const accessible = () => expectAccessible(fleet.page, theme === 'light' ? 'all' : 'colours')
    test.beforeEach(async () => {
      await fleet.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    })

    test('the grid, grouped, selected and filtered', further, async () => {
      const { page } = fleet
      await filterBy(page, '')
      // Rows further down are of the same make.
      if (theme === 'light') await expectAccessible(page, 'all', full ? 'all' : 'first')
      // Fewer rows from here on: axe looks at each cell.
      await filterBy(page, 'context:lake')
      // A name that may lose its middle is read as one word.
      const session = await page.context().newCDPSession(page)
      const { nodes } = await session.send('Accessibility.getFullAXTree')
      const headers = nodes.filter(({ role }) => role?.value === 'rowheader').map(({ name }) => name?.value)
      expect(headers).toContainEqual(expect.stringContaining('lake-notebooks'))
      await session.detach()
      await page.keyboard.press('Control+a')
      await accessible()
      await page.keyboard.press('Escape')
      await filterField(page).fill('verdict:')
      await expect(page.getByRole('listbox')).toBeVisible()
      await accessible()
      await filterBy(page, 'nobody is called that')
      await accessible()
      await filterBy(page, '')
    })

    test('rows of every verdict that needs no network, and the inspector', further, async () => {
      const { page } = fleet
      // Good, bad, not let in, not signed in, not supported.
      const verdicts = ['prod-readonly', 'tools-stranger', 'prod-us-finance', 'tools-backup', 'old-alpha']
      for (const context of full ? verdicts : verdicts.slice(-2)) {
        const inspector = await inspect(page, context)
        if (theme === 'light') {
          await inspector.getByRole('button', { name: 'Verify', exact: true }).click()
          await expect(inspector.getByText(/^(not checked|checking|waiting)$/)).toHaveCount(0, {
            timeout: 30_000,
          })
        }
        await accessible()
        // The tabs are the same for each: once with a failed step and a finding.
        if (context !== 'old-alpha') continue
        for (const title of ['Steps', 'Token', 'Findings', 'Entry', 'Identity']) {
          await tab(inspector, title)
          await expect(inspector.getByText('Reading the entry…')).toHaveCount(0)
          await accessible()
        }
      }
      await chooseEnvironment(page, /^Clean/, 'compare with')
      await accessible()
      await chooseEnvironment(page, 'Nothing', 'compare with')
      await page.getByRole('button', { name: 'Close the inspector' }).click()
    })

    test('menus, palette, variables', further, async () => {
      const { page, grid } = fleet
      // One that still fades away beside the next would be two.
      const leave = async (role: 'menu' | 'dialog') => {
        await page.keyboard.press('Escape')
        await expect(page.getByRole(role)).toHaveCount(0)
      }
      await filterBy(page, 'context:lake')
      // By keyboard, which puts the focus into a menu at once.
      await page.getByRole('button', { name: /^Environment/ }).press('Enter')
      await expect(page.getByRole('menu')).toBeVisible()
      await accessible()
      await leave('menu')
      await page.getByRole('button', { name: 'Columns' }).press('Enter')
      await expect(page.getByRole('menu')).toBeVisible()
      await accessible()
      await leave('menu')
      await grid.getByRole('columnheader', { name: 'Cluster', exact: true }).click({ button: 'right' })
      await expect(page.getByRole('menu')).toBeVisible()
      if (full) await accessible()
      await leave('menu')
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog')).toBeVisible()
      if (full) await accessible()
      await page.keyboard.type('prod')
      await accessible()
      await leave('dialog')
      await page.getByRole('button', { name: /^Environment/ }).click()
      await page.getByRole('menuitem', { name: /variables/ }).click()
      await expect(page.getByRole('dialog', { name: /^Variables/ })).toBeVisible()
      await accessible()
      await leave('dialog')
    })

    test(
      'the identities: from the keyboard alone to the proof of one, and to its contexts',
      further,
      async () => {
        const { page, grid } = fleet
        await page.getByRole('button', { name: /^Identities/ }).press('Enter')
        const tree = page.locator('[role="treegrid"]')
        await expect(tree.locator('[role="row"][aria-level="2"]').first()).toBeVisible({ timeout: 30_000 })
        // Beside its chain: all that comes from alice is proven by her keys.
        await page.getByRole('textbox', { name: 'Filter identities' }).fill('pay-ro')
        await page.keyboard.press('Enter')
        const focused = tree.locator('[role="row"]:focus')
        await page.keyboard.press('Home')
        await expect(focused).toHaveAttribute('aria-level', '1')
        await page.keyboard.press('End')
        await expect(focused).toContainText('ReadOnly')
        await expect(focused).toHaveAttribute('aria-level', '4')
        await page.keyboard.press('ArrowLeft')
        await expect(focused).toContainText('Hub')
        await page.keyboard.press('ArrowLeft')
        await expect(tree.locator('[role="row"][aria-level="4"]')).toHaveCount(0)
        await page.keyboard.press('ArrowRight')
        // In the other colours it is open still.
        await page.keyboard.press('Escape')
        await page.keyboard.press('Enter')
        const detail = page.getByRole('complementary', { name: 'About the identity' })
        await expect(detail.getByRole('heading', { level: 2 })).toHaveText('Hub')
        if (theme === 'light') {
          await detail.getByRole('button', { name: 'Prove' }).press('Enter')
          await expect(detail.getByRole('heading', { name: 'Works' })).toBeVisible({ timeout: 60_000 })
          await expect(tree.locator('[role="row"]', { hasText: 'Hub' }).first()).toContainText('valid')
        }
        // Of its chain alone, in its colours and with all that is wrong with others.
        await page.getByRole('textbox', { name: 'Filter identities' }).fill('payments')
        await accessible()
        await detail.getByRole('button', { name: 'Show contexts' }).press('Enter')
        await expect(grid).toBeVisible()
        await expect(page.getByText('Contexts that act as Hub')).toBeVisible()
        await page.getByText('Contexts that act as Hub').click()
      },
    )

    test('settings', further, async () => {
      const { page } = fleet
      await page.keyboard.press('Control+,')
      await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
      await accessible()
      await page.getByRole('button', { name: /^Contexts/ }).click()
      await filterBy(page, '')
    })
  })
}

test('a torn file alone, light and dark', { tag: '@full' }, async () => {
  const torn = 'apiVersion: v1\nkind: Config\ncontexts:\n- name: half\n  context: {cluster: c, user: u\n'
  await withApp({ startWith: 'home', files: { '.kube/config': torn } }, async ({ page }) => {
    await expect(page.getByText(/line \d+, column \d+/).first()).toBeVisible()
    await expectAccessibleInBoth(page)
  })
})
