/** What is marked as production is seen, and is used or changed only after its name was typed where no page can type it. */
import { expect, type Page, test } from '@playwright/test'
import { contextIds, expectAccessible, filterBy, oneApp, questionWindow } from './app'
import { demoFiles, dismissAll, expectPending, review, typeOver, walkTo } from './editing-steps'

test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)
const current = () => demo.read().current

const palette = async (page: Page, typed: string) => {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(typed)
}
/** Presses a key that answers: the window goes with it. */
async function pressLast(question: Page, key: 'Enter' | 'Escape'): Promise<void> {
  const gone = question.waitForEvent('close')
  // It may have gone before the key comes up.
  await question.keyboard.press(key).catch(() => undefined)
  await gone
}

/** By the keyboard alone; the field has it from the start. */
async function typeName(question: Page, name: string): Promise<void> {
  await question.keyboard.type(name)
  await expect(question.getByRole('button', { name: /^(Use|Change) it$/ })).toBeEnabled()
  await pressLast(question, 'Enter')
}

test('marked from the palette, it is coloured, counted and found; nothing was before', async () => {
  const { page } = fleet
  await expect(page.getByTitle('Show only: production')).toBeHidden()
  await walkTo(page, 'prod-ci', 'Context')
  await palette(page, 'Mark as production')
  await page.keyboard.press('Enter')
  await expect(page.getByTitle('Show only: production')).toHaveText('1 production')
  await filterBy(page, 'production:yes')
  await expect(page.getByRole('row', { name: /prod-ci/ })).toContainText('production')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page, 'colours')
    await page.screenshot({ path: test.info().outputPath(`grid-${colorScheme}.png`) })
  }
  await filterBy(page, '')
})

test('a switch to it asks for its name in a window of main; another name and Escape leave all as it is, and undo is one click', async () => {
  const { page } = fleet
  const before = current()
  await palette(page, 'use prod-ci')
  await page.screenshot({ path: test.info().outputPath('switcher.png') })
  await page.keyboard.press('Enter')
  const asked = await questionWindow(fleet, 'Use production with kubectl?')
  for (const colorScheme of ['light', 'dark'] as const) {
    await asked.emulateMedia({ colorScheme })
    await expectAccessible(asked, 'colours')
    await asked.screenshot({ path: test.info().outputPath(`question-${colorScheme}.png`) })
  }
  // The identity that kubectl would get, and its cluster.
  await expect(asked.getByRole('region')).toHaveText(
    /prod-ci.*would act asCiDeploy.*prod-eu, eu-west-1.*111122223333.*not checked/,
  )
  await asked.keyboard.type('prod')
  await asked.keyboard.press('Enter')
  await expect(asked.getByRole('alert')).toHaveText('That is not its name.')
  await pressLast(asked, 'Escape')
  // The user's own no is no error.
  await expect(page.getByRole('status').filter({ hasText: `kubectl goes on using ${before}.` })).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  expect(current()).toBe(before)
  await dismissAll(page)

  await palette(page, 'use prod-ci')
  await page.keyboard.press('Enter')
  await typeName(await questionWindow(fleet, 'Use production with kubectl?'), 'prod-ci')
  await expect.poll(current).toBe('prod-ci')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(current).toBe(before)
  await dismissAll(page)
})

test('an edit of it asks when it is written, once; a page that writes by itself is asked all the same', async () => {
  const { page } = fleet
  await walkTo(page, 'prod-ci', 'Namespace')
  await typeOver(page, 'shop')
  await expectPending(page, 1)
  await expect((await review(page, 'keyboard')).getByRole('button', { name: /^Apply/ }).first()).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await typeName(await questionWindow(fleet, 'Change production?'), 'prod-ci')
  await expectPending(page, 0)
  await dismissAll(page)

  const before = current()
  const [context] = await contextIds(page, 'prod-ci')
  const answer = page.evaluate(
    (id) =>
      Reflect.get(window, 'bridge').request('edits.apply', {
        run: 'foreign',
        edits: [{ kind: 'use-context', context: id }],
        titles: ['x'],
        revisions: [],
        sharedAllowed: true,
        inPlace: [],
      }),
    context,
  )
  const asked = await questionWindow(fleet, 'Use production with kubectl?')
  await pressLast(asked, 'Escape')
  expect(await answer).toMatchObject({ ok: false })
  // Nor can a page take the mark away unasked.
  const unmarked = page.evaluate(() =>
    Reflect.get(window, 'bridge').request('production.mark', {
      marks: [{ kind: 'context', pattern: 'prod-ci' }],
      on: false,
    }),
  )
  const unmark = await questionWindow(fleet, 'No longer production?')
  await pressLast(unmark, 'Escape')
  expect(await unmarked).toMatchObject({ ok: false, fault: { code: 'declined' } })
  // Nor let scripts go on where the user said that they are refused.
  const says = (value: string) =>
    page.evaluate(
      (value) => Reflect.get(window, 'bridge').request('settings.save', { key: 'unattended', value }),
      value,
    )
  expect(await says('refuse')).toMatchObject({ ok: true })
  const goesOn = says('go-on')
  await pressLast(await questionWindow(fleet, 'Let scripts use production?'), 'Escape')
  expect(await goesOn).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect(current()).toBe(before)
})

test('Settings marks by pattern, says how many, and takes marks back', async () => {
  const { page } = fleet
  await page.getByTitle('Settings').click()
  await page.getByLabel('Name or pattern').fill('prod-*')
  await page.getByRole('button', { name: 'Mark', exact: true }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'prod-*' })).toContainText(/\d+ contexts/)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page, 'colours')
    await page.screenshot({ path: test.info().outputPath(`settings-${colorScheme}.png`) })
  }
  await page.getByRole('button', { name: 'Revoke context prod-ci' }).click()
  const asked = await questionWindow(fleet, 'No longer production?')
  await asked.waitForTimeout(1_100)
  await asked.getByRole('button', { name: 'Take it back' }).click()
  await expect(page.getByRole('button', { name: 'Revoke context prod-ci' })).toBeHidden()
})
