import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { contextsGrid, expectAccessible, filterBy, oneApp, rowOf } from './app'
import { apply, patience, review } from './editing-steps'
import { answerDialogs } from './transfer-steps'

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
    // It opens, and then is entered.
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
  }
  const context = tree.locator('[tabindex="0"]')
  await expect(context).toHaveAttribute('aria-level', '4')
  const name = ((await context.textContent()) ?? '').split(', ')[0] ?? ''
  await page.keyboard.press('Enter')
  await expect(rowOf(contextsGrid(page), name)).toBeVisible()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  // There it is fixed, and its path on the map is right.
  await inspector.getByRole('button', { name: /^Pin to .+ by --profile$/ }).press('Enter')
  await apply(page, await review(page, 'keyboard'), 'keyboard')
  await page.getByRole('button', { name: 'Map', exact: true }).press('Enter')
  await expect(page.getByRole('button', { name: 'Wrong paths only' })).toHaveAttribute('aria-pressed', 'true')
  const wrong = page.locator('svg [data-kind="context"]')
  await expect(wrong.filter({ hasText: 'not ' }).first()).toBeVisible(patience)
  await expect(wrong.filter({ hasText: name })).toHaveCount(0, patience)
  await page.getByRole('button', { name: 'Wrong paths only' }).press('Enter')
  await expect(page.locator('svg [data-kind="cluster"]')).toHaveCount(all)
})

test('a click anywhere in the head of an account shows this account alone, as the filter does by the keyboard', async () => {
  const { page } = fleet
  await page.getByRole('button', { name: 'Map', exact: true }).press('Enter')
  const heads = page.locator('svg [data-kind="account"]')
  const all = await heads.count()
  // In its middle are no words.
  await heads.first().click()
  await expect(heads).toHaveCount(1)
  await page.getByRole('button', { name: /^Show more than/ }).press('Enter')
  await expect(heads).toHaveCount(all)
  await filterBy(page, `account:${await heads.first().getAttribute('data-key')}`)
  await expect(heads).toHaveCount(1)
  await filterBy(page, '')
  await expect(heads).toHaveCount(all)
})

test('the map is saved as one picture that is whole by itself, as SVG and as PNG', async () => {
  const { page } = fleet
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-map-'))
  await page.getByRole('button', { name: 'Map', exact: true }).press('Enter')
  for (const kind of ['svg', 'png']) {
    const file = join(folder, `map.${kind}`)
    await answerDialogs(fleet, { save: file })
    await page.getByRole('button', { name: kind.toUpperCase(), exact: false }).press('Enter')
    const bytes = () => {
      try {
        return readFileSync(file)
      } catch {
        return Buffer.alloc(0)
      }
    }
    await expect.poll(() => bytes().length, { timeout: 20_000 }).toBeGreaterThan(10_000)
    if (kind === 'png') {
      expect(bytes().subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
      expect(bytes().readUInt32BE(16)).toBeGreaterThan(800)
    } else {
      const text = bytes().toString()
      expect(text.trimEnd().endsWith('</svg>')).toBe(true)
      expect(text).not.toMatch(/href=|url\(http|<script|<style/)
    }
  }
  rmSync(folder, { recursive: true })
})
