/** How calm a screen is: how many buttons ask to be pressed, and how much it says by itself. */
import { expect, type Page } from '@playwright/test'

/** One filled button at most leads on; `within`: a selector of the dialogs in front, or of the whole page. */
export async function expectOneLead(page: Page, within: string): Promise<void> {
  const filled = page.locator(within).locator('button:is([class*="_primary_"], [class*="_danger_"]):visible')
  const names = await filled.allTextContents()
  expect(names.length, `filled: ${names.join(', ')}`).toBeLessThanOrEqual(1)
}

/**
 * The words that a screen says by itself: seen as it is now, outside of rows, and no names and no numbers. What is set as code or
 * has another sign than letters in it counts as a name.
 */
export const ownWords = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const rows =
      '[role="row"]:not(:has([role="columnheader"])), [role="treeitem"], [role="option"], code, svg, .mono, .visually-hidden'
    const words: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement
      if (parent === null || parent.closest(rows) !== null || !parent.checkVisibility()) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const { width, height, top, left } = range.getBoundingClientRect()
      if (width < 2 || height < 2) continue
      // What is scrolled away within its pane is not at its place.
      const at = document.elementFromPoint(left + 1, top + height / 2)
      if (at === null || !(parent.contains(at) || at.contains(parent))) continue
      const bare = (node.textContent ?? '')
        .split(/\s+/)
        .map((word) => word.replaceAll(/^[(“"]+|[)”",.:;…?!]+$/g, ''))
      words.push(...bare.filter((word) => /^[A-Za-z’']+$/.test(word)))
    }
    return words
  })

/** Fails with what is said where that is more than `most` words. */
export async function expectFewWords(page: Page, most: number): Promise<void> {
  const words = await ownWords(page)
  expect(words.length, words.join(' ')).toBeLessThanOrEqual(most)
}
