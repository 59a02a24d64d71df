/** Who makes the tokens: switched in the window to Ekscope, by which the real kubectl then enters, and back to the byte. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { chooseEnvironment, expectAccessible, oneApp } from './app'
import {
  demoFiles,
  palette,
  patience,
  review,
  rowMenu,
  terminalProgram,
  waiting,
  write,
} from './editing-steps'

const own = mkdtempSync(join(tmpdir(), 'ekscope-own-'))
const command = join(own, 'ekscope')
const program = `#!/bin/sh\nexec '${process.execPath}' '${terminalProgram}' "$@"\n`
writeFileSync(command, program)
chmodSync(command, 0o755)
test.afterAll(() => rmSync(own, { recursive: true }))

const PATH = [own, '/usr/bin', process.env.PATH ?? ''].join(delimiter)
const fleet = oneApp({ startWith: 'demo', variables: { PATH }, wholeAws: true })
const demo = demoFiles(fleet)
const text = () => readFileSync(demo.main, 'utf8')

test('a context is switched by its menu and back to the byte; what is not proven is not written', async () => {
  const { page } = fleet
  await chooseEnvironment(page, 'App')
  const before = text()
  await page.getByRole('button', { name: 'more causes' }).click()
  await expect(page.getByText(/^\d\d contexts would answer 0\.5 s sooner$/)).toBeVisible()
  await page.getByRole('button', { name: 'Let Ekscope make their tokens' }).click()
  await expect(waiting(page)).toContainText(/\d\d pending/)
  await palette(page, 'Discard all pending changes')
  await rowMenu(page, 'prod-admin', 'Let Ekscope make its tokens')
  writeFileSync(command, '#!/bin/sh\nexit 1\n')
  const dialog = await review(page, 'mouse')
  await expect(dialog).toContainText('where AWS proves the same identity by each')
  await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
  await expectAccessible(page)
  await expect(dialog.getByRole('alert')).toContainText(
    'Nothing was written. It is not proven that “prod-admin” would act',
    patience,
  )
  expect(text()).toBe(before)
  // The other of two cannot be proven: it stays pending, with the reason, and the first is written.
  await page.keyboard.press('Escape')
  await rowMenu(page, 'stage-admin', 'Let Ekscope make its tokens')
  writeFileSync(command, program.replace('exec', 'case "$*" in *stage*) exit 1 ;; esac\nexec'))
  await review(page, 'mouse')
  await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
  await expect(dialog.getByRole('alert')).toContainText(
    'Not written, and still pendingIt is not proven that “stage-admin” would act',
    patience,
  )
  await expect(dialog.getByRole('checkbox')).toHaveCount(1)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await palette(page, 'Discard all pending changes')
  expect(text()).toContain('command: ekscope')
  expect(demo.kubectl('--context', 'prod-admin', 'auth', 'whoami')).toContain('admin')
  await rowMenu(page, 'prod-admin', 'Let aws make its tokens again')
  await write(page, 'mouse')
  expect(text()).toBe(before)
})
