import { expect, test } from '@playwright/test'
import { contextsGrid, expectAccessible, oneApp, rowOf } from './app'

const fleet = oneApp({ startWith: 'demo' })

test.afterAll(() => expect(fleet.complaints).toEqual([]))

test('the map shows the wrong paths alone, and the keyboard follows one to its row in Contexts', async () => {
  test.setTimeout(180_000)
  const { page } = fleet
  await page.getByRole('button', { name: 'Map', exact: true }).press('Enter')
  const tree = page.getByRole('tree', { name: 'Paths from sign-in to cluster' })
  await expect(tree.getByRole('treeitem').first()).toBeAttached({ timeout: 30_000 })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/would act as .+, as files say$/)
  await expect(page.locator('svg [data-kind="cluster"]').first()).toBeVisible()
  const all = await page.locator('svg [data-kind="cluster"]').count()
  await page.getByRole('button', { name: 'Wrong paths only' }).press('Enter')
  await expect.poll(() => page.locator('svg [data-kind="cluster"]').count()).toBeLessThan(all)
  await expectAccessible(page)
  // Source, identity, cluster, context: each is in the one before.
  await tree.locator('[tabindex="0"]').focus()
  for (let level = 1; level < 4; level += 1) {
    await expect(tree.locator('[tabindex="0"]')).toHaveAttribute('aria-level', String(level))
    await page.keyboard.press('ArrowRight')
  }
  const context = tree.locator('[tabindex="0"]')
  await expect(context).toHaveAttribute('aria-level', '4')
  const name = ((await context.textContent()) ?? '').split(', ')[0] ?? ''
  await page.keyboard.press('Enter')
  await expect(rowOf(contextsGrid(page), name)).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toBeVisible()
})
